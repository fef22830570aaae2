"""Parts of a query joined: words with their synonyms and without stop words, conditions apart from what scores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from azanalyzer.alphabet import lower_capitals
from azanalyzer.codes import is_code
from azanalyzer.lazy import cached_property
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
)
from searchkit.schema import Schema, Text

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["Joins"]

_WORD = re.compile(r"[^\W\d_]+")
_ALSO_STOP_WORD = 0.5  # weight of what a word may mean that is rather a stop word
_ONE_FOR_ALL = 0.7  # weight of a single word, an acronym say, for each of the words that it says all of


class Joins:
    """Joins the parts of one query."""

    def __init__(self, schema: Schema, analyzer: Analyzer, text: str) -> None:
        """`text` is the whole query, in which acronyms may be in capitals."""
        self._schema = schema
        self._analyzer = analyzer
        self._text = text

    @cached_property
    def _in_capitals(self) -> set[str]:
        """The words, or beginnings of words, that stand in capitals, in lower case; none if all of several do."""
        words = _WORD.findall(self._text)
        if len(words) > 1 and self._text.isupper():
            return set()
        beginnings = ("".join(takewhile(str.isupper, word)) for word in words)
        return {lower_capitals(beginning) for beginning in beginnings if len(beginning) > 1}

    def sequence(self, wanted: Sequence[Node], unwanted: Sequence[Node], match_all: bool) -> Node | None:
        """What parts that stand beside each other ask for; None if there is no part.

        Any of the words will do, or all must be there with `match_all`. Keywords, ids, dates and numbers are
        conditions: whatever else is asked, a document must meet one of each field, or all. Unwanted parts alone mean
        everything but them.
        """
        if not wanted and not unwanted:
            return None
        words, conditions = self._told_apart(wanted, match_all)
        words = self._with_synonyms(words, match_all)
        # Stop words say nothing, but where there is nothing else they are what is meant.
        kept = self._without_stop_words(words, match_all)
        words = kept if kept or conditions else words
        scoring = [all_of(words) if match_all else any_of(words)] if words else []
        node = all_of([*scoring, *conditions])
        return Without(node, any_of(unwanted)) if unwanted else node

    def _told_apart(self, wanted: Sequence[Node], match_all: bool) -> tuple[list[Node], list[Node]]:
        """What scores, and the conditions, those of one field together unless all must be met."""
        found: list[Node] = []
        conditions: dict[object, list[Node]] = {}
        for number, node in enumerate(wanted):
            if isinstance(node, Word) or not self.is_condition(node):
                found.append(node)
            elif isinstance(node, (Exact, Range)) and not match_all:
                conditions.setdefault(node.field, []).append(node)
            else:
                conditions[number] = [node]
        return found, [any_of(nodes) for nodes in conditions.values()]

    def alternatives(self, nodes: Sequence[Node]) -> Node:
        """What any of the nodes asks for, or another way to say it; stop words only if there is nothing else."""
        kept = self._without_stop_words(nodes, False) or nodes
        return any_of([said for node in kept for said in self._with_synonyms([node], False)])

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
        for first, last, phrases in self._analyzer.expand([word.terms for word in run], self._in_capitals):
            found += [*run[done:first], *_with_phrases(run[first:last], phrases, match_all)]
            done = last
        return [*found, *run[done:]]

    def _without_stop_words(self, nodes: Sequence[Node], match_all: bool) -> list[Node]:
        """The nodes without the stop words.

        Beside other words one that is a stop word first, as ucun is üçün and onun is o, is that, and counts little as
        what else it may be: uc.
        """
        stop_words = self._analyzer.stop_words
        says = [not isinstance(node, Word) or node.terms[0] not in stop_words for node in nodes]
        kept: list[Node] = []
        for node, said in zip(nodes, says, strict=True):
            if said or not isinstance(node, Word):
                kept.append(node)
            elif not any(says):
                kept += [] if stop_words.issuperset(node.terms) else [node]
            elif not match_all and (others := tuple(term for term in node.terms if term not in stop_words)):
                kept.append(node._replace(terms=others, boost=node.boost * _ALSO_STOP_WORD))
        return kept


def _with_phrases(said: Sequence[Word], phrases: Iterable[tuple[str, ...]], match_all: bool) -> Sequence[Node]:
    """Words that may also be said as any of `phrases`, each some terms."""
    own = {word.terms[0] for word in said}
    others = [phrase for phrase in phrases if not own.issubset(phrase)]  # what is said so has been said already
    are_one = match_all or len(said) == 1
    if not are_one:
        # The words count one by one, as always, or the other name, if it has other words: both say the same.
        known = {term for word in said for term in word.terms}
        others = [phrase for phrase in others if not known.issuperset(phrase)]
    if not others:
        return said
    boost = max(word.boost for word in said)
    of_one = 1.0 if are_one else _ONE_FOR_ALL * len(said)
    # The pieces of a name of letters and digits are no other name for it: each of them counts.
    of_pieces = len(said) == 1 and is_code(said[0].typed)
    nodes: list[Node] = [
        Phrase(None, tuple((term,) for term in phrase), boost=boost * (len(phrase) if of_pieces else 1.0))
        if len(phrase) > 1
        else Word(None, phrase, boost=boost * of_one)
        for phrase in others
    ]
    return [Either((all_of(said) if are_one else any_of(said), *nodes))]
