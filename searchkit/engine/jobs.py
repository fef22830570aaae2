"""Indexing in several processes: each makes a segment of its share of the documents.

Documents of one id always go to the same process, so each resolves what was replaced by itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import queue
import signal
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from searchkit.engine.segment import SegmentInfo
from searchkit.errors import SearchkitError
from searchkit.schema import Schema
from searchkit.storage.hashes import id_hash
from searchkit.storage.locks import shared_with_copies

__all__ = ["Jobs", "check_beginning", "may_begin"]

_BATCH = 1 << 19  # bytes of documents that are sent at a time, about
_MOST_WAITING = 24  # batches for one process
_PAUSE = 0.005  # seconds until it is looked again whether there are fewer
_ENDING = 5.0  # seconds that a process may take to end when its pipe has
_GUARD = """each reads the program first that starts it, so put what writes below `if __name__ == "__main__":` there"""


def may_begin() -> bool:
    """Whether this process may start others; one of a pool or of a queue of tasks, a daemonic one, may not."""
    return not multiprocessing.current_process().daemon


def check_beginning() -> None:
    """SearchkitError in a process that was started to index and, before it begins, reads a program that starts more."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # as `multiprocessing.spawn` looks for it
        raise SearchkitError(f"a process that is to index starts others before it has begun; {_GUARD}")


@contextlib.contextmanager
def _no_word_of_threads(method: str) -> Iterator[None]:
    """Keep Python from warning of a copy that is made in spite of threads; here they are only those of libraries.

    As numpy's for linear algebra, of which nothing is used; Python from 3.12 on counts all.
    """
    if method != "fork":  # other threads of Python would see it
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        yield


class Jobs:
    """Processes that index. None of them outlives this one. `add` and `delete` are those of a `Transaction`."""

    def __init__(self, folder: Path, name: str, schema: Schema, count: int, budget: int) -> None:
        """The names of all files begin with `name`; `budget` is the memory of each process in bytes."""
        # A copy of this process starts at once, but is safe only while no other thread may hold a lock.
        method = (
            "fork" if threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods() else "spawn"
        )
        context: Any = multiprocessing.get_context(method)
        self._reads_program = method == "spawn"
        self._workers: list[tuple[Any, Connection]] = []
        self._senders: list[_Sender] = []
        self._batches: list[list[Any]] = [[] for _ in range(count)]
        self._sizes = [0] * count
        try:
            for number in range(count):
                ours, theirs = context.Pipe()
                arguments = (theirs, ours, folder, f"{name}{number}", schema, budget)
                self._senders.append(_Sender(ours))
                process = context.Process(target=_work, args=arguments, daemon=True)
                # What it writes is in nobody's way, also when this process has been killed.
                with shared_with_copies(), _no_word_of_threads(method):
                    process.start()
                theirs.close()
                self._workers.append((process, ours))
        except BaseException:
            self.abort()
            raise
        for sender in self._senders:  # after the last copy of this process has been made
            sender.start()

    def add(
        self, key: str, stored: tuple[bytes, bytes], values: Mapping[str, Any], known: tuple[int, int] | None = None
    ) -> None:
        place = known[0] if known else id_hash(key)
        self._put(place, (key, stored, values, known), 200 + len(stored[0]) + len(stored[1]))

    def delete(self, key: str) -> None:
        self._put(id_hash(key), (key, None, None, None), 100)

    def _put(self, place: int, change: Any, size: int) -> None:
        place %= len(self._workers)
        self._batches[place].append(change)
        self._sizes[place] += size
        if self._sizes[place] > _BATCH:
            self._send(place)

    def _send(self, place: int) -> None:
        process, pipe = self._workers[place]
        sender = self._senders[place]
        while sender.batches.qsize() >= _MOST_WAITING and not sender.failed:
            time.sleep(_PAUSE)
        if sender.failed:
            self._raise(pipe, process)
        sender.batches.put(pickle.dumps(self._batches[place], pickle.HIGHEST_PROTOCOL))
        self._batches[place] = []
        self._sizes[place] = 0

    def finish(self) -> list[SegmentInfo]:
        """Wait for all; the segments that they have made."""
        for place in range(len(self._workers)):
            if self._batches[place]:
                self._send(place)
            self._send(place)  # an empty batch is the end
        found: list[SegmentInfo] = []
        for process, pipe in self._workers:
            try:
                answer = pipe.recv()
            except (EOFError, OSError):
                self._raise(None, process)
            if isinstance(answer, BaseException):
                raise answer
            found += answer
            process.join()
        self._end_senders()
        return found

    def _raise(self, pipe: Connection | None, process: Any) -> None:
        answer: object = None
        with contextlib.suppress(EOFError, OSError):
            answer = pipe.recv() if pipe is not None and pipe.poll(1) else None
        if isinstance(answer, BaseException):
            raise answer
        one = f"one of the {len(self._workers)} processes that index"
        process.join(_ENDING)
        if self._reads_program and process.exitcode == 1:  # what fails later is answered
            raise SearchkitError(
                f"{one} has ended before it began; {_GUARD}, or use one job; nothing was changed"
            ) from None
        raise SearchkitError(
            f"{one} has died, perhaps for want of memory; nothing was changed, try again with fewer jobs"
        ) from None

    def abort(self) -> None:
        """End the processes; what they have written is left to whoever gave its name."""
        for process, _ in self._workers:
            process.kill()
            process.join()
        self._end_senders()
        for _, pipe in self._workers:
            pipe.close()

    def _end_senders(self) -> None:
        for sender in self._senders:
            if sender.ident is not None:  # started
                sender.batches.put(None)
                if sender is not threading.current_thread():  # where the garbage collector ends a writer that was lost
                    sender.join()
        self._senders = []


class _Sender(threading.Thread):
    """Sends batches to one process, so that a busy one does not keep the others waiting. None ends it.

    The queue is one that an interrupt cannot break: a `Queue` that is interrupted while it wakes the one who waits may
    never wake it again.
    """

    def __init__(self, pipe: Connection) -> None:
        super().__init__(name="searchkit-jobs", daemon=True)
        self.batches: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.failed = False
        self._pipe = pipe

    def run(self) -> None:
        while (batch := self.batches.get()) is not None:
            if not self.failed:
                try:
                    self._pipe.send_bytes(batch)
                except OSError:
                    self.failed = True  # the process has ended; what it said before is read by who sends next


class _ParentGoneError(Exception):
    """Nobody waits for what this process does."""


def _work(pipe: Connection, others: Connection, folder: Path, name: str, schema: Schema, budget: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; it is for the first to answer it
    others.close()  # so that the pipe ends with the parent
    from azanalyzer import Analyzer
    from searchkit.engine.runs import RunWriter

    runs = RunWriter(folder, name, schema, Analyzer.shared(), budget)
    answer: object
    try:
        while batch := _received(pipe):
            for key, stored, values, known in batch:
                if stored is None:
                    runs.delete(key)
                else:
                    runs.add(key, stored, values, known)
        answer = runs.finish()
    except _ParentGoneError:
        runs.abort()
        return
    except BaseException as error:
        runs.abort()
        answer = error
    with contextlib.suppress(OSError):
        pipe.send(answer)


def _received(pipe: Connection) -> list[Any]:
    try:
        batch: list[Any] = pickle.loads(pipe.recv_bytes())
    except (EOFError, OSError):
        raise _ParentGoneError from None
    return batch
