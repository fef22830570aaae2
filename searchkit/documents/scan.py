"""Cuts the values out of JSON that is too long to be in memory, by nothing but its brackets and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.errors import DocumentError

__all__ = ["Scanner"]

_SPACE = re.compile(rb"[ \t\n\r]*")
_SCALAR = re.compile(rb'[^ \t\n\r,:"\[\]{}]*')
# Brackets of a kind are taken together: a hundred thousand of them cost one step.
_BRACKETS = re.compile(rb'[^"\[\]{}]*("|[\[{]+|[\]}]+)')
_CLOSING = bytes.maketrans(b"[{", b"]}")
_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_MAX_SHOWN = 20


class Scanner:
    """A place in a stream of UTF-8, and the steps that move it on.

    `line` is the number of the line of that place. A value is cut out without looking into it: whether it is valid is
    for a parser to say.
    """

    def __init__(self, chunks: Iterator[bytes], limit: int) -> None:
        self.line = 1
        self._chunks = chunks
        self._limit = limit
        self._buffer = b""
        self._place = 0

    def peek(self) -> bytes:
        """The next byte that is not white space, where the scanner now stands; nothing at the end."""
        while True:
            self._move(_end(_SPACE, self._buffer, self._place))
            if self._place < len(self._buffer):
                return self._buffer[self._place : self._place + 1]
            if not self._fill():
                return b""

    def expect(self, byte: bytes) -> None:
        """Steps over `byte`. Raises `DocumentError` where another one stands."""
        if self.peek() != byte:
            raise self.error(f'"{byte.decode()}" was expected')
        self._move(self._place + 1)

    def value(self) -> bytes | None:
        """Steps over the next value and returns it; None for one of more bytes than the limit, which is never held.

        Raises `DocumentError` where no value begins and where the stream ends before the value does.
        """
        first = self.peek()
        steps = self._nested() if first in (b"{", b"[", b'"') else self._scalar()
        pieces: list[bytes] = []
        size = 0
        for piece in steps:
            size += len(piece)
            if size <= self._limit:
                pieces.append(piece)
            else:
                pieces.clear()
        return b"".join(pieces) if size <= self._limit else None

    def error(self, expected: str) -> DocumentError:
        """The error that says what was expected here and what stands here instead."""
        self.peek()
        found = self._buffer[self._place : self._place + _MAX_SHOWN].decode("utf-8", "ignore").split("\n")[0]
        instead = f"there is {found!r}" if found else "the file ends here"
        return DocumentError(f"is not valid JSON: {expected}, but {instead}; repair the file", line=self.line)

    def _scalar(self) -> Iterator[bytes]:
        """A number or a word, in pieces."""
        empty = True
        while True:
            end = _end(_SCALAR, self._buffer, self._place)
            empty = empty and end == self._place
            whole = end < len(self._buffer)
            yield self._take(end)
            if whole or not self._fill():
                break
        if empty:
            raise self.error("a value was expected")

    def _nested(self) -> Iterator[bytes]:
        """A string, an object or a list, in pieces."""
        begun = self.line
        awaited = bytearray()  # the closing brackets that are still to come, the next one last
        quoted = False
        while True:
            buffer, place = self._buffer, self._place
            while place < len(buffer):
                if quoted:
                    place = _end(_STRING, buffer, place)
                    if buffer[place : place + 1] != b'"':
                        break  # the string goes on in the next chunk, perhaps with what a backslash escapes
                    quoted = False
                    place += 1
                else:
                    mark = _BRACKETS.match(buffer, place)
                    if mark is None:
                        place = len(buffer)
                        break
                    brackets, place = mark[1], mark.end()
                    if brackets == b'"':
                        quoted = True
                    elif brackets[0] in b"[{":
                        awaited += brackets.translate(_CLOSING)
                    elif awaited.endswith(brackets[::-1]):
                        del awaited[-len(brackets) :]
                    else:
                        place = mark.start(1) + _close(awaited, brackets)
                if not awaited and not quoted:
                    yield self._take(place)
                    return
            yield self._take(place)
            if not self._fill():
                missing = "quote" if quoted else "bracket"
                raise self.error(f"a closing {missing} was expected for what begins in line {begun}")

    def _take(self, end: int) -> bytes:
        piece = self._buffer[self._place : end]
        self._move(end)
        return piece

    def _move(self, end: int) -> None:
        self.line += self._buffer.count(b"\n", self._place, end)
        self._place = end

    def _fill(self) -> bool:
        """Puts the next chunk behind what is left of the buffer; False at the end of the stream."""
        for chunk in self._chunks:
            if chunk:
                self._buffer = self._buffer[self._place :] + chunk
                self._place = 0
                return True
        return False


def _end(pattern: re.Pattern[bytes], buffer: bytes, place: int) -> int:
    match = pattern.match(buffer, place)
    return match.end() if match else place


def _close(awaited: bytearray, brackets: bytes) -> int:
    """Takes closing brackets off those awaited, until none is; how many of them belonged to the value.

    A bracket that closes an outer level closes the inner ones that were forgotten too, and one that nothing here awaits
    belongs to what is around the value; so a value whose brackets are wrong does not draw the values after it in.
    """
    for number, bracket in enumerate(brackets):
        level = awaited.rfind(bracket)
        if level < 0:
            awaited.clear()
            return number
        del awaited[level:]
        if not awaited:
            return number + 1
    return len(brackets)
