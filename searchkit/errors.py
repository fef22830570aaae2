"""The errors that searchkit raises.

Each is a `SearchkitError` and also a subclass of the builtin that a caller would expect, so that code which
knows nothing of searchkit still catches the right thing. A message says what was wrong, where, and what to do.
"""

from __future__ import annotations

import errno
import io
import unicodedata
from pathlib import Path

__all__ = [
    "CorruptIndexError",
    "DocumentError",
    "GenerationNotFoundError",
    "IndexExistsError",
    "IndexNotFoundError",
    "IndexVersionError",
    "LockedError",
    "NetworkFileSystemWarning",
    "QueryError",
    "QueryTimeoutError",
    "ReadOnlyError",
    "SchemaError",
    "SearchkitError",
    "StorageError",
    "TooFewDocumentsError",
    "WriterClosedError",
    "quoted",
]

_QUOTED = 40  # characters of a value in a message
_AROUND = 40  # characters of a query that are shown on either side of a mistake


class SearchkitError(Exception):
    """Base of everything that searchkit raises on purpose."""


class IndexNotFoundError(SearchkitError, FileNotFoundError):
    """There is no index at the given path."""


class GenerationNotFoundError(SearchkitError, LookupError):
    """A generation to go back to is not kept."""


class IndexExistsError(SearchkitError, FileExistsError):
    """An index, or something that is not one, stands where a new index was to be made."""


class IndexVersionError(SearchkitError, RuntimeError):
    """The index was written by an incompatible version or with other settings; it must be rebuilt."""


class CorruptIndexError(SearchkitError, OSError):
    """A file of the index is damaged; the message names it.

    `path` is the file, `offset` the byte and `reason` the message without either, where known.
    """

    def __init__(
        self, message: str, *, path: Path | None = None, offset: int | None = None, reason: str | None = None
    ) -> None:
        self.path = path
        self.offset = offset
        self.reason = reason or message
        super().__init__(message)


class StorageError(SearchkitError, OSError):
    """The system would not write or read what an index needs.

    The disk is full, it fails, writing is not allowed, or too many files are open.

    `errno`, `strerror` and `filename` are as the system gave them; `outcome` says which generation is in force.
    """

    def __init__(self, number: int | None, reason: str, filename: str) -> None:
        self.outcome = "nothing was changed"
        super().__init__(number, reason, filename)

    def __str__(self) -> str:
        advice = _ADVICE.get(self.errno or 0, "mend this and try again")
        return f"{self.filename}: {self.strerror}; {self.outcome}; {advice}"


_ADVICE = {
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENOSPC: "make room and try again",
    errno.EDQUOT: "make room and try again",
    errno.EIO: "check the disk before trying again",
    errno.ENOTDIR: "check the path",
    errno.ELOOP: "check the path",
    errno.ENAMETOOLONG: "choose a shorter path",
    errno.EROFS: "make the disk writable and try again",
    errno.EACCES: "check who may write there",
    errno.EPERM: "check who may write there",
}


class LockedError(SearchkitError, BlockingIOError):
    """Another writer holds the index; trying again later is reasonable."""


class TooFewDocumentsError(SearchkitError, ValueError):
    """An index was not replaced, because the new one has too few documents."""


class NetworkFileSystemWarning(UserWarning):
    """An index is written on a network file system, which may break what searchkit promises."""


class WriterClosedError(SearchkitError, RuntimeError):
    """A writer was used after its transaction had ended, or after a change had been made only in part."""


class ReadOnlyError(SearchkitError, io.UnsupportedOperation):
    """An index was to be written by way of Whoosh, which only reads it."""


class SchemaError(SearchkitError, ValueError):
    """The schema is not usable, or a document does not fit it."""


class DocumentError(SearchkitError, ValueError):
    """A document cannot be read or indexed.

    `source` names the file, or `<stdin>`; `line` is the line of the document in it, counted from 1, where known.
    """

    # Whoever pickles an error, as a pool of processes does, makes it anew of its arguments in their order.
    def __init__(self, reason: str, source: str | None = None, line: int | None = None) -> None:
        self.reason = reason
        self.source = source
        self.line = line
        super().__init__(reason, source, line)

    def __str__(self) -> str:
        where = self.source or ""
        if self.line is not None:
            where += f", line {self.line}" if where else f"line {self.line}"
        return f"{where}: {self.reason}" if where else self.reason


class QueryError(SearchkitError, ValueError):
    """A query cannot be understood.

    `position` is the offset of the offending character and `query` the query, where known; the message then shows the
    place. `reason` is the message without that.
    """

    # The arguments in their order, as for `DocumentError`.
    def __init__(self, reason: str, position: int | None = None, query: str | None = None) -> None:
        self.reason = reason
        self.position = position
        self.query = query
        super().__init__(reason, position, query)

    def __str__(self) -> str:
        if self.query is None or self.position is None:
            return self.reason
        return f"{self.reason}\n{_pointed_at(self.query, self.position)}"


class QueryTimeoutError(QueryError, TimeoutError):
    """A search took longer than it may, and was stopped."""


def _pointed_at(text: str, position: int) -> str:
    """The part of `text` around an offset, on one line, and below it a caret under that character."""
    start, end = max(position - _AROUND, 0), min(position + _AROUND, len(text))
    before = ("…" if start else "") + _shown(text[start:position])
    after = _shown(text[position:end])
    width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in before)
    return f"    {before}{after}{'…' if end < len(text) else ''}\n    {' ' * width}^"


def _shown(text: str) -> str:
    """`text` on one line, without the marks that take no column of their own."""
    text = unicodedata.normalize("NFC", text)
    return "".join(char if char.isprintable() else " " for char in text if not unicodedata.combining(char))


def quoted(text: str) -> str:
    """A text in quotes for a message, cut where it is long, as one that got into another column is."""
    return repr(text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…")
