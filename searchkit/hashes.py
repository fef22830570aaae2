"""The hashes that an index keeps of its documents."""

from __future__ import annotations

__all__ = ["content_hash", "id_hash"]

_HASHED = 2047  # bytes at a time: for more, hashlib lets other threads run, and waiting for them takes far longer


def content_hash(head: bytes, tail: bytes) -> int:
    """64 bits of BLAKE2b of a document as it is stored: equal for a document that has not changed."""
    import hashlib  # which takes a tenth of the time that importing searchkit does, and only writers need it

    hashed = hashlib.blake2b(head + b"\0", digest_size=8)
    for start in range(0, len(tail), _HASHED):
        hashed.update(tail[start : start + _HASHED])
    return int.from_bytes(hashed.digest(), "little")


def id_hash(key: str) -> int:
    """64 bits of BLAKE2b of an id; the id itself is compared where they are equal."""
    import hashlib

    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")
