"""HTML into text and tags, in time proportional to the page, whatever the page.

Not html.parser: of a page of a few megabytes whose tags, comments or quotes are never closed it makes hours of work,
in all versions of Python that most people run, and in some it raises AssertionError at <![…]>. This follows the rules
of browsers as far as text depends on them: what is not closed takes the rest of the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Tag", "tags_and_text", "unescape"]

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(?![\"'])([^\s>]*)))?")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")

# Between their tags there are no other tags, only text; of the first kind not even character references.
_RAW = frozenset({"iframe", "noembed", "noframes", "script", "style", "xmp"})
_RAW_TEXT = _RAW | {"textarea", "title"}


class Tag(NamedTuple):
    """A start tag or, where `attributes` is None, an end tag; `<br/>` gives both."""

    name: str
    attributes: dict[str, str] | None


def tags_and_text(page: str) -> Iterator[Tag | str]:
    """The tags, their names in small letters, and the texts between them, their character references replaced."""
    place = 0
    never_closed: set[str] = set()
    while (start := page.find("<", place)) >= 0:
        if start > place:
            yield unescape(page[place:start])
        place = start
        if page.startswith("<!--", start):
            place = _after(page, "-->", start + 2)
        elif page.startswith(("<!", "<?"), start):
            place = _after(page, ">", start)
        elif page.startswith("</", start) and (name := _NAME.match(page, start + 2)):
            place = _after(page, ">", name.end())
            yield Tag(name[0].lower(), None)
        elif name := _NAME.match(page, start + 1):
            attributes, place = _attributes(page, name.end())
            tag = name[0].lower()
            yield Tag(tag, attributes)
            if page[place - 2] == "/":
                yield Tag(tag, None)
            elif tag in _RAW_TEXT and tag not in never_closed:
                closing = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(page, place)
                if closing:
                    text = page[place : closing.start()]
                    yield text if tag in _RAW else unescape(text)
                    place = closing.start()
                elif tag in _RAW:
                    return
                else:
                    never_closed.add(tag)
        else:
            yield "<"
            place += 1
    yield unescape(page[place:])


def unescape(text: str) -> str:
    """The text with its character references replaced: `&ouml;` gives ö."""
    if "&" not in text:
        return text
    # Python refuses to read a number of more than 4,300 digits; none of more than seven is a character.
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text))


def _after(page: str, end: str, place: int) -> int:
    found = page.find(end, place)
    return len(page) if found < 0 else found + len(end)


def _attributes(page: str, place: int) -> tuple[dict[str, str], int]:
    """The attributes of the tag whose name ends at `place`, the first of each name, and where the tag ends."""
    attributes: dict[str, str] = {}
    while (match := _ATTRIBUTE.match(page, place)) is not None:
        name, *values = match.groups()
        attributes.setdefault(name.lower(), unescape(next(filter(None, values), "")))
        place = match.end()
    return attributes, _after(page, ">", place)
