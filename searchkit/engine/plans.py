"""How a query is executed on one segment: a tree of plans that work on arrays of documents, not document by document.

Every plan can say which documents match (`docs` as numbers, `mask` as one cell a document), give an upper bound of
their scores (`ceilings`), and score any documents exactly (`score`). `topk` puts these together: bounds for all,
exact scores for the few that may be among the best. Here are the plans of terms and of sets of documents; `compound`
has those that join others.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np

from searchkit.engine.arrays import are_in, in_parts
from searchkit.engine.lengths import Norms
from searchkit.engine.term_postings import TermPostings

__all__ = ["ConstantPlan", "DocsPlan", "Plan", "ScaledPlan", "TermPlan", "units"]


class Plan:
    """What matches in one segment of N documents; `size` bounds how many do."""

    size: int
    documents: int
    peak: float  # no document scores more
    leaves = 1
    level: float | None = None  # the score of all that match, where it is known to be the same
    # Whether a document matches exactly when its ceiling is above zero, so that no mask is needed besides.
    ceilings_tell = False

    @property
    def terms(self) -> list[TermPlan] | None:
        """The terms whose scores add up to its own in any document; None if there is anything else to it."""
        return None

    def refine(self) -> None:
        """Find out how many documents match, where that is to be found out in any case, and make `size` tell it."""

    def condensed(self, leaves: int) -> Plan:
        """A plan that says the same and has at most so many leaves, if there is one."""
        return self

    def docs(self) -> Any:
        """The matching documents, ascending; i8."""
        return np.flatnonzero(self.mask())

    def mask(self) -> Any:
        """Which documents match; bool[N]."""
        found = np.zeros(self.documents, bool)
        found[self.docs()] = True
        return found

    def matches(self, docs: Any) -> Any:
        """Which of `docs` (ascending) match; bool[docs]."""
        raise NotImplementedError

    def ceilings(self, total: Any, unit: float) -> None:
        """Add to `total`, u2[N], no less than the score of each matching document, counted in `unit`s.

        Whoever calls makes the unit so large that the sums stay below 65,536: each of the `leaves` adds at most its
        share of the peak and 255 more, from rounding up.
        """
        raise NotImplementedError

    def bounds(self, unit: float) -> Any:
        """What `ceilings` adds, in a table of its own; u2[N]."""
        found = np.zeros(self.documents, np.uint16)
        self.ceilings(found, unit)
        return found

    def raise_bounds(self, bounds: Any, unit: float) -> None:
        """Let no cell of `bounds`, u2[N], be below what `ceilings` adds."""
        np.maximum(bounds, self.bounds(unit), out=bounds)

    def score(self, docs: Any) -> Any:
        """The exact scores of `docs` (ascending), 0 for those that do not match; f8[docs]."""
        raise NotImplementedError

    def score_one(self, doc: int) -> float:
        """The exact score of a document, 0 if it does not match."""
        return float(self.score(np.array([doc]))[0])

    def scored(self) -> tuple[Any, Any]:
        """All matching documents, ascending, and their scores."""
        docs = self.docs()
        return docs, self.score(docs)


class TermPlan(Plan):
    """Documents with a term, scored by BM25; with `norms` None by how often they have it."""

    ceilings_tell = True

    def __init__(self, postings: TermPostings, weight: float, norms: Norms | None) -> None:
        self.postings = postings
        self.weight = weight
        self.norms = norms
        self.size = postings.df
        self.documents = postings.field.documents
        if norms is None:
            self.peak = weight * int(postings.tfs().max())
        else:
            self.peak = weight * (norms.k1 + 1) * norms.drift

    @property
    def terms(self) -> list[TermPlan] | None:
        # Nothing here may refer to itself: the files of a segment are closed as soon as nobody uses them.
        return None if self.norms is None else [self]

    def docs(self) -> Any:
        return self.postings.docs()

    def matches(self, docs: Any) -> Any:
        return self.postings.holds(docs)

    def ceilings(self, total: Any, unit: float) -> None:
        postings = self.postings
        if self.norms is None:
            np.add.at(total, self.docs(), units(postings.tfs() * self.weight, unit))
            return
        step = self._step(unit)
        row = postings.row_impacts()
        if row is None:
            np.add.at(total, postings.docs(), np.multiply(postings.impacts(), step, dtype=np.uint16))
            return
        for part in in_parts(len(row)):
            own = row[part].astype(np.uint16)  # faster than to multiply what is cast meanwhile
            own *= step
            total[part] += own

    def bounds(self, unit: float) -> Any:
        row = None if self.norms is None else self.postings.row_impacts()
        if row is None:
            return super().bounds(unit)
        found = row.astype(np.uint16)
        found *= self._step(unit)
        return found

    def raise_bounds(self, bounds: Any, unit: float) -> None:
        if self.norms is None or self.postings.row_impacts() is not None:
            super().raise_bounds(bounds, unit)
        else:
            docs = self.postings.docs()
            own = np.multiply(self.postings.impacts(), self._step(unit), dtype=np.uint16)
            bounds[docs] = np.maximum(own, bounds.take(docs))

    def _step(self, unit: float) -> Any:
        """How many units an impact counts."""
        return np.uint16(ceil(self.peak / 255 / unit))

    def score(self, docs: Any) -> Any:
        return self._scores(docs, self.postings.tf_at(docs))

    def score_one(self, doc: int) -> float:
        place = self.postings.place_of(doc)
        if place < 0:
            return 0.0
        times, _ = self.postings.at(place)
        if self.norms is None:
            return times * self.weight
        norm = self.norms.values[self.postings.field.length_byte(doc)]
        return (self.weight * (self.norms.k1 + 1)) * times / (times + norm)

    def scored(self) -> tuple[Any, Any]:
        docs = self.docs()
        return docs, self._scores(docs, self.postings.tfs())

    def _scores(self, docs: Any, tfs: Any) -> Any:
        if self.norms is None:
            return tfs * self.weight
        norms = self.norms.of(self.postings.field.lengths, docs)
        return (self.weight * (self.norms.k1 + 1)) * tfs / (tfs + norms)


def units(scores: Any, unit: float) -> Any:
    """Scores counted in units, rounded up, as `Plan.ceilings` adds them; u2."""
    return np.ceil(scores / unit).astype(np.uint16)


class DocsPlan(Plan):
    """A known set of documents, each with the same score."""

    def __init__(self, documents: int, docs: Any = None, mask: Any = None, score: float = 1.0) -> None:
        """Give the documents as numbers, ascending, or as a mask; neither means all."""
        self.documents = documents
        self._docs = docs
        self._mask = mask
        self._score = score
        self.peak = self.level = score
        self.size = documents if docs is None else len(docs)

    def docs(self) -> Any:
        if self._docs is None:
            self._docs = np.arange(self.documents) if self._mask is None else np.flatnonzero(self._mask)
        return self._docs

    def mask(self) -> Any:
        if self._mask is None:
            if self._docs is None:
                return np.ones(self.documents, bool)
            self._mask = np.zeros(self.documents, bool)
            self._mask[self._docs] = True
        return self._mask.copy()

    def matches(self, docs: Any) -> Any:
        if self._mask is not None:
            return self._mask[docs]
        if self._docs is None:
            return np.ones(len(docs), bool)
        return are_in(self._docs, docs)

    def ceilings(self, total: Any, unit: float) -> None:
        step = np.uint16(ceil(self._score / unit))
        if self._mask is not None:
            total += self._mask * step
        elif self._docs is None:
            total += step
        else:
            total[self._docs] += step

    def score(self, docs: Any) -> Any:
        return self.matches(docs) * float(self._score)


class ConstantPlan(Plan):
    """What another plan matches, each document with the same score."""

    def __init__(self, plan: Plan, score: float) -> None:
        self.plan = plan
        self._score = score
        self.size = plan.size
        self.documents = plan.documents
        self.peak = self.level = score

    def docs(self) -> Any:
        return self.plan.docs()

    def mask(self) -> Any:
        return self.plan.mask()

    def matches(self, docs: Any) -> Any:
        return self.plan.matches(docs)

    def ceilings(self, total: Any, unit: float) -> None:
        total += np.uint16(ceil(self._score / unit))

    def score(self, docs: Any) -> Any:
        return self.plan.matches(docs) * float(self._score)

    def scored(self) -> tuple[Any, Any]:
        docs = self.plan.docs()
        return docs, np.full(len(docs), float(self._score))


class ScaledPlan(ConstantPlan):
    """Another plan with its scores multiplied."""

    def __init__(self, plan: Plan, factor: float) -> None:
        super().__init__(plan, factor)
        self.peak = plan.peak * factor
        self.level = None if plan.level is None else plan.level * factor
        self.leaves = plan.leaves
        self.ceilings_tell = plan.ceilings_tell

    def ceilings(self, total: Any, unit: float) -> None:
        self.plan.ceilings(total, unit / self._score)

    def score(self, docs: Any) -> Any:
        return self.plan.score(docs) * self._score

    def scored(self) -> tuple[Any, Any]:
        docs, scores = self.plan.scored()
        return docs, scores * self._score
