"""Compression of stored texts in the format of zlib (RFC 1950).

ISA-L, where it knows the processor, does so three times as fast as zlib, and keeps the interpreter meanwhile: to let
others have it for each of so many short blocks costs more than it gives. What one has written the other reads.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

_isal: Any
try:
    from isal import isal_zlib as _isal
except ImportError:  # on other processors
    _isal = None

__all__ = ["compressed", "decompressed"]

_LEVEL = 2  # of both libraries; with a dictionary smaller than level 3 of zlib without, in the same time
_DICTIONARY = slice(2, 6)  # where a stream says which dictionary it takes; ISA-L does not look
_Error: Any = zlib.error if _isal is None else _isal.error
_unpacker: Any = zlib.decompressobj if _isal is None else _isal.decompressobj


def compressed(blocks: Iterable[bytes], dictionary: bytes = b"") -> list[bytes]:
    """Each of some blocks compressed, with what the dictionary has at hand from the start."""
    begin: Callable[[], Any]
    if _isal is None:
        begin = zlib.compressobj(_LEVEL, zdict=dictionary).copy  # to take in the dictionary again takes far longer
    else:
        begin = partial(_isal.compressobj, _LEVEL, zdict=dictionary)
    found = []
    for block in blocks:
        packer = begin()
        found.append(packer.compress(block) + packer.flush())
    return found


def decompressed(data: bytes, dictionary: bytes = b"", size: int | None = None) -> bytes:
    """What a block was, or its first `size` bytes; ValueError says what is wrong with it."""
    if dictionary and data[_DICTIONARY] != _check(dictionary):
        raise ValueError("it needs another dictionary")
    unpacker = _unpacker(zdict=dictionary)
    try:
        found: bytes = unpacker.decompress(data, size or 0)
    except _Error as error:
        raise ValueError(str(error)) from None
    if len(found) < size if size else not unpacker.eof:
        raise ValueError("it ends too early")
    return found


@lru_cache(maxsize=64)
def _check(dictionary: bytes) -> bytes:
    """What tells a dictionary from others in a stream."""
    return zlib.adler32(dictionary).to_bytes(4, "big")
