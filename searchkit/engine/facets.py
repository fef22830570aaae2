"""Facets: how many of the documents found have each value of a field, a date in each period, a value in each range."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from searchkit.backend import Facet, RangeFacet
from searchkit.collation import sort_key
from searchkit.engine.segment import NO_PERIOD, Segment, has_value, micros, numbers_of_periods
from searchkit.schema import Number, Schema, plain_number

__all__ = ["count"]

_UNITS = {"year": "Y", "month": "M", "day": "D"}
_DENSE = 16  # where one document in so many is counted, what period each one is of is remembered


def count(facet: Facet | RangeFacet, schema: Schema, found: Iterable[tuple[Segment, Any]]) -> list[tuple[str, int]]:
    """The values and their counts over documents of segments: the most frequent value first, periods in their order.

    Equally frequent values stand in alphabetical order, numbers in theirs. What no document has is left out, but not
    ranges, of which all are given as they were asked for.
    """
    if isinstance(facet, RangeFacet):
        return _ranges(facet, found)
    if isinstance(schema.fields.get(facet.field), Number):
        return _numbers(facet, found)
    counts: Counter[str] = Counter()
    for segment, docs in found:
        counts.update(_keywords(segment, docs, facet.field) if facet.by is None else _periods(segment, docs, facet))
    if facet.by is not None:
        return sorted(counts.items())[: facet.limit]
    return _most_frequent(list(counts.items()), facet.limit)


def _ranges(facet: RangeFacet, found: Iterable[tuple[Segment, Any]]) -> list[tuple[str, int]]:
    bounds = {bound for interval in facet.ranges for bound in (interval.low, interval.high) if bound is not None}
    ordered = sorted(bounds)  # all are numbers, or all are dates
    edges = np.array([micros(bound) if isinstance(bound, datetime.datetime) else bound for bound in ordered])
    every, before = 0, np.zeros(len(edges), np.int64)
    for values in _values(facet.field, found):
        every += len(values)
        before += np.sort(values).searchsorted(edges)
    counts: dict[Any, int] = dict(zip(ordered, before.tolist(), strict=True))  # of the values before each bound
    return [
        (interval.label, counts.get(interval.high, every) - counts.get(interval.low, 0)) for interval in facet.ranges
    ]


def _numbers(facet: Facet, found: Iterable[tuple[Segment, Any]]) -> list[tuple[str, int]]:
    parts = list(_values(facet.field, found))
    if not parts:
        return []
    numbers, counts = np.unique(np.concatenate(parts), return_counts=True)
    shown = np.lexsort((numbers, -counts))[: facet.limit]
    return list(zip(map(plain_number, numbers[shown].tolist()), counts[shown].tolist(), strict=True))


def _values(field: str, found: Iterable[tuple[Segment, Any]]) -> Iterator[Any]:
    """Of each segment the numbers (f8) or dates (i8) that its documents have in a field."""
    for segment, docs in found:
        values = segment.values(field)
        if values is not None:
            own = values[docs]
            yield own[has_value(own)]


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
