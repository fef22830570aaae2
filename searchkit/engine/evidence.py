"""Evidence beyond the roots of words, read from the best hits: forms, bases, neighbourhood, place in the text.

For the few documents that may be among the best, all occurrences of all query words are put into one table of
documents and positions; what stands beside what is then a question about neighbouring rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from azanalyzer import Analyzer
from searchkit.engine.collection import Collection
from searchkit.engine.postings import FieldPostings, TermPostings, form_bit
from searchkit.engine.terms import encode
from searchkit.querytree import AllOf, AnyOf, Either, Node, Without, Word
from searchkit.ranking import Ranking
from searchkit.schema import Text

__all__ = ["MOST_WORDS", "evidence", "query_words"]

MOST_WORDS = 12
_SAMPLE = 32  # documents with a word that are looked at besides


def query_words(node: Node) -> list[Word]:
    """The typed words of a query in order, without what is excluded or was not typed."""
    if isinstance(node, Word):
        return [node] if node.typed else []
    if isinstance(node, Without):
        return query_words(node.node)
    if isinstance(node, Either):
        return query_words(node.nodes[0])
    if isinstance(node, (AnyOf, AllOf)):
        return [word for child in node.nodes for word in query_words(child)][:MOST_WORDS]
    return []


def evidence(words: Sequence[Word], ranking: Ranking, collection: Collection, place: int, docs: Any) -> Any:
    """What to add to the scores of `docs` (ascending) of the segment at `place`; f8[docs]."""
    added = np.zeros(len(docs))
    segment = collection.segments[place]
    for field, kind in collection.schema.fields.items():
        source = segment.text(field) if isinstance(kind, Text) else None
        asked = [word for word in words if word.field in (None, field)]
        if source is not None and isinstance(kind, Text) and asked:
            added += kind.boost * _Field(asked, ranking, collection, place, field, source, docs).score()
    return added


class _Seen(NamedTuple):
    """A term of a query word in the documents at hand."""

    word: int
    own: bool  # whether the word means this term, or only one of the same base
    held: Any  # places in the documents
    counts: Any
    starts: Any
    typed: Any  # bool: the form typed is among those of the document


class _Field:
    """The words of a query in one field of the documents at hand and of a sample.

    How many documents have two words side by side is not known; a sample of those with the rarer word tells about
    how many.
    """

    def __init__(
        self,
        words: Sequence[Word],
        ranking: Ranking,
        collection: Collection,
        place: int,
        field: str,
        source: FieldPostings,
        docs: Any,
    ) -> None:
        self.words = words
        self.ranking = ranking
        self.collection = collection
        self.source = source
        stop_words = Analyzer.shared().stop_words
        self.says = np.array([not all(term in stop_words for term in word.terms) for word in words])
        if not self.says.any():
            self.says[:] = True
        self.boosts = np.array([word.boost for word in words])
        self.weights = self.boosts * self.says
        self.pairs = len(words) > 1 and bool(ranking.pairs or ranking.typed_pairs or ranking.triples)
        samples = [self._sample(word) for word in words]
        self.docs = np.unique(np.concatenate([docs, *samples])) if samples else docs
        self.wanted = self.docs.searchsorted(docs)
        self.sampled = np.zeros((len(words), len(self.docs)), bool)
        for number, sample in enumerate(samples):
            self.sampled[number, self.docs.searchsorted(sample)] = True
        norms = collection.norms(place, field)
        self.k1 = norms.k1
        self.norms = norms.norms[source.lengths[self.docs]]
        self.base_idf = np.zeros(len(words))
        self.frequency = np.zeros(len(words))  # documents with the word in the collection, about

    def _sample(self, word: Word) -> Any:
        number = self.source.terms.find(encode(word.terms[0]))
        if number < 0:
            return np.zeros(0, np.int64)
        docs = self.source.postings(number).docs()
        return docs[:: max(len(docs) // _SAMPLE, 1)]

    def score(self) -> Any:
        """What to add to the scores of the documents at hand."""
        seen = self._seen()
        if not seen:
            return np.zeros(len(self.wanted))
        ranking = self.ranking
        count, width = len(self.words), len(self.docs)
        own = np.zeros((count, width))
        family = np.zeros((count, width))
        typed = np.zeros((count, width), bool)
        for found in seen:
            family[found.word, found.held] += found.counts
            if found.own:
                own[found.word, found.held] += found.counts
                typed[found.word, found.held] |= found.typed
        added = ranking.surface * ((self._surface_idf(typed) * self.weights) @ (self._saturated(own) * typed))
        added += ranking.base * ((self.base_idf * self.weights) @ self._saturated(family))
        if ranking.early or self.pairs:
            added += self._places(seen, typed)
        return added[self.wanted]

    def _saturated(self, tfs: Any) -> Any:
        return (self.k1 + 1) * tfs / (tfs + self.norms)

    def _seen(self) -> list[_Seen]:
        """The words and their relatives in the documents."""
        asked = [one for number, word in enumerate(self.words) for one in self._terms(number, word)]
        where = self.source.occurrences([postings for _, _, postings in asked], self.docs)
        found = []
        for (number, own, postings), (held, starts, counts) in zip(asked, where, strict=True):
            if len(held):
                bit = form_bit(self.words[number].typed)
                typed = (postings.forms_at(self.docs)[held] & bit) != 0 if own else np.zeros(len(held), bool)
                found.append(_Seen(number, own, held, counts, starts, typed))
        return found

    def _terms(self, number: int, word: Word) -> list[tuple[int, bool, TermPostings]]:
        """The terms of a word, those that it means first, then its relatives; sets the figures of the word."""
        source = self.source
        own = [at for term in word.terms if (at := source.terms.find(encode(term))) >= 0]
        relatives = []
        if self.ranking.base and self.says[number]:
            relatives = self.collection.relatives(source, word.terms[0])
        scale = self.collection.documents / max(source.documents, 1)
        self.frequency[number] = scale * sum(map(source.document_frequency, own[:1]))
        family = scale * sum(map(source.document_frequency, (*own[:1], *relatives)))
        if family:
            self.base_idf[number] = self.collection.idf_of(min(family, self.collection.documents))
        found = [(number, True, source.postings(at)) for at in own]
        return found + [(number, False, source.postings(at)) for at in relatives if at not in own]

    def _places(self, seen: Sequence[_Seen], typed: Any) -> Any:
        """Scores for what stands early and for what stands side by side."""
        starts = np.concatenate([found.starts for found in seen])
        counts = np.concatenate([found.counts for found in seen])
        owners, positions = self.source.spans(starts, counts)
        docs = np.concatenate([found.held for found in seen])[owners]
        word = np.repeat([found.word for found in seen], [len(found.held) for found in seen])[owners]
        added = np.zeros(len(self.docs))
        if self.ranking.early:
            first = positions < self.ranking.early_tokens
            early = self._counts(word[first], docs[first])
            added += self.ranking.early * ((self.base_idf * self.weights) @ (early * (self.k1 + 1) / (early + self.k1)))
        if self.pairs:
            added += self._neighbours(docs, positions, word, typed)
        return added

    def _counts(self, words: Any, docs: Any) -> Any:
        """How often each word is in each document; i8[words, documents]."""
        count, width = len(self.words), len(self.docs)
        return np.bincount(words * width + docs, minlength=count * width).reshape(count, width)

    def _neighbours(self, docs: Any, positions: Any, word: Any, typed: Any) -> Any:
        ranking = self.ranking
        count = len(self.words)
        keys = (docs * (int(positions.max()) + 2) + positions) * count + word
        order = keys.argsort()
        keys, docs, word = keys[order], docs[order], word[order]
        wanted = keys + count + 1  # the next word of the query at the next position
        places = np.minimum(keys.searchsorted(wanted), len(keys) - 1)
        after = (keys[places] == wanted) & (word < count - 1)
        pairs = self._counts(word[after], docs[after])[:-1]
        idf = self._idf_together(pairs, 2)
        worth = self._saturated(pairs)
        added = ranking.pairs * (idf @ worth)
        added += ranking.typed_pairs * (idf @ (worth * (typed[:-1] & typed[1:])))
        if ranking.triples and len(self.words) > 2:
            third = after & after[places]
            triples = self._counts(word[third], docs[third])[:-2]
            added += ranking.triples * (self._idf_together(triples, 3) @ self._saturated(triples))
        return added

    def _surface_idf(self, typed: Any) -> Any:
        """The inverse document frequency of each word in the form typed, from the sample of its documents."""
        share = (typed & self.sampled).sum(axis=1) / np.maximum(self.sampled.sum(axis=1), 1)
        return self._idf_of_share(share, self.frequency)

    def _idf_together(self, counts: Any, length: int) -> Any:
        """The inverse document frequency of words side by side, from the sample of the rarest of them."""
        windows = np.lib.stride_tricks.sliding_window_view(self.frequency, length)
        rarest = windows.argmin(axis=1) + np.arange(len(windows))
        sampled = self.sampled[rarest]
        share = ((counts > 0) & sampled).sum(axis=1) / np.maximum(sampled.sum(axis=1), 1)
        boosts = np.lib.stride_tricks.sliding_window_view(self.boosts, length).mean(axis=1)
        return boosts * self._idf_of_share(share, windows.min(axis=1))

    def _idf_of_share(self, share: Any, frequency: Any) -> Any:
        """The inverse document frequency of what a share of so many documents has, few if none of the sample."""
        return self.collection.idf_of(np.maximum(np.maximum(share, 0.25 / _SAMPLE) * frequency, 0.5))
