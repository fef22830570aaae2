"""Inverting text: documents in, postings out, by arrays.

The text is cut at white space; each distinct run of characters is read once and known by a number (see `chunks`). So
a token costs one look-up, and everything else (positions, grouping by term, counting) happens to all tokens of a run
of documents at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from searchkit.engine.chunks import Chunks, ChunkTable
from searchkit.engine.postings import EARLY, EARLY_TOKENS

__all__ = ["FieldText", "Inverted"]

_TOGETHER = 1 << 20  # characters of text that are cut at once: what is needed for more leaves the caches
_PER_TOKEN = 8  # characters


class Inverted(NamedTuple):
    """The postings of a field: see `PostingsWriter.add` for the arrays; `lengths` i8[documents] counts tokens."""

    terms: list[bytes]
    dfs: Any
    docs: Any
    tfs: Any
    forms: Any
    positions: Any
    lengths: Any


class FieldText:
    """The text of one field of a run of documents, as numbers of chunks."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._waiting: list[str] = []
        self._characters = 0  # in those
        self._numbers: list[Any] = []
        self._counts: list[Any] = []
        self._tokens = 0

    def __len__(self) -> int:
        """How many tokens there are, about: those of the last texts are guessed."""
        return self._tokens + self._characters // _PER_TOKEN

    def uses(self) -> Any:
        """How often each chunk was used, by its number; i8."""
        return np.bincount(self._all_numbers(), minlength=len(self._chunks))

    def _all_numbers(self) -> Any:
        """The numbers of the chunks of all documents; u4."""
        self.finish()
        self._numbers = [np.concatenate([np.zeros(0, np.uint32), *self._numbers])]
        return self._numbers[0]

    def finish(self) -> None:
        """Cut the texts that wait for it."""
        if self._waiting:
            numbers, counts = self._chunks.number(self._waiting)
            self._numbers.append(numbers)
            self._counts.append(counts)
            self._tokens += len(numbers)
            self._waiting, self._characters = [], 0

    def add(self, text: str) -> None:
        """The text of the next document."""
        self._waiting.append(text)
        self._characters += len(text)
        if self._characters > _TOGETHER:
            self.finish()

    def invert(self, table: ChunkTable) -> Inverted:
        """The postings of all documents added."""
        chunks = self._all_numbers()
        counts = table.counts[chunks]
        token_ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
        bounds = token_ends[np.cumsum(np.concatenate([np.zeros(1, np.int64), *self._counts]))]
        lengths = np.diff(bounds)
        pieces = np.repeat(table.starts[chunks] - token_ends[:-1].astype(np.int32), counts)
        pieces += np.arange(len(pieces), dtype=np.int32)
        del chunks, counts, token_ends
        positions = np.cumsum(table.piece_steps[pieces], dtype=np.int32)
        before = np.concatenate([np.zeros(1, np.int32), positions])[bounds[:-1]]
        positions -= np.repeat(before + np.int32(1), lengths)
        forms = table.piece_forms[pieces]
        forms |= (positions < EARLY_TOKENS) * np.uint8(EARLY)
        # One sort of numbers that hold the term and the place of the token groups everything: 18 ns a token, where a
        # stable sort of indexes takes five times as long.
        keys = table.piece_terms[pieces].astype(np.uint64)
        del pieces
        keys <<= np.uint64(32)
        keys |= np.arange(len(keys), dtype=np.uint64)
        keys.sort()
        order = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        keys >>= np.uint64(32)
        terms = keys.astype(np.uint32)
        del keys
        docs = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[order]
        forms, positions = forms[order], positions[order]
        del order
        begins = np.ones(len(terms), bool)
        begins[1:] = (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])
        starts = np.flatnonzero(begins)
        term_of = terms[starts]
        firsts = np.flatnonzero(np.concatenate([[True], term_of[1:] != term_of[:-1]])[: len(term_of)])
        return Inverted(
            [table.terms[number] for number in term_of[firsts].tolist()],
            np.diff(firsts, append=len(term_of)),
            docs[starts],
            np.diff(starts, append=len(terms)),
            np.bitwise_or.reduceat(forms, starts) if len(starts) else forms,
            positions,
            lengths,
        )
