"""Evidence beyond the roots of words, read from the best hits: forms, bases, neighbourhood, place in the text.

For the few documents that may be among the best, all occurrences of all query words are put into one table; what
stands beside what is then a question about neighbouring rows. Arrays are [words, fields, documents].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer import Analyzer
from searchkit.engine.collection import Collection, Sought, WordFigures
from searchkit.engine.lengths import K1
from searchkit.engine.occurrences import Occurrences
from searchkit.engine.postings import EARLY
from searchkit.querytree import AllOf, AnyOf, Either, Node, Query, Without, Word
from searchkit.ranking import Ranking
from searchkit.schema import Text

__all__ = ["by_segment", "evidence", "words_of"]

_MOST_WORDS = 12
_FEW = 16  # words times documents that are looked at one by one


def _query_words(node: Node) -> list[Word]:
    """The typed words of a query in order, without what is excluded or was not typed."""
    if isinstance(node, Word):
        return [node] if node.typed else []
    if isinstance(node, Without):
        return _query_words(node.node)
    if isinstance(node, Either):
        return _query_words(node.nodes[0])
    if isinstance(node, (AnyOf, AllOf)):
        return [word for child in node.nodes for word in _query_words(child)][:_MOST_WORDS]
    return []


def words_of(query: Query) -> list[Word]:
    """The words of a query that evidence is looked for of."""
    return list(query.words[:_MOST_WORDS]) or _query_words(query.root)


def by_segment(places: Any, docs: Any) -> list[tuple[int, Any]]:
    """The documents of hits that are sorted by segment and document, for each segment that has some."""
    if not len(places):
        return []
    first, last = int(places[0]), int(places[-1])
    if first == last:
        return [(first, docs)]
    parts = ((place, docs[places == place]) for place in range(first, last + 1))
    return [part for part in parts if len(part[1])]


def evidence(words: Sequence[Word], ranking: Ranking, collection: Collection, found: Sequence[tuple[int, Any]]) -> Any:
    """What to add to the scores of documents, given by segment as its place and their numbers, ascending; f8."""
    fields = {
        name: kind.boost
        for name, kind in collection.schema.fields.items()
        if isinstance(kind, Text) and any(word.field in (None, name) for word in words)
    }
    if not fields:
        return np.zeros(sum(len(docs) for _, docs in found))
    boosts = [word.boost for word in words]
    analyzer = Analyzer.shared()
    says = [not analyzer.stop_words.issuperset(word.terms) for word in words]
    weights = [boost * said for boost, said in zip(boosts, says, strict=True)] if any(says) else boosts
    stop_weights = [
        0.0 if analyzer.question_words.issuperset(word.terms) else (word.boost - weight) * ranking.stop_words
        for word, weight in zip(words, weights, strict=True)
    ]
    figures = {name: _figures(words, weights, name, ranking, collection) for name in fields}
    sought = Sought(figures, fields, weights, stop_weights, boosts)
    if len(words) * sum(len(docs) for _, docs in found) <= _FEW:
        from searchkit.engine.scarce import evidence_in_few

        return np.array(evidence_in_few(sought, ranking, collection, found))
    scores = _Table(sought, ranking, collection, found).score()
    return np.array(list(fields.values())) @ scores


def _figures(
    words: Sequence[Word], weights: Sequence[float], field: str, ranking: Ranking, collection: Collection
) -> list[WordFigures]:
    """What is known of each word in a field."""
    return [
        collection.figures(field, word, bool((ranking.base or ranking.relatives) and weight))
        if word.field in (None, field)
        else WordFigures.of_nothing(len(collection.segments))
        for word, weight in zip(words, weights, strict=True)
    ]


class _Table:
    """The words of a query and their relatives in the documents at hand.

    A cell is a field of a document; cells are numbered field by field, and the documents segment by segment.
    """

    def __init__(
        self, sought: Sought, ranking: Ranking, collection: Collection, found: Sequence[tuple[int, Any]]
    ) -> None:
        self.ranking = ranking
        self.collection = collection
        self.fields = list(sought.figures)
        self.figures = list(sought.figures.values())
        self.words = len(sought.weights)
        self.documents = sum(len(docs) for _, docs in found)
        self.shape = (self.words, len(self.fields), self.documents)
        self.cells = len(self.fields) * self.documents
        self.has_neighbours = self.words > 1 and bool(ranking.pairs or ranking.typed_pairs or ranking.triples)
        self.boosts, self.weights = np.array(sought.boosts), np.array(sought.weights)
        self.stop_weights = sought.stop_weights
        self.k1 = K1
        self.norms = np.ones(self.shape[1:])
        self._rows: list[tuple[Any, ...]] = []
        self._seen: list[tuple[Any, ...]] = []
        start = 0
        for place, docs in found:
            self._read(place, start, docs)
            start += len(docs)
        idfs = [[(one.base_idf, one.surface_idf) for one in row] for row in self.figures]
        self.base_idf, self.surface_idf = np.array(idfs).transpose(2, 1, 0)  # [words, fields]
        self.once = self._saturated(1.0)  # what a word is worth that stands once

    def _read(self, place: int, start: int, docs: Any) -> None:
        """Put in what the words and their relatives do in documents of one segment, which are those from `start` on."""
        segment = self.collection.segments[place]
        terms, about = [], []
        held = set(docs.tolist())
        for number, (field, row) in enumerate(zip(self.fields, self.figures, strict=True)):
            source = segment.text(field)
            if source is None:
                continue
            norms = self.collection.norms(place, field)
            self.k1 = norms.k1
            self.norms[number, start : start + len(docs)] = norms.norms.take(source.lengths.take(docs))
            first = number * self.documents + start
            for word, one in enumerate(row):
                row_of_word = word * self.cells + first
                own = len(one.own[place])
                for rank, at in enumerate([*one.own[place], *one.relatives[place]]):
                    postings = source.postings(at)
                    if postings.may_be_in(held):  # most relatives are too rare
                        terms.append(postings)
                        about.append((row_of_word, 1, one.bits) if rank < own else (row_of_word, 0, 0))
        if not terms:
            return
        seen = Occurrences(terms, docs)
        starts, is_own, bits = np.array(about).T.take(seen.terms, axis=1)
        places = starts + seen.docs  # in a table of words and cells
        forms = seen.forms()
        self._rows.append(
            (places, seen.frequencies(), is_own, ((forms & bits) == bits) & (bits > 0), (forms & EARLY) != 0)
        )
        self._seen.append((seen, places))

    def score(self) -> Any:
        """What each field adds to the score of each document; f8[fields, documents]."""
        if not self._rows:
            return np.zeros(self.shape[1:])
        ranking = self.ranking
        places, counts, is_own, is_typed, is_early = _joined(self._rows)
        family = self._table(places, counts)
        held = family > 0
        own, family = self._saturated(self._table(places, counts * is_own)), self._saturated(family)
        typed, early = (self._table(places[held]) > 0 for held in (is_typed, is_early & (is_own > 0)))
        weights = self.weights[:, None]
        added = self._sum(weights * self.surface_idf, ranking.surface * self.once * typed)
        family *= ranking.base + ranking.relatives * (own == 0)
        shares = ranking.early * np.array([[self.collection.early_share(field)] for field in self.fields])
        added += self._sum(weights * self.base_idf, family + shares * early)
        if any(self.stop_weights):
            added += self._sum(self._stop_idfs(), own)
        if self.has_neighbours:
            self._add_neighbours(added, held, typed)
        return added

    def _stop_idfs(self) -> Any:
        """What stop words are worth besides others; f8[words, fields]."""
        rows = zip(self.stop_weights, zip(*self.figures, strict=True), strict=True)
        idf_of = self.collection.idf_of
        return np.array([[weight and weight * idf_of(one.frequency) for one in row] for weight, row in rows], float)

    def _add_neighbours(self, added: Any, held: Any, typed: Any) -> None:
        """Add to `added` what neighbours are worth; `held` says in which cells each word is."""
        both = held[1:] & held[:-1]
        wanted = np.zeros(held.shape, bool)  # elsewhere it has no neighbour
        wanted[1:] = both
        wanted[:-1] |= both
        spans = []
        for seen, places in self._seen:
            cells = wanted.ravel().take(places).nonzero()[0]
            if len(cells):
                owners, positions = seen.positions(cells)
                spans.append((places.take(owners), positions))
        if spans:
            places, positions = _joined(spans)
            word = places // self.cells
            added += self._neighbours(typed, word, places - word * self.cells, positions)

    def _table(self, places: Any, counts: Any = None) -> Any:
        """How often each word is in each cell; [words, fields, documents]."""
        return np.bincount(places, counts, minlength=self.words * self.cells).reshape(self.shape)

    def _saturated(self, tfs: Any) -> Any:
        return (self.k1 + 1) * tfs / (tfs + self.norms)

    @staticmethod
    def _sum(weights: Any, values: Any) -> Any:
        """The values of all words with their weights by word and field; [fields, documents]."""
        return np.einsum("wf,wfd->fd", weights, values)

    def _neighbours(self, typed: Any, word: Any, cells: Any, positions: Any) -> Any:
        """Scores for words that follow one another in the query and in the text; [fields, documents]."""
        ranking = self.ranking
        count = self.words
        room = int(positions.max()) + 2
        keys = np.sort((cells * room + positions) * count + word)
        wanted = keys + count + 1  # the next word of the query at the next position
        places = np.minimum(keys.searchsorted(wanted), len(keys) - 1)
        word = keys % count
        after = (keys[places] == wanted) & (word < count - 1)
        table = word * self.cells + keys // (count * room)
        pairs = self._table(table[after])[:-1]
        idf = self._idf_together(pairs, 2)
        worth = self._saturated(pairs)
        added = self._sum(ranking.pairs * idf, worth)
        added += self._sum(ranking.typed_pairs * idf, self.once * (typed[:-1] & typed[1:] & (pairs > 0)))
        if ranking.triples and count > 2:
            triples = self._table(table[after & after[places]])[:-2]
            added += self._sum(ranking.triples * self._idf_together(triples, 3), self._saturated(triples))
        return added

    def _idf_together(self, counts: Any, length: int) -> Any:
        """The inverse document frequency of words side by side; f8[words - length + 1, fields]."""
        held, boosts = (counts > 0).sum(axis=2).tolist(), self.boosts.tolist()
        return np.array(
            [
                [
                    self.collection.idf_together(
                        row[first : first + length], boosts[first : first + length], count, self.documents
                    )
                    for row, count in zip(self.figures, counts, strict=True)
                ]
                for first, counts in enumerate(held)
            ]
        )


def _joined(parts: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
    return parts[0] if len(parts) == 1 else [np.concatenate(columns) for columns in zip(*parts, strict=True)]
