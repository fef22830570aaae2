"""What follows a frequent word, one byte for each time that it stands somewhere, so that phrases find few candidates.

Reading where two words of a third of all documents stand takes a thousand times as long as comparing bytes. The idea
is that of a next word index (Williams, Zobel and Bahle, "What's next? Index structures for efficient phrase querying",
1999), with the next word reduced to a sign. A sign is right about the words that follow and wrong about one other word
in 254, so that what it lets through is to be looked at.
"""

from __future__ import annotations

import zlib
from typing import Any

__all__ = ["NOTHING", "SEVERAL", "are_frequent", "has_signs", "sign"]

NOTHING, SEVERAL = 0, 255  # what follows, if it is not known to be one word
_SMALLEST = 1 << 16  # documents; in smaller segments all positions of a word are read soon enough
_FREQUENT = 1 << 13  # documents with a word


def sign(term: bytes) -> int:
    """What stands for a term; 1 to 254."""
    return zlib.crc32(term) % (SEVERAL - 1) + 1


def has_signs(documents: int) -> bool:
    """Whether frequent terms have signs of what follows, in a segment of so many documents."""
    return documents >= _SMALLEST


def are_frequent(dfs: Any) -> Any:
    """Which terms have them, by the numbers of the documents that they are in; bool."""
    return dfs >= _FREQUENT
