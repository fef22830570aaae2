"""The main job on real text: index a JSON-lines collection from the command line, then ask it judged queries."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import ujson

import searchkit
from azanalyzer import fold
from benchmarks.bm25 import reciprocal_rank

__all__ = ["legal"]

_COMMAND = [sys.executable, "-m", "searchkit"]


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--worst", default=10, show_default=True, help="Print so many of the worst queries.")
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the index of the whole documents here.")
def legal(data: Path, worst: int, keep: Path | None) -> None:
    """Index legal-articles.jsonl of the folder DATA and search it; MRR@10 with the bodies only."""
    articles = data / "legal-articles.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        whole = keep or Path(folder) / "whole.index"
        started = time.perf_counter()
        subprocess.run([*_COMMAND, "index", str(articles), "--index", str(whole), "--rebuild", "--quiet"], check=True)
        seconds = time.perf_counter() - started
        with searchkit.open(whole) as index:
            stats = index.stats()
        click.echo(
            f"indexed {stats.documents:,} documents in {seconds:.1f} s: {stats.documents / seconds:,.0f} a second,"
        )
        click.echo(f"{articles.stat().st_size / 1e6:.1f} MB of JSON, index {stats.size / 1e6:.1f} MB")
        click.echo(f"cold start of `searchkit query`: {_cold(whole):.0f} ms (median of 7, process start to exit)")
        bodies = searchkit.create(Path(folder) / "bodies.index", searchkit.Schema(body=searchkit.Text()))
        with bodies.writer() as writer:
            for line in articles.open(encoding="utf-8"):
                article = ujson.loads(line)
                writer.add({"id": article["id"], "body": article["body"]})
        queries = [ujson.loads(line) for line in (data / "legal-queries.jsonl").open(encoding="utf-8")]
        times: list[float] = []
        for name, spelled in (("properly spelled", str), ("typed in ASCII", fold)):
            ranks = []
            for query in queries:
                results = bodies.search(spelled(query["query"]))
                times.append(results.took_ms)
                ranks.append(reciprocal_rank([hit.id for hit in results], query["relevant"]))
            click.echo(f"MRR@10 over {len(queries):,} headings, {name}: {sum(ranks) / len(ranks):.4f}")
            if spelled is str:
                proper = ranks
        times.sort()
        click.echo(
            f"a query took {times[len(times) // 2]:.0f} ms (median), {times[len(times) * 95 // 100]:.0f} ms (95%)"
        )
        missed = [query for query, rank in zip(queries, proper, strict=True) if not rank][:worst]
        click.echo(
            f"{sum(not rank for rank in proper):,} headings do not find their article among the first ten, such as"
        )
        for query in missed:
            click.echo(f"  {query['query']}  [{', '.join(query['relevant'])}]")


def _cold(index: Path) -> float:
    runs = []
    for _ in range(7):
        started = time.perf_counter()
        subprocess.run([*_COMMAND, "query", "vergi orqanları", "--index", str(index)], check=True, capture_output=True)
        runs.append((time.perf_counter() - started) * 1000)
    return sorted(runs)[3]
