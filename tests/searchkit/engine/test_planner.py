"""Plans made straight from a query are those of the Whoosh tree that stands for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from searchkit.engine.collection import Collection
from searchkit.engine.compile import compile_query
from searchkit.engine.expand import Expander
from searchkit.engine.planner import plan_query
from searchkit.engine.whoosh_query import whoosh_query
from searchkit.querytree import (
    AllOf,
    AnyOf,
    Either,
    Everything,
    Exact,
    Fuzzy,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Range,
    Wildcard,
    Without,
    Word,
)
from tests.searchkit.engine.test_same_as_whoosh import limits, written
from tests.whoosh_trees import DAYS, SCHEMA, TAGS, WORDS, Changes, transactions

FIELDS = st.sampled_from([None, None, "title", "body"])
BOOSTS = st.sampled_from([1.0, 1.0, 0.5, 3.0])
TERMS = st.lists(st.sampled_from([*WORDS, "yoxdur"]), min_size=1, max_size=3, unique=True).map(tuple)
STARTS = st.lists(st.sampled_from(["k", "ki", "d", "bal", "x"]), min_size=1, max_size=2, unique=True).map(tuple)
CONDITIONS = st.one_of(
    st.lists(st.sampled_from(TAGS), min_size=1, max_size=2).map(lambda values: Exact("tags", tuple(values))),
    st.integers(0, 45).map(lambda number: Exact("id", (str(number),))),
    st.sampled_from(DAYS).map(lambda day: Range("date", day, None)),
    st.just(Range("body", "bal", "neft")),
)
WORD = st.tuples(FIELDS, TERMS, st.just("typed"), BOOSTS).map(lambda values: Word(*values))
PLACES = st.lists(TERMS, min_size=1, max_size=3).map(tuple)
LEAVES = st.one_of(
    WORD,
    WORD,
    st.tuples(FIELDS, PLACES, st.integers(0, 2), BOOSTS).map(lambda values: Phrase(*values)),
    st.tuples(FIELDS, STARTS, BOOSTS).map(lambda values: Prefix(*values)),
    st.tuples(FIELDS, st.just(("k*", "ba?")), BOOSTS).map(lambda values: Wildcard(*values)),
    BOOSTS.map(lambda boost: Fuzzy("body", ("balq",), 1, boost)),
    st.sampled_from([Everything(), Nothing()]),
    CONDITIONS,
)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    nodes = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        nodes.map(AnyOf), nodes.map(AllOf), nodes.map(Either), st.tuples(inner, inner).map(lambda two: Without(*two))
    )


QUERIES = st.tuples(st.recursive(LEAVES, _joined, max_leaves=5), st.lists(CONDITIONS, max_size=2).map(tuple)).map(
    lambda values: Query(*values)
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(transactions(), st.lists(QUERIES, min_size=15, max_size=15), st.booleans())
def test_plans_are_those_of_the_tree(changes: Changes, queries: list[Query], dense: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, limits(dense, False, False):
        snapshot = written(Path(folder) / "index", changes)
        collection = Collection(snapshot.segments, SCHEMA)
        for query in queries:
            for place, segment in enumerate(snapshot.segments):
                plan = plan_query(query, collection, place, Expander())
                expected = compile_query(whoosh_query(query, SCHEMA), collection, place)
                documents = np.arange(segment.documents)
                found, wanted = (np.zeros(0, int) if one is None else one.docs() for one in (plan, expected))
                assert found.tolist() == wanted.tolist()
                if plan is not None and expected is not None:
                    assert plan.score(documents) == pytest.approx(expected.score(documents), rel=1e-12)
