"""Evidence beyond the roots of words, read from the best hits: forms, bases, neighbourhood, place in the text.

For the few documents that may be among the best, all occurrences of all query words are put into one table; what
stands beside what is then a question about neighbouring rows. Arrays are [words, fields, documents].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer import Analyzer
from searchkit.engine.collection import Collection, WordFigures
from searchkit.engine.lengths import K1
from searchkit.engine.listing import Hit
from searchkit.engine.occurrences import Occurrences
from searchkit.engine.postings import EARLY, EARLY_TOKENS, form_bits
from searchkit.querytree import AllOf, AnyOf, Either, Node, Query, Without, Word
from searchkit.ranking import Ranking
from searchkit.schema import Text

__all__ = ["by_segment", "evidence", "words_of"]

_MOST_WORDS = 12


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


def by_segment(hits: Sequence[Hit]) -> list[tuple[int, Any]]:
    """The documents of hits that are sorted by segment and document, for each segment that has some."""
    docs: dict[int, list[int]] = {}
    for _, place, doc in hits:
        docs.setdefault(place, []).append(doc)
    return [(place, np.array(own)) for place, own in docs.items()]


def evidence(words: Sequence[Word], ranking: Ranking, collection: Collection, found: Sequence[tuple[int, Any]]) -> Any:
    """What to add to the scores of documents, given by segment as its place and their numbers, ascending; f8."""
    fields = {
        name: kind.boost
        for name, kind in collection.schema.fields.items()
        if isinstance(kind, Text) and any(word.field in (None, name) for word in words)
    }
    if not fields:
        return np.zeros(sum(len(docs) for _, docs in found))
    scores = _Table(words, ranking, collection, list(fields), found).score()
    return np.array(list(fields.values())) @ scores


class _Table:
    """The words of a query and their relatives in the documents at hand.

    A cell is a field of a document; cells are numbered field by field, and the documents segment by segment.
    """

    def __init__(
        self,
        words: Sequence[Word],
        ranking: Ranking,
        collection: Collection,
        fields: Sequence[str],
        found: Sequence[tuple[int, Any]],
    ) -> None:
        self.words = words
        self.ranking = ranking
        self.collection = collection
        self.fields = fields
        self.documents = sum(len(docs) for _, docs in found)
        self.shape = (len(words), len(fields), self.documents)
        self.cells = len(fields) * self.documents
        self.has_neighbours = len(words) > 1 and bool(ranking.pairs or ranking.typed_pairs or ranking.triples)
        analyzer = Analyzer.shared()
        self.boosts = np.array([word.boost for word in words])
        says = np.array([not analyzer.stop_words.issuperset(word.terms) for word in words])
        self.weights = self.boosts * says if says.any() else self.boosts
        asks = np.array([analyzer.question_words.issuperset(word.terms) for word in words])
        self.stop_weights = ranking.stop_words * (self.boosts - self.weights) * ~asks
        self.k1 = K1
        self.norms = np.ones(self.shape[1:])
        self._rows: list[tuple[Any, ...]] = []
        self._spans: list[tuple[Any, ...]] = []
        figures = [self._figures(field) for field in fields]
        start = 0
        for place, docs in found:
            self._read(figures, place, start, docs)
            start += len(docs)
        numbers = [[(one.frequency, one.family, one.typed) for one in row] for row in figures]
        self.frequency, family, typed = np.array(numbers, float).transpose(2, 1, 0)  # [words, fields]
        self.base_idf = collection.idf_of(np.minimum(family, collection.documents)) * (family > 0)
        self.surface_idf = collection.idf_of(typed)
        self.once = self._saturated(1.0)  # what a word is worth that stands once
        # Where texts are hardly longer than their first words, it says nothing to be among these.
        averages = np.array([collection.average(field) for field in fields])
        self.early = ranking.early * np.maximum(1 - EARLY_TOKENS / np.maximum(averages, 1), 0)[:, None]

    def _figures(self, field: str) -> list[WordFigures]:
        """What is known of each word in a field."""
        nothing = WordFigures.of_nothing(len(self.collection.segments))
        return [
            self.collection.figures(field, word, bool((self.ranking.base or self.ranking.relatives) and weight))
            if word.field in (None, field)
            else nothing
            for word, weight in zip(self.words, self.weights.tolist(), strict=True)
        ]

    def _read(self, figures: Sequence[Sequence[WordFigures]], place: int, start: int, docs: Any) -> None:
        """Put in what the words and their relatives do in documents of one segment, which are those from `start` on."""
        segment = self.collection.segments[place]
        terms, about = [], []
        for number, (field, row) in enumerate(zip(self.fields, figures, strict=True)):
            source = segment.text(field)
            if source is None:
                continue
            norms = self.collection.norms(place, field)
            self.k1 = norms.k1
            self.norms[number, start : start + len(docs)] = norms.norms[source.lengths[docs]]
            first = number * self.documents + start
            for word, one in enumerate(row):
                bits = form_bits(self.words[word].typed)
                terms += [source.postings(at) for at in (*one.own[place], *one.relatives[place])]
                about += [(word, first, 1, bits)] * len(one.own[place])
                about += [(word, first, 0, 0)] * len(one.relatives[place])
        if not terms:
            return
        seen = Occurrences(terms, docs)
        word, first, own, bits = np.array(about)[seen.terms].T
        cells = seen.docs + first
        forms = seen.forms()
        self._rows.append(
            (word, cells, seen.frequencies(), own, ((forms & bits) == bits) & (bits > 0), (forms & EARLY) != 0)
        )
        if self.has_neighbours:
            owners, positions = seen.positions()
            self._spans.append((word[owners], cells[owners], positions))

    def score(self) -> Any:
        """What each field adds to the score of each document; f8[fields, documents]."""
        if not self._rows:
            return np.zeros(self.shape[1:])
        ranking = self.ranking
        word, cells, counts, is_own, is_typed, is_early = _joined(self._rows)
        places = word * self.cells + cells
        family = self._saturated(self._table(places, counts))
        own = self._saturated(self._table(places, counts * is_own))
        typed, early = (self._table(places[held]) > 0 for held in (is_typed, is_early & (is_own > 0)))
        weights = self.weights[:, None]
        added = self._sum(weights * self.surface_idf, ranking.surface * self.once * typed)
        family *= ranking.base + ranking.relatives * (own == 0)
        added += self._sum(weights * self.base_idf, family + self.early * early)
        if self.stop_weights.any():
            added += self._sum(self.stop_weights[:, None] * self.collection.idf_of(self.frequency), own)
        if any(len(positions) for *_, positions in self._spans):
            added += self._neighbours(typed, *_joined(self._spans))
        return added

    def _table(self, places: Any, counts: Any = None) -> Any:
        """How often each word is in each cell; [words, fields, documents]."""
        return np.bincount(places, counts, minlength=len(self.words) * self.cells).reshape(self.shape)

    def _saturated(self, tfs: Any) -> Any:
        return (self.k1 + 1) * tfs / (tfs + self.norms)

    @staticmethod
    def _sum(weights: Any, values: Any) -> Any:
        """The values of all words with their weights by word and field; [fields, documents]."""
        return np.einsum("wf,wfd->fd", weights, values)

    def _neighbours(self, typed: Any, word: Any, cells: Any, positions: Any) -> Any:
        """Scores for words that follow one another in the query and in the text; [fields, documents]."""
        ranking = self.ranking
        count = len(self.words)
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
        """The inverse document frequency of words side by side; f8[words - length + 1, fields].

        How many documents have them so is not known: about that share of those with the rarest of the words that
        have them so among the documents at hand.
        """
        rarest, boosts = self.frequency[: 1 - length], self.boosts[: 1 - length]
        for step in range(1, length):
            stop = len(self.words) - length + 1 + step
            rarest = np.minimum(rarest, self.frequency[step:stop])
            boosts = boosts + self.boosts[step:stop]
        share = ((counts > 0).sum(axis=2) + 0.1) / (self.documents + 1)
        return (boosts / length)[:, None] * self.collection.idf_of(np.maximum(share * rarest, 0.5))


def _joined(parts: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
    return parts[0] if len(parts) == 1 else [np.concatenate(columns) for columns in zip(*parts, strict=True)]
