# ruff: noqa: SIM300
"""The same is found however a query writes it: letters, numbers, names, sites, and words that say little."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from searchkit import Index, Number, Ranking, Schema, Text
from tests.searchkit.newspaper import numbers

Make = Callable[..., Index]


def test_a_word_that_does_not_tell_its_language_finds_texts_in_both(make_index: Make) -> None:
    index = make_index(["Bakıda telefon xətti.", "Телефон доверия работает.", "Я люблю Баку."])
    assert {"1", "2"} == {hit.id for hit in index.search("телефон")}
    assert {"1", "3"} == {hit.id for hit in index.search("Баку")}


@pytest.mark.parametrize("query", ["дөвләт гуллугу", "ДӨВЛӘТ ГУЛЛУГУ", '"дөвләт гуллугу"', "дөвләт гуллуг*"])
def test_a_query_in_cyrillic_tells_as_a_whole_what_language_it_is(query: str, make_index: Make) -> None:
    index = make_index(["Dövlət qulluğuna qəbul imtahanı.", "Гуллугу: чужое слово в русской строке."])
    assert ["1"] == [hit.id for hit in index.search(query, match="all")]


@pytest.mark.parametrize(
    ("query", "options", "found"),
    [
        ("azertac.az", {"match": "all"}, "bare bare-case long page www"),
        ("www.azertac.az", {"match": "all"}, "bare bare-case long page www"),
        ("https://azertac.az/", {"match": "all"}, "bare bare-case long page www"),
        ("azertac.az xəbər", {"match": "all"}, "long www"),
        ("azertac.az", {"syntax": "full"}, "bare bare-case long page www"),
        ("www.azertac.az AND xəbər", {"syntax": "full"}, "long www"),
        ("title:azertac.az", {"syntax": "full"}, ""),
        ('"azertac.az"', {}, "bare bare-case long page words www"),
        ('"azertac.az xəbər"', {}, "long www"),
        ('"yeni azertac.az xəbər"~1', {"syntax": "full"}, "long www"),
        ("-azertac.az", {}, "mail other words"),
        ("https://azertac.az/1", {"match": "all"}, "page"),
        ("azertac.az,gov.az", {"match": "all"}, ""),
        ("gov.az", {"match": "all"}, "other"),
    ],
)
def test_a_site_is_one_however_its_address_is_written(
    query: str, options: dict[str, Any], found: str, make_index: Make
) -> None:
    texts = {
        "bare": "Bu azertac.az üçün.",
        "bare-case": "Azertac.az-ın saytı",
        "long": "Yeni azertac.az xəbər yaydı",
        "www": "yeni www.azertac.az xəbərləri",
        "page": "https://azertac.az/1",
        "mail": "info@azertac.az",
        "words": "Azertac az yazır",
        "other": "gov.az",
    }
    index = make_index({"id": key, "body": text} for key, text in texts.items())
    assert found.split() == sorted(hit.id for hit in index.search(query, limit=20, **options))


@pytest.mark.parametrize("options", [{}, {"match": "all"}])
@pytest.mark.parametrize(
    ("query", "best", "others"),
    [
        ("1000000", "2", "13"),
        ("1 000 000", "1", "23"),
        ("1.000.000 manat", "2", "13"),
        ("256 gb", "5", "4"),
        ("256GB", "4", "5"),
    ],
)
def test_numbers_and_amounts_are_found_however_they_are_spaced(
    query: str, best: str, others: str, options: dict[str, str], make_index: Make
) -> None:
    texts = ["1 000 000 manat", "1000000 manat", "1.000.000 manatdır, yoxsa çox", "256GB yaddaş", "256 GB yaddaş"]
    results = make_index(texts).search(query, **options)
    assert results[0].id == best
    assert {hit.id for hit in results} == {best, *others}
    assert all(hit.snippet().spans for hit in results)


@pytest.mark.parametrize("options", [{}, {"match": "all"}, {"syntax": "full"}])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("iphone13", "1"),
        ("iphone 13", "1"),
        ("İPHONE13", "1"),
        ("iphone13pro", ""),
        ("redmi10c", "3"),
        ("redmi 10 c", "3"),
        ("a52", "2"),
        ("galaxy a 52", "2"),
        ("5w30", "4"),
        ("madde61", "5"),
        ("maddə61", "5"),
        ("1a2b3c4d5e6f", ""),
        ("iphone14", ""),
        ("title:iphone13", ""),
    ],
)
def test_names_of_letters_and_digits_are_found_together_and_apart(
    query: str, found: str, options: dict[str, str], make_index: Make
) -> None:
    texts = ["iPhone 13 qara", "Galaxy A52", "Redmi 10C", "Yağ 5W-30", "Maddə 61. Hallar"]
    results = make_index(texts).search(query, **options)
    if found:
        assert results[0].id == found
        assert results[0].snippet().spans
    else:
        assert not results


def test_a_name_that_is_written_apart_counts_as_its_pieces(make_index: Make) -> None:
    index = make_index(["Stul qara", "iPhone 13 yaşıl", "iPhone 13 qara"])
    assert index.search("iphone13 qara")[0].id == "3"
    pieces = sum(index.search(word, ranking=Ranking.plain())[0].score for word in ("iphone", "13"))
    assert index.search("iphone13")[0].score == pytest.approx(0.7 * pieces)
    assert "iphone13, said otherwise" in str(index.search("iphone13")[0].explain())


@pytest.mark.parametrize(
    ("query", "options", "found"),
    [
        ("usaq ucun velosiped", {}, "125"),  # üçün, and as well uc, which is a tip
        ("usaq ucun velosiped", {"match": "all"}, "1"),
        ("usaq ucun velosiped", {"syntax": "full"}, "125"),
        ("velosiped ucun", {}, "15"),
        ("ise qebul", {}, "46"),  # isə, and as well işə
        ("ucun", {}, "1235"),  # by itself whatever it may be
        ("ucun -stul", {}, "125"),
    ],
)
def test_what_is_a_stop_word_first_says_little_beside_others(
    query: str, options: dict[str, str], found: str, make_index: Make
) -> None:
    texts = [
        "Uşaq üçün velosiped", "Uşaq üçün çarpayı", "Mətbəx üçün stul", "İşə qəbul", "Qələmin ucu", "Belə isə qəbul"
    ]  # fmt: skip
    assert {hit.id for hit in make_index(texts).search(query, **options)} == set(found)


def test_what_a_stop_word_may_be_besides_comes_last(make_index: Make) -> None:
    index = make_index(["Ölmüş şəxs", "Boşanma", "Ölmüş"])
    assert index.search("bosanma nece olur")[0].id == "2"


@pytest.mark.parametrize("query", ["ikinci dünya müharibəsi", "II dünya müharibəsi", '"2-ci dünya müharibəsi"'])
def test_ordinals_are_found_in_words_and_in_digits(query: str, make_index: Make) -> None:
    texts = ["Birinci dünya müharibəsi", "II dünya müharibəsi", "İkinci Dünya müharibəsi", "III dünya müharibəsi"]
    assert {hit.id for hit in make_index(texts).search(query)[:2]} == {"2", "3"}


# ---------------------------------------------------------------- letters as they are composed


@pytest.mark.parametrize(
    ("query", "syntaxes"),
    [
        ("şəh*", ["simple", "full"]),
        ("şəhərlərin*", ["simple", "full"]),
        ("-çör*", ["full"]),
        ("ölçü:5", ["simple", "full"]),
        ("-ölçü:6", ["simple", "full"]),
        ("Çörək DEYİL", ["full"]),
        ("şəhər DEYİL çörək", ["full"]),
    ],
)
def test_decomposed_letters_are_the_same(query: str, syntaxes: list[str], make_index: Make) -> None:
    schema = Schema(title=Text(), ölçü=Number())
    documents = [{"id": "1", "title": "Şəhər", "ölçü": 5}, {"id": "2", "title": "Çörək, şəhər çörəyi", "ölçü": 6}]
    index = make_index([*documents, {"id": "3", "title": "Çörək", "ölçü": 6}], schema)
    for syntax in syntaxes:
        found = numbers(index, query, syntax=syntax)
        assert found.startswith("1")
        assert found == numbers(index, unicodedata.normalize("NFD", query), syntax=syntax)


@pytest.mark.parametrize("query", ["kitab OR və", "və OR kitab", "KİTAB VƏ YA ÜÇÜN", "kitab OR ucun", "kitab \u0374"])
def test_words_that_say_little_say_nothing_beside_or(query: str, make_index: Make) -> None:
    index = make_index(["kitab", "dəftər və qələm", "məktəb üçün"])
    assert ["1"] == [hit.id for hit in index.search(query)]
    assert ["2", "3"] == sorted(hit.id for hit in index.search("və OR üçün"))
