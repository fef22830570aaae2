"""searchkit's queries as Whoosh query trees."""

from __future__ import annotations

from itertools import product

from whoosh import query as wq

from searchkit.backend import Clause, Query
from searchkit.schema import Schema, Text

__all__ = ["whoosh_query"]

_FALLING = 0.8  # weight of a term against the likelier one before it: what was typed may mean either
_MOST_PHRASES = 16


def whoosh_query(query: Query, schema: Schema) -> wq.Query:
    """The tree for `query`; excluded clauses alone mean everything but them."""
    wanted = [_clause(clause, schema) for clause in query.clauses if not clause.excluded]
    unwanted = [_clause(clause, schema) for clause in query.clauses if clause.excluded]
    if not wanted:
        tree: wq.Query = wq.Every()
    elif len(wanted) == 1:
        tree = wanted[0]
    else:
        tree = wq.And(wanted) if query.match_all else wq.Or(wanted)
    return wq.AndNot(tree, wq.Or(unwanted)) if unwanted else tree


def _clause(clause: Clause, schema: Schema) -> wq.Query:
    names = [clause.field] if clause.field else schema.text_fields
    parts = [_in_field(clause, name, schema) for name in names]
    return parts[0] if len(parts) == 1 else wq.Or(parts)


def _in_field(clause: Clause, name: str, schema: Schema) -> wq.Query:
    field = schema.fields.get(name)
    boost = field.boost if isinstance(field, Text) else 1.0
    if clause.kind == "phrase":
        spelled = [list(words) for words in product(*clause.places)][:_MOST_PHRASES]
        phrases = [wq.Phrase(name, words, boost=boost) for words in spelled]
        return phrases[0] if len(phrases) == 1 else wq.DisjunctionMax(phrases)
    if clause.kind == "prefix":
        return wq.Prefix(name, clause.places[0][0], boost=boost)
    if clause.kind == "date":
        return wq.DateRange(name, clause.low, clause.high, endexcl=True)
    if clause.kind == "number":
        return wq.NumericRange(name, clause.low, clause.high)
    terms = [wq.Term(name, term, boost=boost * _FALLING**rank) for rank, term in enumerate(clause.places[0])]
    return terms[0] if len(terms) == 1 else wq.DisjunctionMax(terms)
