"""searchkit's queries as Whoosh query trees."""

from __future__ import annotations

from typing import Any

from whoosh import matching
from whoosh import query as wq

from searchkit.backend import Clause, Query
from searchkit.schema import Schema, Text

__all__ = ["whoosh_query"]

_FALLING = 0.8  # weight of a term against the likelier one before it: what was typed may mean either
_SYNONYM = 0.7  # weight of another way to say what was typed
_CONDITIONS = frozenset({"exact", "date", "number"})


def whoosh_query(query: Query, schema: Schema) -> wq.Query:
    """The tree for `query`; excluded clauses alone mean everything but them.

    Keywords, ids, dates and numbers are conditions: whatever else is asked, a document must meet one of each field.
    """
    words: list[wq.Query] = []
    conditions: dict[str | None, list[wq.Query]] = {}
    unwanted: list[wq.Query] = []
    for clause in query.clauses:
        if clause.excluded:
            unwanted.append(_clause(clause, schema))
        elif clause.kind in _CONDITIONS:
            conditions.setdefault(clause.field, []).append(_clause(clause, schema))
        else:
            words.append(_clause(clause, schema))
    join = wq.And if query.match_all else wq.Or
    parts = [_joined(join, group) for group in (words, *conditions.values()) if group]
    tree = _joined(wq.And, parts) if parts else wq.Every()
    return _AndNot(tree, _joined(wq.Or, unwanted)) if unwanted else tree


def _joined(join: type[wq.Query], parts: list[wq.Query]) -> wq.Query:
    return parts[0] if len(parts) == 1 else join(parts)


def _clause(clause: Clause, schema: Schema, weight: float = 1.0) -> wq.Query:
    if clause.kind == "all":
        return wq.And([_clause(option, schema, weight) for option in clause.options])
    if clause.kind == "either":
        typed, *others = clause.options
        # The words of a phrase add up: without a share for each, the full name would beat the acronym that was typed.
        shares = ((other, weight * _SYNONYM / max(len(other.places), 1)) for other in others)
        return _Max([_clause(typed, schema, weight), *(_clause(other, schema, share) for other, share in shares)])
    names = [clause.field] if clause.field else schema.text_fields
    return _joined(wq.Or, [_in_field(clause, name, schema, weight) for name in names]) if names else wq.NullQuery


def _in_field(clause: Clause, name: str, schema: Schema, weight: float) -> wq.Query:
    field = schema.fields.get(name)
    boost = weight * (field.boost if isinstance(field, Text) else 1.0)
    if clause.kind == "phrase":
        return wq.SpanNear2([_term(name, place, boost) for place in clause.places])
    if clause.kind == "prefix":
        return wq.Prefix(name, clause.places[0][0], boost=boost)
    if clause.kind == "date":
        return wq.DateRange(name, clause.low, clause.high, endexcl=True)
    if clause.kind == "number":
        return wq.NumericRange(name, clause.low, clause.high)
    return _term(name, clause.places[0], boost)


def _term(name: str, alternatives: tuple[str, ...], boost: float) -> wq.Query:
    """Any of the terms that one typed word may mean."""
    terms = [wq.Term(name, term, boost=boost * _FALLING**rank) for rank, term in enumerate(alternatives)]
    return _joined(_Max, terms)


class _Max(wq.DisjunctionMax):  # type: ignore[misc,unused-ignore]
    """Whoosh's, with a matcher that scores the document at hand and no other."""

    def _matcher(self, subs: list[wq.Query], searcher: Any, context: Any) -> Any:
        return self._tree_matcher(subs, _MaxMatcher, searcher, context, None)


class _MaxMatcher(matching.DisjunctionMaxMatcher):  # type: ignore[misc,unused-ignore]
    def score(self) -> float:
        # Whoosh's own takes the higher of two scores even where one is that of a later document.
        current = [side for side in (self.a, self.b) if side.is_active() and side.id() == self.id()]
        return float(max(side.score() for side in current))

    def replace(self, minquality: float = 0) -> Any:
        return self  # Whoosh's own loses what only one side matches


class _AndNot(wq.AndNot):  # type: ignore[misc,unused-ignore]
    """Whoosh's, with a matcher that also sees an excluded document that is the first one wanted."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return _AndNotMatcher(self.a.matcher(searcher, context), self.b.matcher(searcher, searcher.boolean_context()))


class _AndNotMatcher(matching.AndNotMatcher):  # type: ignore[misc,unused-ignore]
    def _find_first(self) -> None:
        self._find_next()  # Whoosh's own looks only when both begin with the same document

    def _find_next(self) -> bool:
        return self.a.is_active() and bool(super()._find_next())
