"""Writing ids, keywords, numbers and dates; `segment` reads them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.segment import MISSING_DATE
from searchkit.engine.terms import encode
from searchkit.engine.terms_writer import write_terms

__all__ = ["Keywords", "Values", "write_ids", "write_keywords"]

_BYTES_PER_KEYWORD = 200  # of memory for each distinct one, beside its letters


class Keywords:
    """The values of a keyword field, document by document."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._values = array("I")
        self._counts = array("I")
        self._letters = 0

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._counts)

    @property
    def held(self) -> int:
        """The memory in bytes that they take, about."""
        return len(self._numbers) * _BYTES_PER_KEYWORD + self._letters + 4 * (len(self._values) + len(self._counts))

    def add(self, values: list[str] | None) -> None:
        """The values of the next document."""
        known = self._numbers
        distinct = dict.fromkeys(map(encode, values)) if values else ()
        for term in distinct:
            if term not in known:
                known[term] = len(known)
                self._letters += len(term)
            self._values.append(known[term])
        self._counts.append(len(distinct))

    def write(self, writer: ColumnWriter, field: str) -> None:
        """Write the field, unless no document has a value."""
        if not self._values:
            return
        terms = sorted(self._numbers)
        ranks = np.empty(len(terms), np.int64)
        ranks[[self._numbers[term] for term in terms]] = np.arange(len(terms))
        docs = np.repeat(np.arange(len(self)), np.frombuffer(self._counts, np.uint32))
        write_keywords(writer, field, terms, ranks[np.frombuffer(self._values, np.uint32)], docs, len(self))


class Values:
    """The values of a number or a date field, document by document."""

    def __init__(self, *, are_dates: bool) -> None:
        self._are_dates = are_dates
        self._values: array[Any] = array("q" if are_dates else "d")
        self._is_empty = True

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._values)

    def add(self, value: Any) -> None:
        """The value of the next document, a date in microseconds since 1970-01-01; None if it has none."""
        if value is None:
            self._values.append(MISSING_DATE if self._are_dates else np.nan)
        else:
            self._values.append(value)
            self._is_empty = False

    def write(self, writer: ColumnWriter, field: str) -> None:
        """Write the field, unless no document has a value."""
        if not self._is_empty:
            writer.add(f"{field}.values", np.frombuffer(self._values, np.int64 if self._are_dates else np.float64))


def write_keywords(
    writer: ColumnWriter, field: str, terms: Sequence[bytes], numbers: Any, docs: Any, documents: int
) -> None:
    """Write a keyword field from pairs of term numbers and documents, sorted by document."""
    write_terms(writer, field, terms)
    order = np.argsort(numbers, kind="stable")
    writer.add(f"{field}.first", _starts(numbers, len(terms)), "<u4")
    writer.add(f"{field}.docs", docs[order], "<u4")
    writer.add(f"{field}.values.first", _starts(docs, documents), "<u4")
    writer.add(f"{field}.values", numbers, "<u4")


def write_ids(writer: ColumnWriter, hashes: Any, contents: Any) -> None:
    """Write the look-up of documents by the hashes of their ids, and those of their contents, given by document."""
    order = np.argsort(hashes, kind="stable")
    writer.add("ids.hashes", hashes[order].astype("<u8"))
    writer.add("ids.owners", order, "<u4")
    writer.add("ids.contents", contents.astype("<u8"))


def _starts(numbers: Any, count: int) -> Any:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(numbers, minlength=count))])
