"""The writer: one transaction, all of it or nothing.

Documents are checked and put into a temporary file as they come; the index is touched only by the commit. So a bad
document, an exception or an interrupt in the middle leaves the index as it was.
"""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import ujson

from searchkit.backend import Change
from searchkit.errors import DocumentError, WriterClosedError
from searchkit.locks import WriterLock
from searchkit.schema import Schema

__all__ = ["Summary", "Writer"]

_SPOOLED_IN_MEMORY = 1 << 20  # bytes
_UNSTORABLE = (TypeError, ValueError, OverflowError, RecursionError)  # what ujson and the encoder raise


class Summary(NamedTuple):
    """What a transaction did: documents written, ids deleted (whether there or not), documents now in the index."""

    written: int
    deleted: int
    documents: int


class Writer:
    """Made by `Index.writer()`; use it in a `with` block. Leaving the block commits, an exception in it rolls back."""

    def __init__(
        self,
        folder: Path,
        schema: Schema,
        lock: WriterLock,
        commit: Callable[[Iterator[Change]], int],
        progress: Callable[[int, int], object] | None = None,
    ) -> None:
        self.schema = schema
        self._lock = lock
        self._commit = commit
        self._progress = progress
        self._spool = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY, dir=str(folder))  # noqa: SIM115
        # The last word on each id: where its document stands in the spool, or None for a deletion.
        self._pending: dict[str, tuple[int, int] | None] = {}
        self._open = True
        self.summary: Summary | None = None

    def add(self, document: Mapping[str, Any]) -> None:
        """Put a document into the transaction; a document of the same id, old or just added, is replaced.

        DocumentError says what does not fit; the transaction goes on without that document.
        """
        self._check_open()
        key = self.schema.prepare(document)["id"]
        data = _to_json(key, document)
        self._spool.seek(0, 2)
        start = self._spool.tell()
        self._spool.write(data)
        self._pending.pop(key, None)  # documents are written in the order of their last version
        self._pending[key] = (start, len(data))

    def delete(self, key: str) -> None:
        """Delete the document with this id; no error if there is none."""
        self._check_open()
        if not isinstance(key, str):
            raise DocumentError(f"an id is a string, not {type(key).__name__}")
        try:
            key.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which no id can have
            return
        self._pending.pop(key, None)
        self._pending[key] = None

    def commit(self) -> Summary:
        """Write everything and end the transaction."""
        self._check_open()
        try:
            count = self._commit(self._changes())
            written = sum(place is not None for place in self._pending.values())
            self.summary = Summary(written, len(self._pending) - written, count)
        finally:
            self._close()
        return self.summary

    def rollback(self) -> None:
        """End the transaction without a trace."""
        self._check_open()
        self._close()

    def _changes(self) -> Iterator[Change]:
        for number, (key, place) in enumerate(self._pending.items()):
            if self._progress is not None:
                self._progress(number, len(self._pending))
            if place is None:
                yield Change(key, None, None)
                continue
            self._spool.seek(place[0])
            stored = self._spool.read(place[1]).decode("utf-8")
            yield Change(key, stored, self.schema.prepare(ujson.loads(stored)))

    def _check_open(self) -> None:
        if not self._open:
            raise WriterClosedError("this writer's transaction has ended; call index.writer() for a new one")

    def _close(self) -> None:
        self._open = False
        self._spool.close()
        self._lock.release()

    def __enter__(self) -> Writer:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            if kind is None:
                self.commit()
            else:
                self.rollback()


def _to_json(key: str, document: Mapping[str, Any]) -> bytes:
    try:
        return _dumped(dict(document))
    except _UNSTORABLE as error:
        for name, value in document.items():
            try:
                _dumped(value)
            except _UNSTORABLE as found:
                raise DocumentError(f"document {key!r}, field {name!r}: {_reason(found)}") from None
        raise DocumentError(f"document {key!r}: {_reason(error)}") from None


def _dumped(value: object) -> bytes:
    text: str = ujson.dumps(value, ensure_ascii=False, escape_forward_slashes=False, allow_nan=False, default=_plain)
    return text.encode("utf-8")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "half a surrogate pair is no character and cannot be stored; remove it"
    if isinstance(error, OverflowError) and "double" in str(error):
        return "NaN and infinity cannot be stored; leave the value out"
    if isinstance(error, (OverflowError, RecursionError)):
        return "lists and mappings that are nested so deep cannot be stored; flatten them"
    return f"cannot be stored: {error}"


def _plain(value: object) -> object:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"a value of type {type(value).__name__} is not text, a number, a date, a list or a mapping")
