"""The distinct runs of characters without white space in a collection, each known by a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from azanalyzer.hash_table import HashTable
from searchkit.engine.arrays import beginnings, counting_order, runs
from searchkit.engine.cutting import Cut, cut
from searchkit.engine.posting_columns import FORM_PAIRS, SPELLED
from searchkit.engine.term_list import TermList, sorted_terms
from searchkit.engine.terms import LONGEST

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from azanalyzer.bulk import BulkPieces, BulkReader

__all__ = ["ChunkTable", "Chunks"]

_TOGETHER = 1 << 16  # chunks, about, that are read at once
_KEPT_SHARE, _LINES_SHARE = 4, 8  # parts of the room that those kept may fill when others are forgotten: one in so many
_BYTES_PER_KEY = 36  # of memory in the table of chunks, at most
_BYTES_PER_STRING = 200  # likewise of a chunk that is known as a string
_BYTES_PER_CHUNK, _BYTES_PER_TERM = 9, 48  # of memory for what stays of each until there are postings
_BYTES_TO_INVERT, _BYTES_TO_SORT = 20, 64  # of memory for each then; measured


class ChunkTable(NamedTuple):
    """What chunks are made of, as arrays; terms are numbered in the order of their bytes."""

    terms: TermList
    counts: Any  # by chunk: how many pieces it has; these stand one chunk after another
    piece_terms: Any
    piece_steps: Any
    piece_forms: Any


class _Pieces(NamedTuple):
    """See `ChunkTable`; `terms` are numbered as they came."""

    counts: Any
    terms: Any
    steps: Any
    forms: Any


class Chunks:
    """The distinct chunks seen so far and the terms that they hold.

    A chunk gets its number when it is first seen. It is read later, with others that are new, at the latest when the
    table is wanted: many at once are read far faster than one by one. Chunks of lines whose Cyrillic is Azerbaijani,
    Russian or neither have numbers of their own.

    What a chunk holds stays. Which number it has is forgotten where there is no room for more, unless it has come
    again lately; if it comes later it is a new one, which costs only time.
    """

    def __init__(self, analyzer: Analyzer, room: int) -> None:
        """`room` is the memory in bytes that the known chunks may take, about."""
        self._analyzer = analyzer
        self._room = room
        self._bulk: BulkReader | None = None  # which numbers the terms
        self._count = 0
        self._by_hash = HashTable()
        self._by_line: dict[bool | None, dict[str, int]] = {
            flag: defaultdict(self._next_number) for flag in (None, True, False)
        }
        self._again = np.zeros(1, bool)  # by chunk, with room for more: whether it has come again lately
        # Chunks that have only a number so far, by what says how to read them: their numbers, and themselves in lines.
        # One string for many, because so many small objects would break up the memory that is there after them.
        self._new: dict[bool | None, list[tuple[Any, bytes]]] = {flag: [] for flag in self._by_line}
        self._read = 0  # chunks
        self._pieces: list[_Pieces] = []

    def __len__(self) -> int:
        return self._count

    @property
    def _reader(self) -> BulkReader:
        if self._bulk is None:
            self._bulk = self._analyzer.bulk()
        return self._bulk

    @property
    def _known(self) -> int:
        """The memory in bytes of what can be forgotten, about."""
        lines = sum(map(len, self._by_line.values())) * _BYTES_PER_STRING
        return len(self._by_hash) * _BYTES_PER_KEY + lines + (0 if self._bulk is None else self._bulk.held)

    @property
    def held(self) -> int:
        """The memory in bytes that it takes until all chunks have become postings, about."""
        terms = 0 if self._bulk is None else len(self._bulk.terms)
        kept = self._count * _BYTES_PER_CHUNK + terms * _BYTES_PER_TERM
        return max(self._known + kept, self._count * _BYTES_TO_INVERT + terms * _BYTES_TO_SORT)

    def number(self, texts: list[bytes]) -> tuple[Any, Any]:
        """The numbers of the chunks of all texts (UTF-8), u4, text after text, and how many each text has, i8."""
        found = cut(texts)
        numbers, missing = self._by_hash.find(found.hashes)
        self._again[numbers] = True  # and some at random, where one is missing
        if len(missing):
            numbers[missing] = self._numbers_of_new(found, missing)
        counts = found.counts
        if found.special:
            parts = np.split(numbers, np.cumsum(counts)[:-1])
            for place in found.special:
                parts[place] = self._number_lines(texts[place].decode("utf-8", "surrogatepass"))
            numbers, counts = np.concatenate(parts), np.fromiter(map(len, parts), np.int64, len(parts))
        if self._count - self._read > _TOGETHER:  # not all at the end, when a job's parent has nothing to do
            self._read_new()
        if self._known > self._room:
            self._forget()
        return numbers, counts

    def _numbers_of_new(self, found: Cut, places: Any) -> Any:
        hashes = found.hashes.take(places)
        order = hashes.argsort()  # which of those of one hash comes first is all the same, as `np.unique` does not know
        hashes = hashes.take(order)
        begins = beginnings(hashes)
        own = np.arange(self._count, self._count + len(begins), dtype=np.uint32)
        numbers = np.empty(len(order), np.uint32)
        numbers[order] = np.repeat(own, np.diff(begins, append=len(order)))
        self._count += len(begins)
        self._make_room()
        self._by_hash.add(hashes.take(begins), own)
        self._new[None].append((own, found.lines(places.take(order.take(begins)))))
        return numbers

    def _make_room(self) -> None:
        """Let it be possible to say of each chunk whether it comes again."""
        if len(self._again) < self._count:
            self._again = np.concatenate([self._again, np.zeros(self._count, bool)])

    def _next_number(self) -> int:
        self._count += 1
        return self._count - 1

    def _number_lines(self, text: str) -> Any:
        """The numbers of the chunks of a text in which it takes the line to tell how they are read; u4."""
        known_before = self._count
        found: list[int] = []
        for _, line, azerbaijani in self._analyzer.lines(text):
            numbers = self._by_line[azerbaijani]
            known = len(numbers)
            found.extend(map(numbers.__getitem__, line.split()))
            if len(numbers) > known:
                new = list(islice(reversed(numbers.items()), len(numbers) - known))
                lines = "\n".join([chunk for chunk, _ in new]).encode("utf-8", "surrogatepass")
                self._new[azerbaijani].append((np.array([number for _, number in new], np.uint32), lines))
        numbers_found = np.array(found, np.uint32)
        self._make_room()
        self._again[numbers_found[numbers_found < known_before]] = True
        return numbers_found

    def _read_new(self) -> None:
        """Read the chunks that have only a number so far."""
        chunks, parts = [], []
        for flag, own, texts in self._taken():
            pieces = self._reader.read(texts, flag)
            chunks.append(own)
            parts.append(_Pieces(pieces.counts, pieces.terms, pieces.steps, _form_bits(pieces)))
        if chunks:
            self._pieces.append(_in_order(np.concatenate(chunks), self._count, _joined(parts)))
            self._read = self._count

    def _taken(self) -> Iterator[tuple[bool | None, Any, list[str]]]:
        """The new chunks, not too many at a time: what says how to read them, their numbers and themselves."""
        for flag, waiting in self._new.items():
            while waiting:
                numbers, lines, size = [], [], 0
                while waiting and size < _TOGETHER:
                    own, chunks = waiting.pop()
                    numbers.append(own)
                    lines.append(chunks)
                    size += len(own)
                yield flag, np.concatenate(numbers), b"\n".join(lines).decode("utf-8", "surrogatepass").split("\n")

    def _forget(self) -> None:
        """Forget the chunks that have not come again since the last time; of very many others, those that came last."""
        self._reader.forget()
        hashes, numbers = self._by_hash.items()
        kept = np.flatnonzero(self._again.take(numbers))
        most = self._room // (_KEPT_SHARE * _BYTES_PER_KEY)
        if len(kept) > most:
            kept = kept[np.argsort(numbers[kept])[:most]]
        self._by_hash = HashTable()
        self._by_hash.add(hashes[kept], numbers[kept])
        for flag, own in self._by_line.items():
            self._by_line[flag] = defaultdict(self._next_number)
            if len(own) * _BYTES_PER_STRING < self._room // _LINES_SHARE:
                self._by_line[flag].update((chunk, number) for chunk, number in own.items() if self._again[number])
        self._again[:] = False

    def table(self) -> ChunkTable:
        """The table as arrays, every chunk read. There is no other chunk after it: all memory of them is let go."""
        self._read_new()
        data, lengths = _shortened(*self._reader.terms.as_bytes())
        self._bulk = None
        self._by_hash = HashTable()
        self._by_line = {}
        terms, ranks = sorted_terms(data, lengths)
        for place, part in enumerate(self._pieces):
            self._pieces[place] = part._replace(terms=ranks[part.terms])
        del ranks
        pieces, self._pieces = _joined(self._pieces), []
        return ChunkTable(terms, *pieces)


def _joined(parts: list[_Pieces]) -> _Pieces:
    """The pieces of chunks, part after part."""
    return _Pieces(*map(np.concatenate, zip(*parts, strict=True))) if parts else _Pieces(*[np.zeros(0, np.uint8)] * 4)


def _in_order(chunks: Any, count: int, pieces: _Pieces) -> _Pieces:
    """The pieces of chunks in the order of their numbers, which are below `count`; `chunks` has them as they came."""
    order = counting_order(chunks, count)
    counts = pieces.counts[order]
    places = runs((np.cumsum(pieces.counts) - pieces.counts)[order], counts)
    narrow = counts.astype(np.min_scalar_type(int(counts.max(initial=0))))
    return _Pieces(narrow, *(values[places] for values in pieces[1:]))


def _shortened(data: bytes, lengths: Any) -> tuple[bytes, Any]:
    """Terms in UTF-8, one after another, and their lengths: of those that are too long what counts, as by `encode`."""
    long = np.flatnonzero(lengths > LONGEST)
    if not len(long):
        return data, lengths
    ends = np.cumsum(lengths)
    parts, reached = [], 0
    for end, length in zip(ends[long].tolist(), lengths[long].tolist(), strict=True):
        parts.append(data[reached : end - length + LONGEST])
        reached = end
    return b"".join([*parts, data[reached:]]), np.minimum(lengths, LONGEST)


def _form_bits(pieces: BulkPieces) -> Any:
    """`form_bits` of each piece; u1."""
    return np.array(FORM_PAIRS, np.uint8)[pieces.letters % len(FORM_PAIRS)] | pieces.spelled * np.uint8(SPELLED)
