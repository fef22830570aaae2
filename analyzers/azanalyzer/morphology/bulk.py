"""Reading very many words at once: what `Morphology.best` and `guess` do for one, by arrays.

Who builds an index meets hundreds of thousands of distinct words, and reading one by one is most of the time that it
takes. All words of a block take each step together instead: the reversed automaton of suffixes goes through them
letter by letter from the end, the beginnings that it leaves are looked up among the hashes of all stems, and what
follows a stem is parsed once for each kind of stem and remainder, of which there are few. Costs are added and
compared in the same order as in `readings`, so the terms are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from azanalyzer.lazy import cached_property
from azanalyzer.morphology.cut_table import Cut, CutTable
from azanalyzer.morphology.guesser import (
    BEFORE_VERB_END,
    GUESSED,
    PLURALS,
    SHORTEST_BEFORE_LETTER,
    SHORTEST_GUESS,
    SHORTEST_VERB_ENDING,
    SHORTEST_WITH_CLUSTER,
    UNKNOWN_LETTER,
    VERB_ENDS,
    WHOLE_ENDINGS,
)
from azanalyzer.morphology.phonology import ANY, CONSONANT, VOWEL, VOWELS
from azanalyzer.morphology.readings import DERIVATION, DOUBTFUL, LIKELIER, SHORTEST_DOUBTFUL, WHOLE, Morphology
from azanalyzer.morphology.rests import Rests
from azanalyzer.morphology.rows import CODES, Words, letters_before, letters_of, picked, table_of
from azanalyzer.morphology.stem_patterns import sounds
from azanalyzer.morphology.stems import Stems, places_in_runs
from azanalyzer.sorted_keys import distinct
from azanalyzer.term_numbers import TermNumbers

__all__ = ["BulkMorphology"]

_BLOCK = 1 << 15  # words that take the steps together

_IS_VOWEL = letters_of(VOWELS)
_BEFORE_SOFT_Y = letters_of("əiü")
_HARD = table_of("ğy", "qk")


class BulkMorphology:
    """`Morphology` for many words. Not for several threads at once; make one for each."""

    def __init__(self, morphology: Morphology, terms: TermNumbers) -> None:
        """`terms` gives their numbers to the terms."""
        self._morphology = morphology
        self._terms = terms
        self._stems: dict[str, Stems] = {}
        self._tables: dict[int, CutTable] = {}
        self._rests = Rests(morphology)
        # For the guesser: by part of speech, harmony and kind of the last sound, the number of what may follow.
        follow = morphology.morphotactics.remainders
        kinds = [(each, kind) for each in range(ANY + 1) for kind in (VOWEL, CONSONANT)]
        numbers = [follow(state, *each).number for _, state, _ in GUESSED for each in kinds]
        self._guessed = np.array(numbers).reshape(len(GUESSED), ANY + 1, 2)
        self._states = {state: number for number, state in enumerate(morphology.morphotactics.states)}
        self._state_of: Any = np.zeros(0, np.int64)

    def _states_of(self, numbers: Any) -> Any:
        """The number of the state that `Morphotactics.numbered` has at each place."""
        known = self._morphology.morphotactics.numbered
        if len(self._state_of) < len(known):
            self._state_of = np.array([self._states[each.state] for each in known])
        return self._state_of.take(numbers)

    def best(self, words: Words, spelling: str = "proper") -> Any:
        """The number of the term that `Morphology.best` gives for each word, -1 where it has none; i8."""
        return _in_blocks(lambda own: self._cheapest(own, spelling)[0], words)

    def best_partly(self, words: Words) -> Any:
        """`best` for words of which some letters are typed in ASCII."""
        found = np.full(len(words), -1)
        rows = self.may_be_partly_typed(words)
        read = [self._morphology.best_partly(word) for word in words.where(rows).strings()]
        own = [(row, term) for row, term in zip(rows.tolist(), read, strict=True) if term is not None]
        found[[row for row, _ in own]] = self._terms.of([term for _, term in own])
        return found

    def guess(self, words: Words) -> Any:
        """The numbers of the terms of `Morphology.guess`; i8."""
        return _in_blocks(self._guess, words)

    @cached_property
    def _shapes(self) -> Words:
        return Words.among([*self._morphology.lexicon.all_shapes()])[1]

    def _in_spelling(self, spelling: str) -> tuple[Stems, CutTable]:
        stems = self._stems.get(spelling)
        if stems is None:
            stems = self._stems[spelling] = Stems(self._morphology, self._shapes, spelling)
        table = self._tables.get(id(stems.cuts))
        if table is None:
            table = self._tables[id(stems.cuts)] = CutTable(stems.cuts, len(self._states))
        return stems, table

    def likeliest(self, words: Words) -> Any:
        """`best`, but of words that are doubtful as they are spelled and much likelier typed in ASCII as of these."""
        return _in_blocks(self._likeliest, words)

    def _likeliest(self, words: Words) -> Any:
        """`likeliest` for a block of words."""
        found, costs = self._cheapest(words, "proper")
        is_doubtful = (found >= 0) & (costs >= DOUBTFUL) & (words.lengths >= SHORTEST_DOUBTFUL)
        rows = np.flatnonzero(is_doubtful & ~words.have_own())
        terms = map(self._terms.term, found.take(rows).tolist())
        own = [term != word for term, word in zip(terms, words.where(rows).strings(), strict=True)]
        rows = rows.compress(own)
        if len(rows):
            typed, typed_costs = self._cheapest(words.where(rows).folded(), "ascii")
            likelier = np.flatnonzero(typed_costs < costs.take(rows) - LIKELIER)
            found[rows.take(likelier)] = typed.take(likelier)
        return found

    def _cheapest(self, words: Words, spelling: str) -> tuple[Any, Any]:
        """The number of the term of the cheapest reading of each word of a block, and its cost; -1 and inf if none."""
        known, cut, stems, parses = self._candidates(words, spelling)
        costs = known.costs.take(stems) + self._rests.costs.take(parses)
        costs -= WHOLE * (cut.nodes == 0)
        derived = self._rests.derived.take(parses)
        wholes = np.full(len(derived), -1)
        is_derived = np.flatnonzero(derived >= 0)
        wholes[is_derived] = self._rests.wholes(known, stems.take(is_derived), derived.take(is_derived))
        costs[is_derived] += DERIVATION * ~self._rests.is_listed.take(wholes.take(is_derived))
        chosen = _cheapest(cut.rows, costs, len(words))
        rows, stems, derived, wholes = (values.take(chosen) for values in (cut.rows, stems, derived, wholes))
        found, least = np.full(len(words), -1), np.full(len(words), np.inf)
        least[rows] = costs.take(chosen)
        others = derived < 0
        found[rows.compress(others)] = self._lemma_terms(known, stems.compress(others))
        others = ~others
        own = (values.compress(others) for values in (stems, derived, wholes))
        found[rows.compress(others)] = self._derived_terms(known, *own)
        return found, least

    def _lemma_terms(self, known: Stems, stems: Any) -> Any:
        """The numbers of the terms of stems without anything derived of them."""
        new = stems.compress(known.terms.take(stems) < 0)
        if len(new):
            new, _, _ = distinct(new)
            known.terms[new] = self._terms.of([known.lemmas[stem] for stem in new.tolist()])
        return known.terms.take(stems)

    def _derived_terms(self, known: Stems, stems: Any, derived: Any, wholes: Any) -> Any:
        """The numbers of the terms that are derived of stems; `wholes` are those of `Rests.wholes`."""
        new = np.flatnonzero(self._rests.terms.take(wholes) < 0)
        if len(new):
            own, first, _ = distinct(wholes.take(new))
            pairs = zip(stems.take(new.take(first)).tolist(), derived.take(new.take(first)).tolist(), strict=True)
            shapes, endings = known.shapes, self._rests.endings
            self._rests.terms[own] = self._terms.of([shapes[stem] + endings[ending] for stem, ending in pairs])
        return self._rests.terms.take(wholes)

    def may_be_partly_typed(self, words: Words) -> Any:
        """The rows of words for which alone `Morphology.best_partly` may have a term.

        Of what an ASCII keyboard gives for them, the stem has their Azerbaijani letters, and the lexicon the term.
        """
        own = words.own_places()
        known, cut, stems, parses = self._candidates(words.folded(), "ascii", own)
        derived = self._rests.derived.take(parses)
        is_listed = derived < 0
        others = np.flatnonzero(derived >= 0)
        wholes = self._rests.wholes(known, stems.take(others), derived.take(others))
        is_listed[others] = self._rests.is_listed.take(wholes)
        return np.unique(cut.rows[is_listed])

    def _candidates(self, words: Words, spelling: str, own: Any = None) -> tuple[Stems, Cut, Any, Any]:
        """The stems in a spelling, and the readings of words: each with its cut, stem and parse of the remainder.

        Where `own` has the places of letters in words as in `Words.own_places`, a stem must have them too.
        """
        known, table = self._in_spelling(spelling)
        whole = Cut.none(np.arange(len(words)), words.lengths)
        cut, stems = known.find(words, Cut.joined([whole, table.cut(words)]))
        possible = table.may_follow(cut, self._states_of(known.numbers.take(stems)))
        if own is not None:
            inside = own.take(cut.rows) & (np.uint64(1) << cut.stems.astype(np.uint64)) - np.uint64(1)
            possible &= inside & ~known.own_places.take(stems) == 0
        where = np.flatnonzero(possible)
        cut, stems = cut.where(where), stems.take(where)
        rests = self._rests.find(words, cut, known.numbers.take(stems))
        owners, parses = places_in_runs(self._rests.firsts.take(rests), self._rests.counts.take(rests))
        return known, cut.where(owners), stems.take(owners), parses

    def _guess(self, words: Words) -> Any:
        """`guess` for a block of words."""
        _, table = self._in_spelling("proper")
        cut = table.cut(words)
        follow = [table.may_follow(cut, self._states[state]) for _, state, _ in GUESSED]
        cut = self._possible(words, cut.where(np.logical_or.reduce(follow)))
        harmonies, kinds = sounds(words)
        harmony = np.where(_in_plural(words, cut), ANY, picked(harmonies, cut.stems, cut.rows))
        kind = kinds.take(picked(words.codes, cut.rows, cut.stems - 1))
        found = []
        for place, (pos, state, extra) in enumerate(GUESSED):
            possible = table.may_follow(cut, self._states[state])
            if pos == "v":
                possible &= words.lengths.take(cut.rows) - cut.stems >= SHORTEST_VERB_ENDING
                verbs = cut.where(possible)
                last = letters_before(words.codes, verbs.rows, verbs.stems)
                possible[possible] = _end_in(verbs.stems, last, VERB_ENDS, BEFORE_VERB_END)
            where = np.flatnonzero(possible)
            own, numbers = cut.where(where), self._guessed[place, harmony.take(where), kind.take(where)]
            rests = self._rests.find(words, own, numbers)
            costs = UNKNOWN_LETTER * own.stems + extra + self._rests.plain.take(rests)
            found.append((own.rows, own.stems, np.full(len(costs), place), costs))
        rows, stems, places, costs = map(np.concatenate, zip(*found, strict=True))
        better = costs < UNKNOWN_LETTER * words.lengths.take(rows)
        rows, stems, places, costs = (values.compress(better) for values in (rows, stems, places, costs))
        least = np.flatnonzero(costs == _least(rows, costs, len(words)).take(rows))
        order = least[np.lexsort((places[least], stems[least], rows[least]))]
        rows, first = np.unique(rows[order], return_index=True)
        return self._terms.of_words(_without_endings(words, rows, stems[order[first]]))

    def _possible(self, words: Words, cut: Cut) -> Cut:
        """The cuts that leave what the guesser takes for a stem."""
        rests = words.lengths.take(cut.rows) - cut.stems
        cut = cut.where(cut.stems >= np.where(rests > 1, SHORTEST_GUESS, SHORTEST_BEFORE_LETTER))
        vowels = letters_before(_IS_VOWEL.take(words.codes), cut.rows, cut.stems)
        near, nearest = (vowels >> np.uint64(8 * (8 - letters)) for letters in (SHORTEST_GUESS + 1, SHORTEST_GUESS))
        cut = cut.where(np.where(cut.stems >= SHORTEST_WITH_CLUSTER, near, nearest) != 0)
        following = picked(words.codes, cut.rows, cut.stems)
        last = letters_before(words.codes, cut.rows, cut.stems)
        is_allowed = np.ones(len(cut.rows), bool)
        for letter, endings in WHOLE_ENDINGS.items():
            own = np.flatnonzero(following == CODES[letter])
            is_allowed[own] = ~_end_in(cut.stems.take(own), last.take(own), endings)
        return cut.where(is_allowed)


def _in_plural(words: Words, cut: Cut) -> Any:
    """Which of the cuts stand before a plural."""
    behind = cut.stems + len(PLURALS[0])
    found = words.lengths.take(cut.rows) >= behind
    rows, behind = cut.rows.compress(found), behind.compress(found)
    found[found] = _end_in(behind, letters_before(words.codes, rows, behind), PLURALS)
    return found


def _in_blocks(read: Callable[[Words], Any], words: Words) -> Any:
    """What `read` gives for all words, which takes the steps for so many at most."""
    if len(words) <= _BLOCK:
        return read(words)
    starts = range(0, len(words), _BLOCK)
    return np.concatenate([read(words.where(np.arange(start, min(start + _BLOCK, len(words))))) for start in starts])


def _end_in(stems: Any, last: Any, endings: tuple[str, ...], before: int = 0) -> Any:
    """Whether stems of these lengths, with these `letters_before` their end, end in one of these.

    So many letters at least have to stand before the ending.
    """
    found = np.zeros(len(stems), bool)
    for length, numbers in _numbered_ends(endings):
        found |= np.isin(last >> np.uint64(8 * (8 - length)), numbers) & (stems >= length + before)
    return found


@cache
def _numbered_ends(endings: tuple[str, ...]) -> list[tuple[int, Any]]:
    """By length, the endings as `letters_before` gives letters."""
    found: dict[int, list[int]] = {}
    for ending in endings:
        number = int.from_bytes([CODES[letter] for letter in ending], "little")
        found.setdefault(len(ending), []).append(number)
    return [(length, np.array(numbers, np.uint64)) for length, numbers in found.items()]


def _without_endings(words: Words, rows: Any, stems: Any) -> Words:
    """The words, of which those at `rows` end where their stems do; these as `guesser.hardened` has them."""
    codes, lengths = words.codes.copy(), words.lengths.copy()
    last, before, third, after = (codes[rows, stems + place] for place in (-1, -2, -3, 0))
    is_bey = (third == CODES["b"]) & (before == CODES["ə"])
    hardens = (last == CODES["ğ"]) | (last == CODES["y"]) & _BEFORE_SOFT_Y[before] & ~is_bey
    hardens &= _IS_VOWEL[after] & (stems > 3)
    codes[rows[hardens], stems[hardens] - 1] = _HARD[last[hardens]]
    lengths[rows] = stems
    return Words.within(codes.ravel(), np.arange(len(words)) * codes.shape[1], lengths)


def _least(rows: Any, costs: Any, count: int) -> Any:
    """By row, of which there are so many at most, the least of its costs."""
    found = np.full(count, np.inf)
    np.minimum.at(found, rows, costs)
    return found


def _cheapest(rows: Any, costs: Any, count: int) -> Any:
    """By row, of which there are so many at most, the place of the cheapest; of equals the first, of a longer stem."""
    cheapest = np.flatnonzero(costs == _least(rows, costs, count).take(rows))[::-1]
    found = np.full(count, -1)
    found[rows.take(cheapest)] = cheapest  # of several for a row the last stays
    return found[found >= 0]
