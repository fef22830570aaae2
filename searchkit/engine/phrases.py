"""Phrases: documents where words follow one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from searchkit.engine.arrays import are_in, distinct, in_order, in_parts, merged
from searchkit.engine.compound import AllOfPlan, added_up, in_each
from searchkit.engine.next_words import SEVERAL, sign
from searchkit.engine.occurrences import spans
from searchkit.engine.plans import Plan, units
from searchkit.engine.term_postings import TermPostings

__all__ = ["PhrasePlan"]

_MOST_CELLS = 1 << 23  # of a bitmap of positions
_MANY = 2048  # documents; the positions in fewer are read one and all
_MUCH = 8  # times as many documents as the rarest place has; those of a more frequent one are looked up


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

        `check` is called before anything is looked for, and for each place, and raises an error if that has taken too
        long.
        """
        super().__init__(places)
        self._places = places
        self._check = check
        self.ceilings_tell = True
        self._terms = terms
        self._slop = slop
        self._found: Any = None

    def docs(self) -> Any:
        if self._found is None:
            self._check()
            likely, place = self._likely()
            places = self._all_spots() if likely is None else None
            if places is not None:
                self._found = self._documents_of(places)
                return self._found
            if likely is None:
                docs = self._in_all()
            else:
                docs = in_each([plan for plan in self.plans if plan is not self._places[place]], likely)
            self._found = docs[self._follow(docs)]
        return self._found

    def _likely(self) -> tuple[Any, int]:
        """Documents among which are those in question, by the signs of what follows a place, i8, and this place.

        All have it. None if no word has signs, or if the documents with the rarest word are as few.
        """
        if self._slop > 1:
            return None, 0
        most = min(sum(postings.df for postings in alternatives) for alternatives in self._terms)
        found = None
        for place, (alternatives, following) in enumerate(pairwise(self._terms)):
            signs = [postings.field.next_words(postings.number) for postings in alternatives]
            if any(own is None for own in signs):
                continue
            if len(following) * sum(map(len, signs)) >= most * SEVERAL:  # so many have the right sign by chance
                continue
            wanted = [sign(postings.field.terms.term(postings.number)) for postings in following]
            tokens = [_with_signs(own, wanted) for own in signs]
            if sum(map(len, tokens)) < most:
                most = sum(map(len, tokens))
                found = place, tokens
        if found is None:
            return None, 0
        place, tokens = found
        docs = [postings.docs_of(own) for postings, own in zip(self._terms[place], tokens, strict=True)]
        return (docs[0] if len(docs) == 1 else merged(docs)), place

    def _all_spots(self) -> list[Any] | None:
        """All spots of each place; None if one has too many of them for what is looked for."""
        field = self._terms[0][0].field
        if self._slop >= 1 << (field.spot_bits - 1):
            return None
        sizes = [sum(postings.df for postings in alternatives) for alternatives in self._terms]
        most = max(_MANY, _MUCH * min(sizes))
        found = []
        for size, alternatives in zip(sizes, self._terms, strict=True):
            spots = [postings.spots(size <= most) for postings in alternatives]
            if any(own is None for own in spots):
                return None
            found.append(spots[0] if len(spots) == 1 else merged(spots))
        return found

    def _documents_of(self, places: Sequence[Any]) -> Any:
        """The documents in which the places follow one another; i8."""
        reached = places[0]
        for following in places[1:]:
            self._check()
            if not len(reached):
                break
            if self._slop == 1:
                reached = _common(reached + following.dtype.type(1), following)
            else:
                before = reached.searchsorted(following, "left") - 1  # the nearest
                near = following - reached.take(np.maximum(before, 0)) <= self._slop
                reached = following[(before >= 0) & near]
        return distinct((reached >> self._terms[0][0].field.spot_bits).astype(np.int64))

    def refine(self) -> None:
        self.size = len(self.docs())

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
        total[docs] += units(added_up(self, docs), unit)

    def score(self, docs: Any) -> Any:
        scores = added_up(self, docs)
        return scores if docs is self._found else scores * self.matches(docs)

    def _follow(self, docs: Any) -> Any:
        """In which of `docs`, which have a term of each place, the places follow one another; bool[docs]."""
        if not len(docs):
            return np.zeros(0, bool)
        places = []
        for alternatives in self._terms:
            self._check()
            places.append(self._spans(alternatives, docs))
        # A cell for each position of each document, and room behind so that no step reaches the next document.
        width = max(int(positions.max()) for _, positions in places) + self._slop + 1
        keys = [owners * width + positions for owners, positions in places]
        reached = keys[0]
        for following in keys[1:]:
            self._check()
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


def _with_signs(signs: Any, wanted: Sequence[int]) -> Any:
    """Where in `signs` one of those wanted may stand; i8."""
    found = []
    for part in in_parts(len(signs)):
        own = signs[part]
        may = own == SEVERAL
        for each in wanted:
            may |= own == each
        found.append(may.nonzero()[0] + part.start)
    return np.concatenate(found)


def _common(one: Any, other: Any) -> Any:
    """The values that are in both of two ascending arrays."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) * 12 < len(other):
        return one[are_in(other, one)]
    both = in_order([one, other])
    return both[1:][both[1:] == both[:-1]]


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
