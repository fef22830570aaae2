"""Numbers as people group their digits, 1 000 000 and 1000000, amounts together and apart, days, telephones, ISBN.

Names that have digits in them are in `codes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from pathlib import Path

from azanalyzer.numerals import MONTHS
from azanalyzer.patterns import pattern
from azanalyzer.synonyms import Expansion

__all__ = ["is_measure", "number_expansions"]

_NUMBER = pattern(r"([1-9]\d{3,14})(\.\d+)?\Z")
_FIRST_GROUP = pattern(r"[1-9]\d{0,2}\Z")
_GROUP = pattern(r"\d{3}\Z")
_LAST_GROUP = pattern(r"\d{3}\.\d+\Z")  # 1 250 000,50
_YEAR = pattern(r"(?:1[89]|20)\d\d\Z")
_DATE = pattern(r"(\d{4})-(\d\d)-(\d\d)\Z")  # the term of a day in digits
_DAY = pattern(r"(?:0?[1-9]|[12]\d|3[01])\Z")
# In Azerbaijan: the country or a 0, the two digits of a place or a network, and seven more.
_PHONE = pattern(r"(?:994|0)((?:1[028]|2[0-6]|36|40|5[015]|60|7[07]|99)\d{7})\Z")
_ISBN = pattern(r"(97[89](?=\d{9}))?\d{9}[\dx]\Z")
_ISBN_GROUP = pattern(r"9952|605|[0-57]")  # of languages or countries, those that are common here
_AMOUNT = pattern(r"(\d+(?:[.,]\d+)?)([^\W\d_]+)\Z")  # 2,5kq is a term of its own


@lru_cache(maxsize=1)
def _units() -> dict[str, list[str]]:
    """The units of `data/units.txt`, with the word that each is short for where there is one."""
    lines = (Path(__file__).parent / "data" / "units.txt").read_text("utf-8").splitlines()
    entries = [unit.partition("=") for line in lines if not line.startswith("#") for unit in line.split()]
    return {unit: [name] if name else [] for unit, _, name in entries}


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    """The words that units are short for, with these units."""
    found: dict[str, list[str]] = {}
    for unit, names in _units().items():
        for name in names:
            found.setdefault(name, []).append(unit)
    return found


def number_expansions(terms: Sequence[str], taken: Set[int] = frozenset()) -> Iterator[Expansion]:
    """Other ways to write the numbers and amounts among the likeliest terms of a query's words.

    The words at the places `taken` are left alone.

    >>> [*number_expansions(["12", "500", "manat"])]
    [Expansion(first=0, last=2, phrases=(('12500',),))]
    >>> [*number_expansions(["256gb"])]
    [Expansion(first=0, last=1, phrases=(('256', 'gb'),))]
    >>> [*number_expansions(["24", "avqust", "2022"])][0].phrases
    (('2022-08-24',), ('2022', 'il', '24', 'avqust'), ('2022', 'il', 'avqust', '24'))
    """
    place = 0
    while place < len(terms):
        told = (kind(terms[place : place + 5]) for kind in (_phone, _day, _isbn))
        found = ((length, ways) for length, ways in told if ways and taken.isdisjoint(range(place, place + length)))
        length, ways = next(found, (0, ()))
        if ways:
            yield Expansion(place, place + length, ways)
            place += length
            continue
        last = _end_of_number(terms, place, taken)
        unit = terms[last] if last < len(terms) and last not in taken else ""
        if others := _amounts(terms[place:last], unit):
            last += 1
        else:
            others = _others(terms[place:last])
        if others and place not in taken:
            yield Expansion(place, last, others)
        place = last


def _end_of_number(terms: Sequence[str], place: int, taken: Set[int]) -> int:
    """Where the number ends that begins at a place, which may be in groups of digits."""
    last = place + 1
    if _FIRST_GROUP.match(terms[place]):
        while last < len(terms) and last not in taken and _GROUP.match(terms[last]):
            last += 1
        if last < len(terms) and last not in taken and _LAST_GROUP.match(terms[last]):
            last += 1
    return last


def _phone(terms: Sequence[str]) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How many of the terms are a telephone number that they begin with, and how else it is written; see `_day`."""
    if not terms[0].startswith(("0", "994")):
        return 0, ()
    for length in range(1, len(terms) + 1):
        said = tuple(terms[:length])
        if found := _PHONE.match("".join(said)):
            place, three, two, last = (found[1][start:end] for start, end in ((0, 2), (2, 5), (5, 7), (7, 9)))
            ways = (
                *((f"0{found[1]}",), (f"994{found[1]}",)),
                *((f"0{place}", three, two, last), ("994", place, three, two, last)),
            )
            return length, tuple(way for way in ways if way != said)
    return 0, ()


def _day(terms: Sequence[str]) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How many of the terms are a day that they begin with, and how else it is written; 0 and nothing if none is."""
    if date := _DATE.match(terms[0]):
        year, number, day = date.groups()
        said, name = tuple(terms[:1]), MONTHS[int(number) - 1] if 1 <= int(number) <= len(MONTHS) else ""
    elif len(terms) >= 3 and terms[1] in MONTHS:
        said = day, name, year = tuple(terms[:3])
    elif len(terms) >= 4 and terms[1] == "il":
        said = year, _, *rest = tuple(terms[:4])
        day, name = rest if rest[1] in MONTHS else reversed(rest)
    else:
        return 0, ()
    if not (name in MONTHS and _DAY.match(day) and _YEAR.match(year)):
        return 0, ()
    term = f"{year}-{MONTHS.index(name) + 1:02}-{int(day):02}"
    day = str(int(day))
    ways = (term,), (day, name, year), (year, "il", day, name), (year, "il", name, day)
    return len(said), tuple(way for way in ways if way != said)


def _isbn(terms: Sequence[str]) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How many of the terms are the number of a book that they begin with, and how else it is written; see `_day`."""
    if not terms[0][:1].isdecimal():
        return 0, ()
    for length, digits in ((5, 13), (4, 10), (1, 13), (1, 10)):
        said = tuple(terms[:length])
        number = "".join(said)
        found = _ISBN.match(number) if len(number) == digits and length <= len(terms) else None
        if found is None or bool(found[1]) != (digits == 13):
            continue
        if length > 1:
            is_one = _ISBN_GROUP.fullmatch(said[-4]) and len(said[-1]) == 1
            return (length, ((number,),)) if is_one else (0, ())
        group = _ISBN_GROUP.match(number, 3 if found[1] else 0)
        if group is not None and (found[1] or _is_checked(number)):
            rest = number[group.end() : -1]
            prefix = (found[1],) if found[1] else ()
            cuts = range(2, len(rest))
            return 1, tuple((*prefix, group.group(), rest[:cut], rest[cut:], number[-1]) for cut in cuts)
    return 0, ()


def _is_checked(number: str) -> bool:
    """Whether the last of ten digits is that which the others of an ISBN come to, with x for ten."""
    values = [10 if digit == "x" else int(digit) for digit in number]
    return sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0


def _amounts(number: Sequence[str], unit: str) -> tuple[tuple[str, ...], ...]:
    """How else so many of a unit are written: the number in other groups, the unit by other names, both together."""
    alike = [unit, *_units().get(unit, ())]
    names = dict.fromkeys([*alike, *(other for name in alike for other in _names().get(name, ()))])
    if len(names) == 1 and unit not in _units():
        return ()
    numbers = (tuple(number), *_grouped(number))
    together = (way for name in names if name in _units() for way in _together([*number, name]))
    return (*[(*digits, name) for digits in numbers for name in names][1:], *together)


def is_measure(terms: Sequence[str], place: int) -> bool:
    """Whether the term at a place is a unit behind a number, and no acronym: 5 km, 50 azn."""
    return (
        place > 0
        and (terms[place] in _units() or terms[place] in _names())
        and terms[place - 1].replace(".", "", 1).isdecimal()
    )


def _others(said: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """How else a number, given in groups of digits or as one, or an amount in one word is written."""
    amount = _AMOUNT.match(said[0]) if len(said) == 1 else None
    if amount and amount[2] in _units():
        number, unit = amount[1].replace(",", "."), amount[2]
        return ((number, unit), *[way for way in _amounts([number], unit) if way != (said[0],)])
    return _grouped(said)


def _grouped(number: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A number in one word, given in groups of digits, or in these if it is in one word."""
    if len(number) > 1:
        return (("".join(number),),)
    whole = _NUMBER.match(number[0])
    if whole and not _YEAR.match(number[0]):
        return (tuple(f"{int(whole[1]):,}{whole[2] or ''}".split(",")),)
    return ()


def _together(said: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A number and its unit in one word, with a point or a comma if there is one."""
    amount = "".join(said)
    written = dict.fromkeys([amount, amount.replace(".", ",", 1)]) if _AMOUNT.match(amount) else ()
    return tuple((one,) for one in written)
