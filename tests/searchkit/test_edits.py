"""The distances of many words at once are those of one word at a time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.edits import are_near, edit_distance

WORDS = st.text("abcə😀\0", max_size=8)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.lists(WORDS, max_size=30), st.integers(0, 3))
def test_they_are_the_same(word: str, others: list[str], most: int) -> None:
    assert are_near(word, others, most).tolist() == [edit_distance(word, other, most) <= most for other in others]


def test_neighbours_that_have_changed_places_are_one_edit() -> None:
    assert are_near("kitab", ["ktiab", "kitba", "ikatb", "kitab", "kitabı"], 1).tolist() == [1, 1, 0, 1, 1]
