"""Inverting text: documents in, postings out, by arrays.

The text is cut at white space; each distinct run of characters is read once and known by a number (see `chunks`). So
a token costs one look-up. The numbers of all tokens wait on the disk. When every chunk has been read, they are taken
up again and become numbers of 64 bits that hold term, document, position and form of a token. These are scattered over
parts of the dictionary, each of which is then sorted by itself, in little memory, and is all postings of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from searchkit.engine.arrays import runs
from searchkit.engine.chunks import Chunks, ChunkTable
from searchkit.engine.column_writer import ColumnStream
from searchkit.engine.next_words import SEVERAL
from searchkit.engine.postings import EARLY, EARLY_TOKENS

__all__ = ["FieldText", "Inverted", "TermPostings"]

_TOGETHER = 1 << 20  # bytes of text that are cut at once: what is needed for more leaves the caches
_BLOCK = 1 << 18  # tokens that become numbers at once, about, likewise
_COUNTED = 1 << 20  # chunks that are counted at once: that takes as long as to look at the counts of all of them
_PART = 1 << 20  # tokens, about, of the terms that are sorted together
_MOST_PARTS = 200  # unless the numbers of tokens leave few bits for terms
_FORM_BITS = 8
_SIGN_BITS = 8
_TERM_BITS = 12  # fewer would make far too many parts: then it is not said what follows


class TermPostings(NamedTuple):
    """The postings of some terms, by their numbers in the table; see `PostingsWriter.add` for the other arrays."""

    terms: Any
    dfs: Any
    docs: Any
    tfs: Any
    forms: Any
    positions: Any
    signs: Any


class Inverted(NamedTuple):
    """What has become of a field: `lengths` i8[documents] counts tokens, `uses` i8[chunks] counts chunks.

    `parts` gives the postings in the order of the terms, once.
    """

    lengths: Any
    uses: Any
    parts: Iterator[TermPostings]


class FieldText:
    """The text of one field of a run of documents, as numbers of chunks."""

    def __init__(self, chunks: Chunks, path: Path) -> None:
        """Temporary files are made beside `path`. Call `close` at the end."""
        self._chunks = chunks
        self._path = path
        self._waiting: list[bytes] = []
        self._size = 0  # of those
        self._numbers = ColumnStream("<u4", path)
        self._counts: list[Any] = []
        self._keys: ColumnStream | None = None

    def __len__(self) -> int:
        """How many chunks there are, not counting those of texts that wait to be cut."""
        return self._numbers.length

    def finish(self) -> None:
        """Cut the texts that wait for it."""
        if self._waiting:
            numbers, counts = self._chunks.number(self._waiting)
            self._numbers.append(numbers)
            self._counts.append(counts)
            self._waiting, self._size = [], 0

    def add(self, text: bytes) -> None:
        """The text of the next document, in UTF-8."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size > _TOGETHER:
            self.finish()

    def close(self) -> None:
        """Let go of temporary files."""
        self._numbers.close()
        if self._keys is not None:
            self._keys.close()

    def invert(self, table: ChunkTable, signs: Any = None) -> Inverted:
        """The postings of all documents added, none of which waits.

        With the signs of all terms, u1, they say what follows; see `next_words`.
        """
        chunk_counts = np.concatenate([np.zeros(0, np.int64), *self._counts])
        lengths, uses = self._measure(chunk_counts, table)
        return Inverted(lengths, uses, self._parts(chunk_counts, lengths, uses, table, signs))

    def _blocks(self, chunk_counts: Any, most: int) -> Iterator[tuple[int, int, Any]]:
        """The chunks of some documents at a time, at most so many of more than one document.

        The first document, the one after the last, the numbers of the chunks.
        """
        ends = np.cumsum(chunk_counts)
        start, reached = 0, 0
        while start < len(ends):
            stop = max(int(ends.searchsorted(reached + most, "right")), start + 1)
            end = int(ends[stop - 1])
            yield start, stop, self._numbers.values(reached, end - reached)
            start, reached = stop, end

    def _measure(self, chunk_counts: Any, table: ChunkTable) -> tuple[Any, Any]:
        """How many tokens each document has, and how often each chunk is used; i8."""
        lengths = []
        uses = np.zeros(len(table.counts), np.int64)
        for start, stop, chunks in self._blocks(chunk_counts, _COUNTED):
            uses += np.bincount(chunks, minlength=len(uses))
            ends = np.concatenate([np.zeros(1, np.int32), np.cumsum(table.counts[chunks], dtype=np.int32)])
            lengths.append(np.diff(ends[np.cumsum(chunk_counts[start:stop])], prepend=0))
        return np.concatenate([np.zeros(0, np.int64), *lengths]), uses

    def _parts(
        self, chunk_counts: Any, lengths: Any, uses: Any, table: ChunkTable, signs: Any
    ) -> Iterator[TermPostings]:
        doc_bits, position_bits = len(lengths).bit_length(), int(lengths.max(initial=0)).bit_length()
        place_shift = _FORM_BITS
        says_next = signs is not None and 64 - doc_bits - position_bits - _FORM_BITS - _SIGN_BITS >= _TERM_BITS
        if says_next:
            place_shift += _SIGN_BITS
        term_shift = place_shift + position_bits + doc_bits
        terms, numbers, parts = _divided(_tokens_by_term(uses, table), 64 - term_shift)
        piece_keys = numbers[table.piece_terms] << np.uint64(term_shift) | table.piece_forms
        piece_signs: Any = signs[table.piece_terms] if says_next else None
        piece_parts = parts[table.piece_terms]
        count = int(parts.max(initial=0)) + 1
        self._keys = ColumnStream("<u8", self._path)
        sizes = []
        for start, stop, chunks in self._blocks(chunk_counts, _BLOCK):
            pieces, places = _tokens(chunks, np.arange(start, stop), lengths[start:stop], position_bits, table)
            keys = piece_keys[pieces]
            if says_next:
                keys |= _following(places, piece_signs[pieces]).astype(np.uint64) << np.uint64(_FORM_BITS)
            keys |= places << np.uint64(place_shift)
            owners = piece_parts[pieces]
            self._keys.append(keys[owners.argsort(kind="stable")])  # by counting, as there are few parts
            sizes.append(np.bincount(owners, minlength=count))
        self._numbers.close()
        del piece_keys, piece_parts, piece_signs, numbers, parts
        starts = np.cumsum(sizes).reshape(-1, count) - sizes
        for part, own in enumerate(terms):
            pairs = zip(starts[:, part].tolist(), (starts[:, part] + np.array(sizes)[:, part]).tolist(), strict=True)
            keys = np.concatenate([self._keys.values(first, last - first) for first, last in pairs if last > first])
            keys.sort()
            following = None
            if signs is not None:
                following = (keys >> np.uint64(_FORM_BITS)).astype(np.uint8) if says_next else _unknown(len(keys))
            forms = keys.astype(np.uint8)
            keys >>= np.uint64(place_shift)
            yield _postings(keys, forms, following, own, doc_bits, position_bits)


def _tokens_by_term(uses: Any, table: ChunkTable) -> Any:
    """How many tokens each term has; i8."""
    piece_uses = np.zeros(len(table.piece_terms), np.int64)
    piece_uses[runs(table.starts, table.counts)] = np.repeat(uses, table.counts)
    return np.bincount(table.piece_terms, piece_uses, len(table.terms)).astype(np.int64)


def _divided(tokens: Any, bits: int) -> tuple[list[Any], Any, Any]:
    """The terms that have tokens in parts, in order, and of each term its number in its part, u8, and its part.

    The numbers have so many bits at most.
    """
    used = np.flatnonzero(tokens)
    size = max(_PART, int(tokens.sum()) // _MOST_PARTS)
    weights = np.maximum(tokens[used], (size >> bits) + 1)
    own = (np.cumsum(weights) - weights) // size
    _, own = np.unique(own, return_inverse=True)
    firsts = np.flatnonzero(np.diff(own, prepend=-1))
    numbers = np.zeros(len(tokens), np.uint64)
    numbers[used] = np.arange(len(used)) - firsts[own]
    parts = np.zeros(len(tokens), np.uint8 if len(firsts) <= 256 else np.uint16)
    parts[used] = own
    return np.split(used, firsts[1:]) if len(used) else [], numbers, parts


def _tokens(chunks: Any, docs: Any, lengths: Any, position_bits: int, table: ChunkTable) -> tuple[Any, Any]:
    """The pieces that tokens are, and their documents and positions as one number each; u8."""
    counts = table.counts[chunks]
    pieces = table.starts[chunks]
    others = np.flatnonzero(counts != 1)
    shared = others[:0]  # tokens that share the position of the one before, which no chunk of one piece does
    if len(others):
        pieces = np.repeat(pieces, counts)
        own = counts[others]
        inside = np.arange(own.sum()) - np.repeat(np.cumsum(own) - own, own)
        at = np.repeat(np.cumsum(counts)[others] - own, own) + inside
        pieces[at] += inside.astype(pieces.dtype)
        shared = at[table.piece_steps[pieces[at]] == 0]
    places = np.arange(len(pieces) + 1)
    if len(shared):
        places -= np.cumsum(np.bincount(shared, minlength=len(places)))
    base = (docs << position_bits) - places[np.cumsum(lengths) - lengths]
    places = places[:-1]
    places += np.repeat(base, lengths)
    return pieces, places.view(np.uint64)


def _following(places: Any, signs: Any) -> Any:
    """What follows tokens, given by the places of all of some documents and their own signs; u1."""
    found = np.zeros(len(places), np.uint8)
    steps = np.diff(places)
    is_next = steps == 1
    np.multiply(signs[1:], is_next, out=found[:-1])
    is_same = steps == 0
    if is_same.any():
        found[:-1][is_same] = SEVERAL
        found[:-2][is_next[:-1] & is_same[1:]] = SEVERAL
    return found


def _unknown(count: int) -> Any:
    """What may be anything; u1."""
    return np.full(count, SEVERAL, np.uint8)


def _postings(keys: Any, forms: Any, signs: Any, terms: Any, doc_bits: int, position_bits: int) -> TermPostings:
    """The postings of `terms`, from the terms, documents and positions of all their tokens, in order, as numbers."""
    positions = (keys & np.uint64((1 << position_bits) - 1)).astype(np.int32)
    keys >>= np.uint64(position_bits)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    keys = keys[starts]
    docs = (keys & np.uint64((1 << doc_bits) - 1)).astype(np.uint32)
    firsts = np.flatnonzero(np.diff((keys >> np.uint64(doc_bits)).astype(np.int64), prepend=-1))
    own_forms = np.bitwise_or.reduceat(forms, starts)
    own_forms[positions[starts] < EARLY_TOKENS] |= EARLY
    return TermPostings(
        terms,
        np.diff(firsts, append=len(docs)),
        docs,
        np.diff(starts, append=len(positions)),
        own_forms,
        positions,
        signs,
    )
