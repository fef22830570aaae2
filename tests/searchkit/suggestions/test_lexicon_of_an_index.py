# ruff: noqa: SIM300
"""An index whose words were read with another lexicon is not searched with this one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import azanalyzer
import searchkit

Make = Callable[..., searchkit.Index]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A copy of the analyzer, to be changed."""
    package = Path(azanalyzer.__file__).parent
    shutil.copytree(package, tmp_path / "other" / "azanalyzer", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "other"


def run(other: Path, *arguments: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line with that analyzer."""
    paths = [str(other), str(Path(searchkit.__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "searchkit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def test_another_lexicon(other: Path, make_index: Make, tmp_path: Path) -> None:
    index = make_index(["kitab"])
    assert 0 == run(other, "query", "kitab", "--index", index.path).returncode
    lexicon = other / "azanalyzer" / "data" / "lexicon" / "nominals.tsv"
    lexicon.write_text(lexicon.read_text("utf-8") + lexicon.read_text("utf-8").splitlines()[-1] + "\n", "utf-8")
    (tmp_path / "a.txt").write_text("Neft")
    for command in (
        ["query", "kitab", "--index", index.path],
        ["index", tmp_path / "a.txt", "--index", index.path],
    ):
        done = run(other, *command)
        assert (1, "") == (done.returncode, done.stdout)
        assert re.fullmatch(
            rf"searchkit: {re.escape(str(index.path))}: the words of the index were read with another lexicon than "
            r"that of this azanalyzer \S+, which may read them otherwise; "
            rf"read them again with `searchkit upgrade {re.escape(str(index.path))}`, "
            r"or rebuild it with `searchkit index … --rebuild`\n",
            done.stderr,
        )
    assert 0 == run(other, "verify", index.path).returncode
    figures = json.loads(run(other, "stats", index.path, "--json").stdout)
    own = {"format": 7, "analyzer": f"azanalyzer {azanalyzer.VERSION}", "lexicon": azanalyzer.data_checksum()}
    assert own == {name: figures[name] for name in own}
    assert {"lexicon"} == {name for name in own if figures["program"][name] != own[name]}
    assert (1, ["g000001", "g000002"]) == (figures["documents"], figures["unreadable"])
    told = run(other, "stats", index.path).stdout
    lexicon = figures["program"]["lexicon"]
    assert f", lexicon {lexicon}; it cannot read the index as it is, use `searchkit upgrade {index.path}`\n" in told
    assert 0 == run(other, "index", tmp_path / "a.txt", "--index", index.path, "--rebuild").returncode
    assert 0 == run(other, "query", "neft", "--index", index.path).returncode
    assert "kept        g000002, 1 document, which this program cannot read\n" in run(other, "stats", index.path).stdout
    done = run(other, "rollback", index.path)
    assert (1, True) == (done.returncode, "the words of generation g000002 were read with another" in done.stderr)


def test_upgrade_reads_what_the_index_stores(other: Path, make_index: Make) -> None:
    index = make_index(["zurbalaqlar " * 400, {"id": "2", "title": "Neft", "source": ["a", "b"], "date": "2022-08-24"}])
    with index.writer() as writer:
        writer.add({"id": "3", "body": "zurbalaqdan"})
        writer.delete("2")
        writer.add({"id": "2", "title": "Neftçi", "source": ["a", "b"], "date": "2022-08-24"})
    before = {key: index.get(key) for key in ("1", "2", "3")}
    lexicon = other / "azanalyzer" / "data" / "lexicon" / "nominals.tsv"
    lexicon.write_text(lexicon.read_text("utf-8") + "zurbalaqlar\tn\t5\t-\n", "utf-8")
    assert 1 == run(other, "query", "zurbalaqlar", "--index", index.path).returncode
    done = run(other, "upgrade", index.path, "--json", "--jobs", "2")
    assert {"index": str(index.path), "changed": True, "generation": "g000004", "documents": 3} == json.loads(
        done.stdout
    )
    found = json.loads(run(other, "query", "zurbalaqlar", "--index", index.path, "--json").stdout)
    assert "1" == found["hits"][0]["id"]
    figures = json.loads(run(other, "stats", index.path, "--json").stdout)
    assert figures["program"]["lexicon"] == figures["lexicon"] != azanalyzer.data_checksum()
    again = run(other, "upgrade", index.path)
    assert (0, f"{index.path}: it is up to date already\n") == (again.returncode, again.stderr)
    assert 0 == run(other, "verify", index.path).returncode
    with pytest.raises(searchkit.IndexVersionError):
        searchkit.open(index.path)
    assert searchkit.upgrade(index.path)
    opened = searchkit.open(index.path)
    assert before == {key: opened.get(key) for key in before}
    assert {"1", "3"} == {hit.id for hit in opened.search("zurbalaq")}


def test_what_does_not_matter(other: Path, make_index: Make) -> None:
    index = make_index(["kitab"])
    data = other / "azanalyzer" / "data"
    for name in ("synonyms.tsv", "stop_words.txt", "units.txt"):
        (data / name).write_text((data / name).read_text("utf-8") + "\n", "utf-8")
    for path in data.rglob("*.tsv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert 0 == run(other, "stats", index.path).returncode


def test_the_checksum() -> None:
    assert re.fullmatch("[0-9a-f]{8}", azanalyzer.data_checksum())
    assert azanalyzer.data_checksum() == azanalyzer.data_checksum()
