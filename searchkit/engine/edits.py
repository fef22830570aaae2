"""Which of many words are few edits away from one: the table of distances is filled for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["are_near"]


def are_near(word: str, others: Sequence[str], most: int) -> Any:
    """Which of `others` are at most so many edits away from `word`, as `searchkit.edits.edit_distance` counts."""
    near = np.zeros(len(others), bool)
    lengths = np.fromiter(map(len, others), np.int64, len(others))
    held = np.flatnonzero(np.abs(lengths - len(word)) <= most)
    if not len(held):
        return near
    lengths = lengths[held]
    width = max(int(lengths.max()), 1)
    letters = np.array([others[place] for place in held.tolist()], f"<U{width}")
    columns = letters.view("<u4").reshape(len(held), width).T.copy()
    distances = _distances([ord(letter) for letter in word], columns, most)
    near[held] = distances[lengths, np.arange(len(held))] <= most
    return near


def _distances(word: Sequence[int], columns: Any, most: int) -> Any:
    """The last row of the table of each other word: by length of its beginning, capped at `most` + 1; u1.

    `columns` has the letters of the others, u4[place, other]. Only cells at most `most` off the diagonal are filled.
    """
    far = most + 1
    width, count = columns.shape
    before: Any = None
    row = np.minimum(np.arange(width + 1, dtype=np.uint8), far)[:, None].repeat(count, 1)
    for i, letter in enumerate(word, 1):
        older, before = before, row
        row = np.full((width + 1, count), far, np.uint8)
        row[0] = min(i, far)
        for j in range(max(i - most, 1), min(i + most, width) + 1):
            cell = np.minimum(before[j], row[j - 1]) + np.uint8(1)
            np.minimum(cell, before[j - 1] + (columns[j - 1] != letter), out=cell)
            if i > 1 and j > 1:
                swapped = (columns[j - 1] == word[i - 2]) & (columns[j - 2] == letter)
                np.minimum(cell, older[j - 2] + np.where(swapped, np.uint8(1), np.uint8(far)), out=cell)
            np.minimum(cell, far, out=row[j])
    return row
