"""What holds for any text: offsets, order, composed and decomposed spelling, words analysed again, no exception."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from azanalyzer import Analyzer, fold, lower, stem, to_latin
from azanalyzer.alphabet import SPELLINGS, normalize
from azanalyzer.language import shared_morphology
from tests.strategies import any_text, az_texts

ANALYZER = Analyzer()
TEXTS = st.one_of(az_texts(), az_texts(), any_text())

pytestmark = pytest.mark.filterwarnings("ignore:.*slow.*")


@given(TEXTS)
@settings(max_examples=400, deadline=None)
@example("I\u0307\u0307stanbul İ\u0307 i\u0307 BAKI\u0307")
@example("Bakı\u00ad'\u200bda")
@example("²³½ 1²-ci ٣٤٥ 12.٠")
@example("\ud800 \udfff'\ud800-a")
@example("á-'ə̈--x' '-'")
def test_offsets_cut_the_original_and_never_go_back(text: str) -> None:
    start = 0
    position = -1
    for token in ANALYZER.tokens(text):
        assert text[token.start : token.end] == token.text
        assert 0 <= token.start < token.end <= len(text)
        assert token.position in (position, position + 1)
        # A compound comes as a whole and then by its parts, so starts go on and ends need not.
        assert token.start >= start
        assert not any(character.isspace() for character in token.text)
        assert token.term
        assert token.kind
        start, position = token.start, token.position
    if position >= 0:
        assert next(ANALYZER.tokens(text)).position == 0


@given(TEXTS)
@settings(max_examples=300, deadline=None)
@example("а\nб ә\rя")
def test_terms_are_the_terms_of_the_tokens(text: str) -> None:
    assert [token.term for token in ANALYZER.tokens(text)] == ANALYZER.terms(text)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
@example("A&oğluna C#ş .netş ç++ 5%ğ")
def test_composed_and_decomposed_text_have_the_same_terms(text: str) -> None:
    expected = ANALYZER.terms(unicodedata.normalize("NFC", text))
    assert expected == ANALYZER.terms(unicodedata.normalize("NFD", text))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
@example("а\nб ә\rя")
def test_pieces_of_the_chunks_of_lines_are_the_tokens(text: str) -> None:
    found = []
    for start, line, azerbaijani in ANALYZER.lines(text):
        assert text[start : start + len(line)] == line
        for chunk in line.split():
            found += [(piece.surface(chunk), *piece[2:]) for piece in ANALYZER.pieces(chunk, azerbaijani)]
    tokens = list(ANALYZER.tokens(text))
    before = [-1, *(token.position for token in tokens)]
    expected = [(t.text, t.term, t.kind, t.position - last) for t, last in zip(tokens, before, strict=False)]
    assert expected == found


@given(az_texts())
@example("SHUSHAкнигиİQ")  # which was Russian, and Azerbaijani with one more dot
@settings(max_examples=200, deadline=None)
def test_a_dot_too_many_changes_nothing(text: str) -> None:
    doubly = unicodedata.normalize("NFD", text).replace("I\u0307", "I\u0307\u0307")
    assert ANALYZER.terms(text) == ANALYZER.terms(doubly)
    assert ANALYZER.terms(text) == ANALYZER.terms(text.replace("İ", "İ\u0307"))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_analysing_twice_gives_the_same(text: str) -> None:
    assert ANALYZER.terms(text) == ANALYZER.terms(text)
    assert ANALYZER.terms(text) == Analyzer(remember=8).terms(text)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_exception_and_one_place_a_word(text: str) -> None:
    places = ANALYZER.query_places(text)
    tokens = list(ANALYZER.tokens(text))
    assert [token.position for token in tokens] == [position for position, _ in places]
    for token, alternatives in zip(tokens, ANALYZER.query_terms(text), strict=True):
        assert alternatives
        assert len(set(alternatives)) == len(alternatives)
        assert token.term in alternatives or token.kind in ("word", "hashtag")
    ANALYZER.expand(ANALYZER.query_terms(text))
    Analyzer(stem=False).terms(text)
    str(ANALYZER.explain(text))
    assert isinstance(stem(text), str)


@given(any_text())
@settings(max_examples=200, deadline=None)
def test_letters_of_any_text(text: str) -> None:
    assert lower(text) == lower(lower(text))
    assert fold(text) == fold(fold(text))
    assert to_latin(text) == to_latin(to_latin(text))
    assert normalize(text) == normalize(normalize(text))


# ---------------------------------------------------------------- the whole lexicon

MORPHOLOGY = shared_morphology()
LEMMAS = [lemma for lemma in MORPHOLOGY.lexicon if lemma.isalpha()]


def _may_be_inflected(lemma: str) -> bool:
    """Whether the word may also be a form of another one: narın, a name, and of nar, the pomegranate."""
    return any(reading.term != lemma for reading in MORPHOLOGY.readings(lemma))


def test_a_lemma_is_its_own_term() -> None:
    alone = [lemma for lemma in LEMMAS if not _may_be_inflected(lemma)]
    assert len(alone) > 0.85 * len(LEMMAS)
    assert [lemma for lemma in alone if stem(lemma) != lemma] == []


def test_a_lemma_that_may_be_inflected_is_mostly_its_own_term() -> None:
    moved = [lemma for lemma in LEMMAS if stem(lemma) != lemma]
    assert len(moved) <= 0.0185 * len(LEMMAS), moved
    common = [lemma for lemma in LEMMAS if max(e.frequency for e in MORPHOLOGY.lexicon.entries(lemma)) >= 4]
    moved = {lemma for lemma in common if stem(lemma) != lemma}
    # A verb alone is an order, which is rarer than many a form: keçir is mostly "he passes", of keç, görün "see".
    verbs = {lemma for lemma in common if all(e.pos == "v" for e in MORPHOLOGY.lexicon.entries(lemma))}
    assert len(moved - verbs) <= 0.002 * len(common), moved
    assert len(moved & verbs) <= 0.045 * len(verbs), moved


def test_a_lemma_typed_in_ascii_keeps_its_term() -> None:
    sample = LEMMAS[::4]
    lost = [lemma for lemma in sample if stem(lemma) not in ANALYZER.query_terms(fold(lemma))[0]]
    assert len(lost) <= 0.01 * len(sample), lost
    assert all(fold(lemma) == SPELLINGS["ascii"](lemma) for lemma in sample[:100])
