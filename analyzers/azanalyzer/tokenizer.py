"""Cutting a run of non-space characters into raw tokens: what is a number, an address, a word, and where it ends.

Everything is found in the original text, combining marks and soft hyphens included, so that offsets need no mapping
back: whatever normalisation later does to a word, its span stays right.
"""

from __future__ import annotations

import re

from azanalyzer.alphabet import INVISIBLE, MARKS
from azanalyzer.patterns import pattern
from azanalyzer.tuples import NamedTuple

__all__ = ["APOSTROPHES", "DASHES", "DOMAIN", "LETTER", "LETTERS", "SIGNS", "SUPERSCRIPTS", "RawToken", "scan"]

_APOSTROPHE_LETTERS = "ʹ-ʿˈ-ˋˮ\u0374"  # ranges for a class of a pattern: apostrophes that count as letters for Unicode
_SALTILLO = "ꞌ"  # another one; classes with so high a letter take long to compile
APOSTROPHES = f"'’‘`´′＇‛՚׳ʹʺʻʼʽʾʿˈˉˊˋˮ\u0374{_SALTILLO}"
# Unicode hyphens, those of other scripts, figure, en and em dash and longer ones, horizontal bar, minus, upright, small
# and full-width forms, ASCII.
DASHES = "‐‑֊־᠆⁃⹀‒–—―⸺⸻−˗︱︲﹘﹣－-"
SUPERSCRIPTS = "⁰¹²³⁴-⁹"  # a range for a class of a pattern

# Signs of amounts, each read as the word that it stands for.
SIGNS = {"%": "faiz", "$": "dollar", "€": "avro", "₼": "manat"}

# The marks of other scripts that canonical composition joins to their letters (Unicode 15), and Arabic vowel signs.
_FOREIGN = (
    "\u05b4\u05b7-\u05b9\u05bc\u05bf\u05c1\u05c2\u064b-\u065f\u0670\u093c\u09bc\u09be\u09d7\u0a3c\u0b3c\u0b3e\u0b56\u0b57"
    "\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dca\u0dcf\u0ddf\u0f72\u0f74\u0f80\u0fb5\u0fb7\u102e\u1b35\u3099\u309a"
    "\U000110ba\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930"
)
_MARKS = f"{MARKS}{INVISIBLE}{_FOREIGN}"
_LETTER = rf"[^\W\d_{_APOSTROPHE_LETTERS}]"  # superscripts count as letters, too
LETTER = rf"[^\W\d_{_APOSTROPHE_LETTERS}{_SALTILLO}{SUPERSCRIPTS}]"
LETTERS = rf"{_LETTER}(?:{_LETTER}|[{_MARKS}])*"
# A superscript is a power behind a number, a letter or a unit of length (10², x², km²), elsewhere the number of a note.
_BEFORE = rf"(?:{_LETTER}|[{_MARKS}])"
_POWER = rf"(?<=[\d%‰])|(?<=[A-Za-z])(?<!{_BEFORE}.)|(?<=[kdscmnhKDSCMNHкдсмнКДСМН][mMмМ])(?<!{_BEFORE}..)"
_NOTE = pattern(rf"(?!{_POWER})(?<![{SUPERSCRIPTS}])[{SUPERSCRIPTS}]+")

# The name of a site without a scheme: ASCII labels, the last one of those that are met in Azerbaijani texts, in small
# letters, as a capital after a full stop begins a sentence.
DOMAIN = r"(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:az|com|edu|eu|gov|info|int|io|net|org|ru|tr|ua|uk)(?!\w|\.\w|@)"

# Characters of HTML that were left in a text, none of them a letter.
_ENTITY = r"&(?:nbsp|amp|quot|apos|[lg]t|[lr]aquo|[lr][sd]quo|[mn]dash|hellip|\#\d{2,4});"

_SIGNS = "".join(SIGNS)


def _scanner(letter: str, marks: str, invisible: str) -> re.Pattern[str]:
    """What finds tokens where letters may have these `marks` on them and joints these characters behind them."""
    letters = rf"{letter}(?:{letter}|[{marks}])*"
    # The ASCII hyphen stands last in DASHES, so that the string can be put at the end of a character class as it is.
    join = rf"(?:[{APOSTROPHES}{DASHES}][{invisible}]*)"
    apart = rf"(?:{join}{letters})?"  # a suffix behind a hyphen or an apostrophe
    last = rf"(?:{join}{letters}(?![\w{marks}{DASHES}]))?"  # the same where no other part follows
    mixed = rf"\d[\w{marks}]*"
    year, month = r"[12]\d{3}", r"\d{1,2}"  # or day
    begins = rf"(?<![^\W{_APOSTROPHE_LETTERS}])"  # behind no letter or digit
    # Names that signs are part of: C++, C#, .NET, R&D.
    signed = (
        rf"(?:[A-Za-z](?:\+\+|\#(?!\#))|\.[Nn][Ee][Tt](?![\w{marks}])"
        rf"|[A-Za-z]{{1,2}}&(?!lt;|gt;)[A-Za-z]{{1,2}}(?![\w&{marks}]))"
    )
    name = rf"(?:(?![{_APOSTROPHE_LETTERS}])[\w.+%{marks}-])+"
    return pattern(
        rf"""
          (?P<url>(?:[hH][tT][tT][pP][sS]?|[fF][tT][pP])://[^\s<>«»"“”]+|[wW]{{3}}\.[^\s<>«»"“”]+)
        | (?P<email>{begins}(?<![.+%{marks}-]){name}@[\w{marks}-]+(?:\.[\w{marks}-]+)+{last})
        | (?P<domain>{begins}(?<![.@{marks}-]){DOMAIN}{last})
        | (?P<mention>{begins}(?<![.{marks}])@(?![{_APOSTROPHE_LETTERS}])\w[\w.{marks}]*\w[{marks}]*{last})
        | (?P<hashtag>{begins}(?<![{marks}])\#(?![{_APOSTROPHE_LETTERS}])\w[\w{marks}]*{last})
        | (?P<entity>{_ENTITY})
        | (?P<signed>{begins}(?<!\.){signed}{last})
        | (?P<sign>(?:(?<=\d)[{_SIGNS}]|(?<!\S)[{_SIGNS}](?=[\d.,;:!?)]|{join}{letters}|\Z))(?:{letters}|{apart}))
        | (?P<date>(?<![\d.])(?:{year}(?P<mark>[-./]){month}(?P=mark){month}|{month}(?P<sep>[-./]){month}(?P=sep){year})
            (?!\d){apart})
        | (?P<range>\d{{4}}[{DASHES}]\d{{4}}(?!\d){apart})
        | (?P<number>\d+(?:[.,]\d+)*(?:[.,]\d+)?(?:{letters}(?:{mixed})?{apart}|{apart}(?:{mixed})?))
        | (?P<initials>(?:{letter}[{marks}]*[.]){{2,}})
        | (?P<word>{letters}(?:\d+(?:{letters})?)*(?:{join}(?:{letters}|\d+))*)
        """,
        re.VERBOSE,
    )


def _members(ranges: str) -> frozenset[str]:
    """The characters of a class, in which a hyphen stands for all between those beside it."""
    found = set(ranges) - {"-"}
    for first, hyphen, last in zip(ranges, ranges[1:], ranges[2:], strict=False):
        if hyphen == "-":
            found.update(map(chr, range(ord(first), ord(last) + 1)))
    return frozenset(found)


_SCANNER = _scanner(f"(?!{_SALTILLO}){_LETTER}", _MARKS, INVISIBLE)
# Nearly no chunk has marks in it. For all others one of them stands for all, which compiles in a fifth of the time.
_RARE = _members(f"{_MARKS}{_SALTILLO}{SUPERSCRIPTS}")
_PLAIN_SCANNER = _scanner(_LETTER, "\u0300", "\u00ad")
_TRAILING = pattern(r"[.,;:!?)\]}…»\"”’']+$")


class RawToken(NamedTuple):
    """A piece of a chunk as it was found: its kind, its text and where it starts in the chunk."""

    kind: str
    text: str
    start: int


def scan(chunk: str) -> list[RawToken]:
    """The raw tokens of a run of characters without white space, in order and without overlap."""
    found: list[RawToken] = []
    if _RARE.isdisjoint(chunk):
        _scan(_PLAIN_SCANNER, chunk, 0, len(chunk), found)
        return found
    start = 0
    for note in _NOTE.finditer(chunk):
        _scan(_SCANNER, chunk, start, note.start(), found)
        start = note.end()
    _scan(_SCANNER, chunk, start, len(chunk), found)
    return found


def _scan(scanner: re.Pattern[str], chunk: str, start: int, end: int, found: list[RawToken]) -> None:
    for match in scanner.finditer(chunk, start, end):
        kind = match.lastgroup or "word"
        text = match.group()
        if kind == "url":
            text = _TRAILING.sub("", text)
        found.append(RawToken(kind, text, match.start()))
