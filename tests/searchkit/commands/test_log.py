# ruff: noqa: SIM300
"""Messages as people read them, and as lines of JSON for what collects logs."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit

Run = Callable[..., Any]


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump\xff.jsonl"
    path.write_text('{"id": "1", "body": "kitab"}\n{"id": "2", "date": "dünən"}\n', "utf-8")
    return path


def lines(text: str) -> list[dict[str, Any]]:
    """The lines of a log, which all have a time, without it."""
    found = [json.loads(line) for line in text.splitlines()]
    for line in found:
        moment = datetime.datetime.fromisoformat(line.pop("time"))
        assert abs((datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()) < 60
    return found


def test_messages_of_an_indexing(finish: Run, dump: Path, tmp_path: Path) -> None:
    done = finish("--log-json", "index", dump, "--index", "index")
    assert (1, "") == (done.code, done.out)
    error, summary = lines(done.err)
    assert ("error", str(dump), 2) == (error["level"], error["file"], error["line"])
    assert error["message"].startswith(f"{dump}, line 2: document '2', field 'date': a date field takes ")
    assert summary["level"] == "info"
    assert summary["message"].startswith("indexed 1 document in ")
    figures = {"indexed": 1, "added": 1, "failed": 1, "documents": 1, "index": "index", "generation": "g000001"}
    assert figures == {name: summary[name] for name in figures}


def test_quiet_leaves_the_errors(run: Run, dump: Path, tmp_path: Path) -> None:
    done = run("--log-json", "index", dump, "--index", tmp_path / "index", "--quiet")
    assert ["error"] == [line["level"] for line in lines(done.err)]


def test_errors_that_end_a_command(run: Run, dump: Path, tmp_path: Path) -> None:
    with searchkit.create(tmp_path / "index").writer():
        for arguments, code in (
            (["query", "kitab", "--index", tmp_path / "nothing"], 1),
            (["index", dump, "--index", tmp_path / "index"], 75),
            (["query", "kitab"], 2),
        ):
            done = run("--log-json", *arguments)
            assert (code, "") == (done.code, done.out)
            assert [("error", code)] == [(line["level"], line["code"]) for line in lines(done.err)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["bogus"], "No such command 'bogus'."),
        (["query", "kitab"], "Missing option '--index'."),
        (["--nosuch"], "No such option"),
        (["stats", "x", "--debug"], "Put --debug before the command: searchkit --debug …"),
        (["stats", "x", "--log-json"], "Put --log-json before the command: searchkit --log-json …"),
        (["\udcff"], "No such command "),
        ([], "Missing command."),
    ],
)
def test_wrong_usage(arguments: list[str], expected: str, run: Run) -> None:
    done = run("--log-json", *arguments)
    assert (2, "") == (done.code, done.out)
    (line,) = lines(done.err)
    assert ("error", 2, True) == (line["level"], line["code"], expected in line["message"])


def test_an_option_behind_the_command_is_not_the_one_before_it(run: Run) -> None:
    done = run("stats", "x", "--log-json")
    assert done.err.startswith("Usage: searchkit stats")
    assert done.err.endswith("\nPut --log-json before the command: searchkit --log-json …\n")


def test_messages_of_a_search(run: Run, dump: Path, tmp_path: Path) -> None:
    run("index", dump, "--index", tmp_path / "index", "--quiet")
    with searchkit.open(tmp_path / "index").writer() as writer:
        writer.add({"id": "3", "body": "kitab"})
    arguments = ["query", "kitab", "--index", tmp_path / "index", "--limit", "1", "--after", ""]
    page, summary = lines(run("--log-json", *arguments).err)
    assert ("info", f"next page: --after {page['cursor']}") == (page["level"], page["message"])
    assert f"2 documents found in {summary['took_ms']:.1f} ms" == summary["message"]
    assert ("info", 2) == (summary["level"], summary["total"])
    assert run(*arguments).err.startswith(f"next page: --after {page['cursor']}\n2 documents found in ")


def test_warnings_of_stats(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1.0")
    searchkit.create(tmp_path / "index")
    (line,) = lines(run("--log-json", "stats", tmp_path / "index").err)
    assert ("warning", True) == (line["level"], line["message"].startswith("whoosh3 1.0 and "))


def test_an_interrupt_is_one_line(start: Run, tmp_path: Path) -> None:
    process = start("--log-json", "index", "-", "--format", "jsonl", "--index", "index", stdin=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("index/segments/*")) and time.monotonic() < deadline:
        process.stdin.write('{"id": "1", "body": "kitab"}\n' * 1000)
        process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    (line,) = lines(err)
    expected = {"level": "error", "message": "interrupted; the index is as it was before", "code": 130}
    assert (-signal.SIGINT, expected) == (process.returncode, line)


def test_results_stay_as_they_are(run: Run, dump: Path, tmp_path: Path) -> None:
    run("index", dump, "--index", tmp_path / "index", "--quiet")
    assert 1 == json.loads(run("--log-json", "query", "kitab", "--index", tmp_path / "index", "--json").out)["total"]
    done = run("--log-json", "optimize", tmp_path / "index")
    assert [{"level": "info", "message": f"{tmp_path}/index: it is in one piece already"}] == lines(done.err)
    assert "it is in one piece" in run("optimize", tmp_path / "index").err.splitlines()[0]  # the next is as before
    assert not run("optimize", tmp_path / "index").err.startswith("{")


def test_names_that_are_no_text(finish: Run, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(folder)  # noqa: PTH102
    done = finish("--log-json", "index", os.fsdecode(folder), "--index", os.fsdecode(folder + b"/none"), encoding=None)
    assert 1 >= done.code
    assert all(json.loads(line)["level"] in ("info", "warning", "error") for line in done.err.decode().splitlines())
