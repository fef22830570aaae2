"""Beginnings of words in many lines, found by one look into a sorted table.

A line may be found by the beginnings of several of its words. Entries are sorted by their first eight bytes, as a
big-endian number; what is longer is compared in the lines themselves. Letters are compared folded, as an ASCII keyboard
types them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from azanalyzer import fold
from searchkit.lines import Lines

__all__ = ["Prefixes"]

_KEY = 8  # bytes
_SIGNS = "«»“”„‘–—…\u00a0"  # between words; an apostrophe is not
_IN_WORDS = np.array([chr(byte).isalnum() or byte > 127 or byte == ord("'") for byte in range(256)])
_SHIFTS = [np.uint64(8 * (_KEY - 1 - place)) for place in range(_KEY)]


class Prefixes:
    """The table of some lines; `text` has a line feed after each. It takes about 20 bytes an entry."""

    def __init__(self, text: str, weights: Any, *, every_word: bool = False, bonus: int = 0) -> None:
        """`weights` i4[n] say which lines come first; with `every_word` a line is found by any word's beginning.

        Where it is the first word of a line the weight is higher by `bonus`.
        """
        self.lines = Lines(text)
        folded = fold(text)
        if every_word:
            for sign in _SIGNS:
                folded = folded.replace(sign, " ")
        flat = self._flat = np.frombuffer(f"\n{folded}".encode("utf-8", "replace") + bytes(_KEY), np.uint8)
        ends = flat == 10
        begins = _IN_WORDS[flat[1:]] & ~_IN_WORDS[flat[:-1]] if every_word else ends[:-1]
        starts = (np.flatnonzero(begins) + 1).astype(np.uint32)
        if not every_word:
            starts = starts[: len(weights)]
        keys = np.zeros(len(starts), np.uint64)
        inside = np.ones(len(starts), bool)
        for place, shift in enumerate(_SHIFTS):
            byte = flat[starts + np.uint32(place)]
            inside &= byte != 10
            keys |= (byte * inside).astype(np.uint64) << shift
        order = np.argsort(keys)
        self._keys = keys[order]
        self._starts = starts[order]
        self._numbers = (np.cumsum(ends, dtype=np.uint32)[starts] - np.uint32(1))[order]
        self._weights = weights[self._numbers]
        if bonus:
            self._weights = self._weights + bonus * ends[self._starts - np.uint32(1)].astype(np.int32)

    def best(self, beginning: str, count: int) -> list[int]:
        """The numbers of the `count` heaviest lines with a word that begins so, the heaviest first.

        A line that two of its words lead to comes twice.
        """
        typed = fold(beginning).encode("utf-8", "replace")
        if not typed or 10 in typed:
            return []
        head = int.from_bytes(typed[:_KEY].ljust(_KEY, b"\0"), "big")
        above = head + (1 << 8 * (_KEY - min(len(typed), _KEY)))
        low = int(self._keys.searchsorted(np.uint64(head)))
        high = len(self._keys) if above >= 1 << 64 else int(self._keys.searchsorted(np.uint64(above)))
        weights = self._weights[low:high]
        places = None
        if len(typed) > _KEY:
            places = np.arange(high - low)
            for place in range(_KEY, len(typed)):
                at = np.minimum(self._starts[low + places].astype(np.int64) + place, len(self._flat) - 1)
                places = places[self._flat[at] == typed[place]]
            weights = weights[places]
        if len(weights) > count:
            chosen = np.argpartition(weights, len(weights) - count)[-count:]
        else:
            chosen = np.arange(len(weights))
        chosen = chosen[np.argsort(-weights[chosen], kind="stable")]
        numbers = self._numbers[low + (chosen if places is None else places[chosen])]
        return [*map(int, numbers)]
