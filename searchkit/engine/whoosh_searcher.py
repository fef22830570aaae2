"""Whoosh's searcher over segments of columns, which asks plans before it walks through matchers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

import numpy as np
from whoosh.collectors import FilterCollector, TopCollector, UnlimitedCollector, WrappingCollector
from whoosh.idsets import BitSet
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from azanalyzer.lazy import cached_property
from searchkit.engine.collection import Collection
from searchkit.engine.compile import Unsupported, compile_all
from searchkit.engine.plans import Plan
from searchkit.engine.topk import best_of_all
from searchkit.errors import QueryError, SchemaError
from searchkit.schema import Schema, Text

__all__ = ["PlanSearcher"]


class PlanSearcher(Searcher):  # type: ignore[misc,unused-ignore]
    """Whoosh's, with plans for which documents a query finds, and for the best of them by BM25F.

    The collectors and the results are Whoosh's own. What plans do not know, be it a query, a weighting or a collector,
    is left to Whoosh's matchers.
    """

    _ranked: tuple[dict[str, tuple[float, float]], Collection] | None = None  # with what parameters, see `_ranking`

    def collector(self, *arguments: Any, **options: Any) -> Any:
        """Whoosh's, which counts all that a query finds however few are shown.

        Whoosh's own replaces parts of a query that cannot give any of the best by simpler ones that find less.
        """
        made = inner = super().collector(*arguments, **options)
        while isinstance(inner, WrappingCollector):
            inner = inner.child
        if isinstance(inner, TopCollector):
            inner.replace = 0
        return made

    def docs_for_query(self, q: Any, for_deletion: bool = False) -> Iterator[int]:
        found = None if for_deletion else self._matching(q)
        if found is None:
            yield from super().docs_for_query(q, for_deletion)
        else:
            yield from np.flatnonzero(found).tolist()

    def _query_to_comb(self, fq: Any) -> BitSet:
        """What Whoosh keeps of the documents that a query for a filter finds."""
        found = self._matching(fq)
        if found is None:
            return super()._query_to_comb(fq)
        return BitSet.from_bytes(np.packbits(found, bitorder="little").tobytes())

    def search_with_collector(self, q: Any, collector: Any, context: Any = None) -> None:
        inner = collector.child if type(collector) is FilterCollector else collector
        collection = self._ranking()
        # A class made of one of these may do otherwise, and so may a context that is not the usual one.
        if context is not None or collection is None or type(inner) not in (TopCollector, UnlimitedCollector):
            super().search_with_collector(q, collector, context)
            return
        collector.prepare(self, q, self.context())
        plans = _plans(q, collection, scored=True)
        if plans is None:
            collector.run()
            return
        try:
            live = [segment.live for segment in collection.segments]
            if inner is not collector and (collector._allow is not None or collector._restrict is not None):
                live = self._allowed(collector._allow, collector._restrict)
                kept_out = (~live[place][self._found(place, plan)] for place, plan in plans)
                collector.filtered_count = sum(map(int, map(np.count_nonzero, kept_out)))
            self._fill(inner, plans, live)
        finally:
            collector.finish()

    def _fill(
        self, collector: TopCollector | UnlimitedCollector, plans: list[tuple[int, Plan]], live: list[Any]
    ) -> None:
        """Give a collector what it would have collected, of the documents that the masks let through."""
        is_top = type(collector) is TopCollector
        total, hits = best_of_all(plans, int(collector.limit) if is_top else self._starts[-1], live)
        scores, numbers = hits.scores.tolist(), (np.take(self._starts, hits.places) + hits.docs).tolist()
        if is_top:
            collector.usequality = False  # so that it knows that it has counted all
            collector.total += total
            collector.items = [(score, -number) for score, number in zip(scores, numbers, strict=True)]
            collector.items.reverse()  # it is a heap, from which the least good one is taken first
        else:
            collector.items = [*zip(scores, numbers, strict=True)]
            collector.docset.update(numbers)

    @cached_property
    def _collection(self) -> Collection:
        readers = [reader for reader, _ in self.reader().leaf_readers()]
        segments = [segment.open() for reader in readers if (segment := reader.segment()) is not None]
        return Collection(segments, self.schema.origin)

    @cached_property
    def _starts(self) -> list[int]:
        """The number through all segments of the first document of each, and how many documents there are."""
        return [*accumulate((segment.documents for segment in self._collection.segments), initial=0)]

    def _ranking(self) -> Collection | None:
        """The figures that scores by the weighting depend on; None if plans do not know it."""
        weighting = self.weighting
        # One that has a parent scores by the figures of other segments, too.
        if type(weighting) is not BM25F or self.is_closed or self.has_parent():
            return None
        schema = self.schema.origin
        field_b, b = weighting._field_B, weighting.B
        parameters = {name: (weighting.K1, field_b.get(name, b)) for name in schema.text_fields}
        known = self._ranked
        if known is not None and known[0] == parameters:
            return known[1]
        try:
            texts = {name: Text(k1=k1, b=b) for name, (k1, b) in parameters.items()}
        except SchemaError:
            return None
        collection = Collection(self._collection.segments, Schema(**(schema.fields | texts)), whoosh_idf=True)
        self._ranked = (parameters, collection)
        return collection

    def _found(self, place: int, plan: Plan) -> Any:
        """The documents of a segment that match and are not deleted."""
        return self._collection.segments[place].living(plan.docs())

    def _allowed(self, allow: Iterable[int] | None, restrict: Iterable[int] | None) -> list[Any]:
        """Masks of the documents of each segment that are not deleted and that a filter lets through."""
        allowed = np.ones(self._starts[-1], bool) if allow is None else self._mask(allow)
        if restrict is not None:
            allowed &= ~self._mask(restrict)
        for segment, start in zip(self._collection.segments, self._starts, strict=False):
            if segment.deleted is not None:
                allowed[segment.deleted + np.int64(start)] = False
        return np.split(allowed, self._starts[1:-1])

    def _matching(self, query: Any) -> Any:
        """A mask of the documents of all segments that a query finds; None if it has no plan."""
        plans = None if self.is_closed else _plans(query, self._collection, scored=False)
        if plans is None:
            return None
        found = np.zeros(self._starts[-1], bool)
        for place, plan in plans:
            found[self._found(place, plan) + np.int64(self._starts[place])] = True
        return found

    def _mask(self, numbers: Iterable[int]) -> Any:
        """A mask of the documents of all segments that have these numbers."""
        mask = np.zeros(self._starts[-1], bool)
        if isinstance(numbers, BitSet):
            bits = np.unpackbits(np.asarray(numbers.bits, np.uint8), bitorder="little")[: len(mask)]
            mask[: len(bits)] = bits
            return mask
        found = np.fromiter(numbers, np.int64)
        mask[found[(found >= 0) & (found < len(mask))]] = True
        return mask


def _plans(query: Any, collection: Collection, *, scored: bool) -> list[tuple[int, Plan]] | None:
    """The plans for a query with the places of their segments; None if it has none, or more words than they take."""
    try:
        return compile_all(query, collection, scored=scored)
    except (Unsupported, QueryError):
        return None
