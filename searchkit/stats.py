"""Figures about an index on disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azanalyzer.tuples import NamedTuple
from searchkit.generations import leftovers, older
from searchkit.manifest import generation_name

if TYPE_CHECKING:
    from searchkit.backend import Backend
    from searchkit.schema import Schema

__all__ = ["Stats", "stats_of"]


class Stats(NamedTuple):
    """Figures about an index on disk; sizes in bytes.

    `kept` has the documents of the generations that `rollback` can go back to. Leftovers are files that no generation
    needs: a writer is writing them, or one that died has left them to the next.
    """

    documents: int
    generation: str
    size: int
    files: int
    fields: dict[str, str]
    analyzer: str
    kept: dict[str, int]
    leftover_files: int
    leftover_bytes: int


def stats_of(folder: Path, manifest: dict[str, Any], schema: Schema, backend: Backend, documents: int) -> Stats:
    """Figures about the index in `folder`, of which this manifest is in force and has so many documents."""
    sizes = [size for parent, _, names in os.walk(folder) for size in _sizes(Path(parent, name) for name in names)]
    left = _sizes(leftovers(folder, backend))
    return Stats(
        documents=documents,
        generation=generation_name(manifest),
        size=sum(sizes),
        files=len(sizes),
        fields={"id": "keyword", **{name: field.kind for name, field in schema.fields.items()}},
        analyzer=manifest["analyzer"],
        kept=older(folder, manifest["generation"]),
        leftover_files=len(left),
        leftover_bytes=sum(left),
    )


def _sizes(paths: Iterable[Path]) -> list[int]:
    """The sizes of files; those that a writer at work has removed are left out."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            found.append(path.stat().st_size)
    return found
