"""Writing the postings of a text field; `searchkit.engine.postings` says what stands in which column."""

from __future__ import annotations

from typing import Any

import numpy as np

from searchkit.engine.column_writer import ColumnStream, ColumnWriter
from searchkit.engine.lengths import impact_table
from searchkit.engine.narrow_writer import NarrowWriter
from searchkit.engine.next_words_writer import NextWordsWriter
from searchkit.engine.posting_columns import STEP

__all__ = ["PostingsWriter"]

_DENSE = 4  # a term is dense when one document in so many has it
_SMALLEST_DENSE = 2048  # documents; in smaller segments every term is a list
_LONG = 2000  # tokens in a document, on average, from which positions take two bytes
_MANY = 1 << 32  # tokens of all documents, from which sums of them take eight bytes


class PostingsWriter:
    """Writes the postings of a field, batch by batch in the order of the terms."""

    def __init__(
        self, writer: ColumnWriter, field: str, lengths: Any, tokens: int, documents: int, *, is_run: bool = False
    ) -> None:
        """`lengths` are the length bytes of all documents, `tokens` the sum of their lengths.

        A run waits to be merged with others.
        """
        self._writer = writer
        self._first_stream = writer.streams
        self._field = field
        self._documents = documents
        self._lengths = lengths
        self.average = tokens / max(documents, 1)
        self._impacts = impact_table(self.average).ravel()
        self._docs = NarrowWriter(writer, f"{field}.docs", nested=True)
        self._tfs = NarrowWriter(writer, f"{field}.tfs")
        self._dense_tfs = NarrowWriter(writer, f"{field}.dense.tfs")
        step = "<u4" if tokens < _MANY else "<u8"
        self._steps = _Steps(self._stream("steps", step))
        self._dense_steps = _Steps(self._stream("dense.steps", step))
        self._first_docs: list[Any] = []
        self._columns = {name: self._stream(name, "|u1") for name in ("impacts", "forms")}
        self._dense = {name: self._stream(f"dense.{name}", "|u1") for name in ("impacts", "forms")}
        # Long documents have wide gaps: bytes with exceptions would be all exceptions.
        self._positions = NarrowWriter(writer, f"{field}.positions", "<u2" if self.average > _LONG else "|u1")
        self._next_words = NextWordsWriter(writer, field, documents, is_run=is_run)
        self._dfs: list[Any] = []
        self._dense_numbers: list[int] = []
        self._dense_dfs: list[int] = []
        self._dense_tokens: list[int] = [0]  # before each, and of all
        self._terms = 0

    def _stream(self, name: str, dtype: str) -> ColumnStream:
        return self._writer.stream(f"{self._field}.{name}", dtype)

    def add(self, dfs: Any, docs: Any, tfs: Any, forms: Any, positions: Any, signs: Any = None) -> None:
        """Write the postings of the next terms.

        `dfs` i8[terms], all above 0; `docs`, `tfs`, `forms` [sum of dfs], documents ascending in a term; `positions`
        [sum of tfs], ascending within a posting; `signs` u1[sum of tfs], see `next_words`, wanted of a run and where
        segments have them.
        """
        ends = np.cumsum(dfs)
        starts = ends - dfs
        self._add_positions(tfs, positions)
        self._next_words.add(self._terms, dfs, tfs, signs)
        rows = np.minimum(tfs, 255).astype(np.uint16)
        rows <<= 8
        rows |= self._lengths.take(docs)
        impacts = self._impacts.take(rows)
        dense = np.flatnonzero(dfs * _DENSE >= self._documents)
        if self._documents < _SMALLEST_DENSE:
            dense = dense[:0]
        sparse_dfs = dfs.copy()
        if len(dense):
            kept = np.ones(len(docs), bool)
            for number in dense:
                place = slice(int(starts[number]), int(ends[number]))
                kept[place] = False
                sparse_dfs[number] = 0
                self._add_dense(self._terms + int(number), docs[place], tfs[place], impacts[place], forms[place])
            docs, tfs, impacts, forms = docs[kept], tfs[kept], impacts[kept], forms[kept]
        self._add_docs(sparse_dfs, docs)
        self._steps.add(tfs)
        self._tfs.add(tfs)
        self._columns["impacts"].append(impacts)
        self._columns["forms"].append(forms)
        self._dfs.append(sparse_dfs)
        self._terms += len(dfs)

    def _add_dense(self, number: int, docs: Any, tfs: Any, impacts: Any, forms: Any) -> None:
        self._dense_numbers.append(number)
        self._dense_dfs.append(len(docs))
        self._dense_tokens.append(self._dense_tokens[-1] + int(tfs.sum()))
        all_tfs = np.zeros(self._documents, np.int64)
        all_tfs[docs] = tfs
        self._dense_steps.add(all_tfs)
        self._dense_tfs.add(all_tfs)
        for name, values in (("impacts", impacts), ("forms", forms)):
            row = np.zeros(self._documents, np.uint8)
            row[docs] = values
            self._dense[name].append(row)

    def _add_docs(self, dfs: Any, docs: Any) -> None:
        firsts = (np.cumsum(dfs) - dfs)[dfs > 0]
        first_docs = np.zeros(len(dfs), np.uint32)
        first_docs[dfs > 0] = docs[firsts]
        self._first_docs.append(first_docs)
        gaps = docs.copy()
        gaps[1:] -= docs[:-1]
        gaps[firsts] = 0
        self._docs.add(gaps)

    def _add_positions(self, tfs: Any, positions: Any) -> None:
        gaps = positions.copy()
        gaps[1:] -= positions[:-1]
        firsts = np.cumsum(tfs) - tfs
        gaps[firsts] = positions[firsts]
        self._positions.add(gaps)

    def finish(self) -> dict[str, Any]:
        """Write what is known only at the end; the figures of the field for the segment's meta data.

        It ends every column that has been begun since this writer was made.
        """
        field, add = self._field, self._writer.add
        for column in (self._docs, self._tfs, self._dense_tfs, self._positions):
            column.finish()
        self._steps.finish()
        self._dense_steps.finish()
        self._next_words.finish()
        add(f"{field}.first", np.cumsum(np.concatenate([np.zeros(1, np.int64), *self._dfs])), "<u4")
        add(f"{field}.lengths", self._lengths)
        add(f"{field}.dense", np.asarray(self._dense_numbers, "<u4"))
        add(f"{field}.dense.df", np.asarray(self._dense_dfs, "<u4"))
        add(f"{field}.dense.tokens", np.asarray(self._dense_tokens, "<u8"))
        first_docs = np.concatenate([np.zeros(0, np.uint32), *self._first_docs])
        add(f"{field}.first_docs", first_docs.astype("<u2") if self._documents <= 1 << 16 else first_docs)
        self._writer.end_streams(self._first_stream)
        return {"average": self.average}


class _Steps:
    """Writes how many tokens the postings before every 64th have, so that no list is added up from its beginning."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._postings = 0
        self._tokens = 0

    def add(self, tfs: Any) -> None:
        sums = np.cumsum(tfs)
        places = np.arange(-self._postings % STEP, len(tfs), STEP)
        self._stream.append(sums[places] - tfs[places] + self._tokens)
        self._postings += len(tfs)
        self._tokens += int(sums[-1]) if len(sums) else 0

    def finish(self) -> None:
        """Write the last one, where a row ends with the postings: it says how many tokens there are."""
        if self._postings % STEP == 0:
            self._stream.append([self._tokens])
