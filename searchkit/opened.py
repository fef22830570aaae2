"""An index as it is open here: its manifest, the snapshot that is searched, and when it looks for a newer one."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from azanalyzer import Analyzer
from searchkit.backend import Backend, Snapshot
from searchkit.deadline import TIME_LIMIT
from searchkit.errors import CorruptIndexError, SearchkitError
from searchkit.schema import Schema
from searchkit.storage.generations import backend_of
from searchkit.storage.manifest import fingerprint, read_manifest, schema_of

__all__ = ["OpenIndex"]

_opened: weakref.WeakSet[OpenIndex] = weakref.WeakSet()


def _after_fork() -> None:
    """A lock that another thread held at the fork would stay locked in the child, where that thread is not.

    Not a `ForkLock`: an interrupt between its taking the lock and returning leaves that locked, and every search takes
    this one.
    """
    for index in _opened:
        index._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class OpenIndex:
    """The state of an `Index`: the manifest and the snapshot that it has, and moving on to newer ones."""

    def __init__(
        self,
        path: Path,
        manifest: dict[str, Any],
        seen: tuple[int, ...] | None = None,
        look_every: float | None = None,
        time_limit: float = TIME_LIMIT,
        analyzer: Analyzer | None = None,
    ) -> None:
        """`seen` is the fingerprint of the manifest; `look_every` so many seconds for a newer one, None for never.

        `time_limit` is the time in seconds that a search may take if it says nothing else; `analyzer` reads queries,
        the shared one if None.
        """
        self.path = path.absolute()  # a server that becomes a daemon changes its working folder
        self._manifest = manifest
        self._seen = seen
        self._look_every = look_every
        self._time_limit = time_limit
        self._own_analyzer = analyzer
        self._next_look = time.monotonic() + (look_every or 0.0)
        self.schema = schema_of(path, manifest)
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()  # for opening the snapshot, not for searching
        _opened.add(self)

    def refresh(self) -> bool:
        """Move on to the newest generation; whether there was one. It costs microseconds if there is none.

        An error, as IndexNotFoundError where the index has gone, leaves it with the generation that it has.
        """
        seen = fingerprint(self.path)
        return (seen is None or seen != self._seen) and self._move_on()

    def _move_on(self) -> bool:
        """Read the manifest, however it looks from outside, and move on to its generation; whether that is newer."""
        with self._lock:
            # Read elsewhere, it might be older than what another thread has moved on to, and a writer begin with it.
            seen, manifest = fingerprint(self.path), read_manifest(self.path)
            is_newer = manifest != self._manifest
            if is_newer:
                before = self.schema, self._manifest, self._snapshot
                try:
                    self._use(manifest)
                    if before[-1] is not None:
                        # The old snapshot is left to the searches that still use it; what both have is shared.
                        self._snapshot = self._open_snapshot(before[-1])
                except BaseException:
                    self.schema, self._manifest, self._snapshot = before
                    raise
            self._seen = seen
            return is_newer

    def _use(self, manifest: dict[str, Any]) -> None:
        self.schema = schema_of(self.path, manifest)
        self._manifest = manifest
        self._snapshot = None

    def close(self) -> None:
        """Let the files go; a later search opens them again."""
        with self._lock:
            self._snapshot = None

    def _backend(self) -> Backend:
        return backend_of(self.path, self.schema)

    def _current_snapshot(self) -> Snapshot:
        if self._look_every is not None and (now := time.monotonic()) >= self._next_look:
            self._next_look = now + self._look_every
            with contextlib.suppress(SearchkitError, OSError):  # as while folders are exchanged: it has what it has
                self.refresh()
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self._open_snapshot()
            return self._snapshot

    def _in_force(self) -> tuple[dict[str, Any], Schema]:
        """The manifest of the generation that a search would see, and its schema."""
        self._current_snapshot()
        with self._lock:
            return self._manifest, self.schema

    def _open_snapshot(self, before: Snapshot | None = None) -> Snapshot:
        """The snapshot of the manifest, or of a newer one if the files have gone since it was read."""
        while True:
            try:
                return self._backend().snapshot(self._manifest["segments"], before)
            except CorruptIndexError:
                manifest = read_manifest(self.path)
                if manifest == self._manifest:
                    raise
                self._use(manifest)

    def _analyzer(self) -> Analyzer:
        return self._own_analyzer or Analyzer.shared()

    def __reduce__(self) -> tuple[Callable[..., OpenIndex], tuple[Any, ...]]:
        """A pickle or a copy is the path, which is opened again."""
        return _opened_again, (type(self), self.path, self._look_every, self._time_limit, self._own_analyzer)

    def __repr__(self) -> str:
        return f"<searchkit.Index {str(self.path)!r}>"


def _opened_again(
    kind: type[OpenIndex], path: Path, look_every: float | None, time_limit: float, analyzer: Analyzer | None
) -> OpenIndex:
    seen = fingerprint(path)
    return kind(path, read_manifest(path), seen, look_every, time_limit, analyzer)
