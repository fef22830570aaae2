"""The terms of a segment in the making, as one run of bytes: an object for each would take several times the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, overload

import numpy as np

from searchkit.engine.arrays import FIRST_BYTES, WORD, in_parts, words_of_bytes

__all__ = ["TermList", "sorted_terms"]


class TermList(Sequence[bytes]):
    """Terms that stand somewhere in a run of bytes."""

    def __init__(self, data: bytes, starts: Any, ends: Any) -> None:
        self._data = data
        self._starts = starts
        self._ends = ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            data = self._data
            spans = zip(self._starts[place].tolist(), self._ends[place].tolist(), strict=True)
            return [data[start:end] for start, end in spans]
        return self._data[self._starts[place] : self._ends[place]]

    def __iter__(self) -> Iterator[bytes]:
        return chain.from_iterable(self[part] for part in in_parts(len(self)))

    def taken(self, places: Any) -> TermList:
        """The terms at these places."""
        return TermList(self._data, self._starts[places], self._ends[places])


def sorted_terms(data: bytes, lengths: Any) -> tuple[TermList, Any]:
    """Terms that follow one another, in the order of their bytes, each once, and the place of each there; u4."""
    starts = np.cumsum(lengths) - lengths
    order, is_new = _order(data, starts, lengths)
    ranks = np.empty(len(order), np.uint32)
    ranks[order] = np.cumsum(is_new) - 1
    order = order[is_new]
    return TermList(data, starts[order], starts[order] + lengths[order]), ranks


def _order(data: bytes, starts: Any, lengths: Any) -> tuple[Any, Any]:
    """The order of terms by their bytes, and which of them differ from the one before in it.

    Eight bytes of all are compared at a time, as a number; then the next eight of those that are alike so far.
    """
    words = words_of_bytes(data + bytes(WORD))

    def numbers(terms: Any, reached: int) -> Any:
        """Eight bytes of these terms, from one on; nothing counts as the lowest byte."""
        left = np.maximum(lengths[terms] - reached, 0)
        found = words[np.minimum(starts[terms] + reached, len(words) - 1)]
        return (found & FIRST_BYTES.take(left, mode="clip")).byteswap()

    own = numbers(slice(None), 0)
    order = own.argsort(kind="stable")
    own = own[order]
    is_new = np.ones(len(order), bool)
    np.not_equal(own[1:], own[:-1], out=is_new[1:])
    reached = WORD
    rows = _alike(is_new, np.arange(len(is_new)))
    while len(rows):
        firsts = np.flatnonzero(is_new[rows])
        sizes = lengths[order[rows]]
        longest, shortest = np.maximum.reduceat(sizes, firsts), np.minimum.reduceat(sizes, firsts)
        may_differ = (longest > reached) | (longest > shortest)
        kept = np.repeat(may_differ, np.diff(firsts, append=len(rows)))
        rows, sizes = rows[kept], sizes[kept]
        own = numbers(order[rows], reached)
        by = np.lexsort((sizes, own, np.cumsum(is_new[rows])))  # by length where bytes are zero
        order[rows] = order[rows[by]]
        own = own[by]
        ends = np.minimum(sizes[by], reached + WORD)
        is_new[rows[1:]] |= (own[1:] != own[:-1]) | (ends[1:] != ends[:-1])
        reached += WORD
        rows = _alike(is_new, rows)
    return order, is_new


def _alike(is_new: Any, rows: Any) -> Any:
    """Which of these rows are like the one before or the one after; the rows of a group are all there."""
    if not len(rows):
        return rows
    is_old = ~is_new[rows]
    is_old[:-1] |= is_old[1:]
    return rows[is_old]
