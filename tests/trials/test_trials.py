"""The trials in short, and, as `slow` tests, in full; docs/trials.md says what they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trials import documents, flips, pickles, queries, readers
from tests.trials.children import Report


def passed(report: Report) -> None:
    """Fail with all that the trial has to say if anything went wrong."""
    assert report.show() == 0
    assert report.total


def test_flipped_bits_and_cut_files(tmp_path: Path) -> None:
    passed(flips.run(tmp_path, 24, 2))


def test_crafted_pickles(tmp_path: Path) -> None:
    passed(pickles.run(tmp_path, 12, 2))


def test_made_up_queries(tmp_path: Path) -> None:
    passed(queries.run(tmp_path, 500, 2, documents=300))


def test_damaged_documents(tmp_path: Path) -> None:
    passed(documents.run(tmp_path, 250, 2))


def test_readers_beside_writers(tmp_path: Path) -> None:
    passed(readers.run(tmp_path, 4.0, 3, 2))


@pytest.mark.slow
def test_many_flipped_bits_and_cut_files(tmp_path: Path) -> None:
    passed(flips.run(tmp_path, 5_000, 1))


@pytest.mark.slow
def test_every_crafted_pickle(tmp_path: Path) -> None:
    passed(pickles.run(tmp_path, 0, 1))


@pytest.mark.slow
def test_many_made_up_queries(tmp_path: Path) -> None:
    passed(queries.run(tmp_path, 200_000, 1))


@pytest.mark.slow
def test_many_damaged_documents(tmp_path: Path) -> None:
    passed(documents.run(tmp_path, 20_000, 1))


@pytest.mark.slow
def test_readers_beside_writers_for_long(tmp_path: Path) -> None:
    passed(readers.run(tmp_path, 600.0, 8, 1))
