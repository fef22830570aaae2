"""The data files as they are read: each once, so that their checksum is that of what words are read by."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from azanalyzer.patterns import places_of

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

    Data = bytes | mmap

__all__ = ["kept", "lines_beginning", "lines_of", "taken"]

_LONG = 1 << 15  # bytes from which on a file is mapped

_kept: dict[str, Data] = {}


def kept(path: str) -> Data:
    """A file with line feeds alone at the ends of its lines, kept for the one who will take it."""
    data = _kept[path] = _read(path)
    return data


def taken(path: str | os.PathLike[str]) -> Data:
    """What `kept` gives, read anew where it has not been kept or somebody has taken it."""
    return _kept.pop(os.fspath(path), None) or _read(path)


def _read(path: str | os.PathLike[str]) -> Data:
    """A file; of a long one only those parts that are looked at, as memory for all of it takes longer than a word."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - to make a Path takes as long as to open it
        if os.fstat(file.fileno()).st_size > _LONG:
            from mmap import ACCESS_READ, mmap  # who only imports the analyzer needs nothing of it

            mapped = mmap(file.fileno(), 0, access=ACCESS_READ)
            if mapped.find(b"\r", 0, _LONG) < 0:
                return mapped
        data = file.readall()
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def lines_of(path: Path) -> str:
    """A small file of lines with a line feed before each and after the last; only that if there is none."""
    return f"\n{str(taken(path), 'utf-8')}\n" if path.exists() else "\n"


def lines_beginning(text: str, beginning: str, typed: str = "") -> list[str]:
    """The lines of `lines_of` that begin so, those that are typed so where `typed` is the text as it is typed."""
    places = places_of(f"\n{beginning}", typed or text) if beginning[:1] != "#" else ()  # a comment is no line
    return [text[place + 1 : text.find("\n", place + 1)] for place in places]
