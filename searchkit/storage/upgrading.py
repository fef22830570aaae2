"""Bringing an index to the analyzer of this program, from what the index itself stores."""

from __future__ import annotations

import os
from collections.abc import Callable

from searchkit.errors import IndexVersionError
from searchkit.opening import rebuild
from searchkit.storage.generations import KEPT, backend_of
from searchkit.storage.manifest import check_analyzer, folder_at, read_manifest, schema_of

__all__ = ["upgrade"]


def upgrade(
    path: str | os.PathLike[str],
    *,
    jobs: int = 1,
    wait: float = 0.0,
    keep: int = KEPT,
    progress: Callable[[int], object] | None = None,
) -> bool:
    """Read the documents of an index again, if another analyzer or lexicon has read them; whether it was so.

    They are those that the index stores, so nothing else is needed. It is searched in its old state, by programs that
    can, until all is done. CorruptIndexError if not every document can be read: then it stays as it is.
    IndexVersionError for an index of another format. LockedError after `wait` seconds if somebody writes.
    """
    folder = folder_at(path)
    manifest = read_manifest(folder, any_analyzer=True)
    try:
        check_analyzer(folder, manifest)
        return False
    except IndexVersionError:
        pass
    schema = schema_of(folder, manifest)
    with rebuild(folder, schema, wait=wait, jobs=jobs, keep=keep, min_ratio=0.0, progress=progress) as writer:
        manifest = read_manifest(folder, any_analyzer=True)  # with the lock held: somebody may have written meanwhile
        for document in backend_of(folder, schema).snapshot(manifest["segments"]).documents():
            writer.add(document)
    return True
