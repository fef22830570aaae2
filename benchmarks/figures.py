"""The figures of one collection: everything that is measured, as plain values that can be kept as JSON."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import ujson

from benchmarks import measure
from benchmarks.adapters import ENGINES, Engine
from benchmarks.collection import read
from benchmarks.queries import Queries

__all__ = ["Figures", "collect", "load", "save"]

_REPEAT = 5  # of everything but builds
_STARTS = 11

Say = Callable[[str], None]


@dataclass
class Figures:
    """Times in seconds, sizes and memory in bytes; by the name of the engine, and what else the fields say."""

    name: str  # of the collection
    documents: int
    size: int  # of the collection as JSON lines
    asked: int  # queries of all kinds
    versions: dict[str, str]
    machine: str
    builds: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)  # by workers: seconds, size, memory
    queries: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)  # by kind: p50 and p95
    firsts: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)  # the same, asked the first time
    nothing: dict[str, int] = field(default_factory=dict)  # how many queries found nothing
    snippets: dict[str, float] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    additions: dict[str, float] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)


def save(figures: Figures, path: Path) -> None:
    """Write figures as JSON."""
    path.write_text(ujson.dumps(asdict(figures), indent=1), "utf-8")


def load(path: Path) -> Figures:
    """Read what `save` wrote."""
    return Figures(**ujson.loads(path.read_text("utf-8")))


def collect(
    name: str, path: Path, documents: int, queries: Queries, engines: Sequence[str], repeat: int, say: Say
) -> Figures:
    """Measure the engines with the collection in the file `path`; indexes are made beside it and removed again."""
    taking = [key for key in engines if (ENGINES[key].most or documents) >= documents]
    figures = Figures(
        name,
        documents,
        path.stat().st_size,
        sum(map(len, queries.values())),
        {ENGINES[key].name: ENGINES[key].version() or "" for key in taking},
        f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
    )
    folder = path.with_suffix(".indexes")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        opened = _build(figures, path, folder, taking, repeat, say)
        for engine in opened.values():
            stack.callback(engine.close)
        _search(figures, opened, queries, say)
        if "searchkit" in opened:
            say("starting processes")
            figures.starts = measure.starts(opened["searchkit"].folder, queries["common"][0], _STARTS)
        say("adding a document")
        added = measure.additions(opened, next(read(path)), _REPEAT)
        figures.additions = _named(added)
    return figures


def _build(
    figures: Figures, path: Path, folder: Path, engines: Sequence[str], repeat: int, say: Say
) -> dict[str, Engine]:
    """Build all indexes, the engines in turns; those of one worker are kept, open."""
    runs: dict[tuple[str, int], list[measure.Build]] = {}
    for turn in range(repeat):
        for workers in (1, 2):
            for key in engines:
                if workers not in ENGINES[key].workers:
                    continue
                say(f"building {ENGINES[key].name} with {workers}, {turn + 1} of {repeat}")
                index = folder / f"{key}-{workers}"
                shutil.rmtree(index, ignore_errors=True)
                runs.setdefault((key, workers), []).append(measure.build(key, path, index, workers))
                if workers > 1:
                    shutil.rmtree(index)
    for (key, workers), builds in runs.items():
        figures.builds.setdefault(ENGINES[key].name, {})[str(workers)] = {
            "seconds": median(build.seconds for build in builds),
            "size": median(build.size for build in builds),
            "memory": median(build.memory for build in builds),
        }
    opened = {}
    for key in engines:
        opened[key] = ENGINES[key](folder / f"{key}-1")
        opened[key].load()
        opened[key].open()
    return opened


def _search(figures: Figures, opened: dict[str, Engine], queries: Queries, say: Say) -> None:
    say("opening indexes in fresh processes")
    figures.first = _named(measure.first_answers(opened, queries["common"][0], _REPEAT))
    say(f"asking {figures.asked} queries, {_REPEAT} times")
    times, nothing = measure.answers(opened, queries, _REPEAT)
    for key, kinds in times.items():
        name = ENGINES[key].name
        figures.queries[name] = {kind: _quantiles(map(median, runs)) for kind, runs in kinds.items()}
        figures.firsts[name] = {kind: _quantiles(run[0] for run in runs) for kind, runs in kinds.items()}
    figures.nothing = {ENGINES[key].name: number for key, number in nothing.items() if number}
    say("making snippets")
    extra = measure.highlights(opened, queries["common"], _REPEAT)
    figures.snippets = _named({key: measure.percentile(values, 0.5) for key, values in extra.items()})


def _quantiles(times: Iterable[float]) -> tuple[float, float]:
    values = list(times)
    return measure.percentile(values, 0.5), measure.percentile(values, 0.95)


def _named(values: dict[str, float]) -> dict[str, float]:
    return {ENGINES[key].name: value for key, value in values.items()}
