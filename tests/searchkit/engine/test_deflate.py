"""Both libraries that compress read what the other one has written, and tell what nobody can read."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import searchkit
from searchkit import Schema, Text
from searchkit.engine import deflate
from searchkit.engine.deflate import compressed, decompressed

BLOCKS = [b"", b"x", b"kitab " * 700, "dəftər qələm\n".encode() * 400, bytes(range(256)) * 3]
DICTIONARIES = [b"", b"qalam kitab ", "qələm kitab dəftər ".encode() * 1200]
WITHOUT = "import sys; sys.modules['isal'] = None\n"
ISAL = pytest.param("isal", marks=pytest.mark.skipif(deflate._isal is None, reason="ISA-L does not know the processor"))


@pytest.fixture(params=[ISAL, "zlib"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The library in use."""
    if request.param == "zlib":
        monkeypatch.setattr(deflate, "_isal", None)
        monkeypatch.setattr(deflate, "_Error", zlib.error)
        monkeypatch.setattr(deflate, "_unpacker", zlib.decompressobj)
    return str(request.param)


@pytest.mark.parametrize("dictionary", DICTIONARIES)
def test_each_reads_what_any_has_written(library: str, dictionary: bytes) -> None:
    written = compressed(BLOCKS, dictionary)
    by_zlib = [zlib.compressobj(6, zdict=dictionary) for _ in BLOCKS]
    others = [packer.compress(block) + packer.flush() for packer, block in zip(by_zlib, BLOCKS, strict=True)]
    for block, *packed in zip(BLOCKS, written, others, strict=True):
        assert [decompressed(data, dictionary) for data in packed] == [block, block]
        unpacker = zlib.decompressobj(zdict=dictionary)
        assert unpacker.decompress(packed[0]) == block
        assert unpacker.eof
    assert decompressed(written[2], dictionary, 11) == b"kitab kitab"


@pytest.mark.parametrize("dictionary", DICTIONARIES)
def test_what_is_broken_is_told(library: str, dictionary: bytes) -> None:
    data = compressed([BLOCKS[3]], dictionary)[0]
    for broken in (data[:-1], data[:20], data[:-4] + b"\0\0\0\0", b"", b"no stream at all"):
        with pytest.raises(ValueError, match=r"\w"):
            decompressed(broken, dictionary)
    for other in {*DICTIONARIES[1:]} - {dictionary}:
        with pytest.raises(ValueError, match=r"\w"):
            decompressed(data, other)


def test_an_index_is_the_same_without_the_faster_library(tmp_path: Path) -> None:
    documents = [{"id": str(number), "body": f"kitab {number} dəftər qələm " * 40} for number in range(1200)]
    with searchkit.create(tmp_path / "here", Schema(body=Text())).writer() as writer:
        for document in documents:
            writer.add(document)
    program = f"""
import searchkit
from searchkit.engine import deflate
assert deflate._isal is None
read = searchkit.open({str(tmp_path / "here")!r})
with searchkit.create({str(tmp_path / "there")!r}, read.schema).writer() as writer:
    for document in read.documents():
        writer.add(document)
"""
    subprocess.run([sys.executable, "-c", WITHOUT + program], check=True, timeout=300)
    assert [*searchkit.open(tmp_path / "there").documents()] == documents
    assert searchkit.verify(tmp_path / "there") == []
