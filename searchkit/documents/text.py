"""Plain text and Markdown, with or without front matter: a file is a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.documents.base import Record
from searchkit.documents.fields import FieldNames
from searchkit.documents.stream import Source

_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_NOT_A_KEY = tuple(" \t-[]{}&*!|>'\"%@`")
_NOTHING = frozenset({"", "null", "~", "|", "|-", ">", ">-"})
_MAX_TITLE = 200
_MAX_FRONT_MATTER = 1 << 16


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


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """The `key: value` pairs between two lines "---" at the very top, and the text below.

    As much of YAML as front matter usually has: quoted values, comments, lists with a "- " before each item (they
    become lists), values that go on over indented lines. Where anything else stands between the lines, or the second
    one is missing, it is not front matter but text.
    """
    if not text.startswith("---"):
        return {}, text
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end(), _MAX_FRONT_MATTER) if opening else None
    if opening is None or closing is None:
        return {}, text
    pairs = _pairs(text[opening.end() : closing.start()].split("\n"))
    return ({}, text) if pairs is None else (pairs, text[closing.end() :])


def _pairs(lines: list[str]) -> dict[str, object] | None:
    """The pairs; None where a line is none."""
    pairs: dict[str, object] = {}
    key = None
    for line in lines:
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        before, colon, value = line.partition(":")
        if before and colon and value[:1] in ("", " ", "\t") and not line.startswith(_NOT_A_KEY):
            key = before.rstrip()
            pairs[key] = _value(value)
        elif key is None or not (line[0].isspace() or content.startswith("- ")):
            return None
        elif content.startswith("- "):
            items = pairs[key]
            if not isinstance(items, list):
                items = pairs[key] = []
            items.append(_value(content[2:]))
        elif isinstance(items := pairs[key], list):
            items[-1] = f"{items[-1] or ''} {content}".lstrip()
        else:
            pairs[key] = f"{pairs[key] or ''} {content}".lstrip()
    return pairs


def _value(text: str) -> str | None:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return None if text in _NOTHING else text
