"""Writing the container of a segment; `columns` says what it is and reads it."""

from __future__ import annotations

import contextlib
import os
import struct
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import ujson

from searchkit.engine.columns import DTYPES, FOOTER, FORMAT, MAGIC, PAGE
from searchkit.errors import SearchkitError
from searchkit.storage.checksums import crc32
from searchkit.storage.files import storing

__all__ = ["ColumnStream", "ColumnWriter"]

_ALIGNMENT = 64
_SPILL = 1 << 20

_files: weakref.WeakSet[IO[bytes]] = weakref.WeakSet()


def _before_fork() -> None:
    """What waits to be written would be written by the copy of the process, too, when that ends: at the same place."""
    for file in tuple(_files):
        with contextlib.suppress(OSError, ValueError):  # closed, or told to whoever writes next
            file.flush()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)


class ColumnWriter:
    """Writes a column file. The file appears under its name only when it is complete and on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = path.with_name(path.name + ".tmp")
        with storing(path):
            self._file = self._temporary.open("wb")
        _files.add(self._file)
        self._size = 0
        self._crc = 0
        self._checks: list[int] = []
        self._columns: dict[str, tuple[str, int, int]] = {}
        self._streams: list[tuple[str, ColumnStream]] = []
        self._scratch: list[ColumnStream] = []
        self._write(MAGIC)

    def add(self, name: str, values: Any, dtype: str | None = None) -> None:
        """Write an array as the column `name`, or as whole numbers of a type; SearchkitError if one does not fit."""
        values = np.ascontiguousarray(values)
        if dtype is not None:
            if values.size and (values.max() > (most := np.iinfo(dtype).max) or values.min() < 0):
                raise SearchkitError(
                    f"{self.path}: {name} would have numbers that are not from 0 to {most:,}: there is more to write "
                    "than a segment can hold; nothing was changed, write fewer documents at a time"
                )
            values = values.astype(dtype)
        kind = _dtype_name(values.dtype)
        start = self._begin()
        self._write(_bytes_of(values.astype(kind, copy=False)))
        self._columns[name] = (kind, start, int(values.size))

    def stream(self, name: str, dtype: str) -> ColumnStream:
        """A column that is written piece by piece while others are too."""
        stream = ColumnStream(dtype, self.path)
        self._streams.append((name, stream))
        return stream

    @property
    def streams(self) -> int:
        """How many columns are being written piece by piece."""
        return len(self._streams)

    def end_streams(self, first: int = 0) -> None:
        """Take what has been written to such columns, the first of which is this one; nothing follows in them.

        Each takes memory or an open file until then, and there may be hundreds of fields.
        """
        for name, stream in self._streams[first:]:
            start = self._begin()
            for block in stream.blocks():
                self._write(block)
            self._columns[name] = (stream.dtype, start, stream.length)
            stream.close()
        del self._streams[first:]

    def scratch(self, dtype: str) -> ColumnStream:
        """Values that are wanted until the file is finished and do not become part of it."""
        stream = ColumnStream(dtype, self.path)
        self._scratch.append(stream)
        return stream

    def finish(self, meta: dict[str, Any]) -> int:
        """Write what is left, bring the file to the disk and give it its name; its size in bytes."""
        self.end_streams()
        self._close_scratch()
        checks_at = self._begin()
        if self._size % PAGE:
            self._checks.append(self._crc)
        checks = np.asarray(self._checks, "<u4").tobytes()
        directory = ujson.dumps(
            {"format": FORMAT, "columns": self._columns, "meta": meta, "checks": crc32(checks)},
            ensure_ascii=False,
        ).encode("utf-8")
        footer = FOOTER.pack(checks_at + len(checks), len(directory), crc32(directory), checks_at, 0)[:-4]
        with storing(self.path):
            self._file.write(checks + directory + footer + struct.pack("<I", crc32(footer)))
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
        self._close_scratch()
        with contextlib.suppress(OSError):  # a full disk does not take the rest of what has been written either
            self._file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink()

    def _close_scratch(self) -> None:
        for stream in self._scratch:
            stream.close()
        self._scratch = []

    def _begin(self) -> int:
        self._write(bytes(-self._size % _ALIGNMENT))
        return self._size

    def _write(self, data: bytes | memoryview) -> None:
        with storing(self.path):
            self._file.write(data)
        place = 0
        while place < len(data):
            part = data[place : place + PAGE - self._size % PAGE]
            self._crc = crc32(part, self._crc)
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
        _files.add(self._file)

    @property
    def held(self) -> int:
        """The memory in bytes that it takes."""
        size = self.length * np.dtype(self.dtype).itemsize
        return size if size <= _SPILL else 0

    def append(self, values: Any) -> None:
        """Write an array at the end."""
        values = np.ascontiguousarray(values, dtype=self.dtype)
        if values.size:
            with storing(self._path):
                self._file.write(_bytes_of(values))
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
        while block := self._read_block():
            yield block

    def _read_block(self) -> bytes:
        with storing(self._path):
            return self._file.read(_SPILL)

    def close(self) -> None:
        """Let go of what has been written."""
        with contextlib.suppress(OSError):
            self._file.close()


def _bytes_of(values: Any) -> memoryview:
    """The bytes of an array, a view; a memoryview itself casts no numbers that are in another order than here."""
    return memoryview(values.ravel().view(np.uint8))


def _dtype_name(dtype: Any) -> str:
    name = str(dtype.newbyteorder("<").str) if dtype.itemsize > 1 else "|u1"
    if name not in DTYPES:
        raise TypeError(f"no column holds values of type {dtype}")
    return name
