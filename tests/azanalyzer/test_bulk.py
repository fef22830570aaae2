"""Reading chunks in bulk gives what reading them one by one gives."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azanalyzer import Analyzer, bulk, fold, respelling, single_words
from azanalyzer.bulk import BulkReader
from azanalyzer.language import shared_morphology
from azanalyzer.morphology import bulk as bulk_morphology
from azanalyzer.morphology import rests
from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import Words
from azanalyzer.spoken import as_written
from azanalyzer.term_numbers import TermNumbers
from tests.azanalyzer import make_golden
from tests.strategies import any_text, texts

READ_IN_BULK = BulkReader(Analyzer.shared()._reader, few=0)
ONE_BY_ONE = Analyzer()  # which knows nothing of what was read in bulk

# Of each chunk: term, CRC-32 of what is spelled, folded, whether folding changes it, step.
Pieces = list[list[tuple[str, int, bool, int]]]

TEXT = """
kitab kitablar, «Kitablarımızdan KİTAB (kitab). İnsan İspayla Iraq Işıq IŞIQ İran. Internet MICROSOFT BMT-nin BMTnin
XX xv ix III i I İ s. m. prof. Prof. o O. ə. a getdi. 2022-ci 3,14 45%-i az-1 Bakı'da, mə'lum e-mail@site.az #bakı
@ad https://az.az/x?y ... — «» («“kitab”») kitab:kitab kitab.. .kitab 'kitab' ağca-qanad Kasım-Jomart кәнд кәндлиләр
книги şirkət göre yaxşi gozəl getmisen torpagh shəki uşağ çörəy seher seherli bele kitablarda yaxsi kitabxanacilar
gagasadan nilrəcədə fumıduş pıbhaçı windowsda Zaqatala qürrələnməyənlərdənmişsinizcəsinə
kitabkitabkitabkitabkitabkitabkitabkitabkitabkitabkitabkitabkitab
gül-çiçəyin, Ad-sandan «bir-ikidirlər» IV-İllik İran-ıraq vi-kənd Şəki-ş. Iraq-III
007 12. (3) «4», 12.3. 1.000 2022 5-6 ٣ 24.08.2022, 1.1.20225 3.0.1. (1,5) 1.000.000,5 45. 4%. 1..2
heç-heçəyə, Hec-hece bir-birinə səs-səsə Ulan-Ude İssık-Göl ISSIK-GÖL heç-
çoooox Coooox yaxşııı səəəkkiz allllah aaaa hmmm təəəəcili bbbaaa sssr
insanin axsam Butun hesabim malin. wekil wine west Wikayet iwleyir yaxwi
Cemi alindi usaqin aldiqim cicekin coreki pisik getdix OLCAQ baxram, Eviz gelirix nömrəz deyəllərki
hiss haqqı oğlu suyu ağzının yaxşılaşdırılmamışdır wikiyə ancag ayagına ёлка é éa naïve
"""
CHUNKS = TEXT.split()
PARTS = "kitab Kitablar ev İran Iraq iv BMT o ci nin ın dan da mi səs heç gözəl gozel usaq ulan prof"


def letters(surface: str) -> tuple[int, bool]:
    folded = fold(surface)
    return zlib.crc32(folded.encode("utf-8", "replace")), folded != surface


def one_by_one(chunks: list[str], azerbaijani: bool | None = None) -> Pieces:
    return [
        [(piece.term, *letters(piece.spelled(chunk)), piece.step) for piece in ONE_BY_ONE.pieces(chunk, azerbaijani)]
        for chunk in chunks
    ]


def in_bulk(reader: BulkReader, chunks: list[str], azerbaijani: bool | None = None) -> Pieces:
    found = reader.read(chunks, azerbaijani)
    names = [reader.terms.term(number) for number in found.terms.tolist()]
    named: Iterator[tuple[str, int, bool, int]] = zip(
        names, found.letters.tolist(), found.spelled.tolist(), found.steps.tolist(), strict=True
    )
    return [[next(named) for _ in range(count)] for count in found.counts.tolist()]


@pytest.mark.parametrize("azerbaijani", [None, True, False])
def test_chunks_of_every_kind(azerbaijani: bool | None) -> None:
    assert in_bulk(READ_IN_BULK, CHUNKS, azerbaijani) == one_by_one(CHUNKS, azerbaijani)


def test_the_golden_vocabulary() -> None:
    rows = make_golden.stored()
    terms = [[term for term, *_ in pieces] for pieces in in_bulk(READ_IN_BULK, [row.form for row in rows])]
    assert terms == [[row.term] for row in rows]


def test_the_golden_vocabulary_as_it_is_typed_or_misspelled() -> None:
    forms = [row.form for row in make_golden.stored()][::3]
    for letters in ("əe", "əa", "ıi", "qğ", "ğq", "yk", "şs", "şw", "bp"):  # the last gives words that nobody knows
        chunks = [form.replace(*letters) for form in forms]
        assert in_bulk(READ_IN_BULK, chunks) == one_by_one(chunks)
    for plain in ("eioucsg", "eioucwg"):
        chunks = [form.translate(str.maketrans("əıöüçşğ", plain)) for form in forms]
        assert in_bulk(READ_IN_BULK, chunks) == one_by_one(chunks)


def test_compounds_of_the_lexicon_as_they_are_typed_or_misspelled() -> None:
    listed = sorted(shape for shape in shared_morphology().lexicon.all_shapes() if "-" in shape)
    listed += [f"«{shape.capitalize()}dan»," for shape in listed[::5]]
    for letters in (("", ""), ("ə", "e"), ("ı", "i"), ("q", "ğ"), ("k", "y"), ("ş", "w"), ("a", "b")):
        chunks = [shape.replace(*letters) for shape in listed]
        assert in_bulk(READ_IN_BULK, chunks) == one_by_one(chunks)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PARTS.split()), min_size=2, max_size=4).map("-".join), max_size=20))
def test_any_compounds(chunks: list[str]) -> None:
    assert in_bulk(READ_IN_BULK, chunks) == one_by_one(chunks)


def test_a_chunk_of_two_lines() -> None:
    with pytest.raises(ValueError, match="line feed"):
        READ_IN_BULK.read(["kitab", "ev\nev"])


@pytest.mark.parametrize("unit", ["a", "kitab", "KİTAB", "a-", "é", "1."])
def test_a_long_chunk_costs_no_more_than_its_length(unit: str) -> None:
    chunk = unit * (40_000 // len(unit))
    began = time.process_time()
    assert in_bulk(BulkReader(Analyzer.shared()._reader, few=0), [chunk]) == one_by_one([chunk])
    assert time.process_time() - began < 5  # twenty before


def test_few_chunks_are_read_without_setting_up() -> None:
    reader = Analyzer.shared().bulk()
    assert in_bulk(reader, CHUNKS) == one_by_one(CHUNKS)
    assert in_bulk(reader, []) == []


def test_without_stemming() -> None:
    reader = BulkReader(Analyzer(stem=False)._reader, few=0)
    assert in_bulk(reader, ["Kitablar,", "IŞIQ", "İnsanlar", "Gül-çiçəkli", "ev-lər"]) == [
        [("kitablar", *letters("kitablar"), 1)],
        [("ışıq", *letters("ışıq"), 1)],
        [("insanlar", *letters("insanlar"), 1)],
        [("gül-çiçəkli", *letters("gül-çiçəkli"), 1), ("gül", *letters("gül"), 0), ("çiçəkli", *letters("çiçəkli"), 1)],
        [("ev", *letters("ev-lər"), 1)],
    ]


def test_what_is_remembered_may_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rests, "_MOST_RESTS", 20)
    monkeypatch.setattr(bulk_morphology, "_BLOCK", 16)
    monkeypatch.setattr(single_words, "_BLOCK", 50)
    monkeypatch.setattr(bulk, "_MOST_WORDS", 60)
    reader = BulkReader(Analyzer.shared()._reader, few=0)
    assert in_bulk(reader, CHUNKS) == in_bulk(reader, CHUNKS) == one_by_one(CHUNKS)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        texts(), any_text(), st.lists(st.text("abcçdeəfgğhxıijkqlmnoöprsştuüvyzwIİ.,»", max_size=12)).map(" ".join)
    )
)
def test_any_text(text: str) -> None:
    chunks = text.split()
    assert in_bulk(READ_IN_BULK, chunks) == one_by_one(chunks)


ENDS = ["x", "p", "z", "iz", "viz", "uz", "caq", "cəm", "ecek", "rem", "rıq", "nar", "nər", "llar", "llər", "ği", "ğüm"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("aeəıioöuübcdğklmnprstvxyz-", min_size=1, max_size=8), min_size=1), st.sampled_from(ENDS))
def test_whatever_is_written_otherwise_may_be_spoken(stems: list[str], end: str) -> None:
    words = [f"{stem}{end}" for stem in stems]
    may_be = respelling._may_be_spoken(Words.of(words)).tolist()
    assert [word for word, may in zip(words, may_be, strict=True) if as_written(word) != word and not may] == []


def test_a_letter_that_is_none() -> None:
    with pytest.raises(ValueError, match="not of the alphabet"):
        Words.of(["kitab", "книга"])


def test_stems_made_together_are_those_made_one_by_one() -> None:
    morphology = shared_morphology()
    morphology.lexicon.read_all()
    stems, _ = BulkMorphology(morphology, TermNumbers())._in_spelling("proper")
    shapes = stems._all
    assert shapes is not None
    for places in (np.arange(0, len(shapes), 2), np.arange(1, len(shapes), 2)):
        stems._look_at_many(places, shapes.where(places))
    heads = morphology.in_spelling("proper")[1]
    for place, shape in enumerate(shapes.strings()):
        first, count = int(stems._first[place]), int(stems._counts[place])
        own = range(first, first + count)
        found = tuple((stems.costs[each], stems.lemmas[each], stems.shapes[each], stems.numbers[each]) for each in own)
        assert heads.made(shape) == found, shape
