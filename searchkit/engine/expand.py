"""Queries that stand for many terms of a field: which terms, their postings, and one plan for all of them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from searchkit.deadline import Deadline
from searchkit.engine.arrays import beginnings
from searchkit.engine.collection import SPARSE
from searchkit.engine.plans import DocsPlan
from searchkit.engine.postings import FieldPostings
from searchkit.engine.segment import KeywordField
from searchkit.engine.terms import TermDictionary, encode
from searchkit.errors import QueryError
from searchkit.querytree import MOST_EXPANSIONS

__all__ = [
    "EXPANSIONS", "Expander", "TermsPlan", "docs_of_keywords", "frequent_among", "read_runs", "read_terms",
    "runs_without",
]  # fmt: skip

_MOST_KEPT = 100_000  # terms
_FREQUENT = 2048  # documents of a term that is planned for itself among others
_MOST_FREQUENT = 7  # of such terms
_SPARSE = 16  # postings of fewer than one document in so many are sorted


class Expander:
    """Finds the terms that the parts of one search stand for; a method for each class of queries, see `EXPANSIONS`.

    The terms of a beginning are read once, however many patterns and similar words have it.
    """

    def __init__(self, deadline: Deadline | None = None) -> None:
        self._deadline = deadline
        self._read: dict[tuple[TermDictionary, str], tuple[int, list[str]]] = {}
        self._kept = 0

    def check(self) -> None:
        """QueryTimeoutError if the search has taken too long."""
        if self._deadline is not None:
            self._deadline.check()

    def expand(self, query: Any, terms: TermDictionary) -> Sequence[int]:
        """The numbers of the terms that a query stands for, ascending; QueryError if there are too many."""
        self.check()
        return self._allowed(EXPANSIONS[type(query).__name__](self, query, terms), query, terms)

    def beginning_with(self, prefix: str, query: object, terms: TermDictionary) -> Sequence[int]:
        """The numbers of the terms that begin so; an error calls it `query`."""
        self.check()
        return self._allowed(range(*terms.prefix_range(encode(prefix))), query, terms)

    def _allowed(self, numbers: Sequence[int], query: object, terms: TermDictionary) -> Sequence[int]:
        if len(numbers) > MOST_EXPANSIONS:
            raise QueryError(
                f"{query}: {len(numbers):,} different words fit, and at most {MOST_EXPANSIONS:,} are allowed; "
                "give more of its letters"
            )
        # Whoosh leaves out the empty term, which only a keyword field can have.
        return numbers[1:] if numbers and numbers[0] == 0 and terms.term(0) == b"" else numbers

    def prefix(self, query: Any, terms: TermDictionary) -> Sequence[int]:
        return range(*terms.prefix_range(encode(query.text)))

    def pattern(self, query: Any, terms: TermDictionary) -> Sequence[int]:
        start, texts = self._texts(terms, re.split(r"[*?\[]", query.text, maxsplit=1)[0])
        fits = re.compile(fnmatch.translate(query.text)).match
        return [number for number, text in enumerate(texts, start) if fits(text)]

    def fuzzy(self, query: Any, terms: TermDictionary) -> Sequence[int]:
        from searchkit.edits import are_near

        start, texts = self._texts(terms, query.text[: query.prefixlength])
        found: list[int] = (np.flatnonzero(are_near(query.text, texts, query.maxdist)) + start).tolist()
        return found

    def _texts(self, terms: TermDictionary, beginning: str) -> tuple[int, list[str]]:
        """The number of the first term with a beginning, and all terms that have it."""
        found = self._read.get((terms, beginning))
        if found is None:
            start, stop = terms.prefix_range(encode(beginning))
            found = start, [term.decode("utf-8", "replace") for term in terms.terms(start, stop)]
            self._kept += stop - start
            if self._kept > _MOST_KEPT:
                self._read, self._kept = {}, stop - start
            self._read[terms, beginning] = found
        return found

    def range(self, query: Any, terms: TermDictionary) -> Sequence[int]:
        start, stop = 0, len(terms)
        if query.start is not None:
            low = encode(query.start)
            start = terms.lower_bound(low)
            start += bool(query.startexcl and terms.find(low) >= 0)
        if query.end is not None:
            high = encode(query.end)
            stop = terms.lower_bound(high)
            stop += bool(not query.endexcl and terms.find(high) >= 0)
        return range(start, max(stop, start))


EXPANSIONS: dict[str, Callable[[Expander, Any, TermDictionary], Sequence[int]]] = {
    "Prefix": Expander.prefix,
    "Wildcard": Expander.pattern,
    "FuzzyTerm": Expander.fuzzy,
    "TermRange": Expander.range,
}


class TermsPlan(DocsPlan):
    """Documents with any of several terms, each scored by what its terms give: their sum, or the most of them."""

    def __init__(self, documents: int, docs: Any, scores: Any, combine: np.ufunc = np.add) -> None:
        """`docs` and `scores` are those of the terms' postings, one term after another."""
        if len(docs) * _SPARSE < documents:
            order = docs.argsort()
            docs = docs.take(order)
            starts = beginnings(docs)
            own, scores = docs.take(starts), combine.reduceat(scores.take(order), starts)
        else:
            found = np.zeros(documents, bool)
            found[docs] = True
            own = np.flatnonzero(found)
            if combine is np.add:
                scores = np.bincount(docs, weights=scores, minlength=documents)[own]
            else:
                most = np.zeros(documents)
                combine.at(most, docs, scores)
                scores = most[own]
        super().__init__(documents, docs=own)
        self._scores = scores
        self.level = None
        self.peak = float(scores.max()) if len(own) else 0.0
        self.ceilings_tell = bool((scores > 0).all())

    def ceilings(self, total: Any, unit: float) -> None:
        total[self.docs()] += np.ceil(self._scores / unit).astype(np.uint16)

    def score(self, docs: Any) -> Any:
        own = self.docs()
        places = own.searchsorted(docs)
        places[places == len(own)] = 0
        return self._scores[places] * (own[places] == docs)

    def scored(self) -> tuple[Any, Any]:
        return self.docs(), self._scores


def frequent_among(source: FieldPostings, numbers: range) -> list[int]:
    """The most frequent ones of some terms, ascending, as far as they are frequent."""
    dfs = source.document_frequencies(numbers.start, numbers.stop)
    if len(dfs) < 2 or int(dfs.max()) <= _FREQUENT:
        return []
    places = dfs.argsort()[-_MOST_FREQUENT:]
    found: list[int] = np.sort(places[dfs[places] > _FREQUENT] + numbers.start).tolist()
    return found


def runs_without(numbers: range, frequent: Sequence[int]) -> list[range]:
    """What of a run of terms is left without some of them, which ascend."""
    bounds = [numbers.start - 1, *frequent, numbers.stop]
    return [range(low + 1, high) for low, high in pairwise(bounds) if high - low > 1]


def docs_of_keywords(source: KeywordField, numbers: Sequence[int]) -> Any:
    """The documents of several keywords, one keyword after another; i8."""
    parts = [numbers] if isinstance(numbers, range) else [range(number, number + 1) for number in numbers]
    return np.concatenate([source.docs(part.start, part.stop).astype(np.intp) for part in parts])


def read_terms(source: FieldPostings, numbers: Sequence[int]) -> tuple[Any, Any, Any]:
    """How many postings each of several terms has, and their documents and frequencies, term by term."""
    if isinstance(numbers, range):
        return source.read(numbers.start, numbers.stop)[:3]
    if numbers[-1] - numbers[0] <= SPARSE * len(numbers):
        dfs, docs, tfs, _ = source.read(numbers[0], numbers[-1] + 1)
        wanted = np.zeros(len(dfs), bool)
        wanted[np.asarray(numbers) - numbers[0]] = True
        held = np.repeat(wanted, dfs)
        return dfs[wanted], docs[held], tfs[held]
    found = [source.postings(number) for number in numbers]
    dfs = np.fromiter((postings.df for postings in found), np.int64, len(found))
    docs, tfs = (np.concatenate(part) for part in ([p.docs() for p in found], [p.tfs() for p in found]))
    return dfs, docs, tfs


def read_runs(source: FieldPostings, runs: Sequence[range]) -> tuple[Any, Any, Any]:
    """`read_terms` of several runs, one after another."""
    dfs, docs, tfs = map(np.concatenate, zip(*(read_terms(source, run) for run in runs), strict=True))
    return dfs, docs, tfs
