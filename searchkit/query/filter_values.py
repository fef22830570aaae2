"""What a filter may want of a field besides plain values, and how filters are kept as JSON.

A range is a mapping with `from` and `to`, a datetime one with `moment`, `Not` one with `not`, `AllOf` one with `all`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from azanalyzer.tuples import NamedTuple
from searchkit.errors import QueryError
from searchkit.schema import is_number

__all__ = [
    "AllOf", "Between", "Not", "check_filters", "check_level", "filters_as_json", "filters_from_json", "value_as_json",
    "value_from_json",
]  # fmt: skip

_MOST_LEVELS = 20  # of Not, AllOf and lists inside each other


class Between(NamedTuple):
    """Values from `low` to `high`, both included; None leaves a side open.

    A date that is a period counts whole: `Between("2022-01", "2022-08")` ends with the last moment of August.
    """

    low: Any = None
    high: Any = None


class _Wanted:
    """What `Not` and `AllOf` have in common. Those of one kind with equal values are equal."""

    def __init__(self, wanted: Any) -> None:
        self.wanted = wanted

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), _hashable(self.wanted)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.wanted!r})"


class Not(_Wanted):
    """Documents that a filter with `wanted` does not find, those without the field too; `Not(None)` those with it."""


class AllOf(_Wanted):
    """Documents that a filter with each item of the list `wanted` finds: `AllOf(["neft", "qaz"])` those with both."""


def check_level(level: int) -> None:
    """QueryError if a value that is so many levels deep in a filter is too deep in it."""
    if level > _MOST_LEVELS:
        raise QueryError(f"the values of a filter stand at most {_MOST_LEVELS} deep in each other")


def check_filters(filters: object) -> None:
    """QueryError where these are no filters at all."""
    if not isinstance(filters, Mapping):
        raise QueryError(f"filters are a mapping from fields to values, not {type(filters).__name__}")


def filters_as_json(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as JSON has them; QueryError where they cannot be filters."""
    check_filters(filters)
    return {name: _plain(wanted, 0) for name, wanted in filters.items()}


def filters_from_json(filters: object) -> dict[str, Any]:
    """The filters that `filters_as_json` described; QueryError for anything else."""
    if not isinstance(filters, Mapping):
        raise QueryError(f"the filters of a stored search are a mapping, not {type(filters).__name__}")
    found = {}
    for name, wanted in filters.items():
        try:
            found[name] = _read(wanted, 0)
        except ValueError as error:
            raise QueryError(f"filter {name!r} of a stored search: {error}") from None
    return found


def _hashable(wanted: Any) -> Any:
    if isinstance(wanted, (list, tuple)):
        return tuple(map(_hashable, wanted))
    return frozenset(wanted) if isinstance(wanted, set) else wanted


def _plain(wanted: Any, level: int) -> Any:
    """What a filter wants as JSON has it."""
    check_level(level)
    if isinstance(wanted, tuple):
        if len(wanted) != 2:
            raise QueryError(
                f"a tuple is a range with two bounds, this one has {len(wanted)}; a list gives alternatives"
            )
        return dict(zip(("from", "to"), map(value_as_json, wanted), strict=True))
    if isinstance(wanted, Not):
        return {"not": _plain(wanted.wanted, level + 1)}
    if isinstance(wanted, AllOf):
        return {"all": _plain(wanted.wanted, level + 1)}
    if isinstance(wanted, (set, frozenset)):
        return sorted((_plain(value, level + 1) for value in wanted), key=str)
    if isinstance(wanted, list):
        return [_plain(value, level + 1) for value in wanted]
    return value_as_json(wanted)


def value_as_json(value: Any) -> Any:
    """A value as JSON has it. A date as text means the whole day, hour or second."""
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (str, int, float)) or not is_number(value):
        return value
    return float(value)  # of `decimal` or of numpy


def _read(wanted: Any, level: int) -> Any:
    """What `_plain` described; ValueError for anything else."""
    check_level(level)
    if isinstance(wanted, list):
        return [_read(value, level + 1) for value in wanted]
    kinds = set(wanted) if isinstance(wanted, Mapping) else {"moment"}
    if kinds == {"moment"}:
        return value_from_json(wanted)
    if kinds == {"not"}:
        return Not(_read(wanted["not"], level + 1))
    if kinds == {"all"}:
        return AllOf(_read(wanted["all"], level + 1))
    if not kinds or kinds - {"from", "to"}:
        raise ValueError("a mapping has from and to, or only moment, not or all")
    return Between(value_from_json(wanted.get("from")), value_from_json(wanted.get("to")))


def value_from_json(value: Any) -> Any:
    """The value that `value_as_json` described; ValueError for anything else."""
    if not isinstance(value, Mapping):
        return value
    if set(value) != {"moment"}:
        raise ValueError("a bound is a value or a mapping with moment")
    try:
        return datetime.datetime.fromisoformat(value["moment"])
    except (ValueError, TypeError):
        raise ValueError(f"{value['moment']!r} is no moment like 2024-01-01T10:00:00") from None
