"""Queries that stand for many terms of a field: which terms, and one plan for all of them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from searchkit.engine.plans import DocsPlan
from searchkit.engine.terms import TermDictionary, encode
from searchkit.errors import QueryError
from searchkit.querytree import MOST_EXPANSIONS

__all__ = ["EXPANSIONS", "TermsPlan", "expand"]


def expand(query: Any, terms: TermDictionary) -> Sequence[int]:
    """The numbers of the terms that a query stands for, ascending; QueryError if there are too many."""
    numbers = EXPANSIONS[type(query).__name__](query, terms)
    if len(numbers) > MOST_EXPANSIONS:
        raise QueryError(
            f"{query}: {len(numbers):,} different words fit, and at most {MOST_EXPANSIONS:,} are allowed; "
            "give more of its letters"
        )
    # Whoosh leaves out the empty term, which only a keyword field can have.
    return numbers[1:] if numbers and numbers[0] == 0 and terms.term(0) == b"" else numbers


def _prefix(query: Any, terms: TermDictionary) -> Sequence[int]:
    return range(*terms.prefix_range(encode(query.text)))


def _pattern(query: Any, terms: TermDictionary) -> Sequence[int]:
    fits = re.compile(fnmatch.translate(query.text)).match
    literal = re.split(r"[*?\[]", query.text, maxsplit=1)[0]
    return _fitting(terms, literal, lambda term: fits(term) is not None)


def _fuzzy(query: Any, terms: TermDictionary) -> Sequence[int]:
    from searchkit.suggest import edit_distance

    most = query.maxdist
    return _fitting(terms, query.text[: query.prefixlength], lambda term: edit_distance(query.text, term, most) <= most)


def _fitting(terms: TermDictionary, prefix: str, fits: Callable[[str], bool]) -> list[int]:
    start, stop = terms.prefix_range(encode(prefix))
    found = enumerate(terms.terms(start, stop), start)
    return [number for number, term in found if fits(term.decode("utf-8", "replace"))]


def _range(query: Any, terms: TermDictionary) -> Sequence[int]:
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


EXPANSIONS: dict[str, Callable[[Any, TermDictionary], Sequence[int]]] = {
    "Prefix": _prefix,
    "Wildcard": _pattern,
    "FuzzyTerm": _fuzzy,
    "TermRange": _range,
}


class TermsPlan(DocsPlan):
    """Documents with any of several terms, each scored by the sum of what its terms give."""

    def __init__(self, documents: int, docs: Any, scores: Any) -> None:
        """`docs` and `scores` are those of the terms' postings, one term after another."""
        found = np.zeros(documents, bool)
        found[docs] = True
        own = np.flatnonzero(found)
        super().__init__(documents, docs=own)
        self._scores = np.bincount(docs, weights=scores, minlength=documents)[own]
        self.peak = float(self._scores.max()) if len(own) else 0.0

    def ceilings(self, total: Any, unit: float) -> None:
        total[self.docs()] += np.ceil(self._scores / unit).astype(np.uint16)

    def score(self, docs: Any) -> Any:
        own = self.docs()
        places = own.searchsorted(docs)
        places[places == len(own)] = 0
        return self._scores[places] * (own[places] == docs)

    def scored(self) -> tuple[Any, Any]:
        return self.docs(), self._scores
