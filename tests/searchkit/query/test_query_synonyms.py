"""A query finds other ways to say the same, after what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import searchkit
from searchkit import Index, Ranking
from tests.searchkit.newspaper import numbers

Make = Callable[..., Index]


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
        ('"BMT"', "any", "1"),
        ("BMT OR yağış", "all", "124"),
        ("iclas -BMT", "any", "23"),
        ("body:BMT", "any", "1"),
    ],
)
def test_other_ways_to_say_the_same(query: str, match: str, found: str, united: Index) -> None:
    assert found == numbers(united, query, match=match)


def test_what_was_typed_comes_before_its_synonym(united: Index) -> None:
    assert [hit.id for hit in united.search("BMT")] == ["az-1", "az-2"]


def test_an_acronym_counts_as_much_as_the_words_that_it_stands_for(make_index: Make) -> None:
    index = make_index(["təşkilat təşkilat", "BMT iclası", *["təşkilat yığış"] * 2, *["dağ çay"] * 4])
    assert [hit.id for hit in index.search("Birləşmiş Millətlər Təşkilatı", limit=2)] == ["2", "1"]


def test_a_shorter_name_made_of_the_same_words_is_not_counted_twice(make_index: Make) -> None:
    index = make_index(["Xəzər sahili", "dəniz sahili", "dağ"])
    plain = Ranking.plain()
    [both, *_], [single] = (index.search(query, ranking=plain) for query in ("Xəzər dənizi", "Xəzər"))
    assert (both.id, both.score) == ("1", pytest.approx(single.score))


def test_a_longer_name_with_the_word_in_it_adds_nothing(make_index: Make) -> None:
    index = make_index(["Rusiya Federasiyası", *["Rusiya çayı"] * 30])
    plain = Ranking.plain()
    for match in ("any", "all"):
        found, expected = (index.search(query, match=match, ranking=plain) for query in ("Rusiya", "body:Rusiya"))
        assert len(found) == 10
        assert [(hit.id, hit.score) for hit in expected] == [(hit.id, hit.score) for hit in found]


def test_synonyms_are_marked(united: Index) -> None:
    marked = {hit.id: hit.snippet().html() for hit in united.search("BMT")}
    assert marked == {
        "az-1": "<mark>BMT-nin</mark> iclası keçirildi",
        "az-2": "<mark>Birləşmiş Millətlər Təşkilatının</mark> iclası keçirildi",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [("it", "1"), ("IT", "12"), ("İT-in", "12"), ("it saxlamaq", "1"), ("IT saxlamaq", "12"), ("IT SAXLAMAQ", "1")],
)
def test_an_acronym_that_is_a_common_word_is_spelled_out_where_it_stands_in_capitals(
    query: str, found: str, make_index: Make
) -> None:
    index = make_index(["İt hürdü", "İnformasiya texnologiyaları"])
    assert sorted(hit.id for hit in index.search(query)) == [*found]
