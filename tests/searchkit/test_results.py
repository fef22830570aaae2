# ruff: noqa: SIM300

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from searchkit import Date, Index, Keyword, Schema, Stored, Text

Make = Callable[..., Index]

DOCUMENT = {
    "id": "az-1",
    "title": "Xəzərin nefti",
    "body": "Xəzər dənizində neft hasil olunur.",
    "date": "2022-08-24",
    "url": "https://example.az/?a=1&b=2",
    "source": ["AZƏRTAC", "Şəki"],
    "unknown": {"deep": [1, None, True]},
}


def test_to_dict_has_the_shape_of_the_design(make_index: Make) -> None:
    results = make_index([DOCUMENT, {"id": "az-2", "title": "Neft"}]).search("neft dəniz", limit=1)
    (hit,) = results
    expected = {
        "query": "neft dəniz",
        "total": 2,
        "took_ms": pytest.approx(results.took_ms, abs=0.001),
        "suggestion": None,
        "hits": [
            {
                "rank": 1,
                "id": "az-1",
                "score": pytest.approx(hit.score, abs=1e-6),
                "fields": DOCUMENT,
                "snippets": {
                    "body": {
                        "html": "Xəzər <mark>dənizində</mark> <mark>neft</mark> hasil olunur.",
                        "text": "Xəzər dənizində neft hasil olunur.",
                    }
                },
            }
        ],
    }
    actual = results.to_dict()
    assert expected == actual
    # Keys come in the order of the design page, and JSON can hold it all.
    assert ["query", "total", "took_ms", "suggestion", "hits"] == list(actual)
    assert ["rank", "id", "score", "fields", "snippets"] == list(actual["hits"][0])
    assert actual == json.loads(json.dumps(actual))


def test_to_dict_without_hits(make_index: Make) -> None:
    actual = make_index([DOCUMENT]).search("xəzar").to_dict()
    assert {"query": "xəzar", "total": 0, "suggestion": "xəzər", "hits": []} == {
        key: value for key, value in actual.items() if key != "took_ms"
    }
    assert 0 < actual["took_ms"] < 60_000


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["title", "body", "lead"], ["body", "lead"]),
        (["title"], ["title"]),
        (["body"], ["body"]),
        ([], []),
    ],
)
def test_snippets_of_every_text_but_the_first(fields: list[str], expected: list[str], make_index: Make) -> None:
    schema = Schema(title=Text(), body=Text(), lead=Text(), tags=Keyword(), url=Stored(), date=Date())
    document = {"id": "1", "tags": "neft", "url": "neft", **dict.fromkeys(fields, "neft")}
    (hit,) = make_index([document], schema).search("tags:neft")
    assert expected == list(hit.to_dict()["snippets"])


def test_a_hit_gives_the_fields(make_index: Make) -> None:
    (hit,) = make_index([DOCUMENT]).search("neft")
    assert (1, "az-1", "Xəzərin nefti") == (hit.rank, hit.id, hit["title"])
    assert DOCUMENT == hit.fields
    assert DOCUMENT["unknown"] == hit["unknown"]
    assert hit.get("nosuch") is None
    assert "-" == hit.get("nosuch", "-")
    with pytest.raises(KeyError, match="nosuch"):
        hit["nosuch"]
    assert f"<Hit 1 'az-1' {hit.score:.3f}>" == repr(hit)


def test_a_hit_is_read_as_a_mapping(make_index: Make) -> None:
    document = {**DOCUMENT, "body": DOCUMENT["body"] * 20, "empty": []}
    (hit,) = make_index([document]).search("neft")
    assert (True, True, False) == ("url" in hit, "body" in hit, "nosuch" in hit)
    assert list(document) == list(hit) == list(hit.keys())
    assert len(document) == len(hit)
    store = hit.fields._store
    assert store is not None, "what is long has not been read"
    assert document == dict(hit) == dict(hit.items()) == {**hit}
    assert list(document.values()) == list(hit.values())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(None, list(DOCUMENT)), (["url", "title", "nosuch"], ["title", "url"]), ("date", ["date"]), ([], [])],
)
def test_to_dict_with_chosen_fields(fields: list[str] | None, expected: list[str], make_index: Make) -> None:
    results = make_index([DOCUMENT] * 2).search("neft")
    given = None if fields is None else iter(fields) if isinstance(fields, list) else fields
    found = results.to_dict(fields=given)
    assert found["hits"]
    for hit, described in zip(results, found["hits"], strict=True):
        assert {name: DOCUMENT[name] for name in expected} == described["fields"]
        assert expected == list(described["fields"])
        assert described == hit.to_dict(fields=fields)
        assert ["body"] == list(described["snippets"])


def test_snippets_of_what_is_no_text(make_index: Make) -> None:
    (hit,) = make_index([{**DOCUMENT, "body": ["Neft və qaz.", "Dəniz."], "number": 5}]).search("neft")
    assert "Neft və qaz. Dəniz." == hit.snippet().text
    assert "" == hit.snippet("nosuch").text
    assert "" == hit.snippet("number").text
    assert len(hit.snippet(length=20).text) <= 20


def test_results_are_a_sequence(make_index: Make) -> None:
    results = make_index(["neft"] * 5).search("neft", limit=3)
    assert (3, 5) == (len(results), results.total)
    assert ["1", "2", "3"] == [hit.id for hit in results]
    assert "3" == results[-1].id
    assert ["2", "3"] == [hit.id for hit in results[1:]]
    with pytest.raises(IndexError):
        results[3]
    assert "<Results 3 of 5 for 'neft'>" == repr(results)


def test_ranks_go_on_from_page_to_page(make_index: Make) -> None:
    index = make_index(["neft"] * 5)
    assert [3, 4] == [hit.rank for hit in index.search("neft", limit=2, offset=2)]


# ---------------------------------------------------------------- did you mean


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("tokayef", "tokayev"),
        ("tokayv", "tokayev"),
        ("tokqayev", "tokayev"),
        ("tkoayev", "tokayev"),
        ("tkoayef", "tokayev"),
        ("tqkqyev", None),
        ("tqqqyev", None),
        ('"tokayef prezident"', '"tokayev prezident"'),
        ("title:tokayef", "title:tokayev"),
        ("(tokayef)!", "(tokayev)!"),
        ("tokayef -tokayef", "tokayev -tokayef"),
        ("http://tokayef", None),
        ("tokayef*", None),
        ("12tokayef", None),
        ("nosuchword", None),
        ("xqz", None),
        ("", None),
        (" ".join(["tokayef"] * 8), " ".join(["tokayev"] * 8)),
        (" ".join(["tokayef"] * 9), None),
    ],
)
def test_what_was_meant(query: str, suggestion: str | None, make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "Tokayev", "body": "neft"}])
    results = index.search(query)
    assert (0, suggestion) == (results.total, results.suggestion)


def test_what_is_found_gets_no_suggestion(make_index: Make) -> None:
    assert make_index(["tokayev tokayef"]).search("tokayef").suggestion is None


def test_of_two_near_words_the_more_common_is_meant(make_index: Make) -> None:
    index = make_index(["tokazev", "tokayev", "tokayev", "tokaxev"])
    assert "tokayev" == index.search("tokawev").suggestion
