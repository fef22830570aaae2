"""JSON and JSON lines: each object a document.

A file of JSON may be one document, an array of them, or an object that holds the array under "documents". An array is
never in memory as a whole: a scanner that knows nothing but brackets and quotes cuts out one element after the other,
and only the element goes to the parser. So an array may be of any size, and an element that is not valid harms
nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.documents.base import Limits, Record
from searchkit.documents.fields import FieldNames
from searchkit.documents.objects import parse_object
from searchkit.documents.scan import Scanner
from searchkit.documents.stream import Source
from searchkit.errors import DocumentError

__all__ = ["read_json", "read_lines"]

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)')
_MAX_AHEAD = 1 << 20  # characters


def read_lines(source: Source, names: FieldNames) -> Iterator[Record | DocumentError]:
    """JSON lines: an object a line, numbered by their lines; a bad line harms no other."""
    lines = _Lines(source)
    for number, line in lines:
        if isinstance(line, DocumentError):
            yield line
            continue
        if line.startswith("\ufeff"):  # files that begin with a mark have been joined into one
            line = line[1:]
        if line and not line.isspace():
            record = _record(line, names, source.limits, number, number)
            if isinstance(record, DocumentError) and (last := lines.skip_rest(number, line)):
                reason = (
                    f"the document goes on to line {last}, but this format has one document a line; write it on one "
                    f"line, or put the documents into a list and use the suffix .json or the format json"
                )
                record = DocumentError(reason, line=number)
            elif isinstance(record, DocumentError) and line.lstrip().startswith("["):
                reason = f"{record.reason}; for a file with an array use the suffix .json or the format json"
                record = DocumentError(reason, line=number)
            yield record


def read_json(source: Source, names: FieldNames) -> Iterator[Record | DocumentError]:
    """A JSON document, an array of documents numbered from 1, or an object that holds such an array as "documents".

    Of an object with "documents" the rest is left out. Raises `DocumentError` where the file cannot be followed any
    further, since a comma or a bracket is missing; the documents before have been given by then.
    """
    scanner = Scanner(source.utf8(), source.limits.max_document_bytes)
    first = scanner.peek()
    if first == b"[":
        yield from _elements(scanner, source, names)
    elif first == b"{":
        yield from _object(scanner, source, names)
    else:
        raise scanner.error("an object or an array of objects was expected")
    if scanner.peek():
        raise scanner.error(
            "the end of the file was expected; a file with one object a line should be called .jsonl, or be read with "
            "the format jsonl"
        )


def _elements(scanner: Scanner, source: Source, names: FieldNames) -> Iterator[Record | DocumentError]:
    scanner.expect(b"[")
    number = 0
    while number or scanner.peek() != b"]":
        scanner.peek()
        number += 1
        line = scanner.line
        element = scanner.value()
        if element is None:
            yield DocumentError(source.too_large(), line=line)
        else:
            yield _element(element, source, names, line, number)
        if scanner.peek() != b",":
            break
        scanner.expect(b",")
    scanner.expect(b"]")


def _element(
    element: bytes, source: Source, names: FieldNames, line: int, number: int | None
) -> Record | DocumentError:
    try:
        text = source.decoded(element)
    except DocumentError as error:
        return DocumentError(error.reason, line=line)
    return _record(text, names, source.limits, line, number)


def _object(scanner: Scanner, source: Source, names: FieldNames) -> Iterator[Record | DocumentError]:
    """One object: a document of its own unless it turns out to have "documents"."""
    scanner.expect(b"{")
    members: list[bytes] = []
    size = 0
    wrapped = False
    while members or scanner.peek() != b"}":
        if scanner.peek() != b'"':
            raise scanner.error("the name of a member in double quotes was expected")
        name = scanner.value()
        scanner.expect(b":")
        if name == b'"documents"' and scanner.peek() == b"[":
            wrapped = True
            yield from _elements(scanner, source, names)
            value: bytes | None = b"null"
        else:
            value = scanner.value()
        size += len(name or b"") + len(value or b"") + 2
        if name is None or value is None or size > source.limits.max_document_bytes:
            raise DocumentError(source.too_large())
        members.append(name + b":" + value)
        if scanner.peek() != b",":
            break
        scanner.expect(b",")
    scanner.expect(b"}")
    if not wrapped:
        record = _element(b"{" + b",".join(members) + b"}", source, names, 1, None)
        yield record._replace(line=None) if isinstance(record, Record) else record


def _record(text: str, names: FieldNames, limits: Limits, line: int, number: int | None) -> Record | DocumentError:
    try:
        return Record(names.rename(parse_object(text, limits)), line, number)
    except DocumentError as error:
        return DocumentError(error.reason, line=line)


class _Lines:
    """The lines of a file with their numbers; those on which an object goes on can be left out."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._limits = source.limits
        self._waiting: list[tuple[int, str | DocumentError]] = []  # lines to be read again, the next one last
        self._looked_at = 0
        self._failure: DocumentError | OSError | None = None

    def __iter__(self) -> Iterator[tuple[int, str | DocumentError]]:
        return self

    def __next__(self) -> tuple[int, str | DocumentError]:
        if self._waiting:
            return self._waiting.pop()
        if self._failure:
            raise self._failure
        return next(self._lines)

    def skip_rest(self, number: int, line: str) -> int | None:
        """Leave out the lines on which the object that this line begins goes on; the number of the last one.

        None, and nothing is left out, where no object ends within a mebibyte. No line is looked at so twice.
        """
        if number <= self._looked_at or not line.lstrip().startswith("{"):
            return None
        pieces = [line]
        further: list[tuple[int, str | DocumentError]] = []
        open_brackets, size = _opened(line), 0
        while open_brackets > 0 and size < _MAX_AHEAD and (next_line := self._next_or_none()) is not None:
            further.append(next_line)
            if isinstance(next_line[1], DocumentError):
                break
            pieces.append(next_line[1])
            open_brackets += _opened(next_line[1])
            size += len(next_line[1]) + 1
        if further and open_brackets == 0:
            try:
                parse_object("\n".join(pieces), self._limits)
            except DocumentError:
                pass
            else:
                return further[-1][0]
        if further:
            self._looked_at = further[-1][0]
            self._waiting += reversed(further)
        return None

    def _next_or_none(self) -> tuple[int, str | DocumentError] | None:
        """The next line; where the file cannot be read on, the error comes after the lines before it."""
        try:
            return next(self, None)
        except (DocumentError, OSError) as error:
            self._failure = error
            return None


def _opened(line: str) -> int:
    """How many more brackets a line opens than it closes; those in strings do not count."""
    bare = _STRING.sub("", line)
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")
