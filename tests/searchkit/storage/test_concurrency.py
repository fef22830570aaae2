# ruff: noqa: SIM300
"""One index for many: event loops, threads and forked processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import searchkit
from searchkit import Index, SearchRequest
from tests.searchkit.newspaper import REQUESTS

Make = Callable[..., Index]


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
