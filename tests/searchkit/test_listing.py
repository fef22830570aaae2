# ruff: noqa: SIM300
"""Filters, facets, sorting, grouping and paging, compared with what plain Python says about the same documents."""

from __future__ import annotations

import base64
import datetime
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import Between, Date, Facet, Index, Keyword, Number, QueryError, Results, Schema, Stored, Text
from searchkit.collation import sort_key
from searchkit.filters import typed_filters
from searchkit.ranking import Ranking

SCHEMA = Schema(title=Text(), body=Text(), date=Date(), source=Keyword(), tags=Keyword(), pages=Number(), url=Stored())
SOURCES = ["azertac", "report", "çinar", "əks-səda", "ipək yolu", "ışıq", "xəbər", "zəfər"]
TAGS = ["neft", "qaz", "şəhər", "çay", "iqtisadiyyat", "ədəbiyyat"]
TITLES = ["Çay", "Cəbrayıl", "Əlincə", "Elm", "İpək", "Işıq", "Xəzər", "Qala", "Kür", "Şuşa", "Ağ dəniz", "Ağac"]


def documents() -> list[dict[str, Any]]:
    """Two hundred documents, some without some of the fields."""
    chance = random.Random(7)
    made = []
    for number in range(200):
        words = ["neft"] * chance.randint(0, 3) + ["xəzər"] * chance.randint(0, 2) + ["kitab"] * chance.randint(1, 9)
        document: dict[str, Any] = {"id": f"d{number}", "body": " ".join(words), "url": "u"}
        if chance.random() < 0.9:
            document["title"] = f"{chance.choice(TITLES)} {chance.randint(1, 12)}"
        if chance.random() < 0.8:
            day = datetime.date(2021, 11, 20) + datetime.timedelta(days=chance.randint(0, 400))
            document["date"] = day.isoformat()
        if chance.random() < 0.9:
            document["source"] = chance.choice(SOURCES)
        if chance.random() < 0.8:
            document["tags"] = chance.sample(TAGS, chance.randint(1, 3))
        if chance.random() < 0.8:
            document["pages"] = chance.choice([-1, 0, 2.5, 3, 7, 7, 12])
        made.append(document)
    return made


PLAIN = Ranking.plain()
GONE = {f"d{number}" for number in range(0, 200, 9)}
LIVE = [document for document in documents() if document["id"] not in GONE]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the live documents in several segments with deletions in them."""
    index = searchkit.create(tmp_path_factory.mktemp("listing") / "index", SCHEMA)
    made = documents()
    for first, last in [(0, 70), (70, 130), (130, 190), (190, 200)]:
        with index.writer() as writer:
            for document in made[first:last]:
                writer.add(document)
    with index.writer() as writer:
        for key in GONE:
            writer.delete(key)
    return index


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results]


def found(index: Index, **options: Any) -> set[str]:
    results = index.search("", limit=1000, **options)
    assert results.total == len(results)
    return set(ids(results))


def day(document: dict[str, Any]) -> str:
    return str(document.get("date", ""))


# ---------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, lambda d: True),
        ({"source": "azertac"}, lambda d: d.get("source") == "azertac"),
        ({"source": "AZERTAC"}, lambda d: d.get("source") == "azertac"),
        ({"source": "ÇİNAR"}, lambda d: d.get("source") == "çinar"),
        ({"source": ["azertac", "ışıq"]}, lambda d: d.get("source") in ("azertac", "ışıq")),
        ({"source": {"azertac", "ışıq"}}, lambda d: d.get("source") in ("azertac", "ışıq")),
        ({"source": "nobody"}, lambda d: False),
        ({"source": []}, lambda d: False),
        ({"source": Between()}, lambda d: "source" in d),
        ({"source": ("a", "r")}, lambda d: d.get("source") in ("azertac", "ipək yolu")),
        ({"tags": ["neft", "çay"]}, lambda d: {"neft", "çay"} & set(d.get("tags", ()))),
        ({"tags": "neft", "source": "report"}, lambda d: "neft" in d.get("tags", ()) and d.get("source") == "report"),
        ({"id": "d5"}, lambda d: d["id"] == "d5"),
        ({"id": ["d5", "d6", "d9", "nosuch"]}, lambda d: d["id"] in ("d5", "d6")),
        ({"pages": 7}, lambda d: d.get("pages") == 7),
        ({"pages": "2.5"}, lambda d: d.get("pages") == 2.5),
        ({"pages": [0, -1, (7, None)]}, lambda d: d.get("pages") in (0, -1, 7, 12)),
        ({"pages": Between(3, None)}, lambda d: d.get("pages", -9) >= 3),
        ({"pages": Between(None, 2.5)}, lambda d: d.get("pages", 9) <= 2.5),
        ({"pages": (0, 3)}, lambda d: 0 <= d.get("pages", -9) <= 3),
        ({"pages": Between()}, lambda d: "pages" in d),
        ({"date": "2022"}, lambda d: day(d)[:4] == "2022"),
        ({"date": ["2022-03", "2022-05"]}, lambda d: day(d)[:7] in ("2022-03", "2022-05")),
        ({"date": "mart 2022"}, lambda d: day(d)[:7] == "2022-03"),
        ({"date": ("2022-01-01", "2022-08-01")}, lambda d: "2022-01-01" <= day(d) <= "2022-08-01"),
        ({"date": ("2022-01", "2022-08")}, lambda d: "2022-01" <= day(d)[:7] <= "2022-08"),
        ({"date": Between("2022-06", None)}, lambda d: day(d) >= "2022-06"),
        ({"date": Between(None, "2021")}, lambda d: day(d)[:4] == "2021"),
        ({"date": Between(None, None)}, lambda d: "date" in d),
        ({"date": (datetime.date(2022, 1, 5), "2022-01-09")}, lambda d: "2022-01-05" <= day(d) <= "2022-01-09"),
        ({"date": (datetime.datetime(2022, 1, 5, 1), "2022-01-09")}, lambda d: "2022-01-06" <= day(d) <= "2022-01-09"),
        ({"date": ("2022-01-05", datetime.datetime(2022, 1, 9))}, lambda d: "2022-01-05" <= day(d) <= "2022-01-09"),
    ],
)  # fmt: skip
def test_filters(filters: dict[str, Any], expected: Callable[[dict[str, Any]], Any], index: Index) -> None:
    assert {document["id"] for document in LIVE if expected(document)} == found(index, filters=filters)


def test_filters_change_no_score(index: Index) -> None:
    plain = {hit.id: hit.score for hit in index.search("neft", limit=1000)}
    filtered = index.search("neft", limit=1000, filters={"tags": "qaz"})
    assert {d["id"] for d in LIVE if "neft" in words_of(d) and "qaz" in d.get("tags", ())} == set(ids(filtered))
    best = index.search("neft", limit=3, filters={"tags": "qaz"}, ranking=PLAIN)
    scores = index.search("neft", limit=1000, ranking=PLAIN)
    assert [hit.id for hit in scores if "qaz" in (hit.get("tags") or ())][:3] == ids(best)
    assert set(ids(filtered)) <= set(plain)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"sorce": "a"}, "'sorce': there is no such field; filters take id, date, source, tags, pages"),
        ({"title": "Kür"}, "'title': a text field cannot be filtered"),
        ({"url": "u"}, "'url': a stored field cannot be filtered"),
        ({"pages": "many"}, "'pages': a number field takes a number, not 'many'"),
        ({"pages": None}, "'pages': None is no value"),
        ({"pages": True}, "'pages': a number field takes a number"),
        ({"pages": (1, 2, 3)}, "'pages': a tuple is a range with two bounds, this one has 3"),
        ({"pages": (9, 3)}, "'pages': the range begins after its end"),
        ({"date": "gestern"}, "'date': a date is written like"),
        ({"date": ("2022-08", "2022-07")}, "'date': the range begins after its end"),
        ({"date": 2022.5}, "'date': "),
        ({"id": 7}, "'id': an id is a string, not int"),
        ({"id": ("a", "b")}, "'id': ids have no order"),
        ({"source": None}, "'source': a keyword field takes strings"),
        (["source"], "filters are a mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_filtered(filters: Any, said: str, index: Index) -> None:
    with pytest.raises(QueryError) as raised:
        index.search("neft", filters=filters)
    assert said in str(raised.value)


# ---------------------------------------------------------------- facets


def words_of(document: dict[str, Any]) -> set[str]:
    return set(f"{document['body']} {document.get('title', '').lower()}".split())


def counted(matching: list[dict[str, Any]], field: str) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for document in matching:
        values = document.get(field, [])
        counts.update([values] if isinstance(values, str) else values)
    return sorted(counts.items(), key=lambda item: (-item[1], sort_key(item[0])))


FACETS = ["source", "tags", "date:month", Facet("date", "day")]


@pytest.mark.parametrize("query", ["", "neft", "xəzər neft", "nosuchword"])
@pytest.mark.parametrize("filters", [None, {"tags": ["neft", "qaz"]}])
def test_facets(query: str, filters: dict[str, Any] | None, index: Index) -> None:
    results = index.search(query, limit=2, filters=filters, facets=FACETS)
    matching = [
        document
        for document in LIVE
        if (not query or set(query.split()) & words_of(document))
        and (filters is None or {"neft", "qaz"} & set(document.get("tags", ())))
    ]  # fmt: skip
    assert len(matching) == results.total
    assert counted(matching, "source") == results.facets["source"]
    assert counted(matching, "tags") == results.facets["tags"]
    months = Counter(day(document)[:7] for document in matching if day(document))
    assert sorted(months.items()) == results.facets["date:month"]
    days = Counter(day(document) for document in matching if day(document))
    assert sorted(days.items()) == results.facets["date:day"]
    # A value of a facet is one of a filter, which finds as many.
    for value, number in results.facets["date:month"]:
        assert number == index.search(query, filters={**(filters or {}), "date": value}).total


def test_facets_with_a_limit(index: Index) -> None:
    every = index.search("kitab", facets=["source", "date:year"]).facets
    assert every["source"][:3] == index.search("kitab", facets=[Facet("source", limit=3)]).facets["source"]
    assert every["date:year"][:1] == index.search("kitab", facets=Facet("date", "year", 1)).facets["date:year"]
    assert [] == index.search("kitab", facets=[Facet("source", limit=0)]).facets["source"]
    assert every["source"] == index.search("kitab", facets="source", sort="-date", limit=0).facets["source"]
    assert {} == index.search("kitab").facets


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"facets": "title"}, "facets count keyword and date fields (date, source, tags), not 'title'"),
        ({"facets": "date"}, "facet 'date': say by what it is counted, date:year, :month or :day"),
        ({"facets": "date:week"}, "facet 'date': say by what"),
        ({"facets": "source:year"}, "facet 'source:year': only dates"),
        ({"facets": [7]}, "facets takes names of fields, not int"),
        ({"facets": 7}, "facets takes a name or a list of names, not int"),
        ({"facets": Facet("source", limit=-1)}, "its limit is a whole number"),
        ({"sort": "url"}, "sort takes score, id or a field that is searched (title, body, date, source, tags, pages)"),
        ({"sort": "nosuch"}, "not 'nosuch'"),
        ({"sort": "-score"}, "there is no '-score'"),
        ({"sort": [None]}, "sort takes names of fields, not NoneType"),
        ({"group_by": ["tags"]}, "group_by takes a keyword field (source, tags), not ['tags']"),
        ({"facets": [Facet(["tags"])]}, "facets takes names of fields, not Facet"),
        ({"group_by": "date"}, "group_by takes a keyword field (source, tags), not 'date'"),
        ({"after": "!!"}, "the cursor cannot be read"),
        ({"after": 7}, "a cursor is a string, not int"),
        ({"limit": -1}, "limit and offset are whole numbers"),
    ],
)
def test_what_cannot_be_asked(options: dict[str, Any], said: str, index: Index) -> None:
    with pytest.raises(QueryError) as raised:
        index.search("neft", **options)
    assert said in str(raised.value)


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
def test_sorting(field: str, descending: bool, index: Index) -> None:
    order = ids(index.search("", limit=1000, sort=f"-{field}" if descending else field))
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
    assert ["b", "c", "a"] == ids(index.search("", sort="title"))[:3]
    assert ["a", "c", "b"] == ids(index.search("", sort="-title"))[:3]


def test_sorting_by_several(index: Index) -> None:
    results = index.search("neft", limit=1000, sort=["source", "-pages", "score"])
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


def test_a_page_of_sorted_hits_has_their_scores(index: Index) -> None:
    scores = {hit.id: hit.score for hit in index.search("neft xəzər", limit=1000, ranking=PLAIN)}
    for hit in index.search("neft xəzər", limit=7, offset=3, sort="-date"):
        assert scores[hit.id] == pytest.approx(hit.score)


def test_sort_by_score_is_the_usual_order(index: Index) -> None:
    assert ids(index.search("neft xəzər", limit=50)) == ids(index.search("neft xəzər", limit=50, sort="score"))


@given(st.integers(0, 30), st.integers(0, 200), st.sampled_from(["date", "-title", "-pages", "source"]))
@settings(max_examples=40)
def test_any_page(limit: int, offset: int, sort: str) -> None:
    index = _SHARED[0]
    every = ids(index.search("kitab", limit=1000, sort=sort))
    assert every[offset : offset + limit] == ids(index.search("kitab", limit=limit, offset=offset, sort=sort))


_SHARED: list[Index] = []


@pytest.fixture(autouse=True)
def _shared(index: Index) -> None:
    _SHARED[:] = [index]  # hypothesis does not take fixtures of functions


# ---------------------------------------------------------------- groups


def test_groups_by_score(index: Index) -> None:
    every = index.search("neft", limit=1000)
    best: dict[str | None, str] = {}
    sizes: Counter[str | None] = Counter()
    for hit in every:
        best.setdefault(hit.get("source"), hit.id)
        sizes[hit.get("source")] += 1
    grouped = index.search("neft", limit=1000, group_by="source")
    assert list(best.values()) == ids(grouped)
    assert list(best) == [hit.group for hit in grouped]
    assert dict(sizes) == {hit.group: hit.group_size for hit in grouped}
    assert (every.total, len(best)) == (grouped.total, grouped.groups)
    assert ids(grouped)[2:5] == ids(index.search("neft", limit=3, offset=2, group_by="source"))


def test_groups_in_the_order_of_a_field(index: Index) -> None:
    latest: dict[str | None, str] = {}
    for hit in index.search("neft", limit=1000, sort="-date"):
        latest.setdefault((hit.get("tags") or [None])[0], hit.id)
    grouped = index.search("neft", limit=1000, sort="-date", group_by="tags")
    assert list(latest.values()) == ids(grouped)
    assert list(latest) == [hit.group for hit in grouped]
    assert None is index.search("neft", sort="-date").groups


# ---------------------------------------------------------------- cursors


def pages(index: Index, limit: int = 7, **options: Any) -> Iterator[Results]:
    after: str | None = ""
    while after is not None:
        results = index.search(limit=limit, after=after, **options)
        yield results
        after = results.cursor


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
def test_pages_after_cursors_are_those_of_offsets(options: dict[str, Any], index: Index) -> None:
    options = {"query": "neft xəzər", **options}
    every = index.search(limit=1000, **options)
    met = list(pages(index, **options))
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
    assert 21 == third.total
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
    assert [16, 17, 18, 19, 20] == [hit.rank for hit in last]
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


def test_a_cursor_is_one_of_its_search(index: Index) -> None:
    cursor = index.search("neft", limit=3, sort="date").cursor
    assert cursor is not None
    assert cursor.replace("-", "").replace("_", "").isalnum()
    for other in [{"query": "qaz"}, {"sort": "-date"}, {"filters": {"tags": "neft"}}, {"match": "all"}]:
        with pytest.raises(QueryError, match="the cursor belongs to another search"):
            index.search(**{"query": "neft", "sort": "date", "after": cursor, **other})
    with pytest.raises(QueryError, match="not both"):
        index.search("neft", sort="date", after=cursor, offset=3)
    assert 5 == len(index.search("neft", limit=5, sort="date", after=cursor, facets="source"))
    assert index.search("neft", limit=1000).cursor is None
    assert index.search("nosuchword").cursor is None


@pytest.mark.parametrize("value", ["x", "", 10**400, -(10**19), float("nan"), float("inf"), True, None])
@pytest.mark.parametrize("sort", [["score", "date"], "pages", "title", "-tags"], ids=str)
def test_a_crafted_cursor_is_no_error_of_another_kind(sort: Any, value: Any, index: Index) -> None:
    cursor = index.search("neft", limit=3, sort=sort).cursor
    assert cursor is not None
    version, of, rank, values, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for crafted in ([value] * len(values), [values[0], *[value] * (len(values) - 1)]):
        text = json.dumps([version, of, rank, crafted, key]).encode()
        with suppress(QueryError):
            index.search(
                "neft", limit=3, sort=sort, after=base64.urlsafe_b64encode(text).decode().rstrip("=")
            ).to_dict()


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
    options: dict[str, Any], after: str | None, index: Index
) -> None:
    with pytest.raises(QueryError):
        index.search("neft", after=after, **options)


def test_an_index_without_anything(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    for options in WAYS:
        assert 0 == index.search("neft", facets=["source", "date:day"], **options).total
        assert {"source": []} == index.search("", **{**options, "facets": "source"}).facets
    with index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
    for options in WAYS[:-1]:
        assert ["1"] == ids(index.search("neft", facets=["source", "date:day"], **options))
    for name in ("source", "pages", "date"):
        assert 0 == index.search("neft", filters={name: Between()}).total


# ---------------------------------------------------------------- on the command line


def test_the_command_asks_for_all_of_it(run: Callable[..., Any], index: Index) -> None:
    asked = ["query", "neft", "--index", index.path, "--limit", "3", "--json"]
    filters = ["--filter", "source=AZERTAC", "--filter", "source=report", "--filter", "date=2022-01..2022-08"]
    done = run(*asked, *filters, "--facet", "source", "--facet", "date:month", "--sort", "-date", "--after", "")
    options: dict[str, Any] = {
        "filters": {"source": ["azertac", "report"], "date": Between("2022-01", "2022-08")},
        "facets": ["source", "date:month"],
        "sort": "-date",
    }
    expected = index.search("neft", limit=3, **options)
    shown = json.loads(done.out)
    assert 0 == done.code
    assert ids(expected) == [hit["id"] for hit in shown["hits"]]
    assert expected.facets == {
        name: [(item["value"], item["count"]) for item in counts] for name, counts in shown["facets"].items()
    }
    following = run(*asked, *filters, "--sort", "-date", "--after", shown["cursor"])
    rest = index.search("neft", limit=3, offset=3, **options)
    assert ids(rest) == [hit["id"] for hit in json.loads(following.out)["hits"]]
    assert not {"facets", "cursor", "groups"} & set(json.loads(run(*asked).out))


def test_the_command_shows_facets_and_groups(run: Callable[..., Any], index: Index) -> None:
    asked = ["query", "neft", "--index", index.path, "--limit", "1"]
    results = index.search("neft", limit=1, facets="source", group_by="source")
    done = run(*asked, "--facet", "source", "--group-by", "source", "--after", "")
    [hit] = results
    assert f"[{hit.id}, {hit.score:.2f}, {hit.group_size} in {hit.group or '-'}]" in done.out
    assert "source: " + ", ".join(f"{value} {count}" for value, count in results.facets["source"]) in done.out
    assert f"next page: --after {results.cursor}" in done.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--filter", "source"], 2, "'source' is not FIELD=VALUE"),
        (["--filter", "nosuch=1"], 1, "filter 'nosuch': there is no such field"),
        (["--sort", "url"], 1, "sort takes score, id or a field"),
        (["--facet", "title"], 1, "facets count keyword and date fields"),
        (["--after", "x"], 1, "the cursor cannot be read"),
    ],
)
def test_the_command_names_what_it_cannot_ask(
    options: list[str], code: int, said: str, run: Callable[..., Any], index: Index
) -> None:
    done = run("query", "neft", "--index", index.path, *options)
    assert code == done.code
    assert said in done.err


def test_typed_filters() -> None:
    typed = ["a=1", "b=x=y", "c=2022..", "c=..2020", "c=2021", "d=1..2"]
    expected = {"a": "1", "b": "x=y", "c": [("2022", None), (None, "2020"), "2021"], "d": ("1", "2")}
    assert expected == typed_filters(typed)
