"""A line of progress on a terminal: documents per second and the time that is left."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

__all__ = ["Progress"]

_EVERY = 0.2  # seconds between two drawings


class Progress:
    """Drawn on `stream` while the block lasts, if `enabled`; messages go above it."""

    def __init__(self, stream: TextIO, *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self._bytes = 0
        self._started = time.monotonic()
        self._drawn = 0.0
        self._width = 0
        self.total_bytes = 0

    def read(self, count: int) -> None:
        """`count` more bytes of the sources were read."""
        self._bytes += count
        if self._enabled and self._due():
            share = f"{min(100.0, 100 * self._bytes / self.total_bytes):.0f}% of " if self.total_bytes else ""
            self._draw(f"reading: {share}{max(self.total_bytes, self._bytes) / 1e6:,.1f} MB")

    def indexing(self, done: int, total: int) -> None:
        """`done` of `total` documents are indexed."""
        if not self._enabled:
            return
        if done == 0:
            self._started = time.monotonic()
        if self._due() or done == total:
            seconds = max(time.monotonic() - self._started, 1e-6)
            rate = done / seconds
            left = f", {(total - done) / rate:,.0f} s left" if rate > 0 and done < total else ""
            self._draw(f"indexing: {done:,} of {total:,} documents, {rate:,.0f} a second{left}")

    def message(self, text: str) -> None:
        """A line that stays."""
        self._clear()
        self._stream.write(text + "\n")

    def _due(self) -> bool:
        now = time.monotonic()
        if now - self._drawn < _EVERY:
            return False
        self._drawn = now
        return True

    def _draw(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def _clear(self) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()
