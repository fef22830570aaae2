"""Which files of an index no generation needs, and removing them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from typing import Any

from searchkit.errors import SearchkitError, StorageError
from searchkit.storage.files import sync_folder
from searchkit.storage.manifest import (
    CACHE,
    CONTENTS,
    GENERATIONS,
    OLD_GENERATION,
    generation_name,
    kept_generations,
    manifest_path,
    read_generation,
    read_manifest,
)

__all__ = ["clean", "remove_all", "unneeded"]


def clean(folder: Path, keep: int, files: Callable[[dict[str, Any]], Iterable[Path]]) -> None:
    """Remove what is not needed. Only for one who holds the writer's lock.

    The manifests go first, for good: there must be none without its segments, also when the power fails meanwhile.
    """
    import shutil  # which readers need nothing of

    entries = unneeded(folder, keep, files)
    manifests = [entry for entry in entries if entry.parent.name == GENERATIONS]
    for entry in manifests:
        with contextlib.suppress(OSError):
            entry.unlink()
    try:
        if any(entry.parent.name == "segments" for entry in entries):
            sync_folder(folder / GENERATIONS)
    except StorageError:
        return  # to the next writer
    if any(entry.is_file() for entry in manifests):
        return
    for entry in entries:
        if OLD_GENERATION.fullmatch(entry.name):
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink(missing_ok=True)


def unneeded(folder: Path, keep: int, files: Callable[[dict[str, Any]], Iterable[Path]]) -> list[Path]:
    """What no generation needs: all but the one in force and the `keep` before it, and what dead writers left.

    `files` says which files a manifest names. What a writer at work has written is among it.
    """
    generations = folder / GENERATIONS
    current = read_manifest(folder, any_analyzer=True)
    wanted = set(files(current))
    manifests = {generations / f"{generation_name(current)}.json"}
    for number, path in reversed(kept_generations(folder)):
        if number < current["generation"] and len(manifests) <= keep:
            with contextlib.suppress(SearchkitError, OSError):
                wanted.update(files(read_generation(folder, number)))
                manifests.add(path)
    found = []
    for part, needed in ((generations, manifests), (folder / "segments", wanted)):
        if part.is_dir():
            found += [entry for entry in part.iterdir() if entry not in needed]
    return [*found, *(entry for entry in folder.iterdir() if _is_left_over(entry, manifests))]


def _is_left_over(entry: Path, manifests: Container[Path]) -> bool:
    """Whether something beside the manifest of an index is of none of the generations with these manifests."""
    if contents := CONTENTS.fullmatch(entry.name):
        return entry.parent / GENERATIONS / f"g{int(contents[1]):06}.json{contents[2] or ''}" not in manifests
    if OLD_GENERATION.fullmatch(entry.name):
        return entry.is_dir()
    return entry.name.startswith((f"{manifest_path(entry.parent).name}.", f"{CACHE}.")) and entry.name.endswith(".tmp")


def remove_all(folder: Path) -> None:
    """Remove the files of every generation, and what is known of sources. Only for one who holds the writer's lock."""
    import shutil

    for name in (GENERATIONS, "segments"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for entry in (folder / CACHE, *folder.glob("_MAIN_*.toc*")):
        if entry.name == CACHE or CONTENTS.fullmatch(entry.name):
            with contextlib.suppress(OSError):
                entry.unlink()
