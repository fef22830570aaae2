"""The distinct runs of characters without white space in a collection, each known by a number."""

from __future__ import annotations

import itertools
import zlib
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from azanalyzer import fold
from searchkit.engine.arrays import runs
from searchkit.engine.postings import FORM_BITS, SPELLED, form_bits
from searchkit.engine.terms import encode

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from azanalyzer.bulk import BulkPieces, BulkReader

__all__ = ["ChunkTable", "Chunks"]


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

    A chunk gets its number when it is first seen. It is read when the table is wanted, with all others that are new:
    many at once are read far faster than one by one.
    """

    def __init__(self, analyzer: Analyzer, first: int = 0) -> None:
        """Chunks are numbered from `first`."""
        self._analyzer = analyzer
        self._bulk: BulkReader | None = None
        self._terms: dict[str, int] = {}
        number = itertools.count(first).__next__
        self._numbers: dict[bool | None, dict[str, int]] = {flag: defaultdict(number) for flag in (None, True, False)}
        self._read = dict.fromkeys(self._numbers, 0)  # how many of each kind have been read
        self._starts = np.zeros(0, np.int64)
        self._counts = np.zeros(0, np.int64)
        self._piece_terms = np.zeros(0, np.uint32)
        self._piece_steps = np.zeros(0, np.uint8)
        self._piece_forms = np.zeros(0, np.uint8)

    def __len__(self) -> int:
        return sum(map(len, self._numbers.values()))

    def append(self, text: str, stream: array[int]) -> None:
        """Put the numbers of the chunks of `text` at the end of `stream`."""
        if self._analyzer.has_cyrillic(text):
            for _, line, azerbaijani in self._analyzer.lines(text):
                stream.extend(map(self._numbers[azerbaijani].__getitem__, line.split()))
        else:
            stream.extend(map(self._numbers[None].__getitem__, text.split()))

    def _read_new(self) -> None:
        """Read the chunks that have only a number so far."""
        found = []
        for flag, numbers in self._numbers.items():
            new = dict(itertools.islice(numbers.items(), self._read[flag], None))
            if new:
                found.append((np.fromiter(new.values(), np.int64, len(new)), self._pieces(list(new), flag)))
                self._read[flag] = len(numbers)
        if not found:
            return
        size = len(self)
        starts, counts = np.zeros(size, np.int64), np.zeros(size, np.int64)
        starts[: len(self._starts)], counts[: len(self._counts)] = self._starts, self._counts
        terms, steps, forms = [self._piece_terms], [self._piece_steps], [self._piece_forms]
        end = len(self._piece_terms)
        for places, pieces in found:
            counts[places] = pieces.counts
            starts[places] = end + np.cumsum(pieces.counts) - pieces.counts
            end += len(pieces.terms)
            own = [self._terms.setdefault(term, len(self._terms)) for term in pieces.term_list]
            terms.append(np.array(own, np.uint32)[pieces.terms])
            steps.append(pieces.steps)
            forms.append(_form_bits(pieces)[pieces.surfaces])
        self._starts, self._counts = starts, counts
        self._piece_terms, self._piece_steps = np.concatenate(terms), np.concatenate(steps)
        self._piece_forms = np.concatenate(forms)

    def _pieces(self, chunks: list[str], azerbaijani: bool | None) -> BulkPieces:
        if self._bulk is None:
            self._bulk = self._analyzer.bulk()
        return self._bulk.read(chunks, azerbaijani)

    def most_used(self, uses: Any, count: int) -> Chunks:
        """Those used most often, about `count` of them; `uses` says how often each one was, by its number."""
        self._read_new()
        least = max(np.partition(uses, -count)[-count], 1) if len(uses) > count > 0 else 1
        kept = np.flatnonzero(uses >= least)
        found = Chunks(self._analyzer, len(kept))
        found._bulk = self._bulk
        found._counts = self._counts[kept]
        found._starts = np.cumsum(found._counts) - found._counts
        places = runs(self._starts[kept], found._counts)
        old_terms, terms = np.unique(self._piece_terms[places], return_inverse=True)
        names = list(self._terms)
        found._terms = {names[number]: place for place, number in enumerate(old_terms.tolist())}
        found._piece_terms = terms.astype(np.uint32)
        found._piece_steps, found._piece_forms = self._piece_steps[places], self._piece_forms[places]
        numbers = np.full(len(self), -1)
        numbers[kept] = np.arange(len(kept))
        renumbered = numbers.tolist()
        for flag, own in self._numbers.items():
            found._numbers[flag].update(
                (chunk, new) for chunk, number in own.items() if (new := renumbered[number]) >= 0
            )
            found._read[flag] = len(found._numbers[flag])
        return found

    def table(self) -> ChunkTable:
        """The table as arrays, every chunk read."""
        self._read_new()
        encoded = [encode(term) for term in self._terms]
        terms = sorted(set(encoded))  # long terms that differ only at their end are one
        numbers = {term: number for number, term in enumerate(terms)}
        rank = np.fromiter(map(numbers.__getitem__, encoded), np.int64, len(encoded))
        return ChunkTable(
            terms, self._starts, self._counts, rank[self._piece_terms], self._piece_steps, self._piece_forms
        )


def _form_bits(pieces: BulkPieces) -> Any:
    """`form_bits` of each surface; u1."""
    surfaces = pieces.surface_list
    plain = surfaces[: pieces.plain]
    folded = fold("\n".join(plain)).split("\n") if plain else []
    letters = np.fromiter(map(zlib.crc32, "\n".join(folded).encode().split(b"\n")), np.int64, len(plain) or 1)
    bits = np.left_shift(1, letters[: len(plain)] % FORM_BITS).astype(np.uint8)
    bits[np.fromiter(map(str.__ne__, plain, folded), bool, len(plain))] |= SPELLED
    return np.concatenate([bits, np.fromiter(map(form_bits, surfaces[pieces.plain :]), np.uint8)])
