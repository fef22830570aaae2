"""Searches in some of the text fields, or with other boosts than those of the schema."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from searchkit import Index, QueryError, Schema, SearchRequest, Text
from tests.searchkit.newspaper import numbers

Make = Callable[..., Index]

WORDS = ("kitab", "kitablar", "neft", "dəniz", "şəhərdə", "qanunun", "on", "ön", "yol", "məktəb", "və", "çay")
SIMPLE = ("kitab", "neft deniz", "və yol", "on", '"yol məktəb"', "kit* çay", "şəhər -neft", "neft OR body:çay")
FULL = (
    "kitap~1",
    "k?tab* AND yol",
    '"neft dəniz"~2',
    "(neft^2 OR yol) NOT çay",
    "title:yol kitab^0.5",
    "body:[a TO k]",
)
ASKED = [(query, {}) for query in SIMPLE] + [(query, {"syntax": "full"}) for query in FULL]
ASKED.append(("kitab yol", {"match": "all"}))


def scores(index: Index, query: str, **options: Any) -> dict[str, float]:
    return {hit.id: pytest.approx(hit.score) for hit in index.search(query, limit=100, **options)}


@pytest.fixture
def both(make_index: Make) -> Callable[[float, float], Index]:
    """Makes an index of titles and bodies with these boosts."""
    choose = random.Random(1)
    documents = [
        {
            "id": str(number),
            "title": " ".join(choose.choices(WORDS, k=choose.randrange(1, 4))),
            "body": " ".join(choose.choices(WORDS, k=choose.randrange(1, 60))),
        }
        for number in range(40)
    ]

    def make(title: float, body: float) -> Index:
        schema = Schema(title=Text(boost=title), body=Text(boost=body))
        return make_index(documents, schema, f"{title}-{body}")

    return make


@pytest.mark.parametrize(("query", "options"), ASKED)
def test_other_boosts_are_as_if_the_schema_had_them(
    query: str, options: dict[str, Any], both: Callable[[float, float], Index]
) -> None:
    found = scores(both(1, 2), query, fields={"title": 3.5, "body": 0.25}, **options)
    assert found == scores(both(3.5, 0.25), query, **options)
    assert found


@pytest.mark.parametrize("query", ["kitab", "neft deniz", "on yol", "məktəb çay kitablar"])
@pytest.mark.parametrize("fields", ["title", ["title"], {"title": 2}])
def test_one_field_is_as_if_each_word_named_it(query: str, fields: Any, both: Callable[[float, float], Index]) -> None:
    index = both(2, 1)
    named = " ".join(f"title:{word}" for word in query.split())
    assert scores(index, query, fields=fields) == scores(index, named)
    assert index.search(query, fields=fields).total < index.search(query).total


def test_what_names_a_field_is_looked_for_there_all_the_same(newspaper: Index) -> None:
    assert numbers(newspaper, "qaz", fields=["title"]) == "3"
    assert numbers(newspaper, "qaz body:müxbir date:2022-09", fields=["title"]) == "2"
    assert scores(newspaper, "title:qaz", fields=["body"]) == scores(newspaper, "title:qaz")
    assert numbers(newspaper, "-qaz", fields=["title"]) == "12"


def test_the_score_is_explained_with_the_boost_that_was_asked_for(newspaper: Index) -> None:
    [hit] = newspaper.search("qaz kəməri", fields={"title": 5})
    reason = hit.explain()
    assert reason.score == pytest.approx(hit.score)
    assert "title, boost 5" in str(reason)
    assert "body" not in str(reason)


def test_words_are_marked_where_they_were_looked_for(newspaper: Index) -> None:
    [hit] = newspaper.search("xəzər", fields=["title"])
    assert hit.snippet("title").spans
    assert not hit.snippet("body").spans
    assert newspaper.search("xəzər")[0].snippet("body").spans


def test_a_word_is_put_right_by_the_fields_that_are_searched(newspaper: Index) -> None:
    assert newspaper.search("festivla", fields=["title"]).suggestion == "festival"
    assert newspaper.search("festivla", fields=["body"]).suggestion is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (["name"], r"fields takes names of text fields \(title, body\), not 'name'"),
        ("date", r"fields takes names of text fields \(title, body\), not 'date'"),
        ([3], r"fields takes names of text fields \(title, body\), not 3"),
        (7, "fields takes names of text fields, or what each counts, not int"),
        ({"title": 0}, "fields: 'title' counts from 0.001 to 1000 times, not 0"),
        ({"title": float("nan")}, "fields: 'title' counts from 0.001 to 1000 times, not nan"),
        ({"title": "2"}, "fields: 'title' counts from 0.001 to 1000 times, not '2'"),
        ([], r"fields names none of the text fields \(title, body\); leave it out to search all"),
    ],
)
def test_what_is_no_text_field_is_refused(fields: Any, said: str, newspaper: Index) -> None:
    with pytest.raises(QueryError, match=f"^{said}$"):
        newspaper.search("qaz", fields=fields)


@pytest.mark.parametrize("fields", ["title", ("title", "body"), {"body": 2.0}])
def test_a_stored_search_keeps_its_fields(fields: Any, newspaper: Index) -> None:
    request = SearchRequest("qaz", fields=fields)
    again = SearchRequest.from_dict(request.to_dict())
    assert scores(newspaper, "qaz", fields=fields) == {hit.id: hit.score for hit in newspaper.run(again)}


def test_a_cursor_belongs_to_its_fields(newspaper: Index) -> None:
    cursor = newspaper.search("qaz neft", 1, fields=["title"]).cursor
    assert newspaper.search("qaz neft", 1, fields=["title"], after=cursor).hits
    with pytest.raises(QueryError, match="cursor"):
        newspaper.search("qaz neft", 1, fields=["body"], after=cursor)
