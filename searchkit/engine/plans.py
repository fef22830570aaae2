"""How a query is executed on one segment: a tree of plans that work on arrays of documents, not document by document.

Every plan can say which documents match (`docs` as numbers, `mask` as one cell a document), give an upper bound of
their scores (`ceilings`), and score any documents exactly (`score`). `topk` puts these together: bounds for all,
exact scores for the few that may be among the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np

from searchkit.engine.arrays import are_in, distinct
from searchkit.engine.lengths import Norms
from searchkit.engine.occurrences import Occurrences
from searchkit.engine.term_postings import TermPostings

__all__ = [
    "AllOfPlan",
    "AnyOfPlan",
    "ConstantPlan",
    "DocsPlan",
    "ExceptPlan",
    "MaxPlan",
    "MaybePlan",
    "Plan",
    "ScaledPlan",
    "TermPlan",
    "added_up",
    "units",
]


_MOST_TOGETHER = 1024  # documents in which all terms are looked up together
_FEW = 8  # documents that are scored one by one: less work than arrays make


class Plan:
    """What matches in one segment of N documents; `size` bounds how many do."""

    size: int
    documents: int
    peak: float  # no document scores more
    leaves = 1
    terms: list[TermPlan] | None = None  # others whose scores add up to its own in any document, if there are such
    # Whether a document matches exactly when its ceiling is above zero, so that no mask is needed besides.
    ceilings_tell = False

    def refine(self) -> None:
        """Find out how many documents match, where that is to be found out in any case, and make `size` tell it."""

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

    def docs(self) -> Any:
        return self.postings.docs()

    def matches(self, docs: Any) -> Any:
        return self.postings.holds(docs)

    def ceilings(self, total: Any, unit: float) -> None:
        postings = self.postings
        if self.norms is None:
            np.add.at(total, self.docs(), units(postings.tfs() * self.weight, unit))
            return
        row = self._row(unit)
        if row is not None:
            total += row
        else:
            step = self._step(unit)
            np.add.at(total, postings.docs(), np.multiply(postings.impacts(), step, dtype=np.uint16))

    def bounds(self, unit: float) -> Any:
        row = None if self.norms is None else self._row(unit)
        return super().bounds(unit) if row is None else row

    def _row(self, unit: float) -> Any:
        """The ceilings of all documents, u2[N]; None if the few of those that match are better added up."""
        impacts = self.postings.row_impacts()
        if impacts is None:
            return None
        row = impacts.astype(np.uint16)  # faster than to multiply what is cast meanwhile
        row *= self._step(unit)
        return row

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
    return np.ceil(scores / unit).astype(np.uint16)


class AnyOfPlan(Plan):
    """Documents that any of the plans matches; scores add up."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans = plans
        self.documents = plans[0].documents
        self.size = min(sum(plan.size for plan in plans), self.documents)
        self.parts = self.terms = self._terms_of(plans)
        self.ceilings_tell = all(plan.ceilings_tell for plan in plans)
        self.peak = self._peak()
        self.leaves = sum(plan.leaves for plan in plans)

    def _peak(self) -> float:
        return sum(plan.peak for plan in self.plans)

    def _terms_of(self, plans: Sequence[Plan]) -> list[TermPlan] | None:
        return _scored_terms(plans)

    def refine(self) -> None:
        for plan in self.plans:
            plan.refine()
        self.size = min(sum(plan.size for plan in self.plans), self.documents)

    def docs(self) -> Any:
        if self.size * 16 > self.documents:
            return np.flatnonzero(self.mask())
        docs = np.sort(np.concatenate([plan.docs() for plan in self.plans]))
        return distinct(docs)

    def mask(self) -> Any:
        found = self.plans[0].mask()
        for plan in self.plans[1:]:
            if plan.size * 8 > self.documents:
                found |= plan.mask()
            else:
                found[plan.docs()] = True
        return found

    def matches(self, docs: Any) -> Any:
        found = self.plans[0].matches(docs)
        for plan in self.plans[1:]:
            found = found | plan.matches(docs)
        return found

    def ceilings(self, total: Any, unit: float) -> None:
        for plan in self.plans:
            plan.ceilings(total, unit)

    def bounds(self, unit: float) -> Any:
        first, *others = sorted(self.plans, key=lambda plan: -plan.size)
        found = first.bounds(unit)
        for plan in others:
            plan.ceilings(found, unit)
        return found

    def score(self, docs: Any) -> Any:
        return added_up(self, docs)

    def score_one(self, doc: int) -> float:
        return sum(plan.score_one(doc) for plan in self.plans)

    def scored(self) -> tuple[Any, Any]:
        return self._combined(np.add)

    def _combined(self, combine: Any) -> tuple[Any, Any]:
        parts = [plan.scored() for plan in self.plans if plan.size]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.zeros(0, np.intp), np.zeros(0)
        docs = np.concatenate([docs for docs, _ in parts])
        scores = np.concatenate([scores for _, scores in parts])
        order = docs.argsort(kind="stable")
        docs, scores = docs[order], scores[order]
        first = np.flatnonzero(np.concatenate([[True], docs[1:] != docs[:-1]])) if len(docs) else np.zeros(0, np.intp)
        return docs[first], combine.reduceat(scores, first) if len(first) else scores


def _scored_terms(plans: Sequence[Plan]) -> list[TermPlan] | None:
    """The terms that BM25 scores and whose scores add up to those of all plans; None if there is anything else."""
    found: list[TermPlan] = []
    for plan in plans:
        # A plan that listed itself would live on in a circle, and with it the open file.
        terms = [plan] if isinstance(plan, TermPlan) and plan.norms is not None else plan.terms
        if terms is None:
            return None
        found += terms
    return found


def added_up(plan: AnyOfPlan | AllOfPlan, docs: Any) -> Any:
    """What the plans that a plan joins give `docs` together; f8[docs]."""
    if plan.parts is not None and len(plan.parts) > 2 and len(docs) <= _MOST_TOGETHER:
        return _score_together(plan.parts, docs)
    return sum(part.score(docs) for part in plan.plans)


def _score_together(terms: Sequence[TermPlan], docs: Any) -> Any:
    """What the terms give `docs` together; f8[docs]."""
    tfs = Occurrences([term.postings for term in terms], docs).frequencies
    norms: dict[Any, Any] = {}  # by field
    for term in terms:
        assert term.norms is not None
        field = term.postings.field
        if field not in norms:
            norms[field] = term.norms.of(field.lengths, docs)
    weights = np.array([term.weight * (term.norms.k1 + 1) for term in terms if term.norms is not None])
    if len(norms) > 1:
        below = np.array([norms[term.postings.field] for term in terms])
    else:
        (below,) = norms.values()
    below = below + tfs
    np.divide(tfs, below, out=tfs, where=below > 0)
    tfs *= weights[:, None]
    total: Any = tfs.sum(axis=0)  # a matrix product may add up differently where documents are alike
    return total


class MaxPlan(AnyOfPlan):
    """Documents that any of the plans matches, scored by the best of them."""

    def _peak(self) -> float:
        return max(plan.peak for plan in self.plans)

    def _terms_of(self, plans: Sequence[Plan]) -> list[TermPlan] | None:
        return None

    def ceilings(self, total: Any, unit: float) -> None:
        total += self.bounds(unit)

    def bounds(self, unit: float) -> Any:
        best, *others = (plan.bounds(unit) for plan in self.plans)
        for own in others:
            np.maximum(best, own, out=best)
        return best

    def score(self, docs: Any) -> Any:
        scores = self.plans[0].score(docs)
        for plan in self.plans[1:]:
            scores = np.maximum(scores, plan.score(docs))
        return scores

    def score_one(self, doc: int) -> float:
        return max(plan.score_one(doc) for plan in self.plans)

    def scored(self) -> tuple[Any, Any]:
        return self._combined(np.maximum)


class AllOfPlan(Plan):
    """Documents that all of the plans match; scores add up."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans = sorted(plans, key=lambda plan: plan.size)
        self.size = self.plans[0].size
        self.documents = plans[0].documents
        self.peak = sum(plan.peak for plan in plans)
        self.leaves = sum(plan.leaves for plan in plans)
        self.parts = _scored_terms(plans)

    def docs(self) -> Any:
        return self._in_all()

    def mask(self) -> Any:
        return self._mask_of_all() if self.size * 8 > self.documents else super().mask()

    def _in_all(self) -> Any:
        if self.size * 8 > self.documents:
            return np.flatnonzero(self._mask_of_all())
        docs = self.plans[0].docs()
        for plan in self.plans[1:]:
            if not len(docs):
                break
            docs = docs[plan.matches(docs)]
        return docs

    def _mask_of_all(self) -> Any:
        found = self.plans[0].mask()
        for plan in self.plans[1:]:
            found &= plan.mask()
        return found

    def matches(self, docs: Any) -> Any:
        found = self.plans[0].matches(docs)
        for plan in self.plans[1:]:
            found = found & plan.matches(docs)
        return found

    def ceilings(self, total: Any, unit: float) -> None:
        for plan in self.plans:
            plan.ceilings(total, unit)

    def score(self, docs: Any) -> Any:
        return added_up(self, docs) * self.matches(docs)

    def scored(self) -> tuple[Any, Any]:
        docs = self.docs()
        if len(docs) <= _FEW:
            return docs, np.array([sum(plan.score_one(doc) for plan in self.plans) for doc in docs.tolist()], float)
        return docs, added_up(self, docs)


class MaybePlan(Plan):
    """Documents that the first plan matches; the second adds to the scores of those that it matches too."""

    def __init__(self, required: Plan, optional: Plan) -> None:
        self.required = required
        self.optional = optional
        self.size = required.size
        self.documents = required.documents
        self.peak = required.peak + optional.peak
        self.leaves = required.leaves + optional.leaves

    def docs(self) -> Any:
        return self.required.docs()

    def mask(self) -> Any:
        return self.required.mask()

    def matches(self, docs: Any) -> Any:
        return self.required.matches(docs)

    def ceilings(self, total: Any, unit: float) -> None:
        self.required.ceilings(total, unit)
        self.optional.ceilings(total, unit)

    def score(self, docs: Any) -> Any:
        return (self.required.score(docs) + self.optional.score(docs)) * self.required.matches(docs)


class ExceptPlan(Plan):
    """Documents that the first plan matches and the second does not."""

    def __init__(self, wanted: Plan, unwanted: Plan) -> None:
        self.wanted = wanted
        self.unwanted = unwanted
        self.size = wanted.size
        self.documents = wanted.documents
        self.peak = wanted.peak
        self.leaves = wanted.leaves

    def docs(self) -> Any:
        docs = self.wanted.docs()
        return docs[~self.unwanted.matches(docs)]

    def mask(self) -> Any:
        return self.wanted.mask() & ~self.unwanted.mask()

    def matches(self, docs: Any) -> Any:
        return self.wanted.matches(docs) & ~self.unwanted.matches(docs)

    def ceilings(self, total: Any, unit: float) -> None:
        self.wanted.ceilings(total, unit)

    def score(self, docs: Any) -> Any:
        return self.wanted.score(docs) * ~self.unwanted.matches(docs)


class DocsPlan(Plan):
    """A known set of documents, each with the same score."""

    def __init__(self, documents: int, docs: Any = None, mask: Any = None, score: float = 1.0) -> None:
        """Give the documents as numbers, ascending, or as a mask; neither means all."""
        self.documents = documents
        self._docs = docs
        self._mask = mask
        self._score = score
        self.peak = score
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
        self.peak = score

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
        self.leaves = plan.leaves
        self.ceilings_tell = plan.ceilings_tell

    def ceilings(self, total: Any, unit: float) -> None:
        self.plan.ceilings(total, unit / self._score)

    def score(self, docs: Any) -> Any:
        return self.plan.score(docs) * self._score

    def scored(self) -> tuple[Any, Any]:
        docs, scores = self.plan.scored()
        return docs, scores * self._score
