"""What a search engine under searchkit must offer: the one interface between the public face and an engine.

Analysis, query language, snippets, suggestions and documents stay above it; an engine sees terms, not words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from searchkit.querytree import Query

__all__ = ["Backend", "Change", "Match", "Matches", "Snapshot"]


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
