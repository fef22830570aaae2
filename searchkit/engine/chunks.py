"""The distinct runs of characters without white space in a collection, each known by a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from operator import ne
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from azanalyzer.hash_table import HashTable
from searchkit.engine.arrays import beginnings, runs
from searchkit.engine.cutting import Cut, cut
from searchkit.engine.postings import FORM_PAIRS, SPELLED
from searchkit.engine.terms import encode

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from azanalyzer.bulk import BulkPieces, BulkReader

__all__ = ["ChunkTable", "Chunks"]

_TOGETHER = 1 << 16  # chunks, about, that are read at once


class ChunkTable(NamedTuple):
    """What chunks are made of, as arrays; terms are numbered in the order of their bytes."""

    terms: list[bytes]
    starts: Any  # by chunk: the first of its pieces
    counts: Any  # by chunk: how many
    piece_terms: Any
    piece_steps: Any
    piece_forms: Any


class Chunks:
    """The distinct chunks seen so far and the terms that they hold.

    A chunk gets its number when it is first seen. It is read later, with others that are new, at the latest when the
    table is wanted: many at once are read far faster than one by one. Chunks of lines whose Cyrillic is Azerbaijani,
    Russian or neither have numbers of their own.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._bulk: BulkReader | None = None  # which numbers the terms
        self._count = 0
        self._by_hash = HashTable(np.zeros(0, np.uint64), np.zeros(0, np.uint32))
        self._by_line: dict[bool | None, dict[str, int]] = {
            flag: defaultdict(self._next_number) for flag in (None, True, False)
        }
        # Chunks that have only a number so far, by what says how to read them: their numbers, and themselves in lines.
        # One string for many, because so many small objects would break up the memory that is there after them.
        self._new: dict[bool | None, list[tuple[Any, bytes]]] = {flag: [] for flag in self._by_line}
        self._starts = np.zeros(0, np.int32)
        self._counts = np.zeros(0, np.int32)
        self._piece_terms = np.zeros(0, np.uint32)
        self._piece_steps = np.zeros(0, np.uint8)
        self._piece_forms = np.zeros(0, np.uint8)

    def __len__(self) -> int:
        return self._count

    @property
    def terms(self) -> int:
        """How many terms the chunks that have been read have."""
        return 0 if self._bulk is None else self._bulk.count

    @property
    def _reader(self) -> BulkReader:
        if self._bulk is None:
            self._bulk = self._analyzer.bulk()
        return self._bulk

    def number(self, texts: list[bytes]) -> tuple[Any, Any]:
        """The numbers of the chunks of all texts (UTF-8), u4, text after text, and how many each text has, i8."""
        found = cut(texts)
        numbers, missing = self._by_hash.find(found.hashes)
        if len(missing):
            numbers[missing] = self._numbers_of_new(found, missing)
        counts = found.counts
        if found.special:
            parts = np.split(numbers, np.cumsum(counts)[:-1])
            for place in found.special:
                parts[place] = self._number_lines(texts[place].decode("utf-8", "surrogatepass"))
            numbers, counts = np.concatenate(parts), np.fromiter(map(len, parts), np.int64, len(parts))
        if self._count - len(self._starts) > _TOGETHER:  # not all at the end, when a job's parent has nothing to do
            self._read_new()
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
        self._by_hash.add(hashes.take(begins), own)
        self._new[None].append((own, found.lines(places.take(order.take(begins)))))
        return numbers

    def _next_number(self) -> int:
        self._count += 1
        return self._count - 1

    def _number_lines(self, text: str) -> Any:
        """The numbers of the chunks of a text in which it takes the line to tell how they are read; u4."""
        found: list[int] = []
        for _, line, azerbaijani in self._analyzer.lines(text):
            numbers = self._by_line[azerbaijani]
            known = len(numbers)
            found.extend(map(numbers.__getitem__, line.split()))
            if len(numbers) > known:
                new = list(islice(reversed(numbers.items()), len(numbers) - known))
                lines = "\n".join([chunk for chunk, _ in new]).encode("utf-8", "surrogatepass")
                self._new[azerbaijani].append((np.array([number for _, number in new], np.uint32), lines))
        return np.array(found, np.uint32)

    def _read_new(self) -> None:
        """Read the chunks that have only a number so far."""
        starts, counts = np.zeros(len(self), np.int32), np.zeros(len(self), np.int32)
        starts[: len(self._starts)], counts[: len(self._counts)] = self._starts, self._counts
        terms, steps, forms = [self._piece_terms], [self._piece_steps], [self._piece_forms]
        end = len(self._piece_terms)
        for flag, own, chunks in self._taken():
            pieces = self._reader.read(chunks, flag)
            counts[own] = pieces.counts
            starts[own] = end + np.cumsum(pieces.counts) - pieces.counts
            end += len(pieces.terms)
            terms.append(pieces.terms)
            steps.append(pieces.steps)
            forms.append(_form_bits(pieces))
        self._starts, self._counts = starts, counts
        self._piece_terms, self._piece_steps = np.concatenate(terms), np.concatenate(steps)
        self._piece_forms = np.concatenate(forms)

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

    def most_used(self, uses: Any, count: int) -> Chunks:
        """Those used most often, `count` of them at most; `uses` says how often each one was, by its number.

        These are not to be used any more then.
        """
        self._read_new()
        most = np.argpartition(uses, -count)[-count:] if len(uses) > count > 0 else np.arange(len(uses))
        kept = np.sort(most[uses[most] > 0])
        renumbered = np.full(len(self), -1, np.int32)
        renumbered[kept] = np.arange(len(kept))
        found = Chunks(self._analyzer)
        found._bulk = self._reader
        found._count = len(kept)
        for flag, own in self._by_line.items():
            found._by_line[flag].update(
                (chunk, new) for chunk, number in own.items() if (new := int(renumbered[number])) >= 0
            )
        # Each part of the old goes before the next one is made anew: both together may be more than there is room for.
        hashes, numbers = self._by_hash.items()
        del self._by_hash, self._by_line
        numbers = renumbered[numbers]
        found._by_hash = HashTable(hashes[numbers >= 0], numbers[numbers >= 0].astype(np.uint32))
        del hashes, numbers, renumbered
        found._counts = self._counts[kept]
        found._starts = (np.cumsum(found._counts) - found._counts).astype(np.int32)
        places = runs(self._starts[kept], found._counts)
        found._piece_steps, found._piece_forms = self._piece_steps[places], self._piece_forms[places]
        old_terms, terms = np.unique(self._piece_terms[places], return_inverse=True)
        self._reader.keep(old_terms.tolist())
        found._piece_terms = terms.astype(np.uint32)
        return found

    def clear(self) -> None:
        """Let go of all memory, for one who goes on with the table alone; these are not to be used any more then."""
        self._bulk = None
        self._by_hash = HashTable(np.zeros(0, np.uint64), np.zeros(0, np.uint32))
        self._by_line = {}

    def table(self) -> ChunkTable:
        """The table as arrays, every chunk read."""
        self._read_new()
        terms, rank = _sorted([encode(term) for term in self._reader.terms])
        return ChunkTable(
            terms, self._starts, self._counts, rank[self._piece_terms], self._piece_steps, self._piece_forms
        )


def _form_bits(pieces: BulkPieces) -> Any:
    """`form_bits` of each piece; u1."""
    return np.array(FORM_PAIRS, np.uint8)[pieces.letters % len(FORM_PAIRS)] | pieces.spelled * np.uint8(SPELLED)


def _sorted(terms: list[bytes]) -> tuple[list[bytes], Any]:
    """The terms in order, each once, and the place of each there; u4. A set and a dict would double the memory."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    found = [terms[number] for number in order]
    is_new = np.fromiter(map(ne, found, [None, *found]), bool, len(found))
    places = np.empty(len(terms), np.uint32)
    places[order] = np.cumsum(is_new) - 1
    if not is_new.all():  # long terms that differ only at their end are one
        found = [term for term, own in zip(found, is_new.tolist(), strict=True) if own]
    return found, places
