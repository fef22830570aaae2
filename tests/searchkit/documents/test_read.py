from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchkit.documents import Document, Limits, read_documents, total_bytes
from searchkit.documents.fields import FieldNames
from searchkit.errors import DocumentError


def from_stdin(data: bytes, **options: object) -> list[Document | DocumentError]:
    return list(read_documents(["-"], stdin=io.BytesIO(data), **options))


def test_ids_are_paths_unless_documents_bring_them(write, read, tmp_path: Path) -> None:
    write("2024/may/a.txt", "x")
    write("2024/b.jsonl", '{"a": 1}\n\n{"id": "own"}\n{"a": 2}')
    write("2024/c.json", '[{"a": 1}, {"a": 2}]')
    write("2024/d.csv", 'a,b\n"1\n1",2\n3,4\n')
    documents, errors = read(tmp_path)
    assert errors == []
    assert [document.fields["id"] for document in documents] == [
        "2024/b.jsonl#1",
        "own",
        "2024/b.jsonl#4",
        "2024/c.json#1",
        "2024/c.json#2",
        "2024/d.csv#2",
        "2024/d.csv#4",
        "2024/may/a.txt",
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"title": "Bir"}', [({"title": "Bir", "id": "stdin"}, None)]),
        (b'{"title":\n "Bir"}\n', [({"title": "Bir", "id": "stdin"}, None)]),
        (b'{"title": "Bir"}\n{"id": 2}', [({"title": "Bir", "id": "stdin#1"}, 1), ({"id": "2"}, 2)]),
        (b'\n [{"title": "Bir"}]', [({"title": "Bir", "id": "stdin#1"}, 2)]),
        (b'{"documents": [{"title": "Bir"}]}', [({"title": "Bir", "id": "stdin#1"}, 1)]),
        (b"<p>Bir", [({"body": "Bir", "id": "stdin"}, None)]),
        (b"Bir\nIki", [({"title": "Bir", "body": "Iki", "id": "stdin"}, None)]),
        (b"Bir, iki\nuc", [({"title": "Bir, iki", "body": "uc", "id": "stdin"}, None)]),
        (b"# Bir\n\nIki", [({"title": "Bir", "body": "Iki", "id": "stdin"}, None)]),
        (b"### Bir\n\nIki", [({"title": "Bir", "body": "Iki", "id": "stdin"}, None)]),
        (b"#bir\n\nIki", [({"title": "#bir", "body": "Iki", "id": "stdin"}, None)]),
        (b"id;kod;Text\n1;x;Bir\n", [({"id": "1", "kod": "x", "body": "Bir"}, 2)]),
        (b'"tarix"\t"name"\n2022\tBir\n', [({"date": "2022", "title": "Bir", "id": "stdin#2"}, 2)]),
        (b"", []),
        (b" \n\n", []),
        ('{"id": "ə"}\n{"id": "ü"}'.encode("utf-16"), [({"id": "ə"}, 1), ({"id": "ü"}, 2)]),
        (gzip.compress(b'{"id": "1"}\n{"id": "2"}', mtime=0), [({"id": "1"}, 1), ({"id": "2"}, 2)]),
    ],
)
def test_format_of_standard_input_is_guessed(data: bytes, expected: list[tuple[dict[str, object], int | None]]) -> None:
    items = from_stdin(data)
    assert [(fields, "<stdin>", line) for fields, line in expected] == [item[:3] for item in items]


def test_standard_input_of_one_long_line_and_of_long_lines() -> None:
    long_line = json.dumps({"body": "x" * 100_000}).encode()
    assert [item.fields["id"] for item in from_stdin(long_line + b"\n" + long_line)] == ["stdin#1", "stdin#2"]
    assert len(from_stdin(b'{"total": 2, "documents": [' + long_line + b"," + long_line + b"]}")) == 2


def test_format_of_standard_input_may_be_given() -> None:
    assert [item.fields for item in from_stdin(b"a,b\n<b>,\n", format="csv")] == [{"a": "<b>", "id": "stdin#2"}]


def test_binary_standard_input_is_named() -> None:
    assert [str(item) for item in from_stdin(bytes(range(256)))] == [
        "<stdin>: looks like a binary file; only text is read: convert it to text, HTML or JSON first"
    ]


def test_standard_input_is_read_once_among_files(write, tmp_path: Path) -> None:
    write("a.txt", "Bir")
    items = read_documents([tmp_path, "-", "-"], stdin=io.BytesIO(b'{"id": "x"}'))
    assert [item.fields["id"] for item in items] == ["a.txt", "x"]


def test_real_standard_input_and_pipes(tmp_path: Path) -> None:
    code = (
        "import sys; from searchkit.documents import read_documents\n"
        "for item in read_documents(sys.argv[1:]): print(ascii(item.fields), item.source)"
    )
    root = Path(__file__).parents[3]
    paths = os.pathsep.join([str(root), str(root / "analyzers")])
    done = subprocess.run(
        [sys.executable, "-c", code, "-"],
        input=b'{"id": "1"}\n{"id": "2"}\n',
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().splitlines() == ["{'id': '1'} <stdin>", "{'id': '2'} <stdin>"]


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
def test_named_pipe_is_read_when_it_is_named(read, tmp_path: Path) -> None:
    pipe = tmp_path / "63"
    os.mkfifo(pipe)
    thread = threading.Thread(target=lambda: pipe.write_bytes(b'{"id": "1"}\n{"id": "2"}'))
    thread.start()
    documents, errors = read(pipe, format="jsonl")
    thread.join()
    assert ([document.fields["id"] for document in documents], errors) == (["1", "2"], [])


def test_one_path_need_not_be_in_a_list(write) -> None:
    path = write("a.txt", "Bir")
    assert [item.fields["id"] for item in read_documents(path)] == ["a.txt"]
    assert [item.fields["id"] for item in read_documents(str(path))] == ["a.txt"]


def test_unknown_format_is_refused_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        read_documents([], format="pdf")
    assert str(caught.value) == 'there is no format "pdf"; choose one of txt, md, html, json, jsonl, csv, tsv'


def test_nothing_is_read_before_it_is_asked_for(write) -> None:
    path = write("a.txt", "Bir")
    items = read_documents([path])
    path.write_text("İki")
    assert [item.fields["title"] for item in items] == ["İki"]


def test_bad_files_among_good_ones_harm_nothing(write, read, tmp_path: Path) -> None:
    write("a.txt", "Bir")
    write("b.json", "{")
    write("c.txt", b"\0\1\2\3")
    write("d.csv", "a,a\n1,2\n")
    write("e.txt.gz", b"x")
    write("f.txt", "Son")
    documents, errors = read(tmp_path)
    assert [document.fields["id"] for document in documents] == ["a.txt", "f.txt"]
    assert [Path(error.source or "").name for error in errors] == ["b.json", "c.txt", "d.csv", "e.txt.gz"]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_size_of_a_document_is_limited(write, read, name: str) -> None:
    path = write(name, "x" * 100)
    assert [f"{path}: is larger than 99 bytes; split the document or raise Limits.max_document_bytes"] == [
        str(error) for error in read(path, limits=Limits(max_document_bytes=99))[1]
    ]
    assert read(path, limits=Limits(max_document_bytes=100))[1] == []


def test_progress_adds_up_whatever_happens(write, tmp_path: Path) -> None:
    write("a.txt", "Bir")
    write("b.jsonl", '{"a": "%s"}\n' % ("x" * 300_000) * 5 + "{")
    write("c.json", "[1, 2" + " " * 1_000_000)
    write("d.txt", "x" * 1_000_000)
    write("e.jsonl.gz", gzip.compress(b"{}\n" * 100) + b"rubbish" * 100_000)
    write("empty.csv", "")
    told: list[int] = []
    list(read_documents([tmp_path], on_bytes=told.append, limits=Limits(max_document_bytes=400_000)))
    assert sum(told) == total_bytes([tmp_path])
    assert all(number > 0 for number in told)
    assert len(told) >= 9


def test_error_in_the_progress_callback_is_the_callers(write) -> None:
    def fail(_: int) -> None:
        raise OSError("no terminal")

    with pytest.raises(OSError, match="no terminal"):
        list(read_documents([write("a.txt", "Bir")], on_bytes=fail))


class Endless(io.RawIOBase):
    """A million lines of a kilobyte, made when they are read."""

    def __init__(self, line: bytes, count: int, begin: bytes = b"", end: bytes = b"") -> None:
        self._pieces = self._make(line, count, begin, end)
        self._rest = b""

    @staticmethod
    def _make(line: bytes, count: int, begin: bytes, end: bytes) -> Iterator[bytes]:
        yield begin
        for _ in range(count // 100):
            yield line * 100
        yield end

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


BODY = b'"' + b"x" * 2000 + b'"'


@pytest.mark.parametrize(
    ("format", "stream"),
    [
        ("jsonl", Endless(b'{"body": ' + BODY + b"}\n", 10_000)),
        ("json", Endless(b'{"body": ' + BODY + b"},\n", 10_000, b"[", b"{}]")),
        ("json", Endless(b'{"body": ' + BODY + b"},\n", 10_000, b'{"documents": [', b"{}]}")),
        ("csv", Endless(b"1," + BODY + b"\n", 10_000, b"id,body\n")),
        ("jsonl", Endless(b"x" * 2000, 10_000)),
        ("json", Endless(b"x" * 2000, 10_000, b'["', b'", {}]')),
    ],
)
def test_memory_is_bounded(format: str, stream: Endless) -> None:
    tracemalloc.start()
    try:
        limits = Limits(max_document_bytes=1 << 20)
        count = sum(1 for _ in read_documents(["-"], format=format, stdin=stream, limits=limits))
        assert count >= 1
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"ID": "1", "başlıq": "a", "mətn": "b"}, {"id": "1", "title": "a", "body": "b"}),
        ({"_id": "1", "BAŞLIQ": "a", "Metn": "b"}, {"id": "1", "title": "a", "body": "b"}),
        ({"headline": "a", "name": "b", "title": None}, {"title": "a", "name": "b"}),
        ({"name": "b", "title": "a"}, {"name": "b", "title": "a"}),
        ({"Title": "a", "title": "b"}, {"Title": "a", "title": "b"}),
        ({"tarix": "a", "link": "b", "mənbə": "c", "x": "d"}, {"date": "a", "url": "b", "source": "c", "x": "d"}),
        ({"text": "a", "content": "b", "body": "c"}, {"text": "a", "content": "b", "body": "c"}),
    ],
)
def test_names_in_common_use_are_recognised(record: dict[str, object], expected: dict[str, object]) -> None:
    assert expected == FieldNames().rename(record)


@pytest.mark.parametrize(
    ("field_map", "record", "expected"),
    [
        ({"a": "title", "b": ""}, {"a": "1", "b": "2", "text": "3"}, {"title": "1", "text": "3"}),
        ({"a": "title", "b": "title"}, {"b": "2"}, {"title": "2"}),
        ({"a": "title", "b": "title"}, {"b": "2", "a": "1"}, {"b": "2", "title": "1"}),
        ({"a": "title", "title": "heading"}, {"a": "1", "title": "2"}, {"title": "1", "heading": "2"}),
        ({"a": "title", "title": ""}, {"a": "1", "title": "2"}, {"title": "1"}),
        ({"a": "title"}, {"a": None, "title": "2"}, {"title": "2"}),
        ({"a": "b", "b": "a"}, {"a": "1", "b": "2"}, {"b": "1", "a": "2"}),
        ({}, {"text": "3"}, {"text": "3"}),
        ({"a": "title"}, {"a": "1", "": "2"}, {"title": "1", "": "2"}),
    ],
)
def test_map_names_the_fields(
    field_map: dict[str, str], record: dict[str, object], expected: dict[str, object]
) -> None:
    names = FieldNames(field_map)
    assert expected == names.rename(record) == names.rename(record)


def test_map_loses_nothing_silently(write, read) -> None:
    path = write("a.jsonl", '{"a": "1", "title": "2"}\n{"a": "1"}')
    documents, errors = read(path, field_map={"a": "title"})
    assert [document.fields for document in documents] == [{"title": "1", "id": "a.jsonl#2"}]
    assert [
        f'{path}, line 1: "a" is mapped to "title", but the document also has "title" itself; '
        'map that to another field too, or to "" to leave it out'
    ] == [str(error) for error in errors]


def test_map_applies_to_every_format(write, read, tmp_path: Path) -> None:
    write("a.json", '{"başlıq": "x", "y": 1}')
    write("b.jsonl", '{"başlıq": "x", "y": 1}')
    write("c.csv", "başlıq,y\nx,1\n")
    write("d.tsv", "başlıq\ty\nx\t1\n")
    write("e.md", "---\nbaşlıq: x\ny: 1\nbody: z\n---\n")
    write("f.html", "<title>x</title>")
    documents, errors = read(tmp_path, field_map={"başlıq": "title", "y": "", "body": ""})
    assert ([list(d.fields) for d in documents], errors) == ([["title", "id"]] * 6, [])


def test_many_different_records_do_not_fill_the_memory() -> None:
    names = FieldNames()
    for number in range(5000):
        assert {str(number): 1} == names.rename({str(number): 1})
    assert len(names._plans) <= 1000
