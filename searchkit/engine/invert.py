"""Inverting text: documents in, postings out, by arrays.

The text is cut at white space; each distinct run of characters is read once and known by a number (see `chunks`). So
a token costs one look-up, and everything else (positions, grouping by term, counting) happens to all tokens of a run
of documents at once.
"""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import numpy as np

from searchkit.engine.chunks import Chunks, ChunkTable
from searchkit.engine.postings import EARLY, EARLY_TOKENS

__all__ = ["FieldText", "Inverted"]


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
        self._stream = array("I")
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._stream)

    def uses(self) -> Any:
        """How often each chunk was used, by its number; i8."""
        return np.bincount(self._read_chunks(), minlength=len(self._chunks))

    def _read_chunks(self) -> Any:
        """The numbers of the chunks of all documents; u4."""
        return np.frombuffer(self._stream, np.uint32) if len(self._stream) else np.zeros(0, np.uint32)

    def add(self, text: str) -> None:
        """The text of the next document."""
        if text:
            self._chunks.append(text, self._stream)
        self._ends.append(len(self._stream))

    def invert(self, table: ChunkTable) -> Inverted:
        """The postings of all documents added."""
        chunks = self._read_chunks()
        counts = table.counts[chunks]
        token_ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        bounds = token_ends[
            np.concatenate([np.zeros(1, np.int64), np.frombuffer(self._ends, np.uint64).astype(np.int64)])
        ]
        lengths = np.diff(bounds)
        pieces = np.repeat(table.starts[chunks] - token_ends[:-1], counts)
        pieces += np.arange(len(pieces))
        del counts, token_ends
        positions = np.cumsum(table.piece_steps[pieces], dtype=np.int64)
        before = np.concatenate([np.zeros(1, np.int64), positions])[bounds[:-1]]
        positions -= np.repeat(before + 1, lengths)
        # One sort of numbers that hold the term and the place of the token groups everything: 18 ns a token, where a
        # stable sort of indexes takes five times as long.
        keys = table.piece_terms[pieces].astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= np.arange(len(keys), dtype=np.uint64)
        keys.sort()
        order = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        keys >>= np.uint64(32)
        docs = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[order]
        forms = table.piece_forms[pieces[order]]
        positions = positions[order]
        forms |= (positions < EARLY_TOKENS) * np.uint8(EARLY)
        del order, pieces
        starts = np.flatnonzero(np.concatenate([np.ones(1, bool), (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])]))
        if not len(keys):
            starts = starts[:0]
        tfs = np.diff(starts, append=len(keys))
        term_of = keys[starts].astype(np.int64)
        used, dfs = np.unique(term_of, return_counts=True)
        return Inverted(
            [table.terms[number] for number in used],
            dfs,
            docs[starts],
            tfs,
            np.bitwise_or.reduceat(forms, starts) if len(starts) else forms,
            positions,
            lengths,
        )
