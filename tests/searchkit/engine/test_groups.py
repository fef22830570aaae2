"""No segment becomes larger than one can be; the bounds are small here."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit import Index, SearchkitError
from searchkit.engine import groups, transaction
from searchkit.engine.column_backend import ColumnSnapshot
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.segment import Segment

MOST = 600  # tokens of one field


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST", MOST)


def segments(index: Index) -> list[Segment]:
    snapshot = index._current_snapshot()
    assert isinstance(snapshot, ColumnSnapshot)
    assert max(segment.tokens("body") for segment in snapshot.segments) <= groups.MOST
    return list(snapshot.segments)


def write(index: Index, first: int, last: int) -> None:
    with index.writer() as writer:
        for number in range(first, last):
            writer.add({"id": str(number), "body": f"kitab söz{number} neft qaz", "source": "a"})


def check(index: Index, count: int) -> None:
    assert sorted((hit.id for hit in index.search("kitab", count)), key=int) == [str(number) for number in range(count)]
    assert searchkit.verify(index.path) == []


def test_commits_leave_apart_what_does_not_fit_together(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    for number in range(0, 600, 5):
        write(index, number, number + 5)
    check(index, 600)
    assert 600 * 4 / MOST <= len(segments(index)) <= 24
    assert all(segment.tokens("body") > MOST / 6 for segment in segments(index)[:-6])


def test_optimize_makes_as_few_as_can_hold_all(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    for number in range(0, 300, 20):
        write(index, number, number + 20)
    assert index.optimize()
    check(index, 300)
    before = [segment.documents for segment in segments(index)]
    assert min(first + second for first, second in itertools.pairwise(before)) * 4 > MOST
    assert not index.optimize()
    with index.writer() as writer:
        writer.delete("0")
    assert index.optimize()
    assert [segment.documents for segment in segments(index)] == [before[0] - 1, *before[1:]]


def test_one_transaction_makes_several_where_one_cannot_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "BUDGET", 20_000)
    monkeypatch.setattr(groups, "MOST", 1000)  # more than a run has
    index = searchkit.create(tmp_path / "index")
    write(index, 0, 400)
    check(index, 400)
    assert len(segments(index)) > 1


def test_a_segment_that_is_mostly_dead_is_written_anew_whatever_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = searchkit.create(tmp_path / "index")
    write(index, 0, 100)
    monkeypatch.setattr(groups, "MOST", 200)
    with index.writer() as writer:
        for number in range(40, 100):
            writer.delete(str(number))
    check(index, 40)
    assert [segment.documents for segment in segments(index)] == [40]


def test_a_number_that_does_not_fit_is_an_error_and_not_another_number(tmp_path: Path) -> None:
    writer = ColumnWriter(tmp_path / "x.seg")
    writer.add("first", np.array([0, (1 << 32) - 1]), "<u4")
    for values in ([0, 1 << 32], [-1]):
        with pytest.raises(SearchkitError, match=r"x\.seg: first would have numbers that are not from 0 to 4,294,967"):
            writer.add("first", np.array(values), "<u4")
    writer.abort()
