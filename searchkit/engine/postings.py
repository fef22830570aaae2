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
that prunes, never the score itself. `forms` is a set of eight bits that says in which surface forms the term stands in
the document.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from searchkit.backend import Vocabulary
from searchkit.engine.columns import Column, ColumnWriter
from searchkit.engine.terms import TermDictionary

__all__ = ["K1", "B", "FieldPostings", "PostingsWriter", "TermPostings", "form_bit", "length_bytes", "length_steps"]

K1, B = 1.2, 0.75  # of the impacts on disk
_DENSE = 4  # a term is dense when one document in so many has it
_SMALLEST_DENSE = 2048  # documents; in smaller segments every term is a list
_ESCAPE = 255
_WIDE_ESCAPE = 65535
STEP = 64
_MOST_KEPT = 1 << 23  # values of decoded postings in memory, 8 bytes each


def form_bit(surface: str) -> int:
    """The bit that stands for a surface form (in lower case) in `forms`."""
    return 1 << (zlib.crc32(surface.encode("utf-8", "replace")) & 7)


def length_steps() -> Any:
    """The 256 lengths that a document's length is rounded up to, as Whoosh's codec does; f8[256]."""
    from whoosh.util.numeric import byte_to_length

    return np.array([byte_to_length(step) for step in range(256)], np.float64)


def length_bytes(lengths: Any) -> Any:
    """Token counts as steps; u1."""
    steps = length_steps()
    return np.minimum(steps.searchsorted(lengths, "left"), 255).astype(np.uint8)


def impact_table(average: float) -> Any:
    """Impacts by term frequency and length step; u1[256, 256]."""
    tf = np.arange(256.0)[:, None]
    norm = K1 * ((1 - B) + B * length_steps()[None, :] / (average or 1.0))
    table = np.ceil(tf / (tf + norm) * 255)
    table[_ESCAPE] = 255
    return np.clip(table, 0, 255).astype(np.uint8)


class PostingsWriter:
    """Writes the postings of a field, batch by batch in the order of the terms."""

    def __init__(self, writer: ColumnWriter, field: str, lengths: Any, tokens: int, documents: int) -> None:
        """`lengths` are the length bytes of all documents, `tokens` the sum of their lengths."""
        self._writer = writer
        self._field = field
        self._documents = documents
        self._lengths = lengths
        self.average = tokens / max(documents, 1)
        self._impacts = impact_table(self.average).ravel()
        self._docs = self._stream("docs", "<u2")
        self._steps = _Steps(self._stream("steps", "<u8"))
        self._dense_steps = _Steps(self._stream("dense.steps", "<u8"))
        self._first_docs: list[Any] = []
        self._gap_exceptions: list[tuple[Any, Any]] = []
        self._columns = {name: self._stream(name, "|u1") for name in ("tfs", "impacts", "forms")}
        self._dense = {name: self._stream(f"dense.{name}", "|u1") for name in ("tfs", "impacts", "forms")}
        # Long documents have wide gaps: bytes with exceptions would be all exceptions.
        wide = self.average > 2000
        self._escape = _WIDE_ESCAPE if wide else _ESCAPE
        self._positions = self._stream("positions", "<u2" if wide else "|u1")
        self._position_where = self._stream("positions.where", "<u4" if tokens < 1 << 32 else "<u8")
        self._position_what: list[Any] = []
        self._tf_exceptions: list[tuple[bool, Any, Any]] = []
        self._dfs: list[Any] = []
        self._token_counts: list[Any] = []
        self._dense_numbers: list[int] = []
        self._dense_dfs: list[int] = []
        self._terms = 0

    def _stream(self, name: str, dtype: str) -> Any:
        return self._writer.stream(f"{self._field}.{name}", dtype)

    def add(self, dfs: Any, docs: Any, tfs: Any, forms: Any, positions: Any) -> None:
        """Write the postings of the next terms.

        `dfs` i8[terms], all above 0; `docs`, `tfs`, `forms` [sum of dfs], documents ascending in a term; `positions`
        [sum of tfs], ascending within a posting.
        """
        ends = np.cumsum(dfs)
        starts = ends - dfs
        self._add_positions(tfs, positions)
        self._token_counts.append(np.add.reduceat(tfs, starts) if len(starts) else tfs[:0])
        small = np.minimum(tfs, _ESCAPE).astype(np.uint8)
        impacts = self._impacts[(small.astype(np.uint16) << 8) | self._lengths[docs]]
        dense = np.flatnonzero(dfs * _DENSE >= self._documents)
        if self._documents < _SMALLEST_DENSE:
            dense = dense[:0]
        sparse_dfs = dfs.copy()
        kept = None
        if len(dense):
            kept = np.ones(len(docs), bool)
            for number in dense:
                place = slice(int(starts[number]), int(ends[number]))
                kept[place] = False
                sparse_dfs[number] = 0
                self._add_dense(
                    self._terms + int(number), docs[place], tfs[place], small[place], impacts[place], forms[place]
                )
            docs, tfs, small, impacts, forms = docs[kept], tfs[kept], small[kept], impacts[kept], forms[kept]
        where = np.flatnonzero(small == _ESCAPE)
        if len(where):
            self._tf_exceptions.append((False, where + self._docs.length, tfs[where]))
        self._add_docs(sparse_dfs, docs)
        self._steps.add(tfs)
        self._columns["tfs"].append(small)
        self._columns["impacts"].append(impacts)
        self._columns["forms"].append(forms)
        self._dfs.append(sparse_dfs)
        self._terms += len(dfs)

    def _add_dense(self, number: int, docs: Any, tfs: Any, small: Any, impacts: Any, forms: Any) -> None:
        base = len(self._dense_numbers) * self._documents
        self._dense_numbers.append(number)
        self._dense_dfs.append(len(docs))
        all_tfs = np.zeros(self._documents, np.int64)
        all_tfs[docs] = tfs
        self._dense_steps.add(all_tfs)
        for name, values in (("tfs", small), ("impacts", impacts), ("forms", forms)):
            row = np.zeros(self._documents, np.uint8)
            row[docs] = values
            self._dense[name].append(row)
        where = np.flatnonzero(small == _ESCAPE)
        if len(where):
            self._tf_exceptions.append((True, docs[where].astype(np.int64) + base, tfs[where]))

    def _add_docs(self, dfs: Any, docs: Any) -> None:
        firsts = (np.cumsum(dfs) - dfs)[dfs > 0]
        first_docs = np.zeros(len(dfs), np.uint32)
        first_docs[dfs > 0] = docs[firsts]
        self._first_docs.append(first_docs)
        gaps = np.diff(docs.astype(np.int64), prepend=0)
        gaps[firsts] = 0
        where = np.flatnonzero(gaps >= _WIDE_ESCAPE)
        if len(where):
            self._gap_exceptions.append((where + self._docs.length, gaps[where]))
            gaps[where] = _WIDE_ESCAPE
        self._docs.append(gaps)

    def _add_positions(self, tfs: Any, positions: Any) -> None:
        gaps = np.diff(positions, prepend=0)
        firsts = np.cumsum(tfs) - tfs
        gaps[firsts] = positions[firsts]
        where = np.flatnonzero(gaps >= self._escape)
        if len(where):
            self._position_where.append(where + self._positions.length)
            self._position_what.append(gaps[where].astype(np.uint32))
            gaps[where] = self._escape
        self._positions.append(gaps)

    def finish(self) -> dict[str, Any]:
        """Write what is known only at the end; the figures of the field for the segment's meta data."""
        field, add = self._field, self._writer.add
        what = np.concatenate([np.zeros(0, np.uint32), *self._position_what])
        add(f"{field}.positions.what", what.astype("<u2" if not len(what) or what.max() < 1 << 16 else "<u4"))
        add(f"{field}.first", _starts(self._dfs, "<u4"))
        add(f"{field}.tokens", _starts(self._token_counts, "<u8"))
        add(f"{field}.lengths", self._lengths)
        add(f"{field}.dense", np.asarray(self._dense_numbers, "<u4"))
        add(f"{field}.dense.df", np.asarray(self._dense_dfs, "<u4"))
        add(f"{field}.first_docs", np.concatenate([np.zeros(0, np.uint32), *self._first_docs]))
        exceptions = {"docs": self._gap_exceptions}
        for is_dense, name in ((False, "tfs"), (True, "dense.tfs")):
            exceptions[name] = [(where, what) for kind, where, what in self._tf_exceptions if kind == is_dense]
        for name, found in exceptions.items():
            empty = np.zeros(0, np.int64)
            add(f"{field}.{name}.where", np.concatenate([empty, *(where for where, _ in found)]).astype("<u8"))
            add(f"{field}.{name}.what", np.concatenate([empty, *(what for _, what in found)]).astype("<u4"))
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


def _starts(counts: list[Any], dtype: str) -> Any:
    """Where things of the given counts begin, when they stand one after another, and where the last ends."""
    joined = np.concatenate([np.zeros(1, np.int64), *counts])
    return np.cumsum(joined).astype(dtype)


def _between(where: Any, first: int, last: int) -> tuple[int, int]:
    """The range of the ascending `where` that lies from `first` to `last`."""
    low, high = where.searchsorted(np.asarray((first, last), where.dtype)).tolist()  # of its type, or all is converted
    return low, high


class FieldPostings:
    """The postings of one field of an open segment."""

    def __init__(self, columns: dict[str, Column], field: str, documents: int, meta: dict[str, Any]) -> None:
        self._columns = columns
        self._field = field
        self.documents = documents
        self.average = float(meta["average"])
        self.terms = TermDictionary(columns, field)
        self._first = columns[f"{field}.first"]
        self._tokens = columns[f"{field}.tokens"]
        self._dense = {int(number): row for row, number in enumerate(columns[f"{field}.dense"].all)}
        self._dense_df = columns[f"{field}.dense.df"].all
        self.has_exceptions = {name: len(columns[f"{field}.{name}.where"]) > 0 for name in ("docs", "tfs", "dense.tfs")}
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

    def positions(self, first: int, last: int) -> Any:
        """The gaps from place `first` to `last` of the positions, exceptions put in; i8."""
        column = self.column("positions")
        gaps = column[first:last].astype(np.int64)
        where = self.column("positions.where").all
        if len(where):
            low, high = _between(where, first, last)
            if high > low:
                gaps[where[low:high].astype(np.int64) - first] = self.column("positions.what")[low:high]
        return gaps

    def spans(self, starts: Any, counts: Any) -> tuple[Any, Any]:
        """The positions of postings whose gaps begin at `starts`: the number of the posting and the position; i8."""
        total = int(counts.sum())
        owners = np.repeat(np.arange(len(counts)), counts)
        before = np.cumsum(counts) - counts
        sums = np.cumsum(self._gaps_at(np.arange(total) + np.repeat(starts - before, counts)))
        # A running sum over all, less what had been reached before each posting began.
        base = np.concatenate([np.zeros(1, np.int64), sums])[before]
        return owners, sums - np.repeat(base, counts)

    def _gaps_at(self, places: Any) -> Any:
        """The gaps at `places`, which have been checked; i8."""
        return self._patched("positions", places)

    def occurrences(self, terms: Sequence[TermPostings], docs: Any) -> list[tuple[Any, Any, Any]]:
        """`TermPostings.occurrences` of several terms at once."""
        found: list[Any] = [None] * len(terms)
        for dense in (False, True):
            group = [number for number, term in enumerate(terms) if term.is_dense == dense]
            if not group:
                continue
            held, places, ends = [], [], []
            for number in group:
                prefix, base = terms[number].column_range()
                at, present = terms[number].find(docs)
                held.append(np.flatnonzero(present))
                places.append(np.append(at[held[-1]] + base, base))  # the last one tells where the term begins
                ends.append(len(places[-1]))
            joined = np.concatenate(places)
            counts = self.values_at(f"{prefix}tfs", np.minimum(joined, len(self.column(f"{prefix}tfs")) - 1))
            before = self.tokens_before(prefix, joined)
            start = 0
            for number, own, length in zip(group, held, ends, strict=True):
                stop = start + length - 1
                first, _ = self.token_range(terms[number].number)
                found[number] = (own, before[start:stop] - before[stop] + first, counts[start:stop])
                start += length
        return found

    def values_at(self, name: str, places: Any) -> Any:
        """The values of a column of bytes at `places`, with those that do not fit a byte put in; i8."""
        return self._patched(name, places)

    def tokens_before(self, prefix: str, places: Any) -> Any:
        """How many tokens all postings before each of `places` in a column of frequencies have; i8."""
        blocks = places // STEP
        inside = blocks[:, None] * STEP + np.arange(STEP)
        wanted = inside < places[:, None]
        counts = np.zeros(inside.shape, np.int64)
        counts[wanted] = self.values_at(f"{prefix}tfs", inside[wanted])
        # Of the last block there is no step if it would begin where the column ends.
        steps = self.column(f"{prefix}steps").all
        return steps[np.minimum(blocks, len(steps) - 1)].astype(np.int64) + counts.sum(axis=1)

    def _patched(self, name: str, places: Any) -> Any:
        values = self.column(name).take(places)
        found = values.astype(np.int64)
        wide = np.flatnonzero(found == (255 if values.dtype.itemsize == 1 else 65535))
        if len(wide):
            where = self.column(f"{name}.where").all
            found[wide] = self.column(f"{name}.what").all[where.searchsorted(places[wide].astype(where.dtype))]
        return found

    def exceptions(self, name: str, values: Any, start: int) -> Any:
        """`values` (i8) of the column `name` from place `start` on, with those that do not fit a byte put in."""
        if self.has_exceptions[name]:
            where = self.column(f"{name}.where").all
            low, high = _between(where, start, start + len(values))
            if high > low:
                places = where[low:high].astype(np.int64) - start
                values[places] = self.column(f"{name}.what")[low:high]
        return values


class TermPostings:
    """The postings of one term in one segment; arrays follow the order of the documents."""

    is_dense = False

    def __init__(self, field: FieldPostings, number: int, first: int, last: int) -> None:
        self.field = field
        self.number = number
        self.df = last - first
        self._first = first
        self._last = last
        self._docs: Any = None
        self._last_found: Any = None

    def docs(self) -> Any:
        """The documents; i8[df]."""
        if self._docs is None:
            gaps = self.field.column("docs")[self._first : self._last]
            if self.field.has_exceptions["docs"]:
                gaps = self.field.exceptions("docs", gaps.astype(np.int64), self._first)
            docs = np.cumsum(gaps, dtype=np.int64)
            docs += self.field.column("first_docs").at(self.number)
            self._docs = docs
            self.field.keep(self.df)
        return self._docs

    def tfs(self) -> Any:
        """How often each document has the term; i8[df]."""
        values = self.field.column("tfs")[self._first : self._last].astype(np.int64)
        return self.field.exceptions("tfs", values, self._first)

    def impacts(self) -> Any:
        """The impacts; u1[df]."""
        return self.field.column("impacts")[self._first : self._last]

    def row_impacts(self) -> Any:
        """Of a dense term, the impacts of all documents, 0 for those without the term; u1[N]."""
        raise NotImplementedError

    def forms(self) -> Any:
        """The sets of surface forms; u1[df]."""
        return self.field.column("forms")[self._first : self._last]

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
        places = own.searchsorted(docs)
        places[places == self.df] = 0
        return places, own[places] == docs

    def tf_at(self, docs: Any) -> Any:
        """How often each of `docs` has the term, 0 for those without; i8[docs]."""
        places, found = self.find(docs)
        values = self.field.column("tfs")[self._first : self._last][places].astype(np.int64)
        if self.field.has_exceptions["tfs"]:
            values = self.tfs()[places]
        values[~found] = 0
        return values

    def forms_at(self, docs: Any) -> Any:
        """The sets of surface forms in each of `docs`; u1[docs]."""
        places, found = self.find(docs)
        return self.forms()[places] * found

    def spans(self, docs: Any) -> tuple[Any, Any]:
        """The positions of the term in `docs`, which all have it.

        Returns i8 arrays: for each occurrence the place in `docs` and the position, both ascending.
        """
        _, starts, counts = self.occurrences(docs)
        return self.field.spans(starts, counts)

    def occurrences(self, docs: Any) -> tuple[Any, Any, Any]:
        """Which of `docs` have the term (their places), where its positions begin in each, how many they are; i8."""
        places, found = self.find(docs)
        held = np.flatnonzero(found)
        places = places[held]
        first, _ = self.field.token_range(self.number)
        if len(places) * 32 > self.df:
            tfs = self._all_tfs()
            starts = np.cumsum(tfs) - tfs
            return held, starts[places] + first, tfs[places]
        prefix, base = self.column_range()
        counts = self.field.values_at(f"{prefix}tfs", places + base)
        before = self.field.tokens_before(prefix, np.append(places + base, base))
        return held, before[:-1] - before[-1] + first, counts

    def _all_tfs(self) -> Any:
        return self.tfs()

    def column_range(self) -> tuple[str, int]:
        """Before which names and from which place on the values of this term stand in the columns."""
        return "", self._first


class _DensePostings(TermPostings):
    is_dense = True

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

    def row_tfs(self) -> Any:
        """How often each document has the term; i8[N]."""
        return self.field.exceptions("dense.tfs", self._cells("tfs").astype(np.int64), self._start)

    def tfs(self) -> Any:
        return self.row_tfs()[self.docs()]

    def impacts(self) -> Any:
        return self.row_impacts()[self.docs()]

    def forms(self) -> Any:
        return self._cells("forms")[self.docs()]

    def _find(self, docs: Any) -> tuple[Any, Any]:
        return docs, self._cells("tfs")[docs] != 0

    def tf_at(self, docs: Any) -> Any:
        if self.field.has_exceptions["dense.tfs"]:
            return self.row_tfs()[docs]
        return self._cells("tfs")[docs].astype(np.int64)

    def forms_at(self, docs: Any) -> Any:
        return self._cells("forms")[docs]

    def _all_tfs(self) -> Any:
        return self.row_tfs()

    def column_range(self) -> tuple[str, int]:
        return "dense.", self._start
