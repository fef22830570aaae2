"""What reading gives, what bounds it, and which suffixes are known.

These are named tuples rather than dataclasses because importing `dataclasses` alone costs a third of the time that
`import searchkit` may take.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["FORMATS", "Document", "Limits", "Record"]

FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".txt": "txt",
        ".md": "md",
        ".markdown": "md",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".json": "json",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".csv": "csv",
        ".tsv": "tsv",
    }
)
"""Suffix to name of format. Each suffix may be followed by `.gz`; capital letters make no difference."""


class Document(NamedTuple):
    """One document, ready to be indexed."""

    fields: dict[str, object]
    """Always `id`, a non-empty string; usually `title` and `body`; others as the file has them."""
    source: str
    """The path of its file as shown to people, or `<stdin>`."""
    line: int | None = None
    """The line of its file where it starts, counted from 1; None where the file is one document."""
    encoding: str | None = None
    """utf-8, utf-8-sig, utf-16-le, utf-16-be, windows-1254 or windows-1251: what the file was recognised as."""


class Limits(NamedTuple):
    """What one document may cost; whatever goes beyond is named in a `DocumentError` and left out."""

    max_document_bytes: int = 64 << 20
    """Bytes of one document: of the whole file for text, Markdown and HTML, of one line, row or array element for the
    others; after decompression."""
    max_ratio: int = 200
    """How many times its size a gzip file may grow, looked at once it has given 1 MiB; text grows 3 to 20 times."""
    max_depth: int = 100
    """How deep the objects and lists of a JSON document may be nested, the document itself being 1."""


class Record(NamedTuple):
    """What a format's reader makes of a piece of a file; `read` turns it into a `Document`."""

    fields: dict[str, object]
    line: int | None = None
    number: int | None = None
    """What tells the record from the others of its file, for the id of one that brings none."""
