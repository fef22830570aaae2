"""The evidence of `evidence` in few documents, word by word: where there are few, arrays cost more than they save."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Any

from searchkit.engine.collection import SHORT_TITLE, Collection, Sought, WordFigures
from searchkit.engine.lengths import last_positions
from searchkit.engine.postings import EARLY
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
        figures = sought.figures[field]
        rows, norms, last = _read(field, figures, collection, found)
        k1 = collection.text_field(field).k1
        added = [0.0] * documents
        early = ranking.early * collection.early_share(field)
        for word, (row, one) in enumerate(zip(rows, figures, strict=True)):
            weight, stop_weight = sought.weights[word], sought.stop_weights[word]
            surface, base = weight * one.surface_idf * ranking.surface, weight * one.base_idf
            stop = stop_weight and stop_weight * collection.idf_of(one.frequency)
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
        if ranking.pairs or ranking.typed_pairs or ranking.triples:
            for first in range(len(rows) - 1):
                _add_neighbours(added, first, rows, figures, sought.boosts, ranking, collection, norms, k1)
        if field in sought.short:
            _add_ends(added, rows, figures, sought, norms, last, k1)
        for number, value in enumerate(added):
            scores[number] += boost * value
    return scores, [*map(len, words)]


def _read(
    field: str, figures: Sequence[WordFigures], collection: Collection, found: Sequence[tuple[int, Any]]
) -> tuple[list[_Row], list[float], list[float]]:
    """The words in a field of the documents, what the lengths of these do to scores, and where they end."""
    rows: list[_Row] = [{} for _ in figures]
    lengths: list[float] = []
    last: list[float] = []
    for place, documents in found:
        docs = documents.tolist()
        source = collection.segments[place].text(field)
        if source is None:
            lengths += [1.0] * len(docs)
            last += [0.0] * len(docs)
            continue
        norms = collection.norms(place, field)
        held = set(docs)
        for row, one in zip(rows, figures, strict=True):
            own = len(one.own[place])
            for rank, at in enumerate([*one.own[place], *one.relatives[place]]):
                postings = source.postings(at)
                for number, doc in enumerate(docs, len(lengths)) if postings.may_be_in(held) else ():
                    if (where := postings.place_of(doc)) >= 0:
                        _note(row, number, postings, where, one.bits if rank < own else -1)
        steps = source.lengths.take(documents)
        lengths += norms.norms.take(steps).tolist()
        last += last_positions(steps).tolist()
    return rows, lengths, last


def _note(row: _Row, number: int, postings: TermPostings, where: int, bits: int) -> None:
    """Put in a posting; `bits` are those of the form typed, -1 for a relative."""
    held = row.get(number)
    if held is None:
        held = row[number] = _Held()
    times, forms = postings.at(where)
    held.family += times
    if bits >= 0:
        held.own += times
        held.typed |= bits > 0 and forms & bits == bits
        held.early |= forms & EARLY != 0
    held.places.append((postings, where))


def _add_ends(
    added: list[float],
    rows: Sequence[_Row],
    figures: Sequence[WordFigures],
    sought: Sought,
    norms: Sequence[float],
    last: Sequence[float],
    k1: float,
) -> None:
    """Add what it is worth that texts begin or end with the forms that the query does."""
    # Only of a short title does a single word say enough.
    may = [number for number in range(len(added)) if len(rows) > 1 or last[number] < SHORT_TITLE]
    beginning = may if sought.begins[0] else []
    for word, (row, one) in enumerate(zip(rows, figures, strict=True)):
        beginning = [
            number for number in beginning if (held := row.get(number)) and held.typed and word in held.positions()
        ]
        for number in beginning:
            added[number] += sought.begins[word] * one.surface_idf * (k1 + 1) / (1 + norms[number])
    for number in may if sought.end else []:
        held = rows[-1].get(number)
        if held and held.typed and any(at >= last[number] for at in held.positions()):
            added[number] += sought.end * figures[-1].surface_idf * (k1 + 1) / (1 + norms[number])


def _add_neighbours(
    added: list[float],
    first: int,
    rows: Sequence[_Row],
    figures: Sequence[WordFigures],
    boosts: Sequence[float],
    ranking: Ranking,
    collection: Collection,
    norms: Sequence[float],
    k1: float,
) -> None:
    """Add what it is worth that the word `first` stands before the next one, and this before the third."""
    row, following = rows[first], rows[first + 1]
    pairs: dict[int, int] = {}
    triples: dict[int, int] = {}
    for number, held in row.items():
        if number not in following:
            continue
        after = set(following[number].positions())
        places = [place for place in held.positions() if place + 1 in after]
        if places:
            pairs[number] = len(places)
            third = rows[first + 2].get(number) if first + 2 < len(rows) else None
            if third is not None:
                after = set(third.positions())
                if times := sum(place + 2 in after for place in places):
                    triples[number] = times
    if pairs:
        idf = collection.idf_together(figures[first : first + 2], boosts[first : first + 2], len(pairs), len(added))
        for number, times in pairs.items():
            added[number] += ranking.pairs * idf * (k1 + 1) * times / (times + norms[number])
            if row[number].typed and following[number].typed:
                added[number] += ranking.typed_pairs * idf * (k1 + 1) / (1 + norms[number])
    if triples and ranking.triples:
        idf = collection.idf_together(figures[first : first + 3], boosts[first : first + 3], len(triples), len(added))
        for number, times in triples.items():
            added[number] += ranking.triples * idf * (k1 + 1) * times / (times + norms[number])
