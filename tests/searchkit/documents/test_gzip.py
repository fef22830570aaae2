from __future__ import annotations

import gzip
import json
import random
import zlib

import pytest

from searchkit.documents import Limits, total_bytes

NOISE = random.Random(5)
LINES = [json.dumps({"id": str(number), "body": f"Sətir {number} {NOISE.random()}"}) for number in range(5000)]
DATA = ("\n".join(LINES) + "\n").encode()


def test_every_format_may_be_compressed(write, read) -> None:
    write("a.txt.gz", gzip.compress("Başlıq\n\nMətn".encode()))
    write("b.md.gz", gzip.compress("# Başlıq\n\nMətn".encode()))
    write("c.html.gz", gzip.compress("<title>Başlıq</title><p>Mətn".encode()))
    write("d.json.gz", gzip.compress('{"title": "Başlıq", "body": "Mətn"}'.encode()))
    write("e.jsonl.gz", gzip.compress('{"title": "Başlıq", "body": "Mətn"}'.encode()))
    write("f.csv.gz", gzip.compress("title,body\nBaşlıq,Mətn".encode()))
    folder = write("g.TSV.GZ", gzip.compress("title\tbody\nBaşlıq\tMətn".encode())).parent
    documents, errors = read(folder)
    assert errors == []
    assert [(d.fields["title"], d.fields["body"]) for d in documents] == [("Başlıq", "Mətn")] * 7
    assert [d.fields["id"] for d in documents] == [
        "a.txt.gz",
        "b.md.gz",
        "c.html.gz",
        "d.json.gz",
        "e.jsonl.gz#1",
        "f.csv.gz#2",
        "g.TSV.GZ#2",
    ]


def test_members_after_each_other_are_one_stream(write, read) -> None:
    half = DATA.index(b"\n", len(DATA) // 2) - 7  # in the middle of a line
    path = write(
        "a.jsonl.gz", gzip.compress(DATA[:half]) + gzip.compress(b"") + gzip.compress(DATA[half:]) + b"\0" * 600
    )
    documents, errors = read(path)
    assert ([json.loads(line) for line in LINES], []) == ([d.fields for d in documents], errors)


def test_stream_that_ends_early_gives_what_was_there(write, read) -> None:
    packed = gzip.compress(DATA)
    for length in (len(packed) - 1, len(packed) - 9, len(packed) // 2):
        documents, errors = read(write("a.jsonl.gz", packed[:length]))
        assert [json.loads(line) for line in LINES[: len(documents)]] == [d.fields for d in documents]
        assert len(documents) > 2000
        assert [str(error).split(": ", 1)[1] for error in errors] == [
            "the gzip stream ends early: the file is cut off; fetch or compress it again"
        ]


def test_small_stream_that_ends_early_gives_its_lines(write, read) -> None:
    packer = zlib.compressobj(wbits=31)
    path = write("a.jsonl.gz", packer.compress(b'{"id": "1"}\n{"id": "2"}\n{"id": ') + packer.flush(zlib.Z_FULL_FLUSH))
    documents, errors = read(path)
    assert [d.fields["id"] for d in documents] == ["1", "2"]
    assert [e.reason for e in errors] == ["the gzip stream ends early: the file is cut off; fetch or compress it again"]


def test_lines_between_a_bad_one_and_the_end_of_a_broken_stream_are_read(write, read) -> None:
    packer = zlib.compressobj(wbits=31)
    path = write(
        "a.jsonl.gz", packer.compress(b'{"id": \n{"id": "2"}\n{"id": "3"}\n') + packer.flush(zlib.Z_FULL_FLUSH)
    )
    documents, errors = read(path)
    assert [d.fields["id"] for d in documents] == ["2", "3"]
    assert [e.reason[:17] for e in errors] == ["is not valid JSON", "the gzip stream e"]


def test_damaged_stream_is_named(write, read) -> None:
    packed = bytearray(gzip.compress(DATA))
    packed[len(packed) // 2] ^= 0xFF
    path = write("a.jsonl.gz", bytes(packed))
    documents, errors = read(path)
    assert len(documents) < 5000
    assert [str(path)] == [e.source for e in errors if "the gzip stream is damaged (" in e.reason]


def test_wrong_checksum_is_named(write, read) -> None:
    packed = bytearray(gzip.compress(DATA))
    packed[-5] ^= 0xFF
    documents, errors = read(write("a.jsonl.gz", bytes(packed)))
    assert len(documents) > 4000
    assert ["incorrect data check" in error.reason for error in errors] == [True]


def test_what_follows_the_stream_is_named(write, read) -> None:
    documents, errors = read(write("a.jsonl.gz", gzip.compress(b'{"id": "1"}\n') + b"rubbish"))
    assert [d.fields["id"] for d in documents] == ["1"]
    assert [e.reason[:26] for e in errors] == ["the gzip stream is damaged"]


def test_name_alone_makes_no_gzip_file(write, read) -> None:
    path = write("a.jsonl.gz", b'{"id": "1"}\n')
    documents, errors = read(path)
    assert documents == []
    reason = "is not a gzip file although its name ends in .gz; rename it or compress it again"
    assert [f"{path}: {reason}"] == [str(error) for error in errors]


def test_gzip_is_recognised_without_the_name(write, read) -> None:
    documents, errors = read(write("a.jsonl", gzip.compress(b'{"id": "1"}\n')))
    assert ([d.fields["id"] for d in documents], errors) == (["1"], [])


def test_bomb_is_refused_before_it_is_in_memory(write, read) -> None:
    path = write("a.txt.gz", gzip.compress(b"a" * (50 << 20)))
    documents, errors = read(path)
    assert documents == []
    assert ["grows to more than 200 times its size" in error.reason for error in errors] == [True]
    documents, errors = read(path, limits=Limits(max_ratio=2000))
    assert ([len(d.fields["body"]) for d in documents], errors) == ([50 << 20], [])


def test_bomb_of_lines_gives_the_lines_before(write, read) -> None:
    documents, errors = read(write("a.jsonl.gz", gzip.compress(b'{"a":1}\n' * 1_000_000)))
    assert len(documents) > 10_000
    assert ["grows to more than 200 times its size" in error.reason for error in errors] == [True]


def test_small_files_may_grow_as_they_like(write, read) -> None:
    documents, errors = read(write("a.txt.gz", gzip.compress(b"a" * 1_000_000)))
    assert (len(documents), errors) == (1, [])


def test_decompressed_size_counts_for_the_limit(write, read) -> None:
    path = write("a.txt.gz", gzip.compress(random.Random(1).randbytes(1000).hex().encode()))
    assert [error.reason for error in read(path, limits=Limits(max_document_bytes=1999))[1]] == [
        "is larger than 1,999 bytes; split the document or raise Limits.max_document_bytes"
    ]
    assert read(path, limits=Limits(max_document_bytes=2000))[1] == []


@pytest.mark.parametrize("length", [0, 1, 2, 5, 10, 17])
def test_progress_adds_up_to_the_compressed_size(write, read, length: int) -> None:
    path = write("a.jsonl.gz", gzip.compress(DATA)[: length or None])
    told: list[int] = []
    read(path, on_bytes=told.append)
    assert sum(told) == path.stat().st_size == total_bytes([path])
