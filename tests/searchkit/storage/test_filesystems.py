# ruff: noqa: SIM300
"""Indexes on network file systems, in folders that cannot be written, and held by other machines."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Index, LockedError, NetworkFileSystemWarning
from searchkit.storage.filesystems import network_file_system, warn_of_network
from tests.searchkit.conftest import COMMAND

Make = Callable[..., Index]
Run = Callable[..., Any]

ROOT = Path(__file__).resolve().parents[3]
MOUNT = "36 35 98:0 / {point} rw,noatime master:1 shared:7 - {kind} server:/export rw,errors=continue\n"


@pytest.fixture
def mounts(tmp_path: Path) -> Callable[..., Path]:
    """Writes a list of mounts as Linux has it."""

    def mounts(**kinds: str) -> Path:
        points = {"/": "ext4", **{point.replace("__", "/"): kind for point, kind in kinds.items()}}
        path = tmp_path / "mountinfo"
        lines = [MOUNT.format(point=point.replace(" ", r"\040"), kind=kind) for point, kind in points.items()]
        path.write_text("".join(lines) + "a line that makes no sense\n")
        return path

    return mounts


# ---------------------------------------------------------------- network file systems


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "lustre"])
def test_network_file_systems_are_known(kind: str, mounts: Callable[..., Path], tmp_path: Path) -> None:
    assert kind == network_file_system(tmp_path, mounts(**{str(tmp_path): kind}))


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "fuse.ntfs-3g", "nfsd", "vfat"])
def test_others_are_not(kind: str, mounts: Callable[..., Path], tmp_path: Path) -> None:
    assert None is network_file_system(tmp_path, mounts(**{str(tmp_path): kind}))


def test_the_mount_that_counts_is_the_nearest(mounts: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "a b" / "c").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a b")
    listed = mounts(**{str(tmp_path): "nfs4", str(tmp_path / "a b"): "ext4", str(tmp_path / "a b/c"): "cifs"})
    folders = {"": "nfs4", "a b": None, "a b/c": "cifs", "a b/c/d": "cifs", "link": None, "link/c": "cifs", "a": "nfs4"}
    assert folders == {name: network_file_system(tmp_path / name, listed) for name in folders}


def test_of_two_mounts_at_one_place_the_later_counts(tmp_path: Path) -> None:
    listed = tmp_path / "mountinfo"
    lines = [MOUNT.format(point=tmp_path, kind=kind) for kind in ("nfs4", "ext4")]
    listed.write_text("".join(lines))
    assert None is network_file_system(tmp_path, listed)
    listed.write_text("".join(reversed(lines)))
    assert "nfs4" == network_file_system(tmp_path, listed)


def test_where_there_is_no_list_nothing_is_said(tmp_path: Path) -> None:
    assert None is network_file_system(tmp_path, tmp_path / "nothing")


def test_the_warning(mounts: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.warns(NetworkFileSystemWarning) as raised:
        warn_of_network(tmp_path, mounts(**{str(tmp_path): "nfs4"}))
    assert str(raised[0].message).startswith(f"{tmp_path}: the index is on a network file system (nfs4), where locks ")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_network(tmp_path, mounts(**{str(tmp_path): "ext4"}))


def under_mounts(listed: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a world of its own, in which that is the list of mounts."""
    script = 'mount --bind "$0" /proc/$$/mountinfo && exec "$@"'
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, str(listed), *map(str, command)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_warns_once_when_it_writes(mounts: Callable[..., Path], make_index: Make, tmp_path: Path) -> None:
    listed = mounts(**{str(tmp_path): "nfs4"})
    if shutil.which("unshare") is None or under_mounts(listed, "true").returncode:
        pytest.skip("this user cannot change what is mounted")
    index = make_index(["kitab"])
    (tmp_path / "a.txt").write_text("Neft")
    done = under_mounts(listed, COMMAND, "index", tmp_path / "a.txt", "--index", index.path, "--quiet")
    assert 0 == done.returncode
    first, *others = done.stderr.splitlines()
    assert first.startswith(f"searchkit: warning: {index.path}: the index is on a network file system (nfs4), ")
    assert [] == others
    assert "" == under_mounts(listed, COMMAND, "query", "neft", "--index", index.path, "--json").stderr
    code = f"import searchkit\nfor _ in range(2):\n    searchkit.open({str(index.path)!r}).writer().rollback()"
    done = under_mounts(listed, sys.executable, "-c", code)
    assert 1 == done.stderr.count("NetworkFileSystemWarning: ")


# ---------------------------------------------------------------- folders that cannot be written


@pytest.fixture
def unwritable(make_index: Make) -> Iterator[Path]:
    """An index with deletions that nobody but root may change."""
    index = make_index(["kitab", "neft"])
    with index.writer() as writer:
        writer.delete("2")
    entries = [index.path, *index.path.rglob("*")]
    for entry in entries:
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    yield index.path
    for entry in entries:
        entry.chmod(0o755)


def read_only(path: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run searchkit where a folder cannot be written; for root, who may write anything, by mounting it so."""
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    root = ["unshare", "--mount", "sh", "-c", script, str(path)] if os.geteuid() == 0 else []
    done = subprocess.run([*root, COMMAND, *map(str, command)], capture_output=True, text=True, timeout=60)
    if root and not done.stdout and "searchkit" not in done.stderr:
        pytest.skip("root cannot change what is mounted")
    return done


def test_an_index_that_cannot_be_written_is_searched(unwritable: Path, tmp_path: Path) -> None:
    done = read_only(unwritable, "query", "kitabı", "--index", unwritable, "--json")
    assert ("", 1) == (done.stderr, json.loads(done.stdout)["total"])
    assert "documents   1" == read_only(unwritable, "stats", unwritable).stdout.splitlines()[0]
    done = read_only(unwritable, "verify", unwritable)
    assert (0, True) == (done.returncode, done.stdout.startswith("no problem in "))
    assert 0 == read_only(unwritable, "snapshot", unwritable, tmp_path / "copy", "--json").returncode
    assert [] == searchkit.verify(tmp_path / "copy")


def test_what_cannot_be_written_is_named(unwritable: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Neft")
    for command in (
        ["optimize", unwritable],
        ["rollback", unwritable],
        ["index", tmp_path / "a.txt", "--index", unwritable],
    ):
        done = read_only(unwritable, *command)
        assert (1, "") == (done.returncode, done.stdout)
        name = re.escape(str(unwritable / "writer.lock"))
        reason = "(Permission denied|Read-only file system); nothing was changed; .*"
        assert re.fullmatch(rf"searchkit: {name}: {reason}\n", done.stderr)


# ---------------------------------------------------------------- other machines


def test_a_holder_on_another_machine_is_named(make_index: Make, run: Run) -> None:
    index = make_index(["kitab"])
    holder = {"pid": 4321, "host": "web2.example", "since": "2026-01-02T03:04:05+0400"}
    with (index.path / "writer.lock").open("w") as file:
        file.write(json.dumps(holder))
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)  # which a file system that is shared passes on
        with pytest.raises(LockedError) as raised:
            index.writer()
        expected = (
            f"{index.path}: another writer holds the index (process 4321 on web2.example, another machine, since "
            "2026-01-02T03:04:05+0400); try again later, or wait longer for it"
        )
        assert expected == str(raised.value)
        (index.path.parent / "a.txt").write_text("Neft")
        for command in (
            ["index", index.path.parent / "a.txt", "--index", index.path, "--wait", "0.2"],
            ["rollback", index.path],
            ["optimize", index.path, "--wait", "0.1"],
        ):
            assert (75, "", f"searchkit: {expected}\n") == run(*command)
    assert 0 == run("index", index.path.parent / "a.txt", "--index", index.path).code
