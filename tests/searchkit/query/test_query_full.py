# ruff: noqa: SIM300

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from azanalyzer import Analyzer
from searchkit import Index, QueryError
from searchkit.query.full_syntax import parse_full
from searchkit.query.joins import Joins
from searchkit.query.leaves import Leaves
from searchkit.query.parse import parse
from searchkit.querytree import MOST_EXPANSIONS, AnyOf, Everything, Node, Query, Range, Word
from tests.full_queries import Shown, full_queries
from tests.searchkit.newspaper import SCHEMA, numbers
from tests.strategies import any_text, words

ANALYZER = Analyzer.shared()
TODAY = date(2022, 8, 31)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        # words
        ("neft", "1"),
        ("neft festival", "12"),
        ("Kasım-Jomart", "1"),
        ("24.08.2022", "3"),
        ("saat 12:30 qaz", "13"),
        ("neft - qaz", "13"),
        ("", ""),
        (" \n ", ""),
        ("—", ""),
        ("— neft", "1"),
        ("və neft", "1"),
        # AND, OR, NOT
        ("neft AND qaz", "1"),
        ("neft VƏ qaz", "1"),
        ("neft VE qaz", "1"),
        ("neft AND —", "1"),
        ("neft OR festival", "12"),
        ("neft VƏ YA festival", "12"),
        ("neft VƏ  YA festival", "12"),
        ("neft VƏ ya festival", "12"),
        ("qaz NOT neft", "3"),
        ("qaz DEYİL neft", "3"),
        ("qaz -neft", "3"),
        ("qaz AND NOT neft", "3"),
        ("qaz VƏ neft DEYİL", "3"),
        ("neft DEYİL", "23"),
        ("neft DEYİL qaz", ""),
        ("NOT neft", "23"),
        ("NOT NOT neft", "1"),
        ("NOT -neft", "1"),
        ("--neft", "1"),
        ("DEYİL neft DEYİL", "1"),
        ("NOT neft NOT festival", "3"),
        ("NOT neft AND NOT festival", "3"),
        ("NOT neft OR NOT festival", "123"),
        ("neft OR NOT qaz", "12"),
        ("-Kasım-Jomart", "23"),
        ("and", ""),
        ("neft and qaz", "13"),
        (r"\AND neft", "1"),
        ('"AND" neft', "1"),
        # what binds more: NOT, AND, OR, nothing
        ("festival OR neft AND bmt", "2"),
        ("neft AND bmt OR festival", "2"),
        ("(festival OR neft) AND xəzər", "1"),
        ("festival OR (neft AND xəzər)", "12"),
        ("NOT (neft OR festival)", "3"),
        ("neft (bmt AND festival)", "1"),
        ("(neft)(festival)", "12"),
        ("((((neft))))", "1"),
        # phrases
        ('"neft və qaz"', "1"),
        ("«neft və qaz»", "1"),
        ('"neft qaz"', ""),
        ('"neft qaz"~', "1"),
        ('"neft qaz"~1', "1"),
        ('"neft qaz"~0', ""),
        ('"xəzər qaz"~2', ""),
        ('"xəzər qaz"~3', "1"),
        ('"qaz neft"~9', ""),
        ('"neft \\" və qaz"', "1"),
        ('""', ""),
        ('-"neft və qaz"', "23"),
        # fields
        ("title:qaz", "3"),
        ("title:(qaz OR festival)", "23"),
        ("title:(qaz body:festival)", "3"),
        ("title:(qaz -body:bmt)", ""),
        ("-title:(qaz OR festival)", "1"),
        ('body:"neft və qaz"', "1"),
        ("title:*", "123"),
        ("url:*", None),
        ("*", "123"),
        ("* -neft", "23"),
        # values
        ("tags:iqtisadiyyat", "13"),
        ('tags:"enerji siyasəti"', "1"),
        (r"tags:enerji\ siyasəti", "1"),
        ("tags:(siyasət OR mədəniyyət)", "23"),
        ("tags:(iqtisadiyyat AND siyasət)", "3"),
        ("tags:iqt*", "13"),
        ("tags:enerji*", "1"),
        ("tags:s?yasət", "3"),
        ("tags:siyasat~", "3"),
        ('tags:"enerji siyasati"~', "1"),
        ("tags:*", "123"),
        ("tags:[a TO j]", "13"),
        ("tags:{siyasət TO *]", ""),
        ("id:az-2", "2"),
        ("id:az-*", ""),
        ("id:*", "123"),
        ("id:(az-1 OR az-3)", "13"),
        ("pages:-1", "3"),
        ("pages:2.5", "2"),
        ("pages:2.5-4", "12"),
        ("pages:(0..3 OR 4)", "12"),
        ("date:2022", "12"),
        ('date:"24 avqust 2022"', "1"),
        ("date:(2022-08 OR 2023)", "13"),
        # as many words as are one date
        ("date:avqust 2022", "1"),
        ("date:24 avqust 2022-ci il", "1"),
        ("qaz date:avqust 2022", "1"),
        ("date:avqust 2022 AND bmt", ""),
        ("date:avqust 2022 bmt", ""),
        ("-date:avqust 2022", "23"),
        ("date:avqust 2022 DEYİL", "23"),
        ("neft OR date:yanvar 2023", "13"),
        ("neft (date:yanvar 2023)", ""),
        ("date:(avqust 2022 yanvar 2023)", "13"),
        ("date:(avqust 2022 OR yanvar 2023)", "13"),
        ("date:avqust 2022^2", "1"),
        (r"date:24 avqust\ 2022", "1"),
        ("date:2022 NOT avqust", "12"),
        ('date:2022 "avqust"', ""),
        ("date:2022 (avqust)", ""),
        ("date:2022 title:festival", "2"),
        ("date:2022 -date:2022-08", "2"),
        ("date:>avqust 2022", "23"),
        ("date:<=24 avqust 2022 neft", "1"),
        ("pages:4 2022", ""),
        ("qaz date:2022", "1"),
        ("qaz AND date:2022", "1"),
        ("qaz tags:siyasət^2", "13"),
        ("festival tags:siyasət^2", "23"),
        ("neft OR date:2023", "13"),
        # ranges
        ("date:[2022-08 TO 2022-09]", "12"),
        ("date:[2022-08 TO 2022-09}", "1"),
        ("date:{2022-08 TO 2022-09]", "2"),
        ("date:{2022-08 TO 2022-09}", ""),
        ("date:[* TO 2022-08]", "1"),
        ("date:[2022-09 TO *]", "23"),
        ("date:[* TO *]", "123"),
        ("date:[avqust 2022 TO 1 sentyabr 2022]", "12"),
        ('date:["avqust 2022" TO "31.12.2022"]', "12"),
        ("date:>2022", "3"),
        ("date:>=2022", "123"),
        ("date:<2022-09", "1"),
        ("date:<=2022-09", "12"),
        ('date:<"1 sentyabr 2022"', "1"),
        ("date:(>2022-08 <2023)", "123"),
        ("date:(>2022-08 AND <2023)", "2"),
        ("date:<0001", ""),
        ("date:>9999", ""),
        ("pages:[2 TO 4]", "12"),
        ("pages:[2 TO 4}", "2"),
        ("pages:{2.5 TO 4]", "1"),
        ("pages:[-1 TO -1]", "3"),
        ("pages:{-1 TO -1]", ""),
        ("qaz pages:{4 TO 4}", ""),
        ("pages:>2", "12"),
        ("pages:>2.5", "1"),
        ("pages:>=2.5", "12"),
        ("pages:<0", "3"),
        ("pages:<=-1", "3"),
        ("pages:> 2.5", "1"),
        ("title:[a TO g]", "2"),
        ("title:>xə", "1"),
        # beginnings and wildcards
        ("kit*", "2"),
        ("k*", "123"),
        ("kitablar*", "2"),
        ("genc*", "2"),
        ("kit?b", "2"),
        ("k?ta*", "2"),
        ("KİT?B", "2"),
        ("f*v?l", "2"),
        ("kit??b", ""),
        (r"kit\?b", ""),
        ("title:f*l", "2"),
        ("-f*l", "13"),
        # fuzzy words
        ("festivvl~", "2"),
        ("festivvl", ""),
        ("fastivvl~", ""),
        ("fastivvl~2", "2"),
        ("festivalda~", "2"),
        ("-festivvl~1", "13"),
        # boosts
        ("neft^2", "1"),
        ("(neft OR festival)^0.5", "12"),
        ('"neft və qaz"^3', "1"),
        ('"neft qaz"~1^3', "1"),
        ("title:(qaz)^2", "3"),
        ("date:2022^2", "12"),
    ],
)
def test_what_is_found(query: str, found: str | None, newspaper: Index) -> None:
    if found is None:
        with pytest.raises(QueryError):
            newspaper.search(query, syntax="full")
    else:
        assert found == numbers(newspaper, query, syntax="full")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("neft qaz", "1"),
        ("qaz neft OR bmt", "13"),
        ("neft festival OR xəzər", "1"),
        ("neft OR festival", "12"),
        ("(neft festival) OR bmt", "3"),
        ("date:2022-08 date:2022-09", ""),
        ("NOT neft", "23"),
    ],
)
def test_what_is_found_where_all_words_must_match(query: str, found: str, newspaper: Index) -> None:
    assert found == numbers(newspaper, query, match="all", syntax="full")


@pytest.mark.parametrize(
    ("query", "reason", "position"),
    [
        ("neft AND", "expected a word, a phrase, a field or ( after AND, not the end of the query", 8),
        ("neft VƏ YA", "expected a word, a phrase, a field or ( after VƏ YA, not the end of the query", 10),
        ("AND neft", "expected a word, a phrase, a field or ( before 'AND'", 0),
        ("neft OR OR qaz", "expected a word, a phrase, a field or ( after OR, not 'OR'", 8),
        ("neft NOT", "expected a word, a phrase, a field or ( after NOT, not the end of the query", 8),
        ("(neft NOT)", "expected a word, a phrase, a field or ( after NOT, not ')'", 9),
        ("DEYİL", "expected a word, a phrase, a field or ( after DEYİL, not the end of the query", 5),
        ("()", "expected a word, a phrase, a field or ( between the brackets", 1),
        ("qaz (neft OR (qaz)", "this ( is never closed", 4),
        ("qaz) neft", "this ) closes nothing; expected a word, a phrase, a field or ( or the end", 3),
        ('qaz "neft', "this quote is never closed", 4),
        ('qaz "neft\\"', "this quote is never closed", 4),
        ("qaz \\", "expected a character after \\", 4),
        ("qaz ] neft", "expected a word, a phrase, a field or (, not ']'", 4),
        # fields and values
        ("qaz nosuch:x", "there is no field 'nosuch', only id, title, body, date, tags, pages, url; "
         "text with a colon stands in quotes", 4),
        ("title: qaz", "expected a value right after title:", 6),
        ("qaz (title:)", "expected a value right after title:", 11),
        ("url:x", "the field 'url' is only stored, not searched; text with a colon stands in quotes", 4),
        ("pages:çox", "a number field takes a number, not 'çox'", 6),
        ("pages:4-2", "the range begins after its end: 4 comes after 2", 6),
        ("pages:2*", "a number field takes a number, not '2*'", 6),
        ('pages:"nan"', "a number field takes a finite number of at most 1.8e308", 6),
        (
            "qaz date:2022-13",
            "there is no day, month or year such as '2022-13'",
            9,
        ),
        (
            "date:24 avqst 2022",
            "a date is written like 2022-08-24, 24.08.2022, 24 avqust 2022, avqust 2022, dünən or son 7 gün, "
            "not '24'; quotes say where a date of several words ends",
            5,
        ),
        ("qaz date:31 fevral 2022 neft", "there is no day, month or year such as '31 fevral 2022'; "
         "quotes say where a date of several words ends", 9),
        ("date:>31 fevral 2022", "there is no day, month or year such as '31 fevral 2022'", 6),
        ("date:(2022 OR 31.02.2022)", "there is no day, month or year such as '31.02.2022'", 14),
        # ranges
        ("[a TO b]", "a range needs a field before it, as in date:[2022-01 TO 2022-08]", 0),
        ("pages:[1, 2]", "expected TO, as in [2022-01 TO 2022-08], not ']'", 11),
        ("pages:[1 TO 2", "expected ] or } at the end of the range, not the end of the query", 13),
        ("pages:[1 TO 2)", "expected ] or } at the end of the range, not ')'", 13),
        ("pages:[TO 2]", "expected a value or * before TO, not 'TO'", 7),
        ("pages:[1 TO ]", "expected a value or * before ] or }, not ']'", 12),
        ("pages:[1 TO 2 TO 3]", "expected ] or } at the end of the range, not 'TO'", 14),
        ("pages:[3 TO 2]", "the range begins after its end: 3 comes after 2", 6),
        ("date:[2023 TO 2022]", "the range begins after its end: 2023 comes after 2022", 5),
        ("pages:>", "expected a value after >, not the end of the query", 7),
        ("pages:>=x", "a number field takes a number, not 'x'", 8),
        # wildcards, ~ and ^
        ("qaz *neft", "a word cannot begin with * or ?; write at least its first letter", 4),
        ("?", "a word cannot begin with * or ?; write at least its first letter", 0),
        ("**", "a word cannot begin with * or ?; write at least its first letter", 0),
        ("neft~3", "expected a whole number from 1 to 2 after ~", 5),
        ("neft~0.5", "expected a whole number from 1 to 2 after ~", 5),
        ('"neft qaz"~101', "expected a whole number from 0 to 100 after ~", 11),
        ("ne~", "a word before ~ has from 3 to 40 characters", 0),
        ("e" * 41 + "~", "a word before ~ has from 3 to 40 characters", 0),
        ("e" * 100 + "?", "a word with * or ? in it has at most 100 characters", 0),
        ("12:30~", "~ needs a single word before it, not '12:30'", 0),
        ("ne*t~", "~ follows a word without * and ?, or a phrase", 4),
        ('date:"may 2022"~', "~ needs a field of text or keywords, which 'date' is not", 5),
        ("id:[a TO b]", "ids have no order to be between two of them", 3),
        ("(neft)~2", "expected a word, a phrase, a field or (, not '~': ~ follows a word or a phrase", 6),
        ("neft^", "expected a number from 0.001 to 1000 after ^", 5),
        ("neft^0", "expected a number from 0.001 to 1000 after ^", 5),
        ("neft^1001", "expected a number from 0.001 to 1000 after ^", 5),
        ("neft^-1", "expected a number from 0.001 to 1000 after ^", 5),
        ("neft ^2", "expected a word, a phrase, a field or (, not '^': a boost follows what it weighs", 5),
        # limits
        ("(" * 51 + "neft" + ")" * 51, "groups stand at most 50 deep in each other", 50),
        ("neft " * 257, "the query has more than 256 words; shorten it", 1280),
    ],
)  # fmt: skip
def test_errors_say_what_was_expected_and_where(query: str, reason: str, position: int, newspaper: Index) -> None:
    with pytest.raises(QueryError) as raised:
        newspaper.search(query, syntax="full")
    assert (reason, position) == (raised.value.reason, raised.value.position)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("neft AND )", "expected a word, a phrase, a field or ( after AND, not ')'\n    neft AND )\n             ^"),
        ("e\u0301\nneft)", "this ) closes nothing; expected a word, a phrase, a field or ( or the end\n"
         "    é neft)\n          ^"),
        ("石油 )", "this ) closes nothing; expected a word, a phrase, a field or ( or the end\n    石油 )\n         ^"),
        ("a " * 50 + ") " + "b " * 50, "this ) closes nothing; expected a word, a phrase, a field or ( or the end\n"
         "    …" + "a " * 20 + ") " + "b " * 19 + "…\n    " + " " * 41 + "^"),
    ],
)  # fmt: skip
def test_errors_point_at_the_character(query: str, message: str, newspaper: Index) -> None:
    with pytest.raises(QueryError) as raised:
        newspaper.search(query, syntax="full")
    assert message == str(raised.value)


def test_an_error_shows_the_query_as_it_was_typed(newspaper: Index) -> None:
    with pytest.raises(QueryError) as raised:
        newspaper.search("qaz “neft”) «qaz", syntax="full")
    assert "this ) closes nothing; expected a word, a phrase, a field or ( or the end" == raised.value.reason
    assert ("qaz “neft”) «qaz", 10) == (raised.value.query, raised.value.position)


@pytest.mark.parametrize(
    "query",
    [
        "(" * 50 + "neft" + ")" * 50,
        "(x AND y OR z* -" * 50 + "neft" + ")" * 50,
        "(neft AND NOT qaz -" * 50 + "neft" + ")" * 50,
        "(BMT AND qaz OR xəzər -" * 50 + "neft" + ")" * 50,
    ],
)
def test_deep_queries_are_answered(query: str, newspaper: Index) -> None:
    def deeper(levels: int) -> int:
        return deeper(levels - 1) if levels else newspaper.search(query, syntax="full").total

    assert 0 <= deeper(200) <= 3


def scores(index: Index, query: str) -> dict[str, float]:
    return {hit.id: hit.score for hit in index.search(query, syntax="full")}


def test_boosts_multiply_scores(newspaper: Index) -> None:
    for query in ("neft", '"neft və qaz"', "kit*", "k?t*", "festivvl~", "(neft AND qaz)", "(qaz OR festival -bmt)"):
        once, twice = scores(newspaper, query), scores(newspaper, f"{query}^2")
        assert once
        assert {key: pytest.approx(2 * score) for key, score in once.items()} == twice
    assert scores(newspaper, "((neft^2 festival)^3)^0.5") == pytest.approx(scores(newspaper, "neft^3 festival^1.5"))


def test_a_condition_with_a_boost_is_a_wish(newspaper: Index) -> None:
    assert ["az-3", "az-1"] == [hit.id for hit in newspaper.search("qaz tags:siyasət^5", syntax="full")]
    assert 1 == newspaper.search("qaz tags:siyasət", syntax="full").total


def test_snippets_show_what_was_found(newspaper: Index) -> None:
    for query, marked in [
        ('"neft hasil"~2', "<mark>neft</mark> və qaz <mark>hasil</mark>"),
        ("ha?i*", "neft və qaz <mark>hasil</mark>"),
        ("hosil~", "neft və qaz <mark>hasil</mark>"),
        ("body:[həq TO hət]", None),
        ("body:[has TO hat]", "neft və qaz <mark>hasil</mark>"),
        ("neft NOT bmt", "<mark>neft</mark> və qaz hasil"),
    ]:
        found = newspaper.search(query, syntax="full")
        assert [] == list(found) if marked is None else marked in found[0].snippet().html()


# ---------------------------------------------------------------- trees

NEFT = Word(None, ("neft",), "neft")


def tree(query: str, match_all: bool = False) -> Node | None:
    leaves, joins = Leaves(SCHEMA, ANALYZER, None, TODAY), Joins(SCHEMA, ANALYZER, query)
    return parse_full(query, query, leaves, joins, match_all, 256)[0]


def test_conditions_that_hold_in_any_case_score_nothing() -> None:
    four = Range("pages", 4.0, 4.0)
    for query in ("neft pages:4", "pages:4 neft", "neft AND pages:4", "(neft AND (pages:4))", "(neft pages:4)"):
        assert Query(NEFT, (four,)) == parse(query, SCHEMA, ANALYZER, syntax="full")
    assert Query(Everything(), (four,)) == parse("pages:4", SCHEMA, ANALYZER, syntax="full")
    assert Query(AnyOf((NEFT, four))) == parse("neft OR pages:4", SCHEMA, ANALYZER, syntax="full")


@settings(max_examples=500, deadline=None)
@given(full_queries())
def test_a_tree_that_is_written_down_is_read_again(shown: Shown) -> None:
    assert shown.node == tree(shown.text)


NOISE = ("AND", "OR", "NOT", "VƏ", "YA", "DEYİL", "TO", "(", ")", "[", "]", "{", "}", '"', "~", "^", "2", "*", "?",
         "\\", "-", "title:", "date:", "tags:", "pages:", "id:", "nosuch:", ">", "<=", "2022-08", "son 7 gün", "neft",
         " ", " ")  # fmt: skip


def noise() -> st.SearchStrategy[str]:
    """Operators, signs and words in any order."""
    return st.lists(st.one_of(st.sampled_from(NOISE), st.sampled_from(NOISE), words(), any_text()), max_size=20).map(
        "".join
    )


@settings(max_examples=500, deadline=5_000)
@given(noise(), st.sampled_from(["any", "all"]))
def test_whatever_is_typed_is_answered_or_refused(newspaper: Index, query: str, match: str) -> None:
    try:
        results = newspaper.search(query, match=match, syntax="full")
    except QueryError as error:
        refused = error
    else:
        assert results.total == len(results) <= 3
        for hit in results:
            assert hit.score > 0
            hit.to_dict()
        return
    assert refused.position is not None
    assert 0 <= refused.position <= len(query)
    assert str(refused).startswith(refused.reason)


def test_the_engine_is_told_a_limit_of_expansions() -> None:
    assert 1_000 <= MOST_EXPANSIONS <= 100_000


def test_words_are_the_same_words_in_both_syntaxes(make_index: Callable[..., Index]) -> None:
    index = make_index(["neft və qaz", "qaz ilə neft", "neft qaz və", "neft", "haqqında qaz"])
    for query in ("neft və qaz", "neft", "qaz haqqında neft", "və"):
        found = [[(hit.id, hit.score) for hit in index.search(query, syntax=syntax)] for syntax in ("simple", "full")]
        assert found[0] == found[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (r"path:c\:\\*\\a?txt", ["windows"]),
        (r"path:c\:\\users\\*", ["windows"]),
        (r"path:c\:\\*a", []),
        (r"path:c\:\*a", ["star"]),
    ],
)
def test_an_escaped_backslash_before_a_wildcard(query: str, found: list[str], make_index: Callable[..., Index]) -> None:
    schema = searchkit.Schema(body=searchkit.Text(), path=searchkit.Keyword())
    index = make_index([{"id": "windows", "path": r"c:\users\a.txt"}, {"id": "star", "path": "c:*a"}], schema)
    assert [hit.id for hit in index.search(query, syntax="full")] == found
