"""All segments of an index together: the figures that scores depend on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from azanalyzer import Analyzer
from azanalyzer.cache import keep
from azanalyzer.lazy import cached_property
from azanalyzer.tuples import NamedTuple
from searchkit.engine.lengths import Norms
from searchkit.engine.posting_columns import EARLY_TOKENS, form_bits
from searchkit.engine.postings import FieldPostings
from searchkit.engine.segment import Segment
from searchkit.engine.terms import LONGEST, encode
from searchkit.querytree import FALLING, Prefix, Word
from searchkit.schema import Schema, Text

__all__ = ["SHORT_TITLE", "SPARSE", "TITLE_SHARE", "Collection", "Sought", "WordFigures"]

SHORT_TITLE = 3  # tokens of a title that a single word may say enough of to count as its beginning or its end
TITLE_SHARE = 2  # the power of the part of a query that stands in a title, by which its beginning and end count
_MOST_RELATIVES = 3  # other words of one base that are looked at
_MOST_NEIGHBOURS = 200  # terms beginning with a base that are asked whether they come from it
_MOST_RANGES = 64  # of terms whose weights are kept
SPARSE = 16  # terms of which fewer than one in so many are wanted are read one by one
_MOST_REMEMBERED = 10_000  # terms
_MOST_BEGUN = 1_000  # beginnings of which the terms are remembered
_MOST_COMPLETIONS = 16  # terms that a beginning stands for in evidence


class WordFigures(NamedTuple):
    """What is known of a typed word in a text field; the lists have the numbers of terms by segment."""

    own: list[list[int]]  # terms that the word may mean
    relatives: list[list[int]]  # other terms made of the base of the likeliest
    frequency: int  # documents with the likeliest term
    family: int  # and with its relatives, a document with two of them counted twice
    typed: float  # documents with it in the form typed, about
    bits: int = 0  # of the form typed, see `form_bits`; 0 for any
    base_idf: float = 0.0  # of the family
    surface_idf: float = 0.0  # of the form typed

    @classmethod
    def of_nothing(cls, segments: int) -> WordFigures:
        """Of a word that stands nowhere."""
        return cls([[] for _ in range(segments)], [[] for _ in range(segments)], 0, 0, 0.5)


class Sought(NamedTuple):
    """The words that evidence is looked for of."""

    figures: Mapping[str, Sequence[WordFigures]]  # by field, those of each word
    fields: Mapping[str, float]  # what each field counts
    weights: Sequence[float]  # of the words; 0 of stop words beside others
    stop_weights: Sequence[float]  # and of these, where they are evidence after all
    boosts: Sequence[float]  # of the words as they were asked for
    short: Sequence[str]  # the fields in which it counts how texts begin and end
    begins: Sequence[float]  # what each word counts that texts begin with it, behind those before it
    end: float  # what it counts that they end with the last word
    are_titles: bool  # whether these are titles, in which it counts so much less, the fewer of the words stand in them


def _relatives(sources: Sequence[FieldPostings], term: str) -> list[bytes]:
    """The other terms of a field that are made of the base of `term`, the most frequent in all segments first."""
    analyzer = Analyzer.shared()
    base = analyzer.base(term) or term
    beginning = encode(base)
    if len(beginning) == LONGEST:  # more of it does not count, so nothing can be told to be made of all of it
        return []
    counts: Counter[bytes] = Counter()
    for source in sources:
        start, stop = source.terms.prefix_range(beginning)
        stop = min(stop, start + _MOST_NEIGHBOURS)
        frequencies = source.document_frequencies(start, stop).tolist()
        counts.update(dict(zip(source.terms.terms(start, stop), frequencies, strict=True)))
    found: list[bytes] = []
    for encoded, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        other = encoded.decode("utf-8", "replace")
        if other != term and analyzer.comes_from(other, base):
            found.append(encoded)
            if len(found) == _MOST_RELATIVES:
                break
    return found


def _completions(source: FieldPostings, beginning: Prefix) -> dict[bytes, int]:
    """In how many documents of a segment the most frequent terms are that begin so."""
    found: dict[bytes, int] = {}
    for prefix in beginning.prefixes:
        start, stop = source.terms.prefix_range(encode(prefix))
        frequencies = source.document_frequencies(start, stop)
        best = np.argsort(-frequencies, kind="stable")[:_MOST_COMPLETIONS].tolist()
        found.update((source.terms.term(start + at), int(frequencies[at])) for at in best)
    for number in _numbers(source, [*map(encode, beginning.terms)]):
        found[source.terms.term(number)] = source.document_frequency(number)
    return found


def _numbers(source: FieldPostings, terms: Sequence[bytes]) -> list[int]:
    """The numbers of those of the terms that a segment has."""
    return [at for term in terms if (at := source.terms.find(term)) >= 0]


class Collection:
    """Figures of all segments together, which scores depend on."""

    def __init__(
        self,
        segments: Sequence[Segment],
        schema: Schema,
        *,
        whoosh_idf: bool = False,
    ) -> None:
        """With `whoosh_idf` terms weigh as in Whoosh, where the most common still count 1; else as in Lucene."""
        self._whoosh_idf = whoosh_idf
        self._figures: dict[tuple[str, tuple[str, ...], str, bool], WordFigures] = {}
        self._relatives: dict[tuple[str, str], list[bytes]] = {}
        self._begun: dict[Prefix, tuple[str, ...]] = {}
        self.segments = segments
        self.schema = schema
        self.documents = sum(segment.documents for segment in segments)
        self._norms: dict[tuple[int, str], Norms] = {}
        self._averages: dict[str, float] = {}
        self._early_shares: dict[str, float] = {}
        self._idf: dict[tuple[str, bytes], float] = {}
        self._terms: dict[tuple[int, str, str], tuple[int, float]] = {}
        self._weights: dict[tuple[str, tuple[str, ...]], list[float]] = {}
        self.text_boosts = schema.boosts()
        self._idfs: dict[tuple[int, str, range], Any] = {}

    def average(self, field: str) -> float:
        """The mean length of a text field, in tokens."""
        if field not in self._averages:
            tokens = sum(segment.tokens(field) for segment in self.segments)
            self._averages[field] = tokens / max(self.documents, 1)
        return self._averages[field]

    def text_field(self, field: str) -> Text:
        """The text field of this name in the schema."""
        kind = self.schema.fields[field]
        assert isinstance(kind, Text)
        return kind

    def early_share(self, field: str) -> float:
        """How much it says to be among the first tokens of a field: nothing where texts are hardly longer; 0 to 1."""
        known = self._early_shares.get(field)
        if known is None:
            known = self._early_shares[field] = max(1 - EARLY_TOKENS / max(self.average(field), 1), 0.0)
        return known

    @cached_property
    def short_fields(self) -> list[str]:
        """The text fields whose texts are about a sentence long, so that how they begin and end says something."""
        return [name for name in self.text_boosts if self.early_share(name) == 0]

    @property
    def has_long_fields(self) -> bool:
        """Whether there are text fields whose texts are longer, so that the short ones are titles of these."""
        return len(self.short_fields) < len(self.text_boosts)

    def idf(self, field: str, term: bytes) -> float:
        """The inverse document frequency of a term of a text or keyword field."""
        known = self._idf.get((field, term))
        if known is None:
            known = keep(self._idf, (field, term), self.idf_of(self.document_frequency(field, term)), _MOST_REMEMBERED)
        return known

    def weights(self, field: str, terms: tuple[str, ...]) -> list[float]:
        """What each of the terms that one word may mean counts, the likeliest first.

        None says more than the likeliest that documents have: that only few have another makes it no likelier.
        """
        known = self._weights.get((field, terms))
        if known is None:
            encoded = [encode(term) for term in terms]
            idfs = [self.idf(field, term) if self.document_frequency(field, term) else 0.0 for term in encoded]
            most = next(filter(None, idfs), 0.0)
            known = [FALLING**rank * (most / idf if idf > most > 0 else 1.0) for rank, idf in enumerate(idfs)]
            keep(self._weights, (field, terms), known, _MOST_REMEMBERED)
        return known

    def term(self, place: int, field: str, term: str) -> tuple[int, float] | None:
        """The number of a term in a text field of the segment at `place`, and its `idf`; None if it is not there."""
        key = (place, field, term)
        known = self._terms.get(key)
        if known is None:
            source = self.segments[place].text(field)
            encoded = encode(term)
            number = source.terms.find(encoded) if source is not None else -1
            known = keep(self._terms, key, (number, self.idf(field, encoded) if number >= 0 else 0.0), _MOST_REMEMBERED)
        return known if known[0] >= 0 else None

    def idf_of(self, count: Any) -> Any:
        """The inverse document frequency of what `count` documents have, a number or an array."""
        log: Any = np.log if isinstance(count, np.ndarray) else math.log
        if self._whoosh_idf:
            return log(self.documents / (count + 1)) + 1
        return log(1 + (self.documents - count + 0.5) / (count + 0.5))

    def idf_together(self, figures: Sequence[WordFigures], boosts: Sequence[float], held: int, documents: int) -> float:
        """The inverse document frequency of words side by side, times what they count.

        How many documents have them so is not known: about that share of those with the rarest of the words that
        have them so among the documents at hand, which `held` of so many `documents` do.
        """
        share = (held + 0.1) / (documents + 1)
        rarest = min(one.frequency for one in figures)
        return float(sum(boosts) / len(boosts) * self.idf_of(max(share * rarest, 0.5)))

    def figures(self, field: str, word: Word, with_relatives: bool) -> WordFigures:
        """What is known of a typed word in a text field."""
        key = (field, word.terms, word.typed, with_relatives)
        known = self._figures.get(key)
        if known is None:
            known = keep(self._figures, key, self._figures_of(field, word, with_relatives), _MOST_REMEMBERED)
        return known

    def begun(self, beginning: Prefix) -> Word | None:
        """A beginning as the word that means the most frequent terms that begin so, in any form; None for none."""
        terms = self._begun.get(beginning)
        if terms is None:
            names = self.text_boosts if beginning.field is None else {beginning.field}
            counts: Counter[bytes] = Counter()
            for source in (segment.text(name) for segment in self.segments for name in names):
                if source is not None:
                    counts.update(_completions(source, beginning))
            found = sorted(counts, key=lambda term: (-counts[term], term))[:_MOST_COMPLETIONS]
            terms = tuple([term.decode("utf-8", "replace") for term in found])
            keep(self._begun, beginning, terms, _MOST_BEGUN)
        return Word(beginning.field, terms, beginning.typed, beginning.boost) if terms else None

    def _figures_of_begun(self, field: str, word: Word) -> WordFigures:
        """The figures of what `begun` gives, which is as rare as all its terms together."""
        found = WordFigures.of_nothing(len(self.segments))
        count = 0
        terms = [*map(encode, word.terms)]
        for place, segment in enumerate(self.segments):
            if (source := segment.text(field)) is not None:
                found.own[place] = _numbers(source, terms)
                count += sum(map(source.document_frequency, found.own[place]))
        count = min(count, self.documents)
        idf = float(self.idf_of(max(count, 0.5)))
        return WordFigures(*found[:2], count, count, count, base_idf=idf, surface_idf=idf)

    def _figures_of(self, field: str, word: Word, with_relatives: bool) -> WordFigures:
        if word.is_begun:
            return self._figures_of_begun(field, word)
        found = WordFigures.of_nothing(len(self.segments))
        bits = form_bits(word.typed)
        frequency, family, typed = 0, 0, 0.0
        sources = [(place, source) for place, segment in enumerate(self.segments) if (source := segment.text(field))]
        terms = [encode(term) for term in word.terms]
        likeliest = next((term for term in terms if any(source.terms.find(term) >= 0 for _, source in sources)), b"")
        others: list[bytes] = []
        if with_relatives:
            others = [other for other in self._relatives_of(field, word.terms[0]) if other not in terms]
        for place, source in sources:
            found.own[place] = _numbers(source, terms)
            found.relatives[place] = _numbers(source, others)
            family += sum(map(source.document_frequency, found.relatives[place]))
            for at in _numbers(source, [likeliest]):
                count = source.document_frequency(at)
                frequency += count
                family += count
                typed += count * source.postings(at).share_of_form(bits)
        typed = max(typed, 0.5)
        base_idf = float(self.idf_of(min(family, self.documents))) if family else 0.0
        return WordFigures(*found[:2], frequency, family, typed, bits, base_idf, float(self.idf_of(typed)))

    def _relatives_of(self, field: str, term: str) -> list[bytes]:
        """`_relatives` in a field; kept, as people type a word in many forms."""
        known = self._relatives.get((field, term))
        if known is None:
            sources = [source for segment in self.segments if (source := segment.text(field))]
            known = keep(self._relatives, (field, term), _relatives(sources, term), _MOST_REMEMBERED)
        return known

    def idf_of_one(self, field: str, beginnings: Sequence[bytes], terms: Sequence[bytes]) -> float:
        """The inverse document frequency of a word that is one of `terms`, or of those with one of these beginnings.

        It is that of a term which is in as many documents as all of them together. No term has one of the beginnings.
        """
        count = sum(self.document_frequency(field, term) for term in terms)
        apart: list[bytes] = []  # without those that others are the beginnings of
        for beginning in sorted(beginnings):
            if not apart or not beginning.startswith(apart[-1]):
                apart.append(beginning)
        for segment in self.segments:
            if (source := segment.text(field)) is not None:
                for beginning in apart:
                    count += int(source.document_frequencies(*source.terms.prefix_range(beginning)).sum())
        return float(self.idf_of(min(count, self.documents)))

    def idfs(self, field: str, place: int, numbers: Sequence[int], dfs: Any) -> Any:
        """`idf` of several terms of the segment at `place`, whose document frequencies there are `dfs`; f8."""
        if len(self.segments) == 1:
            return self.idf_of(dfs)
        source = self.segments[place].text(field)
        assert source is not None
        if not isinstance(numbers, range) and numbers[-1] - numbers[0] > SPARSE * len(numbers):
            terms = map(source.terms.term, numbers)
            return np.fromiter((self.idf(field, term) for term in terms), np.float64, len(numbers))
        first, stop = numbers[0], numbers[-1] + 1
        key = (place, field, range(first, stop))
        found = self._idfs.get(key)
        if found is None:
            own = dfs if isinstance(numbers, range) else source.document_frequencies(first, stop)
            elsewhere = self._elsewhere(field, place, [*source.terms.terms(first, stop)])
            found = keep(self._idfs, key, self.idf_of(own + elsewhere), _MOST_RANGES)
        return found if isinstance(numbers, range) else found[np.asarray(numbers) - first]

    def _elsewhere(self, field: str, place: int, terms: list[bytes]) -> Any:
        """How many documents of the other segments have each of some neighbouring terms; i8."""
        places = {term: number for number, term in enumerate(terms)}
        counts = np.zeros(len(terms), np.int64)
        for other, segment in enumerate(self.segments):
            source = segment.text(field) if other != place else None
            if source is not None:
                start = source.terms.lower_bound(terms[0])
                stop = min(source.terms.lower_bound(terms[-1]) + 1, len(source.terms))
                found = [places.get(term, -1) for term in source.terms.terms(start, stop)]
                held = np.fromiter(found, np.int64, len(found))
                counts[held[held >= 0]] += source.document_frequencies(start, stop)[held >= 0]
        return counts

    @cached_property
    def whoosh_schema(self) -> Any:
        """The schema in Whoosh's terms, which says how values are written in queries."""
        from searchkit.engine.whoosh_schema import whoosh_schema

        return whoosh_schema(self.schema)

    def document_frequency(self, field: str, term: bytes) -> int:
        """How many documents have a term in a text or keyword field, deleted ones included."""
        count = 0
        for segment in self.segments:
            source = segment.text(field) or segment.keyword(field)
            if source is not None and (number := source.terms.find(term)) >= 0:
                count += source.document_frequency(number)
        return count

    def norms(self, place: int, field: str) -> Norms:
        """The length norms of a field in the segment at `place`."""
        found = self._norms.get((place, field))
        if found is None:
            source = self.segments[place].text(field)
            assert source is not None
            kind = self.text_field(field)
            longest = int(source.lengths.max(initial=0))
            found = self._norms[place, field] = Norms(source.average, self.average(field), kind.k1, kind.b, longest)
        return found
