"""Whoosh's table of contents for a generation, with which `whoosh.index.open_dir` opens an index of searchkit.

It is written for others: searchkit reads its manifest only, and never a pickle. What is pickled here are two calls with
plain values, so the file does not depend on which distribution of Whoosh, if any, is there when it is written.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Callable
from typing import Any

from searchkit.backend import State
from searchkit.schema import Schema

__all__ = ["is_whole", "table_of_contents"]

_VERSION = -111  # whoosh.index._CURRENT_TOC_VERSION
_RELEASE = bytes((2, 7, 4))
_SIZES = bytes((4, 8, 4))  # of int, long and float; Whoosh compares them


def table_of_contents(schema: Schema, state: State, generation: int) -> tuple[str, bytes]:
    """The name and the content of the file, laid out as whoosh.index.TOC.write does it, and a checksum behind."""
    fields = pickle.dumps(_Call(read_only_schema, schema.to_dict()), 2)
    segments = pickle.dumps([_Call(column_segment, list(described)) for described in state], 2)
    head = _SIZES + struct.pack("!ii", -12345, _VERSION) + _RELEASE + _varint(len(fields))
    content = head + fields + struct.pack("!ii", generation, 0) + segments
    return f"_MAIN_{generation}.toc", content + _checksum(content)


def is_whole(content: bytes, generation: int) -> bool:
    """Whether a table of contents is as it was written, and of this generation."""
    return content[-4:] == _checksum(content[:-4]) and struct.pack("!ii", generation, 0) in content


def _checksum(content: bytes) -> bytes:
    return struct.pack("!I", zlib.crc32(content))


def read_only_schema(fields: dict[str, Any]) -> Any:
    """The Whoosh schema for a searchkit schema, described as `Schema.to_dict` does it."""
    from searchkit.engine.whoosh_schema import whoosh_schema

    return whoosh_schema(Schema.from_dict(fields), read_only=True)


def column_segment(described: list[Any]) -> Any:
    """The Whoosh segment for one that is described as in the manifest."""
    from searchkit.engine.segment import SegmentInfo
    from searchkit.engine.whoosh_codec import ColumnSegment

    return ColumnSegment(SegmentInfo(*described))


class _Call:
    """What becomes the result of a call when it is unpickled."""

    def __init__(self, function: Callable[..., Any], argument: Any) -> None:
        self._call = function, (argument,)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any]]:
        return self._call


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow."""
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])
