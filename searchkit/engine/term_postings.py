"""The postings of one term: read from the columns of its field, and kept as far as they are asked for."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Any

import numpy as np

from azanalyzer.lazy import cached_property
from azanalyzer.tuples import NamedTuple
from searchkit.engine import posting_columns as layout
from searchkit.engine.arrays import are_in, distinct, positions_from
from searchkit.engine.columns import Column
from searchkit.engine.narrow import Narrow
from searchkit.engine.posting_columns import PostingColumns

__all__ = ["DensePostings", "TermPostings", "Where"]

_RARE = 128  # documents with a term
_FIRST_TIMES = 1  # that a frequent term is looked up in some documents, before all its positions are read and kept
_MOST_READ = 1 << 17  # postings of a term of which that is done: those of more take longer than they save
_SEARCH = 24  # what it costs to look for a document among others, where marking one costs 1
_IN_ROW = 16  # what it costs to look for a token in a row, where adding up a frequency costs 1
_BYTE = 255  # the highest number that fits
_SMALL = _BYTE // 8  # frequencies of which eight add up to a byte
_ADD_UP, _HIGHEST = np.uint64(0x0101010101010101), np.uint64(56)  # of numbers of eight bytes: see `_reached`
_SAMPLE = 4096  # postings that tell about the forms of all


class Where(NamedTuple):
    """Where the values of a term stand in its file, all checked, as numbers, or those of several terms as arrays.

    The value of a posting stands so many values behind these: behind the first two as many as its place among those of
    the term, behind those of columns as many as its place there.
    """

    forms: Any  # the byte at which the forms of the term begin
    times: Any  # that of its frequencies
    tfs: Any  # the byte at which the column of frequencies begins
    steps: Any  # the value at which that of steps begins
    step_size: Any  # the bytes of a step
    base: Any  # the place of the term's first posting
    shift: Any  # positions before those of the term that are of postings in other columns
    positions: Any  # the byte at which their column begins
    size: Any  # the bytes of a position


class TermPostings:
    """The postings of one term in one segment; arrays follow the order of the documents."""

    prefix = ""  # of the names of its columns

    def __init__(self, field: PostingColumns, number: int, first: int, last: int) -> None:
        self.field = field
        self.number = number
        self.df = last - first
        self._start = first  # in its columns
        self._last = last
        self._cells = last - first  # that it takes there
        self.kept = 0  # decoded values in memory
        self._docs: Any = None
        self._spots: Any = None
        self._times_asked = 0  # for spots

    def docs(self) -> Any:
        """The documents; i8[df]."""
        if self._docs is None:
            docs = self.field.narrow["docs"][self._start : self._last]
            docs[:1] = self.field.column("first_docs").at(self.number)
            self._docs = np.cumsum(docs, out=docs)
            self._keep(self.df)
        return self._docs

    def _keep(self, values: int) -> None:
        self.kept += values
        self.field.keep(values)

    def spots(self, eager: bool) -> Any:
        """Where the term stands, documents shifted left by `spot_bits` plus positions; u4 or u8, ascending.

        None if they do not fit, or if reading them all may not be worth it where not `eager`: the first time, or ever.
        """
        self._times_asked += 1
        is_asked_again = self._times_asked > _FIRST_TIMES and self.df <= _MOST_READ
        if self._spots is None and (eager or is_asked_again):
            field = self.field
            first, tfs = field.first_token(self.number), self.tfs()
            positions = positions_from(field.narrow["positions"][first : first + int(tfs.sum())], tfs)
            bits = field.spot_bits
            if len(positions) and int(positions.max()) >= 1 << (bits - 1):
                self._spots = False
            else:
                spots = np.repeat(self.docs() << bits, tfs) + positions
                spots = spots.astype(np.uint32 if field.documents << bits <= 1 << 32 else np.uint64)
                # Two tokens of a place may be of one term.
                self._spots = spots if (spots[1:] != spots[:-1]).all() else np.unique(spots)
                self._keep(len(spots) * spots.itemsize // 8)
        return None if self._spots is False else self._spots

    def tfs(self) -> Any:
        """How often each document has the term; i8[df]."""
        return self._frequencies[self._start : self._last]

    def impacts(self) -> Any:
        """The impacts; u1[df]."""
        return self.field.column("impacts")[self._start : self._last]

    def row_impacts(self) -> Any:
        """Of a dense term, the impacts of all documents, 0 for those without the term, u1[N]; else None."""
        return None

    def forms(self) -> Any:
        """The sets of surface forms; u1[df]."""
        return self.field.column("forms")[self._start : self._last]

    def with_form(self, bits: int) -> int:
        """How many documents have the term in a form with these bits."""
        return int(np.count_nonzero((self.forms() & bits) == bits))

    def share_of_form(self, bits: int) -> float:
        """In what share of the documents the term stands in a form with these bits, by the first of them."""
        forms = self.field.column("forms")[self._start : min(self._last, self._start + _SAMPLE)]
        return float(np.count_nonzero((forms & bits) == bits)) / len(forms)

    def find(self, docs: Any) -> tuple[Any, Any]:
        """Where each of `docs` (ascending) stands in the postings, and whether it does; i8 and bool, [docs]."""
        # The same documents are asked for frequencies, forms and places.
        found = self.field.found_before(docs, self.number)
        if found is None:
            found = self._find(docs)
            self.field.note_found(docs, self.number, found)
        return found

    def locate(self, docs: Any, places: Any, maybe: Any) -> None:
        """`find` for a few of many documents, put into rows of tables; what is not found may have any place.

        `maybe` is True, too, where the frequency at the place tells, being 0 where there is no posting.
        """
        own = self.docs()
        places[:] = own.searchsorted(docs)
        np.equal(own.take(places, mode="clip"), docs, out=maybe)

    def docs_of(self, tokens: Any) -> Any:
        """The documents with some of the times that the term stands somewhere, by number; i8, ascending."""
        return distinct(self._docs_at(self._places_of(tokens)))

    def _places_of(self, tokens: Any) -> Any:
        """The places of the postings that have these of the term's tokens; i8."""
        first, last = self._start // layout.STEP, -(-(self._start + self._cells) // layout.STEP)
        if len(tokens) * _IN_ROW < self._cells:
            # Those that steps lead to are counted in rows of frequencies.
            wanted = tokens + self.field.tokens_before(self.prefix, self._start)
            steps = self._steps[first:last]
            rows = steps.searchsorted(wanted, "right") - 1
            tfs = self._frequencies.column
            tfs.check(first * layout.STEP, last * layout.STEP)
            values = tfs.file.windows(layout.STEP)[tfs.offset(0) + (first + rows) * layout.STEP]
            if not self._frequencies.has_exceptions or self._frequencies.mark not in values:
                places: Any = (first + rows) * layout.STEP - self._start
                return places + _reached(values, (wanted - steps[rows]).astype(np.uint16))
        return np.cumsum(self.tfs_by_place()).searchsorted(tokens, "right")

    def _docs_at(self, places: Any) -> Any:
        return self.docs().take(places)

    def _find(self, docs: Any) -> tuple[Any, Any]:
        own = self.docs()
        documents = self.field.documents
        if len(docs) * 128 > self.df * 8 + documents:  # a table of all documents is faster than searching so often
            table = np.zeros(documents, np.int32)
            table[own] = np.arange(self.df, dtype=np.int32)
            places = table[docs]
            return places, own[places] == docs
        places = own.searchsorted(docs)
        np.minimum(places, self.df - 1, out=places)
        return places, own.take(places) == docs

    def holds(self, docs: Any) -> Any:
        """Which of `docs` (ascending) have the term; bool[docs]."""
        known = self.field.found_before(docs, self.number)
        if known is not None:
            return known[1]
        own, documents = self.docs(), self.field.documents
        if min(len(docs), self.df) * _SEARCH > self.df + documents // 16:
            table = np.zeros(documents, bool)
            table[own] = True
            return table.take(docs)
        if self.df >= len(docs):
            return are_in(own, docs)
        places = docs.searchsorted(own)
        found = np.zeros(len(docs), bool)
        found[places[docs.take(places, mode="clip") == own]] = True
        return found

    def tf_at(self, docs: Any) -> Any:
        """How often each of `docs` has the term, 0 for those without; i8[docs]."""
        places, found = self.find(docs)
        tfs = self._tf_bytes.take(places).astype(np.int64)
        if self._frequencies.has_exceptions and self._frequencies.mark in tfs:
            tfs = self.frequencies_at(places + self._start)
        tfs *= found
        return tfs

    @cached_property
    def _frequencies(self) -> Narrow:
        return self.field.narrow[f"{self.prefix}tfs"]

    @cached_property
    def _steps(self) -> Column:
        return self.field.column(f"{self.prefix}steps")

    @cached_property
    def _tf_bytes(self) -> Any:
        """The frequencies by the places that `find` may give, those that do not fit one byte as marks."""
        return self._frequencies.column[self._start : self._start + self._cells]

    def may_be_in(self, docs: set[int]) -> bool:
        """False if the term is rare and none of `docs` has it."""
        return self.df > _RARE or not docs.isdisjoint(self._doc_list)

    @cached_property
    def _doc_list(self) -> list[int]:
        found: list[int] = self.docs().tolist()
        return found

    @cached_property
    def _doc_view(self) -> memoryview:
        return memoryview(self.docs())

    def place_of(self, doc: int) -> int:
        """Where one document stands in the postings; -1 if it does not."""
        place = bisect_left(self._doc_view, doc)
        return place if place < self.df and self._doc_view[place] == doc else -1

    def at(self, place: int) -> tuple[int, int]:
        """How often the document at a place has the term, and the set of surface forms there."""
        where, byte = self.where, self.field.file.byte
        times = byte(where.times + place)
        if times == self._frequencies.mark and self._frequencies.has_exceptions:
            times = self._frequencies.at(self._start + place)
        return times, byte(where.forms + place)

    def positions_at(self, place: int) -> list[int]:
        """The positions of the term in the document at a place."""
        place += self._start
        row = place // layout.STEP
        times = self._frequencies.few(row * layout.STEP, place + 1)
        last = self._steps.at(row) + sum(times) + self.where.shift
        return list(accumulate(self.field.narrow["positions"].few(last - times[-1], last)))

    def frequencies_at(self, places: Any) -> Any:
        """How often the documents at `places` of the columns have the term; i8."""
        return self._frequencies.take(places)

    def tfs_by_place(self) -> Any:
        """How often each place that `find` may give has the term; i8."""
        return self.tfs()

    @cached_property
    def where(self) -> Where:
        """Where the values of this term stand."""
        names = (f"{self.prefix}forms", f"{self.prefix}tfs", f"{self.prefix}steps", "positions")
        forms, tfs, steps, positions = (self.field.column(name) for name in names)
        start, last = self._start, self._start + self._cells
        row = start // layout.STEP
        # Frequencies are read in whole rows, of which the last may reach beyond the column.
        forms.check(start, last)
        tfs.check(row * layout.STEP, -(-last // layout.STEP) * layout.STEP)
        steps.check(row, -(-last // layout.STEP))
        shift = self._tokens_of_others()
        first, after = (self.field.tokens_before(self.prefix, place) + shift for place in (start, last))
        positions.check(first, after)
        first_step = steps.offset(0) // steps.itemsize
        own = forms.offset(start), tfs.offset(start)
        return Where(
            *own, tfs.offset(0), first_step, steps.itemsize, start, shift, positions.offset(0), positions.itemsize
        )

    def _tokens_of_others(self) -> int:
        """How many of the positions before those of this term are of terms whose postings are in other columns."""
        return self.field.dense_tokens(self.number)

    @cached_property
    def where_row(self) -> Any:
        """`where` as a row of a table; i8."""
        return np.array(self.where, np.int64)


def _reached(values: Any, amounts: Any) -> Any:
    """How many of the values of each row, which are 64 bytes, may be added up without going beyond an amount; [rows].

    An amount is less than what its whole row adds up to.
    """
    if int(values.max(initial=0)) <= _SMALL:  # eight bytes add up to a byte
        # Eight bytes at once: multiplied so, each byte of a number becomes its sum with those before it.
        sums = np.ascontiguousarray(values.view("<u8").T)
        sums *= _ADD_UP
        before = sums >> _HIGHEST
        whole = before.copy()
        for row in range(1, len(whole)):
            whole[row] += whole[row - 1]
        if int(whole[-1].max(initial=0)) <= _BYTE:
            before = whole - before
            before *= _ADD_UP
            sums += before
            reached = sums.view(np.uint8) <= np.repeat(amounts.astype(np.uint8), 8)
            return ((np.add.reduce(reached.view("<u8"), axis=0) * _ADD_UP) >> _HIGHEST).astype(np.int64)
    return np.count_nonzero(np.cumsum(values, axis=1, dtype=np.uint16) <= amounts[:, None], axis=1)


class DensePostings(TermPostings):
    """The postings of a term that has a cell for each document; the place of one is the number of its document."""

    prefix = "dense."

    def __init__(self, field: PostingColumns, number: int, row: int) -> None:
        super().__init__(field, number, 0, 0)
        self.df = field.document_frequency(number)
        self._start = row * field.documents
        self._cells = field.documents

    def _row(self, name: str) -> Any:
        return self.field.column(f"dense.{name}")[self._start : self._start + self.field.documents]

    def docs(self) -> Any:
        if self._docs is None:
            self._docs = np.flatnonzero(self._row("tfs"))
            self._keep(self.df)
        return self._docs

    def row_impacts(self) -> Any:
        return self._row("impacts")

    def _tokens_of_others(self) -> int:
        return self.field.listed_tokens(self.number)

    def tfs_by_place(self) -> Any:
        return self._frequencies[self._start : self._start + self._cells]

    def tfs(self) -> Any:
        return self.tfs_by_place()[self.docs()]

    def impacts(self) -> Any:
        return self._row("impacts")[self.docs()]

    def forms(self) -> Any:
        return self._row("forms")[self.docs()]

    def share_of_form(self, bits: int) -> float:
        cells = self.field.column("dense.forms")[self._start : self._start + min(self.field.documents, 4 * _SAMPLE)]
        return float(np.count_nonzero((cells & bits) == bits)) / max(int(np.count_nonzero(cells)), 1)

    def _docs_at(self, places: Any) -> Any:
        return places

    def _find(self, docs: Any) -> tuple[Any, Any]:
        return docs, self.holds(docs)

    def holds(self, docs: Any) -> Any:
        return self._tf_bytes.take(docs) != 0

    def locate(self, docs: Any, places: Any, maybe: Any) -> None:
        places[:] = docs
        maybe[:] = True

    def place_of(self, doc: int) -> int:
        return doc if self.field.file.byte(self.where.times + doc) else -1
