"""Why a document was found: its score taken apart, by the words of the query, fields and kinds of evidence.

The engine only says what a part of the query, or one kind of evidence, gives a document; the tree is put together here.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum, prod
from typing import TYPE_CHECKING, Any

from searchkit.querytree import (
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
    boosted,
    is_in,
)
from searchkit.schema import Schema

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.backend import Scores
    from searchkit.ranking import Ranking

__all__ = ["Reason", "explain"]

_NOTHING = 1e-12  # a score that is only what rounding left
_SHOWN = 5  # terms of a beginning or a pattern that are named


@dataclass(frozen=True)
class Reason:
    """What something adds to the score of a hit; a remark has no score.

    Wherever there are children with scores, these add up to the score.
    """

    label: str
    score: float | None = None
    children: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The tree as JSON-ready data."""
        return {"label": self.label, "score": self.score, "children": [child.to_dict() for child in self.children]}

    def html(self, class_name: str | None = None) -> str:
        """The tree as HTML that opens and closes; everything in it is escaped."""
        attribute = f' class="{html.escape(class_name)}"' if class_name else ""
        return f"<div{attribute}>{self._html()}</div>"

    def _html(self) -> str:
        score = "" if self.score is None else f"<b>{self.score:.3f}</b> "
        line = f"{score}{html.escape(self.label)}"
        if not self.children:
            return line
        items = "".join(f"<li>{child._html()}</li>" for child in self.children)
        return f"<details open><summary>{line}</summary><ul>{items}</ul></details>"

    def _lines(self, depth: int) -> Iterator[str]:
        score = "" if self.score is None else f"{self.score:.3f}  "
        yield f"{'  ' * depth}{score}{self.label}"
        for child in self.children:
            yield from child._lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self._lines(0))


def explain(
    label: str, score: float, query: Query, ranking: Ranking, scores: Scores, schema: Schema, analyzer: Analyzer
) -> Reason:
    """The reasons for the `score` of the document that `scores` is about; `label` names it."""
    return _Explainer(query, ranking, scores, schema, analyzer).tree(label, score)


class _Explainer:
    def __init__(self, query: Query, ranking: Ranking, scores: Scores, schema: Schema, analyzer: Analyzer) -> None:
        self._query = query
        self._ranking = ranking
        self._scores = scores
        self._schema = schema
        self._analyzer = analyzer
        self._words = list(scores.words)
        self._found: list[Node] = []  # the parts of the query that the document has
        self._missing: list[Node] = []
        # By the number of the word and the field, what its evidence adds there.
        self._closer: dict[int, dict[str, list[Reason]]] = defaultdict(dict)

    def tree(self, label: str, score: float) -> Reason:
        boosts = self._scores.boosts
        factor = prod(boost.factor for boost in boosts)
        coverage = self._scores.coverage(self._ranking)
        roots = self._scores.score(self._query.root)
        evidence = self._scores.evidence(self._words, self._ranking)
        # In another order than that of the scores no hit is looked at more closely; the score itself tells.
        near = (roots + evidence) * factor * (coverage.factor if coverage else 1.0)
        closely = self._scores.is_close and abs(near - score) <= abs(roots * factor - score)
        together = self._look_closer() if closely and evidence else []
        children = [*self._parts(self._query.root), *self._left_over(), *together]
        found = fsum(child.score or 0.0 for child in children)
        for boost in [coverage, *boosts] if coverage and closely else boosts:
            children.append(Reason(boost.label, found * (boost.factor - 1)))
            found *= boost.factor
        return Reason(label, score, (*children, *self._remarks(closely)))

    def _remarks(self, closely: bool) -> Iterator[Reason]:
        if self._missing:
            parts = len(self._found) + len(self._missing)
            missing = (Reason(_said(node), None, tuple(self._readings(node))) for node in self._missing)
            yield Reason(f"{len(self._found)} of {parts} parts of the query found, without:", None, tuple(missing))
        if self._query.conditions:
            yield Reason(f"as asked: {', '.join(map(_said, self._query.conditions))}")
        if self._words and not self._ranking.is_plain and not closely:
            yield Reason(
                f"forms, bases, order and place of the words count for the first {self._ranking.depth} hits by roots "
                "only, in the order of scores"
            )

    # ---------------------------------------------------------------- parts of the query

    def _parts(self, node: Node) -> list[Reason]:
        """What each part of a node adds to the score; those that the document lacks are kept as missing."""
        if isinstance(node, Without):
            return self._parts(node.node)
        found = []
        for part in node.nodes if isinstance(node, (AnyOf, AllOf)) else (node,):
            reason = self._reason(part)
            if reason is not None:
                found.append(reason)
            if not isinstance(part, Word) or part.typed:
                (self._found if reason else self._missing).append(part)
        return found

    def _reason(self, node: Node) -> Reason | None:
        """What a node adds; None if nothing."""
        if isinstance(node, (Word, Prefix)):
            return self._word(node)
        score = self._scores.score(node)
        if abs(score) < _NOTHING:
            return self._reason(node.nodes[0]) if isinstance(node, Either) else None
        if isinstance(node, Without):
            return self._reason(node.node)
        if isinstance(node, (AnyOf, AllOf)):
            return _sum(_said(node), [reason for part in node.nodes if (reason := self._reason(part)) is not None])
        if isinstance(node, Either):
            return self._best_of(node, score)
        if isinstance(node, (Phrase, Wildcard, Fuzzy)):
            names = self._names(node.field)
            in_fields = ((name, node._replace(field=name)) for name in names)
            return _sum(_said(node), [found for name, part in in_fields if (found := self._in_field(name, part))])
        return Reason(_said(node), score)

    def _best_of(self, node: Either, score: float) -> Reason | None:
        typed, *others = node.nodes
        own = self._scores.score(typed)
        if own >= score - _NOTHING:
            return self._reason(typed)
        for other in others:
            weighed = self._scores.score(Either((Nothing(), other)))
            if weighed >= score - _NOTHING:
                said = self._reason(boosted(other, weighed / self._scores.score(other)))
                return said and Reason(f"{_said(typed)}, said otherwise", said.score, (said,))
        return Reason(_said(node), score)

    def _in_field(self, name: str, node: Phrase | Prefix | Wildcard | Fuzzy) -> Reason | None:
        score = self._scores.score(node)
        if abs(score) < _NOTHING:
            return None
        if isinstance(node, Phrase):
            words = [self._scored(Word(name, place, boost=node.boost)) for place in node.places]
            return Reason(self._field(name), score, tuple(word for word in words if word))
        terms = self._scores.terms(node, _SHOWN + 1)
        more = " and more" if len(terms) > _SHOWN else ""
        return Reason(f"{self._field(name)}: {', '.join(terms[:_SHOWN])}{more}", score)

    # ---------------------------------------------------------------- words

    def _word(self, word: Word | Prefix) -> Reason | None:
        number = next((at for at in self._closer if _is_same(self._words[at], word)), None)
        closer = self._closer.pop(number) if number is not None else {}
        fields = []
        for name in self._names(word.field):
            if isinstance(word, Prefix):
                root = self._in_field(name, word._replace(field=name))
            else:
                root = self._scored(word._replace(field=name))
            views = [*([root] if root else []), *closer.get(name, [])]
            if views:
                fields.append(_sum(self._field(name), views))
        return _sum(_said(word), fields, self._readings(word)) if fields else None

    def _left_over(self) -> list[Reason]:
        """Words that ask for nothing by themselves, such as stop words, but stand close to the others."""
        left = [
            _sum(_said(self._words[number]), [_sum(self._field(name), views) for name, views in fields.items()])
            for number, fields in self._closer.items()
        ]
        self._closer.clear()
        return left

    def _scored(self, word: Word) -> Reason | None:
        """The term of a word that counts in one field."""
        score = self._scores.score(word)
        if abs(score) < _NOTHING or word.field is None:
            return None
        # The likeliest come first, so the one that counts is the first with which the score is reached.
        count = next(n for n in range(1, 257) if self._scores.score(word._replace(terms=word.terms[:n])) >= score)
        term = word.terms[count - 1]
        found = self._scores.occurrence(word.field, term)
        times = "once" if found.times == 1 else f"{found.times:,} times"
        return Reason(
            f"{term} {times} among some {found.length:,} words; {_counted(found.frequency, 'document has', 'have')} it",
            score,
        )

    def _readings(self, node: Node) -> Iterator[Reason]:
        """How a typed word was read, and what it stands for."""
        if isinstance(node, Either):
            yield from self._readings(node.nodes[0])
        if not isinstance(node, Word):
            return
        tokens = list(self._analyzer.tokens(node.typed))
        if not node.typed:
            yield Reason("another name for what was typed, or a word that marks the document")
        elif len(tokens) == 1 and tokens[0].kind == "word" and node.typed.isalpha():
            read = self._analyzer.explain(node.typed)
            if read.best.term == node.terms[0]:
                yield Reason(f"read as {read.split}")
            else:
                meant = self._analyzer.explain(node.terms[0]).split
                yield Reason(f"read as {meant}, typed without Azerbaijani letters")
        elif len(tokens) == 1:
            yield Reason(f"read as {tokens[0].term} ({tokens[0].kind})")
        if len(node.terms) > 1:
            yield Reason(f"stands for {', '.join(node.terms)}, the likeliest first")

    # ---------------------------------------------------------------- closer evidence

    def _look_closer(self) -> list[Reason]:
        """Keeps what the evidence for each word adds; what words add together is returned."""
        together = []
        for name in self._schema.text_fields:
            whole = self._scores.evidence(self._words, self._ranking, name)
            if abs(whole) < _NOTHING:
                continue
            parts = []
            for number, word in enumerate(self._words):
                if is_in(word, name, self._query.fields) and (views := list(self._views(word, name))):
                    self._closer[number][name] = views
                    parts += views
            beside = list(self._beside(name))
            rest = whole - fsum(part.score or 0.0 for part in [*parts, *beside])
            if abs(rest) > 1e-9:
                beside.append(Reason("stop words besides", rest))
            if beside:
                together.append(_sum(self._field(name), beside))
        return [_sum("words as they stand in the query", together)] if together else []

    def _views(self, word: Word, field: str) -> Iterator[Reason]:
        """The kinds of evidence for a word by itself in a field."""
        ranking, words = self._ranking, self._words
        stop_words = [each.terms[0] in self._analyzer.stop_words for each in words]
        if stop_words[words.index(word)] and not all(stop_words):
            beside = [words[stop_words.index(False)], word]
            yield from _some("a stop word besides", self._evidence(beside, field, stop_words=ranking.stop_words))
            return
        family = self._family([word], field)
        yield from _some(f"in the form typed, {word.typed}", self._evidence([word], field, surface=ranking.surface))
        yield from _some("it or words of its base", family)
        early = self._family([word], field, early=ranking.early) - family
        yield from _some("among the first words", early)

    def _beside(self, field: str) -> Iterator[Reason]:
        """What words side by side add in a field."""
        ranking, words = self._ranking, self._words
        for number in range(2, len(words) + 1):
            pair = words[number - 2 : number]
            said = " ".join(word.typed for word in pair)
            family = self._family(pair, field)
            pairs = self._family(pair, field, pairs=ranking.pairs) - family
            yield from _some(f"{said}: one after the other", pairs)
            typed = self._family(pair, field, typed_pairs=ranking.typed_pairs) - family
            yield from _some(f"{said}: both in the form typed", typed)
        for number in range(3, len(words) + 1):
            three = words[number - 3 : number]
            family = self._family(three, field)
            found = self._family(three, field, triples=ranking.triples) - family
            yield from _some(f"{' '.join(word.typed for word in three)}: three in a row", found)
        ends = self._family(words, field, ends=ranking.ends, titles=ranking.titles) - self._family(words, field)
        yield from _some("the text begins or ends as the query does", ends)

    def _family(self, words: Sequence[Word], field: str, **weights: float) -> float:
        """What some words and their relatives add in a field, and the kinds whose weights are given besides."""
        ranking = self._ranking
        return self._evidence(words, field, base=ranking.base, relatives=ranking.relatives, **weights)

    def _evidence(self, words: Sequence[Word], field: str, **weights: float) -> float:
        """What the evidence for some words adds in a field, of the kinds whose weights are given."""
        kinds: dict[str, Any] = dict(weights)
        return self._scores.evidence(words, self._ranking.plain()._replace(**kinds), field)

    # ---------------------------------------------------------------- fields

    def _names(self, field: str | None) -> list[str]:
        return [field] if field is not None else [*(self._query.fields or self._schema.text_fields)]

    def _field(self, name: str) -> str:
        boost = self._schema.boosts(self._query.fields).get(name, 1.0)
        return f"{name}, boost {boost:g}" if boost != 1 else name


def _is_same(word: Word, node: Word | Prefix) -> bool:
    """Whether a word that evidence was looked for of is a part of the query."""
    if isinstance(node, Word):
        return word == node
    return (word.field, word.typed, word.boost) == (node.field, node.typed, node.boost)


def _sum(label: str, parts: Sequence[Reason], remarks: Iterable[Reason] = ()) -> Reason:
    return Reason(label, fsum(part.score or 0.0 for part in parts), (*remarks, *parts))


def _some(label: str, score: float) -> Iterator[Reason]:
    if abs(score) > _NOTHING:
        yield Reason(label, score)


def _counted(number: int, one: str, many: str) -> str:
    thing, _, verb = one.partition(" ")
    return f"{number:,} {thing} {verb}" if number == 1 else f"{number:,} {thing}s {many}"


def _said(node: Node) -> str:
    """A part of a query as it may be typed."""
    if isinstance(node, (AnyOf, AllOf, Either)):
        parts = [_said(part) for part in (node.nodes[:1] if isinstance(node, Either) else node.nodes)]
        joined = (" OR " if isinstance(node, AnyOf) else " AND ").join(parts)
        return f"({joined})" if len(parts) > 1 else joined
    if isinstance(node, Without):
        unwanted = f"NOT {_said(node.unwanted)}"
        return unwanted if isinstance(node.node, Everything) else f"{_said(node.node)} {unwanted}"
    if isinstance(node, (Everything, Nothing)):
        return "any document" if isinstance(node, Everything) else "no document"
    field = f"{node.field}:" if node.field else ""
    boost = f"^{node.boost:g}" if node.boost != 1 else ""
    return f"{field}{_leaf(node)}{boost}"


def _leaf(node: Word | Phrase | Prefix | Wildcard | Fuzzy | Exact | Range) -> str:
    if isinstance(node, Word):
        return node.typed or node.terms[0]
    if isinstance(node, Phrase):
        return f'"{" ".join(place[0] for place in node.places)}"{f"~{node.slop}" if node.slop else ""}'
    if isinstance(node, Prefix):
        return node.typed
    if isinstance(node, Wildcard):
        return node.patterns[0]
    if isinstance(node, Fuzzy):
        return f"{node.terms[-1]}~{node.distance}"
    if isinstance(node, Exact):
        values = " OR ".join(node.values)
        return f"({values})" if len(node.values) > 1 else values
    low, high = ("*" if bound is None else str(bound) for bound in (node.low, node.high))
    return f"{'{' if node.low_open else '['}{low} TO {high}{'}' if node.high_open else ']'}"
