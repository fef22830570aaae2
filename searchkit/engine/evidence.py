"""Evidence beyond the roots of words, read from the best hits: forms, bases, neighbourhood, place in the text.

What is looked for is told here, and found by `evidence_table` or, in very few documents, by `scarce`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from azanalyzer import Analyzer
from azanalyzer.tuples import NamedTuple
from searchkit.engine.collection import Collection, Sought, WordFigures
from searchkit.engine.evidence_table import EvidenceTable
from searchkit.querytree import Prefix, Query, Word, is_in, typed_words
from searchkit.ranking import Ranking

__all__ = ["Evidence", "by_segment", "coverage", "evidence", "words_of"]

_MOST_WORDS = 12
_GOES_ON = 2.0  # what the further words that a text begins with count, against the first
_FEW = 16  # words times documents that are looked at one by one


def words_of(query: Query, collection: Collection) -> list[Word]:
    """The words of a query that evidence is looked for of.

    A beginning among them is a word, too, which means the most frequent terms that begin so. By itself it is none: that
    there is some such word in a document is all that it says.
    """
    typed = [*(query.words or typed_words(query.root))][:_MOST_WORDS]
    if all(isinstance(word, Prefix) for word in typed):
        return []
    words = (collection.begun(word) if isinstance(word, Prefix) else word for word in typed)
    return [word for word in words if word is not None]


def by_segment(places: Any, docs: Any) -> list[tuple[int, Any]]:
    """The documents of hits that are sorted by segment and document, for each segment that has some."""
    if not len(places):
        return []
    first, last = int(places[0]), int(places[-1])
    if first == last:
        return [(first, docs)]
    parts = ((place, docs[places == place]) for place in range(first, last + 1))
    return [part for part in parts if len(part[1])]


def coverage(words: Any, ranking: Ranking) -> Any:
    """What the scores of documents with so many of the words of a query are multiplied by; f8."""
    return np.maximum(words, 1) ** ranking.coverage


class Evidence(NamedTuple):
    """What is found in some documents."""

    added: Any  # what to add to the score of each; f8
    words: Any = None  # how many of the words that say something each has, i8; None where there are not several


def evidence(
    words: Sequence[Word],
    ranking: Ranking,
    collection: Collection,
    found: Sequence[tuple[int, Any]],
    only: str | None = None,
    searched: Mapping[str, float] | None = None,
) -> Evidence:
    """The evidence in documents, given by segment as its place and their numbers, ascending.

    With `only` it is that of the one field. `searched` are the fields of the query.
    """
    sought = _sought(words, ranking, collection, only, searched)
    documents = sum(len(docs) for _, docs in found)
    if not sought.fields:
        return Evidence(np.zeros(documents))
    counts_words = len(words) > 1 and ranking.coverage
    if len(words) * documents <= _FEW:
        from searchkit.engine.scarce import evidence_in_few

        scores, held = evidence_in_few(sought, ranking, collection, found)
        return Evidence(np.array(scores), np.array(held) if counts_words else None)
    table = EvidenceTable(sought, ranking, collection, found)
    return Evidence(table.score(), table.words_held() if counts_words else None)


def _sought(
    words: Sequence[Word],
    ranking: Ranking,
    collection: Collection,
    only: str | None,
    searched: Mapping[str, float] | None,
) -> Sought:
    """The words as evidence is looked for of them; without fields where there can be none."""
    fields, short = _fields(words, collection, only, searched)
    analyzer = Analyzer.shared()
    boosts = [word.boost for word in words]
    says = [word.terms[0] not in analyzer.stop_words for word in words]
    weights = [boost * said for boost, said in zip(boosts, says, strict=True)] if any(says) else boosts
    asks = [analyzer.question_words.issuperset(word.terms) for word in words]
    stop_weights = [
        0.0 if asked else (boost - weight) * ranking.stop_words
        for boost, weight, asked in zip(boosts, weights, asks, strict=True)
    ]
    figures = {name: _figures(words, weights, name, searched, ranking, collection) for name in fields}
    # A single word begins or ends many a short text; only of a title does it say that the text is about it.
    worth = ranking.titles if collection.has_long_fields else ranking.ends if len(words) > 1 else 0.0
    first = 0.0 if asks[0] else worth
    last = 0.0 if asks[-1] or len(words) == _MOST_WORDS else worth  # more words may have been left out
    begins = [first * boosts[0], *(_GOES_ON * first * weight for weight in weights[1:])]
    # Many titles end with the head of a query (alimentin məbləği, Sığorta məbləği) and are about something else.
    are_titles = collection.has_long_fields and len(words) > 1
    return Sought(figures, fields, weights, stop_weights, boosts, short, begins, last * boosts[-1], are_titles)


def _fields(
    words: Sequence[Word], collection: Collection, only: str | None, searched: Mapping[str, float] | None
) -> tuple[Mapping[str, float], Sequence[str]]:
    """What each field counts in which any of the words is looked for, and the short ones in which all of them are."""
    fields: Mapping[str, float] = collection.text_boosts
    short: Sequence[str] = collection.short_fields
    if searched is not None or any(word.field is not None for word in words):
        boosts_of = collection.schema.boosts(searched)
        fields = {name: boosts_of[name] for name in fields if any(is_in(word, name, searched) for word in words)}
        short = [name for name in short if all(is_in(word, name, searched) for word in words)]
    if only is not None:
        fields = {name: boost for name, boost in fields.items() if name == only}
    return fields, short


def _figures(
    words: Sequence[Word],
    weights: Sequence[float],
    field: str,
    searched: Mapping[str, float] | None,
    ranking: Ranking,
    collection: Collection,
) -> list[WordFigures]:
    """What is known of each word in a field."""
    return [
        collection.figures(field, word, bool((ranking.base or ranking.relatives) and weight))
        if is_in(word, field, searched)
        else WordFigures.of_nothing(len(collection.segments))
        for word, weight in zip(words, weights, strict=True)
    ]
