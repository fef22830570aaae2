# ruff: noqa: SIM300

from __future__ import annotations

import contextlib
import gc
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Index, LockedError
from searchkit.storage.locks import WriterLock

Make = Callable[..., Index]

HOLD = """
import sys, time, searchkit
with searchkit.open(sys.argv[1]).writer() as writer:
    writer.add({"id": "held", "body": "kitab"})
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""

INDEX = """
import multiprocessing, os, signal, sys, time, searchkit

def at(done):
    if done == 350:
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        if sys.argv[2] == "sleep":
            time.sleep(60)
        if sys.argv[2] == "fail":
            raise RuntimeError("on purpose")
        if sys.argv[2] == "kill a child":
            multiprocessing.active_children()[0].kill()

try:
    with searchkit.open(sys.argv[1]).writer(jobs=2, progress=at) as writer:
        for number in range(400):
            writer.add({"id": str(number), "body": "neft"})
except (searchkit.SearchkitError, RuntimeError) as error:
    print(f"{type(error).__name__}: {error}")
"""


@contextlib.contextmanager
def running(script: str, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own group that runs a script of ours; at the end the whole group is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but that nobody has asked for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_holder_is_named(make_index: Make) -> None:
    index = make_index(["kitab"])
    with running(HOLD, index.path, 60) as process:
        assert "held" == line(process)
        for use in (index.writer, lambda: searchkit.rebuild(index.path).__enter__()):
            with pytest.raises(LockedError) as raised:
                use()
            assert re.fullmatch(
                rf"{re.escape(str(index.path))}: another writer holds the index \(process {process.pid} on "
                rf"{re.escape(socket.gethostname())} since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{{4}}\); "
                "try again later, or wait longer for it",
                str(raised.value),
            )
        assert ["1"] == [hit.id for hit in searchkit.open(index.path).search("kitab")]  # readers need no lock


def test_two_writers_in_one_process(make_index: Make) -> None:
    index = make_index()
    with index.writer():
        with pytest.raises(LockedError) as raised:
            index.writer()
        assert f"process {os.getpid()} on" in str(raised.value)
        assert str(raised.value).endswith(
            "; that is this process, where a writer has been neither committed nor rolled back: "
            "end it, or wait for the thread that has it"
        )
        with pytest.raises(LockedError), searchkit.open(index.path).writer():
            pass
    with index.writer():
        pass


def lose(index: Index, jobs: int = 1) -> None:
    """Begin to write and fail before the end."""
    writer = index.writer(jobs=jobs)
    writer.add({"id": "lost", "body": "kitab"})
    writer.delete("1")
    raise LookupError


def tangle(index: Index) -> None:
    """Begin to write, and leave a writer that only the garbage collector finds."""
    writer = index.writer()
    writer.add({"id": "lost", "body": "kitab"})
    writer.itself = writer  # type: ignore[attr-defined]


@pytest.mark.parametrize("begin", [lose, tangle, lambda index: lose(index, jobs=2)])
def test_a_writer_that_is_lost_is_rolled_back(begin: Callable[[Index], None], make_index: Make) -> None:
    index = make_index(["kitab"])
    before = sorted(index.path.rglob("*"))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with contextlib.suppress(LookupError):
            begin(index)
        gc.collect()
    expected = (
        "a searchkit.Writer was lost before it was committed or rolled back, so nothing was changed; "
        "use it in a `with` block"
    )
    assert [(ResourceWarning, expected)] == [(each.category, str(each.message)) for each in told]
    assert before == sorted(index.path.rglob("*"))
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert ["1", "2"] == sorted(hit.id for hit in index.search("kitab"))


def test_a_writer_that_has_ended_is_not_lost(make_index: Make) -> None:
    index = make_index()
    for end in (searchkit.Writer.commit, searchkit.Writer.rollback):
        writer = index.writer()
        writer.add({"id": "1", "body": "kitab"})
        end(writer)
        with index.writer():  # whose lock must stay when the other one goes
            del writer
            gc.collect()
            with pytest.raises(LockedError):
                index.writer()


END = """
import sys, searchkit
writer = searchkit.open(sys.argv[1]).writer(jobs=int(sys.argv[2]))
writer.add({"id": "lost", "body": "kitab"})
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_program_that_ends_with_a_writer_open_changes_nothing(jobs: str, make_index: Make) -> None:
    index = make_index(["kitab"])
    with running(END, index.path, jobs) as process:
        assert ("", "") == process.communicate(timeout=30)
        assert 0 == process.returncode
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert ["1", "2"] == sorted(hit.id for hit in index.search("kitab"))
    assert 0 == index.stats().leftover_files


def test_waiting_for_the_holder(make_index: Make) -> None:
    index = make_index()
    with running(HOLD, index.path, 0.3) as process:
        assert "held" == line(process)
        with index.writer(wait=30) as writer:
            writer.add({"id": "mine", "body": "kitab"})
    assert ["held", "mine"] == sorted(hit.id for hit in index.search("kitab"))


def test_waiting_in_vain(make_index: Make) -> None:
    index = make_index()
    with index.writer():
        started = time.monotonic()
        with pytest.raises(LockedError):
            index.writer(wait=0.3)
        assert 0.3 <= time.monotonic() - started < 3


def test_the_lock_of_a_killed_process_is_free(make_index: Make) -> None:
    index = make_index()
    with running(HOLD, index.path, 60) as process:
        assert "held" == line(process)
        process.kill()
        process.wait()
        with index.writer() as writer:
            writer.add({"id": "mine", "body": "kitab"})
    assert ["mine"] == [hit.id for hit in index.search("kitab")]


def test_the_lock_of_a_process_killed_with_jobs_is_free(make_index: Make) -> None:
    index = make_index(["kitab"])
    with running(INDEX, index.path, "sleep") as process:
        children = [int(pid) for pid in line(process).split()]
        assert 2 == len(children)
        process.kill()
        process.wait()
        with index.writer(wait=10) as writer:
            writer.add({"id": "mine", "body": "kitab"})
        assert [] == [pid for pid in children if is_alive(pid)]
    assert ["1", "mine"] == sorted(hit.id for hit in index.search("kitab neft"))


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("fail", "RuntimeError: on purpose\n"),
        (
            "kill a child",
            "SearchkitError: one of the 2 processes that index has died, perhaps for want of memory; "
            "nothing was changed, try again with fewer jobs\n",
        ),
    ],
)
def test_jobs_that_fail_end_and_change_nothing(how: str, expected: str, make_index: Make) -> None:
    index = make_index(["kitab"])
    with running(INDEX, index.path, how) as process:
        children = [int(pid) for pid in line(process).split()]
        assert process.stdout is not None
        assert expected == process.stdout.read()  # `communicate` forgets what was read with the line before
        assert ("", "") == process.communicate(timeout=30)
        assert [] == [pid for pid in children if is_alive(pid)]
    index.refresh()
    assert ["1"] == [hit.id for hit in index.search("kitab neft")]
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert 2 == len(index)


def test_a_lock_file_that_says_nothing(tmp_path: Path) -> None:
    with WriterLock(tmp_path) as lock:
        lock.acquire()
        for content in ("", "{}", "[]", "not json"):
            (tmp_path / "writer.lock").write_text(content)
            with pytest.raises(LockedError) as raised:
                WriterLock(tmp_path).acquire()
            expected = f"{tmp_path}: another writer holds the index; try again later, or wait longer for it"
            assert expected == str(raised.value)


def test_whoever_waits_for_a_lock_that_is_removed_gets_the_new_one(tmp_path: Path) -> None:
    first, second = WriterLock(tmp_path), WriterLock(tmp_path)
    first.acquire()
    waiting = threading.Thread(target=second.acquire, args=(30,))
    waiting.start()
    time.sleep(0.1)
    first.remove()
    waiting.join()
    with pytest.raises(LockedError):
        WriterLock(tmp_path).acquire()
    second.release()
    with WriterLock(tmp_path) as third:
        third.acquire()


@contextlib.contextmanager
def copy_of_this_process() -> Iterator[None]:
    """A process forked from this one, which does nothing but live until the end of the block."""
    ends, end = os.pipe()
    if not (child := os.fork()):
        os.close(end)
        os.read(ends, 1)
        os._exit(0)
    try:
        yield
    finally:
        os.close(end)
        os.close(ends)
        os.waitpid(child, 0)


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="only some systems fork")
forks_beside_threads = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@forks
@forks_beside_threads
def test_a_process_forked_meanwhile_does_not_hold_the_lock(make_index: Make) -> None:
    index = make_index()
    writer = index.writer()
    with copy_of_this_process():
        writer.add({"id": "1", "body": "kitab"})
        writer.commit()
        with index.writer() as another:
            another.add({"id": "2", "body": "kitab"})
    assert 2 == len(index)


FORK = """
import os, sys, time, searchkit
with searchkit.open(sys.argv[1]).writer() as writer:
    if not os.fork():
        time.sleep(60)
    print("forked", flush=True)
    time.sleep(60)
"""


@forks
def test_the_lock_of_a_killed_process_is_free_though_a_fork_of_it_lives(make_index: Make) -> None:
    index = make_index()
    with running(FORK, index.path) as process:
        assert "forked" == line(process)
        process.kill()
        process.wait()
        with index.writer(wait=5) as writer:
            writer.add({"id": "mine", "body": "kitab"})
    assert 1 == len(index)


@forks
@forks_beside_threads
def test_a_forked_process_ends_no_transaction_of_the_other(make_index: Make) -> None:
    index = make_index(["kitab"])
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
        for leave in (writer.commit, writer.rollback, lambda: writer.__exit__(SystemExit, SystemExit(), None)):
            if not (child := os.fork()):
                try:
                    leave()
                except searchkit.WriterClosedError as error:
                    os._exit(3 if f"belongs to process {os.getppid()}" in str(error) else 4)
                except BaseException:
                    os._exit(5)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == (0 if leave not in (writer.commit, writer.rollback) else 3)
    assert 2 == len(index)
    assert [] == searchkit.verify(index.path)


@forks
@forks_beside_threads
def test_a_forked_process_that_loses_its_copy_of_a_writer_ends_nothing(make_index: Make) -> None:
    index = make_index(["kitab"])
    writer = index.writer()
    writer.add({"id": "2", "body": "kitab"})
    if not (child := os.fork()):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            del writer
            gc.collect()
        os._exit(sum("searchkit.Writer" in str(each.message) for each in told))
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with pytest.raises(LockedError):
        index.writer()
    writer.commit()
    assert 2 == len(index)
    assert [] == searchkit.verify(index.path)


COPY = """
import os, sys, searchkit
from searchkit.engine import column_writer
column_writer._SPILL = 1000  # so that much waits in files
with searchkit.open(sys.argv[1]).writer() as writer:
    for number in range(500):
        writer.add({"id": str(number), "body": f"kitab {number}"})
    if not os.fork():
        sys.exit()
    os.wait()
print(writer.summary, searchkit.verify(sys.argv[1]))
"""


@forks
def test_a_forked_process_that_ends_writes_nothing_into_the_files_of_the_other(make_index: Make) -> None:
    with running(COPY, make_index().path) as process:
        expected = "Summary(written=500, deleted=0, documents=500) []\n"
        assert (expected, "") == process.communicate(timeout=30)


MAKE = """
import sys, searchkit
index = searchkit.open_or_create(sys.argv[1])
with index.writer(wait=30) as writer:
    writer.add({"id": sys.argv[2], "body": "kitab"})
"""


def test_processes_that_make_the_same_index_at_once(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(running(MAKE, tmp_path / "index", key)) for key in "abcd"]
        assert [process.communicate(timeout=60) for process in processes] == [("", "")] * 4
    assert list("abcd") == sorted(hit.id for hit in searchkit.open(tmp_path / "index").search("kitab"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"wait": -1}, "wait is a number of seconds from 0 on, not -1"),
        ({"wait": 10**400}, f"wait is a number of seconds from 0 on, not {10**400}"),
        ({"wait": float("nan")}, "wait is a number of seconds from 0 on, not nan"),
        ({"wait": None}, "wait is a number of seconds from 0 on, not None"),
        ({"jobs": 0}, "jobs is a whole number from 1 to 64, not 0"),
        ({"jobs": 1000}, "jobs is a whole number from 1 to 64, not 1000"),
        ({"jobs": "2"}, "jobs is a whole number from 1 to 64, not '2'"),
        ({"keep": -1}, "keep is a whole number from 0 on, not -1"),
        ({"keep": "1"}, "keep is a whole number from 0 on, not '1'"),
        ({"min_ratio": 90}, "min_ratio is a share from 0 to 1 or None, not 90"),
        ({"min_ratio": "0.9"}, "min_ratio is a share from 0 to 1 or None, not '0.9'"),
    ],
)
def test_an_option_that_cannot_be_is_told_before_anything_happens(
    options: dict[str, Any], reason: str, make_index: Make
) -> None:
    index = make_index(["kitab"])
    with pytest.raises(ValueError, match=re.escape(reason)):
        index.writer(**options)
    with pytest.raises(ValueError, match=re.escape(reason)), searchkit.rebuild(index.path, **options):
        pass
    with index.writer() as writer:  # nobody holds the lock
        writer.add({"id": "2"})
    assert len(index) == 2


@pytest.mark.parametrize("act", [searchkit.repair, searchkit.rollback])
def test_a_folder_of_others_gets_no_lock(act: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("kitab")
    with pytest.raises(searchkit.IndexNotFoundError):
        act(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
