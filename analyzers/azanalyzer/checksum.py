"""A checksum of the data that decide which term a word has, for whoever keeps terms."""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from pathlib import Path

from azanalyzer.files import kept

__all__ = ["data_checksum"]

_DATA = Path(__file__).parent / "data"
_OF_QUERIES = frozenset({"synonyms.tsv", "stop_words.txt", "units.txt"})  # which no term of a text depends on


@lru_cache(maxsize=1)
def data_checksum() -> str:
    """CRC-32 of the lexicon and the rules, as 8 hexadecimal digits; the same whatever ends the lines of the files.

    It takes half a millisecond, once in a process: the files are read, but not understood.
    """
    found = 0
    paths = {folder + entry.name: entry.path for folder in ("", "lexicon/") for entry in os.scandir(_DATA / folder)}
    for name, path in sorted(paths.items()):
        if name.endswith((".tsv", ".txt")) and name not in _OF_QUERIES:
            found = zlib.crc32(kept(path), zlib.crc32(name.rpartition("/")[2].encode(), found))
    return f"{found:08x}"
