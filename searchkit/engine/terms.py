"""The term dictionary of one field: sorted terms, front-coded in blocks of sixteen, opened without reading them.

Columns (n terms, m blocks): `heads` u8[m], the first eight bytes of each block's first term as a big-endian number;
`starts` u4[m+1], where each block begins in `bytes`; `shared` u1[n], how many bytes a term has in common with the one
before; `lengths` u2[n], how many bytes follow in `bytes`. The first term of a block shares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from azanalyzer.memory import Memory
from searchkit.engine.arrays import WORD, words_of_bytes
from searchkit.engine.columns import Column, ColumnWriter

__all__ = ["LONGEST", "TermDictionary", "encode", "write_terms"]

BLOCK = 16
LONGEST = 1024  # bytes of a term that count; nobody types more
_MOST_SHARED = 255
_READ = 64 * BLOCK  # terms that are read at a time where many are
_MOST_REMEMBERED = 20_000


def encode(term: str) -> bytes:
    """The bytes of a term, which sort as its code points do."""
    return term.encode("utf-8", "replace")[:LONGEST]


def write_terms(writer: ColumnWriter, field: str, terms: Sequence[bytes]) -> None:
    """Write the dictionary of `terms`, sorted and without doubles."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    data = b"".join(terms)
    starts = np.cumsum(lengths) - lengths
    shared = _shared(data, starts, lengths)
    left = lengths - shared
    is_left = np.arange(len(data)) - np.repeat(starts, lengths) >= np.repeat(shared, lengths)
    heads = [int.from_bytes(term[:8].ljust(8, b"\0"), "big") for term in terms[::BLOCK]]
    writer.add(f"{field}.terms.heads", np.asarray(heads, "<u8"))
    writer.add(f"{field}.terms.starts", np.append((np.cumsum(left) - left)[::BLOCK], left.sum()).astype("<u4"))
    writer.add(f"{field}.terms.shared", shared.astype("|u1"))
    writer.add(f"{field}.terms.lengths", left.astype("<u2"))
    writer.add(f"{field}.terms.bytes", np.frombuffer(data, np.uint8)[is_left])


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


class _Terms:
    """A dictionary as it is on disk."""

    def __init__(self, columns: dict[str, Column], field: str) -> None:
        self._heads = columns[f"{field}.terms.heads"]
        self._starts = columns[f"{field}.terms.starts"]
        self._shared = columns[f"{field}.terms.shared"]
        self._lengths = columns[f"{field}.terms.lengths"]
        self._bytes = columns[f"{field}.terms.bytes"]

    def __len__(self) -> int:
        return len(self._shared)

    def find(self, term: bytes) -> int:
        """The number of a term, or -1."""
        number, found = self._bound(term)
        return number if found == term else -1

    def lower_bound(self, term: bytes) -> int:
        """The number of the first term that is not less than `term`; the number of terms if all are."""
        return self._bound(term)[0]

    def _bound(self, term: bytes) -> tuple[int, bytes | None]:
        """The number of the first term that is not less than `term`, and that term if it is in the same block."""
        heads = self._heads.all
        key = np.uint64(int.from_bytes(term[:8].ljust(8, b"\0"), "big"))
        low = max(int(heads.searchsorted(key, "left")) - 1, 0)
        high = int(heads.searchsorted(key, "right"))
        while high - low > 1:  # blocks whose first terms begin with the same eight bytes
            middle = (low + high) // 2
            if self.term(middle * BLOCK) <= term:
                low = middle
            else:
                high = middle
        for number, found in enumerate(self._block(low), low * BLOCK):
            if found >= term:
                return number, found
        number = min((low + 1) * BLOCK, len(self))
        return number, None

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the terms that begin with `prefix`, as a closed-open range."""
        if not prefix:
            return 0, len(self)
        after = prefix.rstrip(b"\xff")
        end = self.lower_bound(after[:-1] + bytes([after[-1] + 1])) if after else len(self)
        return self.lower_bound(prefix), end

    def term(self, number: int) -> bytes:
        """The term of a number."""
        block, place = divmod(number, BLOCK)
        return self._block(block)[place]

    def terms(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The terms from number `start` to `stop`, in order."""
        stop = len(self) if stop is None else stop
        for first in range(start // BLOCK * BLOCK, stop, _READ):
            found = self._decoded(first, min(first + _READ, stop))
            yield from found[start - first :] if first < start else found

    def all(self) -> list[bytes]:
        """All terms in order."""
        return self._decoded(0, len(self))

    def _block(self, block: int) -> list[bytes]:
        return self._decoded(block * BLOCK, min((block + 1) * BLOCK, len(self)))

    def _decoded(self, first: int, last: int) -> list[bytes]:
        """The terms from number `first`, with which a block begins, to `last`."""
        if first >= last:
            return []
        block = first // BLOCK
        ends = self._starts[block : -(-last // BLOCK) + 1]
        data = self._bytes[int(ends[0]) : int(ends[-1])].tobytes()
        found = []
        term = b""
        place = 0
        for shared, length in zip(self._shared[first:last].tolist(), self._lengths[first:last].tolist(), strict=True):
            end = place + length
            term = term[:shared] + data[place:end]
            place = end
            found.append(term)
        return found


class TermDictionary(_Terms):
    """Terms by number and numbers by term; numbers follow the order of the terms' bytes."""

    def __init__(self, columns: dict[str, Column], field: str) -> None:
        super().__init__(columns, field)
        # People ask for the same words again and again. The memory asks another object, not this one: in a circle both
        # would live on, and with them the open file.
        self._found = Memory(_Terms(columns, field).find, _MOST_REMEMBERED)
        self._ranges = Memory(_Terms(columns, field).prefix_range, _MOST_REMEMBERED)

    def find(self, term: bytes) -> int:
        return self._found[term]

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        return self._ranges[prefix]


def as_column(values: Any) -> Any:
    """An array in the smallest unsigned type that holds all of it."""
    top = int(values.max()) if len(values) else 0
    return values.astype("<u4" if top < 1 << 32 else "<u8")
