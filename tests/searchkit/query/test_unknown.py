# ruff: noqa: SIM300
"""Names that the lexicon does not have are found however their letters were typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from searchkit import Index, Schema, Text

Make = Callable[..., Index]

TEXTS = [
    "Zərtülbəy Çıngızoğlu Şəpşünlü kəndində yaşayır.",
    "Zertulbeyin evi bagdadir.",
    "Gözəl hava, təzə çörək.",
    "Gözəl hava, köhnə kitab.",
]


@pytest.mark.parametrize(
    ("query", "options", "found"),
    [
        ("Şəpşünlü", {}, "1"),
        ("Sepsunlu", {}, "1"),
        ("sepsunluden", {}, "1"),
        ("SHEPSHUNLU", {}, "1"),
        ("cingizoglunun", {}, "1"),
        ("Zertulbey", {}, "1 2"),
        ("Zərtülbəy", {}, "1 2"),
        ("zertulbeyden Şəpşünlü", {"match": "all"}, "1"),
        ('"zertulbey cingizoglu"', {}, "1"),
        ("gozel -zertulbey", {}, "3 4"),
        ("zertulbey -sepsunlu", {}, "2"),
        ("body:sepsunlu", {}, "1"),
        ("(sepsunlu OR corek) AND NOT hava", {"syntax": "full"}, "1"),
        ('"sepsunlu yasa"~2', {"syntax": "full"}, "1"),
        ("sepsunlug", {}, ""),
        ("sepsunluler", {}, "1"),
        ("sepsunlular", {}, "1"),
        ("sep", {}, ""),
    ],
)
def test_diacritics_that_only_documents_tell(query: str, options: dict[str, Any], found: str, make_index: Make) -> None:
    index = make_index(TEXTS)
    assert found.split() == sorted(hit.id for hit in index.search(query, **options))


@pytest.mark.parametrize("query", ["Velqon", "Velqonu", "velqonlar", "VELQONUN"])
def test_forms_of_a_word_that_a_guess_parts_otherwise(query: str, make_index: Make) -> None:
    index = make_index(["Velqonu gördüm.", "Velqon gəldi.", "Velqonlar gəldi.", "Velqonov gəldi."])
    assert {"1", "2", "3"} == {hit.id for hit in index.search(query)}


def test_the_spelling_typed_comes_first(make_index: Make) -> None:
    index = make_index(["Zertulbey gəldi.", "Zərtülbəy gəldi."] * 3)
    for query, first in (("Zertulbey", {"1", "3", "5"}), ("Zərtülbəy", {"2", "4", "6"})):
        assert first == {hit.id for hit in index.search(query, 3)}


def test_words_of_the_language_stay_what_they_are(make_index: Make) -> None:
    index = make_index(["Ön sıra.", "On alma."])
    assert ["1"] == [hit.id for hit in index.search("ön sözü")]
    assert ["2"] == [hit.id for hit in index.search("on söz")]


def test_found_in_the_fields_searched(make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "Zərtülbəy", "body": "ev"}], Schema(title=Text(), body=Text()))
    assert 1 == index.search("zertulbey", fields="title").total
    assert 0 == index.search("zertulbey", fields="body").total
    assert 0 == index.search("body:zertulbey").total


def test_what_a_commit_brings_is_known(make_index: Make) -> None:
    index = make_index(["başqa"])
    assert 0 == index.search("zertulbey").total
    with index.writer() as writer:
        writer.add({"id": "2", "title": "", "body": "Zərtülbəy"})
    assert ["2"] == [hit.id for hit in index.search("zertulbey")]


def test_marked_and_explained_as_found(make_index: Make) -> None:
    [hit] = make_index(TEXTS[:1]).search("sepsunluden")
    assert "<mark>Şəpşünlü</mark>" in hit.snippet("body").html()
    assert "stands for şəpşünlü" in str(hit.explain())
