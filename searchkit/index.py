"""The index: a folder with one small manifest that names the generation in force.

articles.index/
    searchkit.json      the manifest: format, schema, analyzer, generation; replaced atomically
    writer.lock         held while somebody writes
    g000001/            a generation: the files of the engine
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import ujson

from searchkit.backend import Backend, Change, Snapshot
from searchkit.errors import CorruptIndexError, IndexExistsError, IndexNotFoundError, IndexVersionError, SchemaError
from searchkit.locks import WriterLock
from searchkit.results import Hit, Results
from searchkit.schema import Schema
from searchkit.writer import Writer

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["Index", "Stats", "create", "open", "open_or_create", "rebuild"]

FORMAT = 1
_MANIFEST = "searchkit.json"


class Stats(NamedTuple):
    """Figures about an index on disk; sizes in bytes."""

    documents: int
    generation: str
    size: int
    files: int
    fields: dict[str, str]
    analyzer: str


class Index:
    """An open index. Searching is safe from many threads; each search sees one committed state."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self._manifest = manifest
        self.schema = _schema_of(path, manifest)
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()  # for opening the snapshot, not for searching

    # ------------------------------------------------------------ reading

    def search(self, query: str, limit: int = 10, offset: int = 0, *, match: str = "any") -> Results:
        """The best `limit` documents for what a person typed, from rank `offset` on.

        Words match in any inflected form; "quoted words" as a phrase; -word excludes; field:word looks in one field;
        word* matches beginnings. With match="all" every word must match. QueryError says what cannot be asked.
        """
        from searchkit.query import parse
        from searchkit.suggest import suggest

        started = time.perf_counter()
        analyzer = self._analyzer()
        parsed = parse(query, self.schema, analyzer, match=match, limit=limit, offset=offset)
        snapshot = self._current_snapshot()
        found = snapshot.search(parsed, limit, offset) if parsed.clauses else None
        total = found.total if found else 0
        hits = [
            Hit(offset + number, match_.score, ujson.loads(match_.stored), parsed, analyzer, self.schema)
            for number, match_ in enumerate(found.matches if found else [], 1)
        ]
        suggestion = suggest(query, snapshot, self.schema, analyzer) if total == 0 else None
        return Results(query, total, hits, suggestion, (time.perf_counter() - started) * 1000)

    def get(self, key: str) -> dict[str, Any] | None:
        """The stored fields of the document with this id, or None."""
        stored = self._current_snapshot().get(key)
        return None if stored is None else ujson.loads(stored)

    def __len__(self) -> int:
        return len(self._current_snapshot())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._current_snapshot().get(key) is not None

    def refresh(self) -> bool:
        """Move on to the newest commit; whether there was one."""
        manifest = _read_manifest(self.path)
        with self._lock:
            stale = manifest != self._manifest or (self._snapshot is not None and not self._snapshot.current())
            if stale:
                self._manifest = manifest
                self.schema = _schema_of(self.path, manifest)
                # The old snapshot is left to the searches that still use it; it goes with the last of them.
                self._snapshot = None
            return stale

    def close(self) -> None:
        """Let the files go; a later search opens them again."""
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.close()
                self._snapshot = None

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stats(self) -> Stats:
        """Figures about the index on disk."""
        files = [path for path in self.path.rglob("*") if path.is_file()]
        return Stats(
            documents=len(self),
            generation=self._manifest["generation"],
            size=sum(path.stat().st_size for path in files),
            files=len(files),
            fields={"id": "keyword", **{name: field.kind for name, field in self.schema.fields.items()}},
            analyzer=self._manifest["analyzer"],
        )

    # ------------------------------------------------------------ writing

    def writer(
        self, *, wait: float = 0.0, jobs: int = 1, progress: Callable[[int, int], object] | None = None
    ) -> Writer:
        """A transaction on this index; `wait` seconds for another writer to finish, then LockedError.

        The commit indexes in `jobs` processes and tells `progress` how many of how many changes are done.
        """
        lock = WriterLock(self.path)
        lock.acquire(wait)
        try:
            self.refresh()  # somebody may have rebuilt the index since it was opened
            return Writer(self.path, self.schema, lock, partial(self._apply, jobs), progress)
        except BaseException:
            lock.release()
            raise

    def _apply(self, jobs: int, changes: Iterator[Change]) -> int:
        count = self._backend().apply(changes, jobs)
        self.refresh()
        return count

    # ------------------------------------------------------------ parts

    def _backend(self) -> Backend:
        return _backend(self.path / self._manifest["generation"], self.schema)

    def _current_snapshot(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self._backend().snapshot()
            return self._snapshot

    @staticmethod
    def _analyzer() -> Analyzer:
        from azanalyzer import Analyzer

        return Analyzer.shared()

    def __repr__(self) -> str:
        return f"<searchkit.Index {str(self.path)!r}>"


def create(path: str | os.PathLike[str], schema: Schema | None = None) -> Index:
    """A new, empty index at `path`; IndexExistsError if anything but an empty folder is there."""
    folder = Path(path)
    if schema is not None and not isinstance(schema, Schema):
        raise SchemaError(f"expected a searchkit.Schema, not {type(schema).__name__}")
    if folder.exists() and (not folder.is_dir() or any(entry.name != "writer.lock" for entry in folder.iterdir())):
        what = "an index" if (folder / _MANIFEST).exists() else "something that is not an index"
        raise IndexExistsError(f"{folder}: there is already {what}; open it, rebuild it, or choose another path")
    folder.mkdir(parents=True, exist_ok=True)
    with WriterLock(folder) as lock:
        lock.acquire()
        manifest = _new_manifest(schema or Schema(), "g000001")
        _backend(folder / "g000001", schema or Schema()).create()
        _write_manifest(folder, manifest)
    return Index(folder, manifest)


def open(path: str | os.PathLike[str]) -> Index:
    """The index at `path`; IndexNotFoundError if there is none."""
    folder = Path(path)
    return Index(folder, _read_manifest(folder))


def open_or_create(path: str | os.PathLike[str], schema: Schema | None = None) -> Index:
    """The index at `path`, made if it is not there; SchemaError if it is there with another schema."""
    if not (Path(path) / _MANIFEST).exists():
        return create(path, schema)
    index = open(path)
    if schema is not None and schema != index.schema:
        raise SchemaError(f"{path}: the index has another schema ({index.schema}); rebuild it to change that")
    return index


@contextlib.contextmanager
def rebuild(
    path: str | os.PathLike[str],
    schema: Schema | None = None,
    *,
    wait: float = 0.0,
    jobs: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[Writer]:
    """A transaction that replaces the whole index, which is searched in its old state until the end of the block.

    The old index is never opened, so a damaged one is no obstacle. An exception in the block leaves it in force.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    schema = schema or Schema()
    with WriterLock(folder) as lock:
        lock.acquire(wait)
        old = sorted(entry for entry in folder.glob("g[0-9]*") if entry.is_dir())
        name = f"g{max((int(entry.name[1:]) for entry in old if entry.name[1:].isdigit()), default=0) + 1:06}"
        target = folder / name
        backend = _backend(target, schema)
        try:
            backend.create()
            writer = Writer(folder, schema, _NoLock(folder), lambda changes: backend.apply(changes, jobs), progress)
            with writer:
                yield writer
            _write_manifest(folder, _new_manifest(schema, name))
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        # The generation just replaced stays for readers that have it open; those before it go.
        for entry in old[:-1]:
            shutil.rmtree(entry, ignore_errors=True)


class _NoLock(WriterLock):
    """For a writer inside a block that holds the lock already."""

    def acquire(self, wait: float = 0.0) -> None:
        return


def _backend(folder: Path, schema: Schema) -> Backend:
    from searchkit.engine.whoosh_backend import WhooshBackend

    return WhooshBackend(folder, schema)


def _new_manifest(schema: Schema, generation: str) -> dict[str, Any]:
    from azanalyzer import VERSION

    return {"format": FORMAT, "generation": generation, "analyzer": f"azanalyzer {VERSION}", "schema": schema.to_dict()}


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    temporary = folder / f"{_MANIFEST}.{os.getpid()}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(ujson.dumps(manifest, ensure_ascii=False, indent=1))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _MANIFEST)


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    try:
        manifest = ujson.loads(path.read_text("utf-8"))
        generation = manifest["generation"]
        found = manifest["format"]
    except FileNotFoundError:
        raise IndexNotFoundError(f"{folder}: there is no searchkit index here; `searchkit index` makes one") from None
    except NotADirectoryError:
        raise IndexNotFoundError(f"{folder}: an index is a folder, and this is a file") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptIndexError(f"{path}: the manifest is damaged ({error}); rebuild the index") from None
    if found != FORMAT:
        raise IndexVersionError(
            f"{folder}: the index has format {found}, this searchkit reads format {FORMAT}; "
            "rebuild it with `searchkit index --rebuild`"
        )
    if not (isinstance(generation, str) and generation[:1] == "g" and generation[1:].isdigit()):
        raise CorruptIndexError(f"{path}: {generation!r} cannot name a generation; rebuild the index")
    return dict(manifest)


def _schema_of(folder: Path, manifest: dict[str, Any]) -> Schema:
    try:
        return Schema.from_dict(manifest["schema"])
    except (SchemaError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise CorruptIndexError(
            f"{folder / _MANIFEST}: the schema cannot be read ({error}); rebuild the index"
        ) from None
