"""Cyrillic of 1939 and 1958, Latin of 1991, Russian beside them, Cyrillic letters slipped into Latin words."""

from __future__ import annotations

import sys

import pytest

from azanalyzer import Analyzer, stem, to_latin
from azanalyzer.scripts import CYRILLIC, has_cyrillic, is_azerbaijani, russian_stem, untwin

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Азәрбајҹан", "Azərbaycan"),
        ("Ҝәнҹә", "Gəncə"),
        ("һәјат ҺӘЈАТ", "həyat HƏYAT"),
        ("ҹүмһуријјәт", "cümhuriyyət"),
        ("чөрәк", "çörək"),
        ("ғызыл", "ğızıl"),
        ("Иран ИСТИ ЫШЫГ", "İran İSTİ IŞIQ"),
        ("Азәрбайҹан", "Azərbaycan"),  # 1939: й
        ("Юсиф, яры", "Yusif, yarı"),  # 1939: ю я
        ("этмәк", "etmək"),  # 1939: э
        ("Сосиалист Социалист ЦИРК сессия", "Sosialist Sosialist SİRK sessiya"),  # 1939: ц
        ("объект ОБЪЕКТ субъектив", "obyekt OBYEKT subyektiv"),
        ("kitab 5", "kitab 5"),
    ],
)
def test_to_latin(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Азәрбајҹанын", "Azərbaycanın"),
        ("китабларымыздан", "kitablarımızdan"),
        ("мәктәбләрдә", "məktəblərdə"),
        ("Бакыда", "Bakıda"),
        ("халгынын", "xalqının"),
        ("ҝөзәл", "gözəl"),
        ("өлкәсинин", "ölkəsinin"),
    ],
)
def test_cyrillic_meets_todays_spelling(cyrillic: str, latin: str) -> None:
    assert ANALYZER.terms(cyrillic) == ANALYZER.terms(latin)


@pytest.mark.parametrize(("old", "new"), [("töhfä", "töhfə"), ("gänclik", "gənclik"), ("ÄDÄBİYYAT", "ədəbiyyat")])
def test_latin_of_1991(old: str, new: str) -> None:
    assert stem(old) == new


def test_russian_is_told_apart() -> None:
    assert is_azerbaijani("Россия и мир") is False
    assert is_azerbaijani("российский") is False
    assert is_azerbaijani("мәктәб") is True
    assert is_azerbaijani("китаб") is None
    assert is_azerbaijani("мәк\u00adтаб\u00adла\u00adры\u00adмыз яхшы\u00adдыр") is True  # soft hyphens part no word
    tokens = list(ANALYZER.tokens("Документы правительства\nкитабларын сијаһысы"))
    assert [token.kind for token in tokens] == ["russian", "russian", "word", "word"]
    assert [token.term for token in tokens[2:]] == ["kitab", "siyahı"]


def test_russian_forms_meet() -> None:
    assert russian_stem("книги") == russian_stem("книгой") == russian_stem("КНИГА")
    assert russian_stem("ёлка") == russian_stem("елка")
    first, second = ANALYZER.terms("Российский российского")
    assert first == second


def test_old_letters_in_azerbaijani_text_prove_nothing() -> None:
    assert ANALYZER.terms("Юсиф әдәби йени") == ["yusif", "ədəbi", "yeni"]


@pytest.mark.parametrize(
    ("line", "latin"),
    [
        (
            "Азәрбайҹан Совет Социалист Республикасынын Конституциясы",
            "Azərbaycan Sovet Sosialist Respublikasının Konstitusiyası",
        ),
        ("Бу объект вә сессиялар ҝөзәл бир йердәдир", "Bu obyekt və sessiyalar gözəl bir yerdədir"),
        ("Вə шəһəрин сессиясы", "Və şəhərin sessiyası"),
    ],
)
def test_lines_of_before_1958(line: str, latin: str) -> None:
    assert ANALYZER.terms(line) == ANALYZER.terms(latin)


def test_names_in_russian_lines() -> None:
    line = "В начале этого года в столице республики Һәсән провёл большое совещание"
    assert is_azerbaijani(line) is False
    terms = ANALYZER.terms(line)
    assert "həsən" in terms
    assert russian_stem("республики") in terms


def test_a_russian_word_is_not_split_at_a_decomposed_letter() -> None:
    assert ANALYZER.terms("российскии\u0306 народ") == ANALYZER.terms("российский народ")


@pytest.mark.parametrize("word", ["Bаkı", "kitаb", "şəһər", "Азərbaycan", "dövləт"])
def test_twins_in_latin_words(word: str) -> None:
    latin = {"Bаkı": "bakı", "kitаb": "kitab", "şəһər": "şəhər", "Азərbaycan": "azərbaycan", "dövləт": "dövlət"}[word]
    assert stem(word) == latin


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("Азəрбаjҹанын", "azərbaycan"),
        ("шəһəр", "şəhər"),
        ("Вə", "və"),
        ("hәјат", "həyat"),
        ("Aзәрбајҹан", "azərbaycan"),
        ("Bаһа", "baha"),
        ("Pоссия", russian_stem("Россия")),
    ],
)
def test_twins_in_cyrillic_words(word: str, term: str) -> None:
    assert ANALYZER.terms(word) == [term]
    assert [(0, len(word))] == [(token.start, token.end) for token in ANALYZER.tokens(word)]


def test_the_alphabet_is_told_part_by_part() -> None:
    assert untwin("Azərbaycan-Россия") == "Azərbaycan-Россия"


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("#Гарабағ #Гарабағда", ["qarabağ", "qarabağ"]),
        ("#Россия", ["россия"]),
        ("М.Ә.Рәсулзадә", ["mə", "rəsulzadə"]),
        ("А.С.Әлијев", ["as", "əliyev"]),
        ("А.С. Новый", ["ас", russian_stem("новый")]),
        ("Бакы́да ҝүл\u0301ләр", ["bakı", "gül"]),
        ("Ҝәнҹә-Ь", ["gəncə", "gəncə"]),
        ("Ь-Ҝәнҹә-дә", ["gəncə", "gəncə"]),
        ("Ҝәнҹә Ь'ләр", ["gəncə", "lər"]),
    ],
)
def test_other_tokens_in_cyrillic(text: str, terms: list[str]) -> None:
    assert ANALYZER.terms(text) == terms


def test_a_sign_alone_is_a_token() -> None:
    assert [token.term for token in ANALYZER.tokens("әдәб ь Ъ")] == ["ədəb", "ь", "ъ"]


@pytest.mark.parametrize(
    ("word", "term"),
    [("Κitab", "kitab"), ("Bαkı", "bakı"), ("ΚΙΤΑΒ", "κιταβ"), ("β-karotin", "β-karotin"), ("ѕu", "su")],
)
def test_greek_twins_count_as_latin_beside_latin_letters_only(word: str, term: str) -> None:
    assert stem(word) == term


def test_cyrillic_is_asked_for_as_todays_spelling_and_russian_as_it_is() -> None:
    assert [word.typed for word in ANALYZER.asked("никаһын позулмасы")] == ["nikahın", "pozulması"]
    assert [word.typed for word in ANALYZER.asked("Книги")] == ["книги"]


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("телефон", [["telefon", russian_stem("телефон")]]),
        ("Баку́", [["bakı", russian_stem("Баку")]]),
        ("НАТО", [["nato", russian_stem("НАТО")]]),
        ("книга", [[russian_stem("книга")]]),
        ("бу телефон", [["bu"], ["telefon", russian_stem("телефон")]]),  # a stop word stays one
        ("шәһәр телефону", [["şəhər"], ["telefon"]]),
        ("телефон доверия", [[russian_stem("телефон")], [russian_stem("доверия")]]),
        ("telefon", [["telefon"]]),
    ],
)
def test_a_word_that_may_be_of_either_language_asks_for_both(query: str, terms: list[list[str]]) -> None:
    assert ANALYZER.query_terms(query) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("В Баку", [("в", "russian"), ("bakı", "word")]),  # no Roman five
        ("Парк в Баку", [("park", "word"), ("в", "russian"), ("bakı", "word")]),
        ("В. Баку", [("v", "abbreviation"), ("bakı", "word")]),
        ("В әсрдә", [("5", "roman"), ("əsr", "word")]),
        ("V Bakı", [("5", "roman"), ("bakı", "word")]),
    ],
)
def test_a_lone_letter_is_the_russian_in(text: str, terms: list[tuple[str, str]]) -> None:
    assert [(token.term, token.kind) for token in ANALYZER.tokens(text)] == terms


def test_untwin_leaves_cyrillic_words() -> None:
    assert untwin("атасы") == "атасы"
    assert untwin("Bаkı") == "Bakı"


def test_cyrillic_letters_are_those_that_the_pattern_finds() -> None:
    letters = list(map(chr, range(sys.maxunicode + 1)))  # half surrogate pairs, too
    assert "".join(filter(has_cyrillic, letters)) == "".join(CYRILLIC.findall("".join(letters)))
    assert has_cyrillic("kitab к")
    assert not has_cyrillic("")
