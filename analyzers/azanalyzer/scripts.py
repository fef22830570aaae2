"""Other alphabets: Azerbaijani in Cyrillic (1939-1991) becomes today's Latin spelling; Russian is told from it.

Source of the letters: the alphabet reform of 1958 and its predecessor of 1939, which still had й э ю я ё ц щ ь.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Protocol

from azanalyzer.alphabet import INVISIBLE, compose, lower
from azanalyzer.patterns import pattern

__all__ = [
    "AZERBAIJANI_ONLY",
    "CYRILLIC",
    "RUSSIAN_ONLY",
    "has_cyrillic",
    "is_azerbaijani",
    "may_be_russian",
    "of_russian_keyboard",
    "russian_stem",
    "to_latin",
    "untwin",
]

CYRILLIC = pattern("[\u0400-\u04ff]")
_UPPER_BYTES = slice(sys.byteorder == "little", None, 2)  # of UTF-16; its first character marks the order of bytes

_PAIRS = dict(
    zip("абвгғдежзиыјкҝлмнопрстуфхһчҹшәөүйэ", "abvqğdejziıykglmnoprstufxhçcşəöüye", strict=True),
    ю="yu", я="ya", ё="yo", ц="s", щ="şç", ь="", ъ="",
)  # fmt: skip
_UPPER = {"i": "İ", "ı": "I"}
_TO_LATIN = str.maketrans(
    {
        **_PAIRS,
        **{cyrillic.upper(): _UPPER.get(latin, latin.capitalize()) for cyrillic, latin in _PAIRS.items()},
        "Ҹ": "C", "Ҝ": "G", "Ј": "Y", "Һ": "H",
    }
)  # fmt: skip

_APART_FROM_E = pattern("[ъьЪЬ](?=[еЕ])")  # объект: obyekt

# Cyrillic letters that look like Latin ones: in a word that is otherwise Latin they are slips of the keyboard, as are
# the Latin ones in a Cyrillic word. A Latin h there is a Һ, which is as rare on keyboards as ә and ј; Н is on all.
_TWINS = str.maketrans("аәеорсухіјһѕАӘВЕКМНОРСТУХІЈҺЅ", "aəeopcyxijhsAƏBEKMHOPCTYXIJHS")
_CYRILLIC_TWINS = str.maketrans("aəeopcyxjhAƏBEKMHOPCTYXJ", "аәеорсухјһАӘВЕКМҺОРСТУХЈ")
_LATIN = pattern("[A-Za-zƏəĞğŞşÇçÖöÜüİı]")
_WORD = pattern(r"[^\W\d_]+")
_NO_LETTER = pattern(f"[\u0300-\u036f{INVISIBLE}]")
_BORROWED = frozenset("əjhƏJH")  # what is Latin for want of a key

AZERBAIJANI_ONLY = pattern("[ғҝјҹһәөүҒҜЈҸҺӘӨҮ]")
RUSSIAN_ONLY = pattern("[цщъьэюяёйЦЩЪЬЭЮЯЁЙ]")  # since 1958
_RUSSIAN = pattern(r"[а-яёА-ЯЁ]+\Z")
_TITLE, _NAMES = 1 / 3, 1 / 10  # of the words have letters that Russian lacks: in an Azerbaijani title, in Russian text


def has_cyrillic(text: str) -> bool:
    """Whether a letter that `CYRILLIC` finds is in a text: in less than half the time, and with nothing to compile.

    In UTF-16 these letters, and nothing else, have the upper byte 4.
    """
    if text.isascii():
        return False
    encoded = text.encode("utf-16", "surrogatepass")
    return 4 in encoded and 4 in encoded[_UPPER_BYTES]


def to_latin(text: str) -> str:
    """Azerbaijani Cyrillic in today's Latin letters; everything that is not Cyrillic stays."""
    text = _APART_FROM_E.sub(lambda sign: "Й" if sign.group().isupper() else "й", text)
    return text.translate(_TO_LATIN)


def of_russian_keyboard(text: str) -> list[str]:
    """How Azerbaijani typed in the letters of Russian, in lower case, may be typed in ASCII ones, the likeliest first.

    Russian has one letter for g, ğ and q and one for h and x, and дж for c.

    >>> of_russian_keyboard("мугавиле")
    ['muqavile', 'mugavile']
    """
    latin = to_latin(text.replace("дж", "ҹ"))
    return list(dict.fromkeys(latin.replace("q", g).replace("x", h) for h in "xh" for g in "qg"))


def untwin(text: str) -> str:
    """`text` with each word in the letters of one alphabet, where some look like those of another: Bаkı, Азəрбаjҹан.

    The letters without a twin tell which it is. Where neither alphabet has more, it is Latin, unless its only Latin
    letters are those that Russian keyboards lack.
    """
    return _WORD.sub(_of_one_alphabet, text) if has_cyrillic(text) and _LATIN.search(text) else text


def _of_one_alphabet(word: re.Match[str]) -> str:
    text = word.group()
    latin, cyrillic = _LATIN.findall(text), CYRILLIC.findall(text)
    if not (latin and cyrillic):
        return text
    own = sum(ord(letter) not in _CYRILLIC_TWINS for letter in latin)
    others = sum(ord(letter) not in _TWINS for letter in cyrillic)
    is_cyrillic = others > own or (others == own and _BORROWED.issuperset(latin))
    return text.translate(_CYRILLIC_TWINS if is_cyrillic else _TWINS)


def is_azerbaijani(text: str) -> bool | None:
    """Whether Cyrillic `text` is Azerbaijani rather than Russian, by the letters that only one of them has.

    Azerbaijani of before 1958 has the Russian letters too, but a third of the words or more have its own; fewer than a
    tenth are names in a Russian line. None where that does not tell.
    """
    if not has_cyrillic(text):
        return None
    if _NO_LETTER.search(text):
        text = _NO_LETTER.sub("", compose(text))  # what no letter takes up, or is not seen, would part a word
    if _LATIN.search(text):
        text = " ".join(word for word in _WORD.findall(untwin(text)) if CYRILLIC.search(word))
    own = AZERBAIJANI_ONLY.search(text)
    if not (own and RUSSIAN_ONLY.search(text)):
        return True if own else False if RUSSIAN_ONLY.search(text) else None
    words = _WORD.findall(text)
    share = sum(map(bool, map(AZERBAIJANI_ONLY.search, words))) / len(words)
    return True if share >= _TITLE else False if share < _NAMES else None


def may_be_russian(word: str) -> bool:
    """Whether all letters of a word are Cyrillic and Russian has them."""
    return has_cyrillic(word) and _RUSSIAN.match(word) is not None


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


@lru_cache(maxsize=1)
def _russian() -> _Stemmer:
    import Stemmer  # a compiled module: loaded when the first Russian word comes

    stemmer: _Stemmer = Stemmer.Stemmer("russian", 0)
    return stemmer


def russian_stem(word: str) -> str:
    """The stem of a Russian word by Snowball's Russian algorithm; ё counts as е."""
    # A PyStemmer object is not thread-safe with its cache on; it is made with the cache off.
    return _russian().stemWord(lower(word).replace("ё", "е"))
