"""The stems of very many words at once: which beginnings of words are stems, and which; see `bulk`."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import numpy as np

from azanalyzer.alphabet import SPELLINGS
from azanalyzer.morphology.lexicon import HARDENED, NARROWED_TO, Lexicon
from azanalyzer.morphology.phonology import ANY, VOWELS, final_kind, harmony_class
from azanalyzer.morphology.readings import Morphology
from azanalyzer.morphology.rows import CODES, LETTERS, WIDTH, Words, letters_of, picked, table_of

__all__ = ["Cut", "Stems", "places_in_runs", "sounds"]

_FILTER_BITS = 20
_MANY = 4_000  # stems that are new to some words; to look at so many one by one takes as long as at all together
_LINE_BITS = 16  # for the number of a line of the lexicon; there are some thousand different ones
_LETTER_BITS = 6
_CHANGING = "qkt" + "".join(HARDENED) + "".join(NARROWED_TO)


class Cut(NamedTuple):
    """Words cut in two: the rows of the words and the lengths of what stands before the cut, longer ones first.

    `nodes` are the numbers that a `CutTable` has for what it knows of the rest, 0 for words that are not cut.
    """

    rows: Any
    stems: Any
    nodes: Any

    def where(self, chosen: Any) -> Cut:
        """Those at these places, or where this is so."""
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        return Cut(self.rows.take(chosen), self.stems.take(chosen), self.nodes.take(chosen))


class Stems:
    """The stems in one spelling, found by the hashes of their letters.

    They are looked at when a word first has them; those of proper spelling all at once when many words come with new
    ones, as a long text soon has most of them. By the number of a stem there are `lemmas`, `shapes`, `costs`, and
    `numbers`, which are those of what may follow, as in `Morphotactics.numbered`.
    """

    def __init__(self, morphology: Morphology, shapes: Words, spelling: str) -> None:
        """`shapes` are those of all stems in proper spelling."""
        self.cuts, self._heads = morphology.in_spelling(spelling)
        shapes = shapes.replaced(table_of(LETTERS, SPELLINGS[spelling](LETTERS)))
        hashes = [shapes.whole_hashes()]
        if spelling != "proper":  # where g at the end of a stem is taken for ğ
            soft = shapes.where(shapes.codes[np.arange(len(shapes)), shapes.lengths - 1] == CODES["ğ"])
            soft.codes[np.arange(len(soft)), soft.lengths - 1] = CODES["g"]
            hashes.append(soft.whole_hashes())
        self._hashes, rows = np.unique(np.concatenate(hashes), return_index=True)
        self._filter = np.zeros(1 << _FILTER_BITS, bool)
        self._filter[self._hashes >> np.uint64(64 - _FILTER_BITS)] = True
        self._first = np.full(len(self._hashes), -1, np.int64)
        self._counts = np.zeros(len(self._hashes), np.int64)
        self._costs, self._numbers = array("d"), array("q")
        self.lemmas: list[str] = []
        self.shapes: list[str] = []
        self._own_places = np.zeros(0, np.uint64)
        self._lexicon = morphology.lexicon
        self._all = shapes.where(rows) if spelling == "proper" else None  # by their hashes, until they are looked at
        self._freeze()

    def _freeze(self) -> None:
        self.costs: Any = np.array(self._costs)
        self.numbers: Any = np.array(self._numbers)

    @property
    def own_places(self) -> Any:
        """By the number of a stem `Words.own_places` of its shape, or more: whatever is not ASCII."""
        new = self.shapes[len(self._own_places) :]
        if new:
            bits = [sum(1 << place for place, letter in enumerate(shape) if letter > "\x7f") for shape in new]
            self._own_places = np.concatenate([self._own_places, np.array(bits, np.uint64)])
        return self._own_places

    def find(self, words: Words, hashes: Any, cut: Cut) -> tuple[Cut, Any]:
        """The cuts after a stem, one for each stem there, and the numbers of these."""
        own = picked(hashes, cut.stems, cut.rows)
        likely = np.flatnonzero(self._filter.take((own >> np.uint64(64 - _FILTER_BITS)).view(np.int64)))
        own = own.take(likely)
        places = np.minimum(self._hashes.searchsorted(own), len(self._hashes) - 1)
        known = np.flatnonzero(self._hashes.take(places) == own)
        cut, places = cut.where(likely.take(known)), places.take(known)
        self._look_at(words, cut, places)
        owners, stems = places_in_runs(self._first[places], self._counts[places])
        return cut.where(owners), stems

    def _look_at(self, words: Words, cut: Cut, places: Any) -> None:
        fresh = np.flatnonzero(self._first[places] < 0)
        if not len(fresh):
            return
        new, where = np.unique(places[fresh], return_index=True)
        if len(new) > _MANY and self._all is not None:
            self._look_at_all(self._all)
            return
        where = fresh[where]
        for place, head in zip(new.tolist(), words.parts(cut.rows[where], 0, cut.stems[where]), strict=True):
            stems = self._heads.made(head)  # what is asked for here is kept in arrays
            self._first[place], self._counts[place] = len(self.lemmas), len(stems)
            for cost, lemma, shape, number in stems:
                self._costs.append(cost)
                self._numbers.append(number)
                self.lemmas.append(lemma)
                self.shapes.append(shape)
        self._freeze()

    def _look_at_all(self, words: Words) -> None:
        """Look at the stems of all shapes, which are in the order of the hashes; stems that are alike are made once."""
        strings, lexicon = words.strings(), self._lexicon
        is_single = np.fromiter(map(lexicon.has_alternants, strings), bool, len(words))
        likenesses = _likenesses(words, strings, lexicon)
        likenesses[is_single] = np.flatnonzero(is_single).astype(np.uint64) | np.uint64(1 << 63)
        _, first, alike = np.unique(likenesses, return_index=True, return_inverse=True)
        patterns = [self._heads.made(strings[place]) for place in first.tolist()]
        sizes = np.fromiter(map(len, patterns), np.int64, len(patterns))
        self._counts = sizes[alike]
        self._first = np.cumsum(self._counts) - self._counts
        owners, places = places_in_runs((np.cumsum(sizes) - sizes)[alike], self._counts)
        made = [stem for pattern in patterns for stem in pattern]
        self._costs = array("d", np.array([cost for cost, _, _, _ in made])[places].tobytes())
        self._numbers = array("q", np.array([number for _, _, _, number in made], np.int64)[places].tobytes())
        self.shapes = [strings[owner] for owner in owners.tolist()]
        lasts = ["" if lemma == shape else lemma[-1] for _, lemma, shape, _ in made]
        self.lemmas = [
            shape[:-1] + lasts[place] if lasts[place] else shape
            for shape, place in zip(self.shapes, places.tolist(), strict=True)
        ]
        for place in np.flatnonzero(is_single).tolist():  # there the lemma may be any
            start = int(self._first[place])
            self.lemmas[start : start + int(self._counts[place])] = [lemma for _, lemma, _, _ in patterns[alike[place]]]
        self._all = None
        self._freeze()


def _likenesses(words: Words, strings: list[str], lexicon: Lexicon) -> Any:
    """What `Lexicon.likeness` says of each shape, as a number that is not the same where that is not; u8."""
    every = np.arange(len(words))
    harmonies, _ = sounds(words)
    lasts = words.codes[every, words.lengths - 1]
    rest_harmony = harmonies[words.lengths - 1, every]
    before = words.codes[every, np.maximum(words.lengths - 2, 0)]
    before_harmony = harmonies[np.maximum(words.lengths - 2, 0), every]
    others = [""] * len(strings)  # the lemma that a shape may come from by a change of its last letter
    hardened = {CODES[soft]: hard for soft, hard in HARDENED.items()}
    narrowed = {CODES[letter] for letter in NARROWED_TO}
    changed = np.flatnonzero(np.isin(lasts, [*hardened, *narrowed]))
    wide = np.where(rest_harmony[changed] < 2, "a", "ə").tolist()
    for place, code, letter in zip(changed.tolist(), lasts[changed].tolist(), wide, strict=True):
        others[place] = strings[place][:-1] + hardened.get(code, letter)
    numbers: dict[str | None, int] = {None: 0}
    own, other = (
        np.fromiter((numbers.setdefault(line, len(numbers)) for line in lexicon.lines(shapes)), np.uint64, len(words))
        for shapes in (strings, others)
    )
    is_vowel = letters_of(VOWELS)
    changes = letters_of(_CHANGING)[lasts]
    softens = is_vowel[before] & (before_harmony != ANY) & (words.lengths > 1)
    classes = np.where(changes, lasts, np.where(is_vowel[lasts], 0, WIDTH - 1))
    found = own << np.uint64(_LINE_BITS) | other
    for values, bits in ((classes, _LETTER_BITS), (harmonies[words.lengths, every], 3)):
        found = found << np.uint64(bits) | values.astype(np.uint64)
    for flags in (changes & softens, changes & (rest_harmony < 2), changes & (words.lengths > 2)):
        found = found << np.uint64(1) | flags.astype(np.uint64)
    return found


def sounds(words: Words) -> tuple[Any, Any]:
    """The harmony class of every beginning, [longest + 1, words], and the kind of last sound by letter."""
    class_of = np.array([harmony_class(letter) for letter in " " + LETTERS], np.int64)
    none = class_of[0]
    found = np.full((words.codes.shape[1] + 1, len(words.codes)), none)
    for place, letters in enumerate(words.codes.T):
        own = class_of[letters]
        found[place + 1] = np.where(own == none, found[place], own)
    return found, np.array([final_kind(letter) for letter in " " + LETTERS])


def places_in_runs(firsts: Any, counts: Any) -> tuple[Any, Any]:
    """The places of runs that begin at `firsts` and are so long, one after another, and before them which run's."""
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, (firsts - np.cumsum(counts) + counts).take(owners) + np.arange(len(owners))
