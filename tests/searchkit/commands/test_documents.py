# ruff: noqa: SIM300
"""`searchkit get`, `searchkit delete` and `searchkit export`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Date, Keyword, Number, Schema, Stored, Text
from tests.searchkit.commands.folder import Make, Run, Start, files, ids

B = "id: b.md\ntitle: Neft\nbody: Xəzər dənizində neft və qaz hasil olunur.\n"
C = "id: c-1\ntitle: Qaz\nbody: Qaz kəməri\ndate: 2022-08-24\nsource: AZƏRTAC\n"


def missing(place: Path, *keys: str) -> str:
    return "".join(f"searchkit: {place}: no document has the id {key!r}\n" for key in keys)


# ---------------------------------------------------------------- get


def test_get_shows_documents_in_the_order_asked(run: Run, indexed: Path) -> None:
    assert (0, f"{C}\n{B}", "") == run("get", "c-1", "b.md", "c-1", "--index", indexed)


def test_get_json(run: Run, indexed: Path) -> None:
    code, out, err = run("get", "c-1", "b.md", "--index", indexed, "--json")
    assert (0, "") == (code, err)
    index = searchkit.open(indexed)
    assert [index.get("c-1"), index.get("b.md")] == [json.loads(line) for line in out.splitlines()]


def test_get_names_ids_that_are_not_there(run: Run, indexed: Path) -> None:
    assert (1, B, missing(indexed, "", "nosuch")) == run("get", "", "b.md", "nosuch", "--index", indexed)
    assert (1, "", missing(indexed, "nosuch")) == run("get", "nosuch", "--index", indexed, "--json")


def test_get_shows_what_is_no_line_of_text(run: Run, make_index: Make) -> None:
    document = {
        "id": "1",
        "body": "birinci\n\n\x1b[2Jikinci",
        "title": "",
        "pages": 7,
        "tags": ["kitab", {"nömrə": None}],
        "a\nb": "x\x1b",
    }
    shown = 'id: 1\nbody:\n  birinci\n\n   [2Jikinci\ntitle:\npages: 7\ntags: ["kitab",{"nömrə":null}]\na b: x\n'
    assert (0, shown, "") == run("get", "1", "--index", make_index([document]).path)


@pytest.mark.parametrize("text", ["c-1\nb.md\n", "\ufeffc-1\r\n\r\nb.md", "c-1\nb.md\nc-1"])
def test_ids_from_standard_input(text: str, finish: Run, indexed: Path) -> None:
    assert (0, f"{C}\n{B}", "") == finish("get", "-", "--index", indexed, input=text)
    done = finish("delete", "-", "a.txt", "--index", indexed, input=text)
    assert (0, "", f"deleted 3 documents; {indexed} holds 0\n") == done


def test_standard_input_that_is_no_text(finish: Run, indexed: Path) -> None:
    done = finish("delete", "-", "--index", indexed, input=b"a.txt\0b.md", encoding=None)
    assert 1 == done.code
    assert done.err.startswith(b"searchkit: <stdin>: ")
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)


# ---------------------------------------------------------------- delete


def test_delete(run: Run, indexed: Path) -> None:
    assert (0, "", f"deleted 1 document; {indexed} holds 2\n") == run("delete", "b.md", "b.md", "--index", indexed)
    assert ["a.txt", "c-1"] == ids(indexed)
    assert 0 == run("rollback", indexed).code
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)


def test_delete_json(run: Run, indexed: Path) -> None:
    code, out, err = run("delete", "b.md", "nosuch", "c-1", "--index", indexed, "--json")
    assert (1, missing(indexed, "nosuch")) == (code, err)
    figures = {"deleted": 2, "missing": ["nosuch"], "documents": 1, "generation": "g000002"}
    assert list({"index": str(indexed), **figures}.items()) == list(json.loads(out).items())


def test_a_log_of_a_deletion(run: Run, indexed: Path) -> None:
    code, out, err = run("--log-json", "delete", "b.md", "nosuch", "--index", indexed)
    error, summary = map(json.loads, err.splitlines())
    assert (1, "", "error", "nosuch") == (code, out, error["level"], error["id"])
    assert ("info", 1, ["nosuch"], 2) == tuple(summary[key] for key in ("level", "deleted", "missing", "documents"))


@pytest.mark.parametrize("options", [[], ["--missing-ok"]])
def test_ids_that_are_not_there(options: list[str], run: Run, indexed: Path) -> None:
    code, out, err = run("delete", "nosuch", "b.md", "--index", indexed, *options)
    told = "" if options else missing(indexed, "nosuch")
    assert (0 if options else 1, "", f"{told}deleted 1 document; {indexed} holds 2\n") == (code, out, err)
    assert ["a.txt", "c-1"] == ids(indexed)


def test_a_deletion_of_nothing_makes_no_generation(run: Run, articles: Path, place: Path) -> None:
    assert 0 == run("index", articles, "--index", place, "--quiet").code
    before = files(place)
    assert 1 == run("delete", "nosuch", "--index", place).code
    assert {**before, place / "writer.lock": b""} == {**files(place), place / "writer.lock": b""}
    assert run("index", articles, "--index", place, "--if-changed").err.startswith("nothing has changed ")


def test_everything_may_be_deleted_by_hand(run: Run, articles: Path, place: Path) -> None:
    """That no empty result takes the place of documents guards jobs, not a person who names each of them."""
    assert 0 == run("index", articles, "--index", place, "--quiet").code
    assert (0, "", f"deleted 3 documents; {place} holds 0\n") == run("delete", *ids(place), "--index", place)
    assert [] == ids(place)
    assert (0, "", "") == run("export", "--index", place)
    assert 0 == run("index", articles, "--index", place, "--delete-missing", "--min-ratio", "0.9").code
    assert 1 == run("index", articles / "b.md", "--index", place, "--delete-missing", "--min-ratio", "0.9").code
    assert ["a.txt", "b.md", "c-1"] == ids(place)


@pytest.mark.parametrize("options", [[], ["--if-changed"], ["--delete-missing"], ["--rebuild", "--if-changed"]])
def test_a_document_whose_file_is_indexed_again_is_back(
    options: list[str], run: Run, articles: Path, place: Path
) -> None:
    for file in articles.rglob("*.*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))  # long ago, so that a file that is known need not be read
    for _ in range(2):
        assert 0 == run("index", articles, "--index", place, *options).code
    assert 0 == run("delete", "a.txt", "--index", place).code
    assert 0 == run("index", articles / "b.md", articles / "deep", "--index", place).code
    assert ["b.md", "c-1"] == ids(place)
    assert 0 == run("index", articles, "--index", place, *options).code
    assert ["a.txt", "b.md", "c-1"] == ids(place)


def test_a_held_index_is_told_by_the_exit_code(run: Run, start: Start, indexed: Path) -> None:
    with searchkit.open(indexed).writer():
        code, out, err = run("delete", "a.txt", "--index", indexed, "--wait", "0.1")
        assert (75, "") == (code, out)
        assert f"{indexed}: another writer holds the index" in err
    with searchkit.open(indexed).writer() as writer:
        writer.delete("b.md")
        process = start("delete", "a.txt", "b.md", "--index", indexed, "--wait", "30")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.7)
    _, err = process.communicate(timeout=30)
    told = f"{missing(indexed, 'b.md')}deleted 1 document; {indexed} holds 1\n"  # it is gone when the other has ended
    assert (1, told) == (process.returncode, err)


# ---------------------------------------------------------------- export

SCHEMA = Schema(name=Text(boost=2), text=Text(), tags=Keyword(), made=Date(), price=Number(), picture=Stored())
FIELDS = ["name=text*2", "text=text", "tags=keyword", "made=date", "price=number", "picture=stored"]
DOCUMENTS: list[dict[str, Any]] = [
    {"id": "uzun", "name": "Uzun mətn", "text": "Gəncədə kitab\n\n" * 50, "made": "24 avqust 2022", "price": "0,70"},
    {"id": "list", "tags": ["Kitab", "roman"], "text": ["bir", "iki " * 100], "price": 12.5, "başqa": [[], {}, [1.0]]},
    {"id": "deep", "picture": {"ölçü": [1, {"en": None, "\u2028": "\x00\"\\/</'"}], "uzun": "dəniz " * 50}, "price": 7},
    {"id": "sətir\n2", "made": "2022-08-24T10:00:00+04:00", "name": "\ufeff😀", "tags": 5, "ok": True},
    {"id": "-", "price": -(1 << 53), "empty": "", "small": 1e-7, "large": 1.5e300},
]


def printed(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.split("\n") if line]


@pytest.fixture
def stocked(make_index: Make) -> searchkit.Index:
    """An index of several segments with every kind of field, in which some documents are deleted or replaced."""
    index = make_index([*DOCUMENTS[:3], {"id": "gone", "text": "kitab"}], SCHEMA, name="stocked")
    for changes in ([{"id": "deep", "text": "köhnə"}, {"id": "2"}], DOCUMENTS[2:]):
        with index.writer() as writer:
            for document in changes:
                writer.add(document)
            writer.delete("gone")
            writer.delete("2")
    return index


def test_export_prints_what_is_stored(run: Run, stocked: searchkit.Index) -> None:
    code, out, err = run("export", "--index", stocked.path)
    assert (0, "") == (code, err)
    assert DOCUMENTS == printed(out)
    assert [list(document) for document in DOCUMENTS] == [list(document) for document in printed(out)]


@pytest.mark.parametrize("options", [[], ["--format", "jsonl"]])
def test_what_is_exported_can_be_indexed(
    options: list[str], finish: Run, stocked: searchkit.Index, place: Path
) -> None:
    exported = finish("export", "--index", stocked.path).out
    fields = [part for field in FIELDS for part in ("--field", field)]
    done = finish("index", "-", *options, "--index", place, *fields, input=exported)
    assert (0, True) == (done.code, done.err.startswith("indexed 5 documents "))
    copy = searchkit.open(place)
    assert (SCHEMA, DOCUMENTS) == (copy.schema, list(copy.documents()))
    for path in (place, stocked.path):  # down to the hashes of what is stored
        done = finish("index", "-", *options, "--index", path, input=exported)
        assert (0, True) == (done.code, "0 added, 0 changed, 5 unchanged, 0 deleted" in done.err)
    assert exported == finish("export", "--index", place).out


def test_names_in_common_use_stay_with_a_map(finish: Run, make_index: Make, place: Path) -> None:
    documents = [{"id": "1", "title": "Kitab", "text": "mənim"}, {"id": "2", "name": "mənim", "link": "x"}]
    exported = finish("export", "--index", make_index(documents, name="own").path).out
    assert 0 == finish("index", "-", "--index", place, "--map", "id=id", input=exported).code
    assert documents == list(searchkit.open(place).documents())


def test_export_while_the_index_is_replaced(start: Start, make_index: Make) -> None:
    index = make_index([f"kitab {number} " * 100 for number in range(1000)])
    process = start("export", "--index", index.path)
    assert process.stdout is not None
    first = process.stdout.readline()  # the pipe is full by now
    with searchkit.rebuild(index.path, keep=0) as writer:
        writer.add({"id": "new", "body": "kitab"})
    rest = process.stdout.read()  # not by `communicate`, which passes over what the line before left in the buffer
    assert process.stderr is not None
    assert (0, "") == (process.wait(30), process.stderr.read())
    assert [str(number) for number in range(1, 1001)] == [found["id"] for found in printed(first + rest)]


def test_export_of_a_damaged_index_ends_with_an_error(run: Run, indexed: Path) -> None:
    [segment] = (indexed / "segments").glob("*.seg")
    segment.write_bytes(segment.read_bytes().replace(b"AZ\xc6\x8fRTAC", b"BZ\xc6\x8fRTAC"))
    code, _, err = run("export", "--index", indexed)
    assert 1 == code
    assert re.fullmatch(r"searchkit: \S+\.seg: a page does not have the checksum that was written .*\n", err)
