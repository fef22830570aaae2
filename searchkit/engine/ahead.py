"""Making what comes next in a thread while what came before is used: numpy leaves the interpreter to others."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeVar

__all__ = ["ahead"]

_Item = TypeVar("_Item")


def ahead(items: Iterator[_Item]) -> Generator[_Item]:
    """The same items, each made in a thread while the one before it is used here.

    At most one waits. What making them raises is raised here. The thread ends with the items, or with this generator:
    close it where it may be left before its end.
    """
    from concurrent.futures import ThreadPoolExecutor  # which only large segments need

    end = object()
    thread = ThreadPoolExecutor(1, "searchkit-ahead")
    try:
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item  # type: ignore[misc]
    finally:
        thread.shutdown(cancel_futures=True)
