"""The stems of very many words at once: which beginnings of words are stems, and which; see `bulk`."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from azanalyzer.alphabet import SPELLINGS
from azanalyzer.morphology.cut_table import Cut
from azanalyzer.morphology.readings import Morphology
from azanalyzer.morphology.rows import CODES, LETTERS, Words, table_of
from azanalyzer.morphology.stem_patterns import StemPatterns
from azanalyzer.sorted_keys import distinct

__all__ = ["Stems", "places_in_runs"]

_FILTER_BITS = 20
_DIRECTORY_BITS = 16
_LAST = (1 << 64) - 1
_MANY = 50  # stems that are new to some words; to look at so many one by one takes as long as together


class Stems:
    """The stems in one spelling, found by the hashes of their letters.

    They are looked at when a word first has them. By the number of a stem there are `lemmas`, `shapes`, `costs`, and
    `numbers`, which are those of what may follow, as in `Morphotactics.numbered`, and `terms`, which are those that the
    terms of the lemmas have got, -1 before. `number` is that of the spelling.
    """

    def __init__(self, morphology: Morphology, shapes: Words, spelling: str) -> None:
        """`shapes` are those of all stems in proper spelling."""
        self.cuts, self._heads = morphology.in_spelling(spelling)
        shapes = shapes.replaced(table_of(LETTERS, SPELLINGS[spelling](LETTERS)))
        hashes = [shapes.identities()]
        if spelling != "proper":  # where g at the end of a stem is taken for ğ
            soft = shapes.where(shapes.codes[np.arange(len(shapes)), shapes.lengths - 1] == CODES["ğ"])
            soft.codes[np.arange(len(soft)), soft.lengths - 1] = CODES["g"]
            hashes.append(soft.identities())
        known, rows, _ = distinct(np.concatenate(hashes))
        self._hashes = np.append(known, np.uint64(_LAST))  # one more, so that there is one at every place
        self._filter = np.zeros(1 << _FILTER_BITS, bool)
        self._filter[known >> np.uint64(64 - _FILTER_BITS)] = True
        firsts = np.arange(1 << _DIRECTORY_BITS, dtype=np.uint64) << np.uint64(64 - _DIRECTORY_BITS)
        self._directory = known.searchsorted(firsts)
        self._first = np.full(len(known), -1, np.int64)
        self._counts = np.zeros(len(known), np.int64)
        self._costs, self._numbers = array("d"), array("q")
        self.number = [*SPELLINGS].index(spelling)
        self.lemmas: list[str] = []
        self.shapes: list[str] = []
        self._own_places = np.zeros(0, np.uint64)
        self.terms = np.zeros(0, np.int64)
        self._patterns = StemPatterns(morphology.lexicon, self._heads.made)
        self._all = shapes.where(rows) if spelling == "proper" else None  # by their hashes
        self._freeze()

    def _freeze(self) -> None:
        self.costs: Any = np.array(self._costs)
        self.numbers: Any = np.array(self._numbers)
        self.terms = np.append(self.terms, np.full(len(self.costs) - len(self.terms), -1))

    @property
    def own_places(self) -> Any:
        """By the number of a stem `Words.own_places` of its shape, or more: whatever is not ASCII."""
        new = self.shapes[len(self._own_places) :]
        if new:
            bits = [sum(1 << place for place, letter in enumerate(shape) if letter > "\x7f") for shape in new]
            self._own_places = np.concatenate([self._own_places, np.array(bits, np.uint64)])
        return self._own_places

    def find(self, words: Words, cut: Cut) -> tuple[Cut, Any]:
        """The cuts after a stem, one for each stem there, and the numbers of these."""
        own = words.beginnings(cut.rows, cut.stems)
        likely = np.flatnonzero(self._filter.take((own >> np.uint64(64 - _FILTER_BITS)).view(np.int64)))
        own = own.take(likely)
        places = self._places(own)
        known = np.flatnonzero(self._hashes.take(places) == own)
        cut, places = cut.where(likely.take(known)), places.take(known)
        self._look_at(words, cut, places)
        owners, stems = places_in_runs(self._first.take(places), self._counts.take(places))
        return cut.where(owners), stems

    def _places(self, hashes: Any) -> Any:
        """Where hashes stand among those of the stems, or would: `searchsorted` takes ten times as long."""
        found = self._directory.take((hashes >> np.uint64(64 - _DIRECTORY_BITS)).view(np.int64))
        later = np.flatnonzero(self._hashes.take(found) < hashes)
        while len(later):
            found[later] += 1
            later = later.compress(self._hashes.take(found.take(later)) < hashes.take(later))
        return found

    def _look_at(self, words: Words, cut: Cut, places: Any) -> None:
        fresh = np.flatnonzero(self._first.take(places) < 0)
        if not len(fresh):
            return
        new, where, _ = distinct(places.take(fresh))
        if self._all is not None and len(new) > _MANY:
            self._look_at_many(new, self._all.where(new))
            return
        rows, stems = cut.rows.take(fresh.take(where)), cut.stems.take(fresh.take(where))
        for place, head in zip(new.tolist(), words.parts(rows, np.zeros_like(rows), stems), strict=True):
            made = self._heads.made(head)  # what is asked for here is kept in arrays
            self._first[place], self._counts[place] = len(self.lemmas), len(made)
            for cost, lemma, shape, number in made:
                self._costs.append(cost)
                self._numbers.append(number)
                self.lemmas.append(lemma)
                self.shapes.append(shape)
        self._freeze()

    def _look_at_many(self, places: Any, words: Words) -> None:
        """Look at the stems of many shapes, which have these places; stems that are alike are made once."""
        strings = words.strings()
        known = self._patterns
        patterns = known.of(places, words, strings)
        counts = known.counts.take(patterns)
        self._first[places], self._counts[places] = len(self.lemmas) + np.cumsum(counts) - counts, counts
        owners, own = places_in_runs(known.firsts.take(patterns), counts)
        self._costs.frombytes(known.costs.take(own).tobytes())
        self._numbers.frombytes(known.numbers.take(own).tobytes())
        shapes = [strings[owner] for owner in owners.tolist()]
        self.shapes += shapes
        self.lemmas += [known.lemma(stem, shape) for stem, shape in zip(own.tolist(), shapes, strict=True)]
        self._freeze()


def places_in_runs(firsts: Any, counts: Any) -> tuple[Any, Any]:
    """The places of runs that begin at `firsts` and are so long, one after another, and before them which run's."""
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, (firsts - np.cumsum(counts) + counts).take(owners) + np.arange(len(owners))
