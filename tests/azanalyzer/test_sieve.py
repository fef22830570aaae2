# ruff: noqa: SIM300

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from azanalyzer import Analyzer, scripts
from azanalyzer.sieve import _LATIN, _SIGNS, Sieve, _flattened_by_table, flattened
from tests.strategies import any_text, az_texts

ANALYZER = Analyzer.shared()
HERE = Path(__file__).parent
ARTICLES = sorted((HERE.parents[1] / "corpus" / "articles").glob("*.md"))


def picked(text: str, terms: list[str], beginnings: list[str] | None = None) -> list[str]:
    return [text[start:end] for start, end in ANALYZER.sieve(terms, beginnings or []).chunks(text)]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("kitab", "bu Kitabları, KİTAB kitabxana məktəb akitab", ["Kitabları,", "KİTAB", "kitabxana"]),
        ("otaq", "otağa otaqda otları otax", ["otağa", "otaqda", "otax"]),
        ("kitab", "kitap kitaplar kitan", ["kitap", "kitaplar"]),
        ("otaqlı", "otağlı otaqlılar otluq", ["otağlı", "otaqlılar"]),
        ("dəyişiklik", "dəyişiyliyi dəyişdi", ["dəyişiyliyi"]),
        ("həkk", "həy həkkin həm", ["həy", "həkkin"]),
        ("oğul", "oğlum oğuldan oğru", ["oğlum", "oğuldan"]),
        ("oyna", "oynuyur oynadı oymaq", ["oynuyur", "oynadı"]),
        ("hiss", "hisdən hissə his", ["hisdən", "hissə", "his"]),
        ("gözəl", "gozal güzəldir gəzən", ["gozal", "güzəldir"]),
        ("işlə", "iwleyir iwə bala İWLƏYİR", ["iwleyir", "İWLƏYİR"]),
        ("mən", "mənim mənnən mana", ["mənim", "mənnən", "mana"]),
        ("çox", "Çoooox COOOX, çoxxx maaavi sooos чооох", ["Çoooox", "COOOX,", "çoxxx", "чооох"]),
        ("allah", "Allllah alllah'ım allam", ["Allllah", "alllah'ım"]),
        ("jomart", "Kasım-Jomart Jomartın (Jomart) xjomart", ["Kasım-Jomart", "Jomartın", "(Jomart)"]),
        ("məlum", "mə'lum mə’lumdur mən's məlum", ["mə'lum", "mə’lumdur", "məlum"]),
        ("beə", "b.e.ə. beəsi b.e. b e", ["b.e.ə.", "beəsi", "b.e."]),
        ("20", "XX əsr 20-ci 3.20 ixrac xalq", ["XX", "20-ci", "3.20"]),
        ("məktəb", "Китаблар мәктәбдә", ["мәктәбдә"]),
        ("экономик", "о новой Экономике экран", ["Экономике"]),
        ("bmt", "BMTnin BMT-də bm", ["BMTnin", "BMT-də"]),
        ("et-et", "edə-edə eşit", ["edə-edə"]),
        ("a_b@c.az", "a_b@c.az ab", ["a_b@c.az", "ab"]),
        ("beə", "x:b.e.ə. (B.E.Ə.) «b.e» ab.e b-e b e", ["x:b.e.ə.", "(B.E.Ə.)", "«b.e»"]),
        ("20", "(XX) XX-ci axx 5xx xx, ٢٠ ４２ №3 iv", ["(XX)", "XX-ci", "5xx", "xx,", "٢٠", "４２", "№3", "iv"]),
        (
            "neft",
            "neft\u2003qaz-neft neft,neft/5neft _neft\x1cneft éneft",
            [
                "neft",
                "qaz-neft",
                "neft,neft/5neft",
                "_neft",
                "neft",
            ],
        ),
        ("faiz", "18% 5 % faizi 20%-dən fa 7$", ["18%", "%", "faizi", "20%-dən"]),
        ("avro", "50€ 3$ avrodan", ["50€", "avrodan"]),
        ("c++", "C++ (C++) d++", ["C++", "(C++)"]),
        ("r&d", "R&D (r&d) d", ["R&D", "(r&d)"]),
        ("neft", "qaz\tneft\r\nneft\xa0neft", ["neft", "neft", "neft"]),
    ],
)
def test_what_is_picked(term: str, text: str, expected: list[str]) -> None:
    assert expected == picked(text, [term])


def test_beginnings() -> None:
    assert ["oğlu", "Oğuz", "oğul"] == picked("oğlu Oğuz ox oğul", [], ["oğu"])
    assert ["qəşəng", "gəşəng"] == picked("qəşəng gəşəng gəlin", [], ["qəşə"])
    assert ["bir", "iki"] == picked("bir\u00a0iki", [], [""])
    assert [] == picked("bir iki", [])


@lru_cache(maxsize=10_000)
def beginning_with(beginning: str) -> Sieve:
    """Words begin alike, and to make a sieve takes much longer than to look at a word through it."""
    return ANALYZER.sieve([], [beginning])


def lost(chunk: str, azerbaijani: bool | None = None) -> list[str]:
    """The terms of a chunk, and beginnings of them, for which it would not be picked."""
    found = []
    for piece in ANALYZER.pieces(chunk, azerbaijani):
        beginnings = [piece.term[:length] for length in {1, 2, 3, len(piece.term) - 1, len(piece.term)} if length > 0]
        whole = [(0, len(chunk))]
        found += [f"{piece.term} in {chunk}"] * ([chunk] != picked(chunk, [piece.term]))
        found += [f"{each}… in {chunk}" for each in beginnings if whole != [*beginning_with(each).chunks(chunk)]]
    return found


def test_no_word_of_the_articles_is_lost() -> None:
    chunks = {chunk for path in ARTICLES for chunk in path.read_text("utf-8").split()}
    assert len(chunks) > 5_000
    assert [] == [each for chunk in sorted(chunks) for each in lost(chunk)]


def test_no_cyrillic_word_is_lost() -> None:
    # As it was before 1991, with words of today's alphabet and Russian ones between.
    pairs = {scripts.to_latin(letter): letter for letter in "абвгғдежзиыјкҝлмнопрстуфхһчҹшәөү"}
    table = str.maketrans(
        {**pairs, **{{"i": "İ", "ı": "I"}.get(latin, latin.upper()): pairs[latin].upper() for latin in pairs}}
    )
    for path in ARTICLES[:8]:
        for line in path.read_text("utf-8").splitlines():
            words = line.translate(table).split()
            mixed = [*words, *line.split()[:5], "экономики", "Ёлку"]
            assert [] == [each for chunk in mixed for each in lost(chunk, azerbaijani=True)]
            for term in {term for word in words[:5] for term in ANALYZER.terms(word)}:
                found = [word for word in mixed if any(piece.term == term for piece in ANALYZER.pieces(word, True))]
                assert set(found) <= set(picked(" ".join(mixed), [term]))


def test_no_form_of_the_golden_words_is_lost() -> None:
    words = {line.split("\t")[0] for line in (HERE / "golden.tsv").read_text("utf-8").splitlines()}
    words |= {word.upper() for word in words} | {f"«{word.capitalize()}»." for word in words}
    assert [] == [each for word in sorted(words) if not re.search(r"\s", word) for each in lost(word)]


@settings(max_examples=300, deadline=None)
@given(st.one_of(az_texts(), any_text()))
@example("Єəxslərin зətinlik ¹ ºəxs")
@example("Bаkı'dа Кәнд-дә ЯБЛОКО объём Ёлка")
@example("\u0130\u0307ran I\u0307ran İran ıran Iran")
@example("otağlı qabağkı qəpiyliy həy dəyişiyliyi uşağlar köməylik")
@example("Ý.B. А.Б. Ҹ.М.Бакы")
@example("i\u03071% ə\u0301₼ 5₼ C++")
@example("e\u0301cole école ki\u00adtab")
@example("i\u0307ı-#kitabGƏNCƏ")
def test_nothing_is_lost(text: str) -> None:
    for _, line, azerbaijani in ANALYZER.lines(text):
        assert [] == [each for chunk in line.split() for each in lost(chunk, azerbaijani)]


@settings(max_examples=300, deadline=None)
@given(az_texts(), az_texts())
def test_nothing_is_lost_within_a_line(text: str, wanted: str) -> None:
    terms = set(ANALYZER.terms(wanted)) | set(ANALYZER.terms(text)[:3])
    for _, line, azerbaijani in ANALYZER.lines(text):
        chunks = {line[start:end] for start, end in ANALYZER.sieve(terms).chunks(line)}
        assert chunks >= {
            chunk for chunk in line.split() if any(piece.term in terms for piece in ANALYZER.pieces(chunk, azerbaijani))
        }


@settings(max_examples=200, deadline=None)
@given(st.one_of(az_texts(), any_text()), st.sampled_from(["kitab", "20", "a", "экономик", "_"]))
def test_chunks_are_whole_and_in_order(text: str, term: str) -> None:
    spans = list(ANALYZER.sieve([term]).chunks(text))
    every = [found.span() for found in re.finditer(r"\S+", text)]
    assert spans == [span for span in every if span in set(spans)]


def test_one_letter_alone_becomes_two_in_lower_case() -> None:
    assert ["İ"] == [letter for letter in map(chr, range(sys.maxunicode + 1)) if len(letter.lower()) != 1]


def test_the_table_says_the_same_of_letters() -> None:
    text = f"{_LATIN}{_SIGNS}’‘\u00a0"
    by_table = _flattened_by_table(text)
    assert len(text) == len(by_table)
    for letter, slowly, by_table_ in zip(text, flattened(text), by_table, strict=True):
        assert slowly == by_table_ or not letter.isalnum(), letter
        assert (letter.isalnum(), letter.isspace()) == (by_table_.isalnum(), by_table_.isspace()), letter
    for text in ("ʼ", "к", "e\u0301", "\u00ad", "\u2003", "٣", "😀", "\ud800"):
        with pytest.raises(UnicodeEncodeError):
            _flattened_by_table(f"kitab {text}")


def test_most_words_are_left_out() -> None:
    text = " ".join(path.read_text("utf-8") for path in ARTICLES)
    assert len(picked(text, ["kitab", "neft", "dəniz"])) < len(text.split()) / 50


# ---------------------------------------------------------------- where inflection begins


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("kitablarımızdan", "kitab"),
        ("KİTABLARIN", "KİTAB"),
        ("otağa", "otağ"),
        ("oğluna", "oğl"),
        ("gözəlliyin", "gözəlliy"),
        ("suyu", "su"),
        ("mənim", "mən"),
        ("evdəkilər", "ev"),
        ("kitablari", "kitab"),
        ("BMT-nin", "BMT"),
        ("BMTnin", "BMT"),
        ("2022-ci", "2022"),
        ("Bakı'da", "Bakı"),
        ("mə’lumdur", "mə’lum"),
        ("san'ətkarların", "san'ətkar"),
        ("e'tibarı'nın", "e'tibar"),
        ("Tokayevin", "Tokayev"),
        ("azarbaycanin", "azarbaycan"),
        ("китаблардан", "китаб"),
        ("Kasım-Jomart", "Kasım-Jomart"),
        ("1.000-dən", "1.000-dən"),
        ("e\u0301kitablar", "e\u0301kitablar"),
        ("və", "və"),
    ],
)
def test_root_length(word: str, root: str) -> None:
    term = ANALYZER.terms(word)[0]
    assert root == word[: ANALYZER.root_length(word, term)]


@settings(max_examples=300, deadline=None)
@given(az_texts())
def test_a_root_is_some_of_its_word(text: str) -> None:
    for token in ANALYZER.tokens(text):
        assert 0 < ANALYZER.root_length(token.text, token.term) <= len(token.text)
