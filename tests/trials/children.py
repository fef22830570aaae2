"""Cases that may kill a process, or never end, tried in processes of their own and counted."""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple, Protocol

__all__ = ["Outcome", "Report", "Trial", "asked", "tried"]

_AHEAD = 64  # cases that a process is given at a time
_MEMORY = 2 << 30  # bytes that a process may ask for, libraries and mapped files included; more is a MemoryError
_STARTING = 120  # seconds that a process may need before its first case
_MOST_SHOWN = 20  # failures that are printed one by one


class Trial(Protocol):
    """Tries case by case; made once a process, so what all cases need is made once too."""

    def __init__(self, folder: Path, seed: int, options: Any) -> None:
        """`folder` has what was prepared for all processes; what is to be changed is copied to a temporary folder."""

    def run(self, number: int) -> Outcome:
        """What case `number` of this seed came to; whatever is raised is a failure."""


class Outcome(NamedTuple):
    """What a case came to: what is counted, and, if it failed, how."""

    kind: str
    failure: str = ""
    figures: tuple[float, ...] = ()


class Report:
    """Counts outcomes and remembers failures."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.kinds: Counter[str] = Counter()
        self.failures: list[str] = []
        self.notes: list[str] = []
        self._started = time.monotonic()

    def count(self, number: int, outcome: Outcome) -> None:
        self.kinds[outcome.kind] += 1
        if outcome.failure:
            self.failures.append(f"case {number}, {outcome.kind}: {outcome.failure}")

    @property
    def total(self) -> int:
        return sum(self.kinds.values())

    def show(self) -> int:
        """Print what was counted; the exit code."""
        print(f"{self.title}: {self.total:,} cases in {time.monotonic() - self._started:,.0f} s")
        for kind, count in sorted(self.kinds.items()):
            print(f"  {count:9,} {kind}")
        for note in self.notes:
            print(f"  {note}")
        print(f"  {len(self.failures):9,} failures")
        for failure in self.failures[:_MOST_SHOWN]:
            print(f"    {failure}")
        return 1 if self.failures else 0


def asked(description: str | None, count: int, *more: tuple[str, dict[str, Any]]) -> argparse.Namespace:
    """The arguments that all trials take, and `more`."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=count, help=f"how many cases, {count:,} if nothing is said")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other cases")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    for name, options in more:
        parser.add_argument(name, **options)
    return parser.parse_args()


def tried(
    trial: Callable[[Path, int, Any], Trial],
    folder: Path,
    seed: int,
    count: int,
    *,
    jobs: int = 1,
    options: Any = None,
    seconds: float = 60.0,
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes of cases 0 to `count` - 1, as they come.

    A case that kills its process or takes more than `seconds` is a failure of its own; another process goes on behind
    it.
    """
    waiting = iter(range(count))
    children = [_Child(trial, folder, seed, options) for _ in range(jobs)]
    try:
        active = [child for child in children if child.give(waiting)]
        while active:
            timeout = min(child.deadline(seconds) for child in active) - time.monotonic()
            ready = wait([child.pipe for child in active], max(timeout, 0))
            for child in active:
                if child.pipe in ready:
                    yield child.take()
                elif time.monotonic() > child.deadline(seconds):
                    yield child.end(f"nothing came of it in {seconds:g} s")
            active = [child for child in active if child.cases or child.give(waiting)]
    finally:
        for child in children:
            child.stop()


class _Child:
    """A process with the cases that it has been given and has not answered."""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments
        self.cases: list[int] = []
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
        self._process.start()
        theirs.close()
        problem = self.pipe.recv() if self.pipe.poll(_STARTING) else "it is not ready in time"
        if problem:
            raise RuntimeError(problem)
        self._last = time.monotonic()

    def give(self, waiting: Iterator[int]) -> bool:
        """Give it more cases; whether there are any."""
        self.cases = list(islice(waiting, _AHEAD))
        if self.cases:
            self._last = time.monotonic()
            self.pipe.send(self.cases)
        return bool(self.cases)

    def deadline(self, seconds: float) -> float:
        return self._last + seconds

    def take(self) -> tuple[int, Outcome]:
        try:
            outcome = self.pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join(10)
            code = self._process.exitcode or 0
            return self.end(f"it killed its process ({signal.Signals(-code).name if code < 0 else f'code {code}'})")
        self._last = time.monotonic()
        return self.cases.pop(0), outcome

    def end(self, reason: str) -> tuple[int, Outcome]:
        """Give the case at hand up, and go on behind it in another process."""
        self.stop()
        number = self.cases.pop(0)
        self._start()
        if self.cases:
            self.pipe.send(self.cases)
        return number, Outcome("ended the process or did not end", reason)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, trial: Callable[[Path, int, Any], Trial], folder: Path, seed: int, options: Any) -> None:
    """The life of a process: cases in, outcomes out."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    tempfile.tempdir = tempfile.mkdtemp(dir=folder.parent)  # goes with what was prepared, even if this is killed
    try:
        tries = trial(folder, seed, options)
    except BaseException:
        pipe.send(traceback.format_exc())
        return
    pipe.send("")
    with contextlib.suppress(EOFError, ConnectionError, KeyboardInterrupt):
        while True:
            for number in pipe.recv():
                try:
                    outcome = tries.run(number)
                except Exception:
                    outcome = Outcome("raised something else", traceback.format_exc(limit=-6))
                pipe.send(outcome)
