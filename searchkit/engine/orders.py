"""The order of documents by the values of a field, as numbers that can be compared over all segments.

Numbers and dates are compared as they stand in their columns. Texts are compared by their keys (see
`searchkit.collation`): each segment lists its distinct keys once and keeps the list, and a snapshot merges the lists of
its segments. For a keyword field that costs microseconds a distinct value; for a text field and for ids what is stored
of each document is read, microseconds a document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import ujson

from azanalyzer.tuples import NamedTuple
from searchkit.backend import SortKey
from searchkit.collation import sort_keys
from searchkit.engine.segment import MISSING_DATE, Segment
from searchkit.errors import QueryError
from searchkit.schema import Date, Keyword, Number, Schema

__all__ = ["LAST", "Orders"]

LAST = np.iinfo(np.int64).max  # where documents without a value stand
_LONGEST = 200  # characters of a text that are compared
_DENSE = 32  # where one document in so many matches, the first are found sooner in the order of all documents


class _Keys(NamedTuple):
    """The distinct keys of a segment, in order, and the places of each document's least and greatest; -1 for none."""

    keys: list[str]
    least: Any
    greatest: Any


class _Merged(NamedTuple):
    """The keys of all segments, in order, and for each segment where its own stand among them."""

    keys: list[str]
    places: list[Any]


class Orders:
    """The orders of the documents of one snapshot."""

    def __init__(self, segments: Sequence[Segment], schema: Schema) -> None:
        self._segments = segments
        self._schema = schema
        self._merged: dict[str, _Merged] = {}

    def values(self, key: SortKey, place: int, docs: Any) -> Any:
        """What to compare of `docs` of a segment, less for what stands before; i8[docs] or f8[docs]."""
        assert key.field is not None
        kind = self._schema.fields.get(key.field)
        segment = self._segments[place]
        if isinstance(kind, Number):
            column = segment.values(key.field)
            found = np.full(len(docs), np.nan) if column is None else column[docs]
            return np.nan_to_num(-found if key.descending else found, nan=np.inf)
        if isinstance(kind, Date):
            column = segment.values(key.field)
            found = np.full(len(docs), MISSING_DATE) if column is None else column[docs]
            return np.where(found == MISSING_DATE, LAST, -found if key.descending else found)
        merged = self._merge(key.field)
        keys = _keys(segment, key.field, isinstance(kind, Keyword))
        own = (keys.greatest if key.descending else keys.least)[docs]
        if not keys.keys:
            return np.full(len(docs), LAST)
        # Places are even, so that a text that no document has any more stands between two of them.
        found = 2 * merged.places[place][own]
        return np.where(own < 0, LAST, -found if key.descending else found)

    def first(self, key: SortKey, place: int, docs: Any, count: int, *, alone: bool) -> Any:
        """Those of `docs` of a segment, ascending, that may be among the first `count` in the order of a key.

        Others may be among them; where nothing but the key and the ids orders documents, it is `alone`.
        """
        segment = self._segments[place]
        if not count or len(docs) * _DENSE < segment.documents:
            return docs
        order = self._order(key, place)
        if order is None:
            return docs
        wanted = np.zeros(segment.documents, bool)
        wanted[docs] = True
        size = 2 * count * (segment.documents // len(docs) + 1)
        while size < len(order):
            found = order[:size]
            found = found[wanted.take(found)]
            if len(found) >= count:
                if alone:
                    return np.sort(found[:count])
                last_wanted, last = self.values(key, place, found[[count - 1, -1]]).tolist()
                if last_wanted < last:  # what has the same value may come before it
                    return np.sort(found)
            size *= 4
        return docs

    def _order(self, key: SortKey, place: int) -> Any:
        """All documents of a segment in the order of a key, equal ones by the hashes of their ids; u4.

        None when it is asked for the first time, as one search is done sooner without it.
        """
        segment = self._segments[place]
        name = f"{'-' if key.descending else '+'}{key.field}"
        if name not in segment.orders:
            segment.orders[name] = None
            return None
        if segment.orders[name] is None:
            values = self.values(key, place, np.arange(segment.documents))
            segment.orders[name] = np.lexsort((segment.id_hashes(), values)).astype(np.uint32)
        return segment.orders[name]

    def value(self, key: SortKey, compared: float) -> float | str | None:
        """What `values` gave for a document, as a cursor keeps it."""
        assert key.field is not None
        if compared in (LAST, np.inf):
            return None
        plain = -compared if key.descending else compared
        if isinstance(self._schema.fields.get(key.field), (Date, Number)):
            return plain
        return self._merge(key.field).keys[int(plain) // 2]

    def compared(self, key: SortKey, value: float | str | None) -> float:
        """What `values` would give for a value that a cursor has kept."""
        assert key.field is not None
        if value is None:
            return np.inf if isinstance(self._schema.fields.get(key.field), Number) else LAST
        if isinstance(self._schema.fields.get(key.field), (Date, Number)):
            if isinstance(value, str):
                raise QueryError("the cursor belongs to another search; begin again without one")
            return -value if key.descending else value
        keys = self._merge(key.field).keys
        place = 2 * bisect_left(keys, str(value))
        place -= place // 2 == len(keys) or keys[place // 2] != value
        return -place if key.descending else place

    def _merge(self, field: str) -> _Merged:
        found = self._merged.get(field)
        if found is None:
            is_keyword = isinstance(self._schema.fields.get(field), Keyword)
            lists = [_keys(segment, field, is_keyword).keys for segment in self._segments]
            if len(lists) == 1:
                keys, places = lists[0], [np.arange(len(lists[0]))]
            else:
                keys = sorted(set().union(*lists))
                number = {key: place for place, key in enumerate(keys)}
                places = [np.fromiter(map(number.__getitem__, own), np.int64, len(own)) for own in lists]
            found = self._merged[field] = _Merged(keys, places)
        return found


def _keys(segment: Segment, field: str, is_keyword: bool) -> _Keys:
    found: _Keys | None = segment.orders.get(field)
    if found is None:
        found = _keyword_keys(segment, field) if is_keyword else _stored_keys(segment, field)
        segment.orders[field] = found
    return found


def _keyword_keys(segment: Segment, field: str) -> _Keys:
    least = np.full(segment.documents, -1)
    keyword = segment.keyword(field)
    if keyword is None:
        return _Keys([], least, least)
    keys, places = _distinct(sort_keys([term.decode("utf-8", "replace") for term in keyword.terms.terms()]))
    values, first = keyword.numbers()
    first = first.astype(np.int64)
    has = np.flatnonzero(np.diff(first))
    greatest = least.copy()
    if len(has):
        least[has] = np.minimum.reduceat(places[values], first[has])
        greatest[has] = np.maximum.reduceat(places[values], first[has])
    return _Keys(keys, least, greatest)


def _stored_keys(segment: Segment, field: str) -> _Keys:
    texts = [text or _other_text(segment, doc, field) for doc, text in enumerate(segment.store.texts(field))]
    has = np.array([text is not None for text in texts], bool)
    keys, places = _distinct(sort_keys([text[:_LONGEST] for text in texts if text is not None]))
    least = np.full(segment.documents, -1)
    least[has] = places
    return _Keys(keys, least, least)


def _other_text(segment: Segment, doc: int, field: str) -> str | None:
    """A text that is not stored as a short one, or the first of several that is not empty; None if there is none."""
    value = ujson.loads(segment.store.head(doc)).get(field)
    if value == []:  # what is long stands in the tail
        value = segment.store.document(doc)[field]
    return next(_texts(value), None)


def _texts(value: object) -> Iterator[str]:
    """The texts in a value that are not empty; a list may hold others."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str) and value:
        yield value


def _distinct(keys: list[str]) -> tuple[list[str], Any]:
    """The keys in order without doubles, and the place of each."""
    distinct = sorted(set(keys))
    number = {key: place for place, key in enumerate(distinct)}
    return distinct, np.fromiter(map(number.__getitem__, keys), np.int64, len(keys))
