"""The evidence of `evidence` in few documents, word by word: where there are few, arrays cost more than they save."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Any

from searchkit.engine.collection import SHORT_TITLE, TITLE_SHARE, Collection, Sought
from searchkit.engine.lengths import last_positions
from searchkit.engine.posting_columns import EARLY
from searchkit.engine.term_postings import TermPostings
from searchkit.ranking import Ranking

__all__ = ["evidence_in_few"]


class _Held:
    """A word in a field of a document: how often, and where."""

    __slots__ = ("early", "family", "own", "places", "spots", "typed")

    def __init__(self) -> None:
        self.family = 0  # times that it or a relative stands there
        self.own = 0  # times that it does
        self.typed = False
        self.early = False
        self.places: list[tuple[TermPostings, int]] = []
        self.spots: list[int] | None = None

    def positions(self) -> list[int]:
        if self.spots is None:
            self.spots = [position for found in starmap(TermPostings.positions_at, self.places) for position in found]
        return self.spots


_Row = dict[int, _Held]  # of a word, by the number of the document


def evidence_in_few(
    sought: Sought, ranking: Ranking, collection: Collection, found: Sequence[tuple[int, Any]]
) -> tuple[list[float], list[int]]:
    """What to add to the scores of documents, and how many of the words that say something each has."""
    documents = sum(len(docs) for _, docs in found)
    scores = [0.0] * documents
    words: list[set[int]] = [set() for _ in range(documents)]
    for field, boost in sought.fields.items():
        text = _FieldInFew(field, sought, ranking, collection, found)
        text.add_words(words)
        if ranking.pairs or ranking.typed_pairs or ranking.triples:
            for first in range(len(text.rows) - 1):
                text.add_neighbours(first)
        if field in sought.short:
            text.add_ends()
        for number, value in enumerate(text.added):
            scores[number] += boost * value
    return scores, [*map(len, words)]


class _FieldInFew:
    """The words of a query in one field of the documents at hand, and what that adds to the score of each."""

    def __init__(
        self,
        field: str,
        sought: Sought,
        ranking: Ranking,
        collection: Collection,
        found: Sequence[tuple[int, Any]],
    ) -> None:
        self._sought = sought
        self._ranking = ranking
        self._collection = collection
        self._figures = sought.figures[field]
        self._k1 = collection.text_field(field).k1
        self._early = ranking.early * collection.early_share(field)
        self.rows: list[_Row] = [{} for _ in self._figures]
        self._norms: list[float] = []  # what the lengths of the documents do to scores
        self._last: list[float] = []  # from which position on a token is the last one
        for place, documents in found:
            self._read(field, place, documents)
        self.added = [0.0] * len(self._norms)

    def _read(self, field: str, place: int, documents: Any) -> None:
        """Take in the documents of one segment."""
        docs = documents.tolist()
        source = self._collection.segments[place].text(field)
        if source is None:
            self._norms += [1.0] * len(docs)
            self._last += [0.0] * len(docs)
            return
        held = set(docs)
        for row, one in zip(self.rows, self._figures, strict=True):
            own = len(one.own[place])
            for rank, at in enumerate([*one.own[place], *one.relatives[place]]):
                postings = source.postings(at)
                for number, doc in enumerate(docs, len(self._norms)) if postings.may_be_in(held) else ():
                    if (where := postings.place_of(doc)) >= 0:
                        _note(row, number, postings, where, one.bits if rank < own else -1)
        steps = source.lengths.take(documents)
        self._norms += self._collection.norms(place, field).norms.take(steps).tolist()
        self._last += last_positions(steps).tolist()

    def add_words(self, words: Sequence[set[int]]) -> None:
        """Add what the words are worth; `words` takes those of each document that say something."""
        ranking, sought, norms, added = self._ranking, self._sought, self._norms, self.added
        early, k1 = self._early, self._k1
        for word, (row, one) in enumerate(zip(self.rows, self._figures, strict=True)):
            weight, stop_weight = sought.weights[word], sought.stop_weights[word]
            surface, base = weight * one.surface_idf * ranking.surface, weight * one.base_idf
            stop = stop_weight and stop_weight * self._collection.idf_of(one.frequency)
            for number, held in row.items():
                if weight and held.own:
                    words[number].add(word)
                saturated = (k1 + 1) * held.family / (held.family + norms[number])
                family = ranking.base if held.own else ranking.base + ranking.relatives
                added[number] += base * (family * saturated + early * held.early)
                if held.typed:
                    added[number] += surface * (k1 + 1) / (1 + norms[number])
                if stop and held.own:
                    added[number] += stop * (k1 + 1) * held.own / (held.own + norms[number])

    def add_ends(self) -> None:
        """Add what it is worth that texts begin or end with the forms that the query does."""
        rows, figures, sought, norms, last = self.rows, self._figures, self._sought, self._norms, self._last
        # Only of a short title does a single word say enough.
        may = [number for number in range(len(self.added)) if len(rows) > 1 or last[number] < SHORT_TITLE]
        beginning = may if sought.begins[0] else []
        ends = [0.0] * len(self.added)
        for word, (row, one) in enumerate(zip(rows, figures, strict=True)):
            beginning = [
                number for number in beginning if (held := row.get(number)) and held.typed and word in held.positions()
            ]
            for number in beginning:
                ends[number] += sought.begins[word] * one.surface_idf * (self._k1 + 1) / (1 + norms[number])
        for number in may if sought.end else []:
            held = rows[-1].get(number)
            if held and held.typed and any(at >= last[number] for at in held.positions()):
                ends[number] += sought.end * figures[-1].surface_idf * (self._k1 + 1) / (1 + norms[number])
        for number, worth in enumerate(ends):
            if worth:
                self.added[number] += worth * self._share_held(number) if sought.are_titles else worth

    def _share_held(self, number: int) -> float:
        """What a title counts by which part of the words that say something stands in it."""
        weights = self._sought.weights
        says = [row for row, weight in zip(self.rows, weights, strict=True) if weight] or self.rows
        share: float = sum(number in row and row[number].own > 0 for row in says) / len(says)
        return share**TITLE_SHARE

    def add_neighbours(self, first: int) -> None:
        """Add what it is worth that the word `first` stands before the next one, and this before the third."""
        pairs, triples = self._count_followed(first)
        if not pairs:
            return
        ranking, norms, added, k1 = self._ranking, self._norms, self.added, self._k1
        row, following = self.rows[first], self.rows[first + 1]
        idf = self._idf_together(first, 2, len(pairs))
        for number, times in pairs.items():
            added[number] += ranking.pairs * idf * (k1 + 1) * times / (times + norms[number])
            if row[number].typed and following[number].typed:
                added[number] += ranking.typed_pairs * idf * (k1 + 1) / (1 + norms[number])
        if triples and ranking.triples:
            idf = self._idf_together(first, 3, len(triples))
            for number, times in triples.items():
                added[number] += ranking.triples * idf * (k1 + 1) * times / (times + norms[number])

    def _count_followed(self, first: int) -> tuple[dict[int, int], dict[int, int]]:
        """How often the next word follows `first` in each document, and how often the third follows these two."""
        following = self.rows[first + 1]
        third = self.rows[first + 2] if first + 2 < len(self.rows) else {}
        pairs: dict[int, int] = {}
        triples: dict[int, int] = {}
        for number, held in self.rows[first].items():
            if number not in following:
                continue
            after = set(following[number].positions())
            places = [place for place in held.positions() if place + 1 in after]
            if places:
                pairs[number] = len(places)
            if places and number in third:
                after = set(third[number].positions())
                if times := sum(place + 2 in after for place in places):
                    triples[number] = times
        return pairs, triples

    def _idf_together(self, first: int, length: int, held: int) -> float:
        """The inverse document frequency of so many words side by side, which so many of the documents have."""
        words = slice(first, first + length)
        boosts = self._sought.boosts[words]
        return self._collection.idf_together(self._figures[words], boosts, held, len(self.added))


def _note(row: _Row, number: int, postings: TermPostings, where: int, bits: int) -> None:
    """Put in a posting; `bits` are those of the form typed, 0 for any, -1 for a relative."""
    held = row.get(number)
    if held is None:
        held = row[number] = _Held()
    times, forms = postings.at(where)
    held.family += times
    if bits >= 0:
        held.own += times
        held.typed |= forms & bits == bits
        held.early |= forms & EARLY != 0
    held.places.append((postings, where))
