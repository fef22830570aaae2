"""Words as rows of letters, and which of them may be partly typed in ASCII."""

from __future__ import annotations

import numpy as np

from azanalyzer.analyzer import shared_morphology
from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import Words


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
    told = BulkMorphology(morphology).may_be_partly_typed(Words.of(words)).tolist()
    read = [row for row, word in enumerate(words) if morphology.best_partly(word) is not None]
    assert read
    assert set(read) <= set(told) < set(range(len(words)))
