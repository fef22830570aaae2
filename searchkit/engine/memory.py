"""Giving memory back, where what comes next needs as much and the budget is for both."""

from __future__ import annotations

import contextlib

__all__ = ["give_back"]


_WORTH = 32 << 20  # bytes: to give back less costs more than it brings


def give_back(freed: int) -> None:
    """Let the system have what has been freed, so many bytes; glibc keeps it where something later lies above it.

    With other C libraries nothing happens, and the process is larger than what it holds.
    """
    if freed < _WORTH:
        return
    import ctypes  # a reader needs nothing of it

    with contextlib.suppress(OSError, AttributeError, TypeError):  # no such function, or on Windows no such library
        ctypes.CDLL(None).malloc_trim(0)
