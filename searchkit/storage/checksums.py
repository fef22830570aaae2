"""CRC-32 and Adler-32 for those who write: by ISA-L where it knows the processor, elsewhere by zlib.

Both give the same, ISA-L in a third of the time or less. Whoever only searches would lose more by importing it.
"""

from __future__ import annotations

try:
    from isal.isal_zlib import adler32, crc32
except ImportError:  # on other processors
    from zlib import adler32, crc32

__all__ = ["adler32", "content_hash", "crc32"]

_HASHED = 5120  # bytes at a time: for more, both let other threads run, and waiting for them takes far longer


def content_hash(head: bytes, tail: bytes) -> int:
    """64 bits of a document as it is stored, CRC-32 below Adler-32: equal for a document that has not changed.

    One that was changed has another, but for one case in more than 2 ** 40. To make one with the same is easy, but
    harms nobody else's documents; a hash that prevents it takes five times as long.
    """
    start = head + b"\0"
    crc, adler = crc32(start), adler32(start)
    for place in range(0, len(tail), _HASHED):
        part = tail[place : place + _HASHED]
        crc, adler = crc32(part, crc), adler32(part, adler)
    return adler << 32 | crc
