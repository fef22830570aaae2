"""The term dictionary of one field: sorted terms, front-coded in blocks of sixteen, opened without reading them.

Columns (n terms, m blocks): `heads` u8[m], the first eight bytes of each block's first term as a big-endian number;
`starts` u4[m+1], where each block begins in `bytes`; `shared` u1[n], how many bytes a term has in common with the one
before; `lengths` u1[n], of which few do not fit (see `narrow`), how many bytes follow in `bytes`. The first term of a
block shares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from azanalyzer.cache import Cache, keep
from searchkit.engine.arrays import runs
from searchkit.engine.columns import Column
from searchkit.engine.narrow import Narrow

__all__ = ["BLOCK", "LONGEST", "TermDictionary", "encode"]

BLOCK = 16
LONGEST = 1024  # bytes of a term that count; nobody types more
_READ = 64 * BLOCK  # terms that are read at a time where many are
_FEW_BLOCKS = 8  # so many are remembered by block: what begins alike is asked for soon after
_MOST_BLOCKS = 512
_MOST_REMEMBERED = 20_000


def encode(term: str) -> bytes:
    """The bytes of a term, which sort as its code points do."""
    return term.encode("utf-8", "replace")[:LONGEST]


class _Terms:
    """A dictionary as it is on disk."""

    def __init__(self, columns: dict[str, Column], field: str) -> None:
        self._heads = columns[f"{field}.terms.heads"]
        self._starts = columns[f"{field}.terms.starts"]
        self._shared = columns[f"{field}.terms.shared"]
        self._lengths = Narrow(columns, f"{field}.terms.lengths")
        self._bytes = columns[f"{field}.terms.bytes"]
        self._blocks: dict[int, list[bytes]] = {}

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
        if stop - start <= _FEW_BLOCKS * BLOCK:
            first = start // BLOCK
            found = [term for block in range(first, -(-stop // BLOCK)) for term in self._block(block)]
            yield from found[start - first * BLOCK : stop - first * BLOCK]
            return
        for first in range(start // BLOCK * BLOCK, stop, _READ):
            found = self._decoded(first, min(first + _READ, stop))
            yield from found[start - first :] if first < start else found

    def lines(self) -> bytes:
        """All terms in order, a line feed after each."""
        count = len(self)
        shared, added = self._shared.all.astype(np.int64), self._lengths[0:count]
        sizes = shared + added
        starts = np.cumsum(sizes + 1) - sizes - 1
        found = np.full(int(sizes.sum()) + count, ord("\n"), np.uint8)
        found[runs(starts + shared, added)] = self._bytes.all
        # The first terms of all blocks are whole now, so the second ones take from these what they share, and so on.
        for place in range(1, BLOCK):
            own = slice(place, None, BLOCK)
            before = starts[place - 1 :: BLOCK][: len(starts[own])]
            found[runs(starts[own], shared[own])] = found.take(runs(before, shared[own]))
        return found.tobytes()

    def _block(self, block: int) -> list[bytes]:
        found = self._blocks.get(block)
        if found is None:
            terms = self._decoded(block * BLOCK, min((block + 1) * BLOCK, len(self)))
            found = keep(self._blocks, block, terms, _MOST_BLOCKS)
        return found

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
        for shared, length in zip(self._shared.read(first, last), self._lengths.few(first, last), strict=True):
            end = place + length
            term = term[:shared] + data[place:end]
            place = end
            found.append(term)
        return found


class TermDictionary(_Terms):
    """Terms by number and numbers by term; numbers follow the order of the terms' bytes."""

    def __init__(self, columns: dict[str, Column], field: str) -> None:
        super().__init__(columns, field)
        # People ask for the same words again and again. The caches ask another object, not this one: in a circle both
        # would live on, and with them the open file.
        asked = _Terms(columns, field)
        self._blocks = asked._blocks
        self._found = Cache(asked.find, _MOST_REMEMBERED)
        self._ranges = Cache(asked.prefix_range, _MOST_REMEMBERED)

    def find(self, term: bytes) -> int:
        return self._found[term]

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        return self._ranges[prefix]
