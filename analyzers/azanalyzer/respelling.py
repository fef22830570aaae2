"""Very many words in the other spellings in which they may be meant: `spellings.respellings`, by arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.readings import Morphology
from azanalyzer.morphology.rows import CODES, Words, letters_of, table_of
from azanalyzer.spellings import (
    SHORTEST_PARTLY,
    SHORTEST_TYPED,
    SHORTEST_TYPED_A,
    SHORTEST_UNSOFTENED,
    SHORTEST_W,
)

__all__ = ["respelled"]


_OWN = letters_of("əöüçşğı")
_VOWELS = letters_of("aeəıioöuü")
_BEFORE_Y = letters_of("eəiöü")
_HARD = table_of("ğy", "qk")
_SOFT = table_of("qk", "ğy")


def respelled(words: Words, one_by_one: Morphology, morphology: BulkMorphology) -> tuple[Any, list[str]]:
    """The terms of words that have none as they are spelled, as `BulkMorphology.best` gives them."""
    found = np.full(len(words), -1)
    terms: list[str] = []
    for rows, changed, spelling in _respellings(words):
        left = found[rows] < 0  # the first spelling that has a term counts
        if not left.any():
            continue
        rows, changed = rows[left], changed.where(left)
        if spelling != "partly":
            places, own = morphology.best(changed, spelling)
        else:
            places, own = _partly(changed, one_by_one, morphology)
        has_term = places >= 0
        found[rows[has_term]] = places[has_term] + len(terms)
        terms += own
    return found, terms


def _partly(words: Words, one_by_one: Morphology, morphology: BulkMorphology) -> tuple[Any, list[str]]:
    places = np.full(len(words), -1)
    terms: list[str] = []
    for row in morphology.may_be_partly_typed(words).tolist():
        term = one_by_one.best_partly(words.string(row))
        if term is not None:
            places[row] = len(terms)
            terms.append(term)
    return places, terms


def _respellings(words: Words) -> Iterator[tuple[Any, Words, str]]:
    """What words may stand for, in the order of trust: which words, how each is spelled, and in which spelling."""
    codes, lengths = words.codes, words.lengths
    rows = np.flatnonzero(codes[:, 0] == CODES["ı"])
    changed = words.where(rows)
    changed.codes[:, 0] = CODES["i"]
    yield rows, changed, "proper"
    before_vowel = np.zeros(codes.shape, bool)
    before_vowel[:, :-1] = _VOWELS[codes[:, 1:]]
    is_soft = (codes == CODES["y"]) & ~before_vowel
    is_soft[:, 0] = False
    is_soft[:, 1:] &= _BEFORE_Y[codes[:, :-1]]
    is_soft |= (codes == CODES["ğ"]) & ~before_vowel
    rows = np.flatnonzero(is_soft.any(axis=1))
    changed = words.where(rows)
    soft = is_soft[rows, : changed.codes.shape[1]]
    changed.codes[soft] = _HARD[changed.codes[soft]]
    yield rows, changed, "proper"
    is_own = _OWN[codes].any(axis=1)
    rows = np.flatnonzero(is_own & (codes == CODES["e"]).any(axis=1) & ~(codes == CODES["ə"]).any(axis=1))
    yield rows, words.where(rows), "no-schwa"
    rows = np.flatnonzero(is_own & (lengths >= SHORTEST_PARTLY))
    yield rows, words.where(rows), "partly"
    for spelling, shortest in (("ascii", SHORTEST_TYPED), ("ascii-a", SHORTEST_TYPED_A)):
        rows = np.flatnonzero(~is_own & (lengths >= shortest))
        yield rows, words.where(rows), spelling
    is_hard = np.zeros(codes.shape, bool)
    is_hard[:, 1:] = (codes[:, 1:] == CODES["q"]) & _VOWELS[codes[:, :-1]]
    is_hard[:, 1:] |= (codes[:, 1:] == CODES["k"]) & _BEFORE_Y[codes[:, :-1]]
    is_hard &= before_vowel
    rows = np.flatnonzero(is_hard.any(axis=1) & (lengths >= SHORTEST_UNSOFTENED))
    changed = words.where(rows)
    last = codes.shape[1] - 1 - is_hard[rows, ::-1].argmax(axis=1)
    places = np.arange(len(rows)), last
    changed.codes[places] = _SOFT[changed.codes[places]]
    yield rows, changed, "proper"
    rows = np.flatnonzero((codes[:, 1:] == CODES["w"]).any(axis=1) & (lengths >= SHORTEST_W))
    spelled = words.where(rows)
    spelled.codes[:, 1:][spelled.codes[:, 1:] == CODES["w"]] = CODES["ş"]
    yield rows, spelled, "partly"
