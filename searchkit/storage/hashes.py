"""The hashes that an index keeps of the ids of its documents; `checksums` has those of what they say."""

from __future__ import annotations

__all__ = ["id_hash"]


def id_hash(key: str) -> int:
    """64 bits of BLAKE2b of an id; the id itself is compared where they are equal."""
    import hashlib  # which takes a tenth of the time that importing searchkit does, and only writers need it

    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")
