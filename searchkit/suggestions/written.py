"""How a term is written: as dictionaries have it, or, where they do not tell its capitals, as documents do (iPhone)."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from azanalyzer import fold
from azanalyzer.alphabet import capitalized, upper
from searchkit.backend import View
from searchkit.querytree import Query, Word
from searchkit.ranking import Ranking
from searchkit.suggestions.following import letter_by_letter
from searchkit.suggestions.similar import as_text
from searchkit.suggestions.spelling import VOWEL

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.backend import Snapshot

__all__ = ["as_dictionaries_write", "as_documents_write"]

_LONGEST_INNER = 3  # letters of a word in the middle of a name that is written small
_MOST_DOCUMENTS = 4  # that are read
_LONGEST = 1_200  # characters of a text that are read
_IN_WORD = re.compile(r"\w")
_BEFORE = re.compile(r"(?:\A|[.!?…\n«\"“(–-])\s*\Z")  # what a capital that any word has may stand behind


def as_dictionaries_write(term: str, analyzer: Analyzer) -> str:
    """A term as dictionaries have it; acronyms and the parts of a name, Bakı-Tbilisi-Ceyhan, have their capitals."""
    word = analyzer.inflection.citation(term)
    is_name = word[:1].isupper()
    if is_name and VOWEL.search(fold(term)) is None:
        return upper(term)
    if "-" not in term:
        return word
    parts = term.split("-")
    written = [as_dictionaries_write(part, analyzer) if part else "" for part in parts]
    if not is_name and not all(part[:1].isupper() or part.isdigit() for part in written):
        return word
    # A short word in the middle of a name has no capital: Dar-əs-Salam.
    inner = range(1, len(parts) - 1)
    return "-".join(
        part if place in inner and len(part) <= _LONGEST_INNER else capitalized(written[place])
        for place, part in enumerate(parts)
    )


def as_documents_write(term: str, snapshot: Snapshot, fields: list[str]) -> str | None:
    """A term of ASCII letters as it mostly stands in documents without a suffix; None if these do not tell.

    A capital at the beginning of a sentence is that of any word.
    """
    counts: Counter[str] = Counter()
    query = Query(Word(None, (term,)), fields=dict.fromkeys(fields, 1.0))
    for match in snapshot.search(query, View(_MOST_DOCUMENTS), Ranking.plain()).matches:
        for name in fields:
            counts.update(_surfaces(term, as_text(match.fields.get(name))[:_LONGEST]))
    return counts.most_common(1)[0][0] if counts else None


def _surfaces(term: str, text: str) -> set[str]:
    """How a term stands in a text, but where any word would have a capital."""
    folded, _ = letter_by_letter(text)
    found = set()
    start = folded.find(term)
    while start >= 0:
        end = start + len(term)
        surface = text[start:end]
        is_whole = not (_IN_WORD.match(folded[start - 1 : start]) or _IN_WORD.match(folded[end : end + 1]))
        if is_whole and not (surface[1:].islower() and surface[0].isupper() and _BEFORE.search(text[:start])):
            found.add(surface)
        start = folded.find(term, end)
    return found
