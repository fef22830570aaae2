"""SIGKILL in the middle of what writers do: at random moments, and at one operation on files after the other."""

from __future__ import annotations

import contextlib
import math
import mmap
import os
import random
import shutil
import signal
import struct
import time
import traceback
from collections import Counter
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import searchkit
from tests.trials.operations import Operation, watched
from tests.trials.state import (
    KINDS,
    Content,
    content,
    generation,
    random_step,
    strays,
    working_folder,
    write_once,
    wrong,
)

__all__ = ["Killed", "kill_writers"]

LIFE = 20  # kills that an index lives through before the next is made
LONGEST = 0.35  # seconds until a kill by the clock
PATIENCE = 3.0  # seconds for the operation to come that is waited for
PHASES = (
    "before any operation",
    "taking the lock",
    "writing segments",
    "fsync, renaming of segments",
    "manifest of the generation, table of contents",
    "writing, fsync of the manifest",
    "renaming of the manifest",
    "fsync of the folder",
    "removing what is not needed",
    "between two transactions",
)


class Killed(NamedTuple):
    """What kills did: how often in which phase of which step, and all that was wrong afterwards."""

    count: int
    phases: Counter[tuple[str, str]]
    outcomes: Counter[str]
    failures: list[str]


class _Shared:
    """Where a child is, seen by its parent after its death."""

    _LAYOUT = struct.Struct("<BB")

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, self._LAYOUT.size)

    def put(self, kind: int, phase: int) -> None:
        self._LAYOUT.pack_into(self._memory, 0, kind, phase)

    def get(self) -> tuple[str, str]:
        kind, phase = self._LAYOUT.unpack_from(self._memory, 0)
        return KINDS[kind], PHASES[phase]


class _Killer:
    """Notes where the process is, and ends it at an operation: before it, or when half of a write has been done."""

    def __init__(self, shared: _Shared, rng: random.Random, is_new: bool) -> None:
        """It is to be an operation of a phase drawn by lot; where the index is new, often one of its making."""
        self.kind = 0
        self._shared = shared
        self._phase = None if is_new and rng.random() < 0.7 else rng.choice(PHASES[1:-1])
        self._left = rng.randrange(1, 50 if self._phase is None else 8)
        self._tears = rng.random() < 0.5
        self.is_armed = True

    def rest(self, phase: str) -> None:
        self._shared.put(self.kind, PHASES.index(phase))

    def before(self, operation: Operation) -> None:
        phase = phase_of(operation)
        self.rest(phase)
        if self.is_armed and self._phase in (None, phase):
            self._left -= 1
            if not self._left:
                if self._tears and operation.kind == "write":
                    os.write(operation.descriptor, operation.data[: len(operation.data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)

    def after(self, operation: Operation) -> None:
        """The process goes on."""


def phase_of(operation: Operation) -> str:
    """The phase of a transaction that an operation belongs to."""
    folder, _, name = operation.path.rpartition("/")
    kind = operation.kind
    if name == "writer.lock":
        return "taking the lock"
    if kind in ("unlink", "rmdir"):
        return "removing what is not needed"
    if kind == "fsync folder" and name not in ("segments", "generations"):
        return "fsync of the folder"
    if name.startswith("searchkit.json"):
        return "renaming of the manifest" if kind == "rename" else "writing, fsync of the manifest"
    if folder.endswith("segments") or name == "segments":
        return "fsync, renaming of segments" if kind.startswith(("fsync", "rename")) else "writing segments"
    return "manifest of the generation, table of contents"


def _write_for_ever(path: Path, seed: int, known: dict[int, Content], pipe: Connection, killer: _Killer) -> None:
    """What the child does: transactions, each told before it begins and acknowledged when it is done."""
    rng = random.Random(seed)
    held = known.get(generation(path))
    for number in range(1 << 30):
        before = None
        if held is not None:
            kept = [int(name[1:]) for name in searchkit.open(path).stats().kept]
            before = known.get(kept[-1]) if kept else None
        step = random_step(rng, held, before, f"m{seed}x{number}")
        killer.kind = KINDS.index(step.kind)
        killer.rest("before any operation")
        pipe.send((step.kind, step.after))
        with watched(path.parent, killer):
            step.act(path)
        killer.rest("between two transactions")
        held = known[generation(path)] = step.after
        pipe.send(None)


class _Told:
    """What a child has said of its transactions."""

    def __init__(self, held: Content | None) -> None:
        self.acknowledged = held
        self.begun: Content | None = held
        self.kind = ""
        self.error = ""

    def hear(self, message: Any) -> None:
        if isinstance(message, str):
            self.error = message
        elif message is None:
            self.acknowledged = self.begun
        else:
            self.kind, self.begun = message


def _run_child(
    path: Path, seed: int, known: dict[int, Content], rng: random.Random, shared: _Shared
) -> tuple[_Told, str]:
    """Start a child and kill it; what it has said, and how it was killed."""
    killer = _Killer(shared, rng, is_new=not path.exists())
    killer.is_armed = rng.random() < 0.6
    shared.put(0, 0)
    ours, theirs = Pipe(duplex=False)
    told = _Told(known.get(generation(path)))
    child = os.fork()
    if not child:
        ours.close()
        try:
            _write_for_ever(path, seed, known, theirs, killer)
        except BaseException:
            with contextlib.suppress(OSError):
                theirs.send(traceback.format_exc())
        finally:
            os._exit(1)
    theirs.close()
    deadline = time.monotonic() + (PATIENCE if killer.is_armed else rng.uniform(0.0, LONGEST))
    with ours:
        has_ended = _hear(ours, told, deadline)
        if not has_ended:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        _hear(ours, told)
    return told, "at an operation" if has_ended else "by the clock"


def _hear(pipe: Connection, told: _Told, deadline: float = math.inf) -> bool:
    """Take what a child says until a time of the clock, or until its end; whether it has ended."""
    try:
        while (left := deadline - time.monotonic()) > 0:
            if pipe.poll(min(left, 1.0)):
                told.hear(pipe.recv())
    except (EOFError, OSError):  # the latter where the kill came in the middle of what it said
        return True
    return False


def kill_writers(count: int, seed: int, folder: Path | None = None) -> Killed:
    """Kill `count` writers one after the other; no acknowledged document may be lost, no transaction seen by half."""
    rng = random.Random(seed)
    shared = _Shared()
    phases: Counter[tuple[str, str]] = Counter()
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    with working_folder(folder) as name:
        path = Path(name) / "made" / "index"
        known: dict[int, Content] = {}
        for number in range(count):
            if number % LIFE == 0:
                shutil.rmtree(path.parent, ignore_errors=True)
                known = {}
            told, way = _run_child(path, seed * 1_000_000 + number, known, rng, shared)
            phases[shared.get()] += 1
            outcomes[f"killed {way}"] += 1
            where = f"kill {number} of seed {seed}, {' / '.join(shared.get())}"
            if told.error:
                failures.append(f"{where}: {told.error}")
            allowed = {"acknowledged": told.acknowledged, "begun": told.begun}
            if problem := wrong(path, allowed):
                failures.append(f"{where}: {problem}")
                shutil.rmtree(path.parent, ignore_errors=True)
                known = {}
                continue
            outcomes.update(_outcomes(path, told))
            known = _still_known(path, known, content(path))
            if rng.random() < 0.7:  # else the next writer finds what this one left
                failures += [f"{where}: {problem}" for problem in _write_next(path, known)]
    return Killed(count, phases, outcomes, failures)


def _outcomes(path: Path, told: _Told) -> list[str]:
    found = content(path)
    outcomes = ["left files" if path.exists() and generation(path) and strays(path) else "left nothing"]
    if told.begun == told.acknowledged:
        return outcomes
    return [*outcomes, "transaction in force, not acknowledged" if found == told.begun else "transaction not in force"]


def _still_known(path: Path, known: dict[int, Content], found: Content | None) -> dict[int, Content]:
    """The contents of the generations up to the one in force; later ones have never been."""
    if found is None:
        return {}
    in_force = generation(path)
    return {**{number: held for number, held in known.items() if number < in_force}, in_force: found}


def _write_next(path: Path, known: dict[int, Content]) -> list[str]:
    """The next write; what was wrong with it, or is there that should have gone with it."""
    expected = dict(known.get(generation(path), {}))
    try:
        expected[write_once(path)] = "kitab"
    except Exception as error:  # whatever it is, it must not be
        return [f"the next write: {type(error).__name__}: {error}"]
    known[generation(path)] = expected
    found = [f"{file} is still there after the next write" for file in strays(path)]
    figures = searchkit.open(path).stats()
    if figures.leftover_files:
        found.append(f"{figures.leftover_files} leftovers are reported after the next write")
    if len(figures.kept) > 1:
        found.append(f"{len(figures.kept)} generations are kept")
    problem = wrong(path, {"expected": expected})
    return [*found, *([problem] if problem else [])]
