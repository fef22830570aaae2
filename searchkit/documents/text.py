"""Plain text and Markdown, with or without front matter: a file is a document."""

from __future__ import annotations

from collections.abc import Iterator

from searchkit.documents.base import Record
from searchkit.documents.fields import FieldNames
from searchkit.documents.front_matter import split_front_matter
from searchkit.documents.stream import Source

__all__ = ["read_text"]

_MAX_TITLE = 200


def read_text(source: Source, names: FieldNames, *, markdown: bool) -> Iterator[Record]:
    """The one document of a text file: the fields of its front matter, its title and its body.

    With a title in the front matter all the text is the body. Otherwise the title is the first heading of Markdown,
    else the first line that is not blank, and the body is the rest; but a line of more than 200 characters is a
    paragraph, and stays in the body. The body is always there, be it empty; the front matter gives it only where the
    file has no other text.
    """
    record, text = split_front_matter(source.text())
    has_title = names.has("title", record)
    title = None
    if markdown:
        from searchkit.documents.markup import plain_text

        title, text = plain_text(text, take_heading=not has_title)
    text = text.strip()
    if not has_title:
        if title is None:
            first, _, rest = text.partition("\n")
            if 0 < len(first.strip()) <= _MAX_TITLE:
                title, text = first.strip(), rest.strip()
        if title:
            record["title"] = title
    if text or not names.has("body", record):
        record["body"] = text
    yield Record(names.rename(record))
