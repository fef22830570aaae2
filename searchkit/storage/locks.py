"""One writer at a time: a lock of the operating system's, which goes with the process that holds it."""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import ujson

from searchkit.amounts import is_amount
from searchkit.errors import LockedError
from searchkit.storage.files import storing
from searchkit.storage.filesystems import warn_of_network

__all__ = ["WriterLock", "shared_with_copies"]

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        """Windows unlocks what is closed, and nobody has a copy of it."""
else:

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_locks: weakref.WeakSet[WriterLock] = weakref.WeakSet()
_are_shared = False


@contextlib.contextmanager
def shared_with_copies() -> Iterator[None]:
    """Copies of this process that are made meanwhile hold its locks until they end, even if this one has ended before.

    For those that write files for it.
    """
    global _are_shared
    _are_shared = True
    try:
        yield
    finally:
        _are_shared = False


def _after_fork() -> None:
    """A copy of the descriptor would hold the lock as long as the copy of the process lives, whatever becomes of us."""
    if not _are_shared:
        for lock in _locks:
            lock._close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _host() -> str:
    import socket  # which is slow to import, and who only searches holds no lock

    return socket.gethostname()


class WriterLock:
    """Held from `acquire` to `release`, or until the process ends in whatever way."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "writer.lock"
        self._descriptor: int | None = None
        _locks.add(self)

    def acquire(self, wait: float = 0.0) -> None:
        """Take the lock, trying for `wait` seconds; LockedError names the holder.

        FileNotFoundError or NotADirectoryError where there is no folder.
        """
        if not is_amount(wait, may_be_infinite=True):
            raise ValueError(f"wait is a number of seconds from 0 on, not {wait!r}")
        with storing(self._path, FileNotFoundError, NotADirectoryError):
            self._acquire(time.monotonic() + wait)
        try:
            self._sign()
            warn_of_network(self._path.parent)
        except BaseException:
            self.release()
            raise

    def _acquire(self, deadline: float) -> None:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
            self._descriptor = descriptor
            try:
                while not _try_lock(descriptor):
                    if time.monotonic() >= deadline:
                        raise LockedError(f"{self._path.parent}: another writer holds the index{self._holder()}")
                    time.sleep(min(0.05 + os.urandom(1)[0] / 2560, max(deadline - time.monotonic(), 0.01)))
                if self._is_still_there(descriptor):
                    return
            except BaseException:
                self._close()
                raise
            self._close()

    def _sign(self) -> None:
        """Say who holds the lock, which holds also where there is no room to say it."""
        assert self._descriptor is not None
        holder = {"pid": os.getpid(), "host": _host(), "since": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, ujson.dumps(holder).encode())

    def _is_still_there(self, descriptor: int) -> bool:
        """Whether the file locked is the one that the next writer will try; its holder may have removed it."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def _holder(self) -> str:
        """Who holds the lock, where it says so, and what helps."""
        advice = "try again later, or wait longer for it"
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            holder = ujson.loads(self._path.read_text("utf-8"))
            is_here = holder["host"] == _host()
            if is_here and holder["pid"] == os.getpid():
                advice = (
                    "that is this process, where a writer has been neither committed nor rolled back: "
                    "end it, or wait for the thread that has it"
                )
            machine = "" if is_here else ", another machine,"
            return f" (process {holder['pid']} on {holder['host']}{machine} since {holder['since']}); {advice}"
        return f"; {advice}"

    def remove(self) -> None:
        """Remove the file, with the lock held, and then let go."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # Windows does not remove a file that is open
                self._path.unlink()
        self.release()

    def release(self) -> None:
        """Let go; the file stays for the next writer."""
        if self._descriptor is not None:
            # A program that is just being started by another thread has a copy, which closing alone would leave locked.
            with contextlib.suppress(OSError):
                _unlock(self._descriptor)
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> WriterLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
