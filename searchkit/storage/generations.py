"""Generations put in force, and the files that they need."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchkit.backend import Backend, State
from searchkit.errors import (
    GenerationNotFoundError,
    IndexExistsError,
    SearchkitError,
    StorageError,
    TooFewDocumentsError,
)
from searchkit.schema import Schema
from searchkit.storage.cleaning import clean, remove_all, unneeded
from searchkit.storage.files import link_or_copy, make_folder, storing, sync_folder
from searchkit.storage.manifest import (
    CACHE,
    again,
    check_analyzer,
    check_free,
    documents_before,
    folder_at,
    generation_name,
    is_index,
    kept_generations,
    new_manifest,
    next_generation,
    not_found,
    publish,
    read_generation,
    read_manifest,
    schema_of,
)

if TYPE_CHECKING:
    from searchkit.storage.locks import WriterLock

__all__ = [
    "ALL",
    "KEPT",
    "MOST_JOBS",
    "backend_of",
    "check_options",
    "clean_up",
    "leftovers",
    "locked",
    "older",
    "put_in_force",
    "rollback",
    "snapshot",
]

MOST_JOBS = 64  # processes that index
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
        _check_count(folder, count, min_ratio, may_empty=may_empty)
        if verify:
            backend.snapshot(state).verify()
        _publish(folder, new_manifest(schema, next_generation(folder), state, count, sources), backend)
    except BaseException:
        with contextlib.suppress(SearchkitError, OSError):
            clean_up(folder, backend, ALL)
        raise
    with contextlib.suppress(OSError):  # to the next writer, as the generation is in force
        clean_up(folder, backend, keep)


def _publish(folder: Path, manifest: dict[str, Any], backend: Backend) -> None:
    publish(folder, manifest, backend.companions(manifest["segments"], manifest["generation"]))


def _check_count(folder: Path, count: int, min_ratio: float | None, *, may_empty: bool) -> None:
    """TooFewDocumentsError if an index of `count` documents must not take the place of the one in force."""
    before = documents_before(folder)
    if min_ratio is None and before and not count and not may_empty:
        raise TooFewDocumentsError(
            f"{folder}: there are no documents to replace the {before:,} of the index, so it stays as it is; "
            "a min_ratio of 0 (--min-ratio 0) empties it"
        )
    if min_ratio is not None and count < min_ratio * before:
        documents = f"{count:,} document{'' if count == 1 else 's'}"
        raise TooFewDocumentsError(
            f"{folder}: {documents} would replace {before:,}, which is less than the {min_ratio:g} that is "
            "asked for, so the index stays as it is; lower the ratio if this is right"
        )


def clean_up(folder: Path, backend: Backend, keep: int) -> None:
    """Remove what neither the generation in force needs nor the `keep` before it."""
    clean(folder, keep, _files_of(backend))


def leftovers(folder: Path, backend: Backend) -> list[Path]:
    """What no generation needs, be it left by a writer that died or just being written by one at work."""
    return unneeded(folder, ALL, _files_of(backend))


def _files_of(backend: Backend) -> Callable[[dict[str, Any]], Iterable[Path]]:
    def files(manifest: dict[str, Any]) -> Iterable[Path]:
        return backend.files(manifest["segments"])

    return files


def older(folder: Path, than: int) -> list[dict[str, Any]]:
    """The manifests of the kept generations before number `than`, without those that cannot be read."""
    found = []
    for number, _ in kept_generations(folder):
        if number < than:
            with contextlib.suppress(SearchkitError, OSError):
                found.append(read_generation(folder, number))
    return found


def locked(folder: Path, wait: float) -> WriterLock:
    """The lock of an index that is there, acquired; IndexNotFoundError, or LockedError after `wait` seconds."""
    from searchkit.storage.locks import WriterLock

    if not is_index(folder) and not kept_generations(folder):
        raise not_found(folder)
    lock = WriterLock(folder)
    try:
        lock.acquire(wait)
    except (FileNotFoundError, NotADirectoryError):
        raise not_found(folder) from None
    return lock


def check_options(jobs: int, keep: int, min_ratio: float | None) -> None:
    """ValueError where an option of a transaction cannot be, before it has begun; SearchkitError where jobs cannot."""
    if not isinstance(jobs, int) or not 1 <= jobs <= MOST_JOBS:
        raise ValueError(f"jobs is a whole number from 1 to {MOST_JOBS}, not {jobs!r}")
    if not isinstance(keep, int) or keep < 0:
        raise ValueError(f"keep is a whole number from 0 on, not {keep!r}")
    if min_ratio is not None and not (isinstance(min_ratio, (int, float)) and 0 <= min_ratio <= 1):
        raise ValueError(f"min_ratio is a share from 0 to 1 or None, not {min_ratio!r}")
    if jobs > 1:
        from searchkit.engine.jobs import check_beginning

        check_beginning()


def rollback(path: str | os.PathLike[str], generation: int | str | None = None, *, wait: float = 0.0) -> str:
    """Put what a kept generation holds in force again, as a new generation; the name of that.

    Without `generation` it is the one before the one in force. GenerationNotFoundError if it is not kept. No file is
    copied, and all kept generations stay, so that the step can be taken back. LockedError after `wait` seconds if
    somebody writes.
    """
    folder = folder_at(path)
    with locked(folder, wait):
        manifest = read_generation(folder, _wanted(folder, generation))
        check_analyzer(folder, manifest, f"generation {generation_name(manifest)}")
        backend = backend_of(folder, schema_of(folder, manifest))
        backend.snapshot(manifest["segments"]).verify()
        restored = again(manifest, next_generation(folder))
        try:
            _publish(folder, restored, backend)
        finally:
            with contextlib.suppress(SearchkitError, OSError):  # as where the index cannot be read as it is
                clean_up(folder, backend, ALL)
        return generation_name(restored)


def _wanted(folder: Path, generation: int | str | None) -> int:
    """The number of the generation to go back to."""
    kept = [number for number, _ in kept_generations(folder)]
    in_force = 0
    with contextlib.suppress(SearchkitError, OSError):
        in_force = int(read_manifest(folder, any_analyzer=True)["generation"])
    before = [number for number in kept if number < in_force or not in_force]
    if generation is None:
        if not before:
            raise GenerationNotFoundError(f"{folder}: no generation before the one in force is kept")
        return before[-1]
    digits = str(generation).removeprefix("g")
    if not digits.isdecimal() or int(digits) not in before:
        names = ", ".join(f"g{number:06}" for number in before) or "none"
        raise GenerationNotFoundError(f"{folder}: {generation!r} is no generation to go back to; kept are: {names}")
    return int(digits)


def snapshot(path: str | os.PathLike[str], target: str | os.PathLike[str], *, copy: bool = False) -> str:
    """Make a copy of the generation in force, itself an index, at `target`; the name of that generation.

    Files are linked where the file system can, so that it takes no time and no room; with `copy` they are copied
    byte by byte and checked. Nobody has to wait: the index may be searched and written meanwhile. IndexExistsError if
    there is anything at `target` but an empty folder.
    """
    from searchkit.storage.locks import WriterLock

    folder, made = folder_at(path), folder_at(target)
    manifest = read_manifest(folder, any_analyzer=True)
    # Not Path.resolve(), which before Python 3.13 has an error of its own for links that lead to themselves.
    if Path(os.path.realpath(made)).is_relative_to(os.path.realpath(folder)):
        raise IndexExistsError(f"{made}: a copy cannot stand inside of the index itself; choose another path")
    check_free(made)
    is_new = not made.exists()
    make_folder(made)
    with WriterLock(made) as lock:
        lock.acquire()
        try:
            check_free(made)  # somebody may have been faster
            while not _take_files(folder, made, manifest, copy):
                manifest = read_manifest(folder, any_analyzer=True)
            backend = backend_of(made, schema_of(made, manifest))
            _publish(made, manifest, backend)
        except BaseException:
            if not is_index(made):
                remove_all(made)
                if is_new:
                    lock.remove()
                    with contextlib.suppress(OSError):
                        made.rmdir()
            raise
        clean_up(made, backend, 0)
    return generation_name(manifest)


def _take_files(folder: Path, made: Path, manifest: dict[str, Any], copy: bool) -> bool:
    """Link or copy the files of a generation; False if a writer has removed one, as there is a newer generation."""
    schema = schema_of(folder, manifest)
    backend = backend_of(folder, schema)
    try:
        for file in backend.files(manifest["segments"]):
            place = made / file.relative_to(folder)
            with storing(place.parent):
                place.parent.mkdir(exist_ok=True)
            link_or_copy(file, place, copy=copy)
    except FileNotFoundError:
        if manifest == read_manifest(folder, any_analyzer=True):
            backend.snapshot(manifest["segments"])  # names what is missing
            raise
        return False
    if copy:
        backend_of(made, schema).snapshot(manifest["segments"]).verify()
    try:
        link_or_copy(folder / CACHE, made / CACHE, copy=True)
    except (FileNotFoundError, StorageError):  # it spares time, no more
        with contextlib.suppress(OSError):
            (made / CACHE).unlink()
    if (made / "segments").is_dir():
        sync_folder(made / "segments")
    return True
