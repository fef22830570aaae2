"""Where terms stand in documents: single postings and their positions, without reading those of all others.

The positions of a term lie one posting after another, as many as each one's frequency says. So a posting's positions
begin behind as many values as all frequencies before it add up to: a sum that is kept for every `STEP`th posting, and
what remains is added up from one row of the column. The terms of all fields of a segment are read together, straight
from its file: with a few documents each call of numpy costs more than what it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from searchkit.engine import postings as layout
from searchkit.engine.postings import ESCAPE, WIDE_ESCAPE, TermPostings

__all__ = ["Occurrences", "positions_from", "spans"]

_MANY = 32  # one posting of a term in so many is looked for: reading all is as fast


class Occurrences:
    """Terms in documents: arrays with one cell for each term of each document that has it, term by term."""

    def __init__(self, terms: Sequence[TermPostings], docs: Any) -> None:
        """`terms` are of one segment; `docs` ascending."""
        places = np.empty((len(terms), len(docs)), np.int64)
        found = np.empty(places.shape, bool)
        for row, term in enumerate(terms):
            places[row], found[row] = term.find(docs)
        self.terms, self.docs = found.nonzero()  # which of the terms and of the documents; i8
        self._asked = terms
        self._file = terms[0].field.file
        self._where = np.array([term.where for term in terms])
        self._base = self._where[:, 0]
        self._places = places[found] + self._base[self.terms]  # in their columns

    def forms(self) -> Any:
        """The sets of surface forms; u1."""
        return self._file.values("|u1", self._where[:, 1][self.terms] + self._places)

    def frequencies(self) -> Any:
        """How often each term stands in its document; i8."""
        found = self._file.values("|u1", self._where[:, 2][self.terms] + self._places).astype(np.int64)
        if any(term.has_exceptions for term in self._asked):
            wide = np.flatnonzero(found == ESCAPE)
            found[wide] = self._frequencies(self.terms[wide], self._places[wide])
        return found

    def positions(self) -> tuple[Any, Any]:
        """Of each time that a term stands in a document the cell and the position; i8."""
        count = len(self.terms)
        # The last rows tell how many tokens there are before each term, whose positions begin at a known place.
        terms = np.concatenate([self.terms, np.arange(len(self._asked))])
        before, counts = self._tokens_before(terms, np.concatenate([self._places, self._base]))
        counts = counts[:count]
        first, start, size = self._where[:, 4:].T
        places = before[:count] + (first - before[count:])[self.terms]
        cells = np.repeat(np.arange(count), counts)
        places = np.arange(len(cells)) + np.repeat(places - (np.cumsum(counts) - counts), counts)
        gaps = self._gaps(places, start, size, self.terms[cells])
        return cells, positions_from(gaps, counts)

    def _tokens_before(self, terms: Any, places: Any) -> tuple[Any, Any]:
        """How many tokens all postings before each of `places` in its column have, and how many it has; i8."""
        width = layout.STEP
        rows = places // width
        cells = places - rows * width
        values = self._file.rows(self._where[:, 2][terms] + rows * width, width)
        counts = values[np.arange(len(cells)), cells].astype(np.int64)
        values *= _before(width)[cells]
        sums = values.sum(axis=1, dtype=np.int64)
        sums += self._file.values("<u8", self._where[:, 3][terms] + rows).view(np.int64)
        if any(term.has_exceptions for term in self._asked):
            row, cell = (values == ESCAPE).nonzero()
            np.add.at(sums, row, self._frequencies(terms[row], rows[row] * width + cell) - ESCAPE)
            wide = np.flatnonzero(counts == ESCAPE)
            counts[wide] = self._frequencies(terms[wide], places[wide])
        return sums, counts

    def _frequencies(self, terms: Any, places: Any) -> Any:
        """The frequencies at `places` of the columns of `terms`, which do not fit into them; i8."""
        found = np.zeros(len(places), np.int64)
        for number in np.unique(terms).tolist():
            own = np.flatnonzero(terms == number)
            term = self._asked[number]
            found[own] = term.field.values_at(f"{term.prefix}tfs", places[own])
        return found

    def _gaps(self, places: Any, start: Any, size: Any, terms: Any) -> Any:
        """The gaps between positions at `places` of the columns of `terms`; i8."""
        if (size == 1).all():
            gaps = self._file.values("|u1", start[terms] + places).astype(np.int64)
            wide = gaps == ESCAPE
        else:
            size = size[terms]
            low = start[terms] + places * size
            gaps = self._file.values("|u1", low).astype(np.int64)
            gaps += (size - 1) * (self._file.values("|u1", low + (size - 1)).astype(np.int64) << 8)
            wide = gaps == np.where(size == 1, ESCAPE, WIDE_ESCAPE)
        for field in {term.field for term in self._asked if term.field.has_exceptions["positions"]}:
            of_field = np.array([term.field is field for term in self._asked])
            own = np.flatnonzero(wide & of_field[terms])
            gaps[own] = field.values_at("positions", places[own])
        return gaps


@lru_cache(maxsize=4)
def _before(width: int) -> Any:
    """Which cells of a row stand before each one; u1[width, width]."""
    return np.tri(width, k=-1, dtype=np.uint8)


def spans(postings: TermPostings, docs: Any) -> tuple[Any, Any]:
    """The positions of a term in `docs`, which all have it.

    Returns i8 arrays: for each occurrence the place in `docs` and the position, both ascending.
    """
    if len(docs) * _MANY <= postings.df:
        return Occurrences([postings], docs).positions()
    source = postings.field
    places, _ = postings.find(docs)
    tfs = postings.tfs_by_place()
    counts = tfs[places]
    starts = (np.cumsum(tfs) - tfs)[places] + source.token_range(postings.number)[0]
    owners = np.repeat(np.arange(len(counts)), counts)
    inside = np.arange(len(owners)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return owners, positions_from(source.values_at("positions", inside), counts)


def positions_from(gaps: Any, counts: Any) -> Any:
    """The positions of postings that have so many each, from the gaps between them; i8."""
    sums = np.cumsum(gaps)
    # A running sum over all, less what had been reached before each posting began.
    base = np.concatenate([np.zeros(1, np.int64), sums])[np.cumsum(counts) - counts]
    return sums - np.repeat(base, counts)
