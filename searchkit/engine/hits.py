"""What a search finds before anything stored is read: hits as arrays, and the rows of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer.tuples import NamedTuple
from searchkit.backend import Position
from searchkit.engine.plans import Plan

__all__ = ["Found", "Hit", "Hits", "Row", "start_after"]

Hit = tuple[float, int, int]  # score, place of the segment, number of the document
Found = Sequence[tuple[int, Plan, Any]]  # place of the segment, plan, its matching documents


class Hits(NamedTuple):
    """Hits as parallel arrays."""

    scores: Any
    places: Any
    docs: Any

    def in_order(self) -> Hits:
        """The best first; those with equal scores in the order in which they were added."""
        return self.taken((-self.scores).argsort(kind="stable"))

    def by_document(self) -> Hits:
        """Segment by segment, the documents of each ascending."""
        return self.taken(np.lexsort((self.docs, self.places)))

    def taken(self, which: Any) -> Hits:
        """Some of them, by their numbers or as a slice."""
        return Hits(self.scores[which], self.places[which], self.docs[which])

    def with_others(self, others: Hits) -> Hits:
        """These, and the others behind them."""
        return Hits(*map(np.concatenate, zip(self, others, strict=True)))

    def listed(self) -> list[Hit]:
        """The hits one by one."""
        return list(zip(self.scores.tolist(), self.places.tolist(), self.docs.tolist(), strict=True))


class Row(NamedTuple):
    """A document of a list; `values` are those that it is sorted by."""

    score: float
    place: int
    doc: int
    values: tuple[float | str | None, ...]
    group: str | None = None
    group_size: int | None = None


def start_after(after: Position, hits: Sequence[Hit], anchor: tuple[int, int] | None) -> int:
    """Where the hits behind a cursor begin in a list by score.

    `anchor` is where the document of the cursor stands now: what follows it is wanted, whatever scores have become. If
    it is not among the hits any more, those from its rank on are.
    """
    return next((place for place, hit in enumerate(hits, 1) if hit[1:] == anchor), max(after.rank - 1, 0))
