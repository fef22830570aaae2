"""What may stand behind stems in very many words: parsed once for each kind of stem and remainder; see `bulk`."""

from __future__ import annotations

from array import array
from collections import defaultdict
from itertools import chain, count, islice
from typing import Any

import numpy as np

from azanalyzer.hash_table import HashTable
from azanalyzer.morphology.cut_table import Cut
from azanalyzer.morphology.morphotactics import Parse
from azanalyzer.morphology.readings import Morphology
from azanalyzer.morphology.rows import Words
from azanalyzer.morphology.stems import Stems
from azanalyzer.sorted_keys import distinct

__all__ = ["Rests"]

_MOST_RESTS = 1 << 18  # parsed remainders that are remembered, and derived words
_BY_NUMBER = np.uint64(0xC2B2AE3D27D4EB4F)  # odd, so that multiplying loses nothing
_STEM_BITS, _ENDING_BITS = 26, 32  # of the number of a stem, and of what is derived of it


class Rests:
    """Parsed remainders by their numbers: where their parses begin, how many these are, and what is known of those.

    A parse has its cost and the number of what belongs to the term, -1 where that is nothing. `plain` is the cost of
    the one of a remainder where that is so, infinite if there is none.
    """

    def __init__(self, morphology: Morphology) -> None:
        self._morphotactics = morphology.morphotactics
        self._lexicon = morphology.lexicon
        self._forget()
        self._forget_wholes()

    def _forget(self) -> None:
        self._table = HashTable()
        self._firsts, self._counts = array("q"), array("q")
        self._costs, self._derived, self._plain = array("d"), array("q"), array("d")
        self._endings: defaultdict[str, int] = defaultdict(count().__next__)
        self.endings: list[str] = []
        self._forget_views()

    def _forget_views(self) -> None:
        """Nothing can be put at the end of an array as long as there is a view of it."""
        self.firsts = self.counts = self.derived = np.zeros(0, np.int64)
        self.costs = self.plain = np.zeros(0)

    def _forget_wholes(self) -> None:
        self._wholes = HashTable()
        # By the number of a derived word: whether the lexicon has it, and the number of its term, -1 if not asked yet.
        self.is_listed = np.zeros(0, bool)
        self.terms = np.zeros(0, np.int64)

    def find(self, words: Words, cut: Cut, numbers: Any) -> Any:
        """The number of each remainder; `numbers` are those of what may follow, as in `Morphotactics.numbered`."""
        if len(self._table) > _MOST_RESTS:
            self._forget()
            self._forget_wholes()
        keys = cut.rests ^ (numbers.astype(np.uint64) + np.uint64(1)) * _BY_NUMBER
        found, missing = self._table.find(keys)
        if len(missing):
            self._forget_views()
            first = len(self._firsts)
            new, where, inverse = distinct(keys.take(missing))
            where = missing.take(where)
            rows = cut.rows.take(where)
            rests = words.parts(rows, cut.stems.take(where), words.lengths.take(rows))
            remainders = self._morphotactics.numbered
            self._add([remainders[kind][rest] for kind, rest in zip(numbers[where].tolist(), rests, strict=True)])
            own = np.arange(first, len(self._firsts), dtype=np.uint32)
            self._table.add(new, own)
            found[missing] = own.take(inverse)
            self.firsts, self.counts = np.frombuffer(self._firsts, np.int64), np.frombuffer(self._counts, np.int64)
            self.costs, self.plain = np.frombuffer(self._costs), np.frombuffer(self._plain)
            self.derived = np.frombuffer(self._derived, np.int64)
        return found

    def _add(self, parsed: list[tuple[Parse, ...]]) -> None:
        """The parses of remainders."""
        counts = np.fromiter(map(len, parsed), np.int64, len(parsed))
        parses = list(chain.from_iterable(parsed))
        costs = np.array([parse[0] for parse in parses], np.float64)
        number = self._endings.__getitem__
        derived = np.array([number(parse[1]) if parse[1] else -1 for parse in parses], np.int64)
        plain = np.full(len(parsed), np.inf)
        is_plain = derived < 0  # of a remainder at most one is
        plain[np.repeat(np.arange(len(parsed)), counts)[is_plain]] = costs[is_plain]
        firsts = len(self._costs) + np.cumsum(counts) - counts
        for known, values in (
            (self._firsts, firsts), (self._counts, counts), (self._costs, costs), (self._derived, derived),
            (self._plain, plain),
        ):  # fmt: skip
            known.frombytes(values.tobytes())
        self.endings += islice(self._endings, len(self.endings), None)

    def wholes(self, known: Stems, stems: Any, derived: Any) -> Any:
        """The numbers of the derived words that are made of these stems and what `derived` has the numbers of."""
        if len(self._wholes) > _MOST_RESTS:
            self._forget_wholes()
        keys = (stems | np.int64(known.number << _STEM_BITS)) << np.int64(_ENDING_BITS) | derived + 1
        keys = keys.view(np.uint64) * _BY_NUMBER
        found, missing = self._wholes.find(keys)
        if len(missing):
            new, where, inverse = distinct(keys.take(missing))
            where = missing.take(where)
            listed, shapes, endings = self._lexicon.lemmas, known.shapes, self.endings
            pairs = zip(stems.take(where).tolist(), derived.take(where).tolist(), strict=True)
            is_listed = [shapes[stem] + endings[ending] in listed for stem, ending in pairs]
            own = np.arange(len(self.terms), len(self.terms) + len(new), dtype=np.uint32)
            self._wholes.add(new, own)
            self.is_listed = np.concatenate([self.is_listed, np.array(is_listed, bool)])
            self.terms = np.concatenate([self.terms, np.full(len(new), -1)])
            found[missing] = own.take(inverse)
        return found
