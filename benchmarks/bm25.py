"""A plain BM25 over given terms, to compare analyzers without an engine in between."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

__all__ = ["BM25", "reciprocal_rank"]


class BM25:
    """Robertson and Zaragoza's BM25 with the idf of Lucene; a query word is a list of alternatives, the best counts."""

    def __init__(self, documents: Iterable[tuple[str, Sequence[str]]], k1: float = 1.2, b: float = 0.75) -> None:
        self._ids: list[str] = []
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for number, (key, terms) in enumerate(documents):
            self._ids.append(key)
            lengths.append(len(terms))
            for term, count in Counter(terms).items():
                postings[term].append((number, count))
        average = sum(lengths) / len(lengths)
        self._impacts: dict[str, list[tuple[int, float]]] = {}
        for term, found in postings.items():
            idf = math.log(1 + (len(lengths) - len(found) + 0.5) / (len(found) + 0.5))
            self._impacts[term] = [
                (number, idf * count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[number] / average)))
                for number, count in found
            ]

    def search(self, words: Iterable[Sequence[str]], limit: int = 10) -> list[str]:
        """The ids of the best documents."""
        scores: dict[int, float] = defaultdict(float)
        for alternatives in words:
            best: dict[int, float] = {}
            for rank, term in enumerate(alternatives):
                for number, impact in self._impacts.get(term, ()):
                    weighed = impact * 0.8**rank
                    if weighed > best.get(number, 0.0):
                        best[number] = weighed
            for number, impact in best.items():
                scores[number] += impact
        return [self._ids[number] for number in heapq.nsmallest(limit, scores, key=lambda n: (-scores[n], n))]


def reciprocal_rank(found: Sequence[str], relevant: Iterable[str]) -> float:
    """1 / rank of the first relevant id among `found`, 0 where there is none."""
    wanted = set(relevant)
    return next((1 / rank for rank, key in enumerate(found, 1) if key in wanted), 0.0)
