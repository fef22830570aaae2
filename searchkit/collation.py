"""The order of words in Azerbaijani lists: a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v w y z.

The order is that of the alphabet of 1991 with ə of 1992; w, which is no letter of it, stands after v as in dictionaries
that list foreign names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["sort_key"]

_MARKS = re.compile(r"[^\w\s]|_")
_NUMBER = re.compile(r"[0-9]+")
_LETTERS = 0x80  # the key of a: after spaces and digits, before other alphabets, where only control characters stand
_MOST_DIGITS = 0xD000  # whose number a single character of a key can tell


class _Order(dict[int, int]):
    """Where letters stand; one with a foreign accent stands where it does without, everything else stays as it is."""

    def __missing__(self, code: int) -> int:
        base = ord(unicodedata.normalize("NFD", chr(code))[0])
        self[code] = self.get(base, code)
        return self[code]


@lru_cache(maxsize=1)
def _order() -> _Order:
    from azanalyzer.alphabet import ALPHABET

    return _Order((ord(letter), _LETTERS + place) for place, letter in enumerate(ALPHABET.replace("v", "vw")))


def sort_key(text: str) -> str:
    """What to sort `text` by: `sorted(names, key=sort_key)`.

    Letters compare by the alphabet, in any case, é as e; letters of other alphabets follow it, by Unicode. Spaces
    come first, so lists go word by word; then numbers, by their value; signs and quotes count only between texts that
    are equal without them, and so does case: small letters come before capitals.
    """
    from azanalyzer.alphabet import compose, lower

    composed = compose(text)
    plain = " ".join(_MARKS.sub("", lower(composed)).split())
    key = plain.translate(_order())
    if _NUMBER.search(key):
        key = _NUMBER.sub(_by_value, key)
    return f"{key}\0{composed.swapcase()}"


def _by_value(digits: re.Match[str]) -> str:
    """A number as text that sorts by value: how many digits it has before the digits."""
    number = digits.group().lstrip("0")
    return f"0{chr(0x100 + min(len(number), _MOST_DIGITS))}{number}"
