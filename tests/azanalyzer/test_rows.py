"""Words as rows of letters, which of them may be partly typed in ASCII, and tables of what is known of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from azanalyzer.language import shared_morphology
from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import SortedTable, Words


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


keys = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 200))


@given(st.lists(st.sets(keys, max_size=60), max_size=8), st.sets(keys, max_size=20))
def test_a_sorted_table_finds_what_was_put_in_and_nothing_else(batches: list[set[int]], others: set[int]) -> None:
    table = SortedTable(np.int64)
    expected: dict[int, int] = {}
    for batch in batches:
        new = sorted(batch - expected.keys())
        values = range(len(expected), len(expected) + len(new))
        table.add(np.array(new, np.uint64), np.array(values, np.int64))
        expected.update(zip(new, values, strict=True))
        asked = sorted(expected.keys() | others)
        found, missing = table.find(np.array(asked, np.uint64))
        assert missing.tolist() == [place for place, key in enumerate(asked) if key not in expected]
        for key, value in zip(asked, found.tolist(), strict=True):
            assert key not in expected or value == expected[key]
    assert len(table) == len(expected)
