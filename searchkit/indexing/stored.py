"""What is kept of a document: the head, which a list of hits shows, and the tail, which is read when asked for.

The head is the document without what is long: text of more than 200 characters, lists, mappings. These stand in the
tail, and the head has an empty list in their place, which says where the field belongs. The id is always in the head.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, SupportsIndex

import ujson

from azanalyzer.tuples import NamedTuple
from searchkit.errors import DocumentError
from searchkit.schema import is_number

__all__ = ["Packed", "pack", "split"]

_LONG = 200  # characters
_SCALARS = (str, int, float, bool, type(None))
_PLAIN = frozenset(_SCALARS)
_ESCAPED = bytes([*range(0x20), *b'"\\'])  # what does not stand in a JSON string as it is
_UNSTORABLE = (TypeError, ValueError, OverflowError, RecursionError)  # what ujson and the encoder raise


class Packed(NamedTuple):
    """A document as it is stored, in JSON; `places` says of some texts where they stand in the tail as they are."""

    head: bytes
    tail: bytes
    places: Mapping[str, tuple[int, int]] = {}


def pack(key: str, document: Mapping[str, Any]) -> Packed:
    """The head and the tail of a document, the tail empty if there is none; DocumentError names what cannot be kept."""
    try:
        if found := _packed(document):
            return found
        head, tail = split(document)
        return Packed(_dumped(head), _dumped(tail) if tail else b"")
    except _UNSTORABLE as error:
        for name, value in document.items():
            try:
                _dumped(value)
            except _UNSTORABLE as found:
                raise DocumentError(f"document {key!r}, field {name!r}: {_reason(found)}") from None
        raise DocumentError(f"document {key!r}: {_reason(error)}") from None


def _packed(document: Mapping[str, Any]) -> Packed | None:
    """`pack` for a document of plain values: what ujson makes of it, but texts are put in as they are if they may be.

    None for another document.
    """
    head: list[str] = []
    tail = [b"{"]
    places = {}
    size, quotes = 1, 0
    is_text = True
    for name, value in document.items():
        kind = type(value)
        if type(name) is not str or kind not in _PLAIN:
            return None
        label = _label(name)
        if kind is not str:
            is_text = False
        elif len(value) <= _LONG or name == "id":
            head.append(f'{label}"{value}"')
            quotes += 4
        else:
            head.append(f"{label}[]")
            quotes += 2
            start, data = f'{label}"'.encode(), value.encode()
            size += len(start)
            if len(data.translate(None, _ESCAPED)) == len(data):
                places[name] = size, size + len(data)
            else:
                data = _dumped(value)[1:-1]
            tail += start, data, b'",'
            size += len(data) + 2
    shown = ("{" + ",".join(head) + "}").encode()
    if not is_text or len(shown.translate(None, _ESCAPED)) != len(shown) - quotes:
        shown = _dumped(split(document)[0])
    tail[-1] = b'"}'
    return Packed(shown, b"".join(tail) if len(tail) > 1 else b"", places)


@lru_cache(maxsize=1000)
def _label(name: str) -> str:
    return f"{_dumped(name).decode()}:"


def split(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The head and the tail of a document."""
    head: dict[str, Any] = {}
    tail: dict[str, Any] = {}
    for name, value in document.items():
        is_short = isinstance(value, _SCALARS) and not (isinstance(value, str) and len(value) > _LONG)
        if is_short or name == "id":
            head[name] = value
        else:
            head[name] = []
            tail[name] = value
    return head, tail


def _dumped(value: object) -> bytes:
    text: str = ujson.dumps(value, ensure_ascii=False, escape_forward_slashes=False, allow_nan=False, default=_plain)
    return text.encode("utf-8")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "half a surrogate pair is no character and cannot be stored; remove it"
    if isinstance(error, OverflowError) and "double" in str(error):
        return "NaN and infinity cannot be stored; leave the value out"
    if isinstance(error, (OverflowError, RecursionError)):
        return "lists and mappings that are nested so deep cannot be stored; flatten them"
    if "reject_bytes" in str(error):  # of ujson before 6
        error = _unstorable(b"")
    return f"cannot be stored: {error}"


def _plain(value: object) -> object:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if is_number(value):  # of numpy: those of Python and of `decimal` ujson knows
        return operator.index(value) if isinstance(value, SupportsIndex) else float(value)
    raise _unstorable(value)


def _unstorable(value: object) -> TypeError:
    return TypeError(f"a value of type {type(value).__name__} is not text, a number, a date, a list or a mapping")
