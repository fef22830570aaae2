"""Very many words in the other spellings in which they may be meant: `spellings.respellings`, by arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import CODES, WIDTH, Words, any_in_row, letters_of, table_of
from azanalyzer.spellings import (
    SHORTEST_PARTLY,
    SHORTEST_TYPED,
    SHORTEST_TYPED_A,
    SHORTEST_UNSOFTENED,
    SHORTEST_W,
    undrawn,
)
from azanalyzer.spoken import ENDINGS, as_written

__all__ = ["respelled"]

_OWN = letters_of("əöüçşğı")
_VOWELS = letters_of("aeəıioöuü")
_BEFORE_Y = letters_of("eəiöü")
_HARD = table_of("ğy", "qk")
_SOFT = table_of("qk", "ğy")


def _bits(place: int) -> Any:
    """By code, which of the endings may have such a letter at this place of four, as bits; u2."""
    found = np.zeros(WIDTH, np.uint16)
    for number, ending in enumerate(ENDINGS):
        found[[CODES.get(letter, 0) for letter in ending[place]]] |= 1 << number
    return found


_SPOKEN = [_bits(place) for place in range(len(ENDINGS[0]))]


def respelled(words: Words, morphology: BulkMorphology) -> Any:
    """The numbers of the terms of words that have none as they are spelled, as `BulkMorphology.best` gives them."""
    found = _first(_respellings(words), len(words), morphology)
    left = np.flatnonzero(found < 0)
    rows, written = _as_written(words.where(left))
    found[left.take(rows)] = _first(_spellings_of_written(written), len(rows), morphology)
    for row in np.flatnonzero((found < 0) & _are_drawn_out(words)).tolist():  # few are
        for short in undrawn(words.where(np.array([row])).strings()[0]):
            changed = Words.of([short])
            terms = morphology.best(changed)
            found[row] = terms[0] if terms[0] >= 0 else respelled(changed, morphology)[0]
            if found[row] >= 0:
                break
    return found


def _first(spellings: Iterable[tuple[Any, Words, str]], count: int, morphology: BulkMorphology) -> Any:
    """The term of the first spelling that has one of each of so many words, -1 for none; i8."""
    found = np.full(count, -1)
    for rows, changed, spelling in spellings:
        left = np.flatnonzero(found.take(rows) < 0)
        if not len(left):
            continue
        if len(left) < len(rows):
            rows, changed = rows.take(left), changed.where(left)
        found[rows] = morphology.best_partly(changed) if spelling == "partly" else morphology.best(changed, spelling)
    return found


def _respellings(words: Words) -> Iterator[tuple[Any, Words, str]]:
    """What words may stand for, in the order of trust: which words, how each is spelled, and in which spelling."""
    codes = words.codes
    yield *_with_dot(words), "proper"
    before_vowel = np.zeros(codes.shape, bool)
    before_vowel[:, :-1] = _VOWELS.take(codes[:, 1:])
    yield *_hardened(words, before_vowel), "proper"
    yield from _typed_elsewhere(words)
    rows, changed = _softened(words, before_vowel)
    yield rows, changed, "proper"
    in_ascii = np.flatnonzero(~words.have(_OWN).take(rows))
    rows, changed = rows.take(in_ascii), changed.where(in_ascii)
    changed.codes[changed.codes == CODES["ğ"]] = CODES["g"]
    yield rows, changed, "ascii"
    yield *_with_sh(words), "partly"


def _typed_elsewhere(words: Words) -> Iterator[tuple[Any, Words, str]]:
    """The words as they may have been typed on a keyboard that lacks some Azerbaijani letters, or all."""
    codes, lengths = words.codes, words.lengths
    is_own = words.have(_OWN)
    has_e, has_schwa = any_in_row(codes == CODES["e"]), any_in_row(codes == CODES["ə"])
    for spelling, are_so in (
        ("no-schwa", is_own & has_e & ~has_schwa),
        ("partly", is_own & (lengths >= SHORTEST_PARTLY)),
        ("ascii", ~is_own & (lengths >= SHORTEST_TYPED)),
        ("ascii-a", ~is_own & (lengths >= SHORTEST_TYPED_A)),
    ):
        rows = np.flatnonzero(are_so)
        yield rows, words.where(rows), spelling


def _as_written(words: Words) -> tuple[Any, Words]:
    """The words with spoken endings, with these as they are written."""
    rows = np.flatnonzero(_may_be_spoken(words))  # few words are
    own = words.where(rows).strings()
    changed = [(row, text) for row, word in zip(rows.tolist(), own, strict=True) if (text := as_written(word)) != word]
    return np.array([row for row, _ in changed], np.int64), Words.of([text for _, text in changed])


def _spellings_of_written(words: Words) -> Iterator[tuple[Any, Words, str]]:
    """What `_as_written` gives, as `_respellings` has it: as it stands, and as typed on another keyboard."""
    yield np.arange(len(words)), words, "proper"
    yield from (one for one in _typed_elsewhere(words) if one[2] != "ascii-a")  # which reads too much


def _may_be_spoken(words: Words) -> Any:
    """Which words may have one of the endings that `spoken` knows, by a few letters of it; bool."""
    codes = np.zeros((len(words), words.codes.shape[1] + 3), np.uint8)
    codes[:, 1:-2] = words.codes
    count = codes.shape[1] - 3
    fit = _SPOKEN[0].take(codes[:, :count])
    for place in range(1, len(_SPOKEN)):
        fit &= _SPOKEN[place].take(codes[:, place : place + count])
    return any_in_row(fit != 0)


def _are_drawn_out(words: Words) -> Any:
    """Which words have a letter three times in a row; bool."""
    codes = words.codes
    are_third = np.zeros(codes.shape, bool)
    are_third[:, 2:] = (codes[:, 2:] == codes[:, 1:-1]) & (codes[:, 1:-1] == codes[:, :-2]) & (codes[:, 2:] > 0)
    return any_in_row(are_third)


def _with_dot(words: Words) -> tuple[Any, Words]:
    """The words that begin with ı, with i in its place."""
    rows = np.flatnonzero(words.codes[:, 0] == CODES["ı"])
    changed = words.where(rows)
    changed.codes[:, 0] = CODES["i"]
    return rows, changed


def _hardened(words: Words, before_vowel: Any) -> tuple[Any, Words]:
    """The words with ğ and y as they are spoken, with q and k in their place."""
    codes = words.codes
    is_soft = (codes == CODES["y"]) & ~before_vowel
    is_soft[:, 0] = False
    is_soft[:, 1:] &= _BEFORE_Y.take(codes[:, :-1])
    is_soft |= (codes == CODES["ğ"]) & ~before_vowel
    rows = np.flatnonzero(any_in_row(is_soft))
    changed = words.where(rows)
    soft = is_soft[rows, : changed.codes.shape[1]]
    changed.codes[soft] = _HARD[changed.codes[soft]]
    return rows, changed


def _softened(words: Words, before_vowel: Any) -> tuple[Any, Words]:
    """The words with a root left as it is, with its last letter as it is before a suffix."""
    codes = words.codes
    is_hard = np.zeros(codes.shape, bool)
    is_hard[:, 1:] = (codes[:, 1:] == CODES["q"]) & _VOWELS.take(codes[:, :-1])
    is_hard[:, 1:] |= (codes[:, 1:] == CODES["k"]) & _BEFORE_Y.take(codes[:, :-1])
    is_hard &= before_vowel
    rows = np.flatnonzero(any_in_row(is_hard) & (words.lengths >= SHORTEST_UNSOFTENED))
    changed = words.where(rows)
    last = codes.shape[1] - 1 - is_hard[rows, ::-1].argmax(axis=1)
    places = np.arange(len(rows)), last
    changed.codes[places] = _SOFT[changed.codes[places]]
    return rows, changed


def _with_sh(words: Words) -> tuple[Any, Words]:
    """The words with w typed for ş, with ş in its place."""
    is_typed = words.codes == CODES["w"]
    is_typed[:, 0] &= words.lengths > SHORTEST_W
    rows = np.flatnonzero(any_in_row(is_typed) & (words.lengths >= SHORTEST_W))
    changed = words.where(rows)
    changed.codes[is_typed[rows, : changed.codes.shape[1]]] = CODES["ş"]
    return rows, changed
