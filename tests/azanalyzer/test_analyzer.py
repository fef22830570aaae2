"""The public face: terms, tokens, explanations, stop words; shared between threads; linear in the length of a word."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import azanalyzer
from azanalyzer import Analyzer, Token, stem
from azanalyzer.cache import Cache, TermCache

ANALYZER = Analyzer()
TEXT = """Azərbaycan Respublikasının Prezidenti 24.08.2022-ci il tarixində Bakı'da keçirilən beynəlxalq konfransda
iştirak etmişdir. AZƏRTAC-ın məlumatına görə, BMT-nin nümayəndələri də XX əsrin sonlarından bəri davam edən layihələr
barədə danışıblar. Китаблар мәктәбләрә верилмишдир. kitablarimizdan, Facebook-da #Kitablar."""


def test_terms() -> None:
    assert ANALYZER.terms("AZƏRTAC-a kitablarımızdan") == ["azərtac", "kitab"]
    assert ANALYZER.terms("") == []
    assert ANALYZER.terms(" \n\t…") == []


def test_tokens() -> None:
    assert list(ANALYZER.tokens("Bakıda, 5-i")) == [
        Token("Bakıda", "bakı", 0, 6, 0, "word"),
        Token("5-i", "5", 8, 11, 1, "number"),
    ]
    assert list(ANALYZER.tokens("")) == []


def test_lines_and_positions_go_on_across_lines() -> None:
    tokens = list(ANALYZER.tokens("бир\nики kitab\r\n\r\nüç"))
    assert [token.position for token in tokens] == [0, 1, 2, 3]
    assert [token.start for token in tokens] == [0, 4, 8, 17]


def test_stem() -> None:
    assert stem("kitablarımızdan") == "kitab"
    assert stem("kitablar dəftərlər") == "kitab"
    assert stem("") == stem(",") == ""


def test_without_stemming_words_stay() -> None:
    assert Analyzer(stem=False).terms("Kitablarımızdan İRANIN 2022-ci") == ["kitablarımızdan", "iranın", "2022"]


def test_explain_shows_the_reading_and_the_others() -> None:
    explanation = ANALYZER.explain("Almanı")
    assert explanation.best.term in ("alma", "alman")
    assert {"alma", "alman"} <= {explanation.best.term, *(reading.term for reading in explanation.others)}
    shown = str(explanation)
    assert shown.startswith(f"Almanı -> {explanation.best.term}\n")
    assert "why: the cheapest split" in shown
    assert "\n  also: " in shown


def test_explain_names_each_suffix() -> None:
    assert str(ANALYZER.explain("kitabxanalarımızdan")).splitlines()[:2] == [
        "kitabxanalarımızdan -> kitabxana",
        "  kitabxana (noun) + lar (plural) + ımız (poss.1pl) + dan (ablative), from kitab; cost "
        f"{ANALYZER.explain('kitabxanalarımızdan').best.cost:g}, lexicon",
    ]


@pytest.mark.parametrize(
    ("word", "source"), [("gəncə", "lexicon"), ("gence", "ascii"), ("kvarpların", "guess"), ("a" * 99, "surface")]
)
def test_explain_says_where_from(word: str, source: str) -> None:
    assert ANALYZER.explain(word).best.source == source


@pytest.mark.parametrize("mark", ["\u0301", "\u0306", "\u0327"])
def test_a_word_with_a_mark_that_no_letter_has_is_explained(mark: str) -> None:
    assert ANALYZER.explain(f"IŞIQ{mark}").best.term == stem(f"IŞIQ{mark}")


@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("Bakı'da", "bakı (proper name) + da (locative)"),
        ("ABŞ-ın", "abş (proper name) + ın (genitive)"),
        ("Facebook-da", "facebook (proper name) + da (locative)"),
        ("#Qarabağ-da", "qarabağ (proper name) + da (locative)"),
        ("#Qarabağ", "qarabağ (proper name)"),
        ("«Qarabağ»dakılar,", "qarabağ (proper name) + da (locative) + kı (relational) + lar (plural)"),
        ("heç-heçəyə", "heç-heçə (noun) + yə (dative)"),
        ("Ulan-Ude-də", "ulan-ude (proper name) + də (locative)"),
        ("mə'lumdur", "məlum (adjective) + dur (copula.3)"),
        ("Kitablar, dəftərlər", "kitab (noun) + lar (plural)"),
    ],
)
def test_explain_knows_suffixes_set_apart(word: str, split: str) -> None:
    assert ANALYZER.explain(word).split == split


@pytest.mark.parametrize(
    ("word", "term", "source"),
    [
        ("XX-də", "20", "roman"),
        ("2022-ci", "2022", "number"),
        ("Bakı-Tbilisi-Ceyhanın", "bakı-tbilisi-ceyhan", "word"),
        ("Kasım-Jomart", "kasım-jomart", "word"),
        ("5G-də", "5g", "acronym"),
        ("книги", "книг", "russian"),
        ("example.az-da", "example.az", "url"),
    ],
)
def test_what_is_no_word_of_letters_is_explained_as_a_whole(word: str, term: str, source: str) -> None:
    explanation = ANALYZER.explain(word)
    assert (explanation.best.term, explanation.best.source, explanation.others) == (term, source, ())
    assert "read by what it looks like" in explanation.why


def test_what_is_explained_is_what_is_indexed() -> None:
    words = [token.text for token in ANALYZER.tokens(TEXT)]
    words += ["ABŞ-ın", "#Qarabağ-da", "XX", "MDB-nin", "BMTnin", "səs-küylü", "5G-də", "mə'lum", "«Neft»in"]
    words += ["Baki'daki", "prof.", "O'Konnorun", "Kasım-Jomart"]
    assert [stem(word) for word in words] == [ANALYZER.explain(word).best.term for word in words]
    plain = Analyzer(stem=False)
    assert [plain.terms(word)[0] for word in words] == [plain.explain(word).best.term for word in words]


def test_question_words_are_some_of_the_stop_words() -> None:
    assert {"kim", "nə", "harada", "neçə"} <= ANALYZER.question_words < ANALYZER.stop_words
    assert ANALYZER.question_words.isdisjoint({"eyni", "idi", "və", ""})


def test_stop_words_are_terms() -> None:
    assert {"və", "bu", "üçün", "ki"} <= ANALYZER.stop_words
    assert "kitab" not in ANALYZER.stop_words
    assert sorted(word for word in ANALYZER.stop_words if stem(word) != word) == []


def test_the_shared_analyzer_is_one() -> None:
    assert Analyzer.shared() is Analyzer.shared()


def test_public_names() -> None:
    assert all(hasattr(azanalyzer, name) for name in azanalyzer.__all__)
    assert azanalyzer.VERSION


def test_eight_threads_give_the_same_terms() -> None:
    expected = ANALYZER.terms(TEXT)
    analyzer = Analyzer(remember=16)  # forgets all the time
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: [analyzer.terms(TEXT) for _ in range(5)], range(8)))
            spans = list(pool.map(lambda _: list(analyzer.tokens(TEXT)), range(8)))
    finally:
        sys.setswitchinterval(interval)
    assert found == [[expected] * 5] * 8
    assert spans == [list(ANALYZER.tokens(TEXT))] * 8


def test_a_cache_forgets_what_is_oldest() -> None:
    read: list[str] = []

    def count(key: str) -> int:
        read.append(key)
        return len(key)

    cache = Cache(count, 2)
    assert [cache[key] for key in ("a", "bb", "a", "ccc", "bb", "a")] == [1, 2, 1, 3, 2, 1]
    assert read == ["a", "bb", "ccc", "a"]
    assert cache["x" * 65] == 65
    assert len(cache) <= 2


def test_pieces_are_remembered() -> None:
    pieces = ANALYZER.pieces("Kitabxanaçılıqdan,")
    assert [piece.term for piece in pieces] == ["kitabxanaçılıq"]
    assert ANALYZER.pieces("Kitabxanaçılıqdan,") is pieces


def test_terms_are_remembered_in_order() -> None:
    read: list[str] = []

    def count(chunk: str) -> tuple[str, ...]:
        read.append(chunk)
        return tuple(chunk.split("-")) if chunk != "-" else ()

    terms = TermCache(count, 16)
    for _ in range(2):
        assert terms.of(["-", "a", "b-c", "a", "-", "-d", "-"]) == ["a", "b", "c", "a", "", "d"]
        assert terms.of(["a", "b"]) == ["a", "b"]
        assert terms.of([]) == []
    assert (read.count("a"), read.count("b")) == (1, 1)


@pytest.mark.parametrize(
    "unit",
    ["a", "ə", "a'", "a-", "a.", "a_", "аб", "ә'", "1.", "1-", "@a", "#a", "a@", "a.a@", "ab a", "x\u0307", "A.", "ки"],
)
def test_the_time_is_linear(unit: str) -> None:
    seconds(unit, 1_000)
    # Four times the letters: linear is 4, quadratic 16. Very short times say nothing, and a busy machine may disturb.
    for _ in range(4):
        if seconds(unit, 80_000) < 12 * max(seconds(unit, 20_000), 0.005):
            return
    pytest.fail(f"the time for {unit!r} grows faster than its length", pytrace=False)


@pytest.mark.parametrize("unit", ["a", "ə", "kitab", "аб"])
def test_a_million_letters(unit: str) -> None:
    [token] = ANALYZER.tokens(unit * (1_000_000 // len(unit)))
    assert len(token.text) == 1_000_000
    assert seconds(unit, 1_000_000) < 100 * max(seconds(unit, 50_000), 0.02)


def seconds(unit: str, letters: int) -> float:
    """Processor time for the tokens of a text of so many letters."""
    text = unit * (letters // len(unit))
    begin = time.process_time()
    for _ in ANALYZER.tokens(text):
        pass
    return time.process_time() - begin


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("CINAYƏT", "cinayət"),  # capitals of software that knows one i only
        ("QANUNVERICILIYI", "qanunvericilik"),
        ("AILƏ", "ailə"),
        ("ŞIRKƏTLƏRIMIZIN", "şirkət"),
        ("QADIN", "qadın"),
        ("IŞIQ", "işıq"),
    ],
)
def test_capitals_without_a_dot(word: str, term: str) -> None:
    assert ANALYZER.terms(word) == [term]


@pytest.mark.parametrize("text", [None, 5, b"kitab"])
def test_what_is_no_text_is_refused(text: Any) -> None:
    for read in (ANALYZER.terms, ANALYZER.tokens, ANALYZER.query_terms):
        with pytest.raises(TypeError, match="a text is a string, not "):
            list(read(text))
    with pytest.raises(ValueError, match="remember is how many words are kept"):
        Analyzer(remember=-1)
