# ruff: noqa: SIM300
"""The jobs that docs/operations.md shows for cron and systemd do what the page says."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import searchkit
from tests.searchkit.conftest import COMMAND

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "operations.md").read_text("utf-8")
BLOCKS = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder in which the jobs run."""
    (tmp_path / "articles").mkdir()
    for name in ("a", "b", "c", "d"):
        (tmp_path / "articles" / f"{name}.txt").write_text(f"Kitab {name}")
    return tmp_path


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd as the page shows it."""
    (text,) = (block for block in BLOCKS if f"[{name}]" in block)
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def run(command: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=60)


def test_the_line_for_cron(place: Path) -> None:
    (line,) = (block.strip() for block in BLOCKS if "* * * *" in block)
    *times, command = line.split(" ", 5)
    assert 5 == len(times)
    assert "%" not in command  # which cron takes for the end of the line
    command = command.replace("/srv/search", shlex.quote(str(place)))
    for number, text in enumerate(("Neft", "Qaz", "Qaz")):
        (place / "articles" / "a.txt").write_text(f"{text} {min(number, 1)}")
        done = run(["sh", "-c", command], place)
        assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
    assert "g000002" == searchkit.open(place / "articles.index").stats().generation
    for name in ("a", "b"):
        (place / "articles" / f"{name}.txt").unlink()
    done = run(["sh", "-c", command], place)
    assert 1 == done.returncode
    assert done.stderr.startswith(f"searchkit: {place}/articles.index: 2 documents would replace 4, ")


def test_the_service(place: Path) -> None:
    service = unit("Service")["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert "searchkit" == Path(program).name
    done = run([COMMAND, *arguments], place)
    assert (0, "") == (done.returncode, done.stdout)
    assert '"level":"info","message":"indexed 4 documents ' in done.stderr
    done = run([COMMAND, *arguments], place)
    assert '"level":"info","message":"nothing has changed since ' in done.stderr
    arguments[arguments.index("--wait") + 1] = "0"
    (place / "articles" / "a.txt").unlink()
    with searchkit.open(place / "articles.index").writer():
        assert int(service["SuccessExitStatus"].split()[0]) == run([COMMAND, *arguments], place).returncode


def test_the_units_are_right(place: Path) -> None:
    assert "*:0/15" == unit("Timer")["Timer"]["OnCalendar"]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd to ask")
    for name, part in (("service", "Service"), ("timer", "Timer")):
        (text,) = (block for block in BLOCKS if f"[{part}]" in block)
        text = text.replace("/usr/local/bin/searchkit", COMMAND).replace("User=search\n", "")
        (place / f"searchkit-articles.{name}").write_text(text.replace("/srv/search", str(place)))
    done = run(["systemd-analyze", "verify", "--man=no", str(place / "searchkit-articles.timer")], place)
    assert "searchkit-articles" not in done.stderr
