"""What the stems of very many shapes are; those of shapes that are alike are made once. See `stems`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from azanalyzer.morphology.lexicon import NARROWED_TO, Lexicon
from azanalyzer.morphology.phonology import ANY, HARDENED, VOWELS, final_kind, harmony_class
from azanalyzer.morphology.rows import CODES, SYMBOLS, WIDTH, Words, letters_of
from azanalyzer.sorted_keys import distinct

__all__ = ["StemPatterns", "sounds"]

_LINE_BITS = 16  # for the number of a line of the lexicon; there are some thousand different ones
_LETTER_BITS = 6
_CHANGING = "qkt" + "".join(HARDENED) + "".join(NARROWED_TO)
_SINGLE = np.uint64(1 << 63)


class StemPatterns:
    """The stems of shapes but for their letters: where those of a pattern begin, how many they are, and what they have.

    `costs` and `numbers` are as in `Stems`; `lemma` makes the lemma of a shape.
    """

    def __init__(self, lexicon: Lexicon, made: Callable[[str], tuple[tuple[float, str, str, int], ...]]) -> None:
        """`made` gives the stems of a shape: cost, lemma, shape, what may follow."""
        self._lexicon = lexicon
        self._made = made
        self._numbers: dict[int, int] = {}  # by likeness
        self._lines: dict[str | None, int] = {None: 0}
        self._lemmas: list[tuple[str | None, str]] = []
        self.counts = self.firsts = self.numbers = np.zeros(0, np.int64)
        self.costs = np.zeros(0)

    def lemma(self, stem: int, shape: str) -> str:
        """The lemma of a stem of a pattern in a shape."""
        whole, last = self._lemmas[stem]
        return whole or (shape[:-1] + last if last else shape)

    def of(self, places: Any, words: Words, strings: list[str]) -> Any:
        """The number of the pattern of each shape; `places` tell the shapes apart."""
        is_single = np.fromiter(map(self._lexicon.has_alternants, strings), bool, len(words))
        likenesses = _likenesses(words, strings, self._lexicon, self._lines)
        likenesses[is_single] = places[is_single].astype(np.uint64) | _SINGLE
        alike, where, inverse = distinct(likenesses)
        shapes = [
            strings[place]
            for likeness, place in zip(alike.tolist(), where.tolist(), strict=True)
            if self._numbers.setdefault(likeness, len(self._numbers)) >= len(self.counts)
        ]
        if shapes:
            self._add(shapes)
        return np.fromiter(map(self._numbers.__getitem__, alike.tolist()), np.int64, len(alike)).take(inverse)

    def _add(self, shapes: list[str]) -> None:
        """Make the patterns of these shapes."""
        patterns = [self._made(shape) for shape in shapes]
        sizes = np.fromiter(map(len, patterns), np.int64, len(patterns))
        stems = [stem for pattern in patterns for stem in pattern]
        self.firsts = np.append(self.firsts, len(self.costs) + np.cumsum(sizes) - sizes)
        self.counts = np.append(self.counts, sizes)
        self.costs = np.append(self.costs, [cost for cost, _, _, _ in stems])
        self.numbers = np.append(self.numbers, np.array([number for _, _, _, number in stems], np.int64))
        for _, lemma, shape, _ in stems:
            if self._lexicon.has_alternants(shape):  # there the lemma may be any
                self._lemmas.append((lemma, ""))
            else:
                self._lemmas.append((None, "" if lemma == shape else lemma[-1]))


def _likenesses(words: Words, strings: list[str], lexicon: Lexicon, numbers: dict[str | None, int]) -> Any:
    """What `Lexicon.likeness` says of each shape, as a number that is not the same where that is not; u8.

    `numbers` are those of lines of the lexicon; new ones are put there.
    """
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
    class_of = np.array([harmony_class(letter) for letter in " " + SYMBOLS], np.int8)
    none = class_of[0]
    codes = words.codes.T[: int(words.lengths.max(initial=0))]
    found = np.full((len(codes) + 1, len(words)), none)
    for place, letters in enumerate(codes):
        own = class_of[letters]
        found[place + 1] = np.where(own == none, found[place], own)
    return found, np.array([final_kind(letter) for letter in " " + SYMBOLS])
