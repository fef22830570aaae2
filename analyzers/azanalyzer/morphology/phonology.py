"""Vowel harmony and the allomorphs of a suffix, in one place.

A suffix is written once, with archiphonemes (`A` = a ə, `I` = ı i u ü, `K` = q k, `T` = t d, `D` = d after a
consonant), and `allomorphs` spells it out for what stands before it: the class of the last vowel and the kind of the
last sound.
"""

from __future__ import annotations

from functools import cache

from azanalyzer.patterns import pattern
from azanalyzer.tuples import NamedTuple

__all__ = [
    "ANY",
    "CONSONANT",
    "HARD",
    "HARDENED",
    "MEANT",
    "NARROW",
    "SOFT",
    "VOWEL",
    "VOWELS",
    "Allomorph",
    "allomorphs",
    "final_kind",
    "first_letters",
    "harmony_class",
]

VOWELS = frozenset("aeəıioöuü")

# Harmony classes, named by the high vowel that they ask for; ANY is a stem read out letter by letter (BMT) or foreign.
_HIGH = "ıuiü"
_LOW = "aaəə"
ANY = 4
_CLASS_OF = {"a": 0, "ı": 0, "o": 1, "u": 1, "e": 2, "ə": 2, "i": 2, "ö": 3, "ü": 3}

# Kinds of the last sound. A stem is HARD when only a consonant may follow it (otaq, get) and SOFT when a vowel must
# (otağ-ı, ged-ir): the two surface forms of one stem share a lemma but not their continuations. NARROW is a vowel that
# was written as it is spoken before y (isti-yir for istəyir), so only y may follow.
VOWEL, CONSONANT, HARD, SOFT, NARROW = range(5)

# The last letter of a HARD stem or suffix by that of the SOFT one: otağ-ı is of otaq.
HARDENED = {"ğ": "q", "y": "k", "d": "t"}
_HARD_K, _SOFT_K = "qqkk", "ğğyy"
# What archiphonemes are by the harmony class.
_SPELLED = {"A": _LOW, "I": _HIGH, "K": _HARD_K, "D": "dddd"}
_SYMBOL = pattern(r"\((.)\)|.")


class Allomorph(NamedTuple):
    """One spelling of a suffix, with the harmony class and the kind of final sound that it leaves behind."""

    surface: str
    harmony: int
    kind: int


def harmony_class(stem: str) -> int:
    """The class of the last vowel of `stem`; ANY when it has none."""
    for letter in reversed(stem):
        if letter in _CLASS_OF:
            return _CLASS_OF[letter]
    return ANY


def final_kind(stem: str) -> int:
    """VOWEL or CONSONANT, by the last letter of `stem`; a letter or digit that is no vowel counts as a consonant."""
    return VOWEL if stem[-1:] in VOWELS else CONSONANT


MEANT = {"A": "aə", "I": _HIGH, "K": "qkğy", "T": "td", "D": "d"}


@cache
def first_letters(form: str) -> str:
    """Every letter that a spelling of the suffix `form` may begin with."""
    place = 0
    found = ""
    while form[place : place + 1] == "(":
        found += MEANT.get(form[place + 1], form[place + 1])
        place += 3
    letter = form[place : place + 1]
    return found + MEANT.get(letter, letter)


@cache  # some two thousand; each is asked for in many states
def allomorphs(form: str, harmony: int, kind: int) -> tuple[Allomorph, ...]:
    """Every spelling of the suffix `form` after a stem of this harmony class that ends in this kind of sound.

    There is none where the suffix cannot stand: a vowel after a vowel or after a HARD stem, a consonant after a
    SOFT one. A stem of class ANY takes the suffix in all four harmonies.
    """
    if harmony == ANY:
        spelled = [a for each in range(4) for a in allomorphs(form, each, kind)]
        return tuple(sorted(set(spelled)))
    if form[0] == "D" and kind in (VOWEL, NARROW):
        return ()
    body, harmony = _spelled(form, harmony, kind)
    stem = body[:-1]
    if body.endswith("K"):
        hard, soft = _HARD_K[harmony], _SOFT_K[harmony]
        spellings = [Allomorph(stem + hard, harmony, HARD), Allomorph(stem + soft, harmony, SOFT)]
    elif body.endswith("T"):
        spellings = [Allomorph(stem + "t", harmony, HARD), Allomorph(stem + "d", harmony, SOFT)]
    else:
        spellings = [Allomorph(body, harmony, final_kind(body))]
    return tuple(a for a in spellings if a.surface and _may_follow(kind, a.surface[0]))


def _spelled(form: str, harmony: int, kind: int) -> tuple[str, int]:
    """A suffix as it is spelled but for a `K` or `T` at its end, and the harmony class that it leaves behind."""
    body = ""
    after_vowel = kind in (VOWEL, NARROW)
    for part in _SYMBOL.finditer(form):
        symbol = part[1] or part[0]
        if part[1] and (symbol in "IA") == after_vowel:
            continue
        softens = symbol == "K" and part.end() == len(form)  # not before another suffix: -dıq-ca
        letter = _SPELLED[symbol][harmony] if symbol in _SPELLED and not softens else symbol
        body += letter
        after_vowel = letter in VOWELS
        if after_vowel:
            harmony = _CLASS_OF[letter]
    return body, harmony


def _may_follow(kind: int, first: str) -> bool:
    if kind == CONSONANT:
        return True
    if kind == NARROW:
        return first == "y"
    return (first in VOWELS) == (kind == SOFT)
