# ruff: noqa: SIM300
"""What is built is what people get: the wheel, and what a clean environment outside of the checkout makes of it."""

from __future__ import annotations

import email
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import searchkit

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """The standard output of a command, which must succeed; nothing of this checkout is on its path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**environment, "PYTHONUTF8": "1"}, capture_output=True, text=True
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `pip install .` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--wheel-dir", folder, ROOT, cwd=folder,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """The files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_its_name(wheel: Path) -> None:
    assert f"searchkit_az-{searchkit.__version__}-py3-none-any.whl" == wheel.name


def test_nothing_generic_at_top_level(names: list[str]) -> None:
    expected = {"searchkit", "azanalyzer", f"searchkit_az-{searchkit.__version__}.dist-info"}
    assert expected == {name.partition("/")[0] for name in names}


@pytest.mark.parametrize(
    ("package", "source"), [("searchkit", ROOT / "searchkit"), ("azanalyzer", ROOT / "analyzers" / "azanalyzer")]
)
def test_every_file_of_a_package_is_in_it(package: str, source: Path, names: list[str]) -> None:
    expected = {
        f"{package}/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert f"{package}/py.typed" in expected
    assert expected == {name for name in names if name.startswith(f"{package}/")}


def test_the_language_data_is_in_it(names: list[str]) -> None:
    assert {"azanalyzer/data/stop_words.txt", "azanalyzer/data/morphotactics.txt"} <= set(names)
    assert [name for name in names if name.startswith("azanalyzer/data/lexicon/")]


def test_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"searchkit_az-{searchkit.__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{info}/METADATA"))
        entry_points = archive.read(f"{info}/entry_points.txt").decode()
    assert ("searchkit-az", ">=3.10") == (metadata["Name"], metadata["Requires-Python"])
    assert "[console_scripts]\nsearchkit = searchkit.__main__:main\n" == entry_points
    lines = metadata.get_all("Requires-Dist") or []
    required = {line.partition(">")[0].strip().lower() for line in lines if "extra ==" not in line}
    assert {"whoosh3", "pystemmer", "click", "ujson"} <= required
    assert len(str(metadata.get_payload())) > 100  # the README


def test_it_works_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "env", cwd=tmp_path)
    programs = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    # Nothing is compiled beforehand: there is much in numpy that is never run here.
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", wheel)
    run(programs / "python", *install, cwd=tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("Kitab sərgisi\n\nGəncədə kitablarımızın sərgisi açıldı.", "utf-8")
    (tmp_path / "articles" / "b.txt").write_text("Документы\n\nНовости о книгах и документах.", "utf-8")
    command = programs / "searchkit"
    summary = json.loads(run(command, "index", "articles", "--index", "articles.index", "--json", cwd=tmp_path))
    assert (2, 0) == (summary["indexed"], summary["failed"])
    for query, expected in (("kitab", "a.txt"), ("gence", "a.txt"), ("документов", "b.txt")):
        results = json.loads(run(command, "query", query, "--index", "articles.index", "--json", cwd=tmp_path))
        assert [expected] == [hit["id"] for hit in results["hits"]]
    where = run(
        programs / "python", "-c", "import searchkit, azanalyzer; print(searchkit.__file__, azanalyzer.__file__)",
        cwd=tmp_path,
    )  # fmt: skip
    assert 2 == where.count(str(tmp_path / "env"))
