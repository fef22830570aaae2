"""Other alphabets: Azerbaijani in Cyrillic (1939-1991) becomes today's Latin spelling; Russian is told from it.

Source of the letters: the alphabet reform of 1958 and its predecessor of 1939, which still had й э ю я ё ц щ ь.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Protocol

from azanalyzer.patterns import pattern

__all__ = ["CYRILLIC", "has_cyrillic", "is_azerbaijani", "russian_stem", "to_latin", "untwin"]

CYRILLIC = pattern("[\u0400-\u04ff]")
_UPPER_BYTES = slice(sys.byteorder == "little", None, 2)  # of UTF-16; its first character marks the order of bytes

_PAIRS = dict(
    zip("абвгғдежзиыјкҝлмнопрстуфхһчҹшәөүйэ", "abvqğdejziıykglmnoprstufxhçcşəöüye", strict=True),
    ю="yu", я="ya", ё="yo", ц="ts", щ="şç", ь="", ъ="",
)  # fmt: skip
_UPPER = {"i": "İ", "ı": "I"}
_TO_LATIN = str.maketrans(
    {
        **_PAIRS,
        **{cyrillic.upper(): _UPPER.get(latin, latin.capitalize()) for cyrillic, latin in _PAIRS.items()},
        "Ҹ": "C", "Ҝ": "G", "Ј": "Y", "Һ": "H",
    }
)  # fmt: skip

# Cyrillic letters that look like Latin ones: in a word that is otherwise Latin they are slips of the keyboard.
_TWINS = str.maketrans("аәеорсухіјһѕАӘВЕКМНОРСТУХІЈҺЅ", "aəeopcyxijhsAƏBEKMHOPCTYXIJHS")
_LATIN = pattern("[A-Za-zƏəĞğŞşÇçÖöÜüİı]")

_AZERBAIJANI_ONLY = pattern("[ғҝјҹһәөүҒҜЈҸҺӘӨҮ]")
_RUSSIAN_ONLY = pattern("[цщъьэюяёйЦЩЪЬЭЮЯЁЙ]")


def has_cyrillic(text: str) -> bool:
    """Whether a letter that `CYRILLIC` finds is in a text: in less than half the time, and with nothing to compile.

    In UTF-16 these letters, and nothing else, have the upper byte 4.
    """
    return not text.isascii() and b"\x04" in text.encode("utf-16", "surrogatepass")[_UPPER_BYTES]


def to_latin(text: str) -> str:
    """Azerbaijani Cyrillic in today's Latin letters; everything that is not Cyrillic stays."""
    return text.translate(_TO_LATIN)


def untwin(text: str) -> str:
    """`text` with Cyrillic look-alikes made Latin if it has Latin letters besides; otherwise as it is."""
    return text.translate(_TWINS) if _LATIN.search(text) else text


def is_azerbaijani(text: str) -> bool | None:
    """Whether Cyrillic `text` is Azerbaijani rather than Russian, by the letters that only one of them has.

    Azerbaijani of before 1958 has some Russian letters too, so its own outweigh them; None where neither shows.
    """
    own = len(_AZERBAIJANI_ONLY.findall(text))
    russian = len(_RUSSIAN_ONLY.findall(text))
    return None if own == russian == 0 else own >= russian


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
    return _russian().stemWord(word.lower().replace("ё", "е"))
