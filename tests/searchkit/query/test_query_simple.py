# ruff: noqa: SIM300

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from searchkit import Index, Keyword, QueryError, Schema
from tests.searchkit.newspaper import numbers

Make = Callable[..., Index]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        # words
        ("neft", "1"),
        ("NEFTİN", "1"),
        ("qaz", "13"),
        ("neft qaz", "13"),
        ("kitablarımızdan", "2"),
        ("İŞIQ", "2"),
        ("gence", "2"),
        ("azərtac", "2"),
        ("2022", "3"),
        ("2022-ci", "3"),
        ("yoxdur", ""),
        ("qaz, neft!", "13"),
        ("(qaz)", "13"),
        ("qaz OR", "13"),
        ("Bakı/festival", "12"),
        # phrases
        ('"neft və qaz"', "1"),
        ('"neft qaz"', ""),
        ('"qaz neft"', ""),
        ('"xəzərin dənizi"', "1"),
        ("«xəzər dənizi»", "1"),
        ("“xəzər dənizi”", "1"),
        ("„xəzər dənizi“", "1"),
        ('"xəzər dənizi', "1"),
        ('xəzər "', "1"),
        ('""', ""),
        ('"qaz"', "13"),
        ('"xezer denizi"', "1"),
        # compounds
        ("Kasım-Jomart", "13"),
        ("kasım-jomartın", "13"),
        ('"Kasım-Jomart Tokayev"', "1"),
        ('"Jomart Tokayev"', "1"),
        ("-Kasım-Jomart", "23"),
        ("-Jomart", "2"),
        # exclusion
        ("qaz -neft", "3"),
        ("-neft", "23"),
        ("-neft -festival", "3"),
        ("qaz -qaz", ""),
        ('-"neft və qaz"', "23"),
        ('-"qaz və neft"', "123"),
        ("-yoxdur", "123"),
        ("neft - qaz", "13"),
        ("qaz--neft", "13"),
        ("-title:qaz", "12"),
        ("qaz -date:2022", "3"),
        ("-24.08.2022", "12"),
        ("-", ""),
        ("--", ""),
        # fields
        ("title:qaz", "3"),
        ("body:qaz", "1"),
        ('body:"neft və qaz"', "1"),
        ("title: qaz", "13"),
        ("nosuch:qaz", "13"),
        ("Title:qaz", "13"),
        ("saat 12:30 qaz", "13"),
        ("http://example.az/1", ""),
        ("url", ""),
        # keywords and ids
        ("tags:iqtisadiyyat", "13"),
        ("tags:İQTİSADİYYAT", "13"),
        ('tags:"Enerji Siyasəti"', "1"),
        ("tags:siyasət", "3"),
        ("tags:enerji", ""),
        ("tags:mədəniyyəti", ""),
        ("id:az-2", "2"),
        ('id:"az-2"', "2"),
        ("id:AZ-2", ""),
        # dates
        ("date:2022", "12"),
        ("date:2022-08", "1"),
        ("date:2022-08-24", "1"),
        ("date:2022-08-25", ""),
        ("date:2022-09-01T19", "2"),
        ("date:2022-09-01T19:30", "2"),
        ("date:2022-09-01T19:31", ""),
        ("date:2022-09-01T20", ""),
        ("date:2022-09-01T23:30+04:00", "2"),
        ('date:"2022-09-01 19:30:00"', "2"),
        ("date:2022-09-01T19:30:01", ""),
        ("date:2022-12", ""),
        ("date:9999", ""),
        ("date:9999-12", ""),
        ("date:9999-12-31", ""),
        ("date:9999-12-31T23:59:59", ""),
        ("date:0001", ""),
        ("date:24.08.2022", "1"),
        ('date:"24 avqust 2022"', "1"),
        ('date:"avqust 2022-ci il"', "1"),
        ('date:"2022-ci ilin avqustunda"', "1"),
        ('date:"Sentyabr 2022"', "2"),
        ("-date:2022-ci", "3"),
        ("date:dünən", ""),
        ('date:"kecen il"', ""),
        # as many words as are one date
        ("date:avqust 2022", "1"),
        ("date:24 avqust 2022-ci il", "1"),
        ("neft date:avqust 2022", "1"),
        # compared
        ("date:>2022-08", "23"),
        ("date:>=avqust 2022", "123"),
        ("date:<2022-08-25", "1"),
        ("date:<=24 avqust 2022-ci il", "1"),
        ("neft date:<2022", ""),
        ("-date:<2023", "3"),
        ("date:>2022-09 qaz", "3"),
        ("date:>9999", ""),
        ("date:<>2022 qaz", "13"),
        ("date:> 2022 qaz", "13"),
        ("tags:>siyasət", ""),
        ("bmt date:24 avqust 2022", ""),
        ("-date:avqust 2022", "23"),
        ("date:avqust 2022 neft", "1"),
        ("date:avqust 2022, bmt", ""),
        ("qaz date:avqust 2022?", "1"),
        ("date:avqust 2022 date:10 yanvar 2023", "13"),
        ("date:2022-09-01 19:30", "2"),
        ("qaz date:bu il", ""),
        ("qaz date:son 7 gün", ""),
        ("date:2022 bmt", ""),
        ('date:2022 "bmt"', ""),
        ("date:2022 -avqust", "12"),
        ("date:2022 title:qaz", ""),
        ("date:2022 -date:2022-08", "2"),
        ("date:31 fevral 2022", "3"),
        # numbers
        ("pages:4", "1"),
        ("pages:4.0", "1"),
        ("pages:2.5", "2"),
        ("pages:2", ""),
        ("pages:-1", "3"),
        ("pages:0", ""),
        ("pages:2.5-4", "12"),
        ("pages:>2,5", "1"),
        ("pages:<=2.5", "23"),
        ("pages:<2.5", "3"),
        ("pages:2,5–4", "12"),
        ("pages:-1..3", "23"),
        ("pages:-5--1", "3"),
        ("pages:3-3", ""),
        ("-pages:1-3", "13"),
        ("pages:4-2", ""),  # none of these is one number before the other, so it is text
        # what a field cannot hold is text
        ("date:qaz", "13"),
        ("date:2022-13", "3"),
        ("date:0001-01-01T00:00+14:00", ""),
        ("qaz -date:neft", "13"),
        ("pages:neft", "1"),
        ("pages:1e999", ""),
        ("url:neft", "1"),
        ('url:"xəzər dənizində"', ""),
        # conditions
        ("qaz date:2022", "1"),
        ("date:2022 neft", "1"),
        ("tags:iqtisadiyyat date:2023", "3"),
        ("date:2022-08 date:2022-09", "12"),
        ("tags:siyasət tags:mədəniyyət", "23"),
        ("tags:siyasət -date:2023", ""),
        ("neft festival id:az-2", "2"),
        # prefixes
        ("kit*", "2"),
        ("KİT*", "2"),
        ("title:yat*", "1"),
        ("body:yat*", ""),
        ("x*", ""),
        ("neft*qaz", "13"),
        ("*", ""),
        ("-kit*", "13"),
        ("genc*", "2"),
        ("seher*", "2"),
        ("SHEHER*", "2"),
        ("genc* şəhər", "2"),
        ("genc* işığı", "2"),
        ("kitablar*", "2"),
        ("kitablarımız*", "2"),
        ("-kitablar*", "13"),
        ("kitabx*", ""),
        ("kitabl*", "2"),
        ("KİTABL*", "2"),
        ("kitablarımızd*", "2"),
        ("китабл*", "2"),
        ("genced*", "2"),
        ("китаб*", "2"),
        ('"kit*"', ""),
        # either of two
        ("neft OR festival", "12"),
        ("neft VƏ YA festival", "12"),
        ("OR", ""),
        ("OR qaz", "13"),
        ("VƏ YA", "1"),
        ("qaz VƏ YA", "13"),
        ("qaz OR OR neft", "13"),
        ("qaz OR !?", "13"),
        ("date:2022-08 OR date:2023", "13"),
        ("date:avqust 2022 OR date:yanvar 2023", "13"),
        ("tags:mədəniyyət OR neft", "12"),
        # stop words
        ("və", "1"),
        ("və neft", "1"),
        ("və festival", "2"),
        ('"və"', "1"),
        ("-və", "23"),
        # nothing to look for
        ("", ""),
        (" \n\t ", ""),
        ("!?…", ""),
        ("\x00", ""),
        ("\ud800", ""),
        ("id:\ud800", ""),
        ("tags:\ud800", ""),
        ('"\ud800 \udfff"', ""),
    ],
)
def test_what_is_found(query: str, found: str, newspaper: Index) -> None:
    assert found == numbers(newspaper, query)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("neft qaz", "1"),
        ("qaz festival", ""),
        ("və qaz", "13"),
        ("və neft qaz", "1"),
        ("qaz -neft", "3"),
        ("Kasım-Jomart", "1"),
        ("Kasım Jomart", "1"),
        ("Jomart-Kasım", "1"),
        ('"neft və qaz" xəzər', "1"),
        ("qaz date:2022", "1"),
        ("date:2022-08 date:2022-09", ""),
        ("tags:iqtisadiyyat tags:siyasət", "3"),
        ("24.08.2022", "3"),
        ("title:qaz body:bmt", "3"),
        ("neft OR festival", "12"),
        ("qaz neft OR bmt", "13"),
        ("qaz OR festival neft OR kitab", "12"),
        ("qaz VƏ YA festival kitab", "2"),
        ("qaz OR -neft", ""),
        ("qaz OR Kasım-Tokayev", "13"),
        ("neft OR !? festival", ""),
        ("date:2022-08 OR date:2023", "13"),
        ("date:2022-08 OR date:2023 bmt", "3"),
        ("date:avqust 2022 neft", "1"),
        ("date:avqust 2022 OR date:yanvar 2023 bmt", "3"),
        ("tags:mədəniyyət OR neft", "12"),
        ("", ""),
    ],
)
def test_what_is_found_where_all_words_must_match(query: str, found: str, newspaper: Index) -> None:
    assert found == numbers(newspaper, query, match="all")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a" * 10_001, "the query has 10,001 characters; at most 10,000 are allowed"),
        ("a" * 100_000, "the query has 100,000 characters; at most 10,000 are allowed"),
        ("kitab " * 257, "the query has more than 256 words; shorten it"),
        ("a-" * 500 + "a", "the query has more than 256 words; shorten it"),
    ],
)
def test_what_is_too_long(query: str, message: str, newspaper: Index) -> None:
    with pytest.raises(QueryError) as raised:
        newspaper.search(query)
    assert message == str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"query": 5}, "a query is a string, not int"),
        ({"query": None}, "a query is a string, not NoneType"),
        ({"match": "some"}, "match is 'any' or 'all', not 'some'"),
        ({"syntax": "lucene"}, "syntax is 'simple' or 'full', not 'lucene'"),
        ({"limit": -1}, "limit and offset are whole numbers from 0 on, not -1 and 0"),
        ({"offset": -5}, "limit and offset are whole numbers from 0 on, not 10 and -5"),
        ({"limit": 2.5}, "limit and offset are whole numbers from 0 on, not 2.5 and 0"),
        ({"limit": None}, "limit and offset are whole numbers from 0 on, not None and 0"),
    ],
)
def test_arguments_that_cannot_be(arguments: dict[str, Any], message: str, newspaper: Index) -> None:
    with pytest.raises(QueryError) as raised:
        newspaper.search(**{"query": "qaz", **arguments})
    assert message == str(raised.value)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("date:2024", "2024-01-01T00:00:00", "2024-12-31T23:59:59.999999"),
        ("date:2023-12", "2023-12-01T00:00:00", "2023-12-31T23:59:59.999999"),
        ("date:2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59.999999"),
        ("date:2024-01-31", "2024-01-31T00:00:00", "2024-01-31T23:59:59.999999"),
        ("date:20240131", "2024-01-31T00:00:00", "2024-01-31T23:59:59.999999"),
        ("date:2024-01-31T05", "2024-01-31T05:00:00", "2024-01-31T05:59:59.999999"),
        ("date:2024-01-31T05:06", "2024-01-31T05:06:00", "2024-01-31T05:06:59.999999"),
        ("date:2024-01-31T05:06:07", "2024-01-31T05:06:07", "2024-01-31T05:06:07.999999"),
    ],
)
def test_a_date_is_a_period(query: str, first: str, last: str, make_index: Make) -> None:
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    step = timedelta(microseconds=1)
    moments = [begin - step, begin, end, end + step]
    index = make_index({"id": f"az-{number}", "date": moment} for number, moment in enumerate(moments))
    assert "12" == numbers(index, query)


@pytest.mark.parametrize("text", ["dünən", "dunen", "son 2 gün"])
def test_dates_count_from_today(text: str, make_index: Make) -> None:
    today = date.today()
    days = [today - timedelta(days=1), today - timedelta(days=3)]
    index = make_index({"id": f"az-{number}", "date": day} for number, day in enumerate(days))
    found = numbers(index, f'date:"{text}"')
    if date.today() == today:  # not at midnight
        assert "0" == found


def test_a_schema_without_text(make_index: Make) -> None:
    index = make_index([{"id": "az-1", "tags": "a"}, {"id": "az-2", "tags": "b"}], Schema(tags=Keyword()))
    assert "" == numbers(index, "a")
    assert "" == numbers(index, "a", match="all")
    assert "" == numbers(index, "a tags:a")
    assert "" == numbers(index, '"a b"')
    assert "" == numbers(index, "ab*")
    assert "1" == numbers(index, "tags:a")
    assert "12" == numbers(index, "-a")


def test_an_empty_index_finds_nothing(make_index: Make) -> None:
    index = make_index()
    for query in ("kitab", "-kitab", '"kitab evi"', "kit*", "date:2022", "source:x", "id:1"):
        assert "" == numbers(index, query)


def test_limit_and_offset(make_index: Make) -> None:
    index = make_index(["kitab"] * 7)
    assert 10 == index.search.__defaults__[0]  # type: ignore[index]
    for limit, offset, expected in [(3, 0, 3), (3, 6, 1), (3, 7, 0), (0, 0, 0), (10**12, 0, 7), (1, 10**12, 0)]:
        results = index.search("kitab", limit=limit, offset=offset)
        assert (7, expected) == (results.total, len(results))


def test_the_first_letter_of_a_word_says_nothing_while_it_is_typed(make_index: Make) -> None:
    index = make_index([{"id": "1", "body": "festival"}, {"id": "2", "body": "C vitamini"}])
    for query, found in [("festival c*", "1"), ("festival c", "12"), ("c*", "2"), ("festival c* x", "12")]:
        assert (query, found) == (query, numbers(index, query))
    assert index.search("festival c*", match="all").total == 1


def test_a_beginning_weighs_as_little_as_all_words_that_it_may_become(make_index: Make) -> None:
    texts = ["yaz yaylaq", "yaz yaşıl", "yaz yanvar", "yaz yağış", "kitabxana yay yol", "ev yaylaq yaşıl yanvar"]
    index = make_index([{"id": str(number), "body": text} for number, text in enumerate(texts)])
    assert index.search("kitabxana ya*")[0].id == "4"  # 5 has three of the words, but one of them is meant
