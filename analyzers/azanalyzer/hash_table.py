"""A hash table of arrays: many keys are looked up at once."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["HashTable"]

_SMALLEST = 12  # bits of the number of places
_FULL = 0.7  # of the places; then there are made twice as many
_STEPS = 0xFFFF  # the bits of a key that say how far on the next place to try is
_AT_HAND = 17  # bits of the number of keys that are at hand


class HashTable:
    """Numbers by keys of 64 bits that are hashes already. Places are tried in steps from the key's own.

    Those that were first asked for also stand in a table so small that it does not leave the caches of the processor:
    of the words of a running text, these are the most frequent. Each time that the large one grows it begins anew.
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
        self._keys_at_hand = np.zeros(1 << _AT_HAND, np.uint64)
        self._numbers_at_hand = np.zeros(1 << _AT_HAND, np.uint32)

    def items(self) -> tuple[Any, Any]:
        """All keys, in no order, and their numbers."""
        used = np.flatnonzero(self._keys)
        return self._keys[used], self._numbers[used]

    def _own(self, keys: Any) -> Any:
        return (keys >> np.uint64(64 - self._bits)).view(np.int64)

    def _next(self, places: Any, keys: Any) -> Any:
        """The places to try after these: as far on as other bits of the key say, so that no long rows are full."""
        steps = (keys & np.uint64(_STEPS)).view(np.int64) | 1  # odd, so that in the end it is every place
        return (places + steps) & (len(self._keys) - 1)

    def find(self, keys: Any) -> tuple[Any, Any]:
        """The numbers of `keys`, u4, and the places of those that are not there, whose numbers mean nothing."""
        keys = np.maximum(keys, np.uint64(1))
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
        rows = np.flatnonzero(there != keys)
        at, own, there, missing = places.take(rows), keys.take(rows), there.take(rows), [rows[:0]]
        while len(rows):
            taken = np.flatnonzero(there)
            if len(taken) < len(rows):
                missing.append(rows[there == 0])
                rows, at, own = rows.take(taken), at.take(taken), own.take(taken)
            at = self._next(at, own)
            there = self._keys.take(at)
            places[rows] = at  # of those that are found now they are right
            others = np.flatnonzero(there != own)
            rows, at, own, there = rows.take(others), at.take(others), own.take(others), there.take(others)
        return self._numbers.take(places), np.sort(np.concatenate(missing))

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
        places = self._own(keys)
        while len(keys):
            free = np.flatnonzero(self._keys.take(places) == 0)
            at, own = places.take(free), keys.take(free)
            self._keys[at] = own  # of several at one place the last stays
            stays = self._keys.take(at) == own
            self._numbers[at[stays]] = numbers.take(free[stays])
            is_left = np.ones(len(keys), bool)
            is_left[free[stays]] = False
            left = np.flatnonzero(is_left)
            keys, numbers = keys.take(left), numbers.take(left)
            places = self._next(places.take(left), keys)
