"""Writing what follows frequent words; `next_words` says what that is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from searchkit.engine.column_writer import ColumnWriter
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

    def __init__(self, lengths: Any) -> None:
        """`lengths` are the length bytes of the documents."""
        ends = np.cumsum(length_steps()[lengths].astype(np.int64) + 1)
        self._first = np.minimum(np.concatenate([[0], ends[:-1]]), _MOST_CELLS)
        self._last = np.minimum(ends - 1, _MOST_CELLS)
        self._signs = np.zeros(int(self._last[-1]) + 1, np.uint8)
        if ends[-1] > _MOST_CELLS:
            self._signs[-1] = SEVERAL

    def cells(self, docs: Any, tfs: Any, positions: Any) -> Any:
        """The cells of the tokens of postings, of which each has as many as its frequency says; i8."""
        return np.minimum(np.repeat(self._first[docs], tfs) + positions, np.repeat(self._last[docs], tfs))

    def put(self, cells: Any, signs: Any) -> None:
        """Let words stand in cells, given as their signs."""
        before = self._signs[cells]
        self._signs[cells] = signs
        several = (self._signs[cells] != signs) | ((before != NOTHING) & (before != signs))
        if several.any():
            self._signs[cells[several]] = SEVERAL

    def at(self, cells: Any) -> Any:
        """What stands in cells; u1."""
        return self._signs[cells]


def signs_of(
    source: FieldPostings, ranges: Sequence[tuple[int, int]], writer: ColumnWriter
) -> Callable[[int, int], Any]:
    """The signs of what follows all tokens of a field, by the first and the last that are wanted; u1.

    A run has them. Of another segment they are found in its postings, read twice, by `ranges` of numbers of terms; they
    wait on the disk.
    """
    if source.has_all_signs:
        return lambda first, last: source.column("next")[first:last]
    signs = Signs(source.lengths)
    for start, stop in ranges:
        dfs, docs, tfs, _, positions = source.read_tokens(start, stop)
        own = np.repeat(np.repeat(signs_of_terms(source.terms.terms(start, stop)), dfs), tfs)
        signs.put(signs.cells(docs, tfs, positions), own)
    found = writer.scratch("|u1")
    for start, stop in ranges:
        _, docs, tfs, _, positions = source.read_tokens(start, stop)
        found.append(signs.at(signs.cells(docs, tfs, positions + 1)))
        source.forget()
        source.file.release()
    return lambda first, last: found.values(first, last - first)
