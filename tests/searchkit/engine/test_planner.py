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
    st.tuples(FIELDS, STARTS, BOOSTS, TERMS).map(lambda values: Prefix(*values)),
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
@given(transactions(), st.lists(QUERIES, min_size=15, max_size=15), st.booleans(), st.booleans())
def test_plans_are_those_of_the_tree(changes: Changes, queries: list[Query], dense: bool, pruned: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, limits(dense, pruned, False):
        snapshot = written(Path(folder) / "index", changes)
        collection = Collection(snapshot.segments, SCHEMA)
        for query in queries:
            for place, segment in enumerate(snapshot.segments):
                plan = plan_query(query, collection, place, Expander())
                expected = compile_query(whoosh_query(query, SCHEMA), collection, place)
                documents = np.arange(segment.documents)
                found, wanted = (np.zeros(0, int) if one is None else one.docs() for one in (plan, expected))
                assert found.tolist() == wanted.tolist()
                # Whoosh adds up what the terms of a beginning give, each by its own weight.
                if plan is not None and expected is not None and "Prefix(" not in repr(query):
                    assert plan.score(documents) == pytest.approx(expected.score(documents), rel=1e-12)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(transactions(), STARTS, TERMS, BOOSTS, st.booleans())
def test_a_beginning_is_one_word_that_is_not_known_yet(
    changes: Changes, starts: tuple[str, ...], terms: tuple[str, ...], boost: float, dense: bool
) -> None:
    node = Prefix("body", starts, boost, tuple(term for term in terms if not term.startswith(starts)))
    with tempfile.TemporaryDirectory() as folder, limits(dense, True, False):
        snapshot = written(Path(folder) / "index", changes)
        collection = Collection(snapshot.segments, SCHEMA)
        meant: set[bytes] = set()
        for segment in snapshot.segments:
            if (source := segment.text("body")) is not None:
                every = source.terms.terms(0, len(source.terms))
                meant |= {term for term in every if term.decode().startswith(starts) or term.decode() in node.terms}
        documents_of_all = sum(collection.document_frequency("body", term) for term in meant)
        idf = collection.idf_of(min(documents_of_all, collection.documents))
        for place, segment in enumerate(snapshot.segments):
            plan = plan_query(Query(node), collection, place, Expander())
            documents = np.arange(segment.documents)
            best = np.zeros(segment.documents)
            for term in meant:
                one = plan_query(Query(Word("body", (term.decode(),))), collection, place, Expander())
                if one is not None:
                    best = np.maximum(best, one.score(documents) / collection.idf("body", term) * idf * boost)
            scores = np.zeros(segment.documents) if plan is None else plan.score(documents)
            assert scores == pytest.approx(best, rel=1e-12)
