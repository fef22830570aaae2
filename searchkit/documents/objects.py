"""One JSON object from its text, parsed and made fit to be indexed."""

from __future__ import annotations

import math
import re
from typing import Any

from searchkit.documents.base import Limits
from searchkit.errors import DocumentError

__all__ = ["parse_object"]

_PLAIN = frozenset({str, int, bool, type(None)})
_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_MAX_DIAGNOSED = 1 << 20


def parse_object(text: str, limits: Limits) -> dict[str, object]:
    """The object that is written in `text`; every string in it can be encoded, every number is finite.

    Half a surrogate pair, which programs that cut texts leave behind, becomes U+FFFD. NaN, by which pandas writes a
    missing value, becomes None. Of keys that come twice the last one counts.
    Raises `DocumentError` for what is not valid or not an object, is nested too deep or holds an infinite number.
    """
    import ujson

    try:
        value = ujson.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"is not valid JSON: {_diagnosis(text, error)}") from None
    if not isinstance(value, dict):
        raise DocumentError(f'is {_KINDS[type(value)]}, but a document is an object, like {{"body": "…"}}')
    if _ESCAPED_SURROGATE.search(text) or not _PLAIN.issuperset(map(type, value.values())):
        _repair(value, limits.max_depth)
    return value


def _diagnosis(text: str, error: Exception) -> str:
    """What is wrong and where: the standard library's parser is slower, but it tells the place."""
    if len(text) <= _MAX_DIAGNOSED:
        import json

        try:
            json.loads(text, strict=False)
        except json.JSONDecodeError as found:
            place = f"line {found.lineno}, column {found.colno}" if "\n" in text else f"column {found.colno}"
            return f"{found.msg} at {place} of the document; repair it"
        except RecursionError:
            return "its objects and lists are nested too deep; flatten it"
        except ValueError:
            return "it holds a whole number of thousands of digits; write it as text"
    return f"{error}; repair it"


def _repair(document: dict[str, object], max_depth: int) -> None:
    """Changes in place what an index, or whoever writes the document as JSON again, would choke on."""
    # Any: what JSON nests is not worth a recursive type. No recursion in the code either: depth is the reader's choice.
    pending: list[tuple[Any, int]] = [(document, 1)]
    while pending:
        container, depth = pending.pop()
        if depth > max_depth:
            raise DocumentError(f"is nested deeper than {max_depth} levels; flatten it or raise Limits.max_depth")
        for key, value in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(value, (dict, list)):
                pending.append((value, depth + 1))
            elif isinstance(value, float) and not math.isfinite(value):
                if not math.isnan(value):
                    raise DocumentError("holds an infinite number, or one of more than 308 digits; write it as text")
                container[key] = None
            elif isinstance(value, str):
                container[key] = _encodable(value)
        if isinstance(container, dict):
            for key in [key for key in container if _encodable(key) != key]:
                container[_encodable(key)] = container.pop(key)


def _encodable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
