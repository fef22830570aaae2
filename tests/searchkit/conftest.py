"""Fixtures for the tests of the search library: indexes in temporary folders, and the command as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import searchkit
from searchkit.cli import main
from searchkit.documents import Document, read_documents
from tests.searchkit import listed as listing
from tests.searchkit.newspaper import DOCUMENTS, SCHEMA

COMMAND = str(Path(sys.executable).with_name("searchkit"))


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def make_index(tmp_path: Path) -> Callable[..., searchkit.Index]:
    """Makes an index of some documents; a text instead of a document stands for its body."""

    def make_index(
        documents: Iterable[str | Mapping[str, Any]] = (), schema: searchkit.Schema | None = None, name: str = "index"
    ) -> searchkit.Index:
        index = searchkit.create(tmp_path / name, schema)
        with index.writer() as writer:
            for number, document in enumerate(documents, 1):
                writer.add({"id": str(number), "body": document} if isinstance(document, str) else document)
        return index

    return make_index


@pytest.fixture(scope="session")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> searchkit.Index:
    """An index of the documents in `tests.searchkit.newspaper`, for searching only."""
    index = searchkit.create(tmp_path_factory.mktemp("newspaper") / "index", SCHEMA)
    with index.writer() as writer:
        for document in DOCUMENTS:
            writer.add(document)
    return index


@pytest.fixture(scope="session")
def listed(tmp_path_factory: pytest.TempPathFactory) -> searchkit.Index:
    """An index of the documents in `tests.searchkit.listed`, in several segments with deletions in them."""
    index = searchkit.create(tmp_path_factory.mktemp("listed") / "index", listing.SCHEMA)
    made = listing.documents()
    for first, last in [(0, 70), (70, 130), (130, 190), (190, 200)]:
        with index.writer() as writer:
            for document in made[first:last]:
                writer.add(document)
    with index.writer() as writer:
        for key in listing.GONE:
            writer.delete(key)
    return index


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> searchkit.Index:
    """An index of the sample articles, for searching only."""
    index = searchkit.create(tmp_path_factory.mktemp("articles") / "index")
    with index.writer() as writer:
        for item in read_documents([Path(__file__).parents[2] / "corpus" / "articles"]):
            assert isinstance(item, Document)
            writer.add(item.fields)
    return index


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Runs the command in this process, as its script does; the console is not a terminal."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def start(tmp_path: Path) -> Iterable[Callable[..., subprocess.Popen[str]]]:
    """Starts the installed command as a process of its own group; whatever still runs at the end is killed."""
    started = []

    def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONUTF8": "1", **options.pop("env", {})}
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            **{
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "encoding": "utf-8",
                "cwd": tmp_path,
                "env": environment,
                "start_new_session": True,
                **options,
            },
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def finish(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., Ended]:
    """Runs the installed command as a process of its own until it ends."""

    def finish(*arguments: str | Path, input: str | bytes | None = None, **options: Any) -> Ended:
        if input is not None:
            options["stdin"] = subprocess.PIPE
        process = start(*arguments, **options)
        out, err = process.communicate(input, timeout=60)
        return Ended(process.returncode, out, err)

    return finish
