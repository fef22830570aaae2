"""Numbers as people group their digits, 1 000 000 and 1000000, and amounts written together or apart, 256 GB."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from azanalyzer.patterns import pattern
from azanalyzer.synonyms import Expansion

__all__ = ["amounts"]

_NUMBER = pattern(r"[1-9]\d{3,14}\Z")
_FIRST_GROUP = pattern(r"[1-9]\d{0,2}\Z")
_GROUP = pattern(r"\d{3}\Z")
_YEAR = pattern(r"(?:1[89]|20)\d\d\Z")
_AMOUNT = pattern(r"(\d+(?:\.\d+)?)([^\W\d_]+)\Z")


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    lines = (Path(__file__).parent / "data" / "units.txt").read_text("utf-8").splitlines()
    return frozenset(unit for line in lines if not line.startswith("#") for unit in line.split())


def amounts(terms: Sequence[str], taken: Collection[int] = ()) -> Iterator[Expansion]:
    """Other ways to write the numbers and amounts among the likeliest terms of a query's words.

    The words at the places `taken` are left alone.

    >>> [*amounts(["12", "500", "manat"])]
    [Expansion(first=0, last=2, phrases=(('12500',),))]
    >>> [*amounts(["256gb"])]
    [Expansion(first=0, last=1, phrases=(('256', 'gb'),))]
    """
    place = 0
    while place < len(terms):
        last = place + 1
        while (
            last < len(terms) and last not in taken and _FIRST_GROUP.match(terms[place]) and _GROUP.match(terms[last])
        ):
            last += 1
        others = _others(terms[place:last])
        if not others and last < len(terms) and last not in taken and terms[last] in _units():
            last += 1
            others = _together(terms[place:last])
        if others and place not in taken:
            yield Expansion(place, last, others)
        place = last


def _others(said: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """How else a number, given in groups of digits or as one, or an amount in one word is written."""
    if len(said) > 1:
        return (("".join(said),),)
    amount = _AMOUNT.match(said[0])
    if amount and amount[2] in _units():
        grouped = [(*number, amount[2]) for number in _others([amount[1]])]
        return (amount.groups(), *grouped)
    if _NUMBER.match(said[0]) and not _YEAR.match(said[0]):
        return (tuple(f"{int(said[0]):,}".split(",")),)
    return ()


def _together(said: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A number and its unit in one word."""
    return (("".join(said),),) if said[0].replace(".", "", 1).isdecimal() else ()
