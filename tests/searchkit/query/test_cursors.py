"""Pages after a cursor."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Between, Index, Keyword, QueryError, Results, Schema
from searchkit.ranking import Freshness, Ranking
from tests.searchkit.listed import SCHEMA, documents, ids


def pages(listed: Index, limit: int = 7, **options: Any) -> Iterator[Results]:
    after: str | None = ""
    while after is not None:
        results = listed.search(limit=limit, after=after, **options)
        yield results
        after = results.cursor


def unpacked(cursor: str) -> list[Any]:
    parts: list[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return parts


def packed(parts: list[Any]) -> str:
    described = json.dumps(parts, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(described).decode().rstrip("=")


WAYS = [
    {},
    {"sort": "-date"},
    {"sort": ["title", "score"]},
    {"sort": ["score", "-pages"]},
    {"sort": "-source"},
    {"group_by": "source"},
    {"group_by": "tags", "sort": "-date"},
    {"filters": {"tags": ["qaz", "neft"]}, "sort": "pages"},
]


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_pages_after_cursors_are_those_of_offsets(options: dict[str, Any], listed: Index) -> None:
    options = {"query": "neft xəzər", **options}
    every = listed.search(limit=1000, **options)
    met = list(pages(listed, **options))
    assert ids(every) == [key for page in met for key in ids(page)]
    assert [hit.rank for hit in every] == [hit.rank for page in met for hit in page]
    assert all(page.total == every.total for page in met)


@pytest.mark.parametrize("options", [{"sort": "-date"}, {"sort": "title"}, {"sort": ["-source", "pages"]}], ids=str)
def test_pages_in_the_order_of_a_field_go_on_under_commits(options: dict[str, Any], tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    made = documents()
    with index.writer() as writer:
        for document in made[:120]:
            writer.add(document)
    every = ids(index.search("kitab", limit=1000, **options))
    seen: list[str] = []
    for number, page in enumerate(pages(index, query="kitab", **options)):
        seen += ids(page)
        with index.writer() as writer:
            for document in made[120 + 5 * number : 125 + 5 * number]:
                writer.add(document)
            writer.delete(seen[-1])  # the very hit of the cursor
    old = [key for key in seen if key in set(every)]
    assert every == old
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    "options", [{}, {"sort": "-date"}, {"sort": ["score", "pages"]}, {"sort": "title", "group_by": "id_"}], ids=str
)
def test_pages_go_on_to_the_end_where_many_before_have_been_deleted(options: dict[str, Any], tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", Schema(**SCHEMA.fields, id_=Keyword()))
    with index.writer() as writer:
        for document in documents()[:40]:
            writer.add({**document, "title": f"kitab {document['id']}", "id_": document["id"]})
    every = ids(index.search("kitab", limit=100, **options))
    met = pages(index, limit=10, query="kitab", **options)
    seen = [*ids(next(met)), *ids(next(met))]
    with index.writer() as writer:
        for key in seen[:19]:
            writer.delete(key)
    third, fourth = next(met), next(met)
    assert every == [*seen, *ids(third), *ids(fourth)]
    assert third.total == 21
    assert [*range(2, 22)] == [hit.rank for page in (third, fourth) for hit in page]
    assert next(met, None) is None


def test_no_page_follows_the_last_one_where_documents_have_come_before(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    for year in (2001, 2002):
        with index.writer() as writer:
            for number in range(10):
                writer.add({"id": f"{year}-{number}", "date": f"{year}", "title": "kitab"})
        if year == 2001:
            first = index.search("kitab", limit=5, sort="-date")
    last = index.search("kitab", limit=5, sort="-date", after=first.cursor)
    assert [hit.rank for hit in last] == [16, 17, 18, 19, 20]
    assert None is last.cursor


def test_pages_by_score_go_on_behind_the_last_hit(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        for number in range(40):
            writer.add({"id": f"a{number:02}", "body": " ".join(["neft"] * (1 + number % 4) + ["qaz"] * 6)})
    every = ids(index.search("neft", limit=1000))
    first = index.search("neft", limit=10)
    with index.writer() as writer:
        for number in range(40):
            writer.add({"id": f"b{number:02}", "body": " ".join(["neft"] * (1 + number % 4) + ["qaz"] * 6)})
    rest = [key for key in ids(index.search("neft", limit=1000, after=first.cursor)) if key.startswith("a")]
    assert every[10:] == rest
    first = index.search("neft", limit=10)
    every = ids(index.search("neft", limit=1000))
    with index.writer() as writer:
        writer.delete(first[-1].id)
    assert every[10:] == ids(index.search("neft", limit=1000, after=first.cursor))


@pytest.mark.parametrize("options", [{}, {"group_by": "id_"}], ids=str)
@pytest.mark.parametrize("sort", [["source", "score"], ["score", "source"]], ids=str)
@pytest.mark.parametrize("ranking", [Ranking.plain(), Ranking(freshness=Freshness())], ids=["commits", "time"])
def test_pages_in_the_order_of_scores_and_of_a_field_go_on_where_scores_move(
    ranking: Ranking, sort: list[str], options: dict[str, Any], tmp_path: Path
) -> None:
    index = searchkit.create(tmp_path / "index", Schema(**SCHEMA.fields, id_=Keyword()))
    with index.writer() as writer:
        for number in range(20):
            document = {"id": str(number), "body": f"neft {'qaz ' * number}", "date": f"20{10 + number % 13}"}
            writer.add({**document, "source": "ab"[number % 2], "id_": str(number)})
    every = ids(index.search("neft", limit=1000, sort=sort, ranking=ranking, **options))
    seen: list[str] = []
    for page in itertools.islice(pages(index, 3, query="neft", sort=sort, ranking=ranking, **options), 100):
        seen += ids(page)
        if not ranking.boosts:  # else scores are those of the moment of each search
            with index.writer() as writer:
                for number in range(20 * len(seen), 20 * len(seen) + 20):
                    writer.add({"id": f"new {number}", "body": "neft", "source": "ab"[number % 2], "id_": str(number)})
    assert every == [key for key in seen if key in every]


def test_a_cursor_is_one_of_its_search(listed: Index) -> None:
    cursor = listed.search("neft", limit=3, sort="date").cursor
    assert cursor is not None
    assert cursor.replace("-", "").replace("_", "").isalnum()
    for other in [{"query": "qaz"}, {"sort": "-date"}, {"filters": {"tags": "neft"}}, {"match": "all"}]:
        with pytest.raises(QueryError, match="the cursor belongs to another search"):
            listed.search(**{"query": "neft", "sort": "date", "after": cursor, **other})
    with pytest.raises(QueryError, match="not both"):
        listed.search("neft", sort="date", after=cursor, offset=3)
    assert len(listed.search("neft", limit=5, sort="date", after=cursor, facets="source")) == 5
    assert listed.search("neft", limit=1000).cursor is None
    assert listed.search("nosuchword").cursor is None


@pytest.mark.parametrize("value", ["x", "", 10**400, 1 << 63, -(10**19), float("nan"), float("inf"), True, None])
@pytest.mark.parametrize("sort", [["score", "date"], "pages", "title", "-tags"], ids=str)
def test_a_crafted_cursor_is_no_error_of_another_kind(sort: Any, value: Any, listed: Index) -> None:
    cursor = listed.search("neft", limit=3, sort=sort).cursor
    assert cursor is not None
    *before, values, key = unpacked(cursor)
    for crafted in ([value] * len(values), [values[0], *[value] * (len(values) - 1)]):
        with suppress(QueryError):
            listed.search("neft", limit=3, sort=sort, after=packed([*before, crafted, key])).to_dict()


@pytest.mark.parametrize(
    ("part", "crafted"), [(2, -1), (2, "0"), (2, None), (3, []), (3, ["1", "2"]), (3, "1"), (3, [1 << 63]), (4, 7)]
)
def test_a_cursor_of_other_parts_cannot_be_read(part: int, crafted: Any, listed: Index) -> None:
    cursor = listed.search("neft", limit=3, sort="pages").cursor
    assert cursor is not None
    parts = unpacked(cursor)
    assert packed(parts) == cursor
    parts[part] = crafted
    with pytest.raises(QueryError, match="the cursor cannot be read"):
        listed.search("neft", sort="pages", after=packed(parts))


def test_a_cursor_that_is_nested_too_deeply_cannot_be_read(listed: Index) -> None:
    with pytest.raises(QueryError, match="the cursor cannot be read"):
        listed.search("neft", after=base64.urlsafe_b64encode(b"[" * 30_000).decode())


@pytest.mark.parametrize("after", [None, "", "x"])
@pytest.mark.parametrize(
    "options",
    [
        {"filters": {"date": ("2022",)}},
        {"filters": {"date": [("2022", "2023", "2024")]}},
        {"filters": []},
        {"filters": "date"},
        {"ranking": {}},
        {"ranking": Ranking(freshness="date")},  # type: ignore[arg-type]
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_the_same_error_after_a_cursor(
    options: dict[str, Any], after: str | None, listed: Index
) -> None:
    with pytest.raises(QueryError):
        listed.search("neft", after=after, **options)


def test_an_index_without_anything(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    for options in WAYS:
        assert index.search("neft", facets=["source", "date:day"], **options).total == 0
        assert index.search("", **{**options, "facets": "source"}).facets == {"source": []}
    with index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
    for options in WAYS[:-1]:
        assert ids(index.search("neft", facets=["source", "date:day"], **options)) == ["1"]
    for name in ("source", "pages", "date"):
        assert index.search("neft", filters={name: Between()}).total == 0
