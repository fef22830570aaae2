"""More of the same: documents like a document or a text, and queries that lead on from what a query found."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from math import log, log2
from typing import TYPE_CHECKING, Any

from azanalyzer.alphabet import capitalized, compose
from azanalyzer.tokenizer import APOSTROPHES, DASHES, SUPERSCRIPTS
from searchkit.querytree import Exact, Nothing, Query, Without, Word, any_of

if TYPE_CHECKING:
    from azanalyzer import Analyzer, Token
    from searchkit.backend import Snapshot

__all__ = ["as_text", "query_like", "related"]

_MOST_TERMS = 25  # of a text that stand for it
_TITLE = 3  # how often the terms of the first of several text fields, the title, count
_LONGEST = 20_000  # characters of a text that are read
_BEGINNING = 2_000  # characters of a hit that are read
_SHORTEST = 3  # letters of a word that is asked for besides
_CASES = frozenset(["genitive", "dative", "accusative", "locative", "ablative"])  # names of suffixes
_SIGNS = re.compile(r"[«»‹›“”„\"™®©]")  # inside of words they part a suffix from what was quoted: «Çıraq»da
_SET_APART = re.compile(rf"[{SUPERSCRIPTS}{APOSTROPHES}{DASHES}]+\Z")  # what may part one besides: BMT-nin
_SUBJECTS = frozenset(["word", "acronym", "hashtag"])  # kinds of tokens that say what a text is about


def as_text(value: object) -> str:
    """What a text field holds, as one text."""
    return "\n".join(map(as_text, value)) if isinstance(value, (list, tuple)) else str(value or "")


def query_like(texts: Sequence[str], snapshot: Snapshot, fields: list[str], analyzer: Analyzer, key: str = "") -> Query:
    """The query for documents like one with these texts in its fields, by the terms that mark it (tf-idf).

    `key` is the id of the document where it is one of the index, which is then left out.
    """
    counts: Counter[str] = Counter()
    for number, text in enumerate(texts):
        times = _TITLE if number == 0 < len(texts) - 1 else 1
        for token in _subjects(text[:_LONGEST], analyzer):
            counts[token.term] += times
    weights = {
        term: (1 + log(count)) * rarity
        for term, count in counts.items()
        if (rarity := _rarity(term, snapshot, fields, own=bool(key)))
    }
    best = nlargest(_MOST_TERMS, weights.items(), key=lambda item: item[1])
    if not best:
        return Query(Nothing())
    alike = any_of([Word(None, (term,), boost=weight / best[0][1]) for term, weight in best])
    return Query(Without(alike, Exact("id", (key,))) if key else alike)


def related(
    query: str, hits: Iterable[Mapping[str, Any]], snapshot: Snapshot, fields: list[str], analyzer: Analyzer, limit: int
) -> list[str]:
    """Words that mark the best `hits` of a query, each with the word of the query that titles have beside it."""
    asked = {term for alternatives in analyzer.query_terms(query) for term in alternatives}
    seen = _Seen(asked, analyzer)
    for rank, hit in enumerate(hits):
        seen.add([str(hit.get(field) or "")[:_BEGINNING] for field in fields], 1 / log2(2 + rank))
    few = seen.hits < 3
    scores = {
        # What nearly all documents have marks none.
        term: weight * (_rarity(term, snapshot, fields) - log(2))
        for term, weight in seen.weights.items()
        if (few or seen.documents[term] > 1) and seen.is_asked_so(term)
    }
    best = nlargest(limit, scores, key=lambda term: (scores[term], term))
    return [*dict.fromkeys(seen.written(term) for term in best if scores[term] > 0)]


class _Seen:
    """The terms of some documents but those of a query: in how many they are, their weight, how they are written."""

    def __init__(self, asked: set[str], analyzer: Analyzer) -> None:
        self.hits = 0
        self.weights: dict[str, float] = defaultdict(float)
        self.documents: Counter[str] = Counter()
        self._asked = asked
        self._analyzer = analyzer
        self._written: dict[str, Counter[str]] = defaultdict(Counter)
        self._beside: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, texts: list[str], weight: float) -> None:
        """Take a document in; its first text is the title."""
        self.hits += 1
        own: dict[str, float] = {}
        for number, text in enumerate(texts):
            tokens = list(_subjects(text, self._analyzer))
            for token in tokens:
                own.setdefault(token.term, weight if number else 2 * weight)
            if number == 0:
                self._read_title(text, tokens)
        for term in own.keys() - self._asked:
            self.weights[term] += own[term]
            self.documents[term] += 1

    def _read_title(self, title: str, tokens: list[Token]) -> None:
        for token in tokens:
            self._written[token.term][token.text] += 1
        place = 0
        while place < len(tokens):
            last = place
            while last + 1 < len(tokens) and self._is_asked(title, tokens[last : last + 2], (True, True)):
                last += 1
            # A new word before or after all words of the query that stand side by side.
            if place and self._is_asked(title, tokens[place - 1 : place + 1], (False, True)):
                self._beside[tokens[place - 1].term][title[tokens[place - 1].start : tokens[last].end]] += 1
            if self._is_asked(title, tokens[last : last + 2], (True, False)):
                self._beside[tokens[last + 1].term][title[tokens[place].start : tokens[last + 1].end]] += 1
            place = last + 1

    def _is_asked(self, title: str, pair: Sequence[Token], asked: tuple[bool, bool]) -> bool:
        """Whether two tokens stand side by side, of which these and no others are of the query."""
        return (
            len(pair) == 2
            and title[pair[0].end : pair[1].start] == " "
            and asked == tuple(token.term in self._asked for token in pair)
        )

    def is_asked_so(self, term: str) -> bool:
        """Whether people would ask for it: what titles have beside a word of the query, or a word that is no verb."""
        return len(term) >= _SHORTEST and (
            term in self._beside or len(self._analyzer.inflection.citation(term)) == len(term)
        )

    def written(self, term: str) -> str:
        """As titles have it beside a word of the query, without a case at the end; else as dictionaries have it."""
        found = self._beside.get(term)
        if not found:
            word = self._analyzer.inflection.citation(term)
            forms = self._written.get(term)
            return capitalized(word) if forms and all(form[0].isupper() for form in forms) else word
        most = max(found.values())
        # Of several the one with most words, which has more of the query.
        text = min((-text.count(" "), len(text), text) for text, count in found.items() if count == most)[2]
        before, space, last = _SIGNS.sub("", compose(text)).rpartition(" ")
        return before + space + self._without_case(last)

    def _without_case(self, word: str) -> str:
        suffixes = self._analyzer.explain(word).best.suffixes
        if suffixes and suffixes[-1].name in _CASES:
            return _SET_APART.sub("", word[: -len(suffixes[-1].surface)])
        return word


def _subjects(text: str, analyzer: Analyzer) -> Iterator[Token]:
    for token in analyzer.tokens(text):
        if token.kind in _SUBJECTS and len(token.term) > 1 and token.term not in analyzer.stop_words:
            yield token


def _rarity(term: str, snapshot: Snapshot, fields: list[str], own: bool = False) -> float:
    """The inverse document frequency of a term; 0 if no document has it, or with `own` no other."""
    frequency = max((snapshot.frequency(field, term) for field in fields), default=0)
    return log(1 + len(snapshot) / frequency) if frequency > own else 0.0
