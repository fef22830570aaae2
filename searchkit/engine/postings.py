"""The postings of one text field: which documents have a term, how often, at which positions, in which forms.

`posting_columns` describes how they are kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from azanalyzer.lazy import cached_property
from searchkit.backend import Vocabulary
from searchkit.engine.arrays import positions_from
from searchkit.engine.posting_columns import PostingColumns
from searchkit.engine.term_postings import DensePostings, TermPostings

__all__ = ["FieldPostings"]


class FieldPostings(PostingColumns):
    """The postings of one field of an open segment."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All terms with their document frequencies, read when first asked for."""
        return Vocabulary(self.terms.lines().decode("utf-8", "replace"), self.document_frequencies(0, len(self.terms)))

    def postings(self, number: int) -> TermPostings:
        """The postings of a term."""
        found = self._kept.get(number)
        if found is None:
            found = self._kept_before.get(number)
            if found is None:
                row = self._dense.get(number)
                if row is None:
                    found = TermPostings(self, number, *self._first.pair(number))
                else:
                    found = DensePostings(self, number, row)
            self._kept[number] = found
            self.keep(64 + found.kept)
        return found

    def decode_docs(self, first: int, last: int, starts: Any, first_docs: Any) -> Any:
        """The documents of the postings from place `first` to `last`, whose terms begin at `starts`; i8."""
        sums = np.cumsum(self.narrow["docs"][first:last])
        # The gap of a term's first posting is 0, so the sum there is what had been reached before.
        return sums + np.repeat(first_docs - sums[starts], np.diff(starts, append=len(sums)))

    def read(self, start: int, stop: int) -> tuple[Any, Any, Any, Any]:
        """The postings of the terms from number `start` to `stop`, one after another, dense ones as lists too.

        Returns how many postings each term has (i8), then the documents, frequencies (i8) and forms (u1).
        """
        dfs = self.document_frequencies(start, stop)
        first, last = self._first.at(start), self._first.at(stop)
        firsts = self._first[start : stop + 1].astype(np.int64) - first
        held = firsts[:-1] < firsts[1:]  # dense terms have no list
        first_docs = self.column("first_docs")[start:stop].astype(np.int64)
        docs = self.decode_docs(first, last, firsts[:-1][held], first_docs[held])
        tfs = self.narrow["tfs"][first:last]
        forms = self.column("forms")[first:last]
        dense = self.dense_numbers(start, stop)
        if dense:
            sparse = dfs.copy()
            sparse[[number - start for number in dense]] = 0
            places = np.cumsum(sparse) - sparse
            pieces: list[list[Any]] = [[], [], []]
            done = 0
            for number in dense:
                place = int(places[number - start])
                postings = self.postings(number)
                rows = (postings.docs(), postings.tfs(), postings.forms())
                for piece, whole, row in zip(pieces, (docs, tfs, forms), rows, strict=True):
                    piece += [whole[done:place], row]
                done = place
            docs, tfs, forms = (
                np.concatenate([*piece, whole[done:]]) for piece, whole in zip(pieces, (docs, tfs, forms), strict=True)
            )
        return dfs, docs, tfs, forms

    def read_tokens(self, start: int, stop: int) -> tuple[Any, Any, Any, Any, Any]:
        """`read`, and the positions of all postings, one after another; i8."""
        dfs, docs, tfs, forms = self.read(start, stop)
        gaps = self.narrow["positions"][self.first_token(start) : self.first_token(stop)]
        return dfs, docs, tfs, forms, positions_from(gaps, tfs)
