"""searchkit's queries as Whoosh query trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whoosh import matching
from whoosh import query as wq

from searchkit.querytree import (
    FALLING,
    AllOf,
    AnyOf,
    Either,
    Everything,
    Exact,
    Fuzzy,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Range,
    Wildcard,
    Without,
    Word,
    glob,
    share,
)
from searchkit.schema import Date, Keyword, Number, Schema, Text

__all__ = ["node_query", "whoosh_query"]

_NEAR = 0.3  # weight of the words that are spelled alike, beside the word itself: they are mostly rarer, so score more


def whoosh_query(query: Query, schema: Schema) -> wq.Query:
    """The tree for `query`."""
    tree = node_query(query.root, schema, fields=query.fields)
    if not query.conditions:
        return tree
    return wq.Require(tree, _joined(wq.And, [node_query(condition, schema) for condition in query.conditions]))


def _joined(join: type[wq.Query], parts: list[wq.Query]) -> wq.Query:
    return parts[0] if len(parts) == 1 else join(parts)


def node_query(node: Node, schema: Schema, weight: float = 1.0, fields: Mapping[str, float] | None = None) -> wq.Query:
    """The tree for one node, whose scores count `weight` times; `fields` are those of the query."""
    if isinstance(node, Everything):
        return wq.Every()
    if isinstance(node, Nothing):
        return wq.NullQuery
    if isinstance(node, Without):
        wanted = node_query(node.node, schema, weight, fields)
        return _AndNot(wanted, node_query(node.unwanted, schema, fields=fields))
    if isinstance(node, (AnyOf, AllOf)):
        parts = [node_query(part, schema, weight, fields) for part in node.nodes]
        return (wq.Or if isinstance(node, AnyOf) else wq.And)(parts)
    if isinstance(node, Either):
        typed, *others = node.nodes
        said = [node_query(other, schema, weight * share(other), fields) for other in others]
        return _Max([node_query(typed, schema, weight, fields), *said])
    if isinstance(node, Exact):
        return _joined(wq.Or, [wq.Term(node.field, value, boost=weight * node.boost) for value in node.values])
    if isinstance(node, Range):
        return _range(node, schema, weight, fields)
    names = [node.field] if node.field is not None else schema.text_fields if fields is None else fields
    boosts = schema.boosts(fields)
    parts = [_in_field(node, name, weight * boosts.get(name, 1.0)) for name in names]
    return _joined(wq.Or, parts) if parts else wq.NullQuery


def _in_field(node: Word | Phrase | Prefix | Wildcard | Fuzzy, name: str, weight: float) -> wq.Query:
    boost = weight * node.boost
    if isinstance(node, Phrase):
        return wq.SpanNear2([_term(name, place, boost) for place in node.places], slop=node.slop + 1)
    # With constant scores Whoosh would forget the boost in small segments and count several terms as one.
    options = {"boost": boost, "constantscore": False}
    if isinstance(node, Prefix):
        begun = [wq.Prefix(name, prefix, **options) for prefix in node.prefixes]
        return _joined(_Max, [*begun, *[wq.Term(name, term, boost=boost) for term in node.terms]])
    if isinstance(node, Wildcard):
        return _joined(_Max, [wq.Wildcard(name, glob(pattern), **options) for pattern in node.patterns])
    if isinstance(node, Fuzzy):
        # Whoever types the first letter wrong is rare, and to keep it spares most of the vocabulary.
        options = {"boost": boost * _NEAR, "constantscore": False}
        near = [wq.FuzzyTerm(name, term, maxdist=node.distance, **options) for term in node.terms]
        return _joined(_Max, [*[wq.Term(name, term, boost=boost) for term in node.terms], *near])
    return _term(name, node.terms, boost)


def _term(name: str, alternatives: tuple[str, ...], boost: float) -> wq.Query:
    """Any of the terms that one typed word may mean."""
    terms = [wq.Term(name, term, boost=boost * FALLING**rank) for rank, term in enumerate(alternatives)]
    return _joined(_Meant, terms)


def _range(node: Range, schema: Schema, weight: float, fields: Mapping[str, float] | None) -> wq.Query:
    field = schema.fields.get(node.field)
    if node.low is None and node.high is None and isinstance(field, (Text, Keyword)):
        return wq.Every(node.field, boost=weight * node.boost)
    kind = wq.DateRange if isinstance(field, Date) else wq.NumericRange if isinstance(field, Number) else wq.TermRange
    boost = weight * node.boost * schema.boosts(fields).get(node.field, 1.0)
    tree = kind(node.field, node.low, node.high, startexcl=node.low_open, endexcl=node.high_open, boost=boost)
    return wq.ConstantScoreQuery(tree, boost) if kind is wq.TermRange else tree


class _Max(wq.DisjunctionMax):  # type: ignore[misc,unused-ignore]
    """Whoosh's, with a matcher that scores the document at hand and no other."""

    def _matcher(self, subs: list[wq.Query], searcher: Any, context: Any) -> Any:
        return self._tree_matcher(subs, _MaxMatcher, searcher, context, None)


class _Meant(_Max):
    """The terms that one typed word may mean, which a plan weighs by how frequent they are besides."""


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
