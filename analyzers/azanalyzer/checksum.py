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
    paths = [path for folder in (_DATA, _DATA / "lexicon") for path in folder.iterdir()]
    for path in sorted(paths, key=Path.as_posix):
        if path.suffix in (".tsv", ".txt") and path.name not in _OF_QUERIES:
            data = path.read_bytes()
            data = data.replace(b"\r\n", b"\n") if b"\r" in data else data
            found = zlib.crc32(data, zlib.crc32(path.name.encode(), found))
    return f"{found:08x}"
