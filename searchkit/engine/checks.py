"""What the checks of a segment have in common: columns of the right length, and problems with their places."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from searchkit.backend import Problem
from searchkit.engine.columns import Column
from searchkit.engine.narrow import MARKS, RANKED
from searchkit.engine.segment import Segment
from searchkit.errors import CorruptIndexError

__all__ = ["SENSELESS", "Checks", "Stop", "shown"]

SENSELESS = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError, zlib.error)


class Stop(Exception):
    """The rest of a field cannot be checked."""


def shown(term: bytes) -> str:
    """A term as a message has it."""
    return repr(term.decode("utf-8", "replace"))


class Checks:
    """The columns of a segment whose bytes are sound, and the problems that were found in them."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.columns = segment.file.columns
        self.documents = segment.documents
        self.found: list[Problem] = []

    def attempt(self, column: str, check: Callable[..., None], *arguments: Any) -> None:
        """Run a check; whatever goes wrong in it is a problem of the column."""
        try:
            check(self, *arguments)
        except Stop:
            pass
        except CorruptIndexError as error:
            self.add(column, error.reason)
        except SENSELESS as error:
            self.add(column, f"what it says makes no sense ({type(error).__name__}: {error})")

    def add(self, column: str, reason: str, place: int | None = None) -> None:
        """Note a problem at a place of a column."""
        known = self.columns.get(column)
        offset = known.offset(place) if known is not None and place is not None else None
        self.found.append(Problem(self.segment.file.path, reason, offset, column))

    def column(self, name: str, length: int | None = None) -> Column:
        """A column; the check ends here if it has not the length that others ask for."""
        column = self.columns[name]
        if length is not None and len(column) != length:
            self.stop(name, f"it has {len(column):,} values, and {length:,} belong there")
        return column

    def stop(self, column: str, reason: str, place: int | None = None) -> None:
        """Note a problem that makes further checks of the field pointless."""
        self.add(column, reason, place)
        raise Stop

    def starts(self, name: str, count: int, end: int, *, empty: bool) -> Any:
        """A column that says where `count` things begin and the last ends: from 0 up to `end`; i8."""
        values = self.column(name, count + 1).all.astype(np.int64)
        self.require(name, np.diff(values) >= (0 if empty else 1), "the values do not ascend")
        if values[0] != 0 or values[-1] != end:
            self.stop(name, f"it goes from {values[0]:,} to {values[-1]:,}, and not from 0 to {end:,}", 0)
        return values

    def exceptions(self, name: str) -> None:
        """For each value of a narrow column that is marked there is one that does not fit, and its rank is right."""
        column = self.columns[name]
        mark = MARKS[column.itemsize]
        marked = np.flatnonzero(column.all == mark)
        what = self.column(f"{name}.what", len(marked)).all
        self.require(f"{name}.what", what >= mark, "a value is not as wide as it should be")
        expected = marked.searchsorted(np.arange(0, len(column) if len(marked) else 0, RANKED))
        ranks = self.column(f"{name}.ranks", len(expected)).all
        self.require(f"{name}.ranks", ranks == expected, "it does not count the values before that do not fit")

    def require(self, name: str, sound: Any, reason: str, first: int = 0) -> None:
        """Stop at the first place of a column, counted from `first`, that is not sound."""
        if not sound.all():
            self.stop(name, reason, first + int(np.argmin(sound)))
