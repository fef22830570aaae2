"""A line of progress on a terminal: documents per second and the time that is left."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import TextIO

__all__ = ["Progress"]

_EVERY = 0.2  # seconds between two drawings
_ANY_WIDTH = 1000


class Progress:
    """Drawn on `stream` while the block lasts, if `enabled`; clear it before anything else is written there."""

    def __init__(self, stream: TextIO, *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self._bytes = 0
        self._started = time.monotonic()
        self._drawn = 0.0
        self._width = 0
        self.total_bytes = 0

    def expect(self, size: int) -> None:
        """The sources have so many bytes."""
        self.total_bytes = size

    def read(self, count: int) -> None:
        """`count` more bytes of the sources were read."""
        self._bytes += count

    def indexing(self, done: int) -> None:
        """`done` documents are indexed."""
        if self._enabled and self._due():
            seconds = max(time.monotonic() - self._started, 1e-6)
            parts = [f"{done:,} documents", f"{done / seconds:,.0f} a second"]
            if self.total_bytes:
                share = min(1.0, self._bytes / self.total_bytes)
                parts.insert(0, f"{100 * share:.0f}% of {max(self.total_bytes, self._bytes) / 1e6:,.1f} MB")
                if 0 < share < 1:
                    parts.append(f"{seconds / share - seconds:,.0f} s left")
            self._draw(f"indexing: {', '.join(parts)}")

    def _due(self) -> bool:
        now = time.monotonic()
        if now - self._drawn < _EVERY:
            return False
        self._drawn = now
        return True

    def _draw(self, text: str) -> None:
        text = text[: self._columns() - 1]  # a line that goes on below would stay there
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def _columns(self) -> int:
        """How wide the terminal is just now; a line that is not cut where that cannot be told."""
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _ANY_WIDTH
        except (OSError, ValueError):
            return _ANY_WIDTH

    def clear(self) -> None:
        """Remove the line, so that another can be written."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
