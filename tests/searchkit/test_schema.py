# ruff: noqa: SIM300

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit import Date, DocumentError, Field, Index, Keyword, Number, Schema, SchemaError, Stored, Text
from searchkit.schema import parse_date
from tests.strategies import schemas

AUGUST = datetime.datetime(2022, 8, 24)
ARRAYS: list[tuple[Field, str]] = [
    (Text(), "a text field takes a string"),
    (Keyword(), "a keyword field takes strings"),
    (Number(), "a number field takes a number"),
    (Date(), "a date field takes a date, a datetime or text"),
]


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (Text(), "Salam\nDünya", "Salam\nDünya"),
        (Text(), "", ""),
        (Text(), ["Anar", "Rəsul"], "Anar\nRəsul"),
        (Text(), ("Anar", ["Rəsul", "Rza"]), "Anar\nRəsul\nRza"),
        (Keyword(), "Siyasət", ["siyasət"]),
        (Keyword(), "İDMAN IŞIĞI", ["idman ışığı"]),
        (Keyword(), ["a", 5, 1.5], ["a", "5", "1.5"]),
        (Keyword(), "Cafe\u0301", ["café"]),
        (Keyword(), [], []),
        (Number(), 3, 3.0),
        (Number(), 2.5, 2.5),
        (Number(), " 2.5 ", 2.5),
        (Number(), 2**70, float(2**70)),
        (Number(), Decimal("12.50"), 12.5),
        (Number(), Fraction(1, 4), 0.25),
        (Number(), np.float32(2.5), 2.5),
        (Number(), np.int64(3), 3.0),
        (Date(), "2022-08-24", AUGUST),
        (Date(), " 2022-08-24 ", AUGUST),
        (Date(), "2022-08", datetime.datetime(2022, 8, 1)),
        (Date(), "2022", datetime.datetime(2022, 1, 1)),
        (Date(), "2022-08-24T10:30", datetime.datetime(2022, 8, 24, 10, 30)),
        (Date(), "2022-08-24 10:30:05", datetime.datetime(2022, 8, 24, 10, 30, 5)),
        (Date(), "2022-08-24T02:00:00+04:00", datetime.datetime(2022, 8, 23, 22)),
        (Date(), "2022-08-24T10:30:00Z", datetime.datetime(2022, 8, 24, 10, 30)),
        (Date(), "2022-08-24T10:30:00z", datetime.datetime(2022, 8, 24, 10, 30)),
        (Date(), "Wed, 24 Aug 2022 10:30:05 GMT", datetime.datetime(2022, 8, 24, 10, 30, 5)),
        (Date(), "Wed, 24 Aug 2022 02:00:00 +0400", datetime.datetime(2022, 8, 23, 22)),
        (Date(), " 3 Jun 2022 23:30 EST ", datetime.datetime(2022, 6, 4, 4, 30)),
        (Date(), "Wed, 24 Aug 2022 10:30:00 -0000", datetime.datetime(2022, 8, 24, 10, 30)),
        (Date(), datetime.date(2022, 8, 24), AUGUST),
        (Date(), AUGUST, AUGUST),
        (Stored(), {"any": [1, None]}, {"any": [1, None]}),
    ],
)
def test_values_as_they_are_indexed(field: Field, value: object, expected: object) -> None:
    assert expected == field.check(value)


def test_minus_zero_is_zero() -> None:
    assert 1 == math.copysign(1, Number().check(-0.0))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (Text(), 5, "a text field takes a string, not int"),
        (Text(), ["a", None], "a text field takes a string, not NoneType"),
        (Text(), b"bytes", "a text field takes a string, not bytes"),
        (Keyword(), True, "a keyword field takes strings, not bool"),
        (Keyword(), {"a"}, "a keyword field takes strings, not set"),
        (Keyword(), [["a"]], "a keyword field takes strings, not list"),
        *((field, np.arange(3), f"{takes}, not ndarray") for field, takes in ARRAYS),
        (Text(), nested(10_000), "its lists are nested too deep; flatten them"),
        (Number(), "çox", "a number field takes a number, not 'çox'"),
        (Number(), "ç" * 1000, f"a number field takes a number, not '{'ç' * 39}…'"),
        (Number(), "1,000", "a number field takes a number, not '1,000'"),  # one, or a thousand
        (Number(), "1,2,3", "a number field takes a number, not '1,2,3'"),
        (Number(), True, "a number field takes a number, not bool"),
        (Number(), np.bool_(True), f"a number field takes a number, not {np.bool_.__name__}"),
        (Number(), 1j, "a number field takes a number, not complex"),
        (Number(), Decimal("sNaN"), "a number field takes a finite number of at most 1.8e308"),
        (Number(), Decimal("1e400"), "a number field takes a finite number of at most 1.8e308"),
        (Number(), [1], "a number field takes a number, not list"),
        (Number(), math.nan, "a number field takes a finite number of at most 1.8e308"),
        (Number(), "inf", "a number field takes a finite number of at most 1.8e308"),
        (Number(), 10**400, "a number field takes a finite number of at most 1.8e308"),
        (
            Date(),
            "24 avqust",
            "a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not '24 avqust'",
        ),
        (
            Date(),
            "2022-02-30",
            "a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not '2022-02-30'",
        ),
        (
            Date(),
            "ç" * 1000,
            f"a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not '{'ç' * 39}…'",
        ),
        *(
            (Date(), text, f"a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not {text!r}")
            for text in (
                "Thu, 31 Feb 2022 10:00:00 GMT",
                "Wed, 24 Aug 2022 25:00:00 GMT",
                "Wed, 24 Aug 2022 10:00:00 MSK",
                "Wed, 24 Abc 2022 10:00:00 GMT",
                "Wed, 24 Aug 0022 10:00:00 GMT",
                "Wed, 24 Aug 2022 10:00:00 +9900",
            )
        ),
        (Date(), "0000", "a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not '0000'"),
        (Date(), 1661299200, "a date field takes a date, a datetime or text, not int"),
        (
            Date(),
            "0001-01-01T00:00:00+14:00",
            "a date field takes years from 1 to 9999, which 0001-01-01T00:00:00+14:00 leaves in UTC",
        ),
    ],
)
def test_values_that_do_not_fit(field: Field, value: object, reason: str) -> None:
    with pytest.raises(DocumentError) as raised:
        Schema(price=field).prepare({"id": "az-1", "price": value})
    assert f"document 'az-1', field 'price': {reason}" == str(raised.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,70", 0.7), ("-12,5", -12.5), ("1000,25", 1000.25), ("0,125", 0.125), ("1.5", 1.5), ("7", 7)],
)
def test_a_number_may_be_text(text: str, number: float) -> None:
    assert Schema(price=Number()).prepare({"id": "1", "price": text})["price"] == number


@pytest.mark.parametrize("make", [Decimal, np.float32, np.float64, lambda text: np.int64(float(text))])
def test_numbers_of_other_packages_are_found_and_given_back(make: Any, make_index: Any) -> None:
    index = make_index([{"id": "1", "price": make("12.5")}, {"id": "2", "price": make("20")}], Schema(price=Number()))
    low, high = make("12"), make("12.5")
    found = index.search("", filters={"price": searchkit.Between(low, high)})
    assert [float(high)] == [hit["price"] for hit in found]
    assert ["1"] == [hit.id for hit in index.search("", filters={"price": high})]


def test_prepare_takes_what_is_searched_and_changes_nothing() -> None:
    document = {"id": "1", "title": "Kitab", "tags": "A", "note": "qeyd", "date": None, "price": "", "unknown": 5}
    before = dict(document)
    schema = Schema(title=Text(), tags=Keyword(), note=Stored(), date=Date(), price=Number())
    assert {"id": "1", "title": "Kitab", "tags": ["a"]} == schema.prepare(document)
    assert before == document


@pytest.mark.parametrize("key", [None, "", 5, ["a"]])
def test_a_document_needs_an_id(key: object) -> None:
    with pytest.raises(DocumentError) as raised:
        Schema().prepare({"id": key})
    assert f"every document needs an 'id', a string that is not empty; this one has {key!r}" == str(raised.value)


def test_a_document_is_a_mapping() -> None:
    with pytest.raises(DocumentError, match="a document is a mapping of field names to values, not list"):
        Schema().prepare([("id", "1")])  # type: ignore[arg-type]


def test_the_usual_fields() -> None:
    expected = {
        "title": {"kind": "text", "boost": 1.0},
        "body": {"kind": "text", "boost": 1.0},
        "date": {"kind": "date"},
        "url": {"kind": "stored"},
        "source": {"kind": "keyword"},
    }
    assert expected == Schema().to_dict()
    assert ["title", "body"] == Schema().text_fields


@pytest.mark.parametrize("name", ["", "1a", "a b", "_a", "a.b", "a:b", "-a", "a*"])
def test_names_that_no_field_can_have(name: str) -> None:
    with pytest.raises(SchemaError) as raised:
        Schema(**{name: Text()})
    expected = f"{name!r} cannot name a field: use letters, digits, _ and -, and begin with a letter"
    assert expected == str(raised.value)


def test_the_id_is_no_field_of_ones_own() -> None:
    with pytest.raises(SchemaError, match="the field 'id' is part of every schema; give your own key another name"):
        Schema(id=Text())


@pytest.mark.parametrize("name", ["fields", "name", "başlıq", "my-field", "a_1"])
def test_names_that_a_field_can_have(name: str, make_index: Any) -> None:
    index = make_index([{"id": "1", name: "kitab"}], Schema(**{name: Text()}))
    assert ["1"] == [hit.id for hit in index.search(f"{name}:kitab")]


def test_a_name_that_whoosh_has_no_place_for() -> None:
    with pytest.raises(SchemaError, match="'self' cannot name a field; give it another name"):
        Schema(self=Text())


def test_a_field_is_an_object() -> None:
    with pytest.raises(SchemaError, match=r"field 'body': expected a field such as searchkit.Text\(\), not <class"):
        Schema(body=Text)  # type: ignore[arg-type]


@pytest.mark.parametrize("boost", [0, -1, math.nan, math.inf, 10**400, "2", None])
def test_boosts_that_no_field_can_have(boost: Any) -> None:
    with pytest.raises(SchemaError) as raised:
        Text(boost=boost)
    assert f"the boost of a text field must be a positive number, not {boost!r}" == str(raised.value)


@pytest.mark.parametrize("k1", [-0.1, 101, math.nan, math.inf, "2", None, True])
def test_k1_that_no_field_can_have(k1: Any) -> None:
    with pytest.raises(SchemaError) as raised:
        Text(k1=k1)
    assert f"the k1 of a text field is a number from 0 to 100, not {k1!r}" == str(raised.value)


@pytest.mark.parametrize("b", [-0.1, 1.1, math.nan, "0", None, True])
def test_b_that_no_field_can_have(b: Any) -> None:
    with pytest.raises(SchemaError) as raised:
        Text(b=b)
    assert f"the b of a text field is a number from 0 to 1, not {b!r}" == str(raised.value)


def test_parameters_of_bm25_are_kept_where_they_are_not_the_usual_ones(make_index: Callable[..., Index]) -> None:
    schema = Schema(title=Text(k1=1.2, b=0), body=Text(k1=2, b=0.75))
    assert {"title": {"kind": "text", "boost": 1.0, "b": 0.0}, "body": {"kind": "text", "boost": 1.0, "k1": 2.0}} == (
        schema.to_dict()
    )
    assert schema == searchkit.open(make_index([], schema).path).schema


@given(schemas())
def test_a_schema_survives_being_written_down(schema: Schema) -> None:
    read = Schema.from_dict(schema.to_dict())
    assert schema == read
    assert hash(schema) == hash(read)
    assert list(schema.fields) == list(read.fields)


def test_equal_schemas_have_equal_hashes() -> None:
    assert Schema(a=Text(), b=Date()) == Schema(b=Date(), a=Text())
    assert hash(Schema(a=Text(), b=Date())) == hash(Schema(b=Date(), a=Text()))
    assert Schema(a=Text()) != Schema(a=Text(boost=2))
    assert Schema(a=Text()) != Schema(a=Keyword())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"body": {"kind": "vector"}}, "field 'body' has no known kind; kinds are text, keyword, date, number, stored"),
        ({"body": {}}, "field 'body' has no known kind; kinds are text, keyword, date, number, stored"),
        ({"body": 5}, "field 'body' has no known kind; kinds are text, keyword, date, number, stored"),
        ({"body": {"kind": ["text"]}}, "field 'body' has no known kind; kinds are text, keyword, date, number, stored"),
        ({"body": {"kind": "text", "weight": 2}}, "field 'body': unknown options ['weight']"),
        ({"body": {"kind": "text", "boost": -1}}, "the boost of a text field must be a positive number, not -1"),
        ({}, "a schema is described by a mapping of field names to options, not by {}"),
        ([], "a schema is described by a mapping of field names to options, not by []"),
    ],
)
def test_descriptions_of_no_schema(data: Any, reason: str) -> None:
    with pytest.raises(SchemaError) as raised:
        Schema.from_dict(data)
    assert reason == str(raised.value)


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS | st.none()))
def test_dates_are_the_same_moment_in_utc(moment: datetime.datetime) -> None:
    try:
        expected = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        with pytest.raises(ValueError, match="a date field takes years from 1 to 9999"):
            parse_date(moment)
    else:
        assert expected == parse_date(moment)
        assert expected == parse_date(moment.isoformat())
