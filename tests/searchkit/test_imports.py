# ruff: noqa: SIM300
"""Who may import whom, and what `import searchkit` must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from searchkit import Index

ROOT = Path(__file__).resolve().parents[2]
SEARCHKIT = ROOT / "searchkit"
AZANALYZER = ROOT / "analyzers" / "azanalyzer"


def imported(source: str) -> Iterator[str]:
    """The modules that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0]
            if called in ("import_module", "__import__") and isinstance(name, ast.Constant):
                yield str(name.value)


def packages(folder: Path) -> dict[str, set[str]]:
    """For each file below a folder the packages that it imports."""
    files = sorted(folder.rglob("*.py"))
    assert files
    return {
        str(path.relative_to(folder)): {name.partition(".")[0] or name for name in imported(path.read_text("utf-8"))}
        for path in files
    }


def test_all_kinds_of_imports_are_seen() -> None:
    source = """
import a.b, c as d
from e.f import g
from .h import i
def later():
    from j import k
    __import__("l"); importlib.import_module("m.n")
"""
    assert [".h", "a.b", "c", "e.f", "j", "l", "m.n"] == sorted(imported(source))


def test_only_the_engine_imports_whoosh() -> None:
    importing = [name for name, found in packages(SEARCHKIT).items() if "whoosh" in found]
    assert importing
    assert [] == [name for name in importing if not name.startswith("engine/")]


def test_only_the_command_line_imports_click() -> None:
    importing = [name for name, found in packages(SEARCHKIT).items() if "click" in found]
    assert "cli.py" in importing
    assert [] == [name for name in importing if name != "cli.py" and not name.startswith("commands/")]


def test_the_analyzer_knows_no_index() -> None:
    for name, found in packages(AZANALYZER).items():
        assert not found & {"searchkit", "whoosh", "click"}, name


def test_the_engine_is_reached_through_the_backend_only() -> None:
    importing = {
        str(path.relative_to(SEARCHKIT))
        for path in SEARCHKIT.rglob("*.py")
        if any(name.startswith("searchkit.engine") for name in imported(path.read_text("utf-8")))
    }
    assert {"storage/generations.py"} == {name for name in importing if not name.startswith("engine/")}
    for path in (SEARCHKIT / "engine").rglob("*.py"):
        own = {name for name in imported(path.read_text("utf-8")) if name.startswith("searchkit.")}
        names = (
            *("backend", "collation", "deadline", "edits", "errors", "querytree", "ranking", "schema"),
            *("storage.checksums", "storage.files", "storage.hashes", "storage.locks"),
        )
        allowed = {f"searchkit.{name}" for name in names}
        assert {name for name in own if not name.startswith("searchkit.engine")} <= allowed, path.name


def test_what_the_command_line_takes_of_the_library_besides_public_names() -> None:
    taken: dict[str, set[str]] = {}
    for path in (SEARCHKIT / "cli.py", *(SEARCHKIT / "commands").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("searchkit"):
                taken.setdefault(node.module, set()).update(alias.name for alias in node.names)
            elif isinstance(node, ast.Import):
                assert not any(alias.name.startswith("searchkit.") for alias in node.names)
    taken = {module: names for module, names in taken.items() if not module.startswith("searchkit.commands")}
    for module in ("searchkit", "searchkit.documents"):
        assert taken.pop(module) <= set(import_module(module).__all__)
    assert taken == {
        "searchkit.documents.encoding": {"decode"},
        "searchkit.indexing.sources": {"Outcome", "index_files"},
        "searchkit.query.filters": {"typed_filters"},
        "searchkit.storage.generations": {"MOST_JOBS"},
        "searchkit.storage.health": {"examine"},
        "searchkit.storage.manifest": {"generation_name", "read_manifest"},
        "searchkit.storage.stats": {"stats_at"},
    }


def test_the_library_does_not_import_the_command_line() -> None:
    for path in SEARCHKIT.rglob("*.py"):
        if path.name not in ("cli.py", "__main__.py"):
            own = set(imported(path.read_text("utf-8")))
            assert "searchkit.cli" not in own, path.name
            if path.parent.name != "commands":
                assert not any(name.startswith("searchkit.commands") for name in own), path.name


HEAVY = ("whoosh", "numpy", "click", "Stemmer", "socket", "tempfile", "multiprocessing", "html.parser", "gzip", "csv")


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import searchkit", set()),
        ("import azanalyzer", set()),
        ("import searchkit.cli", {"click"}),
        ("import searchkit; searchkit.Schema().to_dict()", set()),
    ],
)
def test_what_is_not_loaded(statement: str, allowed: set[str]) -> None:
    code = f"import sys; {statement}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert allowed >= set(done.stdout.split())


@pytest.mark.parametrize(
    "asked",
    [
        '"qaz", filters={"tags": "enerji siyasəti"}',
        '"qaz", filters={"date": "2022-08", "pages": searchkit.Between(1, 5)}',
        '"qaz", filters={"tags": searchkit.Not(None), "id": ["az-1", "az-9"]}',
        '"qaz date:2023 tags:siyasət -pages:4"',
        '"qaz date:[2022-08 TO *] pages:>3", syntax="full"',
    ],
)
def test_conditions_do_not_load_whoosh(asked: str, newspaper: Index) -> None:
    code = f"import sys, searchkit; print(searchkit.open(sys.argv[1]).search({asked}).total, 'whoosh' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, newspaper.path], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "1 False\n"


def test_what_modules_take_of_each_other_is_in_all() -> None:
    hidden = set()
    for path in (*SEARCHKIT.rglob("*.py"), *AZANALYZER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("searchkit", "azanalyzer")):
                module = import_module(str(node.module))
                public = {"__version__", *getattr(module, "__all__", ())}
                names = {alias.name for alias in node.names if hasattr(module, alias.name)}  # others are types
                taken = {name for name in names if not isinstance(getattr(module, name), ModuleType)}
                hidden |= {f"{node.module}.{name}" for name in taken - public}
    assert set() == hidden


@pytest.mark.parametrize("package", ["searchkit", "azanalyzer"])
def test_public_names_exist(package: str) -> None:
    module = __import__(package)
    assert sorted(set(module.__all__)) == sorted(module.__all__)
    assert [] == [name for name in module.__all__ if not hasattr(module, name)]
