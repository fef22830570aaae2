"""Relevance on the sample collection: searchkit's own search beside plain BM25 with other analyzers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

import searchkit
from benchmarks.bm25 import BM25
from benchmarks.peers import text_terms
from searchkit.documents import Document, read_documents

__all__ = ["corpus", "relevance"]

_FOLDER = Path(__file__).parent.parent / "corpus"
_DEPTH = 20

Search = Callable[[str], list[tuple[str, float]]]


@click.command()
@click.option("--queries", is_flag=True, help="Also print nDCG@10 of every query, the worst first.")
def corpus(queries: bool) -> None:
    """Print nDCG@10, MRR@10 and recall@20 over the judged queries of corpus/."""
    click.echo("| system | nDCG@10 | MRR@10 | recall@20 |\n|---|---|---|---|")
    own: dict[str, float] = {}
    for system, figures in relevance(own):
        click.echo(f"| {system} | {' | '.join(f'{figure:.4f}' for figure in figures)} |")
    if queries:
        click.echo()
        for topic, kind, text in sorted(_topics(), key=lambda row: own.get(row[0], 0.0)):
            click.echo(f"{own.get(topic, 0.0):.3f}  {topic}  {kind:9}  {text}")


def relevance(each: dict[str, float] | None = None) -> Iterator[tuple[str, list[float]]]:
    """nDCG@10, MRR@10 and recall@20 by system; nDCG@10 of searchkit by query goes into `each`."""
    import ir_measures
    from ir_measures import RR, R, ScoredDoc, nDCG

    documents = [item.fields for item in read_documents([_FOLDER / "articles"]) if isinstance(item, Document)]
    judged = list(ir_measures.read_trec_qrels(str(_FOLDER / "qrels.txt")))
    measures = [nDCG @ 10, RR @ 10, R @ 20]
    with tempfile.TemporaryDirectory() as folder:
        systems: dict[str, Search] = {"searchkit": _own(documents, folder)}
        for name, terms in text_terms().items():
            systems[f"BM25, {name}"] = _plain(documents, terms)
        for name, search in systems.items():
            run = [ScoredDoc(topic, key, score) for topic, _, text in _topics() for key, score in search(text)]
            figures = ir_measures.calc_aggregate(measures, judged, run)
            yield name, [figures[measure] for measure in measures]
            if each is not None and name == "searchkit":
                found = ir_measures.iter_calc([nDCG @ 10], judged, run)
                each.update((metric.query_id, metric.value) for metric in found)


def _topics() -> list[list[str]]:
    """The number, the kind and the text of each query."""
    return [line.split("\t") for line in (_FOLDER / "queries.tsv").read_text("utf-8").splitlines()[1:]]


def _own(documents: list[dict[str, object]], folder: str) -> Search:
    index = searchkit.create(Path(folder) / "corpus.index")
    with index.writer() as writer:
        for document in documents:
            writer.add(document)
    return lambda text: [(hit.id, hit.score) for hit in index.search(text, limit=_DEPTH)]


def _plain(documents: list[dict[str, object]], terms: Callable[[str], list[str]]) -> Search:
    index = BM25([(str(d["id"]), terms(f"{d['title']}\n{d['body']}")) for d in documents])

    def search(text: str) -> list[tuple[str, float]]:
        found = index.search([[term] for term in terms(re.sub(r'["*]', " ", text))], _DEPTH)
        return [(key, float(_DEPTH - rank)) for rank, key in enumerate(found)]

    return search
