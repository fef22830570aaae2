"""Numbers and dates as they are written: in digits of any script, in Roman ones, and in words."""

from __future__ import annotations

import unicodedata

from azanalyzer.patterns import pattern

__all__ = ["MONTHS", "ROMAN_LETTERS", "ascii_digits", "iso_date", "other_ordinal", "plain_number", "roman"]

ROMAN_LETTERS = "ivxıIVXİ"
MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr",
)  # fmt: skip
_GROUPED = pattern(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$")
_DECIMAL = pattern(r"\d+[.,]\d+$")
_DATE = pattern(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})|(\d{1,2})([-./])(\d{1,2})\6(\d{4})")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ROMAN = pattern(r"(x{0,3})(ix|iv|v?i{0,3})$")
_ROMAN_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


_IN_WORDS = {
    "1": "birinci",
    "2": "ikinci",
    "3": "üçüncü",
    "4": "dördüncü",
    "5": "beşinci",
    "6": "altıncı",
    "7": "yeddinci",
    "8": "səkkizinci",
    "9": "doqquzuncu",
    "10": "onuncu",
    "20": "iyirminci",
    "30": "otuzuncu",
    "40": "qırxıncı",
    "50": "əllinci",
    "60": "altmışıncı",
    "70": "yetmişinci",
    "80": "səksəninci",
    "90": "doxsanıncı",
    "100": "yüzüncü",
}
_ORDINALS = {word: number for number, word in _IN_WORDS.items()}
_WITH_SUFFIX = pattern(r"\d+\W?(?:[iıuü]?n)?c[iıuü]")


def other_ordinal(term: str, kind: str, typed: str) -> str | None:
    """The term of an ordinal number that is written in a word as in digits, 2 of ikinci, and the other way round.

    II and 2-ci are ordinals; a number by itself is none.
    """
    if kind == "word":
        return _ORDINALS.get(term)
    return _IN_WORDS.get(term) if kind == "roman" or _WITH_SUFFIX.match(typed) else None


def roman(small: str) -> str | None:
    """The number that a lower-cased roman numeral up to 39 stands for, so that XX əsr meets 20-ci əsr."""
    match = _ROMAN.match(small.replace("ı", "i"))
    if match is None or not match.group() or small == "i":  # a lone İ is an initial, a lone I a number
        return None
    return str(10 * len(match[1]) + _ROMAN_UNITS[match[2]])


def ascii_digits(text: str) -> str:
    """The digits of other scripts as those of ASCII."""
    return text if text.isascii() else "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)


def plain_number(text: str) -> str:
    """1.000.000 as 1000000 and 3,14 as 3.14; numbering such as 12.3.4 stays."""
    text = ascii_digits(text)
    grouped = _GROUPED.match(text)
    if grouped:
        mark = grouped[1]
        return text.replace(mark, "").replace(",", ".")
    return text.replace(",", ".") if _DECIMAL.match(text) else text


def iso_date(text: str) -> str | None:
    """What a date is in ISO 8601, whatever follows; None if it is none.

    It is written 2022-08-24 or 24.08.2022, with hyphens, full stops or slashes.
    """
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = map(int, match.group(1, 3, 4) if match[1] else match.group(8, 7, 5))
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return None
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return None
    return f"{year:04}-{month:02}-{day:02}"
