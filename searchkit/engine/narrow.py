"""Columns of small values, in which the few that are too large have a mark: the highest value of the type.

What is marked stands in `….what`, one value after another. Which of these belongs to a mark is how many marks stand
before it, its rank: `….ranks` has that of every `RANKED`th place, and the rest is counted in the column itself. Where
nothing is too large, both are empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from searchkit.engine.arrays import before
from searchkit.engine.columns import Column

__all__ = ["MARKS", "RANKED", "Narrow"]

MARKS = {1: (1 << 8) - 1, 2: (1 << 16) - 1}  # what stands for a value that does not fit so many bytes
RANKED = 256  # values from one rank to the next
_FEW = 32  # places for which counting one by one is faster
_MANY = 4096  # that are looked up at a time, with a row of the column for each


class Narrow:
    """Such a column of a file. What is read from it are whole numbers, i8, with those that did not fit put in."""

    def __init__(self, columns: Mapping[str, Column], name: str, *, nested: bool = False) -> None:
        """`nested` says that `….what` is such a column itself."""
        self.column = columns[name]
        self.mark = MARKS[self.column.itemsize]
        self._ranks = columns[f"{name}.ranks"]
        what = columns[f"{name}.what"]
        self.has_exceptions = len(what) > 0
        self._what: Column | Narrow = Narrow(columns, f"{name}.what") if nested else what

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, place: slice) -> Any:
        values = self.column[place]
        found = values.astype(np.int64)
        if self.has_exceptions:
            marked = (values == self.mark).nonzero()[0]
            if len(marked):
                first = self._rank(place.start)  # the others follow
                found[marked] = self._what[first : first + len(marked)]
        return found

    def few(self, low: int, high: int) -> Sequence[int]:
        """The values from place `low` to `high`, for which a call of numpy costs more than all the rest."""
        if self.column.itemsize == 1:
            data = self.column.read(low, high)
            if not self.has_exceptions or self.mark not in data:
                return data
        found: list[int] = self[low:high].tolist()
        return found

    def take(self, places: Any) -> Any:
        """The values at `places`."""
        values = self.column.take(places)
        found = values.astype(np.int64)
        if self.has_exceptions:
            marked = (values == self.mark).nonzero()[0]
            if len(marked):
                found[marked] = self.exceptions_at(places[marked])
        return found

    def exceptions_at(self, places: Any) -> Any:
        """The values at `places`, all of which are marked."""
        if len(places) <= _FEW:
            return np.array([self._what.at(self._rank(place)) for place in places.tolist()], np.int64)
        return self._what.take(self._ranks_at(places))

    def at(self, place: int) -> int:
        """The value at one place."""
        [found] = self.few(place, place + 1)
        return found

    def _rank(self, place: int) -> int:
        row = place // RANKED
        low = row * RANKED
        if self.column.itemsize == 1:
            return self._ranks.at(row) + self.column.read(low, place).count(self.mark)
        return self._ranks.at(row) + int(np.count_nonzero(self.column[low:place] == self.mark))

    def _ranks_at(self, places: Any) -> Any:
        """The ranks of the marks at `places`, which have been read."""
        if len(places) > _MANY:
            parts = range(0, len(places), _MANY)
            return np.concatenate([self._ranks_at(places[first : first + _MANY]) for first in parts])
        column, size = self.column, self.column.itemsize
        rows = places // RANKED
        starts = column.offset(0) + rows * (RANKED * size)
        column.file.check_places(starts)
        # The last row may reach beyond the column, but not beyond the directory of the file behind it.
        values = column.file.windows(RANKED * size)[starts].view(f"<u{size}")
        marked = (values == self.mark).view(np.uint8)
        marked &= before(RANKED)[places - rows * RANKED]
        return self._ranks.take(rows) + marked.sum(axis=1, dtype=np.uint8)  # at most 255
