"""Cursors: where a page of hits ended, as short text that a client keeps and gives back for the next page.

A cursor is URL-safe base64 of a JSON list: its version, the fingerprint of the search, and a `Position`.
"""

from __future__ import annotations

from searchkit.backend import Position
from searchkit.errors import QueryError

__all__ = ["decode_cursor", "encode_cursor"]

_VERSION = 1


def encode_cursor(position: Position, fingerprint: str) -> str:
    """The cursor for what follows a hit of the search with this fingerprint."""
    import base64
    import json

    described = json.dumps([_VERSION, fingerprint, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(described.encode("ascii")).decode("ascii").rstrip("=")


def decode_cursor(cursor: str, fingerprint: str, keys: int) -> Position:
    """The position that a cursor tells; QueryError if it is damaged or belongs to another search."""
    import base64
    import json

    if not isinstance(cursor, str):
        raise QueryError(f"a cursor is a string, not {type(cursor).__name__}")
    try:
        described = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        version, of, rank, values, key = json.loads(described)
    except (ValueError, TypeError, RecursionError):
        raise QueryError("the cursor cannot be read; take it from `cursor` of the page before as it is") from None
    if version != _VERSION or of != fingerprint:
        raise QueryError("the cursor belongs to another search; begin again without one")
    is_sound = (
        isinstance(rank, int)
        and rank >= 0
        and isinstance(key, str)
        and isinstance(values, list)
        and len(values) == keys
        and all(value is None or isinstance(value, (float, str)) or _is_whole(value) for value in values)
    )
    if not is_sound:
        raise QueryError("the cursor cannot be read; take it from `cursor` of the page before as it is")
    return Position(rank, tuple(values), key)


def _is_whole(value: object) -> bool:
    """Whether a value is a number that a column can hold; a crafted cursor may have any."""
    return isinstance(value, int) and abs(value) < 1 << 63
