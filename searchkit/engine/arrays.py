"""Steps on arrays that several parts of the engine take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = [
    "FIRST_BYTES", "WORD", "are_in", "before", "beginnings", "counting_order", "distinct", "in_order", "in_parts",
    "merged", "positions_from", "row_sums", "runs", "words_of_bytes",
]  # fmt: skip

WORD = 8  # bytes that `words_of_bytes` takes together
FIRST_BYTES = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], np.uint64)  # what keeps so many of them
_TOGETHER = 1 << 17
_COUNTED_BITS = 16
_EVEN_BYTES = np.uint64(0x00FF00FF00FF00FF)
_UP = np.full(WORD, 0x0001000100010001, np.uint64)  # what adds the sums in a number up in its highest 16 bits


def are_in(own: Any, values: Any) -> Any:
    """Which of `values` are among `own`, both ascending."""
    if not len(own):
        return np.zeros(len(values), bool)
    return own.take(own.searchsorted(values), mode="clip") == values


@lru_cache(maxsize=4)
def before(width: int) -> Any:
    """Which cells of a row stand before each one; u1[width, width]."""
    return np.tri(width, k=-1, dtype=np.uint8)


def beginnings(values: Any) -> Any:
    """Where among `values` another one begins than stood before; ascending."""
    begins = np.empty(len(values), bool)
    begins[:1] = True
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins.nonzero()[0]


def counting_order(numbers: Any, count: int) -> Any:
    """The places of `numbers`, whole ones below `count`, in rising order, equal ones as they stand: i8.

    What a stable `argsort` gives. numpy sorts numbers of up to 16 bits by counting, so these are taken at a time, the
    lowest first: a quarter of the time that sorting numbers of 64 bits takes.
    """
    order = numbers.astype(np.uint16).argsort(kind="stable")
    for shift in range(_COUNTED_BITS, (count - 1).bit_length(), _COUNTED_BITS):
        higher = (numbers >> numbers.dtype.type(shift)).astype(np.uint16)
        order = order.take(higher.take(order).argsort(kind="stable"))
    return order


def distinct(values: Any) -> Any:
    """`values`, which ascend, each once."""
    return values.take(beginnings(values)) if len(values) > 1 else values


def in_parts(count: int) -> Iterator[slice]:
    """Where to cut arrays of so many values that are gone through once.

    The memory of larger intermediate results is given back when they are gone, and to get it anew costs more than to
    fill it.
    """
    for start in range(0, count, _TOGETHER):
        yield slice(start, start + _TOGETHER)


def in_order(parts: Sequence[Any]) -> Any:
    """The values of several ascending arrays, ascending.

    The stable sort merges what ascends already, in a third of the time that another takes.
    """
    values = np.concatenate(parts)
    values.sort(kind="stable")
    return values


def merged(parts: Sequence[Any]) -> Any:
    """The values that are in any of several ascending arrays, each once: faster by far than `numpy.unique`."""
    return distinct(in_order(parts))


def words_of_bytes(data: bytes) -> Any:
    """The eight bytes from each place of `data` on as a number, the first byte the lowest; a view, u8[size - 7]."""
    return np.ndarray((len(data) - WORD + 1,), "<u8", data, 0, (1,))


def row_sums(values: Any) -> Any:
    """The sums of rows of 64 bytes, which are one after another in memory; i8.

    Eight bytes of a row are added up at once, as four numbers of 16 bits: half the time that `sum` takes.
    """
    words = values.view(np.uint64)
    sums = words & _EVEN_BYTES
    words = words >> np.uint64(8)
    words &= _EVEN_BYTES
    sums += words
    return ((sums @ _UP) >> np.uint64(48)).view(np.int64)


def runs(starts: Any, lengths: Any) -> Any:
    """The places of runs that begin at `starts` and are so long, one run after another; i8[sum of lengths]."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def positions_from(gaps: Any, counts: Any) -> Any:
    """The positions of postings that have so many each, from the gaps between them; i8."""
    sums = np.cumsum(gaps)
    # A running sum over all, less what had been reached before each posting began.
    base = np.concatenate([np.zeros(1, np.int64), sums])[np.cumsum(counts) - counts]
    return sums - np.repeat(base, counts)
