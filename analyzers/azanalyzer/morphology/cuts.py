"""Where the suffixes of a word may begin: the automaton of suffix slots read backwards, from the end of the word.

A word has far more places to cut it than roots and suffixes agree on. Its letters are read from the last one on, by
a deterministic automaton that knows which suffixes may follow which, but neither harmony nor buffer consonants; where
it has no way to go on, no chain of suffixes reaches further. What it lets through is parsed exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product

from azanalyzer.morphology.morphotactics import Morphotactics
from azanalyzer.morphology.phonology import MEANT
from azanalyzer.patterns import pattern

__all__ = ["Cuts"]

_SYMBOL = pattern(r"\((?P<optional>.)\)|(?P<letter>.)")

# What is still to be read of suffixes, each with the states that they stand in, as a set of bits.
_Beginnings = frozenset[tuple[str, int]]


class _Node(dict[str, "_Node | None"]):
    """A state of the reversed automaton: the next one by letter, made when first asked for; None is the end.

    `begins` says whether a chain of suffixes may begin with the letter that led here, `states` after which states, as
    a set of bits in the order of `Morphotactics.states`.
    """

    __slots__ = ("_beginnings", "_by_letter", "_cuts", "begins", "states")

    def __init__(self, cuts: Cuts, beginnings: _Beginnings) -> None:
        super().__init__()
        self._cuts = cuts
        self._beginnings = beginnings
        self._by_letter: dict[str, tuple[tuple[str, int], ...]] | None = None
        self.states = next((states for spelled, states in beginnings if not spelled), 0)
        self.begins = self.states > 0

    def __missing__(self, letter: str) -> _Node | None:
        if letter not in self._cuts.letters:  # there is no end of the letters of other scripts
            return None
        node = self[letter] = self._cuts.follow(self._divided.get(letter, ()), self.states, letter)
        return node

    @property
    def _divided(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """What is left to be read after the next letter, by that letter."""
        if self._by_letter is None:  # to divide them once takes as long as to look for those with one letter
            self._by_letter = self._cuts.divided(self._beginnings)
        return self._by_letter

    def letters(self) -> set[str]:
        """The letters that do not lead to the end."""
        return {*self._divided, *self._cuts.letters_before(self.states)}


class Cuts:
    """The reversed automaton for suffixes in some spellings, which the functions `respell` make of the proper one.

    >>> from azanalyzer.language import shared_morphology
    >>> Cuts(shared_morphology().morphotactics, str).lengths("kitabda")
    [7, 6, 5]

    To make it takes as long as to parse some words at every place. It is made for one who asks for more than `few`.
    """

    def __init__(self, morphotactics: Morphotactics, *respell: Callable[[str], str], few: int = 0) -> None:
        self._morphotactics = morphotactics
        self._respell = respell
        self._left = few
        # By their last letter, and for each state that suffixes lead to: the others, and which states have these.
        self._suffixes: dict[str, list[tuple[int, dict[str, int]]]] = {}
        self._led_to: list[tuple[str, int]] = []  # by their last letter: to which states suffixes lead
        self._nodes: dict[_Beginnings, _Node] = {}
        self._kept: dict[tuple[str, int], tuple[str, int]] = {}  # what states are made of, kept once for all of them
        self._followed: dict[tuple[str, int, tuple[tuple[str, int], ...]], _Node | None] = {}
        self._root: _Node | None = None
        self.letters: frozenset[str] = frozenset()

    @property
    def root(self) -> _Node:
        """The state before the last letter of a word."""
        return self._make() if self._root is None else self._root

    def made(self) -> _Node | None:
        """`root`; None as long as it does not pay to have it."""
        return self._root if self._root is not None or self._left > 0 else self._make()

    def lengths(self, word: str) -> list[int]:
        """How long the stem of `word` may be, the longest first: the whole, and wherever suffixes may begin."""
        node = self.made()
        length = len(word)
        if node is None:
            self._left -= 1
            return list(range(length, 0, -1))
        found = [length] if word else []
        for letter in word[:0:-1]:
            node = node[letter]
            if node is None:
                break
            length -= 1
            if node.begins:
                found.append(length)
        return found

    def _make(self) -> _Node:
        automaton = self._morphotactics
        bits = automaton.bits
        sources: dict[tuple[str, str], int] = defaultdict(int)  # the states that have a form, by form and target
        for name, bit in bits.items():
            for transition in automaton.transitions(name):
                sources[transition.form, transition.target] |= bit
        suffixes: defaultdict[str, defaultdict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        letters: set[str] = set()
        for (form, target), states in sources.items():
            for spelled in {typed(spelled) for spelled in _spellings(form) for typed in self._respell}:
                known = suffixes[spelled[-1]][bits[target]]
                known[spelled[:-1]] = known.get(spelled[:-1], 0) | states
                letters.update(spelled)
        self.letters = frozenset(letters)
        self._suffixes = {letter: [*own.items()] for letter, own in suffixes.items()}
        self._led_to = [(letter, sum(own)) for letter, own in suffixes.items()]
        ends = sum(bit for name, bit in bits.items() if automaton.states[name].accept is not None)
        self._root = self._node({"": ends})  # last: another thread may ask already
        return self._root

    def follow(self, begun: tuple[tuple[str, int], ...], states: int, letter: str) -> _Node | None:
        """The state after `letter`, read backwards: what it leaves of suffixes begun, and others before `states`.

        Two of three times it is the same as in another state.
        """
        key = (letter, states, begun)
        if key not in self._followed:
            found = dict(begun)
            for target, suffixes in self._suffixes.get(letter, ()):
                if target & states:
                    for before, sources in suffixes.items():
                        found[before] = found.get(before, 0) | sources
            self._followed[key] = self._node(found) if found else None
        return self._followed[key]

    def divided(self, beginnings: _Beginnings) -> dict[str, tuple[tuple[str, int], ...]]:
        """What is left to be read after the next letter, by that letter."""
        found: dict[str, list[tuple[str, int]]] = {}
        for spelled, states in beginnings:
            if spelled:
                left = (spelled[:-1], states)
                found.setdefault(spelled[-1], []).append(self._kept.setdefault(left, left))
        return {letter: tuple(sorted(left)) for letter, left in found.items()}

    def letters_before(self, states: int) -> list[str]:
        """The last letters of suffixes that lead to one of `states`."""
        return [letter for letter, targets in self._led_to if targets & states]

    def _node(self, beginnings: dict[str, int]) -> _Node:
        key = frozenset([self._kept.setdefault(item, item) for item in beginnings.items()])
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node(self, key)
        return node


def _spellings(form: str) -> set[str]:
    """Every spelling of a suffix that `phonology.allomorphs` may give, and some that it never gives."""
    choices = []
    for match in _SYMBOL.finditer(form):
        symbol = match["optional"] or match["letter"]
        choices.append([*MEANT.get(symbol, symbol), *([""] if match["optional"] else [])])
    return {"".join(letters) for letters in product(*choices)} - {""}
