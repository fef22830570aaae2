"""Evidence in many documents at once, as `evidence` says what it is.

All occurrences of all query words are put into one table; what stands beside what is then a question about neighbouring
rows. Tables have a row for each word in each field (word by word) and a cell for each document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer.lazy import cached_property
from azanalyzer.tuples import NamedTuple
from searchkit.engine.collection import SHORT_TITLE, TITLE_SHARE, Collection, Sought
from searchkit.engine.lengths import last_positions
from searchkit.engine.occurrences import Occurrences
from searchkit.engine.posting_columns import EARLY
from searchkit.engine.postings import FieldPostings
from searchkit.engine.term_postings import TermPostings
from searchkit.ranking import Ranking

__all__ = ["EvidenceTable"]


class _Part(NamedTuple):
    """What the words and their relatives do in the documents of one segment; tables as described above."""

    norms: Any  # [fields, documents]
    family: Any  # how often a word or a relative stands there
    own: Any  # how often the word does
    typed: Any  # whether it does in the form typed
    early: Any  # whether it does among the first tokens
    last: Any  # from which position on a token is the last one; [fields, documents]


class EvidenceTable:
    """The words of a query and their relatives in the documents at hand, which are numbered segment by segment."""

    def __init__(
        self, sought: Sought, ranking: Ranking, collection: Collection, found: Sequence[tuple[int, Any]]
    ) -> None:
        self.ranking = ranking
        self.collection = collection
        self.sought = sought
        self.fields = list(sought.fields)
        self.boosts_of_fields = list(sought.fields.values())
        self.figures = list(zip(*sought.figures.values(), strict=True))  # by word, then by field
        self.words = len(self.figures)
        self.rows = self.words * len(self.fields)
        self.documents = sum(len(docs) for _, docs in found)
        has_ends = bool(sought.begins[0] or sought.end)
        follow = self.words > 1 and bool(ranking.pairs or ranking.typed_pairs or ranking.triples)
        self.has_neighbours = has_ends or follow
        k1s = [collection.text_field(field).k1 for field in self.fields]
        self.k1: Any = k1s[0] if len(set(k1s)) == 1 else _column(k1s * self.words)
        self._seen: list[tuple[Occurrences, Any, int]] = []  # with the row of each of its terms, and the first document
        self.has_relatives = False
        parts = []
        start = 0
        for place, docs in found:
            parts.append(self._read(place, start, docs))
            start += len(docs)
        part = parts[0]
        if len(parts) > 1:
            part = _Part(*(np.concatenate(tables, 1) for tables in zip(*parts, strict=True)))
        self.norms = part.norms if self.words == 1 else np.concatenate([part.norms] * self.words)
        self.family, self.own, self.typed, self.early, self.last = part[1:]

    def _read(self, place: int, start: int, docs: Any) -> _Part:
        """What is in documents of one segment, of which the first is the document `start` here."""
        segment = self.collection.segments[place]
        sources = [segment.text(field) for field in self.fields]
        norms, last = self._lengths(place, sources, docs)
        found = self._postings(place, sources, set(docs.tolist()))
        shape = (self.rows, len(docs))
        family, typed, early = np.zeros(shape), np.zeros(shape, bool), np.zeros(shape, bool)
        if not found:
            return _Part(norms, family, family, typed, early, last)
        terms, rows, bits, are_own = zip(*found, strict=True)
        own = family if all(are_own) else np.zeros(shape)
        self.has_relatives |= own is not family
        seen = Occurrences(terms, docs)
        self._seen.append((seen, np.array(rows), start))
        forms = seen.forms()
        wanted = np.array(bits, np.uint8)[:, None]
        are_typed = (forms & wanted) == wanted
        are_typed &= seen.found
        are_early = forms >= EARLY  # the highest bit
        are_early &= seen.found
        for term, (row, is_own) in enumerate(zip(rows, are_own, strict=True)):
            family[row] += seen.frequencies[term]
            if is_own:
                if own is not family:
                    own[row] += seen.frequencies[term]
                typed[row] |= are_typed[term]
                early[row] |= are_early[term]
        return _Part(norms, family, own, typed, early, last)

    def _lengths(self, place: int, sources: Sequence[FieldPostings | None], docs: Any) -> tuple[Any, Any]:
        """What the lengths of documents of one segment do to scores, and where they end; as `norms` and `last`."""
        norms = np.empty((len(sources), len(docs)))
        last = np.zeros(norms.shape)
        for number, (field, source) in enumerate(zip(self.fields, sources, strict=True)):
            if source is None:
                norms[number] = 1.0
                continue
            lengths = source.lengths.take(docs)
            norms[number] = self.collection.norms(place, field).norms.take(lengths)
            if self.has_neighbours and field in self.sought.short:
                last[number] = last_positions(lengths)
        return norms, last

    def _postings(
        self, place: int, sources: Sequence[FieldPostings | None], held: set[int]
    ) -> list[tuple[TermPostings, int, int, bool]]:
        """The terms of one segment that may be in the documents `held`.

        Each has its row, the bits of the form typed, and whether it is meant itself and is no relative.
        """
        found = []
        row = 0
        for word in self.figures:
            for one, source in zip(word, sources, strict=True):
                if source is not None:
                    own = len(one.own[place])
                    for rank, at in enumerate(one.own[place] + one.relatives[place]):
                        postings = source.postings(at)
                        if postings.may_be_in(held):  # most relatives are too rare
                            found.append((postings, row, one.bits, rank < own))
                row += 1
        return found

    def score(self) -> Any:
        """What to add to the score of each document; f8[documents]."""
        if not self._seen:
            return np.zeros(self.documents)
        ranking = self.ranking
        figures = [one for word in self.figures for one in word]
        boosts = self.boosts_of_fields
        weights = [weight * boost for weight in self.sought.weights for boost in boosts]
        shares = [ranking.early * self.collection.early_share(field) for field in self.fields] * self.words
        base = [weight * one.base_idf for weight, one in zip(weights, figures, strict=True)]
        surface = [weight * one.surface_idf for weight, one in zip(weights, figures, strict=True)]
        early, base, surface = np.array([shares, base, surface])[:, :, None]
        # What stands in the form typed counts as if it stood once.
        self.once = (self.k1 + 1) / (1 + self.norms)
        values = self._saturated(self.family)
        if self.has_relatives:
            values *= np.where(self.own > 0, ranking.base, ranking.base + ranking.relatives)
        else:
            values *= ranking.base
        values += early * self.early
        values *= base
        values += (ranking.surface * surface) * (self.once * self.typed)
        if any(self.sought.stop_weights):
            idf_of = self.collection.idf_of
            stops = [weight * boost for weight in self.sought.stop_weights for boost in boosts]
            values += self._saturated(self.own) * _column(
                [weight and weight * idf_of(one.frequency) for weight, one in zip(stops, figures, strict=True)]
            )
        added = np.add.reduce(values)
        return added + self._neighbourhood() if self.has_neighbours else added

    def words_held(self) -> Any:
        """How many of the words that say something stand in each document; i8[documents]."""
        held = np.add.reduce(self.own.reshape(self.words, -1, self.documents), axis=1) > 0
        if not all(self.sought.weights):
            held = held[np.array(self.sought.weights) > 0]
        return np.add.reduce(held, dtype=np.int64)

    def _saturated(self, tfs: Any) -> Any:
        """What BM25 makes of frequencies, the last of whose rows are those of the norms; as these."""
        norms = self.norms[: len(tfs)]
        k1 = self.k1 if isinstance(self.k1, float) else self.k1[: len(tfs)]
        return (k1 + 1) * tfs / (tfs + norms)

    def _neighbourhood(self) -> Any:
        """What it is worth in each document that words follow one another as in the query; f8[documents]."""
        ends = self._may_end()
        if self.words == 1:
            wanted = ends
        else:
            wanted = self._have_neighbours() if ends is None else self._have_neighbours() | ends
        if wanted is None or not wanted.any():
            return 0.0
        parts = []
        for seen, rows, start in self._seen:
            terms, docs = (wanted[rows, start : start + seen.found.shape[1]] & seen.found).nonzero()
            if len(terms):
                owners, positions = seen.positions(terms, docs)
                parts.append(((rows[terms] * self.documents + (docs + start)).take(owners), positions))
        if not parts:
            return 0.0
        cells, positions = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        at_ends = 0.0 if ends is None else self._at_ends(cells, positions, ends)
        return at_ends if self.words == 1 else self._neighbours(cells, positions) + at_ends

    def _have_neighbours(self) -> Any:
        """Where words stand in the same text as the one before or after them in the query; bool, a table."""
        fields = len(self.fields)
        held = self.family > 0
        both = held[fields:] & held[:-fields]
        found = np.zeros(held.shape, bool)
        found[fields:] = both
        found[:-fields] |= both
        return found

    def _may_end(self) -> Any:
        """Where the first or last word of the query may be that of a short text; bool, a table, or None for nowhere."""
        found = None
        outer = (0, self.sought.begins[0]), (self.rows - len(self.fields), self.sought.end)
        for first in {first for first, counts in outer if counts}:
            for row, field in enumerate(self.fields, first):
                if field in self.sought.short and (may := self.typed[row]).any():
                    if found is None:
                        found = np.zeros(self.typed.shape, bool)
                    found[row] = may & (self.last[row] < SHORT_TITLE) if self.words == 1 else may
        return found

    def _at_ends(self, cells: Any, positions: Any, may: Any) -> Any:
        """What it is worth that texts begin or end with the forms that the query does; `may` is that of `_may_end`."""
        size = len(self.fields) * self.documents  # the cells of a word
        allowed = (may if self.words == 1 else self.typed).ravel().take(cells)
        added = np.zeros(self.documents)
        if self.sought.begins[0]:
            begun = np.zeros((self.words, size), bool)
            begun.ravel()[cells[(positions == cells // size) & allowed]] = True
            for word, held in enumerate(np.logical_and.accumulate(begun)):
                if not held.any():
                    break
                added += self._worth_of_place(word, held, self.sought.begins[word])
        if self.sought.end:
            behind = cells - (self.words - 1) * size  # the cells of the last word
            is_last = positions >= self.last.ravel().take(behind, mode="clip")
            ended = np.zeros(size, bool)
            ended[behind[is_last & allowed & (behind >= 0)]] = True
            added += self._worth_of_place(self.words - 1, ended, self.sought.end)
        return added

    def _worth_of_place(self, word: int, held: Any, counts: float) -> Any:
        """What it is worth that a word stands in a place that counts in these cells, of short fields; f8[documents]."""
        fields = zip(self.fields, self.boosts_of_fields, self.figures[word], strict=True)
        worth = [(field in self.sought.short) * counts * boost * one.surface_idf for field, boost, one in fields]
        count = len(worth)
        values = _column(worth) * (self.once[:count] * held.reshape(count, -1))
        return np.add.reduce(values * self._share_held if self.sought.are_titles else values)

    @cached_property
    def _share_held(self) -> Any:
        """What titles count by which part of the words that say something stands in them; [fields, documents]."""
        held = self.own.reshape(self.words, -1, self.documents) > 0
        if any(self.sought.weights) and not all(self.sought.weights):
            held = held[np.array(self.sought.weights) > 0]
        return held.mean(axis=0) ** TITLE_SHARE

    def _neighbours(self, cells: Any, positions: Any) -> Any:
        """`_neighbourhood` from the cell of the table and the position of each time that a word stands in one."""
        ranking, fields = self.ranking, len(self.fields)
        size, count = fields * self.documents, self.words  # the cells of a word
        word = cells // size
        room = int(positions.max()) + 2
        keys = ((cells - word * size) * room + positions) * count + word
        keys.sort(kind="stable")  # which merges them, as those of a term ascend
        wanted = keys + count + 1  # the next word of the query at the next position
        places = np.minimum(keys.searchsorted(wanted), len(keys) - 1)
        after = (keys.take(places) == wanted).nonzero()[0]
        after = after[keys.take(after) % count < count - 1]  # what is behind the last word is not the next one
        if not len(after):
            return np.zeros(self.documents)
        found = keys.take(after)
        cells = found % count * size + found // (count * room)
        pairs = self._counted(cells, 2)
        idf = self._idf_together(pairs, 2)
        values = (ranking.pairs * idf) * self._saturated(pairs)
        both_typed = self.typed[:-fields] & self.typed[fields:] & (pairs > 0)
        values += (ranking.typed_pairs * idf) * (self.once[fields:] * both_typed)
        added = np.add.reduce(values)
        if ranking.triples and count > 2:
            goes_on = np.zeros(len(keys), bool)
            goes_on[after] = True
            triples = self._counted(cells[goes_on.take(places.take(after))], 3)
            added += np.add.reduce(ranking.triples * self._idf_together(triples, 3) * self._saturated(triples))
        return added

    def _counted(self, cells: Any, length: int) -> Any:
        """How often so many words begin to follow one another in each cell; [rows of those that can, documents]."""
        rows = self.rows - (length - 1) * len(self.fields)
        return np.bincount(cells, minlength=rows * self.documents).reshape(-1, self.documents)[:rows]

    def _idf_together(self, counts: Any, length: int) -> Any:
        """The inverse document frequency of words side by side, times the boosts of fields, where any are; a column."""
        idfs = []
        for row, held in enumerate((counts > 0).sum(axis=1).tolist()):
            first, field = divmod(row, len(self.fields))
            idf = 0.0
            if held:
                figures = [word[field] for word in self.figures[first : first + length]]
                boosts = self.sought.boosts[first : first + length]
                idf = self.collection.idf_together(figures, boosts, held, self.documents)
            idfs.append(idf * self.boosts_of_fields[field])
        return _column(idfs)


def _column(values: Sequence[float]) -> Any:
    """Values for the rows of a table."""
    return np.array(values, np.float64)[:, None]
