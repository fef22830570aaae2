"""Evidence beyond the roots of words, read from the best hits: forms, bases, neighbourhood, place in the text.

For the few documents that may be among the best, all occurrences of all query words are put into one table of
documents and positions; what stands beside what is then a question about neighbouring rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any, NamedTuple

import numpy as np

from searchkit.engine.compile import Collection
from searchkit.engine.postings import FieldPostings, TermPostings, form_bit
from searchkit.engine.terms import encode
from searchkit.querytree import AllOf, AnyOf, Either, Node, Without, Word
from searchkit.ranking import Ranking
from searchkit.schema import Text

__all__ = ["evidence", "query_words"]

_MOST_WORDS = 12


def query_words(node: Node) -> list[Word]:
    """The typed words of a query in order, without what is excluded or was not typed."""
    if isinstance(node, Word):
        return [node] if node.typed else []
    if isinstance(node, Without):
        return query_words(node.node)
    if isinstance(node, Either):
        return query_words(node.nodes[0])
    if isinstance(node, (AnyOf, AllOf)):
        return [word for child in node.nodes for word in query_words(child)][:_MOST_WORDS]
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
        self.field = field
        self.source = source
        self.docs = docs
        norms = collection.norms(place, field)
        self.k1 = norms.k1
        self.norms = norms.norms[source.lengths[docs]]
        self.idf = np.zeros(len(words))
        self.base_idf = np.zeros(len(words))
        self.top = log(1 + collection.documents)

    def score(self) -> Any:
        seen = [found for number, word in enumerate(self.words) for found in self._terms(number, word)]
        added = np.zeros(len(self.docs))
        if not seen:
            return added
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
        if ranking.surface:
            added += ranking.surface * (self.idf @ (self._saturated(own) * typed))
        if ranking.base:
            added += ranking.base * (self.base_idf @ self._saturated(family))
        if ranking.early or (count > 1 and (ranking.pairs or ranking.typed_pairs or ranking.triples)):
            added += self._places(seen, typed)
        return added

    def _saturated(self, tfs: Any) -> Any:
        return (self.k1 + 1) * tfs / (tfs + self.norms)

    def _terms(self, number: int, word: Word) -> list[_Seen]:
        """The terms of a word and its relatives, and the figures of the word."""
        found = []
        dictionary = self.source.terms
        bit = form_bit(word.typed)
        idf = 0.0
        for rank, term in enumerate(word.terms):
            encoded = encode(term)
            at = dictionary.find(encoded)
            if rank == 0 or at >= 0:
                idf = max(idf, self.collection.idf(self.field, encoded)) if at >= 0 else idf
            if at >= 0:
                found.append(self._seen(number, True, self.source.postings(at), bit))
        self.idf[number] = idf
        relatives = self._relatives(word) if self.ranking.base else []
        self.base_idf[number] = self._family_idf(word, relatives)
        found += [self._seen(number, False, self.source.postings(at), 0) for at in relatives]
        return [one for one in found if len(one.held)]

    def _family_idf(self, word: Word, relatives: Sequence[int]) -> float:
        dictionary = self.source.terms
        numbers = [at for term in word.terms[:1] if (at := dictionary.find(encode(term))) >= 0]
        count = sum(self.source.document_frequency(at) for at in (*numbers, *relatives))
        share = min(count / max(self.source.documents, 1), 1.0)
        documents = self.collection.documents
        return self.collection.idf_of(share * documents) if count else 0.0

    def _relatives(self, word: Word) -> list[int]:
        """Other terms made of the base of a word, the most frequent first."""
        return self.collection.relatives(self.field, self.source, word.terms[0])

    def _seen(self, number: int, own: bool, postings: TermPostings, bit: int) -> _Seen:
        held, starts, counts = postings.occurrences(self.docs)
        typed = (postings.forms_at(self.docs[held]) & bit) != 0 if own and len(held) else np.zeros(len(held), bool)
        return _Seen(number, own, held, counts, starts, typed)

    def _places(self, seen: Sequence[_Seen], typed: Any) -> Any:
        """Scores for what stands early and for what stands side by side."""
        ranking = self.ranking
        starts = np.concatenate([found.starts for found in seen])
        counts = np.concatenate([found.counts for found in seen])
        owners, positions = self.source.spans(starts, counts)
        docs = np.concatenate([found.held for found in seen])[owners]
        numbers = np.repeat(
            np.repeat(np.arange(len(seen)), [len(found.held) for found in seen]), counts
        )
        word = np.array([found.word for found in seen])[numbers]
        count, width = len(self.words), len(self.docs)
        added = np.zeros(width)
        if ranking.early:
            first = positions < ranking.early_tokens
            early = np.bincount(word[first] * width + docs[first], minlength=count * width).reshape(count, width)
            added += ranking.early * (self.base_idf @ (early * (self.k1 + 1) / (early + self.k1)))
        if count > 1:
            added += self._neighbours(docs, positions, word, typed)
        return added

    def _neighbours(self, docs: Any, positions: Any, word: Any, typed: Any) -> Any:
        ranking = self.ranking
        count, width = len(self.words), len(self.docs)
        span = int(positions.max()) + 4
        # One cell for each document and position says which word of the query stands there, counted from 1.
        cells = np.zeros(width * span + 4, np.int8)
        keys = docs * span + positions
        cells[keys] = word + 1
        after = cells[keys + 1] == word + 2
        after |= (cells[keys + 1] == 0) & (cells[keys + 2] == word + 2)  # a stop word in between
        added = np.zeros(width)
        pairs = np.bincount(word[after] * width + docs[after], minlength=count * width).reshape(count, width)[:-1]
        idf = np.minimum(self.base_idf[:-1] + self.base_idf[1:], self.top)
        worth = idf @ self._saturated(pairs)
        added += ranking.pairs * worth
        if ranking.typed_pairs:
            added += ranking.typed_pairs * (idf @ (self._saturated(pairs) * (typed[:-1] & typed[1:])))
        if ranking.triples and count > 2:
            run = np.zeros(len(cells), bool)
            run[keys[after]] = True
            third = after & (run[keys + 1] | run[keys + 2])
            triples = np.bincount(word[third] * width + docs[third], minlength=count * width).reshape(count, width)[:-2]
            three = np.minimum(self.base_idf[:-2] + self.base_idf[1:-1] + self.base_idf[2:], self.top)
            added += ranking.triples * (three @ self._saturated(triples))
        return added
