"""Facets: how many of the documents found have each value of a keyword field, or a date in each period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from searchkit.backend import Facet
from searchkit.collation import sort_key
from searchkit.engine.segment import NO_PERIOD, Segment, numbers_of_periods

__all__ = ["count"]

_UNITS = {"year": "Y", "month": "M", "day": "D"}
_DENSE = 16  # where one document in so many is counted, what period each one is of is remembered


def count(facet: Facet, found: Iterable[tuple[Segment, Any]]) -> list[tuple[str, int]]:
    """The values and their counts over documents of segments: the most frequent value first, periods in their order.

    Equally frequent values stand in alphabetical order. What no document has is left out.
    """
    counts: Counter[str] = Counter()
    for segment, docs in found:
        counts.update(_keywords(segment, docs, facet.field) if facet.by is None else _periods(segment, docs, facet))
    if facet.by is not None:
        return sorted(counts.items())[: facet.limit]
    return _most_frequent(list(counts.items()), facet.limit)


def _most_frequent(counts: Sequence[tuple[str, int]], limit: int | None) -> list[tuple[str, int]]:
    if limit is not None and limit < len(counts):  # of many values only those that may be shown get a sort key
        least = sorted((number for _, number in counts), reverse=True)[max(limit - 1, 0)]
        counts = [(value, number) for value, number in counts if number >= least]
    return sorted(counts, key=lambda item: (-item[1], sort_key(item[0])))[:limit]


def _keywords(segment: Segment, docs: Any, field: str) -> dict[str, int]:
    keyword = segment.keyword(field)
    if keyword is None or not len(docs):
        return {}
    counts = np.bincount(keyword.of(docs), minlength=len(keyword.terms))
    numbers = np.flatnonzero(counts)
    return {
        keyword.terms.term(number).decode("utf-8", "replace"): times
        for number, times in zip(numbers.tolist(), counts[numbers].tolist(), strict=True)
    }


def _periods(segment: Segment, docs: Any, facet: Facet) -> dict[str, int]:
    values = segment.values(facet.field)
    if values is None:
        return {}
    unit = _UNITS[facet.by or "year"]
    if len(docs) * _DENSE < segment.documents:
        periods = numbers_of_periods(values[docs], unit)
    else:
        periods = segment.periods(facet.field, unit).take(docs)
    periods = periods[periods != NO_PERIOD]
    if not len(periods):
        return {}
    least = int(periods.min())
    if int(periods.max()) - least < max(4 * len(periods), 1 << 16):
        counts = np.bincount(periods - least)
        numbers = np.flatnonzero(counts)
        counts = counts[numbers]
        numbers += least
    else:  # two dates may be ten thousand years apart
        numbers, counts = np.unique(periods, return_counts=True)
    names = np.datetime_as_string(numbers.astype(np.int64).view(f"M8[{unit}]"))
    return dict(zip(names.tolist(), counts.tolist(), strict=True))
