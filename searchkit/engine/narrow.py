"""Columns of small values, in which the few that are too large have a mark: the highest value of the type.

What is marked stands in `….what`, one value after another. Which of these belongs to a mark is how many marks stand
before it, its rank: `….ranks` has that of every `RANKED`th place, and the rest is counted in the column itself. Where
nothing is too large, both are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from searchkit.engine.columns import Column

__all__ = ["MARKS", "RANKED", "Narrow"]

MARKS = {1: (1 << 8) - 1, 2: (1 << 16) - 1}  # what stands for a value that does not fit so many bytes
RANKED = 256  # values from one rank to the next


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

    def sum(self, low: int, high: int) -> int:
        """The sum of a few values, from place `low` to `high`; the column is one of bytes."""
        data = self.column.read(low, high)
        if self.has_exceptions and self.mark in data:
            return int(self[low:high].sum())
        return sum(data)

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
        return self._what.take(self._ranks_at(places))

    def _rank(self, place: int) -> int:
        row = place // RANKED
        return self._ranks.at(row) + int(np.count_nonzero(self.column[row * RANKED : place] == self.mark))

    def _ranks_at(self, places: Any) -> Any:
        """The ranks of the marks at `places`, which have been read."""
        first, last = int(places.min()), int(places.max())
        if len(places) * RANKED > last - first:  # all that is between them is less than their rows together
            low = first // RANKED * RANKED
            counts = np.cumsum(self.column[low : last + 1] == self.mark)
            counts += self._ranks.at(low // RANKED) - 1
            return counts.take(places - low)
        column, size = self.column, self.column.itemsize
        rows = places // RANKED
        starts = column.offset(0) + rows * (RANKED * size)
        column.file.check_places(starts)
        # The last row may reach beyond the column, but not beyond the directory of the file behind it.
        values = column.file.windows(RANKED * size)[starts].view(f"<u{size}")
        before = np.arange(RANKED) < (places - rows * RANKED)[:, None]
        before &= values == self.mark
        return self._ranks.take(rows) + np.count_nonzero(before, axis=1)
