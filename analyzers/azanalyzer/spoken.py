"""Endings as they are spoken, written as they should be: getdix, olcaq, yazıcam, baxram, gəlip, dedilə, adamnar, eviz.

Each of them could be a suffix of the automaton, but what may follow all stems in every spelling takes memory for each,
and only words that the lexicon cannot read as they stand may have one. What changes is the last letter of a root at
most, by which `sieve.shapes_of` goes.
"""

from __future__ import annotations

import re

from azanalyzer.alphabet import ALPHABET, fold
from azanalyzer.patterns import pattern

__all__ = ["ENDINGS", "as_written"]

_SHORTEST = 4  # letters: eviz

_VOWELS = "aeəıioöuü"
# A ğ between front vowels is a k that is softened as in Turkish: gözəlliği.
# What may stand behind a root or a suffix that ends in x for q or k or in p for b, and behind a possessive.
_FOLLOWS = r"(?=\Z|[ln][aeə]r|n[aeə]n\Z|d[aeə]n?\Z|d[ıiuü](?:r|\Z)|s[aeə]n)"
_CASE = r"(?=(?:[ıiuü]n?|[aeə]|d[aeə]n?|[nl][aeə]n?|d[ıiuü]r?)?\Z)"
_SPOKEN = pattern(
    rf"""
      (?P<x>(?<=..[{_VOWELS}])x(?:{_FOLLOWS}|(?=c[aeə]\Z)))
    | (?P<p>(?<=..[{_VOWELS}])p{_FOLLOWS})
    | (?P<g>(?<=..[eəiöü])ğ(?=[eəiöü]))
    | (?P<n>(?<=[mn])n(?=[aeə]r))
    | (?P<l>(?<=..[aeəıi])l(?=l[aeə]r))
    | (?P<future>(?P<before>(?<=m)[aeəıiuü]y?|(?<=\Ae)t|(?<=\Age)t|(?<=[^{_VOWELS}]))c(?P<vowel>[aeə])(?=[qkğgyx]|m\Z))
    | (?P<wide>(?<=.[^{_VOWELS}m])[ıiuü](?=c(?P<like>[aeə])(?:[qkğgyx]|m\Z)))
    | (?P<they>(?<=..(?:[dt][ıiuü]|[ıiuüaeə]r|[ıiuü][bpş]|[aeə][qkx]))l[aeə]\Z)
    | (?P<r>(?<=[^{_VOWELS}])r(?=(?:[aeə]m|[ıi][qkx])(?:ki|d[aeə])?\Z))
    | (?P<your>(?:(?<=[^{_VOWELS}s])|(?<=..[aeəıiuü])v)(?P<narrow>[ıiuü])z{_CASE})
    | (?P<yours>(?<=....[aeə])z{_CASE})
    """,
    re.VERBOSE,
)
# What each of these asks for at least, of very many words at once: the letter before the one that changes, that letter,
# and the two behind it; a blank is the end of a word.
_END = " "
_ANY = f"{_END}{ALPHABET}w-"
_NO_VOWELS = "".join(letter for letter in _ANY[1:] if letter not in _VOWELS)
ENDINGS = (
    (_VOWELS, "xp", f"{_END}lndsc", _ANY),
    ("aeəıiuü", "z", f"{_END}aeəıiuüdnl", _ANY),
    (_ANY, "c", "aeə", "qkğgyxm"),
    (_NO_VOWELS, "ıiuü", "c", "aeə"),
    ("ıiuürbpşqkx", "l", "aeə", _END),
    ("eəiöü", "ğ", "eəiöü", _ANY),
    ("mn", "n", "aeə", "r"),
    ("aeəıi", "l", "l", "aeə"),
    (_NO_VOWELS, "r", "aeəıi", "mqkx"),
)
_NARROW = {"a": "ı", "ı": "ı", "e": "i", "ə": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}


def as_written(small: str) -> str:
    """A lower-cased word with its spoken endings as they are written; the word itself if it has none.

    >>> [as_written(word) for word in ("getdix", "olcaq", "baxram", "eviz")]
    ['getdik', 'olacaq', 'baxıram', 'eviniz']
    """
    return _SPOKEN.sub(_written, small) if len(small) >= _SHORTEST else small


def _written(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "x":
            return "q" if _is_back(found) else "k"
        case "p":
            return "b"
        case "g":
            return "y"
        case "n":
            return "l"
        case "l":
            return "r"
        case "wide":
            return found["like"]
        case "they":
            return f"{found.group()}r"
        case "r":
            return f"{_narrow(found)}r"
        case "yours":
            return f"n{_narrow(found)}z"
        case "your":
            vowel = found["narrow"]
            return f"n{vowel}z" if found.group()[0] == "v" else f"{vowel}n{vowel}z"
        case _:
            before, vowel = found["before"], found["vowel"]
            if before and before != "t":
                before = f"{vowel}y"
            return f"{'d' if before == 't' else before}{vowel}c{vowel}"


def _narrow(found: re.Match[str]) -> str:
    """The narrow vowel after what stands before, as an ASCII keyboard has it in a word that was typed on one."""
    text = found.string
    vowel = next((_NARROW[letter] for letter in reversed(text[: found.start()]) if letter in _NARROW), "ı")
    return fold(vowel) if text.isascii() else vowel


def _is_back(found: re.Match[str]) -> bool:
    """Whether the vowels before are back ones; an i of ASCII may be an ı."""
    text = found.string
    for letter in reversed(text[: found.start()]):
        if letter in "aıou":
            return True
        if letter in "eəöü" or (letter == "i" and not text.isascii()):
            return False
    return False
