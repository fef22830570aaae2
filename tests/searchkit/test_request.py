# ruff: noqa: SIM300
"""Searches as values: kept, sent and asked again."""

from __future__ import annotations

import datetime
import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from searchkit import Between, Facet, Index, QueryError, SearchRequest
from searchkit.ranking import Ranking
from tests.searchkit.newspaper import REQUESTS

Make = Callable[..., Index]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_a_request_is_kept_as_json(request_: SearchRequest, newspaper: Index) -> None:
    kept = json.loads(json.dumps(request_.to_dict()))
    again = SearchRequest.from_dict(kept)
    assert kept == again.to_dict()
    results, replayed = newspaper.run(request_), newspaper.run(again)
    assert request_ is results.request
    for shown in (results.to_dict(), replayed.to_dict()):
        assert shown.pop("took_ms") > 0
    assert {**results.to_dict(), "took_ms": 0} == {**replayed.to_dict(), "took_ms": 0}
    assert [hit.id for hit in results]


def test_a_request_of_lists_and_ranges_comes_back_equal() -> None:
    asked = SearchRequest(
        "neft", filters={"date": Between("2022", None), "tags": ["a", "b"]}, facets=["tags", Facet("date", "year")],
        sort=["-date", "score"], ranking=Ranking(pairs=1.0),
    )  # fmt: skip
    assert asked == SearchRequest.from_dict(json.loads(json.dumps(asked.to_dict())))


@pytest.mark.parametrize("facets", ["tags", "date:month", Facet("date", "year", 2)], ids=str)
def test_a_request_of_one_facet_is_kept(facets: Any, newspaper: Index) -> None:
    request = SearchRequest("", facets=facets)
    again = SearchRequest.from_dict(json.loads(json.dumps(request.to_dict())))
    assert newspaper.run(request).facets == newspaper.run(again).facets
    assert again.to_dict() == request.to_dict()


def test_a_stored_moment_is_that_moment(make_index: Make) -> None:
    moments = ["2024-01-01T10:00:00", "2024-01-01T10:00:00.4", "2024-01-01T10:00:01"]
    index = make_index([{"id": str(number), "date": moment} for number, moment in enumerate(moments)])
    moment = datetime.datetime(2024, 1, 1, 10)
    for wanted, expected in (
        (moment, ["0"]),
        ((None, moment), ["0"]),
        ([moment], ["0"]),
        ("2024-01-01T10:00:00", ["0", "1"]),
    ):
        request = SearchRequest("", filters={"date": wanted})
        again = SearchRequest.from_dict(json.loads(json.dumps(request.to_dict())))
        for each in (request, again):
            assert [hit.id for hit in index.run(each)] == expected
    with pytest.raises(QueryError, match="'noon' is no moment like"):
        SearchRequest.from_dict({"version": 1, "query": "", "filters": {"date": {"moment": "noon"}}})


def test_run_takes_a_request_only(newspaper: Index) -> None:
    with pytest.raises(QueryError, match=r"run takes a searchkit\.SearchRequest, not dict"):
        newspaper.run({"query": "neft"})  # type: ignore[arg-type]


def test_search_and_run_are_the_same(newspaper: Index) -> None:
    options: dict[str, Any] = {"filters": {"tags": "siyasət"}, "sort": "date", "facets": ["tags"], "match": "all"}
    expected = newspaper.search("gəldi", 3, 0, **options)
    assert SearchRequest("gəldi", 3, 0, **options) == expected.request
    assert [hit.id for hit in expected] == [hit.id for hit in newspaper.run(expected.request)] == ["az-3"]


@pytest.mark.parametrize(
    "kept",
    [
        None,
        {},
        {"query": "neft"},
        {"version": 2, "query": "neft"},
        {"version": 1},
        {"version": 1, "query": 7},
        {"version": 1, "query": "neft", "nosuch": 1},
        {"version": 1, "query": "neft", "filters": ["tags"]},
        {"version": 1, "query": "neft", "filters": {"date": {"until": "2022"}}},
        {"version": 1, "query": "neft", "filters": {"date": [{}]}},
        {"version": 1, "query": "neft", "filters": {"date": {"not": "2022", "from": "2021"}}},
        {"version": 1, "query": "neft", "facets": 7},
        {"version": 1, "query": "neft", "facets": [{"nosuch": 1}]},
        {"version": 1, "query": "neft", "facets": [{"field": "tags", "nosuch": 1}]},
        {"version": 1, "query": "neft", "ranking": 7},
        {"version": 1, "query": "neft", "ranking": {"freshness": {"nosuch": 1}}},
        {"version": 1, "query": "neft", "ranking": {"nosuch": 1}},
    ],
)
def test_what_is_no_request(kept: Any) -> None:
    with pytest.raises(QueryError, match="a stored search"):
        SearchRequest.from_dict(kept)


@pytest.mark.parametrize(
    "wrong",
    [
        {"filters": 7},
        {"facets": [None]},
        {"sort": 7},
        {"sort": {"date"}},
        {"ranking": 7},
        {"fields": 7},
        {"fields": {"title"}},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_not_kept(wrong: dict[str, Any], newspaper: Index) -> None:
    request = SearchRequest("neft", **wrong)
    with pytest.raises(QueryError) as asked:
        newspaper.run(request)
    with pytest.raises(QueryError) as kept:
        request.to_dict()
    assert str(asked.value) == str(kept.value)


def test_results_say_only_what_was_asked(newspaper: Index) -> None:
    assert not {"facets", "cursor", "groups"} & set(newspaper.search("qaz").to_dict())
    shown = newspaper.search("qaz", 1, facets="tags", after="", group_by="tags", sort="date").to_dict()
    assert [{"value": "enerji siyasəti", "count": 1}, {"value": "iqtisadiyyat", "count": 2}] == sorted(
        shown["facets"]["tags"][:2], key=lambda item: str(item["value"])
    )
    assert 1 == shown["groups"]
    assert shown["cursor"] is None
    assert ("iqtisadiyyat", 2) == (shown["hits"][0]["group"], shown["hits"][0]["group_size"])


def test_a_search_is_asked_for_alike_in_all_ways() -> None:
    """Whoever checks types is told of an option that there is not, and of a value that cannot be."""
    search, asearch = inspect.signature(Index.search), inspect.signature(Index.asearch)
    assert search == asearch
    assert ["self", *SearchRequest._fields] == list(search.parameters)
    assert "Literal['any', 'all']" == search.parameters["match"].annotation
    assert "Literal['simple', 'full']" == search.parameters["syntax"].annotation
