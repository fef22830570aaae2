"""Reader processes while one writer adds and another job rebuilds: whole answers only, and level memory and handles.

    python -m tests.trials.readers --minutes 10 --readers 8

The writer adds batches of documents, each in a transaction of its own, and now and then deletes one; the other job
replaces the whole index by an edition with another number. Every document says its edition and its batch. So an answer
is whole only if all documents are of one edition, and of each batch all or none; and the newest generation that a
reader has seen is never followed by an older one. Half of the readers keep the index open and refresh it, the others
open it anew each time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import searchkit
from searchkit import Keyword, LockedError, Schema, Text
from tests.trials.children import Outcome, Report

__all__ = ["main", "run"]

SCHEMA = Schema(title=Text(), body=Text(), edition=Keyword(), batch=Keyword())
_BASE, _BATCH = 120, 7  # documents of an edition, and of a batch that is added to it
_MOST_BATCHES = 40  # that an edition has, so that the index stays as large as it is
_WARM = 0.2  # share of the time after which memory and handles are first looked at
_LOOKS = 20  # how often they are looked at from then on
_GROWTH = 1.25, 24.0  # times and megabytes by which memory may have grown in the end
_WORDS = ("dəniz", "yol", "şəhər", "neft", "məktəb", "kitabxana", "bazar", "körpü", "meşə", "dövlət", "qanun", "işıq")


class Use(NamedTuple):
    """What a process holds: memory of its own in megabytes, and open files."""

    memory: float
    handles: int


class Told(NamedTuple):
    """What a process did: counts, failures, and what it held after a while and in the end, each the middle of some."""

    name: str
    counts: Counter[str]
    failures: list[str]
    first: Use
    last: Use


def document(edition: int, batch: int, number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": f"{batch}-{number}",
        "title": f"Kitab {number}",
        "body": "Bu kitab " + " ".join(chance.choices(_WORDS, k=60)) + f" sonuncu nəşr{edition}",
        "edition": str(edition),
        "batch": f"{batch:03}",
    }


class Process:
    """What the processes have in common: an end, counts, and a look at what is held."""

    def __init__(self, name: str, folder: Path, seconds: float, seed: int) -> None:
        self.name = name
        self.path = folder / "index"
        self.chance = random.Random(f"{seed} {name}")
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self._started = time.monotonic()
        self._seconds = seconds
        self._uses: list[Use] = []

    def goes_on(self) -> bool:
        """Whether there is time left; what is held is looked at now and then."""
        passed = (time.monotonic() - self._started) / self._seconds
        if passed > _WARM + (1 - _WARM) * len(self._uses) / _LOOKS:
            self._uses.append(_use())
        return passed < 1 and len(self.failures) < 10

    def fail(self, failure: str) -> None:
        self.failures.append(f"{self.name}: {failure}")

    def told(self) -> Told:
        uses = self._uses or [_use()]
        part = max(len(uses) // 4, 1)
        return Told(self.name, self.counts, self.failures, _middle(uses[:part]), _middle(uses[-part:]))


def _use() -> Use:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    shared = int(Path("/proc/self/statm").read_text().split()[2])  # mapped files among it
    return Use((pages - shared) * os.sysconf("SC_PAGE_SIZE") / (1 << 20), len(os.listdir("/proc/self/fd")))  # noqa: PTH208


def _middle(uses: list[Use]) -> Use:
    memory, handles = sorted(use.memory for use in uses), sorted(use.handles for use in uses)
    return Use(memory[len(memory) // 2], handles[len(handles) // 2])


# ---------------------------------------------------------------- what the processes do


def read(process: Process, keeps: bool) -> None:
    """Ask again and again, of an index that is kept open or opened anew."""
    index = searchkit.open(process.path, refresh=True)
    newest = 0, 0
    while process.goes_on():
        if not keeps:
            index = searchkit.open(process.path)
        seen = _whole(process, index.search("kitab", limit=3, facets=["edition", "batch"]))
        if seen is not None:
            if seen < newest:
                process.fail(f"edition and batches {seen} came after {newest}")
            process.counts["new generations seen"] += seen != newest
            newest = max(newest, seen)
        _ask(process, index)
        process.counts["answers"] += 6


def _whole(process: Process, results: searchkit.Results) -> tuple[int, int] | None:
    """The edition and the number of batches that an answer shows; None, and a failure, if it is empty or mixed."""
    editions, batches = dict(results.facets["edition"]), dict(results.facets["batch"])
    base = batches.pop("000", 0)
    if len(editions) != 1 or base != _BASE or any(count != _BATCH for count in batches.values()):
        process.fail(f"a mixed answer: {results.total} documents, {editions}, {base} and {batches}")
        return None
    if results.total != _BASE + _BATCH * len(batches) or len(results) != 3:
        process.fail(f"{results.total} documents in all, {len(results)} hits, {batches}")
    [edition] = editions
    for hit in results:
        if hit["edition"] != edition or not hit.snippet("body").html():
            process.fail(f"a hit of edition {hit['edition']} in an answer of edition {edition}")
    return int(edition), len(batches)


def _ask(process: Process, index: searchkit.Index) -> None:
    """Other questions, each of which has an answer in every generation."""
    word = process.chance.choice(_WORDS)
    number = process.chance.randrange(_BASE)
    found = index.search('"bu kitab"', match="all", limit=100, sort="-batch")
    if not (found and len({hit["edition"] for hit in found}) == 1):
        process.fail(f"a phrase found {found.total} documents, of editions {sorted({hit['edition'] for hit in found})}")
    for answer, what in (
        (index.search(word).total, word),
        (index.search(f"{word[:3]}* -{word}x").total, "a beginning"),
        (index.get(f"0-{number}"), "a document by its id"),
        (len(index), "the number of documents"),
    ):
        if not answer:
            process.fail(f"nothing was found: {what}")


def add(process: Process, _: bool) -> None:
    """Add batches to the edition in force, one a transaction."""
    index = searchkit.open(process.path)
    while process.goes_on():
        try:
            with index.writer(wait=60) as writer:
                now = index.search("kitab", limit=1, facets=["edition", "batch"])
                [(edition, _count)] = now.facets["edition"]
                batches = {int(name) for name, _ in now.facets["batch"]} - {0}
                if len(batches) < _MOST_BATCHES and process.chance.random() < 0.8:
                    batch = min({*range(1, _MOST_BATCHES + 1)} - batches)
                    for number in range(_BATCH):
                        writer.add(document(int(edition), batch, number, process.chance))
                elif batches and max(batches) == len(batches):
                    # The same documents once more: deleted in old segments, and as many in a new one.
                    for number in range(_BATCH):
                        writer.add(document(int(edition), max(batches), number, process.chance))
            process.counts["transactions"] += 1
        except LockedError:
            process.counts["waited in vain"] += 1
        time.sleep(process.chance.random() * 0.1)


def rebuild(process: Process, _: bool) -> None:
    """Replace the index by the next edition."""
    edition = 1
    while process.goes_on():
        try:
            with searchkit.rebuild(process.path, SCHEMA, wait=60) as writer:
                for number in range(_BASE):
                    writer.add(document(edition + 1, 0, number, process.chance))
            edition += 1
            process.counts["rebuilds"] += 1
        except LockedError:
            process.counts["waited in vain"] += 1
        time.sleep(process.chance.random() * 1.5)


_JOBS = {"reader": read, "writer": add, "rebuild": rebuild}


def _live(pipe: Any, job: str, name: str, keeps: bool, folder: Path, seconds: float, seed: int) -> None:
    """The life of a process."""
    process = Process(name, folder, seconds, seed)
    try:
        _JOBS[job](process, keeps)
    except BaseException:
        process.fail(traceback.format_exc(limit=-6))
    pipe.send(process.told())


# ---------------------------------------------------------------- the trial


def run(base: Path, seconds: float, readers: int, seed: int) -> Report:
    """Let the processes work for so many seconds on an index in the folder `base`."""
    report = Report(f"{readers} readers, a writer and a job that rebuilds, for {seconds:g} s")
    with searchkit.rebuild(base / "index", SCHEMA) as writer:
        for number in range(_BASE):
            writer.add(document(1, 0, number, random.Random(seed)))
    context = multiprocessing.get_context("spawn")
    lives = [("writer", "writer", True), ("rebuild", "rebuild", True)]
    for number in range(readers):
        keeps = number % 2 == 1
        lives.append(("reader", f"reader {number}, {'open' if keeps else 'anew'}", keeps))
    started = []
    for job, name, keeps in lives:
        ours, theirs = context.Pipe()
        process = context.Process(target=_live, args=(theirs, job, name, keeps, base, seconds, seed), daemon=True)
        process.start()
        theirs.close()
        started.append((name, process, ours))
    for name, process, pipe in started:
        try:
            told: Told | None = pipe.recv() if pipe.poll(seconds + 120) else None
        except EOFError:
            told = None
        if told is None:
            report.failures.append(f"{name} ended with code {process.exitcode}, or not at all")
            process.kill()
        else:
            _take(report, told)
        process.join()
    if problems := searchkit.verify(base / "index"):
        report.failures.append(f"in the end: {problems[0]}")
    if left := searchkit.open(base / "index").stats().leftover_files:
        report.failures.append(f"in the end {left} files were left over")
    for needed in ("answers", "new generations seen", "transactions", "rebuilds"):
        if not report.kinds[needed]:
            report.failures.append(f"there were no {needed}")
    return report


def _take(report: Report, told: Told) -> None:
    report.kinds.update(told.counts)
    report.failures += told.failures
    first, last = told.first, told.last
    report.notes.append(
        f"{told.name}: {first.memory:.1f} MB and {first.handles} files at first, "
        f"{last.memory:.1f} MB and {last.handles} files in the end"
    )
    times, more = _GROWTH
    if last.memory > first.memory * times + more or last.handles > first.handles + 4:
        report.failures.append(f"{told.name} holds more than before")
    if told.failures:
        report.count(0, Outcome("failed, empty or mixed answers", told.failures[0]))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        return run(Path(base), options.minutes * 60, options.readers, options.seed).show()


if __name__ == "__main__":
    sys.exit(main())
