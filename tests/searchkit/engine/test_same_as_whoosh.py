"""The engine's answers compared with those of stock Whoosh, on the same documents in the same segments."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whoosh import collectors, matching, scoring
from whoosh import query as wq
from whoosh.filedb.filestore import RamStorage

import searchkit
from searchkit.engine import plans, postings, topk, transaction
from searchkit.engine.column_backend import ColumnSnapshot
from searchkit.engine.compile import Collection, compile_query
from searchkit.engine.whoosh_schema import whoosh_schema
from searchkit.suggest import edit_distance
from tests.whoosh_trees import SCHEMA, Changes, change, transactions, trees

Found = tuple[int, list[tuple[float, int, int]]]


class Whoosh:
    """Stock Whoosh with the documents, segments and deletions of a snapshot."""

    def __init__(self, snapshot: ColumnSnapshot) -> None:
        schema = whoosh_schema(snapshot.schema)
        for _, field in schema.items():
            field.set_sortable(False)  # older distributions cannot write columns of floats
        self._index = RamStorage().create_index(schema)
        self._bases = [0]
        dead: list[int] = []
        for segment in snapshot.segments:
            writer = self._index.writer()
            for doc in range(segment.documents):
                writer.add_document(**snapshot.schema.prepare(segment.store.document(doc)))
            writer.commit(merge=False)
            if segment.deleted is not None:
                dead += (segment.deleted + self._bases[-1]).tolist()
            self._bases.append(self._bases[-1] + segment.documents)
        if dead:
            writer = self._index.writer()
            for number in dead:
                writer.delete_document(number)
            writer.commit(merge=False)
        self.searcher = self._index.searcher(weighting=scoring.BM25F(B=0.75, K1=1.2))
        assert self.searcher.doc_count_all() == self._bases[-1]
        assert self.searcher.doc_count() == len(snapshot)

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


def faultless(tree: wq.Query) -> wq.Query:
    """The tree with classes that do not have known faults of Whoosh."""
    if isinstance(tree, wq.AndMaybe):
        return AndMaybe(faultless(tree.a), faultless(tree.b))
    if isinstance(tree, wq.FuzzyTerm):
        return Fuzzy(tree.fieldname, tree.text, tree.boost, tree.maxdist, tree.prefixlength, tree.constantscore)
    return tree.apply(faultless)


class AndMaybe(wq.AndMaybe):
    """Whoosh's, with a matcher that does not lose the optional score of a document that it skips to."""

    class Matcher(matching.AndMaybeMatcher):
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


def assert_same(snapshot: ColumnSnapshot, whoosh: Whoosh, tree: wq.Query) -> None:
    """All matches are Whoosh's, in an order that the scores allow; the best few are the first of them."""
    expected = whoosh.search_tree(tree)
    total, found = snapshot.search_tree(tree, len(snapshot) + 1)
    assert total == expected[0]
    assert {hit[1:] for hit in found} == {hit[1:] for hit in expected[1]}
    scores = {hit[1:]: hit[0] for hit in expected[1]}
    assert [hit[0] for hit in found] == pytest.approx([scores[hit[1:]] for hit in found], rel=1e-5)
    assert found == sorted(found, key=lambda hit: (-hit[0], hit[1], hit[2]))
    for count in (0, 1, 3, 10):
        total, best = snapshot.search_tree(tree, count)
        assert total == expected[0]
        assert [hit[0] for hit in best] == pytest.approx([hit[0] for hit in found[:count]], rel=1e-9)
        assert [hit[0] for hit in best] == pytest.approx([scores[hit[1:]] for hit in best], rel=1e-5)
        assert best == sorted(best, key=lambda hit: (-hit[0], hit[1], hit[2]))


def assert_consistent(snapshot: ColumnSnapshot, tree: wq.Query) -> None:
    """Plans say the same in all ways that they have to say it, and no score is above its bound."""
    for place in range(len(snapshot.segments)):
        plan = compile_query(tree, snapshot._collection, place)
        if plan is None:
            continue
        everything = np.arange(plan.documents)
        docs, scores = plan.scored()
        assert len(docs) <= plan.size
        assert np.flatnonzero(plan.mask()).tolist() == docs.tolist()
        assert plan.docs().tolist() == docs.tolist()
        again = compile_query(tree, snapshot._collection, place)
        assert np.flatnonzero(again.matches(everything)).tolist() == docs.tolist()
        assert again.score(docs) == pytest.approx(scores, rel=1e-9)
        every_score = again.score(everything)
        assert not every_score[~plan.mask()].any()
        assert every_score[docs] == pytest.approx(scores, rel=1e-9)
        assert max(scores, default=0) <= plan.peak * (1 + 1e-9)
        if plan.peak > 0:
            unit = plan.peak / (65_000 - 256 * plan.leaves)
            bounds = np.zeros(plan.documents, np.uint16)
            plan.ceilings(bounds, unit)
            assert (bounds[docs] * unit >= scores * (1 - 1e-9)).all()
            assert not plan.ceilings_tell or np.flatnonzero(bounds).tolist() == docs.tolist()


@contextmanager
def limits(dense: bool, pruned: bool, merged: bool) -> Iterator[None]:
    """The engine with the paths that large collections take, or without."""
    with pytest.MonkeyPatch.context() as patch:
        if dense:
            patch.setattr(postings, "_SMALLEST_DENSE", 1)
        if pruned:
            patch.setattr(topk, "_SMALL", -1)
            patch.setattr(topk, "_SPARSE", 1 << 40)
            patch.setattr(topk, "_SAMPLE", 8)
            patch.setattr(plans, "_MOST_CELLS", 0)
        if merged:
            patch.setattr(transaction, "_FACTOR", 2)
        yield


def written(folder: Path, changes: Changes) -> ColumnSnapshot:
    """The snapshot of an index with these transactions, checked against a model."""
    index = searchkit.create(folder, SCHEMA)
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
    snapshot._collection = Collection(snapshot.segments, SCHEMA, whoosh_idf=True)
    stored = [segment.store.document(doc) for segment in snapshot.segments for doc in segment.live_docs()]
    assert {document["id"] for document in stored} == set(model)
    assert len(stored) == len(model)
    return snapshot


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(transactions(), st.lists(trees(), min_size=15, max_size=15), st.booleans(), st.booleans(), st.booleans())
def test_small_collections(changes: Changes, queries: list[wq.Query], dense: bool, pruned: bool, merged: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, limits(dense, pruned, merged):
        snapshot = written(Path(folder) / "index", changes)
        whoosh = Whoosh(snapshot)
        for tree in queries:
            assert_same(snapshot, whoosh, tree)
            assert_consistent(snapshot, tree)


@pytest.fixture(scope="module", params=["one segment", "three segments"])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[ColumnSnapshot, Whoosh]:
    """Collections that are large enough for rows of common terms and for bounds, without changing any limit."""
    sizes = [5200] if request.param == "one segment" else [4300, 300, 20]
    choose = random.Random(22)
    keys = [str(number) for number in range(sizes[0])]
    changes = [[change(choose, key) for key in choose.sample(keys, size)] for size in sizes]
    snapshot = written(tmp_path_factory.mktemp("large") / "index", changes)
    assert len(snapshot.segments) == len(sizes)
    return snapshot, Whoosh(snapshot)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(trees())
def test_large_collections(large: tuple[ColumnSnapshot, Whoosh], tree: wq.Query) -> None:
    assert_same(*large, tree)
    assert_consistent(large[0], tree)
