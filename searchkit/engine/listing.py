"""All matching documents in the order of a field, or the best of each group: arrays over all of them, sorted once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from azanalyzer.lazy import cached_property
from searchkit.backend import Position, SortKey, View
from searchkit.engine.hits import Found, Hits, Row, start_after
from searchkit.engine.segment import Segment
from searchkit.errors import QueryError
from searchkit.storage.hashes import id_hash

if TYPE_CHECKING:
    from searchkit.engine.orders import Orders

__all__ = ["BY_SCORE", "Listing"]

BY_SCORE = (SortKey(None),)


class Listing:
    """The matching documents as parallel arrays.

    Documents with equal values follow one another by the hash of the id, which no commit changes; with equal scores in
    the order in which they were added.
    """

    def __init__(self, found: Found, view: View, segments: Sequence[Segment], orders: Orders) -> None:
        self._view = view
        self._segments = segments
        self._orders = orders
        self._keys = view.sort or BY_SCORE
        self._compares_scores = any(key.field is None for key in self._keys)
        if self._keys[0].field is not None and view.after is None and view.group_by is None:
            key, count, alone = self._keys[0], view.offset + view.limit, len(self._keys) == 1
            found = [(place, plan, orders.first(key, place, docs, count, alone=alone)) for place, plan, docs in found]
        self._found = found
        self._places = _joined((np.full(len(docs), place) for place, _, docs in found), np.int64)
        self._docs = _joined((docs for _, _, docs in found), np.int64)

    def page(
        self, raise_best: Callable[[Hits], Any], depth: int, anchor: tuple[int, int] | None
    ) -> tuple[list[Row], int | None, int]:
        """The wanted rows, how many groups there are (None without grouping), and how many rows stand before these.

        `raise_best` gives the scores of the first `depth` hits with what else speaks for them.
        """
        view = self._view
        wanted = slice(view.offset, view.offset + view.limit)
        if view.group_by is None:
            order, before = self._sorted(view, anchor)
            return self._rows(order[wanted]), None, before + view.offset
        if self._keys == BY_SCORE:
            self._raise(raise_best, depth)
        order, sizes, before = self._grouped(view, anchor)
        return self._rows(order[wanted], sizes[wanted]), before + len(order), before + view.offset

    def _sorted(self, view: View, anchor: tuple[int, int] | None) -> tuple[Any, int]:
        """The documents of a page and those before it, in order, and how many more a cursor passes over.

        Commits may have made these more or fewer since the cursor.
        """
        order = np.arange(len(self._docs))
        if view.after is not None:
            order = order[self._behind(view.after, anchor)]
        before = len(self._docs) - len(order)
        return self._in_order(_least(self._compared[0], order, view.offset + view.limit)), before

    def _grouped(self, view: View, anchor: tuple[int, int] | None) -> tuple[Any, Any, int]:
        """The first document of each group, in order, how many each group has, and how many groups a cursor passes."""
        order, sizes = _best_of_each(self._in_order(np.arange(len(self._docs))), self._groups)
        if view.after is None:
            return order, sizes, 0
        if self._keys == BY_SCORE:
            hits = Hits(self._scores[order], self._places[order], self._docs[order])
            behind: Any = slice(start_after(view.after, hits.listed(), anchor), None)
        else:
            behind = self._behind(view.after, anchor)[order]
        left = order[behind]
        return left, sizes[behind], len(order) - len(left)

    def _in_order(self, documents: Any) -> Any:
        return documents[np.lexsort([values[documents] for values in reversed(self._compared)])]

    def _rows(self, order: Any, sizes: Any = None) -> list[Row]:
        rows = []
        for number, at in enumerate(order.tolist()):
            place, doc = int(self._places[at]), int(self._docs[at])
            compared = [values[at].item() for values in self._compared[: len(self._keys)]]
            values = tuple(
                -value if key.field is None else self._orders.value(key, value)
                for key, value in zip(self._keys, compared, strict=True)
            )
            row = Row(self._score(at, place, doc), place, doc, values)
            if sizes is not None:
                row = row._replace(group=self._group_names[self._groups[at]], group_size=int(sizes[number]))
            rows.append(row)
        return rows

    # ------------------------------------------------------------ scores

    @cached_property
    def _scores(self) -> Any:
        """The scores of all documents; they need not be known where nothing is sorted by them."""
        return _joined((plan.score(docs) for _, plan, docs in self._found), np.float64)

    def _score(self, at: int, place: int, doc: int) -> float:
        if self._compares_scores:
            return float(self._scores[at])
        plan = next(plan for own, plan, _ in self._found if own == place)
        return float(plan.score(np.array([doc]))[0])

    def _raise(self, raise_best: Callable[[Hits], Any], depth: int) -> None:
        best = _least(-self._scores, np.arange(len(self._docs)), depth)
        best = np.sort(best[np.argsort(-self._scores[best], kind="stable")][:depth])  # documents in their order
        self._scores[best] = raise_best(Hits(self._scores[best], self._places[best], self._docs[best]))

    # ------------------------------------------------------------ order

    @cached_property
    def _compared(self) -> list[Any]:
        """For each key what to compare, less for what comes first; last what decides between equals."""
        compared = []
        for key in self._keys:
            if key.field is None:
                compared.append(-self._scores)
            else:
                compared.append(_joined((self._orders.values(key, place, docs) for place, _, docs in self._found)))
        if self._keys != BY_SCORE:
            hashes = (self._segments[place].id_hashes()[docs] for place, _, docs in self._found)
            compared.append(_joined(hashes, np.uint64))
        return compared

    def _behind(self, after: Position, anchor: tuple[int, int] | None) -> Any:
        """Which documents come after a cursor; bool."""
        behind = np.zeros(len(self._docs), bool)
        equal = np.ones(len(self._docs), bool)
        bounds = [*self._bounds(after, anchor), np.uint64(id_hash(after.id))]
        for values, bound in zip(self._compared, bounds, strict=True):
            behind |= equal & (values > bound)
            equal &= values == bound
        return behind

    def _bounds(self, after: Position, anchor: tuple[int, int] | None) -> list[float]:
        """What is compared of the values of a cursor.

        A commit moves all scores a little, and so does time where fresh documents count more. So the score is that
        which the document of the cursor has now, unless this stands elsewhere by now or has gone.
        """
        bounds = [
            _compared_score(value) if key.field is None else self._orders.compared(key, value)
            for key, value in zip(self._keys, after.values, strict=True)
        ]
        place, doc = anchor or (-1, -1)
        for at in np.flatnonzero((self._places == place) & (self._docs == doc)).tolist():  # one or none
            now = [values[at].item() for values in self._compared[: len(bounds)]]
            if all(key.field is None or own == bound for key, own, bound in zip(self._keys, now, bounds, strict=True)):
                return now
        return bounds

    # ------------------------------------------------------------ groups

    @cached_property
    def _group_numbers(self) -> tuple[Any, list[str | None]]:
        field = self._view.group_by or ""
        names: dict[str | None, int] = {None: 0}
        parts = []
        for place, _, docs in self._found:
            keyword = self._segments[place].keyword(field)
            if keyword is None:
                parts.append(np.zeros(len(docs), np.int64))
                continue
            own, inverse = np.unique(keyword.first_of(docs), return_inverse=True)
            texts = (keyword.terms.term(number).decode("utf-8", "replace") if number >= 0 else None for number in own)
            parts.append(np.array([names.setdefault(text, len(names)) for text in texts], np.int64)[inverse])
        return _joined(parts, np.int64), list(names)

    @property
    def _groups(self) -> Any:
        return self._group_numbers[0]

    @property
    def _group_names(self) -> list[str | None]:
        return self._group_numbers[1]


def _joined(parts: Any, dtype: Any = None) -> Any:
    made = list(parts)
    return np.concatenate(made) if made else np.zeros(0, dtype)


def _compared_score(value: float | str | None) -> float:
    """What is compared of a score that a cursor has kept."""
    if isinstance(value, str):
        raise QueryError("the cursor belongs to another search; begin again without one")
    return -float(value or 0)


def _least(values: Any, order: Any, count: int) -> Any:
    """Those of `order` that may be among the `count` with the least values."""
    if len(order) <= 4 * count or not count:
        return order
    return order[values[order] <= np.partition(values[order], count - 1)[count - 1]]


def _best_of_each(order: Any, groups: Any) -> tuple[Any, Any]:
    """The first document of each group, in order, and how many each group has."""
    _, first, counts = np.unique(groups[order], return_index=True, return_counts=True)
    by_place = first.argsort()
    return order[first[by_place]], counts[by_place]
