"""Terms a letter away from what was typed: a table of the terms of a vocabulary with each of their letters left out.

Two words are one slip apart (a letter too many, too few or wrong, two neighbours swapped) if they become the same when
at most one letter is left out of each: so a word is looked up by itself and by what is left of it without each of its
letters (symmetric deletes, as Garbe's SymSpell has it). Letters are compared folded, as an ASCII keyboard types them:
missing diacritics come besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer import fold
from searchkit.backend import Vocabulary
from searchkit.edits import edit_distances
from searchkit.highlighting.lines import Lines

__all__ = ["Neighbours", "keys_of", "neighbours"]

_LETTERS = (2, 24)  # of a term; of shorter and longer ones there is nothing to be said
_CHUNK = 1 << 14  # terms whose arrays stay in the processor's cache
_BASE = 0x9E3779B1
_POWERS = np.array([pow(_BASE, place, 1 << 32) for place in range(64)], np.uint32)
_INVERSE = np.uint32(pow(_BASE, -1, 1 << 32))
# What each letter counts in a hash, which is the sum of letter times power over the places.
_COUNTS = (np.arange(256, dtype=np.uint64) ** np.uint64(5) * np.uint64(0xD6E8FEB86659FD93) >> np.uint64(32)).astype(
    np.uint32
)
_COUNTS[10] = 0  # the line feed that ends each term
_ID = np.uint64(32)
_HEAD = np.uint64(48)  # what is left of a key behind so many bits tells where it stands
_MOST_COMPARED = 1_500  # terms whose distance is worked out letter by letter, the most frequent
_BITS = np.zeros(1, np.uint8)  # how many bits are set in each number of 16 bits
for _ in range(16):
    _BITS = np.concatenate([_BITS, _BITS + np.uint8(1)])


class Neighbours:
    """The table of one vocabulary. It takes about 70 bytes a term and a microsecond of making."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        folded = fold(vocabulary.text).encode("latin-1", "replace")
        flat = np.frombuffer(folded, np.uint8)
        ends = np.flatnonzero(flat == 10)
        starts = np.concatenate([np.zeros(1, ends.dtype), ends[:-1] + 1])[: len(ends)]
        lengths = ends - starts
        is_letter = (flat >= ord("a")) & (flat <= ord("z"))
        others = np.add.reduceat(~is_letter, starts, dtype=np.intp) if len(ends) else ends
        self._flat = flat
        self._starts = starts
        self._letters = np.bitwise_or.reduceat(_letter_bits(flat), starts) if len(ends) else ends.astype(np.uint32)
        usable = (others == 1) & (lengths >= _LETTERS[0]) & (lengths <= _LETTERS[1])
        self.lengths = lengths
        chunks = [np.zeros(0, np.uint64)]
        for first in range(0, len(ends), _CHUNK):
            last = min(first + _CHUNK, len(ends))
            keys, owners = _keys(flat[starts[first] : ends[last - 1] + 1])
            chunks.append((keys.astype(np.uint64) << _ID | (owners + first).astype(np.uint64))[usable[owners + first]])
        self._usable = usable
        # Only roughly in order: to look a key up among some dozens costs nothing, and to sort all takes as long as to
        # make them.
        keys = np.concatenate(chunks)
        heads = (keys >> _HEAD).astype(np.uint16)
        self._keys = keys.take(heads.argsort(kind="stable"))
        self._firsts = np.concatenate([[0], np.cumsum(np.bincount(heads, minlength=1 << 16))])
        self.terms = Lines(vocabulary.text)

    def within(self, folded: str, most: int) -> Any:
        """The terms at most so many slips away, slower than `find` can tell those at most one away; i8."""
        typed = np.frombuffer(folded.encode(), np.uint8)
        letters = int(np.bitwise_or.reduce(_letter_bits(typed)))
        apart = _bits(self._letters ^ np.uint32(letters | 1 << 10))  # the line feed counts as a letter
        found = np.flatnonzero(self._usable & (np.abs(self.lengths - len(folded)) <= most) & (apart <= 2 * most))
        frequencies = self.vocabulary.frequencies[found]
        found = found[np.argsort(-frequencies, kind="stable")[:_MOST_COMPARED]]
        places = self._starts[found][:, None] + np.arange(len(folded) + most)
        columns = np.ascontiguousarray(self._flat[np.minimum(places, len(self._flat) - 1)].T)
        return found[edit_distances(folded.encode(), columns, self.lengths[found], most) <= most]

    def find(self, keys: Any) -> tuple[Any, Any]:
        """The terms that meet any of `keys` (u4): the place of the key, the number of the term; i8."""
        wanted = keys.astype(np.uint64) << _ID
        heads = (wanted >> _HEAD).astype(np.intp)
        low = self._firsts[heads]
        counts = self._firsts[heads + 1] - low
        places = np.repeat(np.arange(len(keys)), counts)
        offsets = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
        found = self._keys.take(low[places] + offsets) ^ wanted.take(places)
        same = np.flatnonzero(found >> _ID == 0)
        return places.take(same), found.take(same).astype(np.intp)


def _letter_bits(letters: Any) -> Any:
    """A bit for each letter (u1); u4."""
    return np.uint32(1) << (letters & np.uint8(31)).astype(np.uint32)


def _bits(values: Any) -> Any:
    """How many bits are set in each value (u4); u1."""
    return _BITS[values & np.uint32(0xFFFF)] + _BITS[values >> np.uint32(16)]


def neighbours(vocabulary: Vocabulary) -> Neighbours:
    """The table of a vocabulary, made when it is first asked for."""
    found = vocabulary.derived.get("neighbours")
    if found is None:
        found = vocabulary.derived["neighbours"] = Neighbours(vocabulary)
    return found


def keys_of(words: Sequence[str]) -> tuple[Any, Any]:
    """The keys of folded words without each of their letters and, after these, of the whole, and whose each key is."""
    return _keys(np.frombuffer("".join(f"{word}\n" for word in words).encode("latin-1", "replace"), np.uint8))


def _keys(flat: Any) -> tuple[Any, Any]:
    """For each letter of some lines the hash of the line without it, at its end that of all of it; and whose it is."""
    ends = np.flatnonzero(flat == 10)
    starts = np.concatenate([np.zeros(1, ends.dtype), ends[:-1] + 1])
    owners = np.repeat(np.arange(len(ends), dtype=np.int32), ends - starts + 1)
    places = np.arange(len(flat), dtype=np.int32) - starts.astype(np.int32)[owners]
    counts = _COUNTS[flat] * _POWERS[np.minimum(places, 63)]
    sums = np.cumsum(counts, dtype=np.uint32)
    before = np.concatenate([np.zeros(1, np.uint32), sums[ends[:-1]]])
    # What stands after the letter moves one place forward.
    return (sums[ends][owners] - sums) * _INVERSE + sums - counts - before[owners], owners
