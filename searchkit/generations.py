"""Generations put in force, and the files that they need."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from searchkit.backend import Backend, State
from searchkit.errors import SearchkitError, TooFewDocumentsError
from searchkit.manifest import clean, documents_before, new_manifest, next_generation, publish
from searchkit.schema import Schema

__all__ = ["ALL", "KEPT", "backend_of", "clean_up", "put_in_force"]

KEPT = 1  # generations before the one in force that stay if nothing is said
ALL = 1 << 62


def backend_of(folder: Path, schema: Schema) -> Backend:
    """The engine over an index."""
    from searchkit.engine.column_backend import ColumnBackend

    return ColumnBackend(folder, schema)


def put_in_force(
    folder: Path,
    schema: Schema,
    backend: Backend,
    state: State,
    *,
    keep: int = KEPT,
    verify: bool = False,
    min_ratio: float | None = None,
    may_empty: bool = True,
    sources: Mapping[str, Any] | None = None,
) -> None:
    """Put a generation in force and remove what is no longer needed; `keep` before it stay.

    With `verify`, what would be put in force unseen must be whole. TooFewDocumentsError if it has less than
    `min_ratio` of the documents of the one in force, or, where that is not given and it may not empty the index, none.
    After an error or an interrupt, either generation may be in force, and the files of the other have gone.
    """
    try:
        count = backend.count(state)
        check_count(folder, count, min_ratio, may_empty=may_empty)
        if verify:
            backend.snapshot(state).verify()
        publish(folder, new_manifest(schema, next_generation(folder), state, count, sources))
    except BaseException:
        with contextlib.suppress(SearchkitError, OSError):
            clean_up(folder, backend, ALL)
        raise
    clean_up(folder, backend, keep)


def check_count(folder: Path, count: int, min_ratio: float | None, *, may_empty: bool) -> None:
    """TooFewDocumentsError if an index of `count` documents must not take the place of the one in force."""
    before = documents_before(folder)
    if min_ratio is None and before and not count and not may_empty:
        raise TooFewDocumentsError(
            f"{folder}: there are no documents to replace the {before:,} of the index, so it stays as it is"
        )
    if min_ratio is not None and count < min_ratio * before:
        raise TooFewDocumentsError(
            f"{folder}: {count:,} documents would replace {before:,}, which is less than the {min_ratio:g} that is "
            "asked for, so the index stays as it is; lower the ratio if this is right"
        )


def clean_up(folder: Path, backend: Backend, keep: int) -> None:
    """Remove what neither the generation in force needs nor the `keep` before it."""

    def files(manifest: dict[str, Any]) -> Any:
        return backend.files(manifest["segments"])

    clean(folder, keep, files)
