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

from searchkit.engine.arrays import beginnings, counting_order, in_parts, runs
from searchkit.engine.chunks import Chunks, ChunkTable
from searchkit.engine.column_writer import ColumnStream
from searchkit.engine.next_words import NOTHING, SEVERAL
from searchkit.engine.posting_columns import EARLY, EARLY_TOKENS

__all__ = ["FieldText", "Inverted", "TermPostings"]

_TOGETHER = 1 << 20  # bytes of text that are cut at once: what is needed for more leaves the caches
_LONG_TEXT = 1 << 23  # bytes; a longer text is cut in parts
_BLOCK = 1 << 18  # tokens that become numbers at once, about, likewise
_PART = 1 << 20  # tokens, about, of the terms that are sorted together
_MOST_PARTS = 200  # unless the numbers of tokens leave few bits for terms
_FORM_BITS = 8
_SIGN_BITS = 8
_FEW = 6  # one posting in 2 ** 6: so few, of several tokens, are looked at together
_LEAST_BITS = 17  # for the number of a document, so that that of a part and a sign have room instead
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
    """What has become of a field: `lengths` i8[documents] counts tokens, `parts` gives the postings, once.

    These come in the order of the terms.
    """

    lengths: Any
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

    @property
    def documents(self) -> int:
        """How many documents have been added; after `finish`."""
        return sum(map(len, self._counts))

    @property
    def held(self) -> int:
        """The memory in bytes of what waits, about; texts need as much again when they are cut."""
        return 2 * self._size + self._numbers.held

    def finish(self) -> None:
        """Cut the texts that wait for it."""
        if self._waiting:
            numbers, counts = self._chunks.number(self._waiting)
            self._numbers.append(numbers)
            self._counts.append(counts.astype(np.uint32))
            self._waiting, self._size = [], 0

    def add(self, text: bytes) -> None:
        """The text of the next document, in UTF-8."""
        if len(text) > _LONG_TEXT:
            self._add_long(text)
            return
        self._waiting.append(text)
        self._size += len(text)
        if self._size > _TOGETHER:
            self.finish()

    def _add_long(self, text: bytes) -> None:
        """The text of the next document, which is cut part by part: at once it would take ten times its memory."""
        self.finish()
        count = 0
        for part in _parts_of_text(text):
            numbers, counts = self._chunks.number([part])
            self._numbers.append(numbers)
            count += int(counts[0])
        self._counts.append(np.array([count]))

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
        return Inverted(lengths, self._parts(chunk_counts, lengths, _tokens_by_term(uses, table), table, signs))

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
        """How many tokens each document has, i8, and how often each chunk is used, u4."""
        lengths = []
        uses, one = np.zeros(len(table.counts), np.uint32), np.uint32(1)
        for start, stop, chunks in self._blocks(chunk_counts, _BLOCK):
            np.add.at(uses, chunks, one)
            ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(table.counts.take(chunks), dtype=np.int64)])
            lengths.append(np.diff(ends[np.cumsum(chunk_counts[start:stop])], prepend=0))
        return np.concatenate([np.zeros(0, np.int64), *lengths]), uses

    def _parts(
        self, chunk_counts: Any, lengths: Any, tokens: Any, table: ChunkTable, signs: Any
    ) -> Iterator[TermPostings]:
        layout = _Layout.of(lengths, signs is not None)
        terms, numbers, parts = _divided(tokens, 64 - layout.term_shift)
        if not terms:
            return
        values = _Values(table, numbers, parts, signs if layout.has_sign else None, layout)
        self._keys = ColumnStream("<u8", self._path)
        sizes = self._write_keys(self._keys, chunk_counts, lengths, values, layout, len(terms))
        self._numbers.close()
        del values, numbers, parts
        ends = np.cumsum(sizes).reshape(-1, len(terms))
        starts = ends - sizes
        for part, own in enumerate(terms):
            pairs = zip(starts[:, part].tolist(), ends[:, part].tolist(), strict=True)
            keys = np.concatenate([self._keys.values(first, last - first) for first, last in pairs if last > first])
            # They are in the order of the documents, which has to stay within each term.
            keys = keys.take(counting_order(keys >> np.uint64(layout.term_shift), len(own)))
            following = None
            if signs is not None:
                following = _signs_in(keys) if layout.has_sign else np.full(len(keys), SEVERAL, np.uint8)
            forms = keys.astype(np.uint8)
            keys >>= np.uint64(layout.place_shift)
            yield _postings(keys, forms, following, own, layout)

    def _write_keys(
        self, stream: ColumnStream, chunk_counts: Any, lengths: Any, values: _Values, layout: _Layout, parts: int
    ) -> list[Any]:
        """Write the keys of all tokens, those of a block by their parts; how many of each part there are by block."""
        sizes = []
        for start, stop, chunks in self._blocks(chunk_counts, _BLOCK):
            keys, shared = values.of_tokens(chunks)
            places = _places(len(keys), shared, np.arange(start, stop), lengths[start:stop], layout.position_bits)
            owners = (keys >> np.uint64(layout.place_shift)).astype(values.kind_of_parts)
            following = _following(_signs_in(keys), shared, lengths[start:stop]) if layout.has_sign else None
            keys &= values.kept
            if following is not None:
                keys |= following.astype(np.uint64) << np.uint64(_FORM_BITS)
            keys |= places << np.uint64(layout.place_shift)
            # Sorting these is counting, as there are few parts.
            stream.append(keys.take(owners.argsort(kind="stable")))
            sizes.append(np.bincount(owners, minlength=parts))
        return sizes


class _Layout(NamedTuple):
    """The 64 bits of a key, from the lowest on: form, sign of what follows if it has one, position, document, term."""

    position_bits: int
    doc_bits: int
    has_sign: bool

    @classmethod
    def of(cls, lengths: Any, has_signs: bool) -> _Layout:
        """That for documents of these lengths; their keys have no signs where that leaves little room for terms."""
        position_bits = int(lengths.max(initial=0)).bit_length()
        doc_bits = max(len(lengths).bit_length(), _LEAST_BITS)
        left = 64 - doc_bits - position_bits - _FORM_BITS - _SIGN_BITS
        return cls(position_bits, doc_bits, has_signs and left >= _TERM_BITS)

    @property
    def place_shift(self) -> int:
        return _FORM_BITS + _SIGN_BITS if self.has_sign else _FORM_BITS

    @property
    def term_shift(self) -> int:
        return self.place_shift + self.position_bits + self.doc_bits


def _tokens_by_term(uses: Any, table: ChunkTable) -> Any:
    """How many tokens each term has; i8."""
    found = np.zeros(len(table.terms), np.int64)
    np.add.at(found, table.piece_terms, np.repeat(uses, table.counts).astype(np.int64))
    return found


def _divided(tokens: Any, bits: int) -> tuple[list[Any], Any, Any]:
    """The terms that have tokens in parts, in order, and of each term its number in its part, u8, and its part.

    The numbers have so many bits at most.
    """
    used = np.flatnonzero(tokens)
    size = max(_PART, int(tokens.sum()) // _MOST_PARTS)
    weights = np.maximum(tokens[used], (size >> bits) + 1)
    own = (np.cumsum(weights) - weights) // size
    _, own = np.unique(own, return_inverse=True)
    firsts = beginnings(own)
    numbers = np.zeros(len(tokens), np.uint64)
    numbers[used] = np.arange(len(used)) - firsts[own]
    parts = np.zeros(len(tokens), np.uint8 if len(firsts) <= 256 else np.uint16)
    parts[used] = own
    return np.split(used, firsts[1:]) if len(used) else [], numbers, parts


class _Values:
    """What is known of each token by its chunk alone, as a number from which its key is made.

    Where a key has its document and position stands the part of its term, above that whether the chunk has not just
    one piece; and where it has the sign of what follows, its own. So one look-up tells all.
    """

    def __init__(self, table: ChunkTable, numbers: Any, parts: Any, signs: Any, layout: _Layout):
        """By term its number in its part, its part, and its sign, None if signs are not wanted."""
        self._table = table
        self.kind_of_parts = parts.dtype
        place_shift, term_shift = layout.place_shift, layout.term_shift
        self._numbers = numbers << np.uint64(term_shift) | parts.astype(np.uint64) << np.uint64(place_shift)
        if signs is not None:
            self._numbers |= signs.astype(np.uint64) << np.uint64(_FORM_BITS)
        self.kept = ~np.uint64((1 << term_shift) - (1 << _FORM_BITS))
        self._others = np.uint64(1 << place_shift + _LEAST_BITS - 1)
        self._starts = np.zeros(len(table.counts), np.uint32)  # of the pieces of each chunk
        np.cumsum(table.counts[:-1], out=self._starts[1:])
        self._of_chunks = np.empty(len(table.counts), np.uint64)
        for part in in_parts(len(table.counts)):
            self._of_chunks[part] = self._of_pieces(np.minimum(self._starts[part], len(table.piece_terms) - 1))
        self._of_chunks[table.counts != 1] |= self._others

    def _of_pieces(self, pieces: Any) -> Any:
        return self._numbers.take(self._table.piece_terms.take(pieces)) | self._table.piece_forms.take(pieces)

    def of_tokens(self, chunks: Any) -> tuple[Any, Any]:
        """The values of all tokens of these chunks, and which of them share the position of the one before."""
        table = self._table
        found = self._of_chunks.take(chunks)
        others = np.flatnonzero(found & self._others)
        if not len(others):
            return found, others
        counts = np.ones(len(chunks), np.int64)
        firsts, own = self._starts.take(chunks[others]), table.counts.take(chunks[others]).astype(np.int64)
        counts[others] = own
        inside = runs(np.zeros(len(own), np.int64), own)
        at = np.repeat(np.cumsum(counts)[others] - own, own) + inside
        pieces = np.repeat(firsts, own) + inside
        found = np.repeat(found, counts)
        found[at] = self._of_pieces(pieces)
        return found, at[table.piece_steps.take(pieces) == 0]


def _parts_of_text(text: bytes) -> Iterator[bytes]:
    """A long text in parts, each of whole lines; where a line is long, too, of whole runs without white space."""
    start = 0
    while len(text) - start > _TOGETHER:
        end = max(text.rfind(b"\n", start, start + _TOGETHER), start)
        if end == start:
            end = max(text.rfind(b" ", start, start + _TOGETHER), start)
        if end == start and (end := text.find(b" ", start + 1)) < 0:
            break
        yield text[start:end]
        start = end
    yield text[start:]


def _places(count: int, shared: Any, docs: Any, lengths: Any, position_bits: int) -> Any:
    """The documents and positions of so many tokens as one number each; u8."""
    steps = np.ones(count + 1, np.int8)
    steps[shared] = 0
    places = np.cumsum(steps, dtype=np.int64)
    base = (docs << position_bits) - places[np.cumsum(lengths) - lengths]
    places = places[:-1]
    places += np.repeat(base, lengths)
    return places.view(np.uint64)


def _following(signs: Any, shared: Any, lengths: Any) -> Any:
    """What follows tokens, given by the signs of all of some documents; u1.

    `shared` are those at the position of the one before, `lengths` how many tokens each document has.
    """
    found = np.empty_like(signs)
    found[:-1] = signs[1:]
    # What has several after it, or beside it: the first of several is told apart by what stands before it.
    found[shared - 1] = SEVERAL
    firsts = shared[np.diff(shared, prepend=-1) != 1] - 2
    found[firsts[firsts >= 0]] = SEVERAL
    found[np.cumsum(lengths[lengths > 0]) - 1] = NOTHING
    return found


def _signs_in(keys: Any) -> Any:
    """The signs that keys, or values of tokens, have above the forms; u1."""
    return (keys >> np.uint64(_FORM_BITS)).astype(np.uint8)


def _postings(keys: Any, forms: Any, signs: Any, terms: Any, layout: _Layout) -> TermPostings:
    """The postings of `terms`, from the terms, documents and positions of all their tokens, in order, as numbers."""
    positions = keys.astype(np.uint32)
    positions &= np.uint32((1 << layout.position_bits) - 1)
    keys >>= np.uint64(layout.position_bits)
    starts = beginnings(keys)
    keys = keys.take(starts)
    docs = keys.astype(np.uint32)
    docs &= np.uint32((1 << layout.doc_bits) - 1)
    keys >>= np.uint64(layout.doc_bits)
    begins = beginnings(keys)
    tfs = np.diff(starts, append=len(positions))
    own_forms = forms.take(starts)
    several, step = np.flatnonzero(tfs > 1), 1
    while len(several) > len(tfs) >> _FEW:  # most have two or three tokens
        own_forms[several] |= forms.take(starts.take(several) + step)
        step += 1
        several = several[tfs.take(several) > step]
    if len(several):
        own = tfs.take(several)
        own_forms[several] |= np.bitwise_or.reduceat(forms.take(runs(starts.take(several), own)), np.cumsum(own) - own)
    own_forms |= (positions.take(starts) < EARLY_TOKENS) * np.uint8(EARLY)
    return TermPostings(
        terms,
        np.diff(begins, append=len(docs)),
        docs,
        tfs,
        own_forms,
        positions.view(np.int32),
        signs,
    )
