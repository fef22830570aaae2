"""Names of letters and digits, which people write together and apart: iphone13 and iPhone 13, a 52 and A52."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from azanalyzer.synonyms import Expansion
from searchkit.querytree import Word

__all__ = ["expand_codes", "is_code"]

_PIECE = re.compile(r"\d+|[^\W\d_]+")
_MOST_PIECES = 4  # of a name; what has more is a key, which nobody reads in pieces
_LONGEST_LETTERS = 3  # of what stands before a number as a part of the name: a 52, bmw x 5
_MOST_READINGS = 2  # of a word that a number was typed behind


def is_code(typed: str) -> bool:
    """Whether a word has letters and digits."""
    return not typed.isalpha() and any(map(str.isdecimal, typed)) and any(map(str.isalpha, typed))


def expand_codes(
    words: Sequence[Word], taken: Collection[int], terms_of: Callable[[str], Sequence[Sequence[str]]]
) -> Iterator[Expansion]:
    """Other ways to write the names among words that stand beside each other, but for those at the places `taken`.

    `terms_of` gives the terms that each word of a text may mean.
    """
    last = -1  # the place of the last word that was taken
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        if place in taken or place <= last:
            continue
        if following and place + 1 not in taken and _are_one(word.typed, following.typed):
            yield Expansion(place, place + 2, ((word.typed + following.typed,),))
            last = place + 1
        elif word.terms == (word.typed,) and (phrases := tuple(_apart(word.typed, terms_of))):
            yield Expansion(place, place + 1, phrases)


def _are_one(word: str, following: str) -> bool:
    """Whether two words may be one name: some letters before a number, or one behind it."""
    if following.isdecimal():
        return word.isalpha() and len(word) <= _LONGEST_LETTERS
    return word.isdecimal() and len(following) == 1 and following.isalpha()


def _apart(name: str, terms_of: Callable[[str], Sequence[Sequence[str]]]) -> Iterator[tuple[str, ...]]:
    """The phrases that a name may be written as: in two, and in all of its pieces."""
    pieces = _PIECE.findall(name)
    if not 1 < len(pieces) <= _MOST_PIECES or "".join(pieces) != name:
        return
    cut = [("".join(pieces[:place]), "".join(pieces[place:])) for place in range(1, len(pieces))]
    for first, *others in dict.fromkeys([*cut, tuple(pieces)]):
        read = terms_of(first) if first.isalpha() else []
        for term in read[0][:_MOST_READINGS] if len(read) == 1 else [first]:
            yield (term, *others)
