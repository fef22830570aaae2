# ruff: noqa: SIM300
"""What the trials measure with: operations on files are seen, and a disk loses what it may, no more and no less."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.trials.disk import LOSSES, Disk, Loss, Recorder
from tests.trials.operations import CAN_WATCH, watched

pytestmark = pytest.mark.skipif(not CAN_WATCH, reason="only Linux tells the path of an open file")


def record(folder: Path, script: str) -> Recorder:
    """The operations of a script on files below `folder`."""
    recorder = Recorder()
    with watched(folder, recorder):
        exec(script, {"folder": folder, "os": os, "Path": Path, "shutil": shutil, "tempfile": tempfile})
    return recorder


SCRIPT = """
(folder / "made").mkdir()
with (folder / "made" / "a").open("wb") as file:
    file.write(b"abc" * 5000)
    file.flush()
    os.fsync(file.fileno())
os.replace(folder / "made" / "a", folder / "made" / "b")
handle = os.open(folder / "made", os.O_RDONLY)
os.fsync(handle)
os.close(handle)
with open(folder / "text", "w") as file:
    file.write("ə")
os.link(folder / "text", folder / "linked")
handle = os.open(folder / "text", os.O_RDWR)
os.ftruncate(handle, 1)
os.write(handle, b"xyz")
os.close(handle)
shutil.copyfile(folder / "text", folder / "copied")
with tempfile.TemporaryFile(dir=folder) as file:
    file.write(b"unnamed")
(folder / "text").unlink()
shutil.rmtree(folder / "made")
"""
SEEN = """
mkdir made; create made/a; write made/a; fsync made/a; rename made/a made/b; fsync folder made; create text; write text;
link text linked; open text; truncate text; write text; create copied; write copied; create unnamed .; write;
unlink text; unlink made/b; rmdir made
"""


def test_every_operation_is_seen(tmp_path: Path) -> None:
    operations = record(tmp_path, SCRIPT).operations
    told = [" ".join(filter(None, (one.kind, one.path, one.to))) for one in operations]
    told = [re.sub(r"^write #.*", "write", line) for line in told]
    assert re.split(r";\s", SEEN.strip()) == told
    assert b"abc" * 5000 == b"".join(one.data for one in operations if one.path == "made/a")
    assert ["copied", "linked"] == sorted(path.name for path in tmp_path.iterdir())
    assert b"xyz" == (tmp_path / "copied").read_bytes()
    with (tmp_path / "later").open("w"):
        assert len(told) == len(operations)


@pytest.mark.parametrize("script", ["os.symlink('a', folder / 'b')", "os.truncate(folder / 'a', 0)"])
def test_what_cannot_be_seen_is_refused(script: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    with pytest.raises(RuntimeError, match="cannot be watched"):
        record(tmp_path, script)
    exec(script, {"os": os, "folder": tmp_path})


COMMIT = """
import sys, searchkit
from pathlib import Path
from tests.trials.disk import Recorder
from tests.trials.operations import watched
path = Path(sys.argv[1])
recorder = Recorder()
with watched(path, recorder):
    for _ in range(3):
        with searchkit.rebuild(path / "index") as writer:
            for number in range(40):
                writer.add({"id": str(number), "body": "kitab neft " * number})
    searchkit.rollback(path / "index")
print(*(operation.kind for operation in recorder.operations), sep=",")
"""
CALLS = {"fsync": "fsync", "rename": "rename", "write": "write", "unlink": "unlink", "unlinkat": "unlink"}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_system_is_asked_for_what_is_seen(tmp_path: Path) -> None:
    log, place = tmp_path / "log", tmp_path / "place"
    place.mkdir()
    names = ",".join(CALLS)
    command = ["strace", "-f", "-y", "-o", str(log), "-e", f"trace={names}", sys.executable, "-c", COMMIT, str(place)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    traced = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    if "ptrace" in traced.stderr:
        pytest.skip("strace may not trace here")
    assert 0 == traced.returncode, traced.stderr
    asked: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        found = re.match(r"\d+\s+(\w+)\(", line)
        if found and str(place) in line and " = -1 " not in line:
            asked[CALLS[found[1]]] += 1
    seen = Counter(kind.removesuffix(" folder") for kind in traced.stdout.strip().split(","))
    assert {kind: seen[kind] for kind in CALLS.values()} == asked


# ---------------------------------------------------------------- the disk


def after(folder: Path, script: str, kind: str, seed: int = 0) -> dict[str, bytes]:
    """The files that are left when the power fails at the end of a script."""
    work, base, place = folder / "work", folder / "base", folder / f"left {kind} {seed}"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir()
    (base / "old").write_bytes(b"o" * 10_000)
    shutil.copytree(base, work)
    recorder = record(work, script)
    disk = Disk(base)
    disk.take(recorder.operations)
    disk.write_after(Loss(kind, seed), place)
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


WRITE = """
with (folder / "new").open("wb", buffering=0) as file:
    file.write(b"n" * 10_000)
"""
SYNC = "    os.fsync(file.fileno())\n"
SYNC_FOLDER = """
handle = os.open(folder, os.O_RDONLY)
os.fsync(handle)
os.close(handle)
"""
OLD = {"old": b"o" * 10_000}
NEW = {"new": b"n" * 10_000}


@pytest.mark.parametrize(
    ("script", "left"),
    [
        (WRITE, {"nothing": {**OLD, **NEW}, "all": OLD, "data": {**OLD, "new": b""}, "names": OLD}),
        (WRITE + SYNC, {"nothing": {**OLD, **NEW}, "all": OLD, "data": {**OLD, **NEW}, "names": OLD}),
        (WRITE + SYNC_FOLDER, {"nothing": {**OLD, **NEW}, "all": {**OLD, "new": b""}, "names": {**OLD, **NEW}}),
        (WRITE + SYNC + SYNC_FOLDER, {kind: {**OLD, **NEW} for kind in LOSSES}),
        ("(folder / 'old').unlink()", {"nothing": {}, "data": {}, "all": OLD, "names": OLD}),
        ("(folder / 'old').unlink()" + SYNC_FOLDER, {"nothing": {}, "all": {}}),
        (WRITE + "(folder / 'new').rename(folder / 'old')", {"nothing": {"old": b"n" * 10_000}, "data": {"old": b""}}),
        (WRITE + SYNC + "(folder / 'new').rename(folder / 'old')", {"all": OLD, "data": {"old": b"n" * 10_000}}),
        ("(folder / 'a').mkdir(); (folder / 'a/b').write_bytes(b'b')", {"nothing": {**OLD, "a/b": b"b"}, "all": OLD}),
        ("with (folder / 'old').open('wb'): pass", {"nothing": {"old": b""}, "all": OLD, "data": OLD}),
    ],
)
def test_what_a_disk_loses(script: str, left: dict[str, dict[str, bytes]], tmp_path: Path) -> None:
    for kind, expected in left.items():
        assert expected == after(tmp_path, script, kind), kind


def test_what_is_lost_at_random(tmp_path: Path) -> None:
    script = WRITE + SYNC_FOLDER + "(folder / 'old').unlink()"
    found = [after(tmp_path, script, "at random", seed) for seed in range(60)]
    contents = {left["new"] for left in found}
    assert {True, False} == {"old" in left for left in found}
    assert {b"", b"n" * 10_000, bytes(10_000)} < contents
    torn = contents - {b"", b"n" * 10_000, bytes(10_000)}
    assert torn
    assert all(set(content) == {0, ord("n")} and len(content) == 10_000 for content in torn)
