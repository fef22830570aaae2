"""What a query asks for, as a tree of small immutable nodes in terms that the index holds.

`searchkit.query.parse` makes it from what a person typed; an engine answers it; snippets and suggestions read it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any

from azanalyzer.tuples import NamedTuple

__all__ = [
    "FALLING",
    "MOST_EXPANSIONS",
    "AllOf",
    "AnyOf",
    "Either",
    "Everything",
    "Exact",
    "Fuzzy",
    "Node",
    "Nothing",
    "Phrase",
    "Prefix",
    "Query",
    "Range",
    "Wildcard",
    "Without",
    "Word",
    "all_of",
    "any_of",
    "boosted",
    "glob",
    "is_in",
    "share",
    "typed_words",
    "wanted_leaves",
    "with_words",
]

FALLING = 0.8  # weight of a term against the likelier one before it: what was typed may mean either
_SYNONYM = 0.7  # weight of another way to say what was typed
MOST_EXPANSIONS = 20_000  # terms of a field that one Prefix, Wildcard, Fuzzy or Range of words may stand for


class Word(NamedTuple):
    """Documents with any of the `terms` that one typed word may mean, the likeliest first.

    `field` None means every text field, as in all nodes here. `typed` is the word in lower case as it was typed, empty
    where it was not, as in synonyms.
    """

    field: str | None
    terms: tuple[str, ...]
    typed: str = ""
    boost: float = 1.0

    @property
    def is_begun(self) -> bool:
        """Whether only its beginning was typed, as in what stands for a `Prefix`; no token has a *."""
        return self.typed.endswith("*")


class Phrase(NamedTuple):
    """Documents where the `places` follow each other in order, with at most `slop` other words before each next one.

    Each place is the alternative terms of one word. `words` are those that were typed.
    """

    field: str | None
    places: tuple[tuple[str, ...], ...]
    slop: int = 0
    boost: float = 1.0
    words: tuple[Word, ...] = ()


class Prefix(NamedTuple):
    """Documents with a term that begins with any of `prefixes`, the first as it was typed, or with one of `terms`.

    Of the latter some form begins so.
    """

    field: str | None
    prefixes: tuple[str, ...]
    boost: float = 1.0
    terms: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        """As it was typed."""
        return f"{self.prefixes[0]}*"


class Wildcard(NamedTuple):
    r"""Documents with a term that fits any of `patterns`.

    In a pattern * stands for any letters and ? for one; \* and \? stand for themselves.
    """

    field: str | None
    patterns: tuple[str, ...]
    boost: float = 1.0


class Fuzzy(NamedTuple):
    """Documents with a term at most `distance` edits away from any of `terms`."""

    field: str | None
    terms: tuple[str, ...]
    distance: int = 1
    boost: float = 1.0


class Exact(NamedTuple):
    """Documents whose keyword field (or `id`) holds any of the `values`, which are in lower case but for ids."""

    field: str
    values: tuple[str, ...]
    boost: float = 1.0


class Range(NamedTuple):
    """Documents whose date (datetime), number (float), keyword or text (str) field has a value from `low` to `high`.

    None leaves a side open; `low_open` and `high_open` leave out the bound itself.
    """

    field: str
    low: Any
    high: Any
    low_open: bool = False
    high_open: bool = False
    boost: float = 1.0


class Everything(NamedTuple):
    """Every document."""


class Nothing(NamedTuple):
    """No document."""


class Either(NamedTuple):
    """What was typed (the first node) or another way to say the same (the others), scored by the best of them."""

    nodes: tuple[Node, ...]


class AnyOf(NamedTuple):
    """Documents that any of the nodes wants; the scores add up."""

    nodes: tuple[Node, ...]


class AllOf(NamedTuple):
    """Documents that each of the nodes wants; the scores add up."""

    nodes: tuple[Node, ...]


class Without(NamedTuple):
    """Documents that `node` wants and `unwanted` does not."""

    node: Node
    unwanted: Node


Node = (
    Word | Phrase | Prefix | Wildcard | Fuzzy | Exact | Range | Everything | Nothing | Either | AnyOf | AllOf | Without
)


class Query(NamedTuple):
    """What is asked: `root` finds and scores; a document must also meet all `conditions`, which score nothing.

    `words` are the wanted words and beginnings in the order in which they were typed, also words that say nothing by
    themselves.
    `fields` are the text fields that are searched, with what each counts; None is all as the schema says.
    """

    root: Node
    conditions: tuple[Node, ...] = ()
    words: tuple[Word | Prefix, ...] = ()
    fields: Mapping[str, float] | None = None


def any_of(nodes: Iterable[Node]) -> Node:
    """What any of `nodes` wants, as plainly as it can be said."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, AnyOf) else (node,))]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat)) if flat else Nothing()


def share(other: Node) -> float:
    """The weight of another way to say what was typed, as the further nodes of an `Either` are.

    The words of a phrase add up: without a share for each, the full name would beat the acronym that was typed.
    """
    return _SYNONYM / (len(other.places) if isinstance(other, Phrase) else 1)


def all_of(nodes: Iterable[Node]) -> Node:
    """What each of `nodes` wants, as plainly as it can be said."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, AllOf) else (node,))]
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat)) if flat else Everything()


def boosted(node: Node, factor: float) -> Node:
    """`node` with the weight of each leaf that it wants multiplied by `factor`."""
    if isinstance(node, Without):
        return Without(boosted(node.node, factor), node.unwanted)
    if isinstance(node, (Either, AnyOf, AllOf)):
        return node._replace(nodes=tuple(boosted(part, factor) for part in node.nodes))
    if isinstance(node, (Everything, Nothing)):
        return node
    if isinstance(node, Phrase):
        words = tuple(word._replace(boost=word.boost * factor) for word in node.words)
        return node._replace(boost=node.boost * factor, words=words)
    return node._replace(boost=node.boost * factor)


def with_words(node: Node, change: Callable[[Word], Word]) -> Node:
    """The tree with other words in the place of those that were typed, in phrases, too."""
    if isinstance(node, Word):
        return change(node) if node.typed else node
    if isinstance(node, (Either, AnyOf, AllOf)):
        return node._replace(nodes=tuple([with_words(part, change) for part in node.nodes]))
    if isinstance(node, Without):
        return Without(with_words(node.node, change), with_words(node.unwanted, change))
    if not isinstance(node, Phrase):
        return node
    words = tuple(map(change, node.words))
    others = {
        term: [other for other in new.terms if other not in old.terms]
        for old, new in zip(node.words, words, strict=True)
        for term in old.terms
    }
    places = [
        dict.fromkeys([*place, *(other for term in place for other in others.get(term, ()))]) for place in node.places
    ]
    return node._replace(places=tuple(map(tuple, places)), words=words)


def typed_words(node: Node) -> list[Word | Prefix]:
    """The words of what was typed and their beginnings, in order and those of phrases too.

    What is excluded, or was not typed, is left out.
    """
    if isinstance(node, Word):
        return [node] if node.typed else []
    if isinstance(node, Prefix):
        return [node]
    if isinstance(node, Phrase):
        return [*node.words]
    if isinstance(node, Without):
        return typed_words(node.node)
    if isinstance(node, Either):
        return typed_words(node.nodes[0])
    return [word for part in node.nodes for word in typed_words(part)] if isinstance(node, (AnyOf, AllOf)) else []


def glob(pattern: str) -> str:
    """A pattern of `Wildcard` as `fnmatch` and Whoosh write it, where brackets hold what stands for itself."""
    return re.sub(r"\\([*?\\])|\[", lambda found: f"[{found[1] or '['}]", pattern)


def is_in(
    node: Word | Phrase | Prefix | Wildcard | Fuzzy | Exact | Range, field: str, fields: Container[str] | None
) -> bool:
    """Whether a node is looked for in a text field; `fields` are those of the query."""
    return node.field == field if node.field is not None else fields is None or field in fields


def wanted_leaves(node: Node) -> Iterator[Word | Phrase | Prefix | Wildcard | Fuzzy | Exact | Range]:
    """The leaves of the tree that make a document match; what is excluded is left out."""
    if isinstance(node, Without):
        yield from wanted_leaves(node.node)
    elif isinstance(node, (Either, AnyOf, AllOf)):
        for child in node.nodes:
            yield from wanted_leaves(child)
    elif not isinstance(node, (Everything, Nothing)):
        yield node
