"""Whoosh's writer in several processes, made safe: no document is lost in silence and no process stays behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from whoosh.multiproc import MpWriter, SubWriterTask

from searchkit.errors import SearchkitError

__all__ = ["JobsWriter"]


class JobsWriter(MpWriter):  # type: ignore[misc,unused-ignore]
    """Whoosh's own waits for ever for a process that has died, or commits without what it had."""

    def _new_task(self) -> _Task:
        task = _Task(self.storage, self.indexname, self.jobqueue, self.resultqueue, self.subargs, self.multisegment)
        self.tasks.append(task)
        task.start()
        task.siblings = self.tasks
        return task

    def _enqueue(self) -> None:
        self._check_tasks()
        while self.jobqueue.full():
            time.sleep(0.01)
            self._check_tasks()
        super()._enqueue()

    def _merge_subsegments(self, results: list[Any], mergetype: Any) -> None:
        for result in results:
            if isinstance(result, Exception):
                raise result
        if len(results) < len(self.tasks):
            raise _died(len(self.tasks))
        super()._merge_subsegments(results, mergetype)

    def _check_tasks(self) -> None:
        if any(task.exitcode is not None for task in self.tasks):
            with contextlib.suppress(queue.Empty):
                result = self.resultqueue.get(timeout=1)
                if isinstance(result, Exception):
                    raise result
            raise _died(len(self.tasks))

    def cancel(self) -> None:
        """Whoosh's own leaves the processes waiting for work, and the program that started them waiting for them."""
        for task in self.tasks:
            task.kill()
            task.join()
        self.jobqueue.cancel_join_thread()
        super().cancel()


class _Task(SubWriterTask):  # type: ignore[misc,unused-ignore]
    siblings: Sequence[_Task] = ()  # known to the parent only

    def join(self, timeout: float | None = None) -> None:
        """Wait for the process; for ever only while none of the others has died with the queue's lock in its hands."""
        while timeout is None and self.exitcode is None:
            super().join(0.05)
            if any(task.exitcode for task in self.siblings):
                self.kill()
        super().join(timeout)

    def run(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; it is for the first to answer it
        threading.Thread(target=_end_with_parent, daemon=True).start()
        try:
            super().run()
        except Exception as error:
            self.resultqueue.put(error)  # for the parent to raise, in place of a traceback of our own
            sys.exit(1)


def _end_with_parent() -> None:
    """A process without its parent would wait for ever, and with the parent's lock on the index in its hands."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _died(number: int) -> SearchkitError:
    return SearchkitError(
        f"one of the {number} processes that index has died, perhaps for want of memory; nothing was changed, "
        "try again with fewer jobs"
    )
