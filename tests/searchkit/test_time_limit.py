"""A search is stopped when its time is over, wherever it is then."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from whoosh import query as wq

import searchkit
from searchkit import Index, QueryError, QueryTimeoutError, SearchRequest
from searchkit.deadline import Deadline
from searchkit.engine.expand import Expander

QUERIES = ["kitab", "body:kitab", "kitab neft", '"kitab neft"', "ki*", "-kitab", "date:2022", "", "k?t*", "kitab~"]


@pytest.mark.parametrize("query", [query for query in QUERIES if query])
@pytest.mark.parametrize("syntax", ["simple", "full"])
def test_whatever_is_asked(query: str, syntax: str, newspaper: Index) -> None:
    newspaper.search(query, syntax=syntax, time_limit=60)
    with pytest.raises(QueryTimeoutError, match=r"^the search was stopped after 1e-09 s; ask for fewer words"):
        newspaper.search(query, syntax=syntax, time_limit=1e-9)


def test_filters_and_facets(newspaper: Index) -> None:
    with pytest.raises(QueryTimeoutError):
        newspaper.search("", filters={"date": "2022"}, time_limit=1e-9)


def test_nothing_takes_no_time(newspaper: Index) -> None:
    assert newspaper.search("", time_limit=1e-9).total == 0


def test_the_limit_of_the_index(newspaper: Index) -> None:
    index = searchkit.open(newspaper.path, time_limit=1e-9)
    with pytest.raises(QueryTimeoutError):
        index.search("kitab")
    with pytest.raises(QueryTimeoutError):
        index.more_like_this("neft dəniz")
    assert index.search("kitab", time_limit=math.inf).total == newspaper.search("kitab").total
    assert searchkit.open(newspaper.path, time_limit=math.inf).search("kitab").total


@pytest.mark.parametrize("wrong", [0, -1, math.nan, 10**400, "1", True])
def test_a_limit_that_is_none(wrong: object, newspaper: Index) -> None:
    with pytest.raises(QueryError, match=r"^time_limit is a number of seconds above 0, not "):
        newspaper.search("kitab", time_limit=wrong)  # type: ignore[arg-type]
    with pytest.raises(QueryError):
        searchkit.open(newspaper.path, time_limit=wrong)  # type: ignore[arg-type]


def test_it_is_part_of_a_request_but_not_of_its_cursor(make_index: Callable[..., Index]) -> None:
    index = make_index(["kitab bir", "kitab iki"])
    request = SearchRequest("kitab", 1, time_limit=5.0)
    assert SearchRequest.from_dict(request.to_dict()) == request
    first = index.run(request)
    [second] = index.search("kitab", 1, after=first.cursor)
    assert {first[0].id, second.id} == {"1", "2"}


def test_many_patterns_end_in_time(make_index: Callable[..., Index]) -> None:
    letters = "abcdeghijk"
    words = [f"{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters]
    index = make_index([" ".join(words)])
    query = " ".join(f"{first}*{second}*" for first in letters for second in letters[:6])
    started = time.perf_counter()
    with pytest.raises(QueryTimeoutError):
        index.search(query, syntax="full", time_limit=0.005)
    assert time.perf_counter() - started < 1


def test_a_limit_on_patterns(newspaper: Index) -> None:
    newspaper.search("k?t* " * 64, syntax="full")
    for query in ("k?t* " * 65, "kitab~2 " * 65, 'tags:"x y"~ ' * 65, "ki* " * 65):
        with pytest.raises(QueryError, match=r"^the query has more than 64 words with \*, \? or ~"):
            newspaper.search(query, syntax="full")
    newspaper.search("ki* " * 64)
    with pytest.raises(QueryError, match=r"^the query has more than 64 words with \*, \? or ~"):
        newspaper.search("ki* " * 65)


def test_what_patterns_have_in_common_is_read_once(newspaper: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = wq.Wildcard("body", "k?t*")
    terms = newspaper._current_snapshot().segments[0].text("body").terms  # type: ignore[attr-defined]
    expander = Expander(Deadline(60, time.perf_counter()))
    found = [terms.term(number) for number in expander.expand(pattern, terms)]
    assert found == [term for term in terms.terms() if term.startswith(b"k") and term[2:3] == b"t"]
    monkeypatch.setattr(terms, "terms", lambda *_: pytest.fail("it is read again"))
    assert [terms.term(number) for number in expander.expand(pattern, terms)] == found


def test_a_long_phrase_of_words_that_texts_repeat_ends_in_time(make_index: Callable[..., Index]) -> None:
    index = make_index(["yol " * 2000] * 600)
    began = time.perf_counter()
    with pytest.raises(QueryTimeoutError):
        index.search('"' + "yol " * 1500 + '"', time_limit=0.05)
    assert time.perf_counter() - began < 20  # in full it takes minutes
