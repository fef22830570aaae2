"""Cutting a run of non-space characters into raw tokens: what is a number, an address, a word, and where it ends.

Everything is found in the original text, combining marks and soft hyphens included, so that offsets need no mapping
back: whatever normalisation later does to a word, its span stays right.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["APOSTROPHES", "DASHES", "RawToken", "scan"]

APOSTROPHES = "'’‘ʼ`´ʻ′＇‛"
DASHES = "‐‑‒–—−﹣－-"  # Unicode hyphens, figure, en and em dash, minus, small and full-width forms, ASCII

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])*"
# The ASCII hyphen stands last in DASHES, so that the string can be put at the end of a character class as it is.
_JOIN = rf"[{APOSTROPHES}{DASHES}]"
_SUFFIX = rf"(?:{_JOIN}?{_LETTERS})?"

_SCANNER = re.compile(
    rf"""
      (?P<url>(?:https?|ftp)://[^\s<>«»"“”]+|www\.[^\s<>«»"“”]+)
    | (?P<email>[A-Za-z0-9_.+%-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)
    | (?P<mention>(?<![\w.])@\w[\w.]*\w)
    | (?P<hashtag>(?<!\w)\#\w+)
    | (?P<date>(?<![\d.])(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})(?![\d])(?:{_JOIN}{_LETTERS})?)
    | (?P<range>\d{{4}}[{DASHES}]\d{{4}}(?!\d)(?:{_JOIN}{_LETTERS})?)
    | (?P<number>\d+(?:[.,]\d+)*(?:[.,]\d+)?[%‰]?{_SUFFIX}(?:\d\w*)?)
    | (?P<initials>(?:[^\W\d_][.]){{2,}})
    | (?P<word>{_LETTERS}(?:\d+(?:{_LETTERS})?)*(?:{_JOIN}(?:{_LETTERS}|\d+))*)
    """,
    re.VERBOSE,
)
_TRAILING = re.compile(r"[.,;:!?)\]}…»\"”’']+$")


class RawToken(NamedTuple):
    """A piece of a chunk as it was found: its kind, its text and where it starts in the chunk."""

    kind: str
    text: str
    start: int


def scan(chunk: str) -> list[RawToken]:
    """The raw tokens of a run of characters without white space, in order and without overlap."""
    found = []
    for match in _SCANNER.finditer(chunk):
        kind = match.lastgroup or "word"
        text = match.group()
        if kind == "url":
            text = _TRAILING.sub("", text)
        found.append(RawToken(kind, text, match.start()))
    return found
