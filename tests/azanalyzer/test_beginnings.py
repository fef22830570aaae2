"""Words that have been typed in part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from azanalyzer import Analyzer, fold
from tests.strategies import any_text

ANALYZER = Analyzer.shared()

# Of each word what of a form of it may have been typed.
TYPED = {
    "kitab": "kitabl kitabla kitablar kitablarımızd kitabımızı",
    "kitabxana": "kitabxanal kitabxanalarımızdak",
    "yaradıl": "yaradılm yaradılmas yaradılmasınd",
    "yarat": "yarad",
    "get": "ged gedəc gedəcək gedəcəyimizd",
    "oğul": "oğl oğlumd oğluml",
    "uşaq": "uşaql uşaqlarım",
    "çörək": "çörəyimd",
    "vergi": "vergiy vergil",
    "ödəyici": "ödəyicil",
    "bakı": "Bakıd BAKIDA",
    "məktəb": "мәктәбл",
}


@pytest.mark.parametrize(("term", "typed"), [(term, typed) for term, words in TYPED.items() for typed in words.split()])
def test_a_form_begins_so(term: str, typed: str) -> None:
    assert term in ANALYZER.begun(typed)


@pytest.mark.parametrize("term", ["kitab", "uşaq", "gəncə", "məktəb", "vergi"])
def test_letters_may_be_missing(term: str) -> None:
    for ending in "ld":
        assert term in ANALYZER.begun(fold(term) + ending)
    assert ANALYZER.begun(fold("uşaql"), typed_in_ascii=False) == ()


# The beginnings of other words, of words that say nothing, and of no word.
@pytest.mark.parametrize("typed", ["kitabx", "verg", "məkt", "istehs", "bunlar", "olan", "üçün", "ev", "x", "", "5"])
def test_no_form_begins_so(typed: str) -> None:
    assert ANALYZER.begun(typed) == ()


def test_an_analyzer_without_stemming_has_no_forms() -> None:
    assert Analyzer(stem=False).begun("kitabl") == ()


@settings(max_examples=200, deadline=None)
@given(any_text())
def test_no_text_is_too_odd(text: str) -> None:
    assert set(ANALYZER.begun(text)).isdisjoint(ANALYZER.stop_words)
