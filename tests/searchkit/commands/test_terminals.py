# ruff: noqa: SIM300
"""Commands on terminals, in pipes and with other encodings."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import resource
import struct
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.searchkit.commands.folder import Make, Run, Start


@contextlib.contextmanager
def terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """A pseudo-terminal: the end for a process, and what reads all that was written to it."""
    ours, theirs = pty.openpty()

    def read() -> str:
        os.close(theirs)
        data = b""
        with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
            while part := os.read(ours, 65536):
                data += part
        return data.decode()

    try:
        yield theirs, read
    finally:
        os.close(ours)


def environment(**changes: str) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm", **changes}


@pytest.mark.parametrize(
    ("changes", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_on_a_terminal(changes: dict[str, str], coloured: bool, start: Start, indexed: Path) -> None:
    with terminal() as (screen, read):
        process = start("query", "kitab", "--index", indexed, stdout=screen, env=environment(**changes))
        process.wait(30)
        shown = read()
    assert 0 == process.returncode
    assert coloured == ("\x1b[1;33mkitabların\x1b[0m" in shown)
    assert coloured == ("\x1b[1mKitab sərgisi\x1b[0m" in shown)
    assert coloured == ("\x1b" in shown)


def test_no_colours_in_a_pipe(finish: Run, indexed: Path) -> None:
    done = finish("query", "kitab", "--index", indexed, env=environment())
    assert (0, False) == (done.code, "\x1b" in done.out + done.err)


@pytest.mark.parametrize(("options", "shown"), [([], True), (["--quiet"], False), (["--json"], False)])
def test_progress_on_a_terminal(options: list[str], shown: bool, start: Start, articles: Path, place: Path) -> None:
    with terminal() as (screen, read):
        process = start("index", articles, "--index", place, *options, stderr=screen)
        process.wait(30)
        seen = read()
    assert 0 == process.returncode
    if shown:
        assert re.search(r"\rindexing: \d+% of 0\.0 MB, 1 documents, [\d,]+ a second", seen)
        assert re.search(r"\r *\rindexed 3 documents in ", seen)
    else:
        assert "" == seen


def test_progress_tells_the_rate_and_the_time_left(start: Start, many: Path, place: Path) -> None:
    with terminal() as (screen, read):
        process = start("index", many, "--index", place, stderr=screen)
        process.wait(60)
        seen = read()
    assert 0 == process.returncode
    assert re.search(r"\rindexing: \d+% of \d\.\d MB, [\d,]+ documents, [\d,]+ a second, [\d,]+ s left", seen)


def test_progress_on_a_narrow_terminal(start: Start, many: Path, place: Path) -> None:
    with terminal() as (screen, read):
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 30, 0, 0))
        process = start("index", many, "--index", place, stderr=screen)
        process.wait(60)
        seen = read()
    assert 0 == process.returncode
    drawn = [line for line in seen.split("\r") if line.startswith("indexing: ")]
    assert drawn  # once at least, however fast the machine is
    assert {29} == set(map(len, drawn))


def test_an_output_that_knows_no_azerbaijani(finish: Run, indexed: Path) -> None:
    narrow = environment(PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    done = finish("query", "kitab", "--index", indexed, env=narrow, encoding="cp1252")
    assert (0, True) == (done.code, "G\\u0259nc\\u0259d\\u0259" in done.out)
    done = finish("query", "kitab", "--index", indexed, "--json", env=narrow, encoding="cp1252")
    assert 0 == done.code
    assert "Kitab sərgisi" == json.loads(done.out)["hits"][0]["fields"]["title"]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_on_a_full_disk(unbuffered: str, finish: Run, indexed: Path, make_index: Make) -> None:
    texts = make_index(["kitab " + "dəniz " * 40 for _ in range(400)], name="texts").path
    queried = ("query", "kitab", "--index", texts, "--limit", "400", "--json")
    asked = ("query", "kitab", "--index", indexed, "--json")
    for arguments in (("--help",), ("stats", indexed), asked, queried, ("export", "--index", texts)):
        with Path("/dev/full").open("w") as full:
            done = finish(*arguments, stdout=full, env={"PYTHONUNBUFFERED": unbuffered})
        assert (1, "searchkit: input or output: No space left on device; make room and try again\n") == (
            done.code,
            done.err,
        )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_of_which_a_disk_has_taken_a_part(
    unbuffered: str, finish: Run, tmp_path: Path, make_index: Make
) -> None:
    """The limit on the size of a file stands for the full disk, of which a write gets what is left."""
    texts = make_index(["kitab " + "dəniz " * 40 for _ in range(400)], name="texts").path
    with (tmp_path / "found.json").open("w") as found:
        done = finish(
            "query", "kitab", "--index", texts, "--limit", "400", "--json",
            stdout=found,
            env={"PYTHONUNBUFFERED": unbuffered},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        )  # fmt: skip
    assert (1, "searchkit: input or output: File too large\n") == (done.code, done.err)


def test_names_of_files_do_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "\x1b[2J\nsearchkit: x\u202e.txt").write_bytes(b"\x00\x01\xff")
    code, _, err = run("index", tmp_path / "in", "--index", tmp_path / "index")
    assert 1 == code
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", err)
    assert 2 == err.count("\n")


def test_arguments_that_are_not_utf8(finish: Run, indexed: Path) -> None:
    done = finish("query", b"\xff kitab".decode("utf-8", "surrogateescape"), "--index", indexed, "--json")
    assert 0 == done.code
    assert ("\ufffd kitab", 1) == (json.loads(done.out)["query"], json.loads(done.out)["total"])
