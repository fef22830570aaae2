"""A bounded memory for answers that a running text asks for again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Memory"]

_LONGEST_REMEMBERED = 64  # characters; longer keys are rare and would fill the memory

_Key = TypeVar("_Key", bound="str | bytes")
_Value = TypeVar("_Value")


class Memory(dict[_Key, _Value], Generic[_Key, _Value]):
    """Answers by what was asked, bounded: when it is full, those not asked for since it was full before are forgotten.

    Looking up is one C call for a known key, which is nearly every key of a running text.
    """

    def __init__(self, read: Callable[[_Key], _Value], size: int) -> None:
        super().__init__()
        self._read = read
        self._size = size
        self._old: dict[_Key, _Value] = {}

    def __missing__(self, key: _Key) -> _Value:
        found = self._old.get(key) if self._old else None
        if found is None:
            found = self._read(key)
        self.put(key, found)
        return found

    def put(self, key: _Key, answer: _Value) -> None:
        """Remember the answer to what may be asked soon."""
        if len(key) <= _LONGEST_REMEMBERED:
            if len(self) >= self._size:
                self._old = dict(self)
                self.clear()
            self[key] = answer
