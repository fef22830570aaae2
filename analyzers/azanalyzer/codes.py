"""Names of letters and digits, which people write together and apart: iphone13 and iPhone 13, a 52 and A52, Su-25."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import combinations, pairwise

from azanalyzer.patterns import pattern
from azanalyzer.synonyms import Expansion

__all__ = ["code_expansions", "is_code"]

_PIECE = pattern(r"\d+|[^\W\d_]+")
_MOST_PIECES = 4  # of a name; what has more is a key, which nobody reads in pieces
_LONGEST_LETTERS = 3  # of what stands before a number as a part of the name: a 52, bmw x 5
_MOST_READINGS = 2  # of a word that a number was typed behind

TermsOf = Callable[[str], Sequence[Sequence[str]]]


def is_code(term: str) -> bool:
    """Whether a term has letters and digits."""
    return not term.isalpha() and any(map(str.isdecimal, term)) and any(map(str.isalpha, term))


def code_expansions(words: Sequence[Sequence[str]], taken: Set[int], terms_of: TermsOf) -> Iterator[Expansion]:
    """Other ways to write the names among the words of a query, but for those at the places `taken`.

    Each word is the terms that it may mean; `terms_of` gives those of the words of a text.

    >>> [*code_expansions([["a"], ["52"]], set(), lambda text: [[text]])]
    [Expansion(first=0, last=2, phrases=(('a52',),))]
    """
    place = 0
    while place < len(words):
        length, ways = _ways(words[place : place + 3], terms_of)
        if ways and taken.isdisjoint(range(place, place + length)):
            yield Expansion(place, place + length, ways)
            place += length
        else:
            place += 1


def _ways(words: Sequence[Sequence[str]], terms_of: TermsOf) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How many of the words are a name that they begin with, and how else it is written; 0 and nothing if none is."""
    first, *rest = [alternatives[0] for alternatives in words]
    if "-" in first:  # its parts stand behind it
        parts = first.split("-")
        return (3, (("".join(parts),),)) if parts == rest and is_code(first) else (0, ())
    if rest and _are_one(first, rest[0]):
        return 2, ((first + rest[0],),)
    return (1, tuple(_apart(first, terms_of))) if len(words[0]) == 1 and is_code(first) else (0, ())


def _are_one(word: str, following: str) -> bool:
    """Whether two words may be one name: some letters before a number, or one behind it."""
    if following.isdecimal():
        return word.isalpha() and len(word) <= _LONGEST_LETTERS
    return word.isdecimal() and len(following) == 1 and following.isalpha()


def _apart(name: str, terms_of: TermsOf) -> Iterator[tuple[str, ...]]:
    """The phrases that a name may be written as: in two, in all of its pieces, in some of them (WH 1000 XM5)."""
    pieces = _PIECE.findall(name)
    if not 1 < len(pieces) <= _MOST_PIECES or "".join(pieces) != name:
        return
    places = range(1, len(pieces))
    cuts = [cut for count in (1, len(places), 2) for cut in combinations(places, count)]
    ways = (["".join(pieces[a:b]) for a, b in pairwise((0, *cut, len(pieces)))] for cut in cuts)
    for first, *others in dict.fromkeys(map(tuple, ways)):
        read = terms_of(first) if first.isalpha() else []
        for term in read[0][:_MOST_READINGS] if len(read) == 1 else [first]:
            yield (term, *others)
