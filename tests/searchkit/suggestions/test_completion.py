"""Words and titles completed as they are typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from azanalyzer import Analyzer, fold, lower
from searchkit import Completion, Date, QueryError, Schema, Text
from tests import strategies

Make = Callable[..., searchkit.Index]


def words(index: searchkit.Index, text: str, limit: int = 10) -> list[str]:
    """The completions of the last word."""
    return [completion.text for completion in index.autocomplete(text, limit)]


def titles(index: searchkit.Index, text: str, limit: int = 10) -> list[str]:
    """The titles in which a word begins so."""
    return [completion.text for completion in index.autocomplete(text, limit, kind="titles")]


def test_words_are_ranked_by_frequency(make_index: Make) -> None:
    index = make_index(["kitab kitabxana", "kitab", "kitabça kilim", "kilim kitab", {"id": "9", "title": "Kitabxana"}])
    assert index.autocomplete("ki") == [
        Completion("kitab", 3),
        Completion("kilim", 2),
        Completion("kitabxana", 1),
        Completion("kitabça", 1),
    ]
    assert index.autocomplete("kit", 1) == [Completion("kitab", 3)]
    assert index.autocomplete("kit", 0) == []


def test_letters_are_folded(articles: searchkit.Index) -> None:
    assert "Gəncə" in words(articles, "gen")
    assert "Gəncə" in words(articles, "Gən")
    assert "geniş" in words(articles, "gen")
    assert not any("e" in word[:3] for word in words(articles, "gən"))  # what is typed properly is meant
    assert "Şəki" in words(articles, "sek", 40)


@pytest.mark.parametrize("text", ["şəh", "Gəncə ş", "Çö", "şəhər m"])
def test_decomposed_letters_and_what_is_not_seen_make_no_difference(text: str, articles: searchkit.Index) -> None:
    expected = [fold(word) for word in words(articles, text)]
    assert expected
    for typed in (unicodedata.normalize("NFD", text), f"{text}\u00ad", f"{text[:-1]}\u200b{text[-1]}"):
        assert expected == [fold(word) for word in words(articles, typed)]
    assert words(articles, "\u200b") == []


def test_texts_in_decomposed_letters_are_completed_like_others(make_index: Make) -> None:
    texts = [
        "Xəzər dənizi çay",
        "Xəzər dənizi üç",
        "Xəzər dənizində",
        *["dörd dövlət"] * 5,
        "Ev kirayələmək",
        "ə\u0301lvan ev",
    ]

    def titled(form: Callable[[str], str], name: str) -> searchkit.Index:
        return make_index(
            ({"id": str(number), "title": form(text), "body": form(text)} for number, text in enumerate(texts)),
            name=name,
        )

    plain, decomposed = titled(str, "plain"), titled(lambda text: unicodedata.normalize("NFD", text), "decomposed")
    assert words(plain, "Xəzər d", 1) == words(decomposed, "Xəzər d", 1) == ["Xəzər dənizi"]
    for text in ("ə", "ev", "dö", "d", "ç", "dənizi"):
        found = {unicodedata.normalize("NFC", title) for title in titles(decomposed, text)}
        assert found == {*titles(plain, text)}
    assert titles(plain, "ə") == ["ə\u0301lvan ev"]


def test_only_the_last_word_is_completed(articles: searchkit.Index) -> None:
    assert "Xəzər dəniz" in words(articles, "Xəzər den")
    assert words(articles, "Xəzər ") == []
    assert words(articles, "") == []
    assert words(articles, "!") == []
    assert all(word.startswith("Kit") for word in words(articles, "Kit"))


def test_what_follows_the_word_before_comes_first(make_index: Make) -> None:
    texts = ["Xəzər dənizinin suyu", "Xəzər dənizi", "Xəzər dənizində dövlət", *["dövlət dəniz daş"] * 9, "Xəzər daşı"]
    index = make_index(texts)
    assert words(index, "Xəzər d", 3) == ["Xəzər dənizi", "Xəzər daş", "Xəzər dövlət"]
    assert words(index, "xezer den", 1) == ["xezer dənizi"]  # typed in ASCII
    assert words(index, "XƏZƏR D", 1) == ["XƏZƏR Dənizi"]
    assert words(index, "Xəzə\u0301r d", 1) == ["Xəzə\u0301r dənizi"]  # with the stress of a dictionary
    assert words(index, "Xəzər, d", 1) == ["Xəzər, dəniz"]  # a sign parts them, so the most frequent word comes
    assert words(index, "və d", 1) == ["və dəniz"]  # what says nothing has no followers


def test_what_stands_with_the_word_before_comes_alone(make_index: Make) -> None:
    index = make_index(["Boz divan, künc", "Qara divan, kətan, künc", *["Kişi kəməri"] * 9, *["və kətan"] * 2])
    assert words(index, "divan k") == ["divan künc", "divan kətan"]  # by the documents that have both
    assert words(index, "DIVAN K") == ["DIVAN Künc", "DIVAN Kətan"]
    assert words(index, "divan kə") == ["divan kətan"]
    assert words(index, "divan kəm") == ["divan kəmər"]  # nowhere with a sofa, but nothing else begins so
    assert words(index, "stul k")[0] == "stul kişi"  # which no document has
    assert words(index, "və k")[0] == "və kişi"
    assert words(index, "k")[0] == "kişi"
    with index.writer() as writer:
        writer.delete("1")
        writer.delete("2")
    index.refresh()
    assert words(index, "divan k")[0] == "divan kişi"


def test_what_stands_with_a_frequent_word_is_told_by_a_sample(make_index: Make) -> None:
    index = make_index(["kitab, oxucu"] * 600 + ["kitab, otaq"] * 300 + ["oyun"] * 900)
    assert words(index, "kitab o") == ["kitab oxucu", "kitab otaq"]


@pytest.mark.parametrize(
    ("texts", "typed", "expected"),
    [
        (["mühərrik yağı", "zeytun yağı", "yağ"], "ya", "yağ"),
        (["yağış yağır", "yağmağa başladı", "qar yağmaq"], "yağ", "yağmaq"),
        (["almaq", "aldı", "al yanaq"], "al", "al"),
        (["almaq"] * 9 + ["al yanaq"], "al", "almaq"),
    ],
)
def test_a_verb_that_is_a_noun_too_is_completed_as_documents_have_it(
    texts: list[str], typed: str, expected: str, make_index: Make
) -> None:
    assert expected in words(make_index(texts), typed)
    other = {"yağ": "yağmaq", "yağmaq": "yağ", "al": "almaq", "almaq": "al"}[expected]
    assert other not in words(make_index(texts, name="other"), typed)


def test_the_forms_of_a_name_have_its_capital(make_index: Make) -> None:
    assert words(make_index(["Əli gəldi"]), "əliy", 1) == ["Əliyə"]


def test_what_follows_is_that_of_the_newest_commit(make_index: Make) -> None:
    index = make_index(["neft kəməri"])
    assert words(index, "neft k", 1) == ["neft kəmər"]
    with index.writer() as writer:
        for number in range(3):
            writer.add({"id": f"new-{number}", "body": "neft kənarı"})
    index.refresh()
    assert words(index, "neft k", 2) == ["neft kənarı", "neft kəmər"]


def test_a_name_that_follows_has_its_capital_and_a_verb_is_an_infinitive(make_index: Make) -> None:
    index = make_index(
        ["Heydər Əliyev gəldi", "Heydər Əliyevin səfər etdiyi", "səfər etdilər, əsas", *["əsas ərazi"] * 5]
    )
    assert words(index, "heydər ə", 2) == ["heydər Əliyev"]
    assert words(index, "səfər e", 1) == ["səfər etmək"]
    assert words(index, "səfər ed", 1) == []


def test_verbs_are_completed_to_the_infinitive(make_index: Make) -> None:
    index = make_index(["Uşaqlar oxudular, sonra getdilər."])
    assert words(index, "oxu") == ["oxumaq"]
    assert words(index, "oxum")[0] == "oxumaq"
    assert index.search("oxumaq").total == 1


def test_inflected_words_are_completed(make_index: Make) -> None:
    index = make_index(["kitab otaq"])
    assert "kitablar" in words(index, "kitabl")
    assert "kitablarımızdan" in words(index, "kitablarimizd")
    assert "otağında" in words(index, "otağınd")
    assert words(index, "kitabqqq") == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("otağ", "otağın"), ("otag", "otağın"), ("ürəy", "ürəyin"), ("fikr", "fikrin"), ("fikrim", "fikrim")],
)
def test_a_root_that_changes_before_a_vowel_is_completed_before_that_is_typed(
    typed: str, expected: str, make_index: Make
) -> None:
    found = words(make_index(["otaq ürək fikir"]), typed)
    assert expected in found
    assert all(form.startswith(expected[: len(typed)]) for form in found)


@pytest.mark.parametrize("typed", ["gözl", "gozl", "axım", "altı", "kitabları"])
def test_a_form_finds_the_documents_that_it_is_offered_for(typed: str, make_index: Make) -> None:
    index = make_index(["göz", "axım", "alt", "kitab"])
    for completion in index.autocomplete(typed, 100):
        assert index.search(completion.text).total == completion.frequency, completion


@pytest.mark.parametrize(
    ("text", "expected"), [("vergi verdi", ["vergi"]), ("pul verdi", ["vergəc", "verginən", "vergilən"])]
)
def test_rare_forms_stand_beside_no_term(text: str, expected: list[str], make_index: Make) -> None:
    assert words(make_index([text]), "verg") == expected


def test_titles_are_found_by_any_word(make_index: Make) -> None:
    names = ["Gəncədə kitab yarmarkası", "Kitabxana açıldı", "«Neft» və qaz", "Yeni kitab, yeni dərs", "Kitab"]
    index = make_index([{"id": str(number), "title": name, "body": "mətn"} for number, name in enumerate(names)])
    assert titles(index, "kit") == ["Kitab", "Kitabxana açıldı", "Yeni kitab, yeni dərs", "Gəncədə kitab yarmarkası"]
    assert titles(index, "gence") == ["Gəncədə kitab yarmarkası"]
    assert titles(index, "kitab  yar") == ["Gəncədə kitab yarmarkası"]
    assert titles(index, "nef") == ["«Neft» və qaz"]
    assert titles(index, "arka") == []  # within a word
    assert titles(index, "genc") == titles(index, "gənc")
    assert titles(index, "gənç") == []
    assert titles(index, "kit", 2) == ["Kitab", "Kitabxana açıldı"]


def test_the_same_title_comes_once_and_first(make_index: Make) -> None:
    index = make_index([{"id": str(number), "title": "Hava proqnozu" if number > 1 else "Hava"} for number in range(6)])
    assert index.autocomplete("hav", kind="titles") == [Completion("Hava proqnozu", 4), Completion("Hava", 2)]


@pytest.mark.parametrize(("frequent", "rare"), [("açıq", "acıq"), ("acıq", "açıq")])
def test_forms_of_the_more_frequent_term_come_first(frequent: str, rare: str, make_index: Make) -> None:
    assert words(make_index([frequent, frequent, rare]), "aciqlar", 1) == [f"{frequent}lar"]


@pytest.mark.parametrize(
    "other", ["Neft  daşları", " Neft daşları", "Neft daşları\n", "Neft\u00a0daşları", "Neft\ndaşları"]
)
def test_titles_that_differ_in_white_space_are_one(other: str, make_index: Make) -> None:
    index = make_index([{"id": str(n), "title": title} for n, title in enumerate(("Neft daşları", other, "Bakı"))])
    assert index.autocomplete("daş", kind="titles") == [Completion("Neft daşları", 2)]
    assert titles(index, "b") == ["Bakı"]


def test_deleted_titles_are_gone(make_index: Make) -> None:
    index = make_index(
        [{"id": "1", "title": "Kitab"}, {"id": "2", "title": "Kitabxana"}, {"id": "3", "title": "Kitab"}]
    )
    assert index.autocomplete("kit", kind="titles") == [Completion("Kitab", 2), Completion("Kitabxana", 1)]
    with index.writer() as writer:
        writer.delete("1")
        writer.delete("2")
        writer.add({"id": "4", "title": "Kitabça"})
    assert index.autocomplete("kit", kind="titles") == [Completion("Kitab", 1), Completion("Kitabça", 1)]


def test_the_first_text_field_stands_for_the_title(make_index: Make) -> None:
    schema = Schema(name=Text(), about=Text())
    index = make_index([{"id": "1", "name": "Kilim", "about": "Xalça"}], schema)
    assert (titles(index, "kil"), titles(index, "xal")) == (["Kilim"], [])
    dates = make_index([{"id": "1", "day": "2024-05-03"}], Schema(day=Date()), name="dates")
    assert (titles(dates, "k"), words(dates, "k")) == ([], [])


def test_a_long_beginning_is_compared_whole(make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "Beynəlxalq münasibətlər"}, {"id": "2", "title": "Beynəlxalq müqavilə"}])
    assert titles(index, "beynelxalq mun") == ["Beynəlxalq münasibətlər"]
    assert words(index, "beynəlxa") == ["beynəlxalq"]
    assert titles(index, "beynelxalq munasibetler haqqinda") == []


def test_arguments_are_checked(articles: searchkit.Index) -> None:
    with pytest.raises(QueryError, match="'words' or 'titles'"):
        articles.autocomplete("kit", kind="phrases")
    with pytest.raises(QueryError, match="limit"):
        articles.autocomplete("kit", -1)
    with pytest.raises(QueryError, match="string"):
        articles.autocomplete(7)  # type: ignore[arg-type]


@given(text=strategies.any_text())
def test_no_text_is_too_odd(text: str, articles: searchkit.Index) -> None:
    for kind in ("words", "titles"):
        assert len(articles.autocomplete(text, kind=kind)) <= 10


@given(data=st.data())
def test_completions_begin_as_typed(data: st.DataObject, articles: searchkit.Index) -> None:
    word = data.draw(st.sampled_from(uninflected(articles)))
    shape = data.draw(st.sampled_from([str, lower, fold]))
    text = shape(word[: data.draw(st.integers(2, len(word)))])
    completed = words(articles, text)
    assert completed
    for completion in completed:
        assert fold(completion).startswith(fold(text))


@cache
def uninflected(index: searchkit.Index) -> list[str]:
    """The words of the titles that are terms as they stand."""
    found = set()
    for document in index.documents():
        for token in Analyzer.shared().tokens(document["title"]):
            word = document["title"][token.start : token.end]
            if lower(word) == token.term:
                found.add(word)
    assert len(found) > 100
    return sorted(found)


def test_a_capital_i_of_an_ascii_keyboard_stands_for_both(make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "İstanbulun işığı", "body": "İstanbul, istilik, ısın"}])
    assert set(words(index, "Ist")) == {"İstanbul", "İstilik"}
    assert set(words(index, "IS")) == {"İstanbul", "İşıq", "Isın", "İstilik"}
    assert words(index, "şəhər I") == ["şəhər Isın"]  # one with an Azerbaijani keyboard means ı
    assert titles(index, "Istan") == titles(index, "ISIG") == ["İstanbulun işığı"]


def test_an_acronym_comes_in_its_capitals(make_index: Make) -> None:
    index = make_index(["BMT-nin iclası, UNESCO-da"])
    assert words(index, "bm") == words(index, "BM") == ["BMT"]
    assert words(index, "un") == ["UNESCO"]


def test_a_name_has_all_its_capitals(make_index: Make) -> None:
    index = make_index(["Bakı-Tbilisi-Ceyhan, BMW, Dar-əs-Salam", "alqı-satqı, Rusiya-2018"])
    assert words(index, "bmw") == words(index, "Bmw") == ["BMW"]
    assert words(index, "baki-t") == ["Bakı-Tbilisi-Ceyhan"]
    assert words(index, "dar-") == ["Dar-əs-Salam"]
    assert words(index, "alqı-") == ["alqı-satqı"]
    assert words(index, "rusiya-") == ["Rusiya-2018"]


def test_words_that_say_nothing_come_last(make_index: Make) -> None:
    index = make_index([*["kitab ki kimi hətta hər hara həm"] * 3, "kilim həb"])
    assert words(index, "ki") == ["kitab", "kilim", "ki", "kimi"]
    assert words(index, "kim") == ["kimi"]
    assert words(index, "h", 1) == ["həb"]


def test_beginnings_in_cyrillic_letters_are_those_of_latin_words_too(make_index: Make) -> None:
    index = make_index(
        [
            {"id": "1", "title": "Kitabxana açıldı", "body": "Gəncədə yeni kitabxana açıldı."},
            {"id": "2", "title": "Китабхана ачылды", "body": "Ҝәнҹәдә јени китабхана ачылды."},
            {"id": "3", "title": "Новая библиотека", "body": "Книги новой библиотеки."},
        ]
    )
    assert words(index, "китаб") == ["kitabxana"]
    assert words(index, "китабханада")[0] == "kitabxanada"
    assert words(index, "јени Ҝән") == ["јени Gəncə"]
    assert words(index, "библ") == ["библиотек"]
    assert set(titles(index, "кит")) == {"Kitabxana açıldı", "Китабхана ачылды"}


def test_words_of_deleted_documents_are_neither_completed_nor_suggested(make_index: Make) -> None:
    index = make_index(["Zərdüşt haqqında", "kitab haqqında", "Zərifə kitabı"])
    assert words(index, "zər") == ["Zərdüşt", "Zərifə"]
    with index.writer() as writer:
        writer.delete("1")
    assert words(index, "zər") == ["Zərifə"]
    assert words(index, "zərdüştd") == []
    assert index.suggest("zerdust") is None


@pytest.mark.parametrize(
    "title", ["«Qarabağ» klubu qalib gəldi", "Bakı – Tbilisi qatarı", '"Neftçi" klubu, (Bakı) - 1']
)
def test_titles_are_completed_across_signs_whether_they_are_typed_or_not(title: str, make_index: Make) -> None:
    index = make_index([{"id": "1", "title": title, "body": "mətn"}])
    plain = " ".join("".join(" " if sign in '«»–"(),-' else sign for sign in title).split())
    for typed in (title, plain):
        for length in range(1, len(typed) + 1):
            if typed[:length].strip('«"'):
                assert titles(index, typed[:length]) == [title]
    assert titles(index, plain.partition(" ")[2]) == [title]


def test_titles_in_which_the_last_word_is_whole_come_first(make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "Maddə 157. Ad"}, {"id": "2", "title": "Maddə 15. Anlaqsızlıq"}])
    assert titles(index, "maddə 15") == ["Maddə 15. Anlaqsızlıq", "Maddə 157. Ad"]
    assert titles(index, "maddə 157") == ["Maddə 157. Ad"]


def test_forms_of_a_frequent_word_come_before_rare_words(make_index: Make) -> None:
    index = make_index([*["uşaq"] * 40, "uşaqlıq", "şəhər", *["şəhərli"] * 5])
    assert [each.text for each in index.autocomplete("uşaql", 3)] == ["uşaqlar", "uşaqla", "uşaqlıq"]
    assert [each.text for each in index.autocomplete("şəhərl", 2)] == ["şəhərli", "şəhərlər"]


def test_what_dictionaries_do_not_tell_is_written_as_in_documents(make_index: Make) -> None:
    texts = ["Apple iPhone 13 və Intel", "iPhone üçün SSD, Intel Core", "Powerbank. Powerbank 20000 mAh", "COP29 IP67"]
    index = make_index(texts)
    assert words(index, "iph") == words(index, "İph") == ["iPhone"]
    assert words(index, "iphoned", 1) == ["iPhonedə"]
    assert words(index, "apple i") == ["apple iPhone", "apple Intel"]
    assert words(index, "Inte") == ["Intel"]
    assert words(index, "ss") == ["SSD"]
    assert words(index, "ip") == ["iPhone", "IP67"]
    assert words(index, "cop") == ["COP29"]
    assert words(index, "power") == ["powerbank"]  # a capital that begins a sentence is that of any word


def test_a_form_that_was_typed_whole_comes_first(make_index: Make) -> None:
    index = make_index(["mühərrik yağı", "zeytun yağı", "kərə yağı", "yağ", "yağışlıq", "xalça", "bal", "bal"])
    assert words(index, "yağı")[0] == "yağı"
    assert words(index, "bali")[0] == "balı"
    assert words(index, "xalçası") == ["xalçası"]  # and nobody means xalçasınız


def test_a_beginning_in_capitals_is_completed_in_capitals(make_index: Make) -> None:
    index = make_index(["uşaq geyimi"])
    assert words(index, "UŞAQ GEY") == ["UŞAQ GEYİM"]
    assert words(index, "Gey") == ["Geyim"]
