"""Terms of a dictionary that are spelled like a word but for diacritics, without a look at all terms."""

from __future__ import annotations

from collections.abc import Iterator

from azanalyzer import fold
from searchkit.engine.terms import TermDictionary, encode

__all__ = ["spelled"]

_OWN = {"e": "ə", "i": "ı", "o": "ö", "u": "ü", "c": "ç", "s": "ş", "g": "ğ"}
_FEW = 32  # terms that begin alike: to read them is faster than to look for each spelling of the next letters
_MOST_LOOKED_UP = 200  # beginnings


def spelled(terms: TermDictionary, folded: str, lengths: frozenset[int], beyond: int) -> Iterator[tuple[str, int]]:
    """Terms that are the first letters of `folded` but for diacritics, as many as `lengths` has, by their numbers.

    And those that go on behind it with up to `beyond` letters, where few do. Of a word with very many spellings that
    terms begin like, some are looked at.
    """
    waiting = [""]
    for _ in range(_MOST_LOOKED_UP):
        if not waiting:
            return
        beginning = waiting.pop()
        start, stop = terms.prefix_range(encode(beginning)) if beginning else (0, len(terms))
        if stop - start <= _FEW:
            for number, encoded in enumerate(terms.terms(start, stop), start):
                term = encoded.decode("utf-8", "replace")
                if len(term) > len(folded):
                    is_alike = len(term) - len(folded) <= beyond and fold(term).startswith(folded)
                else:
                    is_alike = len(term) in lengths and folded.startswith(fold(term))
                if is_alike:
                    yield term, number
            continue
        if len(beginning) in lengths and (number := terms.find(encode(beginning))) >= 0:
            yield beginning, number
        if len(beginning) < len(folded):
            letter = folded[len(beginning)]
            waiting += [beginning + own for own in letter + _OWN.get(letter, "")]
