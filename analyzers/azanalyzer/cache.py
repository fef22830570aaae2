"""Bounded caches of answers that a running text asks for again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import islice
from typing import Generic, TypeVar

__all__ = ["Cache", "TermCache", "keep"]

_LONGEST_REMEMBERED = 64  # characters; longer keys are rare and would fill the cache
_FORGOTTEN = 4  # one of so many at once
_OTHER = 3  # room for one chunk of so many that has no term or several

_Key = TypeVar("_Key", bound="str | bytes")
_AnyKey = TypeVar("_AnyKey", bound=Hashable)
_Value = TypeVar("_Value")


def keep(known: dict[_AnyKey, _Value], key: _AnyKey, value: _Value, most: int) -> _Value:
    """`value`, kept in `known`, which is emptied first when it has `most`.

    With threads `known` may be emptied at any time: it is to be asked by one `get`.
    """
    if len(known) >= most:
        known.clear()
    known[key] = value
    return value


class Cache(dict[_Key, _Value], Generic[_Key, _Value]):
    """Answers by what was asked, at most `size`: when it is full, the quarter of them that is oldest is forgotten.

    Looking up is one C call for a known key, which is nearly every key of a running text. That leaves no trace of what
    is asked for often; it is soon remembered again.
    """

    def __init__(self, read: Callable[[_Key], _Value], size: int) -> None:
        super().__init__()
        self._read = read
        self._size = size

    def __missing__(self, key: _Key) -> _Value:
        found = self._read(key)
        self.put(key, found)
        return found

    def put(self, key: _Key, answer: _Value) -> None:
        """Remember the answer to what may be asked soon."""
        if len(key) <= _LONGEST_REMEMBERED:
            if len(self) >= self._size:
                self._forget()
            self[key] = answer

    def _forget(self) -> None:
        known = dict(self)  # one step, whatever other threads do
        self.clear()
        self.update(islice(known.items(), len(known) // _FORGOTTEN + 1, None))


class TermCache:
    """The terms of chunks, remembered. Nearly every chunk has one, which needs neither a tuple nor putting together."""

    def __init__(self, read: Callable[[str], tuple[str, ...]], size: int) -> None:
        self._read = read
        self._single = Cache(self._read_single, size)
        self._other = Cache(read, size // _OTHER)

    def of(self, chunks: list[str]) -> list[str]:
        """The terms of `chunks` in order."""
        single = list(map(self._single.__getitem__, chunks))
        others = single.count("")
        if not others:
            return single
        terms: list[str] = []
        start = 0
        for _ in range(others):
            place = single.index("", start)
            terms += single[start:place]
            terms += self._other[chunks[place]]
            start = place + 1
        return terms + single[start:]

    def _read_single(self, chunk: str) -> str:
        """The term of a chunk; an empty string if it does not have one term."""
        if chunk not in self._other:  # which takes the longest to read, and is forgotten later
            terms = self._read(chunk)
            if len(terms) == 1:
                return terms[0]
            self._other.put(chunk, terms)
        return ""
