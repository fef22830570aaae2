"""Relevance and cost of `index.search` with its default ranking, on judged queries, those that tuned it apart.

Weights are tuned on every second heading and question; the others only show what came of it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import ujson

import searchkit
from azanalyzer import fold
from benchmarks.as_typed import table as as_typed
from benchmarks.bm25 import BM25, reciprocal_rank
from benchmarks.corpus import relevance
from benchmarks.peers import text_terms
from searchkit import Index, Ranking
from searchkit.ranking import WEIGHTS, default_ranking

__all__ = ["ranking"]

_TRUNCATED = "first 5 letters, folded"
_STEPS = (0.0, 0.5, 0.75, 1.25, 1.5)  # by which a weight is multiplied to see whether it gets better
_BODIES = searchkit.Schema(body=searchkit.Text())
_SMALLEST = 0.1  # that a weight of 0 is tried with

Search = Callable[[str], Sequence[str]]


class Judged(NamedTuple):
    """A query and the documents that answer it."""

    text: str
    relevant: list[str]


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--repeat", default=3, show_default=True, help="How often each heading is timed.")
@click.option("--tune", is_flag=True, help="Look for better weights on the tuned half first, and print them as JSON.")
def ranking(data: Path, repeat: int, tune: bool) -> None:
    """MRR@10 of searches on the texts of the folder DATA, nDCG@10 on corpus/, and what the ranking costs.

    DATA holds legal-articles.jsonl, legal-queries.jsonl and questions.jsonl. Only the bodies of the articles and the
    answers to the questions are indexed; the titles too in an index in which headings look for themselves.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = [*_lines(data / "legal-articles.jsonl")]
        articles = [(line["id"], line["body"]) for line in lines]
        headings = [Judged(line["query"], line["relevant"]) for line in _lines(data / "legal-queries.jsonl")]
        laws = _index(Path(folder) / "laws.index", ({"id": key, "body": text} for key, text in articles))
        asked = [(line["qid"], " ".join(line["answers"]), line["query"]) for line in _lines(data / "questions.jsonl")]
        questions = [Judged(query, [key]) for key, _, query in asked]
        answers = _index(Path(folder) / "answers.index", ({"id": key, "body": text} for key, text, _ in asked))
        titled = _index(
            Path(folder) / "titled.index",
            ({name: line[name] for name in ("id", "title", "body")} for line in lines),
            None,
        )
        weights = default_ranking()
        if tune:
            weights = _tuned([(laws, headings[::2]), (answers, questions[::2]), (titled, headings[::2])])
            click.echo(ujson.dumps(weights.to_dict()))
        click.echo("MRR@10\n\n| | queries | tuned half | held half | all |\n|---|---|---|---|---|")
        _compare("headings", laws, articles, headings, weights)
        _compare("typed in ASCII", laws, articles, [Judged(fold(text), keys) for text, keys in headings], weights)
        _compare("questions", answers, [(key, text) for key, text, _ in asked], questions, weights)
        both = [(line["id"], f"{line['title']}\n{line['body']}") for line in lines]
        _compare("headings, titles too", titled, both, headings, weights)
        click.echo(f"\n{as_typed(_ids_by(laws, weights), headings)}")
        click.echo("\nThe judged queries of corpus/, nDCG@10\n\n| system | nDCG@10 |\n|---|---|")
        for system, figures in relevance():
            click.echo(f"| {system} | {figures[0]:.4f} |")
        click.echo()
        _cost(laws, [query.text for query in headings], weights, repeat)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(ujson.loads, file)


def _index(path: Path, documents: Iterable[Mapping[str, Any]], schema: searchkit.Schema | None = _BODIES) -> Index:
    index = searchkit.create(path, schema)
    with index.writer() as writer:
        for document in documents:
            writer.add(document)
    return index


def _compare(
    name: str, index: Index, texts: Iterable[tuple[str, str]], queries: list[Judged], weights: Ranking
) -> None:
    """Print rows for the default ranking, the roots alone, and truncated words."""
    terms = text_terms()[_TRUNCATED]
    truncated = BM25((key, terms(text)) for key, text in texts)
    systems: Mapping[str, Search] = {
        "searchkit": _ids_by(index, weights),
        "searchkit, roots alone": _ids_by(index, Ranking.plain()),
        f"BM25, {_TRUNCATED}": lambda text: truncated.search([[term] for term in terms(text)]),
    }
    for system, search in systems.items():
        ranks = _ranks(search, queries)
        parts = (ranks[::2], ranks[1::2], ranks)
        figures = " | ".join(f"{_mean(part):.4f}" for part in parts)
        click.echo(f"| {name}: {system} | {len(queries):,} | {figures} |")


def _ids_by(index: Index, weights: Ranking) -> Search:
    return lambda text: [hit.id for hit in index.search(text, ranking=weights)]


def _ranks(search: Search, queries: Iterable[Judged]) -> list[float]:
    return [reciprocal_rank(search(query.text), query.relevant) for query in queries]


def _mean(ranks: Sequence[float]) -> float:
    return sum(ranks) / len(ranks)


def _tuned(collections: Sequence[tuple[Index, list[Judged]]]) -> Ranking:
    """The weights that do best on all together, one changed after the other until no step makes it better."""

    def worth(weights: Ranking) -> float:
        return sum(_mean(_ranks(_ids_by(index, weights), queries)) for index, queries in collections)

    weights = default_ranking()
    best = worth(weights)
    before = 0.0
    while best > before:
        before = best
        for name in WEIGHTS:
            value = getattr(weights, name)
            for step in _STEPS:
                tried = weights._replace(**{name: round(value * step, 3) if value else _SMALLEST * step})
                if (found := worth(tried)) > best:
                    weights, best = tried, found
    return weights


def _cost(index: Index, texts: Sequence[str], weights: Ranking, repeat: int) -> None:
    """Print what searches take with the ranking and with roots alone, in turns; a query counts with its median."""
    rankings = {"default": weights, "plain": Ranking.plain()}
    times: dict[str, list[float]] = {name: [] for name in rankings}
    for number, text in enumerate(texts):
        runs: dict[str, list[float]] = {name: [] for name in rankings}
        for turn in range(repeat):
            for name in sorted(rankings, reverse=(number + turn) % 2 == 1):
                started = time.perf_counter()
                index.search(text, ranking=rankings[name])
                runs[name].append((time.perf_counter() - started) * 1000)
        for name in rankings:
            times[name].append(median(runs[name]))
    middles = {name: median(values) for name, values in times.items()}
    click.echo(
        f"a heading takes {middles['default']:.2f} ms (median), by roots alone {middles['plain']:.2f} ms: "
        f"{middles['default'] / middles['plain'] - 1:+.0%}"
    )
