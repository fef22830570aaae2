# ruff: noqa: SIM300
"""What keeps a regular job from doing too much: --if-changed and --min-ratio."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Index
from tests.searchkit.folders import OLD, articles_in, ids, lines, write

Make = Callable[..., Index]
Run = Callable[..., Any]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return articles_in(tmp_path / "articles")


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_if_changed(options: list[str], run: Run, articles: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"

    def job(*more: str) -> tuple[int, bool, str]:
        before = (index / "searchkit.json").read_bytes() if index.exists() else b""
        code, _, err = run("index", articles, "--index", index, "--if-changed", *options, *more)
        return code, before != (index / "searchkit.json").read_bytes(), err

    assert (0, True) == job()[:2]
    for _ in range(2):
        assert (0, False, f"nothing has changed since generation g000001; {index} holds 4\n") == job()
    assert (0, False, "") == job("--quiet")
    write(articles / "a.txt", "Kitab yarmarkası")
    assert (0, True) == job()[:2]
    assert (0, False) == job()[:2]
    (articles / "b.txt").rename(articles / "e.txt")
    assert (0, True) == job()[:2]
    write(articles / "now.txt", "Yol 1", int(time.time()))
    assert (0, True) == job()[:2]
    write(articles / "now.txt", "Yol 2", int((articles / "now.txt").stat().st_mtime))  # of the same size and time
    assert (0, True) == job()[:2]
    assert (0, False) == job()[:2]
    summary = json.loads(run("index", articles, "--index", index, "--if-changed", "--json", *options).out)
    assert (0, 0, summary["documents"]) == (summary["indexed"], summary["added"], summary["unchanged"])


def test_if_changed_after_times_alone_have_changed(run: Run, articles: Path, tmp_path: Path) -> None:
    """Files that are found to give what the index has are known from then on, without a new generation."""
    index = tmp_path / "index"
    arguments = ("index", articles, "--index", index, "--delete-missing", "--if-changed")
    run(*arguments)
    before = (index / "searchkit.json").read_bytes()
    idle = f"nothing has changed since generation g000001; {index} holds 4\n"
    for seconds in (1, 2):
        os.utime(articles / "a.txt", (OLD + seconds, OLD + seconds))
        assert ": 0 added, 0 changed, 4 unchanged, 0 deleted; " in run(*arguments).err
        assert idle == run(*arguments).err
    assert before == (index / "searchkit.json").read_bytes()
    with searchkit.open(index).writer() as writer:
        writer.delete("a.txt")
    assert ": 1 added, 0 changed, 3 unchanged, 0 deleted; " in run(*arguments).err
    write(articles / "a.txt", "Kitab bazarı")
    assert ": 0 added, 1 changed, 3 unchanged, 0 deleted; " in run(*arguments).err
    cache = index / "sources.cache"
    os.utime(articles / "a.txt", (OLD + 3, OLD + 3))
    assert ": 0 added, 0 changed, 4 unchanged, 0 deleted; " in run(*arguments).err
    cache.unlink()
    assert ": 0 added, 0 changed, 4 unchanged, 0 deleted; " in run(*arguments).err


def test_if_changed_knows_no_files_besides_which_the_index_has_others(run: Run, articles: Path, tmp_path: Path) -> None:
    arguments = ("index", articles, "--index", tmp_path / "index", "--if-changed")
    run(*arguments)
    (articles / "b.txt").unlink()
    assert ": 0 added, 0 changed, 3 unchanged, 0 deleted; " in run(*arguments).err
    assert ": 0 added, 0 changed, 3 unchanged, 1 deleted; " in run(*arguments, "--delete-missing").err


@pytest.mark.parametrize("option", ["--rebuild", "--delete-missing"])
def test_if_changed_is_no_reason_to_keep_what_is_not_in_the_files(
    option: str, run: Run, articles: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    arguments = ("index", articles, "--index", index, "--if-changed")
    run(*arguments)
    (articles / "b.txt").rename(articles / "e.txt")
    for idle in (False, True):  # b.txt stays, as nothing is to be deleted
        assert idle == run(*arguments).err.startswith(f"nothing has changed since generation g000002; {index} holds 5")
    for idle in (False, True):
        assert idle == run(*arguments, option).err.startswith("nothing has changed since generation g000003")
        assert 4 == len(searchkit.open(index))
        assert "b.txt" not in searchkit.open(index)


@pytest.mark.parametrize("seen", [None, [], [[1]], "ab", {}, {"segments": []}, {"time": "x", "fingerprint": 5}])
def test_if_changed_with_a_strange_cache(seen: object, run: Run, articles: Path, tmp_path: Path) -> None:
    arguments = ("index", articles, "--index", tmp_path / "index", "--if-changed")
    run(*arguments)
    cache = tmp_path / "index" / "sources.cache"
    magic, header, payload = cache.read_bytes().split(b"\n", 2)
    manifest = json.loads((tmp_path / "index" / "searchkit.json").read_bytes())
    if isinstance(seen, dict):
        seen = {"segments": manifest["segments"], **seen}
    header = json.dumps({**json.loads(header), "seen": seen}).encode()
    data = b"\n".join([magic, header, payload[:-4]])
    cache.write_bytes(data + zlib.crc32(data).to_bytes(4, "little"))
    os.utime(articles / "a.txt", (OLD + 1, OLD + 1))
    assert ": 0 added, 0 changed, 4 unchanged, 0 deleted; " in run(*arguments).err


def test_if_changed_sees_other_settings(run: Run, tmp_path: Path) -> None:
    table = write(tmp_path / "table.csv", "id,title,qeyd\n1,Kitab,Neft\n")
    arguments = ("index", table, "--index", tmp_path / "index", "--rebuild", "--if-changed")
    for more in ([], ["--map", "qeyd=body"], ["--field", "title=text"], ["--format", "csv"], ["--format", "tsv"]):
        assert run(*arguments, *more).err.startswith("indexed 1 document")
        assert run(*arguments, *more).err.startswith("nothing has changed since ")


def test_if_changed_repeats_what_failed_and_reads_standard_input(
    run: Run, finish: Run, articles: Path, tmp_path: Path
) -> None:
    arguments = ("index", articles, tmp_path / "missing.txt", "--index", tmp_path / "index", "--if-changed")
    for _ in range(2):
        assert 1 == run(*arguments).code
    for number in "12":
        arguments = ("index", "-", "--format", "jsonl", "--index", "index", "--if-changed")
        assert finish(*arguments, input=lines({"id": number})).err.startswith("indexed 1 document")


def test_if_changed_on_a_damaged_index(run: Run, articles: Path, tmp_path: Path) -> None:
    arguments = ("index", articles, "--index", tmp_path / "index", "--rebuild", "--if-changed")
    run(*arguments)
    (tmp_path / "index" / "searchkit.json").write_text("{")
    assert (0, True) == (run(*arguments).code, [] == searchkit.verify(tmp_path / "index"))


@pytest.mark.parametrize("options", [["--rebuild"], ["--delete-missing"]])
def test_min_ratio(options: list[str], run: Run, articles: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("index", articles, "--index", index)
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file() and path.name != "writer.lock"}
    (articles / "deep" / "dump.jsonl").unlink()
    code, out, err = run("index", articles, "--index", index, "--min-ratio", "0.75", *options)
    assert (1, "") == (code, out)
    assert (
        f"searchkit: {index}: 2 documents would replace 4, which is less than the 0.75 that is asked for, "
        "so the index stays as it is; lower the ratio if this is right\n"
    ) == err
    assert before == {
        path: path.read_bytes() for path in index.rglob("*") if path.is_file() and path.name != "writer.lock"
    }
    assert 0 == run("index", articles, "--index", index, "--min-ratio", "0.5", *options).code
    assert ["a.txt", "b.txt"] == ids(index)
    (articles / "a.txt").unlink()
    err = run("index", articles, "--index", index, "--min-ratio", "0.9", *options).err
    assert f"{index}: 1 document would replace 2, which" in err


def test_min_ratio_of_a_damaged_index(run: Run, articles: Path, tmp_path: Path) -> None:
    run("index", articles, "--index", tmp_path / "index")
    for file in (tmp_path / "index").glob("segments/*"):
        file.write_bytes(b"")  # what the old index had is known from its manifest alone
    (articles / "a.txt").unlink()
    arguments = ("index", articles, "--index", tmp_path / "index", "--rebuild", "--min-ratio")
    assert (1, 0) == (run(*arguments, "0.9").code, run(*arguments, "0.7").code)


def test_min_ratio_in_python(make_index: Make) -> None:
    index = make_index(["kitab", "neft", "qaz"])
    with pytest.raises(searchkit.TooFewDocumentsError), index.writer(min_ratio=0.9) as writer:
        writer.delete("1")
    with pytest.raises(searchkit.TooFewDocumentsError), searchkit.rebuild(index.path, min_ratio=0.9) as writer:
        writer.add({"id": "1", "body": "kitab"})
    with pytest.raises(searchkit.TooFewDocumentsError), searchkit.rebuild(index.path):
        pass
    index.refresh()
    assert 3 == len(index)
    with searchkit.rebuild(index.path, min_ratio=0):
        pass
    index.refresh()
    assert 0 == len(index)
