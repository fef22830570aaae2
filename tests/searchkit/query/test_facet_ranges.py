"""Numbers and dates counted by ranges, and numbers counted by their values."""

from __future__ import annotations

import datetime
import json
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit import AllOf, Between, Date, Facet, Index, Keyword, Not, Number, QueryError, Schema, SearchRequest, Text
from tests.searchkit.listed import LIVE, day

Ranges = list[tuple[Any, Any]]


def numbers_of(index: Index, facet: Any, query: str = "", **options: Any) -> list[int]:
    """The counts of the only facet that is asked for."""
    [counts] = index.search(query, 1, facets=[facet], **options).facets.values()
    return [number for _, number in counts]


# ---------------------------------------------------------------- against a look at each document


def counted(values: list[Any], ranges: Ranges) -> list[int]:
    return [
        sum((low is None or low <= value) and (high is None or value < high) for value in values)
        for low, high in ranges
    ]  # fmt: skip


def some_ranges(bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Ranges]:
    pairs = st.tuples(st.none() | bounds, st.none() | bounds)
    return st.lists(pairs.filter(lambda pair: None in pair or pair[0] < pair[1]), min_size=1, max_size=8)


@given(
    pages=some_ranges(st.sampled_from([-2, -1, 0, 2.5, 3, 7, 12, 99]) | st.floats(-2, 20)),
    dates=some_ranges(st.sampled_from(["2021", "2022", "2022-03", "2022-05-05", "2022-12", "2023"])),
    query=st.sampled_from(["", "neft", "xəzər -neft", "nosuchword"]),
    filters=st.sampled_from([None, {"source": ["azertac", "ışıq"]}]),
)
def test_ranges_hold_what_looking_at_each_document_says(
    pages: Ranges, dates: Ranges, query: str, filters: Any, listed: Index
) -> None:
    found = {hit.id for hit in listed.search(query, 1000, filters=filters or {})}
    matching = [one for one in LIVE if one["id"] in found]
    facets = [Facet("pages", ranges=pages), Facet("date", ranges=dates)]
    results = listed.search(query, 1, filters=filters, facets=facets)
    numbers, days = ([number for _, number in results.facets[name]] for name in ("pages", "date"))
    assert numbers == counted([one["pages"] for one in matching if "pages" in one], pages)
    assert days == counted([day(one) for one in matching if day(one)], dates)


SHOP = Schema(name=Text(), price=Number(), made=Date(), kind=Keyword())
START = datetime.datetime(1960, 1, 1)
SPAN = 80 * 365 * 24 * 3600 * 10**6  # microseconds


def a_moment(chance: random.Random) -> datetime.datetime:
    return START + datetime.timedelta(microseconds=chance.randrange(SPAN))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, list[dict[str, Any]]]:
    """An index of segments without, with few and with many prices and dates, of which some are deleted; what it has."""
    chance = random.Random(11)
    documents: list[dict[str, Any]] = [{"id": f"e{number}", "name": "nar"} for number in range(5)]
    for number in range(900):
        document: dict[str, Any] = {"id": str(number), "name": chance.choice(["nar", "alma", "nar alma"])}
        if chance.random() < 0.8:
            usual, odd = round(chance.random() * 1000, 2), 10.0 ** chance.randint(-9, 300)
            document["price"] = chance.choice([chance.randint(0, 30), usual, -chance.random(), odd])
        if chance.random() < 0.8:
            document["made"] = a_moment(chance)
        documents.append(document)
    index = searchkit.create(tmp_path_factory.mktemp("shop") / "index", SHOP)
    for first, last in ((0, 5), (5, 12), (12, 500), (500, 905)):
        with index.writer() as writer:
            for document in documents[first:last]:
                writer.add(document)
    gone = {document["id"] for document in chance.sample(documents, 100)}
    with index.writer() as writer:
        for key in gone:
            writer.delete(key)
    return index, [document for document in documents if document["id"] not in gone]


@pytest.mark.parametrize("query", ["", "nar", "alma -nar"])
@pytest.mark.parametrize("count", [1, 5, 1000])
def test_random_prices_and_moments(query: str, count: int, shop: tuple[Index, list[dict[str, Any]]]) -> None:
    index, live = shop
    chance = random.Random(count)
    matching = [
        one for one in live if not query or query == "nar" in one["name"] or (query[0] == "a" and one["name"] == "alma")
    ]
    for field, bound in (("price", lambda: chance.uniform(-1, 1000)), ("made", lambda: a_moment(chance))):
        values = [one[field] for one in matching if field in one]
        own = chance.choices(values, k=count)  # bounds that are values, which belong to one side
        ranges: Ranges = []
        for value in own:
            low, high = sorted((value, bound()))
            ranges.append(chance.choice([(low, high), (low, None), (None, high)]) if low < high else (None, None))
        assert counted(values, ranges) == numbers_of(index, Facet(field, ranges=ranges), query)
    prices = Counter(float(one["price"]) for one in matching if "price" in one)
    expected = sorted(prices.items(), key=lambda item: (-item[1], item[0]))
    found = index.search(query, 1, facets=["price"]).facets["price"]
    assert expected == [(float(value), number) for value, number in found]
    assert found[:7] == index.search(query, 1, facets=[Facet("price", limit=7)]).facets["price"]


def test_a_segment_without_the_field_and_no_document(shop: tuple[Index, list[dict[str, Any]]], tmp_path: Path) -> None:
    ranges = [(None, 100), (100, None)]
    for index, options in (
        (shop[0], {"filters": {"id": ["e0", "e1", "e2"]}}),
        (shop[0], {"query": "nosuchword"}),
        (shop[0], {"query": "?!"}),  # which asks for nothing at all
        (searchkit.create(tmp_path / "index", SHOP), {}),
    ):
        query = options.pop("query", "")
        results = index.search(
            query, facets=[Facet("price", ranges=ranges), Facet("made", ranges=[("2022", None)])], **options
        )
        assert results.facets == {"price": [("..100", 0), ("100..", 0)], "made": [("2022..", 0)]}
        assert index.search(query, facets=["price"], **options).facets == {"price": []}


# ---------------------------------------------------------------- what bounds and labels are


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = searchkit.create(tmp_path_factory.mktemp("few") / "index", SHOP)
    prices = [99.99, 100, 100, 499.5, 500, 12]
    dates = [
        "2021-12-31T23:59:59.999999", "2022", "2022-06-30T23:00", "2022-07-01", "2023-01-01", "2024-01-01T04:00+04:00",
    ]  # fmt: skip
    with index.writer() as writer:
        for number, (price, made) in enumerate(zip(prices, dates, strict=True)):
            writer.add({"id": str(number), "name": "nar", "price": price, "made": made})
        writer.add({"id": "none", "name": "nar"})
    return index


@pytest.mark.parametrize(
    ("field", "ranges", "expected"),
    [
        ("price", [(None, 100), (100, 500), (500, None)], [("..100", 2), ("100..500", 3), ("500..", 1)]),
        ("price", [(500.0, None), (None, "100"), ("12,5", "99.990")], [("500..", 1), ("..100", 2), ("12.5..99.99", 0)]),
        ("price", [(Decimal("99.99"), np.int64(101))], [("99.99..101", 3)]),
        ("price", ([None, None], [-0.0, 1e16]), [("..", 6), ("0..1e+16", 6)]),
        ("price", [(None, 500), (None, 100), (None, 500)], [("..500", 5), ("..100", 2), ("..500", 5)]),
        ("price", [(-1e300, 1e-9)], [("-1e+300..1e-09", 0)]),
        ("made", [(None, "2022"), ("2022", "2023"), ("2023", None)], [("..2022", 1), ("2022..2023", 3), ("2023..", 2)]),
        ("made", [(2022, 2023)], [("2022..2023", 3)]),
        ("made", [("2022-01", "2022-07"), (" iyul 2022 ", "2023")], [("2022-01..2022-07", 2), ("iyul 2022..2023", 1)]),
        ("made", [(datetime.date(2022, 7, 1), datetime.date(2023, 1, 1))], [("2022-07-01..2023-01-01", 1)]),
        ("made", [(datetime.datetime(2021, 12, 31, 23, 59, 59, 999999), datetime.datetime(2022, 7, 1))],
         [("2021-12-31T23:59:59.999999..2022-07-01T00:00:00", 3)]),
        ("made", [(datetime.datetime(2024, 1, 1, 4, tzinfo=datetime.timezone(datetime.timedelta(hours=4))), None)],
         [("2024-01-01T04:00:00+04:00..", 1)]),
    ],
)  # fmt: skip
def test_bounds_and_labels(field: str, ranges: Any, expected: Any, few: Index) -> None:
    assert {field: expected} == few.search("nar", 1, facets=Facet(field, ranges=ranges)).facets


def test_values_of_a_number_field_are_counted(few: Index) -> None:
    [found] = few.search("", facets="price").facets.values()
    assert found == [("100", 2), ("12", 1), ("99.99", 1), ("499.5", 1), ("500", 1)]
    assert numbers_of(few, Facet("price", limit=1)) == [2]
    for value, number in found:
        assert number == few.search("", filters={"price": value}).total


def test_a_filter_finds_what_a_range_counts(few: Index) -> None:
    for field, low, high, number in (
        ("price", 100, 500, 3), ("made", "2022", "2023", 3), ("made", "2022-01-01", "2022-07", 2),
    ):  # fmt: skip
        assert [number] == numbers_of(few, Facet(field, ranges=[(low, high)]))
        assert number == few.search("", filters={field: AllOf([Between(low, high), Not(high)])}).total
        assert number == few.search(f"{field}:[{low} TO {high}}}", syntax="full").total


@pytest.mark.parametrize(
    ("typed", "facet"),
    [
        ("price:..100,100..500,500..", Facet("price", ranges=[(None, 100), (100, 500), (500, None)])),
        ("price: -1 .. 0.5 , ..", Facet("price", ranges=[(-1, 0.5), (None, None)])),
        ("made:..2022,iyul 2022..2023", Facet("made", ranges=[(None, "2022"), ("iyul 2022", "2023")])),
        ("made:2022-01-01T10:00..", Facet("made", ranges=[("2022-01-01T10:00", None)])),
    ],
)
def test_typed_ranges(typed: str, facet: Facet, few: Index) -> None:
    assert few.search("", facets=[facet]).facets == few.search("", facets=typed).facets


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("facets", "said"),
    [
        (Facet("price", ranges=[(9, 3)]), "facet 'price': the range begins after its end: 9 comes after 3"),
        (Facet("made", ranges=[("2023", "2022-05")]), "facet 'made': the range begins after its end: 2023 comes after"),
        (Facet("price", ranges=[(3, 3.0)]), "facet 'price': the range 3..3 is empty, as its end is not in it"),
        (Facet("made", ranges=[("2022", "2022")]), "facet 'made': the range 2022..2022 is empty"),
        (Facet("price", ranges=[(None, "many")]), "facet 'price': a number field takes a number, not 'many'"),
        (Facet("price", ranges=[(True, None)]), "facet 'price': a number field takes a number, not bool"),
        (Facet("price", ranges=[(float("nan"), None)]), "facet 'price': a number field takes a finite number"),
        (Facet("made", ranges=[(None, "gestern")]), "facet 'made': a date is written like"),
        (Facet("made", ranges=[(None, [])]), "facet 'made': a value is text, a number or a date, not list"),
        (Facet("kind", ranges=[(1, 2)]), "facet 'kind': only numbers and dates are counted by ranges"),
        (Facet("name", ranges=[(1, 2)]), "facets count keyword, number and date fields (price, made, kind), not"),
        (Facet("nosuch", ranges=[(1, 2)]), "not 'nosuch'"),
        (Facet("made", "year", ranges=[(None, None)]), "facet 'made': ranges are counted all, as they are given"),
        (Facet("price", limit=3, ranges=[(None, None)]), "facet 'price': ranges are counted all, as they are given"),
        (Facet("price", ranges=[]), "facet 'price': it has from 1 to 1,000 ranges, not 0"),
        (Facet("price", ranges=[(None, 1)] * 1001), "facet 'price': it has from 1 to 1,000 ranges, not 1,001"),
        (Facet("price", ranges=[(1, 2, 3)]), "a range is a tuple of two bounds such as (100, 500), not (1, 2, 3)"),
        (Facet("price", ranges=[100]), "facet 'price': a range is a tuple of two bounds"),  # type: ignore[list-item]
        (Facet("price", ranges="..5"), "facet 'price': ranges is a list of ranges such as [(100, 500)], not str"),  # type: ignore[arg-type]
        (Facet("price", ranges=[Between(1, 5)]), "facet 'price': Between includes its upper bound, which a range"),
        ("price:..100,500", "facet 'price': '500' is not FROM..TO; between ranges stands a comma, and in"),
        ("price:..0,70", "facet 'price': '70' is not FROM..TO"),
        ("price:a..b", "facet 'price': a number field takes a number, not 'a'"),
        ("kind:a..b", "facet 'kind': only numbers and dates"),
        ("price:100", "'price:100': only dates are counted by year, month or day, numbers by ranges such as price:100"),
        ("made", "or by ranges such as made:2022..2023"),
        (["price", "price:..100"], "facet 'price' is asked for with different ranges, or with and without"),
        (["made:..2022", "made:2022.."], "facet 'made' is asked for with different ranges"),
        (["price", Facet("price", limit=1)], "facet 'price' is asked for with two limits"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted(facets: Any, said: str, few: Index) -> None:
    with pytest.raises(QueryError) as raised:
        few.search("nar", facets=facets)
    assert said in str(raised.value)


def test_facets_that_are_told_apart(few: Index) -> None:
    asked = ["made:year", "made:..2022", Facet("price", ranges=[(None, 100)]), Facet("price", ranges=([None, 100.0],))]
    assert list(few.search("", facets=asked).facets) == ["made:year", "made", "price"]
    assert len(numbers_of(few, Facet("price", ranges=[(None, number) for number in range(1000)]))) == 1000


# ---------------------------------------------------------------- kept, and on the command line


def test_a_request_with_ranges_is_kept(few: Index) -> None:
    moment = datetime.datetime(2022, 7, 1, 10)
    made = Facet("made", ranges=[(None, "2022"), (datetime.date(2022, 1, 1), moment)])
    request = SearchRequest("nar", 1, facets=[Facet("price", ranges=[(None, 100), (100, 500.5)]), made, Facet("kind")])
    kept = json.loads(json.dumps(request.to_dict()))
    assert kept["facets"] == [
        {"field": "price", "by": None, "limit": None, "ranges": [
            {"from": None, "to": 100}, {"from": 100, "to": 500.5},
        ]},
        {"field": "made", "by": None, "limit": None, "ranges": [
            {"from": None, "to": "2022"}, {"from": "2022-01-01", "to": {"moment": "2022-07-01T10:00:00"}},
        ]},
        {"field": "kind", "by": None, "limit": None},
    ]  # fmt: skip
    again = SearchRequest.from_dict(kept)
    assert again.to_dict() == request.to_dict()
    results = few.run(request)
    assert results.facets == few.run(again).facets
    assert results.to_dict()["facets"]["price"] == [{"value": "..100", "count": 2}, {"value": "100..500.5", "count": 4}]
    page = few.search("nar", 1, after="")
    following = few.search("nar", 1, after=page.cursor, facets=[made])
    assert [hit.id for hit in following] == [hit.id for hit in few.search("nar", 1, 1)]


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        (7, "facet 'price' of a stored search: its ranges are a list, not int"),
        ([[1, 2]], "facet 'price' of a stored search: a range is a mapping with from and to, not [1, 2]"),
        ([{}], "a range is a mapping with from and to, not {}"),
        ([{"from": 1, "until": 2}], "a range is a mapping with from and to"),
        ([{"from": {"moment": "noon"}}], "facet 'price' of a stored search: 'noon' is no moment like"),
    ],
)
def test_what_is_no_kept_range(ranges: Any, said: str) -> None:
    with pytest.raises(QueryError) as raised:
        SearchRequest.from_dict({"version": 1, "query": "", "facets": [{"field": "price", "ranges": ranges}]})
    assert said in str(raised.value)


def test_ranges_that_cannot_be_kept() -> None:
    with pytest.raises(QueryError, match="facet 'price': ranges is a list of ranges such as"):
        SearchRequest("nar", facets=[Facet("price", ranges=7)]).to_dict()  # type: ignore[arg-type]


def test_the_command_counts_by_ranges(run: Callable[..., Any], few: Index) -> None:
    typed = ["--facet", "price:..100,100..500,1000..", "--facet", "made:2022..2023"]
    asked = ["query", "nar", "--index", few.path, "--limit", "0", *typed]
    assert "price: ..100 2, 100..500 3, 1000.. 0\nmade: 2022..2023 3\n" in run(*asked).out
    shown = json.loads(run(*asked, "--json").out)["facets"]
    assert shown["price"][2] == {"value": "1000..", "count": 0}
    assert shown["made"] == [{"value": "2022..2023", "count": 3}]
    assert "price: 100 2, 12 1," in run("query", "nar", "--index", few.path, "--facet", "price").out
    done = run("query", "nar", "--index", few.path, "--facet", "price:500..100")
    assert done.code == 1
    assert "facet 'price': the range begins after its end" in done.err
