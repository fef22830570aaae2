"""Writing stored documents; `store` says what is written and reads it."""

from __future__ import annotations

import zlib
from array import array
from collections import Counter, deque
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.store import WrittenBlocks

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["StoreWriter"]

_BLOCK = 4096  # bytes before compression; with a dictionary, twice as many would make the index 0.3% smaller
_LEVEL = 2  # with a dictionary smaller than level 3 without, in the same time
_DICTIONARY = 24_576  # bytes; with a block behind it, it fits the window of deflate
_LEAST = 256  # blocks that a dictionary is made for, which would be too much for fewer
_SAMPLE = 64  # of these, whose words are counted
_TOGETHER = 64  # blocks that are compressed at a time
_MOST_WAITING = 32  # times as many that are being compressed or wait for it


class _Blocks(NamedTuple):
    """Some blocks, one after another: how many documents each has and its tails, and of each document a few things.

    `heads` are those of all documents, `lengths` their sizes; `starts` says where a tail begins in its block.
    `dictionary` is what the blocks are compressed with.
    """

    counts: list[int]
    tails: list[bytes]
    heads: bytes
    lengths: Any
    starts: Any
    dictionary: bytes


class StoreWriter:
    """Writes stored documents one by one.

    Blocks are compressed some at a time in a thread, which does not hold up this one: zlib leaves the interpreter to
    others. A few blocks make no thread. Call `finish` or `abort` at the end, which end it.
    """

    def __init__(self, writer: ColumnWriter) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._compressing: deque[tuple[_Blocks, Future[list[bytes]]]] = deque()
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

    @property
    def held(self) -> int:
        """The memory in bytes of what waits to be compressed, about."""
        return len(self._compressing) * _TOGETHER * _BLOCK

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
        """Have the blocks that are full compressed, and write those that are ready."""
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor  # which is slow to import

            self._thread = ThreadPoolExecutor(1, "searchkit-store")
        if self._dictionary is None:
            self._dictionary = _frequent_words(self._full[:_SAMPLE])
        blocks = self._taken()
        self._compressing.append((blocks, self._thread.submit(_compressed, blocks.tails, blocks.dictionary)))
        while self._compressing and self._compressing[0][1].done():
            self._write_compressed()
        if len(self._compressing) > _MOST_WAITING:
            self._help()

    def _help(self) -> None:
        """Compress some here while the thread is at the ones before: it gets the interpreter only now and then."""
        from concurrent.futures import Future

        blocks, waiting = self._compressing[1]
        if waiting.cancel():
            compressed: Future[list[bytes]] = Future()
            compressed.set_result(_compressed(blocks.tails, blocks.dictionary))
            self._compressing[1] = blocks, compressed
        self._write_compressed()

    def _write_compressed(self) -> None:
        blocks, compressed = self._compressing.popleft()
        self._write_packed(blocks, compressed.result())

    def add_blocks(self, blocks: WrittenBlocks) -> None:
        """Write the documents of whole blocks of another store as they are."""
        self._flush()
        self._write(blocks)

    def _taken(self) -> _Blocks:
        """The blocks that are full, and the documents in them."""
        lengths = np.fromiter(map(len, self._waiting), np.int64, len(self._waiting))
        heads, starts = b"".join(self._waiting), np.asarray(self._starts)
        taken = _Blocks(self._counts, self._full, heads, lengths, starts, self._dictionary or b"")
        self._begin()
        return taken

    def _flush(self) -> None:
        """Write everything that was added."""
        while self._compressing:
            self._write_compressed()
        if self._open:
            self._close()
        if self._full:
            blocks = self._taken()
            self._write_packed(blocks, _compressed(blocks.tails, blocks.dictionary))

    def _write_packed(self, blocks: _Blocks, compressed: list[bytes]) -> None:
        self._write(
            WrittenBlocks(
                blocks.counts,
                np.frombuffer(blocks.heads, np.uint8),
                blocks.lengths,
                blocks.starts,
                np.frombuffer(b"".join(compressed), np.uint8),
                [*map(len, compressed)],
                [blocks.dictionary] * len(compressed),
            )
        )

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
        self._end_thread()
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

    def abort(self) -> None:
        """Write nothing more."""
        self._compressing.clear()
        self._end_thread()

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
            self._thread = None


def _compressed(blocks: list[bytes], dictionary: bytes) -> list[bytes]:
    if not dictionary:
        return [zlib.compress(block, _LEVEL) for block in blocks]
    ready = zlib.compressobj(_LEVEL, zdict=dictionary)
    found = []
    for block in blocks:
        packer = ready.copy()  # many times faster than to take in the dictionary again
        found.append(packer.compress(block) + packer.flush())
    return found


def _frequent_words(blocks: list[bytes]) -> bytes:
    """A dictionary for compression: words that occur more than once, the most frequent last, where they cost least."""
    counts = Counter(b" ".join(blocks).split())
    words = sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word))
    ends = accumulate(len(word) + 1 for word in words)
    return b"".join(word + b" " for word, end in reversed([*zip(words, ends, strict=True)]) if end <= _DICTIONARY)
