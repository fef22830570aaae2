"""A segment: an immutable set of documents with everything that is needed to search and show them.

Its columns are those of `posting_columns` and `terms` for each text field, of `store`, and here (N documents):

    ids.hashes u8[N], ids.owners u4[N]    64-bit hashes of the ids, sorted, and whose they are
    ids.contents u8[N]                    64-bit hashes of what is stored of each document
    of a keyword field: terms, first u4[n+1], docs u4[P] (the postings); values.first u4[N+1], values u4[P] (the numbers
    of each document's terms); of a number field: values f8[N], NaN where there is none; of a date field: values i8[N],
    microseconds since 1970-01-01, the lowest number where there is none
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import ujson

from azanalyzer.tuples import NamedTuple
from searchkit.backend import ShortTexts
from searchkit.engine.arrays import runs
from searchkit.engine.columns import ColumnFile
from searchkit.engine.postings import FieldPostings
from searchkit.engine.store import Store
from searchkit.engine.terms import TermDictionary
from searchkit.storage.hashes import id_hash

__all__ = [
    "MISSING_DATE", "NO_PERIOD", "YEAR_1970", "KeywordField", "Segment", "SegmentInfo", "has_value", "micros",
    "micros_of_bound", "numbers_of_periods", "write_deletions",
]  # fmt: skip

MISSING_DATE = np.iinfo(np.int64).min
NO_PERIOD = np.iinfo(np.int32).min  # that a missing date is of
_RELEASED = 2048  # blocks of stored documents that are read before their memory is given back


_EPOCH = datetime.datetime(1970, 1, 1)
_MICROSECOND = datetime.timedelta(microseconds=1)


def micros(moment: datetime.datetime) -> int:
    """Microseconds since 1970-01-01."""
    return (moment - _EPOCH) // _MICROSECOND


def has_value(values: Any) -> Any:
    """Which of the numbers (f8) or dates (i8) of documents are there; bool. Any number is one but NaN."""
    return values != MISSING_DATE if values.dtype == np.int64 else ~np.isnan(values)


def numbers_of_periods(moments: Any, unit: str) -> Any:
    """The years (unit "Y"), months ("M") or days ("D") that dates are of, counted from 1970-01-01 on; i4."""
    found = moments.view("M8[us]").astype(f"M8[{unit}]").astype(np.int64)
    return np.where(moments == MISSING_DATE, NO_PERIOD, found).astype(np.int32)


YEAR_1970 = -micros(datetime.datetime.min)  # microseconds from the year 1, from which Whoosh counts


def micros_of_bound(value: Any) -> Any:
    """A bound as it is kept: dates, which Whoosh may give as microseconds since the year 1, since 1970."""
    return micros(value.replace(tzinfo=None)) if isinstance(value, datetime.datetime) else value - YEAR_1970


class SegmentInfo(NamedTuple):
    """What the manifest says about a segment."""

    name: str
    documents: int  # deleted ones included
    deleted: int = 0
    deletions: str = ""  # the file that lists the deleted documents

    @property
    def live(self) -> int:
        return self.documents - self.deleted

    def files(self) -> list[str]:
        """The names of its files."""
        return [f"{self.name}.seg", *([self.deletions] if self.deletions else [])]


def write_deletions(path: Path, deleted: Any) -> None:
    """Write the numbers of a segment's deleted documents, ascending."""
    from searchkit.engine.column_writer import ColumnWriter  # a reader needs nothing of it

    writer = ColumnWriter(path)
    try:
        writer.add("deleted", np.asarray(deleted, "<u4"))
        writer.finish({})
    except BaseException:
        writer.abort()
        raise


def _read_deletions(path: Path, info: SegmentInfo) -> Any:
    file = ColumnFile(path)
    column = file.columns.get("deleted")
    if column is None or len(column) != info.deleted or (len(column) and int(column.all[-1]) >= info.documents):
        raise file.corrupt(0, f"it does not list the {info.deleted:,} deleted documents that the manifest says")
    return column.all


class _Texts(dict[str, FieldPostings]):
    """The text fields of a segment, however many generations share it.

    What a field keeps refers to the field. When the last segment has gone that circle is cut, so that the file is
    closed at once and not when Python happens to look for circles.
    """

    def __del__(self) -> None:
        for field in self.values():
            field.forget()


class Segment:
    """An open segment with the deletions of one generation."""

    def __init__(self, folder: Path, info: SegmentInfo, shared: Segment | None = None) -> None:
        """`shared` is the same segment opened with other deletions, whose files serve again."""
        self.info = info
        self.documents = info.documents
        self.file: ColumnFile = shared.file if shared else ColumnFile(folder / f"{info.name}.seg")
        if self.file.meta.get("documents") != info.documents:
            raise self.file.corrupt(0, f"it has not the {info.documents:,} documents that the manifest says")
        self._texts: _Texts = shared._texts if shared else _Texts()
        self._keywords: dict[str, KeywordField] = shared._keywords if shared else {}
        self._derived: dict[str, dict[str, Any]] = shared._derived if shared else {}
        self.store: Store = shared.store if shared else Store(self.file.columns)
        self.orders: dict[str, Any] = shared.orders if shared else {}  # what `orders` keeps of its fields
        self._id_hashes: Any = shared._id_hashes if shared else None
        self.deleted: Any = None
        self.live: Any = None  # bool[N], None if nothing is deleted
        if info.deletions:
            self.deleted = _read_deletions(folder / info.deletions, info)
            self.live = np.ones(self.documents, bool)
            self.live[self.deleted] = False

    def text(self, field: str) -> FieldPostings | None:
        """The postings of a text field; None if no document here has a token in it."""
        found = self._texts.get(field)
        if found is None and field in self.file.meta["texts"]:
            found = FieldPostings(self.file.columns, field, self.documents, self.file.meta["texts"][field])
            self._texts[field] = found
        return found

    def keyword(self, field: str) -> KeywordField | None:
        """The terms and postings of a keyword field; None if no document here has it."""
        found = self._keywords.get(field)
        if found is None and f"{field}.values.first" in self.file.columns:
            found = self._keywords[field] = KeywordField(self.file.columns, field)
        return found

    def values(self, field: str) -> Any:
        """The values of a number (f8) or date (i8) field by document; None if no document here has one."""
        if f"{field}.values.first" in self.file.columns:
            return None
        column = self.file.columns.get(f"{field}.values")
        return None if column is None else column.all

    def periods(self, field: str, unit: str) -> Any:
        """`numbers_of_periods` of a date field that documents have, of all of them."""
        known = self._derived.setdefault(field, {})
        if unit not in known:
            known[unit] = numbers_of_periods(self.values(field), unit)
        return known[unit]

    def short_texts(self, field: str) -> ShortTexts:
        """What the documents have in a field as far as it is text in the heads that are stored."""
        return ShortTexts(partial(self.store.texts, field), self.live, self._derived.setdefault(field, {}))

    def tokens(self, field: str) -> int:
        """How many tokens a text field has in all documents."""
        meta = self.file.meta["texts"].get(field)
        return int(meta["tokens"]) if meta else 0

    def id_hashes(self) -> Any:
        """The hashes of the ids by document; u8."""
        if self._id_hashes is None:
            hashes = np.empty(self.documents, np.uint64)
            hashes[self.file.columns["ids.owners"].all] = self.file.columns["ids.hashes"].all
            self._id_hashes = hashes
        return self._id_hashes

    def find_id(self, key: str) -> int:
        """The live document with this id, or -1."""
        return next((doc for doc in self.docs_of_id(key) if self.live is None or self.live[doc]), -1)

    def docs_of_id(self, key: str) -> list[int]:
        """The documents with this id, ascending, deleted ones included."""
        found = self._with_hashes(np.asarray([id_hash(key)], np.uint64)).tolist()
        return [doc for doc in found if self.key(doc) == key]

    def find_hashes(self, hashes: Any) -> Any:
        """The live documents whose ids have any of these hashes (u8, sorted), ascending."""
        return self.living(self._with_hashes(hashes))

    def living(self, docs: Any) -> Any:
        """Those of `docs` that are not deleted."""
        return docs if self.live is None else docs[self.live[docs]]

    def _with_hashes(self, hashes: Any) -> Any:
        own = self.file.columns["ids.hashes"].all
        low, high = own.searchsorted(hashes, "left"), own.searchsorted(hashes, "right")
        places = [
            place for first, last in zip(low[high > low], high[high > low], strict=True) for place in range(first, last)
        ]
        return np.sort(self.file.columns["ids.owners"].all[places]) if places else np.zeros(0, np.uint32)

    def key(self, doc: int) -> str:
        """The id of a document."""
        return str(ujson.loads(self.store.head(doc))["id"])

    def live_documents(self) -> Iterator[dict[str, Any]]:
        """What is stored of the documents that are not deleted, in order; memory is given back on the way."""
        for number, first, last in self.store.blocks():
            docs = range(first, last) if self.live is None else (np.flatnonzero(self.live[first:last]) + first).tolist()
            if docs:
                yield from self.store.documents(number, docs)
            if number % _RELEASED == _RELEASED - 1:
                self.file.release()


class KeywordField:
    """A keyword field of an open segment."""

    def __init__(self, columns: dict[str, Any], field: str) -> None:
        self.terms = TermDictionary(columns, field)
        self._first = columns[f"{field}.first"]
        self._docs = columns[f"{field}.docs"]
        self._value_first = columns[f"{field}.values.first"]
        self._values = columns[f"{field}.values"]

    def document_frequency(self, number: int) -> int:
        """How many documents have the term, deleted ones included."""
        first, last = self._first[number : number + 2].tolist()
        return int(last - first)

    def docs(self, start: int, stop: int) -> Any:
        """The documents of each term from number `start` to `stop`, one after another; u4."""
        first, last = self._first.at(start), self._first.at(stop)
        return self._docs[first:last]

    def numbers(self) -> tuple[Any, Any]:
        """The term numbers of all documents in order (u4) and where each document's begin (u4[N+1])."""
        return self._values.all, self._value_first.all

    def of(self, docs: Any) -> Any:
        """The term numbers of `docs`, one document after another; u4."""
        values, first = self.numbers()
        start = first[docs].astype(np.int64)
        lengths = first[np.asarray(docs) + 1].astype(np.int64) - start
        return values[runs(start, lengths)]

    def first_of(self, docs: Any) -> Any:
        """The number of the first term of each of `docs`, -1 where there is none; i8."""
        values, first = self.numbers()
        start, end = first[docs].astype(np.int64), first[np.asarray(docs) + 1]
        found = np.full(len(start), -1)
        found[start < end] = values[start[start < end]]
        return found
