"""Writing what follows frequent words; `next_words` says what that is for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from searchkit.engine.column_writer import ColumnStream, ColumnWriter
from searchkit.engine.lengths import length_steps
from searchkit.engine.next_words import NOTHING, SEVERAL, are_frequent, has_signs, sign
from searchkit.engine.postings import FieldPostings

__all__ = ["NextWordsWriter", "Signs", "signs_of", "signs_of_terms"]

_MOST_CELLS = 1 << 28  # places in texts that are told apart: a byte of memory for each


def signs_of_terms(terms: Iterable[bytes]) -> Any:
    """The signs of terms; u1[terms]."""
    return np.frombuffer(bytes(map(sign, terms)), np.uint8)


class NextWordsWriter:
    """Writes the signs of what follows the frequent terms of a field, or, for a run that will be merged, all terms."""

    def __init__(self, writer: ColumnWriter, field: str, documents: int, *, is_run: bool) -> None:
        self._writer = writer
        self._field = field
        self._has_signs = has_signs(documents)
        self._is_run = is_run
        self._signs = writer.stream(f"{field}.next", "|u1")
        self._numbers: list[Any] = []
        self._tokens: list[Any] = []

    def add(self, number: int, dfs: Any, tfs: Any, signs: Any) -> None:
        """Take the next terms, of which the first has this number, and the signs of what follows all of their tokens.

        `dfs` i8[terms] and `tfs` [sum of dfs] as `PostingsWriter.add` has them; `signs` u1[sum of tfs], None if they
        are not wanted.
        """
        if self._is_run:
            self._signs.append(signs)
        elif self._has_signs:
            frequent = are_frequent(dfs)
            if frequent.any():
                tokens = np.add.reduceat(tfs, np.cumsum(dfs) - dfs)
                self._signs.append(signs[np.repeat(frequent, tokens)])
                self._numbers.append(np.flatnonzero(frequent) + number)
                self._tokens.append(tokens[frequent])

    def finish(self) -> None:
        """Write what is known only at the end."""
        numbers, tokens = (np.concatenate([np.zeros(0, np.int64), *parts]) for parts in (self._numbers, self._tokens))
        self._writer.add(f"{self._field}.next.terms", numbers.astype("<u4"))
        self._writer.add(f"{self._field}.next.first", np.concatenate([[0], np.cumsum(tokens)]).astype("<u8"))


class Signs:
    """The words at all places of all texts of a field as signs.

    A document has a cell for each of its tokens and one more, in which nothing stands. What is behind the cells of a
    very long document, or behind those of as many documents as there is room for, shares one that has several words.
    """

    def __init__(self, lengths: Any, *, only_wanted: bool = False) -> None:
        """`lengths` are the length bytes of the documents; with `only_wanted` it is told later which cells count."""
        ends = np.cumsum(length_steps()[lengths].astype(np.int64) + 1)
        self._first = np.minimum(np.concatenate([[0], ends[:-1]]), _MOST_CELLS)
        self._last = np.minimum(ends - 1, _MOST_CELLS)
        self._signs = np.full(int(self._last[-1]) + 1, SEVERAL if only_wanted else NOTHING, np.uint8)
        self._has_shared = bool(ends[-1] > _MOST_CELLS)
        if self._has_shared:
            self._signs[-1] = SEVERAL
        # Only then a token may stand behind the cells of its document.
        self._may_exceed = self._has_shared or int(lengths.max(initial=0)) == len(length_steps()) - 1

    def cells(self, docs: Any, tfs: Any, positions: Any) -> Any:
        """The cells of the tokens of postings, of which each has as many as its frequency says; i8."""
        found = np.repeat(self._first.take(docs), tfs)
        found += positions
        return np.minimum(found, np.repeat(self._last.take(docs), tfs)) if self._may_exceed else found

    def want(self, cells: Any) -> None:
        """Let it count what stands in cells, in which nothing stands yet."""
        self._signs[cells] = NOTHING
        if self._has_shared:
            self._signs[-1] = SEVERAL

    def put(self, cells: Any, signs: Any) -> None:
        """Let words stand in cells, given as their signs, but for those that do not count or have several already."""
        before = self._signs.take(cells)
        free = np.flatnonzero(before != SEVERAL)
        if len(free) < len(cells):
            cells, signs, before = cells.take(free), signs.take(free), before.take(free)
        self._signs[cells] = signs
        several = (self._signs.take(cells) != signs) | ((before != NOTHING) & (before != signs))
        if several.any():
            self._signs[cells[several]] = SEVERAL

    def at(self, cells: Any) -> Any:
        """What stands in cells; u1."""
        return self._signs.take(cells)


def signs_of(
    source: FieldPostings, ranges: Sequence[tuple[int, int]], wanted: Any, writer: ColumnWriter
) -> Callable[[int, int], Any]:
    """The signs of what follows all tokens of a range of terms, by their numbers; u1.

    They are right for `wanted` terms, bool by number. A run has them, and other segments those of terms that were
    frequent there; of terms that have become so they are found in the postings of all, read by `ranges` of numbers.
    """
    if source.has_all_signs:
        return lambda low, high: source.column("next")[source.first_token(low) : source.first_token(high)]
    numbers = np.flatnonzero(wanted).tolist()
    new = [number for number in numbers if source.next_words(number) is None]
    found = writer.scratch("|u1")
    starts = _write_new(source, new, ranges, found)

    def signs(low: int, high: int) -> Any:
        first = source.first_token(low)
        signs = np.zeros(source.first_token(high) - first, np.uint8)
        for number in numbers[bisect_left(numbers, low) : bisect_left(numbers, high)]:
            start, stop = source.first_token(number), source.first_token(number + 1)
            known = source.next_words(number)
            signs[start - first : stop - first] = found.values(starts[number], stop - start) if known is None else known
        return signs

    return signs


def _write_new(
    source: FieldPostings, numbers: Sequence[int], ranges: Sequence[tuple[int, int]], found: ColumnStream
) -> dict[int, int]:
    """Write the signs of what follows some terms; by their numbers, where those of each begin."""
    if not numbers:
        return {}
    signs = Signs(source.lengths, only_wanted=True)

    def behind(number: int) -> Any:
        """The cells behind all tokens of a term."""
        _, docs, tfs, _, positions = source.read_tokens(number, number + 1)
        return signs.cells(docs, tfs, positions + 1)

    for number in numbers:
        signs.want(behind(number))
        source.forget()
    for start, stop in ranges:
        dfs, docs, tfs, _, positions = source.read_tokens(start, stop)
        own = np.repeat(np.repeat(signs_of_terms(source.terms.terms(start, stop)), dfs), tfs)
        signs.put(signs.cells(docs, tfs, positions), own)
        source.forget()
        source.file.release()
    starts = {}
    for number in numbers:
        starts[number] = found.length
        found.append(signs.at(behind(number)))
        source.forget()
    return starts
