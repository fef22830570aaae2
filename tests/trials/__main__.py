"""`python -m tests.trials NAME …`: what may happen to an index, tried and counted; see docs/trials.md."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import click

from tests.trials.faults import fail_operations
from tests.trials.kill import PHASES, kill_writers
from tests.trials.power import fail_power
from tests.trials.state import KINDS

_SEED = click.option("--seed", type=int, default=1, show_default=True, help="Another one tries other moments.")
_EVERY = click.option(
    "--every", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Try one of N, drawn by lot."
)
_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, exists=True), help="Where to work, instead of the temporary folder."
)
_SHOWN = 20  # failures


@click.group()
def main() -> None:
    """Try what an index has to survive, and count it. The exit code is 1 if anything was wrong."""


@main.command()
@click.option("--count", type=click.IntRange(1), default=1000, show_default=True, help="How often to kill.")
@_SEED
@_FOLDER
def kill(count: int, seed: int, folder: Path | None) -> None:
    """SIGKILL writers at random moments and at operations on files."""
    started = time.perf_counter()
    killed = kill_writers(count, seed, folder)
    print(f"{killed.count:,} writers killed in {time.perf_counter() - started:.0f} s")
    _print_counts(killed.outcomes)
    print("\nwhere they were:")
    width = max(map(len, PHASES))
    print(" " * width + "".join(f"{kind:>11}" for kind in (*KINDS, "all")))
    for phase in PHASES:
        row = [killed.phases[kind, phase] for kind in KINDS]
        print(f"{phase:<{width}}" + "".join(f"{number:>11}" for number in (*row, sum(row))))
    _end(killed.failures)


@main.command()
@click.option("--draws", type=click.IntRange(0), default=8, show_default=True, help="Random losses at each point.")
@_EVERY
@_SEED
@_FOLDER
def power(draws: int, every: int, seed: int, folder: Path | None) -> None:
    """Lose what was not brought to the disk, after each recorded operation."""
    started = time.perf_counter()
    replayed = fail_power(None, draws, every, seed, folder)
    print(f"{replayed.count:,} losses of power replayed in {time.perf_counter() - started:.0f} s")
    _print_counts(replayed.outcomes)
    print("\nrecorded operations:")
    _print_counts(replayed.operations)
    _end(replayed.failures)


@main.command()
@_EVERY
@_SEED
@_FOLDER
def faults(every: int, seed: int, folder: Path | None) -> None:
    """Let each operation on files fail in its turn."""
    started = time.perf_counter()
    tried = fail_operations(None, every, seed, folder)
    print(f"{tried.count:,} failing operations in {time.perf_counter() - started:.0f} s")
    _print_counts(tried.outcomes)
    print("\noperations that failed first:")
    _print_counts(tried.operations)
    _end(tried.failures)


def _print_counts(counts: Counter[str]) -> None:
    for name, number in sorted(counts.items()):
        print(f"{number:>8,}  {name}")


def _end(failures: list[str]) -> None:
    print(f"\n{len(failures):,} failures")
    for failure in failures[:_SHOWN]:
        print(f"  {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
