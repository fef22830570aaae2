"""Long, strange and costly queries in both syntaxes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit import Index, QueryError
from tests.strategies import any_text, queries


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
        "ki* " * 64,
        "- " * 5_000,
        "-kitab " * 250,
    ],
    ids=lambda query: query[:8],
)
def test_no_simple_query_takes_long(query: str, newspaper: Index) -> None:
    started = time.monotonic()
    newspaper.search(query)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "query",
    [
        "neft " * 256,
        "(neft) " * 256,
        "neft AND " * 255 + "neft",
        "neft OR " * 255 + "neft",
        "NOT " * 2_499 + "neft",
        "-" * 9_000 + "neft",
        "neft" + " DEYİL" * 1_600 + " neft",
        "a\\*" * 3_000,
        "a" + "*a" * 4_000,
        "a" + "?" * 9_000,
        "a" * 9_000 + "~2",
        "ki* " * 250,
        "k?t* " * 250,
        "kitab~2 " * 250,
        '"on qala"~100 ' * 250,
        '"' + "on " * 3_000 + '"~100',
        "title:" * 1_500 + "x",
        "date:[" + "bu " * 3_000 + "TO *]",
        'date:"' + "bu gün " * 1_400 + '"',
        "tags:" + "\\ " * 4_000,
        "(" * 10_000,
        "((a)" * 2_500,
        "[" * 10_000,
        '"' * 10_000,
        "\\" * 10_000,
        "^" * 10_000,
        "~" * 10_000,
        ":" * 10_000,
        "neft^" + "1" * 9_000,
        "neft~" + "1" * 9_000,
    ],
    ids=lambda query: query[:8],
)
def test_no_full_query_takes_long(query: str, newspaper: Index) -> None:
    started = time.monotonic()
    with contextlib.suppress(QueryError):
        newspaper.search(query, syntax="full")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("syntax", ["simple", "full"])
def test_one_long_word_is_refused_at_once(syntax: str, newspaper: Index) -> None:
    with pytest.raises(QueryError, match=r"^the query has 100,000 characters; at most 10,000 are allowed$"):
        newspaper.search("a" * 100_000, syntax=syntax)


@settings(max_examples=300, deadline=5_000)
@given(st.one_of(queries(), any_text()), st.sampled_from(["any", "all"]))
def test_whatever_is_typed_is_answered(newspaper: Index, query: str, match: str) -> None:
    try:
        results = newspaper.search(query, match=match)
    except QueryError as error:
        refused = str(error)
    else:
        assert results.total == len(results) <= 3
        for hit in results:
            assert hit.score > 0
            hit.to_dict()
        return
    assert refused.startswith("the query has more than ")


def test_a_word_that_is_longer_than_the_index_keeps_is_found(make_index: Callable[..., Index]) -> None:
    index = make_index(["a" * 100_000, "ə" * 5_000, "b" + "ə" * 5_000])
    assert [[hit.id for hit in index.search(query)] for query in ("a" * 9_000, "ə" * 5_000, "b" + "ə" * 5_000)] == [
        ["1"], ["2"], ["3"]
    ]  # fmt: skip
