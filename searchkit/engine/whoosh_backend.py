"""The backend over stock Whoosh: one folder is one Whoosh index."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from searchkit.backend import Change, Match, Matches, Snapshot
from searchkit.errors import CorruptIndexError, LockedError, SearchkitError
from searchkit.querytree import Query
from searchkit.schema import Schema

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # 2.7.4 has invalid escapes that Python 3.12 and later complain about
    from whoosh import index as whoosh_index
    from whoosh import scoring
    from whoosh.collectors import TopCollector
    from whoosh.writing import LockError

    from searchkit.engine.whoosh_jobs import JobsWriter
    from searchkit.engine.whoosh_query import whoosh_query
    from searchkit.engine.whoosh_schema import STORED, whoosh_schema

__all__ = ["WhooshBackend"]

_BUDGET_MB = 256  # for the postings held in memory while writing
_WEIGHTING = scoring.BM25F(B=0.75, K1=1.2)


class WhooshBackend:
    """See `searchkit.backend.Backend`."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._folder = folder
        self._schema = schema

    def create(self) -> None:
        self._folder.mkdir(parents=True)
        whoosh_index.create_in(str(self._folder), whoosh_schema(self._schema)).close()

    def _open(self) -> Any:
        try:
            return whoosh_index.open_dir(str(self._folder), schema=whoosh_schema(self._schema))
        except Exception as error:
            raise _corrupt(self._folder, error) from error

    def snapshot(self) -> Snapshot:
        index = self._open()
        try:
            return WhooshSnapshot(self._folder, index, self._schema)
        except Exception as error:
            raise _corrupt(self._folder, error) from error

    def apply(self, changes: Iterable[Change], jobs: int) -> int:
        """Write the changes in one Whoosh commit by `jobs` processes; the number of documents afterwards."""
        index = self._open()
        try:
            fresh = index.doc_count() == 0
        except Exception as error:
            raise _corrupt(self._folder, error) from error
        try:
            if jobs > 1:
                writer = JobsWriter(index, procs=jobs, limitmb=_BUDGET_MB // jobs)
            else:
                writer = index.writer(limitmb=_BUDGET_MB)
        except LockError:
            raise LockedError(f"{self._folder}: another program writes this Whoosh index; try again later") from None
        try:
            for change in changes:
                if not fresh:
                    writer.delete_by_term("id", change.id)
                if change.values is not None:
                    writer.add_document(**change.values, **{STORED: change.stored})
            try:
                writer.commit()
            except (SearchkitError, OSError, MemoryError):
                raise
            except Exception as error:  # it merges what is there with what is new
                raise _corrupt(self._folder, error) from error
        except BaseException:
            with contextlib.suppress(Exception):  # a commit may fail halfway through
                writer.cancel()
            raise
        count = int(index.doc_count())
        index.close()
        return count


class WhooshSnapshot:
    """See `searchkit.backend.Snapshot`."""

    def __init__(self, folder: Path, index: Any, schema: Schema) -> None:
        self._folder = folder
        self._index = index
        self._schema = schema
        self._searcher = index.searcher(weighting=_WEIGHTING)
        # Whoosh's readers move shared file positions: one search at a time.
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Whoosh finds out that a file is damaged by whatever goes wrong first when it reads it."""
        with self._lock:
            try:
                yield
            except Exception as error:
                raise _corrupt(self._folder, error) from error

    def __len__(self) -> int:
        return int(self._searcher.doc_count())

    def search(self, query: Query, limit: int, offset: int) -> Matches:
        tree = whoosh_query(query, self._schema)
        with self._reading():
            # Whoosh's short cuts past documents that cannot be among the best lose some that can (with prefixes and
            # ranges), and it counts the matches by searching a second time.
            collector = TopCollector(max(offset + limit, 1), usequality=False, replace=0)
            self._searcher.search_with_collector(tree, collector)
            found = collector.results()
            total = collector.count()
            page = range(min(offset, found.scored_length()), min(offset + limit, found.scored_length()))
            return Matches(total, [Match(found.score(rank), found[rank][STORED]) for rank in page])

    def get(self, key: str) -> str | None:
        try:
            key.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which no id can have
            return None
        with self._reading():
            document = self._searcher.document(id=key)
        return None if document is None else str(document[STORED])

    def terms(self, field: str) -> Iterator[tuple[str, int]]:
        """The terms of a text field with the number of documents that have each, sorted."""
        with self._reading():
            convert = self._index.schema[field].from_bytes
            found = [
                (convert(term), int(info.doc_frequency())) for term, info in self._searcher.reader().iter_field(field)
            ]
        return iter(found)

    def current(self) -> bool:
        with self._reading():
            return bool(self._index.latest_generation() == self._searcher.reader().generation())

    def close(self) -> None:
        self._searcher.close()
        self._index.close()


def _corrupt(folder: Path, error: Exception) -> CorruptIndexError:
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return CorruptIndexError(
        f"{folder}: the index cannot be read ({reason}); rebuild it with `searchkit index … --rebuild`"
    )
