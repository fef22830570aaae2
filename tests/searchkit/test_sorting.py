"""The order of fields, groups, and pages of both."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import Index
from searchkit.collation import sort_key
from tests.searchkit.listed import LIVE, PLAIN, SCHEMA, ids

# ---------------------------------------------------------------- sorting


def by_value(field: str, descending: bool) -> list[list[Any]]:
    """The ids in the order of a field, those with equal values in one sorted list; the last are those without one."""
    groups: dict[Any, list[str]] = {}
    missing = []
    for document in LIVE:
        value = document.get(field)
        if value is None:
            missing.append(document["id"])
            continue
        if isinstance(value, list):
            value = (max if descending else min)(value, key=sort_key)
        groups.setdefault(sort_key(value) if isinstance(value, str) else value, []).append(document["id"])
    ordered = [sorted(groups[value]) for value in sorted(groups, reverse=descending)]
    return [*ordered, *([sorted(missing)] if missing else [])]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["date", "pages", "source", "tags", "title", "id"])
def test_sorting(field: str, descending: bool, listed: Index) -> None:
    order = ids(listed.search("", limit=1000, sort=f"-{field}" if descending else field))
    expected = by_value(field, descending)
    grouped: list[list[str]] = []
    rest = iter(order)
    for group in expected:
        grouped.append(sorted(islice(rest, len(group))))
    assert expected == grouped
    assert len(LIVE) == len(order)


def test_the_first_of_several_texts_counts(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    titles = {"a": ["Qala", "Ağac"], "b": ["", ["Çay"]], "c": "Elm", "d": ["", []], "e": []}
    with index.writer() as writer:
        for key, title in titles.items():
            writer.add({"id": key, "title": title})
    assert ids(index.search("", sort="title"))[:3] == ["b", "c", "a"]
    assert ids(index.search("", sort="-title"))[:3] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("sort", "total"),
    [
        (None, 0),
        ([], 0),
        ("id", len(LIVE)),
        ("score", len(LIVE)),
        (["score"], len(LIVE)),
        (["score", "-date"], len(LIVE)),
    ],
)
def test_without_a_query_any_order_lists_every_document(
    sort: str | list[str] | None, total: int, listed: Index
) -> None:
    first = listed.search("", 30, sort=sort)
    assert (total, total, bool(total)) == (first.total, listed.search(" ", sort=sort).total, bool(first))
    if sort == "score":
        others = listed.search("", 1000, sort=sort, after=first.cursor)
        assert {document["id"] for document in LIVE} == {*ids(first), *ids(others)}


def test_sorting_by_several(listed: Index) -> None:
    results = listed.search("neft", limit=1000, sort=["source", "-pages", "score"])
    order = [
        (
            sort_key(hit.get("source")) if hit.get("source") else "\U0010ffff",
            -hit.get("pages") if hit.get("pages") is not None else float("inf"),
            -hit.score,
        )
        for hit in results
    ]
    assert sorted(order) == order
    assert results.total == len(results) > 50


def test_a_page_of_sorted_hits_has_their_scores(listed: Index) -> None:
    scores = {hit.id: hit.score for hit in listed.search("neft xəzər", limit=1000, ranking=PLAIN)}
    page = {hit.id: hit.score for hit in listed.search("neft xəzər", limit=7, offset=3, sort="-date")}
    assert len(page) == 7
    assert page == pytest.approx({key: scores[key] for key in page})


def test_sort_by_score_is_the_usual_order(listed: Index) -> None:
    assert ids(listed.search("neft xəzər", limit=50)) == ids(listed.search("neft xəzər", limit=50, sort="score"))


@given(
    limit=st.integers(0, 30), offset=st.integers(0, 200), sort=st.sampled_from(["date", "-title", "-pages", "source"])
)
@settings(max_examples=40)
def test_any_page(limit: int, offset: int, sort: str, listed: Index) -> None:
    every = ids(listed.search("kitab", limit=1000, sort=sort))
    assert every[offset : offset + limit] == ids(listed.search("kitab", limit=limit, offset=offset, sort=sort))


# ---------------------------------------------------------------- groups


def test_groups_by_score(listed: Index) -> None:
    every = listed.search("neft", limit=1000)
    best: dict[str | None, str] = {}
    sizes: Counter[str | None] = Counter()
    for hit in every:
        best.setdefault(hit.get("source"), hit.id)
        sizes[hit.get("source")] += 1
    grouped = listed.search("neft", limit=1000, group_by="source")
    assert list(best.values()) == ids(grouped)
    assert list(best) == [hit.group for hit in grouped]
    assert dict(sizes) == {hit.group: hit.group_size for hit in grouped}
    assert (every.total, len(best)) == (grouped.total, grouped.groups)
    assert ids(grouped)[2:5] == ids(listed.search("neft", limit=3, offset=2, group_by="source"))


def test_groups_in_the_order_of_a_field(listed: Index) -> None:
    latest: dict[str | None, str] = {}
    for hit in listed.search("neft", limit=1000, sort="-date"):
        latest.setdefault((hit.get("tags") or [None])[0], hit.id)
    grouped = listed.search("neft", limit=1000, sort="-date", group_by="tags")
    assert list(latest.values()) == ids(grouped)
    assert list(latest) == [hit.group for hit in grouped]
    assert None is listed.search("neft", sort="-date").groups


@pytest.mark.parametrize("sort", ["-date", "date", "pages", "-pages", "title", ["pages", "-date"], ["-date", "title"]])
@pytest.mark.parametrize("query", ["", "neft"])
def test_the_first_are_those_of_the_whole_list(query: str, sort: str | list[str], tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    for part in range(2):
        with index.writer() as writer:
            for number in range(part * 400, 700):
                document = {"id": f"{number}", "title": "neft" if number % 3 else f"qala {number % 11}"}
                if number % 7:  # few values, each of which many documents have
                    document |= {"date": f"2022-08-{number % 9 + 1:02}", "pages": number % 5}
                writer.add(document)
            for number in range(0, 700, 10):
                writer.delete(f"{number}")
    for look in range(3):  # the order of all documents is made when it is asked for again
        every = ids(index.search(query, limit=1000, sort=sort))
        for offset, limit in ((0, 5), (0, 40), (100, 3), (625, 50), (0, 0)):
            page = index.search(query, limit=limit, offset=offset, sort=sort)
            assert every[offset : offset + limit] == ids(page), look
            assert page.total == len(every)
