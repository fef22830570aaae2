"""Words that documents write apart or together: boyun qaçırma for boyunqaçırma, paltaryuyan for paltar yuyan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit.suggestions.spelling import Speller

__all__ = ["apart", "together"]

_LONGEST = 30  # letters of a word that is taken apart
_SHORTEST = 2, 3  # letters of the two words: su anbarı


def apart(word: str, speller: Speller, in_ascii: bool) -> str | None:
    """The two words that stand beside each other in a document in place of one, which is in none; None if none do."""
    if len(word) > _LONGEST or _stands(word, speller):
        return None
    for length in range(len(word) - _SHORTEST[1], _SHORTEST[0] - 1, -1):
        first = _as_documents_have(word[:length], speller, in_ascii)
        second = _as_documents_have(word[length:], speller, in_ascii) if first else ""
        if second and speller.stand_together(first, second):
            return f"{first} {second}"
    return None


def together(first: str, second: str, speller: Speller, in_ascii: bool) -> str | None:
    """The word that documents have in place of two, one of which is in none; None if there is no such word.

    In a text without diacritics one that only lacks them is in documents, too: vergi nedir is no verginədir.
    """
    if all(_stands(word, speller) or _as_documents_have(word, speller, in_ascii) for word in (first, second)):
        return None
    return _as_documents_have(first + second, speller, in_ascii) or None


def _stands(word: str, speller: Speller) -> bool:
    """Whether a document has a word in lower case as it is spelled; what is no plain word is left alone."""
    own = speller.own_frequency(word)
    return own is None or own >= 1


def _as_documents_have(word: str, speller: Speller, in_ascii: bool) -> str:
    """A word in lower case, in a text without diacritics with those that it lacks; empty if no document has it."""
    own = speller.own_frequency(word)
    if own is None or own >= 1:
        return word if own else ""
    found = speller.accented(word, True) if in_ascii else []
    return found[0].surface if found else ""
