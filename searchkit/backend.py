"""What a search engine under searchkit must offer: the one interface between the public face and an engine.

Analysis, query language, snippets, suggestions and documents stay above it; an engine sees terms, not words. What an
engine knows of a generation (which files, which deletions) is a list of plain values that the manifest keeps for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from azanalyzer.tuples import NamedTuple
from searchkit.deadline import Deadline
from searchkit.querytree import Fuzzy, Node, Prefix, Query, Wildcard, Word
from searchkit.ranking import Ranking
from searchkit.schema import Schema

__all__ = [
    "Backend",
    "Boost",
    "Facet",
    "Held",
    "Interval",
    "Match",
    "Matches",
    "Occurrence",
    "Position",
    "Problem",
    "RangeFacet",
    "Salvaged",
    "Scores",
    "ShortTexts",
    "Snapshot",
    "SortKey",
    "State",
    "Transaction",
    "View",
    "Vocabulary",
]

State = Sequence[Any]  # what the manifest keeps for the engine, as JSON


class Facet(NamedTuple):
    """What to count of the documents found: the values of a field, the periods of a date, or the values in ranges."""

    field: str
    by: str | None = None
    """`year`, `month` or `day` for a date field, None for other fields and with ranges."""
    limit: int | None = None
    """How many values are wanted, the most frequent or the earliest periods; None for all, and with ranges."""
    ranges: Sequence[tuple[Any, Any]] | None = None
    """Each from its first bound up to, not including, its second, as filters take bounds; None for an open side."""

    @property
    def name(self) -> str:
        """What results tell it by: `source`, `date:month`; with ranges the field alone."""
        return f"{self.field}:{self.by}" if self.by else self.field


class Interval(NamedTuple):
    """Values from `low` up to, not including, `high`, of which either may be None for an open side."""

    label: str
    low: float | datetime.datetime | None
    high: float | datetime.datetime | None


class RangeFacet(NamedTuple):
    """A facet with ranges as an engine counts it: all of them, in their order, also those without a document."""

    field: str
    ranges: tuple[Interval, ...]

    @property
    def name(self) -> str:
        """What results tell it by."""
        return self.field


class SortKey(NamedTuple):
    """A field to sort by; None is the score, the best first. Documents without a value come last either way."""

    field: str | None
    descending: bool = False


class Position(NamedTuple):
    """Where a hit stands in the order of its search, so that another search can go on behind it."""

    rank: int
    """How many hits stand before it, and itself."""
    values: tuple[float | str | None, ...]
    """One for each key that is sorted by; its score alone where the order is that of the scores."""
    id: str


class View(NamedTuple):
    """Which of the matching documents are wanted, in what order, and what to count of all."""

    limit: int
    offset: int = 0
    facets: tuple[Facet | RangeFacet, ...] = ()
    sort: tuple[SortKey, ...] = ()
    """Empty where the best come first; the score is never the only key."""
    group_by: str | None = None
    """A keyword field of which the first document for each value is wanted."""
    after: Position | None = None
    deadline: Deadline | None = None
    """None for a search that may take as long as it takes."""


class Match(NamedTuple):
    """A document found: its score, its stored fields, and where it stands."""

    score: float
    fields: Mapping[str, Any]
    values: tuple[float | str | None, ...] = ()
    group: str | None = None
    group_size: int | None = None


class Matches(NamedTuple):
    """The wanted matches in order, and how many documents match in all.

    `facets` has the values and counts for each facet; `groups` says how many groups there are, None without grouping.
    `first` matches, or groups, stand before the wanted ones.
    """

    total: int
    matches: list[Match]
    facets: list[list[tuple[str, int]]]
    groups: int | None = None
    first: int = 0


class Problem(NamedTuple):
    """Something that is wrong with a file of an index."""

    path: Path
    reason: str
    offset: int | None = None
    """The byte of the file where it begins, where known."""
    column: str | None = None
    """The part of the file, where known."""

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        place = f", byte {self.offset:,}" if self.offset is not None else ""
        return f"{self.path}{column}{place}: {self.reason}"


Salvaged = tuple[str, tuple[bytes, bytes], dict[str, Any]]  # an id, what is stored of the document, and its fields


class Vocabulary:
    """The terms of a text field in one part of a snapshot, which never changes: what is made of it stays good.

    `text` has the terms in order, a line feed after each; `frequencies` i8[n], in how many documents of the part each
    stands; `derived` keeps what is worked out from these.
    """

    def __init__(self, text: str, frequencies: Any) -> None:
        self.text = text
        self.frequencies = frequencies
        self.derived: dict[str, Any] = {}


class ShortTexts:
    """What a field holds in the documents of one part of a snapshot, as far as it is short (see `stored`).

    `read` gives the text of each document, empty where there is none; `live` bool[N] says which documents are not
    deleted, None if none is; `derived` keeps what is worked out from the texts, whichever documents are deleted later.
    """

    def __init__(self, read: Callable[[], list[str]], live: Any, derived: dict[str, Any]) -> None:
        self.read = read
        self.live = live
        self.derived = derived


class Occurrence(NamedTuple):
    """A term in a field of a document: how often, among about how many words, and how many documents have it."""

    times: int
    length: int
    frequency: int


class Boost(NamedTuple):
    """What multiplies the score of a document, and what it comes from."""

    label: str
    factor: float


class Scores(Protocol):
    """What the parts of a query give one document; for explaining a score, not for searching."""

    words: Sequence[Word]
    """Those of the query that evidence beyond their roots is looked for of."""
    is_close: bool
    """Whether the document is among those that it is looked for in."""
    boosts: Sequence[Boost]

    def score(self, node: Node) -> float:
        """By the terms of the index alone."""

    def evidence(self, words: Sequence[Word], ranking: Ranking, field: str | None = None) -> float:
        """By what stands closer to some of the words, in one field or in all; 0 if the document is not close."""

    def coverage(self, ranking: Ranking) -> Boost | None:
        """What its score is multiplied by for having several words of the query; None if it is not close."""

    def occurrence(self, field: str, term: str) -> Occurrence:
        """How often the document has a term in a field; 0 times where it does not."""

    def terms(self, node: Prefix | Wildcard | Fuzzy, most: int) -> list[str]:
        """At most so many of the terms that a node stands for and the document has in the node's field."""


class Snapshot(Protocol):
    """One generation of an index, unchanged however many follow. Safe to use from many threads.

    `derived` keeps what is worked out from its documents; nothing in it may refer to the snapshot.
    """

    schema: Schema
    derived: dict[str, Any]

    def __len__(self) -> int:
        """How many documents there are, without deleted ones."""

    def search(self, query: Query, view: View, ranking: Ranking) -> Matches:
        """What matches a query, as far as `view` wants it.

        QueryTimeoutError after the deadline of `view`; QueryError where a pattern stands for too many terms;
        CorruptIndexError where something that is read is damaged.
        """

    def scores(self, query: Query, ranking: Ranking, key: str) -> Scores | None:
        """What gives the document with this id its score; None if there is none."""

    def get(self, key: str) -> Mapping[str, Any] | None:
        """What is stored of the document with this id; None if there is none."""

    def documents(self) -> Iterator[dict[str, Any]]:
        """What is stored of all documents, one after another, in memory only for the moment."""

    def vocabularies(self, field: str) -> Sequence[Vocabulary]:
        """The terms of a text field, in as many parts as the engine has them; a term may be in several."""

    def frequency(self, field: str, term: str) -> int:
        """How many documents have a term in a text field; where very many have it, deleted ones may count."""

    def frequencies_beside(self, fields: Sequence[str], terms: Sequence[str], others: Sequence[str]) -> list[int]:
        """How many documents with any of `terms` have each of `others`, in text fields; of very many some are read."""

    def with_form(self, field: str, term: str, surface: str) -> int:
        """How many documents have a term in this surface form, in lower case; another may be taken for it."""

    def spelled(self, fields: Iterable[str], folded: str, lengths: frozenset[int], beyond: int) -> dict[str, int]:
        """The terms of text fields that are the first letters of `folded` but for diacritics; see `frequency`.

        They have as many letters as `lengths` has, or go on behind `folded` with up to `beyond` letters; of very many
        terms some may be left out.
        """

    def short_texts(self, field: str) -> Sequence[ShortTexts]:
        """The short texts that documents have in a field, in as many parts as the engine has them."""

    def verify(self) -> None:
        """Read every byte; CorruptIndexError names the first file that is damaged."""


class Held(Protocol):
    """The documents of an index by the hashes of their ids, to compare others with; n of them."""

    hashes: Any
    """Of the ids (see `searchkit.storage.hashes`), ascending; u8[n]."""
    contents: Any
    """Of what is stored of each (see `searchkit.storage.checksums`), in the order of `hashes`; u8[n]."""

    def key(self, place: int) -> str:
        """The id of the document at a place of these arrays."""


class Transaction(Protocol):
    """Changes that take effect together, or not at all."""

    def held(self) -> Held:
        """The documents of the index before the transaction."""

    def add(
        self,
        key: str,
        stored: tuple[bytes, bytes],
        values: Mapping[str, Any],
        known: tuple[int, int] | None = None,
    ) -> None:
        """Write a document: its head and tail (see `stored`), and its fields as `Schema.prepare` gives them.

        A text that stands in the tail as it is, in UTF-8, may be given as its first byte there and the one after it.
        `known` are the hashes of its id and its content, for one who has worked them out.
        """

    def delete(self, key: str) -> None:
        """Delete the document with this id, if there is one, also one that was added before."""

    def commit(self, *, optimize: bool = False) -> State:
        """Bring everything to the disk; the state for the manifest. Nothing is in force before that is published.

        With `optimize` everything is written anew, in as few parts as can hold it and without what is deleted.
        StorageError if the system does not write.
        """

    def abort(self) -> None:
        """Remove what has been written, unless it has been committed."""


class Backend(Protocol):
    """An engine over the folder of an index."""

    def snapshot(self, state: State, before: Snapshot | None = None) -> Snapshot:
        """Open a generation; what it has in common with `before` is shared. CorruptIndexError if a file is missing."""

    def transaction(self, state: State, jobs: int) -> Transaction:
        """Begin to change a generation, with so many processes. The writer's lock is for whoever calls to hold."""

    def count(self, state: State) -> int:
        """How many documents a generation has, without deleted ones and without opening it."""

    def is_optimal(self, state: State) -> bool:
        """Whether `Transaction.commit` with `optimize` would leave a generation as it is."""

    def files(self, state: State) -> Iterable[Path]:
        """The files of a generation, which are never changed and may belong to others, too."""

    def companions(self, state: State, generation: int) -> Mapping[str, bytes]:
        """Files for the index's folder, by name, that let others than searchkit read a generation."""

    def for_whoosh(self, read: Callable[[], tuple[Schema, State, int]]) -> Any:
        """The index for programs that use Whoosh; `read` says what is in force: schema, state and generation."""

    def is_whole(self, companion: bytes, generation: int) -> bool:
        """Whether such a file is as it was written, and of this generation."""

    def problems(self, state: State, known: dict[object, list[Problem]]) -> list[Problem]:
        """What is wrong with the files of a generation; `known` is filled with what other generations share."""

    def salvage(self, damaged: State, sound: State) -> Iterator[tuple[Any, Iterator[Salvaged]]]:
        """For each part of `damaged`, as the state has it, its documents that can be read and are nowhere else."""
