# ruff: noqa: SIM300
"""All documents of an index, one after another."""

from __future__ import annotations

import datetime
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import searchkit
from searchkit import CorruptIndexError
from searchkit.engine import segment as segments
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile
from tests.searchkit import listed as listing

Make = Callable[..., searchkit.Index]

VALUES: list[Any] = [
    "qısa", "uzun " * 100, "sətir\n\"ikinci\" \\ \x00\u2028😀", "", None, True, 0, -(1 << 60), 0.1, 1e300, [], {},
    ["a", "b"], {"ad": {"dərin": [1, {"x": None}]}}, [["uzun " * 100]],
]  # fmt: skip


def test_they_are_what_get_gives(listed: searchkit.Index) -> None:
    """The index has several segments with deletions in them."""
    found = list(listed.documents())
    keys = [document["id"] for document in listing.documents() if document["id"] not in listing.GONE]
    assert keys == [document["id"] for document in found]
    assert [listed.get(key) for key in keys] == found


def test_every_value_comes_back(make_index: Make) -> None:
    documents = [{"id": str(number), "mine": value, "title": "son"} for number, value in enumerate(VALUES)]
    index = make_index(documents)
    found = list(index.documents())
    assert documents == found
    assert [list(document) for document in documents] == [list(document) for document in found]
    assert [{"id": "1", "date": "2022-08-24"}] == list(
        make_index([{"id": "1", "date": datetime.date(2022, 8, 24)}], name="dated").documents()
    )


@pytest.mark.parametrize("gone", [range(0), range(0, 3000, 2), range(500, 2500), range(3000)])
def test_many_blocks(gone: range, make_index: Make) -> None:
    documents = [{"id": str(number), "body": f"kitab {number} " * 40} for number in range(3000)]
    index = make_index(documents)
    with index.writer() as writer:
        for number in gone:
            writer.delete(str(number))
    assert [document for number, document in enumerate(documents) if number not in gone] == list(index.documents())


def test_an_empty_index(make_index: Make) -> None:
    assert [] == list(make_index().documents())


def test_they_are_those_of_one_state(make_index: Make) -> None:
    index = make_index([f"kitab {number} " * 40 for number in range(300)])
    documents, called = index.documents(), index.documents()
    first = next(documents)
    with searchkit.rebuild(index.path, keep=0) as writer:
        writer.add({"id": "new", "body": "kitab"})
    index.refresh()
    index.close()
    assert [str(number) for number in range(1, 301)] == [found["id"] for found in (first, *documents)]
    assert 300 == len(list(called))
    assert ["new"] == [found["id"] for found in index.documents()]


def test_memory_does_not_grow_with_the_index(make_index: Make) -> None:
    index = make_index([f"kitab {number} " * 100 for number in range(5000)])
    next(index.documents())  # which opens it
    tracemalloc.start()
    try:
        size = sum(len(document["body"]) for document in index.documents())
        assert tracemalloc.get_traced_memory()[1] < size / 20
    finally:
        tracemalloc.stop()


def resident(path: Path) -> int:
    """The bytes of a mapped file that count as memory of this process."""
    described = Path("/proc/self/smaps").read_text().partition(f" {path}\n")[2]
    return 1024 * int(described.partition("\nRss:")[2].split()[0])


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells")
def test_what_has_been_read_of_the_files_does_not_fill_the_memory(
    make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_RELEASED", 16)
    index = make_index([{"id": str(number), "mine": [random.randbytes(2048).hex()]} for number in range(4000)])
    [segment] = (index.path / "segments").glob("*.seg")
    documents = index.documents()
    most = max(resident(segment) for number, _ in enumerate(documents) if number % 50 == 0)
    assert 0 < most < segment.stat().st_size / 2


def test_one_that_cannot_be_read_is_no_end(make_index: Make, tmp_path: Path) -> None:
    """Nobody must take a part of the documents for all of them."""
    index = make_index([f"kitab {number} " * 40 for number in range(300)])
    [sound] = (index.path / "segments").glob("*.seg")
    sound.rename(tmp_path / "sound")
    file = ColumnFile(tmp_path / "sound")
    writer = ColumnWriter(sound)
    for name, column in file.columns.items():
        values = np.array(column.all)
        if name == "store.blocks":
            values[len(values) // 2 :] ^= 7
        writer.add(name, values)
    writer.finish(file.meta)
    documents = searchkit.open(index.path).documents()
    assert "1" == next(documents)["id"]
    with pytest.raises(CorruptIndexError, match="stored documents cannot be unpacked"):
        list(documents)
