"""Stock Whoosh with the documents of an index, for comparing answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import whoosh
from whoosh import collectors, matching, scoring
from whoosh import query as wq
from whoosh.filedb.filestore import RamStorage

import searchkit
from searchkit.edits import edit_distance
from searchkit.engine.collection import Collection
from searchkit.engine.column_backend import ColumnSnapshot
from searchkit.engine.whoosh_schema import whoosh_schema
from searchkit.schema import Schema, Text
from tests.whoosh_trees import SCHEMA, Changes

Found = tuple[int, list[tuple[float, int, int]]]


class Whoosh:
    """Stock Whoosh with the documents, segments and deletions of a snapshot."""

    def __init__(self, snapshot: ColumnSnapshot) -> None:
        schema = whoosh_schema(snapshot.schema)
        for _, field in schema.items():
            field.set_sortable(False)  # older distributions cannot write columns of floats
        # Older distributions write into one temporary folder of this name for all processes.
        self._index = RamStorage().create_index(schema, indexname=f"MAIN{os.getpid()}")
        self._bases = [0]
        dead: list[int] = []
        for segment in snapshot.segments:
            writer = self._index.writer()
            for doc in range(segment.documents):
                document = segment.store.document(doc)
                stored = {f"_stored_{name}": value for name, value in document.items()}
                writer.add_document(**snapshot.schema.prepare(document), **stored)
            writer.commit(merge=False)
            if segment.deleted is not None:
                dead += (segment.deleted + self._bases[-1]).tolist()
            self._bases.append(self._bases[-1] + segment.documents)
        if dead:
            writer = self._index.writer()
            for number in dead:
                writer.delete_document(number)
            writer.commit(merge=False)
        texts = {name: field for name, field in snapshot.schema.fields.items() if isinstance(field, Text)}
        (k1,) = {field.k1 for field in texts.values()}  # Whoosh has one for all fields
        own = {f"{name}_B": field.b for name, field in texts.items()}
        self.searcher = self._index.searcher(weighting=scoring.BM25F(K1=k1, **own))
        assert self.searcher.doc_count_all() == self._bases[-1]
        assert self.searcher.doc_count() == len(snapshot)

    def number(self, place: int, doc: int) -> int:
        """The number through all segments of a document."""
        return self._bases[place] + doc

    def search_tree(self, tree: wq.Query) -> Found:
        """All matches, in the form of `ColumnSnapshot.search_tree`."""
        found = matches(self.searcher, faultless(tree))
        places = np.searchsorted(self._bases, [number for number, _ in found], "right") - 1
        hits = [
            (score, int(place), number - self._bases[place])
            for (number, score), place in zip(found, places, strict=True)
        ]
        return len(hits), sorted(hits, key=lambda hit: (-hit[0], hit[1], hit[2]))


def matches(searcher: Any, tree: wq.Query) -> list[tuple[int, float]]:
    """Every document that matches, with its score; without the short cuts that lose some."""
    collector = collectors.TopCollector(limit=searcher.doc_count_all() + 1, usequality=False, replace=0)
    searcher.search_with_collector(tree, collector)
    return [(number, score) for score, number in collector.results().top_n]


def numbered(hits: list[tuple[float, int, int]], snapshot: ColumnSnapshot) -> dict[int, float]:
    """Scores by the numbers that documents have through all segments."""
    bases = np.cumsum([0, *(segment.documents for segment in snapshot.segments)]).tolist()
    return {bases[place] + doc: score for score, place, doc in hits}


def faultless(tree: wq.Query) -> wq.Query:
    """The tree with classes that do not have known faults of Whoosh."""
    if isinstance(tree, wq.AndMaybe):
        return AndMaybe(faultless(tree.a), faultless(tree.b))
    if isinstance(tree, wq.FuzzyTerm):
        tree = Fuzzy(tree.fieldname, tree.text, tree.boost, tree.maxdist, tree.prefixlength, tree.constantscore)
    if whoosh.__version__ < (3,):  # the distributions before it have some more
        if isinstance(tree, wq.MultiTerm):
            return Several(tree)
        if isinstance(tree, wq.SpanNear2):
            return Near([faultless(part) for part in tree.qs], slop=tree.slop)
        if isinstance(tree, wq.Require):
            return Require(faultless(tree.a), faultless(tree.b))
    return tree.apply(faultless)


class Several(wq.Query):
    """A query for several terms, of which Whoosh before version 3 forgot the boost in places."""

    def __init__(self, tree: wq.Query) -> None:
        self.tree = tree

    def estimate_size(self, reader: Any) -> int:
        return int(self.tree.estimate_size(reader))

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        if (type(self.tree), getattr(self.tree, "text", None)) in ((wq.Prefix, ""), (wq.Wildcard, "*")):
            return self.tree.matcher(searcher, context)
        field, boost = self.tree.fieldname, self.tree.boost
        terms = [wq.Term(field, term, boost=boost) for term in self.tree._btexts(searcher.reader()) if term]
        if len(terms) > 1 and self.tree.constantscore:
            context = context.set(weighting=None)
        return wq.Or(terms).matcher(searcher, context)


class Near(wq.SpanNear2):
    """Whoosh's, telling the parts that their positions are needed."""

    def estimate_size(self, reader: Any) -> int:
        return int(wq.And(self.qs).estimate_size(reader))

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return super().matcher(searcher, context.set(needs_current=True))


class Require(wq.Require):
    """Whoosh's, which in version 2.7.4 excluded what it was to require."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        condition = self.b.matcher(searcher, searcher.boolean_context())
        return matching.RequireMatcher(self.a.matcher(searcher, context), condition)


class AndMaybe(wq.AndMaybe):
    """Whoosh's, with a matcher that does not lose the optional score of a document that it skips to."""

    class Matcher(matching.AndMaybeMatcher):
        def score(self) -> float:
            both = self.b.is_active() and self.a.id() == self.b.id()
            return float(self.a.score() + (self.b.score() if both else 0))

        def skip_to(self, id: int) -> None:
            self.a.skip_to(id)
            self._first_b()

        def _first_b(self) -> None:
            if self.a.is_active() and self.b.is_active() and self.b.id() < self.a.id():
                self.b.skip_to(self.a.id())

    matcherclass = Matcher


class Fuzzy(wq.FuzzyTerm):
    """Whoosh's, where letters that have changed places are one edit."""

    def _btexts(self, reader: Any) -> Iterator[bytes]:
        for term in reader.expand_prefix(self.fieldname, self.text[: self.prefixlength]):
            if edit_distance(self.text, term.decode(), self.maxdist) <= self.maxdist:
                yield term


def written(folder: Path, changes: Changes, schema: Schema = SCHEMA) -> ColumnSnapshot:
    """The snapshot of an index with these transactions, checked against a model."""
    index = searchkit.create(folder, schema)
    model: dict[str, dict[str, Any]] = {}
    for together in changes:
        with index.writer() as writer:
            for key, document in together:
                if document is None:
                    writer.delete(key)
                    model.pop(key, None)
                else:
                    model[key] = {"id": key, **document}
                    writer.add(model[key])
    snapshot = index._current_snapshot()
    assert isinstance(snapshot, ColumnSnapshot)
    snapshot._collection = Collection(snapshot.segments, schema, whoosh_idf=True)
    stored = [document for segment in snapshot.segments for document in segment.live_documents()]
    assert {document["id"] for document in stored} == set(model)
    assert len(stored) == len(model)
    return snapshot
