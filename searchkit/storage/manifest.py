"""What stands in the folder of an index: the manifest, which says all about the generation in force, and its files.

A generation is a manifest and the files that it names, none of which is ever changed. Publishing writes the manifest
under its own name in `generations`, then puts it in force as `searchkit.json` by renaming; before each step everything
that it relies on has been brought to the disk.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ujson

from searchkit.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    SchemaError,
    SearchkitError,
    StorageError,
)
from searchkit.schema import Schema
from searchkit.storage.files import reading, storing, sync_folder, write_file

__all__ = [
    "CACHE",
    "CONTENTS",
    "FORMAT",
    "GENERATIONS",
    "OLD_GENERATION",
    "again",
    "check_analyzer",
    "check_free",
    "check_ours",
    "documents_before",
    "fingerprint",
    "folder_at",
    "generation_name",
    "is_index",
    "kept_generations",
    "manifest_path",
    "new_manifest",
    "next_generation",
    "not_found",
    "publish",
    "read_generation",
    "read_manifest",
    "schema_of",
    "versions",
]

FORMAT = 7
_MANIFEST = "searchkit.json"
GENERATIONS = "generations"
_GENERATION = re.compile(r"g(\d{6,})\.json")
CONTENTS = re.compile(r"_MAIN_(\d{1,9})\.toc(\.\d+\.tmp)?")  # Whoosh's table of contents of a generation
OLD_GENERATION = re.compile(r"g\d{6,}")  # folders of format 1
CACHE = "sources.cache"  # see `searchkit.indexing.source_cache`
_OURS = frozenset({"writer.lock", CACHE, GENERATIONS, "segments"})
_TICK = 20_000_000  # ns between two times of files that differ for certain
_SECOND = 1_000_000_000  # ns; some file systems keep no parts of one in times
_COARSE_TICK = 3 * _SECOND  # the same of these, of which FAT has only every second one
_REBUILD = "rebuild it with `searchkit index … --rebuild`"
_IN_FORCE = "the index"


def folder_at(path: str | os.PathLike[str]) -> Path:
    """The folder of an index, whether it is there or not; IndexNotFoundError for a path that names none."""
    if not os.fspath(path):  # `Path` takes it for the current folder
        raise IndexNotFoundError("the path of an index is empty; name its folder")
    if "\0" in os.fsdecode(path):
        raise IndexNotFoundError(f"{path!r}: no folder has a null character in its name; leave it out")
    return Path(path)


def is_index(folder: Path) -> bool:
    """Whether `folder` has a manifest, readable or not."""
    return (folder / _MANIFEST).exists()


def manifest_path(folder: Path) -> Path:
    """Where the manifest of the generation in force is."""
    return folder / _MANIFEST


def generation_name(manifest: dict[str, Any]) -> str:
    """The name of a generation as people see it."""
    return f"g{manifest['generation']:06}"


def versions() -> dict[str, Any]:
    """What an index and a program have to agree on: those of this program, by their keys in a manifest."""
    from azanalyzer import VERSION, data_checksum

    return {"format": FORMAT, "analyzer": f"azanalyzer {VERSION}", "lexicon": data_checksum()}


def new_manifest(
    schema: Schema,
    generation: int,
    state: Iterable[Any],
    documents: int,
    sources: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The manifest of a generation that this version of searchkit writes.

    `state` is the engine's; `sources` tells the files that were read, if any were (see `searchkit.indexing.sources`).
    """
    return {
        **versions(),
        "generation": generation,
        "documents": documents,
        "schema": schema.to_dict(),
        "segments": [list(described) for described in state],
        "published": _now(),
        **({"sources": dict(sources)} if sources is not None else {}),
    }


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def again(manifest: dict[str, Any], generation: int) -> dict[str, Any]:
    """The manifest of a generation that has the content of an earlier one."""
    return {**manifest, "generation": generation, "published": _now()}


def publish(folder: Path, manifest: dict[str, Any], companions: Mapping[str, bytes]) -> None:
    """Put a generation in force, whose files are on the disk; readers see the one before or this one, never both.

    `companions` are files for others than searchkit, which never reads them. They come after the manifest: whoever goes
    by them sees the generation before for a moment longer, but none that has not been put in force.
    """
    text = ujson.dumps({**manifest, "crc32": _crc(manifest)}, ensure_ascii=False, indent=1).encode("utf-8")
    generations = folder / GENERATIONS
    with storing(generations):
        generations.mkdir(exist_ok=True)
    # The first is kept when it is in force: a manifest that is kept while none is in force tells that one was lost.
    is_first = not is_index(folder)
    if not is_first:
        _keep_in_force(folder)
        _keep(generations, generation_name(manifest), text)
    sync_folder(folder)  # the folders of the generations and segments may be new themselves
    write_file(folder / _MANIFEST, text)
    in_force = f"generation {generation_name(manifest)} is in force, but"
    try:
        sync_folder(folder)
    except StorageError as error:
        error.outcome = f"{in_force} if the machine fails now it may be the one before"
        raise
    try:
        for name, content in companions.items():
            write_file(folder / name, content)
        sync_folder(folder)
    except StorageError as error:
        error.outcome = f"{in_force} Whoosh may open the one before until something is committed, or repaired"
        raise
    if is_first:
        with contextlib.suppress(StorageError):  # the next writer does it
            _keep(generations, generation_name(manifest), text)


def _keep(generations: Path, name: str, text: bytes) -> None:
    write_file(generations / f"{name}.json", text)
    sync_folder(generations)


def _keep_in_force(folder: Path) -> None:
    """Keep the generation in force, where the one who put it there did not come to that."""
    try:
        name = generation_name(read_manifest(folder, any_analyzer=True))
        text = (folder / _MANIFEST).read_bytes()
    except (SearchkitError, OSError):  # a rebuild takes the place of what cannot be read
        return
    if not (folder / GENERATIONS / f"{name}.json").exists():
        _keep(folder / GENERATIONS, name, text)


def _crc(manifest: dict[str, Any]) -> int:
    return zlib.crc32(ujson.dumps(manifest, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"))


def next_generation(folder: Path) -> int:
    """The number of the generation after the one in force; one that has not been, where that cannot be read."""
    with contextlib.suppress(SearchkitError, OSError):
        return int(read_manifest(folder, any_analyzer=True)["generation"]) + 1
    numbers = [number for number, _ in kept_generations(folder)]
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        numbers.append(int(ujson.loads((folder / _MANIFEST).read_bytes())["generation"]))
    return max(numbers, default=0) + 1


def documents_before(folder: Path) -> int:
    """How many documents the manifest in force counts, whatever else is wrong with it; 0 if it cannot be read."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        return int(ujson.loads((folder / _MANIFEST).read_bytes())["documents"])
    return 0


def kept_generations(folder: Path) -> list[tuple[int, Path]]:
    """The generations whose manifests are there, by number."""
    try:
        names = os.listdir(folder / GENERATIONS)  # noqa: PTH208
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = ((int(match[1]), folder / GENERATIONS / name) for name in names if (match := _GENERATION.fullmatch(name)))
    return sorted(found)


def fingerprint(folder: Path) -> tuple[int, ...] | None:
    """What changes with each generation, for a look that costs microseconds; None if it cannot be told.

    That is so where there is no manifest, and while it is so new that another might have the same time. Even so it is
    for readers: only the manifest itself tells a writer for certain what it begins from.
    """
    try:
        found = os.stat(folder / _MANIFEST)  # noqa: PTH116
    except OSError:
        return None
    if time.time_ns() - found.st_mtime_ns < (_TICK if found.st_mtime_ns % _SECOND else _COARSE_TICK):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def check_ours(folder: Path) -> None:
    """IndexExistsError if `folder` is something else than an index, or what is left of one, or a place for one."""
    if folder.is_symlink() and not folder.exists():
        target = os.readlink(folder)  # noqa: PTH115
        raise IndexExistsError(
            f"{folder}: this is a symbolic link to {target}, which does not exist; "
            "make that folder or choose another path"
        )
    if not folder.exists() or is_index(folder):
        return
    if not folder.is_dir():
        raise IndexExistsError(f"{folder}: an index is a folder, and this is a file; choose another path")
    for entry in folder.iterdir():
        patterns = (OLD_GENERATION, CONTENTS)
        known = entry.name in _OURS or entry.name.startswith((_MANIFEST, CACHE))
        if not (known or any(pattern.fullmatch(entry.name) for pattern in patterns)):
            raise IndexExistsError(
                f"{folder}: this folder holds something else than an index ({entry.name}); choose another path"
            )


def check_free(folder: Path) -> None:
    """IndexExistsError if there is anything at `folder` but a place for an index.

    CorruptIndexError if it is an index whose manifest is missing.
    """
    if is_index(folder):
        raise IndexExistsError(f"{folder}: there is already an index; open it, rebuild it, or choose another path")
    if kept_generations(folder):
        raise _missing(folder)
    check_ours(folder)


def not_found(folder: Path) -> IndexNotFoundError:
    """The error for a folder without an index."""
    return IndexNotFoundError(
        f"{folder}: there is no searchkit index here; check the path, or make one with `searchkit index`"
    )


def _missing(folder: Path) -> CorruptIndexError:
    path, reason = manifest_path(folder), "the manifest is missing"
    message = f"{path}: {reason}; `searchkit verify {folder} --repair` restores it"
    return CorruptIndexError(message, path=path, reason=reason)


def read_manifest(folder: Path, *, any_analyzer: bool = False, any_format: bool = False) -> dict[str, Any]:
    """The manifest of the index, checked: it is there, whole, of this format and of this analyzer.

    What one of another format says is not checked.
    """
    try:
        manifest = _read(folder, manifest_path(folder), any_format=any_format)
    except IndexNotFoundError:
        if kept_generations(folder):
            raise _missing(folder) from None
        raise
    if not any_analyzer:
        check_analyzer(folder, manifest)
    return manifest


def check_analyzer(folder: Path, manifest: dict[str, Any], of: str = _IN_FORCE) -> None:
    """IndexVersionError if the words of a generation, which messages call so, were read by another analyzer."""
    own = versions()
    advice = f"read them again with `searchkit upgrade {folder}`, or {_REBUILD}" if of == _IN_FORCE else _REBUILD
    if manifest["analyzer"] != own["analyzer"]:
        raise IndexVersionError(
            f"{folder}: the words of {of} were read by {manifest['analyzer']}, and this is {own['analyzer']}, "
            f"which may read them otherwise; {advice}"
        )
    if manifest.get("lexicon") != own["lexicon"]:
        raise IndexVersionError(
            f"{folder}: the words of {of} were read with another lexicon than that of this {own['analyzer']}, "
            f"which may read them otherwise; {advice}"
        )


def read_generation(folder: Path, number: int) -> dict[str, Any]:
    """The manifest of a generation that is kept."""
    path = folder / GENERATIONS / f"g{number:06}.json"
    manifest = _read(folder, path)
    if manifest["generation"] != number:
        raise _damaged(path, f"it is the manifest of {generation_name(manifest)}")
    return manifest


def _read(folder: Path, path: Path, *, any_format: bool = False) -> dict[str, Any]:
    try:
        with reading(path):
            text = path.read_bytes()
        manifest = ujson.loads(text.decode("utf-8"))
    except FileNotFoundError:
        raise not_found(folder) from None
    except NotADirectoryError:
        raise IndexNotFoundError(f"{folder}: an index is a folder, and this is a file; check the path") from None
    except ValueError as error:
        raise _damaged(path, str(error)) from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise _damaged(path, "it names no format")
    crc = manifest.pop("crc32", None)
    if manifest["format"] != FORMAT and crc != _crc({**manifest, "format": FORMAT}):  # else that number is damaged
        if any_format and crc == _crc(manifest):
            return manifest
        raise IndexVersionError(
            f"{folder}: the index has format {manifest['format']!r}, and this searchkit reads format {FORMAT}; "
            f"{_REBUILD}"
        )
    if crc != _crc(manifest):
        raise _damaged(path, "its checksum is not that of what it says")
    wrong = _find_wrong(manifest)
    if wrong is not None:
        raise _damaged(path, wrong)
    return manifest


def _find_wrong(manifest: dict[str, Any]) -> str | None:
    """What is wrong with what a manifest says, None if nothing is."""
    for name in ("generation", "analyzer", "schema", "segments", "documents"):
        if name not in manifest:
            return f"it names no {name}"
    if not _is_count(manifest["generation"]):
        return f"{manifest['generation']!r} cannot name a generation"
    if not _is_count(manifest["documents"]):
        return f"{manifest['documents']!r} is no number of documents"
    if not isinstance(manifest.get("sources", {}), dict):
        return "what it says about sources is no mapping"
    if not isinstance(manifest["segments"], list):
        return "its segments are no list"
    return next(
        (f"{each!r} cannot be a segment" for each in manifest["segments"] if not _describes_segment(each)), None
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _describes_segment(described: object) -> bool:
    if not (isinstance(described, list) and [type(value) for value in described] == [str, int, int, str]):
        return False
    name, documents, deleted, deletions = described
    return (
        0 <= deleted <= documents
        and _FILE.fullmatch(name) is not None
        and (not deletions or _FILE.fullmatch(deletions) is not None)
    )


_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")  # of this folder, not of another


def _damaged(path: Path, reason: str) -> CorruptIndexError:
    message = f"{path}: the index's manifest is damaged ({reason}); {_REBUILD}"
    return CorruptIndexError(message, path=path, reason=f"the manifest is damaged ({reason})")


def schema_of(folder: Path, manifest: dict[str, Any]) -> Schema:
    """The schema that the manifest describes."""
    try:
        return Schema.from_dict(manifest["schema"])
    except (SchemaError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise CorruptIndexError(
            f"{folder / _MANIFEST}: the schema of the index cannot be read ({error}); {_REBUILD}",
            path=folder / _MANIFEST,
            reason=f"the schema cannot be read ({error})",
        ) from None
