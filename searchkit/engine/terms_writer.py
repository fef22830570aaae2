"""Writing the term dictionary of a field; `terms` says what is written and reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchkit.engine.arrays import WORD, words_of_bytes
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.narrow_writer import NarrowWriter
from searchkit.engine.terms import BLOCK

__all__ = ["write_terms"]

_MOST_SHARED = 255
_TOGETHER = BLOCK << 12  # terms that are worked on at once, as each of their bytes takes some numbers


def write_terms(writer: ColumnWriter, field: str, terms: Sequence[bytes]) -> None:
    """Write the dictionary of `terms`, sorted and without doubles."""
    # At least one part, so that there is something to join.
    parts = [_coded(terms[start : start + _TOGETHER]) for start in range(0, max(len(terms), 1), _TOGETHER)]
    shared, lengths, data = (np.concatenate(part) for part in zip(*parts, strict=True))
    heads = [int.from_bytes(term[:8].ljust(8, b"\0"), "big") for term in terms[::BLOCK]]
    writer.add(f"{field}.terms.heads", np.asarray(heads, "<u8"))
    writer.add(f"{field}.terms.starts", np.append((np.cumsum(lengths) - lengths)[::BLOCK], lengths.sum()), "<u4")
    writer.add(f"{field}.terms.shared", shared)
    narrow = NarrowWriter(writer, f"{field}.terms.lengths")
    narrow.add(lengths)
    narrow.finish()
    writer.add(f"{field}.terms.bytes", data)


def _coded(terms: Sequence[bytes]) -> tuple[Any, Any, Any]:
    """How many bytes some terms share with the one before (u1), how many more they have (i8), and these bytes (u1).

    A block begins with the first of them.
    """
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    data = b"".join(terms)
    starts = np.cumsum(lengths) - lengths
    shared = _shared(data, starts, lengths)
    is_left = np.arange(len(data)) - np.repeat(starts, lengths) >= np.repeat(shared, lengths)
    return shared.astype(np.uint8), lengths - shared, np.frombuffer(data, np.uint8)[is_left]


def _shared(data: bytes, starts: Any, lengths: Any) -> Any:
    """How many bytes each term shares with the one before in its block, at most 255; i8."""
    words = words_of_bytes(data + bytes(WORD))
    found = np.zeros(len(starts), np.int64)
    rows = np.flatnonzero(np.arange(len(starts)) % BLOCK)
    most = np.minimum(np.minimum(lengths[rows], lengths[rows - 1]), _MOST_SHARED)
    for place in range(0, _MOST_SHARED + 1, WORD):
        different = words[starts[rows] + place] ^ words[starts[rows - 1] + place]
        same = np.full(len(rows), WORD)
        for byte in range(WORD - 1, -1, -1):
            same[different & np.uint64(0xFF << 8 * byte) != 0] = byte
        found[rows] = np.minimum(place + same, most)
        going_on = (same == WORD) & (place + WORD < most)
        rows, most = rows[going_on], most[going_on]
        if not len(rows):
            break
    return found
