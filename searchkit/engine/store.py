"""Stored documents: what a list of hits shows is at hand at once, long texts are compressed in blocks.

A document is kept as a head and a tail (see `searchkit.indexing.stored`). Columns (N documents,
m blocks): `heads` u1, `head_starts` u4|u8[N+1]; `blocks` u1, zlib streams of the tails of several documents;
`block_starts` u8[m+1]; `block_docs` u4[m+1], the first document of each block; `tails` u2[N], where the tail of each
document begins in its block; `dictionaries` u1, what blocks are compressed with, `dictionary_starts` u8, where each of
them begins, and `block_dictionaries` u4[m], the number of that of each block.

Short blocks are read fast and compress badly, as each learns the words anew: a dictionary has them beforehand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import ujson

from azanalyzer.lazy import cached_property
from azanalyzer.tuples import NamedTuple
from searchkit.engine.columns import Column
from searchkit.errors import CorruptIndexError

__all__ = ["Fields", "Store", "WrittenBlocks"]

_HEADS = 4096  # that are read at once
_TEXT = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*')  # in JSON, up to the quotation mark that ends it


class WrittenBlocks(NamedTuple):
    """Blocks, one after another, as they stand in a segment or will."""

    counts: Any  # how many documents each has
    heads: Any  # u1
    head_lengths: Any  # by document
    tails: Any  # by document: where its tail begins in its block
    compressed: Any  # u1
    sizes: Any  # by block, compressed
    dictionaries: Sequence[bytes]  # what each is compressed with


class Store:
    """The stored documents of an open segment."""

    def __init__(self, columns: dict[str, Column]) -> None:
        self._heads = columns["store.heads"]
        self._head_starts = columns["store.head_starts"]
        self._blocks = columns["store.blocks"]
        self._block_starts = columns["store.block_starts"]
        self._block_docs = columns["store.block_docs"]
        self._tails = columns["store.tails"]
        self._block_dictionaries = columns["store.block_dictionaries"]
        self._dictionaries = columns["store.dictionaries"]
        self._dictionary_starts = columns["store.dictionary_starts"]
        self._known: dict[int, bytes] = {}  # dictionaries by their numbers

    def head(self, doc: int) -> bytes:
        """The JSON of what is short in a document."""
        return self._heads.read(*self._head_starts.pair(doc))

    def heads_of(self, docs: Sequence[int]) -> list[dict[str, Any]]:
        """What is short in some documents."""
        found: list[dict[str, Any]] = ujson.loads(b"[%b]" % b",".join(self._heads.parts(self._head_starts, docs)))
        return found

    def heads(self) -> Iterator[dict[str, Any]]:
        """What is short in each document, in order."""
        starts = self._head_starts.all.tolist()
        data = self._heads.all.tobytes()
        for first in range(0, len(starts) - 1, _HEADS):
            bounds = pairwise(starts[first : first + _HEADS + 1])
            yield from ujson.loads(b"[%b]" % b",".join([data[start:end] for start, end in bounds]))

    def texts(self, field: str) -> list[str]:
        """What each document has in a field, as far as that is text in its head; else an empty string."""
        # A quotation mark within a text has a backslash before it, and only the name of a field a colon behind it.
        named = ujson.dumps(field, ensure_ascii=False, escape_forward_slashes=False).encode() + b':"'
        starts = self._head_starts.all
        found: list[str] = []
        for first in range(0, len(starts) - 1, _HEADS):
            bounds = starts[first : first + _HEADS + 1]
            heads = self._heads.read(int(bounds[0]), int(bounds[-1]))
            before, *behind = heads.split(named)
            if has_escapes := b"\\" in heads:
                texts = [match[0] for head in behind if (match := _TEXT.match(head))]
            else:
                texts = [head[: head.index(b'"')] for head in behind]
            if len(texts) < len(bounds) - 1:  # not every document has one
                sizes = np.fromiter(map(len, [before, *behind[:-1]]), np.int64, len(texts)) + len(named)
                docs = bounds.searchsorted(np.cumsum(sizes) - 1 + int(bounds[0]), "right") - 1
                by_document = dict(zip(docs.tolist(), texts, strict=True))
                texts = [by_document.get(doc, b"") for doc in range(len(bounds) - 1)]
            if has_escapes:
                found += ujson.loads(b'["%b"]' % b'","'.join(texts))
            else:
                found += b"\n".join(texts).decode().split("\n")
        return found

    @cached_property
    def _firsts(self) -> memoryview:
        """`first_documents` for `bisect`, which is done before numpy has begun."""
        return np.asarray(self.first_documents, np.uint32).data

    def tail(self, doc: int) -> bytes:
        """The JSON of what is long in a document."""
        block = bisect_right(self._firsts, doc) - 1
        if doc + 1 == self._firsts[block + 1]:
            return self.unpacked(block)[self._tails.at(doc) :]
        start, end = self._tails.pair(doc)
        return self.unpacked(block, end)[start:end]

    def document(self, doc: int) -> dict[str, Any]:
        """The whole document."""
        document: dict[str, Any] = ujson.loads(self.head(doc))
        tail = self.tail(doc)
        return {**document, **ujson.loads(tail)} if tail else document

    def documents(self, number: int, docs: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Whole documents of a block, which is unpacked once for all of them."""
        first, last = self._block_docs.pair(number)
        tails = self.unpacked(number)
        bounds = [*self.block_tails(first, last).tolist(), len(tails)]
        for doc, head in zip(docs, self.heads_of(docs), strict=True):
            tail = tails[bounds[doc - first] : bounds[doc - first + 1]]
            yield {**head, **ujson.loads(tail)} if tail else head

    def blocks(self) -> Iterator[tuple[int, int, int]]:
        """The number of each block, its first document and the one after its last."""
        return ((number, *self._block_docs.pair(number)) for number in range(len(self._block_docs) - 1))

    @property
    def first_documents(self) -> Any:
        """The first document of each block, and after them how many there are."""
        return self._block_docs.all

    def block(self, number: int) -> bytes:
        """A block as it was written."""
        return self._blocks.parts(self._block_starts, (number,))[0]

    def dictionary(self, number: int) -> bytes:
        """What a block is compressed with."""
        return self._dictionary(self._block_dictionaries.at(number))

    def _dictionary(self, at: int) -> bytes:
        found = self._known.get(at)
        if found is None:
            found = self._known[at] = self._dictionaries.read(*self._dictionary_starts.pair(at))
        return found

    def unpacked(self, number: int, size: int | None = None) -> bytes:
        """The tails of a block, one after another; only the first `size` bytes if this says so."""
        from searchkit.engine.deflate import decompressed  # a list of hits needs nothing of it

        try:
            return decompressed(self.block(number), self.dictionary(number), size)
        except ValueError as error:
            raise self._corrupt(number, str(error)) from None

    def _corrupt(self, number: int, reason: str) -> CorruptIndexError:
        offset = self._blocks.offset(self._block_starts.at(number))
        return self._blocks.file.corrupt(offset, f"stored documents cannot be unpacked: {reason}")

    def as_written(self, start: int, stop: int) -> WrittenBlocks:
        """The blocks from `start` to `stop`."""
        first, last = self._block_docs.at(start), self._block_docs.at(stop)
        head_starts = self._head_starts[first : last + 1].astype(np.int64)
        starts = self._block_starts[start : stop + 1].astype(np.int64)
        return WrittenBlocks(
            np.diff(self._block_docs[start : stop + 1].astype(np.int64)),
            self._heads[int(head_starts[0]) : int(head_starts[-1])],
            np.diff(head_starts),
            self.block_tails(first, last),
            self._blocks[int(starts[0]) : int(starts[-1])],
            np.diff(starts),
            [self.dictionary(number) for number in range(start, stop)],
        )

    def block_tails(self, first: int, last: int) -> Any:
        """Where the tails of documents begin in their blocks."""
        return self._tails[first:last].astype(np.int64)


class Fields(Mapping[str, Any]):
    """The stored fields of a document. What is long is read when it is asked for."""

    __slots__ = ("_doc", "_head", "_store")

    def __init__(self, store: Store, doc: int, head: dict[str, Any]) -> None:
        self._store: Store | None = store  # None when all has been read
        self._doc = doc
        self._head = head

    def _whole(self) -> dict[str, Any]:
        if (store := self._store) is not None:
            tail = store.tail(self._doc)
            self._head = {**self._head, **ujson.loads(tail)} if tail else self._head
            self._store = None
        return self._head

    def __getitem__(self, name: str) -> Any:
        value = self._head[name]
        return self._whole()[name] if value == [] else value

    def __contains__(self, name: object) -> bool:
        return name in self._head

    def __iter__(self) -> Iterator[str]:
        return iter(self._head)

    def __len__(self) -> int:
        return len(self._head)

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (self._whole(),)  # a copy, or what is read from a pickle, has nothing to do with the index

    def __repr__(self) -> str:
        return repr(dict(self))
