"""What a search returns."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any, overload

from azanalyzer.lazy import cached_property
from azanalyzer.tuples import NamedTuple
from searchkit.errors import SearchkitError
from searchkit.query.cursor import encode_cursor
from searchkit.request import fingerprint_of

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.backend import Match, Position, Snapshot
    from searchkit.explain import Reason
    from searchkit.highlighting.snippets import Highlighter, Snippet
    from searchkit.querytree import Query
    from searchkit.ranking import Ranking
    from searchkit.request import SearchRequest
    from searchkit.schema import Schema

__all__ = ["Asked", "Completion", "Hit", "Results"]


class Completion(NamedTuple):
    """What a text that is being typed may become, and how many documents have that."""

    text: str
    frequency: int


class Asked:
    """What was asked, and of which state of the index: what the hits of one search have in common."""

    def __init__(
        self, query: Query, ranking: Ranking, snapshot: Snapshot | None, schema: Schema, analyzer: Analyzer
    ) -> None:
        """Without a snapshot, as what a pickle holds, hits make snippets, but cannot be explained."""
        self._query = query
        self._ranking = ranking
        self._snapshot = snapshot
        self.schema = schema
        self._analyzer = analyzer

    def __reduce__(self) -> tuple[Callable[..., Asked], tuple[Query, Ranking, Schema]]:
        return _asked_before, (self._query, self._ranking, self.schema)

    @cached_property
    def highlighter(self) -> Highlighter:
        """What makes the snippets of all hits."""
        from searchkit.highlighting.snippets import (
            Highlighter,  # a search that nobody asks for snippets needs nothing of it
        )

        return Highlighter(self._query, self._analyzer)

    def why(self, hit: Hit) -> Reason:
        """See `Hit.explain`."""
        from searchkit.explain import explain

        if self._snapshot is None:
            raise SearchkitError(
                "a hit that has been pickled or copied cannot be explained; explain it where it was found"
            )
        scores = self._snapshot.scores(self._query, self._ranking, hit.id)
        assert scores is not None  # a snapshot keeps the documents that it found
        title = f"hit {hit.rank}, {hit.id}"
        return explain(title, hit.score, self._query, self._ranking, scores, self.schema, self._analyzer)


def _asked_before(query: Query, ranking: Ranking, schema: Schema) -> Asked:
    from azanalyzer import Analyzer

    return Asked(query, ranking, None, schema, Analyzer.shared())


class Hit:
    """One document found; scores compare within one search.

    It can be read as a mapping of its stored fields, `hit["title"]`, `"url" in hit`, `dict(hit)`, which `fields` is.
    In a grouped search it stands for `group_size` documents with the value `group`, None if they have none.
    """

    def __init__(self, rank: int, match: Match, asked: Asked) -> None:
        self.rank = rank
        self.score, self.fields, _, self.group, self.group_size = match
        self._asked = asked

    @property
    def id(self) -> str:
        """The document's id."""
        return str(self.fields["id"])

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def keys(self) -> KeysView[str]:
        """The names of the stored fields."""
        return self.fields.keys()

    def values(self) -> ValuesView[Any]:
        """The values of the stored fields."""
        return self.fields.values()

    def items(self) -> ItemsView[str, Any]:
        """The names and values of the stored fields."""
        return self.fields.items()

    def get(self, name: str, default: Any = None) -> Any:
        """The stored field `name`, or `default`."""
        return self.fields.get(name, default)

    def snippet(self, field: str = "body", length: int = 240, *, fragments: int = 1, mark: str = "word") -> Snippet:
        """The passages of a text field that show best why the document was found, together at most `length` characters.

        There are at most `fragments` passages. Words are marked whole, or without their inflection with mark="root".
        The snippet is empty when the document has no such field. A length below 20 counts as 20. ValueError for
        another `mark`.
        """
        return self._asked.highlighter.snippet(self._text(field), field, length, fragments, mark)

    def highlight(self, field: str = "title", *, mark: str = "word") -> Snippet:
        """All of a text field, with the words marked that were asked for, as `mark` says of `snippet`.

        It is empty when the document has no such field.
        """
        return self._asked.highlighter.highlight(self._text(field), field, mark)

    def explain(self) -> Reason:
        """Why it was found, its score taken apart: how each word was read, where it stands and what that adds.

        It costs some milliseconds a hit. SearchkitError for a hit that has been pickled or copied.
        """
        return self._asked.why(self)

    def _text(self, field: str) -> str:
        """The text of a field; of a list of values, each on a line."""
        value = self.fields.get(field)
        if isinstance(value, (list, tuple)):
            from searchkit.suggestions.similar import as_text

            return as_text(value)
        return value if isinstance(value, str) else ""

    def to_dict(self, *, fields: str | Iterable[str] | None = None) -> dict[str, Any]:
        """The hit as JSON-ready data, with a snippet of each text field but the first where it has several.

        Of its stored fields there are only those that `fields` names, if it is given.
        """
        names = [name for name in self._asked.schema.text_fields if name in self.fields]
        if len(names) > 1:
            names = names[1:]
        snippets = {name: self.snippet(name) for name in names}
        grouped = {} if self.group_size is None else {"group": self.group, "group_size": self.group_size}
        return {
            "rank": self.rank,
            "id": self.id,
            "score": round(self.score, 6),
            **grouped,
            "fields": {name: self.fields[name] for name in _chosen(self.fields, fields)},
            "snippets": {name: {"html": snippet.html(), "text": snippet.text} for name, snippet in snippets.items()},
        }

    def __repr__(self) -> str:
        return f"<Hit {self.rank} {self.id!r} {self.score:.3f}>"


def _chosen(stored: Iterable[str], wanted: str | Iterable[str] | None) -> Iterable[str]:
    """The names of the stored fields that are wanted, in their order; a text is one name."""
    if wanted is None:
        return stored
    names = {wanted} if isinstance(wanted, str) else frozenset(wanted)
    return (name for name in stored if name in names)


class Results:
    """The hits of one page in order; `total` counts all matching documents, `took_ms` milliseconds.

    `facets` has a list of values and counts for each facet that was asked for, over all matching documents. `groups` is
    the number of groups of a grouped search, else None. `request` is what was asked.
    """

    def __init__(
        self,
        request: SearchRequest,
        total: int,
        hits: list[Hit],
        suggestion: Callable[[], str | None],
        took_ms: float,
        facets: dict[str, list[tuple[str, int]]],
        groups: int | None,
        end: Position | None,
    ) -> None:
        self.request = request
        self.total = total
        self.hits = hits
        self._suggest = suggestion
        self.took_ms = took_ms
        self.facets = facets
        self.groups = groups
        self._end = end

    @property
    def query(self) -> str:
        """The query as it was given."""
        return self.request.query

    @cached_property
    def suggestion(self) -> str | None:
        """The query with words that the index does not know put right, or None; looked for when it is asked for."""
        return self._suggest()

    @property
    def cursor(self) -> str | None:
        """What `after` takes to go on behind the last hit of this page; None where nothing follows."""
        if self._end is None or self._end.rank >= (self.total if self.groups is None else self.groups):
            return None
        return encode_cursor(self._end, fingerprint_of(self.request))

    def __getstate__(self) -> dict[str, Any]:
        """What it holds, with the suggestion found: a pickle or a copy has nothing to look for it in."""
        suggestion = self.suggestion
        return {**vars(self), "suggestion": suggestion, "_suggest": None}

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | list[Hit]:
        return self.hits[index]

    def to_dict(self, *, fields: str | Iterable[str] | None = None) -> dict[str, Any]:
        """The results as JSON-ready data, in the shape that `searchkit query --json` prints.

        `facets`, `groups` and `cursor` are there only if facets, groups or a page after a cursor were asked for. Of
        the stored fields of each hit there are only those that `fields` names, if it is given.
        """
        wanted = fields if fields is None or isinstance(fields, str) else frozenset(fields)
        asked: dict[str, Any] = {}
        if self.request.facets is not None:
            asked["facets"] = {
                name: [{"value": value, "count": count} for value, count in counts]
                for name, counts in self.facets.items()
            }
        if self.groups is not None:
            asked["groups"] = self.groups
        if self.request.after is not None:
            asked["cursor"] = self.cursor
        return {
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 3),
            "suggestion": self.suggestion,
            **asked,
            "hits": [hit.to_dict(fields=wanted) for hit in self.hits],
        }

    def __repr__(self) -> str:
        return f"<Results {len(self.hits)} of {self.total} for {self.query!r}>"
