"""Generations put in force, and the files that they need."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from searchkit.backend import Backend, State
from searchkit.errors import SearchkitError
from searchkit.manifest import clean, new_manifest, next_generation, publish
from searchkit.schema import Schema

__all__ = ["ALL", "KEPT", "backend_of", "clean_up", "put_in_force"]

KEPT = 1  # generations before the one in force that stay if nothing is said
ALL = 1 << 62


def backend_of(folder: Path, schema: Schema) -> Backend:
    """The engine over an index."""
    from searchkit.engine.column_backend import ColumnBackend

    return ColumnBackend(folder, schema)


def put_in_force(
    folder: Path, schema: Schema, backend: Backend, state: State, *, keep: int = KEPT, verify: bool = False
) -> None:
    """Put a generation in force and remove what is no longer needed; `keep` before it stay.

    With `verify`, what would be put in force unseen must be whole. After an error or an interrupt, either generation
    may be in force, and the files of the other have gone.
    """
    try:
        if verify:
            backend.snapshot(state).verify()
        publish(folder, new_manifest(schema, next_generation(folder), state, backend.count(state)))
    except BaseException:
        with contextlib.suppress(SearchkitError, OSError):
            clean_up(folder, backend, ALL)
        raise
    clean_up(folder, backend, keep)


def clean_up(folder: Path, backend: Backend, keep: int) -> None:
    """Remove what neither the generation in force needs nor the `keep` before it."""

    def files(manifest: dict[str, Any]) -> Any:
        return backend.files(manifest["segments"])

    clean(folder, keep, files)
