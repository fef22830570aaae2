"""A search as a value: everything that is asked, to be kept, sent, and asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from azanalyzer.tuples import NamedTuple
from searchkit.backend import Facet, RangeFacet, SortKey, View
from searchkit.errors import QueryError
from searchkit.query.cursor import decode_cursor
from searchkit.ranking import LEAST_BOOST, MOST_BOOST, Ranking, a_ranking
from searchkit.schema import Date, Keyword, Number, Schema, Text

__all__ = ["SearchRequest", "fields_of", "fingerprint_of", "view_of"]

_VERSION = 1
_PERIODS = ("year", "month", "day")


class SearchRequest(NamedTuple):
    """What `Index.search` takes, as one value; `Index.run` asks it."""

    query: str
    limit: int = 10
    offset: int = 0
    filters: Mapping[str, Any] | None = None
    facets: Sequence[str | Facet] | None = None
    sort: str | Sequence[str] | None = None
    group_by: str | None = None
    after: str | None = None
    match: Literal["any", "all"] = "any"
    syntax: Literal["simple", "full"] = "simple"
    ranking: Ranking | None = None
    time_limit: float | None = None
    fields: str | Sequence[str] | Mapping[str, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with the version of its form; what is as by default is left out.

        QueryError for what cannot be a search because of the kind of a value.
        """
        asked = {name: value for name, value in self._asdict().items() if value != self._field_defaults.get(name, ...)}
        if self.filters is not None:
            from searchkit.query.filter_values import filters_as_json

            asked["filters"] = filters_as_json(self.filters)
        if self.facets is not None and not isinstance(self.facets, str):
            facets = _listed(self.facets, "facets")
            asked["facets"] = [facet if isinstance(facet, str) else _facet_as_json(facet) for facet in facets]
        if self.sort is not None and not isinstance(self.sort, str):
            asked["sort"] = _listed(self.sort, "sort")
        if self.ranking is not None:
            asked["ranking"] = a_ranking(self.ranking).to_dict()
        if self.fields is not None and not isinstance(self.fields, str):
            fields = _names_of_fields(self.fields)
            asked["fields"] = dict(fields) if isinstance(fields, Mapping) else list(fields)
        return {"version": _VERSION, **asked}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SearchRequest:
        """The request that `to_dict` described; QueryError for anything else."""
        if not isinstance(data, Mapping) or data.get("version") != _VERSION:
            raise QueryError(f"a stored search is a mapping with version {_VERSION}, not {data!r}"[:200])
        asked = {name: value for name, value in data.items() if name != "version"}
        if unknown := set(asked) - set(cls._fields):
            raise QueryError(f"a stored search has no {', '.join(sorted(unknown))}")
        if not isinstance(asked.get("query"), str):
            raise QueryError("a stored search needs a query, a string")
        for name, read in (("filters", _read_filters), ("facets", _read_facets), ("ranking", _read_ranking)):
            if asked.get(name) is not None:
                asked[name] = read(asked[name])
        return cls(**asked)


def _read_filters(filters: object) -> dict[str, Any]:
    from searchkit.query.filter_values import filters_from_json  # which few searches need

    return filters_from_json(filters)


def _facet_as_json(facet: object) -> dict[str, Any]:
    if not isinstance(facet, Facet):
        raise QueryError(f"facets takes names of fields, not {type(facet).__name__}")
    kept = dict(facet._asdict())
    if kept.pop("ranges") is not None:
        from searchkit.query.facet_ranges import ranges_as_json

        kept["ranges"] = ranges_as_json(facet)
    return kept


def _read_facets(facets: Any) -> Any:
    if isinstance(facets, str):
        return facets
    if not isinstance(facets, list):
        raise QueryError(f"the facets of a stored search are a list, not {type(facets).__name__}")
    return [Facet(**_fields_of_facet(facet)) if isinstance(facet, Mapping) else facet for facet in facets]


def _fields_of_facet(facet: Mapping[str, Any]) -> Mapping[str, Any]:
    if "field" not in facet or set(facet) - set(Facet._fields):
        raise QueryError("a facet of a stored search is a name, or a mapping with field, by, limit and ranges")
    if facet.get("ranges") is None:
        return facet
    from searchkit.query.facet_ranges import ranges_from_json

    return {**facet, "ranges": ranges_from_json(facet["field"], facet["ranges"])}


def _read_ranking(ranking: Any) -> Ranking:
    if not isinstance(ranking, Mapping):
        raise QueryError(f"the ranking of a stored search is a mapping, not {type(ranking).__name__}")
    try:
        return Ranking.from_dict(ranking)
    except (TypeError, AttributeError):
        known = ", ".join(Ranking._fields)
        raise QueryError(f"the ranking of a stored search is a mapping with some of {known}") from None


def fingerprint_of(request: SearchRequest) -> str:
    """What a cursor must have in common with the search that it continues: all but page, facets and time."""
    import hashlib
    import json

    asked = request._replace(limit=10, offset=0, facets=None, after=None, time_limit=None).to_dict()
    described = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.blake2b(described.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def fields_of(request: SearchRequest, schema: Schema) -> dict[str, float] | None:
    """The text fields that are searched, with what each counts; None for all as the schema says. QueryError if none."""
    asked = request.fields
    if asked is None:
        return None
    asked = [asked] if isinstance(asked, str) else _names_of_fields(asked)
    found: dict[str, float] = {}
    for name in asked:
        field = schema.fields.get(name) if isinstance(name, str) else None
        if not isinstance(field, Text):
            raise QueryError(f"fields takes names of text fields{_which(schema, Text)}, not {name!r}")
        found[name] = field.boost
        if isinstance(asked, Mapping):
            boost = asked[name]
            if not (isinstance(boost, (int, float)) and LEAST_BOOST <= boost <= MOST_BOOST):
                raise QueryError(f"fields: {name!r} counts from {LEAST_BOOST:g} to {MOST_BOOST:g} times, not {boost!r}")
            found[name] = float(boost)
    if not found:
        raise QueryError(f"fields names none of the text fields{_which(schema, Text)}; leave it out to search all")
    return found


def _names_of_fields(asked: Sequence[str] | Mapping[str, float]) -> Sequence[str] | Mapping[str, float]:
    if not isinstance(asked, (Mapping, Sequence)):
        raise QueryError(f"fields takes names of text fields, or what each counts, not {type(asked).__name__}")
    return asked


def view_of(request: SearchRequest, schema: Schema) -> View:
    """The request as an engine takes it; QueryError names the field that cannot be counted, sorted or grouped by."""
    if request.sort is None and request.facets is None and request.group_by is None and not request.after:
        return View(request.limit, request.offset)  # nearly always
    sort = tuple(_sort_key(item, schema) for item in _listed(request.sort, "sort"))
    if sort == (SortKey(None),):
        sort = ()
    group_by = request.group_by
    if group_by is not None and not (isinstance(group_by, str) and isinstance(schema.fields.get(group_by), Keyword)):
        raise QueryError(f"group_by takes a keyword field{_which(schema, Keyword)}, not {request.group_by!r}")
    after = decode_cursor(request.after, fingerprint_of(request), max(len(sort), 1)) if request.after else None
    if after is not None and request.offset:
        raise QueryError("a search goes on after a cursor or from an offset, not both")
    return View(
        request.limit,
        request.offset,
        _facets(_listed(request.facets, "facets"), schema),
        sort,
        request.group_by,
        after,
    )


def _listed(given: object, what: str) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, (str, Facet)):
        return [given]
    if not isinstance(given, Sequence):
        raise QueryError(f"{what} takes a name or a list of names, not {type(given).__name__}")
    return list(given)


def _sort_key(item: object, schema: Schema) -> SortKey:
    if not isinstance(item, str):
        raise QueryError(f"sort takes names of fields, not {type(item).__name__}")
    name = item.removeprefix("-")
    if name == "score" and "score" not in schema.fields:
        if item != name:
            raise QueryError("'score' sorts the best first; there is no '-score'")
        return SortKey(None)
    if name != "id" and not isinstance(schema.fields.get(name), (Date, Number, Keyword, Text)):
        known = _which(schema, (Date, Number, Keyword, Text))
        raise QueryError(f"sort takes score, id or a field that is searched{known}, not {item!r}")
    return SortKey(name, item != name)


def _facets(items: list[Any], schema: Schema) -> tuple[Facet | RangeFacet, ...]:
    """What to count, each once: results tell facets by their names."""
    facets = tuple(dict.fromkeys(_facet(item, schema) for item in items))
    names = [facet.name for facet in facets]
    for name in names:
        if names.count(name) > 1:
            if any(isinstance(facet, RangeFacet) for facet in facets if facet.name == name):
                raise QueryError(
                    f"facet {name!r} is asked for with different ranges, or with and without; ask for it once with all "
                    f"ranges, or in several searches"
                )
            raise QueryError(f"facet {name!r} is asked for with two limits; ask for it once, with the larger")
    return facets


def _facet(item: object, schema: Schema) -> Facet | RangeFacet:
    if isinstance(item, str):
        item = _typed_facet(item)
    if not isinstance(item, Facet) or not isinstance(item.field, str):
        raise QueryError(f"facets takes names of fields, not {type(item).__name__}")
    field = schema.fields.get(item.field)
    if not isinstance(field, (Keyword, Number, Date)):
        known = _which(schema, (Keyword, Number, Date))
        raise QueryError(f"facets count keyword, number and date fields{known}, not {item.field!r}")
    if item.ranges is not None:
        from searchkit.query.facet_ranges import range_facet  # which few searches need

        return range_facet(item, field)
    if isinstance(field, Date):
        if item.by not in _PERIODS:
            raise QueryError(
                f"facet {item.field!r}: say by what it is counted, {item.field}:year, :month or :day, or by "
                f"ranges such as {item.field}:2022..2023"
            )
    elif item.by is not None:
        ranges = f", numbers by ranges such as {item.field}:100..500" if isinstance(field, Number) else ""
        raise QueryError(f"facet {item.name!r}: only dates are counted by year, month or day{ranges}")
    if not (item.limit is None or (isinstance(item.limit, int) and item.limit >= 0)):
        raise QueryError(f"facet {item.field!r}: its limit is a whole number from 0 on or None, not {item.limit!r}")
    return item


def _typed_facet(text: str) -> Facet:
    """A facet as it is typed: `source`, `date:month`, `price:..100,100..`."""
    name, colon, by = text.partition(":")
    if ".." not in by:
        return Facet(name, by if colon else None)
    from searchkit.query.facet_ranges import typed_ranges

    return Facet(name, ranges=typed_ranges(name, by))


def _which(schema: Schema, kinds: type | tuple[type, ...]) -> str:
    names = [name for name, field in schema.fields.items() if isinstance(field, kinds)]
    return f" ({', '.join(names)})" if names else ", of which there is none"
