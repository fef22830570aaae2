"""What a search engine under searchkit must offer: the one interface between the public face and an engine.

Analysis, query language, snippets, suggestions and documents stay above it; an engine sees terms, not words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

__all__ = ["Backend", "Change", "Clause", "Match", "Matches", "Query", "Snapshot"]


class Clause(NamedTuple):
    """One condition of a query, in terms that the index holds.

    `kind` is "word" (any of the alternatives of the one place), "phrase" (the places in order), "prefix" (the one
    alternative of the one place begins a term), "exact" (a keyword or id), "date" or "number" (a closed-open range,
    given in `low` and `high`). `places` holds for each place its alternative terms, the likeliest first.
    "either" and "all" join the clauses of `options`: any of them, the first being what was typed and the others other
    ways to say it, or all of them.
    """

    kind: str
    field: str | None
    places: tuple[tuple[str, ...], ...]
    excluded: bool = False
    low: Any = None
    high: Any = None
    options: tuple[Clause, ...] = ()

    def leaves(self) -> Iterator[Clause]:
        """The clauses without options that this one is made of; itself if it has none."""
        if not self.options:
            yield self
        for option in self.options:
            yield from option.leaves()


class Query(NamedTuple):
    """A query as the engine gets it. With `match_all` every clause must match, otherwise any."""

    clauses: tuple[Clause, ...]
    match_all: bool = False


class Match(NamedTuple):
    """A document found: its score and its stored fields as JSON text."""

    score: float
    stored: str


class Matches(NamedTuple):
    """The best matches in order, and how many documents match in all."""

    total: int
    matches: list[Match]


class Change(NamedTuple):
    """One change of a transaction: a document to write (its stored JSON and the values to index) or an id to delete."""

    id: str
    stored: str | None
    values: Mapping[str, Any] | None


class Snapshot(Protocol):
    """One committed state of an index, unchanged however many commits follow."""

    def __len__(self) -> int: ...
    def search(self, query: Query, limit: int, offset: int) -> Matches: ...
    def get(self, key: str) -> str | None: ...
    def terms(self, field: str) -> Iterator[tuple[str, int]]: ...
    def current(self) -> bool: ...
    def close(self) -> None: ...


class Backend(Protocol):
    """An engine over one folder (or one remote index)."""

    def create(self) -> None: ...
    def snapshot(self) -> Snapshot: ...
    def apply(self, changes: Iterable[Change], jobs: int) -> int: ...
