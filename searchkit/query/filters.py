"""Filters: which documents count at all, asked by values of fields instead of words.

{"source": Not("azertac"), "tags": AllOf(["neft", "qaz"]), "date": ["2022-08", None], "pages": Between(3, None)}
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from searchkit.errors import QueryError
from searchkit.query.filter_values import AllOf, Not, check_filters, check_level
from searchkit.query.leaves import Leaves
from searchkit.querytree import Everything, Exact, Node, Range, Without, all_of, any_of
from searchkit.schema import Date, Keyword, Number, Schema, Stored, Text, is_number, parse_date

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["conditions", "typed_bound", "typed_filters"]

_LISTS = (list, set, frozenset)


def conditions(filters: Mapping[str, Any], schema: Schema, analyzer: Analyzer) -> tuple[Node, ...]:
    """What documents must meet, one node a field. QueryError names the field that cannot be filtered so.

    A list or set of values means any of them, a tuple of two is a `Between`, None stands for documents without any.
    """
    check_filters(filters)
    leaves = Leaves(schema, analyzer, None, datetime.date.today())
    found: list[Node] = []
    for name, wanted in filters.items():
        try:
            found.append(_condition(name, wanted, leaves))
        except ValueError as error:
            raise QueryError(f"filter {name!r}: {error}") from None
    return tuple(found)


def typed_filters(items: Iterable[str]) -> dict[str, Any]:
    """Filters as they are typed: `source=report`, `date=2022-01..2022-08`, `pages=3..`; ValueError for anything else.

    A field that comes several times may have any of its values, none of those after `!=` and all of those after `+=`.
    Nothing behind the sign stands for documents without any.
    """
    found: dict[str, tuple[list[Any], list[Any], list[Any]]] = {}
    for item in items:
        name, equals, value = item.partition("=")
        sign = name[-1:] if name[-1:] in ("!", "+") else ""
        name = name.removesuffix(sign)
        if not equals or not name:
            raise ValueError(f"{item!r} is not FIELD=VALUE, FIELD!=VALUE or FIELD+=VALUE")
        low, dots, high = value.partition("..")
        values = found.setdefault(name, ([], [], []))[("", "+", "!").index(sign)]
        values.append((low or None, high or None) if dots else value or None)
    return {name: _together(*values) for name, values in found.items()}


def _together(wanted: list[Any], needed: list[Any], unwanted: list[Any]) -> Any:
    """What a filter wants of a field that is to have any of the first values, all of the second, none of the third."""
    parts = [*_any_of(wanted), *needed, *map(Not, _any_of(unwanted))]
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _any_of(values: list[Any]) -> list[Any]:
    """The one thing that means any of the values; nothing where there are none."""
    return [values] if len(values) > 1 else values


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
    return _wanted(name, wanted, leaves, 0)


def _wanted(name: str, wanted: Any, leaves: Leaves, level: int) -> Node:
    """The node for what a filter wants of a field that takes filters."""
    check_level(level)
    if isinstance(wanted, Not):
        return _without(_wanted(name, wanted.wanted, leaves, level + 1))
    if isinstance(wanted, AllOf):
        if not isinstance(wanted.wanted, _LISTS):
            raise ValueError(f"AllOf takes a list of values, not {type(wanted.wanted).__name__}")
        return all_of([_wanted(name, value, leaves, level + 1) for value in wanted.wanted])
    if isinstance(wanted, tuple):
        return _between(name, wanted, leaves)
    if wanted is None:
        if name == "id":
            raise ValueError("every document has an id, so None finds nothing")
        return _without(leaves.existing(name))
    values = list(wanted) if isinstance(wanted, _LISTS) else [wanted]
    nodes = [_wanted(name, value, leaves, level + 1) for value in values if not _is_plain(value)]
    return any_of([*nodes, *_values(name, list(filter(_is_plain, values)), leaves)])


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, (tuple, Not, AllOf))


def _without(node: Node) -> Node:
    """Every document but those that `node` wants, as plainly as it can be said."""
    if isinstance(node, Without) and isinstance(node.node, Everything):
        return node.unwanted
    return Without(Everything(), node)


def _is_filtered(field: object) -> bool:
    return field is not None and not isinstance(field, (Text, Stored))


def _values(name: str, values: list[Any], leaves: Leaves) -> list[Node]:
    """The nodes for documents with any of some plain values."""
    field = leaves.schema.fields.get(name)
    if isinstance(field, (Date, Number)):
        return [_value(name, value, leaves) for value in values]
    return [_exact(name, values, field)] if values else []


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
        return leaves.range(typed_bound(low), typed_bound(high), False, False, name)
    start = _bound(name, low, None, leaves).low if low is not None else None
    end = _bound(name, None, high, leaves) if high is not None else Range(name, None, None)
    if start is not None and end.high is not None and (start > end.high or (start == end.high and end.high_open)):
        raise ValueError(f"the range begins after its end: {low} comes after {high}")
    return Range(name, start, end.high, high_open=end.high_open)


def _bound(name: str, low: Any, high: Any, leaves: Leaves) -> Range:
    """The range with one of two dates; a datetime is that very moment, text or a day the whole period."""
    if isinstance(low or high, datetime.datetime):
        return Range(name, low and parse_date(low), high and parse_date(high))
    found = leaves.range(typed_bound(low), typed_bound(high), False, False, name)
    assert isinstance(found, Range)  # none of the bounds is left out
    return found


def typed_bound(bound: Any) -> str | None:
    """A bound of a range as it would be typed; ValueError if it can be none."""
    if bound is None:
        return None
    if isinstance(bound, datetime.date):
        return bound.isoformat()
    if isinstance(bound, (str, int)) and not isinstance(bound, bool):
        return str(bound)
    if not is_number(bound):
        raise ValueError(f"a value is text, a number or a date, not {type(bound).__name__}")
    return str(float(bound))
