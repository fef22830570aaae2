"""The table of contents that each commit writes for Whoosh: it names what is in force and runs nothing of its own."""

from __future__ import annotations

import os
import pickletools
import subprocess
import sys
from pathlib import Path

import pytest
from whoosh import query as wq
from whoosh.fields import KEYWORD
from whoosh.fields import Schema as WhooshSchema
from whoosh.index import create_in, open_dir

import searchkit
from searchkit import Date, Keyword, Number, Stored, Text

SCHEMA = searchkit.Schema(title=Text(), body=Text(), tags=Keyword(), date=Date(), pages=Number(), note=Stored())


def test_each_commit_has_a_table_of_contents(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = searchkit.create(path, SCHEMA)
    assert open_dir(str(path)).doc_count() == 0
    for count in range(1, 4):
        with index.writer() as writer:
            writer.add({"id": str(count), "body": "kitab"})
        assert count == open_dir(str(path)).doc_count()
        kept = sorted(file.name for file in path.glob("_MAIN_*"))
        assert [f"_MAIN_{number}.toc" for number in (count, count + 1)] == kept
    with searchkit.rebuild(path, searchkit.Schema(name=Text())) as writer:
        writer.add({"id": "1", "name": "kitab"})
    assert open_dir(str(path)).schema.names() == ["id", "name"]


def test_a_commit_that_fails_leaves_no_table_of_contents(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = searchkit.create(path, SCHEMA)
    (path / "generations" / "g000002.json" / "x").mkdir(parents=True)
    with pytest.raises(searchkit.StorageError), index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert [file.name for file in path.glob("_MAIN_*")] == ["_MAIN_1.toc"]
    assert open_dir(str(path)).doc_count() == 0


KILLED = """
import os, pathlib, signal, sys
import searchkit

path, name = sys.argv[1:]
replace = pathlib.Path.replace

def die(self, target):
    if pathlib.Path(target).name == name:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

pathlib.Path.replace = die
with searchkit.rebuild(path) as writer:
    writer.add({"id": "2", "body": "yeni"})
    writer.add({"id": "3", "body": "yeni"})
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("name", "in_force", "missing"), [("searchkit.json", 1, []), ("_MAIN_3.toc", 2, ["_MAIN_3.toc"])]
)
def test_whoosh_never_sees_what_is_not_in_force(name: str, in_force: int, missing: list[str], tmp_path: Path) -> None:
    path = tmp_path / "index"
    with searchkit.create(path, SCHEMA).writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path), name], check=False)
    assert killed.returncode == -9
    assert len(searchkit.open(path)) == in_force
    assert open_dir(str(path)).doc_count() == 1  # of the generation before, whose files are there
    assert [problem.path.name for problem in searchkit.verify(path)] == missing
    searchkit.repair(path)
    assert open_dir(str(path)).doc_count() == in_force
    assert searchkit.verify(path) == []


def test_searchkit_does_not_need_it(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = searchkit.create(path, SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    for contents in path.glob("_MAIN_*"):
        contents.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    index = searchkit.open(path)
    assert index.search("kitab").total == 1
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert open_dir(str(path)).doc_count() == 2


@pytest.mark.parametrize(("commits", "named"), [(0, {"_MAIN_2.toc"}), (4, {"_MAIN_2.toc", "_MAIN_4.toc"})])
def test_an_index_that_whoosh_makes_in_the_same_folder(commits: int, named: set[str], tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = searchkit.create(path, SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    foreign = create_in(str(path), WhooshSchema(name=KEYWORD))
    for number in range(commits):
        other = foreign.writer()
        other.add_document(name=str(number))
        other.commit()
    assert open_dir(str(path)).schema.names() == ["name"]
    assert {problem.path.name for problem in searchkit.verify(path)} == named
    assert searchkit.repair(path)[1:] == (1, 0, 0)
    assert searchkit.verify(path) == []
    assert open_dir(str(path)).doc_count() == index.whoosh().doc_count() == 1


def test_it_calls_nothing_but_searchkit(tmp_path: Path) -> None:
    """It is no more than names and plain values, whichever Whoosh is there when it is written."""
    path = tmp_path / "index"
    with searchkit.create(path, SCHEMA).writer() as writer:
        writer.add({"id": "1", "title": "Kitab", "tags": "ev", "date": "2022-08-24", "pages": 7.5, "note": {"x": [1]}})
    content = (path / "_MAIN_2.toc").read_bytes()
    start = content.index(b"\x80\x02")
    called = [argument for code, argument, _ in pickletools.genops(content[start:]) if code.name == "GLOBAL"]
    assert called == ["searchkit.engine.whoosh_toc read_only_schema"]


def test_old_readers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = searchkit.create(path, SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    opened = open_dir(str(path))
    with opened.searcher() as before:
        for _ in range(8):
            with index.writer() as writer:
                writer.add({"id": "1", "body": "neft"})
        assert len(opened.searcher().search(wq.Term("body", "kitab"))) == 0
        assert not before.up_to_date()
        assert [hit["id"] for hit in before.search(wq.Term("body", "kitab"))] == ["1"]
