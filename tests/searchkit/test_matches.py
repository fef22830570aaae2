# ruff: noqa: SIM300

"""What is found in texts, compared with the slow way: each token of the text against each part of the query."""

from __future__ import annotations

import fnmatch
import itertools
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from azanalyzer import Analyzer, Token
from searchkit import Date, Keyword, QueryError, Schema, Text
from searchkit.edits import edit_distance
from searchkit.matches import Match, Matcher
from searchkit.query import parse
from searchkit.querytree import Exact, Fuzzy, Phrase, Prefix, Query, Range, Wildcard, Word, glob, wanted_leaves
from tests.strategies import az_texts, queries, texts, words

ANALYZER = Analyzer.shared()
SCHEMA = Schema(body=Text(), title=Text(), tags=Keyword())
CORPUS = Path(__file__).parents[2] / "corpus"


def parsed(query: str, syntax: str = "simple") -> Query:
    try:
        return parse(query, SCHEMA, ANALYZER, syntax=syntax)
    except QueryError:
        assume(False)
        raise


def matches(text: str, query: Query, field: str = "body") -> list[Match]:
    return Matcher(query, field, ANALYZER).matches(text)


def fits(term: str, leaf: object) -> bool:
    if isinstance(leaf, Word):
        return term in leaf.terms
    if isinstance(leaf, Prefix):
        return term.startswith(leaf.prefixes)
    if isinstance(leaf, Wildcard):
        return any(fnmatch.fnmatchcase(term, glob(pattern)) for pattern in leaf.patterns)
    if isinstance(leaf, Fuzzy):
        return any(
            term[0] == like[0] and edit_distance(term, like, leaf.distance) <= leaf.distance for like in leaf.terms
        )
    assert isinstance(leaf, (Phrase, Exact, Range))
    return False


def sequences(tokens: list[Token], phrase: Phrase) -> list[tuple[int, ...]]:
    """Every way to go through a phrase, token by token, by trying all of them."""
    found: list[tuple[int, ...]] = [(n,) for n, token in enumerate(tokens) if token.term in phrase.places[0]]
    for place in phrase.places[1:]:
        found = [
            (*way, number)
            for way in found
            for number in range(max(way[-1] - 9, 0), len(tokens))
            if tokens[number].term in place
            and 0 < tokens[number].position - tokens[way[-1]].position <= phrase.slop + 1
        ]
    return found


def slowly(tokens: list[Token], query: Query, field: str = "body") -> list[tuple[int, int]]:
    leaves = [leaf for leaf in wanted_leaves(query.root) if leaf.field in (None, field)]
    spans = [(token.start, token.end) for token in tokens if any(fits(token.term, leaf) for leaf in leaves)]
    for leaf in leaves:
        if isinstance(leaf, Phrase):
            for way in sequences(tokens, leaf):
                spans += [(tokens[number].start, tokens[number].end) for number in way]
                for left, right in itertools.pairwise(way):
                    if tokens[right].position == tokens[left].position + 1:
                        spans.append((tokens[left].start, tokens[right].end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@cache
def articles() -> list[tuple[str, list[Token]]]:
    found = [path.read_text("utf-8") for path in sorted((CORPUS / "articles").glob("*.md"))]
    return [(text, list(ANALYZER.tokens(text))) for text in found]


CORPUS_QUERIES = [line.split("\t")[2] for line in (CORPUS / "queries.tsv").read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize("query", [*CORPUS_QUERIES, "mən o bu", "20 1995 5", "azər* döv*", '"Milli Məclis"', "və"])
def test_in_the_articles_as_the_slow_way(query: str) -> None:
    asked = parsed(query)
    matcher = Matcher(asked, "body", ANALYZER)
    for text, tokens in articles():
        assert slowly(tokens, asked) == [(match.start, match.end) for match in matcher.matches(text)]


@pytest.mark.parametrize(
    "query", ["kit?b* neft~", "döv*t qan?n", '"ali məktəb*" "yeni qanun"~3', "konstitusya~2", "b*"]
)
def test_patterns_in_the_articles_as_the_slow_way(query: str) -> None:
    asked = parsed(query, "full")
    matcher = Matcher(asked, "body", ANALYZER)
    for text, tokens in articles():
        assert slowly(tokens, asked) == [(match.start, match.end) for match in matcher.matches(text)]


@settings(max_examples=400, deadline=None)
@given(st.one_of(texts(), az_texts()), st.one_of(queries(), st.lists(words(), max_size=4).map(" ".join)))
def test_as_the_slow_way(text: str, query: str) -> None:
    asked = parsed(query)
    assume(not any(isinstance(leaf, (Exact, Range)) for leaf in wanted_leaves(asked.root)))
    found = matches(text, asked)
    assert slowly(list(ANALYZER.tokens(text)), asked) == [(match.start, match.end) for match in found]


FEW = st.lists(
    st.sampled_from(
        ["neft", "qaz", "Neftin", "qazı", "yol", "neft-qaz", "—", "2022", "нефт", "\n", "neft,qaz", "(yol)"]
    )
)


@settings(max_examples=500, deadline=None)
@given(FEW.map(" ".join), FEW.map(" ".join), st.integers(0, 3))
def test_phrases_as_the_slow_way(text: str, phrase: str, slop: int) -> None:
    asked = parsed(f'"{phrase}"~{slop}' if slop else f'"{phrase}" yol', "full" if slop else "simple")
    found = matches(text, asked)
    assert slowly(list(ANALYZER.tokens(text)), asked) == [(match.start, match.end) for match in found]


@settings(max_examples=200, deadline=None)
@given(texts(), st.lists(words(), min_size=1, max_size=4).map(" ".join))
def test_matches_hold_their_words(text: str, query: str) -> None:
    for match in matches(text, parsed(query)):
        assert match.first <= match.start < match.end <= match.last
        assert match.keys
        assert match.words
        assert not text[match.first : match.first + 1].isspace()
        assert match.first == 0 or text[match.first - 1].isspace()
        assert match.last == len(text) or text[match.last].isspace()
        end = match.start
        for word in match.words:
            assert end <= word.start < word.end <= match.end
            assert word.term in ANALYZER.terms(text[word.start : word.end])
            end = word.end


def keys(text: str, query: str) -> list[tuple[int, ...]]:
    return [match.keys for match in matches(text, parsed(query))]


def test_other_ways_to_say_a_word_count_as_the_word() -> None:
    said, other, qaz = keys("BMT, Birləşmiş Millətlər Təşkilatı, qaz", "BMT qaz")
    assert said == other
    assert said != qaz


def test_a_phrase_weighs_as_much_as_its_words() -> None:
    assert [1, 3] == sorted(Matcher(parsed('yol "neft qaz su"'), "body", ANALYZER).weights.values())


@pytest.mark.parametrize("query", ["", "title:neft", "-neft", "tags:x", "xyz"])
def test_nothing_is_found(query: str) -> None:
    assert [] == matches("qaz yol", parsed(query))


def test_ranges_mark_words_only_where_the_field_holds_text() -> None:
    schema = Schema(body=Text(), date=Date())
    text = "Neft 2022-08-24 ocaq qaz yol"
    asked = parse("body:[neft TO qaz]", schema, ANALYZER, syntax="full")
    assert ["Neft", "ocaq", "qaz"] == [text[match.start : match.end] for match in matches(text, asked)]
    for query, field in (("body:*", "body"), ("date:[2022 TO *]^2", "date"), ("date:*^2", "date")):
        assert [] == matches(text, parse(query, schema, ANALYZER, syntax="full"), field)
