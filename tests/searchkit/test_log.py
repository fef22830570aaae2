# ruff: noqa: SIM300
"""Messages as people read them, and as lines of JSON for what collects logs."""

from __future__ import annotations

import datetime
import json
import os
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
    assert all(json.loads(line)["level"] in ("info", "error") for line in done.err.decode().splitlines())
