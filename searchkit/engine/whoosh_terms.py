"""The terms of any field of a segment as Whoosh has them, with their postings.

Words and keywords have dictionaries on disk, and an id is found by its hash. The terms of numbers and dates, and the
list of all ids, are made from what is stored of the documents, when they are first asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np
from whoosh import fields
from whoosh.reading import TermInfo

from searchkit.engine.lengths import length_steps
from searchkit.engine.occurrences import spans
from searchkit.engine.postings import FieldPostings
from searchkit.engine.segment import YEAR_1970, KeywordField, Segment, has_value
from searchkit.engine.term_postings import TermPostings
from searchkit.engine.terms import TermDictionary

__all__ = ["FieldTerms", "Ids", "Postings", "Terms", "field_terms", "indexed_fields", "sortable"]


class Postings(Protocol):
    """The postings of one term."""

    @property
    def docs(self) -> Any:
        """The documents, ascending; i8."""

    @property
    def weights(self) -> Any:
        """How often each document has the term; None for once each."""

    def positions(self, place: int) -> list[int]:
        """Where the term stands in the document at this place of `docs`."""

    def info(self) -> TermInfo:
        """Whoosh's figures about the term."""


class Terms(Protocol):
    """The terms of a field, by number."""

    def find(self, term: bytes) -> int:
        """The number of a term, -1 if no document has it."""

    def document_frequency(self, number: int) -> int: ...
    def postings(self, number: int) -> Postings: ...


class FieldTerms(Terms, Protocol):
    """The sorted terms of a field, by number."""

    @property
    def terms(self) -> TermDictionary | TermsInMemory: ...


class TermsInMemory:
    """Sorted terms that stand in no file; see `searchkit.engine.terms.TermDictionary`."""

    def __init__(self, terms: Sequence[bytes]) -> None:
        self._terms = terms

    def __len__(self) -> int:
        return len(self._terms)

    def find(self, term: bytes) -> int:
        number = self.lower_bound(term)
        return number if number < len(self._terms) and self._terms[number] == term else -1

    def lower_bound(self, term: bytes) -> int:
        return bisect_left(self._terms, term)

    def term(self, number: int) -> bytes:
        return self._terms[number]

    def terms(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        return islice(self._terms, start, stop)


class _PlainPostings:
    """Postings without positions, each of weight 1."""

    def __init__(self, docs: Any) -> None:
        self.docs = docs
        self.weights = None

    def positions(self, place: int) -> list[int]:
        raise NotImplementedError

    def info(self) -> TermInfo:
        count = len(self.docs)
        return TermInfo(float(count), count, 0, 0, 1.0, int(self.docs[0]), int(self.docs[-1]))


class _WordPostings:
    def __init__(self, postings: TermPostings) -> None:
        self._postings = postings
        self._starts: list[int] = []
        self._positions: Any = None
        self.docs = postings.docs()
        self.weights = postings.tfs()

    def positions(self, place: int) -> list[int]:
        if self._positions is None:
            _, self._positions = spans(self._postings, self.docs)
            self._starts = [0, *np.cumsum(self.weights).tolist()]
        found: list[int] = self._positions[self._starts[place] : self._starts[place + 1]].tolist()
        return found

    def info(self) -> TermInfo:
        lengths = length_steps()[self._postings.field.lengths[self.docs]]
        return TermInfo(
            float(self.weights.sum()),
            len(self.docs),
            int(lengths.min()),
            int(lengths.max()),
            float(self.weights.max()),
            int(self.docs[0]),
            int(self.docs[-1]),
        )


class _Words:
    def __init__(self, source: FieldPostings) -> None:
        self._source = source
        self.terms = source.terms
        self.find = source.terms.find
        self.document_frequency = source.document_frequency

    def postings(self, number: int) -> _WordPostings:
        return _WordPostings(self._source.postings(number))


class _Keywords:
    def __init__(self, source: KeywordField) -> None:
        self._source = source
        self.terms = source.terms
        self.find = source.terms.find
        self.document_frequency = source.document_frequency

    def postings(self, number: int) -> _PlainPostings:
        return _PlainPostings(self._source.docs(number, number + 1).astype(np.int64))


class _Made:
    """Terms that are made of the values of the documents."""

    def __init__(self, terms: Sequence[bytes], numbers: Any, docs: Any) -> None:
        """`numbers` are those of the terms of `docs`."""
        self.terms = TermsInMemory(terms)
        self.find = self.terms.find
        self._docs = docs[np.argsort(numbers, kind="stable")]
        self._starts = np.cumsum(np.bincount(numbers + 1, minlength=len(terms) + 1))

    def document_frequency(self, number: int) -> int:
        return int(self._starts[number + 1] - self._starts[number])

    def postings(self, number: int) -> _PlainPostings:
        return _PlainPostings(self._docs[self._starts[number] : self._starts[number + 1]])


class Ids:
    """The ids, each by the number of the first document that has or had it; those of all documents are not read."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def find(self, term: bytes) -> int:
        return next(iter(self._segment.docs_of_id(term.decode("utf-8", "replace"))), -1)

    def document_frequency(self, number: int) -> int:
        return len(self.postings(number).docs)

    def postings(self, number: int) -> _PlainPostings:
        return _PlainPostings(np.asarray(self._segment.docs_of_id(self._segment.key(number))))


def indexed_fields(segment: Segment) -> list[str]:
    """The names of the fields that have terms, in order."""
    columns = segment.file.columns
    values = (name.removesuffix(".values") for name in columns if name.endswith(".values"))
    found = {*segment.file.meta["texts"], *values}
    # Of a field that only deleted documents had, a merge may have kept the columns.
    empty = {name for name in found if f"{name}.terms.shared" in columns and not len(columns[f"{name}.terms.shared"])}
    return sorted({"id", *found} - empty)


def field_terms(segment: Segment, field: str) -> FieldTerms | None:
    """The terms of a field; None if no document of the segment has any."""
    if field == "id":
        return _ids(segment)
    text, keyword, values = segment.text(field), segment.keyword(field), segment.values(field)
    if text is not None:
        return _Words(text)
    if keyword is not None:
        return _Keywords(keyword)
    return None if values is None else _values(values)


def _ids(segment: Segment) -> _Made:
    keys = [segment.key(doc).encode("utf-8") for doc in range(segment.documents)]
    terms = sorted(set(keys))
    numbers = {term: number for number, term in enumerate(terms)}
    return _Made(terms, np.fromiter(map(numbers.__getitem__, keys), np.int64, len(keys)), np.arange(len(keys)))


def _values(values: Any) -> _Made:
    docs = np.flatnonzero(has_value(values))
    numbers, own = np.unique(sortable(values[docs]), return_inverse=True)
    whole = fields.NUMERIC(int, 64)
    return _Made([whole.sortable_to_bytes(number) for number in numbers.tolist()], own, docs)


def sortable(values: Any) -> Any:
    """Numbers (f8) or dates (i8) as the whole numbers, from 0 up, that Whoosh writes as terms; u8."""
    if values.dtype == np.int64:
        whole = values + YEAR_1970
    else:
        whole = values.view(np.int64)
        whole = np.where(whole < 0, whole ^ np.int64(0x7FFFFFFFFFFFFFFF), whole)
    return whole.view(np.uint64) ^ np.uint64(1 << 63)
