"""Inverting text: documents in, postings out, by arrays.

The text is cut at white space; each distinct run of characters is analysed once and known by a number from then on. So
a token costs one look-up, and everything else (positions, grouping by term, counting) happens to all tokens of a run
of documents at once.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from azanalyzer import lower
from searchkit.engine.arrays import runs
from searchkit.engine.postings import EARLY, EARLY_TOKENS, form_bits
from searchkit.engine.terms import encode

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["Chunks", "FieldText", "Inverted"]


class Chunks:
    """The distinct chunks seen so far and the terms that they hold."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._terms: dict[str, int] = {}
        self._starts = array("I", [0])
        self._piece_terms = array("I")
        self._piece_steps = array("B")
        self._piece_forms = array("B")
        self._numbers = {flag: _Numbers(self, flag) for flag in (None, True, False)}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def append(self, text: str, stream: array[int]) -> None:
        """Put the numbers of the chunks of `text` at the end of `stream`."""
        if self._analyzer.has_cyrillic(text):
            for _, line, azerbaijani in self._analyzer.lines(text):
                stream.extend(map(self._numbers[azerbaijani].__getitem__, line.split()))
        else:
            stream.extend(map(self._numbers[None].__getitem__, text.split()))

    def read(self, chunk: str, azerbaijani: bool | None) -> int:
        """Analyse a chunk not seen before; its number."""
        terms = self._terms
        for piece in self._analyzer.pieces(chunk, azerbaijani):
            first, last, term, _, step = piece
            self._piece_terms.append(terms.setdefault(term, len(terms)))
            self._piece_steps.append(step)
            self._piece_forms.append(form_bits(lower(chunk[first:last])))
        self._starts.append(len(self._piece_terms))
        return len(self._starts) - 2

    def most_used(self, uses: Any, count: int) -> Chunks:
        """Those used most often, about `count` of them; `uses` says how often each one was, by its number."""
        least = max(np.partition(uses, -count)[-count], 1) if len(uses) > count > 0 else 1
        kept = np.flatnonzero(uses >= least)
        found = Chunks(self._analyzer)
        starts = np.frombuffer(self._starts, np.uint32).astype(np.int64)
        lengths = np.diff(starts)[kept]
        places = runs(starts[:-1][kept], lengths)
        old_terms, terms = np.unique(np.frombuffer(self._piece_terms, np.uint32)[places], return_inverse=True)
        names = list(self._terms)
        found._terms = {names[number]: place for place, number in enumerate(old_terms.tolist())}
        found._starts.extend(np.cumsum(lengths).tolist())
        found._piece_terms.extend(terms.tolist())
        found._piece_steps.extend(np.frombuffer(self._piece_steps, np.uint8)[places].tolist())
        found._piece_forms.extend(np.frombuffer(self._piece_forms, np.uint8)[places].tolist())
        numbers = np.full(len(self), -1)
        numbers[kept] = np.arange(len(lengths))
        renumbered = numbers.tolist()
        for flag, own in self._numbers.items():
            found._numbers[flag].update(
                (chunk, new) for chunk, number in own.items() if (new := renumbered[number]) >= 0
            )
        return found

    def table(self) -> _Table:
        """The table as arrays, the terms numbered in their order as bytes."""
        encoded = [encode(term) for term in self._terms]
        terms = sorted(set(encoded))  # long terms that differ only at their end are one
        numbers = {term: number for number, term in enumerate(terms)}
        rank = np.fromiter(map(numbers.__getitem__, encoded), np.int64, len(encoded))
        starts = np.frombuffer(self._starts, np.uint32).astype(np.int64)
        return _Table(
            terms,
            starts[:-1],
            np.diff(starts),
            rank[np.frombuffer(self._piece_terms, np.uint32)] if len(self._piece_terms) else np.zeros(0, np.int64),
            np.frombuffer(self._piece_steps, np.uint8),
            np.frombuffer(self._piece_forms, np.uint8),
        )


class _Table(NamedTuple):
    terms: list[bytes]
    starts: Any  # by chunk: the first of its pieces
    counts: Any  # by chunk: how many
    piece_terms: Any
    piece_steps: Any
    piece_forms: Any


class _Numbers(dict[str, int]):
    """Numbers by chunk; looking up one that is known is a single C call."""

    def __init__(self, chunks: Chunks, azerbaijani: bool | None) -> None:
        super().__init__()
        self._chunks = chunks
        self._azerbaijani = azerbaijani

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = self._chunks.read(chunk, self._azerbaijani)
        return number


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

    def invert(self, table: _Table) -> Inverted:
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
