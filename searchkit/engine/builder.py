"""Building a segment from documents in memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from searchkit.engine import groups
from searchkit.engine.chunks import Chunks, ChunkTable
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.invert import FieldText, Inverted
from searchkit.engine.lengths import length_bytes
from searchkit.engine.memory import give_back
from searchkit.engine.next_words import has_signs
from searchkit.engine.next_words_writer import signs_of_terms
from searchkit.engine.postings_writer import PostingsWriter
from searchkit.engine.segment import SegmentInfo
from searchkit.engine.store_writer import StoreWriter
from searchkit.engine.terms_writer import write_terms
from searchkit.engine.values_writer import Keywords, Values, write_ids
from searchkit.errors import SearchkitError
from searchkit.schema import Date, Keyword, Number, Schema
from searchkit.storage.checksums import content_hash
from searchkit.storage.hashes import id_hash

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["SegmentBuilder"]

_BYTES_BESIDE, _LEAST_ROOM = 130 << 20, 5 / 8  # what reading takes whatever there is, but of the budget so much is left
_BYTES_PER_DOCUMENT, _BYTES_PER_VALUE = 40, 8  # of memory for each
_MOST_DOCUMENTS = 1 << 24  # of one segment, so that in numbers of 64 bits there is room beside the document
_KNOWN_SHARE = 3  # the known chunks take at most one part in so many of the room
_STEP, _STEPS = 1 << 16, 64  # bytes of documents, and parts of the room, until it is looked again whether that is full


class SegmentBuilder:
    """Takes documents until it is full, then writes them as one segment."""

    def __init__(self, folder: Path, name: str, schema: Schema, analyzer: Analyzer, budget: int) -> None:
        """`budget` is the memory in bytes that documents may take before they must be written."""
        self._name = name
        self._room = max(budget - _BYTES_BESIDE, int(budget * _LEAST_ROOM))
        self._chunks = Chunks(analyzer, self._room // _KNOWN_SHARE)
        self._keywords: dict[str, Keywords] = {}
        self._values: dict[str, Values] = {}
        for field, kind in schema.fields.items():
            if isinstance(kind, Keyword):
                self._keywords[field] = Keywords()
            elif isinstance(kind, (Date, Number)):
                self._values[field] = Values(are_dates=isinstance(kind, Date))
        self._hashes = array("Q")
        self._contents = array("Q")
        self._writer = ColumnWriter(folder / f"{name}.seg")
        self._texts = {field: FieldText(self._chunks, self._writer.path) for field in schema.text_fields}
        self._store = StoreWriter(self._writer)
        self._each = _BYTES_PER_DOCUMENT + _BYTES_PER_VALUE * (len(self._values) + len(self._texts))
        self._step = min(_STEP, self._room // _STEPS)
        self._unseen = 0

    def __len__(self) -> int:
        return len(self._hashes)

    @property
    def hashes(self) -> Any:
        """The hashes of the ids by document; u8."""
        return np.array(self._hashes, np.uint64)

    def is_full(self) -> bool:
        """Whether what is held has reached the budget, which is looked at each time that some documents have come."""
        if self._unseen < self._step and len(self) < _MOST_DOCUMENTS:
            return False
        self._unseen = 0
        fields: tuple[FieldText | Keywords, ...] = (*self._texts.values(), *self._keywords.values())
        held = self._chunks.held + len(self) * self._each + sum(field.held for field in fields)
        # Most chunks hold one token; where they hold many, writing tells that it is too much for a segment.
        longest = max(map(len, self._texts.values()), default=0)
        return held > self._room or len(self) >= _MOST_DOCUMENTS or longest > groups.MOST // 2

    def add(
        self, key: str, head: bytes, tail: bytes, values: Mapping[str, Any], known: tuple[int, int] | None = None
    ) -> None:
        """Take a document: its id, its stored head and tail as JSON, and the checked values to index.

        Dates are in microseconds since 1970-01-01. `known` are the hashes of its id and its content, if somebody has
        worked them out.
        """
        own, content = known or (id_hash(key), content_hash(head, tail))
        self._hashes.append(own)
        self._contents.append(content)
        self._store.add(head, tail)
        for field, text in self._texts.items():
            value = values.get(field, "")
            text.add(value.encode() if isinstance(value, str) else tail[value[0] : value[1]])
        for field, keywords in self._keywords.items():
            keywords.add(values.get(field))
        for field, plain in self._values.items():
            plain.add(values.get(field))
        self._unseen += self._each + len(head) + len(tail)

    def write(self, *, is_run: bool = False) -> SegmentInfo:
        """Write the segment; it is on the disk when this returns. A run is one of several, which will be merged.

        SearchkitError if a document was taken only in part.
        """
        documents = len(self)
        meta: dict[str, Any] = {"documents": documents, "texts": {}}
        for text in self._texts.values():
            text.finish()
        counts = [len(self._contents), *map(len, self._keywords.values()), *map(len, self._values.values())]
        self._check_counts([*counts, *(text.documents for text in self._texts.values())])
        held = self._chunks.held
        table = self._chunks.table()
        give_back(held)
        signs = signs_of_terms(table.terms) if is_run or has_signs(documents) else None
        for field, text in self._texts.items():
            if len(text):
                found = text.invert(table, signs)
                if found.lengths.any():
                    meta["texts"][field] = self._write_text(field, found, table, is_run)
            text.close()
        del table, signs
        give_back(held)
        columns: dict[str, Keywords | Values] = {**self._keywords, **self._values}
        for field, column in columns.items():
            column.write(self._writer, field)
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

    def _write_text(self, field: str, found: Inverted, table: ChunkTable, is_run: bool) -> dict[str, Any]:
        tokens = int(found.lengths.sum())
        postings = PostingsWriter(self._writer, field, length_bytes(found.lengths), tokens, len(self), is_run=is_run)
        terms: list[Any] = []
        for numbers, *arrays in found.parts:
            terms.append(numbers)
            postings.add(*arrays)
        write_terms(self._writer, field, table.terms.taken(np.concatenate(terms)))
        return {"tokens": tokens, **postings.finish()}

    def abort(self) -> None:
        """Leave nothing behind."""
        for text in self._texts.values():
            text.close()
        self._writer.abort()
