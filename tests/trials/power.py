"""Power failing at every point of what writers do; after each loss the old or the new generation must be there."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.trials.disk import LOSSES, Disk, Loss, Recorder
from tests.trials.operations import watched
from tests.trials.scenarios import SCENARIOS, Scenario, index_path, prepare
from tests.trials.state import Content, content, strays, working_folder, write_once, wrong

__all__ = ["Replayed", "fail_power"]


class Replayed(NamedTuple):
    """What losses of power did: how many replays, of how many recorded operations, how they ended, what was wrong."""

    count: int
    operations: Counter[str]
    outcomes: Counter[str]
    failures: list[str]


def fail_power(
    names: list[str] | None = None,
    draws: int = 4,
    every: int = 1,
    seed: int = 1,
    folder: Path | None = None,
    *,
    forgotten: str = "",
) -> Replayed:
    """Replay the scenarios (all, or those named) up to each operation, with each kind of loss.

    What is lost at random is drawn `draws` times; of all replays one of `every` is done, by lot. Operations of the kind
    `forgotten` are left out, as if the writers did not do them.
    """
    rng = random.Random(seed)
    operations: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    count = 0
    kinds = [*LOSSES[:-1], *[LOSSES[-1]] * draws]
    for scenario in SCENARIOS:
        if names is not None and scenario.name not in names:
            continue
        with working_folder(folder) as name:
            base, work, after = (Path(name) / part for part in ("base", "work", "after"))
            prepare(scenario, base)
            shutil.copytree(base, work)
            recorder = Recorder()
            with watched(work, recorder):
                scenario.act(index_path(work))
            done = [operation for operation in recorder.operations if operation.kind != forgotten]
            operations.update(operation.kind for operation in done)
            for cut in range(len(done) + 1):
                disk = Disk(base)
                disk.take(done[:cut])
                is_done = cut == len(done)
                for kind in kinds:
                    if rng.randrange(every):
                        continue
                    count += 1
                    drawn = rng.getrandbits(32)
                    disk.write_after(Loss(kind, drawn), after)
                    outcome, problem = _judge(scenario, after, is_done)
                    outcomes[outcome] += 1
                    if problem:
                        where = f"{scenario.name}, after {cut} of {len(done)} operations, {kind} lost"
                        failures.append(f"{where} (seed {drawn}): {problem}")
                    shutil.rmtree(after)
    return Replayed(count, operations, outcomes, failures)


def _judge(scenario: Scenario, folder: Path, is_done: bool) -> tuple[str, str]:
    """Which generation is there, and what is wrong."""
    place = folder / scenario.place
    allowed: dict[str, Content | None] = {"new": scenario.after}
    if not is_done:  # else it has been acknowledged
        allowed["old"] = scenario.before
    problem = wrong(place, allowed)
    if problem:
        return "wrong", problem
    found = content(place)
    outcome = "acknowledged, so new" if is_done else "new generation" if found == scenario.after else "old generation"
    if scenario.before == scenario.after and not is_done:
        outcome = "old or new generation, of the same documents"
    expected = dict(found or {})
    try:
        expected[write_once(place)] = "kitab"
    except Exception as error:  # whatever it is, it must not be
        return outcome, f"the next write: {type(error).__name__}: {error}"
    left = strays(place)
    return outcome, wrong(place, {"next": expected}) or (f"{left[0]} stays after the next write" if left else "")
