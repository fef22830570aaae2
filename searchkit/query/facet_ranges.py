"""Facets by ranges of numbers or dates: as they are typed, as they are kept, and as an engine counts them.

A range goes from its first bound up to its second, which is not in it, so that neighbouring ranges have no value in
common. A date stands for the beginning of its period: from 2021 to 2023 are the years 2021 and 2022.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from searchkit.backend import Facet, Interval, RangeFacet
from searchkit.errors import QueryError
from searchkit.query.filter_values import Between, value_as_json, value_from_json
from searchkit.query.filters import typed_bound
from searchkit.query.periods import period
from searchkit.schema import Date, Field, Number, parse_date, plain_number

__all__ = ["range_facet", "ranges_as_json", "ranges_from_json", "typed_ranges"]

_MOST = 1000  # ranges of a facet


def typed_ranges(name: str, text: str) -> list[tuple[str | None, str | None]]:
    """The ranges of a field as they are typed: `..100,100..500,500..`; QueryError for anything else."""
    found = []
    for part in text.split(","):
        low, dots, high = part.partition("..")
        if not dots:
            raise QueryError(
                f"facet {name!r}: {part!r} is not FROM..TO; between ranges stands a comma, and in numbers a point"
            )
        found.append((low.strip() or None, high.strip() or None))
    return found


def range_facet(facet: Facet, field: Field) -> RangeFacet:
    """A facet with ranges as an engine takes it; QueryError says what cannot be counted so."""
    try:
        if not isinstance(field, (Number, Date)):
            raise ValueError("only numbers and dates are counted by ranges")
        if facet.by is not None or facet.limit is not None:
            raise ValueError("ranges are counted all, as they are given, so there is neither by nor limit with them")
        today = datetime.date.today()
        return RangeFacet(facet.field, tuple(_interval(low, high, field, today) for low, high in _pairs(facet.ranges)))
    except ValueError as error:
        raise QueryError(f"facet {facet.field!r}: {error}") from None


def ranges_as_json(facet: Facet) -> list[dict[str, Any]]:
    """The ranges of a facet as JSON has them; QueryError where they cannot be ranges."""
    try:
        pairs = _pairs(facet.ranges)
    except ValueError as error:
        raise QueryError(f"facet {facet.field!r}: {error}") from None
    return [{"from": value_as_json(low), "to": value_as_json(high)} for low, high in pairs]


def ranges_from_json(name: str, kept: object) -> list[tuple[Any, Any]]:
    """The ranges that `ranges_as_json` described; QueryError for anything else."""
    try:
        if not isinstance(kept, list):
            raise ValueError(f"its ranges are a list, not {type(kept).__name__}")
        return [_read(each) for each in kept]
    except ValueError as error:
        raise QueryError(f"facet {name!r} of a stored search: {error}") from None


def _read(kept: object) -> tuple[Any, Any]:
    if not isinstance(kept, Mapping) or not kept or set(kept) - {"from", "to"}:
        raise ValueError(f"a range is a mapping with from and to, not {kept!r}")
    return value_from_json(kept.get("from")), value_from_json(kept.get("to"))


def _pairs(ranges: Any) -> list[tuple[Any, Any]]:
    """The ranges as they were given, each with two bounds; ValueError if they are anything else."""
    if not isinstance(ranges, (list, tuple)):
        raise ValueError(f"ranges is a list of ranges such as [(100, 500)], not {type(ranges).__name__}")
    if not 1 <= len(ranges) <= _MOST:
        raise ValueError(f"it has from 1 to {_MOST:,} ranges, not {len(ranges):,}")
    for each in ranges:
        if isinstance(each, Between):
            raise ValueError("Between includes its upper bound, which a range of a facet does not; give a tuple")
        if not isinstance(each, (list, tuple)) or len(each) != 2:
            raise ValueError(f"a range is a tuple of two bounds such as (100, 500), not {each!r}")
    return [(low, high) for low, high in ranges]


def _interval(low: Any, high: Any, field: Number | Date, today: datetime.date) -> Interval:
    (start, begins), (end, ends) = _bound(low, field, today), _bound(high, field, today)
    if start is not None and end is not None:
        if start > end:
            raise ValueError(f"the range begins after its end: {begins} comes after {ends}")
        if start == end:
            raise ValueError(f"the range {begins}..{ends} is empty, as its end is not in it; give a later end")
    return Interval(f"{begins}..{ends}", start, end)


def _bound(bound: Any, field: Number | Date, today: datetime.date) -> tuple[Any, str]:
    """The value that a range begins at or ends before, and how it is written; None and nothing for an open side."""
    if bound is None:
        return None, ""
    if isinstance(field, Number):
        number = field.check(bound)
        return number, plain_number(number)
    text = (typed_bound(bound) or "").strip()
    return parse_date(bound) if isinstance(bound, datetime.datetime) else period(text, today).start, text
