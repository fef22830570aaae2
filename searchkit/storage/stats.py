"""Figures about an index on disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azanalyzer.tuples import NamedTuple
from searchkit.errors import IndexVersionError, SearchkitError
from searchkit.storage.generations import backend_of, leftovers, older
from searchkit.storage.manifest import folder_at, generation_name, read_manifest, schema_of, versions

if TYPE_CHECKING:
    from searchkit.backend import Backend
    from searchkit.schema import Schema

__all__ = ["Stats", "stats_at", "stats_of"]


class Stats(NamedTuple):
    """Figures about an index on disk; sizes in bytes.

    `kept` has the documents of the generations that `rollback` can go back to. Leftovers are files that no generation
    needs: a writer is writing them, or one that died has left them to the next. `program` has the `format`, `analyzer`
    and `lexicon` that this searchkit reads; `unreadable` names the generations, in force or kept, that have others.
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
    format: int
    lexicon: str
    program: dict[str, Any]
    unreadable: list[str]


def stats_at(path: str | os.PathLike[str]) -> Stats:
    """Figures about an index that cannot be opened, as it was made by another version of searchkit."""
    folder = folder_at(path)
    manifest = read_manifest(folder, any_analyzer=True, any_format=True)
    try:
        schema = schema_of(folder, manifest)
        return stats_of(folder, manifest, schema, backend_of(folder, schema))
    except (SearchkitError, ValueError, LookupError, TypeError):
        read_manifest(folder, any_analyzer=True)  # which says so if it has another format
        raise


def stats_of(folder: Path, manifest: dict[str, Any], schema: Schema, backend: Backend) -> Stats:
    """Figures about the index in `folder`, of which this manifest is in force."""
    sizes = [size for parent, _, names in os.walk(folder) for size in _sizes(Path(parent, name) for name in names)]
    left: list[int] = []
    with contextlib.suppress(IndexVersionError):  # nobody knows what one of another format needs
        left = _sizes(leftovers(folder, backend))
    kept = older(folder, manifest["generation"])
    program = versions()
    return Stats(
        documents=int(manifest["documents"]),
        generation=generation_name(manifest),
        size=sum(sizes),
        files=len(sizes),
        fields={"id": "keyword", **{name: field.kind for name, field in schema.fields.items()}},
        analyzer=manifest["analyzer"],
        kept={generation_name(before): int(before["documents"]) for before in kept},
        leftover_files=len(left),
        leftover_bytes=sum(left),
        format=manifest["format"],
        lexicon=manifest.get("lexicon", ""),
        program=program,
        unreadable=[
            generation_name(each)
            for each in (*kept, manifest)
            if any(each.get(name) != own for name, own in program.items())
        ],
    )


def _sizes(paths: Iterable[Path]) -> list[int]:
    """The sizes of files; those that a writer at work has removed are left out."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            found.append(path.stat().st_size)
    return found
