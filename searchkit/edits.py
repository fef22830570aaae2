"""How many edits one word is from another, as fuzzy words and suggestions count them; for many at once, by arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["are_near", "edit_distance", "edit_distances"]


def edit_distance(left: str, right: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours from `left` to `right`; `most` + 1 if more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i] + [0] * len(right)
        for j, b in enumerate(right, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]


def are_near(word: str, others: Sequence[str], most: int) -> Any:
    """Which of `others` are at most so many edits away from `word`, as `edit_distance` counts."""
    near = np.zeros(len(others), bool)
    lengths = np.fromiter(map(len, others), np.int64, len(others))
    held = np.flatnonzero(np.abs(lengths - len(word)) <= most)
    if not len(held):
        return near
    lengths = lengths[held]
    width = max(int(lengths.max()), 1)
    letters = np.array([others[place] for place in held.tolist()], f"<U{width}")
    columns = letters.view("<u4").reshape(len(held), width).T.copy()
    near[held] = edit_distances([ord(letter) for letter in word], columns, lengths, most) <= most
    return near


def edit_distances(word: Sequence[int], columns: Any, lengths: Any, most: int) -> Any:
    """The `edit_distance` from `word` to each of many; u1.

    `columns` has the letters of these as numbers, [place, other], of which so many count as `lengths` says. They are at
    most `most` longer or shorter than the word. Only cells at most `most` off the diagonal are filled.
    """
    far = most + 1
    width, count = columns.shape
    before: Any = None
    row = np.minimum(np.arange(width + 1, dtype=np.uint8), far)[:, None].repeat(count, 1)
    for i, letter in enumerate(word, 1):
        older, before = before, row
        row = np.full((width + 1, count), far, np.uint8)
        row[0] = min(i, far)
        first, last = max(i - most, 1), min(i + most, width)
        band = row[first : last + 1]
        is_other = columns[first - 1 : last] != letter
        np.minimum(before[first : last + 1] + 1, before[first - 1 : last] + is_other, out=band)
        if i > 1:
            second = max(first, 2)
            swapped = (columns[second - 1 : last] == word[i - 2]) & (columns[second - 2 : last - 1] == letter)
            costs = far - swapped * np.uint8(most)  # one edit, and else too many
            ends = row[second : last + 1]
            np.minimum(ends, older[second - 2 : last - 1] + costs, out=ends)
        for j in range(first, last + 1):
            np.minimum(row[j], row[j - 1] + 1, out=row[j])
        np.minimum(band, far, out=band)
    return row[lengths, np.arange(count)]
