# ruff: noqa: SIM300

"""What is found in texts, compared with the slow way: each token of the text against each part of the query."""

from __future__ import annotations

import fnmatch
import itertools
import re
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from azanalyzer import Analyzer, Token
from searchkit import Date, Keyword, QueryError, Schema, Text
from searchkit.edits import edit_distance
from searchkit.highlighting.matches import Match, Matcher
from searchkit.query.parse import parse
from searchkit.querytree import Exact, Fuzzy, Phrase, Prefix, Query, Range, Wildcard, Word, glob, wanted_leaves
from tests.strategies import az_texts, queries, texts, words

ANALYZER = Analyzer.shared()
SCHEMA = Schema(body=Text(), title=Text(), tags=Keyword())
CORPUS = Path(__file__).parents[3] / "corpus"


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
        return term.startswith(leaf.prefixes) or term in leaf.terms
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
    found = [[(match.start, match.end) for match in matcher.matches(text)] for text, _ in articles()]
    assert any(found)
    assert [slowly(tokens, asked) for _, tokens in articles()] == found


@pytest.mark.parametrize(
    "query", ["kit?b* neft~", "döv*t qan?n", '"ali məktəb*" "yeni qanun"~3', "konstitusya~2", "b*"]
)
def test_patterns_in_the_articles_as_the_slow_way(query: str) -> None:
    asked = parsed(query, "full")
    matcher = Matcher(asked, "body", ANALYZER)
    found = [[(match.start, match.end) for match in matcher.matches(text)] for text, _ in articles()]
    assert any(found)
    assert [slowly(tokens, asked) for _, tokens in articles()] == found


@settings(max_examples=400, deadline=None)
@given(st.one_of(texts(), az_texts()), st.one_of(queries(), st.lists(words(), max_size=4).map(" ".join)))
def test_as_the_slow_way(text: str, query: str) -> None:
    asked = parsed(query)
    assume(not any(isinstance(leaf, (Exact, Range)) for leaf in wanted_leaves(asked.root)))
    found = matches(text, asked)
    assert slowly(list(ANALYZER.tokens(text)), asked) == [(match.start, match.end) for match in found]


# Words that are found in other ways than by the letters that they begin with in today's spelling.
SPECIAL = """\
Sənəd 2022-ci ildə, XX əsrin 90-cı illərində, 12.05.2022 tarixində və 1.500 manatla imzalanıb: 20%, (iv) bənd, ٢٠ il.
BMT-nin, B.M.T. və Birləşmiş Millətlər Təşkilatının ABŞ-dakı nümayəndələri; b.e.ə. 5G-də, AZƏRTAC-a, BMTnin, İİV-lər.
Mə'lum, mə’lumdur, məʼlum, sən`ət; Bakı'da, «Qarabağ»ın, "neft"-in; neft/qaz,neft-qaz (neft) №3 neft5 #neft @neft.
Otağa, oğlum, gedir, edə-edə, hisdən, həy, dəyişiyliyi, iwleyir, gozal Azerbaycan, sheher, şəhər, Nakhchivan, yaxshı.
Азәрбајҹан мәктәбләриндә китаблар охунур, Бакыда нефт чыхарылыр.
Новая экономика России и объект в Ёлкино, нефть XX века.
Bаkı və neft Кәнд-дә; Азəрбаjҹан, ABŞ-da kitab.
école naïve α-neft éneft nefté ki\u00adtab e\u0301 kıtab ｎｅｆｔ ＢＭＴ ﬁlm 𝐧𝐞𝐟𝐭 \
neft\u2003neft\x1cneft\u00a0neft\u200bneft CO₂ x².
http://neft.az/kitab-evi neft@mail.az neft.gov.az www.neft.az hekim, doktor, tabib; universitet və ali məktəb, maşın.
"""
ASKED = """\
sənəd | 2022 | 2022-ci il | xx əsr | 20 | 12.05.2022 | 1500 manat | 20% | iv | 4 | bmt | BMT | abş | beə | b.e.ə. | 5g
Birləşmiş Millətlər Təşkilatı | azərtac | iiv | məlum | sənət | bakı | qarabağ | neft | neft-qaz | "neft qaz" | #neft
otaq | oğul | get | et | edə-edə | hiss | həkk | dəyişiklik | işlə | gözəl azərbaycan | gozel azerbaycan | şəhər | seher
naxçıvan | yaxşı | мәктәб | китаб | бакы | экономика | Россия | ёлкино | объект | нефть | kənd | ecole | naive | kitab
kıtab | film | co2 | x2 | neft.az | http://neft.az/kitab-evi | neft@mail.az | həkim | universitet | avtomobil | doktor
a | və | n* | oğ* | mək* bak* | b.* | 2* | "xx əsr" | "ali mək*" | -neft bakı"""
ASKED_IN_FULL = 'n?ft | k*b | kit* | neft~ | sened~2 | "neft qaz"~3 | мәкт* | body:[neft TO qaz] | 2?'


ALL_ASKED = [
    *((query, "simple") for query in re.split(r" \| |\n", ASKED)),
    *((query, "full") for query in ASKED_IN_FULL.split(" | ")),
]


def test_nearly_all_that_is_asked_for_is_there() -> None:
    nothing = [query for query, syntax in ALL_ASKED if not matches(SPECIAL, parsed(query, syntax))]
    assert ["naxçıvan", "yaxşı", "x2", "a", "n*", "b.*", "2*", '"ali mək*"'] == nothing


@pytest.mark.parametrize(("query", "syntax"), ALL_ASKED)
def test_no_word_that_is_passed_over_is_asked_for(query: str, syntax: str) -> None:
    asked = parsed(query, syntax)
    for text in (SPECIAL, *SPECIAL.splitlines(), SPECIAL.upper(), articles()[0][0]):
        every_word = Matcher(asked, "body", ANALYZER)
        every_word._sieve = ANALYZER.sieve([], [""])
        assert every_word.matches(text) == matches(text, asked)


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


@pytest.mark.parametrize("query", ['"' + "a " * 2_000 + '"', '"' + "a b " * 300 + '"~9'])
def test_a_long_phrase_in_a_text_of_its_words(query: str) -> None:
    asked = parsed(query, "full")
    began = time.process_time()
    assert matches("a " * 6_000 + "a b " * 3_000, asked)
    assert time.process_time() - began < 3  # more than twice as long before, and hundreds of megabytes


def test_phrases_in_many_lines_of_cyrillic() -> None:
    asked = parsed('"kitab gəncə"')
    began = time.process_time()
    assert len(matches("китаб\nҝәнҹә вә дәниз\n" * 4_000, asked)) == 4_000
    assert time.process_time() - began < 2  # ten before


def test_a_phrase_that_goes_on_through_a_text() -> None:
    asked = parsed('"ha ha"')
    began = time.process_time()
    [match] = matches("ha " * 60_000, asked)
    assert len(match.words) == 60_000
    assert time.process_time() - began < 2  # four before


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
