"""What is kept of a document: the head, which a list of hits shows, and the tail, which is read when asked for.

The head is the document without what is long: text of more than 200 characters, lists, mappings. These stand in the
tail, and the head has an empty list in their place, which says where the field belongs. The id is always in the head.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["content_hash", "id_hash", "split"]

_LONG = 200  # characters
_SCALARS = (str, int, float, bool, type(None))


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


def content_hash(head: bytes, tail: bytes) -> int:
    """64 bits of BLAKE2b of a document as it is stored: equal for a document that has not changed."""
    import hashlib  # which takes a tenth of the time that importing searchkit does, and only writers need it

    return int.from_bytes(hashlib.blake2b(b"%b\0%b" % (head, tail), digest_size=8).digest(), "little")


def id_hash(key: str) -> int:
    """64 bits of BLAKE2b of an id; the id itself is compared where they are equal."""
    import hashlib

    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")
