"""Filters by values and ranges, and values counted in facets."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import index as whoosh_index
from whoosh import query as wq

import searchkit
from searchkit import AllOf, Between, Facet, Index, Not, QueryError
from searchkit.collation import sort_key
from tests.searchkit.listed import LIVE, PLAIN, SCHEMA, SOURCES, TAGS, day, found, ids

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
def test_filters(filters: dict[str, Any], expected: Callable[[dict[str, Any]], Any], listed: Index) -> None:
    assert {document["id"] for document in LIVE if expected(document)} == found(listed, filters=filters)


def values_of(document: dict[str, Any], name: str) -> list[Any]:
    values = document.get(name, [])
    return values if isinstance(values, list) else [values]


def meets(document: dict[str, Any], name: str, wanted: Any) -> bool:
    """Whether a document has what a filter wants of a field; dates stand as text."""
    if isinstance(wanted, Not):
        return not meets(document, name, wanted.wanted)
    if isinstance(wanted, AllOf):
        return all(meets(document, name, each) for each in wanted.wanted)
    if isinstance(wanted, list):
        return any(meets(document, name, each) for each in wanted)
    values = values_of(document, name)
    if wanted is None:
        return not values
    low, high = wanted if isinstance(wanted, tuple) else (wanted, wanted)
    if name == "date":
        return any((not low or low <= one) and (not high or one[: len(high)] <= high) for one in values)
    return any((low is None or low <= one) and (high is None or one <= high) for one in values)


def ranges(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    both = st.lists(values, min_size=2, max_size=2).map(lambda pair: Between(*sorted(pair)))
    return st.one_of(both, values.map(lambda low: (low, None)), values.map(lambda high: (None, high)))


def nested(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What a filter may want of a field with such values."""
    return st.recursive(
        values,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, max_size=3).map(AllOf),
            st.lists(inner.filter(lambda wanted: not isinstance(wanted, list)), max_size=3),
        ),
        max_leaves=6,
    )


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "source": st.sampled_from([*SOURCES, "nobody"]),
    "tags": st.sampled_from(TAGS),
    "pages": st.sampled_from([-1, 0, 2.5, 3, 7, 12, 99]),
    "date": st.sampled_from(["2021", "2022", "2022-03", "2022-08", "2022-01-05", "2022-06-30"]),
}
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: nested(st.one_of(values, values, st.none(), st.just(Between()), ranges(values)))
            for name, values in VALUES.items()
        },
        "id": nested(st.integers(0, 200).map("d{}".format)),
    },
)


@given(
    filters=FILTERS,
    query=st.sampled_from(["", "neft", "xəzər neft", "kitab -neft", "nosuchword"]),
    sort=st.sampled_from([None, "-date", "pages", ["source", "score"]]),
    group_by=st.sampled_from([None, None, "source"]),
)
def test_filters_find_what_looking_at_each_document_does(
    filters: dict[str, Any], query: str, sort: Any, group_by: str | None, listed: Index
) -> None:
    options: dict[str, Any] = {"limit": 1000, "sort": sort, "ranking": PLAIN}
    met = {one["id"] for one in LIVE if all(meets(one, name, wanted) for name, wanted in filters.items())}
    every = listed.search(query, filters={}, **options)
    expected = [(hit.id, hit.score) for hit in every if hit.id in met]
    results = listed.search(query, filters=filters, facets=["tags", "date:year"], **options)
    assert len(expected) == results.total
    assert expected == [(hit.id, hit.score) for hit in results]
    matching = [one for one in LIVE if one["id"] in dict(expected)]
    assert counted(matching, "tags") == results.facets["tags"]
    assert sum(bool(day(one)) for one in matching) == sum(count for _, count in results.facets["date:year"])
    if group_by is not None:
        groups = listed.search(query, filters=filters, group_by=group_by, **options)
        assert {one.get(group_by) for one in matching} == {hit.group for hit in groups}
        assert len(expected) == groups.total == sum(hit.group_size or 0 for hit in groups)


def test_filters_where_no_document_of_a_segment_has_the_field(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    full = {"source": "azertac", "tags": ["neft", "qaz"], "pages": 7, "date": "2022-03-05"}
    for first, documents in ((0, [{}, {}]), (2, [full, {}]), (4, [{**full, "tags": "neft"}, full])):
        with index.writer() as writer:
            for number, document in enumerate(documents, first):
                writer.add({"id": str(number), "body": "kitab", **document})
    for name, value in [("source", "azertac"), ("tags", "neft"), ("pages", 7), ("date", "2022-03")]:
        assert found(index, filters={name: None}) == {"0", "1", "3"}
        assert found(index, filters={name: Not(None)}) == {"2", "4", "5"}
        assert found(index, filters={name: Not(value)}) == {"0", "1", "3"}
        assert found(index, filters={name: AllOf([])}) == {"0", "1", "2", "3", "4", "5"}
    assert found(index, filters={"tags": AllOf(["neft", "qaz"])}) == {"2", "5"}
    assert found(index, filters={"tags": Not(AllOf(["neft", "qaz"]))}) == {"0", "1", "3", "4"}
    assert found(index, filters={"tags": ["qaz", None]}) == {"0", "1", "2", "3", "5"}


def test_the_number_that_stands_for_a_missing_date_is_a_number(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "least", "pages": -(2**63)})
        writer.add({"id": "none"})
    searcher = index.whoosh().searcher()
    for searched in (searcher, whoosh_index.open_dir(index.path).searcher()):  # with plans, and document by document
        assert [hit["id"] for hit in searched.search(wq.Every("pages"))] == ["least"]
        assert [hit["id"] for hit in searched.search(wq.Every(), sortedby="pages")][:1] == ["least"]
        searched.close()
    assert {"least"} == found(index, filters={"pages": Not(None)})
    assert {"none"} == found(index, filters={"pages": None})
    assert {"least"} == found(index, filters={"pages": Between()})
    assert ids(index.search("pages:*", syntax="full")) == ["least"]


def test_how_deep_filters_may_nest(listed: Index) -> None:
    wanted: Any = "neft"
    for _ in range(20):
        wanted = Not(wanted)
    request = listed.search("kitab", 1, filters={"tags": wanted}).request
    assert listed.run(request).total == listed.search("kitab", filters={"tags": "neft"}).total
    assert searchkit.SearchRequest.from_dict(request.to_dict()) == request
    for deep in (Not(wanted), AllOf([wanted])):
        with pytest.raises(QueryError, match="'tags': the values of a filter stand at most 20 deep in each other"):
            listed.search("kitab", filters={"tags": deep})


def test_how_filters_are_told(listed: Index) -> None:
    filters = {"source": Not(["report", "çinar"]), "tags": Not(AllOf(["neft", "qaz"])), "pages": [None, 7]}
    [hit] = listed.search("neft", 1, filters=filters)
    asked = "as asked: NOT source:(report OR çinar), NOT (tags:neft AND tags:qaz), (NOT pages:[* TO *] OR pages:[7.0"
    assert asked in str(hit.explain())


def test_filters_change_no_score(listed: Index) -> None:
    plain = {hit.id: hit.score for hit in listed.search("neft", limit=1000)}
    filtered = listed.search("neft", limit=1000, filters={"tags": "qaz"})
    assert {d["id"] for d in LIVE if "neft" in words_of(d) and "qaz" in d.get("tags", ())} == set(ids(filtered))
    best = listed.search("neft", limit=3, filters={"tags": "qaz"}, ranking=PLAIN)
    scores = listed.search("neft", limit=1000, ranking=PLAIN)
    assert [hit.id for hit in scores if "qaz" in (hit.get("tags") or ())][:3] == ids(best)
    assert set(ids(filtered)) <= set(plain)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"sorce": "a"}, "'sorce': there is no such field; filters take id, date, source, tags, pages"),
        ({"title": "Kür"}, "'title': a text field cannot be filtered; ask for its words in the query"),
        ({"url": "u"}, "'url': a stored field is only given back with a hit; filters take keyword, number and date "
         "fields, here id, date, source, tags, pages"),
        ({"pages": "many"}, "'pages': a number field takes a number, not 'many'"),
        ({"pages": [None, "many"]}, "'pages': a number field takes a number, not 'many'"),
        ({"pages": Not("many")}, "'pages': a number field takes a number, not 'many'"),
        ({"title": Not("Kür")}, "'title': a text field cannot be filtered"),
        ({"title": None}, "'title': a text field cannot be filtered"),
        ({"tags": AllOf("neft")}, "'tags': AllOf takes a list of values, not str"),
        ({"tags": AllOf(("neft", "qaz"))}, "'tags': AllOf takes a list of values, not tuple"),
        ({"tags": [["neft"], "qaz"]}, "'tags': a keyword field takes strings, not list"),
        ({"tags": Not(AllOf(["neft", 1j]))}, "'tags': a keyword field takes strings, not complex"),
        ({"date": ("2022", Not("2023"))}, "'date': a value is text, a number or a date, not Not"),
        ({"id": None}, "'id': every document has an id, so None finds nothing"),
        ({"id": Not([None])}, "'id': every document has an id"),
        ({"pages": True}, "'pages': a number field takes a number"),
        ({"pages": (1, 2, 3)}, "'pages': a tuple is a range with two bounds, this one has 3"),
        ({"pages": (9, 3)}, "'pages': the range begins after its end: 9 comes after 3"),
        ({"tags": ("Çağ", "Report")}, "'tags': the range begins after its end: Çağ comes after Report by code points, "
         "in which ç ə ğ ı ö ş ü follow z"),
        ({"date": "gestern"}, "'date': a date is written like"),
        ({"date": ("2022-08", "2022-07")}, "'date': the range begins after its end"),
        ({"date": 2022.5}, "'date': "),
        ({"id": 7}, "'id': an id is a string, not int"),
        ({"id": ("a", "b")}, "'id': ids have no order"),
        (["source"], "filters are a mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_filtered(filters: Any, said: str, listed: Index) -> None:
    with pytest.raises(QueryError) as raised:
        listed.search("neft", filters=filters)
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
def test_facets(query: str, filters: dict[str, Any] | None, listed: Index) -> None:
    results = listed.search(query, limit=2, filters=filters, facets=FACETS)
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
        assert number == listed.search(query, filters={**(filters or {}), "date": value}).total


@pytest.mark.parametrize("by", ["year", "month", "day"])
def test_facets_of_dates_far_apart_and_of_few_of_many(by: str, tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    dates = ["0001-01-01", "9999-12-31", "1969-12-31", "2022-08-24"]
    with index.writer() as writer:
        for number in range(200):
            writer.add({"id": f"{number}", "body": "kitab", "date": dates[number % 4] if number % 5 else None})
    length = {"year": 4, "month": 7, "day": 10}[by]
    for numbers in (range(200), range(7)):
        expected = Counter(dates[number % 4][:length] for number in numbers if number % 5)
        found = index.search("kitab", filters={"id": [f"{number}" for number in numbers]}, facets=f"date:{by}")
        assert sorted(expected.items()) == found.facets[f"date:{by}"]


def test_facets_of_one_field(newspaper: Index) -> None:
    """Each is counted once, and none takes the place of another."""
    twice = newspaper.search("", facets=["date:year", "date:month", "date:year", "tags", Facet("tags")])
    assert list(twice.facets) == ["date:year", "date:month", "tags"]
    with pytest.raises(QueryError, match=r"^facet 'tags' is asked for with two limits; ask for it once, with the"):
        newspaper.search("", facets=["tags", Facet("tags", limit=1)])


def test_facets_with_a_limit(listed: Index) -> None:
    every = listed.search("kitab", facets=["source", "date:year"]).facets
    assert every["source"][:3] == listed.search("kitab", facets=[Facet("source", limit=3)]).facets["source"]
    assert every["date:year"][:1] == listed.search("kitab", facets=Facet("date", "year", 1)).facets["date:year"]
    assert listed.search("kitab", facets=[Facet("source", limit=0)]).facets["source"] == []
    assert every["source"] == listed.search("kitab", facets="source", sort="-date", limit=0).facets["source"]
    assert listed.search("kitab").facets == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"facets": "title"}, "facets count keyword, number and date fields (date, source, tags, pages), not 'title'"),
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
def test_what_cannot_be_asked(options: dict[str, Any], said: str, listed: Index) -> None:
    with pytest.raises(QueryError) as raised:
        listed.search("neft", **options)
    assert said in str(raised.value)


def test_an_id_of_any_length_is_told_from_others(make_index: Callable[..., Index]) -> None:
    keys = ["a" * 1024, "a" * 1025, "ü" * 1100]
    index = make_index([{"id": key, "body": "neft qaz"} for key in keys])
    for key in keys:
        others = {*keys} - {key}
        assert [hit.id for hit in index.search("", filters={"id": key})] == [key]
        assert [hit.id for hit in index.search(f"id:{key}")] == [key]
        assert {hit.id for hit in index.search("", filters={"id": Not(key)})} == others
        assert {hit.id for hit in index.more_like_this(key)} == others


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Between(), ["empty", "x"]),
        (Between(None, "z"), ["empty", "x"]),
        (Between("", "z"), ["empty", "x"]),
        (Between(None, ""), ["empty"]),
        (Between("a", None), ["x"]),
        (Not(Between(None, "z")), ["none"]),
    ],
)
def test_the_empty_keyword_comes_before_all_others(
    bounds: Any, expected: list[str], make_index: Callable[..., Index]
) -> None:
    schema = searchkit.Schema(body=searchkit.Text(), kind=searchkit.Keyword())
    index = make_index([{"id": "empty", "kind": ""}, {"id": "x", "kind": "x"}, {"id": "none"}], schema)
    assert sorted(hit.id for hit in index.search("", filters={"kind": bounds})) == expected
