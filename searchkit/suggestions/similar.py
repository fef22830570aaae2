"""More of the same: documents like a document or a text, and queries that lead on from what a query found."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from math import log, log2
from typing import TYPE_CHECKING, Any

from azanalyzer import fold, lower
from azanalyzer.alphabet import capitalized, compose
from azanalyzer.morphology.readings import DOUBTFUL
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
_BEGINS = re.compile(r"(?:\A|[.!?…\n«\"“(–-])\s*\Z")  # what stands before a capital that any word may have
_SIGNS_BEFORE = 3  # characters before a word that are looked at
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
        self._capital: set[str] = set()  # the terms with a capital that does not only begin a sentence
        self._beside: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, texts: list[str], weight: float) -> None:
        """Take a document in; its first text is the title."""
        self.hits += 1
        own: dict[str, float] = {}
        for number, text in enumerate(texts):
            tokens = list(_subjects(text, self._analyzer))
            for token in tokens:
                own.setdefault(token.term, weight if number else 2 * weight)
                self._written[token.term][token.text] += 1
                before = max(token.start - _SIGNS_BEFORE, 0)
                if token.text[0].isupper() and not _BEGINS.search(text, before, token.start):
                    self._capital.add(token.term)
            if number == 0:
                self._read_title(text, tokens)
        for term in own.keys() - self._asked:
            self.weights[term] += own[term]
            self.documents[term] += 1

    def _read_title(self, title: str, tokens: list[Token]) -> None:
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
        """As titles have it beside a word of the query, without a case at the end; else as `_written_alone`."""
        found = self._beside.get(term)
        if not found:
            return self._written_alone(term)
        most = max(found.values())
        # Of several the one with most words, which has more of the query.
        text = min((-text.count(" "), len(text), text) for text, count in found.items() if count == most)[2]
        before, space, last = _SIGNS.sub("", compose(text)).rpartition(" ")
        return before + space + self._without_case(last)

    def _written_alone(self, term: str) -> str:
        """As dictionaries have it, names and what is not there as it mostly stands in the documents: iPhone, Penti."""
        forms = self._written[term]
        word = self._analyzer.inflection.citation(term)
        is_known = self._analyzer.inflection.tells_capitals(term)
        if is_known and not (term in self._capital and all(form[0].isupper() for form in forms)):
            return word
        bare = [form for form in forms if fold(form) == fold(term)]
        # What begins otherwise, Cardin for çar, has been taken for a word that it is not.
        if is_known and not bare and any(lower(form).startswith(term[:2]) for form in forms):
            return capitalized(word)
        most = min(bare or forms, key=lambda form: (-forms[form], len(form), form))
        is_apart = fold(most).startswith(fold(term)) and most[len(term) : len(term) + 1] in (*APOSTROPHES, *DASHES)
        return compose(most[: len(term)] if is_apart else most)

    def _without_case(self, word: str) -> str:
        read = self._analyzer.explain(word).best
        suffixes = read.suffixes
        # A name that the lexicon lacks may end as a case does: Penti, Bellona.
        is_doubtful = read.source == "guess" or read.cost >= DOUBTFUL
        if suffixes and suffixes[-1].name in _CASES and not (is_doubtful and len(suffixes[-1].surface) == 1):
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
