"""Dividing the dictionary into parts whose tokens are sorted together."""

from __future__ import annotations

import numpy as np
import pytest

from searchkit.engine import invert


@pytest.mark.parametrize(("bits", "expected"), [(40, [[1, 2, 3], [5, 6], [7]]), (1, [[1, 2], [3, 5], [6], [7]])])
def test_parts_have_about_so_many_tokens_and_no_more_terms_than_the_bits_count(
    bits: int, expected: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invert, "_PART", 10)
    terms, numbers, parts = invert._divided(np.array([0, 2, 3, 5, 0, 1, 30, 1]), bits)
    assert expected == [part.tolist() for part in terms]
    assert [number for part in expected for number in range(len(part))] == numbers[[1, 2, 3, 5, 6, 7]].tolist()
    assert [number for number, part in enumerate(expected) for _ in part] == parts[[1, 2, 3, 5, 6, 7]].tolist()


def test_nothing_is_divided_into_nothing() -> None:
    terms, numbers, parts = invert._divided(np.zeros(3, np.int64), 40)
    assert (terms, numbers.tolist(), parts.tolist()) == ([], [0, 0, 0], [0, 0, 0])
