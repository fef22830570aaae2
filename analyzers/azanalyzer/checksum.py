"""A checksum of the data that decide which term a word has, for whoever keeps terms."""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

__all__ = ["data_checksum"]

_DATA = Path(__file__).parent / "data"
_OF_QUERIES = frozenset({"synonyms.tsv", "stop_words.txt"})  # which no term of a text depends on


@lru_cache(maxsize=1)
def data_checksum() -> str:
    """CRC-32 of the lexicon and the rules, as 8 hexadecimal digits; the same whatever ends the lines of the files.

    It takes a quarter of a millisecond, once in a process: the files are read, but not understood.
    """
    found = 0
    for path in sorted(_DATA.rglob("*.*"), key=lambda path: path.relative_to(_DATA).as_posix()):
        if path.suffix in (".tsv", ".txt") and path.name not in _OF_QUERIES:
            found = zlib.crc32(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n"), found)
    return f"{found:08x}"
