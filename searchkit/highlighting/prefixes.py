"""Beginnings of words in many lines, found by one look into a sorted table.

A line may be found by the beginnings of several of its words. Entries are sorted by their first eight letters, as a
big-endian number; what is longer is compared in the lines themselves. Letters are compared folded, as an ASCII keyboard
types them, but a letter that is typed with its diacritic is not found without it.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from azanalyzer import fold, lower
from azanalyzer.alphabet import MARKS, compose
from azanalyzer.cache import keep
from searchkit.highlighting.lines import Lines

__all__ = ["Prefixes", "words_only"]

_KEY = 8  # letters
_MOST_LETTERS = 200  # whose best lines are kept
_LINE_FEEDS, _LOW_BITS = np.uint64(0x0A0A0A0A0A0A0A0A), np.uint64(0x7F7F7F7F7F7F7F7F)
_TOGETHER = np.uint64(0x8040201008040201)
_MARKS = re.compile(f"[{MARKS}]+")
_SIGNS = '«»“”„‘–—…\u00a0"()[],.;:!?'  # between words; an apostrophe is not
_IN_WORDS = np.array([chr(byte).isalnum() or chr(byte) in "'?" for byte in range(256)])


class Prefixes:
    """The table of some lines; `text` has a line feed after each. It takes about 20 bytes an entry."""

    def __init__(self, text: str, weights: Any, *, every_word: bool = False, bonus: int = 0) -> None:
        """`weights` i4[n] say which lines come first; with `every_word` a line is found by any word's beginning.

        Where it is the first word of a line the weight is higher by `bonus`.
        """
        self.lines = Lines(text)
        small = lower(f"\n{text}")
        if every_word:
            small = words_only(small)
        # A byte a letter; letters of other alphabets are all the same here, and whoever asks has to look at the line.
        flat, marked = _letters(small)
        if marked is None:
            flat, marked = _letters(_MARKS.sub("", compose(small)))
        if marked is None:
            marked = np.ones(len(flat), bool)
        ends = flat == 10
        begins = _IN_WORDS[flat[1:]] & ~_IN_WORDS[flat[:-1]] if every_word else ends[:-1]
        starts = (np.flatnonzero(begins) + 1)[: None if every_word else len(weights)]
        keys = _windows(flat)[starts].astype(np.uint64)
        behind = _behind_the_line(keys)
        keys &= ~behind
        marks = _windows(marked)[starts].astype(np.uint64) & ~behind
        marks *= _TOGETHER  # what is in the lowest bit of each byte comes to the highest byte
        entries = np.diff(starts.searchsorted(np.flatnonzero(ends)))  # of each line; the text begins with a line feed
        numbers = np.repeat(np.arange(len(entries), dtype=np.uint32), entries)
        order = np.argsort(keys)
        self._flat = flat
        self._keys = keys[order]
        self._marks = (marks >> np.uint64(56)).astype(np.uint8)[order]
        starts = starts[order]
        self._starts = starts.astype(np.uint32)
        self._numbers = numbers[order]
        self._by_letter: dict[tuple[str, int], list[int]] = {}
        self._weights = weights[self._numbers]
        if bonus:
            self._weights = self._weights + bonus * ends.take(starts - 1).astype(np.int32)

    def best(self, beginning: str, count: int) -> list[int]:
        """The numbers of the `count` heaviest lines with a word that begins so, the heaviest first.

        A line that two of its words lead to comes twice; one may come in which a later letter lacks its diacritic.
        """
        if len(beginning) > 1:
            return self._find_best(beginning, count)
        # With a single letter begin so many that to look through them takes longer than all else, and letters are few.
        known = self._by_letter.get((beginning, count))
        if known is None:
            known = keep(self._by_letter, (beginning, count), self._find_best(beginning, count), _MOST_LETTERS)
        return known

    def _find_best(self, beginning: str, count: int) -> list[int]:
        flat, marked = _letters(lower(beginning))
        typed = flat[:-_KEY].tobytes()
        marks = 0 if marked is None else int(np.packbits(marked[:_KEY], bitorder="little")[0])
        if not typed or 10 in typed:
            return []
        head = int.from_bytes(typed[:_KEY].ljust(_KEY, b"\0"), "big")
        after = head + (1 << 8 * (_KEY - min(len(typed), _KEY)))
        low = int(self._keys.searchsorted(np.uint64(head)))
        high = len(self._keys) if after >= 1 << 64 else int(self._keys.searchsorted(np.uint64(after)))
        places = None
        if marks:
            places = np.flatnonzero((self._marks[low:high] & marks) == marks)
        if len(typed) > _KEY:
            places = np.arange(high - low) if places is None else places
            for place in range(_KEY, len(typed)):
                at = np.minimum(self._starts[low + places].astype(np.int64) + place, len(self._flat) - 1)
                places = places[self._flat[at] == typed[place]]
        weights = self._weights[low:high] if places is None else self._weights[low + places]
        chosen = _heaviest(weights, count)
        numbers = self._numbers[low + (chosen if places is None else places[chosen])]
        return [*map(int, numbers)]


def _windows(letters: Any) -> Any:
    """The eight letters, a byte each, from every place on, the first one in the highest byte; a view."""
    return np.ndarray((len(letters) - _KEY + 1,), ">u8", letters, 0, (1,))


def _behind_the_line(keys: Any) -> Any:
    """All bits of the bytes of keys from the first line feed on."""
    other = keys ^ _LINE_FEEDS
    found = ~(((other & _LOW_BITS) + _LOW_BITS) | other | _LOW_BITS)  # the highest bit of each that is one
    for shift in (8, 16, 32):
        found |= found >> np.uint64(shift)
    return (found >> np.uint64(7)) * np.uint64(0xFF)


def words_only(text: str) -> str:
    """Lines with one space for all signs and spaces between two words, and none at their ends."""
    for sign in _SIGNS:
        text = text.replace(sign, " ")
    text = text.replace(" - ", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace("\n ", "\n").replace(" \n", "\n")


def _letters(small: str) -> tuple[Any, Any]:
    """A byte for each folded letter, and whether folding has changed it; some of no letter follow.

    The latter is None where accents are written apart: they go, and with them the places of all letters behind.
    """
    folded = np.frombuffer(fold(small).encode("latin-1", "replace") + bytes(_KEY), np.uint8)
    own = np.frombuffer(small.encode("latin-1", "replace") + bytes(_KEY), np.uint8)
    return folded, own != folded if len(own) == len(folded) else None


def _heaviest(weights: Any, count: int) -> Any:
    """The places of the `count` greatest weights, the greatest first."""
    chosen = np.arange(len(weights))
    if len(weights) > count:
        least = np.partition(weights, len(weights) - count)[len(weights) - count]
        above = np.flatnonzero(weights > least)
        chosen = np.append(above, np.flatnonzero(weights == least)[: count - len(above)])
    return chosen[np.argsort(-weights[chosen], kind="stable")]
