"""Whoosh query trees as plans for one segment.

Scores are those of Whoosh's own matchers with BM25F, to the last accident: a query with one part forgets its boost, and
what stands for several terms (a prefix, say) adds up what they give, but gives 1 where there are many of them or three
in a small segment. tests/searchkit/engine/test_same_as_whoosh.py compares the two.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from itertools import chain
from types import NoneType
from typing import Any

import numpy as np

from searchkit.engine.collection import Collection
from searchkit.engine.compound import AllOfPlan, AnyOfPlan, ExceptPlan, MaxPlan, MaybePlan
from searchkit.engine.expand import (
    EXPANSIONS,
    Expander,
    TermsPlan,
    docs_of_keywords,
    frequent_among,
    read_runs,
    read_terms,
    runs_without,
)
from searchkit.engine.plans import ConstantPlan, DocsPlan, Plan, ScaledPlan, TermPlan
from searchkit.engine.postings import FieldPostings
from searchkit.engine.segment import KeywordField, has_value, micros, micros_of_bound
from searchkit.engine.term_postings import TermPostings
from searchkit.engine.terms import encode
from searchkit.schema import Date, Keyword, Number, Text

__all__ = ["Compiler", "Unsupported", "compile_all", "compile_query"]

_MANY_TERMS = 1024  # whoosh.query.Or.TOO_MANY_CLAUSES
_FEW_DOCUMENTS = 5000  # of a segment, as Or._matcher has it
_BOUNDS: dict[type, tuple[type, ...]] = {  # of ranges
    Number: (int, float, NoneType),
    Date: (datetime.datetime, int, NoneType),
}
_ALL = {"Prefix": "", "Wildcard": "*"}  # what matches every document that has the field


class Unsupported(Exception):
    """A query of a class that has no plan; Whoosh's matchers answer it."""


def compile_query(
    query: Any, collection: Collection, place: int, expander: Expander | None = None, *, scored: bool = True
) -> Plan | None:
    """The plan for a Whoosh query on the segment at `place`; None if nothing can match there.

    `expander` is that of the search, which all segments share. A plan that is not `scored` only says what matches.
    """
    expander = expander or Expander()
    expander.check()
    return Compiler(collection, place, expander).plan(query, scored)


def compile_all(query: Any, collection: Collection, *, scored: bool = True) -> list[tuple[int, Plan]]:
    """The plans for a Whoosh query, each with the place of its segment; none where nothing can match."""
    expander, places = Expander(), range(len(collection.segments))
    plans = (compile_query(query, collection, place, expander, scored=scored) for place in places)
    return [(place, plan) for place, plan in enumerate(plans) if plan is not None]


class Compiler:
    """Makes plans for one segment. The methods in `_HANDLERS` make that of one class of queries, as `plan` says."""

    def __init__(self, collection: Collection, place: int, expander: Expander) -> None:
        self.expander = expander
        self.collection = collection
        self.schema = collection.schema
        self.place = place
        self.segment = collection.segments[place]
        self.documents = self.segment.documents

    def plan(self, query: Any, scored: bool = True) -> Plan | None:
        """The plan for a Whoosh query; one that is not `scored` only says what matches."""
        kind = type(query)
        handler = _HANDLERS.get(kind.__name__)
        # A class of somebody else's that has one of these names, or that is made from one, may do otherwise.
        if handler is None or kind.__module__.partition(".")[0] not in ("whoosh", "searchkit"):
            raise Unsupported(kind.__name__)
        if not getattr(query, "boost", 1.0) >= 0:
            raise Unsupported("a negative boost, or none at all")
        return handler(self, query, scored)

    def plans(self, queries: Sequence[Any], scored: bool) -> list[Plan]:
        """The plans for those of the queries that may match."""
        self.expander.check()
        return [plan for query in queries if (plan := self.plan(query, scored)) is not None]

    # ------------------------------------------------------------ words

    def term(self, query: Any, scored: bool) -> Plan | None:
        field = query.fieldname
        if isinstance(self.schema.fields.get(field), (Date, Number)):
            return self._value(query)
        return self.term_plan(field, _encoded(query.text), query.boost, scored)

    def term_plan(self, field: str, term: bytes, boost: float, scored: bool) -> Plan | None:
        """The documents with a term of a text or keyword field, or with an id."""
        if field == "id":
            doc = self.segment.find_id(term.decode("utf-8", "replace"))
            return DocsPlan(self.documents, docs=np.asarray([doc]), score=boost) if doc >= 0 else None
        text, keyword = self.segment.text(field), self.segment.keyword(field)
        source = text or keyword
        number = source.terms.find(term) if source else -1
        if number < 0:
            return None
        if keyword is not None:  # Whoosh scores keywords by their weight, which is 1
            return DocsPlan(self.documents, docs=keyword.docs(number, number + 1).astype(np.intp), score=boost)
        assert text is not None
        return self._text_plan(field, text.postings(number), self.collection.idf(field, term), boost, scored)

    def text_plan(self, field: str, term: str, boost: float, scored: bool) -> Plan | None:
        """The documents with a term of a text field of the segment."""
        source = self.segment.text(field)
        known = self.collection.term(self.place, field, term)
        if source is None or known is None:
            return None
        number, idf = known
        return self._text_plan(field, source.postings(number), idf, boost, scored)

    def meant_plan(self, field: str, terms: tuple[str, ...], boost: float, scored: bool) -> Plan | None:
        """The documents with any of the terms of a text field that one typed word may mean, the likeliest first."""
        weights = self.collection.weights(field, terms) if len(terms) > 1 else (1.0,)
        given = zip(terms, weights, strict=True)
        plans = [plan for term, one in given if (plan := self.text_plan(field, term, boost * one, scored)) is not None]
        return MaxPlan(plans) if len(plans) > 1 else next(iter(plans), None)

    def _text_plan(self, field: str, postings: TermPostings, idf: float, boost: float, scored: bool) -> Plan:
        if not scored:
            return TermPlan(postings, 1.0, None)
        if boost == 0:
            return ConstantPlan(TermPlan(postings, 1.0, None), 0.0)
        return TermPlan(postings, idf * boost, self.collection.norms(self.place, field))

    def _value(self, query: Any) -> Plan | None:
        """Documents with one number or date."""
        values = self.segment.values(query.fieldname)
        field = self.collection.whoosh_schema[query.fieldname]
        try:
            term = field.to_bytes(query.text)
        except ValueError:
            return None
        if values is None or term[:1] != b"\0":  # the others are of ranges, which are not kept
            return None
        value = field.from_bytes(term)
        value = micros(value) if values.dtype == np.int64 else value
        return DocsPlan(self.documents, mask=values == value, score=query.boost)

    def multi_term(self, query: Any, scored: bool) -> Plan | None:
        """Documents with any of the terms that the query stands for."""
        field = query.fieldname
        if _ALL.get(type(query).__name__) == getattr(query, "text", None) is not None:
            return self.every(query, scored)
        if not isinstance(self.schema.fields.get(field), (Text, Keyword)):
            raise Unsupported("terms of ids and values")
        if any(not isinstance(getattr(query, name, None), (str, NoneType)) for name in ("text", "start", "end")):
            raise Unsupported("what is not text")
        source = self.segment.text(field) or self.segment.keyword(field)
        if source is None:
            return None
        numbers = self.expander.expand(query, source.terms)
        alike = query.constantscore and self._score_alike(len(numbers))
        return self.terms_plan(field, numbers, query.boost, scored, alike)

    def terms_plan(
        self, field: str, numbers: Sequence[int], boost: float, scored: bool, alike: bool = False
    ) -> Plan | None:
        """The documents with any of the terms of these numbers, which score 1 each if `alike`."""
        source = self.segment.text(field) or self.segment.keyword(field)
        if source is None or len(numbers) == 0:
            return None
        if len(numbers) == 1:
            return self.term_plan(field, source.terms.term(numbers[0]), boost, scored)
        scores_differ = scored and not alike
        if isinstance(source, KeywordField):
            docs = docs_of_keywords(source, numbers)
            if scores_differ:
                return TermsPlan(self.documents, docs, np.full(len(docs), boost))
        else:
            if scores_differ and isinstance(numbers, range) and (frequent := frequent_among(source, numbers)):
                return self._frequent_and_others(field, source, numbers, frequent, boost)
            dfs, docs, tfs = read_terms(source, numbers)
            if scores_differ:
                return self._added_up(field, source, numbers, boost, dfs, docs, tfs)
        found = np.zeros(self.documents, bool)
        found[docs] = True
        return DocsPlan(self.documents, mask=found)

    def best_term_plan(self, field: str, source: FieldPostings, ranges: Sequence[range], weight: float) -> Plan:
        """The documents with any of the terms in these runs of numbers, each scored by the one that gives it most.

        All have the same weight.
        """
        norms = self.collection.norms(self.place, field)
        plans: list[Plan] = []
        others: list[range] = []
        for numbers in ranges:
            frequent = frequent_among(source, numbers) if len(numbers) > 1 else [numbers.start]
            plans += [TermPlan(source.postings(number), weight, norms) for number in frequent]
            others += runs_without(numbers, frequent)
        if others:
            _, docs, tfs = read_runs(source, others)
            scores = weight * (norms.k1 + 1) * tfs / (tfs + norms.norms.take(source.lengths.take(docs)))
            plans.append(TermsPlan(self.documents, docs, scores, np.maximum))
        return plans[0] if len(plans) == 1 else MaxPlan(plans)

    def _frequent_and_others(
        self, field: str, source: FieldPostings, numbers: range, frequent: Sequence[int], boost: float
    ) -> Plan:
        """The documents with any of some terms, of which the frequent ones are looked at where it matters only."""
        others = runs_without(numbers, frequent)
        plans = [self.term_plan(field, source.terms.term(number), boost, True) for number in frequent]
        if others:
            dfs, docs, tfs = read_runs(source, others)
            plans.append(self._added_up(field, source, [*chain(*others)], boost, dfs, docs, tfs))
        return AnyOfPlan([plan for plan in plans if plan is not None])

    def _added_up(
        self, field: str, source: FieldPostings, numbers: Sequence[int], boost: float, dfs: Any, docs: Any, tfs: Any
    ) -> Plan:
        """The documents with any of the terms of these numbers, which have these postings."""
        weights = self.collection.idfs(field, self.place, numbers, dfs) * boost
        norms = self.collection.norms(self.place, field)
        scores = np.repeat(weights * (norms.k1 + 1), dfs) * tfs / (tfs + norms.norms.take(source.lengths.take(docs)))
        return TermsPlan(self.documents, docs, scores)

    def _score_alike(self, terms: int) -> bool:
        """Whether Whoosh reads the documents of so many terms into an array of ones."""
        return terms >= _MANY_TERMS or (terms > 2 and self.documents <= _FEW_DOCUMENTS)

    def value_range(self, query: Any, scored: bool) -> Plan | None:
        """Documents with a number or a date in a range, given as Whoosh has it."""
        # A DateRange has its bounds as whole numbers besides, which count from the year 1.
        low = getattr(query, "startdate", query.start)
        high = getattr(query, "enddate", query.end)
        accepted = _BOUNDS.get(type(self.schema.fields.get(query.fieldname)), ())
        if not (isinstance(low, accepted) and isinstance(high, accepted)):
            raise Unsupported("a range of something else than values")
        if not query.constantscore:
            raise Unsupported("a range whose values give scores")
        values = self.segment.values(query.fieldname)
        if values is None:
            return None
        found = has_value(values)
        if values.dtype == np.int64:
            low, high = (micros_of_bound(bound) if bound is not None else None for bound in (low, high))
        if low is not None:
            found &= (values > low) if query.startexcl else (values >= low)
        if high is not None:
            found &= (values < high) if query.endexcl else (values <= high)
        return DocsPlan(self.documents, mask=found, score=query.boost)

    # ------------------------------------------------------------ combinations

    def any_of(self, query: Any, scored: bool) -> Plan | None:
        if getattr(query, "scale", None):
            raise Unsupported("Or with scale")
        return self._joined(query, self.plans(query.subqueries, scored), AnyOfPlan)

    def best_of(self, query: Any, scored: bool) -> Plan | None:
        return self._joined(query, self.plans(query.subqueries, scored), MaxPlan)

    def meant(self, query: Any, scored: bool) -> Plan | None:
        first = query.subqueries[0]
        return self.meant_plan(first.fieldname, tuple(part.text for part in query.subqueries), first.boost, scored)

    def all_of(self, query: Any, scored: bool) -> Plan | None:
        plans = self.plans(query.subqueries, scored)
        return self._joined(query, plans, AllOfPlan) if len(plans) == len(query.subqueries) else None

    def _joined(self, query: Any, plans: list[Plan], join: Callable[[list[Plan]], Plan]) -> Plan | None:
        if not plans:
            return None
        plan = plans[0] if len(plans) == 1 else join(plans)
        return plan if len(query.subqueries) == 1 else self._boosted(plan, query)

    @staticmethod
    def _boosted(plan: Plan, query: Any) -> Plan:
        if query.boost == 0:
            return ConstantPlan(plan, 0.0)
        return plan if query.boost == 1 else ScaledPlan(plan, query.boost)

    def no(self, query: Any, scored: bool) -> Plan | None:
        unwanted = self.plan(query.query, False)
        everything = DocsPlan(self.documents)
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
        if not query.score >= 0:
            raise Unsupported("a negative score, or none at all")
        plan = self.plan(query.child, False)
        return None if plan is None else ConstantPlan(plan, query.score)

    def every(self, query: Any, scored: bool) -> Plan | None:
        field = query.fieldname
        if field is None:
            return DocsPlan(self.documents, score=query.boost)
        text, keyword = self.segment.text(field), self.segment.keyword(field)
        values = self.segment.values(field)
        if field == "id":
            found = np.ones(self.documents, bool)
        elif text is not None:
            found = text.lengths > 0
        elif keyword is not None:
            found = np.diff(keyword.numbers()[1].astype(np.int64)) > 0
        elif values is not None:
            found = has_value(values)
        elif isinstance(self.schema.fields.get(field), (Text, Keyword, Date, Number)):
            return None
        else:
            raise Unsupported("all that have a field that is not searched")
        return DocsPlan(self.documents, mask=found, score=query.boost)

    def nothing(self, query: Any, scored: bool) -> Plan | None:
        return None

    # ------------------------------------------------------------ phrases

    def phrase(self, query: Any, scored: bool) -> Plan | None:
        field = query.fieldname
        if not isinstance(self.schema.fields.get(field), Text) or query.slop < 1:
            raise Unsupported("Phrase without positions")
        words = [*map(_encoded, query.words)]
        plans = [plan for word in words if (plan := self.term_plan(field, word, 1.0, scored)) is not None]
        if not words or len(plans) < len(words):
            return None
        return self._boosted(self.phrase_plan(plans, query.slop), query)

    def near(self, query: Any, scored: bool) -> Plan | None:
        if not query.ordered or query.mindist != 1 or query.slop < 1:
            raise Unsupported("SpanNear2 without order")
        plans = self.plans(query.qs, scored)
        return self.phrase_plan(plans, query.slop) if plans and len(plans) == len(query.qs) else None

    def phrase_plan(self, plans: list[Plan], slop: int) -> Plan:
        """What all of the plans match, each at most `slop` behind the one before; they are of terms."""
        from searchkit.engine.phrases import PhrasePlan  # most queries have none

        places = [self._terms_of(plan) for plan in plans]
        if len({postings.field for place in places for postings in place}) > 1:
            raise Unsupported("SpanNear2 over several fields")
        return PhrasePlan(plans, places, slop, self.expander.check) if len(plans) > 1 else plans[0]

    def _terms_of(self, plan: Plan) -> list[TermPostings]:
        if isinstance(plan, TermPlan):
            return [plan.postings]
        if isinstance(plan, AnyOfPlan):
            return [postings for part in plan.plans for postings in self._terms_of(part)]
        raise Unsupported("SpanNear2 of something else than words")


def _encoded(term: Any) -> bytes:
    """The bytes of a term, which Whoosh takes as text or as bytes."""
    if not isinstance(term, (str, bytes)):
        raise Unsupported("a term that is not text")
    return term if isinstance(term, bytes) else encode(term)


_HANDLERS: dict[str, Callable[[Compiler, Any, bool], Plan | None]] = {
    "Term": Compiler.term,
    "And": Compiler.all_of,
    "Or": Compiler.any_of,
    "DisjunctionMax": Compiler.best_of,
    "_Max": Compiler.best_of,
    "_Meant": Compiler.meant,
    "Not": Compiler.no,
    "AndNot": Compiler.and_not,
    "_AndNot": Compiler.and_not,
    "AndMaybe": Compiler.and_maybe,
    "Require": Compiler.require,
    "ConstantScoreQuery": Compiler.constant,
    "Every": Compiler.every,
    "_NullQuery": Compiler.nothing,
    "Phrase": Compiler.phrase,
    "SpanNear2": Compiler.near,
    **dict.fromkeys(EXPANSIONS, Compiler.multi_term),
    "NumericRange": Compiler.value_range,
    "DateRange": Compiler.value_range,
}
