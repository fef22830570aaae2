# ruff: noqa: SIM300
"""Several processes that index, started from other places than a plain script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import searchkit

BESIDE_A_THREAD = """
import sys, threading, searchkit
threading.Thread(target=threading.Event().wait, daemon=True).start()
def write():
    with searchkit.rebuild(sys.argv[1], jobs=2, wait=60) as writer:
        for number in range(100):
            writer.add({"id": str(number), "title": "kitab"})
"""
IN_A_POOL = """
import multiprocessing, sys, searchkit
def write(path):
    with searchkit.rebuild(path, jobs=2) as writer:
        writer.add({"id": "1", "title": "kitab"})
    return writer.summary.documents
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[2]).Pool(1) as pool:
        print(pool.map(write, [sys.argv[1]]))
"""


def run(program: str, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "script.py"
    script.write_text(program, "utf-8")
    command = [sys.executable, str(script), str(tmp_path / "index"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


@pytest.mark.parametrize("is_guarded", [False, True])
def test_beside_a_thread_a_program_needs_its_guard(is_guarded: bool, tmp_path: Path) -> None:
    guard = "if __name__ == '__main__': " if is_guarded else ""
    done = run(f"{BESIDE_A_THREAD}{guard}write()\n", tmp_path)
    if is_guarded:
        assert (0, "", 100) == (done.returncode, done.stderr, len(searchkit.open(tmp_path / "index")))
        return
    assert 1 == done.returncode
    assert done.stderr.endswith(
        "searchkit.errors.SearchkitError: one of the 2 processes that index has ended before it began; each reads the "
        'program first that starts it, so put what writes below `if __name__ == "__main__":` there, or use one job; '
        "nothing was changed\n"
    )
    assert "a process that is to index starts others before it has begun; each reads" in done.stderr
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_process_that_may_start_none_indexes_by_itself(method: str, tmp_path: Path) -> None:
    done = run(IN_A_POOL, tmp_path, method)
    assert (0, "[1]\n", "") == (done.returncode, done.stdout, done.stderr)
