"""Long, strange and costly queries in both syntaxes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit import Index, QueryError
from tests.strategies import queries


@pytest.mark.parametrize(
    "query",
    [
        "a" * 10_000,
        "İ" * 10_000,
        "\u0307" * 10_000,
        "I\u0307" * 5_000,
        "a'" * 5_000,
        "a." * 5_000,
        "." * 10_000,
        "@" * 10_000,
        "#" * 10_000,
        '"' * 10_000,
        "(" * 10_000,
        ":" * 10_000,
        "a:" * 200,
        "-" * 10_000,
        "*" * 10_000,
        "1" * 10_000,
        "1," * 5_000,
        "кит" * 3_000,
        "https://" + "a/" * 4_900,
        '"' + "on qala " * 60 + '"',
        '"' + "on " * 3_000 + '"',
        "on " * 250,
        "ki* " * 250,
        "- " * 5_000,
        "-kitab " * 250,
    ],
    ids=lambda query: query[:8],
)
def test_no_query_takes_long(query: str, newspaper: Index) -> None:
    started = time.monotonic()
    newspaper.search(query)
    assert time.monotonic() - started < 5


@settings(max_examples=300, deadline=5_000)
@given(queries(), st.sampled_from(["any", "all"]))
def test_whatever_is_typed_is_answered_or_refused(newspaper: Index, query: str, match: str) -> None:
    try:
        results = newspaper.search(query, match=match)
    except QueryError:
        return
    assert results.total == len(results) <= 3
    for hit in results:
        assert hit.score > 0
        hit.to_dict()
