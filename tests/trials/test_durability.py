# ruff: noqa: SIM300
"""The trials of this package in short, and in full, marked as slow; `python -m tests.trials` prints what they count."""

from __future__ import annotations

import pytest

from tests.trials.faults import FAULTS, fail_operations
from tests.trials.kill import kill_writers
from tests.trials.operations import CAN_WATCH
from tests.trials.power import fail_power

pytestmark = pytest.mark.skipif(not CAN_WATCH, reason="only Linux tells the path of an open file")


def test_killed_writers_lose_nothing() -> None:
    killed = kill_writers(40, seed=1)
    assert [] == killed.failures
    assert 40 == killed.count
    assert len({phase for _, phase in killed.phases}) > 6
    assert killed.outcomes["left files"]
    assert killed.outcomes["transaction not in force"]


def test_lost_power_loses_nothing() -> None:
    replayed = fail_power(draws=2, every=16)
    assert [] == replayed.failures
    assert replayed.count > 150
    assert replayed.outcomes["old generation"]
    assert replayed.outcomes["new generation"]
    assert replayed.outcomes["acknowledged, so new"]


def test_failing_operations_change_nothing_or_all() -> None:
    tried = fail_operations(every=24)
    assert [] == tried.failures
    assert tried.count > 70
    assert {fault.name for fault in FAULTS} == {outcome.partition(":")[0] for outcome in tried.outcomes}


@pytest.mark.parametrize("forgotten", ["fsync", "fsync folder"])
def test_what_is_not_brought_to_the_disk_is_missed(forgotten: str) -> None:
    assert fail_power(["add"], draws=0, forgotten=forgotten).failures


@pytest.mark.slow
def test_a_thousand_killed_writers_lose_nothing() -> None:
    assert [] == kill_writers(1000, seed=2).failures


@pytest.mark.slow
def test_power_lost_at_each_point_loses_nothing() -> None:
    replayed = fail_power(draws=4, seed=2)
    assert [] == replayed.failures
    assert replayed.count > 500


@pytest.mark.slow
def test_each_failing_operation_changes_nothing_or_all() -> None:
    assert [] == fail_operations(seed=2).failures
