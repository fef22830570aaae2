"""Whoosh query trees as plans for one segment.

Scores are those of Whoosh's own matchers with BM25F (see tests/searchkit/engine), also where they surprise: several
terms of a prefix score by how often they occur, a single one by BM25.
"""

from __future__ import annotations

import datetime
import fnmatch
import re
from collections.abc import Callable, Sequence
from math import log
from typing import Any

import numpy as np

from azanalyzer import Analyzer
from searchkit.engine.plans import (
    AllOfPlan,
    AnyOfPlan,
    ConstantPlan,
    DocsPlan,
    ExceptPlan,
    MaxPlan,
    MaybePlan,
    Norms,
    PhrasePlan,
    Plan,
    ScaledPlan,
    TermPlan,
)
from searchkit.engine.postings import K1, B, FieldPostings, TermPostings
from searchkit.engine.segment import MISSING_DATE, Segment, micros
from searchkit.engine.terms import TermDictionary, encode
from searchkit.errors import QueryError
from searchkit.querytree import MOST_EXPANSIONS
from searchkit.schema import Date, Keyword, Number, Schema, Text

__all__ = ["Collection", "Unsupported", "compile_query"]


_MOST_RELATIVES = 4  # other words of one base that are looked at
_MOST_NEIGHBOURS = 200  # terms beginning with a base that are asked whether they come from it


class Unsupported(Exception):
    """A query of a class that has no plan; Whoosh's matchers answer it."""


class Collection:
    """Figures of all segments together, which scores depend on."""

    def __init__(
        self,
        segments: Sequence[Segment],
        schema: Schema,
        *,
        k1: float = K1,
        b: float = B,
        whoosh_idf: bool = False,
    ) -> None:
        """With `whoosh_idf` terms weigh as in Whoosh, where the most common still count 1; else as in Lucene."""
        self._whoosh_idf = whoosh_idf
        self._relatives: dict[tuple[int, str], list[int]] = {}
        self.segments = segments
        self.schema = schema
        self.documents = sum(segment.documents for segment in segments)
        self._k1, self._b = k1, b
        self._norms: dict[tuple[int, str], Norms] = {}
        self._averages: dict[str, float] = {}
        self._idf: dict[tuple[str, bytes], float] = {}

    def average(self, field: str) -> float:
        """The mean length of a text field, in tokens."""
        if field not in self._averages:
            tokens = sum(segment.tokens(field) for segment in self.segments)
            self._averages[field] = tokens / max(self.documents, 1)
        return self._averages[field]

    def idf(self, field: str, term: bytes) -> float:
        """The inverse document frequency that Whoosh's weightings use."""
        known = self._idf.get((field, term))
        if known is None:
            count = 0
            for segment in self.segments:
                source = segment.text(field) or segment.keyword(field)
                if source is not None and (number := source.terms.find(term)) >= 0:
                    count += source.document_frequency(number)
            known = self.idf_of(count)
            if len(self._idf) > 10_000:
                self._idf.clear()
            self._idf[field, term] = known
        return known

    def idf_of(self, count: float) -> float:
        """The inverse document frequency of what `count` documents have."""
        if self._whoosh_idf:
            return log(self.documents / (count + 1)) + 1
        return log(1 + (self.documents - count + 0.5) / (count + 0.5))

    def relatives(self, field: str, source: FieldPostings, term: str) -> list[int]:
        """The numbers of the other terms of a segment that are made of the base of `term`, the most frequent first."""
        key = (id(source), term)
        known = self._relatives.get(key)
        if known is None:
            analyzer = Analyzer.shared()
            base = analyzer.base(term) or term
            start, stop = source.terms.prefix_range(encode(base))
            found = []
            for number, encoded in enumerate(source.terms.terms(start, min(stop, start + _MOST_NEIGHBOURS)), start):
                other = encoded.decode("utf-8", "replace")
                if other != term and (analyzer.base(other) or other) == base:
                    found.append(number)
            known = sorted(found, key=source.document_frequency, reverse=True)[:_MOST_RELATIVES]
            if len(self._relatives) > 10_000:
                self._relatives.clear()
            self._relatives[key] = known
        return known

    def norms(self, place: int, field: str) -> Norms:
        """The length norms of a field in the segment at `place`."""
        found = self._norms.get((place, field))
        if found is None:
            source = self.segments[place].text(field)
            assert source is not None
            found = self._norms[place, field] = Norms(source, self.average(field), self._k1, self._b)
        return found


def compile_query(query: Any, collection: Collection, place: int) -> Plan | None:
    """The plan for a Whoosh query on the segment at `place`; None if nothing can match there."""
    return _Compiler(collection, place).plan(query)


class _Compiler:
    def __init__(self, collection: Collection, place: int) -> None:
        self.collection = collection
        self.schema = collection.schema
        self.place = place
        self.segment = collection.segments[place]
        self.documents = self.segment.documents

    def plan(self, query: Any, scored: bool = True) -> Plan | None:
        for cls in type(query).__mro__:
            handler = _HANDLERS.get(cls.__name__)
            if handler is not None:
                return handler(self, query, scored)
        raise Unsupported(type(query).__name__)

    def plans(self, queries: Sequence[Any], scored: bool) -> list[Plan]:
        return [plan for query in queries if (plan := self.plan(query, scored)) is not None]

    # ------------------------------------------------------------ words

    def term(self, query: Any, scored: bool) -> Plan | None:
        return self.term_plan(query.fieldname, self._bytes(query.fieldname, query.text), query.boost, scored)

    def term_plan(self, field: str, term: bytes, boost: float, scored: bool) -> Plan | None:
        if field == "id":
            doc = self.segment.find_id(term.decode("utf-8", "replace"))
            if doc < 0:
                return None
            return DocsPlan(self.documents, docs=np.asarray([doc]), score=self._constant(field, term, boost, scored))
        kind = self.schema.fields.get(field)
        if isinstance(kind, Text):
            source = self.segment.text(field)
            number = source.terms.find(term) if source else -1
            if source is None or number < 0:
                return None
            return self._text_plan(field, source.postings(number), term, boost, scored)
        if isinstance(kind, Keyword):
            keyword = self.segment.keyword(field)
            number = keyword.terms.find(term) if keyword else -1
            if keyword is None or number < 0:
                return None
            docs = keyword.docs(number, number + 1).astype(np.intp)
            return DocsPlan(self.documents, docs=docs, score=self._constant(field, term, boost, scored))
        return None

    def _text_plan(self, field: str, postings: TermPostings, term: bytes, boost: float, scored: bool) -> Plan:
        if not scored:
            return TermPlan(postings, boost, None)
        weight = self.collection.idf(field, term) * boost
        return TermPlan(postings, weight, self.collection.norms(self.place, field))

    def _constant(self, field: str, term: bytes, boost: float, scored: bool) -> float:
        """Whoosh scores ids and keywords by their weight, which is 1."""
        return boost

    def _bytes(self, field: str, text: Any) -> bytes:
        return text if isinstance(text, bytes) else encode(text)

    def _dictionary(self, field: str) -> TermDictionary | None:
        source = self.segment.text(field) or self.segment.keyword(field)
        return source.terms if source else None

    def multi_term(self, query: Any, numbers: Sequence[int] | range, scored: bool) -> Plan | None:
        """The union of terms: alone, a term scores by BM25; several by how often they occur."""
        if len(numbers) == 0:
            return None
        if len(numbers) > MOST_EXPANSIONS:
            raise QueryError(
                f"{query}: {len(numbers):,} different words fit, and at most {MOST_EXPANSIONS:,} are allowed; "
                "give more of its letters"
            )
        field = query.fieldname
        text = self.segment.text(field)
        if text is None:
            keyword = self.segment.keyword(field)
            assert keyword is not None
            found = [keyword.docs(number, number + 1).astype(np.intp) for number in numbers]
            joined, counts = np.unique(np.concatenate(found), return_counts=True)
            return _Weighted(self.documents, joined, counts * query.boost)
        constant = getattr(query, "constantscore", True)
        if len(numbers) == 1 or not constant:
            plans = [
                self._text_plan(field, text.postings(number), text.terms.term(number), query.boost, scored)
                for number in numbers
            ]
            return plans[0] if len(plans) == 1 else AnyOfPlan(plans)
        docs, tfs = [], []
        for number in numbers:
            postings = text.postings(number)
            docs.append(postings.docs())
            tfs.append(postings.tfs())
        joined, inverse = np.unique(np.concatenate(docs), return_inverse=True)
        weights = np.bincount(inverse, weights=np.concatenate(tfs)) * query.boost
        return _Weighted(self.documents, joined, weights)

    def prefix(self, query: Any, scored: bool) -> Plan | None:
        terms = self._dictionary(query.fieldname)
        if terms is None:
            return None
        return self.multi_term(query, range(*terms.prefix_range(encode(query.text))), scored)

    def pattern(self, query: Any, scored: bool) -> Plan | None:
        terms = self._dictionary(query.fieldname)
        if terms is None:
            return None
        fits = re.compile(fnmatch.translate(query.text)).match
        literal = re.split(r"[*?\[]", query.text, maxsplit=1)[0]
        start, stop = terms.prefix_range(encode(literal))
        numbers = [
            start + place
            for place, term in enumerate(terms.terms(start, stop))
            if fits(term.decode("utf-8", "replace"))
        ]
        return self.multi_term(query, numbers, scored)

    def fuzzy(self, query: Any, scored: bool) -> Plan | None:
        from searchkit.suggest import edit_distance

        terms = self._dictionary(query.fieldname)
        if terms is None:
            return None
        start, stop = terms.prefix_range(encode(query.text[: query.prefixlength]))
        numbers = [
            start + place
            for place, term in enumerate(terms.terms(start, stop))
            if edit_distance(query.text, term.decode("utf-8", "replace"), query.maxdist) <= query.maxdist
        ]
        return self.multi_term(query, numbers, scored)

    def term_range(self, query: Any, scored: bool) -> Plan | None:
        kind = self.schema.fields.get(query.fieldname)
        if isinstance(kind, (Date, Number)):
            return self.value_range(query, scored)
        terms = self._dictionary(query.fieldname)
        if terms is None:
            return None
        start, stop = 0, len(terms)
        if query.start:
            low = encode(query.start)
            start = terms.lower_bound(low)
            start += bool(query.startexcl and terms.find(low) >= 0)
        if query.end is not None and query.end != "":
            high = encode(query.end)
            stop = terms.lower_bound(high)
            stop += bool(not query.endexcl and terms.find(high) >= 0)
        return self.multi_term(query, range(start, max(stop, start)), scored)

    def value_range(self, query: Any, scored: bool) -> Plan | None:
        values = self.segment.values(query.fieldname)
        if values is None:
            return None
        low = getattr(query, "startdate", query.start)  # a DateRange has its bounds as long integers besides
        high = getattr(query, "enddate", query.end)
        if values.dtype == np.int64:
            found = values != MISSING_DATE
            low = micros(low) if isinstance(low, datetime.datetime) else low
            high = micros(high) if isinstance(high, datetime.datetime) else high
        else:
            found = values == values
        if low is not None:
            found &= (values > low) if query.startexcl else (values >= low)
        if high is not None:
            found &= (values < high) if query.endexcl else (values <= high)
        return DocsPlan(self.documents, mask=found, score=query.boost)

    # ------------------------------------------------------------ combinations

    def any_of(self, query: Any, scored: bool) -> Plan | None:
        if getattr(query, "scale", None) or getattr(query, "minmatch", 0):
            raise Unsupported("Or with scale or minmatch")
        return self._boosted(self._joined(self.plans(query.subqueries, scored), AnyOfPlan), query)

    def best_of(self, query: Any, scored: bool) -> Plan | None:
        if getattr(query, "tiebreak", 0.0):
            raise Unsupported("DisjunctionMax with tiebreak")
        return self._boosted(self._joined(self.plans(query.subqueries, scored), MaxPlan), query)

    def all_of(self, query: Any, scored: bool) -> Plan | None:
        plans = self.plans(query.subqueries, scored)
        if len(plans) < len(query.subqueries):
            return None
        return self._boosted(self._joined(plans, AllOfPlan), query)

    @staticmethod
    def _joined(plans: list[Plan], join: Callable[[list[Plan]], Plan]) -> Plan | None:
        return plans[0] if len(plans) == 1 else join(plans) if plans else None

    @staticmethod
    def _boosted(plan: Plan | None, query: Any) -> Plan | None:
        boost = getattr(query, "boost", 1.0)
        return plan if plan is None or boost == 1.0 else ScaledPlan(plan, boost)

    def no(self, query: Any, scored: bool) -> Plan | None:
        unwanted = self.plan(query.query, False)
        everything = DocsPlan(self.documents, score=query.boost)
        return everything if unwanted is None else ExceptPlan(everything, unwanted)

    def and_not(self, query: Any, scored: bool) -> Plan | None:
        wanted = self.plan(query.a, scored)
        unwanted = self.plan(query.b, False)
        return wanted if wanted is None or unwanted is None else ExceptPlan(wanted, unwanted)

    def and_maybe(self, query: Any, scored: bool) -> Plan | None:
        required, optional = self.plan(query.a, scored), self.plan(query.b, scored)
        return required if required is None or optional is None else MaybePlan(required, optional)

    def require(self, query: Any, scored: bool) -> Plan | None:
        wanted, condition = self.plan(query.a, scored), self.plan(query.b, False)
        if wanted is None or condition is None:
            return None
        return AllOfPlan([wanted, ConstantPlan(condition, 0.0)])

    def constant(self, query: Any, scored: bool) -> Plan | None:
        plan = self.plan(query.child, False)
        return None if plan is None else ConstantPlan(plan, query.score)

    def every(self, query: Any, scored: bool) -> Plan | None:
        field = query.fieldname
        if field is None:
            return DocsPlan(self.documents, score=query.boost)
        text, keyword = self.segment.text(field), self.segment.keyword(field)
        if text is not None:
            # A document without tokens has the length step of none.
            return DocsPlan(self.documents, mask=text.lengths > 0, score=query.boost)
        if keyword is not None:
            first = keyword.numbers()[1].astype(np.int64)
            return DocsPlan(self.documents, mask=np.diff(first) > 0, score=query.boost)
        raise Unsupported("Every of a field without terms")

    def nothing(self, query: Any, scored: bool) -> Plan | None:
        return None

    # ------------------------------------------------------------ phrases

    def phrase(self, query: Any, scored: bool) -> Plan | None:
        field = query.fieldname
        places = [[(self._bytes(field, word), 1.0)] for word in query.words]
        return self._boosted(self._phrase_plan(field, places, query.slop, scored), query)

    def near(self, query: Any, scored: bool) -> Plan | None:
        if not query.ordered or query.mindist != 1:
            raise Unsupported("SpanNear2 without order")
        fields: set[str] = set()
        plans = []
        terms = []
        for place in query.qs:
            plan = self.plan(place, scored)
            if plan is None:
                return None
            plans.append(plan)
            terms.append(self._terms_of(plan))
            fields.update(part.field._field for part in terms[-1])
        if len(fields) != 1:
            raise Unsupported("SpanNear2 over several fields")
        return PhrasePlan(plans, terms, query.slop) if len(plans) > 1 else plans[0]

    def _terms_of(self, plan: Plan) -> list[TermPostings]:
        if isinstance(plan, TermPlan):
            return [plan.postings]
        if isinstance(plan, AnyOfPlan):
            return [postings for part in plan.plans for postings in self._terms_of(part)]
        raise Unsupported("SpanNear2 of something else than words")

    def _phrase_plan(self, field: str, places: list[list[tuple[bytes, float]]], slop: int, scored: bool) -> Plan | None:
        source = self.segment.text(field)
        if source is None or not places:
            return None
        plans: list[Plan] = []
        terms: list[list[TermPostings]] = []
        for alternatives in places:
            found = [
                plan
                for term, boost in alternatives
                if isinstance(plan := self.term_plan(field, term, boost, scored), TermPlan)
            ]
            if not found:
                return None
            plans.append(found[0] if len(found) == 1 else MaxPlan(found))
            terms.append([plan.postings for plan in found])
        return PhrasePlan(plans, terms, slop) if len(plans) > 1 else plans[0]


class _Weighted(DocsPlan):
    """A known set of documents with a score each."""

    def __init__(self, documents: int, docs: Any, scores: Any) -> None:
        super().__init__(documents, docs=docs)
        self._scores = scores
        self.peak = float(scores.max()) if len(scores) else 0.0

    def ceilings(self, total: Any, unit: float) -> None:
        total[self.docs()] += np.ceil(self._scores / unit).astype(np.uint16)

    def score(self, docs: Any) -> Any:
        own = self.docs()
        places = own.searchsorted(docs)
        places[places == len(own)] = 0
        return self._scores[places] * (own[places] == docs) if len(own) else np.zeros(len(docs))


_HANDLERS: dict[str, Callable[[_Compiler, Any, bool], Plan | None]] = {
    "Term": _Compiler.term,
    "And": _Compiler.all_of,
    "Or": _Compiler.any_of,
    "DisjunctionMax": _Compiler.best_of,
    "Not": _Compiler.no,
    "AndNot": _Compiler.and_not,
    "AndMaybe": _Compiler.and_maybe,
    "Require": _Compiler.require,
    "ConstantScoreQuery": _Compiler.constant,
    "Every": _Compiler.every,
    "_NullQuery": _Compiler.nothing,
    "Phrase": _Compiler.phrase,
    "SpanNear2": _Compiler.near,
    "Prefix": _Compiler.prefix,
    "Wildcard": _Compiler.pattern,
    "FuzzyTerm": _Compiler.fuzzy,
    "TermRange": _Compiler.term_range,
    "NumericRange": _Compiler.value_range,
    "DateRange": _Compiler.value_range,
}
