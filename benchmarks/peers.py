"""Other ways to make a term of an Azerbaijani word, by name: what searchkit is compared with."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from azanalyzer import Analyzer, fold, lower

__all__ = ["Terms", "WordTerm", "text_terms", "word_terms"]

WordTerm = Callable[[str], str]
Terms = Callable[[str], list[str]]

_WORD = re.compile(r"\w+")


def word_terms() -> dict[str, WordTerm]:
    """One term for one lower-cased word, by system; systems that are not installed are left out."""
    found: dict[str, WordTerm] = {"azanalyzer": _own}
    try:
        import Stemmer

        found["Snowball Turkish"] = Stemmer.Stemmer("turkish").stemWord
    except ImportError:
        pass
    for length in (4, 5, 6):
        found[f"first {length} letters"] = _first(length)
    try:
        from nltkaz.stem import Stemmer as Nltkaz  # type: ignore[import-not-found,unused-ignore]

        found["nltkaz"] = Nltkaz().stem
    except ImportError:
        pass
    try:
        from azstemmer import AzStemmer  # type: ignore[import-not-found,unused-ignore]

        found["azstemmer"] = AzStemmer().stem
    except ImportError:
        pass
    return found


def text_terms() -> dict[str, Terms]:
    """The terms of a text, by system."""

    def of_words(term: WordTerm) -> Terms:
        remembered = lru_cache(maxsize=None)(term)
        return lambda text: [remembered(word) for word in _WORD.findall(lower(text))]

    words = word_terms()
    found = {"azanalyzer": Analyzer.shared().terms, "no stemming": of_words(str)}
    if "Snowball Turkish" in words:
        found["Snowball Turkish"] = of_words(words["Snowball Turkish"])
    found["first 5 letters, folded"] = of_words(lambda word: fold(word)[:5])
    return found


def _own(word: str) -> str:
    terms = Analyzer.shared().terms(word)
    return terms[0] if terms else ""


def _first(length: int) -> WordTerm:
    return lambda word: word[:length]
