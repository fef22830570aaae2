"""Parts of a query joined: words with their synonyms and without stop words, conditions apart from what scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from searchkit.querytree import (
    AllOf,
    AnyOf,
    Either,
    Everything,
    Exact,
    Node,
    Nothing,
    Phrase,
    Query,
    Range,
    Without,
    Word,
    all_of,
    any_of,
    boosted,
    wanted_leaves,
)
from searchkit.schema import Schema, Text

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["Joins"]

_ONE_FOR_ALL = 0.7  # weight of a single word, an acronym say, for each of the words that it says all of


class Joins:
    """Joins the parts of one query."""

    def __init__(self, schema: Schema, analyzer: Analyzer) -> None:
        self._schema = schema
        self._analyzer = analyzer

    def sequence(self, wanted: Sequence[Node], unwanted: Sequence[Node], match_all: bool) -> Node | None:
        """What parts that stand beside each other ask for; None if there is no part.

        Any of the words will do, or all must be there with `match_all`. Keywords, ids, dates and numbers are
        conditions: whatever else is asked, a document must meet one of each field, or all. Unwanted parts alone mean
        everything but them.
        """
        if not wanted and not unwanted:
            return None
        found: list[Node] = []
        conditions: dict[object, list[Node]] = {}
        for number, node in enumerate(wanted):
            if isinstance(node, Word) or not self.is_condition(node):
                found.append(node)
            elif isinstance(node, (Exact, Range)) and not match_all:
                conditions.setdefault(node.field, []).append(node)
            else:
                conditions[number] = [node]
        words = self._with_synonyms(found, match_all)
        # Stop words say nothing, but where there is nothing else they are what is meant.
        kept = [node for node in words if not self._is_stop_word(node)]
        words = kept if kept or conditions else words
        parts = [any_of(nodes) for nodes in conditions.values()]
        if words:
            parts.insert(0, all_of(words) if match_all else any_of(words))
        node = all_of(parts)
        return Without(node, any_of(unwanted)) if unwanted else node

    def alternatives(self, nodes: Sequence[Node]) -> Node:
        """What any of the nodes asks for, or another way to say it."""
        return any_of([said for node in nodes for said in self._with_synonyms([node], False)])

    def query(self, root: Node | None) -> Query:
        """The query of a whole tree: conditions that it makes in any case score nothing."""
        if root is None or isinstance(root, Nothing):
            return Query(Nothing())
        if isinstance(root, Without):
            inner = self.query(root.node)
            return Query(Without(inner.root, root.unwanted), inner.conditions)
        nodes = root.nodes if isinstance(root, AllOf) else (root,)
        conditions = tuple(node for node in nodes if self.is_condition(node))
        return (
            Query(all_of([node for node in nodes if node not in conditions]), conditions) if conditions else Query(root)
        )

    def is_condition(self, node: Node) -> bool:
        """Whether a node only asks for values of fields that are not text. With a boost it is a wish, which scores."""
        if isinstance(node, (AnyOf, AllOf, Either)):
            return all(map(self.is_condition, node.nodes))
        if isinstance(node, Without):
            return self.is_condition(node.node) and self.is_condition(node.unwanted)
        if isinstance(node, (Everything, Nothing)):
            return isinstance(node, Nothing)  # a range that no value is in
        return node.field is not None and node.boost == 1 and not isinstance(self._schema.fields.get(node.field), Text)

    # ---------------------------------------------------------------- synonyms and stop words

    def _with_synonyms(self, nodes: Sequence[Node], match_all: bool) -> list[Node]:
        """The nodes with other ways to say the same beside them: BMT, Birləşmiş Millətlər Təşkilatı."""
        found: list[Node] = []
        run: list[Word] = []
        for node in nodes:
            if isinstance(node, Word) and node.field is None:
                run.append(node)
            else:
                found += [*self._expanded(run, match_all), node]
                run = []
        return [*found, *self._expanded(run, match_all)]

    def _expanded(self, run: list[Word], match_all: bool) -> list[Node]:
        """Words that stand beside each other, with their synonyms."""
        found: list[Node] = []
        done = 0
        for first, last, phrases in self._analyzer.expand([word.terms for word in run]):
            found += run[done:first]
            said = run[first:last]
            boost = max(word.boost for word in said)
            own = {word.terms[0] for word in said}
            others: list[Node] = [
                Phrase(None, tuple((term,) for term in phrase), boost=boost)
                if len(phrase) > 1
                else Word(None, phrase, boost=boost)
                for phrase in phrases
                if not own.issubset(phrase)  # what is said so has been said already
            ]
            if not others:
                found += said
            elif len(said) == 1 or match_all:
                found.append(Either((said[0] if len(said) == 1 else AllOf(tuple(said)), *others)))
            else:  # the words count one by one, as always, or the other name, if it has other words: both say the same
                known = {term for word in said for term in word.terms}
                one = _ONE_FOR_ALL * len(said)
                new = [
                    boosted(other, one) if isinstance(other, Word) else other
                    for other in others
                    if not known.issuperset(_terms(other))
                ]
                found += [Either((any_of(said), *new))] if new else said
            done = last
        return [*found, *run[done:]]

    def _is_stop_word(self, node: Node) -> bool:
        return isinstance(node, Word) and self._analyzer.stop_words.issuperset(node.terms)


def _terms(node: Node) -> Iterator[str]:
    for leaf in wanted_leaves(node):
        if isinstance(leaf, Word):
            yield from leaf.terms
        elif isinstance(leaf, Phrase):
            for place in leaf.places:
                yield from place
