"""The engine's answers compared with those of stock Whoosh, on the same documents in the same segments."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.util.numeric import byte_to_length

from searchkit.engine import compound, expand, groups, next_words, phrases, postings_writer, topk
from searchkit.engine.column_backend import ColumnSnapshot
from searchkit.engine.compile import compile_query
from searchkit.engine.lengths import length_steps
from searchkit.schema import Schema, Text
from tests.searchkit.engine.stock import Whoosh, faultless, matches, numbered, written
from tests.whoosh_trees import SCHEMA, WORDS, Changes, change, transactions, trees


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


def assert_codec_same(snapshot: ColumnSnapshot, whoosh: Whoosh, tree: wq.Query) -> None:
    """Whoosh finds the same by the codec for columns as by its own."""
    expected = numbered(whoosh.search_tree(tree)[1], snapshot)
    assert dict(matches(snapshot.whoosh.searcher, faultless(tree))) == pytest.approx(expected, rel=1e-6)


@contextmanager
def limits(dense: bool, pruned: bool, merged: bool) -> Iterator[None]:
    """The engine with the paths that large collections take, or without."""
    with pytest.MonkeyPatch.context() as patch:
        if dense:
            patch.setattr(postings_writer, "_SMALLEST_DENSE", 1)
            patch.setattr(next_words, "_SMALLEST", 1)
            patch.setattr(next_words, "_FREQUENT", 1)
        if pruned:
            patch.setattr(topk, "_SMALL", -1)
            patch.setattr(topk, "_SPARSE", 1 << 40)
            patch.setattr(topk, "_GROUPS", 8)
            patch.setattr(topk, "_MOST_LEAVES", 5)
            patch.setattr(phrases, "_MOST_CELLS", 0)
            patch.setattr(phrases, "_MANY", 0)
            patch.setattr(expand, "_FREQUENT", 1)
            patch.setattr(expand, "_MOST_FREQUENT", 2)
            patch.setattr(compound, "_SPARSE", 0)
            patch.setattr(phrases, "_MUCH", 0)
        if merged:
            patch.setattr(groups, "_FACTOR", 2)
        yield


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(transactions(), st.lists(trees(), min_size=22, max_size=22), st.booleans(), st.booleans(), st.booleans())
def test_small_collections(changes: Changes, queries: list[wq.Query], dense: bool, pruned: bool, merged: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, limits(dense, pruned, merged):
        snapshot = written(Path(folder) / "index", changes)
        whoosh = Whoosh(snapshot)
        for tree in queries:
            assert_same(snapshot, whoosh, tree)
            assert_codec_same(snapshot, whoosh, tree)
            assert_consistent(snapshot, tree)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(
    transactions(),
    st.lists(trees(), min_size=22, max_size=22),
    st.booleans(),
    st.sampled_from([(0.0, 0.75, 0.75), (1.2, 0.0, 1.0), (2.0, 1.0, 0.3), (0.4, 0.9, 0.0)]),
)
def test_parameters_of_bm25(
    changes: Changes, queries: list[wq.Query], pruned: bool, parameters: tuple[float, float, float]
) -> None:
    k1, title, body = parameters
    schema = Schema(**(SCHEMA.fields | {"title": Text(k1=k1, b=title), "body": Text(k1=k1, b=body)}))
    with tempfile.TemporaryDirectory() as folder, limits(True, pruned, True):
        snapshot = written(Path(folder) / "index", changes, schema)
        whoosh = Whoosh(snapshot)
        for tree in queries:
            assert_same(snapshot, whoosh, tree)
            assert_codec_same(snapshot, whoosh, tree)
            assert_consistent(snapshot, tree)


def test_parts_that_match_nothing_beside_more_words_than_bounds_tell_apart(tmp_path: Path) -> None:
    texts = [" ".join(WORDS[: 1 + number % 6]) + (" bal" if number % 2 else " yox") for number in range(40)]
    changes: Changes = [[(str(number), {"body": text}) for number, text in enumerate(texts)]]
    nothing = [wq.And([wq.Term("body", "bal"), wq.Term("body", "yox"), wq.Term("body", word)]) for word in WORDS[:2]]
    with limits(False, True, False):
        snapshot = written(tmp_path / "index", changes)
        assert_same(snapshot, Whoosh(snapshot), wq.Or([*(wq.Term("body", word) for word in WORDS[:3]), *nothing]))


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
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(trees())
def test_large_collections(large: tuple[ColumnSnapshot, Whoosh], tree: wq.Query) -> None:
    assert_same(*large, tree)
    assert_codec_same(*large, tree)
    assert_consistent(large[0], tree)


def test_the_steps_of_lengths_are_those_of_whoosh() -> None:
    assert [byte_to_length(step) for step in range(256)] == length_steps().tolist()
