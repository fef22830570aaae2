# ruff: noqa: SIM300
"""Copies of an index that is in use, and an index written anew in one piece."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Index, IndexExistsError

Make = Callable[..., Index]
Run = Callable[..., Any]


def ids(path: Path) -> list[str]:
    return sorted(hit.id for hit in searchkit.open(path).search("-nosuchword", limit=1000))


@pytest.fixture
def index(make_index: Make) -> Index:
    """An index of several segments with deletions."""
    index = make_index([f"kitab {number}" for number in range(20)])
    for number in range(3):
        with index.writer() as writer:
            writer.add({"id": f"n{number}", "body": f"neft {number}"})
            writer.delete(str(number + 1))
    return index


# ---------------------------------------------------------------- snapshots


@pytest.mark.parametrize("copy", [False, True])
def test_a_snapshot_is_an_index(copy: bool, index: Index, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "copy"
    assert "g000005" == searchkit.snapshot(index.path, target, copy=copy)
    assert [] == searchkit.verify(target)
    assert ids(index.path) == ids(target)
    for file in target.glob("segments/*"):
        assert (1 if copy else 2) == file.stat().st_nlink
    with searchkit.open(target).writer() as writer:
        writer.add({"id": "mine"})
    with index.writer() as writer:
        writer.delete("n1")
    assert {"mine"} == set(ids(target)) - set(ids(index.path)) - {"n1"}
    shutil.rmtree(index.path)
    assert [] == searchkit.verify(target)
    assert 21 == len(searchkit.open(target))


def test_a_snapshot_on_another_disk_is_copied(index: Index, tmp_path: Path) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system")
    target = other / f"searchkit-{tmp_path.name}"
    try:
        searchkit.snapshot(index.path, target)
        assert ids(index.path) == ids(target)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def test_a_snapshot_of_an_empty_index(tmp_path: Path) -> None:
    searchkit.create(tmp_path / "index")
    searchkit.snapshot(tmp_path / "index", tmp_path / "copy")
    assert [] == ids(tmp_path / "copy")


def test_a_snapshot_where_something_is(index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    searchkit.create(tmp_path / "other")
    for name in ("file", "full", "other", "index", "index/copy"):
        with pytest.raises(IndexExistsError):
            searchkit.snapshot(index.path, tmp_path / name)
    assert ["file", "full", "index", "other"] == sorted(path.name for path in tmp_path.iterdir())
    assert not (index.path / "copy").exists()
    with pytest.raises(searchkit.IndexNotFoundError):
        searchkit.snapshot(tmp_path / "nothing", tmp_path / "copy")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        searchkit.snapshot(index.path, tmp_path / "loop")
    (tmp_path / "empty").mkdir()
    searchkit.snapshot(index.path, tmp_path / "empty")
    assert ids(index.path) == ids(tmp_path / "empty")


def test_a_snapshot_of_a_damaged_index_is_not_made(index: Index, tmp_path: Path) -> None:
    file = max(index.path.glob("segments/*.seg"), key=lambda file: file.stat().st_size)
    data = bytearray(file.read_bytes())
    data[200] ^= 1
    file.write_bytes(data)
    with pytest.raises(searchkit.CorruptIndexError):
        searchkit.snapshot(index.path, tmp_path / "copy", copy=True)
    file.unlink()
    with pytest.raises(searchkit.CorruptIndexError, match="is missing"):
        searchkit.snapshot(index.path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


SNAPSHOT = """
import resource, sys, searchkit
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)  # as a disk that has no more room than that
try:
    print(searchkit.snapshot(sys.argv[1], sys.argv[2]))
except searchkit.StorageError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("room", "expected", "left"),
    [
        (10_000, "g000005\n", ["_MAIN_5.toc", "generations", "searchkit.json", "segments", "writer.lock"]),
        (500, "StorageError\n", []),
    ],
)
def test_a_snapshot_where_there_is_no_room(
    room: int, expected: str, left: list[str], index: Index, tmp_path: Path
) -> None:
    """What is known of sources is not worth to fail for; nothing of a snapshot that fails stays."""
    (index.path / "sources.cache").write_bytes(bytes(50_000 if left else 400))
    arguments = [sys.executable, "-c", SNAPSHOT, str(index.path), str(tmp_path / "copy"), str(room)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert (expected, "") == (done.stdout, done.stderr)
    assert left == sorted(path.name for path in tmp_path.glob("copy/*"))
    assert bool(left) == (tmp_path / "copy").exists()


def test_snapshots_while_others_write(index: Index, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with searchkit.rebuild(index.path, keep=0) as writer:
                writer.add({"id": "a", "body": f"kitab {number}"})
                writer.add({"id": "b", "body": f"kitab {number}"})
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(15):
            searchkit.snapshot(index.path, tmp_path / f"copy{number}", copy=number % 2 == 0)
    finally:
        stop.set()
        thread.join()
    for number in range(15):
        assert [] == searchkit.verify(tmp_path / f"copy{number}")
        copied = searchkit.open(tmp_path / f"copy{number}")
        if len(copied) == 2:
            assert copied.get("a")["body"] == copied.get("b")["body"]  # type: ignore[index]
        else:
            assert ids(tmp_path / f"copy{number}") == ids(tmp_path / "copy0")


def test_snapshot_on_the_command_line(index: Index, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    expected = (0, "", f"{target} holds generation g000005 of {index.path}\n")
    assert expected == run("snapshot", index.path, target)
    assert 1 == run("snapshot", index.path, target).code
    code, out, _ = run("snapshot", index.path, tmp_path / "two", "--copy", "--json")
    expected_json = {"index": str(index.path), "target": str(tmp_path / "two"), "generation": "g000005"}
    assert (0, expected_json) == (code, json.loads(out))


def test_what_is_indexed_next_is_known_in_a_snapshot(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kitab")
    run("index", tmp_path / "a.txt", "--index", tmp_path / "index")
    run("snapshot", tmp_path / "index", tmp_path / "copy")
    out = run("index", tmp_path / "a.txt", "--index", tmp_path / "copy", "--if-changed").err
    assert out.startswith("nothing has changed since generation g000001; ")


# ---------------------------------------------------------------- one piece


def test_optimize(index: Index, run: Run) -> None:
    before = ids(index.path)
    found = {hit.id: hit["body"] for hit in index.search("kitab neft", limit=50)}
    assert 4 == len(index._manifest["segments"])
    assert index.optimize()
    ((_, documents, deleted, _),) = index._manifest["segments"]
    assert (len(before), 0) == (documents, deleted)
    assert before == ids(index.path)
    assert found == {hit.id: hit["body"] for hit in index.search("kitab neft", limit=50)}
    assert [] == searchkit.verify(index.path)
    assert not index.optimize()
    assert "g000006" == index.stats().generation
    expected = (0, "", f"{index.path}: it is in one piece already\n")
    assert expected == run("optimize", index.path)


def test_optimize_one_segment_with_deletions(make_index: Make, run: Run) -> None:
    index = make_index([f"kitab {number}" for number in range(20)])
    with index.writer() as writer:
        writer.delete("1")
    code, out, _ = run("optimize", index.path, "--json", "--keep", "0")
    assert (0, {"index": str(index.path), "changed": True, "generation": "g000004"}) == (code, json.loads(out))
    assert 1 == len(list(index.path.glob("segments/*")))
    assert [] == searchkit.verify(index.path)
    with searchkit.open(index.path).writer() as writer:
        for number in range(2, 21):
            writer.delete(str(number))
    assert not searchkit.open(index.path).optimize()
    assert [] == ids(index.path)


def test_optimize_waits_for_the_writer(index: Index, run: Run) -> None:
    with index.writer():
        with pytest.raises(searchkit.LockedError):
            index.optimize()
        assert 75 == run("optimize", index.path).code
    shutil.rmtree(index.path)
    with pytest.raises(searchkit.IndexNotFoundError):
        index.optimize()
