"""Words that the lexicon does not have, and the spellings that documents have of them: Zertulbey, Zərtülbəy.

How a name is spelled that was typed without its diacritics the lexicon tells of those that it has. Of others the index
tells, which has the terms of its documents: any that differ in diacritics alone are meant, too, whether it was the
query that was typed on an ASCII keyboard or a document. So are those of a word that the lexicon has, but no document.
And where a guess has parted the forms of such a word in two, each means both: Velqonu (velqo), velqonlar (velqon).
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

_SHORTEST, _LONGEST = 4, 30  # letters; shorter names are too often other ones
_GUESSED_ENDING = 2  # letters that a guess may have taken off one form of an unknown word and left on another
_MOST = 3  # terms
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
    if not (_SHORTEST <= len(folded) <= _LONGEST and folded.isascii() and folded.isalpha()):
        return word.terms
    fields = [*fields]
    is_there = any(snapshot.frequency(field, term) for term in word.terms for field in fields)
    if is_there and analyzer.knows(word.typed):
        return word.terms
    own = [*map(fold, word.terms)]
    spelled: dict[str, int] = {}
    for typed in dict.fromkeys([folded, fold(without_pairs(folded)), *own]):
        lengths = frozenset([length for length in analyzer.inflection.cuts(typed) if length >= _SHORTEST])
        for term, count in snapshot.spelled(fields, typed, lengths, _GUESSED_ENDING).items():
            # How long the term is has been told or guessed, where documents have it so.
            is_told = len(term) <= len(typed) and (not is_there or fold(term) in own)
            if is_told or not analyzer.knows(term):
                root, ending = (term, typed[len(term) :]) if len(term) <= len(typed) else _parted(term, len(typed))
                if (is_told or len(ending) <= _GUESSED_ENDING) and analyzer.inflection.forms(root, ending):
                    spelled[term] = count
    for term in word.terms:  # that may have been read otherwise where it stands without an ending
        for other in analyzer.terms(term):
            if count := sum(snapshot.frequency(field, other) for field in fields):
                spelled[other] = count
    others = sorted(spelled.keys() - word.terms - analyzer.stop_words, key=lambda term: (-spelled[term], term))[:_MOST]
    return (*word.terms, *others) if is_there else (*others, *word.terms)


def _parted(term: str, length: int) -> tuple[str, str]:
    """So many letters of a term, and what a guess has left on them, folded."""
    return term[:length], fold(term[length:])
