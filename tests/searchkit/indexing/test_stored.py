"""A document is stored as ujson writes its head and tail; texts that stand there as they are can be taken out."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
import ujson
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.indexing.stored import pack, split
from searchkit.storage.checksums import content_hash

NAMES = st.sampled_from(["title", "body", "başlıq", "a/b", 'q"', "sətir\n", "n" * 300])
PIECES = st.text(st.sampled_from('abəş <&/😀\x7f"\\\n\0'), min_size=1, max_size=5)
TEXTS = st.builds(lambda piece, size: (piece * size)[:size], PIECES, st.sampled_from([0, 1, 199, 200, 201, 500]))
NUMBERS = st.integers(-(1 << 60), 1 << 60)
VALUES = st.one_of(TEXTS, TEXTS, NUMBERS, st.booleans(), st.none(), st.lists(TEXTS, max_size=2))


def dumped(value: dict[str, Any]) -> bytes:
    text: str = ujson.dumps(value, ensure_ascii=False, escape_forward_slashes=False)
    return text.encode()


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.dictionaries(NAMES, VALUES, max_size=5))
def test_as_ujson_writes_it(key: str, fields: dict[str, Any]) -> None:
    document = {"id": key, **fields}
    head, tail = split(document)
    stored = pack(key, document)
    assert stored.head == dumped(head)
    assert stored.tail == (dumped(tail) if tail else b"")
    for name, (start, end) in stored.places.items():
        assert stored.tail[start:end].decode() == document[name]


@pytest.mark.parametrize("size", [0, 1, 5000, 5115, 5116, 5117, 5120, 5121, 20_000])
def test_the_hash_of_a_document_of_any_size(size: int) -> None:
    head, tail = b"head", bytes(place % 251 for place in range(size))
    whole = head + b"\0" + tail
    assert content_hash(head, tail) == zlib.adler32(whole) << 32 | zlib.crc32(whole)
