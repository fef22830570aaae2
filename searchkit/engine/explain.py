"""What the parts of a query give one document, asked of the same plans and evidence that searches use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchkit.backend import Boost, Occurrence
from searchkit.engine.boosts import Boosts
from searchkit.engine.collection import Collection
from searchkit.engine.evidence import by_segment, coverage, evidence, words_of
from searchkit.engine.expand import Expander
from searchkit.engine.hits import Hits
from searchkit.engine.lengths import length_steps
from searchkit.engine.planner import plan_query
from searchkit.engine.terms import TermDictionary, encode
from searchkit.engine.whoosh_query import whoosh_query
from searchkit.querytree import Fuzzy, Node, Prefix, Query, Wildcard, Word
from searchkit.ranking import Ranking

__all__ = ["DocumentScores"]


class DocumentScores:
    """See `searchkit.backend.Scores`."""

    def __init__(
        self, query: Query, boosts: Boosts | None, collection: Collection, best: Hits, place: int, doc: int
    ) -> None:
        """`best` are the hits that evidence is looked for in: how rare words are side by side is told from them."""
        self.words: Sequence[Word] = words_of(query, collection)
        self._fields = query.fields
        self.boosts: Sequence[Boost] = boosts.named(place, doc) if boosts is not None else []
        self._collection = collection
        self._place = place
        self._segment = collection.segments[place]
        self._docs = np.array([doc])
        hits = best.by_document()
        self._at_hand = by_segment(hits.places, hits.docs)
        places = [hit[1:] for hit in hits.listed()]
        self.is_close: bool = (place, doc) in places
        self._number = places.index((place, doc)) if self.is_close else 0

    def score(self, node: Node) -> float:
        plan = plan_query(Query(node, fields=self._fields), self._collection, self._place, Expander())
        return 0.0 if plan is None else float(plan.score(self._docs)[0])

    def evidence(self, words: Sequence[Word], ranking: Ranking, field: str | None = None) -> float:
        if ranking.is_plain or not words or not self.is_close:
            return 0.0
        found = evidence(words, ranking, self._collection, self._at_hand, field, self._fields)
        return float(found.added[self._number])

    def coverage(self, ranking: Ranking) -> Boost | None:
        if not ranking.coverage or len(self.words) < 2 or not self.is_close:
            return None
        held = evidence(self.words, ranking, self._collection, self._at_hand, None, self._fields).words
        if held is None or held[self._number] < 2:
            return None
        number = int(held[self._number])
        return Boost(f"{number} words of the query in it", float(coverage(number, ranking)))

    def occurrence(self, field: str, term: str) -> Occurrence:
        encoded = encode(term)
        source = self._segment.text(field)
        number = source.terms.find(encoded) if source is not None else -1
        if source is None or number < 0:
            return Occurrence(0, 0, self._collection.document_frequency(field, encoded))
        times = int(source.postings(number).tf_at(self._docs)[0])
        length = int(length_steps()[source.lengths[self._docs]][0])
        return Occurrence(times, length, self._collection.document_frequency(field, encoded))

    def terms(self, node: Prefix | Wildcard | Fuzzy, most: int) -> list[str]:
        found: list[str] = []
        source = self._segment.text(node.field) if node.field else None
        if source is None:
            return found
        tree = whoosh_query(Query(node), self._collection.schema)
        for part in getattr(tree, "subqueries", [tree]):
            for number in _numbers(part, source.terms):
                if len(found) < most and bool(source.postings(number).find(self._docs)[1][0]):
                    found.append(source.terms.term(number).decode("utf-8", "replace"))
        return list(dict.fromkeys(found))


def _numbers(part: Any, terms: TermDictionary) -> Sequence[int]:
    """The terms that a part of a Whoosh query stands for; a fuzzy word has the word itself among its parts."""
    if type(part).__name__ != "Term":
        return Expander().expand(part, terms)
    number = terms.find(encode(part.text))
    return [number] if number >= 0 else []
