# ruff: noqa: SIM300

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from searchkit import CorruptIndexError
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import FOOTER, MAGIC, PAGE, ColumnFile

TYPES = ("|u1", "<u2", "<u4", "<u8", "<i8", "<f8")


def write(path: Path, columns: dict[str, Any], meta: dict[str, Any] | None = None) -> Path:
    writer = ColumnWriter(path)
    for name, values in columns.items():
        writer.add(name, values)
    assert writer.finish(meta or {}) == path.stat().st_size
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of several pages."""
    return write(tmp_path / "large.seg", {"a": np.arange(PAGE, dtype="<u4"), "b": np.arange(9, dtype="<f8")})


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x40
    path.write_bytes(content)


@given(
    st.lists(
        st.sampled_from(TYPES).flatmap(lambda kind: arrays.arrays(kind, st.integers(0, 40))),
        max_size=6,
    )
)
@settings(max_examples=50, deadline=None)
def test_columns_come_back(tmp_path_factory: pytest.TempPathFactory, columns: list[Any]) -> None:
    path = tmp_path_factory.mktemp("columns") / "x.seg"
    named = {f"column {number}": values for number, values in enumerate(columns)}
    file = ColumnFile(write(path, named, {"ə": [1, None]}))
    file.check_all()
    assert {"ə": [1, None]} == file.meta
    assert list(named) == list(file.columns)
    for name, values in named.items():
        column = file.columns[name]
        assert values.dtype == column.all.dtype
        np.testing.assert_array_equal(values, column.all)
        assert len(values) == len(column)
        for place, value in enumerate(values):
            np.testing.assert_array_equal(values[place : place + 2], column[place : min(place + 2, len(column))])
            if values.dtype.kind != "f":
                assert int(value) == column.at(place)


def test_columns_begin_where_every_type_may(tmp_path: Path) -> None:
    file = ColumnFile(write(tmp_path / "x.seg", {"a": np.zeros(3, "<u1"), "b": np.ones(2, "<f8")}))
    assert [0, 0] == [column._start % 64 for column in file.columns.values()]
    assert not file.columns["b"].all.flags.writeable


def test_numbers_are_written_in_one_order_whatever_the_processor(tmp_path: Path) -> None:
    values = [1, 2, 1 << 31]
    contents = [write(tmp_path / "x.seg", {"a": np.array(values, kind)}).read_bytes() for kind in (">u4", "<u4")]
    assert contents[0] == contents[1]
    assert values == ColumnFile(tmp_path / "x.seg").columns["a"].all.tolist()


def test_streams_are_written_side_by_side(tmp_path: Path) -> None:
    writer = ColumnWriter(tmp_path / "x.seg")
    streams = {kind: writer.stream(kind, kind) for kind in TYPES}
    parts = [np.arange(n) % 251 for n in (0, 5, 300_000)]  # more than a stream keeps in memory
    for part in parts:
        for stream in streams.values():
            stream.append(part)
    writer.add("between", np.arange(3, dtype="<u2"))
    writer.finish({})
    file = ColumnFile(tmp_path / "x.seg")
    file.check_all()
    for kind in TYPES:
        np.testing.assert_array_equal(np.concatenate(parts), file.columns[kind].all)
    assert [0, 1, 2] == file.columns["between"].all.tolist()


def test_nothing_has_the_name_before_the_end(tmp_path: Path) -> None:
    writer = ColumnWriter(tmp_path / "x.seg")
    writer.stream("s", "|u1").append(np.zeros(10))
    writer.add("a", np.zeros(100_000, "<u8"))
    assert ["x.seg.tmp"] == [path.name for path in tmp_path.iterdir()]
    writer.abort()
    assert [] == list(tmp_path.iterdir())


def test_types_that_no_column_has(tmp_path: Path) -> None:
    writer = ColumnWriter(tmp_path / "x.seg")
    for values in (np.zeros(1, "<i4"), np.zeros(1, "<f4"), np.array(["text"]), np.array([None])):
        with pytest.raises(TypeError, match="no column holds values of type"):
            writer.add("a", values)
    writer.abort()


# ---------------------------------------------------------------- damage


def test_every_byte_of_a_file_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "x.seg", {"a": np.arange(40, dtype="<u2"), "b": np.zeros(3, "|u1")}, {"documents": 3})
    content = path.read_bytes()
    for place in range(len(content)):
        flip(path, place)
        with pytest.raises(CorruptIndexError) as raised:
            ColumnFile(path).check_all()
        assert re.fullmatch(
            rf"{re.escape(str(path))}: .+ \(byte [\d,]+\); rebuild the index with `searchkit index … --rebuild`",
            str(raised.value),
        )
        path.write_bytes(content)
    ColumnFile(path).check_all()


def test_a_file_cut_off_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path / "x.seg", {"a": np.arange(40, dtype="<u2")}, {"documents": 3})
    content = path.read_bytes()
    for length in range(len(content)):
        for left in (content[:length], content[-length:] if length else b"", content[:length] + bytes(30)):
            path.write_bytes(left)
            with pytest.raises(CorruptIndexError, match=re.escape(str(path))):
                ColumnFile(path).check_all()


@pytest.mark.parametrize(
    "directory",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 1}',
        b'{"format": 2, "columns": {}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": [], "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {"a": []}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {"a": ["<u4", 64, 1000000]}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {"a": ["<u4", -1, 1]}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {"a": ["<u4", 1, -7]}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {"a": ["|O", 0, 1]}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {"a": [null, 0, 1]}, "meta": {}, "checks": 0}',
        b'{"format": 1, "columns": {}, "meta": {}, "checks": 5}',
    ],
)
def test_a_directory_that_cannot_be(directory: bytes, tmp_path: Path) -> None:
    """With the checksums that belong to it."""
    path = tmp_path / "x.seg"
    footer = FOOTER.pack(len(MAGIC), len(directory), zlib.crc32(directory), len(MAGIC), 0)[:-4]
    path.write_bytes(MAGIC + directory + footer + zlib.crc32(footer).to_bytes(4, "little"))
    with pytest.raises(CorruptIndexError, match=re.escape(str(path))):
        ColumnFile(path)


def test_a_missing_column(tmp_path: Path) -> None:
    path = write(tmp_path / "x.seg", {"a": np.zeros(3, "<u4")})
    with pytest.raises(CorruptIndexError, match=re.escape(f"{path}: it has no column 'b'")):
        ColumnFile(path).columns["b"]
    assert ColumnFile(path).columns.get("b") is None


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CorruptIndexError) as raised:
        ColumnFile(tmp_path / "x.seg")
    assert (
        f"{tmp_path}/x.seg: a file of the index is missing; rebuild the index with `searchkit index … --rebuild`"
    ) == str(raised.value)


def test_pages_are_checked_when_they_are_read(large: Path) -> None:
    flip(large, 2 * PAGE + 5)
    file = ColumnFile(large)
    column = file.columns["a"]
    first = (2 * PAGE - column._start) // 4  # of the values in the damaged page
    assert first - 1 == column.at(first - 1)
    assert list(range(first - 100, first)) == column[first - 100 : first].tolist()
    assert list(range(9)) == file.columns["b"].all.tolist()
    for read in (lambda: column.at(first), lambda: column[first - 1 : first + 1], lambda: column.all, file.check_all):
        with pytest.raises(CorruptIndexError) as raised:
            read()
        expected = f"{large}: a page does not have the checksum that was written (byte {2 * PAGE:,}); "
        assert str(raised.value).startswith(expected)


def test_a_page_that_has_been_read_is_checked_again_by_check_all(large: Path) -> None:
    file = ColumnFile(large)
    assert 7 == file.columns["a"].at(7)
    with large.open("r+b") as written:  # the same file, which the map shows
        written.seek(file.columns["a"]._start + 4 * 7)
        written.write(b"\x55")
    with pytest.raises(CorruptIndexError, match="a page does not have the checksum"):
        file.check_all()
