"""Each operation on files failing in its turn: disk full, error of the device, interrupt; once, and from then on."""

from __future__ import annotations

import errno
import gc
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import searchkit
from tests.trials.operations import Operation, count_descriptors, watched
from tests.trials.scenarios import SCENARIOS, Scenario, prepare
from tests.trials.state import content, generation, strays, working_folder, write_once, wrong

__all__ = ["FAULTS", "Fault", "Tried", "fail_operations"]

_TAKES_ROOM = frozenset({"create", "create unnamed", "write", "fsync", "fsync folder", "rename", "link", "mkdir"})


class Fault(NamedTuple):
    """How operations fail."""

    name: str
    error: Callable[[str], BaseException]
    for_good: bool
    kinds: frozenset[str] | None = None
    """Which fail; None for all."""


def _failing(number: int) -> Callable[[str], BaseException]:
    return lambda path: OSError(number, os.strerror(number), path)


FAULTS = (
    Fault("disk full, once", _failing(errno.ENOSPC), False, _TAKES_ROOM),
    Fault("disk full, for good", _failing(errno.ENOSPC), True, _TAKES_ROOM),
    Fault("device error, once", _failing(errno.EIO), False),
    Fault("device error, for good", _failing(errno.EIO), True),
    Fault("interrupt", lambda _: KeyboardInterrupt(), False),
)


class Tried(NamedTuple):
    """What failing operations did: how many of each kind were tried, how it ended, and all that was wrong."""

    count: int
    operations: Counter[str]
    outcomes: Counter[str]
    failures: list[str]


class _Failing:
    """Lets the operation of a number fail, and with a fault for good those after it."""

    def __init__(self, number: int, fault: Fault, folder: Path) -> None:
        self.seen: list[Operation] = []
        self.failed: Operation | None = None
        self._number = number
        self._fault = fault
        self._folder = folder

    def before(self, operation: Operation) -> None:
        self.seen.append(operation)
        is_its_turn = len(self.seen) - 1 == self._number or (self._fault.for_good and self.failed)
        if is_its_turn and (self._fault.kinds is None or operation.kind in self._fault.kinds):
            self.failed = self.failed or operation
            if operation.kind == "write":  # as much as there was room for
                os.write(operation.descriptor, operation.data[: len(operation.data) // 2])
            raise self._fault.error(str(self._folder / (operation.to or operation.path)))

    def after(self, operation: Operation) -> None:
        """Nothing more is to be done."""


def operations_of(scenario: Scenario, base: Path, folder: Path) -> list[Operation]:
    """The operations of a scenario in which nothing fails."""
    path = _fresh(base, folder)
    observer = _Failing(-1, FAULTS[0], folder)
    with watched(folder, observer):
        scenario.act(path)
    return observer.seen


def fail_operations(names: list[str] | None = None, every: int = 1, seed: int = 1, folder: Path | None = None) -> Tried:
    """Let operations of the scenarios (all, or those named) fail, one of `every` drawn by lot, with each fault."""
    rng = random.Random(seed)
    gc.freeze()  # what is there already need not be looked through again and again for files left open
    operations: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    count = 0
    for scenario in SCENARIOS:
        if names is not None and scenario.name not in names:
            continue
        with working_folder(folder) as name:
            base, work = Path(name) / "base", Path(name) / "work"
            prepare(scenario, base)
            for number, operation in enumerate(operations_of(scenario, base, work)):
                for fault in FAULTS:
                    if rng.randrange(every) or (fault.kinds is not None and operation.kind not in fault.kinds):
                        continue
                    count += 1
                    operations[operation.kind] += 1
                    where = f"{scenario.name}, operation {number} ({operation.kind} {operation.path}), {fault.name}"
                    outcome, problems = _try(scenario, base, work, number, fault)
                    outcomes[f"{fault.name}: {outcome}"] += 1
                    failures += [f"{where}: {problem}" for problem in problems]
    gc.unfreeze()
    return Tried(count, operations, outcomes, failures)


def _fresh(base: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    return folder / "made" / "index"


def _try(scenario: Scenario, base: Path, folder: Path, number: int, fault: Fault) -> tuple[str, list[str]]:
    """Let one operation fail; how it ended, and what was wrong."""
    path = _fresh(base, folder)
    place = folder / scenario.place
    before = generation(place)
    gc.collect()
    descriptors = count_descriptors()
    observer = _Failing(number, fault, folder)
    error: BaseException | None = None
    try:
        with watched(folder, observer):
            scenario.act(path)
    except BaseException as raised:
        # Without what it holds on to: the frames that it came through, with their files.
        raised.__context__ = raised.__cause__ = None
        error = raised.with_traceback(None)
    in_force = generation(place) != before
    problems = [*_wrong_with(error, in_force)]
    if problem := wrong(place, {"new": scenario.after} if in_force else {"old": scenario.before}):
        problems.append(problem)
    else:
        problems += _next(place)
    gc.collect()
    if count_descriptors() != descriptors:
        problems.append(f"{count_descriptors() - descriptors} more files are open than before")
    outcome = "no error" if error is None else "error"
    return f"{outcome}, {'new' if in_force else 'old'} generation", problems


def _wrong_with(error: BaseException | None, in_force: bool) -> Iterator[str]:
    if error is None:
        if not in_force:
            yield "no error, and nothing was done"
    elif isinstance(error, KeyboardInterrupt):
        return
    elif not isinstance(error, searchkit.SearchkitError):
        yield f"no error of searchkit's: {error!r}"
    elif in_force != ("in force" in str(error)) or in_force == ("nothing was changed" in str(error)):
        yield f"the {'new' if in_force else 'old'} generation is in force, and the message is: {error}"


def _next(place: Path) -> Iterator[str]:
    """What is wrong with the next write, with nothing failing."""
    expected = dict(content(place) or {})
    try:
        expected[write_once(place)] = "kitab"
    except Exception as error:  # whatever it is, it must not be
        yield f"the next write: {error!r}"
        return
    if problem := wrong(place, {"expected": expected}):
        yield f"after the next write: {problem}"
    for file in strays(place):
        yield f"{file} is still there after the next write"
