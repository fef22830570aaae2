"""Filters: which documents count at all, asked by values of fields instead of words.

{"source": "azertac", "tags": ["neft", "qaz"], "date": "2022-08", "pages": Between(3, None), "id": ["1", "7"]}
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from searchkit.errors import QueryError
from searchkit.leaves import Leaves
from searchkit.querytree import Exact, Node, Range, any_of
from searchkit.schema import Date, Keyword, Number, Schema, Stored, Text, is_number, parse_date

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["conditions", "typed_filters"]


def conditions(filters: Mapping[str, Any], schema: Schema, analyzer: Analyzer) -> tuple[Node, ...]:
    """What documents must meet, one node a field. QueryError names the field that cannot be filtered so.

    A list or set of values means any of them, a tuple of two is a `Between`.
    """
    if not isinstance(filters, Mapping):
        raise QueryError(f"filters are a mapping from fields to values, not {type(filters).__name__}")
    leaves = Leaves(schema, analyzer, False, datetime.date.today())
    found: list[Node] = []
    for name, wanted in filters.items():
        try:
            found.append(_condition(name, wanted, leaves))
        except ValueError as error:
            raise QueryError(f"filter {name!r}: {error}") from None
    return tuple(found)


def typed_filters(items: Iterable[str]) -> dict[str, Any]:
    """Filters as they are typed: `source=report`, `date=2022-01..2022-08`, `pages=3..`; ValueError for anything else.

    A field that comes several times may have any of its values.
    """
    found: dict[str, list[Any]] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise ValueError(f"{item!r} is not FIELD=VALUE")
        low, dots, high = value.partition("..")
        found.setdefault(name, []).append((low or None, high or None) if dots else value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _condition(name: str, wanted: Any, leaves: Leaves) -> Node:
    field = leaves.schema.fields.get(name)
    if name != "id" and not _is_filtered(field):
        known = ", ".join(["id", *(name for name, kind in leaves.schema.fields.items() if _is_filtered(kind))])
        if field is None:
            raise ValueError(f"there is no such field; filters take {known}")
        if isinstance(field, Text):
            raise ValueError("a text field cannot be filtered; ask for its words in the query")
        raise ValueError(
            f"a stored field is only given back with a hit; filters take keyword, number and date fields, here {known}"
        )
    if isinstance(wanted, tuple):
        return _between(name, wanted, leaves)
    values = list(wanted) if isinstance(wanted, (list, set, frozenset)) else [wanted]
    if isinstance(field, (Date, Number)):
        return any_of([_value(name, value, leaves) for value in values])
    ranges = [_between(name, value, leaves) for value in values if isinstance(value, tuple)]
    plain = [value for value in values if not isinstance(value, tuple)]
    return any_of([*ranges, *([_exact(name, plain, field)] if plain else [])])


def _is_filtered(field: object) -> bool:
    return field is not None and not isinstance(field, (Text, Stored))


def _exact(name: str, values: list[Any], field: object) -> Node:
    if name == "id":
        for value in values:
            if not isinstance(value, str):
                raise ValueError(f"an id is a string, not {type(value).__name__}")
        found = values
    else:
        assert isinstance(field, Keyword)
        found = field.check(values)
    return Exact(name, tuple(dict.fromkeys(found)))


def _value(name: str, value: Any, leaves: Leaves) -> Node:
    if value is None:
        raise ValueError("None is no value; leave the filter out, or one side of a range")
    if isinstance(value, tuple):
        return _between(name, value, leaves)
    if isinstance(leaves.schema.fields[name], Date):
        return _between(name, (value, value), leaves)
    number = Number().check(value)
    return Range(name, number, number)


def _between(name: str, bounds: tuple[Any, ...], leaves: Leaves) -> Node:
    if len(bounds) != 2:
        raise ValueError(f"a tuple is a range with two bounds, this one has {len(bounds)}; a list gives alternatives")
    low, high = bounds
    if name == "id":
        raise ValueError("ids have no order to be between two of them; give a list")
    if low is None and high is None:
        return leaves.existing(name)
    if not isinstance(leaves.schema.fields[name], Date):
        return leaves.range(_text(low), _text(high), False, False, name)
    start = _bound(name, low, None, leaves).low if low is not None else None
    end = _bound(name, None, high, leaves) if high is not None else Range(name, None, None)
    if start is not None and end.high is not None and (start > end.high or (start == end.high and end.high_open)):
        raise ValueError(f"the range begins after its end: {low} comes after {high}")
    return Range(name, start, end.high, high_open=end.high_open)


def _bound(name: str, low: Any, high: Any, leaves: Leaves) -> Range:
    """The range with one of two dates; a datetime is that very moment, text or a day the whole period."""
    if isinstance(low or high, datetime.datetime):
        return Range(name, low and parse_date(low), high and parse_date(high))
    found = leaves.range(_text(low), _text(high), False, False, name)
    assert isinstance(found, Range)  # none of the bounds is left out
    return found


def _text(bound: Any) -> str | None:
    """A bound as it would be typed."""
    if bound is None:
        return None
    if isinstance(bound, datetime.date):
        return bound.isoformat()
    if isinstance(bound, (str, int)) and not isinstance(bound, bool):
        return str(bound)
    if not is_number(bound):
        raise ValueError(f"a value is text, a number or a date, not {type(bound).__name__}")
    return str(float(bound))
