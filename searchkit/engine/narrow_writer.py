"""Writing columns of small values; `narrow` says what is written and reads it."""

from __future__ import annotations

from typing import Any

import numpy as np

from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.narrow import MARKS, RANKED

__all__ = ["NarrowWriter"]


class NarrowWriter:
    """Writes such a column piece by piece."""

    def __init__(self, writer: ColumnWriter, name: str, dtype: str = "|u1", *, nested: bool = False) -> None:
        """Where `nested`, what does not fit is a column of two bytes with exceptions of its own."""
        self._writer = writer
        self._name = name
        self._values = writer.stream(name, dtype)
        self._mark = MARKS[np.dtype(dtype).itemsize]
        self._ranks: list[Any] = [np.zeros(0, np.int64)]
        self._marked = 0
        self._nested = NarrowWriter(writer, f"{name}.what", "<u2") if nested else None
        self._what: list[Any] = [np.zeros(0, np.uint16)]

    def add(self, values: Any) -> None:
        """Write values at the end."""
        marked = np.flatnonzero(values >= self._mark)
        rows = np.arange(-self._values.length % RANKED, len(values), RANKED)
        self._ranks.append(marked.searchsorted(rows) + self._marked)
        self._marked += len(marked)
        what = values[marked]
        if self._nested is not None:
            self._nested.add(what)
        else:
            self._what.append(what.astype(np.uint16 if not len(what) or what.max() < 1 << 16 else np.uint32))
        values = values.astype(self._values.dtype)
        values[marked] = self._mark
        self._values.append(values)

    def finish(self) -> None:
        """Write what does not fit, in two bytes where they are enough, and the ranks."""
        if self._nested is not None:
            self._nested.finish()
        else:
            self._writer.add(f"{self._name}.what", np.concatenate(self._what))
        ranks = np.concatenate(self._ranks)[: None if self._marked else 0]
        self._writer.add(f"{self._name}.ranks", ranks.astype("<u4" if self._marked < 1 << 32 else "<u8"))
