# ruff: noqa: SIM300
"""What is said where the system lets no more files be opened."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

import searchkit
from searchkit import Index, StorageError
from searchkit import opened as opened_module
from searchkit.storage import cleaning

Make = Callable[..., Index]

limited = pytest.mark.skipif(sys.platform == "win32", reason="it has no such limit")

WRITE = """
import os, resource, sys, searchkit

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
first = os.open(os.devnull, os.O_RDONLY)
os.close(first)
index = searchkit.open(sys.argv[1])
with index.writer() as writer:  # what it imports and reads for the first time is there then
    writer.add({"id": "2", "body": "qaz"})
for room in range(first, first + 40):
    told = "committed"
    resource.setrlimit(resource.RLIMIT_NOFILE, (room, hard))
    try:
        with index.writer() as writer:
            writer.add({"id": str(room), "body": "neft"})
            writer.delete("1")
    except BaseException as error:
        told = f"{type(error).__name__}: {error}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(str(room) in searchkit.open(sys.argv[1]), told)
"""

SEARCH = """
import os, resource, sys, searchkit

index = searchkit.open(sys.argv[1])
index.search("neft")
index.close()
first = os.open(os.devnull, os.O_RDONLY)
os.close(first)
for room in (first, first + 1):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (room, hard))
    for use in (lambda: index.search("neft"), lambda: searchkit.open(sys.argv[1])):
        try:
            use()
            print("done")
        except OSError as error:
            print(f"{type(error).__name__}: {error}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
"""


def lines(script: str, index: Index) -> list[str]:
    ended = subprocess.run([sys.executable, "-c", script, str(index.path)], capture_output=True, text=True, timeout=60)
    assert "" == ended.stderr
    return ended.stdout.splitlines()


@limited
def test_a_writer_that_can_open_no_more_files_names_one(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    outcomes = [line.split(" ", 1) for line in lines(WRITE, index)]
    assert ["True", "committed"] == outcomes[-1]
    failed = [(is_there, told) for is_there, told in outcomes if told != "committed"]
    assert len(failed) > 5
    for is_there, told in failed:
        assert told.startswith(f"StorageError: {index.path}/")
        assert told.endswith("; allow more open files (ulimit -n)")
        assert ("nothing was changed" if is_there == "False" else "is in force") in told


@limited
def test_a_reader_that_can_open_no_more_files_names_one(make_index: Make) -> None:
    index = make_index(["neft"])
    [segment] = index.path.glob("segments/*.seg")
    told = "StorageError: {}: Too many open files; nothing was changed; allow more open files (ulimit -n)"
    manifest = index.path / "searchkit.json"
    # A file that is mapped takes a second place.
    assert [told.format(segment), told.format(manifest), told.format(segment), "done"] == lines(SEARCH, index)


def too_many(*_: object, **__: object) -> NoReturn:
    raise StorageError(errno.EMFILE, "Too many open files", "a file")


def test_what_is_in_force_is_not_said_to_be_undone(make_index: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    index = make_index(["kitab"])
    with pytest.raises(StorageError) as raised, index.writer() as writer:  # noqa: PT012
        writer.add({"id": "2", "body": "neft"})
        monkeypatch.setattr(opened_module, "read_manifest", too_many)
    told = "a file: Too many open files; what was written is in force; allow more open files (ulimit -n)"
    assert told == str(raised.value)
    monkeypatch.undo()
    assert 2 == len(searchkit.open(index.path))
    with index.writer() as writer:
        writer.add({"id": "3", "body": "qaz"})
    assert 3 == len(index) == len(searchkit.open(index.path))


def test_what_cannot_be_cleared_away_fails_no_commit(make_index: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    index = make_index(["kitab"])
    with index.writer(keep=0) as writer:
        writer.add({"id": "1", "body": "neft"})
        monkeypatch.setattr(cleaning, "read_manifest", too_many)
    monkeypatch.undo()
    assert ["1"] == [hit.id for hit in index.search("neft")]
    assert index.stats().kept
    with index.writer(keep=0) as writer:
        writer.add({"id": "2", "body": "neft"})
    assert {} == index.stats().kept
