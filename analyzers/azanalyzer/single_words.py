"""Chunks that are one word of today's alphabet between punctuation, as nearly all are, found among very many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from azanalyzer.morphology.rows import CODES, LETTERS, Words
from azanalyzer.numerals import ROMAN_LETTERS
from azanalyzer.word_terms import LONGEST_WORD
from azanalyzer.words import CLOSING, OPENING

__all__ = ["CAPITALS", "SingleWords", "single_words"]

CAPITALS = LETTERS.replace("i", "İ").replace("ı", "I").upper()
_BLOCK = 1 << 13  # chunks that are looked at together: the tables for more leave the caches
_HIGHEST = 0x2030  # code points from here on are no letters of the alphabet and no usual punctuation

# Counts in one number, so that all are summed at once. That of letters comes first and has room for all of a block.
# What the others come to in a chunk that is not longer than a count can tell is the difference of two sums, whatever
# these have come to.
_LETTER_BITS, _COUNT_BITS = 32, 8
_LETTER_COUNT, _COUNT = np.uint64((1 << _LETTER_BITS) - 1), np.uint64((1 << _COUNT_BITS) - 1)
_OPENING, _CLOSING, _CAPITAL, _ROMAN = (np.uint64(_LETTER_BITS + place * _COUNT_BITS) for place in range(4))


class SingleWords(NamedTuple):
    """The places of chunks that are one word in lower case or with one capital, and the words.

    Left out are those that may be numerals, acronyms or single capitals, and those that are far too long. `has_i` says
    whether the word begins with I or İ, `is_stopped` whether a full stop follows it.
    """

    places: Any
    words: Words
    has_i: Any
    is_stopped: Any

    def where(self, chosen: Any) -> SingleWords:
        """Those where this is so."""
        chosen = np.flatnonzero(chosen)
        return SingleWords(
            self.places.take(chosen), self.words.where(chosen), self.has_i.take(chosen), self.is_stopped.take(chosen)
        )


def single_words(chunks: Sequence[str]) -> SingleWords:
    """Those among chunks; ValueError for a chunk with a line feed."""
    starts = range(0, max(len(chunks), 1), _BLOCK)
    parts = [_of_block(chunks[start : start + _BLOCK]) for start in starts]
    return SingleWords(
        np.concatenate([start + part.places for start, part in zip(starts, parts, strict=True)]),
        Words.joined([part.words for part in parts]),
        np.concatenate([part.has_i for part in parts]),
        np.concatenate([part.is_stopped for part in parts]),
    )


def _codes() -> Any:
    """The code in lower case of each code point below `_HIGHEST` that is a letter of the alphabet; u1."""
    found = np.zeros(_HIGHEST, np.uint8)
    for letter, capital in zip(LETTERS, CAPITALS, strict=True):
        found[[ord(letter), ord(capital)]] = CODES[letter]
    return found


def _counts() -> Any:
    """What each code point below `_HIGHEST` counts for; u8."""
    found = np.zeros(_HIGHEST, np.uint64)
    for letters, place in (
        (LETTERS + CAPITALS, np.uint64(0)), (OPENING, _OPENING), (CLOSING, _CLOSING), (CAPITALS, _CAPITAL),
        (ROMAN_LETTERS, _ROMAN),
    ):  # fmt: skip
        found[[ord(letter) for letter in letters]] += np.uint64(1) << place
    return found


_CODES = _codes()
_COUNTS = _counts()


def _of_block(chunks: Sequence[str]) -> SingleWords:
    points = np.frombuffer("\n".join([*chunks, ""]).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = _CODES.take(points, mode="clip")
    letters = np.flatnonzero(codes)
    sums = np.zeros(len(points) + 1, np.uint64)
    np.cumsum(_COUNTS.take(points, mode="clip"), out=sums[1:])
    ends = np.flatnonzero(points == ord("\n"))  # to ask each chunk how long it is takes longer
    if len(ends) != len(chunks):
        raise ValueError("a chunk has a line feed in it; give runs of characters without white space")
    starts = np.append(0, ends + 1)[:-1]
    lengths = ends - starts
    low, high = ((sums.take(at) & _LETTER_COUNT).view(np.int64) for at in (starts, ends))
    places = np.flatnonzero((high > low) & (lengths <= int(_COUNT)))
    starts, ends, low, high = (values.take(places) for values in (starts, ends, low, high))
    first, last = letters.take(low), letters.take(high - 1) + 1
    sizes = last - first
    at_first, at_last = sums.take(first), sums.take(last)
    opening = _count(at_first - sums.take(starts), _OPENING)
    closing = _count(sums.take(ends) - at_last, _CLOSING)
    inside = at_last - at_first
    capitals = _count(inside, _CAPITAL)
    begin = points.take(first)
    chosen = np.flatnonzero(
        (high - low == sizes)
        & (opening + closing == first - starts + ends - last)
        & (sizes <= LONGEST_WORD)
        & ((capitals == 0) | ((capitals == 1) & (_count(_COUNTS.take(begin), _CAPITAL) > 0) & (sizes > 1)))
        & ((_count(inside, _ROMAN) < sizes) | (sizes == 1))
    )
    places, first, last, ends, begin = (values.take(chosen) for values in (places, first, last, ends, begin))
    is_stopped = (last < ends) & (points.take(last, mode="clip") == ord("."))
    has_i = (begin == ord("I")) | (begin == ord("İ"))
    return SingleWords(places, Words.within(codes, first, last - first), has_i, is_stopped)


def _count(sums: Any, place: Any) -> Any:
    return (sums >> place & _COUNT).view(np.int64)
