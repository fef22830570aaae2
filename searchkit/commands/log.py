"""What is said on standard error: to people as plain lines, or to whatever collects logs as lines of JSON."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import ujson

__all__ = ["Log"]

_PREFIXES = {"error": "searchkit: ", "warning": "searchkit: warning: ", "info": ""}


class Log:
    """Writes one line for each message. With `as_json` it has the keys time, level and message, and what is given."""

    def __init__(self) -> None:
        self.as_json = False

    def error(self, message: str, **more: Any) -> None:
        """Something went wrong."""
        self._write("error", message, more)

    def warning(self, message: str, **more: Any) -> None:
        """Something may go wrong."""
        self._write("warning", message, more)

    def info(self, message: str, **more: Any) -> None:
        """Something was done."""
        self._write("info", message, more)

    def _write(self, level: str, message: str, more: dict[str, Any]) -> None:
        if self.as_json:
            now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
            known = {name: value for name, value in more.items() if value is not None}
            line = ujson.dumps(
                {"time": now, "level": level, "message": message, **known},
                ensure_ascii=True,
                escape_forward_slashes=False,
                reject_bytes=True,
            )
        else:
            line = f"{_PREFIXES[level]}{message}"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
