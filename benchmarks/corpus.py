"""Relevance on the sample collection: searchkit's own search beside plain BM25 with other analyzers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

import searchkit
from benchmarks.bm25 import BM25
from benchmarks.peers import text_terms
from searchkit.documents import Document, read_documents

__all__ = ["corpus"]

_FOLDER = Path(__file__).parent.parent / "corpus"
_DEPTH = 20

Search = Callable[[str], list[tuple[str, float]]]


@click.command()
@click.option("--queries", is_flag=True, help="Also print nDCG@10 of every query, the worst first.")
def corpus(queries: bool) -> None:
    """Print nDCG@10, MRR@10 and recall@20 over the judged queries of corpus/."""
    import ir_measures
    from ir_measures import RR, R, ScoredDoc, nDCG

    documents = [item.fields for item in read_documents([_FOLDER / "articles"]) if isinstance(item, Document)]
    topics = [line.split("\t") for line in (_FOLDER / "queries.tsv").read_text("utf-8").splitlines()[1:]]
    judged = list(ir_measures.read_trec_qrels(str(_FOLDER / "qrels.txt")))
    measures = [nDCG @ 10, RR @ 10, R @ 20]
    click.echo(f"{len(documents)} articles, {len(topics)} queries, {len(judged)} judgements\n")
    click.echo("| system | nDCG@10 | MRR@10 | recall@20 |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        systems: dict[str, Search] = {"searchkit": _own(documents, folder)}
        for name, terms in text_terms().items():
            systems[f"BM25, {name}"] = _plain(documents, terms)
        for name, search in systems.items():
            run = [ScoredDoc(topic, key, score) for topic, _, text in topics for key, score in search(text)]
            figures = ir_measures.calc_aggregate(measures, judged, run)
            click.echo(f"| {name} | {' | '.join(f'{figures[measure]:.4f}' for measure in measures)} |")
            if queries and name == "searchkit":
                each = {metric.query_id: metric.value for metric in ir_measures.iter_calc([nDCG @ 10], judged, run)}
        if queries:
            click.echo()
            for topic, kind, text in sorted(topics, key=lambda row: each.get(row[0], 0.0)):
                click.echo(f"{each.get(topic, 0.0):.3f}  {topic}  {kind:9}  {text}")


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
