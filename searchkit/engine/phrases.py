"""Phrases: documents where words follow one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from searchkit.engine.arrays import are_in
from searchkit.engine.occurrences import spans
from searchkit.engine.plans import AllOfPlan, Plan, units
from searchkit.engine.postings import TermPostings

__all__ = ["PhrasePlan"]

_MOST_CELLS = 1 << 23  # of a bitmap of positions


class PhrasePlan(AllOfPlan):
    """Documents where terms follow one another; scores are those of the terms added up."""

    def __init__(
        self,
        places: Sequence[Plan],
        terms: Sequence[Sequence[TermPostings]],
        slop: int,
        check: Callable[[], None],
    ) -> None:
        """`terms` are the alternative terms of each place; a place may follow `slop` or fewer positions behind.

        `check` is called before anything is looked for, and raises an error if that has taken too long.
        """
        super().__init__(places)
        self._check = check
        self.ceilings_tell = True
        self._terms = terms
        self._slop = slop
        self._found: Any = None

    def docs(self) -> Any:
        if self._found is None:
            docs = self._in_all()
            self._found = docs[self._follow(docs)]
        return self._found

    def mask(self) -> Any:
        found = np.zeros(self.documents, bool)
        found[self.docs()] = True
        return found

    def matches(self, docs: Any) -> Any:
        if self._found is not None:
            return are_in(self._found, docs)
        found = super().matches(docs)
        found[found] = self._follow(docs[found])
        return found

    def ceilings(self, total: Any, unit: float) -> None:
        docs = self.docs()
        total[docs] += units(sum(plan.score(docs) for plan in self.plans), unit)

    def _follow(self, docs: Any) -> Any:
        """In which of `docs`, which have a term of each place, the places follow one another; bool[docs]."""
        if not len(docs):
            return np.zeros(0, bool)
        self._check()
        places = [self._spans(alternatives, docs) for alternatives in self._terms]
        # A cell for each position of each document, and room behind so that no step reaches the next document.
        width = max(int(positions.max()) for _, positions in places) + self._slop + 1
        keys = [owners * width + positions for owners, positions in places]
        reached = keys[0]
        for following in keys[1:]:
            reached = following[_follows(reached, following, self._slop, len(docs) * width)]
        found = np.zeros(len(docs), bool)
        found[reached // width] = True
        return found

    def _spans(self, alternatives: Sequence[TermPostings], docs: Any) -> tuple[Any, Any]:
        """Where the terms of a place stand: places in `docs` and positions; i8."""
        if len(alternatives) == 1:
            return spans(alternatives[0], docs)
        parts = []
        for postings in alternatives:
            held = np.flatnonzero(postings.find(docs)[1])
            owners, positions = spans(postings, docs[held])
            parts.append((held[owners], positions))
        return np.concatenate([owners for owners, _ in parts]), np.concatenate([positions for _, positions in parts])


def _follows(reached: Any, following: Any, slop: int, cells: int) -> Any:
    """Which of `following` stand at most `slop` behind one of `reached`."""
    if not len(reached):
        return np.zeros(len(following), bool)
    if cells <= _MOST_CELLS:
        marked = np.zeros(cells, bool)
        marked[reached] = True
        # A key near the start may reach back beyond it, to the end: those cells are the room behind and never marked.
        found = marked[following - 1]
        for step in range(2, slop + 1):
            found |= marked[following - step]
        return found
    reached = np.sort(reached)
    places = reached.searchsorted(following, "left") - 1  # the nearest before
    return (places >= 0) & (following - reached[np.maximum(places, 0)] <= slop)
