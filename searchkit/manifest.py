"""What stands in the folder of an index: the manifest, which names the generation in force, and the generations."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import ujson

from searchkit.errors import CorruptIndexError, IndexExistsError, IndexNotFoundError, IndexVersionError, SchemaError
from searchkit.schema import Schema

__all__ = [
    "check_free",
    "check_ours",
    "generations",
    "in_force",
    "is_index",
    "new_manifest",
    "next_generation",
    "not_found",
    "read_manifest",
    "schema_of",
    "write_manifest",
]

FORMAT = 1
_MANIFEST = "searchkit.json"
_GENERATION = re.compile(r"g\d{6,}")


def is_index(folder: Path) -> bool:
    """Whether `folder` has a manifest, readable or not."""
    return (folder / _MANIFEST).exists()


def new_manifest(schema: Schema, generation: str) -> dict[str, Any]:
    """The manifest of an index that this version of searchkit writes."""
    from azanalyzer import VERSION

    return {"format": FORMAT, "generation": generation, "analyzer": f"azanalyzer {VERSION}", "schema": schema.to_dict()}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Put the manifest in force; readers see the one before or this one, never a part of it."""
    temporary = folder / f"{_MANIFEST}.{os.getpid()}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(ujson.dumps(manifest, ensure_ascii=False, indent=1))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _MANIFEST)


def generations(folder: Path) -> list[Path]:
    """The folders of the generations, whether in force, replaced or left behind by a process that was killed."""
    return [entry for entry in folder.iterdir() if _GENERATION.fullmatch(entry.name) and entry.is_dir()]


def next_generation(folder: Path) -> str:
    """The name of a generation that does not exist yet."""
    return f"g{max((int(entry.name[1:]) for entry in generations(folder)), default=0) + 1:06}"


def in_force(folder: Path) -> str | None:
    """The name of the generation in force, if the manifest can be read, whatever wrote it."""
    try:
        return str(ujson.loads((folder / _MANIFEST).read_text("utf-8"))["generation"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def check_ours(folder: Path) -> None:
    """IndexExistsError if `folder` is something else than an index, or what is left of one, or a place for one."""
    if not folder.exists() or is_index(folder):
        return
    if not folder.is_dir():
        raise IndexExistsError(f"{folder}: an index is a folder, and this is a file; choose another path")
    for entry in folder.iterdir():
        if not (entry.name == "writer.lock" or entry.name.startswith(_MANIFEST) or _GENERATION.fullmatch(entry.name)):
            raise IndexExistsError(
                f"{folder}: this folder holds something else than an index ({entry.name}); choose another path"
            )


def check_free(folder: Path) -> None:
    """IndexExistsError if there is anything at `folder` but a place for an index."""
    if is_index(folder):
        raise IndexExistsError(f"{folder}: there is already an index; open it, rebuild it, or choose another path")
    check_ours(folder)


def not_found(folder: Path) -> IndexNotFoundError:
    """The error for a folder without an index."""
    return IndexNotFoundError(
        f"{folder}: there is no searchkit index here; check the path, or make one with `searchkit index`"
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the index, checked: it is there, whole, of this format and of this analyzer."""
    from azanalyzer import VERSION

    path = folder / _MANIFEST
    rebuild_it = "rebuild it with `searchkit index … --rebuild`"
    try:
        manifest = ujson.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise not_found(folder) from None
    except NotADirectoryError:
        raise IndexNotFoundError(f"{folder}: an index is a folder, and this is a file; check the path") from None
    except ValueError as error:
        raise CorruptIndexError(f"{path}: the index's manifest is damaged ({error}); {rebuild_it}") from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise CorruptIndexError(f"{path}: the index's manifest is damaged (it names no format); {rebuild_it}")
    if manifest["format"] != FORMAT:
        raise IndexVersionError(
            f"{folder}: the index has format {manifest['format']!r}, and this searchkit reads format {FORMAT}; "
            f"{rebuild_it}"
        )
    missing = [name for name in ("generation", "analyzer", "schema") if name not in manifest]
    if missing:
        raise CorruptIndexError(f"{path}: the index's manifest is damaged (it names no {missing[0]}); {rebuild_it}")
    if not (isinstance(manifest["generation"], str) and _GENERATION.fullmatch(manifest["generation"])):
        raise CorruptIndexError(
            f"{path}: the index's manifest is damaged ({manifest['generation']!r} cannot name a generation); "
            f"{rebuild_it}"
        )
    if manifest["analyzer"] != f"azanalyzer {VERSION}":
        raise IndexVersionError(
            f"{folder}: the words of the index were read by {manifest['analyzer']}, and this is azanalyzer {VERSION}, "
            f"which may read them otherwise; {rebuild_it}"
        )
    return manifest


def schema_of(folder: Path, manifest: dict[str, Any]) -> Schema:
    """The schema that the manifest describes."""
    try:
        return Schema.from_dict(manifest["schema"])
    except (SchemaError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise CorruptIndexError(
            f"{folder / _MANIFEST}: the schema of the index cannot be read ({error}); "
            "rebuild it with `searchkit index … --rebuild`"
        ) from None
