"""Postings of one text field: which documents have a term, how often, at which positions, in which forms.

A term of few documents is a list; a term that at least one document in four has is a row with one cell for each
document ("dense"), which takes hardly more room and can be added up without looking anything up. Columns (n terms, N
documents, P postings in lists, D dense terms, T tokens):

    first u4[n+1]      where the postings of each term begin; equal neighbours mark a dense term
    docs u2[P], gaps between the documents of a term; first_docs u4[n] has the first of each, whose gap is 0
    tfs u1[P], impacts u1[P], forms u1[P]
    dense u4[D]        the numbers of the dense terms, ascending; dense.df u4[D]
    dense.tfs, dense.impacts, dense.forms u1[D*N]
    steps u8[P/64], dense.steps u8[D*N/64]  tokens of all postings before every 64th one (or cell)
    tokens u8[n+1]     where the positions of each term begin
    positions u1|u2[T] gaps between the positions of a posting, the first from 0
    lengths u1[N]      tokens of each document, rounded up to one of 256 steps

Values that do not fit are 255 (65,535 in two bytes) there and stand in `….where` (their places) and `….what`. An
impact is the share of the highest possible BM25 weight that a posting reaches, in 255ths, rounded up: an upper bound
that prunes, never the score itself. `forms` is a set of bits: six, two a form, say in which surface forms the
term stands in the document, the seventh (SPELLED) whether one of these has diacritics, and the eighth (EARLY) whether
it is among its first tokens.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np

from azanalyzer import fold
from azanalyzer.tuples import NamedTuple
from searchkit.backend import Vocabulary
from searchkit.engine.arrays import positions_from
from searchkit.engine.columns import Column
from searchkit.engine.lengths import length_steps
from searchkit.engine.terms import TermDictionary

__all__ = [
    "EARLY",
    "EARLY_TOKENS",
    "ESCAPE",
    "FORM_PAIRS",
    "SPELLED",
    "STEP",
    "WIDE_ESCAPE",
    "FieldPostings",
    "TermPostings",
    "Where",
    "form_bits",
]

ESCAPE, WIDE_ESCAPE = 255, 65535  # stand for values that do not fit one byte, or two
STEP = 64  # postings from one sum of tokens to the next
EARLY = 1 << 7  # the bit in `forms` of what stands among the first tokens of a text
EARLY_TOKENS = 32
SPELLED = 1 << 6  # the bit of forms with letters that an ASCII keyboard lacks
# Two of six bits for a form without regard to diacritics: where a term has one form, as in most documents, another is
# taken for it once in 15 times.
FORM_PAIRS = [1 << high | 1 << low for high in range(6) for low in range(high)]
_RARE = 128  # documents with a term
_FIRST_TIMES = 1  # that a frequent term is looked up in some documents, before all its positions are read and kept
_SAMPLE = 4096  # postings that tell about the forms of all
_MOST_KEPT = 1 << 22  # values of decoded postings in memory, 8 bytes each; as many again that were kept before


def form_bits(surface: str) -> int:
    """The bits that stand for a surface form (in lower case) in `forms`: two for its letters, one if it has diacritics.

    So who types without diacritics means the same form, and who types them prefers texts that have them.
    """
    letters = fold(surface)
    pair = FORM_PAIRS[zlib.crc32(letters.encode("utf-8", "replace")) % len(FORM_PAIRS)]
    return pair | (SPELLED if letters != surface else 0)


class FieldPostings:
    """The postings of one field of an open segment."""

    def __init__(self, columns: dict[str, Column], field: str, documents: int, meta: dict[str, Any]) -> None:
        self._columns = columns
        self._field = field
        self.file = columns[f"{field}.lengths"].file
        self.documents = documents
        self.average = float(meta["average"])
        self.terms = TermDictionary(columns, field)
        self._first = columns[f"{field}.first"]
        self._tokens = columns[f"{field}.tokens"]
        self._dense = {int(number): row for row, number in enumerate(columns[f"{field}.dense"].all)}
        self._dense_order = list(self._dense)  # ascending
        self._dense_df = columns[f"{field}.dense.df"].all
        self.has_exceptions = {
            name: len(columns[f"{field}.{name}.where"]) > 0 for name in ("docs", "tfs", "dense.tfs", "positions")
        }
        self._kept: dict[int, TermPostings] = {}
        self._kept_before: dict[int, TermPostings] = {}
        self._kept_size = 0

    def column(self, name: str) -> Column:
        return self._columns[f"{self._field}.{name}"]

    @cached_property
    def lengths(self) -> Any:
        """The length bytes of the documents; u1[N]."""
        return self.column("lengths").all

    def length_byte(self, doc: int) -> int:
        """The length byte of a document."""
        return self._length_view[doc]

    @cached_property
    def _length_view(self) -> memoryview:
        return memoryview(self.lengths)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All terms with their document frequencies, read when first asked for."""
        text = b"".join([term + b"\n" for term in self.terms.all()]).decode("utf-8", "replace")
        return Vocabulary(text, self.document_frequencies(0, len(self.terms)))

    def document_frequency(self, number: int) -> int:
        """How many documents have the term, deleted ones included."""
        row = self._dense.get(number)
        if row is not None:
            return int(self._dense_df[row])
        first, last = self._first.pair(number)
        return last - first

    def token_range(self, number: int) -> tuple[int, int]:
        """Where the positions of a term stand; their number is how often the term occurs in all."""
        return self._tokens.pair(number)

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
                    found = _DensePostings(self, number, row)
            self._kept[number] = found
            self.keep(64 + found.kept)
        return found

    def keep(self, values: int) -> None:
        """So many more values are kept in memory; when there are too many, those not asked for since are forgotten."""
        self._kept_size += values
        if self._kept_size > _MOST_KEPT:
            self._kept_before, self._kept, self._kept_size = self._kept, {}, 0

    def forget(self) -> None:
        """Keep nothing in memory."""
        self._kept, self._kept_before, self._kept_size = {}, {}, 0

    @cached_property
    def spot_bits(self) -> int:
        """How many bits a position has in `TermPostings.spots`, of which the highest is never set."""
        longest = int(length_steps()[int(self.lengths.max())]) if self.documents else 1
        bits = longest.bit_length() + 1
        return bits if self.documents << bits <= 1 << 32 else 32

    def decode_docs(self, first: int, last: int, starts: Any, first_docs: Any) -> Any:
        """The documents of the postings from place `first` to `last`, whose terms begin at `starts`; i8."""
        gaps = self.exceptions("docs", self.column("docs")[first:last].astype(np.int64), first)
        sums = np.cumsum(gaps)
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
        tfs = self.exceptions("tfs", self.column("tfs")[first:last].astype(np.int64), first)
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

    def document_frequencies(self, start: int, stop: int) -> Any:
        """How many documents have each of the terms from number `start` to `stop`; i8."""
        first = self._first[start : stop + 1].astype(np.int64)
        dfs = first[1:] - first[:-1]
        for number in self.dense_numbers(start, stop):
            dfs[number - start] = self._dense_df[self._dense[number]]
        return dfs

    def dense_numbers(self, start: int, stop: int) -> list[int]:
        """The dense terms among those from number `start` to `stop`."""
        low, high = (bisect_left(self._dense_order, bound) for bound in (start, stop))
        return self._dense_order[low:high]

    def gaps(self, first: int, last: int) -> Any:
        """The gaps between positions from place `first` to `last` of their column; i8."""
        return self.exceptions("positions", self.column("positions")[first:last].astype(np.int64), first)

    def values_at(self, name: str, places: Any) -> Any:
        """The values of a column at `places`, with those that do not fit put in; i8."""
        values = self.column(name).take(places)
        found = values.astype(np.int64)
        if self.has_exceptions[name]:
            wide = np.flatnonzero(values == (ESCAPE if values.dtype.itemsize == 1 else WIDE_ESCAPE))
            if len(wide):
                found[wide] = self.exceptions_at(name, places[wide])
        return found

    def exceptions_at(self, name: str, places: Any) -> Any:
        """The values at `places` of a column, none of which fits there."""
        return self.column(f"{name}.what").take(self.column(f"{name}.where").find(places))

    def exceptions(self, name: str, values: Any, start: int) -> Any:
        """`values` (i8) of the column `name` from place `start` on, with those that do not fit put in."""
        if self.has_exceptions[name]:
            column = self.column(name)
            wide = (values == (ESCAPE if column.itemsize == 1 else WIDE_ESCAPE)).nonzero()[0]
            if len(wide):
                values[wide] = self.exceptions_at(name, wide + start)
        return values


class Where(NamedTuple):
    """Where the values of a term stand in its file, all checked, as numbers, or those of several terms as arrays.

    The value of a posting at a place of its columns stands so many values behind these.
    """

    forms: Any  # the byte at which the column of forms begins
    tfs: Any  # that of frequencies
    steps: Any  # the value at which that of steps begins
    base: Any  # the place of the term's first posting
    shift: Any  # what leads from the tokens of all postings before one to the place of its first position
    positions: Any  # the byte at which their column begins
    size: Any  # the bytes of a position


class TermPostings:
    """The postings of one term in one segment; arrays follow the order of the documents."""

    is_dense = False
    prefix = ""  # of the names of its columns

    def __init__(self, field: FieldPostings, number: int, first: int, last: int) -> None:
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
        self._last_found: Any = None

    def docs(self) -> Any:
        """The documents; i8[df]."""
        if self._docs is None:
            gaps = self.field.column("docs")[self._start : self._last]
            if self.field.has_exceptions["docs"]:
                gaps = self.field.exceptions("docs", gaps.astype(np.int64), self._start)
            docs = np.cumsum(gaps, dtype=np.int64)
            docs += self.field.column("first_docs").at(self.number)
            self._docs = docs
            self._keep(self.df)
        return self._docs

    def _keep(self, values: int) -> None:
        self.kept += values
        self.field.keep(values)

    def spots(self, eager: bool) -> Any:
        """Where the term stands, documents shifted left by `spot_bits` plus positions; u4 or u8, ascending.

        None if they do not fit, or if reading them all may not be worth it: the first time, where not `eager`.
        """
        self._times_asked += 1
        if self._spots is None and (eager or self._times_asked > _FIRST_TIMES):
            field = self.field
            first, last = field.token_range(self.number)
            tfs = self.tfs()
            positions = positions_from(field.gaps(first, last), tfs)
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
        values = self.field.column("tfs")[self._start : self._last].astype(np.int64)
        return self.field.exceptions("tfs", values, self._start)

    def impacts(self) -> Any:
        """The impacts; u1[df]."""
        return self.field.column("impacts")[self._start : self._last]

    def row_impacts(self) -> Any:
        """Of a dense term, the impacts of all documents, 0 for those without the term; u1[N]."""
        raise NotImplementedError

    def forms(self) -> Any:
        """The sets of surface forms; u1[df]."""
        return self.field.column("forms")[self._start : self._last]

    def share_of_form(self, bits: int) -> float:
        """In what share of the documents the term stands in a form with these bits, by the first of them."""
        forms = self.field.column("forms")[self._start : min(self._last, self._start + _SAMPLE)]
        return float(np.count_nonzero((forms & bits) == bits)) / len(forms)

    def find(self, docs: Any) -> tuple[Any, Any]:
        """Where each of `docs` (ascending) stands in the postings, and whether it does; i8 and bool, [docs]."""
        last = self._last_found
        if last is not None and last[0] is docs:  # the same documents are asked for frequencies, forms and places
            return last[1], last[2]
        places, found = self._find(docs)
        self._last_found = (docs, places, found)
        return places, found

    def locate(self, docs: Any, places: Any, found: Any) -> None:
        """`find` for a few of many documents, put into rows of tables; what is not found may have any place."""
        own = self.docs()
        places[:] = own.searchsorted(docs)
        np.equal(own.take(places, mode="clip"), docs, out=found)

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

    def tf_at(self, docs: Any) -> Any:
        """How often each of `docs` has the term, 0 for those without; i8[docs]."""
        places, found = self.find(docs)
        tfs = self._tf_bytes.take(places).astype(np.int64)
        if self.field.has_exceptions[f"{self.prefix}tfs"] and ESCAPE in tfs:
            tfs = self.frequencies_at(places + self._start)
        tfs *= found
        return tfs

    @cached_property
    def _tf_bytes(self) -> Any:
        """The frequencies by the places that `find` may give, those that do not fit one byte as `ESCAPE`."""
        return self.field.column(f"{self.prefix}tfs")[self._start : self._start + self._cells]

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
        where = self.where
        place += self._start
        times = self.field.file.byte(where.tfs + place)
        if times == ESCAPE and self.field.has_exceptions[f"{self.prefix}tfs"]:
            times = int(self.frequencies_at(np.array([place]))[0])
        return times, self.field.file.byte(where.forms + place)

    def positions_at(self, place: int) -> list[int]:
        """The positions of the term in the document at a place."""
        where, field = self.where, self.field
        times, _ = self.at(place)
        place += self._start
        row = place // STEP
        before = field.file.read(where.tfs + row * STEP, where.tfs + place)
        total = sum(before)
        if ESCAPE in before and field.has_exceptions[f"{self.prefix}tfs"]:
            values = np.frombuffer(before, np.uint8).astype(np.int64)
            total = int(field.exceptions(f"{self.prefix}tfs", values, row * STEP).sum())
        first = field.column(f"{self.prefix}steps").at(row) + total + where.shift
        gaps: Iterable[int] = b""
        if where.size == 1:
            gaps = field.file.read(where.positions + first, where.positions + first + times)
        if where.size != 1 or (ESCAPE in gaps and field.has_exceptions["positions"]):
            gaps = field.gaps(first, first + times).tolist()
        return list(accumulate(gaps))

    def frequencies_at(self, places: Any) -> Any:
        """How often the documents at `places` of the columns have the term; i8."""
        return self.field.values_at(f"{self.prefix}tfs", places)

    def forms_at(self, docs: Any) -> Any:
        """The sets of surface forms in each of `docs`; u1[docs]."""
        places, found = self.find(docs)
        return self.forms()[places] * found

    def tfs_by_place(self) -> Any:
        """How often each place that `find` may give has the term; i8."""
        return self.tfs()

    @cached_property
    def where(self) -> Where:
        """Where the values of this term stand."""
        names = (f"{self.prefix}forms", f"{self.prefix}tfs", f"{self.prefix}steps", "positions")
        forms, tfs, steps, positions = (self.field.column(name) for name in names)
        start, last = self._start, self._start + self._cells
        first, after = self.field.token_range(self.number)
        row = start // STEP
        # Frequencies are read in whole rows, of which the last may reach beyond the column.
        forms.check(start, last)
        tfs.check(row * STEP, -(-last // STEP) * STEP)
        steps.check(row, -(-last // STEP))
        positions.check(first, after)
        before = steps.at(row)
        if start > row * STEP:
            values = tfs[row * STEP : start].astype(np.int64)
            before += int(self.field.exceptions(f"{self.prefix}tfs", values, row * STEP).sum())
        starts = (forms.offset(0), tfs.offset(0), steps.offset(0) // steps.itemsize)
        return Where(*starts, start, first - before, positions.offset(0), positions.itemsize)


class _DensePostings(TermPostings):
    is_dense = True
    prefix = "dense."

    def __init__(self, field: FieldPostings, number: int, row: int) -> None:
        super().__init__(field, number, 0, 0)
        self.df = int(field._dense_df[row])
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

    def tfs_by_place(self) -> Any:
        return self.field.exceptions("dense.tfs", self._row("tfs").astype(np.int64), self._start)

    def tfs(self) -> Any:
        return self.tfs_by_place()[self.docs()]

    def impacts(self) -> Any:
        return self.row_impacts()[self.docs()]

    def forms(self) -> Any:
        return self._row("forms")[self.docs()]

    def share_of_form(self, bits: int) -> float:
        cells = self.field.column("dense.forms")[self._start : self._start + min(self.field.documents, 4 * _SAMPLE)]
        return float(np.count_nonzero((cells & bits) == bits)) / max(int(np.count_nonzero(cells)), 1)

    def _find(self, docs: Any) -> tuple[Any, Any]:
        return docs, self._tf_bytes.take(docs) != 0

    def locate(self, docs: Any, places: Any, found: Any) -> None:
        places[:] = docs
        np.not_equal(self._tf_bytes.take(docs), 0, out=found)

    def place_of(self, doc: int) -> int:
        return doc if self.field.file.byte(self.where.tfs + self._start + doc) else -1

    def forms_at(self, docs: Any) -> Any:
        return self._row("forms")[docs]
