# ruff: noqa: SIM300
"""Commands that are interrupted, killed or cut off."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from tests.searchkit.commands.folder import Make, Run, Start, files, ids


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.002)


def holds_lock(place: Path, process: subprocess.Popen[str]) -> bool:
    with contextlib.suppress(OSError):
        return f'"pid":{process.pid},' in (place / "writer.lock").read_text()
    return False


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_interrupted_while_reading(options: list[str], start: Start, indexed: Path) -> None:
    before = files(indexed)
    arguments = ["index", "-", "--format", "jsonl", "--index", indexed, *options]
    process = start(*arguments, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write('{"id": "new", "body": "kitab"}\n' * 10_000)
    process.stdin.flush()
    wait_for(lambda: holds_lock(indexed, process), process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (-signal.SIGINT, "", "searchkit: interrupted; the index is as it was before") == (
        process.returncode,
        out,
        err.strip(),
    )
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}


@pytest.mark.parametrize("module", ["click.core", "searchkit.commands.log"])
def test_interrupted_while_modules_are_imported(module: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "searchkit", "analyze", "kitab"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.endswith(f" {module}\n"):
            break
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert -signal.SIGINT == process.returncode
    assert "Traceback" not in err


@pytest.mark.parametrize("ignored", [True, False])
def test_who_handles_interrupts_stays(ignored: bool, tmp_path: Path) -> None:
    """What ignores interrupts, as a job in the background, goes on doing so."""
    code = (
        "import signal, sys\n"
        f"{'signal.signal(signal.SIGINT, signal.SIG_IGN)' if ignored else ''}\n"
        "from searchkit.__main__ import main\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        "sys.argv[1:] = ['analyze', 'kitab']\n"
        "try:\n    main()\n"
        "finally:\n    assert before == signal.getsignal(signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert (0, "0\t0-5\tword\tkitab\tkitab\n", "") == (done.returncode, done.stdout, done.stderr)


def written_by(place: Path, before: set[Path]) -> list[Path]:
    """The files that somebody has begun to write."""
    return [path for path in (place / "segments").glob("*.tmp") if path not in before]


@pytest.mark.parametrize("options", [[], ["--rebuild"], ["--jobs", "2"], ["--rebuild", "--jobs", "2"]])
def test_interrupted_while_writing(options: list[str], start: Start, many: Path, indexed: Path) -> None:
    before = files(indexed)
    process = start("index", many, "--index", indexed, *options)
    wait_for(lambda: written_by(indexed, set(before)), process)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (-signal.SIGINT, "", "searchkit: interrupted; the index is as it was before") == (
        process.returncode,
        out,
        err.strip(),
    )
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}
    with searchkit.open(indexed).writer() as writer:
        writer.add({"id": "new", "body": "kitab"})
    assert ["a.txt", "b.md", "c-1", "new"] == ids(indexed)


def test_interrupted_where_there_was_no_index(start: Start, many: Path, place: Path) -> None:
    process = start("index", many, "--index", place)
    wait_for(lambda: written_by(place, set()), process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (-signal.SIGINT, "searchkit: interrupted; the index is as it was before") == (
        process.returncode,
        err.strip(),
    )
    assert not place.exists()


def test_interrupted_when_a_new_generation_is_in_force(start: Start, articles: Path, indexed: Path) -> None:
    (articles / "d.txt").write_text("kitab")
    out, into = os.pipe()
    os.set_blocking(into, False)
    with contextlib.suppress(BlockingIOError):  # so that the command waits when it says what it has done
        while True:
            os.write(into, b"x" * 4096)
    os.set_blocking(into, True)
    process = start("index", articles, "--index", indexed, "--json", stdout=into)
    wait_for(lambda: searchkit.open(indexed).stats().generation == "g000002", process)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    os.close(into)
    with open(out, "rb") as told:  # noqa: PTH123
        told.read()
    _, err = process.communicate(timeout=30)
    assert (-signal.SIGINT, "searchkit: interrupted; generation g000002 is in force") == (
        process.returncode,
        err.strip(),
    )


@pytest.mark.parametrize("options", [[], ["--rebuild"], ["--jobs", "2"]])
def test_killed_while_writing(
    options: list[str], start: Start, run: Run, many: Path, articles: Path, indexed: Path
) -> None:
    before = set(files(indexed))
    process = start("index", many, "--index", indexed, *options)
    wait_for(lambda: written_by(indexed, before), process)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
    assert before < set(files(indexed))
    assert 0 == run("index", articles, "--index", indexed, "--wait", "10").code
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
    stay = {*before, *searchkit.open(indexed)._backend().files(searchkit.open(indexed)._manifest["segments"])}
    assert {path for path in files(indexed) if path.parent.name == "segments"} <= stay  # what was left behind is gone


def test_what_a_killed_run_left_goes_with_one_that_changes_nothing(
    start: Start, run: Run, many: Path, articles: Path, place: Path
) -> None:
    assert 0 == run("index", articles, "--index", place).code
    before = set(files(place))
    process = start("index", many, "--index", place, "--rebuild")
    wait_for(lambda: written_by(place, before), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert 0 < searchkit.open(place).stats().leftover_files
    assert 0 == run("index", articles, "--index", place).code
    assert ("g000001", 0) == (searchkit.open(place).stats().generation, searchkit.open(place).stats().leftover_files)
    assert before == set(files(place))


@pytest.mark.parametrize("options", [[], ["--rebuild"], ["--jobs", "2"]])
@pytest.mark.parametrize("limit", [1000, 20_000, 120_000])
def test_a_disk_that_takes_no_more(options: list[str], limit: int, finish: Run, many: Path, indexed: Path) -> None:
    """The limit on the size of a file stands for the full disk: both end a write with an error of the system."""
    before = files(indexed)
    lines = many.read_text("utf-8").splitlines(keepends=True)[:1500]
    many.write_text("".join(lines), "utf-8")
    done = finish(
        "index", many, "--index", indexed, *options,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert (1, "") == (done.code, done.out)
    assert re.fullmatch(
        rf"searchkit: {re.escape(str(indexed))}/segments/\w\S+\.seg: File too large; nothing was changed; .*\n",
        done.err,
    )
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
    with searchkit.open(indexed).writer() as writer:
        writer.add({"id": "new", "body": "kitab"})
    assert ["a.txt", "b.md", "c-1", "new"] == ids(indexed)


@pytest.mark.parametrize(
    "command", [["query", "kitab", "--limit", "400"], ["query", "kitab", "--limit", "400", "--json"], ["export"]]
)
def test_a_reader_that_has_gone(command: list[str], start: Start, make_index: Make) -> None:
    index = make_index(["kitab " + "dəniz " * 40 for _ in range(400)])
    process = start(*command, "--index", index.path)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(10)
    process.stdout.close()
    err = process.stderr.read()
    assert (-signal.SIGPIPE, "") == (process.wait(30), err)


@pytest.mark.parametrize("arguments", [["--help"], ["query", "--help"], ["--version"], ["analyze", "kitab"]])
def test_a_reader_that_was_never_there(arguments: list[str], finish: Run) -> None:
    out, into = os.pipe()
    os.close(out)
    done = finish(*arguments, stdout=into)
    os.close(into)
    assert (-signal.SIGPIPE, "") == (done.code, done.err)


def test_a_reader_of_messages_that_has_gone(start: Start, indexed: Path, tmp_path: Path) -> None:
    before = files(indexed)
    (tmp_path / "bad.jsonl").write_text("kitab\n" * 3000)
    process = start("index", tmp_path / "bad.jsonl", "--index", indexed)
    assert process.stderr is not None
    assert process.stderr.read(10)
    process.stderr.close()
    assert -signal.SIGPIPE == process.wait(30)
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}


def closed(*descriptors: int) -> Callable[[], None]:
    """For a process that is started without some of its standard streams."""

    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    return close


@pytest.mark.parametrize("streams", [(0,), (1,), (2,), (1, 2), (0, 1, 2)])
def test_closed_standard_streams(streams: tuple[int, ...], finish: Run, articles: Path, place: Path) -> None:
    for arguments in (
        ["index", articles, "--index", place],
        ["index", articles, "--index", place, "--json"],
        ["query", "kitab", "--index", place],
        ["query", "kitab", "--index", place, "--json"],
        ["stats", place],
        ["--help"],
    ):
        done = finish(*arguments, preexec_fn=closed(*streams))
        assert 0 == done.code, (arguments, done.err)
    assert 1 == finish("query", "kitab", "--index", articles, preexec_fn=closed(*streams)).code
    assert ["a.txt", "b.md", "c-1"] == ids(place)


def test_standard_input_that_is_closed_has_nothing(finish: Run, indexed: Path) -> None:
    assert 0 == finish("index", "-", "--index", indexed, preexec_fn=closed(0)).code
    assert (0, "", "") == finish("analyze", "-", preexec_fn=closed(0))
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
