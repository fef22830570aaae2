"""Writing stored documents; `store` says what is written and reads it."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import accumulate
from typing import Any

import numpy as np

from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.deflate import compressed
from searchkit.engine.store import WrittenBlocks

__all__ = ["StoreWriter"]

_BLOCK = 8192  # bytes before compression; half as many are unpacked a third faster, but packed half as fast again
_DICTIONARY = 24_576  # bytes; with a block behind it, it fits the window of deflate
_LEAST = 128  # blocks that a dictionary is made for, which would be too much for fewer
_SAMPLE = 32  # of these, whose words are counted
_TOGETHER = 32  # blocks that are compressed at a time


class StoreWriter:
    """Writes stored documents one by one; call `finish` at the end."""

    def __init__(self, writer: ColumnWriter) -> None:
        self._writer = writer
        self._heads = writer.stream("store.heads", "|u1")
        self._blocks = writer.stream("store.blocks", "|u1")
        self._head_ends: list[Any] = [np.zeros(1, np.int64)]
        self._tails: list[Any] = []
        self._block_docs = array("I", [0])
        self._block_starts = array("Q", [0])
        self._dictionary: bytes | None = None  # of blocks to come
        self._dictionaries = {b"": 0}  # by what they are
        self._block_dictionaries = array("I")
        self._begin()

    def _begin(self) -> None:
        """Nothing waits to be compressed."""
        self._waiting: list[bytes] = []  # heads
        self._starts: list[int] = []
        self._full: list[bytes] = []
        self._counts: list[int] = []
        self._open: list[bytes] = []  # tails of the block that is not full yet
        self._size = 0

    def add(self, head: bytes, tail: bytes) -> None:
        """Write the next document, both parts as JSON; the tail is empty if there is none."""
        self._waiting.append(head)
        self._starts.append(self._size)
        self._open.append(tail)
        self._size += len(tail)
        if self._size >= _BLOCK or len(self._open) >= 4096:
            self._close()
            if len(self._full) >= (_LEAST if self._dictionary is None else _TOGETHER):
                self._compress()

    def _close(self) -> None:
        """End the block that is open."""
        self._full.append(b"".join(self._open))
        self._counts.append(len(self._open))
        self._open, self._size = [], 0

    def _compress(self) -> None:
        """Write the blocks that are full."""
        if self._dictionary is None and len(self._full) >= _LEAST:
            self._dictionary = _frequent_words(self._full[:_SAMPLE])
        dictionary = self._dictionary or b""
        blocks = compressed(self._full, dictionary)
        self._write(
            WrittenBlocks(
                self._counts,
                np.frombuffer(b"".join(self._waiting), np.uint8),
                np.fromiter(map(len, self._waiting), np.int64, len(self._waiting)),
                np.asarray(self._starts),
                np.frombuffer(b"".join(blocks), np.uint8),
                [*map(len, blocks)],
                [dictionary] * len(blocks),
            )
        )
        self._begin()

    def add_blocks(self, blocks: WrittenBlocks) -> None:
        """Write the documents of whole blocks of another store as they are."""
        self._flush()
        self._write(blocks)

    def _flush(self) -> None:
        """Write everything that was added."""
        if self._open:
            self._close()
        if self._full:
            self._compress()

    def _write(self, blocks: WrittenBlocks) -> None:
        self._heads.append(blocks.heads)
        self._head_ends.append(blocks.head_lengths.astype(np.uint32))
        self._tails.append(blocks.tails.astype(np.uint32))
        known = self._dictionaries
        self._block_dictionaries.extend(known.setdefault(used, len(known)) for used in blocks.dictionaries)
        self._blocks.append(blocks.compressed)
        self._block_starts.extend(accumulate(blocks.sizes, initial=self._block_starts.pop()))
        self._block_docs.extend(accumulate(blocks.counts, initial=self._block_docs.pop()))

    def finish(self) -> None:
        """Write what is left."""
        self._flush()
        add = self._writer.add
        starts = np.cumsum(np.concatenate(self._head_ends))
        add("store.head_starts", starts.astype("<u4" if starts[-1] < 1 << 32 else "<u8"))
        add("store.tails", np.concatenate([np.zeros(0, np.int64), *self._tails]), "<u2")
        add("store.block_starts", np.asarray(self._block_starts, "<u8"))
        add("store.block_docs", np.asarray(self._block_docs, "<u4"))
        add("store.block_dictionaries", np.asarray(self._block_dictionaries, "<u4"))
        add("store.dictionaries", np.frombuffer(b"".join(self._dictionaries), np.uint8))
        add("store.dictionary_starts", np.cumsum([0, *map(len, self._dictionaries)]).astype("<u8"))

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many documents have a head, a tail, and a place for it; after `finish`."""
        return sum(map(len, self._head_ends)) - 1, self._block_docs[-1], sum(map(len, self._tails))


def _frequent_words(blocks: list[bytes]) -> bytes:
    """A dictionary for compression: words that occur more than once, the most frequent last, where they cost least."""
    counts = Counter(b" ".join(blocks).split())
    words = sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word))
    ends = accumulate(len(word) + 1 for word in words)
    return b"".join(word + b" " for word, end in reversed([*zip(words, ends, strict=True)]) if end <= _DICTIONARY)
