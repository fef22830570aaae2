"""Did you mean: on the sample articles, and on small indexes where it can be told what is right."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given

import searchkit
from azanalyzer import fold
from searchkit.suggestions.slips import slip_cost
from tests import strategies

Make = Callable[..., searchkit.Index]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kitabxna", "kitabxana"),  # a letter dropped
        ("kitabbxana", "kitabxana"),  # doubled
        ("kitbaxana", "kitabxana"),  # two swapped
        ("kitabxaba", "kitabxana"),  # the key beside it
        ("ktabxana", "kitabxana"),
        ("litabxana", "kitabxana"),  # the first letter
        ("musteqillik", "müstəqillik"),  # an ASCII keyboard
        ("mustqillik", "müstəqillik"),  # that, and a slip
        ("kitablarmızdan", "kitablarımızdan"),  # in the suffixes
        ("kitabalrımızdan", "kitablarımızdan"),  # where the suffixes begin
        ("kitablarıımzdan", "kitablarımızdan"),
        ("kitablarımızdna", "kitablarımızdan"),
        ("ktablarımızdan", "kitablarımızdan"),  # in the root, with the inflection as typed
        ("kitablarimzdan", "kitablarımızdan"),
        ("Xəəzr", "Xəzər"),
        ("XƏZRƏ", "XƏZƏR"),
        ("Istanbl", "İstanbul"),
        ("sahllərində", "sahillərində"),
        ("Xəzər dnizinin sahilləri", "Xəzər dənizinin sahilləri"),
        ("Xezer denizi", "Xəzər dənizi"),
        ('"Xəzər dnizi" -nft', '"Xəzər dənizi" -nft'),
    ],
)
def test_what_was_meant(typed: str, meant: str, articles: searchkit.Index) -> None:
    assert meant == articles.suggest(typed)


@pytest.mark.parametrize(
    "typed", ["kitabxanalarımızdan", "Xəzər dənizi", "neft", "2022-ci", "AZƏRTAC-a", "", "  ", "x"]
)
def test_nothing_to_put_right(typed: str, articles: searchkit.Index) -> None:
    assert articles.suggest(typed) is None


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u0301"])
def test_what_parts_no_word_makes_no_difference(sign: str, articles: searchkit.Index) -> None:
    assert articles.search(f"köy{sign}nək").suggestion is None
    assert articles.suggest(f"zirzəm{sign}idən dilində") is None
    assert articles.suggest(f"kitablarmı{sign}zdan") == "kitablarımızdan"


def test_what_is_suggested_is_found(articles: searchkit.Index) -> None:
    for typed in ("kitablarmızdan", "mustqillik", "dnizinin"):
        suggestion = articles.search(typed).suggestion
        assert suggestion is not None
        assert articles.search(suggestion).total > 0
        assert articles.search(suggestion).suggestion is None


def test_a_query_that_finds_something_may_have_an_unknown_word(articles: searchkit.Index) -> None:
    results = articles.search("Xəzər dənnizi")
    assert results.total > 0
    assert results.suggestion == "Xəzər dənizi"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Gence xalcalari", "Gəncə xalçaları"),
        ("Xezer denizinin sahilleri", "Xəzər dənizinin sahilləri"),
        ("gun", "gün"),
    ],
)
def test_what_was_typed_without_diacritics_gets_them_though_it_is_found(
    typed: str, meant: str, articles: searchkit.Index
) -> None:
    results = articles.search(typed)
    assert results.total > 0
    assert results.suggestion == meant
    assert articles.search(meant).suggestion is None


@pytest.mark.parametrize("typed", ["ana dili", "kitabxana", "neft qaz", "uzun yol", "musiqi", "birinci"])
def test_what_is_proper_without_diacritics_stays(typed: str, articles: searchkit.Index) -> None:
    assert articles.search(typed).total > 0
    assert articles.suggest(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sheher", "şəhər"), ("Shəhərdə", "Şəhərdə"), ("Nakhchivan", "Naxçıvan"), ("shehr", "şəhər"), ("Khankendi", None)],
)
def test_pairs_of_letters_get_the_letters_that_are_meant(typed: str, meant: str | None, make_index: Make) -> None:
    index = make_index(["Səhər tezdən", "Səhər açıldı", "Naxçıvan şəhəri"])
    assert index.suggest(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("мугавиле", "müqavilə"),
        ("МУГАВИЛЕ", "MÜQAVİLƏ"),
        ("Азербайджан мугавилеси", "Azərbaycan müqaviləsi"),
        ("гозел хава", "gözəl hava"),
        ("мектеб китабы", "məktəb kitabı"),  # the second is found as it is
        ("title:мектеб", "title:məktəb"),
        ("конституция", None),  # documents have it
        ("погода", None),
        ("китаб", None),
    ],
)
def test_azerbaijani_typed_in_russian_letters_is_put_into_latin_ones(
    typed: str, meant: str | None, make_index: Make
) -> None:
    index = make_index(
        ["Azərbaycan müqaviləsi", "Gözəl hava", "Məktəb kitabı", "Konstitusiya günü", "Новая конституция страны"]
    )
    assert meant == index.suggest(typed)


def test_a_spelling_that_is_left_open_stays_with_its_neighbours(make_index: Make) -> None:
    index = make_index(["səhər gün", "şəhər gün", "gün dənizi", "Bakı"])
    assert index.suggest("gun denizi") == "gün dənizi"
    assert index.suggest("seher") is None
    assert index.suggest("Baki seheri") is None
    index = make_index([*["Bakı şəhəri"] * 60, "səhər"], name="clear")
    assert index.suggest("Baki seheri") == "Bakı şəhəri"


def test_a_word_of_its_own_gives_way_only_to_a_more_frequent_one(make_index: Make) -> None:
    index = make_index([*["saç"] * 4, "sac"])
    assert index.suggest("sac") is None
    index = make_index([*["saç"] * 10, "sac"], name="many")
    assert index.suggest("sac") == "saç"


def test_an_acronym_is_not_taken_for_a_word(make_index: Make) -> None:
    index = make_index(["tək kitab"] * 5)
    assert index.suggest("TTK") is None
    assert index.suggest("KTB") is None
    assert index.suggest("KITB") == "KİTAB"


def test_a_known_word_that_no_document_has_is_not_taken_for_another(make_index: Make) -> None:
    index = make_index(["iyə"] * 5)
    assert index.suggest("niyə") is None
    assert index.suggest("niye") == "niyə"


def test_a_rare_word_gives_way_to_a_far_more_frequent_one(make_index: Make) -> None:
    texts = ["prezident səfərə gəldi"] * 3000
    index = make_index([*texts, "prezidnt"])
    assert index.search("prezidnt").suggestion == "prezident"
    assert index.suggest("preziden") == "prezident"
    assert make_index([*texts[:50], "prezidnt"], name="small").search("prezidnt").suggestion is None


def test_only_words_of_text_are_put_right(make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "Tokayev", "body": "neft", "source": "azertac"}])
    assert index.suggest("source:tokayef") is None
    assert index.suggest('title:"tokayef neft"') == 'title:"tokayev neft"'
    assert index.suggest("tokayef~") is None
    assert index.suggest("tokayef AND NOT neft") == "tokayev AND NOT neft"


@pytest.mark.parametrize(
    "typed",
    [
        *(
            f"{before}{value}"
            for before in ("-", "neft -", "NOT ", "neft DEYİL ", "-title:", "source:", "-source:", "id:")
            for value in ('"neft tokayef"', '"neft tokayef', "«neft tokayef»", "(neft OR (tokayef OR tokayef))")
        ),
        *(f"neft {value} DEYİL" for value in ('"neft tokayef"', "(neft tokayef)", "tokayef")),
        "(tokayef DEYİL) OR tokayef DEYİL AND neft",
        "(-tokayef)",
        "source:[tokayef TO *]",
        "date:son 7 gun",
        "date:>24 avqust 2022",
    ],
)
def test_phrases_and_groups_that_are_no_wanted_text_stay_whole(typed: str, make_index: Make) -> None:
    index = make_index([{"id": str(number), "title": "Tokayev", "body": "neft gün avqusta"} for number in range(9)])
    assert index.suggest(typed) is None
    assert index.suggest(f"{typed} tokayef" if typed.count('"') != 1 else f"tokayef {typed}") is not None


def test_two_slips_in_a_long_word(make_index: Make) -> None:
    index = make_index(["konstitusiyasında parlament"])
    assert index.suggest("knstitusyasında") == "konstitusiyasında"
    assert index.suggest("palamenddə") == "parlamentdə"


def test_a_far_word_is_not_in_the_way_of_a_near_one(make_index: Make) -> None:
    index = make_index(["what", "Heydər Əliyev"])
    assert index.suggest("Haydar Aliyev") == "Heydər Əliyev"


@pytest.mark.parametrize("name", ["Karabakh", "Tombak", "Zeyla", "Napalm"])
def test_a_name_that_no_document_has_is_no_other_word(name: str, make_index: Make) -> None:
    assert make_index(["xaraba torba zəli napoleon"]).suggest(name) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qarşi", "qarşı"),
        ("acılan", "açılan"),
        ("borları", "botları"),
        ("təbi", "təbii"),
        ("bukt", "buket"),
        ("paslannmayan", "paslanmayan"),
        ("iman", None),
        ("yağış", None),
    ],
)
def test_a_word_of_the_language_that_few_documents_lack(typed: str, meant: str | None, make_index: Make) -> None:
    index = make_index(
        [
            "Şampun kəpəyə qarşı",
            "Divan künc açılan boz",
            "Qadın qış botları dəri",
            "Nar şirəsi təbii",
            'Çay "Azərçay" buket',
            "Çaydan elektrik paslanmayan polad",
            "Zeytun yağı sızma",
            "siman",
        ]
    )
    # What differs in diacritics alone is found as it is.
    assert index.search(typed).total == (meant is not None and fold(typed) == fold(meant))
    assert index.suggest(typed) == meant


def test_a_word_of_the_language_that_very_many_documents_lack_is_meant(make_index: Make) -> None:
    assert make_index(["nəzərdən keçirdi"]).suggest("nəzərən") == "nəzərdən"
    assert make_index(["nəzərdən keçirdi", *["qaz"] * 3000], name="many").suggest("nəzərən") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("alqısatqı", "alqı satqı"),
        ("alqisatqi", "alqı satqı"),
        ("Qızqalası", "Qız qalası"),
        ("boyunqaçırmanın", "boyun qaçırmanın"),
        ("suanbarı", "su anbarı"),
        ("evzal", "ev zal"),
        ("qalalarox", None),  # an end of two letters is no second word
        ("dezoksiribonukleinturşularında", "dezoksiribonuklein turşularında"),
        ("dezoksiribonukleinturşularından", None),  # the longest word has 30 letters
        ("bakıqala", None),  # no document has them beside each other
        ("title:qızqalası", None),  # the field would be that of the first alone
        ("qızqalası*", None),
        ("-qızqalası", None),
        ("paltar yuyan maşın", "paltaryuyan maşın"),
        ("Paltar yuyan", "Paltaryuyan"),
        ("kimya bey nelxalq", "kimya beynəlxalq"),
        ("body:paltar yuyan", None),
        ("-paltar yuyan", None),
        ("paltar, yuyan", None),
        ("maşın kimya", None),
    ],
)
def test_words_written_together_or_apart(typed: str, meant: str | None, make_index: Make) -> None:
    index = make_index(
        [
            "Mənzilin alqı-satqısı: alqı-satqı.",
            "Bakıda Qız qalası var, qala və qız.",
            "Vergidən boyun qaçırma",
            "Paltaryuyan maşın",
            "Beynəlxalq kimya",
            "maşınkimya",
            "Su anbarı, ev zal, qalalar ox",
            "Dezoksiribonuklein turşularında, dezoksiribonuklein turşularından",
        ]
    )
    assert index.suggest(typed) == meant


def test_a_new_commit_is_known(make_index: Make) -> None:
    index = make_index(["neft"])
    assert index.suggest("tokayef") is None
    with index.writer() as writer:
        writer.add({"id": "7", "body": "Tokayev"})
    assert index.suggest("tokayef") == "tokayev"


def test_an_index_without_text(make_index: Make) -> None:
    assert make_index([]).suggest("kitab") is None
    schema = searchkit.Schema(tags=searchkit.Keyword())
    assert make_index([{"id": "1", "tags": "kitab"}], schema, name="tags").suggest("kitap") is None


@given(text=strategies.any_text())
def test_no_text_is_too_odd(text: str, articles: searchkit.Index) -> None:
    assert text != articles.suggest(text)


@given(text=strategies.queries())
def test_no_query_is_too_odd(text: str, articles: searchkit.Index) -> None:
    assert text != articles.suggest(text)


@pytest.mark.parametrize(
    ("likelier", "rarer", "meant"),
    [
        ("gencə", "gədcə", "gəncə"),  # a missing diacritic before another letter
        ("kitba", "kitva", "kitab"),  # neighbours swapped before a wrong key and a dropped letter
        ("kitabb", "kitabx", "kitab"),  # doubled before some letter too many
        ("kitav", "kitap", "kitab"),  # the key beside it before one far away
        ("kitap", "kitam", "kitab"),  # what sounds like it before any other
        ("haydər", "hlydər", "heydər"),
        ("kitb", "ktbb", "kitab"),
        ("azərbaycam", "qzərbaycan", "azərbaycan"),  # the end before the beginning
    ],
)
def test_slips_that_are_likelier_cost_less(likelier: str, rarer: str, meant: str) -> None:
    assert slip_cost(meant, meant) == 0
    assert 0 < slip_cost(likelier, meant) < slip_cost(rarer, meant)


def test_missing_diacritics_are_no_slip_on_an_ascii_keyboard() -> None:
    assert slip_cost("musteqillik", "müstəqillik", True) < slip_cost("müsteqilik", "müstəqillik")
    assert slip_cost("qqqq", "kitabxana") == float("inf")


@pytest.mark.parametrize("query", ["n" * 9_999, "İ\u0307şəmkirli" * 900, "ktab-" * 2_000])
def test_what_is_no_word_is_left_alone_at_once(query: str, articles: searchkit.Index) -> None:
    started = time.monotonic()
    assert articles.suggest(query) is None
    assert time.monotonic() - started < 1


def test_a_name_that_documents_have_as_it_is_typed_stays(make_index: Make) -> None:
    index = make_index([*["Con Kennedi Kosovada"] * 5, "qapını açdı", "qaçdı"])
    assert index.suggest("Con Kennedi") is None
    assert index.suggest("Kosovada") is None
    assert index.suggest("qapini acdi") == "qapını açdı"


@pytest.mark.parametrize("typed", ["yetim", "yersiz", "azərbaycanlı", "çünkü"])
def test_a_word_of_the_language_does_not_give_way_to_a_form_that_nobody_wrote(typed: str, make_index: Make) -> None:
    index = make_index([*["yerdə yerin yer"] * 400, *["Azərbaycan üçün"] * 400])
    assert index.suggest(typed) is None


def test_short_words_and_parts_of_compounds_get_their_diacritics(make_index: Make) -> None:
    index = make_index(["iş vaxtı və istirahət", "hədə-qorxu ilə tələb", "ər və arvad"])
    assert index.suggest("is vaxti") == "iş vaxtı"
    assert index.suggest("er ve arvad") == "ər və arvad"
    assert index.suggest("hede-qorxu ile teleb") == "hədə-qorxu ilə tələb"
    assert index.suggest("iş vaxt və hade-qorxu") is None  # in a text with diacritics they are as they are meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("uşag", "uşaq"), ("uşag hüquqları", "uşaq hüquqları"), ("ürey", None), ("uşaglar", "uşaqlar")]
)
def test_a_root_as_it_is_misspelled_is_not_suggested(typed: str, meant: str | None, make_index: Make) -> None:
    index = make_index(["uşaq hüquqları ürək"] * 5)
    assert index.suggest(typed) == meant  # and never uşağ and ürəy
    assert index.search(typed).total == 5


@pytest.mark.parametrize(
    "typed",
    ["kit?bxna", "kit?b", "NOT kitabxna", "kitabxna DEYİL", "-kitabxna", "id:kitabxna", "title:[kitabxna TO kitabxnb]"],
)
def test_patterns_ranges_and_what_is_excluded_stay(typed: str, articles: searchkit.Index) -> None:
    assert articles.suggest(typed) is None


def test_a_long_text_without_spaces_is_left_alone(articles: searchkit.Index) -> None:
    assert articles.suggest("[" * 9_999) is None
    assert articles.suggest("kitabxna-" * 1_000) is None


def test_an_acronym_beside_words_is_not_taken_for_one(make_index: Make) -> None:
    index = make_index(["uşaq bağçası"] * 5)
    assert index.suggest("USA bagcasi") == "USA bağçası"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CINAYET MECELLESI", "CİNAYƏT MƏCƏLLƏSİ"),
        ("IPOTEKA HAQQINDA", "İPOTEKA HAQQINDA"),
        ("Ilkin muqavile", "İlkin müqavilə"),
        ("ISIQ", "İŞIQ"),
        ("Isiq", "İşıq"),
    ],
)
def test_a_capital_i_typed_in_ascii_is_that_of_either(typed: str, meant: str, make_index: Make) -> None:
    index = make_index(["Cinayət Məcəlləsi", "ipoteka haqqında qanun", "ilkin müqavilə", "işıq söndü"])
    assert index.suggest(typed) == meant
    assert index.suggest(meant) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vergi nedir", "vergi nədir"),  # and not verginədir
        ("nece yazilir", "necə yazılır"),  # though documents prefer neçə
        ("niye yazilir", "niyə yazılır"),  # which no document has
        ("en yaxsi", "ən yaxşı"),  # though en is a word, too
        ("vergi inkisafi", "vergi inkişafı"),
        ("nece il", "neçə il"),
        ("nece defe yazilir", "neçə dəfə yazılır"),
        ("Nece defe", "Neçə dəfə"),
        ("nece gosterir", "necə göstərir"),
        ("gosterir nece", "göstərir necə"),
        ("NECE METR", "NEÇƏ METR"),
        ("nece metr gosterir", "neçə metr göstərir"),  # of which documents have five
        ("nece vergi gosterir", "necə vergi göstərir"),  # which nobody counts
        ("nece yaxsi vergi", "neçə yaxşı vergi"),
        ("ise baxilir", None),  # isə or işə
    ],
)
def test_words_that_say_nothing_get_their_diacritics(typed: str, meant: str | None, make_index: Make) -> None:
    texts = [
        "vergi nə yaxşı",
        "necə yazılır",
        "neçə il, neçə ay",
        "neçə dəfə",
        "göstərir",
        "inkişafı",
        "işə baxılır, isə",
    ]
    index = make_index([*texts, "eni beş metr", *["ən yaxşı"] * 20])
    assert index.suggest(typed) == meant


def test_a_suffix_behind_a_closing_quote_stays(make_index: Make) -> None:
    index = make_index(['"Bəyannamə"nin mətni', "nın"] * 10)
    assert index.suggest('"bəyannamə"nin') is None


def test_what_others_spell_with_g(make_index: Make) -> None:
    index = make_index(["Mahatma Qandi Hindistanda", "Od yandı", "Od yandı, evlər yandı"])
    assert index.suggest("Mahatma Gandi") == "Mahatma Qandi"


def test_an_unseen_form_has_to_be_near(make_index: Make) -> None:
    index = make_index(["Baş nazir", "Başın ağrısı"] * 5)
    assert index.suggest("başkent") is None


def test_words_that_no_document_has_get_their_diacritics_beside_others(make_index: Make) -> None:
    index = make_index(["nikah yaşı üçün ərizə", "yaşı ərizə"] * 3)
    assert index.suggest("evlenmek ucun yasi") == "evlənmək üçün yaşı"
    assert index.suggest("Evlenmek ucun erize") == "Evlənmək üçün ərizə"
    assert index.suggest("evlenmek") is None  # alone it finds nothing either way
    assert index.suggest("evlenmek nikah") is None
    assert index.suggest("seher ucun erize") == "seher üçün ərizə"  # which may be şəhər or səhər


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ogurluqun cezasi", "oğurluğun cəzası"), ("usaqin huququ", "uşağın hüququ"), ("coreye usaqa", "çörəyə uşağa")],
)
def test_a_root_left_as_it_is_before_a_suffix_is_put_right(typed: str, meant: str, make_index: Make) -> None:
    texts = ["Oğurluq cəzası", "uşaq hüququ", "çörək uşaq üçündür", "Adam oğurluğu", "uşağın oğurluqdan"]
    assert meant == make_index(texts * 5).suggest(typed)
