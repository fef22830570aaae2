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
that prunes, never the score itself. `forms` is a set of bits: six, two a form, say in which surface forms the term
stands in the document, the seventh (SPELLED) whether one of these has diacritics, and the eighth (EARLY) whether it is
among its first tokens.
"""

from __future__ import annotations

import zlib
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from azanalyzer import fold
from searchkit.backend import Vocabulary
from searchkit.engine.columns import Column
from searchkit.engine.terms import TermDictionary

__all__ = [
    "EARLY",
    "EARLY_TOKENS",
    "ESCAPE",
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
_PAIRS = [1 << high | 1 << low for high in range(6) for low in range(high)]
_SAMPLE = 4096  # postings that tell about the forms of all
_MOST_KEPT = 1 << 23  # values of decoded postings in memory, 8 bytes each


def form_bits(surface: str) -> int:
    """The bits that stand for a surface form (in lower case) in `forms`: two for its letters, one if it has diacritics.

    So who types without diacritics means the same form, and who types them prefers texts that have them.
    """
    letters = fold(surface)
    pair = _PAIRS[zlib.crc32(letters.encode("utf-8", "replace")) % len(_PAIRS)]
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
        self._dense_df = columns[f"{field}.dense.df"].all
        self.has_exceptions = {
            name: len(columns[f"{field}.{name}.where"]) > 0 for name in ("docs", "tfs", "dense.tfs", "positions")
        }
        self._kept: dict[int, TermPostings] = {}
        self._kept_size = 0

    def column(self, name: str) -> Column:
        return self._columns[f"{self._field}.{name}"]

    @property
    def lengths(self) -> Any:
        """The length bytes of the documents; u1[N]."""
        return self.column("lengths").all

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
        first, last = self._first[number : number + 2].tolist()
        return int(last - first)

    def token_range(self, number: int) -> tuple[int, int]:
        """Where the positions of a term stand; their number is how often the term occurs in all."""
        first, last = self._tokens[number : number + 2].tolist()
        return first, last

    def postings(self, number: int) -> TermPostings:
        """The postings of a term."""
        found = self._kept.get(number)
        if found is None:
            row = self._dense.get(number)
            if row is None:
                found = TermPostings(self, number, *self._first[number : number + 2].tolist())
            else:
                found = _DensePostings(self, number, row)
            self._kept[number] = found
            self.keep(64)
        return found

    def keep(self, values: int) -> None:
        """So many more values are kept in memory; when there are too many, all are forgotten."""
        self._kept_size += values
        if self._kept_size > _MOST_KEPT:
            self.forget()

    def forget(self) -> None:
        """Keep nothing in memory."""
        self._kept, self._kept_size = {}, 0

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
        dfs = np.diff(self._first[start : stop + 1].astype(np.int64))
        for number, row in self._dense.items():
            if start <= number < stop:
                dfs[number - start] = self._dense_df[row]
        return dfs

    def dense_numbers(self, start: int, stop: int) -> list[int]:
        """The dense terms among those from number `start` to `stop`."""
        return [number for number in self._dense if start <= number < stop]

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
                found[wide] = self.column(f"{name}.what").take(self._among_exceptions(name, places[wide]))
        return found

    def exceptions(self, name: str, values: Any, start: int) -> Any:
        """`values` (i8) of the column `name` from place `start` on, with those that do not fit put in."""
        if self.has_exceptions[name]:
            low, high = self._among_exceptions(name, np.array((start, start + len(values)))).tolist()
            if high > low:
                places = self.column(f"{name}.where")[low:high].astype(np.int64) - start
                values[places] = self.column(f"{name}.what")[low:high]
        return values

    def _among_exceptions(self, name: str, places: Any) -> Any:
        """Where `places` of a column stand among those whose values do not fit."""
        return self.column(f"{name}.where").search(places)


class Where(NamedTuple):
    """Where the values of a term stand in its file, as numbers, or those of several terms as arrays."""

    base: Any  # the place of its first posting in its columns
    forms: Any  # the byte at which the column of forms begins
    tfs: Any  # that of frequencies
    steps: Any  # the value at which that of steps begins
    first: Any  # the place of its first position
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
        self._docs: Any = None
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
            self.field.keep(self.df)
        return self._docs

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

    def _find(self, docs: Any) -> tuple[Any, Any]:
        own = self.docs()
        documents = self.field.documents
        if len(docs) * 32 > self.df + documents // 16:  # a table of all documents is faster than searching so often
            table = np.zeros(documents, np.int32)
            table[own] = np.arange(self.df, dtype=np.int32)
            places = table[docs]
            return places, own[places] == docs
        places = np.minimum(own.searchsorted(docs), self.df - 1)
        return places, own[places] == docs

    def tf_at(self, docs: Any) -> Any:
        """How often each of `docs` has the term, 0 for those without; i8[docs]."""
        places, found = self.find(docs)
        return self.frequencies_at(places + self._start) * found

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
        first, _ = self.field.token_range(self.number)
        starts = (forms.offset(0), tfs.offset(0), steps.offset(0) // steps.itemsize)
        return Where(self._start, *starts, first, positions.offset(0), positions.itemsize)

    @property
    def has_exceptions(self) -> bool:
        """Whether some frequencies of its column do not fit into it."""
        return self.field.has_exceptions[f"{self.prefix}tfs"]


class _DensePostings(TermPostings):
    is_dense = True
    prefix = "dense."

    def __init__(self, field: FieldPostings, number: int, row: int) -> None:
        super().__init__(field, number, 0, 0)
        self.df = int(field._dense_df[row])
        self._start = row * field.documents
        self._row = row

    def _cells(self, name: str) -> Any:
        return self.field.column(f"dense.{name}")[self._start : self._start + self.field.documents]

    def docs(self) -> Any:
        if self._docs is None:
            self._docs = np.flatnonzero(self._cells("tfs"))
            self.field.keep(self.df)
        return self._docs

    def row_impacts(self) -> Any:
        return self._cells("impacts")

    def tfs_by_place(self) -> Any:
        return self.field.exceptions("dense.tfs", self._cells("tfs").astype(np.int64), self._start)

    def tfs(self) -> Any:
        return self.tfs_by_place()[self.docs()]

    def impacts(self) -> Any:
        return self.row_impacts()[self.docs()]

    def forms(self) -> Any:
        return self._cells("forms")[self.docs()]

    def share_of_form(self, bits: int) -> float:
        cells = self.field.column("dense.forms")[self._start : self._start + min(self.field.documents, 4 * _SAMPLE)]
        return float(np.count_nonzero((cells & bits) == bits)) / max(int(np.count_nonzero(cells)), 1)

    def _find(self, docs: Any) -> tuple[Any, Any]:
        return docs, self._cells("tfs")[docs] != 0

    def forms_at(self, docs: Any) -> Any:
        return self._cells("forms")[docs]
