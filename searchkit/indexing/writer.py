"""The writer: one transaction, all of it or nothing.

A document is checked whole before anything is done with it. Documents are indexed as they come, into files that are
part of the index only with the commit. So a bad document, an exception or an interrupt leaves the index as it was.
Several threads may write: each document is prepared apart from the others and taken while the writer is locked.
"""

from __future__ import annotations

import os
import threading
import warnings
import weakref
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Protocol

from azanalyzer.tuples import NamedTuple
from searchkit.backend import Transaction
from searchkit.errors import DocumentError, SearchkitError, WriterClosedError
from searchkit.indexing.stored import Packed, pack
from searchkit.indexing.sync import Changes, Comparison
from searchkit.schema import Schema, key_of
from searchkit.storage.checksums import content_hash
from searchkit.storage.hashes import id_hash
from searchkit.storage.locks import WriterLock

__all__ = ["Publish", "Summary", "Writer"]


class Summary(NamedTuple):
    """What a transaction did: documents written, ids deleted (whether there or not), documents now in the index."""

    written: int
    deleted: int
    documents: int


class Publish(Protocol):
    """Commits a transaction, None if nothing was changed, and says how many documents the index has then."""

    def __call__(
        self, transaction: Transaction | None, sources: Mapping[str, Any] | None, *, may_empty: bool
    ) -> int: ...


class _Held:
    """The transaction and the lock of a writer; apart from it, so that they can be ended when it has been lost."""

    def __init__(self, lock: WriterLock | None) -> None:
        self.transaction: Transaction | None = None
        self.process = os.getpid()
        self._lock = lock

    def end(self) -> None:
        """Abort what has not been committed and release the lock."""
        try:
            if self.transaction is not None:
                self.transaction.abort()
        finally:
            if self._lock is not None:
                self._lock.release()

    def end_lost(self) -> None:
        """Do so for a writer that nobody can use any more, unless it is the copy of one that goes on elsewhere."""
        if self.process == os.getpid():
            self.end()
            warnings.warn(
                "a searchkit.Writer was lost before it was committed or rolled back, so nothing was changed; "
                "use it in a `with` block",
                ResourceWarning,
                stacklevel=2,
            )


class _Change:
    """Made whole, or not: `halfway` says what came between, and is empty where nothing did.

    An interrupt may come at any place, so that is said before the change and taken back when all of it is done. It is
    said in words, as the error would keep alive what it has passed through, and so a writer that is lost.
    """

    halfway = ""

    def __enter__(self) -> None:
        self.halfway = "an interrupt"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.halfway = "" if kind is None else f"{kind.__name__}: {error}".removesuffix(": ")


class Writer:
    """Made by `Index.writer()`; use it in a `with` block. Leaving the block commits, an exception in it rolls back.

    Several threads may use one. One that is lost without either, as where an exception comes between making and using
    it, is rolled back when Python finds that nothing refers to it, with a ResourceWarning.
    """

    def __init__(
        self,
        schema: Schema,
        lock: WriterLock | None,
        begin: Callable[[], Transaction],
        publish: Publish,
        progress: Callable[[int], object] | None = None,
    ) -> None:
        """`begin` makes the transaction that `publish` commits."""
        self.schema = schema
        self._begin = begin
        self._publish = publish
        self._progress = progress
        self._held = _Held(lock)
        # Not at the end of the process: threads may still write then, and the lock goes with it anyway.
        self._lost = weakref.finalize(self, self._held.end_lost)
        self._lost.atexit = False
        # Held while anything is done to the transaction, and only taken after `_check_open`: so nobody waits for it in
        # a copy of the process, where its holder is not. The handler of a signal may roll back amid a change.
        self._lock = threading.RLock()
        self._change = _Change()
        self._written = 0
        self._deleted = 0
        self._may_empty = True
        self.summary: Summary | None = None
        self.sources: Mapping[str, Any] | None = None  # what the manifest is to say about the files that were read

    def add(self, document: Mapping[str, Any]) -> None:
        """Put a document into the transaction; a document of the same id, old or just added, is replaced.

        DocumentError says what does not fit; the transaction goes on without that document. After any other error or
        interrupt that comes while it is taken, WriterClosedError: all that is left is to roll back.
        """
        self._check_open()
        values = self.schema.prepare(document)
        key = values["id"]
        self._write(key, pack(key, document), values)

    def put(self, document: Mapping[str, Any], comparison: Comparison | None = None) -> tuple[int, int]:
        """Like `add`, but not for a document that `comparison` knows. The hashes of its id and its content."""
        self._check_open()
        key = key_of(document)
        try:
            values = self.schema.prepare(document) if comparison is None else None
            stored = pack(key, document)
            known = id_hash(key), content_hash(stored.head, stored.tail)
            if comparison is not None and comparison.is_known(*known):
                return known
            values = values or self.schema.prepare(document)
        except DocumentError:
            if comparison is not None:
                comparison.refuse(id_hash(key))
            raise
        self._write(key, stored, values, known, comparison)
        return known

    def _write(
        self,
        key: str,
        stored: Packed,
        values: dict[str, Any],
        known: tuple[int, int] | None = None,
        comparison: Comparison | None = None,
    ) -> None:
        for name, place in stored.places.items():
            if type(values.get(name)) is str:
                values[name] = place
        with self._lock:
            self._check_whole()
            with self._change:
                self._changes().add(key, (stored.head, stored.tail), values, known)
                self._written += 1
                if comparison is not None and known is not None:
                    comparison.note(*known)
            if self._progress is not None:
                self._progress(self._written)

    def sync(
        self,
        documents: Iterable[Mapping[str, Any]],
        *,
        delete_missing: bool = False,
        on_error: Callable[[DocumentError], object] | None = None,
    ) -> Changes:
        """Add the documents that are new or have changed; with `delete_missing` delete those that do not come.

        A document that is in the index as it is costs a look-up. A DocumentError ends it, or goes to `on_error`: then
        what the index has under the id of that document stays, and all that did not come if it had no id. It has to be
        the first thing that is done in a transaction.
        """
        comparison = self.compare()
        failed = 0
        for document in documents:
            try:
                self.put(document, comparison)
            except DocumentError as error:
                if on_error is None:
                    raise
                failed += 1
                on_error(error)
        return self.conclude(comparison, failed, delete_missing=delete_missing)

    def compare(self) -> Comparison:
        """The documents of the index, to compare others with."""
        self._check_open()
        with self._lock:
            self._check_whole()
            if self._held.transaction is not None:
                raise SearchkitError("a sync compares with the index as it was before; do it before anything else")
            return Comparison(self._changes().held())

    def conclude(self, comparison: Comparison, failed: int, *, delete_missing: bool) -> Changes:
        """Delete the documents that have not come, if that is wanted; what has been found.

        None is deleted if one of the `failed` that could not be read gave no id: that may be any of them.
        """
        if not delete_missing or failed > comparison.refused:
            found = comparison.changes(are_kept=delete_missing)
        else:
            self._may_empty = False
            missing = comparison.missing()
            for key in missing:
                self.delete(key)
            found = comparison.changes(len(missing))
        if self._written and not (found.added or found.changed or self._deleted):
            self._forget()
        return found

    def _forget(self) -> None:
        """Undo what has been written, which has come to what there was: of a repeated id only the last one counts."""
        with self._lock:
            self._check_whole()
            with self._change:
                transaction, self._held.transaction = self._held.transaction, None
                self._written = 0
                if transaction is not None:
                    transaction.abort()

    def delete(self, key: str) -> None:
        """Delete the document with this id; no error if there is none."""
        self._check_open()
        if not isinstance(key, str):
            raise DocumentError(f"an id is a string, not {type(key).__name__}")
        try:
            key.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which no id can have
            return
        with self._lock:
            self._check_whole()
            with self._change:
                self._changes().delete(key)
                self._deleted += 1

    def commit(self) -> Summary:
        """Write everything and end the transaction.

        WriterClosedError if a document was taken only in part, as an error or an interrupt came meanwhile.
        """
        self._check_open()
        with self._lock:
            self._check_whole()
            try:
                transaction = self._held.transaction if self._written or self._deleted else None
                count = self._publish(transaction, self.sources, may_empty=self._may_empty)
                if transaction is not None:
                    self._held.transaction = None
                self.summary = Summary(self._written, self._deleted, count)
            finally:
                self._close()
            return self.summary

    def rollback(self) -> None:
        """End the transaction without a trace."""
        self._check_open()
        with self._lock:
            self._check_open()
            self._close()

    def _changes(self) -> Transaction:
        if self._held.transaction is None:
            self._held.transaction = self._begin()
        return self._held.transaction

    def _check_whole(self) -> None:
        """Check that the transaction may go on; with the lock held, as another thread may be at a change."""
        if not self._lost.alive or self._change.halfway:
            self._check_open()
            raise WriterClosedError(
                f"a change was made only in part, because of {self._change.halfway}; "
                "roll this writer back and do all of it again with a new one"
            )

    def _check_open(self) -> None:
        if self._held.process != os.getpid():
            raise WriterClosedError(
                f"this writer belongs to process {self._held.process}, of which this is a copy; "
                "write in that process, or open the index here and call index.writer()"
            )
        if not self._lost.alive:
            raise WriterClosedError("this writer's transaction has ended; call index.writer() for a new one")

    def _close(self) -> None:
        self._lost.detach()
        self._held.end()

    def __enter__(self) -> Writer:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A copy of the process that leaves the block must not end what goes on in the other.
        if self._lost.alive and self._held.process == os.getpid():
            try:
                if kind is None:
                    self.commit()
            finally:
                if self._lost.alive:
                    self.rollback()
