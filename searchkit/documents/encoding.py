"""Which encoding a file is in, and its text.

Azerbaijani text of the last thirty years comes as UTF-8, as UTF-16 (saved by Notepad as "Unicode"), as windows-1254
(the Turkish code page, Latin letters) or as windows-1251 (the Russian one, Cyrillic letters). UTF-8 and UTF-16 give
themselves away. Between the two code pages, which use the same bytes, the words decide: in Latin script the bytes
above 127 stand among ASCII letters, "k\\xfdtab\\xfd"; in Cyrillic whole words consist of them.

windows-1254 has no ə; such text is written with e or ä, which the analyzer knows.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from searchkit.errors import DocumentError

__all__ = ["MARKS", "SAMPLE", "decode", "decode_as", "detect", "to_utf8"]

SAMPLE = 1 << 16
"""As many bytes of a file are looked at to recognise its encoding."""

_BY_MARK = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
MARKS = tuple(_BY_MARK)
"""The byte order marks by which a file may say its encoding."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1a") + b"\x7f"
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(rb"[A-Za-z\xa3\xa8\xb8\xbc\xc0-\xff]+")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_TURKISH = "ğışöüçĞİŞÖÜÇ".encode("windows-1254")
# What well-formed text of each code page consists of above 127, besides the other letters of the Cyrillic one.
_LATIN_TEXT = _TURKISH + "äÄâÂîÎûÛéÉ“”„‘’–—…«»°§·•€\xa0".encode("windows-1254")
_CYRILLIC_TEXT = bytes(range(0xC0, 0x100)) + "ЁёЈјҐґЄєІіЇї“”„‘’–—…«»°§·•№\xa0".encode("windows-1251")


def detect(data: bytes, *, complete: bool = True) -> str:
    """The encoding of the text that starts with `data`; `complete` says that it also ends there.

    Raises `DocumentError` for what is not text.
    """
    for mark, name in _BY_MARK.items():
        if data.startswith(mark):
            return name
    zeros = b"\0" in data
    if zeros and (utf16 := _utf16(data)):
        return utf16
    if (len(data) - len(data.translate(None, _CONTROLS))) * 20 > len(data):
        raise _binary()
    try:
        codecs.utf_8_decode(data, "strict", complete)
    except UnicodeDecodeError:
        if zeros:
            raise _binary() from None
        return _code_page(data)
    return "utf-8"  # with a zero byte somewhere perhaps, which is for the reader of the line to find


def decode(data: bytes) -> tuple[str, str]:
    """The whole text and its encoding, without a byte order mark and with every line end a newline.

    Raises `DocumentError`, with the line, for what is not text and for text that breaks its encoding.
    """
    encoding = detect(data)
    return decode_as(data, encoding), encoding


def decode_as(data: bytes, encoding: str) -> str:
    """As `decode`, for an encoding that is known."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        broken = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise DocumentError(f"is not valid {encoding}: {broken}; save the file as UTF-8", line=line) from None
    if "\0" in text:
        raise _binary()
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def to_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The text as UTF-8 without a byte order mark and with every line end a newline.

    Nothing is refused: a byte that breaks the encoding comes out as bytes that break UTF-8, for the reader of the
    single line or element to find.
    """
    first = True
    ended_in_return = False
    for chunk in _recoded(chunks, encoding):
        if first and chunk:
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
            first = False
        if ended_in_return:
            chunk = b"\r" + chunk
        ended_in_return = chunk.endswith(b"\r")
        if ended_in_return:
            chunk = chunk[:-1]  # whether a newline belongs to it is seen in the next chunk
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield chunk
    if ended_in_return:
        yield b"\n"


def _recoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding.startswith("utf-8"):
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)(
        "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    )
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"  # half a character is left over


def _binary() -> DocumentError:
    return DocumentError("looks like a binary file; only text is read: convert it to text, HTML or JSON first")


def _utf16(data: bytes) -> str | None:
    """Which UTF-16 it is whose ASCII characters have given the zero bytes; None where it is neither."""
    first, second = data[0::2].count(0), data[1::2].count(0)
    name = "utf-16-le" if second > first else "utf-16-be"
    text = data[: min(len(data) & ~1, 8192)].decode(name, "replace")
    # Latin, Greek, Cyrillic, Arabic letters and general punctuation; ideographs would be the sign of a wrong guess.
    known = sum(" " <= char < "\u0700" or "\u2000" <= char < "\u2200" or char in "\t\n\f\r" for char in text)
    if not text or min(first, second) * 10 > max(first, second) or known * 10 < len(text) * 9:
        return None
    return name


def _code_page(data: bytes) -> str:
    """The encoding of text that is not valid UTF-8: a code page, or UTF-8 that is damaged here and there."""
    first = _HIGH.search(data)
    start = max(0, first.start() - 64) if first else 0  # long ASCII beginnings, of HTML for instance, tell nothing
    data = data[start : start + SAMPLE]
    high_bytes = len(_HIGH.findall(data))
    in_utf8 = sum(map(len, _MULTIBYTE.findall(data)))
    if in_utf8 * 2 > high_bytes:
        return "utf-8"
    latin = cyrillic = 0
    for word in _WORD.findall(data):
        turkish = len(word) - len(word.translate(None, _TURKISH))
        if _ASCII_LETTER.search(word):
            latin += turkish
        elif turkish < len(word) > 1:
            cyrillic += len(word)
    name, usual = ("windows-1251", _CYRILLIC_TEXT) if cyrillic > latin else ("windows-1254", _LATIN_TEXT)
    plausible = high_bytes - len(_HIGH.findall(data.translate(None, usual)))
    # Neither code page makes sense of it: leave it to UTF-8 to say which bytes are wrong.
    return name if plausible * 5 >= high_bytes * 4 else "utf-8"
