"""The bytes of one file: counted, decompressed, and handed on as chunks, as lines or as one text."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from searchkit.documents import encoding
from searchkit.documents.base import Limits
from searchkit.errors import DocumentError

__all__ = ["Source"]

_CHUNK = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b"
_RATIO_FROM = 1 << 20
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


class Source:
    """One file that is being read, from its first byte to its last, once.

    Whether it is gzip is seen from its first bytes, not from its name, so standard input may be compressed too;
    `compressed` says that the name promises gzip. `taken` counts the bytes read from the file itself, for progress.
    `encoding` is None until the text has been asked for. Whatever is wrong with the bytes is raised as a
    `DocumentError` at the place where it is met; what comes before it has been given by then.
    """

    def __init__(self, file: BinaryIO, limits: Limits, *, compressed: bool = False) -> None:
        self.limits = limits
        self.taken = 0
        self.encoding: str | None = None
        self._file = file
        self._compressed = compressed
        self._ahead: bytes | None = None
        self._failure: DocumentError | OSError | None = None
        self._rest = self._open()

    def sample(self) -> bytes:
        """The first 64 KiB, or all where there is less; they stay in the stream."""
        if self._ahead is None:
            ahead = bytearray()
            try:
                for chunk in self._rest:
                    ahead += chunk
                    if len(ahead) >= encoding.SAMPLE:
                        break
            except (DocumentError, OSError) as error:
                self._failure = error
            self._ahead = bytes(ahead)
        return self._ahead[: encoding.SAMPLE]

    def beginning(self) -> str:
        """The first characters, to guess by; they stay in the stream."""
        sample = self.sample()
        return sample.decode(encoding.detect(sample, complete=False), "ignore").removeprefix("\ufeff")

    def chunks(self) -> Iterator[bytes]:
        """All the bytes, decompressed; the first chunk is at least as long as the sample."""
        self.sample()
        ahead, self._ahead = self._ahead, b""
        if ahead:
            yield ahead
        if self._failure:
            raise self._failure
        yield from self._rest

    def utf8(self) -> Iterator[bytes]:
        """All the text, as UTF-8, in chunks; bytes that break the file's encoding come out as bytes that break UTF-8.

        So the line or the array element that holds them can be told from the rest of the file.
        """
        self.encoding = encoding.detect(self.sample(), complete=len(self.sample()) < encoding.SAMPLE)
        return encoding.to_utf8(self.chunks(), self.encoding)

    def lines(self) -> Iterator[tuple[int, str | DocumentError]]:
        """The lines, without their ends, with their numbers; an unreadable one as the `DocumentError` that names it."""
        for number, line in _split_lines(self.utf8(), self.limits.max_document_bytes):
            if line is None:
                yield number, DocumentError(self.too_large(), line=number)
            else:
                try:
                    yield number, self.decoded(line)
                except DocumentError as error:
                    yield number, DocumentError(error.reason, line=number)

    def decoded(self, piece: bytes) -> str:
        """A piece of what `utf8` gave, as text. Raises `DocumentError` where it holds what is not text."""
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f": byte 0x{piece[error.start]:02x} at offset {error.start}" if self.encoding == "utf-8" else ""
            raise DocumentError(f"is not valid {self.encoding}{where}; save the file as UTF-8") from None
        if "\0" in text:
            raise DocumentError("holds a NUL character, so it is damaged or not text; remove the character")
        return text

    def everything(self) -> bytes:
        """All the bytes at once. Raises `DocumentError` where they are more than a document may have."""
        whole = bytearray()
        for chunk in self.chunks():
            whole += chunk
            if len(whole) > self.limits.max_document_bytes:
                raise DocumentError(self.too_large())
        return bytes(whole)

    def text(self) -> str:
        """All the text at once."""
        text, self.encoding = encoding.decode(self.everything())
        return text

    def too_large(self) -> str:
        """The reason why a document of more than the permitted bytes is not read."""
        limit = self.limits.max_document_bytes
        return f"is larger than {limit:,} bytes; split the document or raise Limits.max_document_bytes"

    def _open(self) -> Iterator[bytes]:
        chunk = self._read()
        if chunk.startswith(_GZIP_MAGIC):
            yield from self._inflated(chunk)
        elif self._compressed and chunk:
            raise DocumentError("is not a gzip file although its name ends in .gz; rename it or compress it again")
        else:
            while chunk:
                yield chunk
                chunk = self._read()

    def _read(self) -> bytes:
        chunk = self._file.read(_CHUNK)
        self.taken += len(chunk)
        return chunk

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        """The contents of one or more gzip members after each other, at most `_CHUNK` bytes at a time."""
        member = zlib.decompressobj(_GZIP_FORMAT)
        given = 0
        while True:
            try:
                piece = member.decompress(data, _CHUNK)
            except zlib.error as error:
                raise DocumentError(f"the gzip stream is damaged ({error}); fetch or compress the file again") from None
            given += len(piece)
            if given > _RATIO_FROM and given > self.limits.max_ratio * (self.taken - len(member.unconsumed_tail)):
                raise DocumentError(
                    f"the gzip stream grows to more than {self.limits.max_ratio} times its size, like one made to do "
                    f"harm; decompress the file first, or raise Limits.max_ratio"
                )
            if piece:
                yield piece
            if member.eof:
                data = self._after_padding(member.unused_data)
                if not data:
                    return
                member = zlib.decompressobj(_GZIP_FORMAT)
            elif member.unconsumed_tail or len(piece) == _CHUNK:
                data = member.unconsumed_tail
            else:
                data = self._read()
                if not data:
                    raise DocumentError("the gzip stream ends early: the file is cut off; fetch or compress it again")

    def _after_padding(self, data: bytes) -> bytes:
        """What follows a gzip member, without the zeros that fill up the blocks of a tape or a disk."""
        data = data.lstrip(b"\0")
        while not data:
            chunk = self._read()
            if not chunk:
                return b""
            data = chunk.lstrip(b"\0")
        return data


def _split_lines(chunks: Iterator[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number, without its end; None for one of more than `limit` bytes, which is never held."""
    number = 1
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        start = 0
        for line in chunk.split(b"\n"):
            start += len(line) + 1
            size += len(line)
            pieces.append(line)
            if size > limit:
                pieces.clear()
            if start <= len(chunk):
                yield number, b"".join(pieces) if size <= limit else None
                pieces.clear()
                number += 1
                size = 0
    if size:
        yield number, b"".join(pieces) if size <= limit else None
