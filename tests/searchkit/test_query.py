# ruff: noqa: SIM300

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import searchkit
from azanalyzer import Analyzer
from searchkit import Date, Index, Keyword, Number, QueryError, Schema, Stored, Text
from tests.strategies import queries

Make = Callable[..., Index]

SCHEMA = Schema(title=Text(boost=2), body=Text(), date=Date(), tags=Keyword(), pages=Number(), url=Stored())
DOCUMENTS = [
    {
        "id": "az-1",
        "title": "Xəzərin neft yataqları",
        "body": "Xəzər dənizində neft və qaz hasil olunur. Kasım-Jomart Tokayev Bakıya gəldi.",
        "date": "2022-08-24",
        "tags": ["İqtisadiyyat", "enerji siyasəti"],
        "pages": 4,
        "url": "https://example.az/1",
    },
    {
        "id": "az-2",
        "title": "Gəncədə festival",
        "body": "Şəhərin işıqları yandı, kitablar satıldı. AZƏRTAC-ın müxbiri bildirir.",
        "date": "2022-09-01T19:30",
        "tags": "Mədəniyyət",
        "pages": 2.5,
    },
    {
        "id": "az-3",
        "title": "Qaz kəməri",
        "body": "2022-ci ilin sonunda BMT-nin hesabatı çıxdı. Jomart adlı mühəndis 24.08.2022-də gəldi.",
        "date": "2023-01-10",
        "tags": ["iqtisadiyyat", "siyasət"],
        "pages": -1,
    },
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = searchkit.create(tmp_path_factory.mktemp("query") / "index", SCHEMA)
    with index.writer() as writer:
        for document in DOCUMENTS:
            writer.add(document)
    return index


def numbers(index: Index, query: str, **options: Any) -> str:
    """The numbers of the documents that a query finds, in order, as "13" for az-1 and az-3."""
    results = index.search(query, **options)
    assert results.total == len(results)
    return "".join(sorted(hit.id.removeprefix("az-") for hit in results))


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
        # numbers
        ("pages:4", "1"),
        ("pages:4.0", "1"),
        ("pages:2.5", "2"),
        ("pages:2", ""),
        ("pages:-1", "3"),
        ("pages:0", ""),
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
def test_what_is_found(query: str, found: str, index: Index) -> None:
    assert found == numbers(index, query)


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
        ("", ""),
    ],
)
def test_what_is_found_where_all_words_must_match(query: str, found: str, index: Index) -> None:
    assert found == numbers(index, query, match="all")


@pytest.mark.parametrize(
    ("query", "message", "position"),
    [
        (
            "neft url:example",
            "the field 'url' is only stored, not searched; to look for the text itself, put all of it in quotes",
            5,
        ),
        ("date:avqust", "date:avqust: a date field takes ISO 8601 such as 2022-08-24, not 'avqust'", 0),
        ("qaz -date:2022-13", "date:2022-13: a date field takes ISO 8601 such as 2022-08-24, not '2022-13'", 4),
        ("pages:çox", "pages:çox: a number field takes a number, not 'çox'", 0),
        ("pages:1e999", "pages:1e999: a number field takes a finite number of at most 1.8e308", 0),
        (
            "date:0001-01-01T00:00+14:00",
            "date:0001-01-01T00:00+14:00: a date field takes years from 1 to 9999, "
            "which 0001-01-01T00:00+14:00 leaves in UTC",
            0,
        ),
        ("a" * 10_001, "the query has 10,001 characters; at most 10,000 are allowed", None),
        ("kitab " * 300, "the query has more than 256 words; shorten it", None),
        ("a-" * 500 + "a", "the query has more than 256 words; shorten it", None),
    ],
)
def test_what_cannot_be_asked(query: str, message: str, position: int | None, index: Index) -> None:
    with pytest.raises(QueryError) as raised:
        index.search(query)
    assert message == str(raised.value)
    assert position == raised.value.position


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"query": 5}, "a query is a string, not int"),
        ({"query": None}, "a query is a string, not NoneType"),
        ({"match": "some"}, "match is 'any' or 'all', not 'some'"),
        ({"limit": -1}, "limit and offset are whole numbers from 0 on, not -1 and 0"),
        ({"offset": -5}, "limit and offset are whole numbers from 0 on, not 10 and -5"),
        ({"limit": 2.5}, "limit and offset are whole numbers from 0 on, not 2.5 and 0"),
        ({"limit": None}, "limit and offset are whole numbers from 0 on, not None and 0"),
    ],
)
def test_arguments_that_cannot_be(arguments: dict[str, Any], message: str, index: Index) -> None:
    with pytest.raises(QueryError) as raised:
        index.search(**{"query": "qaz", **arguments})
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
    if query == "date:20240131" and sys.version_info < (3, 11):
        pytest.skip("Python 3.10 reads no dates without hyphens")
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    step = timedelta(microseconds=1)
    moments = [begin - step, begin, end, end + step]
    index = make_index({"id": f"az-{number}", "date": moment} for number, moment in enumerate(moments))
    assert "12" == numbers(index, query)


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


# ---------------------------------------------------------------- synonyms


@pytest.fixture(scope="module")
def united(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = searchkit.create(tmp_path_factory.mktemp("united") / "index")
    with index.writer() as writer:
        for number, body in enumerate(
            [
                "BMT-nin iclası keçirildi",
                "Birləşmiş Millətlər Təşkilatının iclası keçirildi",
                "Təşkilatın iclası: birləşmiş işçilər, başqa millətlər",
                "Yağış yağdı",
            ],
            1,
        ):
            writer.add({"id": f"az-{number}", "body": body})
    return index


@pytest.mark.parametrize(
    ("query", "match", "found"),
    [
        ("BMT", "any", "12"),
        ("BMT", "all", "12"),
        ("BMT iclası", "all", "12"),
        ("Birləşmiş Millətlər Təşkilatı", "any", "123"),
        ("Birləşmiş Millətlər Təşkilatı", "all", "123"),
        ("Birləşmiş Millətlər Təşkilatı yağış", "all", ""),
        ('"Birləşmiş Millətlər Təşkilatı"', "any", "2"),
        ("iclas -BMT", "any", "23"),
        ("body:BMT", "any", "1"),
    ],
)
def test_other_ways_to_say_the_same(query: str, match: str, found: str, united: Index) -> None:
    assert found == numbers(united, query, match=match)


def test_what_was_typed_comes_before_its_synonym(united: Index) -> None:
    assert ["az-1", "az-2"] == [hit.id for hit in united.search("BMT")]


def test_synonyms_are_marked(united: Index) -> None:
    marked = {hit.id: hit.snippet().html() for hit in united.search("BMT")}
    assert {
        "az-1": "<mark>BMT-nin</mark> iclası keçirildi",
        "az-2": "<mark>Birləşmiş</mark> <mark>Millətlər</mark> <mark>Təşkilatının</mark> iclası keçirildi",
    } == marked


# ---------------------------------------------------------------- long, strange and costly queries


@pytest.mark.parametrize(
    "query",
    [
        "a" * 10_000,
        "İ" * 10_000,
        "\u0307" * 10_000,
        "I\u0307" * 5_000,
        "a'" * 5_000,
        "a." * 5_000,
        "." * 10_000,
        "@" * 10_000,
        "#" * 10_000,
        '"' * 10_000,
        "(" * 10_000,
        ":" * 10_000,
        "a:" * 200,
        "-" * 10_000,
        "*" * 10_000,
        "1" * 10_000,
        "1," * 5_000,
        "кит" * 3_000,
        "https://" + "a/" * 4_900,
        '"' + "on qala " * 60 + '"',
        '"' + "on " * 3_000 + '"',
        "on " * 250,
        "ki* " * 250,
        "- " * 5_000,
        "-kitab " * 250,
    ],
    ids=lambda query: query[:8],
)
def test_no_query_takes_long(query: str, index: Index) -> None:
    started = time.monotonic()
    index.search(query)
    assert time.monotonic() - started < 5


@settings(max_examples=300, deadline=5_000)
@given(queries(), st.sampled_from(["any", "all"]))
def test_whatever_is_typed_is_answered_or_refused(index: Index, query: str, match: str) -> None:
    try:
        results = index.search(query, match=match)
    except QueryError:
        return
    assert results.total == len(results) <= 3
    for hit in results:
        assert hit.score > 0
        hit.to_dict()


# ---------------------------------------------------------------- against a model

WORDS = ("kitab", "kitabların", "neft", "neftdən", "dəniz", "dənizə", "şəhər", "qanunlar", "məktəbdə", "ön", "on")
ANALYZER = Analyzer.shared()


class Part(NamedTuple):
    """A part of a query and what it means to the model."""

    text: str
    kind: str
    field: str
    excluded: bool


def parts() -> st.SearchStrategy[Part]:
    def part(kind: str, words: list[str], field: str, excluded: bool, number: int) -> Part:
        text, name = {
            "word": (words[0], field),
            "phrase": (f'"{" ".join(words)}"', field),
            "prefix": (words[0][:3] + "*", field),
            "tags": (f"t{number}", "tags"),
            "pages": (str(number), "pages"),
            "date": (f"202{number}", "date"),
        }[kind]
        return Part(f"{'-' * excluded}{name + ':' if name else ''}{text}", kind, name, excluded)

    return st.builds(
        part,
        st.sampled_from(["word", "word", "word", "phrase", "phrase", "prefix", "tags", "pages", "date"]),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        st.sampled_from(["", "", "title", "body"]),
        st.sampled_from([False, False, False, True]),
        st.integers(0, 3),
    )


class Model:
    """An index, and its documents for searching them the slow way."""

    def __init__(self, index: Index, documents: dict[str, dict[str, Any]]) -> None:
        self.index = index
        self.documents = documents

    def find(self, parts: list[Part], match: str) -> set[str]:
        """The ids of the documents that a query of these parts is to find."""
        typed = ANALYZER.typed_in_ascii(" ".join(part.text for part in parts))
        join = any if match == "any" else all
        groups: dict[str, list[Part]] = {}
        for part in parts:
            if not part.excluded:
                groups.setdefault(part.kind if part.kind in ("tags", "pages", "date") else "words", []).append(part)
        return {
            key
            for key, document in self.documents.items()
            if all(join(fits(part, document, typed) for part in group) for group in groups.values())
            and not any(fits(part, document, typed) for part in parts if part.excluded)
        }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """An index with several segments and deleted documents."""
    index = searchkit.create(tmp_path_factory.mktemp("model") / "index", SCHEMA)
    choose = random.Random(22)
    documents: dict[str, dict[str, Any]] = {}
    for size in (60, 25, 12, 6):
        with index.writer() as writer:
            for _ in range(size):
                document = {
                    "id": str(choose.randrange(90)),
                    "title": " ".join(choose.choices(WORDS, k=choose.randrange(4))),
                    "body": " ".join(choose.choices(WORDS, k=choose.randrange(12))),
                    "tags": [f"T{choose.randrange(4)}" for _ in range(choose.randrange(3))],
                    "pages": choose.randrange(4),
                    "date": f"202{choose.randrange(4)}-0{choose.randrange(1, 10)}-17",
                }
                writer.add(document)
                documents[document["id"]] = document
            for _ in range(3):
                key = choose.choice(list(documents))
                writer.delete(key)
                del documents[key]
    return Model(index, documents)


def fits(part: Part, document: dict[str, Any], typed_in_ascii: bool) -> bool:
    """Whether a document has what a part of a query asks for."""
    text = part.text.removeprefix("-").removeprefix(f"{part.field}:")
    if part.kind == "tags":
        return text.upper() in document["tags"]
    if part.kind == "pages":
        return int(text) == document["pages"]
    if part.kind == "date":
        return document["date"].startswith(text)
    for field in [part.field] if part.field else ["title", "body"]:
        terms = ANALYZER.terms(document[field])
        if part.kind == "prefix":
            if any(term.startswith(text[:-1]) for term in terms):
                return True
            continue
        places = ANALYZER.query_terms(text.strip('"'), typed_in_ascii)
        starts = range(len(terms) - len(places) + 1)
        if any(all(terms[at + step] in place for step, place in enumerate(places)) for at in starts):
            return True
    return False


# A failing query is short anyway; to make it shorter would take minutes.
@settings(max_examples=120, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(parts(), min_size=1, max_size=5), st.sampled_from(["any", "all"]), st.integers(2, 20))
def test_a_query_finds_what_a_model_finds(model: Model, parts: list[Part], match: str, page: int) -> None:
    query = " ".join(part.text for part in parts)
    index, expected = model.index, model.find(parts, match)
    results = index.search(query, match=match, limit=1000)
    assert expected == {hit.id for hit in results}
    assert len(expected) == results.total == len(results)
    everything = [(hit.id, hit.score) for hit in results]
    assert sorted((score for _, score in everything), reverse=True) == [score for _, score in everything]
    paged = []
    for offset in range(0, len(everything) + page, page):
        part_of = index.search(query, match=match, limit=page, offset=offset)
        assert len(expected) == part_of.total
        assert list(range(offset + 1, offset + len(part_of) + 1)) == [hit.rank for hit in part_of]
        paged += [(hit.id, hit.score) for hit in part_of]
    assert everything == paged


def test_limit_and_offset(make_index: Make, tmp_path: Path) -> None:
    index = make_index(["kitab"] * 7)
    assert 10 == index.search.__defaults__[0]  # type: ignore[index]
    for limit, offset, expected in [(3, 0, 3), (3, 6, 1), (3, 7, 0), (0, 0, 0), (10**12, 0, 7), (1, 10**12, 0)]:
        results = index.search("kitab", limit=limit, offset=offset)
        assert (7, expected) == (results.total, len(results))
