"""Queries for a collection, of the words that occur in it: every system is asked for what is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from azanalyzer import Analyzer, lower
from benchmarks.collection import read

__all__ = ["KINDS", "Queries", "make"]

Queries = dict[str, list[str]]

KINDS = {
    "rare": "one word, in 2 to 20 documents",
    "common": "one of the 100 most frequent content words",
    "or2": "any of 2 of the 1,000 most frequent content words",
    "or5": "any of 5 of the 100 most frequent content words",
    "and3": "all of 3 words that are in 0.2% to 2% of the documents, from one document",
    "phrase": "2 words that follow each other in a document",
    "prefix": "the first 5 letters of a word that is in 0.2% to 2% of the documents",
}

_WORD = re.compile(r"[^\W\d_]+")
_PAIR = re.compile(r"[^\W\d_]{3,} [^\W\d_]{3,}")
_COMMON, _FREQUENT = 100, 1000
_RARE = 2, 20  # documents
_MIDDLE = 0.002, 0.02  # share of the documents
_PREFIX, _LONG = 5, 8  # letters of a prefix, and of a word that is cut to one
_SAMPLE = 2_000  # documents from which rows of words are taken


def make(path: Path, number: int, seed: int = 0) -> Queries:
    """`number` distinct queries of each kind for the JSON lines at `path`, fewer where the collection has no more.

    Words are lower-cased forms as they stand in the text. Content words are those whose root is no stop word.
    """
    random = np.random.default_rng(seed)
    counts: Counter[str] = Counter()
    documents = 0
    for document in read(path):
        documents += 1
        counts.update(set(_words(document["body"])))
    analyzer = Analyzer.shared()

    def content(word: str) -> bool:
        return len(word) > 2 and not any(term in analyzer.stop_words for term in analyzer.terms(word))

    frequent: list[str] = []
    for word, _ in counts.most_common():
        if len(frequent) == _FREQUENT:
            break
        if content(word):
            frequent.append(word)
    common = frequent[:_COMMON]
    low, high = max(2, documents * _MIDDLE[0]), documents * _MIDDLE[1]
    middle = {word for word, count in counts.items() if low <= count <= high and content(word)}
    rare = sorted(word for word, count in counts.items() if _RARE[0] <= count <= _RARE[1])
    bodies = _sample(path, documents, random)

    def draw(words: list[str], size: int) -> Iterator[str]:
        for _ in range(20 * number if len(words) >= size else 0):
            yield " ".join(words[place] for place in random.choice(len(words), size, replace=False).tolist())

    found = {
        "rare": filter(content, draw(rare, 1)),
        "common": draw(common, 1),
        "or2": draw(frequent, 2),
        "or5": draw(common, 5),
        "and3": (query for body in bodies for query in _together(body, middle, random)),
        "phrase": (query for body in bodies for query in _adjacent(body, content, random)),
        "prefix": draw(sorted({word[:_PREFIX] for word in middle if len(word) >= _LONG}), 1),
    }
    return {kind: _distinct(queries, number) for kind, queries in found.items()}


def _words(text: str) -> list[str]:
    return _WORD.findall(lower(text))


def _sample(path: Path, documents: int, random: np.random.Generator) -> list[str]:
    """Bodies of documents from all over the collection, in random order."""
    chosen = set(random.choice(documents, min(_SAMPLE, documents), replace=False).tolist())
    bodies = [document["body"] for place, document in enumerate(read(path)) if place in chosen]
    return [bodies[place] for place in random.permutation(len(bodies)).tolist()]


def _together(body: str, middle: set[str], random: np.random.Generator) -> Iterator[str]:
    words = sorted(middle.intersection(_words(body)))
    if len(words) >= 3:
        yield " ".join(words[place] for place in random.choice(len(words), 3, replace=False).tolist())


def _adjacent(body: str, content: Callable[[str], bool], random: np.random.Generator) -> Iterator[str]:
    pairs = [pair for pair in _PAIR.findall(lower(body)) if all(map(content, pair.split()))]
    if pairs:
        yield pairs[int(random.integers(len(pairs)))]


def _distinct(queries: Iterable[str], number: int) -> list[str]:
    found: dict[str, None] = {}
    for query in queries:
        found[query] = None
        if len(found) == number:
            break
    return list(found)
