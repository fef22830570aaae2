from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from searchkit.documents import Limits
from searchkit.documents.scan import Scanner


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def test_lines_are_documents(write, read) -> None:
    path = write("a.jsonl", '{"id": "x", "title": "Gəncə"}\r\n\r\n  {"id": 7, "n": null, "tags": ["a", {"b": 1}]}\n{}')
    documents, errors = read(path)
    assert errors == []
    assert [
        ({"id": "x", "title": "Gəncə"}, str(path), 1, "utf-8"),
        ({"id": "7", "tags": ["a", {"b": 1}]}, str(path), 3, "utf-8"),
        ({"id": "a.jsonl#4"}, str(path), 4, "utf-8"),
    ] == documents


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "1"', "is not valid JSON: Expecting ',' delimiter at column 11 of the document"),
        (b'{"id": "1", }', "is not valid JSON: "),
        (b"'id'", "is not valid JSON: Expecting value at column 1 of the document"),
        (b'{"a": "\\x"}', "is not valid JSON: Invalid \\escape at column 8 of the document"),
        (b'{"id": "1"} {"id": "2"}', "is not valid JSON: Extra data at column 13 of the document"),
        (b'"text"', 'is a text, but a document is an object, like {"body": "…"}'),
        (b"null", 'is null, but a document is an object, like {"body": "…"}'),
        (b"12", 'is a number, but a document is an object, like {"body": "…"}'),
        (b"true", 'is true or false, but a document is an object, like {"body": "…"}'),
        (
            b'[{"id": "1"}]',
            'is a list, but a document is an object, like {"body": "…"}; '
            "for a file with an array use the suffix .json or the format json",
        ),
        (b'{"body": "\xff"}', "is not valid utf-8: byte 0xff at offset 10; save the file as UTF-8"),
        (b'{"body": "\xed\xa0\x80"}', "is not valid utf-8: byte 0xed at offset 10; save the file as UTF-8"),
        (b'{"body": "\x00"}', "holds a NUL character, so it is damaged or not text; remove the character"),
        (b'{"id": true}', "the id is of type bool; make it a text or a whole number"),
        (b'{"id": 1.5}', "the id is of type float; make it a text or a whole number"),
        (b'{"id": ["1"]}', "the id is of type list; make it a text or a whole number"),
        (b'{"n": 1e999}', "holds an infinite number, or one of more than 308 digits; write it as text"),
        (b'{"n": -Infinity}', "holds an infinite number, or one of more than 308 digits; write it as text"),
        (b'{"n": [{"m": 1e999}]}', "holds an infinite number, or one of more than 308 digits; write it as text"),
        (
            b'{"n": ' + b"9" * 5000 + b"}",
            "is not valid JSON: it holds a whole number of thousands of digits; write it as text",
        ),
        (b"[" * 100_000 + b"]" * 100_000, "is not valid JSON: its objects and lists are nested too deep; flatten it"),
        (
            b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
            "is not valid JSON: its objects and lists are nested too deep; flatten it",
        ),
        (
            b'{"a":' + b"[" * 100 + b"]" * 100 + b"}",
            "is nested deeper than 100 levels; flatten it or raise Limits.max_depth",
        ),
    ],
)
def test_bad_line_is_named_and_the_others_are_read(write, read, line: bytes, reason: str) -> None:
    # Enough of Azerbaijani around it that the file is known to be UTF-8.
    good = '{"body": "Şəhərin mərkəzində"}\n'.encode()
    path = write("a.jsonl", good + line + b"\n" + good)
    documents, errors = read(path)
    assert [document.line for document in documents] == [1, 3]
    assert [(str(path), 2)] == [(error.source, error.line) for error in errors]
    assert errors[0].reason.startswith(reason)


def test_an_array_in_an_array_is_not_told_to_be_an_array(write, read) -> None:
    path = write("a.json", '[[1, 2], {"id": "1"}]')
    documents, errors = read(path)
    assert [document.fields["id"] for document in documents] == ["1"]
    assert [error.reason for error in errors] == ['is a list, but a document is an object, like {"body": "…"}']


def test_document_over_several_lines_is_named_once(write, read) -> None:
    documents = [{"id": "1", "a": [{"b": "}{"}]}, {"id": "2"}]
    pretty = [json.dumps(document, indent=1) for document in documents]
    path = write("a.jsonl", f'{{"id": "0"}}\n{pretty[0]}\n\n{{"id": "x"}}\n{pretty[1]}\n{{"id": "y"}}\n')
    found, errors = read(path)
    assert [document.fields["id"] for document in found] == ["0", "x", "y"]
    advice = (
        "but this format has one document a line; write it on one line, or put the documents into a list and use the "
        "suffix .json or the format json"
    )
    assert [
        f"{path}, line 2: the document goes on to line 9, {advice}",
        f"{path}, line 12: the document goes on to line 14, {advice}",
    ] == [str(error) for error in errors]


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "1", "a": ',
        '{"id": "1", "a": [',
        '{"id": "1", "a": "',
        "{",
        '{"id": "1"\n{"id": "2"',
        '{"id": "1",\n{"id": "2"}}',
        '{"id": "1",\n\xff}',
    ],
)
def test_line_that_is_cut_off_costs_no_other(write, read, line: str) -> None:
    good = [f'{{"id": "{number}", "a": "ə"}}' for number in range(3, 6)]
    text = "\n".join([good[0], line, *good[1:]]).encode().replace("ÿ".encode(), b"\xff")
    documents, errors = read(write("a.jsonl", text))
    assert [document.fields["id"] for document in documents] == ["3", "4", "5"]
    assert [error.line for error in errors] == list(range(2, 3 + line.count("\n")))
    assert not any("goes on" in error.reason for error in errors)


@pytest.mark.parametrize(("line", "count"), [('{"a":[\n', 50_000), ('{"' + '\\"' * 300_000, 1)])
def test_lines_that_are_cut_off_cost_no_more_than_their_length(write, read, line: str, count: int) -> None:
    started = time.perf_counter()
    assert len(read(write("a.jsonl", line * count))[1]) == count
    assert time.perf_counter() - started < 20


def test_joined_files_have_byte_order_marks_inside(write, read) -> None:
    mark = "\ufeff".encode()
    path = write("a.jsonl", mark + b'{"id": "1"}\r\n' + mark + b'{"id": "2"}\r\n' + mark)
    documents, errors = read(path)
    assert ([document.fields for document in documents], errors) == ([{"id": "1"}, {"id": "2"}], [])


def test_nul_character_in_a_line_is_named(write, read) -> None:
    path = write("a.jsonl", b'{"body": "' + b"a" * 70_000 + b'"}\n{"body": "a\0b"}\n{"id": "3"}')
    documents, errors = read(path)
    assert [document.fields["id"] for document in documents] == ["a.jsonl#1", "3"]
    assert [(error.line, error.reason[:21]) for error in errors] == [(2, "holds a NUL character")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{"id": "1", "a": "\\ud83d"}', {"id": "1", "a": "\ufffd"}),
        ('{"id": "1", "a": "x\\uDC00\\ud800y"}', {"id": "1", "a": "x\ufffd\ufffdy"}),
        ('{"id": "1", "a": "\\ud83d\\ude00"}', {"id": "1", "a": "😀"}),
        ('{"id": "1", "\\ud800": [{"\\udfff": "\\udfff"}]}', {"id": "1", "\ufffd": [{"\ufffd": "\ufffd"}]}),
        ('{"id": "\\ud800"}', {"id": "\ufffd"}),
        ('{"id": "1", "a": NaN}', {"id": "1"}),
        ('{"id": "1", "a": [NaN, {"b": NaN}]}', {"id": "1", "a": [None, {"b": None}]}),
        ('{"id": "1", "id": "2"}', {"id": "2"}),
        ('{"id": 123456789012345678901234567890}', {"id": "123456789012345678901234567890"}),
        ('{"id": ""}', {"id": "a.jsonl#1"}),
        ('{"id": " "}', {"id": "a.jsonl#1"}),
        ('{"id": null}', {"id": "a.jsonl#1"}),
        ('{"id": 0, "a": 1e-999}', {"id": "0", "a": 0.0}),
    ],
)
def test_strange_values_are_taken_sanely(write, read, written: str, expected: dict[str, object]) -> None:
    documents, errors = read(write("a.jsonl", written))
    assert ([expected], []) == ([document.fields for document in documents], errors)
    json.dumps(documents[0].fields, ensure_ascii=False, allow_nan=False).encode()


def test_depth_is_counted_from_the_document(write, read) -> None:
    path = write("a.jsonl", '{"a": [1]}\n{"a": [[1]]}\n{"a": [{}]}\n{"a": 1}')
    documents, errors = read(path, limits=Limits(max_depth=2))
    assert ([d.line for d in documents], [e.line for e in errors]) == ([1, 4], [2, 3])


def test_too_long_line_is_named_and_not_kept(write, read) -> None:
    path = write("a.jsonl", '{"id": "1"}\n{"id": "%s"}\n{"id": "3"}' % ("x" * 1_000_000))
    documents, errors = read(path, limits=Limits(max_document_bytes=100))
    assert [document.fields["id"] for document in documents] == ["1", "3"]
    assert [str(error).partition(", ")[2] for error in errors] == [
        "line 2: is larger than 100 bytes; split the document or raise Limits.max_document_bytes"
    ]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "windows-1254", "windows-1251"])
def test_lines_and_arrays_in_every_encoding(write, read, codec: str) -> None:
    text = "Новая библиотека открыта" if codec == "windows-1251" else "Üçüncü kitab bağçası açıldı"
    lines = [json.dumps({"id": str(number), "body": text}, ensure_ascii=False) for number in range(3)]
    expected = [{"id": str(number), "body": text} for number in range(3)]
    for name, written in (("a.jsonl", "\r\n".join(lines)), ("a.json", f"[{','.join(lines)}]")):
        documents, errors = read(write(name, written.encode(codec)))
        assert (expected, []) == ([document.fields for document in documents], errors)
        assert {codec if codec != "utf-16" else "utf-16-le"} == {document.encoding for document in documents}


def test_line_that_breaks_utf16_is_named(write, read) -> None:
    lines = ['{"id": "1"}\n'.encode("utf-16-le"), b'{\x00"\x00\x00\xd8"\x00:\x001\x00}\x00\n\x00']
    documents, errors = read(write("a.jsonl", lines[0] + lines[1] + lines[0]))
    assert ([d.line for d in documents], [e.line for e in errors]) == ([1, 3], [2])
    assert errors[0].reason == "is not valid utf-16-le; save the file as UTF-8"


def test_one_object_is_one_document(write, read) -> None:
    path = write("a.json", '\ufeff \n{"title": "Bir",\n "body": {"a": [1, "}"]}, "n": null}\n')
    assert ([({"id": "a.json", "title": "Bir", "body": {"a": [1, "}"]}}, str(path), None, "utf-8-sig")], []) == read(
        path
    )


def test_array_elements_are_documents(write, read) -> None:
    path = write("a.json", '[\n {"title": "Bir"},\n\n {"id": 2, "body": "[\\"}\\\\"}\n]')
    documents, errors = read(path)
    assert errors == []
    assert [
        ({"id": "a.json#1", "title": "Bir"}, str(path), 2, "utf-8"),
        ({"id": "2", "body": '["}\\'}, str(path), 4, "utf-8"),
    ] == documents


def test_array_may_be_wrapped_in_an_object(write, read) -> None:
    path = write("a.json", '{"total": 2, "x": {"documents": []}, "documents": [{"id": "a"}, {"b": 1}], "next": [null]}')
    assert ([d.fields for d in read(path)[0]], read(path)[1]) == ([{"id": "a"}, {"id": "a.json#2", "b": 1}], [])


def test_documents_that_are_no_array_are_a_field(write, read) -> None:
    documents, errors = read(write("a.json", '{"documents": "two"}'))
    assert ([d.fields for d in documents], errors) == ([{"id": "a.json", "documents": "two"}], [])


@pytest.mark.parametrize("written", ["[]", " [ ] \n", '{"documents": []}'])
def test_array_may_be_empty(write, read, written: str) -> None:
    assert read(write("a.json", written)) == ([], [])


def test_bad_elements_harm_no_others(write, read) -> None:
    elements = [
        b'{"id": "1", "body": "\xc5\x9f\xc9\x99h\xc9\x99r"}',
        b'{"id": tru}',
        b"12",
        b'{"body": "\xff"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": "%s"}' % (b"x" * 300_000),
        b'{"id": [}',
        b'{"id": "8"}',
    ]
    path = write("a.json", b"[" + b",\n".join(elements) + b"]")
    documents, errors = read(path, limits=Limits(max_document_bytes=250_000))
    assert [document.fields["id"] for document in documents] == ["1", "8"]
    assert [error.line for error in errors] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("written", "count", "reason"),
    [
        ("", 0, "line 1: is not valid JSON: an object or an array of objects was expected, but the file ends here"),
        ("12", 0, "line 1: is not valid JSON: an object or an array of objects was expected, but there is '12'"),
        ('[{"a": 1}\n{"a": 1}]', 1, """line 2: is not valid JSON: "]" was expected, but there is '{"a": 1}]'"""),
        ('[{"a": 1},\n', 1, "line 2: is not valid JSON: a value was expected, but the file ends here"),
        ('[{"a": 1},]', 1, "line 1: is not valid JSON: a value was expected, but there is ']'"),
        ("[,]", 0, "line 1: is not valid JSON: a value was expected, but there is ',]'"),
        (
            '[{"a": 1},\n{"b": "\n',
            1,
            "line 3: is not valid JSON: a closing quote was expected for what begins in line 2",
        ),
        (
            '[{"a": 1},\n{"b": [\n',
            1,
            "line 3: is not valid JSON: a closing bracket was expected for what begins in line 2",
        ),
        ('{"a": 1', 0, """line 1: is not valid JSON: "}" was expected, but the file ends here"""),
        ("{a: 1}", 0, "line 1: is not valid JSON: the name of a member in double quotes was expected"),
        ('{"a" 1}', 0, """line 1: is not valid JSON: ":" was expected, but there is '1}'"""),
        ('{"a": 1,}', 0, "line 1: is not valid JSON: the name of a member in double quotes was expected"),
        (
            '{"a": 1}\n{"a": 2}',
            1,
            "line 2: is not valid JSON: the end of the file was expected; a file with one object a",
        ),
        ('{"a": tru}', 0, "line 1: is not valid JSON: Expecting value at column 6 of the document"),
    ],
)
def test_broken_file_gives_what_comes_before(write, read, written: str, count: int, reason: str) -> None:
    path = write("a.json", written)
    documents, errors = read(path)
    assert count == len(documents)
    assert [f"{path}, {reason}"] == [str(error)[: len(f"{path}, {reason}")] for error in errors]


def test_single_object_has_a_limit(write, read) -> None:
    path = write("a.json", json.dumps({str(number): "x" * 10 for number in range(100)}))
    documents, errors = read(path, limits=Limits(max_document_bytes=500))
    assert (documents, [error.reason[:24] for error in errors]) == ([], ["is larger than 500 bytes"])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_scanner_cuts_the_same_values_whatever_the_chunks(size: int) -> None:
    values = [
        {"a": 'quote " backslash \\ bracket }]{[ ə \u2028'},
        {"b": [[[{}], []], {"c": {}}], "": "\\\\"},
        "text \\",
        -1.5e10,
        True,
        None,
        [],
        {},
        "",
    ]
    data = json.dumps(values, indent=1, ensure_ascii=False).encode()
    scanner = Scanner(chunked(data, size), 10**9)
    scanner.expect(b"[")
    found = []
    while True:
        value = scanner.value()
        assert value is not None
        found.append(json.loads(value))
        if scanner.peek() != b",":
            break
        scanner.expect(b",")
    scanner.expect(b"]")
    assert (values, b"") == (found, scanner.peek())
    assert data.count(b"\n") + 1 == scanner.line


def test_scanner_holds_no_value_beyond_the_limit() -> None:
    scanner = Scanner(chunked(b'["12345678", "1234567"]', 2), 9)
    scanner.expect(b"[")
    assert scanner.value() is None
    scanner.expect(b",")
    assert scanner.value() == b'"1234567"'


def test_scanner_is_not_slowed_down_by_long_strings_and_many_escapes() -> None:
    body = '\\"' * 2_000_000
    scanner = Scanner(chunked(f'"{body}"'.encode(), 1 << 18), 10**9)
    assert len(body) + 2 == len(scanner.value() or b"")
