# ruff: noqa: SIM300, PT012
"""Rebuilds and commits that end in the middle, and what they leave."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

import searchkit
from searchkit import (
    Index,
    IndexExistsError,
    IndexVersionError,
    Schema,
    Text,
)
from searchkit.engine.segment import SegmentInfo

Make = Callable[..., Index]


def ids(index: Index, query: str = "kitab") -> list[str]:
    return sorted(hit.id for hit in index.search(query))


def test_rebuild_makes_an_index_too(tmp_path: Path) -> None:
    with searchkit.rebuild(tmp_path / "a" / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
        assert not (tmp_path / "a" / "index" / "searchkit.json").exists()
    assert ["1"] == ids(searchkit.open(tmp_path / "a" / "index"))


class StopError(Exception):
    pass


@pytest.mark.parametrize("end", ["error", "rollback"])
def test_a_rebuild_that_fails_leaves_the_old_index(end: str, make_index: Make) -> None:
    index = make_index(["kitab"])
    before = sorted(path.relative_to(index.path) for path in index.path.rglob("*"))
    if end == "error":
        with pytest.raises(StopError), searchkit.rebuild(index.path, Schema(x=Text())) as writer:
            writer.add({"id": "2", "x": "kitab"})
            raise StopError
    else:
        with searchkit.rebuild(index.path, Schema(x=Text())) as writer:
            writer.add({"id": "2", "x": "kitab"})
            writer.rollback()
    assert ["1"] == ids(searchkit.open(index.path))
    assert before == sorted(path.relative_to(index.path) for path in index.path.rglob("*"))


def test_a_rebuild_that_fails_leaves_nothing_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(StopError), searchkit.rebuild(tmp_path / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
        raise StopError
    assert [] == list(tmp_path.iterdir())


def test_rebuild_does_not_touch_the_folders_of_others(tmp_path: Path) -> None:
    for name in ("g1", "g2", "g2023"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "precious.txt").touch()
    with pytest.raises(IndexExistsError, match="this folder holds something else than an index"):
        searchkit.rebuild(tmp_path).__enter__()
    assert ["g1", "g2", "g2023"] == sorted(path.name for path in tmp_path.iterdir())
    searchkit.create(tmp_path / "index")
    (tmp_path / "g2").rename(tmp_path / "index" / "g2")
    for _ in range(3):
        with searchkit.rebuild(tmp_path / "index"):
            pass
    assert (tmp_path / "index" / "g2" / "precious.txt").exists()


def test_rebuild_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexExistsError, match="file: an index is a folder, and this is a file; choose another path"):
        searchkit.rebuild(tmp_path / "file").__enter__()


def test_rebuild_without_replacing(make_index: Make, tmp_path: Path) -> None:
    with searchkit.rebuild(tmp_path / "new", replace=False) as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert ["1"] == ids(searchkit.open(tmp_path / "new"))
    with pytest.raises(IndexExistsError, match="there is already an index"):
        searchkit.rebuild(tmp_path / "new", replace=False).__enter__()
    assert ["1"] == ids(searchkit.open(tmp_path / "new"))


def read_all(index: Index) -> object:
    return index.search("kitab"), index.get("1"), index._current_snapshot().verify()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_generations_do_not_pile_up(make_index: Make) -> None:
    index = make_index(["kitab"])
    generations = index.path / "generations"
    (generations / "g000007.json").write_text("{")  # of a process that was killed
    (generations / "g000001.json").write_text("{")
    for number, expected in ((3, ["g000002", "g000003"]), (4, ["g000003", "g000004"]), (5, ["g000004", "g000005"])):
        with searchkit.rebuild(index.path) as writer:
            writer.add({"id": "2", "body": "kitab"})
        assert [f"{name}.json" for name in expected] == names(generations)
        assert 2 == len(names(index.path / "segments"))
        assert f"g{number:06}" == searchkit.open(index.path).stats().generation
    assert (generations / "g000005.json").read_bytes() == (index.path / "searchkit.json").read_bytes()


def test_the_next_writer_removes_what_others_left(make_index: Make) -> None:
    index = make_index(["kitab"])
    before = names(index.path / "segments")
    for left in (
        "segments/s0-0.seg.tmp",
        "segments/s0-1.seg",
        "segments/s0-2.del",
        "searchkit.json.7.tmp",
        "_MAIN_7.toc",
        "_MAIN_2.toc.7.tmp",
    ):
        (index.path / left).write_bytes(b"half")
    (index.path / "g000001").mkdir()  # of format 1
    (index.path / "g000001" / "MAIN_1.toc").touch()
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    kept = ["_MAIN_2.toc", "_MAIN_3.toc"]
    assert [*kept, "generations", "searchkit.json", "segments", "writer.lock"] == names(index.path)
    assert set(before) < set(names(index.path / "segments"))  # the generation before is kept
    assert 2 == len(names(index.path / "segments"))


def test_the_next_writer_leaves_what_an_index_never_writes(make_index: Make) -> None:
    index = make_index(["kitab"])
    others = ["_MAIN_9.toc.old", "g000001", "notes.tmp", "searchkit.json.old", "sources.cache.old"]
    for name in others:
        (index.path / name).write_bytes(b"of somebody else")
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert set(others) < set(names(index.path))


def test_the_generation_before_can_still_be_read(make_index: Make) -> None:
    index = make_index(["kitab"])
    reader = searchkit.open(index.path)  # which opens no file before it is asked for something
    with index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
        writer.add({"id": "2", "body": "neft"})
    assert ["1"] == ids(reader)
    assert ["1", "2"] == ids(index, "neft")


def test_an_index_of_format_1_is_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "index" / "g000003").mkdir(parents=True)
    (tmp_path / "index" / "searchkit.json").write_text('{"format": 1, "generation": "g000003", "schema": {}}')
    with pytest.raises(IndexVersionError, match="the index has format 1"):
        searchkit.open(tmp_path / "index")
    with searchkit.rebuild(tmp_path / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert ["1"] == ids(searchkit.open(tmp_path / "index"))
    assert ["_MAIN_1.toc", "generations", "searchkit.json", "segments", "writer.lock"] == names(tmp_path / "index")


# ---------------------------------------------------------------- commits that end in the middle


def test_a_publication_that_fails_leaves_what_was(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    obstacle = index.path / "generations" / "g000003.json"
    (obstacle / "x").mkdir(parents=True)
    before = names(index.path / "segments")
    with pytest.raises(searchkit.StorageError) as raised, index.writer() as writer:
        writer.add({"id": "3", "body": "kitab"})
        writer.delete("1")
    expected = f"{obstacle}: Is a directory; nothing was changed; mend this and try again"
    assert (expected, str(obstacle), errno.EISDIR) == (str(raised.value), raised.value.filename, raised.value.errno)
    assert before == names(index.path / "segments")
    assert ["1"] == ids(index) == ids(searchkit.open(index.path))
    shutil.rmtree(obstacle)
    with index.writer() as writer:
        writer.add({"id": "3", "body": "kitab"})
    assert ["1", "3"] == ids(index)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # which has no threads of Python's
def test_an_interrupt_at_any_moment_leaves_one_state_or_the_other(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    started = time.perf_counter()
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    duration = time.perf_counter() - started
    states = set()
    for step in range(60):
        before = searchkit.open(index.path)
        documents = {hit.id: dict(hit.fields) for hit in before.search("-nosuch", limit=1000)}
        if not (child := os.fork()):
            interrupted_writer(index.path, step, 1e-4 + duration * step / 15)
        os.waitpid(child, 0)
        after = searchkit.open(index.path)
        read_all(after)
        found = {hit.id: dict(hit.fields) for hit in after.search("-nosuch", limit=1000)}
        changed = {**documents, "1": {"id": "1", "body": f"söz{step}"}, f"new{step}": {"id": f"new{step}"}}
        changed.pop(f"new{step - 3}", None)
        states.add(found == changed)
        assert found in (documents, changed)
        named = {name for part in after._manifest["segments"] for name in SegmentInfo(*part).files()}
        assert named <= set(names(index.path / "segments"))
    assert {True, False} == states


def interrupted_writer(path: Path, step: int, after: float) -> NoReturn:
    """A transaction into which Ctrl-C comes after some seconds; ends the process, a copy of that of the tests."""
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        with searchkit.open(path).writer() as writer:
            writer.add({"id": "1", "body": f"söz{step}"})
            writer.add({"id": f"new{step}"})
            writer.delete(f"new{step - 3}")
    finally:
        os._exit(0)
