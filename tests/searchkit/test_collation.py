"""The order of Azerbaijani lists."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.collation import sort_key, sort_keys
from tests.strategies import words

LETTERS = "a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v w y z"
CAPITALS = "A B C Ç D E Ə F G Ğ H X I İ J K Q L M N O Ö P R S Ş T U Ü V W Y Z"
CITIES = """
    Ağdam Ağdaş Astara Bakı Beyləqan Bərdə Cəbrayıl Culfa Daşkəsən Füzuli Gədəbəy Gəncə Goranboy Göyçay Göygöl
    Hacıqabul Xaçmaz Xankəndi Xızı Xocalı İmişli İsmayıllı Kəlbəcər Kürdəmir Qax Qazax Qəbələ Qobustan Quba Laçın
    Lerik Lənkəran Masallı Mingəçevir Naxçıvan Neftçala Oğuz Ordubad Saatlı Sabirabad Salyan Sumqayıt Şabran Şamaxı
    Şəki Şəmkir Şuşa Tərtər Tovuz Ucar Yardımlı Yevlax Zaqatala Zəngilan Zərdab"""
WORDS = """
    acı açar ad al alma and at bal bel bəxt bıçaq bir boz böyük bulaq bülbül can cib çay çəkic çiçək çörək dağ deyim
    dəniz dil dost döş ev eyvan əl əlif ət gecə göl gül hava həyat hörümçək xal xəbər xurma ışıq ilan ipək jalə kitab
    kök qala qar qəhvə qış lalə nar ocaq od ot öküz ördək pul rəng su şam tut ud üz vaxt yol zəng"""
LISTS = {
    "letters": LETTERS.split(),
    "capitals": CAPITALS.split(),
    "both": [letter for pair in zip(LETTERS.split(), CAPITALS.split(), strict=True) for letter in pair],
    "cities": CITIES.split(),
    "words": WORDS.split(),
    "names": ["Abbas", "Ceyhun", "Çingiz", "Elçin", "Əhməd", "Həsən", "Xalid", "İlham", "Kamran", "Qabil", "Leyla"],
    "word by word": ["Ağ dəniz", "Ağ şəhər", "Ağac", "Ağca", "Qara dəniz", "Qarabağ", "Qarabağ xanlığı"],
    "numbers": ["2-ci mərtəbə", "10-cu mərtəbə", "100 il", "1991", "2022", "2022-ci il", "Altı"],
    "numbers in words": ["Bakı 1", "Bakı 2", "Bakı 10", "Bakıda"],
    "quotes": ["Abşeron", "«Azərbaycan» qəzeti", "«Xəzər» jurnalı", "Xəzərdə", "Zirvə"],
    "case": ["ay", "Ay", "AY", "ayna", "Ayna", "ışıq", "Işıq", "il", "İl"],
    "foreign": [
        "École",
        "ekran",
        "Élise",
        "əl",
        "Lódz",
        "Vaşinqton",
        "Wagner",
        "wifi",
        "Yalta",
        "zurna",
        "баку",
        "яблоко",
    ],
    "signs first": ["", "—", "1", "a"],
}


@pytest.mark.parametrize("name", LISTS)
def test_lists(name: str) -> None:
    expected = LISTS[name]
    shuffled = random.Random(0).sample(expected, len(expected))
    assert expected == sorted(shuffled, key=sort_key)


@given(st.lists(st.integers(0, 10**30)))
def test_numbers_by_value(numbers: list[int]) -> None:
    assert sorted(numbers) == [int(text) for text in sorted(map(str, numbers), key=sort_key)]


@given(words(), words())
def test_case_and_composition_decide_last(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(unicodedata.normalize("NFD", one))
    key, other_key = (sort_key(text).partition("\0")[0] for text in (one, other))
    if key != other_key:
        assert (key < other_key) == (sort_key(one) < sort_key(other))


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_only_what_is_written_alike_is_equal(one: str, other: str) -> None:
    is_same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert is_same or sort_key(one) != sort_key(other)


@given(st.lists(st.one_of(words(), st.text(st.characters(codec=None)), st.text("aəİI -–«»\t\n\x1e\u0301Σ٠12"))))
def test_many_texts_have_the_keys_that_each_has(texts: list[str]) -> None:
    assert [*map(sort_key, texts)] == sort_keys(texts)


def test_very_many_texts_and_long_ones_have_the_keys_that_each_has() -> None:
    texts = [f"{number % 1_000}. Gəncə – {number}" for number in range(10_000)]
    texts[7] = "q" + "\u0301" * 1_000
    assert [*map(sort_key, texts)] == sort_keys(texts)
