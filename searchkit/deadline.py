"""When a search has to be done."""

from __future__ import annotations

import time

from searchkit.amounts import is_amount
from searchkit.errors import QueryError, QueryTimeoutError

__all__ = ["TIME_LIMIT", "Deadline", "check_time_limit"]

TIME_LIMIT = 10.0  # seconds that a search may take if nothing is said


class Deadline:
    """It is looked at between parts of a search that each take milliseconds, so a search may end a little later."""

    __slots__ = ("_end", "_seconds")

    def __init__(self, seconds: float, started: float) -> None:
        """`started` is a time of `time.perf_counter`."""
        self._seconds = seconds
        self._end = started + seconds

    def check(self) -> None:
        """QueryTimeoutError if it has passed."""
        if time.perf_counter() > self._end:
            raise QueryTimeoutError(
                f"the search was stopped after {self._seconds:g} s; ask for fewer words, give more letters of those "
                "with * or ~, or allow it more time with time_limit"
            )


def check_time_limit(seconds: object) -> None:
    """QueryError if a search cannot take so many seconds."""
    if not is_amount(seconds, may_be_infinite=True) or seconds == 0:
        raise QueryError(f"time_limit is a number of seconds above 0, not {seconds!r}")
