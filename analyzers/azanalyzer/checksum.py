"""A checksum of the data that decide which term a word has, for whoever keeps terms."""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from pathlib import Path

__all__ = ["data_checksum"]

_DATA = Path(__file__).parent / "data"
_OF_QUERIES = frozenset({"synonyms.tsv", "stop_words.txt", "units.txt"})  # which no term of a text depends on
_AT_ONCE = 1 << 15  # bytes: all files go through the same few pages of memory


@lru_cache(maxsize=1)
def data_checksum() -> str:
    """CRC-32 of the lexicon and the rules, as 8 hexadecimal digits; the same whatever ends the lines of the files.

    It takes a quarter of a millisecond, once in a process: the files are read, but not understood.
    """
    found = 0
    buffer = bytearray(_AT_ONCE)
    names = [f"{folder}{entry.name}" for folder in ("", "lexicon/") for entry in os.scandir(_DATA / folder)]
    for name in sorted(names):
        if name.endswith((".tsv", ".txt")) and name not in _OF_QUERIES:
            found = _checksum(f"{_DATA}/{name}", buffer, zlib.crc32(name.rpartition("/")[2].encode(), found))
    return f"{found:08x}"


def _checksum(path: str, buffer: bytearray, before: int) -> int:
    """The CRC-32 of what went before and a file."""
    found = before
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path takes as long to make as all else here
        while size := file.readinto(buffer):
            if buffer.find(b"\r", 0, size) >= 0:
                file.seek(0)
                return zlib.crc32(file.readall().replace(b"\r\n", b"\n"), before)
            found = zlib.crc32(memoryview(buffer)[:size], found)
    return found
