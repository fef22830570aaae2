"""Reading very many words at once: what `Morphology.best` and `guess` do for one, by arrays.

Who builds an index meets hundreds of thousands of distinct words, and reading one by one is most of the time that it
takes. All words of a block take each step together instead: the reversed automaton of suffixes goes through them
letter by letter from the end, the beginnings that it leaves are looked up among the hashes of all stems, and what
follows a stem is parsed once for each kind of stem and remainder, of which there are few. Costs are added and
compared in the same order as in `readings`, so the terms are the same.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from functools import cache
from itertools import chain, count, islice
from typing import Any

import numpy as np

from azanalyzer.hash_table import HashTable
from azanalyzer.lazy import cached_property
from azanalyzer.morphology.cuts import Cuts
from azanalyzer.morphology.guesser import (
    BEFORE_VERB_END,
    GUESSED,
    SHORTEST_BEFORE_LETTER,
    SHORTEST_GUESS,
    SHORTEST_VERB_ENDING,
    SHORTEST_WITH_CLUSTER,
    UNKNOWN_LETTER,
    VERB_ENDS,
    WHOLE_ENDINGS,
)
from azanalyzer.morphology.morphotactics import Parse
from azanalyzer.morphology.phonology import ANY, CONSONANT, VOWEL, VOWELS
from azanalyzer.morphology.readings import DERIVATION, WHOLE, Morphology
from azanalyzer.morphology.rows import CODES, LETTERS, WIDTH, Words, letters_of, picked, table_of
from azanalyzer.morphology.stems import Cut, Stems, places_in_runs, sounds

__all__ = ["BulkMorphology"]

_BLOCK = 1 << 15  # words that take the steps together
_MOST_RESTS = 1 << 18  # parsed remainders that are remembered
_LONGEST_END = max(map(len, chain(VERB_ENDS, *WHOLE_ENDINGS.values())))
_CODE_BITS = (WIDTH - 1).bit_length()

_IS_VOWEL = letters_of(VOWELS)
_BEFORE_SOFT_Y = letters_of("əiü")
_HARD = table_of("ğy", "qk")
_BY_NUMBER = np.uint64(0xC2B2AE3D27D4EB4F)  # odd, so that multiplying loses nothing


class _CutTable:
    """The reversed automaton of `cuts` as a table of states by letters, filled as words ask for it."""

    _UNKNOWN, _END = -1, 0

    def __init__(self, cuts: Cuts, states: int) -> None:
        """`states` is the number of states of the automaton of suffixes."""
        self._nodes = [None, cuts.root]
        self._numbers = {id(cuts.root): 1}
        self._next = np.full((64, WIDTH), self._UNKNOWN, np.int64)
        self._begins = np.zeros(64, bool)
        self._after = np.zeros((64, states), bool)
        self._after[0] = True

    def cut(self, words: Words) -> Cut:
        """Where suffixes may begin, whole words not counted."""
        letters, width = words.codes.ravel(), words.codes.shape[1]
        rows = np.flatnonzero(words.lengths > 1)
        places = words.lengths[rows] - 1
        states = np.ones(len(rows), np.int64)
        found = [Cut(rows[:0], places[:0], states[:0])]
        while len(rows):
            states = self._follow(states, letters.take(rows * width + places))
            alive = np.flatnonzero(states)
            cut = Cut(rows.take(alive), places.take(alive), states.take(alive))
            found.append(cut.where(self._begins.take(cut.nodes)))
            rows, places, states = cut.where(cut.stems > 1)
            places = places - 1
        return Cut(*map(np.concatenate, zip(*found, strict=True)))

    def may_follow(self, cut: Cut, states: Any) -> Any:
        """Whether what is cut off may stand after a stem in one of `states`, numbered in the automaton's order."""
        return picked(self._after, cut.nodes, states)

    def _follow(self, states: Any, letters: Any) -> Any:
        found = picked(self._next, states, letters)
        if found.min(initial=0) == self._UNKNOWN:
            unknown = np.unique(states[found == self._UNKNOWN] * np.int64(WIDTH) + letters[found == self._UNKNOWN])
            for state, letter in zip(*(part.tolist() for part in np.divmod(unknown, WIDTH)), strict=True):
                number = self._number(self._nodes[state][LETTERS[letter - 1]])
                self._next[state, letter] = number
            found = picked(self._next, states, letters)
        return found

    def _number(self, node: Any) -> int:
        if node is None:
            return self._END
        number = self._numbers.get(id(node))
        if number is None:
            number = self._numbers[id(node)] = len(self._nodes)
            self._nodes.append(node)
            if number == len(self._next):
                self._next = np.concatenate([self._next, np.full_like(self._next, self._UNKNOWN)])
                self._begins = np.concatenate([self._begins, np.zeros_like(self._begins)])
                self._after = np.concatenate([self._after, np.zeros_like(self._after)])
            self._begins[number] = node.begins
            if node.begins:
                after = np.frombuffer(node.states.to_bytes(-(-self._after.shape[1] // 8), "little"), np.uint8)
                self._after[number] = np.unpackbits(after, count=self._after.shape[1], bitorder="little")
        return number


class _Rests:
    """What may stand behind stems, parsed once for each kind of stem and remainder."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphotactics = morphology.morphotactics
        self._forget()

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

    def find(self, words: Words, hashes: Any, cut: Cut, numbers: Any) -> Any:
        """The number of each remainder; `numbers` are those of what may follow, as in `Morphotactics.numbered`."""
        if len(self._table) > _MOST_RESTS:
            self._forget()
        keys = picked(hashes, cut.stems, cut.rows) ^ (numbers.astype(np.uint64) + np.uint64(1)) * _BY_NUMBER
        found, missing = self._table.find(keys)
        if len(missing):
            self._forget_views()
            first = len(self._firsts)
            new, where, inverse = np.unique(keys[missing], return_index=True, return_inverse=True)
            where = missing[where]
            rests = words.parts(cut.rows[where], cut.stems[where], words.lengths[cut.rows[where]])
            remainders = self._morphotactics.numbered
            self._add([remainders[kind][rest] for kind, rest in zip(numbers[where].tolist(), rests, strict=True)])
            own = np.arange(first, len(self._firsts), dtype=np.uint32)
            self._table.add(new, own)
            found[missing] = own[inverse]
            self.firsts, self.counts = np.frombuffer(self._firsts, np.int64), np.frombuffer(self._counts, np.int64)
            self.costs, self.plain = np.frombuffer(self._costs), np.frombuffer(self._plain)
            self.derived = np.frombuffer(self._derived, np.int64)
        return found

    def _add(self, parsed: list[tuple[Parse, ...]]) -> None:
        """The parses of remainders."""
        counts = np.fromiter(map(len, parsed), np.int64, len(parsed))
        parses = list(chain.from_iterable(parsed))
        costs = np.array([parse.cost for parse in parses], np.float64)
        number = self._endings.__getitem__
        derived = np.array([number(parse.derived) if parse.derived else -1 for parse in parses], np.int64)
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


class BulkMorphology:
    """`Morphology` for many words. Not for several threads at once; make one for each."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphology = morphology
        self._stems: dict[str, Stems] = {}
        self._tables: dict[int, _CutTable] = {}
        self._rests = _Rests(morphology)
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
        return self._state_of[numbers]

    def best(self, words: Words, spelling: str = "proper") -> tuple[Any, list[str]]:
        """`Morphology.best` for each word: the place of its term in the list beside, -1 where it has none; i8."""
        found = np.full(len(words), -1)
        terms: list[str] = []
        for start in range(0, len(words), _BLOCK):
            rows, places, own = self._best(words.where(slice(start, start + _BLOCK)), spelling)
            found[start + rows] = places + len(terms)
            terms += own
        return found, terms

    def guess(self, words: Words) -> list[str]:
        """The terms of `Morphology.guess`."""
        found: list[str] = []
        for start in range(0, len(words), _BLOCK):
            found += self._guess(words.where(slice(start, start + _BLOCK)))
        return found

    @cached_property
    def _shapes(self) -> Words:
        return Words.of([shape for shape in self._morphology.lexicon.all_shapes() if not shape.strip(LETTERS)])

    def _in_spelling(self, spelling: str) -> tuple[Stems, _CutTable]:
        stems = self._stems.get(spelling)
        if stems is None:
            stems = self._stems[spelling] = Stems(self._morphology, self._shapes, spelling)
        table = self._tables.get(id(stems.cuts))
        if table is None:
            table = self._tables[id(stems.cuts)] = _CutTable(stems.cuts, len(self._states))
        return stems, table

    def _best(self, words: Words, spelling: str) -> tuple[Any, Any, list[str]]:
        """The rows that have a term, the place of each one's in a list, and the list."""
        known, cut, stems, parses = self._candidates(words, spelling)
        derived = self._rests.derived[parses]
        is_whole = cut.stems == words.lengths[cut.rows]
        costs = known.costs[stems] + self._rests.costs[parses]
        costs = np.where(is_whole, costs - WHOLE, costs)
        costs[self._is_unlisted(known, stems, derived)] += DERIVATION
        chosen = _cheapest(cut.rows, costs, len(words))
        pairs, places = np.unique(stems[chosen] << np.int64(32) | derived[chosen] + 1, return_inverse=True)
        lemmas, shapes, endings = known.lemmas, known.shapes, ["", *self._rests.endings]
        terms = [
            shapes[stem] + endings[ending] if ending else lemmas[stem]
            for stem, ending in zip((pairs >> 32).tolist(), (pairs & 0xFFFFFFFF).tolist(), strict=True)
        ]
        return cut.rows[chosen], places, terms

    def may_be_partly_typed(self, words: Words) -> Any:
        """The rows of words for which alone `Morphology.best_partly` may have a term.

        Of what an ASCII keyboard gives for them, the stem has their Azerbaijani letters, and the lexicon the term.
        """
        own = words.own_places()
        known, cut, stems, parses = self._candidates(words.folded(), "ascii", own)
        is_listed = ~self._is_unlisted(known, stems, self._rests.derived[parses])
        return np.unique(cut.rows[is_listed])

    def _candidates(self, words: Words, spelling: str, own: Any = None) -> tuple[Stems, Cut, Any, Any]:
        """The stems in a spelling, and the readings of words: each with its cut, stem and parse of the remainder.

        Where `own` has the places of letters in words as in `Words.own_places`, a stem must have them too.
        """
        known, table = self._in_spelling(spelling)
        shorter = table.cut(words)
        every = np.arange(len(words.lengths))
        whole = every, words.lengths, np.zeros(len(every), np.int64)
        cut, stems = known.find(words, words.hashes(), Cut(*map(np.concatenate, zip(whole, shorter, strict=True))))
        possible = table.may_follow(cut, self._states_of(known.numbers[stems]))
        if own is not None:
            inside = own[cut.rows] & (np.uint64(1) << cut.stems.astype(np.uint64)) - np.uint64(1)
            possible &= inside & ~known.own_places[stems] == 0
        cut, stems = cut.where(possible), stems[possible]
        rests = self._rests.find(words, words.rest_hashes(), cut, known.numbers[stems])
        owners, parses = places_in_runs(self._rests.firsts[rests], self._rests.counts[rests])
        return known, cut.where(owners), stems[owners], parses

    def _is_unlisted(self, known: Stems, stems: Any, derived: Any) -> Any:
        """Which of these are derived words that the lexicon does not have."""
        found = derived >= 0
        where = np.flatnonzero(found)
        different, inverse = np.unique(stems[where] << np.int64(32) | derived[where], return_inverse=True)
        listed, shapes, endings = self._morphology.lexicon.lemmas, known.shapes, self._rests.endings
        is_listed = [shapes[key >> 32] + endings[key & 0xFFFFFFFF] in listed for key in different.tolist()]
        found[where] = ~np.array(is_listed, bool)[inverse]
        return found

    def _guess(self, words: Words) -> list[str]:
        _, table = self._in_spelling("proper")
        cut = table.cut(words)
        follow = [table.may_follow(cut, self._states[state]) for _, state, _ in GUESSED]
        cut = self._possible(words, cut.where(np.logical_or.reduce(follow)))
        rest_hashes = words.rest_hashes()
        harmonies, kinds = sounds(words)
        harmony, kind = harmonies[cut.stems, cut.rows], kinds[words.codes[cut.rows, cut.stems - 1]]
        found = []
        for place, (pos, state, extra) in enumerate(GUESSED):
            possible = table.may_follow(cut, self._states[state])
            if pos == "v":
                possible &= words.lengths[cut.rows] - cut.stems >= SHORTEST_VERB_ENDING
                verbs = cut.where(possible)
                possible[possible] = _end_in(verbs.stems, _last_letters(words, verbs), VERB_ENDS, BEFORE_VERB_END)
            own, numbers = cut.where(possible), self._guessed[place, harmony[possible], kind[possible]]
            rests = self._rests.find(words, rest_hashes, own, numbers)
            costs = UNKNOWN_LETTER * own.stems + extra + self._rests.plain[rests]
            found.append((own.rows, own.stems, np.full(len(costs), place), costs))
        rows, stems, places, costs = (np.concatenate(parts) for parts in zip(*found, strict=True))
        better = costs < UNKNOWN_LETTER * words.lengths[rows]
        rows, stems, places, costs = rows[better], stems[better], places[better], costs[better]
        least = np.flatnonzero(costs == _least(rows, costs, len(words)).take(rows))
        order = least[np.lexsort((places[least], stems[least], rows[least]))]
        rows, first = np.unique(rows[order], return_index=True)
        return _without_endings(words, rows, stems[order[first]]).strings()

    def _possible(self, words: Words, cut: Cut) -> Cut:
        """The cuts that leave what the guesser takes for a stem."""
        rests = words.lengths[cut.rows] - cut.stems
        long = cut.stems >= np.where(rests > 1, SHORTEST_GUESS, SHORTEST_BEFORE_LETTER)
        cut = cut.where(long)
        letters, width = words.codes.ravel(), words.codes.shape[1]
        is_vowel = _IS_VOWEL.take(letters)
        places = cut.rows * width + cut.stems
        voiced = np.zeros(len(places), bool)
        for back in range(1, SHORTEST_GUESS + 1):
            voiced |= is_vowel.take(places - back)
        voiced |= (cut.stems >= SHORTEST_WITH_CLUSTER) & is_vowel.take(places - SHORTEST_GUESS - 1)
        cut, places = cut.where(voiced), places[voiced]
        following = letters.take(places)
        last = _last_letters(words, cut)
        is_allowed = np.ones(len(cut.rows), bool)
        for letter, endings in WHOLE_ENDINGS.items():
            own = np.flatnonzero(following == CODES[letter])
            is_allowed[own] = ~_end_in(cut.stems.take(own), last.take(own), endings)
        return cut.where(is_allowed)


def _last_letters(words: Words, cut: Cut) -> Any:
    """The last letters before each cut as one number, the nearest lowest; i8. Those of the row before may be among."""
    letters = words.codes.ravel()
    at = cut.rows * words.codes.shape[1] + cut.stems
    found = np.zeros(len(at), np.int64)
    for back in range(_LONGEST_END, 0, -1):
        found <<= _CODE_BITS
        found |= letters.take(np.maximum(at - back, 0))
    return found


def _end_in(stems: Any, last: Any, endings: tuple[str, ...], before: int = 0) -> Any:
    """Whether stems of these lengths with these last letters end in one of these, behind so many at least; bool."""
    found = np.zeros(len(stems), bool)
    for length, numbers in _numbered_ends(endings):
        found |= np.isin(last & (1 << length * _CODE_BITS) - 1, numbers) & (stems >= length + before)
    return found


@cache
def _numbered_ends(endings: tuple[str, ...]) -> list[tuple[int, list[int]]]:
    """By length, the endings as `_last_letters` gives letters."""
    found: dict[int, list[int]] = {}
    for ending in endings:
        number = 0
        for letter in ending:
            number = number << _CODE_BITS | CODES[letter]
        found.setdefault(len(ending), []).append(number)
    return list(found.items())


def _without_endings(words: Words, rows: Any, stems: Any) -> Words:
    """The words, of which those at `rows` end where their stems do; these as `guesser.hardened` has them."""
    codes, lengths = words.codes.copy(), words.lengths.copy()
    last, before, third, after = (codes[rows, stems + place] for place in (-1, -2, -3, 0))
    is_bey = (third == CODES["b"]) & (before == CODES["ə"])
    hardens = (last == CODES["ğ"]) | (last == CODES["y"]) & _BEFORE_SOFT_Y[before] & ~is_bey
    hardens &= _IS_VOWEL[after] & (stems > 3)
    codes[rows[hardens], stems[hardens] - 1] = _HARD[last[hardens]]
    lengths[rows] = stems
    return Words(codes, lengths)


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
