# ruff: noqa: SIM300
"""Generations that are kept, gone back to, counted, and moved on to."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import GenerationNotFoundError, Index
from searchkit import opened as opened_module
from searchkit.storage.manifest import fingerprint

Make = Callable[..., Index]
Run = Callable[..., Any]


def ids(index: Index) -> list[str]:
    return sorted(hit.id for hit in index.search("-nosuchword", limit=100))


def add(path: Path, *keys: str, **options: Any) -> None:
    with searchkit.open(path).writer(**options) as writer:
        for key in keys:
            writer.add({"id": key, "body": f"kitab {key}"})


def rebuild(path: Path, *keys: str, **options: Any) -> None:
    with searchkit.rebuild(path, **options) as writer:
        for key in keys:
            writer.add({"id": key, "body": f"kitab {key}"})


def kept(path: Path) -> list[str]:
    return sorted(file.stem for file in (path / "generations").iterdir())


# ---------------------------------------------------------------- keeping


def test_one_generation_is_kept_if_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "index"
    for key in "abcd":
        rebuild(path, key)
    assert ["g000003", "g000004"] == kept(path)
    assert {"g000003": 1} == searchkit.open(path).stats().kept
    assert 2 == len(list(path.glob("segments/*")))


@pytest.mark.parametrize("keep", [0, 1, 3])
def test_as_many_are_kept_as_are_asked_for(keep: int, tmp_path: Path) -> None:
    path = tmp_path / "index"
    for number in range(1, 7):
        rebuild(path, *map(str, range(number)), keep=keep)
    assert [f"g{number:06}" for number in range(6 - keep, 7)] == kept(path)
    assert {f"g{number:06}": number for number in range(6 - keep, 6)} == searchkit.open(path).stats().kept
    assert keep + 1 == len(list(path.glob("segments/*")))
    add(path, "x", keep=keep)
    assert [f"g{number:06}" for number in range(7 - keep, 8)] == kept(path)
    assert [] == searchkit.verify(path)


def test_keep_on_the_command_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "index"
    for number in range(5):
        (tmp_path / "d.jsonl").write_text(f'{{"id": "{number}"}}\n')
        assert 0 == run("index", tmp_path / "d.jsonl", "--index", path, "--keep", "2").code
    assert ["g000003", "g000004", "g000005"] == kept(path)


# ---------------------------------------------------------------- going back


def test_rollback(tmp_path: Path) -> None:
    path = tmp_path / "index"
    rebuild(path, "a")
    rebuild(path, "b", "c")
    index = searchkit.open(path)
    assert "g000003" == searchkit.rollback(path)
    assert ["b", "c"] == ids(index)  # until it is refreshed
    assert index.refresh()
    assert ["a"] == ids(index)
    assert {"g000001": 1, "g000002": 2} == index.stats().kept
    assert "g000004" == searchkit.rollback(path)  # and back
    assert ["b", "c"] == ids(searchkit.open(path))
    assert [] == searchkit.verify(path)
    add(path, "d")
    assert ["b", "c", "d"] == ids(searchkit.open(path))


def test_rollback_to_a_generation(tmp_path: Path) -> None:
    path = tmp_path / "index"
    for number in range(1, 6):
        rebuild(path, *map(str, range(number)), keep=9)
    for wanted, expected in ((2, 2), ("g000004", 4), ("1", 1), ("g000007", 4)):
        searchkit.rollback(path, wanted)
        assert expected == len(searchkit.open(path))
    assert "g000009" == searchkit.open(path).stats().generation
    assert 5 == len(list(path.glob("segments/*")))  # nothing was copied


def test_rollback_brings_the_schema_back(tmp_path: Path) -> None:
    path = tmp_path / "index"
    schema = searchkit.Schema(name=searchkit.Text())
    rebuild(path, "a", schema=schema)
    rebuild(path, "b")
    searchkit.rollback(path)
    assert schema == searchkit.open(path).schema


def test_rollback_where_there_is_nothing_to_go_back_to(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "index"
    rebuild(path, "a")
    with pytest.raises(GenerationNotFoundError) as raised:
        searchkit.rollback(path)
    assert f"{path}: no generation before the one in force is kept" == str(raised.value)
    rebuild(path, "b")
    for wanted in (7, "g000002", "nonsense", -1, ""):
        with pytest.raises(GenerationNotFoundError) as raised:
            searchkit.rollback(path, wanted)
        expected = f"{path}: {wanted!r} is no generation to go back to; kept are: g000001"
        assert expected == str(raised.value)
    assert ["g000001", "g000002"] == kept(path)
    with pytest.raises(searchkit.IndexNotFoundError):
        searchkit.rollback(tmp_path / "nothing")
    assert (1, "") == run("rollback", path, "--to", "9")[:2]


def test_rollback_to_what_is_damaged_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index"
    rebuild(path, "a")
    (old,) = path.glob("segments/*")
    rebuild(path, "b")
    data = bytearray(old.read_bytes())
    data[100] ^= 1
    old.write_bytes(data)
    with pytest.raises(searchkit.CorruptIndexError):
        searchkit.rollback(path)
    assert ["b"] == ids(searchkit.open(path))


def test_rollback_of_a_damaged_index(tmp_path: Path) -> None:
    path = tmp_path / "index"
    rebuild(path, "a")
    (old,) = path.glob("segments/*")
    rebuild(path, "b")
    for file in path.glob("segments/*"):
        if file != old:
            file.unlink()
    searchkit.rollback(path)
    assert ["a"] == ids(searchkit.open(path))
    (path / "searchkit.json").write_text("{")
    searchkit.rollback(path)
    assert ["a"] == ids(searchkit.open(path))


def test_rollback_waits_for_the_writer(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "index"
    rebuild(path, "a")
    rebuild(path, "b")
    with searchkit.open(path).writer():
        with pytest.raises(searchkit.LockedError):
            searchkit.rollback(path)
        assert 75 == run("rollback", path).code


def test_rollback_on_the_command_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "index"
    rebuild(path, "a")
    rebuild(path, "b", "c")
    assert (0, "", f"generation g000003 is in force; {path} holds 1\n") == run("rollback", path)
    code, out, _ = run("rollback", path, "--to", "g000002", "--json")
    assert (0, {"index": str(path), "generation": "g000004", "documents": 2}) == (code, json.loads(out))
    out = run("stats", path).out
    expected = [
        "kept        g000001, 1 document",
        "kept        g000002, 2 documents",
        "kept        g000003, 1 document",
    ]
    assert expected == out.splitlines()[-3:]


# ---------------------------------------------------------------- leftovers


WRITE = """
import sys, time, searchkit
with searchkit.open(sys.argv[1]).writer() as writer:
    writer.add({"id": "x", "body": "kitab"})
    print("written", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_writer_leaves_is_counted_and_goes_with_the_next(make_index: Make, run: Run) -> None:
    index = make_index(["kitab"])
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(index.path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "written" == process.stdout.readline().strip()
    process.kill()
    process.communicate()
    left = [file for file in (index.path / "segments").iterdir() if file.name.endswith(".tmp")]
    assert left
    figures = index.stats()
    assert (len(left), sum(file.stat().st_size for file in left)) == (figures.leftover_files, figures.leftover_bytes)
    assert run("stats", index.path).out.splitlines()[-1].startswith("leftovers   0.0 MB in 1 file")
    add(index.path, "2")
    figures = index.stats()
    assert (0, 0) == (figures.leftover_files, figures.leftover_bytes)
    assert not any(file.exists() for file in left)


# ---------------------------------------------------------------- moving on


def test_an_index_that_refreshes_itself(make_index: Make) -> None:
    index = make_index(["kitab"])
    follower = searchkit.open(index.path, refresh=True)
    for key in ("2", "3"):
        add(index.path, key)
        assert key in follower
        assert int(key) == len(follower)
        assert {"id": key, "body": f"kitab {key}"} == follower.get(key)
        assert int(key) == follower.search("kitab").total
    assert ["1"] == ids(index)


def test_an_index_that_looks_now_and_then(make_index: Make) -> None:
    index = make_index(["kitab"])
    seldom = searchkit.open(index.path, refresh=3600)
    often = searchkit.open(index.path, refresh=0.2)
    add(index.path, "2")
    assert (1, 1) == (len(seldom), len(often))
    time.sleep(0.25)
    assert (1, 2) == (len(seldom), len(often))


def test_figures_are_those_of_one_generation(make_index: Make) -> None:
    index = make_index(["kitab"])
    follower = searchkit.open(index.path, refresh=True)
    with searchkit.rebuild(index.path, searchkit.Schema(name=searchkit.Text())) as writer:
        writer.add({"id": "1", "name": "Anar"})
        writer.add({"id": "2", "name": "Rəsul"})
    assert searchkit.open(index.path).stats() == follower.stats()


@pytest.mark.parametrize("how", ["gone", "no manifest", "damaged", "damaged segments", "another format"])
def test_an_index_that_cannot_be_read_for_a_while_is_searched_as_it_was(how: str, make_index: Make) -> None:
    """As between the two steps in which folders are exchanged."""
    index, other = make_index(["kitab"]), make_index(["kitab", "kitab"], name="other")
    follower = searchkit.open(index.path, refresh=True)
    assert 1 == len(follower)
    old = index.path.rename(index.path.with_name("old"))
    if how != "gone":
        shutil.copytree(other.path, index.path)
        manifest = index.path / "searchkit.json"
        if how == "no manifest":
            manifest.unlink()
        elif how == "damaged segments":
            for file in (index.path / "segments").iterdir():
                file.write_bytes(b"")
        else:
            manifest.write_text("{" if how == "damaged" else '{"format": 1}')
    for _ in range(2):
        assert 1 == follower.search("kitab").total
        with pytest.raises(searchkit.SearchkitError):
            follower.refresh()
    if how != "gone":
        shutil.rmtree(index.path)
    other.path.rename(index.path)
    assert 2 == follower.search("kitab").total
    shutil.rmtree(old)
    assert 2 == follower.search("kitab").total


def test_looking_where_nothing_has_changed_costs_microseconds(make_index: Make) -> None:
    index = make_index(["kitab"])
    follower = searchkit.open(index.path, refresh=True)
    time.sleep(0.05)  # while the manifest is new, it is read
    assert 1 == len(follower)
    held = follower._snapshot
    durations = []
    for _ in range(300):
        started = time.perf_counter()
        len(follower)
        durations.append(time.perf_counter() - started)
    assert held is follower._snapshot
    assert min(durations) < 50e-6


def test_a_manifest_is_read_while_another_could_have_the_same_time(make_index: Make) -> None:
    index = make_index(["kitab"])
    manifest = index.path / "searchkit.json"
    os.utime(manifest, ns=(0, time.time_ns()))
    assert None is fingerprint(index.path)
    os.utime(manifest, ns=(0, time.time_ns() - 10**9))
    assert None is not fingerprint(index.path)


@pytest.mark.parametrize(("age", "is_told"), [(0, False), (2, False), (4, True)])
def test_times_of_whole_seconds_tell_less(age: int, is_told: bool, make_index: Make) -> None:
    index = make_index(["kitab"])
    second = int(time.time()) - age
    os.utime(index.path / "searchkit.json", ns=(0, second * 10**9))
    assert is_told is (fingerprint(index.path) is not None)
    if age:
        os.utime(index.path / "searchkit.json", ns=(0, second * 10**9 + 1))
        assert fingerprint(index.path) is not None


def lose_sight(index: Index) -> None:
    """Others commit, and the manifest looks as it did, as it may where times are whole seconds."""
    add(index.path, "theirs")
    os.utime(index.path / "searchkit.json", ns=(0, 10**18))
    index._seen = fingerprint(index.path)
    assert not index.refresh()


def test_a_writer_begins_with_what_is_in_force_whatever_it_looks_like(make_index: Make) -> None:
    index = make_index(["kitab"])
    lose_sight(index)
    with index.writer() as writer:
        writer.add({"id": "ours", "body": "kitab"})
    assert ["1", "ours", "theirs"] == ids(index) == ids(searchkit.open(index.path))


def test_optimizing_begins_with_what_is_in_force_whatever_it_looks_like(make_index: Make) -> None:
    index = make_index(["kitab"])
    add(index.path, "2")
    lose_sight(index)
    assert index.optimize()
    assert ["1", "2", "theirs"] == ids(index) == ids(searchkit.open(index.path))


def test_a_commit_is_seen_by_its_own_index_whatever_it_looks_like(
    make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index(["kitab"])
    monkeypatch.setattr(opened_module, "fingerprint", lambda folder: (1, 2, 3))
    index._seen = (1, 2, 3)
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert ["1", "2"] == ids(index)


def test_many_readers_while_others_write(make_index: Make) -> None:
    index = make_index(["kitab"])
    follower = searchkit.open(index.path, refresh=True)
    wrong: list[object] = []
    stop = threading.Event()

    def search() -> None:
        last = 0
        while not stop.is_set():
            try:
                results = follower.search("kitab", limit=100)
                if not results.total == len(results) >= last:
                    wrong.append((last, results.total, len(results)))
                last = results.total
            except Exception as error:  # whatever it is, the test is to fail for it
                wrong.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 22):
        add(index.path, str(number), keep=0)
    stop.set()
    for thread in threads:
        thread.join()
    assert [] == wrong
    assert 21 == len(follower)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed on Linux")
def test_files_are_closed_as_soon_as_nobody_uses_them(tmp_path: Path) -> None:
    def opened() -> list[str]:
        paths = (os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
        return [path for path in paths if path.startswith(f"{tmp_path}{os.sep}")]

    path = tmp_path / "index"
    rebuild(path, "a", "b")
    gc.disable()  # which finds what refers to itself, but only now and then
    try:
        index = searchkit.open(path, refresh=True)
        for number in range(5):
            rebuild(path, "a", "b", str(number))
            results = index.search('kitab ki* "kitab a"', sort="id")
            assert results[0].snippet("body").html()
            assert index.suggest("kitba")
            assert index.autocomplete("ki")
            searchkit.open(path).search("kitab")
        assert len(opened()) == 1
        for number in range(5):
            add(path, f"c{number}", "a")
        with searchkit.open(path).writer() as writer:
            writer.sync([{"id": "a", "body": "kitab"}], delete_missing=True)
        searchkit.open(path).optimize()
        index.refresh()
        assert len(opened()) == 2  # that which the results are from, and the new one
        del index
        assert len(opened()) == 1
        assert results[0].to_dict()  # which is read from the file
        del results
        assert opened() == []
    finally:
        gc.enable()
