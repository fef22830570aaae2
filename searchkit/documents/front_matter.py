"""Front matter: the fields that stand at the top of a text, in the part of YAML that such fields need."""

from __future__ import annotations

import re
import sys

__all__ = ["split_front_matter"]

_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_NOT_A_KEY = tuple(" \t-[]{}&*!|>'\"%@`")
_NOTHING = frozenset({"", "null", "~"})
_IN_QUOTES = r"""\"(?:[^"\\]|\\.)*\"|'(?:[^']|'')*'"""
_PLAIN = r"""[^\s"',\[\]{}#][^,\[\]{}]*"""
_QUOTED = re.compile(rf"({_IN_QUOTES})(?:\s+#.*)?")
_ITEM = re.compile(rf"{_IN_QUOTES}|{_PLAIN}")
_FLOW_LIST = re.compile(rf"\[\s*((?:(?:(?:{_IN_QUOTES})\s*|{_PLAIN})(?:,\s*|(?=\])))*)\](?:\s+#.*)?")
_BLOCK = re.compile(r"[|>][-+1-9]{0,2}(?:\s+|$)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ESCAPE = re.compile(r"\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)")
_MAX_FRONT_MATTER = 1 << 16


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """The `key: value` pairs between two lines "---" at the very top, and the text below.

    As much of YAML as front matter usually has: quoted values, comments, lists with a "- " before each item or in
    brackets, values that go on over indented lines. Where anything else stands between the lines, or the second one is
    missing, it is not front matter but text.
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
    pairs: dict[str, str | list[str]] = {}  # as they are written, but each value and each item on one line
    key = None
    for line in lines:
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        before, colon, value = line.partition(":")
        if before and colon and value[:1] in ("", " ", "\t") and not line.startswith(_NOT_A_KEY):
            key = before.rstrip()
            pairs[key] = value.strip()
        elif key is None or not (line[0].isspace() or content.startswith("- ")):
            return None
        else:
            pairs[key] = _going_on(pairs[key], content)
    return {key: _value(written) if isinstance(written, str) else _list(written) for key, written in pairs.items()}


def _going_on(written: str | list[str], content: str) -> str | list[str]:
    """What is written of a value with a further line of it, which may be an item."""
    is_item = content.startswith("- ")
    if is_item and isinstance(written, str) and _begins_nothing(written):
        written = []
    if isinstance(written, str):
        return f"{written} {content}".lstrip()
    if is_item:
        written.append(content[2:].strip())
    else:
        written[-1] = f"{written[-1]} {content}".lstrip()
    return written


def _begins_nothing(written: str) -> bool:
    """Whether no value stands behind a key, so that a list may follow below."""
    return written in _NOTHING or written.startswith("#") or _BLOCK.fullmatch(written) is not None


def _value(written: str) -> str | list[str] | None:
    if block := _BLOCK.match(written):
        return written[block.end() :] or None
    if items := _FLOW_LIST.fullmatch(written):
        return _list(_ITEM.findall(items[1]))
    return _scalar(written)


def _list(items: list[str]) -> list[str] | None:
    return [value for value in map(_scalar, items) if value is not None] or None


def _scalar(written: str) -> str | None:
    if quoted := _QUOTED.fullmatch(written):
        text = quoted[1][1:-1]
        return _ESCAPE.sub(_escaped, text) if written.startswith('"') else text.replace("''", "'")
    text = written if written.startswith(('"', "'")) else _COMMENT.sub("", written).rstrip()
    return None if text in _NOTHING else text


def _escaped(escape: re.Match[str]) -> str:
    """What is meant; programs write Azerbaijani letters as \\xFC and \\u0259."""
    sign = escape[1]
    if len(sign) == 1:
        return {"n": "\n", "t": "\t"}.get(sign, sign)
    code = int(sign[1:], 16)
    return "\ufffd" if code > sys.maxunicode or 0xD800 <= code < 0xE000 else chr(code)
