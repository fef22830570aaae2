"""Whether an index is whole, and what can be saved of one that is not."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from azanalyzer.tuples import NamedTuple
from searchkit.backend import Backend, Problem, State, Transaction
from searchkit.errors import CorruptIndexError, DocumentError, IndexVersionError, SearchkitError
from searchkit.schema import Schema
from searchkit.storage.files import storing, write_file
from searchkit.storage.generations import ALL, backend_of, clean_up, locked, put_in_force
from searchkit.storage.manifest import (
    CONTENTS,
    check_analyzer,
    folder_at,
    generation_name,
    is_index,
    kept_generations,
    manifest_path,
    read_generation,
    read_manifest,
    schema_of,
)

__all__ = ["Examination", "Repair", "examine", "repair", "verify"]

_PUBLISHING = 1.0  # seconds that a writer may need from the manifest to the last of what goes with it


class Examination(NamedTuple):
    """What was looked at, and what is wrong with it."""

    problems: list[Problem]
    generations: list[str]
    files: int
    size: int  # in bytes


class Repair(NamedTuple):
    """What a repair did: the generation in force, its documents, those lost, and deleted ones that may be back."""

    generation: str
    documents: int
    lost: int
    revived: int


def verify(path: str | os.PathLike[str]) -> list[Problem]:
    """All that is wrong with the index at `path`, in the generation in force and in those that are kept.

    Every byte is read, and whether it makes sense is checked besides. An empty list says that the index is whole.
    """
    return examine(path).problems


def examine(path: str | os.PathLike[str]) -> Examination:
    """See `verify`."""
    folder = folder_at(path)
    while True:
        seen = _in_force(folder)
        try:
            found = _examine(folder)
        except SearchkitError:
            if seen == _in_force(folder):
                raise
            continue  # a writer has removed what was looked for
        if not found.problems or not _has_moved_on(folder, seen, found.problems):
            return found


def _has_moved_on(folder: Path, seen: object, problems: list[Problem]) -> bool:
    """Whether a writer has put something in force, or is doing it: what is missing may have gone or be to come."""
    deadline = time.monotonic() + _PUBLISHING
    while seen == _in_force(folder):
        if time.monotonic() >= deadline or all(problem.path.exists() for problem in problems):
            return False
        time.sleep(0.02)
    return True


def _in_force(folder: Path) -> tuple[bytes | None, list[str]]:
    """What a writer changes when it puts a generation in force: the manifest, and which others and companions stay."""
    manifest = None
    with contextlib.suppress(OSError):
        manifest = manifest_path(folder).read_bytes()
    kept = [path for _, path in kept_generations(folder)]
    return manifest, sorted(path.name for path in (*kept, *folder.glob("_MAIN_*.toc")))


def _examine(folder: Path) -> Examination:
    manifests, problems = _manifests(folder)
    known: dict[object, list[Problem]] = {}
    files = {manifest_path(folder)}
    for file, manifest in manifests.items():
        files.add(file)
        try:
            backend = backend_of(folder, schema_of(folder, manifest))
        except CorruptIndexError as error:
            problems.append(Problem(file, error.reason))
            continue
        problems += backend.problems(manifest["segments"], known)
        counted = backend.count(manifest["segments"])
        if counted != manifest["documents"]:
            reason = f"it counts {manifest['documents']:,} documents, and its segments have {counted:,}"
            problems.append(Problem(file, reason))
        files.update(backend.files(manifest["segments"]))
        for companion in _companions(folder, manifest):
            try:
                if not backend.is_whole(companion.read_bytes(), manifest["generation"]):
                    reason = "it is damaged or of another generation, so Whoosh cannot open the index, or opens that"
                    problems.append(Problem(companion, reason))
                files.add(companion)
            except FileNotFoundError:
                if file == manifest_path(folder):
                    problems.append(
                        Problem(companion, "it is missing, so Whoosh opens the generation before or finds no index")
                    )
        if file == manifest_path(folder):
            reason = "it is not of this index, and Whoosh opens it in its place"
            problems += [Problem(path, reason) for path in _foreign(folder, manifest)]
    size = 0
    for file in files:
        with contextlib.suppress(OSError):
            size += file.stat().st_size
    names = sorted(generation_name(manifest) for manifest in manifests.values())
    return Examination(list(dict.fromkeys(problems)), list(dict.fromkeys(names)), len(files), size)


def _companions(folder: Path, manifest: dict[str, Any]) -> dict[Path, bytes]:
    """The files that are there for others than searchkit, and what should stand in them."""
    backend = backend_of(folder, schema_of(folder, manifest))
    companions = backend.companions(manifest["segments"], manifest["generation"])
    return {folder / name: content for name, content in companions.items()}


def _foreign(folder: Path, manifest: dict[str, Any]) -> list[Path]:
    """Whoosh's tables of contents with higher numbers than that of the generation in force."""
    found = ((path, CONTENTS.fullmatch(path.name)) for path in sorted(folder.glob("_MAIN_*.toc")))
    return [path for path, match in found if match and int(match[1]) > manifest["generation"]]


def _manifests(folder: Path) -> tuple[dict[Path, dict[str, Any]], list[Problem]]:
    """The manifests that can be read, that of the generation in force first, and what is wrong with the others."""
    found: dict[Path, dict[str, Any]] = {}
    problems = []
    kept = kept_generations(folder)
    if not is_index(folder) and not kept:
        read_manifest(folder, any_analyzer=True)  # which says what is there instead
    in_force: dict[str, Any] = {}
    try:
        in_force = found[manifest_path(folder)] = read_manifest(folder, any_analyzer=True)
    except CorruptIndexError as error:
        problems.append(Problem(manifest_path(folder), error.reason))
    for number, path in reversed(kept):
        try:
            manifest = read_generation(folder, number)
        except (CorruptIndexError, IndexVersionError) as error:
            problems.append(Problem(path, getattr(error, "reason", str(error))))
            continue
        if number == in_force.get("generation") and manifest != in_force:
            problems.append(Problem(path, "it is not the same as the manifest of the generation in force"))
        else:
            found[path] = manifest
    return found, problems


def repair(path: str | os.PathLike[str], *, wait: float = 0.0) -> Repair:
    """Put a generation in force that has everything of the index that is sound.

    Segments that are whole stay as they are; of a damaged one the stored documents that can still be read are indexed
    again. Kept generations that are damaged are removed. CorruptIndexError if no manifest can be read. LockedError
    after `wait` seconds if somebody writes.
    """
    folder = folder_at(path)
    with locked(folder, wait):
        return _repair(folder)


def _repair(folder: Path) -> Repair:
    damaged = {problem.path for problem in _examine(folder).problems}
    manifests, _ = _manifests(folder)
    if not manifests:
        raise CorruptIndexError(
            f"{folder}: neither the manifest nor that of a kept generation can be read, so there is nothing to go by; "
            "rebuild it with `searchkit index … --rebuild`"
        )
    manifest = next(iter(manifests.values()))
    check_analyzer(folder, manifest)
    _mend_companions(folder, manifests.values(), damaged)
    schema = schema_of(folder, manifest)
    backend = backend_of(folder, schema)
    for path in _foreign(folder, manifest):
        with storing(path):
            path.unlink(missing_ok=True)
        damaged.discard(path)
    if not damaged:
        return Repair(generation_name(manifest), manifest["documents"], 0, 0)
    state = manifest["segments"]
    sound = [described for described in state if damaged.isdisjoint(backend.files([described]))]
    transaction = backend.transaction(sound, 1)
    try:
        revived = _salvage(backend, schema, transaction, [part for part in state if part not in sound], sound)
        after = transaction.commit()
        put_in_force(folder, schema, backend, after, keep=ALL, verify=True)
    finally:
        transaction.abort()
    for file, kept in manifests.items():
        if file != manifest_path(folder) and {file, *backend.files(kept["segments"])} & damaged:
            file.unlink()
    clean_up(folder, backend, ALL)
    documents = backend.count(after)
    lost = max(backend.count(state) - (documents - revived), 0)
    return Repair(generation_name(read_manifest(folder)), documents, lost, revived)


def _mend_companions(folder: Path, manifests: Iterable[dict[str, Any]], damaged: set[Path]) -> None:
    """Write those of the damaged files anew that are there for others than searchkit."""
    for manifest in manifests:
        companions: dict[Path, bytes] = {}
        with contextlib.suppress(CorruptIndexError):  # of a generation that is going to be removed
            companions = _companions(folder, manifest)
        for path in damaged & companions.keys():
            write_file(path, companions[path])
            damaged.remove(path)


def _salvage(backend: Backend, schema: Schema, transaction: Transaction, damaged: State, sound: State) -> int:
    """Add the documents of damaged segments that can be read; how many deleted ones may be among them."""
    revived = 0
    for described, found in backend.salvage(damaged, sound):
        taken = 0
        for key, stored, document in found:
            with contextlib.suppress(DocumentError):
                transaction.add(key, stored, schema.prepare(document))
                taken += 1
        revived += max(taken - backend.count([described]), 0)
    return revived
