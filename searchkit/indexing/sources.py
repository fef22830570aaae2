"""Indexing files: which of them have changed since the last time, and what came of each.

Two things are remembered. The manifest has a fingerprint of all files and settings, by which a job sees that there is
nothing to do. Beside it a cache (see `source_cache`) has for each file its size and time and the hashes of its
documents; a file that is as it was, and whose documents are all in the index as they were, is not read. It also has the
fingerprint of files that were found to give just what the index has, as after a `touch`.
"""

from __future__ import annotations

import hashlib
import os
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import ujson

from azanalyzer.tuples import NamedTuple
from searchkit import opening
from searchkit.documents import Document, read_documents
from searchkit.documents.walk import STDIN, Found, printable, walk
from searchkit.errors import DocumentError, IndexExistsError, IndexNotFoundError, SearchkitError
from searchkit.indexing.source_cache import SourceCache, full_path
from searchkit.indexing.sync import Changes, Comparison
from searchkit.indexing.writer import Writer
from searchkit.schema import Schema
from searchkit.storage.manifest import (
    CACHE,
    folder_at,
    generation_name,
    is_index,
    kept_generations,
    read_manifest,
    schema_of,
)

__all__ = ["Outcome", "index_files"]

_UNSURE = 2_000_000_000  # ns: a file written so shortly before may be written again without another time
_CHUNK = 1 << 20


class Outcome(NamedTuple):
    """What came of indexing files.

    Documents written, documents that could not be read, the changes, the documents of the index afterwards, and the
    generation in force. `is_idle` says that nothing had changed, so that nothing was looked into. `unsearched` are the
    fields of the first document that was read, if none of all has any text that is searched; `unknown` are names that
    the map gives and the schema does not have.
    """

    written: int
    failed: int
    changes: Changes
    documents: int
    generation: str
    is_idle: bool = False
    unsearched: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def index_files(
    index_path: str | os.PathLike[str],
    paths: Sequence[str],
    schema: Schema | None = None,
    *,
    rebuild: bool = False,
    field_map: Mapping[str, str] | None = None,
    format: str | None = None,
    delete_missing: bool = False,
    if_changed: bool = False,
    stdin: BinaryIO | None = None,
    on_size: Callable[[int], object],
    on_bytes: Callable[[int], None],
    on_error: Callable[[DocumentError], object],
    **options: Any,
) -> Outcome:
    """Bring an index to what files and folders hold, in one transaction; see `searchkit index --help`.

    `on_size` is told the bytes of all files, `on_bytes` those read since it was last told, `on_error` what cannot be
    read; what it raises ends it all. `options` are those of a writer.
    """
    folder = folder_at(index_path)
    paths, refused = _without_indexes(paths, folder)
    files = _Files(paths, field_map, format)
    if if_changed and not refused:
        outcome = _unchanged(folder, files, schema, rebuild, alone=rebuild or delete_missing)
        if outcome is not None:
            return outcome
    with ExitStack() as transaction:
        writer, is_sync = _writer(transaction, folder, schema, rebuild, options)
        settings = files.settings(writer.schema)
        size, sources = files.survey(settings, time.time_ns())
        on_size(size)
        cache = SourceCache(folder / CACHE, settings)
        feed = _Feed(writer, cache, writer.compare() if is_sync else None)
        read = read_documents(
            paths, field_map=settings["map"], format=format, stdin=stdin, on_bytes=on_bytes, on_file=feed.begin
        )
        feed.run(chain(refused, read), on_error)
        changes = feed.finish(sources, delete_missing)
        manifest = read_manifest(folder) if is_sync else None  # as long as nobody else can write
    summary = writer.summary
    assert summary is not None  # the block above has committed
    if changes is None:
        changes = Changes(summary.documents, 0, 0, 0)
    is_same = not (feed.failed or summary.written or summary.deleted) and changes.unchanged == summary.documents
    if is_same and manifest is not None and sources is not None:
        cache.keep_sources(sources, manifest)
    with suppress(OSError):  # what is remembered spares time, no more
        cache.save(others=is_sync)
    generation = generation_name(read_manifest(folder, any_analyzer=True))
    unknown = sorted(set((field_map or {}).values()) - {"", "id", *writer.schema.fields})
    outcome = Outcome(summary.written, feed.failed, changes, summary.documents, generation)
    return outcome._replace(unsearched=feed.unsearched, unknown=tuple(unknown))


def _without_indexes(paths: Iterable[str], folder: Path) -> tuple[list[str], list[DocumentError]]:
    """The paths that may have documents, and errors for those that are other indexes; that in `folder` goes unsaid.

    It is among what `*` stands for where it is in the current folder.
    """
    own = os.path.realpath(folder) if is_index(folder) or kept_generations(folder) else None
    left, refused = [], []
    for path in paths:
        try:
            is_own = own is not None and path != STDIN and Path(os.path.realpath(path)).is_relative_to(own)
            is_other = not is_own and is_index(Path(path)) and bool(kept_generations(Path(path)))
        except OSError:  # where nothing can be looked at, `walk` says so of the path
            is_own = is_other = False
        if is_other:
            refused.append(DocumentError("this is an index, not documents; leave it out", source=printable(path)))
        elif not is_own:
            left.append(path)
    if not left and not refused:
        raise SearchkitError(f"{folder}: this is the index itself; name the files and folders that go into it")
    return left, refused


def _writer(
    transaction: ExitStack, folder: Path, schema: Schema | None, rebuild: bool, options: Mapping[str, Any]
) -> tuple[Writer, bool]:
    """Enter a transaction, and whether it is on an index that is there; a new one appears with its end if at all."""
    if rebuild:
        return transaction.enter_context(opening.rebuild(folder, schema, **options)), False
    try:
        opening.open(folder).close()
    except IndexNotFoundError:
        with suppress(IndexExistsError):  # somebody was faster, or what is there is no index
            return transaction.enter_context(opening.rebuild(folder, schema, replace=False, **options)), False
    return transaction.enter_context(opening.open_or_create(folder, schema).writer(**options)), True


class _Files(NamedTuple):
    """The files that are wanted, and how they are to be read."""

    paths: Sequence[str]
    field_map: Mapping[str, str] | None
    format: str | None

    def settings(self, schema: Schema) -> dict[str, Any]:
        """The settings on which it depends what documents come of the files."""
        from azanalyzer import VERSION, data_checksum
        from searchkit import __version__

        field_map = self.field_map
        if field_map is None and _has_names_of_its_own(schema):
            field_map = {}
        return {
            "searchkit": __version__,
            "analyzer": [VERSION, data_checksum()],
            "schema": schema.to_dict(),
            "map": None if field_map is None else dict(field_map),
            "format": self.format,
        }

    def survey(self, settings: Mapping[str, Any], since: int) -> tuple[int, dict[str, Any] | None]:
        """Look at the sizes and times of files: the bytes of all, and what tells them and the settings from others.

        That is None where it cannot be told. Files that had just been written at `since` (nanoseconds since 1970) are
        looked into, since they may have been written again at the same time.
        """
        hashed = hashlib.blake2b(ujson.dumps(settings, sort_keys=True).encode("utf-8", "replace"), digest_size=16)
        size = 0
        is_certain = True
        for found in walk(self.paths, self.format):
            if isinstance(found, DocumentError) or found.is_stream:
                is_certain = False
                continue
            size += found.size
            described = repr((full_path(found.path), found.name, found.format, found.size, found.mtime_ns))
            if found.mtime_ns > since - _UNSURE:
                described += _digest(found.path)
            hashed.update(described.encode("utf-8", "backslashreplace") + b"\n")
        return size, {"fingerprint": hashed.hexdigest(), "time": since} if is_certain else None

    def are_those(self, known: Mapping[str, Any] | None, settings: Mapping[str, Any], *, alone: bool) -> bool:
        """Whether they are what `known` tells from others, if need be `alone` in the index."""
        if known is None or (alone and known.get("others")):
            return False
        found = self.survey(settings, known["time"])[1]
        return found == {name: value for name, value in known.items() if name != "others"}


def _has_names_of_its_own(schema: Schema) -> bool:
    """Whether a key such as `name` or `mətn`, which else is taken for the title or the body, is a field as it is."""
    from searchkit.documents.fields import FieldNames

    return any(FieldNames().rename({name: ""}) != {name: ""} for name in schema.fields)


def _unchanged(folder: Path, files: _Files, schema: Schema | None, rebuild: bool, *, alone: bool) -> Outcome | None:
    """What to say if files and settings are those of the generation in force; else None.

    Where the files are to be `alone` in the index, it must not have documents of others besides.
    """
    try:
        manifest = read_manifest(folder)
        settings = files.settings(schema or (Schema() if rebuild else schema_of(folder, manifest)))
        if not files.are_those(manifest.get("sources"), settings, alone=alone):
            cached = SourceCache(folder / CACHE, settings).sources_of(manifest)
            if not files.are_those(cached, settings, alone=alone):
                return None
    except (SearchkitError, LookupError, TypeError):
        return None
    documents = manifest["documents"]
    return Outcome(0, 0, Changes(0, 0, documents, 0), documents, generation_name(manifest), is_idle=True)


def _digest(path: str) -> str:
    hashed = hashlib.blake2b(digest_size=16)
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(_CHUNK):
                hashed.update(chunk)
    except OSError as error:
        return str(error)
    return hashed.hexdigest()


class _Feed:
    """Takes documents file by file."""

    def __init__(self, writer: Writer, cache: SourceCache, comparison: Comparison | None) -> None:
        self.cache = cache
        self.comparison = comparison
        self._read = 0
        self._texts = frozenset(writer.schema.text_fields)
        self.unsearched: tuple[str, ...] = ()
        self.failed = 0
        self._writer = writer
        self._started = time.time_ns()
        self._file: Found | None = None
        self._ids = array("Q")
        self._contents = array("Q")

    @property
    def count(self) -> int:
        """How many documents have come, those of files that were not read included."""
        return self._read if self.comparison is None else self.comparison.count

    def run(self, items: Iterable[Document | DocumentError], on_error: Callable[[DocumentError], object]) -> None:
        """Take all documents; `on_error` is told what does not fit."""
        for item in items:
            try:
                if isinstance(item, DocumentError):
                    raise item
                self._take(item.fields)
            except DocumentError as error:
                self.failed += 1
                self._file = None  # to be read again the next time
                on_error(DocumentError(error.reason, source=item.source, line=item.line))
        self._end()

    def finish(self, sources: dict[str, Any] | None, delete_missing: bool) -> Changes | None:
        """Delete what has not come, if that is wanted and certain; the changes, if there was a comparison.

        `sources` is what tells the files from others, which goes into the manifest where all of them have been read.
        """
        if self.failed and not self.count:  # a mistyped path must not empty an index
            raise SearchkitError("nothing could be read, so nothing was changed")
        changes, has_others = None, False
        if self.comparison is not None:
            changes = self._writer.conclude(self.comparison, self.failed, delete_missing=delete_missing)
            has_others = not delete_missing and self.comparison.left > 0
        if sources is not None and not self.failed:
            self._writer.sources = {**sources, "others": True} if has_others else sources
        return changes

    def begin(self, found: Found) -> bool:
        """The documents of another file follow; False if it need not be read."""
        self._end()
        self.cache.visit(found)
        if self.comparison is not None and (known := self.cache.find(found)):
            import numpy as np

            if self.comparison.are_known(*(np.frombuffer(hashes, np.uint64) for hashes in known)):
                self.cache.keep(found, *known)
                return False
        self._file = found
        return True

    def _take(self, document: Mapping[str, Any]) -> None:
        """A document of the file."""
        id_, content = self._writer.put(document, self.comparison)
        if self._texts:
            if not self._texts.isdisjoint(document):
                self._texts, self.unsearched = frozenset(), ()  # one will do
            elif not self._read:
                self.unsearched = tuple(document)
        self._read += 1
        self._ids.append(id_)
        self._contents.append(content)

    def _end(self) -> None:
        """All documents of the file have come."""
        found = self._file
        if found is not None and not found.is_stream and found.mtime_ns <= self._started - _UNSURE:
            last = dict(zip(self._ids, self._contents, strict=True))  # of an id that comes twice, the last counts
            self.cache.keep(found, array("Q", last), array("Q", last.values()))
        self._file = None
        self._ids, self._contents = array("Q"), array("Q")
