"""The hashes that an index keeps of its documents."""

from __future__ import annotations

import zlib

__all__ = ["content_hash", "id_hash"]

_HASHED = 5120  # bytes at a time: for more, zlib lets other threads run, and waiting for them takes far longer


def content_hash(head: bytes, tail: bytes) -> int:
    """64 bits of a document as it is stored, CRC-32 below Adler-32: equal for a document that has not changed.

    One that was changed has another, but for one case in more than 2 ** 40. To make one with the same is easy, but
    harms nobody else's documents; a hash that prevents it takes five times as long.
    """
    start = head + b"\0"
    crc, adler = zlib.crc32(start), zlib.adler32(start)
    for place in range(0, len(tail), _HASHED):
        part = tail[place : place + _HASHED]
        crc, adler = zlib.crc32(part, crc), zlib.adler32(part, adler)
    return adler << 32 | crc


def id_hash(key: str) -> int:
    """64 bits of BLAKE2b of an id; the id itself is compared where they are equal."""
    import hashlib  # which takes a tenth of the time that importing searchkit does, and only writers need it

    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")
