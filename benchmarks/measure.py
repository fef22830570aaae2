"""What is measured of search engines, and how: the clock of one machine, the engines in turns.

Times are in seconds, sizes and memory in bytes. An engine that cannot do a thing is left out of its figures.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

from benchmarks.adapters import Engine
from benchmarks.collection import Document
from benchmarks.queries import Queries

__all__ = [
    "IMPORTS", "Build", "additions", "answers", "build", "first_answer", "first_answers", "highlights", "percentile",
    "processes", "query_command", "run", "starts",
]  # fmt: skip

_ROOT = Path(__file__).resolve().parents[1]
_SAMPLING = 0.25  # seconds between two looks at the memory of a build
IMPORTS = "import numpy, click, ujson, whoosh.index, whoosh.query"

Engines = Mapping[str, Engine]
Times = dict[str, float]
KindRuns = dict[str, list[list[float]]]
_Result = TypeVar("_Result")


class Build(NamedTuple):
    """One build: how long it took, how large the index is, the most memory that its processes held together."""

    seconds: float
    size: int
    memory: int


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def build(name: str, documents: Path, index: Path, workers: int) -> Build:
    """Build an index at the new folder `index` in a process of its own."""
    process = subprocess.Popen(
        _worker("build", name, index, documents, workers),
        cwd=_ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True, env=_environment(),
    )  # fmt: skip
    together = 0
    while True:
        try:
            output, _ = process.communicate(timeout=_SAMPLING)
            break
        except subprocess.TimeoutExpired:
            together = max(together, _together(process.pid))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    seconds, memory = output.split()[-2:]
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    return Build(float(seconds), size, max(together, int(memory)))


def answers(engines: Engines, queries: Queries, repeat: int) -> tuple[dict[str, KindRuns], dict[str, int]]:
    """The time of each of `repeat` runs of each query, by engine and kind; queries without any hit, by engine.

    An engine is asked all queries of a kind in a row, then the next engine: as a server asks its own, which finds in
    the processor's caches what it left there, and not what a scan of another engine did.
    """
    times: dict[str, KindRuns] = {name: {} for name in engines}
    nothing: dict[str, int] = defaultdict(int)
    for kind, texts in queries.items():
        able = {name: engine for name, engine in engines.items() if kind in engine.kinds}
        runs: dict[str, list[list[float]]] = {name: [[] for _ in texts] for name in able}
        for turn in range(repeat):
            for name, engine in _rotated(able, turn):
                for number, text in enumerate(texts):
                    seconds, found = _timed(engine.search, kind, text)
                    runs[name][number].append(seconds)
                    nothing[name] += not found and not turn
        for name, each in runs.items():
            times[name][kind] = each
    return times, nothing


def highlights(engines: Engines, texts: Sequence[str], repeat: int) -> dict[str, list[float]]:
    """What ten snippets add to the time of a search, by engine and query: the median of `repeat` runs."""
    able = {name: engine for name, engine in engines.items() if engine.highlights}
    extra: dict[str, list[list[float]]] = {name: [[] for _ in texts] for name in able}
    for turn in range(repeat):
        for name, engine in _rotated(able, turn):
            for number, text in enumerate(texts):
                engine.search("common", text)  # so that neither of the two below goes first
                plain, _ = _timed(engine.search, "common", text)
                whole, _ = _timed(engine.snippets, text)
                extra[name][number].append(whole - plain)
    return {name: [max(0.0, median(runs)) for runs in each] for name, each in extra.items()}


def first_answers(engines: Engines, text: str, repeat: int) -> Times:
    """To open the index and answer a first query in a fresh process, its imports done: the median."""
    runs: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeat):
        for name, engine in engines.items():
            runs[name].append(first_answer(name, engine.folder, text))
    return {name: median(values) for name, values in runs.items()}


def first_answer(name: str, index: Path, text: str) -> float:
    """The seconds that one process takes to open an index and answer a query, its imports done."""
    return float(run(_worker("first", name, index, text)).split()[-2])


def starts(index: Path, text: str, repeat: int) -> Times:
    """`searchkit query` from the start of the process to its exit, and Python with the bare imports: the median."""
    commands = {"searchkit query": query_command(index, text), "imports alone": [sys.executable, "-c", IMPORTS]}
    return processes(commands, repeat)


def query_command(index: Path, text: str) -> list[str]:
    """The command line that asks an index."""
    return [sys.executable, "-m", "searchkit", "query", text, "--index", str(index)]


def processes(commands: Mapping[str, list[str]], repeat: int) -> Times:
    """Each command from the start of its process to its exit, in turns: the median. Each runs once more before."""
    runs: dict[str, list[float]] = defaultdict(list)
    for turn in range(repeat + 1):
        for name, command in commands.items():
            seconds, _ = _timed(run, command)
            if turn:
                runs[name].append(seconds)
    return {name: median(values) for name, values in runs.items()}


def additions(engines: Engines, document: Document, repeat: int) -> Times:
    """To add one document to the index and commit: the median. The documents stay."""
    runs: dict[str, list[float]] = defaultdict(list)
    numbers = count()
    for _ in range(repeat):
        for name, engine in engines.items():
            if engine.adds:
                new = {**document, "id": f"new-{next(numbers)}"}
                runs[name].append(_timed(engine.add, new)[0])
    return {name: median(values) for name, values in runs.items()}


def _rotated(engines: Engines, turn: int) -> list[tuple[str, Engine]]:
    """The engines, another one first each time: who comes after whom shall not matter."""
    items = list(engines.items())
    start = turn % max(len(items), 1)
    return items[start:] + items[:start]


def _timed(work: Callable[..., _Result], *arguments: object) -> tuple[float, _Result]:
    started = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - started, result


def run(command: list[str]) -> str:
    """What a command prints."""
    return subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True, env=_environment()).stdout


def _environment() -> dict[str, str]:
    """That of this process, but byte code is kept, as where searchkit is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _worker(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.worker", *map(str, arguments)]


def _together(session: int) -> int:
    """Memory that the processes of a session hold together, what they share counted once; 0 if the system is silent."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                members.append((folder, int(fields[21]) * os.sysconf("SC_PAGE_SIZE")))
    if len(members) == 1:
        return members[0][1]
    return sum(_share(folder, resident) for folder, resident in members)


def _share(process: Path, resident: int) -> int:
    """The memory of a process, of what it shares with others its part; what is resident where that is not told."""
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    return resident
