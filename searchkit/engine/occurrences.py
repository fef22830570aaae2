"""Where terms stand in documents: single postings and their positions, without reading those of all others.

The positions of a term lie one posting after another, as many as each one's frequency says. So a posting's positions
begin behind as many values as all frequencies before it add up to: a sum that is kept for every `STEP`th posting, and
what remains is added up from one row of the column. The terms of all fields of a segment are read together, straight
from its file: with a few documents each call of numpy costs more than what it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer.lazy import cached_property
from searchkit.engine import posting_columns as layout
from searchkit.engine.arrays import before, positions_from, row_sums, runs
from searchkit.engine.narrow import MARKS
from searchkit.engine.term_postings import TermPostings, Where

__all__ = ["Occurrences", "spans"]

_MARKS = np.array([0, MARKS[1], MARKS[2]])  # by the bytes of a value
_MANY = 32  # one posting of a term in so many is looked for: reading all is as fast


class Occurrences:
    """Terms in documents: tables with a row for each term and a cell for each document."""

    def __init__(self, terms: Sequence[TermPostings], docs: Any) -> None:
        """`terms` are of one segment; `docs` ascending."""
        places = np.empty((len(terms), len(docs)), np.int64)
        maybe = np.empty(places.shape, bool)
        for row, term in enumerate(terms):
            term.locate(docs, places[row], maybe[row])
        self._asked = terms
        fields = {term.field for term in terms}
        self._wide_positions = [field for field in fields if field.narrow["positions"].has_exceptions]
        self._has_wide = any(field.has_wide_tfs for field in fields)
        self._bytes = terms[0].field.file.view("|u1")
        self._places = places
        times = self._bytes.take(np.array([term.where.times for term in terms])[:, None] + places)
        times *= maybe.view(np.uint8)
        self.found = times.astype(bool)  # which of the terms stand in which documents; bool[terms, docs]
        self.frequencies = times.astype(np.float64)  # how often; f8[terms, docs], of whole numbers
        if self._has_wide and MARKS[1] in times:
            rows, cells = (times == MARKS[1]).nonzero()
            wide = np.full(len(rows), MARKS[1], np.int64)
            self.frequencies[rows, cells] = self._exact(wide, rows, self._in_columns(rows, cells))

    def forms(self) -> Any:
        """The sets of surface forms of the terms, anything where they do not stand; u1[terms, docs]."""
        return self._bytes.take(np.array([term.where.forms for term in self._asked])[:, None] + self._places)

    @cached_property
    def _where(self) -> Where:
        """Where the values of the terms stand; arrays by term."""
        return Where(*np.concatenate([term.where_row for term in self._asked]).reshape(len(self._asked), -1).T)

    def positions(self, terms: Any, docs: Any) -> tuple[Any, Any]:
        """Of each time that a term stands in a document, which of the cells given by `terms` and `docs`, and where; i8.

        The terms stand in these documents, both given by their rows and cells.
        """
        places = self._in_columns(terms, docs)
        tokens, counts = self._tokens_before(terms, places)
        starts = tokens + self._where.shift.take(terms)
        owners = np.repeat(np.arange(len(terms)), counts)
        gaps = self._gaps(runs(starts, counts), terms.take(owners))
        return owners, positions_from(gaps, counts)

    def _in_columns(self, terms: Any, docs: Any) -> Any:
        """The places of these cells in the columns of their terms."""
        return self._places[terms, docs] + self._where.base.take(terms)

    def _tokens_before(self, terms: Any, places: Any) -> tuple[Any, Any]:
        """How many tokens all postings before each of `places` in its column have, and how many it has; i8."""
        width = layout.STEP
        rows = places // width
        cells = places - rows * width
        column = self._where.tfs.take(terms)
        counts = self._bytes.take(column + places).astype(np.int64)
        values = self._asked[0].field.file.windows(width)[column + rows * width]
        values *= before(width).take(cells, axis=0)
        sums = row_sums(values)
        sums += self._steps(terms, rows)
        if self._has_wide:
            escaped = (values.ravel() == MARKS[1]).nonzero()[0]
            if len(escaped):
                row = escaped // width
                wide = np.full(len(row), MARKS[1], np.int64)
                np.add.at(sums, row, self._exact(wide, terms[row], rows[row] * width + escaped % width) - MARKS[1])
        return sums, self._exact(counts, terms, places)

    def _steps(self, terms: Any, rows: Any) -> Any:
        """How many tokens all postings before each of `rows` of the columns of frequencies have."""
        file = self._asked[0].field.file
        places = self._where.steps.take(terms) + rows
        size = self._where.step_size
        if (size == 4).all():
            return file.view("<u4")[places]
        found = np.empty(len(places), np.int64)
        for each in (4, 8):
            own = size.take(terms) == each
            found[own] = file.view(f"<u{each}")[places[own]]
        return found

    def _exact(self, frequencies: Any, terms: Any, places: Any) -> Any:
        """`frequencies` (i8) at `places` of the columns of `terms`, with those that do not fit put in."""
        if self._has_wide:
            wide = (frequencies == MARKS[1]).nonzero()[0]
            for number in sorted(set(terms[wide].tolist())):
                own = wide[terms[wide] == number]
                frequencies[own] = self._asked[number].frequencies_at(places[own])
        return frequencies

    def _gaps(self, places: Any, terms: Any) -> Any:
        """The gaps between positions at `places` of the columns of `terms`; i8."""
        low, size = self._where.positions.take(terms), self._where.size
        marks: Any = MARKS[1]
        if (size == 1).all():
            gaps = self._bytes.take(low + places).astype(np.int64)
        else:  # two bytes are read of each, and of those of one byte the second is left out
            size = size.take(terms)
            marks = _MARKS.take(size)
            low += places * size
            gaps = self._asked[0].field.file.windows(2)[low].view("<u2").ravel().astype(np.int64)
            gaps &= marks
        if self._wide_positions:
            wide = (gaps == marks).nonzero()[0]
            for field in self._wide_positions if len(wide) else ():
                own = wide
                if len(self._wide_positions) > 1:  # else only this one has marks
                    is_own = np.array([term.field is field for term in self._asked])
                    own = wide[is_own.take(terms.take(wide))]
                if len(own):
                    gaps[own] = field.narrow["positions"].exceptions_at(places.take(own))
        return gaps


def spans(postings: TermPostings, docs: Any) -> tuple[Any, Any]:
    """The positions of a term in `docs`, which all have it.

    Returns i8 arrays: for each occurrence the place in `docs` and the position, both ascending.
    """
    if len(docs) * _MANY <= postings.df:
        places = np.arange(len(docs))
        return Occurrences([postings], docs).positions(np.zeros_like(places), places)
    source = postings.field
    places, _ = postings.find(docs)
    tfs = postings.tfs_by_place()
    counts = tfs[places]
    starts = (np.cumsum(tfs) - tfs)[places] + source.first_token(postings.number)
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, positions_from(source.narrow["positions"].take(runs(starts, counts)), counts)
