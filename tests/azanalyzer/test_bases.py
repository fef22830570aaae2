"""What derived terms are made of: by the suffixes of the automaton, by the list of bases, and where it stops."""

from __future__ import annotations

from pathlib import Path

import pytest

import azanalyzer
from azanalyzer import Analyzer, stem
from azanalyzer.language import shared_morphology

ANALYZER = Analyzer()
LISTED = Path(azanalyzer.__file__).parent / "data" / "lexicon" / "bases.tsv"

# Each base with terms that are made of it, also by several suffixes.
FAMILIES = {
    "valideyn": "valideynlik",
    "müdafiə": "müdafiəçi müdafiəsiz",
    "iş": "işçi işsiz işsizlik işlə işlət işçilik",
    "işıq": "işıqlandır işıqlı işıqlan",
    "poz": "pozul pozucu pozuntu",
    "kitab": "kitabxana kitabxanaçı kitabça",
    "vətən": "vətəndaş vətəndaşlıq",
    "seç": "seçki seçici seçim seçil",
    "ödə": "ödəniş ödən ödət",
    "yaz": "yazı yazılı yazıl yazdır yazış",
    "danış": "danışıq danışdır",
    "ver": "veril verdir veriliş",
    "hüquq": "hüquqi hüquqşünas hüquqsuz",
    "siyasət": "siyasi siyasətçi siyasətşünas",
    "iqtisadiyyat": "iqtisadi iqtisadiyyatçı",
    "qeyd": "qeydiyyat qeydiyyatçı",
    "məsul": "məsuliyyət məsuliyyətli məsuliyyətsiz",
    "cinayət": "cinayətkar cinayətkarlıq",
    "tərəf": "tərəfdar tərəfdaş tərəfsiz",
    "bil": "bilik bilikli bilgi bildir",
    "ölç": "ölçü ölçüsüz ölçül",
    "təhlükə": "təhlükəsizlik təhlükəsiz təhlükəli",
    "tik": "tikinti tikili tikil tikdir",
    "gözəl": "gözəllik gözəlləş gözəlləşdir",
    "bakı": "bakılı",
    "azərbaycan": "azərbaycanlı azərbaycanşünas",
    "rus": "rusca ruslaş",
    "müəllim": "müəllimlik",
    "al": "alıcı alıcılıq",
    "sat": "satıcı satış satqın",
    "qorx": "qorxu qorxulu qorxaq",
    "ekologiya": "ekoloji",
    "qayıt": "qayıdış",
    "cırtdan": "cırtdançılıq",
    "milli": "millilik milliyyət ümummilli milliləşdir",
    "ört": "örtü örtük örtül",
    "art": "artırıl",
    "ye": "yeyil",
    "biş": "bişir",
    "qaç": "qaçırıl",
    "ayır": "ayrıl",
    "çıx": "çıxarıl çıxarış",
    "gözlə": "gözlənilməz",
    "başla": "başlayaraq",
    "gəl": "gələn",
    "təmin": "təminat təminatlı",
    "təhqiq": "təhqiqat təhqiqatçı",
    "əsas": "əsasən əsaslı",
    "sonra": "sonrakı sonradan",
    "xüsus": "xüsusi xüsusilə",
    "borc": "borcalan borcverən borclu",
    "vergi": "vergitutma vergiqoyma",
    "idarə": "idarəetmə idarəedici",
    "rəqəm": "rəqəmsal",
    "konsessiya": "konsessioner",
}
PAIRS = [(term, base) for base, terms in FAMILIES.items() for term in terms.split()]

# Roots, words that only look derived, names, what is no word of the language.
ROOTS = """
kitab gəl müraciət balıq burun damla qardaş yoldaş turizm orqanizm ağla deş yalan yarış taxıl sahə qanun vergi gəlir
kvark xqzt 2022 bmt 2022-08-24 sona vəsilə ələt
milli ört örüş albalı yarlıq çağla
"""


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 80
    assert len(dict(PAIRS)) == len(PAIRS)


@pytest.mark.parametrize(("term", "base"), PAIRS)
def test_base_of_a_derived_term(term: str, base: str) -> None:
    assert (term, base) == (stem(term), ANALYZER.base(term))


@pytest.mark.parametrize("term", ROOTS.split())
def test_roots_have_no_base(term: str) -> None:
    assert ANALYZER.base(term) is None


@pytest.mark.parametrize(("base", "terms"), FAMILIES.items())
def test_words_of_a_family_have_one_root_beside_them(base: str, terms: str) -> None:
    family = [base, *terms.split()]
    assert ANALYZER.with_bases(family) == [view for term in family for view in (term, f"~{base}")]


@pytest.mark.parametrize("term", ROOTS.split())
def test_a_word_without_family_stands_beside_itself(term: str) -> None:
    assert ANALYZER.with_bases([term]) == [term, f"~{term}"]


def test_no_term_looks_like_a_root_beside_one() -> None:
    assert ANALYZER.terms("~poz #~poz @~poz ~poz.az ~poz@poz.az ~5 ~BMT") == [
        "poz", "poz", "poz", "poz.az", "poz", "az", "poz@poz.az", "5", "bmt"
    ]  # fmt: skip


def test_a_base_has_no_base_and_is_in_the_lexicon() -> None:
    lexicon = shared_morphology().lexicon
    bases = {ANALYZER.base(lemma) for lemma in lexicon} - {None}
    assert len(bases) > 3_000
    assert {base for base in bases if base not in lexicon or ANALYZER.base(base)} == set()


def test_the_list_names_words_of_the_lexicon_once() -> None:
    lexicon = shared_morphology().lexicon
    rows = [line.split("\t") for line in LISTED.read_text("utf-8").splitlines() if line[0] != "#"]
    assert [row for row in rows if len(row) != 2 or row[0] not in lexicon or row[1] not in lexicon] == []
    assert len({word for word, _ in rows}) == len(rows) > 500


def test_who_comes_from_a_root_is_told_as_by_the_base() -> None:
    roots = [(lemma, root) for lemma in shared_morphology().lexicon if (root := ANALYZER.base(lemma) or lemma)]
    made = [(lemma, root) for lemma, root in roots if lemma.startswith(root)]
    assert [(lemma, root) for lemma, root in made if not ANALYZER.comes_from(lemma, root)] == []
    other = [(lemma, lemma[:3]) for lemma, root in roots if len(lemma) > 3 and root != lemma[:3]]
    assert [(lemma, beginning) for lemma, beginning in other if ANALYZER.comes_from(lemma, beginning)] == []
