"""Where suffixes may begin in very many words at once; see `bulk`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from azanalyzer.morphology.cuts import Cuts
from azanalyzer.morphology.rows import CODES, SYMBOLS, WIDTH, Words, picked

__all__ = ["Cut", "CutTable"]

_UNKNOWN, _END = -1, 0
_LETTER_BITS = (WIDTH - 1).bit_length()
_FIRST_ROOM = 64  # states
# Of the hashes of remainders, which take up the letters one by one from the end.
_FACTOR = np.uint64(0xD6E8FEB86659FD93)  # odd, so that multiplying loses nothing
_VALUES = np.random.default_rng(32).integers(1, 1 << 63, WIDTH, np.uint64)


class Cut(NamedTuple):
    """Words cut in two: the rows of the words and the lengths of what stands before the cut, longer ones first.

    `nodes` are the numbers that a `CutTable` has for what it knows of the rest, 0 for words that are not cut; `rests`
    are hashes of the rest.
    """

    rows: Any
    stems: Any
    nodes: Any
    rests: Any

    @classmethod
    def none(cls, rows: Any, lengths: Any) -> Cut:
        """Whole words."""
        return cls(rows, lengths, np.zeros(len(rows), np.int64), np.zeros(len(rows), np.uint64))

    @classmethod
    def joined(cls, parts: list[Cut]) -> Cut:
        """The cuts of all parts, one after another."""
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def where(self, chosen: Any) -> Cut:
        """Those at these places, or where this is so."""
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        return Cut(*[values.take(chosen) for values in self])


class CutTable:
    """The reversed automaton of `cuts` as a table of states by letters, filled as words ask for it."""

    def __init__(self, cuts: Cuts, states: int) -> None:
        """`states` is the number of states of the automaton of suffixes."""
        self._nodes: list[Any] = [None]
        self._numbers: dict[int, int] = {}
        self._next = np.full(_FIRST_ROOM * WIDTH, _END)  # the row of each next state
        self._begins = np.zeros(_FIRST_ROOM, bool)
        self._after = np.zeros((_FIRST_ROOM, states), bool)
        self._after[0] = True
        self._start = self._number(cuts.root) << _LETTER_BITS

    def cut(self, words: Words) -> Cut:
        """Where suffixes may begin, whole words not counted."""
        letters = words.codes.copy()
        letters[:, 0] = 0  # which leads to the end: something has to stand before suffixes
        width = letters.shape[1]
        letters = letters.ravel()
        rows = np.flatnonzero(words.lengths > 1)
        places = rows * width + words.lengths.take(rows) - 1
        states = np.full(len(rows), self._start)
        hashes = np.zeros(len(rows), np.uint64)
        found = [(places[:0], states[:0], hashes[:0])]
        while len(places):
            own = letters.take(places)
            states = self._follow(states, own)
            alive = np.flatnonzero(states)
            places, states = places.take(alive), states.take(alive)
            hashes = hashes.take(alive) * _FACTOR + _VALUES.take(own.take(alive))
            begins = np.flatnonzero(self._begins.take(states >> _LETTER_BITS))
            found.append((places.take(begins), states.take(begins), hashes.take(begins)))
            places -= 1
        places, states, hashes = map(np.concatenate, zip(*found, strict=True))
        rows = places // width
        return Cut(rows, places - rows * width, states >> _LETTER_BITS, hashes)

    def may_follow(self, cut: Cut, states: Any) -> Any:
        """Whether what is cut off may stand after a stem in one of `states`, numbered in the automaton's order."""
        return picked(self._after, cut.nodes, states)

    def _follow(self, states: Any, letters: Any) -> Any:
        places = states + letters
        found = self._next.take(places)
        if found.min(initial=_END) == _UNKNOWN:
            for place in set(places[found == _UNKNOWN].tolist()):
                state, letter = divmod(place, WIDTH)
                number = self._number(self._nodes[state][SYMBOLS[letter - 1]])
                self._next[place] = number << _LETTER_BITS
            found = self._next.take(places)
        return found

    def _number(self, node: Any) -> int:
        if node is None:
            return _END
        number = self._numbers.get(id(node))
        if number is None:
            number = self._numbers[id(node)] = len(self._nodes)
            self._nodes.append(node)
            if number == len(self._begins):
                self._next = np.append(self._next, np.full_like(self._next, _END))
                self._begins = np.concatenate([self._begins, np.zeros_like(self._begins)])
                self._after = np.concatenate([self._after, np.zeros_like(self._after)])
            self._next[[number << _LETTER_BITS | CODES[letter] for letter in node.letters()]] = _UNKNOWN
            self._begins[number] = node.begins
            if node.begins:
                after = np.frombuffer(node.states.to_bytes(-(-self._after.shape[1] // 8), "little"), np.uint8)
                self._after[number] = np.unpackbits(after, count=self._after.shape[1], bitorder="little")
        return number
