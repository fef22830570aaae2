"""Roots, alternations, derived words and their bases, short words that stay whole, words that no lexicon has."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

import azanalyzer
from azanalyzer import Analyzer, stem
from azanalyzer.alphabet import ALPHABET, SPELLINGS, fold
from azanalyzer.language import shared_morphology
from azanalyzer.morphology.cuts import Cuts
from azanalyzer.morphology.lexicon import Lexicon, LexiconError
from azanalyzer.morphology.morphotactics import Morphotactics, MorphotacticsError
from azanalyzer.morphology.phonology import ANY, CONSONANT, HARD, SOFT, VOWEL, allomorphs, harmony_class
from azanalyzer.morphology.readings import Morphology
from tests.azanalyzer import make_golden

ANALYZER = Analyzer()
MORPHOLOGY = shared_morphology()
DATA = Path(azanalyzer.__file__).parent / "data"

ALTERNATIONS = {
    "ürək": "ürəyim ürəyə ürəklər ürəkdən ürəyimizdə",
    "otaq": "otağı otağa otaqda otaqlarımız otağımdakı",
    "hüquq": "hüququ hüquqa hüququmuz hüquqlarına",
    "get": "gedir gedəcək getdi gedən getmək gedərkən",
    "yarat": "yaradır yaratdı yaradacağıq yaradan yaratmışdılar",
    "oğul": "oğlu oğluna oğullar oğlumuz",
    "ağız": "ağzı ağzından ağızlar",
    "fikir": "fikri fikrimcə fikirlər fikrindən",
    "şəkil": "şəkli şəklində şəkillər",
    "burun": "burnu burnuna burunlar",
    "su": "suyu suyun suya sular sudan suyumuz",
    "mövqe": "mövqeyi mövqeyini mövqelər mövqedən",
    "hiss": "hissi hissim hisslər hisslərimiz",
    "haqq": "haqqı haqqım haqlar haqqımızı",
    "mən": "mənə məni mənim məndən mənimlə",
    "o": "onu ona onun onlar onlardan onunku",
    "bu": "bunu buna bunlar bunların",
    "istə": "istəyir istiyir istədi istəməyəcəklər",
    "de": "deyir dedi deyəcək deyən deməmişdi",
    "ildönümü": "ildönümünün ildönümləri ildönümlərinə",
    "cizgifilmi": "cizgifilminə cizgifilmləri cizgifilmlərinin",
    "ayıqulağı": "ayıqulağının ayıqulaqları ayıqulaqlarından",
    "əmiarvadı": "əmiarvadına əmiarvadları",
    "dünyagörüşü": "dünyagörüşümüz dünyagörüşləri dünyagörüşdə",
    "sıfır": "sıfıra sıfra sıfrın sıfırdan",
    "gönül": "gönlüm gönlünü gönüldən",
    "çeyrək": "çeyrəyi çeyrəkdən",
    "əməkhaqqı": "əməkhaqqının əməkhaqları əməkhaqlarından",
    "dayıoğlu": "dayıoğluna dayıoğlular dayıoğulları",
    "yeralması": "yeralmasını yeralmaları",
}

# Words whose end looks like a suffix.
WHOLE = """
ailə qala ada ana ata dəniz balıq çıraq qadın xanım alim ağıl dəri arı qapı sarı geri iri diri yarı altı yeddi iki əmi
dayı xala bibi nənə baba su mövzu ordu arzu ölkə kölgə gecə həftə pəncərə səhnə sahə qayda yara qara hava dava insan
liman duman yalan ilan tufan divan heyran meydan vətən bədən mədən kətan ünvan dastan bostan qızıl gümüş ulduz yaxın
uzun odun boyun maşın qoyun toyuq otaq çörək ürək ipək köpək şimal şərq qərb cənub müdir nazir vəzir əsir salam alman
roman dərman zaman şeytan
"""

# A derived word, and the root that it comes from.
DERIVED = {
    "kitabxana": "kitab", "kitabxanaçı": "kitab", "dostluq": "dost", "duzsuz": "duz", "duzlu": "duz", "işsizlik": "iş",
    "gözəllik": "gözəl", "bakılı": "bakı", "azərbaycanlı": "azərbaycan", "tarixçi": "tarix", "vətəndaş": "vətən",
    "dəmirçi": "dəmir", "yazıl": "yaz", "yazdır": "yaz", "görüş": "gör", "başlan": "başla", "gözəlləş": "gözəl",
    "təmizlə": "təmiz", "kapitalizm": "kapital", "terrorist": "terror", "şərqşünas": "şərq", "balıqçı": "balıq",
}  # fmt: skip


@pytest.mark.parametrize("root", ALTERNATIONS)
def test_alternations(root: str) -> None:
    forms = ALTERNATIONS[root].split()
    assert dict.fromkeys(forms, root) == {form: stem(form) for form in forms}


def test_short_words_stay_whole() -> None:
    words = WHOLE.split()
    assert len(words) > 60
    assert words == [stem(word) for word in words]


@pytest.mark.parametrize("word", DERIVED)
def test_derived_words_keep_their_term_and_name_their_base(word: str) -> None:
    reading = ANALYZER.explain(word).best
    assert (word, DERIVED[word]) == (reading.term, reading.base)


def test_derivation_from_a_word_of_the_lexicon() -> None:
    reading = MORPHOLOGY.readings("cırtdançılığımızın")[0]
    assert reading.term == "cırtdançılıq"
    assert [(suffix.surface, suffix.derives) for suffix in reading.suffixes] == [
        ("çı", True),
        ("lığ", True),
        ("ımız", False),
        ("ın", False),
    ]


def test_opaque_words_have_no_base() -> None:
    for word in ("balıq", "ailə", "dəri"):
        assert ANALYZER.explain(word).best.base == word


def test_inside_a_suffix_k_is_hard() -> None:
    assert [allomorph.surface for allomorph in allomorphs("dIKcA", harmony_class("gəl"), CONSONANT)] == ["dikcə"]
    assert [allomorph.surface for allomorph in allomorphs("dIKcA", harmony_class("oxu"), VOWEL)] == ["duqca"]
    assert stem("oxuduqca") == "oxu"
    assert stem("anlamadıqca") == "anla"


@pytest.mark.parametrize(
    ("unknown", "term"),
    [
        ("kvarplarımızdan", "kvarp"),
        ("brenndinqin", "brenndinq"),
        ("zurbalaqdan", "zurbalaq"),
        ("Zuckerberqin", "zuckerberq"),
        ("xqzt", "xqzt"),
        ("aeiou", "aeiou"),
        ("Kvazistan", "kvazistan"),
        ("Draqan", "draqan"),  # no participle: new verbs are made of nouns, or end in one of a few verbs
        ("kvarplaşdıran", "kvarplaşdır"),
        ("özünügüvənoldu", "özünügüvənol"),
        ("Kvösəm", "kvösəm"),  # nobody says I am a Kvös
        ("Qvakka", "qvakka"),
        ("kvarpdır", "kvarp"),
        ("kvarplaşsın", "kvarplaş"),
        ("kvarplansınlar", "kvarplan"),
        ("kvarpılsın", "kvarpıl"),
        ("Kvarplasın", "kvarplas"),
        ("kvarpıldayır", "kvarpılda"),
        ("Strokkskda", "strokkskda"),  # four consonants
        ("kvaplararası", "kvaplararası"),  # between kvaps
        ("kvapələrarası", "kvapələrarası"),
        ("kvapaltı", "kvapaltı"),
        ("kvapüstü", "kvapüstü"),
        ("kvapdaxili", "kvapdaxili"),
        ("kvapətrafı", "kvapətrafı"),
        ("kvaparası", "kvaparası"),
        ("kvapasonrası", "kvapasonrası"),
        ("kvapqabağı", "kvapqabağı"),
        ("kvapkənarı", "kvapkənarı"),
        ("kvapboyu", "kvapboyu"),
        ("kvapəleyhinə", "kvapəleyhinə"),
        ("kvapəvi", "kvapəvi"),
        ("kvapalizə", "kvapalizə"),
        ("fluervorkləri", "fluervork"),  # loans take the vowels of their sound
        ("kvarteların", "kvarte"),
    ],
)
def test_unknown_words(unknown: str, term: str) -> None:
    reading = ANALYZER.explain(unknown).best
    assert (term, "guess") == (reading.term, reading.source)


@pytest.mark.parametrize(
    "forms",
    [
        "kvarpçı kvarpçılar kvarpçının kvarpçıdan",
        "otomaylı otomaylının otomaylılar",
        "ozonyığıcı ozonyığıcının ozonyığıcıda",
        "təvzliyyə təvzliyyənin təvzliyyələr",
        "Rüstəmoğlu Rüstəmoğlunun",
        "Fyodrovna Fyodrovnanın",
        "bulqavka bulqavkalar bulqavkanı",
        "Drakoviç Drakoviçin Drakoviçdən",
        "otrofklu otrofklular",
        "kvapsevər kvapsevərlər kvapsevərdir",
        "konsefts konseftsdə konseftslər",
        "Qvapalıkənd Qvapalıkəndi Qvapalıkəndə Qvapalıkənddə",
        "Qvapabənd Qvapabəndi",
        "Qvapayurd Qvapayurdu Qvapayurdda",
        "Qvapatəpə Qvapatəpədə Qvapatəpədir",
        "kvapnamə kvapnamədə kvapnamədir",
        "Kvapaoba Kvapaobanın Kvapaobadır",
        "Kvapabəy Kvapabəyin Kvapabəyi Kvapabəydən",
        "Qvapovski Qvapovskinin Qvapovskiyə Qvapovskidən",
        "Qvapovskaya Qvapovskayanın Qvapovskayaya",
        "kvapaltı kvapaltının kvapaltıdır",
        "kvapələrarası kvapələrarasının kvapələrarasıdır",
    ],
)
def test_an_unknown_word_is_one_with_its_forms(forms: str) -> None:
    bare, *inflected = forms.split()
    assert {ANALYZER.explain(form).best.term for form in inflected} == {bare.lower()}
    assert ANALYZER.explain(bare).best.term == bare.lower()


@pytest.mark.parametrize("word", ["dünənki", "əvvəlki", "sonrakı", "indiki", "sabahkı", "bugünkü", "keçənilki"])
def test_words_in_ki_are_one_with_their_cases(word: str) -> None:
    n = "n" + word[-1]
    plural = word + ("lər" if word[-1] in "iü" else "lar")
    assert [word] * 4 == [stem(form) for form in (word, plural, word + n, word + n + "n")]


@pytest.mark.parametrize(
    ("form", "harmony", "kind", "surfaces"),
    [
        ("lAr", 0, CONSONANT, ["lar"]),
        ("(n)In", 3, VOWEL, ["nün"]),
        ("(n)In", 3, CONSONANT, ["ün"]),
        ("(I)mIz", 1, CONSONANT, ["umuz"]),
        ("(I)mIz", 1, VOWEL, ["muz"]),
        ("(y)A", 0, HARD, []),
        ("(y)A", 0, SOFT, ["a"]),
        ("dA", 2, SOFT, []),
        ("(T)", 2, VOWEL, ["t", "d"]),
        ("(T)", 2, CONSONANT, []),
        ("DIr", 2, VOWEL, []),
        ("DIr", 2, CONSONANT, ["dir"]),
        ("lIK", 2, CONSONANT, ["lik", "liy"]),
        ("dA", ANY, CONSONANT, ["da", "də"]),
    ],
)
def test_allomorphs(form: str, harmony: int, kind: int, surfaces: list[str]) -> None:
    assert surfaces == [allomorph.surface for allomorph in allomorphs(form, harmony, kind)]


def test_vowel_harmony_must_be_right() -> None:
    assert all(reading.root != "kitab" for reading in MORPHOLOGY.readings("kitablər"))
    assert MORPHOLOGY.readings("kitabnın") == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_cuts_leave_out_no_place_where_a_root_and_suffixes_meet(spelling: str) -> None:
    found = 0
    for form in [row.form for row in make_golden.stored()][::7]:
        word = SPELLINGS[spelling](form)
        lengths = MORPHOLOGY.lengths(word, spelling)
        assert sorted(lengths, reverse=True) == lengths
        for length in range(1, len(word) + 1):
            for found_stem in MORPHOLOGY.lexicon.typed_stems(word[:length], spelling):
                before = (found_stem.state, found_stem.harmony, found_stem.kind)
                if MORPHOLOGY.morphotactics.parse(word[length:], *before, spelling):
                    assert length in lengths, (word, length)
                    found += 1
    assert found > 1_000


def test_cuts_are_far_fewer_than_letters() -> None:
    cuts = Cuts(MORPHOLOGY.morphotactics, str)
    forms = [row.form for row in make_golden.stored()]
    assert sum(len(cuts.lengths(form)) for form in forms) < 0.6 * sum(map(len, forms))
    assert cuts.lengths("") == []
    assert cuts.lengths("китаб") == [5]


def test_the_shapes_are_all_that_stems_are_found_for() -> None:
    lexicon = MORPHOLOGY.lexicon
    shapes = lexicon.all_shapes()
    heads = {row.form[:length] for row in make_golden.stored() for length in range(1, len(row.form) + 1)}
    assert {head for head in heads if lexicon.stems(head)} == {head for head in heads & shapes if lexicon.stems(head)}


@pytest.mark.parametrize("spelling", list(SPELLINGS))
def test_shapes_that_are_alike_have_the_stems_of_each(spelling: str) -> None:
    lexicon, follow = MORPHOLOGY.lexicon, MORPHOLOGY.morphotactics.remainders
    _, heads = MORPHOLOGY.in_spelling(spelling)
    for shape in sorted(lexicon.all_shapes())[::7]:
        typed = SPELLINGS[spelling](shape)
        expected = tuple(
            (cost, entry.lemma, own, follow(state, harmony, kind, spelling).number)
            for entry, own, state, harmony, kind, cost in lexicon.typed_stems(typed, spelling)
        )
        assert heads.made(typed) == expected


def test_forgetting_what_follows_changes_nothing() -> None:
    forms = [row.form for row in make_golden.stored()][::40]
    expected = [MORPHOLOGY.best(form) for form in forms]
    automaton = Morphotactics(DATA / "morphotactics.txt", remember=3)
    assert expected == [Morphology(MORPHOLOGY.lexicon, automaton).best(form) for form in forms]


def test_words_parsed_at_every_place_are_read_alike() -> None:
    forms = [row.form for row in make_golden.stored()][::97]
    for spelling, respell in (("proper", str), ("ascii", fold)):
        expected = [MORPHOLOGY.readings(respell(form), spelling) for form in forms]
        # The first words of a process are parsed so; the shared morphology has read many.
        fresh = [Morphology(MORPHOLOGY.lexicon, MORPHOLOGY.morphotactics) for _ in forms]
        assert [own.readings(respell(form), spelling) for own, form in zip(fresh, forms, strict=True)] == expected


@pytest.mark.parametrize("respell", [*SPELLINGS.values(), lambda text: text.translate(str.maketrans("şkq", "wyğ"))])
def test_words_with_hyphens_that_the_lexicon_has_may_be_there(respell: Callable[[str], str]) -> None:
    MORPHOLOGY.lexicon.read_all()
    joined = [lemma for lemma in MORPHOLOGY.lexicon if "-" in lemma]
    assert len(joined) > 100
    assert all(MORPHOLOGY.lexicon.may_have_joined(respell(lemma) + "larda") for lemma in joined)
    assert not MORPHOLOGY.lexicon.may_have_joined("kitab-dəftər")
    assert Lexicon(DATA / "lexicon").may_have_joined("kitab-dəftər")  # to read everything for that would take longer


def test_the_letters_that_lead_on_are_those_of_suffixes() -> None:
    cuts = Cuts(MORPHOLOGY.morphotactics, str)
    met = [cuts.root]
    for node in met:
        assert node.letters() == {letter for letter in ALPHABET if node[letter] is not None}
        met += [after for letter in ALPHABET if len(met) < 200 and (after := node[letter]) is not None]
    assert len(met) >= 200


@pytest.mark.parametrize("spelling", list(SPELLINGS))
def test_the_suffixes_by_letter_are_all_suffixes(spelling: str) -> None:
    automaton = MORPHOLOGY.morphotactics
    for state in automaton.states:
        for harmony, kind in product(range(5), range(5)):
            whole = automaton.table(state, harmony, kind, spelling)
            letters = sorted({key[0] for key in whole} | {*ALPHABET})
            parts = [automaton.table(state, harmony, kind, spelling, letter) for letter in letters]
            assert {key: found for part in parts for key, found in part.items()} == whole


def test_readings_come_by_rising_cost_and_best_is_the_first() -> None:
    for word in ("alma", "gəlin", "yazın", "almanın", "üzüm", "onda", "tarixinin"):
        readings = MORPHOLOGY.readings(word)
        assert sorted(reading.cost for reading in readings) == [reading.cost for reading in readings]
        assert MORPHOLOGY.best(word) == readings[0].term


@pytest.mark.parametrize("spelling", [*SPELLINGS, "partly"])
def test_best_is_the_first_reading_in_every_spelling(spelling: str) -> None:
    found = 0
    for form in [row.form for row in make_golden.stored()][::13]:
        for word in {SPELLINGS.get(spelling, str)(form), form.replace("ş", "s"), form.replace("ə", "e", 1)}:
            if spelling in ("proper", "partly") or word.isascii():
                readings = MORPHOLOGY.readings(word, spelling)
                assert MORPHOLOGY.best(word, spelling) == (readings[0].term if readings else None), word
                found += bool(readings)
    assert found > 100


@pytest.mark.parametrize(
    ("form", "root"),
    [
        ("əlimi", "əl"),  # my hand, and not: Əli?
        ("durumu", "durum"),
        ("üstündü", "üstün"),
        ("fəxrimiz", "fəxr"),
        ("quldurlar", "quldur"),
        ("kitabmı", "kitab"),
        ("Moldovanın", "moldova"),  # and not of a Moldovan: where both have it, the genitive is of the commoner word
        ("Kubanın", "kuba"),
        ("Kubanı", "kuba"),
        ("Annanın", "anna"),
        ("Ayşənin", "ayşə"),
        ("Zahirənin", "zahirə"),
        ("qadağanın", "qadağa"),
        ("qadağanı", "qadağa"),
        ("qadağandır", "qadağan"),
        ("satqının", "satqı"),
        ("Kremlin", "kreml"),
        ("Kremli", "kreml"),
        ("Taksimdə", "taksim"),
        ("Əmmanın", "əmman"),
        ("qapılaram", "qapıl"),  # I shall be seized: nobody is doors
        ("yenilərdim", "yenil"),
        ("qapılardı", "qapı"),
        ("qızardım", "qızar"),  # I blushed, and not: let me fry
        ("bitirdim", "bitir"),
        ("bitirir", "bitir"),
        ("doyurdular", "doyur"),
    ],
)
def test_the_likelier_reading_of_a_form_that_two_words_share(form: str, root: str) -> None:
    assert stem(form) == root


def test_an_adjective_is_declined_only_where_nothing_else_fits() -> None:
    assert [stem(w) for w in ("tarixinin", "mərkəzinin", "elminin", "tarixi")] == ["tarix", "mərkəz", "elm", "tarixi"]


def test_a_broken_lexicon_says_where(tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text("kitab\tnoun\t5\t-\n", "utf-8")
    with pytest.raises(LexiconError, match="kitab"):
        Lexicon(tmp_path).entries("kitab")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kitab n 5 -", "line 'kitab n 5 -': expected a lemma in lower case, a tab"),
        ("kitab", "line 'kitab': expected a lemma"),
        ("Kitab\tn\t5\t-", "line 'Kitab.*': expected a lemma in lower case"),
        ("kitab\tn", "entry 'kitab': expected parts of speech, frequency class and flags, found 'n'"),
        ("kitab\tn\t9\t-", "entry 'kitab': the frequency class is 1 to 5, not '9'"),
        ("kitab\tn\tfive\t-", "entry 'kitab': the frequency class is 1 to 5, not 'five'"),
        ("kitab\tn\t5\tsoft", "entry 'kitab': unknown flag 'soft'"),
        ("kitab\tn,nom\t5\t-", "entry 'kitab': unknown part of speech 'nom'"),
    ],
)
@pytest.mark.parametrize("large", [False, True])  # of which only some lines are read
def test_a_broken_line_of_the_lexicon_says_what_is_wrong(tmp_path: Path, line: str, message: str, large: bool) -> None:
    others = "".join(f"zə{number}\tn\t1\t-\n" for number in range(4_000 if large else 1))
    (tmp_path / "bad.tsv").write_text(f"{line}\n{others}", "utf-8")
    with pytest.raises(LexiconError, match=message):
        _read(tmp_path, "kitab")


def _read(folder: Path, lemma: str) -> None:
    lexicon = Lexicon(folder)
    lexicon.entries(lemma)
    lexicon.read_all()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("irregular.tsv", "irregular.tsv, line 'kitabb kitab Noun': expected a shape, its lemma and a state"),
        ("bases.tsv", "bases.tsv, line 'kitabb kitab Noun': expected a word and what it is made of"),
    ],
)
def test_a_broken_line_of_the_other_files_says_what_is_wrong(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "nouns.tsv").write_text("kitab\tn\t5\t-\n", "utf-8")
    (tmp_path / name).write_text("# comment\nkitabb kitab Noun\n", "utf-8")
    with pytest.raises(LexiconError, match=message):
        Lexicon(tmp_path).made_of("kitabb")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("plural lAr -> Nowhere 1", "Nowhere"),
        ("plural lAr", "line 2"),
        ("use Nothing", "Nothing"),
        ("# a comment\n\n  plural lA-r -> Noun 1", "line 4"),
        ("plural lAr -> Noun one", "line 2"),
        ('state Noun accepted "gloss"', "line 2"),
        ('state Noun "gloss', "line 2"),
    ],
)
def test_a_broken_automaton_says_where(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "suffixes.txt"
    path.write_text(f"state Noun accept\n{line}\n", "utf-8")
    with pytest.raises(MorphotacticsError, match=message):
        [*Morphotactics(path).states.values()]


@pytest.mark.parametrize("line", ["plural lAr -> Noun 1", "Noun accept"])
def test_an_automaton_begins_with_a_state(tmp_path: Path, line: str) -> None:
    path = tmp_path / "suffixes.txt"
    path.write_text(f"# a comment\n{line}\nstate Noun accept\n", "utf-8")
    with pytest.raises(MorphotacticsError, match=f"line 2: expected 'state', 'use' or a suffix, found '{line}'"):
        Morphotactics(path)


def test_a_state_of_the_automaton_is_read_when_it_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "suffixes.txt"
    path.write_text("state Noun accept\n\nstate Verb accept\n  past dI -> Verb 1\n  past dI Verb\n", "utf-8")
    automaton = Morphotactics(path)
    assert list(automaton.states) == ["Noun", "Verb"]
    assert automaton.transitions("Noun") == []
    with pytest.raises(MorphotacticsError, match="line 5: expected 'state', 'use' or a suffix, found 'past dI Verb'"):
        automaton.transitions("Verb")


def test_every_state_can_be_reached_and_left() -> None:
    automaton = MORPHOLOGY.morphotactics
    used = {t.target for state in automaton.states for t in automaton.transitions(state)}
    used |= {name for state in automaton.states.values() for name in state.uses}
    # Where stems enter, from the lexicon's parts of speech, its irregular shapes, and the suffixes set apart.
    used |= {"Noun", "Adjective", "Temporal", "Numeral", "Verb", "Postposition", "Particle", "Written"}
    used |= {"Pronoun", "PronounPlain", "PronounOblique", "PronounGenitive", "Unknown"}
    assert set() == set(automaton.states) - used
