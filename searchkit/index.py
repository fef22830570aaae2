"""The index: a folder with one small manifest that says all about the generation in force.

articles.index/
    searchkit.json      the manifest: format, generation, schema, analyzer, segments; replaced atomically
    generations/        the manifests of this generation and of those that are kept
    segments/           the files of the engine, each written once and never changed
    writer.lock         held while somebody writes
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from azanalyzer import Analyzer
from searchkit.backend import Facet, Matches, Position, Snapshot, State, Transaction, View
from searchkit.deadline import Deadline, check_time_limit
from searchkit.errors import DocumentError, QueryError, StorageError
from searchkit.opened import OpenIndex
from searchkit.query.parse import check_page, check_text, parse
from searchkit.query.unknown import as_documents_spell
from searchkit.querytree import Everything, Node, Nothing, Query
from searchkit.ranking import Ranking, check_ranking, default_ranking
from searchkit.request import SearchRequest, fields_of, view_of
from searchkit.results import Asked, Completion, Hit, Results
from searchkit.schema import Schema
from searchkit.storage.generations import ALL, KEPT, backend_of, check_options, clean_up, locked, put_in_force
from searchkit.storage.manifest import read_manifest, schema_of
from searchkit.storage.stats import Stats, stats_of

if TYPE_CHECKING:
    from searchkit.indexing.writer import Writer

__all__ = ["Index"]

_RELATED = 20  # hits that related queries are taken from


class Index(OpenIndex):
    """An open index. Searching is safe from many threads; each search sees one committed state."""

    # ------------------------------------------------------------ reading

    def search(
        self,
        query: str,
        limit: int = 10,
        offset: int = 0,
        *,
        filters: Mapping[str, Any] | None = None,
        facets: Sequence[str | Facet] | None = None,
        sort: str | Sequence[str] | None = None,
        group_by: str | None = None,
        after: str | None = None,
        match: Literal["any", "all"] = "any",
        syntax: Literal["simple", "full"] = "simple",
        ranking: Ranking | None = None,
        time_limit: float | None = None,
        fields: str | Sequence[str] | Mapping[str, float] | None = None,
    ) -> Results:
        """The best `limit` documents for what a person typed, from rank `offset` on.

        Words match in any inflected form; "quoted words" as a phrase; -word excludes; field:word looks in one field;
        word* matches beginnings. With match="all" every word must match. With syntax="full" there are also AND, OR,
        NOT, groups, ranges, wildcards, word~, "phrase"~2 and boosts^2. QueryError says what cannot be asked.
        `ranking` weighs what counts besides the roots of the words. `fields` are the text fields to search, as names or
        with what each counts, {"title": 3, "body": 1}; all of them, as the schema weighs them, if it is not given.

        `filters` are values that documents must have by field; `facets` fields whose values are counted; `sort` is one
        field or several, `-date` the latest first; `group_by` shows the best document for each value of a keyword
        field; `after` is the cursor of the page before. With any of the first four an empty query finds everything.

        A search that takes more than `time_limit` seconds, or those that the index was opened with, is stopped with
        QueryTimeoutError.
        """
        return self.run(
            SearchRequest(
                query, limit, offset, filters, facets, sort, group_by, after, match, syntax, ranking, time_limit, fields
            )
        )

    async def asearch(
        self,
        query: str,
        limit: int = 10,
        offset: int = 0,
        *,
        filters: Mapping[str, Any] | None = None,
        facets: Sequence[str | Facet] | None = None,
        sort: str | Sequence[str] | None = None,
        group_by: str | None = None,
        after: str | None = None,
        match: Literal["any", "all"] = "any",
        syntax: Literal["simple", "full"] = "simple",
        ranking: Ranking | None = None,
        time_limit: float | None = None,
        fields: str | Sequence[str] | Mapping[str, float] | None = None,
    ) -> Results:
        """`search` in a thread, for a program with an event loop, which goes on meanwhile."""
        import asyncio

        request = SearchRequest(
            query, limit, offset, filters, facets, sort, group_by, after, match, syntax, ranking, time_limit, fields
        )
        return await asyncio.to_thread(self.run, request)

    def run(self, request: SearchRequest) -> Results:
        """What `search` does, asked by a request that has been kept or sent."""
        if not isinstance(request, SearchRequest):
            raise QueryError(f"run takes a searchkit.SearchRequest, not {type(request).__name__}")
        started = time.perf_counter()
        analyzer = self._analyzer()
        snapshot = self._current_snapshot()
        schema = snapshot.schema  # that of the index may be of a later generation by now
        query, fields = request.query, fields_of(request, schema)
        check_page(request.limit, request.offset)
        parsed = parse(query, schema, analyzer, match=request.match, syntax=request.syntax, fields=fields)
        parsed = as_documents_spell(parsed, snapshot, analyzer)
        if request.ranking is not None:
            check_ranking(request.ranking, schema)
        met = _conditions(request.filters, schema, analyzer)
        view = view_of(request, schema)  # last: what a cursor belongs to is told of a request that can be
        browses = request.filters is not None or view.facets or request.sort or view.group_by  # by score, too
        if browses and not query.strip():
            parsed = parsed._replace(root=Everything())
        if met:
            parsed = parsed._replace(conditions=parsed.conditions + met)
        suggestion = functools.partial(_suggested, query, snapshot, schema, analyzer, fields)
        return self._results(request, parsed, view, snapshot, suggestion, started)

    def _results(
        self,
        request: SearchRequest,
        query: Query,
        view: View,
        snapshot: Snapshot,
        suggestion: Callable[[], str | None],
        started: float,
        has_pages: bool = True,
    ) -> Results:
        """The results of a query; without pages no search can go on behind them."""
        limit = self._time_limit if request.time_limit is None else request.time_limit
        check_time_limit(limit)
        view = View(*view[:-1], Deadline(limit, started))
        asked = query.conditions or view.facets or not isinstance(query.root, Nothing)  # ranges are told with 0
        ranking = request.ranking or default_ranking()
        if ranking.boosts:
            import datetime

            ranking = ranking.at(datetime.datetime.now())
        found = snapshot.search(query, view, ranking) if asked else Matches(0, [], [])
        what = Asked(query, ranking, snapshot, snapshot.schema, self._analyzer())
        hits = [Hit(rank, match, what) for rank, match in enumerate(found.matches, found.first + 1)]
        end = Position(hits[-1].rank, found.matches[-1].values, hits[-1].id) if hits and has_pages else None
        facets = {facet.name: counts for facet, counts in zip(view.facets, found.facets, strict=True)}
        took_ms = (time.perf_counter() - started) * 1000
        return Results(request, found.total, hits, suggestion, took_ms, facets, found.groups, end)

    def suggest(self, text: str) -> str | None:
        """`text` with words that the index does not know put right, or None; what `search` gives as `suggestion`.

        QueryError for more than 10,000 characters.
        """
        check_text(text)
        snapshot = self._current_snapshot()
        return _suggested(text, snapshot, snapshot.schema, self._analyzer())

    def autocomplete(
        self, text: str, limit: int = 10, *, kind: Literal["words", "titles"] = "words"
    ) -> list[Completion]:
        """What a text that is being typed may become, the best `limit`; QueryError if an argument is wrong.

        With kind "words" its last word is completed by the words of the index, the most frequent first. With "titles"
        these are the titles of documents in which a word begins as the text does.
        """
        from searchkit.suggestions.completion import complete_titles, complete_words

        check_text(text)
        check_page(limit)
        snapshot = self._current_snapshot()
        names = snapshot.schema.text_fields
        if kind == "words":
            return complete_words(text, snapshot, names, self._analyzer(), limit)
        if kind == "titles":
            title = _title_field(names)
            return complete_titles(text, snapshot.short_texts(title), limit) if title else []
        raise QueryError(f"kind is 'words' or 'titles', not {kind!r}")

    def more_like_this(self, id_or_text: str, limit: int = 10, *, filters: Mapping[str, Any] | None = None) -> Results:
        """The documents most like the one with this id, which is left out, or like a text if there is none.

        `filters` are those of `search`; QueryError says what they cannot be.
        """
        from searchkit.suggestions.similar import as_text, query_like

        started = time.perf_counter()
        if not isinstance(id_or_text, str):  # of any length
            raise QueryError(f"an id or a text is a string, not {type(id_or_text).__name__}")
        check_page(limit)
        snapshot = self._current_snapshot()
        document = snapshot.get(id_or_text)
        names = snapshot.schema.text_fields
        texts = [id_or_text] if document is None else [as_text(document.get(name)) for name in names]
        key = "" if document is None else id_or_text
        query = query_like(texts, snapshot, names, self._analyzer(), key)
        query = query._replace(conditions=_conditions(filters, snapshot.schema, self._analyzer()))
        request = SearchRequest(id_or_text, limit, filters=filters)
        view = view_of(request, snapshot.schema)
        return self._results(request, query, view, snapshot, lambda: None, started, has_pages=False)

    def related_queries(self, query: str, limit: int = 10, *, filters: Mapping[str, Any] | None = None) -> list[str]:
        """What else may be asked: words that mark the best documents for `query`, as they stand in titles.

        `filters` are those of `search`; QueryError says what they cannot be.
        """
        from searchkit.suggestions.similar import as_text, related

        check_text(query)
        check_page(limit)
        hits: Iterable[Hit] = self.search(query, _RELATED, filters=filters) if query.strip() else ()
        snapshot = self._current_snapshot()
        names = snapshot.schema.text_fields
        found = [{name: as_text(hit.get(name)) for name in names} for hit in hits]
        return related(query, found, snapshot, names, self._analyzer(), limit)

    def warm_up(self) -> None:
        """Make now the tables that the first searches, suggestions and completions would wait for.

        It takes a tenth of a second for the language, once in a process, and some microseconds for each term and title
        of the index. What is there already costs nothing, also after a commit, so a service may call it again then.
        """
        from searchkit.suggestions.completion import make_tables
        from searchkit.suggestions.neighbours import neighbours

        snapshot = self._current_snapshot()
        names = snapshot.schema.text_fields
        self._analyzer().warm_up()
        make_tables(snapshot, names, _title_field(names))
        for name in names:
            for vocabulary in snapshot.vocabularies(name):
                neighbours(vocabulary)

    def get(self, key: str) -> dict[str, Any] | None:
        """The stored fields of the document with this id, or None; DocumentError for an id that is no string."""
        if not isinstance(key, str):
            raise DocumentError(f"an id is a string, not {type(key).__name__}")
        found = self._current_snapshot().get(key)
        return None if found is None else dict(found)

    def documents(self) -> Iterator[dict[str, Any]]:
        """The stored fields of all documents, one after another; CorruptIndexError where one cannot be read.

        They are those of the state in which the index is when this is called, whatever is committed meanwhile, and are
        never in memory together.
        """
        return self._current_snapshot().documents()

    def __len__(self) -> int:
        return len(self._current_snapshot())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._current_snapshot().get(key) is not None

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stats(self) -> Stats:
        """Figures about the index on disk."""
        manifest, schema = self._in_force()
        return stats_of(self.path, manifest, schema, backend_of(self.path, schema))

    # ------------------------------------------------------------ writing

    def writer(
        self,
        *,
        wait: float = 0.0,
        jobs: int = 1,
        keep: int = KEPT,
        min_ratio: float | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Writer:
        """A transaction on this index; `wait` seconds for another writer to finish, then LockedError.

        Documents are indexed in `jobs` processes. `keep` generations before the new one stay for `rollback`. With
        `min_ratio`, TooFewDocumentsError if less than that share of the documents would be left. `progress` is told
        how many have been taken.
        """
        from searchkit.indexing.writer import Writer

        check_options(jobs, keep, min_ratio)
        lock = locked(self.path, wait)
        try:
            self._move_on()  # somebody may have rebuilt the index since it was opened
            backend, state = self._backend(), self._manifest["segments"]
            publish = functools.partial(self._publish, keep=keep, min_ratio=min_ratio)
            return Writer(self.schema, lock, lambda: backend.transaction(state, jobs), publish, progress)
        except BaseException:
            lock.release()
            raise

    def optimize(self, *, wait: float = 0.0, keep: int = KEPT) -> bool:
        """Write everything anew in one piece, without what is deleted; whether there was anything to do.

        It is several pieces where one cannot hold it. Searches in one piece are faster. The writers keep an index in
        good order by themselves, so this is for one that will not be written to for a while. LockedError after `wait`
        seconds if somebody writes; `keep` generations before the new one stay for `rollback`.
        """
        check_options(1, keep, None)
        with locked(self.path, wait):
            self._move_on()
            backend, state = self._backend(), self._manifest["segments"]
            if backend.is_optimal(state):
                return False
            transaction = backend.transaction(state, 1)
            try:
                made = transaction.commit(optimize=True)
                sources = self._manifest.get("sources")
                put_in_force(self.path, self.schema, backend, made, keep=keep, verify=True, sources=sources)
            finally:
                transaction.abort()
            return self._move_on()

    def _publish(self, transaction: Transaction | None, sources: Mapping[str, Any] | None, **guards: Any) -> int:
        if transaction is not None:
            put_in_force(self.path, self.schema, self._backend(), transaction.commit(), sources=sources, **guards)
            try:
                self._move_on()
            except StorageError as error:
                error.outcome = "what was written is in force"
                raise
        else:  # what a writer that died has left goes here, too
            clean_up(self.path, self._backend(), ALL)
        return int(self._manifest["documents"])

    # ------------------------------------------------------------ Whoosh

    def whoosh(self) -> Any:
        """The index on disk as a `whoosh.index.Index`, for whatever Whoosh offers to readers.

        It is what `whoosh.index.open_dir` gives, but read from the manifest: that function reads a pickle, which can
        run the code of whoever wrote it.
        """
        return self._backend().for_whoosh(functools.partial(_generation_at, self.path))


def _generation_at(path: Path) -> tuple[Schema, State, int]:
    """The schema, the segments and the number of the generation that is in force at a path."""
    manifest = read_manifest(path)
    return schema_of(path, manifest), manifest["segments"], int(manifest["generation"])


def _title_field(names: Sequence[str]) -> str | None:
    """The text field whose texts are completed as titles: of that name, or else the first."""
    return "title" if "title" in names else next(iter(names), None)


def _conditions(filters: Mapping[str, Any] | None, schema: Schema, analyzer: Analyzer) -> tuple[Node, ...]:
    if filters is None:
        return ()
    from searchkit.query.filters import conditions

    return conditions(filters, schema, analyzer)


def _suggested(
    text: str, snapshot: Snapshot, schema: Schema, analyzer: Analyzer, fields: Iterable[str] | None = None
) -> str | None:
    from searchkit.suggestions.suggest import suggest  # a search that nobody asks for a suggestion needs nothing of it

    return suggest(text, snapshot, schema, analyzer, fields)
