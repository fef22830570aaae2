"""The container of a segment: one immutable file of typed columns, read through a memory map and checked page by page.

    magic | columns, each at a multiple of 64 bytes | page checksums | directory (JSON) | footer

Everything is little-endian. The file is checked in pages of 64 KiB, each the first time that something in it is read:
so a damaged byte is noticed before it can make a wrong answer, and opening a large file costs nothing. The layout is
specified in docs/format.md.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import ujson

from searchkit.errors import CorruptIndexError
from searchkit.files import storing

__all__ = ["Column", "ColumnFile", "ColumnStream", "ColumnWriter", "Pages"]

MAGIC = b"SKCOLS\x01\n"
FORMAT = 1
PAGE = 1 << 16
_ALIGNMENT = 64
_FOOTER = struct.Struct("<QIIQI")  # directory: offset, length, CRC-32; checksums: offset; CRC-32 of the 24 bytes before
_SPILL = 1 << 20
_RELEASED = 1 << 24  # bytes that are checked before their memory is given back
_DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8", "<i8", "<f8"})
_PAIRS = {4: struct.Struct("<II"), 8: struct.Struct("<QQ")}


class ColumnWriter:
    """Writes a column file. The file appears under its name only when it is complete and on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = path.with_name(path.name + ".tmp")
        with storing(path):
            self._file = self._temporary.open("wb")
        self._size = 0
        self._crc = 0
        self._checks: list[int] = []
        self._columns: dict[str, tuple[str, int, int]] = {}
        self._streams: list[tuple[str, ColumnStream]] = []
        self._write(MAGIC)

    def add(self, name: str, values: Any) -> None:
        """Write an array as the column `name`."""
        values = np.ascontiguousarray(values)
        start = self._begin()
        self._write(memoryview(values).cast("B") if values.size else b"")
        self._columns[name] = (_dtype_name(values.dtype), start, int(values.size))

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write bytes as a column of unsigned bytes."""
        self.add(name, np.frombuffer(data, np.uint8))

    def stream(self, name: str, dtype: str) -> ColumnStream:
        """A column that is written piece by piece while others are too."""
        stream = ColumnStream(dtype, self.path)
        self._streams.append((name, stream))
        return stream

    def finish(self, meta: dict[str, Any]) -> int:
        """Write what is left, bring the file to the disk and give it its name; its size in bytes."""
        for name, stream in self._streams:
            start = self._begin()
            for block in stream.blocks():
                self._write(block)
            self._columns[name] = (stream.dtype, start, (self._size - start) // np.dtype(stream.dtype).itemsize)
            stream.close()
        self._streams = []
        checks_at = self._begin()
        if self._size % PAGE:
            self._checks.append(self._crc)
        checks = np.asarray(self._checks, "<u4").tobytes()
        directory = ujson.dumps(
            {"format": FORMAT, "columns": self._columns, "meta": meta, "checks": zlib.crc32(checks)},
            ensure_ascii=False,
        ).encode("utf-8")
        footer = _FOOTER.pack(checks_at + len(checks), len(directory), zlib.crc32(directory), checks_at, 0)[:-4]
        with storing(self.path):
            self._file.write(checks + directory + footer + struct.pack("<I", zlib.crc32(footer)))
            self._file.flush()
            os.fsync(self._file.fileno())
            size = self._file.tell()
            self._file.close()
            self._temporary.replace(self.path)
        return size

    def abort(self) -> None:
        """Leave nothing behind."""
        for _, stream in self._streams:
            stream.close()
        with contextlib.suppress(OSError):  # a full disk does not take the rest of what has been written either
            self._file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink()

    def _begin(self) -> int:
        self._write(bytes(-self._size % _ALIGNMENT))
        return self._size

    def _write(self, data: bytes | memoryview) -> None:
        with storing(self.path):
            self._file.write(data)
        place = 0
        while place < len(data):
            part = data[place : place + PAGE - self._size % PAGE]
            self._crc = zlib.crc32(part, self._crc)
            place += len(part)
            self._size += len(part)
            if self._size % PAGE == 0:
                self._checks.append(self._crc)
                self._crc = 0


class ColumnStream:
    """A column in the making: small ones wait in memory, large ones in a temporary file without a name."""

    def __init__(self, dtype: str, path: Path) -> None:
        """`path` is the file that the column will be part of."""
        self.dtype = dtype
        self.length = 0
        import tempfile  # which is slow to import, and searching needs nothing of it

        self._path = path
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPILL, dir=str(path.parent))  # noqa: SIM115

    def append(self, values: Any) -> None:
        """Write an array at the end."""
        values = np.ascontiguousarray(values, dtype=self.dtype)
        if values.size:
            with storing(self._path):
                self._file.write(memoryview(values).cast("B"))
            self.length += int(values.size)

    def values(self, start: int, count: int) -> Any:
        """So many of the values written so far, from place `start` on."""
        size = np.dtype(self.dtype).itemsize
        with storing(self._path):
            self._file.seek(start * size)
            return np.frombuffer(self._file.read(count * size), self.dtype)

    def blocks(self) -> Iterator[bytes]:
        """Everything written so far, in blocks of bytes."""
        with storing(self._path):
            self._file.seek(0)
        while block := self._file.read(_SPILL):
            yield block

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()


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
        """The value at a place and the next one, of a column of `<u4` or `<u8`."""
        start = self._start + place * self.itemsize
        return self.file.pair(_PAIRS[self.itemsize], start)

    def read(self, low: int, high: int) -> bytes:
        """The values from place `low` to `high` as the bytes that they are in the file."""
        return self.file.read(self._start + low * self.itemsize, self._start + high * self.itemsize)

    def take(self, places: Any) -> Any:
        """The values at `places`, as a copy."""
        if len(places):
            self.file.check_places(self._start + places * self.itemsize)
        return self._values[places]

    def search(self, values: Any) -> Any:
        """Where `values` stand in this column, which ascends, or would stand: `numpy.searchsorted`.

        Only the pages that show it are checked, not all through which the search has gone.
        """
        values = values.astype(self._values.dtype)  # or the whole column would be converted
        found = self._values.searchsorted(values)
        last = len(self._values) - 1
        if last >= 0:
            before, at = np.maximum(found - 1, 0), np.minimum(found, last)
            is_right = ((found == 0) | (self.take(before) < values)) & ((found > last) | (self.take(at) >= values))
            if not is_right.all():  # something damaged was on the way
                found = self.all.searchsorted(values)
        return found

    def find(self, values: Any) -> Any:
        """Where `values`, which are all in this column, stand in it; it ascends."""
        values = values.astype(self._values.dtype)
        found = np.minimum(self._values.searchsorted(values), len(self._values) - 1)
        # What has its value stands right, whatever the search has gone through.
        return found if (self.take(found) == values).all() else self.search(values)

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
            with path.open("rb") as file:
                self.size = os.fstat(file.fileno()).st_size
                if self.size < len(MAGIC) + _FOOTER.size:
                    raise self.corrupt(0, f"it has only {self.size} bytes")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise CorruptIndexError(
                f"{path}: a file of the index is missing; {_MEND}", path=path, reason="the file is missing"
            ) from None

    def directory(self) -> dict[str, Any]:
        """What the file says about itself; with that its pages can be checked."""
        footer = self._map[self.size - _FOOTER.size :]
        directory_at, length, crc, checks_at, own = _FOOTER.unpack(footer)
        if zlib.crc32(footer[:-4]) != own:
            raise self.corrupt(self.size - _FOOTER.size, "its footer is damaged")
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
        if dtype not in _DTYPES:
            raise self.corrupt(start, f"it has a column of unknown type {dtype!r}")
        return Column(self, np.frombuffer(self._map, dtype, count, start), start)

    def check(self, low: int, high: int) -> None:
        """CorruptIndexError if the bytes from `low` to `high` are not what was written."""
        first, last = low >> 16, (high + PAGE - 1) >> 16
        while (page := self._checked.find(0, first, last)) >= 0:
            start = page << 16
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

    def check_places(self, places: Any) -> None:
        """Check the pages that hold the bytes at `places`."""
        first, last = int(places.min()) >> 16, (int(places.max()) >> 16) + 1
        if self._checked.find(0, first, last) >= 0:
            for page in np.flatnonzero(np.bincount(places >> 16)).tolist():
                self.check(page << 16, min((page + 1) << 16, self.end))

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


def _dtype_name(dtype: Any) -> str:
    name = str(dtype.newbyteorder("<").str) if dtype.itemsize > 1 else "|u1"
    if name not in _DTYPES:
        raise TypeError(f"no column holds values of type {dtype}")
    return name
