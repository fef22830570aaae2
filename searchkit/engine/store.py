"""Stored documents: what a list of hits shows is at hand at once, long texts are compressed in blocks.

A document is kept as a head and a tail (see `searchkit.stored`). Columns (N documents,
m blocks): `heads` u1, `head_starts` u8[N+1]; `blocks` u1, zlib streams of the tails of several documents;
`block_starts` u8[m+1]; `block_docs` u4[m+1], the first document of each block; `tails` u4[N], where the tail of each
document begins in its block.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import ujson

from searchkit.engine.columns import Column, ColumnWriter

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["Fields", "Store", "StoreWriter"]

_BLOCK = 16_384  # bytes before compression
_LEVEL = 3
_HEADS = 4096  # that are read at once
_MOST_WAITING = 64  # blocks that are being compressed or wait for it


class StoreWriter:
    """Writes stored documents one by one.

    Blocks are compressed in a thread, which does not hold up this one: zlib leaves the interpreter to others. A single
    block makes no thread. Call `finish` or `abort` at the end, which end it.
    """

    def __init__(self, writer: ColumnWriter) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._compressing: deque[tuple[bytes, Any, Future[bytes], Any]] = deque()
        self._writer = writer
        self._heads = writer.stream("store.heads", "|u1")
        self._blocks = writer.stream("store.blocks", "|u1")
        self._head_ends: list[Any] = [np.zeros(1, np.int64)]
        self._lengths: list[int] = []
        self._waiting: list[bytes] = []
        self._waiting_tails: list[bytes] = []
        self._tails: list[Any] = []
        self._open: list[int] = []
        self._size = 0
        self._documents = 0
        self._block_docs = [0]
        self._block_starts = [0]

    def add(self, head: bytes, tail: bytes) -> None:
        """Write the next document, both parts as JSON; the tail is empty if there is none."""
        self._waiting.append(head)
        self._waiting_tails.append(tail)
        self._open.append(self._size)
        self._size += len(tail)
        self._documents += 1
        if self._size >= _BLOCK or len(self._waiting) >= 4096:
            self._compress()

    def _compress(self) -> None:
        """Have the block that is full compressed, and write those that are ready."""
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, "searchkit-store")
        heads, lengths, tails, starts = self._taken()
        self._compressing.append((heads, lengths, self._thread.submit(zlib.compress, tails, _LEVEL), starts))
        while len(self._compressing) > _MOST_WAITING or (self._compressing and self._compressing[0][2].done()):
            self._write_compressed()

    def _write_compressed(self) -> None:
        heads, lengths, compressed, starts = self._compressing.popleft()
        self._write(heads, lengths, compressed.result(), starts)

    def add_block(self, heads: bytes, head_lengths: Any, compressed: bytes, tails: Any) -> None:
        """Write the documents of a whole block of another store as they are."""
        self._flush()
        self._write(heads, head_lengths, compressed, tails)

    def _taken(self) -> tuple[bytes, Any, bytes, Any]:
        """The heads and their lengths, the tails and where they begin, of the documents of a block, which now ends."""
        lengths = np.fromiter(map(len, self._waiting), np.int64, len(self._waiting))
        taken = b"".join(self._waiting), lengths, b"".join(self._waiting_tails), np.asarray(self._open)
        self._waiting, self._waiting_tails, self._open, self._size = [], [], [], 0
        return taken

    def _flush(self) -> None:
        """Write everything that was added."""
        while self._compressing:
            self._write_compressed()
        if self._waiting:
            heads, lengths, tails, starts = self._taken()
            self._write(heads, lengths, zlib.compress(tails, _LEVEL), starts)

    def _write(self, heads: bytes, head_lengths: Any, compressed: bytes, tails: Any) -> None:
        self._heads.append(np.frombuffer(heads, np.uint8))
        self._head_ends.append(head_lengths)
        self._tails.append(tails)
        self._blocks.append(np.frombuffer(compressed, np.uint8))
        self._block_starts.append(self._block_starts[-1] + len(compressed))
        self._block_docs.append(self._block_docs[-1] + len(head_lengths))

    def finish(self) -> None:
        """Write what is left."""
        self._flush()
        self._end_thread()
        add = self._writer.add
        add("store.head_starts", np.cumsum(np.concatenate(self._head_ends)).astype("<u8"))
        add("store.tails", np.concatenate([np.zeros(0, np.int64), *self._tails]).astype("<u4"))
        add("store.block_starts", np.asarray(self._block_starts, "<u8"))
        add("store.block_docs", np.asarray(self._block_docs, "<u4"))

    def abort(self) -> None:
        """Write nothing more."""
        self._compressing.clear()
        self._end_thread()

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
            self._thread = None


class Store:
    """The stored documents of an open segment."""

    def __init__(self, columns: dict[str, Column]) -> None:
        self._heads = columns["store.heads"]
        self._head_starts = columns["store.head_starts"]
        self._blocks = columns["store.blocks"]
        self._block_starts = columns["store.block_starts"]
        self._block_docs = columns["store.block_docs"]
        self._tails = columns["store.tails"]

    def head(self, doc: int) -> bytes:
        """The JSON of what is short in a document."""
        return self._heads.read(*self._head_starts.pair(doc))

    def heads_of(self, docs: Sequence[int]) -> list[dict[str, Any]]:
        """What is short in some documents."""
        read, pair = self._heads.read, self._head_starts.pair
        found: list[dict[str, Any]] = ujson.loads(b"[%b]" % b",".join([read(*pair(doc)) for doc in docs]))
        return found

    def heads(self) -> Iterator[dict[str, Any]]:
        """What is short in each document, in order."""
        starts = self._head_starts.all.tolist()
        data = self._heads.all.tobytes()
        for first in range(0, len(starts) - 1, _HEADS):
            bounds = pairwise(starts[first : first + _HEADS + 1])
            yield from ujson.loads(b"[%b]" % b",".join([data[start:end] for start, end in bounds]))

    def tail(self, doc: int) -> bytes:
        """The JSON of what is long in a document."""
        # An array of the type is searched as it is; for a plain number, numpy would convert the whole column.
        block = int(self._block_docs.all.searchsorted(np.uint32(doc), "right")) - 1
        start = self._tails.at(doc)
        if doc + 1 == self._block_docs.at(block + 1):
            return zlib.decompress(self.block(block))[start:]
        end = self._tails.at(doc + 1)
        # Nothing behind the document is decompressed, for which most of the time goes.
        return zlib.decompressobj().decompress(self.block(block), end)[start:] if end > start else b""

    def document(self, doc: int) -> dict[str, Any]:
        """The whole document."""
        document: dict[str, Any] = ujson.loads(self.head(doc))
        tail = self.tail(doc)
        return {**document, **ujson.loads(tail)} if tail else document

    def blocks(self) -> Iterator[tuple[int, int, int]]:
        """The number of each block, its first document and the one after its last."""
        bounds = self._block_docs.all.tolist()
        return ((number, first, last) for number, (first, last) in enumerate(pairwise(bounds)))

    def block(self, number: int) -> bytes:
        """A block as it was written."""
        return self._blocks.read(*self._block_starts.pair(number))

    def block_heads(self, first: int, last: int) -> tuple[bytes, Any]:
        """The heads of the documents from `first` to `last` and their lengths."""
        starts = self._head_starts[first : last + 1].astype(np.int64)
        return bytes(self._heads[int(starts[0]) : int(starts[-1])]), np.diff(starts)

    def block_tails(self, first: int, last: int) -> Any:
        """Where the tails of the documents of a block begin."""
        return self._tails[first:last].astype(np.int64)


class Fields(Mapping[str, Any]):
    """The stored fields of a document. What is long is read when it is asked for."""

    __slots__ = ("_all", "_doc", "_head", "_store")

    def __init__(self, store: Store, doc: int, head: dict[str, Any]) -> None:
        self._store = store
        self._doc = doc
        self._head = head
        self._all = False

    def _whole(self) -> dict[str, Any]:
        if not self._all:
            tail = self._store.tail(self._doc)
            self._head = {**self._head, **ujson.loads(tail)} if tail else self._head
            self._all = True
        return self._head

    def __getitem__(self, name: str) -> Any:
        value = self._head[name]
        return self._whole()[name] if value == [] else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._head)

    def __len__(self) -> int:
        return len(self._head)

    def __repr__(self) -> str:
        return repr(dict(self))
