"""What follows a word in documents: how the next one goes on whose first letters have been typed.

The beginnings of the documents in which the word before says most are read, and the words that follow it there are
counted by their roots, each form once a document. Of the forms of one root that is offered which most of the others go
on from: dənizi for dənizinin, dənizində, dənizi.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from azanalyzer import fold, lower, to_latin
from azanalyzer.alphabet import compose, normalize
from azanalyzer.cache import keep
from azanalyzer.spellings import lacks_diacritics
from azanalyzer.tuples import NamedTuple
from searchkit.backend import View
from searchkit.querytree import Query, Word
from searchkit.ranking import Ranking
from searchkit.suggestions.similar import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from azanalyzer import Analyzer
    from searchkit.backend import Snapshot

__all__ = ["Following", "following", "letter_by_letter", "remembered", "terms_before"]

_BEFORE = re.compile(r"([\w'’-]+)\s+\Z")
_LONGEST_WORD = 100  # characters of what is before that are looked at
_IN_WORD = re.compile(r"\w")
_MOST_DOCUMENTS = 16  # that are read
_LONGEST = 1_200  # characters of a text that are read
_MOST_KEPT = 200  # words whose followers are kept
_LEAST = 10  # a word that follows in so many times fewer documents than another is left out
_MOST = 0.6  # of the documents in which a root follows: so many have to go on from a form that is offered

_Found = TypeVar("_Found")


class Following(NamedTuple):
    """A form that follows a word, in lower case, its term, whether it mostly has a capital, in how many documents."""

    surface: str
    term: str
    is_capital: bool
    documents: int


def following(
    before: str, spellings: Sequence[str], snapshot: Snapshot, fields: list[str], analyzer: Analyzer
) -> list[Following]:
    """How words go on that begin with one of `spellings` right behind a text, those that follow it most often first."""
    last = _BEFORE.search(normalize(before[-_LONGEST_WORD:]))
    if last is None:
        return []
    surfaces: defaultdict[str, Counter[str]] = defaultdict(Counter)
    capitals: Counter[str] = Counter()
    for (surface, is_capital), count in _followers(last[1], snapshot, fields, analyzer).items():
        if any(lacks_diacritics(typed, surface[: len(typed)]) for typed in spellings):
            terms = analyzer.terms(surface)
            if len(terms) == 1:
                surfaces[terms[0]][surface] += count
                capitals[terms[0]] += count * is_capital
    least = max((counts.total() for counts in surfaces.values()), default=0) / _LEAST
    often = [item for item in surfaces.items() if item[1].total() > least]
    ranked = sorted(often, key=lambda item: (-item[1].total(), item[0]))
    return [
        Following(_common(counts), term, 2 * capitals[term] > counts.total(), counts.total()) for term, counts in ranked
    ]


def remembered(snapshot: Snapshot, what: str, key: Hashable, find: Callable[[], _Found], most: int) -> _Found:
    """What `find` gives for a key, kept with the snapshot, of which so many are kept `most`."""
    kept: dict[Hashable, _Found] = snapshot.derived.setdefault(what, {})
    found = kept.get(key)
    if found is None:
        found = keep(kept, key, find(), most)
    return found


def terms_before(before: str, analyzer: Analyzer) -> Sequence[str]:
    """The terms that the last word of a text may mean; none if it says nothing."""
    last = _BEFORE.search(normalize(before[-_LONGEST_WORD:]))
    return _terms(last[1], analyzer) if last else ()


def _terms(word: str, analyzer: Analyzer) -> Sequence[str]:
    [terms, *others] = analyzer.query_terms(word) or [[]]
    return () if others or analyzer.stop_words.issuperset(terms) else terms


def _followers(word: str, snapshot: Snapshot, fields: list[str], analyzer: Analyzer) -> Counter[tuple[str, bool]]:
    """In how many documents each form follows a normalised word; kept, as the next letter asks for them again."""
    found = partial(_find_followers, word, snapshot, fields, analyzer)
    return remembered(snapshot, "followers", (word, *fields), found, _MOST_KEPT)


def _find_followers(word: str, snapshot: Snapshot, fields: list[str], analyzer: Analyzer) -> Counter[tuple[str, bool]]:
    written: Counter[tuple[str, bool]] = Counter()
    terms = _terms(word, analyzer)
    if not terms:
        return written
    query = Query(Word(None, tuple(terms)), fields=dict.fromkeys(fields, 1.0))
    folded = fold(to_latin(word))
    pattern = re.compile(rf"{re.escape(folded)}(?=[^\w\n]{{1,3}}(\w+))")
    for match in snapshot.search(query, View(_MOST_DOCUMENTS), Ranking.plain()).matches:
        texts = [as_text(match.fields.get(name))[:_LONGEST] for name in fields]
        written.update(set().union(*[_found(pattern, text) for text in texts]))
    return written


def _found(pattern: re.Pattern[str], text: str) -> set[tuple[str, bool]]:
    """The words of a text that follow whole ones, in lower case, and whether each begins with a capital."""
    folded, small = letter_by_letter(text)
    if not folded:  # few texts are decomposed, and to compose all takes longer than to read them
        text = compose(text)
        folded, small = letter_by_letter(text)
    # A pattern that asks what stands before takes ten times as long, as it cannot look for the letters first.
    starts = ((match.start(), match.span(1)) for match in pattern.finditer(folded))
    spans = [span for start, span in starts if not _IN_WORD.match(folded[start - 1 : start])]
    return {(small[start:end], text[start].isupper()) for start, end in spans}


def letter_by_letter(text: str) -> tuple[str, str]:
    """A text folded and in lower case; empty where its letters have marks of their own, as they part them from it."""
    small = lower(text)
    folded = fold(small)
    return (folded, small) if len(text) == len(small) == len(folded) else ("", "")


def _common(counts: Counter[str]) -> str:
    """The longest form from which most of the others go on; if there is none, the most frequent and shortest."""
    least = _MOST * counts.total()
    common = [
        surface
        for surface in counts
        if sum(count for other, count in counts.items() if other.startswith(surface)) >= least
    ]
    return max(common, key=len, default=min(counts, key=lambda surface: (-counts[surface], len(surface), surface)))
