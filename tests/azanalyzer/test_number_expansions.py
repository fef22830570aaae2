"""Other ways to write numbers and amounts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from azanalyzer import Analyzer
from azanalyzer.number_expansions import number_expansions

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("1 000 000 metr", [(0, 3, ("1000000",))]),
        ("12 500-ə satılır", [(0, 2, ("12500",))]),
        ("qiymət 1000000", [(1, 2, ("1", "000", "000"))]),
        ("1 250 000,50 metr", [(0, 3, ("1250000.50",))]),
        ("1.250.000,50", [(0, 1, ("1", "250", "000.50"))]),
        ("2022,5", [(0, 1, ("2", "022.5"))]),
        ("1500", [(0, 1, ("1", "500"))]),
        ("2022", []),  # a year
        ("2022 500", []),
        ("10 20 300", [(1, 3, ("20300",))]),
        ("256GB", [(0, 1, ("256", "gb")), (0, 1, ("256", "qiqabayt"))]),
        ("256 GB-lıq", [(0, 2, ("256", "qiqabayt")), (0, 2, ("256gb",))]),
        ("5 kilometr", [(0, 2, ("5", "km")), (0, 2, ("5km",))]),
        ("10 mln.", [(0, 2, ("10", "milyon")), (0, 2, ("10mln",))]),
        ("2 kiloqram", [(0, 2, ("2", "kq")), (0, 2, ("2", "kg")), (0, 2, ("2kq",)), (0, 2, ("2kg",))]),
        ("10000mkq", [(0, 1, ("10000", "mkq")), (0, 1, ("10", "000", "mkq"))]),
        ("10 000 mkq", [(0, 3, ("10000", "mkq")), (0, 3, ("10000mkq",))]),
        ("50 AZN", [(0, 2, ("50", "manat")), (0, 2, ("50azn",))]),
        ("50 manat", [(0, 2, ("50", "azn")), (0, 2, ("50azn",))]),
        ("50azn", [(0, 1, ("50", "azn")), (0, 1, ("50", "manat"))]),
        ("3.5 mp", [(0, 2, ("3.5mp",)), (0, 2, ("3,5mp",))]),
        ("3,5mp", [(0, 1, ("3.5", "mp")), (0, 1, ("3.5mp",))]),
        ("5G", []),
        ("gb 256", []),
        ("7 kg", [(0, 2, ("7", "kiloqram")), (0, 2, ("7", "kq")), (0, 2, ("7kg",)), (0, 2, ("7kq",))]),
        ("30sm", [(0, 1, ("30", "sm")), (0, 1, ("30", "santimetr")), (0, 1, ("30", "cm")), (0, 1, ("30cm",))]),
        ("978-9952-24-700-1", [(0, 5, ("9789952247001",))]),
        ("9952-418-77-X", [(0, 4, ("995241877x",))]),
    ],
)
def test_amounts(query: str, expected: Sequence[tuple[int, int, tuple[str, ...]]]) -> None:
    terms = [alternatives[0] for alternatives in ANALYZER.query_terms(query)]
    found = [(first, last, phrase) for first, last, phrases in number_expansions(terms) for phrase in phrases]
    assert found == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("iPhone13 Pro", [(0, 1, ("iphone", "13"))]),
        ("madde61", [(0, 1, ("maddə", "61"))]),
        ("Su-25-lər", [(0, 3, ("su25",))]),
        ("Galaxy a 52", [(1, 3, ("a52",))]),
        ("redmi 10 c", [(1, 3, ("10c",))]),
        ("5w30", [(0, 1, ("5", "w30")), (0, 1, ("5w", "30")), (0, 1, ("5", "w", "30"))]),
        ("1a2b3c", []),  # a key
        ("maddə 61", []),  # too long to be a part of one name
        ("256gb", [(0, 1, ("256", "gb")), (0, 1, ("256", "qiqabayt"))]),  # an amount, and so no name
    ],
)
def test_names_with_digits(query: str, expected: Sequence[tuple[int, int, tuple[str, ...]]]) -> None:
    expansions = ANALYZER.expand(ANALYZER.query_terms(query))
    assert expected == [(first, last, phrase) for first, last, phrases in expansions for phrase in phrases]


def test_the_number_of_a_book_is_found_with_hyphens_wherever_they_stand() -> None:
    [expansion] = ANALYZER.expand(ANALYZER.query_terms("9789952247001"))
    assert ("978", "9952", "24", "700", "1") in expansion.phrases
    assert ("978", "9952", "247", "00", "1") in expansion.phrases
    [expansion] = ANALYZER.expand(ANALYZER.query_terms("0306406152"))
    assert ("0", "306", "40615", "2") in expansion.phrases
    assert ANALYZER.expand(ANALYZER.query_terms("0306406153")) == []  # as its last digit is another


def test_a_name_of_many_pieces_is_found_however_it_is_cut() -> None:
    [expansion] = ANALYZER.expand(ANALYZER.query_terms("WH1000XM5"))
    assert {("wh", "1000xm5"), ("wh", "1000", "xm5"), ("wh", "1000", "xm", "5")} <= {*expansion.phrases}


PHONE = (
    ("0501234567",), ("994501234567",), ("050", "123", "45", "67"), ("994", "50", "123", "45", "67")
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "own"),
    [("0501234567", 0), ("+994501234567", 1), ("050-123-45-67", 2), ("(050) 123 45 67", 2), ("+994 50 123 45 67", 3)],
)
def test_a_telephone_number(typed: str, own: int) -> None:
    [expansion] = ANALYZER.expand(ANALYZER.query_terms(typed))
    assert (expansion.first, expansion.phrases) == (0, PHONE[:own] + PHONE[own + 1 :])


@pytest.mark.parametrize("typed", ["0801234567", "050 123 45", "05012345678", "COVID-19"])
def test_what_is_no_telephone_number(typed: str) -> None:
    words = ANALYZER.query_terms(typed)
    assert not any("994" in "".join(phrase) for one in ANALYZER.expand(words) for phrase in one.phrases)


SAID = (("2020-11-26",), ("26", "noyabr", "2020"), ("2020", "il", "26", "noyabr"), ("2020", "il", "noyabr", "26"))


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("26.11.2020", 0),
        ("26/11/2020-də", 0),
        ("26 noyabr 2020", 1),
        ("2020-ci ilin 26 noyabrında", 2),
        ("2020-ci il noyabrın 26-da", 3),
    ],
)
def test_a_day_in_digits_and_as_it_is_said(typed: str, own: int) -> None:
    [expansion] = ANALYZER.expand(ANALYZER.query_terms(typed))
    assert (expansion.first, expansion.phrases) == (0, SAID[:own] + SAID[own + 1 :])


@pytest.mark.parametrize("typed", ["32 noyabr 2020", "0 mart 2020", "5 mart 12", "2020 il kitab 5", "2020-ci il mart"])
def test_what_is_no_day(typed: str) -> None:
    assert all(len(expansion.phrases) == 1 for expansion in ANALYZER.expand(ANALYZER.query_terms(typed)))


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("5 km", (("5", "kilometr"), ("5km",))),
        ("10 mm", (("10", "millimetr"), ("10mm",))),
        ("10 MM", (("10", "millimetr"), ("10mm",))),
    ],
)
def test_a_measure_is_no_acronym(typed: str, phrases: tuple[tuple[str, ...], ...]) -> None:
    [expansion] = ANALYZER.expand(ANALYZER.query_terms(typed))
    assert expansion.phrases == phrases


def test_a_currency_behind_a_number_is_no_acronym() -> None:
    [expansion] = ANALYZER.expand(ANALYZER.query_terms("1500 AZN"))
    assert [*expansion.phrases] == [
        ("1500", "manat"), ("1", "500", "azn"), ("1", "500", "manat"), ("1500azn",)
    ]  # fmt: skip
