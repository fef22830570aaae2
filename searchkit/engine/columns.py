"""The container of a segment: one immutable file of typed columns, read through a memory map and checked page by page.

    magic | columns, each at a multiple of 64 bytes | page checksums | directory (JSON) | footer

Everything is little-endian. The file is checked in pages of 16 KiB, each the first time that something in it is read:
so a damaged byte is noticed before it can make a wrong answer, and opening a large file costs nothing. The layout is
specified in docs/format.md.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ujson

from searchkit.errors import CorruptIndexError
from searchkit.storage.files import reading

__all__ = ["DTYPES", "FOOTER", "FORMAT", "MAGIC", "PAGE", "Column", "ColumnFile", "Pages"]

MAGIC = b"SKCOLS\x01\n"
FORMAT = 1
_SHIFT = 14
PAGE = 1 << _SHIFT  # bytes: a word that is asked for the first time has a dozen pages checked
FOOTER = struct.Struct("<QIIQI")  # directory: offset, length, CRC-32; checksums: offset; CRC-32 of the 24 bytes before
_RELEASED = 1 << 24  # bytes that are checked before their memory is given back
DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8", "<i8", "<f8"})
_PAIRS = {2: struct.Struct("<HH"), 4: struct.Struct("<II"), 8: struct.Struct("<QQ")}


class Column:
    """An array on disk. Slices and the whole are checked before they are handed out; both are views, not copies."""

    __slots__ = ("_start", "_values", "file", "itemsize")

    def __init__(self, file: Pages, values: Any, start: int) -> None:
        self.file = file
        self._values = values
        self._start = start
        self.itemsize = values.dtype.itemsize

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: slice) -> Any:
        low, high = place.start, place.stop
        self.file.check(self._start + low * self.itemsize, self._start + high * self.itemsize)
        return self._values[low:high]

    def check(self, low: int, high: int) -> None:
        """CorruptIndexError if the values from place `low` to `high` are not what was written."""
        self.file.check(self._start + low * self.itemsize, self._start + high * self.itemsize)

    def at(self, place: int) -> int:
        """The value at one place."""
        start = self._start + place * self.itemsize
        self.file.check(start, start + self.itemsize)
        return int(self._values[place])

    def pair(self, place: int) -> tuple[int, int]:
        """The value at a place and the next one, of a column of `<u2`, `<u4` or `<u8`."""
        start = self._start + place * self.itemsize
        return self.file.pair(_PAIRS[self.itemsize], start)

    def read(self, low: int, high: int) -> bytes:
        """The values from place `low` to `high` as the bytes that they are in the file."""
        return self.file.read(self._start + low * self.itemsize, self._start + high * self.itemsize)

    def parts(self, starts: Column, places: Sequence[int]) -> list[bytes]:
        """Of this column, of bytes, the parts that begin where the values of `starts` at `places` say, up to the next.

        `starts` is of `<u4` or `<u8`, in the same file.
        """
        size, first = starts.itemsize, starts._start
        return self.file.parts(_PAIRS[size], [first + size * place for place in places], self._start)

    def take(self, places: Any) -> Any:
        """The values at `places`, as a copy."""
        if len(places):
            self.file.check_places(self._start + places * self.itemsize)
        return self._values[places]

    def offset(self, place: int) -> int:
        """The byte of the file at which a value stands."""
        return int(self._start + place * self.itemsize)

    @property
    def all(self) -> Any:
        """The whole column as a numpy array."""
        self.file.check(self._start, self._start + len(self._values) * self.itemsize)
        return self._values


class _Columns(dict[str, Column]):
    """The columns of a file by name; CorruptIndexError for one that should be there and is not."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self._pages = pages

    def __missing__(self, name: str) -> Column:
        raise self._pages.corrupt(0, f"it has no column {name!r}")


class Pages:
    """The mapped bytes of a column file, checked page by page.

    Columns refer to it and it to none of them, so that a file is closed as soon as nobody uses it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._views: dict[str | int, Any] = {}
        try:
            with reading(path), path.open("rb") as file:
                self.size = os.fstat(file.fileno()).st_size
                if self.size < len(MAGIC) + FOOTER.size:
                    raise self.corrupt(0, f"it has only {self.size} bytes")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise CorruptIndexError(
                f"{path}: a file of the index is missing; {_MEND}", path=path, reason="the file is missing"
            ) from None

    def directory(self) -> dict[str, Any]:
        """What the file says about itself; with that its pages can be checked."""
        footer = self._map[self.size - FOOTER.size :]
        directory_at, length, crc, checks_at, own = FOOTER.unpack(footer)
        if zlib.crc32(footer[:-4]) != own:
            raise self.corrupt(self.size - FOOTER.size, "its footer is damaged")
        directory = self._map[directory_at : directory_at + length]
        if zlib.crc32(directory) != crc:
            raise self.corrupt(directory_at, "its directory is damaged")
        described: dict[str, Any] = ujson.loads(directory)
        if self._map[: len(MAGIC)] != MAGIC or described["format"] != FORMAT:
            raise self.corrupt(0, "it is of another format")
        checks = self._map[checks_at:directory_at]
        if zlib.crc32(checks) != described["checks"]:
            raise self.corrupt(checks_at, "its checksums are damaged")
        self._checks = np.frombuffer(checks, "<u4")
        self.end = checks_at
        self._checked = bytearray(len(self._checks))
        return described

    def column(self, dtype: str, start: int, count: int) -> Column:
        """The column of so many values that begins at the byte `start`."""
        if dtype not in DTYPES:
            raise self.corrupt(start, f"it has a column of unknown type {dtype!r}")
        return Column(self, np.frombuffer(self._map, dtype, count, start), start)

    def check(self, low: int, high: int) -> None:
        """CorruptIndexError if the bytes from `low` to `high` are not what was written."""
        first, last = low >> _SHIFT, (high + PAGE - 1) >> _SHIFT
        while (page := self._checked.find(0, first, last)) >= 0:
            start = page << _SHIFT
            if zlib.crc32(memoryview(self._map)[start : min(start + PAGE, self.end)]) != self._checks[page]:
                raise self.corrupt(start, "a page does not have the checksum that was written")
            self._checked[page] = 1
            first = page + 1

    def read(self, low: int, high: int) -> bytes:
        """The bytes from `low` to `high`."""
        self.check(low, high)
        return self._map[low:high]

    def byte(self, place: int) -> int:
        """One byte; whoever reads has to `check`."""
        return self._map[place]

    def pair(self, kind: struct.Struct, start: int) -> tuple[int, int]:
        """The two values of a kind that begin at the byte `start`."""
        self.check(start, start + kind.size)
        first, second = kind.unpack_from(self._map, start)
        return first, second

    def parts(self, kind: struct.Struct, places: Sequence[int], start: int) -> list[bytes]:
        """The bytes between the two values of a kind at each of `places`, both counted from the byte `start` on.

        It is `pair` and `read` of each without their calls, which take longer than what they do.
        """
        checked, unpack, data, last = self._checked, kind.unpack_from, self._map, kind.size - 1
        found = []
        for place in places:
            if not (checked[place >> _SHIFT] and checked[(place + last) >> _SHIFT]):
                self.check(place, place + kind.size)
            low, high = unpack(data, place)
            low, high = start + low, start + high
            # What is no longer than a page stands in one or two of them.
            if high - low > PAGE or not (checked[low >> _SHIFT] and checked[(high - 1) >> _SHIFT]):
                self.check(low, high)
            found.append(data[low:high])
        return found

    def check_places(self, places: Any) -> None:
        """Check the pages that hold the bytes at `places`."""
        first, last = int(places.min()) >> _SHIFT, (int(places.max()) >> _SHIFT) + 1
        if self._checked.find(0, first, last) >= 0:
            for page in np.flatnonzero(np.bincount((places >> _SHIFT) - first)).tolist():
                start = (first + page) << _SHIFT
                self.check(start, min(start + PAGE, self.end))

    def view(self, dtype: str) -> Any:
        """The whole file as values of one type; whoever reads has to `check`."""
        found = self._views.get(dtype)
        if found is None:
            count = self.size // np.dtype(dtype).itemsize
            found = self._views[dtype] = np.frombuffer(self._map, dtype, count)
        return found

    def windows(self, width: int) -> Any:
        """The whole file as overlapping rows of bytes, one from each byte on; whoever reads has to `check`."""
        found = self._views.get(width)
        if found is None:
            found = self._views[width] = np.lib.stride_tricks.sliding_window_view(self.view("|u1"), width)
        return found

    def forget(self) -> None:
        """Check every page again, also those that have been checked."""
        self._checked = bytearray(len(self._checks))

    def release(self) -> None:
        """Give back the memory of what has been read; it comes back from the file when it is read again.

        Who reads a file once from end to end would seem to need as much memory as the file is long.
        """
        if hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            self._map.madvise(mmap.MADV_DONTNEED)

    def corrupt(self, offset: int, reason: str) -> CorruptIndexError:
        """The error that says what is wrong at a byte of this file."""
        message = f"{self.path}: {reason} (byte {offset:,}); {_MEND}"
        return CorruptIndexError(message, path=self.path, offset=offset, reason=reason)


class ColumnFile:
    """An open column file. CorruptIndexError if it is not one, or where it is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pages = Pages(path)
        self.columns = _Columns(self._pages)
        try:
            described = self._pages.directory()
            self.meta: dict[str, Any] = described["meta"]
            self.columns.update({name: self._pages.column(*where) for name, where in described["columns"].items()})
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            raise self.corrupt(0, f"it is no column file ({error})") from None

    def check_all(self) -> None:
        """Check every page of the file, also those that have been checked."""
        self._pages.forget()
        for start in range(0, self._pages.end, _RELEASED):
            self._pages.check(start, min(start + _RELEASED, self._pages.end))
            self.release()

    def release(self) -> None:
        """See `Pages.release`."""
        self._pages.release()

    def damaged(self) -> Iterator[tuple[int, str, CorruptIndexError]]:
        """Of each damaged page: its first byte, the columns that have bytes in it, and the error."""
        spans = [(column.offset(0), column.offset(len(column)), name) for name, column in self.columns.items()]
        self._pages.forget()
        for start in range(0, self._pages.end, PAGE):
            try:
                self._pages.check(start, min(start + PAGE, self._pages.end))
                if start % _RELEASED == 0:
                    self.release()
            except CorruptIndexError as error:
                names = [name for first, last, name in sorted(spans) if first < start + PAGE and start < last]
                yield start, ", ".join(names), error

    def corrupt(self, offset: int, reason: str) -> CorruptIndexError:
        """See `Pages.corrupt`."""
        return self._pages.corrupt(offset, reason)


_MEND = "rebuild the index with `searchkit index … --rebuild`"
