"""What slips of the fingers cost: how unlikely it is to type one word and mean another.

Costs are negative logarithms of chances, roughly. The likeliest slip in Azerbaijani is to leave a letter without its
diacritic, since many keyboards lack ə ı ö ü ç ş ğ; then neighbours swapped, a letter doubled or dropped, or the key
beside it on the Azerbaijani QWERTY keyboard, which has ü in the place of w, and ö ğ ı ə ç ş right of the Latin letters;
then a letter that sounds nearly like it: kitap, torpag, Napaleon.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf

from azanalyzer import fold

__all__ = ["MOST_SLIPS", "ONE_SLIP", "slip_cost"]

_ROWS = (("qüertyuiopöğ", 0.0), ("asdfghjklıə", 0.25), ("zxcvbnmçş", 0.75))  # and how far each row is set in, in keys
_SOUNDS = ("aeiou", "bp", "dt", "gkq", "kqx", "hx", "fv", "sz", "cj", "iy")  # folded, taken for each other
_LATIN = {"w": "ü"}  # where another keyboard has a letter, as the key of ours in the same place

_MISSING_DIACRITIC = 1.8
_MISSING_IN_ASCII = 0.3  # who types a whole text without them means nothing by it
_ADDED_DIACRITIC = 3.5
_SWAPPED = 3.6
_DOUBLED = 3.2  # typed twice, or once where it stands twice
_DROPPED = 3.7
_ADDED = 5.7
_NEIGHBOUR = 4.4
# As others spell it, azarbaycan, Gandi, and a root left as it is before a suffix, uşaqın, çörəkə.
_OTHERWISE = {"aə": 2.5, "gq": 3.0, "qğ": 2.0, "ky": 2.5}
_ALIKE = 4.6
_OTHER = 7.5
MOST_SLIPS = 16.0  # the cost of slips that are told apart
_FIRST = 0.6  # besides, in the first letter, of which people take care
ONE_SLIP = _OTHER + _FIRST  # what a single slip costs at most


def slip_cost(typed: str, meant: str, in_ascii: bool = False) -> float:
    """The cost of typing `typed` for `meant`, both in lower case; 0 if they are equal, infinity if they are far apart.

    With `in_ascii` little is made of missing diacritics, as in a text that has none.
    """
    start = 0
    most = min(len(typed), len(meant))
    while start < most and typed[start] == meant[start]:
        start += 1
    end = 0
    most -= start
    while end < most and typed[-1 - end] == meant[-1 - end]:
        end += 1
    typed_end, meant_end = len(typed) - end, len(meant) - end
    before: list[float] = []
    row = [0.0]
    for j in range(start, meant_end):
        row.append(row[-1] + _dropped(meant, j))
    for i in range(start, typed_end):
        older, before, row = before, row, [row[0] + _added(typed, i)]
        for k, j in enumerate(range(start, meant_end), 1):
            cost = before[k - 1] + _replaced(typed[i], meant[j], i == 0, in_ascii)
            cost = min(cost, before[k] + _added(typed, i), row[k - 1] + _dropped(meant, j))
            if i > start and k > 1 and typed[i] != typed[i - 1]:
                swapped = _replaced(typed[i], meant[j - 1], False, in_ascii) + _replaced(
                    typed[i - 1], meant[j], False, in_ascii
                )
                if swapped < _SWAPPED:
                    cost = min(cost, older[k - 2] + swapped + _SWAPPED + (_FIRST if i == 1 else 0.0))
            row.append(cost)
        if min(row) > MOST_SLIPS:
            return inf
    return row[-1] if row[-1] <= MOST_SLIPS else inf


def _added(typed: str, place: int) -> float:
    if place and typed[place] == typed[place - 1]:
        return _DOUBLED
    if (place and typed[place - 1 : place + 1] in _BESIDE) or typed[place : place + 2] in _BESIDE:
        return _NEIGHBOUR
    return _ADDED + (_FIRST if not place else 0.0)


def _dropped(meant: str, place: int) -> float:
    if place and meant[place] == meant[place - 1]:
        return _DOUBLED
    return _DROPPED + (_FIRST if not place else 0.0)


@lru_cache(maxsize=4096)
def _replaced(typed: str, meant: str, first: bool, in_ascii: bool) -> float:
    if typed == meant:
        return 0.0
    plain = fold(meant)
    if plain == typed:
        return _MISSING_IN_ASCII if in_ascii else _MISSING_DIACRITIC
    if fold(typed) == plain:
        return _ADDED_DIACRITIC
    if typed + meant in _OTHERWISE:
        return _OTHERWISE[typed + meant]
    if typed + meant in _BESIDE or typed + plain in _BESIDE:
        cost = _NEIGHBOUR
    else:
        cost = _ALIKE if fold(typed) + plain in _SOUNDING_ALIKE else _OTHER
    return cost + (_FIRST if first else 0.0)


def _pairs() -> frozenset[str]:
    """The pairs of letters whose keys touch."""
    places = {
        letter: (place + indent, row)
        for row, (letters, indent) in enumerate(_ROWS)
        for place, letter in enumerate(letters)
    }
    places |= {letter: places[ours] for letter, ours in _LATIN.items()}
    return frozenset(
        one + other
        for one, (x, y) in places.items()
        for other, (far, row) in places.items()
        if one != other and abs(x - far) <= 1 and abs(y - row) <= 1
    )


_BESIDE = _pairs()
_SOUNDING_ALIKE = frozenset(one + other for letters in _SOUNDS for one in letters for other in letters)
