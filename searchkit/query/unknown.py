"""Words that the lexicon does not have, and the spellings that documents have of them: Zertulbey, Zərtülbəy.

How a name is spelled that was typed without its diacritics the lexicon tells of those that it has. Of others the index
tells, which has the terms of its documents: any that differ in diacritics alone are meant, too, whether it was the
query that was typed on an ASCII keyboard or a document. So are those of a word that the lexicon has, but no document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from azanalyzer.alphabet import fold, without_pairs
from azanalyzer.cache import keep
from searchkit.querytree import Query, Word, with_words

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.backend import Snapshot

__all__ = ["as_documents_spell"]

_LETTERS = frozenset("eiouscg")  # of an ASCII keyboard, which stand for others, too
_SHORTEST, _LONGEST = 4, 30  # letters; shorter names are too often other ones
_SHORTEST_TERM = 3
_MOST = 3  # spellings
_REMEMBERED = 10_000  # words


def as_documents_spell(query: Query, snapshot: Snapshot, analyzer: Analyzer) -> Query:
    """The query, in which words that the lexicon does not have mean all spellings of them that the index has."""
    known: dict[tuple[object, ...], tuple[str, ...]] = snapshot.derived.setdefault("spellings", {})
    searched = None if query.fields is None else tuple(query.fields)

    def change(word: Word) -> Word:
        key = (word.field or searched, word.typed, word.terms)
        terms = known.get(key)
        if terms is None:
            fields = snapshot.schema.text_fields if searched is None else searched
            fields = fields if word.field is None else [word.field]
            terms = keep(known, key, _meant(word, fields, snapshot, analyzer), _REMEMBERED)
        return word if terms is word.terms or terms == word.terms else word._replace(terms=terms)

    root = with_words(query.root, change)
    if root == query.root:
        return query
    words = tuple([change(word) if isinstance(word, Word) else word for word in query.words])
    return query._replace(root=root, words=words)


def _meant(word: Word, fields: Iterable[str], snapshot: Snapshot, analyzer: Analyzer) -> tuple[str, ...]:
    """The terms that a word may mean, the likeliest first."""
    folded = fold(word.typed)
    is_plain = _SHORTEST <= len(folded) <= _LONGEST and folded.isascii() and folded.isalpha()
    if not is_plain or _LETTERS.isdisjoint(folded):
        return word.terms
    fields = [*fields]
    is_there = any(snapshot.frequency(field, term) for term in word.terms for field in fields)
    if is_there and analyzer.knows(word.typed):
        return word.terms
    found: dict[str, int] = {}
    forms = analyzer.inflection.forms
    for typed in dict.fromkeys([folded, fold(without_pairs(folded))]):
        lengths = [length for length in analyzer.inflection.cuts(typed) if length >= _SHORTEST_TERM]
        spelled = snapshot.spelled(fields, typed, frozenset(lengths))
        # What stands behind a term has to be an ending of it.
        found.update((term, count) for term, count in spelled.items() if forms(term, typed[len(term) :]))
    if is_there:  # how long the term is need not be guessed
        own = {*map(fold, word.terms)}
        found = {term: count for term, count in found.items() if fold(term) in own}
    others = sorted(found.keys() - word.terms, key=lambda term: (-found[term], term))[:_MOST]
    return (*word.terms, *others) if is_there else (*others, *word.terms)
