"""Queries that have no plan, answered by Whoosh's matchers over the same segments, with the same scores."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any

from whoosh import collectors, scoring
from whoosh.query import QueryError as WhooshQueryError
from whoosh.reading import MultiReader, SegmentReader
from whoosh.searching import Searcher

from searchkit.engine.collection import Collection
from searchkit.engine.whoosh_codec import ColumnSegment
from searchkit.errors import QueryError
from searchkit.schema import Text

__all__ = ["WhooshSearch"]


class WhooshSearch:
    """Whoosh's searcher over the segments of a collection."""

    def __init__(self, collection: Collection) -> None:
        schema = collection.whoosh_schema
        readers = [SegmentReader(None, schema, ColumnSegment(segment.info, segment)) for segment in collection.segments]
        self._ends = list(accumulate(segment.documents for segment in collection.segments))
        reader = readers[0] if len(readers) == 1 else MultiReader(readers)
        self.searcher = Searcher(reader, weighting=_Weighting(collection))

    def search_tree(self, tree: Any, count: int) -> tuple[int, list[tuple[float, int, int]]]:
        """See `searchkit.engine.column_backend.ColumnSnapshot.search_tree`."""
        # Skipping by quality would lose documents that match, and so would replacing matchers by simpler ones.
        collector = collectors.TopCollector(limit=max(count, 1), usequality=False, replace=0)
        try:
            self.searcher.search_with_collector(tree, collector)
        except WhooshQueryError as error:
            raise QueryError(str(error)) from None
        return collector.total, [self._hit(score, number) for score, number in collector.results().top_n[:count]]

    def _hit(self, score: float, number: int) -> tuple[float, int, int]:
        place = bisect_right(self._ends, number)
        return float(score), place, number - (self._ends[place - 1] if place else 0)


class _Weighting(scoring.BM25F):  # type: ignore[misc,unused-ignore]
    def __init__(self, collection: Collection) -> None:
        super().__init__()
        self._collection = collection

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        kind = self._collection.schema.fields.get(fieldname)
        if not isinstance(kind, Text):
            return super().scorer(searcher, fieldname, text, qf)
        return scoring.BM25FScorer(searcher, fieldname, text, kind.b, kind.k1, qf)

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        return self._collection.idf(fieldname, text)
