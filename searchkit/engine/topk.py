"""The best k of what plans match: guess a bound, score what is above it, prove that nothing else can be better."""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1
from typing import Any

import numpy as np

from searchkit.engine.hits import Hits
from searchkit.engine.plans import Plan

__all__ = ["best", "best_of_all"]

_SPARSE = 16  # fewer matches than one document in so many are scored one and all
_GROUPS, _PARTS = 1024, 16
_SMALL = 4096
_UNITS = 65_000  # that the highest score counts as, less what rounding up may add
_MOST_LEAVES = 64  # with more, rounding up says of too many documents that they may be among the best


def best(plan: Plan, count: int, live: Any = None, floor: float = 0.0) -> tuple[int, Any, Any]:
    """How many documents match, and the `count` best of them: documents and exact scores, the best first.

    Equal scores follow the order of the documents. `live` is a mask of the documents that count, None for all; those
    that score less than `floor` may be left out.
    """
    plan.refine()
    if plan.level is not None:
        docs = plan.docs()
        if live is not None:
            docs = docs[live[docs]]
        return len(docs), docs[:count], np.full(min(count, len(docs)), float(plan.level))
    if plan.size * _SPARSE <= plan.documents or plan.documents <= _SMALL:
        return _of_all_scored(plan, count, live)
    if plan.leaves >= _MOST_LEAVES:
        plan = plan.condensed(_MOST_LEAVES - 1)
    unit = plan.peak / (_UNITS - 256 * plan.leaves) if plan.leaves < _MOST_LEAVES else 0.0
    if unit <= 0:  # too many words for bounds to tell anything, or nothing scores
        return _of_all_scored(plan, count, live)
    bounds = plan.bounds(unit)
    if plan.ceilings_tell:
        if live is not None:
            bounds *= live
    else:
        mask = plan.mask() if live is None else plan.mask() & live
        np.maximum(bounds, 1, out=bounds)  # what scores nothing is found all the same
        bounds *= mask
    total = int(np.count_nonzero(bounds))
    if total == 0 or count == 0:
        return total, np.zeros(0, np.intp), np.zeros(0)
    return total, *_proven(plan, bounds, min(count, total), unit, floor)


def best_of_all(plans: Sequence[tuple[int, Plan]], count: int, live: Sequence[Any]) -> tuple[int, Hits]:
    """`best` of several segments together: each plan comes with the place of its own, whose mask is in `live`."""
    total = 0
    floor = 0.0
    found: Hits | None = None
    for place, plan in plans:
        number, docs, scores = best(plan, count, live[place], floor)
        total += number
        own = Hits(scores, np.full(len(docs), place), docs)
        found = own if found is None else found.with_others(own).in_order().taken(slice(count))
        if len(found.docs) >= count > 0:
            floor = float(found.scores[-1])
    return total, found or Hits(np.zeros(0), np.zeros(0, np.intp), np.zeros(0, np.intp))


def _of_all_scored(plan: Plan, count: int, live: Any) -> tuple[int, Any, Any]:
    """`best` by the scores of all that match."""
    docs, scores = plan.scored()
    if live is not None:
        kept = live[docs]
        docs, scores = docs[kept], scores[kept]
    return len(docs), *_first(docs, scores, count)


def _proven(plan: Plan, bounds: Any, count: int, unit: float, floor: float) -> tuple[Any, Any]:
    guess, candidates = _highest(bounds, count)
    docs, scores = _first(candidates, plan.score(candidates), count)
    worst = float(scores[-1]) if len(scores) == count else 0.0
    if worst >= int(guess) * unit:  # what has a lower bound scores less
        return docs, scores
    lower = max(int(max(worst, floor) / unit * (1 - 1e-9)), 1)
    more = np.flatnonzero(bounds >= lower)
    more = more[bounds.take(more) < guess]
    scores = np.concatenate([scores, plan.score(more)])
    docs = np.concatenate([docs, more])
    order = docs.argsort()
    return _first(docs.take(order), scores.take(order), count)


def _highest(bounds: Any, count: int) -> tuple[Any, Any]:
    """A bound that about half as many documents again reach as are wanted, and those that do; u2 and i8, ascending.

    The documents are dealt out to groups, of which the highest bounds tell it: that so many of the highest of all fall
    to different groups is a matter of chance. The highest of each part of a group tell where in it they are.
    """
    wanted = count + count // 2 + 8
    groups = max(_GROUPS, wanted)
    rows = len(bounds) // (groups * _PARTS)
    if rows == 0:
        highest = np.sort(bounds)
        guess = max(highest[-min(wanted, len(bounds))], np.uint16(1))
        return guess, (bounds >= guess).nonzero()[0]
    size = rows * groups
    whole = _PARTS * size
    table = bounds[:whole].reshape(_PARTS, size)
    parts = table.max(axis=0)
    tops = parts.reshape(rows, groups).max(axis=0)
    reached = min(int(groups * -expm1(-wanted / groups)) + 1, groups)
    guess = max(np.partition(tops, groups - reached)[groups - reached], np.uint16(1))
    near = (tops >= guess).nonzero()[0]
    row, place = (parts.reshape(rows, groups).take(near, axis=1) >= guess).nonzero()
    columns = row * groups + near.take(place)
    row, place = (table.take(columns, axis=1) >= guess).nonzero()
    found = [row * size + columns.take(place), (bounds[whole:] >= guess).nonzero()[0] + whole]
    candidates = np.concatenate(found)
    candidates.sort()
    return guess, candidates


def _first(docs: Any, scores: Any, count: int) -> tuple[Any, Any]:
    """The `count` best of `docs`, which ascend: the best first, and the lower number before where they are equal."""
    if len(scores) > 4 * count:
        threshold = np.partition(scores, len(scores) - count)[len(scores) - count] if count else np.inf
        kept = np.flatnonzero(scores >= threshold)
        docs, scores = docs.take(kept), scores.take(kept)
    order = (-scores).argsort(kind="stable")[:count]
    return docs.take(order), scores.take(order)
