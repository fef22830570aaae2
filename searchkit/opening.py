"""Making, opening and rebuilding indexes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchkit.amounts import is_amount
from searchkit.backend import Transaction
from searchkit.deadline import TIME_LIMIT, check_time_limit
from searchkit.errors import IndexExistsError, LockedError, SchemaError, SearchkitError
from searchkit.index import Index
from searchkit.schema import Schema
from searchkit.storage.cleaning import remove_all
from searchkit.storage.files import make_folder
from searchkit.storage.generations import KEPT, backend_of, check_options, put_in_force
from searchkit.storage.manifest import check_free, check_ours, fingerprint, folder_at, is_index, read_manifest

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.indexing.writer import Writer
    from searchkit.storage.locks import WriterLock

__all__ = ["create", "open", "open_or_create", "rebuild"]

_CREATING = 2.0  # seconds that another process may take to make the same index


def create(path: str | os.PathLike[str], schema: Schema | None = None) -> Index:
    """A new, empty index at `path`; IndexExistsError if anything but an empty folder is there."""
    folder = folder_at(path)
    schema = _given(schema)
    check_free(folder)
    with _new_lock(folder, _CREATING):
        check_free(folder)  # somebody may have been faster
        put_in_force(folder, schema, backend_of(folder, schema), [])
    return open(folder)


def open(
    path: str | os.PathLike[str],
    *,
    refresh: bool | float = False,
    time_limit: float = TIME_LIMIT,
    synonyms: str | os.PathLike[str] | None = None,
) -> Index:
    """The index at `path`; IndexNotFoundError if there is none.

    With `refresh` it moves on to the newest generation by itself, when it is used: True looks each time, which costs
    microseconds, a number at most once in so many seconds. Where none can be read just then, it keeps what it has.
    `time_limit` is the time in seconds that a search may take if it says nothing else; `math.inf` for any. `synonyms`
    names a file of your own groups of synonyms, which queries are read with besides those that come with the package: a
    group a line, its members parted by " = " or tabs.
    """
    folder = folder_at(path)
    check_time_limit(time_limit)
    if not isinstance(refresh, bool) and not is_amount(refresh, may_be_infinite=True):
        raise ValueError(f"refresh is True, False or a number of seconds from 0 on, not {refresh!r}")
    seen = fingerprint(folder)
    look_every = None if refresh is False else 0.0 if refresh is True else float(refresh)
    analyzer = _with_synonyms(synonyms) if synonyms is not None else None
    return Index(folder, read_manifest(folder), seen, look_every, time_limit, analyzer)


def _with_synonyms(path: str | os.PathLike[str]) -> Analyzer:
    """An analyzer with the groups of a file; SearchkitError if they cannot be read."""
    from azanalyzer import Analyzer

    try:
        return Analyzer(synonyms=path)
    except OSError as error:
        raise SearchkitError(f"{os.fspath(path)}: the synonyms cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SearchkitError(str(error)) from error


def open_or_create(path: str | os.PathLike[str], schema: Schema | None = None) -> Index:
    """The index at `path`, made if it is not there; SchemaError if it is there with another schema."""
    folder = folder_at(path)
    if not is_index(folder):
        try:
            return create(path, schema)
        except (IndexExistsError, LockedError):
            if not is_index(folder):
                raise  # otherwise somebody was faster, and may write already
    index = open(path)
    if schema is not None and schema != index.schema:
        raise SchemaError(
            f"{path}: the index has other fields: {index.schema!r}; leave the fields out to use these, "
            "or rebuild the index to change them"
        )
    return index


@contextlib.contextmanager
def rebuild(
    path: str | os.PathLike[str],
    schema: Schema | None = None,
    *,
    replace: bool = True,
    wait: float = 0.0,
    jobs: int = 1,
    keep: int = KEPT,
    min_ratio: float | None = None,
    progress: Callable[[int], object] | None = None,
) -> Iterator[Writer]:
    """A transaction that replaces the whole index, which is searched in its old state until the end of the block.

    The old index is never opened, so a damaged one is no obstacle. An exception in the block leaves it in force, or
    leaves nothing where there was none. With replace=False there must be none: IndexExistsError if there is.
    TooFewDocumentsError if the new index has less than `min_ratio` of the documents of the old one, or, where that is
    not given, none while the old one has some. `keep` generations before the new one stay for `rollback`.
    """
    from searchkit.indexing.writer import Writer

    check_options(jobs, keep, min_ratio)
    folder = folder_at(path)
    schema = _given(schema)
    check = check_ours if replace else check_free
    check(folder)
    is_new = not folder.exists()
    with _new_lock(folder, wait) as lock:
        backend = backend_of(folder, schema)
        published = False

        def replace_all(transaction: Transaction | None, sources: Mapping[str, Any] | None, *, may_empty: bool) -> int:
            nonlocal published
            state = transaction.commit() if transaction is not None else []
            guards: dict[str, Any] = {"keep": keep, "min_ratio": min_ratio, "may_empty": False, "verify": True}
            put_in_force(folder, schema, backend, state, sources=sources, **guards)
            published = True
            return backend.count(state)

        try:
            check(folder)  # somebody may have been faster
            with Writer(schema, None, lambda: backend.transaction([], jobs), replace_all, progress) as writer:
                yield writer
        finally:
            if not published and is_new and not is_index(folder):
                remove_all(folder)
                lock.remove()
                with contextlib.suppress(OSError):
                    folder.rmdir()


def _new_lock(folder: Path, wait: float) -> WriterLock:
    """The lock of a folder, which is made where it is missing, acquired."""
    from searchkit.storage.locks import WriterLock

    lock = WriterLock(folder)
    while True:
        make_folder(folder)
        try:
            lock.acquire(wait)
        except FileNotFoundError:  # whoever held it has removed the folder that it had made
            continue
        return lock


def _given(schema: Schema | None) -> Schema:
    if schema is not None and not isinstance(schema, Schema):
        raise SchemaError(f"expected a searchkit.Schema, not {type(schema).__name__}")
    return schema or Schema()
