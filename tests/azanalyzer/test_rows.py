"""Words as rows of letters, and which of them may be partly typed in ASCII."""

from __future__ import annotations

import zlib

import numpy as np

from azanalyzer.alphabet import fold
from azanalyzer.language import shared_morphology
from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import CODES, Words, letters_before
from azanalyzer.term_numbers import TermNumbers


def test_words_of_several_parts_are_joined_in_order():
    parts = [["ev", "kitablar"], [], ["şəhərlərimizdən", "a"]]
    joined = Words.joined([Words.of(part) for part in parts])
    assert joined.strings() == ["ev", "kitablar", "şəhərlərimizdən", "a"]


def test_parts_of_words_are_cut_out():
    words = Words.of(["kitabda", "ev", "gəlir"])
    found = words.parts(np.array([2, 0, 0]), np.array([0, 5, 7]), np.array([3, 7, 7]))
    assert found == ["gəl", "da", ""]


def test_places_of_letters_that_an_ascii_keyboard_lacks():
    assert Words.of(["ev", "əş", "yaxşı", "kiə"]).own_places().tolist() == [0, 0b11, 0b11000, 0b100]


def test_every_partly_typed_word_with_a_term_is_told_without_reading_it():
    words = ["yaxşi", "gozəl", "gözelləri", "seherlərdə", "şəkı", "kitəb", "çiçeklər", "isləmışdı", "qarğa", "əöü"]
    morphology = shared_morphology()
    told = BulkMorphology(morphology, TermNumbers()).may_be_partly_typed(Words.of(words)).tolist()
    read = [row for row, word in enumerate(words) if morphology.best_partly(word) is not None]
    assert read
    assert set(read) <= set(told) < set(range(len(words)))


def test_beginnings_have_the_hashes_that_they_have_as_words():
    words = ["ev", "kitablarımızdan", "şəhərləşdirilməmişlərdənsinizmi", "a"]
    rows, lengths = np.array([0, 1, 1, 1, 2, 2, 2, 3]), np.array([1, 8, 9, 15, 16, 24, 25, 1])
    beginnings = [words[row][:length] for row, length in zip(rows, lengths, strict=True)]
    assert Words.of(words).beginnings(rows, lengths).tolist() == Words.of(beginnings).identities().tolist()


def test_checksums_are_those_of_the_folded_words():
    words = ["ev", "kitablarımızdan", "şəhərləşdirilməmişlərdənsinizmi", "w", "iı"]
    assert Words.of(words).checksums().tolist() == [zlib.crc32(fold(word).encode()) for word in words]


def test_letters_before_a_place():
    words = Words.of(["kitablarda", "ev"])
    found = letters_before(words.codes, np.array([0, 1]), np.array([9, 2]))
    last = [[*number.tobytes()][-2:] for number in found]
    assert last == [[CODES["r"], CODES["d"]], [CODES["e"], CODES["v"]]]
