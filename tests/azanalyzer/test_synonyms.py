"""Synonyms and acronyms, those of the package and those of a user."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

import azanalyzer
from azanalyzer import Analyzer
from azanalyzer.alphabet import fold, fold_a
from azanalyzer.language import acronyms, shared_morphology
from azanalyzer.sieve import flattened, shapes_of
from azanalyzer.synonyms import Acronyms, Expansion, Synonyms, as_text, read_groups

ANALYZER = Analyzer()


def expand(text: str, analyzer: Analyzer = ANALYZER) -> list[Expansion]:
    return analyzer.expand(analyzer.query_terms(text))


def test_an_acronym_is_spelled_out() -> None:
    assert expand("BMT baş katibi") == [Expansion(0, 1, (("birləş", "millət", "təşkilat"),))]


def test_a_full_name_is_shortened_in_any_case() -> None:
    assert expand("Birləşmiş Millətlər Təşkilatının sədri") == [Expansion(0, 3, (("bmt",),))]
    assert expand("bu Birləşmiş Millətlər Təşkilatında")[0][:2] == (1, 4)


def test_a_full_name_does_not_ask_for_a_word_spelled_as_its_acronym() -> None:
    assert expand("DİN") == [Expansion(0, 1, (("daxili", "iş", "nazirlik"),))]
    assert expand("Daxili İşlər Nazirliyi") == []  # or religions were found


@pytest.mark.parametrize(
    ("typed", "acronym"),
    [
        ("Birlesmis Milletler Teskilatinin sedri", "bmt"),
        ("Birlesmis Milletler Teskilati", "bmt"),
        ("Avropada Tehlukesizlik ve Emekdasliq Teskilati", "atət"),
        ("Simali Atlantika Alyansi", "nato"),
        ("muellimlerin ise qebulu", "miq"),
    ],
)
def test_a_full_name_typed_in_ascii_is_shortened_whichever_of_its_words_is_ambiguous(typed: str, acronym: str) -> None:
    [expansion] = expand(typed)
    assert (acronym,) in expansion.phrases


def test_a_single_word_typed_in_ascii_has_the_synonyms_of_what_it_likeliest_means() -> None:
    synonyms = Synonyms("ön\tqabaq\nön söz\tgiriş", str.split)
    assert synonyms.expand([["on", "ön"]]) == []
    assert synonyms.expand([["ön"]]) == [Expansion(0, 1, (("qabaq",),))]
    assert synonyms.expand([["on", "ön"], ["söz", "soz"]]) == [Expansion(0, 2, (("giriş",),))]


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("BTC", ("bakı", "tbilisi", "ceyhan")),
        ("QHT", ("qeyri", "hökumət", "təşkilat")),
        ("nyuyork", ("nyu", "york")),
        ("Bakı-Tbilisi-Ceyhan", ("btc",)),
    ],
)
def test_a_compound_stands_for_its_parts_one_a_place(typed: str, phrase: tuple[str, ...]) -> None:
    assert any(phrase in expansion.phrases for expansion in expand(typed))


def test_two_things_of_one_acronym_are_not_the_same() -> None:
    assert expand("MM") == [Expansion(0, 1, (("milli", "məclis"), ("mülki", "məcəllə")))]
    assert expand("Mülki Məcəllə") == []  # and mm is a millimetre
    assert expand("Moskva Dövlət Universiteti") == [Expansion(0, 3, (("mdu",),))]
    assert expand("Şimali Atlantika Alyansı")[0].phrases == (("nato",), ("şimali", "atlantika", "müqavilə", "təşkilat"))


def test_a_long_full_name_is_shortened() -> None:
    [expansion] = expand("İslam Dünyası Təhsil, Elm və Mədəniyyət Təşkilatı")
    assert ("icesco",) in expansion.phrases


def test_what_is_written_together_or_apart_is_one() -> None:
    assert expand("səs vermək") == [Expansion(0, 2, (("səsvermə",),))]
    assert expand("səsvermədə") == [Expansion(0, 1, (("səs", "ver"),))]


@pytest.mark.parametrize("acronym", ["BMT", "ABŞ", "MDB", "AMEA", "ATƏT", "NATO", "YUNESKO"])
def test_usual_acronyms_are_known(acronym: str) -> None:
    assert acronym.lower() in {known.lower() for known in acronyms()}
    assert expand(acronym)


def test_synonyms_by_any_form() -> None:
    assert ("doktor",) in expand("həkimlərin")[0].phrases
    assert ("həkim",) in expand("doktora")[0].phrases
    assert expand("zurbalaq") == []


@pytest.mark.parametrize(("one", "other"), [("stresin", "stress"), ("masaj", "massaj"), ("hakker", "haker")])
def test_a_word_in_two_spellings_is_one(one: str, other: str) -> None:
    assert (other,) in expand(one)[0].phrases
    assert (azanalyzer.stem(one),) in expand(other)[0].phrases


def test_a_file_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("# ours\nsmartfon = ağıllı telefon\ntayfa\tqəbilə\n", "utf-8-sig")
    analyzer = Analyzer(synonyms=path)
    assert expand("smartfonlar", analyzer) == [Expansion(0, 1, (("ağıllı", "telefon"),))]
    assert ("smartfon",) in expand("ağıllı telefonlar", analyzer)[0].phrases
    assert ("qəbilə",) in expand("tayfalar", analyzer)[0].phrases
    assert expand("BMT", analyzer)  # those of the package stay


def test_a_group_of_one_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("a = b\n\nalone\n", "utf-8")
    with pytest.raises(ValueError, match=r"synonyms.txt, line 3: a group of synonyms has at least two members"):
        read_groups(path)


def test_a_member_that_no_text_can_have_is_named(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("ev = mənzil\n!!! = ???\n", "utf-8")
    with pytest.raises(ValueError, match=r"synonyms.txt, line 2: '!!!' has no letter or digit"):
        Analyzer(synonyms=path)


@pytest.mark.parametrize("encoding", ["cp1254", "utf-16"])
def test_a_file_in_another_encoding_is_an_error(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("a = b\nşirkət = firma\n".replace("ə", "e"), encoding)
    with pytest.raises(ValueError, match=r"synonyms.txt, line \d: not UTF-8; save the file in this encoding"):
        Analyzer(synonyms=path)


@pytest.mark.parametrize("respell", [fold, fold_a])
@pytest.mark.parametrize("length", [2, 3])
def test_acronyms_are_found_as_their_first_letters_are_typed(length: int, respell: Callable[[str], str]) -> None:
    known = [*acronyms()]
    for beginning in {respell(acronym)[:length] for acronym in known}:
        found = acronyms().typed(beginning, respell)
        expected = [acronym for acronym in known if respell(acronym).startswith(beginning)]
        assert [*dict.fromkeys(found)] == expected  # some stand there in two spellings
    assert acronyms().typed("#", respell) == acronyms().typed("zz", respell) == []


def test_the_longest_phrase_wins() -> None:
    synonyms = Synonyms("a b\tx\na\ty", str.split)
    assert synonyms.expand([["a"], ["b"]]) == [Expansion(0, 2, (("x",),))]
    assert synonyms.expand([["a"], ["c"]]) == [Expansion(0, 1, (("y",),))]
    assert synonyms.expand([]) == []


def test_phrases_begin_like_the_root_of_their_first_word() -> None:
    data = Path(azanalyzer.__file__).parent / "data"
    text = (data / "synonyms.tsv").read_text("utf-8") + Acronyms((data / "acronyms.tsv").read_text("utf-8")).groups()
    lines = [line for line in text.split("\n") if line and line[0] != "#"]
    groups = as_text(read_groups(data / "synonyms.tsv")).split("\n")
    assert groups == lines[: len(groups)]
    phrases = [phrase for line in lines for phrase in line.split("\t")]
    assert [phrase for phrase in phrases if phrase != phrase.strip() or set("|#=") & set(phrase)] == []
    roots = [(phrase, ANALYZER.terms(phrase)[0]) for phrase in phrases]
    assert [(phrase, root) for phrase, root in roots if not _may_be_found(phrase, root)] == []
    # So each one of several words finds what it may be said as.
    long = [(phrase, [[term] for term in ANALYZER.terms(phrase)]) for phrase in phrases if " " in phrase]
    synonyms = Synonyms("\n".join(lines), ANALYZER.terms, shared_morphology().lexicon.irregular_shapes_of)
    assert [phrase for phrase, words in long if len(words) <= 6 and not synonyms.expand(words)] == []


def _may_be_found(phrase: str, root: str) -> bool:
    irregular = shared_morphology().lexicon.irregular_shapes.get(root, ())
    return flattened(phrase).startswith(tuple(map(flattened, shapes_of(root).union(irregular))))


@pytest.mark.parametrize(
    ("typed", "other"),
    [("Nizami küç.", ("küçə",)), ("akademik", ("akad",)), ("dr.", ("doktor",)), ("b.e.ə.", ("era", "əvvəl"))],
)
def test_words_and_how_they_are_shortened(typed: str, other: tuple[str, ...]) -> None:
    assert other in expand(typed)[-1].phrases


@pytest.mark.parametrize("typed", ["yağ", "iç", "qeyri-hökumət sektoru", "qeyri hökumət", "vitse-prezident"])
def test_words_that_cannot_be_said_otherwise(typed: str) -> None:
    assert expand(typed) == []


def test_an_acronym_that_is_a_common_word_is_spelled_out_in_capitals_only() -> None:
    words = ANALYZER.query_terms("it dost ada bmt din gps")
    full = {phrase for one in ANALYZER.expand(words) for phrase in one.phrases}
    small = {phrase for one in ANALYZER.expand(words, in_capitals=set()) for phrase in one.phrases}
    assert small >= {("köpək",), ("yoldaş",), ("birləş", "millət", "təşkilat")}
    assert {("informasiya", "texnologiya"), ("daxili", "iş", "nazirlik"), ("ada", "universitet")} <= full - small
    told = {phrase for one in ANALYZER.expand(words, in_capitals={"it", "din"}) for phrase in one.phrases}
    assert told - small == {("informasiya", "texnologiya"), ("daxili", "iş", "nazirlik")}


def test_a_file_in_decomposed_letters(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, "smartfon = ağıllı telefon\nüzgüçülük = hovuz idmanı")
        (tmp_path / form).write_text(text, "utf-8")
        own = Analyzer(synonyms=tmp_path / form)
        for typed, other in (("ağıllı telefon", ("smartfon",)), ("üzgüçülük", ("hovuz", "idman"))):
            [found] = own.expand(own.query_terms(typed))
            assert found.phrases == (other,)


def test_numerals_signs_and_repeated_words_in_phrases() -> None:
    groups = [["II Dünya müharibəsi", "ikinci müharibə"], ["ha ha ha", "gülüş"], ["kitab – dost", "oxu"]]
    synonyms = Synonyms(as_text(groups), ANALYZER.terms)

    def said(text: str) -> list[tuple[int, int]]:
        return [found[:2] for found in synonyms.expand(ANALYZER.query_terms(text))]

    assert said("ha ha ha") == [(0, 3)]
    assert said("ha ha") == []
    assert said("ha ha ha ha") == [(0, 3)]
    assert said("kitab dost") == said("kitab – dost") == [(0, 2)]
    assert said("kitab") == said("dost kitab") == []


def test_threads_see_whole_groups() -> None:
    groups = [[f"q{number} a", f"q{number} b", "qq"] for number in range(200)]
    for _ in range(5):
        synonyms = Synonyms(as_text(groups), str.split)
        seen: list[int] = []
        threads = [
            Thread(target=lambda: seen.append(len(synonyms.expand([["qq"]])[0].phrases)))  # noqa: B023
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [400] * 8
