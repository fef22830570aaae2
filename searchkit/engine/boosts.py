"""Boosts of documents: scores multiplied by how new a document is, or by a number of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from searchkit.backend import Boost
from searchkit.engine.plans import ConstantPlan, Plan
from searchkit.engine.segment import MISSING_DATE, Segment, micros
from searchkit.ranking import LEAST_BOOST, MOST_BOOST, Ranking
from searchkit.schema import parse_date

__all__ = ["BoostedPlan", "Boosts"]

_DAY = 86_400_000_000  # microseconds
_ROUNDING = 1 + 1e-9  # bounds must not fall below what they bound by the last bit


class Boosts:
    """The factors by which one ranking multiplies the scores of the documents of some segments."""

    def __init__(self, ranking: Ranking, segments: Sequence[Segment]) -> None:
        self._ranking = ranking
        self._segments = segments
        self._now = 0
        if ranking.freshness is not None:
            now = ranking.freshness.now
            self._now = micros(datetime.datetime.now() if now is None else parse_date(now))

    def plan(self, place: int, plan: Plan) -> Plan:
        """A plan for the segment at `place`, boosted."""
        return BoostedPlan(plan, lambda docs: self.factors(place, docs), self._most(place))

    def factors(self, place: int, docs: Any) -> Any:
        """What the scores of `docs` are multiplied by; f8[docs]."""
        found = np.ones(len(docs))
        for factors in (self._fresh(place, docs), self._own(place, docs)):
            if factors is not None:
                found *= factors
        return found

    def named(self, place: int, doc: int) -> list[Boost]:
        """The boosts of a document one by one."""
        segment, ranking = self._segments[place], self._ranking
        found = []
        fresh, own = (factors(place, np.array([doc])) for factors in (self._fresh, self._own))
        if fresh is not None and ranking.freshness is not None and fresh[0] != 1:
            days = (self._now - int(segment.values(ranking.freshness.field)[doc])) / _DAY
            age = f"{max(days, 0):,.0f} days old"
            found.append(Boost(f"fresh: {ranking.freshness.field}, {age}, times {fresh[0]:.3f}", float(fresh[0])))
        if own is not None and ranking.boost_field is not None and own[0] != 1:
            found.append(Boost(f"boost: {ranking.boost_field}, times {own[0]:g}", float(own[0])))
        return found

    def _most(self, place: int) -> float:
        """No document of a segment has a higher factor."""
        most = 1.0
        if self._ranking.freshness is not None:
            most += self._ranking.freshness.weight
        own = self._own(place, slice(None))
        return most if own is None or not len(own) else most * float(own.max())

    def _fresh(self, place: int, docs: Any) -> Any:
        freshness = self._ranking.freshness
        values = None if freshness is None else self._segments[place].values(freshness.field)
        if freshness is None or values is None:
            return None
        dates = values[docs]
        ages = np.maximum(self._now - dates.astype(np.float64), 0.0)
        # What has no date has the lowest number there is for it, and so an age at which nothing is left.
        return 1 + freshness.weight * np.exp2(-ages / (freshness.half_life * _DAY)) * (dates != MISSING_DATE)

    def _own(self, place: int, docs: Any) -> Any:
        field = self._ranking.boost_field
        values = None if field is None else self._segments[place].values(field)
        return None if values is None else np.clip(np.nan_to_num(values[docs], nan=1.0), LEAST_BOOST, MOST_BOOST)


class BoostedPlan(ConstantPlan):
    """What another plan matches, the scores multiplied document by document."""

    def __init__(self, plan: Plan, factors: Callable[[Any], Any], most: float) -> None:
        """`factors` gives those of some documents; none is above `most`."""
        super().__init__(plan, most)
        self._factors = factors
        self._most = most
        self.level = None
        self.peak = plan.peak * most
        self.leaves = plan.leaves + 1
        self.ceilings_tell = plan.ceilings_tell

    def ceilings(self, total: Any, unit: float) -> None:
        own = self.plan.bounds(unit / self._most)
        held = np.flatnonzero(own)
        total[held] += np.ceil(own[held] * self._factors(held) * (_ROUNDING / self._most)).astype(np.uint16)

    def score(self, docs: Any) -> Any:
        return self.plan.score(docs) * self._factors(docs)

    def scored(self) -> tuple[Any, Any]:
        docs, scores = self.plan.scored()
        return docs, scores * self._factors(docs)
