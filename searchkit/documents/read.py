"""The public face of reading: paths in, documents and errors out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from searchkit.documents.base import FORMATS, Document, Limits, Record
from searchkit.documents.encoding import SAMPLE
from searchkit.documents.fields import FieldNames, identified
from searchkit.documents.stream import Source
from searchkit.documents.walk import STDIN, Found, unreadable, walk
from searchkit.errors import DocumentError

__all__ = ["read_documents", "total_bytes"]

_DELIMITER = re.compile("[,;\t]")
_HEADING = re.compile("#{1,6} ")  # of Markdown


def read_documents(
    paths: Iterable[str | Path],
    *,
    field_map: Mapping[str, str] | None = None,
    format: str | None = None,
    stdin: BinaryIO | None = None,
    limits: Limits = Limits(),  # noqa: B008
    on_bytes: Callable[[int], None] | None = None,
    on_file: Callable[[Found], bool] | None = None,
) -> Iterator[Document | DocumentError]:
    """The documents of files and folders, one after the other, in a fixed order.

    paths: files and folders; "-" is standard input, taken from `stdin` if given.
    field_map: names of columns, keys and front matter to names of fields, as {"başlıq": "title"}; "" leaves one out.
        The title and body of text, Markdown and HTML, and lang, date and url of HTML, are such names too. Without a
        map the usual names are recognised, see `fields.FieldNames`.
    format: one of the values of `FORMATS`, for standard input and for files whatever their suffix; in folders it
        chooses the files of that format. Without it the suffix decides, and for standard input the first bytes.
    on_bytes: told after each document how many bytes of the files have been read since it was last told, in all as
        many as `total_bytes` says.
    on_file: asked before each file whether to read it; its documents follow until it is asked again.

    A `DocumentError` that is yielded, not raised, stands for something that cannot be read and is left out, a document,
    a file or a path; it names it, and reading goes on. Only a wrong `format` raises one at once.

    A document that brings no id gets one that stays the same as long as its file stays in its place: the path inside of
    the folder that was given, "2024/jan.txt", or the name of a file that was itself given; for lines, rows and the
    elements of a JSON array with the number of the line or element after it, "laws.jsonl#17". Two arguments never
    give the same path to two files: where an earlier argument has used it, the name of the later one's own folder is
    put in front (see `walk.walk`).
    """
    if format is not None and format not in FORMATS.values():
        known = ", ".join(dict.fromkeys(FORMATS.values()))
        raise DocumentError(f'there is no format "{format}"; choose one of {known}')
    return _read(_as_list(paths), FieldNames(field_map), format, stdin, limits, on_bytes or _ignore, on_file or _every)


def total_bytes(paths: Iterable[str | Path], *, format: str | None = None) -> int:
    """The sizes together of the files that `read_documents` would read, for a progress bar; 0 for standard input."""
    return sum(found.size for found in walk(_as_list(paths), format) if isinstance(found, Found))


def _as_list(paths: Iterable[str | Path]) -> list[str | Path]:
    # A lone path is what a caller easily gives; letter by letter it would be read as many strange paths.
    return [paths] if isinstance(paths, (str, Path)) else list(paths)


def _ignore(_: int) -> None:
    pass


def _every(_: Found) -> bool:
    return True


def _read(
    paths: list[str | Path],
    names: FieldNames,
    format: str | None,
    stdin: BinaryIO | None,
    limits: Limits,
    on_bytes: Callable[[int], None],
    on_file: Callable[[Found], bool],
) -> Iterator[Document | DocumentError]:
    for found in walk(paths, format):
        if isinstance(found, DocumentError):
            yield found
            continue
        if not on_file(found):
            on_bytes(found.size)
            continue
        told = 0
        for item, taken in _read_file(found, names, stdin, limits):
            if taken > told:
                on_bytes(taken - told)
                told = taken
            yield item
        if found.size > told:
            on_bytes(found.size - told)


def _read_file(
    found: Found, names: FieldNames, stdin: BinaryIO | None, limits: Limits
) -> Iterator[tuple[Document | DocumentError, int]]:
    """What one file gives, each with the number of the file's bytes that have been read so far."""
    try:
        opened = _open(found, stdin)
    except OSError as error:
        yield unreadable(found.shown, error), 0
        return
    with opened as file:
        source = Source(file, limits, compressed=found.path.lower().endswith(".gz"))
        records = _records(source, found.format, names)
        while True:
            try:
                record = next(records)
            except StopIteration:
                return
            except DocumentError as error:
                yield DocumentError(error.reason, source=found.shown, line=error.line), source.taken
                return
            except OSError as error:
                yield unreadable(found.shown, error), source.taken
                return
            yield _document(record, found, source.encoding), source.taken


def _open(found: Found, stdin: BinaryIO | None) -> AbstractContextManager[BinaryIO]:
    if found.path == STDIN:
        return nullcontext(stdin or sys.stdin.buffer)
    return Path(found.path).open("rb")


def _document(record: Record | DocumentError, found: Found, encoding: str | None) -> Document | DocumentError:
    if isinstance(record, DocumentError):
        return DocumentError(record.reason, source=found.shown, line=record.line)
    fallback = found.name if record.number is None else f"{found.name}#{record.number}"
    try:
        fields = identified(record.fields, fallback)
    except DocumentError as error:
        return DocumentError(error.reason, source=found.shown, line=record.line)
    return Document(fields, found.shown, record.line, encoding)


def _records(source: Source, format: str | None, names: FieldNames) -> Iterator[Record | DocumentError]:
    """The records of a file; the module that knows its format is imported when the first such file comes."""
    format = format or _guess(source, names)
    if format in ("json", "jsonl"):
        from searchkit.documents import json

        yield from json.read_lines(source, names) if format == "jsonl" else json.read_json(source, names)
    elif format in ("csv", "tsv"):
        from searchkit.documents import table

        yield from table.read_table(source, names, delimiter="\t" if format == "tsv" else None)
    elif format == "html":
        from searchkit.documents import html

        yield from html.read_html(source, names)
    else:
        from searchkit.documents import text

        yield from text.read_text(source, names, markdown=format == "md")


def _guess(source: Source, names: FieldNames) -> str:
    """The format of standard input, from how it begins."""
    start = source.beginning().strip()
    if not start:  # nothing comes, as where the program before it has failed: no document, and not an empty one
        return "jsonl"
    if start.startswith("<"):
        return "html"
    if start.startswith("["):
        return "json"
    first_line, newline, _ = start.partition("\n")
    if not start.startswith("{"):
        if newline and names.are_columns([cell.strip().strip('"') for cell in _DELIMITER.split(first_line)]):
            return "csv"
        return "md" if _HEADING.match(start) else "txt"
    if newline:
        return "jsonl" if first_line.rstrip().endswith("}") else "json"
    # A single line, or one so long that its end is not seen: the reader of JSON takes one object, however large.
    return "jsonl" if len(start) > SAMPLE // 4 and '"documents"' not in start else "json"
