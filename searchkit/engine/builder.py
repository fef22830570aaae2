"""Building a segment from documents in memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from searchkit.engine.chunks import Chunks
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.invert import FieldText, Inverted
from searchkit.engine.lengths import length_bytes
from searchkit.engine.next_words import has_signs
from searchkit.engine.next_words_writer import signs_of_terms
from searchkit.engine.postings_writer import PostingsWriter
from searchkit.engine.segment import MISSING_DATE, SegmentInfo, micros
from searchkit.engine.store_writer import StoreWriter
from searchkit.engine.terms import encode
from searchkit.engine.terms_writer import write_terms
from searchkit.errors import SearchkitError
from searchkit.hashes import content_hash, id_hash
from searchkit.schema import Date, Keyword, Number, Schema

__all__ = ["SegmentBuilder", "write_ids", "write_keywords"]

_BYTES_BESIDE = 130 << 20  # that reading takes whatever there is, at most half of the budget; measured
_BYTES_PER_CHUNK = 130  # of the table of distinct chunks, where these have half as many terms at most; measured
_BYTES_PER_TERM = 480  # of each that is above that half, as where texts are full of numbers or names; measured
_MOST_DOCUMENTS = 1 << 24  # of one segment, so that in numbers of 64 bits there is room beside the document
_CHUNKS_SHARE = 3  # the table of chunks takes at most one part in so many of its room when a segment begins
_STEP, _STEPS = 1 << 16, 64  # bytes of documents, and parts of the room, until it is looked again whether that is full
_NONE: list[str] = []  # the values of most documents in most keyword fields


class SegmentBuilder:
    """Takes documents until it is full, then writes them as one segment."""

    def __init__(self, folder: Path, name: str, schema: Schema, chunks: Chunks, budget: int) -> None:
        """`budget` is the memory in bytes that documents may take before they must be written."""
        self._name = name
        self._room = max(budget - _BYTES_BESIDE, budget // 2)
        self._schema = schema
        self._chunks = chunks
        self._keywords: dict[str, list[list[str]]] = {}
        self._values: dict[str, list[Any]] = {}
        for field, kind in schema.fields.items():
            if isinstance(kind, Keyword):
                self._keywords[field] = []
            elif isinstance(kind, (Date, Number)):
                self._values[field] = []
        self._hashes = array("Q")
        self._contents = array("Q")
        self._writer = ColumnWriter(folder / f"{name}.seg")
        self._texts = {field: FieldText(self._chunks, self._writer.path) for field in schema.text_fields}
        self._uses: Any = None
        self._store = StoreWriter(self._writer)
        self._each = 64 + 8 * len(self._keywords) + 56 * len(self._values)  # bytes of memory for a document
        self._other = 0
        self._step = min(_STEP, self._room // _STEPS)
        self._unseen = 0

    def __len__(self) -> int:
        return len(self._hashes)

    @property
    def hashes(self) -> Any:
        """The hashes of the ids by document; u8."""
        return np.array(self._hashes, np.uint64)

    def common_chunks(self) -> Chunks:
        """The chunks that the next segment is likely to have too, in at most a part of the room; after `write`."""
        room, held = self._room // _CHUNKS_SHARE, self._held_by_chunks()
        if held <= room:
            return self._chunks
        return self._chunks.most_used(self._uses, len(self._chunks) * room // held)

    def _held_by_chunks(self) -> int:
        """The memory in bytes of what is known of chunks, and of what their terms need when they are written."""
        count = len(self._chunks)
        return count * _BYTES_PER_CHUNK + max(self._chunks.terms - count // 2, 0) * _BYTES_PER_TERM

    def is_full(self) -> bool:
        """Whether what is held has reached the budget, which is looked at each time that some documents have come."""
        if self._unseen < self._step and len(self) < _MOST_DOCUMENTS:
            return False
        self._unseen = 0
        held = self._held_by_chunks() + sum(text.held for text in self._texts.values()) + self._store.held + self._other
        return held > self._room or len(self) >= _MOST_DOCUMENTS

    def add(
        self, key: str, head: bytes, tail: bytes, values: Mapping[str, Any], known: tuple[int, int] | None = None
    ) -> None:
        """Take a document: its id, its stored head and tail as JSON, and the checked values to index.

        `known` are the hashes of its id and its content, if somebody has worked them out.
        """
        own, content = known or (id_hash(key), content_hash(head, tail))
        self._hashes.append(own)
        self._contents.append(content)
        self._store.add(head, tail)
        for field, text in self._texts.items():
            value = values.get(field, "")
            text.add(value.encode() if isinstance(value, str) else tail[value[0] : value[1]])
        for field, lists in self._keywords.items():
            found = values.get(field, _NONE)
            lists.append(found)
            if found:
                self._other += 64 + 80 * len(found)
        for field, plain in self._values.items():
            plain.append(values.get(field))
        self._other += self._each
        self._unseen += self._each + len(head) + len(tail)

    def write(self, *, is_last: bool = False, is_run: bool = False) -> SegmentInfo:
        """Write the segment; it is on the disk when this returns. After the last one nobody wants the chunks.

        A run is one of several, which will be merged. SearchkitError if a document was taken only in part.
        """
        documents = len(self)
        meta: dict[str, Any] = {"documents": documents, "texts": {}}
        for text in self._texts.values():
            text.finish()
        counts = [len(self._contents), *map(len, self._keywords.values()), *map(len, self._values.values())]
        self._check_counts([*counts, *(text.documents for text in self._texts.values())])
        table = self._chunks.table()
        if is_last:
            self._chunks.clear()
        self._uses = np.zeros(len(table.counts), np.int64)
        signs = signs_of_terms(table.terms) if is_run or has_signs(documents) else None
        for field, text in self._texts.items():
            if len(text):
                found = text.invert(table, signs)
                self._uses += found.uses
                if found.lengths.any():
                    meta["texts"][field] = self._write_text(field, found, table, is_run)
            text.close()
        for field, lists in self._keywords.items():
            if any(lists):
                _write_keyword_lists(self._writer, field, lists)
        for field, values in self._values.items():
            if any(value is not None for value in values):
                self._writer.add(f"{field}.values", _value_column(self._schema.fields[field], values))
        write_ids(self._writer, np.frombuffer(self._hashes, np.uint64), np.frombuffer(self._contents, np.uint64))
        self._store.finish()
        self._check_counts(self._store.counts)
        self._writer.finish(meta)
        return SegmentInfo(self._name, documents)

    def _check_counts(self, counts: Iterable[int]) -> None:
        if any(count != len(self) for count in counts):
            raise SearchkitError(
                f"{self._writer.path}: a document was taken only in part, as an error or an interrupt came meanwhile; "
                "nothing was changed, write all of it again"
            )

    def _write_text(self, field: str, found: Inverted, table: Any, is_run: bool) -> dict[str, Any]:
        tokens = int(found.lengths.sum())
        postings = PostingsWriter(self._writer, field, length_bytes(found.lengths), tokens, len(self), is_run=is_run)
        terms: list[bytes] = []
        for numbers, *arrays in found.parts:
            terms.extend(map(table.terms.__getitem__, numbers.tolist()))
            postings.add(*arrays)
        write_terms(self._writer, field, terms)
        return {"tokens": tokens, **postings.finish()}

    def abort(self) -> None:
        """Leave nothing behind."""
        self._store.abort()
        for text in self._texts.values():
            text.close()
        self._writer.abort()


def _write_keyword_lists(writer: ColumnWriter, field: str, lists: list[list[str]]) -> None:
    pairs = [(term, doc) for doc, terms in enumerate(lists) for term in dict.fromkeys(map(encode, terms))]
    terms = sorted({term for term, _ in pairs})
    number = {term: place for place, term in enumerate(terms)}
    numbers = np.fromiter((number[term] for term, _ in pairs), np.int64, len(pairs))
    docs = np.fromiter((doc for _, doc in pairs), np.int64, len(pairs))
    write_keywords(writer, field, terms, numbers, docs, len(lists))


def write_keywords(
    writer: ColumnWriter, field: str, terms: list[bytes], numbers: Any, docs: Any, documents: int
) -> None:
    """Write a keyword field from pairs of term numbers and documents, sorted by document."""
    write_terms(writer, field, terms)
    order = np.argsort(numbers, kind="stable")
    writer.add(f"{field}.first", _starts(numbers, len(terms)), "<u4")
    writer.add(f"{field}.docs", docs[order], "<u4")
    writer.add(f"{field}.values.first", _starts(docs, documents), "<u4")
    writer.add(f"{field}.values", numbers, "<u4")


def _starts(numbers: Any, count: int) -> Any:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(numbers, minlength=count))])


def _value_column(kind: object, values: list[Any]) -> Any:
    if isinstance(kind, Date):
        found = (MISSING_DATE if value is None else micros(value) for value in values)
        return np.fromiter(found, "<i8", len(values))
    return np.fromiter((np.nan if value is None else value for value in values), "<f8", len(values))


def write_ids(writer: ColumnWriter, hashes: Any, contents: Any) -> None:
    """Write the look-up of documents by the hashes of their ids, and those of their contents, given by document."""
    order = np.argsort(hashes, kind="stable")
    writer.add("ids.hashes", hashes[order].astype("<u8"))
    writer.add("ids.owners", order, "<u4")
    writer.add("ids.contents", contents.astype("<u8"))
