"""searchkit's queries as plans for one segment.

What most queries are made of is planned as it stands; for the rest `whoosh_query` makes the tree that `compile` knows.
Both ways give the same documents and scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from azanalyzer.tuples import NamedTuple
from searchkit.engine.collection import Collection
from searchkit.engine.compile import Compiler
from searchkit.engine.compound import AllOfPlan, AnyOfPlan, ExceptPlan, MaxPlan
from searchkit.engine.expand import Expander
from searchkit.engine.plans import ConstantPlan, DocsPlan, Plan
from searchkit.engine.terms import encode
from searchkit.querytree import (
    AllOf,
    AnyOf,
    Either,
    Everything,
    Exact,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Range,
    Without,
    Word,
    share,
)
from searchkit.schema import Date, Number

__all__ = ["plan_query"]


def plan_query(query: Query, collection: Collection, place: int, expander: Expander) -> Plan | None:
    """The plan for `query` on the segment at `place`; None if nothing can match there.

    `expander` is that of the search, which all segments share.
    """
    planner = _Planner(collection, place, expander, query.fields)
    wanted = planner.node(query.root, 1.0, True)
    if wanted is None or not query.conditions:
        return wanted
    condition = planner.all_nodes(query.conditions, 1.0, False)
    return None if condition is None else AllOfPlan([wanted, ConstantPlan(condition, 0.0)])


class _Values(NamedTuple):
    """A range of numbers or dates as a query of Whoosh has it."""

    fieldname: str
    start: Any
    end: Any
    startexcl: bool
    endexcl: bool
    boost: float
    constantscore: bool = True


class _Planner:
    def __init__(
        self, collection: Collection, place: int, expander: Expander, fields: Mapping[str, float] | None
    ) -> None:
        """`fields` are those of the query."""
        expander.check()
        self._compiler = Compiler(collection, place, expander)
        self._expander = expander
        self._segment = collection.segments[place]
        self._fields = fields
        self._boosts = collection.text_boosts if fields is None else collection.schema.boosts(fields)
        self._searched = self._boosts if fields is None else fields

    def node(self, node: Node, weight: float, scored: bool) -> Plan | None:
        """The plan for a node; one that is not `scored` only says what matches."""
        handler = _HANDLERS.get(type(node))
        return self._otherwise(node, weight, scored) if handler is None else handler(self, node, weight, scored)

    def all_nodes(self, nodes: Sequence[Node], weight: float, scored: bool) -> Plan | None:
        """The plan for what each of the nodes wants."""
        plans = []
        for node in nodes:
            plan = self.node(node, weight, scored)
            if plan is None:
                return None
            plans.append(plan)
        return plans[0] if len(plans) == 1 else AllOfPlan(plans)

    def _all_of(self, node: AllOf, weight: float, scored: bool) -> Plan | None:
        return self.all_nodes(node.nodes, weight, scored)

    def _any_of(self, node: AnyOf, weight: float, scored: bool) -> Plan | None:
        plans: list[Plan | None] = []
        for part in node.nodes:
            plan = self.node(part, weight, scored)
            plans += plan.plans if type(plan) is AnyOfPlan else [plan]
        return _joined(AnyOfPlan, plans)

    def _either(self, node: Either, weight: float, scored: bool) -> Plan | None:
        plans = [self.node(node.nodes[0], weight, scored)]
        plans += [self.node(other, weight * share(other), scored) for other in node.nodes[1:]]
        return _joined(MaxPlan, plans)

    def _without(self, node: Without, weight: float, scored: bool) -> Plan | None:
        wanted = self.node(node.node, weight, scored)
        unwanted = self.node(node.unwanted, 1.0, False)
        return wanted if wanted is None or unwanted is None else ExceptPlan(wanted, unwanted)

    def _everything(self, node: Everything, weight: float, scored: bool) -> Plan | None:
        return DocsPlan(self._segment.documents)

    def _nothing(self, node: Nothing, weight: float, scored: bool) -> Plan | None:
        return None

    def _exact(self, node: Exact, weight: float, scored: bool) -> Plan | None:
        weight *= node.boost
        # An id is known by the hash of all of it, however long it is.
        values = [value.encode("utf-8", "replace") if node.field == "id" else encode(value) for value in node.values]
        plans = [self._compiler.term_plan(node.field, value, weight, scored) for value in values]
        return _joined(AnyOfPlan, plans)

    def _range(self, node: Range, weight: float, scored: bool) -> Plan | None:
        values = _Values(*node[:-1], weight * node.boost)
        if node.low is None and node.high is None:
            return self._compiler.every(values, scored)
        if isinstance(self._compiler.schema.fields.get(node.field), (Date, Number)):
            return self._compiler.value_range(values, scored)
        plan = self._otherwise(node, weight, scored)
        if node.low or node.low_open or (node.high == "" and node.high_open):
            return plan
        empty = self._compiler.term_plan(node.field, b"", weight * node.boost, scored)  # which Whoosh leaves out
        return _joined(AnyOfPlan, [plan, empty])

    def _otherwise(self, node: Node, weight: float, scored: bool) -> Plan | None:
        from searchkit.engine.whoosh_query import node_query

        return self._compiler.plan(node_query(node, self._compiler.schema, weight, self._fields), scored)

    # ------------------------------------------------------------ in text fields

    def _in_fields(self, node: Word | Phrase | Prefix, weight: float, scored: bool) -> Plan | None:
        names = self._searched if node.field is None else (node.field,)
        if node.field not in (None, *self._boosts) or (isinstance(node, Prefix) and "" in node.prefixes):
            return self._otherwise(node, weight, scored)
        plan, weight = _IN_FIELD[type(node)], weight * node.boost
        plans = [
            plan(self, node, name, weight * self._boosts[name], scored)
            for name in names
            if self._segment.text(name) is not None
        ]
        return _joined(AnyOfPlan, plans)

    def _word(self, node: Word, name: str, boost: float, scored: bool) -> Plan | None:
        return self._terms(name, node.terms, boost, scored)

    def _terms(self, name: str, terms: tuple[str, ...], boost: float, scored: bool) -> Plan | None:
        """Any of the terms that one typed word may mean."""
        return self._compiler.meant_plan(name, terms, boost, scored)

    def _phrase(self, node: Phrase, name: str, boost: float, scored: bool) -> Plan | None:
        plans = []
        for place in node.places:
            plan = self._terms(name, place, boost, scored)
            if plan is None:
                return None
            plans.append(plan)
        return self._compiler.phrase_plan(plans, node.slop + 1)

    def _prefix(self, node: Prefix, name: str, boost: float, scored: bool) -> Plan | None:
        source = self._segment.text(name)
        assert source is not None
        begun = [self._expander.beginning_with(prefix, f"{name}:{prefix}*", source.terms) for prefix in node.prefixes]
        ranges = [range(numbers[0], numbers[-1] + 1) for numbers in begun if numbers]
        found = [source.terms.find(encode(term)) for term in node.terms]
        ranges += [range(number, number + 1) for number in found if number >= 0]
        if not ranges:
            return None
        if scored and boost:
            prefixes, terms = ([*map(encode, texts)] for texts in (node.prefixes, node.terms))
            weight = boost * self._compiler.collection.idf_of_one(name, prefixes, terms)
            return self._compiler.best_term_plan(name, source, ranges, weight)
        plan = _joined(MaxPlan, [self._compiler.terms_plan(name, numbers, 1.0, False) for numbers in ranges])
        return ConstantPlan(plan, 0.0) if scored and plan is not None else plan


def _joined(join: Callable[[list[Plan]], Plan], plans: Sequence[Plan | None]) -> Plan | None:
    """The plans that match something, joined."""
    found = [plan for plan in plans if plan is not None]
    return join(found) if len(found) > 1 else found[0] if found else None


_IN_FIELD: dict[type, Callable[[_Planner, Any, str, float, bool], Plan | None]] = {
    Word: _Planner._word,
    Phrase: _Planner._phrase,
    Prefix: _Planner._prefix,
}
_HANDLERS: dict[type, Callable[[_Planner, Any, float, bool], Plan | None]] = {
    AllOf: _Planner._all_of,
    AnyOf: _Planner._any_of,
    Either: _Planner._either,
    Without: _Planner._without,
    Everything: _Planner._everything,
    Nothing: _Planner._nothing,
    Exact: _Planner._exact,
    Range: _Planner._range,
    **dict.fromkeys(_IN_FIELD, _Planner._in_fields),
}
