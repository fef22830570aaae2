"""Cutting many texts at white space at once, and a hash for each piece, without making a string of it.

Texts are joined and looked at as bytes (UTF-8). Each piece is hashed eight bytes at a time, all pieces together:
cutting and looking up by `str.split` and a dict costs several times as much.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

import numpy as np

from searchkit.engine.arrays import FIRST_BYTES, WORD, runs, words_of_bytes

__all__ = ["Cut", "cut"]

_LONGEST = 64  # bytes; a longer piece is hashed by itself
# U+0085, 00A0, 1680, 2000 to 200A, 2028, 2029, 202F, 205F, 3000 by the bytes of their UTF-8
_SPACES_OF_TWO = 0xC285, 0xC2A0
_SPACES_OF_THREE = [0xE19A80, *range(0xE28080, 0xE2808B), 0xE280A8, 0xE280A9, 0xE280AF, 0xE2819F, 0xE38080]
_CYRILLIC = range(0xD0, 0xD4)
_LONGER = 0xE0  # what the first of three bytes or more is at least
# By byte up to the space, whether it is white.
_WHITE = np.isin(np.arange(ord(" ") + 1), np.frombuffer(b"\t\n\v\f\r\x1c\x1d\x1e\x1f ", np.uint8))
# Drawn anew in each process, so that nobody can make two pieces with one hash. Odd numbers, so that nothing is lost.
_MIX, *_PLACES = (np.uint64(secrets.randbits(64) | 1) for _ in range(_LONGEST // WORD + 1))
_SHIFT = np.uint64(32)


class Cut(NamedTuple):
    """Texts in pieces: `hashes` u8[pieces] one text after another, `counts` i8[texts] how many each has.

    Texts in `special` were not cut and have none.
    """

    hashes: Any
    counts: Any
    special: list[int]
    data: bytes
    starts: Any
    ends: Any

    def lines(self, pieces: Any) -> bytes:
        """The pieces at these places, one a line, in UTF-8 (with halves of surrogate pairs as they are)."""
        starts, sizes = self.starts[pieces], self.ends[pieces] + 1 - self.starts[pieces]
        letters = np.frombuffer(self.data, np.uint8)[runs(starts, sizes)]
        letters[np.cumsum(sizes) - 1] = ord("\n")  # in place of the white space behind
        lines: bytes = letters[:-1].tobytes()
        return lines


def cut(texts: list[bytes]) -> Cut:
    """Cut texts as `str.split` does; with Cyrillic letters, or with white space that is not ASCII, they are special."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    text_ends = np.cumsum(sizes + 1)
    data = b"\n%b\n%b" % (b"\n".join(texts), bytes(_LONGEST))
    letters = np.frombuffer(data, np.uint8)[:-_LONGEST]
    spaces = np.flatnonzero(letters <= ord(" "))
    is_white = _WHITE.take(letters[spaces])
    if not is_white.all():  # a control character
        spaces = spaces[is_white]
    starts, ends = spaces[:-1] + 1, spaces[1:]
    full = starts < ends
    if not full.all():
        starts, ends = starts[full], ends[full]
    special = np.unique(text_ends.searchsorted(_special(letters)))
    if len(special):
        kept = ~np.isin(text_ends.searchsorted(starts), special)
        starts, ends = starts[kept], ends[kept]
    counts = np.diff(starts.searchsorted(text_ends), prepend=0)
    return Cut(_hashes(data, starts, ends), counts, special.tolist(), data, starts, ends)


def _special(letters: Any) -> Any:
    """The places at which a Cyrillic letter or a space that is not ASCII begins, in no order."""
    # What begins with none of the bytes that most letters begin with is looked at again.
    places = np.flatnonzero((letters >= _CYRILLIC.start) | (letters == _SPACES_OF_TWO[0] >> 8))
    first = letters[places]
    cyrillic = places[(first < _CYRILLIC.stop) & (first >= _CYRILLIC.start)]
    twos = places[first < _CYRILLIC.start]
    second = letters[twos + 1]
    twos = twos[(second == _SPACES_OF_TWO[0] & 0xFF) | (second == _SPACES_OF_TWO[1] & 0xFF)]
    threes = places[first >= _LONGER]
    if len(threes):
        whole = letters[threes].astype(np.int32) << 16
        whole |= letters[threes + 1].astype(np.int32) << 8
        whole |= letters[threes + 2]
        threes = threes[np.isin(whole, _SPACES_OF_THREE)]
    return np.concatenate([cyrillic, twos, threes])


def _hashes(data: bytes, starts: Any, ends: Any) -> Any:
    sizes = ends - starts
    words = words_of_bytes(data)  # the padding behind the text keeps the last ones inside
    found = sizes.astype(np.uint64)
    rows: Any = slice(None)
    at, left = starts, sizes
    for place in _PLACES:
        part = words[at]
        part &= FIRST_BYTES.take(left, mode="clip")
        part ^= part >> _SHIFT
        part *= _MIX
        part ^= part >> _SHIFT
        part *= place
        found[rows] += part
        more = np.flatnonzero(left > WORD)
        if not len(more):
            break
        rows = more if isinstance(rows, slice) else rows[more]
        at, left = at[more] + WORD, left[more] - WORD
    for long in np.flatnonzero(sizes > _LONGEST).tolist():
        found[long] = hash(data[starts[long] : ends[long]]) & 0xFFFFFFFFFFFFFFFF
    return found
