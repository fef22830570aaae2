"""Very many words as rows of letters, so that each step is taken for all of them at once.

A word of today's alphabet in lower case, maybe with hyphens in it, is a row of u1[words, longest]: numbers of `CODES`,
filled up with 0 to whole parts of eight letters, each of which is also one number. Hashes have 64 bits; that two words,
stems or remainders of a language share one is next to impossible.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from azanalyzer.alphabet import ALPHABET, fold

__all__ = [
    "CODES",
    "LETTERS",
    "SYMBOLS",
    "WIDTH",
    "Words",
    "any_in_row",
    "letters_before",
    "letters_of",
    "picked",
    "table_of",
]

LETTERS = ALPHABET + "w"
SYMBOLS = LETTERS + "-"  # what words are made of, compounds too
CODES = {letter: number for number, letter in enumerate(SYMBOLS, 1)}
WIDTH = 64  # columns of tables by letter, and letters of the longest word
_PART = 8  # letters that are one number
_POINTS = np.zeros(WIDTH, np.uint32)
_POINTS[1 : len(SYMBOLS) + 1] = [ord(letter) for letter in SYMBOLS]
_CODE_OF = np.zeros(0x300, np.uint8)
_CODE_OF[_POINTS[1 : len(SYMBOLS) + 1]] = np.arange(1, len(SYMBOLS) + 1)
_BEGINNING = np.array([(1 << 8 * length) - 1 for length in range(_PART + 1)], "<u8")  # of a part, so many letters

# Drawn anew in each process, so that nobody can make two words with one hash; odd, so that multiplying loses nothing.
_MIX, *_FACTORS = (np.uint64(secrets.randbits(64) | 1) for _ in range(1 + WIDTH // _PART))
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
_IS_OWN = np.arange(WIDTH) != _FOLDED
_BYTES = np.zeros(WIDTH, np.uint8)
_BYTES[: len(SYMBOLS) + 1] = _POINTS[_FOLDED[: len(SYMBOLS) + 1]]


def _shares() -> Any:
    """What a folded letter before so many others has to do with the CRC-32 of a word; u4[longest, codes].

    The shares of all letters and the CRC-32 of as many zeros make up the whole by exclusive or.
    """
    zeros = [zlib.crc32(bytes(length)) for length in range(WIDTH + 1)]
    found = [
        [zlib.crc32(bytes([point, *bytes(after)])) ^ zeros[after + 1] for point in _BYTES] for after in range(WIDTH)
    ]
    return np.array(found, np.uint32)


_CRC_SHARES = _shares().ravel()
_CRC_OF_ZEROS = np.array([zlib.crc32(bytes(length)) for length in range(WIDTH + 1)], np.uint32)


class Words:
    """Words of the alphabet, by their letters and lengths. `where` gives some of them."""

    def __init__(self, eights: Any, lengths: Any) -> None:
        """`eights` is u8[words, parts]: the letters, eight in each."""
        self.eights = eights
        self.lengths = lengths

    @classmethod
    def of(cls, strings: list[str]) -> Words:
        """ValueError for a string that is no word, or one of more than 64 letters."""
        places, words = cls.among(strings)
        if len(places) < len(strings):
            raise ValueError(f"a word has a letter that is not of the alphabet, or more than {WIDTH} letters")
        return words

    @classmethod
    def among(cls, strings: Sequence[str]) -> tuple[Any, Words]:
        """The places of those strings that are words, of 64 letters at most, and these words."""
        points = np.frombuffer("".join(strings).encode("utf-32-le", "surrogatepass"), "<u4")
        codes = _CODE_OF.take(points, mode="clip")
        lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        ends = np.cumsum(lengths)
        letters = np.zeros(len(codes) + 1, np.int64)
        np.cumsum(codes > 0, out=letters[1:])
        is_word = letters.take(ends) - letters.take(ends - lengths) == lengths
        places = np.flatnonzero(is_word & (lengths > 0) & (lengths <= WIDTH))
        return places, cls.within(codes, (ends - lengths).take(places), lengths.take(places))

    @classmethod
    def within(cls, codes: Any, firsts: Any, lengths: Any) -> Words:
        """The words that stand in a run of codes, u1: at these places, so long."""
        width = _parts_of(lengths)
        padded = np.zeros(len(codes) + width * _PART, np.uint8)
        padded[: len(codes)] = codes
        following = _following(padded)
        eights = np.empty((len(firsts), width), "<u8")
        for part in range(width):
            own = _BEGINNING.take(lengths - part * _PART, mode="clip")
            np.bitwise_and(following[firsts + part * _PART], own, out=eights[:, part])
        return cls(eights, lengths)

    @classmethod
    def joined(cls, parts: list[Words]) -> Words:
        """The words of all parts, one after another."""
        eights = np.zeros((sum(map(len, parts)), max(part.eights.shape[1] for part in parts)), "<u8")
        start = 0
        for part in parts:
            eights[start : start + len(part), : part.eights.shape[1]] = part.eights
            start += len(part)
        return cls(eights, np.concatenate([part.lengths for part in parts]))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def codes(self) -> Any:
        """The letters; u1[words, longest]. Who changes them changes the words."""
        return self.eights.view(np.uint8)

    def where(self, chosen: Any) -> Words:
        """The words at these places, or where this is so, in rows no longer than need be."""
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        lengths = self.lengths.take(chosen)
        return Words(self.eights[:, : _parts_of(lengths)].take(chosen, axis=0), lengths)

    def strings(self) -> list[str]:
        """All words."""
        found: list[str] = _POINTS.take(self.codes).view(f"<U{self.eights.shape[1] * _PART}").ravel().tolist()
        return found

    def parts(self, rows: Any, starts: Any, stops: Any) -> list[str]:
        """The letters of the words at `rows` from a place to another."""
        bounds = zip(self.where(rows).strings(), starts.tolist(), stops.tolist(), strict=True)
        return [word[start:stop] for word, start, stop in bounds]

    def folded(self) -> Words:
        """The words as an ASCII keyboard types them."""
        return self.replaced(_FOLDED)

    def replaced(self, table: Any) -> Words:
        """The words with each letter as a table by code has it."""
        # `take` would make numbers of eight bytes of all letters first.
        letters = bytearray(self.eights.tobytes().translate(table.tobytes().ljust(256)))
        return Words(np.frombuffer(letters, "<u8").reshape(self.eights.shape), self.lengths)

    def have(self, letters: Any) -> Any:
        """Which words have one of these letters, bool by code; bool."""
        return any_in_row(letters.take(self.codes))

    def have_own(self) -> Any:
        """Which words have a letter that an ASCII keyboard lacks; bool."""
        return self.have(_IS_OWN)

    def own_places(self) -> Any:
        """Where the letters stand that an ASCII keyboard lacks, as a set of bits; u8."""
        found = np.zeros((len(self), WIDTH // 8), np.uint8)
        bits = np.packbits(_IS_OWN.take(self.codes), axis=1, bitorder="little")
        found[:, : bits.shape[1]] = bits
        return found.view("<u8").ravel()

    def checksums(self) -> Any:
        """The CRC-32 of each word as an ASCII keyboard types it; u4."""
        found = _CRC_OF_ZEROS.take(self.lengths)
        shares = (self.lengths - 1) * WIDTH
        for letters in self.codes.T[: int(self.lengths.max(initial=0))]:
            found ^= _CRC_SHARES.take(shares + letters, mode="clip")  # where a word has ended, no share
            shares -= WIDTH
        return found

    def identities(self) -> Any:
        """A hash of each word; u8."""
        found = np.zeros(len(self), np.uint64)
        for letters, factor in zip(self.eights.T, _FACTORS, strict=False):
            found += _mixed(letters, factor)
        return found

    def beginnings(self, rows: Any, lengths: Any) -> Any:
        """What `identities` gives for the beginnings of the words at `rows` that are so long."""
        width = self.eights.shape[1]
        eights, at = self.eights.ravel(), rows * width
        found = _mixed(eights.take(at) & _BEGINNING.take(lengths, mode="clip"), _FACTORS[0])
        for part in range(1, width):
            longer = np.flatnonzero(lengths > part * _PART)
            own = _BEGINNING.take(lengths.take(longer) - part * _PART, mode="clip")
            found[longer] += _mixed(eights.take(at.take(longer) + part) & own, _FACTORS[part])
        return found


def _parts_of(lengths: Any) -> int:
    """How many parts there are of the longest word, and at least one."""
    return -(-int(lengths.max(initial=1)) // _PART)


def _mixed(letters: Any, factor: Any) -> Any:
    mixed = (letters ^ letters >> _SHIFT) * _MIX
    return (mixed ^ mixed >> _SHIFT) * factor


def any_in_row(flags: Any) -> Any:
    """Whether there is any in each row of as many flags as words have letters; far faster than by `any`."""
    eights = flags.view("<u8")
    found = eights[:, 0]
    for part in range(1, eights.shape[1]):
        found = found | eights[:, part]
    return found != 0


def letters_before(codes: Any, rows: Any, lengths: Any) -> Any:
    """The eight letters before a place in each word at `rows` as one number, the nearest highest; u8.

    Those of the row before may be among them.
    """
    padded = np.zeros(codes.size + _PART, np.uint8)
    padded[_PART:] = codes.ravel()
    return _following(padded)[rows * codes.shape[1] + lengths]


def _following(codes: Any) -> Any:
    """By place in a run of codes, the eight letters from there on as one number, the first lowest."""
    return np.ndarray((len(codes) - _PART + 1,), "<u8", codes.data, strides=(1,))


def picked(table: Any, rows: Any, columns: Any) -> Any:
    """The values of a table at these rows and columns, faster than by two indices."""
    return table.ravel().take(rows * table.shape[1] + columns)
