# ruff: noqa: SIM300
"""Searches as values, from event loops, threads and forked processes, and for chains of language models."""

from __future__ import annotations

import asyncio
import datetime
import inspect
import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import searchkit
from searchkit import AllOf, Between, Facet, Index, Not, QueryError, SearchRequest
from searchkit.ranking import Ranking
from searchkit.retriever import Document, Retriever
from tests.searchkit.newspaper import SCHEMA

Make = Callable[..., Index]

REQUESTS = [
    SearchRequest("neft"),
    SearchRequest("qaz", 2, 1, match="all", syntax="full"),
    SearchRequest("", filters={"tags": ["siyasət", "iqtisadiyyat"], "pages": Between(-1, None)}, sort="-date"),
    SearchRequest("", filters={"date": ("2022-09", datetime.date(2023, 2, 1)), "id": {"az-2"}}, sort=("title",)),
    SearchRequest("", filters={"tags": [AllOf(["siyasət", Not(None)]), None], "date": Not(Between(None, "2021"))}),
    SearchRequest("gəldi", facets=["tags", Facet("date", "month", 3)], group_by="tags"),
    SearchRequest("jomart", ranking=Ranking(depth=0)),
]  # fmt: skip


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


def test_results_say_only_what_was_asked(newspaper: Index) -> None:
    assert not {"facets", "cursor", "groups"} & set(newspaper.search("qaz").to_dict())
    shown = newspaper.search("qaz", 1, facets="tags", after="", group_by="tags", sort="date").to_dict()
    assert [{"value": "enerji siyasəti", "count": 1}, {"value": "iqtisadiyyat", "count": 2}] == sorted(
        shown["facets"]["tags"][:2], key=lambda item: str(item["value"])
    )
    assert 1 == shown["groups"]
    assert shown["cursor"] is None
    assert ("iqtisadiyyat", 2) == (shown["hits"][0]["group"], shown["hits"][0]["group_size"])


# ---------------------------------------------------------------- event loops, threads, processes


def test_a_search_is_asked_for_alike_in_all_ways() -> None:
    """Whoever checks types is told of an option that there is not, and of a value that cannot be."""
    search, asearch = inspect.signature(Index.search), inspect.signature(Index.asearch)
    assert search == asearch
    assert ["self", *SearchRequest._fields] == list(search.parameters)
    assert "Literal['any', 'all']" == search.parameters["match"].annotation
    assert "Literal['simple', 'full']" == search.parameters["syntax"].annotation


def test_an_awaited_search_takes_the_options_of_a_search(make_index: Make) -> None:
    index = make_index([{"id": str(number), "body": "neft qaz", "source": "ab"[number % 2]} for number in range(6)])
    options: dict[str, Any] = {"filters": {"source": "a"}, "facets": ["source"], "sort": "-id", "match": "all"}
    found = asyncio.run(index.asearch("neft qaz", 2, 1, **options))
    assert index.search("neft qaz", 2, 1, **options).request == found.request
    assert (["2", "0"], {"source": [("a", 3)]}) == ([hit.id for hit in found], found.facets)
    with pytest.raises(TypeError, match="nosuch"):
        asyncio.run(index.asearch("neft", nosuch=1))  # type: ignore[call-arg]


def test_an_event_loop_goes_on_while_searching(make_index: Make) -> None:
    index = make_index([f"neft qaz kitab {'su ' * (number % 50)}" for number in range(3000)])

    async def search() -> tuple[list[str], int]:
        ticks: list[float] = []

        async def tick() -> None:
            while True:
                ticks.append(time.perf_counter())
                await asyncio.sleep(0.001)

        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0)
        found = await asyncio.gather(*(index.asearch("neft su", limit=5, sort="score") for _ in range(200)))
        ticking.cancel()
        assert all([hit.id for hit in found[0]] == [hit.id for hit in results] for results in found)
        return [hit.id for hit in found[0]], len(ticks)

    ids, ticks = asyncio.run(search())
    assert [hit.id for hit in index.search("neft su", limit=5)] == ids
    assert ticks > 3  # without a thread of their own the searches would let the loop run only before and after


def test_many_threads_get_equal_answers(newspaper: Index) -> None:
    asked = [*REQUESTS, SearchRequest("xəzər kitab", sort="-pages", facets=["date:year"])]

    def answers(seed: int) -> list[list[tuple[str, float]]]:
        return [
            [(hit.id, hit.score) for hit in searchkit_index.run(asked[(seed + number) % len(asked)])]
            for number in range(200)
        ]

    searchkit_index = searchkit.open(newspaper.path)  # nothing is cached yet
    expected = [[(hit.id, hit.score) for hit in newspaper.run(request)] for request in asked]
    with ThreadPoolExecutor(8) as threads:
        for seed, found in enumerate(threads.map(answers, range(8))):
            assert [expected[(seed + number) % len(asked)] for number in range(200)] == found


def _search_in_child(index: Index, answers: Any) -> None:
    answers.put([[hit.id for hit in index.run(request)] for request in REQUESTS])


@pytest.mark.skipif(sys.platform != "linux", reason="only some systems fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forking beside threads, which is the point
@pytest.mark.parametrize("is_warm", [False, True])
def test_an_index_opened_before_a_fork_works_in_the_child(is_warm: bool, newspaper: Index) -> None:
    index = searchkit.open(newspaper.path)
    expected = [[hit.id for hit in newspaper.run(request)] for request in REQUESTS]
    if is_warm:
        assert expected == [[hit.id for hit in index.run(request)] for request in REQUESTS]
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with index._lock:
            held.set()
            done.wait()

    holder = threading.Thread(target=hold)  # another thread opens the index at the very moment of the fork
    holder.start()
    held.wait()
    child = context.Process(target=_search_in_child, args=(index, answers))
    try:
        child.start()
        assert expected == answers.get(timeout=60)
    finally:
        done.set()
        holder.join()
        child.kill()
        child.join()


# ---------------------------------------------------------------- retrievers


def test_a_retriever(newspaper: Index) -> None:
    retriever = Retriever(newspaper, k=2, filters={"tags": "iqtisadiyyat"})
    found = retriever.invoke("neft və qaz")
    assert ["az-1", "az-3"] == [document.metadata["id"] for document in found]
    best = newspaper.search("neft və qaz", limit=2, filters={"tags": "iqtisadiyyat"})[0]
    known = {name: value for name, value in best.fields.items() if name != "body"}
    assert Document(best["body"], {**known, "score": best.score, "rank": 1}) == found[0]
    assert found == retriever.get_relevant_documents("neft və qaz")
    assert found == asyncio.run(retriever.ainvoke("neft və qaz"))
    assert found == asyncio.run(retriever.aget_relevant_documents("neft və qaz"))
    assert 1 == len(retriever.invoke("neft və qaz", {"tags": []}, limit=1))
    assert [] == retriever.invoke("nosuchword")


def test_passages_of_a_retriever(make_index: Make) -> None:
    long = {"id": "1", "body": ["Su axır. " * 60, "Neft çıxır."], "title": "Neft"}
    index = make_index([long, {"id": "2", "title": "Neft"}], SCHEMA)
    found = Retriever(index, field="body", length=40).invoke("neft")
    assert {"1": True, "2": False} == {d.metadata["id"]: "Neft çıxır." in d.page_content for d in found}
    assert all(len(document.page_content) <= 40 for document in found)
    whole = {d.metadata["id"]: d.page_content for d in Retriever(index).invoke("neft")}
    assert "Su axır. " * 60 + "\nNeft çıxır." == whole["1"]
    assert "" == whole["2"]
