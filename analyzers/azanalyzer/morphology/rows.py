"""Very many words as rows of letters, so that each step is taken for all of them at once.

A word of today's alphabet in lower case is a row of u1[words, longest]: numbers of `CODES`, filled up with 0. Hashes
have 64 bits; that two words, stems or remainders of a language share one is next to impossible.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import numpy as np

from azanalyzer.alphabet import ALPHABET, fold
from azanalyzer.lazy import cached_property

__all__ = ["CODES", "LETTERS", "WIDTH", "SortedTable", "Words", "letters_of", "picked", "table_of"]

LETTERS = ALPHABET + "w"
CODES = {letter: number for number, letter in enumerate(LETTERS, 1)}
WIDTH = 64  # columns of tables by letter
_WORD = 8  # letters that are hashed together
_PARTS = 8  # times as large as the small part of a table is the large one
_POINTS = np.zeros(WIDTH, np.uint32)
_POINTS[1 : len(LETTERS) + 1] = [ord(letter) for letter in LETTERS]
_CODE_OF = np.zeros(0x300, np.uint8)
_CODE_OF[_POINTS[1 : len(LETTERS) + 1]] = np.arange(1, len(LETTERS) + 1)

# Odd, so that multiplying loses nothing.
_FORWARD, _BACKWARD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_VALUES = np.random.default_rng(32).integers(1, 1 << 63, WIDTH, np.uint64)
_VALUES[0] = 0
# Drawn anew in each process, so that nobody can make two words with one hash.
_MIX, *_PLACES = (np.uint64(secrets.randbits(64) | 1) for _ in range(1 + WIDTH // _WORD))
_SHIFT = np.uint64(32)


def table_of(letters: str, replacements: str) -> Any:
    """By code the code that stands in its place where the one letter is replaced by the other, else the same; u1."""
    found = np.arange(WIDTH, dtype=np.uint8)
    for letter, replacement in zip(letters, replacements, strict=True):
        found[CODES[letter]] = CODES[replacement]
    return found


def letters_of(letters: Iterable[str]) -> Any:
    """Which codes are those of `letters`; bool."""
    found = np.zeros(WIDTH, bool)
    found[[CODES[letter] for letter in letters]] = True
    return found


_FOLDED = table_of(LETTERS, "".join(map(fold, LETTERS)))


class Words:
    """Words of the alphabet, by their letters and lengths. `where` gives some of them."""

    def __init__(self, codes: Any, lengths: Any) -> None:
        self.codes = codes
        self.lengths = lengths

    @classmethod
    def of(cls, strings: list[str]) -> Words:
        """ValueError for a word with other letters."""
        lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        points = np.frombuffer("".join(strings).encode("utf-32-le"), "<u4")
        letters = _CODE_OF[np.minimum(points, len(_CODE_OF) - 1)]
        if not letters.all():
            raise ValueError("a word has a letter that is not of the alphabet")
        codes = np.zeros((len(strings), int(lengths.max(initial=1))), np.uint8)
        codes[np.arange(codes.shape[1]) < lengths[:, None]] = letters
        return cls(codes, lengths)

    @classmethod
    def joined(cls, parts: list[Words]) -> Words:
        """The words of all parts, one after another."""
        codes = np.zeros((sum(map(len, parts)), max(part.codes.shape[1] for part in parts)), np.uint8)
        start = 0
        for part in parts:
            codes[start : start + len(part), : part.codes.shape[1]] = part.codes
            start += len(part)
        return cls(codes, np.concatenate([part.lengths for part in parts]))

    def __len__(self) -> int:
        return len(self.lengths)

    def where(self, chosen: Any) -> Words:
        """The words at these places, in rows no longer than need be."""
        lengths = self.lengths[chosen]
        return Words(self.codes[chosen, : int(lengths.max(initial=1))], lengths)

    @cached_property
    def _text(self) -> tuple[str, Any]:
        """All words joined, and where each begins."""
        points = _POINTS[self.codes[np.arange(self.codes.shape[1]) < self.lengths[:, None]]]
        return points.astype("<u4").tobytes().decode("utf-32-le"), np.cumsum(self.lengths) - self.lengths

    def parts(self, rows: Any, starts: Any, stops: Any) -> list[str]:
        """The letters of the words at `rows` from a place to another."""
        text, begin = self._text
        begin = begin[rows]
        bounds = zip((begin + starts).tolist(), (begin + stops).tolist(), strict=True)
        return [text[start:stop] for start, stop in bounds]

    def string(self, row: int) -> str:
        """A word."""
        text, starts = self._text
        return text[starts[row] : starts[row] + self.lengths[row]]

    def strings(self) -> list[str]:
        """All words."""
        return self.parts(np.arange(len(self)), 0, self.lengths)

    def folded(self) -> Words:
        """The words as an ASCII keyboard types them."""
        return self.replaced(_FOLDED)

    def replaced(self, table: Any) -> Words:
        """The words with each letter as a table by code has it."""
        return Words(table.take(self.codes), self.lengths)

    def own_places(self) -> Any:
        """Where the letters stand that an ASCII keyboard lacks, as a set of bits; u8. Words have at most 64 letters."""
        found = np.zeros(len(self), np.uint64)
        for place, letters in enumerate(self.codes.T):
            found |= (_FOLDED.take(letters) != letters).astype(np.uint64) << np.uint64(place)
        return found

    def lines(self) -> bytes:
        """The words, which are of ASCII letters only, with a line feed after each."""
        width = self.codes.shape[1]
        letters = np.zeros((len(self), width + 1), np.uint8)
        letters[:, :width] = _POINTS[self.codes]
        letters[np.arange(len(self)), self.lengths] = ord("\n")
        lines: bytes = letters[np.arange(width + 1) <= self.lengths[:, None]].tobytes()
        return lines

    def identities(self) -> Any:
        """A hash of each word that no one can foresee; u8."""
        padded = np.zeros((len(self), -(-self.codes.shape[1] // _WORD) * _WORD), np.uint8)
        padded[:, : self.codes.shape[1]] = self.codes
        found = np.zeros(len(self), np.uint64)
        for part, place in zip(padded.view("<u8").T, _PLACES, strict=False):
            mixed = (part ^ part >> _SHIFT) * _MIX
            found += (mixed ^ mixed >> _SHIFT) * place
        return found

    def hashes(self) -> Any:
        """The hash of each beginning, by its length: u8[longest + 1, words]."""
        found = np.zeros((self.codes.shape[1] + 1, len(self.codes)), np.uint64)
        for place, letters in enumerate(self.codes.T):
            np.multiply(found[place], _FORWARD, out=found[place + 1])
            found[place + 1] += _VALUES.take(letters)
        return found

    def whole_hashes(self) -> Any:
        """The hash of each word as in `hashes`; u8[words]."""
        return picked(self.hashes(), self.lengths, np.arange(len(self)))

    def rest_hashes(self) -> Any:
        """The hash of each end, by where it begins: u8[longest + 1, words]."""
        found = np.zeros((self.codes.shape[1] + 1, len(self.codes)), np.uint64)
        for place in range(self.codes.shape[1] - 1, -1, -1):
            np.multiply(found[place + 1], _BACKWARD, out=found[place])
            found[place] += _VALUES.take(self.codes[:, place])
        return found


def picked(table: Any, rows: Any, columns: Any) -> Any:
    """The values of a table at these rows and columns, faster than by two indices."""
    return table.ravel().take(rows * table.shape[1] + columns)


class SortedTable:
    """Values by hashes of 64 bits, of which many are looked up and put in at once, in rising order.

    What is new goes into a small part of its own, so that not everything moves each time.
    """

    def __init__(self, dtype: Any) -> None:
        self._parts = [(np.zeros(0, np.uint64), np.zeros(0, dtype)) for _ in range(2)]

    def __len__(self) -> int:
        return sum(len(keys) for keys, _ in self._parts)

    @property
    def held(self) -> int:
        """The memory in bytes that it takes."""
        return sum(int(keys.nbytes + values.nbytes) for keys, values in self._parts)

    def find(self, keys: Any) -> tuple[Any, Any]:
        """The values of `keys`, and the places of those that are not there, whose values mean nothing.

        The keys ascend, and none comes twice.
        """
        found = np.empty(len(keys), self._parts[0][1].dtype)
        missing = np.arange(len(keys))
        for known, values in self._parts:
            if len(known):
                places = np.minimum(known.searchsorted(keys[missing]), len(known) - 1)
                is_there = known.take(places) == keys[missing]
                found[missing[is_there]] = values[places[is_there]]
                missing = missing[~is_there]
        return found, missing

    def add(self, keys: Any, values: Any) -> None:
        """Put in keys as in `find` that are not there yet, with their values."""
        large, small = self._parts
        small = _united(*small, keys, values)
        if len(small[0]) * _PARTS > len(large[0]):
            large, small = _united(*large, *small), (keys[:0], values[:0])
        self._parts = [large, small]


def _united(keys: Any, values: Any, new: Any, new_values: Any) -> tuple[Any, Any]:
    """Two of what a `SortedTable` holds as one."""
    places = keys.searchsorted(new) + np.arange(len(new))
    is_old = np.ones(len(keys) + len(new), bool)
    is_old[places] = False
    parts = []
    for old, own in ((keys, new), (values, new_values)):
        found = np.empty(len(is_old), old.dtype)
        found[places] = own
        found[is_old] = old
        parts.append(found)
    return parts[0], parts[1]
