"""The best k of what a plan matches: guess a bound, score what is above it, prove that nothing else can be better."""

from __future__ import annotations

from math import expm1
from typing import Any

import numpy as np

from searchkit.engine.plans import Plan

__all__ = ["best"]

_SPARSE = 16  # fewer matches than one document in so many are scored one and all
_GROUPS, _ROWS = 1024, 4
_SMALL = 4096
_UNITS = 65_000  # that the highest score counts as, less what rounding up may add
_MOST_LEAVES = 128


def best(plan: Plan, count: int, live: Any = None, floor: float = 0.0) -> tuple[int, Any, Any]:
    """How many documents match, and the `count` best of them: documents and exact scores, the best first.

    Equal scores follow the order of the documents. `live` is a mask of the documents that count, None for all; those
    that score less than `floor` may be left out.
    """
    plan.refine()
    if plan.size * _SPARSE <= plan.documents or plan.documents <= _SMALL:
        docs, scores = plan.scored()
        if live is not None:
            kept = live[docs]
            docs, scores = docs[kept], scores[kept]
        return len(docs), *_first(docs, scores, count)
    unit = plan.peak / (_UNITS - 256 * plan.leaves) if plan.leaves < _MOST_LEAVES else 0.0
    if unit <= 0:  # too many words for bounds to tell anything, or nothing scores
        docs, scores = plan.scored()
        if live is not None:
            docs, scores = docs[live[docs]], scores[live[docs]]
        return len(docs), *_first(docs, scores, count)
    bounds = np.zeros(plan.documents, np.uint16)
    plan.ceilings(bounds, unit)
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


def _proven(plan: Plan, bounds: Any, count: int, unit: float, floor: float) -> tuple[Any, Any]:
    guess = _guess(bounds, count)
    candidates = (bounds >= guess).nonzero()[0]
    docs, scores = _first(candidates, plan.score(candidates), count)
    worst = float(scores[-1]) if len(scores) == count else 0.0
    if worst >= int(guess) * unit:  # what has a lower bound scores less
        return docs, scores
    lower = max(int(max(worst, floor) / unit * (1 - 1e-9)), 1)
    more = np.flatnonzero((bounds < guess) & (bounds >= lower))
    return _first(np.concatenate([docs, more]), np.concatenate([scores, plan.score(more)]), count)


def _guess(bounds: Any, count: int) -> Any:
    """A bound that about half as many documents again reach as are wanted.

    The documents are dealt out to groups, of which the highest bounds tell it: that so many of the highest of all fall
    to different groups is a matter of chance.
    """
    wanted = count + count // 2 + 8
    groups = max(_GROUPS, wanted)
    rows = len(bounds) // groups
    if rows < _ROWS:
        highest, reached = np.sort(bounds), min(wanted, len(bounds))
    else:
        highest = bounds[: rows * groups].reshape(rows, groups).max(axis=0)
        highest.sort()
        reached = min(int(groups * -expm1(-wanted / groups)) + 1, groups)
    return max(highest[len(highest) - reached], np.uint16(1))


def _first(docs: Any, scores: Any, count: int) -> tuple[Any, Any]:
    """The `count` best, the best first and the lower number before where they are equal."""
    if len(scores) > 4 * count:
        threshold = np.partition(scores, len(scores) - count)[len(scores) - count] if count else np.inf
        kept = np.flatnonzero(scores >= threshold)
        docs, scores = docs[kept], scores[kept]
    order = np.lexsort((docs, -scores))[:count]
    return docs[order], scores[order]
