"""Casing, folding and normal form of letters, however they are composed."""

from __future__ import annotations

import unicodedata

import pytest

from azanalyzer import Analyzer, alphabet, fold, lower, stem
from azanalyzer.alphabet import ALPHABET, compose, fold_a, fold_schwa, lower_capitals, normalize


def test_the_alphabet_has_32_letters() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İSTANBUL IŞIQ", "istanbul ışıq"),
        ("ƏĞÖÜÇŞ", "əğöüçş"),
        ("I\u0307stanbul", "istanbul"),  # decomposed
        ("I\u0307\u0307stanbul", "istanbul"),  # doubly decomposed
        ("i\u0307stanbul", "istanbul"),  # what str.lower makes of İ
        ("İ\u0307", "i"),
        ("", ""),
        ("ı", "ı"),
    ],
)
def test_lower(text: str, expected: str) -> None:
    assert lower(text) == expected


@pytest.mark.parametrize("word", ["İSTANBUL", "IŞIQ", "GƏNCƏ", "ÖLKƏ", "ÇİÇƏK", "AĞAC", "ÜZÜM", "ŞƏHƏR"])
def test_casing_does_not_depend_on_composition(word: str) -> None:
    decomposed = unicodedata.normalize("NFD", word)
    doubly = decomposed.replace("I\u0307", "I\u0307\u0307")
    assert stem(word) == stem(decomposed) == stem(doubly) == stem(lower(word))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Gəncə", "gence"), ("IŞIQ", "isiq"), ("öküzçü", "okuzcu"), ("café", "cafe"), ("книги й", "книги й"), ("", "")],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_other_ways_to_type() -> None:
    assert fold_a("Gözəl Azərbaycan") == "gozal azarbaycan"
    assert fold_schwa("Şirkətə görə") == "şirkete göre"


@pytest.mark.parametrize(
    ("capitals", "expected"), [("FIFA", "fifa"), ("COVID", "covid"), ("İKT", "ikt"), ("ƏLIL", "əlıl"), ("ABŞ", "abş")]
)
def test_lower_capitals(capitals: str, expected: str) -> None:
    assert lower_capitals(capitals) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ǝlifba Ǝlifba", "əlifba Əlifba"),
        ("töhfä ÄN", "töhfə ƏN"),
        ("ișıq Ștefan", "işıq Ştefan"),
        ("daǧ", "dağ"),
        ("kâğız", "kağız"),
        ("ki\u00adtab\u200blar\ufeff", "kitablar"),
        ("\u202a\u2066kitab\u2069\u200f", "kitab"),
        ("o\u0308lku\u0308", "ölkü"),
        ("ş\u0327əhər s\u0327\u0327\u0327", "şəhər ş"),
        ("i\u0307raq gə\u0301lir Бакы\u0301 C\u20ea\u0327", "iraq gəlir Бакы Ç"),
        ("STRAẞE Ăliyev Ϲavid", "STRASSE Əliyev Cavid"),
        ("Beyoncé Málaga Łódź ÍÑIGO Ñ Straße Ødegård", "Beyonce Malaga Lodz İNIGO N Strasse Odegard"),
        ("ö ü ç ş ğ İ ı ǖ ḉ þ й ё", "ö ü ç ş ğ İ ı ü ç þ й ё"),
        ("ﬁlm ＢＡＫＩ ２０", "film BAKI 20"),
        ("sən’ət mə`lum bə'zi", "sən'ət mə'lum bə'zi"),
        ("plain", "plain"),
    ],
)
def test_normalize(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(
    "written",
    [
        "kitablar",
        "ki\u00adtablar",
        "kitab\u200blar",
        "kitab\u200clar\u200d",
        "KITABLAR",
        "kitab\u2060lar",
        "\ufeffkitablar",
        "\u202akitab\u202clar",
        "ki\u200etab\u2066lar\ufe0f",
    ],
)
def test_invisible_characters_do_not_part_words(written: str) -> None:
    assert stem(written) == "kitab"


@pytest.mark.parametrize("word", ["İraqda", "İSTANBULDAN", "Gəncədə", "İİİ"])
def test_words_lower_cased_by_other_rules_lose_their_suffixes(word: str) -> None:
    assert Analyzer().terms(word.lower()) == Analyzer().terms(lower(word))


@pytest.mark.parametrize("name", ["Beyoncé", "São", "Łódź", "Málaga", "café", "MARTÍNEZ", "Çåğdaş"])
def test_names_meet_with_and_without_foreign_accents(name: str) -> None:
    plain = normalize(name)
    assert plain != name
    for suffix in ("", "-da", "nın"):
        expected = stem(plain + suffix)
        assert stem(name + suffix) == stem(unicodedata.normalize("NFD", name + suffix)) == expected


def test_what_is_taken_as_plain_is_normalised_already() -> None:
    assert "ə" + "".join(sorted(alphabet._PLAIN)) == normalize("ə" + "\u200b".join(sorted(alphabet._PLAIN)))


def test_a_heap_of_marks_on_a_letter_costs_no_more_than_its_length() -> None:
    # Python puts marks in order by exchanging neighbours: a million of them take it a quarter of an hour.
    heap = "a" + "\u0327\u0307" * 500_000
    assert len(compose(heap)) <= 31
    assert fold(heap).startswith("a")
    assert len(Analyzer().terms(heap)) == 1
    assert compose("s\u0327" * 1000) == "ş" * 1000
