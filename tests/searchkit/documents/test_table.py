from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.documents import Limits, read_documents


def test_rows_are_documents(write, read) -> None:
    path = write("a.csv", "id,title,body\n1,Gəncə,mətn\n2,Bakı,\n\n,Şəki,mətn\n")
    documents, errors = read(path)
    assert errors == []
    assert [
        ({"id": "1", "title": "Gəncə", "body": "mətn"}, str(path), 2, "utf-8"),
        ({"id": "2", "title": "Bakı"}, str(path), 3, "utf-8"),
        ({"id": "a.csv#5", "title": "Şəki", "body": "mətn"}, str(path), 5, "utf-8"),
    ] == documents


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,body\n1,a b\n"),
        ("a.csv", "id;body\n1;a b\n"),
        ("a.csv", "id\tbody\n1\ta b\n"),
        ("a.csv", '"id";"body"\n"1";"a b"\n'),
        ("a.csv", '"qeyd, ad, soyad";"id";"body"\n"";"1";"a b"\n'),
        ("a.csv", "sep=;\nid;body\n1;a b\n"),
        ("a.csv", "sep=|\r\nid|body\r\n1|a b\r\n"),
        ("a.csv", "id,body\r1,a b\r"),
        ("a.csv", "\n\nid,body\n1,a b"),
        ("a.csv", "id , body\n1,a b"),
        ("a.csv", ",id,body\n0,1,a b"),
        ("a.tsv", "id\tbody\n1\ta b\n"),
    ],
)
def test_dialects(write, read, name: str, text: str) -> None:
    documents, errors = read(write(name, text))
    assert ([document.fields for document in documents], errors) == ([{"id": "1", "body": "a b"}], [])


def test_tsv_may_hold_commas(write, read) -> None:
    documents, _ = read(write("a.tsv", "id\tbody, a;b;c;d\n1\tx, y"))
    assert [document.fields for document in documents] == [{"id": "1", "body, a;b;c;d": "x, y"}]


def test_quoted_cells(write, read) -> None:
    text = (
        'id,body\n1,"a, ""b""\n\nc"\n2,"",\n3,"x" \n4,o dedi "salam"\n5,"Salam, dost" dedi\n'
        '6,"one\r\ntwo\rthree"\n7,""""\n'
    )
    documents, errors = read(write("a.csv", text))
    assert [(document.line, document.fields["id"], document.fields.get("body")) for document in documents] == [
        (2, "1", 'a, "b"\n\nc'),
        (5, "2", None),
        (6, "3", "x"),
        (7, "4", 'o dedi "salam"'),
        (8, "5", '"Salam, dost" dedi'),
        (9, "6", "one\ntwo\nthree"),
        (12, "7", '"'),
    ]
    assert errors == []


def test_white_space_around_cells_is_none_of_theirs(write, read) -> None:
    documents, errors = read(write("t.csv", 'id, title, source\n1, Kitab , AZƏRTAC\n , ,\n2,\t,"  Trend "\n'))
    assert not errors
    assert [document.fields for document in documents] == [
        {"id": "1", "title": "Kitab", "source": "AZƏRTAC"},
        {"id": "2", "source": "Trend"},
    ]


def test_row_of_the_wrong_length_is_named(write, read) -> None:
    path = write("a.csv", "id,body\n1,a,b\n2\n3,c\n,\n4,,,d\n")
    documents, errors = read(path)
    assert [document.fields["id"] for document in documents] == ["3"]
    too_many = "put cells that hold a delimiter into double quotes"
    too_few = "add the missing cells, or put a cell that holds a line end into double quotes"
    assert [
        f"{path}, line 2: the row has 3 cells, but the first row names 2 columns; {too_many}",
        f"{path}, line 3: the row has 1 cell, but the first row names 2 columns; {too_few}",
        f"{path}, line 6: the row has 4 cells, but the first row names 2 columns; {too_many}",
    ] == [str(error) for error in errors]


@pytest.mark.parametrize("text", ["id,body\n1,a,\n2,, \t,\n", "id,body,\n1,a\n2,\n", "id,body,,\n1,a\n2,,,,,\n"])
def test_what_is_empty_at_the_end_of_a_row_may_be_left_over(write, read, text: str) -> None:
    documents, errors = read(write("a.csv", text))
    assert ([document.fields for document in documents], errors) == ([{"id": "1", "body": "a"}, {"id": "2"}], [])


def test_quote_that_is_never_closed_costs_its_row_alone(write, read) -> None:
    documents, errors = read(write("a.csv", 'id,body\n1,"a\n2,b\n3,c\n'))
    assert [document.fields["id"] for document in documents] == ["2", "3"]
    assert [(e.line, e.reason) for e in errors] == [(2, "a quote is opened and never closed; close or double it")]


def test_quote_that_is_closed_by_a_later_row_costs_its_row_alone(write, read) -> None:
    documents, errors = read(write("a.csv", 'id,body\n1,"a\n2,b\n3,"c, d"\n4,e\n'))
    assert [document.fields["id"] for document in documents] == ["2", "3", "4"]
    assert [(error.line, error.reason) for error in errors] == [
        (2, "on line 4 text follows the quote that closes a cell; double the quotes inside of cells")
    ]


def test_row_that_breaks_the_encoding_is_named(write, read) -> None:
    text = 'id,body\n1,şəhərin mərkəzi\n2,\xff\n3,"a\n\xff"\n4,ş\n'.encode().replace("ÿ".encode(), b"\xff")
    documents, errors = read(write("a.csv", text))
    assert [document.fields["id"] for document in documents] == ["1", "4"]
    assert [error.line for error in errors] == [3, 4, 5]
    assert errors[1].reason == "line 5 of the row is not valid utf-8: byte 0xff at offset 0; save the file as UTF-8"


def test_limit_holds_for_lines_and_for_rows_of_many_lines(write, read) -> None:
    long_cell, many_lines = "x" * 200, "\n".join(["y"] * 200)
    text = f'id,body\n1,{long_cell}\n2,"{many_lines}"\n3,c\n'
    documents, errors = read(write("a.csv", text), limits=Limits(max_document_bytes=100))
    assert [document.fields["id"] for document in documents] == ["3"]
    assert [2, 3, *range(4, 203)] == [error.line for error in errors]
    assert {"is larger than 100 bytes"} == {error.reason[:24] for error in errors[:2]}


def test_long_cells_are_no_problem(write, read) -> None:
    body = "söz," * 100_000
    documents, errors = read(write("a.csv", f'id,body\n1,"{body}"\n'))
    assert ([{"id": "1", "body": body}], []) == ([document.fields for document in documents], errors)


@pytest.mark.parametrize("text", ["", "\n\n", "id,body", "id,body\n", "sep=,\n", "id,body\n,\n \n"])
def test_tables_without_rows_give_nothing(write, read, text: str) -> None:
    assert read(write("a.csv", text)) == ([], [])


def test_columns_need_names_of_their_own(write, read) -> None:
    path = write("a.csv", "id,body,body\n1,a,b\n2,a,b\n")
    assert [f'{path}, line 1: two columns have the name "body"; rename one of them'] == [str(e) for e in read(path)[1]]
    documents, errors = read(write("b.csv", "body,,\na,b,c\n"))
    assert ([document.fields for document in documents], errors) == ([{"id": "b.csv#2", "body": "a"}], [])


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "windows-1254"])
def test_tables_in_other_encodings(write, read, codec: str) -> None:
    documents, errors = read(write("a.csv", "id;body\r\n1;Üçüncü bağça açıldı\r\n".encode(codec)))
    assert ([document.fields for document in documents], errors) == ([{"id": "1", "body": "Üçüncü bağça açıldı"}], [])


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n\t"'), max_size=8)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8), st.sampled_from(",;\t"))
def test_what_the_csv_module_writes_is_read_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    items = read_documents(["-"], stdin=io.BytesIO(file.getvalue().encode()), format="csv")
    stripped = [{name: cell.strip() for name, cell in zip("abc", row, strict=True) if cell.strip()} for row in rows]
    expected = [row for row in stripped if row]
    assert expected == [{name: item.fields[name] for name in item.fields if name != "id"} for item in items]
