"""Whoosh's view of segments of columns: a codec for reading, so that all of Whoosh works on an index of searchkit.

`whoosh.index.open_dir` finds it by the table of contents that `whoosh_toc` writes; the engine itself uses it for
queries that have no plan. Writing is left to searchkit.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, matching
from whoosh.codec import base
from whoosh.matching.mcore import NoQualityAvailable, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from searchkit.edits import edit_distance
from searchkit.engine.lengths import length_steps
from searchkit.engine.segment import YEAR_1970, Segment, SegmentInfo, has_value
from searchkit.engine.whoosh_schema import MISSING, MISSING_REVERSED, read_only
from searchkit.engine.whoosh_terms import FieldTerms, Ids, Postings, Terms, field_terms, indexed_fields, sortable
from searchkit.errors import CorruptIndexError

__all__ = ["ColumnCodec", "ColumnSegment"]


class ColumnCodec(base.Codec):  # type: ignore[misc,unused-ignore]
    """Reads segments of columns; whoever wants to write through it is told to write with searchkit."""

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> _TermsReader:
        return _TermsReader(segment.open(storage))

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> _DocumentReader:
        return _DocumentReader(segment.open(storage))

    def automata(self, storage: Any, segment: ColumnSegment) -> _Edits:
        return _Edits()

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        raise read_only()

    def field_writer(self, storage: Any, segment: Any) -> Any:
        raise read_only()

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        raise read_only()

    def new_segment(self, storage: Any, indexname: str) -> Any:
        raise read_only()


class ColumnSegment(base.Segment):  # type: ignore[misc,unused-ignore]
    """A segment of searchkit in Whoosh's table of contents."""

    def __init__(self, info: SegmentInfo, opened: Segment | None = None) -> None:
        """`opened` is the same segment where it is open already."""
        self.info = info
        self._opened = opened
        self.indexname = "MAIN"
        self.segid = info.deletions or info.name  # with other deletions it is another segment to Whoosh
        self.compound = False

    def open(self, storage: Any = None) -> Segment:
        """The segment to read; only the first time `storage` must tell where it is."""
        if self._opened is None:
            try:
                self._opened = Segment(Path(storage.folder) / "segments", self.info)
            except CorruptIndexError as error:
                if error.path is not None and not error.path.exists():
                    # Whoosh looks for a newer table of contents when a file has gone.
                    raise FileNotFoundError(str(error)) from error
                raise
        return self._opened

    def codec(self, **_: Any) -> ColumnCodec:
        return ColumnCodec()

    def doc_count_all(self) -> int:
        raise read_only()  # only writers ask the segment, as the first thing; readers have a document reader

    def deleted_count(self) -> int:
        return self.info.deleted

    def set_doc_count(self, doccount: int) -> None:
        raise read_only()

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        raise read_only()


class _TermsReader(base.TermsReader):  # type: ignore[misc,unused-ignore]
    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._names = indexed_fields(segment)
        self._ids = Ids(segment)
        self._fields: dict[str, FieldTerms | None] = {}

    def _field(self, name: str) -> FieldTerms | None:
        if name not in self._fields:
            self._fields[name] = field_terms(self._segment, name)
        return self._fields[name]

    def _found(self, name: str, term: bytes) -> tuple[Terms, int] | None:
        field = self._ids if name == "id" else self._field(name)
        number = -1 if field is None else field.find(term)
        return None if field is None or number < 0 else (field, number)

    def _find(self, name: str, term: bytes) -> tuple[Terms, int]:
        found = self._found(name, term)
        if found is None:
            raise TermNotFound(f"No term {name}:{term!r}")
        return found

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._found(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return self._names

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        field = self._field(fieldname)
        return base.EmptyCursor() if field is None else _Cursor(field, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return (term for term, _, _ in self._from("", b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return (term for term, _, _ in self._from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, field.postings(number).info()) for term, field, number in self._from(fieldname, prefix))

    def _from(self, name: str, term: bytes) -> Iterator[tuple[tuple[str, bytes], FieldTerms, int]]:
        for other in self._names:
            field = self._field(other) if other >= name else None
            if field is not None:
                start = field.terms.lower_bound(term) if other == name else 0
                for number, found in enumerate(field.terms.terms(start), start):
                    yield (other, found), field, number

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        field, number = self._find(fieldname, text)
        return field.postings(number).info()

    def frequency(self, fieldname: str, text: bytes) -> float:
        found = self._found(fieldname, text)
        if found is None:
            return 0.0
        field, number = found
        return float(field.postings(number).info().weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self._found(fieldname, text)
        if found is None:
            return 0
        field, number = found
        return field.document_frequency(number)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> _TermMatcher:
        field, number = self._find(fieldname, text)
        return _TermMatcher(field.postings(number), format_, (fieldname, text), scorer)


class _Cursor(base.FieldCursor):  # type: ignore[misc,unused-ignore]
    """Walks through the terms of a field as text."""

    def __init__(self, field: FieldTerms, fieldobj: Any) -> None:
        self.field = field
        self._fieldobj = fieldobj
        self._number = 0

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, string: Any) -> Any:
        self._number = self.field.terms.lower_bound(self._fieldobj.to_bytes(string))
        return self.text()

    def next(self) -> Any:
        self._number += 1
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self.field.terms.term(self._number)) if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo | None:
        return self.field.postings(self._number).info() if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._number < len(self.field.terms)


class _Edits(base.Automata):  # type: ignore[misc,unused-ignore]
    """Similar terms, as plans find them: letters that have changed places are one edit."""

    def terms_within(self, fieldcur: Any, uterm: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        start = uterm[:prefix]
        text = fieldcur.find(start)
        while text is not None and text.startswith(start):
            if edit_distance(uterm, text, maxdist) <= maxdist:
                yield text
            text = fieldcur.next()


class _TermMatcher(matching.LeafMatcher):  # type: ignore[misc,unused-ignore]
    """Walks through the postings of a term.

    There are no blocks, so none can be skipped by its quality. Nor is there a bound for the whole: by that Whoosh
    leaves out terms that give none of the best, and then neither counts the documents that have no other nor finds
    those whose scores a weighting changes at the end.
    """

    def __init__(self, postings: Postings, format_: Any, term: tuple[str, bytes], scorer: Any, place: int = 0) -> None:
        self._postings = postings
        self._ids: list[int] = postings.docs.tolist()
        self._weights: list[int] | None = None if postings.weights is None else postings.weights.tolist()
        self._place = place
        self._term = term
        self.format = format_
        self.scorer = scorer

    def copy(self) -> _TermMatcher:
        return _TermMatcher(self._postings, self.format, self._term, self.scorer, self._place)

    def is_active(self) -> bool:
        return self._place < len(self._ids)

    def reset(self) -> None:
        self._place = 0

    def id(self) -> int:
        return self._ids[self._place]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._place :])

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._place += 1
        return False

    def skip_to(self, id: int) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._place = bisect_left(self._ids, id, self._place)
        return False

    def weight(self) -> float:
        return 1.0 if self._weights is None else float(self._weights[self._place])

    def value(self) -> bytes:
        value: bytes = b"" if self._weights is None else self.format.encode(self._postings.positions(self._place))
        return value

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._weights is not None:
            return self._postings.positions(self._place)
        if astype == "weight":
            return self.weight()
        return int(self.weight()) if astype == "frequency" else super().value_as(astype)

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return math.inf

    def block_quality(self) -> float:
        raise NoQualityAvailable(type(self).__name__)

    def skip_to_quality(self, minquality: float) -> int:
        raise NoQualityAvailable(type(self).__name__)


class _DocumentReader(base.PerDocumentReader):  # type: ignore[misc,unused-ignore]
    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._lengths: dict[str, list[int]] = {}

    def doc_count(self) -> int:
        return self._segment.info.live

    def doc_count_all(self) -> int:
        return self._segment.documents

    def has_deletions(self) -> bool:
        return self._segment.deleted is not None

    def is_deleted(self, docnum: int) -> bool:
        live = self._segment.live  # Whoosh also asks for the document after the last
        return live is not None and docnum < len(live) and not live[docnum]

    def deleted_docs(self) -> Iterator[int]:
        return iter(() if self._segment.deleted is None else self._segment.deleted.tolist())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        if not 0 <= docnum < self._segment.documents:  # the columns would give what stands behind theirs
            raise IndexError(f"{self._segment.file.path}: there is no document {docnum}")
        return self._segment.store.document(docnum)

    # ------------------------------------------------------------ lengths

    def _field_lengths(self, fieldname: str) -> list[int]:
        """The lengths of the documents, rounded up as Whoosh does it; none if the field has none here."""
        if fieldname not in self._lengths:
            source = self._segment.text(fieldname)
            steps = [] if source is None else length_steps().astype(np.int64)[source.lengths].tolist()
            self._lengths[fieldname] = steps
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._field_lengths(fieldname)
        return lengths[docnum] or default if lengths else default

    def field_length(self, fieldname: str) -> int:
        return self._segment.tokens(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        return min(self._field_lengths(fieldname), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max(self._field_lengths(fieldname), default=0)

    # ------------------------------------------------------------ columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname == "id" or f"{fieldname}.values" in self._segment.file.columns

    def list_columns(self) -> list[str]:
        return [name for name in indexed_fields(self._segment) if self.has_column(name)]

    def column_reader(self, fieldname: str, column: Any) -> _ColumnReader:
        segment = self._segment
        if fieldname == "id":
            return _ColumnReader([segment.key(doc).encode("utf-8", "replace") for doc in range(segment.documents)])
        keyword = segment.keyword(fieldname)
        if keyword is not None:
            terms = [*keyword.terms.terms()]
            numbers, first = keyword.numbers()
            places, counts = first[:-1].tolist(), np.diff(first.astype(np.int64)).tolist()
            return _ColumnReader(
                [terms[numbers[place]] if count else b"" for place, count in zip(places, counts, strict=True)]
            )
        values = segment.values(fieldname)
        found = has_value(values)
        whole = values + YEAR_1970 if values.dtype == np.int64 else sortable(values)
        return _ColumnReader([value if held else MISSING for value, held in zip(whole.tolist(), found, strict=True)])


class _ColumnReader(columns.ColumnReader):  # type: ignore[misc,unused-ignore]
    """A value for each document, in the form that Whoosh sorts by."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self.sort_key: Callable[[int], Any] = values.__getitem__

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def set_reverse(self) -> None:
        self.sort_key = self._reversed

    def _reversed(self, docnum: int) -> int:
        value: int = self._values[docnum]
        return MISSING_REVERSED if value == MISSING else -value
