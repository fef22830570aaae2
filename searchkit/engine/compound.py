"""Plans that join others: any of them, all of them, one without another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import add
from typing import Any

import numpy as np

from azanalyzer.lazy import cached_property
from searchkit.engine.arrays import beginnings, merged
from searchkit.engine.expand import TermsPlan
from searchkit.engine.occurrences import Occurrences
from searchkit.engine.plans import Plan, TermPlan

__all__ = ["AllOfPlan", "AnyOfPlan", "ExceptPlan", "MaxPlan", "MaybePlan", "added_up", "in_each"]

_MOST_TOGETHER = 1024  # documents in which all terms are looked up together
_SPARSE = 8  # of fewer postings than one document in so many the documents are sorted
_FEW = 8  # documents that are scored one by one: less work than arrays make


class _JoinedPlan(Plan):
    """What joins other plans, whose scores add up. Where few documents match, all are scored without bounds."""

    plans: Sequence[Plan]

    @cached_property
    def peak(self) -> float:  # type: ignore[override]
        return sum(plan.peak for plan in self.plans)

    @cached_property
    def leaves(self) -> int:  # type: ignore[override]
        return sum(plan.leaves for plan in self.plans)


class AnyOfPlan(_JoinedPlan):
    """Documents that any of the plans matches; scores add up."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans = plans
        self.documents = plans[0].documents
        self.size = min(sum(plan.size for plan in plans), self.documents)
        self.parts = self._terms_of(plans)

    @cached_property
    def ceilings_tell(self) -> bool:  # type: ignore[override]
        return all(plan.ceilings_tell for plan in self.plans)

    def _terms_of(self, plans: Sequence[Plan]) -> list[TermPlan] | None:
        return _scored_terms(plans)

    @property
    def terms(self) -> list[TermPlan] | None:
        return self.parts

    def refine(self) -> None:
        for plan in self.plans:
            plan.refine()
        self.size = min(sum(plan.size for plan in self.plans), self.documents)

    def condensed(self, leaves: int) -> Plan:
        """What fewer documents match is added up for all of them beforehand."""
        plans = sorted(self.plans, key=lambda plan: -plan.size)
        sums = accumulate(plan.leaves for plan in plans)
        kept = sum(reached < leaves for reached in sums)  # and one for the others
        if len(plans) - kept < 2:
            return self
        found: list[Plan] = [AnyOfPlan(plans[:kept])] if kept else []
        docs, scores = AnyOfPlan(plans[kept:]).scored()
        if len(docs):
            found.append(TermsPlan(self.documents, docs, scores))
        return AnyOfPlan(found) if found else self

    def docs(self) -> Any:
        if self.size * 16 > self.documents:
            return np.flatnonzero(self.mask())
        return merged([plan.docs() for plan in self.plans])

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
        return _plain_sum(plan.score_one(doc) for plan in _added(self))

    def scored(self) -> tuple[Any, Any]:
        return self._combined(np.add, 0.0)

    def _combined(self, combine: Any, nothing: float) -> tuple[Any, Any]:
        parts = [plan.scored() for plan in _added(self) if plan.size]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.zeros(0, np.intp), np.zeros(0)
        if sum(len(docs) for docs, _ in parts) * _SPARSE > self.documents:
            found = np.zeros(self.documents, bool)
            total = np.full(self.documents, nothing)
            for docs, scores in parts:
                found[docs] = True
                total[docs] = combine(total.take(docs), scores)
            docs = np.flatnonzero(found)
            return docs, total.take(docs)
        docs = np.concatenate([docs for docs, _ in parts])
        scores = np.concatenate([scores for _, scores in parts])
        order = docs.argsort(kind="stable")
        docs, scores = docs.take(order), scores.take(order)
        first = beginnings(docs)
        if len(first) == len(docs):  # no document matches two of them
            return docs, scores
        return docs.take(first), combine.reduceat(scores, first)


def _scored_terms(plans: Sequence[Plan]) -> list[TermPlan] | None:
    """The terms whose scores add up to those of all plans; None if there is anything else."""
    found: list[TermPlan] = []
    for plan in plans:
        if (terms := plan.terms) is None:
            return None
        found += terms
    return found


def added_up(plan: AnyOfPlan | AllOfPlan, docs: Any) -> Any:
    """What the plans that a plan joins give `docs` together; f8[docs]."""
    if plan.parts is not None and len(plan.parts) > 2 and len(docs) <= _MOST_TOGETHER:
        return _score_together(plan.parts, docs)
    return sum(part.score(docs) for part in _added(plan))


def _added(plan: AnyOfPlan | AllOfPlan) -> Sequence[Plan]:
    """What is added up, one after the other: however many documents are scored, sums are the same to the last bit.

    Otherwise equal scores would be in another order on another page.
    """
    return plan.plans if plan.parts is None else plan.parts


def _plain_sum(scores: Iterable[float]) -> float:
    """Their sum to the same last bit as that of arrays; since Python 3.12 `sum` makes up for what rounding loses."""
    return reduce(add, scores, 0.0)


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
    tfs *= weights[:, None]  # first, as a term alone is scored
    np.divide(tfs, below, out=tfs, where=below > 0)
    # `sum`, and a product of matrices, add up in an order that depends on how many documents there are.
    total: Any = tfs[0]
    for row in tfs[1:]:
        total += row
    return total


class MaxPlan(AnyOfPlan):
    """Documents that any of the plans matches, scored by the best of them."""

    def condensed(self, leaves: int) -> Plan:
        return self

    @cached_property
    def peak(self) -> float:  # type: ignore[override]
        return max(plan.peak for plan in self.plans)

    def _terms_of(self, plans: Sequence[Plan]) -> list[TermPlan] | None:
        return None

    def ceilings(self, total: Any, unit: float) -> None:
        total += self.bounds(unit)

    def bounds(self, unit: float) -> Any:
        first, *others = sorted(self.plans, key=lambda plan: -plan.size)
        found = first.bounds(unit)
        for plan in others:
            plan.raise_bounds(found, unit)
        return found

    def score(self, docs: Any) -> Any:
        scores = self.plans[0].score(docs)
        for plan in self.plans[1:]:
            scores = np.maximum(scores, plan.score(docs))
        return scores

    def score_one(self, doc: int) -> float:
        return max(plan.score_one(doc) for plan in self.plans)

    def scored(self) -> tuple[Any, Any]:
        return self._combined(np.maximum, -np.inf)


class AllOfPlan(_JoinedPlan):
    """Documents that all of the plans match; scores add up."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans = sorted(plans, key=lambda plan: plan.size)
        self.size = self.plans[0].size
        self.documents = plans[0].documents
        self.parts = _scored_terms(plans)
        levels = [plan.level for plan in self.plans if plan.level is not None]
        self.level = _plain_sum(levels) if len(levels) == len(self.plans) else None

    def docs(self) -> Any:
        return self._in_all()

    def mask(self) -> Any:
        return self._mask_of_all() if self.size * 8 > self.documents else super().mask()

    def _in_all(self) -> Any:
        if self.size * 8 > self.documents:
            return np.flatnonzero(self._mask_of_all())
        return in_each(self.plans[1:], self.plans[0].docs())

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
            scores = (_plain_sum(plan.score_one(doc) for plan in _added(self)) for doc in docs.tolist())
            return docs, np.fromiter(scores, float, len(docs))
        return docs, added_up(self, docs)


def in_each(plans: Sequence[Plan], docs: Any) -> Any:
    """Those of `docs` that each of the plans matches."""
    for plan in plans:
        if not len(docs):
            break
        docs = docs[plan.matches(docs)]
    return docs


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
