"""What a typed word may mean: proper spelling keeps words apart, ASCII spelling reaches all that it may stand for."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from azanalyzer import Analyzer, fold

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ön", ["ön"]),
        ("ən", ["ən"]),
        ("qız", ["qız"]),
        ("gəncə", ["gəncə"]),
        ("şuşa", ["şuşa"]),
        ("öl", ["öl"]),
        ("kitablarımızdan", ["kitab"]),
        ("ishaq", ["ishaq"]),
        ("şahsevən", ["şahsevən"]),
        # where a pair of letters stands for one it stands for no other: sheher is not səhər
        # what texts that spell it just so are read as comes last, but for stop words
        ("cola", ["çöl", "cola"]),
        # doubtful as spelled, with a letter that has its diacritic and one that lacks it
        ("baslayır", ["basla", "başla"]),
        ("kitablarımız", ["kitab"]),
        # a capital speaks for a name, in any of its forms
        ("nəsrinin", ["nəsr"]),
        ("Nəsrinin", ["nəsr", "nəsrin"]),
        ("Fila", ["fil", "fila"]),
        ("va", ["və"]),
        ("chox", ["çox"]),
        ("sheher", ["şəhər", "sheher"]),
        ("shəhər", ["şəhər", "shəhər"]),
        ("Shekide", ["şəki", "shekide"]),
        ("Shaki", ["şəki", "shaki"]),
        ("ishe", ["iş", "işə", "ishe"]),
        ("ishal", ["ishal"]),
        ("Nakhchivan", ["naxçıvan", "nakhchivan"]),
        ("Khankendi", ["xankəndi", "khanken"]),
        ("khəzər", ["xəzər", "khəzər"]),
        ("Aliyev", ["əliyev"]),
        # verbs as they are spoken before y
        ("basliyir", ["başla"]),
        ("oxsuyur", ["oxşa"]),
        ("soyluyuruk", ["söylə"]),
        ("eliyirem", ["elə", "ələ"]),
    ],
)
def test_these_are_meant_and_no_others(typed: str, expected: list[str]) -> None:
    assert ANALYZER.query_terms(typed) == [expected]


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("on", {"on", "ön"}),
        ("an", {"an", "ən"}),
        ("gence", {"gəncə"}),
        ("shusha", {"şuşa"}),
        ("Shusha", {"şuşa"}),
        ("sheki", {"şəki"}),
        ("chay", {"çay"}),
        ("azarbaycan", {"azərbaycan"}),
        ("azerbaycanda", {"azərbaycan"}),
        ("gozal", {"gözəl"}),
        ("man", {"mən"}),
        ("qiz", {"qız"}),
        ("usaqlarin", {"uşaq"}),
        ("seher", {"şəhər", "səhər"}),
        ("ol", {"ol", "öl"}),
        ("kitablarimizdan", {"kitab"}),
        ("Ali", {"ali", "əli"}),
        ("saat", {"saat"}),
        ("gunesh", {"günəş"}),
        ("shekil", {"şəkil"}),
        ("baghca", {"bağça"}),
        ("torpagh", {"torpaq"}),
        ("otagh", {"otaq"}),
        ("dagh", {"dağ"}),
        ("shəki", {"şəki"}),
        ("chörəyi", {"çörək"}),
        ("gunəsh", {"günəş"}),
    ],
)
def test_ascii_spelling_reaches(typed: str, reached: set[str]) -> None:
    [terms] = ANALYZER.query_terms(typed)
    assert reached <= set(terms)
    assert len(terms) <= 4


def test_the_likeliest_comes_first() -> None:
    on, gence = ANALYZER.query_terms("on gence")
    assert on == ["on", "ön"]
    assert gence[0] == "gəncə"
    assert ANALYZER.query_terms("sheki")[0][0] == "şəki"
    assert ANALYZER.query_terms("shusha")[0][0] == "şuşa"


@pytest.mark.parametrize(("typed", "term"), [("kimi", "kimi"), ("ile", "ilə"), ("uzre", "üzrə"), ("gore", "görə")])
def test_a_function_word_is_no_form_of_another(typed: str, term: str) -> None:
    assert ANALYZER.query_terms(typed) == [[term]]
    assert "üç" not in ANALYZER.query_terms("ucun")[0]
    assert ANALYZER.query_terms("olsun")[0][0] == "ol"  # which is the likelier reading


@pytest.mark.parametrize(
    ("term", "other"),
    [
        ("tarix", "tarixi"),  # Azərbaycan tarixi is indexed under what is historical
        ("mərkəz", "mərkəzi"),
        ("mərkəzi", "mərkəz"),
        ("elmi", "elm"),
        ("hərb", None),  # hərbi is hardly ever of it
        ("hərbi", None),
        ("rəsmi", None),  # and no picture
        ("siyasi", None),
    ],
)
def test_an_adjective_that_a_form_of_a_noun_looks_like(term: str, other: str | None) -> None:
    assert ANALYZER.counterpart(term) == other


def test_a_proper_letter_anywhere_means_that_the_rest_is_proper_too() -> None:
    assert ANALYZER.query_terms("ölkə on") == [["ölkə"], ["on"]]
    assert ANALYZER.query_terms("ölkə on", typed_in_ascii=True)[1] == ["on", "ön"]
    assert ANALYZER.typed_in_ascii("on gence")
    assert not ANALYZER.typed_in_ascii("on gəncə")


def test_a_turkish_keyboard_has_all_letters_but_one() -> None:
    assert ANALYZER.query_terms("şirket göre") == [["şirkət"], ["görə"]]


def test_numbers_and_acronyms_mean_themselves() -> None:
    assert ANALYZER.query_terms("BMT-nin 2022-ci XX a@b.az") == [["bmt"], ["2022"], ["20", "iyirminci"], ["a@b.az"]]


def test_a_suffix_set_apart_may_be_typed_in_ascii() -> None:
    assert ANALYZER.query_terms("ABS-daki BMT-ninki Baki'daki") == [["abş"], ["bmt"], ["bakı"]]
    assert ANALYZER.terms("SOCAR-daki") == ["socar"]


@pytest.mark.parametrize(
    ("beginning", "spellings"),
    [
        ("genc", ["genc", "gənc", "gənç", "genç"]),
        ("kit", ["kit", "kıt"]),
        ("KIT", ["kıt", "kit"]),
        ("KİT", ["kit"]),
        ("şeh", ["şeh"]),
        ("Шәһ", ["шәһ", "şəh"]),
        ("bmt-n", ["bmt-n"]),
        ("k?g*", ["k?g*", "k?ğ*"]),
        ("ga", ["ga"]),
        ("", [""]),
    ],
)
def test_spellings_of_a_beginning(beginning: str, spellings: list[str]) -> None:
    assert ANALYZER.spellings(beginning) == spellings


@pytest.mark.parametrize("word", ["gəncə", "müəssisə", "şuşa", "azərbaycan", "gözləş", "çağırış", "üzeyir", "şəhər"])
def test_a_word_is_among_the_spellings_of_how_it_is_typed(word: str) -> None:
    assert word in ANALYZER.spellings(fold(word))


def test_pairs_of_letters_may_stand_for_one() -> None:
    assert {"şuşa", "şusha", "shuşa"} < set(ANALYZER.spellings("shusha"))
    assert "çay" in ANALYZER.spellings("chay")
    assert "dağ" in ANALYZER.spellings("dagh")
    assert not any(spelling.startswith("ğ") for spelling in ANALYZER.spellings("ghazal"))


def test_few_spellings_however_long() -> None:
    assert 16 <= len(ANALYZER.spellings("gecesi" * 6)) <= 17
    assert ANALYZER.spellings("e" * 10_000) == ["e" * 10_000]
    assert ANALYZER.spellings("gence", typed_in_ascii=False) == ["gence"]


def test_places_of_a_compound() -> None:
    places = [(position, terms[0]) for position, terms in ANALYZER.query_places("Kasım-Jomart dedi")]
    assert places == [(0, "kasım-jomart"), (0, "kasım"), (1, "jomart"), (2, "de")]


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("", []),
        ("?! …", []),
        ("Kitablar və işıqlar", [["kitab"], ["işıq"]]),
        ("nə üçün", [["nə"], ["üçün"]]),  # there is nothing else
        ("on gence", [["on", "ön"], ["gəncə", "gənc"]]),
        ("on şəki", [["on"], ["şəki"]]),
        # what stands at one place is one group: who has the parts of a compound without the whole is found, too
        ("Kasım-Jomart dedi", [["kasım-jomart", "kasım"], ["jomart"], ["de"]]),
        ("24.08.2022-də", [["2022-08-24", "2022"]]),
    ],
)
def test_groups_of_a_query(typed: str, groups: list[list[str]]) -> None:
    assert ANALYZER.query_groups(typed) == groups


def test_groups_of_words_typed_beside_others() -> None:
    assert ANALYZER.query_groups("on", typed_in_ascii=False) == [["on"]]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Bakı-Tbilisi", "Bakı-Tbilisi yolu"),
        ("Bakı-Tbilisi", "Bakıdan Tbilisiyə"),
        ("baki tbilisi", "Bakı-Tbilisi yolu"),
        ("20-ci əsr haqqında", "XX əsrin əvvəlləri"),
        ("24/08/2022", "24.08.2022-də açıldı"),
    ],
)
def test_every_group_has_a_term_of_what_is_meant(typed: str, text: str) -> None:
    terms = set(ANALYZER.terms(text))
    assert not any(terms.isdisjoint(group) for group in ANALYZER.query_groups(typed))


def test_without_stemming_words_mean_themselves() -> None:
    assert Analyzer(stem=False).query_terms("kitablar on") == [["kitablar"], ["on"]]


def test_few_terms_a_word() -> None:
    found = ANALYZER.query_terms("azerbaycan prezidenti dunen gencede yeni xestexananin acilisinda istirak edib")
    assert sum(map(len, found)) <= 1.3 * len(found)
    assert [terms[0] for terms in found] == [
        "azərbaycan", "prezident", "dünən", "gəncə", "yeni", "xəstəxana", "açılış", "iştirak", "et",
    ]  # fmt: skip


def test_an_endless_word_costs_no_more_than_its_length() -> None:
    for word in ("kitab" + "lı" * 5_000, "kitab" + "li" * 5_000, "a'" * 5_000, "Bakı-" + "lı" * 5_000):
        assert ANALYZER.query_terms(word)
        assert str(ANALYZER.explain(word))
    began = time.process_time()
    for sign in "-'»²":
        assert str(ANALYZER.explain(sign * 20_000))
    assert time.process_time() - began < 4


def test_what_the_same_part_of_a_word_may_mean_is_found_out_once() -> None:
    word = "a-" * 3_000

    def took(read: Callable[[str], object]) -> float:
        times = []
        for _ in range(3):  # which is too long to be remembered
            begun = time.process_time()
            read(word)
            times.append(time.process_time() - begun)
        return min(times)

    assert len(ANALYZER.query_terms(word)) == 3_000
    assert took(ANALYZER.query_terms) < 6 * took(ANALYZER.terms)  # fifteen times before


def test_a_word_that_is_spelled_like_a_form_of_another_means_itself_too() -> None:
    assert ANALYZER.query_terms("qatır") == [["qat", "qatır"]]  # mule, and "mixes"; its forms are indexed as its own
    assert ANALYZER.query_terms("qatırın") == [["qatır"]]
    assert ANALYZER.query_terms("Şəki Sudan") == [["şəki"], ["su", "sudan"]]
    assert ANALYZER.query_terms("günü") == [["gün"]]
    assert ANALYZER.query_terms("çölündə olan") == [["çöl"], ["ol"]]


@pytest.mark.parametrize("verb", ["yüklə", "hesabla", "daşı", "daşın", "görün", "səslə", "salın", "silin", "çalın"])
def test_an_order_that_is_spelled_like_a_form_of_another_word_means_itself_too(verb: str) -> None:
    [terms] = ANALYZER.query_terms(verb, typed_in_ascii=False)
    assert terms[1:] == [verb]
    [typed] = ANALYZER.query_terms(fold(verb))
    assert verb in typed
    assert ANALYZER.terms(verb) == terms[:1]  # texts keep the likelier reading


def test_a_rare_verb_is_not_meant_by_a_form_of_a_common_word() -> None:
    assert ANALYZER.query_terms("yeri ələ qalan") == [["yer"], ["əl"], ["qal"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ikinci", ["ikinci", "2"]),
        ("üçüncüyə", ["üçüncü", "3"]),
        ("altinci", ["altıncı", "6"]),
        ("II", ["2", "ikinci"]),
        ("2-ci", ["2", "ikinci"]),
        ("20-nci", ["20", "iyirminci"]),
        ("XX", ["20", "iyirminci"]),
        ("2", ["2"]),
        ("2-yə", ["2"]),
        ("2022-ci", ["2022"]),
        ("iki", ["iki"]),
    ],
)
def test_ordinals_in_words_and_in_digits(typed: str, expected: list[str]) -> None:
    assert ANALYZER.query_terms(typed) == [expected]


@pytest.mark.parametrize("word", ["kitablarımızdan", "KITABLARIMIZDAN", "gozellik", "Gəncədən", "getdix", "bağdadır"])
def test_words_that_the_lexicon_has_in_some_form(word: str) -> None:
    assert ANALYZER.knows(word)
    assert not ANALYZER.knows(f"zb{word}")
    assert not ANALYZER.knows("")
    assert not ANALYZER.knows(word * 100_000)
