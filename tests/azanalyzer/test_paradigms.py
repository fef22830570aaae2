"""All cells of the paradigms of model words, walked through the automaton, are read back to their roots."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from azanalyzer.language import shared_morphology
from azanalyzer.morphology.lexicon import Stem
from azanalyzer.morphology.phonology import NARROW, SOFT, allomorphs

MORPHOLOGY = shared_morphology()
_Form = tuple[str, str, int, int, tuple[str, ...]]  # letters, state, harmony, kind of the last sound, suffixes
DEEPEST = 4  # suffixes in a row: plural, possessive, case, copula; negation, tense, compound, person
EACH_DEEP = 25  # of the cells with so many, which are a million, each twenty-fifth

# A word of each way to inflect: harmony of four kinds, final vowel and consonant, each part of speech.
NOMINALS = """
kitab şəhər yol göz gün oğlan ata ölkə arzu ütü kişi hekayə otaq çörək uşaq inək hüquq ittifaq fabrik türk oğul ağız
fikir burun şəkil ömür hiss haqq su mövqe tale böyük yaxşı qırmızı yumşaq beş iki altmış min bakı azərbaycan naxçıvan
heydər leyla gəncə modem kino taksi müəllim kitabxana dostluq
"""
VERBS = """
yaz gəl gör ol oxu de ye başla işlə gözlə yeri tanı yaşa bax tut düş ver bil al sat get et yarat unut eşit öyrət qayıt
danış işlət gözəlləş hazırlan oxun yazıl
"""
PRONOUNS = ["mən", "sən", "o", "bu", "biz", "siz", "kim", "nə", "öz", "hamı"]

# Cells that are forms of other common words too, which are read first: sat-ın of sat, satın of satın almaq.
FIRST = 0.98


def stems(lemma: str, verb: bool) -> list[Stem]:
    """The shapes of the lemma: as it is, softened, without its last vowel, …"""
    shapes = {lemma, lemma[:-1] + {"q": "ğ", "k": "y", "t": "d"}.get(lemma[-1], lemma[-1]), lemma + "y", lemma[:-1]}
    shapes.add(lemma[:-2] + lemma[-1])
    shapes.update(["mənim", "bizim", "on", "onlar", "bun", "bunlar", "nəy"])
    return [
        stem
        for shape in sorted(shapes - {""})
        for stem in MORPHOLOGY.lexicon.stems(shape)
        if stem.entry.lemma == lemma and (stem.entry.pos == "v") == verb and stem.kind != NARROW
    ]


def cells(stem: Stem) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every form of the stem that a word may end in, with the names of its suffixes."""
    automaton = MORPHOLOGY.morphotactics
    pending: list[_Form] = [(stem.shape, stem.state, stem.harmony, stem.kind, ())]
    deep = 0
    while pending:
        form, state, harmony, kind, chain = pending.pop()
        deep += len(chain) == DEEPEST
        may_end = automaton.states[state].accept is not None and kind not in (SOFT, NARROW)
        if may_end and (len(chain) < DEEPEST or deep % EACH_DEEP == 0):
            yield form, chain
        if len(chain) == DEEPEST:
            continue
        for transition in automaton.transitions(state):
            if not transition.derives:
                for surface, next_harmony, next_kind in allomorphs(transition.form, harmony, kind):
                    pending.append(
                        (form + surface, transition.target, next_harmony, next_kind, (*chain, transition.label))
                    )


def paradigm(lemma: str, verb: bool) -> dict[str, tuple[str, ...]]:
    """All forms of a lemma, each with the suffixes of one of the ways to make it."""
    return {form: chain for stem in stems(lemma, verb) for form, chain in cells(stem)}


WORDS = {False: [*NOMINALS.split(), *PRONOUNS], True: VERBS.split()}


def test_there_are_enough_model_words() -> None:
    assert sum(map(len, WORDS.values())) >= 90
    for verb, lemmas in WORDS.items():
        for lemma in lemmas:
            forms = {form for stem in stems(lemma, verb) for form, _ in islice(cells(stem), 100)}
            assert len(forms) > 20 or lemma == "nə", lemma


@pytest.mark.parametrize("verb", WORDS, ids=["nominals", "verbs"])
def test_every_cell_is_read_back(verb: bool) -> None:
    other: list[str] = []
    lost: list[str] = []
    total = 0
    for lemma in WORDS[verb]:
        for form, chain in paradigm(lemma, verb).items():
            total += 1
            if MORPHOLOGY.best(form) == lemma:
                continue
            readings = MORPHOLOGY.readings(form)
            shown = f"{form} = {lemma}+{'+'.join(chain)}: {readings[0].term if readings else None}"
            (other if any(reading.root == lemma for reading in readings) else lost).append(shown)
    print(f"{total} cells, {len(other)} read as another word first")
    assert not lost, lost
    assert len(other) <= (1 - FIRST) * total, other
