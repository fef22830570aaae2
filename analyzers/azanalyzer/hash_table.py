"""A hash table of arrays: many keys are looked up at once."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["HashTable"]

_SMALLEST = 12  # bits of the number of places
_FULL = 0.7  # of the places; then there are made twice as many
_STEPS = 0xFFFF  # the bits of a key that say how far on the next place to try is
_FEW = 16  # keys; for these a step of arrays takes longer than to look for one after another
_AT_HAND = 17  # bits of the number of keys that are at hand


class HashTable:
    """Numbers by keys of 64 bits that are hashes already. Places are tried in steps from the key's own.

    Where there are many, those that were first asked for also stand in a table so small that it does not leave the
    caches of the processor: of the words of a running text, these are the most frequent. Each time that the large one
    grows it begins anew.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(_SMALLEST)

    def __len__(self) -> int:
        return self._count

    def _make(self, bits: int) -> None:
        self._bits = bits
        self._keys = np.zeros(1 << bits, np.uint64)  # 0 is no key
        self._numbers = np.zeros(1 << bits, np.uint32)
        at_hand = 1 << _AT_HAND if bits > _AT_HAND else 0
        self._keys_at_hand = np.zeros(at_hand, np.uint64)
        self._numbers_at_hand = np.zeros(at_hand, np.uint32)

    def items(self) -> tuple[Any, Any]:
        """All keys, in no order, and their numbers."""
        used = np.flatnonzero(self._keys)
        return self._keys[used], self._numbers[used]

    def _own(self, keys: Any) -> Any:
        return (keys >> np.uint64(64 - self._bits)).view(np.int64)

    def _steps(self, keys: Any) -> Any:
        """How far on the next place to try is: as other bits of the key say, so that no long rows are full."""
        return (keys & np.uint64(_STEPS)).view(np.int64) | 1  # odd, so that in the end it is every place

    def find(self, keys: Any) -> tuple[Any, Any]:
        """The numbers of `keys`, u4, and the places of those that are not there, whose numbers mean nothing."""
        keys = np.maximum(keys, np.uint64(1))
        if not len(self._keys_at_hand):
            return self._find(keys)
        places = (keys >> np.uint64(64 - _AT_HAND)).view(np.int64)
        numbers = self._numbers_at_hand.take(places)  # which is faster than an index by an array
        at_hand = self._keys_at_hand.take(places)
        others = np.flatnonzero(at_hand != keys)
        own = keys[others]
        found, missing = self._find(own)
        numbers[others] = found
        own[missing] = 0
        free = np.flatnonzero(at_hand[others] == 0)
        places = places[others[free]]
        self._keys_at_hand[places], self._numbers_at_hand[places] = own[free], found[free]
        return numbers, others[missing]

    def _find(self, keys: Any) -> tuple[Any, Any]:
        """`find` in the table itself."""
        places = self._own(keys)
        there = self._keys.take(places)
        rows = np.flatnonzero((there != keys) & (there != 0))
        at, own = places.take(rows), keys.take(rows)
        steps = self._steps(own)
        while len(rows) > _FEW:
            at = at + steps & len(self._keys) - 1
            there = self._keys.take(at)
            places[rows] = at
            others = np.flatnonzero((there != own) & (there != 0))
            rows, at, own, steps = rows.take(others), at.take(others), own.take(others), steps.take(others)
        places[rows] = [self._place(*each) for each in zip(at.tolist(), own.tolist(), steps.tolist(), strict=True)]
        return self._numbers.take(places), np.flatnonzero(self._keys.take(places) != keys)

    def _place(self, place: int, key: int, step: int) -> int:
        """Where a key is, or may be put in, if not at the place given or before it."""
        last = len(self._keys) - 1
        known = self._keys.item
        place = place + step & last
        while known(place) not in (key, 0):
            place = place + step & last
        return place

    def add(self, keys: Any, numbers: Any) -> None:
        """Put in `keys`, each once, that are not there yet."""
        if self._count + len(keys) > _FULL * len(self._keys):
            old = self.items()
            del self._keys, self._numbers  # they may be large, and so are those that come in their place
            self._make(max(_SMALLEST, int((self._count + len(keys)) / _FULL).bit_length()))
            self._put(*old)
        self._put(keys, numbers)
        self._count += len(keys)

    def _put(self, keys: Any, numbers: Any) -> None:
        """`add` where there is room."""
        keys = np.maximum(keys, np.uint64(1))
        places, steps = self._own(keys), self._steps(keys)
        while len(keys) > _FEW:
            free = np.flatnonzero(self._keys.take(places) == 0)
            self._keys[places.take(free)] = keys.take(free)  # of several at one place the last stays
            is_there = self._keys.take(places) == keys
            self._numbers[places.compress(is_there)] = numbers.compress(is_there)
            others = np.flatnonzero(~is_there)
            keys, numbers, steps = keys.take(others), numbers.take(others), steps.take(others)
            places = places.take(others) + steps & len(self._keys) - 1
        each = zip((places - steps).tolist(), keys.tolist(), steps.tolist(), strict=True)
        for number, (place, key, step) in zip(numbers.tolist(), each, strict=True):
            at = self._place(place, key, step)
            self._keys[at], self._numbers[at] = key, number
