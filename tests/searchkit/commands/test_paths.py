# ruff: noqa: SIM300
"""What `searchkit index` does with the paths that it is given."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from tests.searchkit.commands.folder import Run, ids


def test_an_index_in_the_folder_that_it_indexes(run: Run, articles: Path) -> None:
    place = articles / "index"
    for _ in range(3):
        assert 0 == run("index", articles, "--index", place, "--quiet").code
    assert ["a.txt", "b.md", "c-1"] == ids(place)
    assert "g000001" == searchkit.open(place).stats().generation


@pytest.mark.parametrize("also", ["index", "index/searchkit.json", "link"])
def test_the_index_itself_among_the_paths_is_passed_over(also: str, run: Run, articles: Path, place: Path) -> None:
    (place.parent / "link").symlink_to(place)
    run("index", articles, "--index", place)
    code, _, err = run("index", articles, place.parent / also, "--index", place, "--delete-missing", "--if-changed")
    assert (0, True) == (code, err.startswith("nothing has changed since generation g000001"))
    assert ["a.txt", "b.md", "c-1"] == ids(place)


def test_an_index_alone_among_the_paths(run: Run, indexed: Path) -> None:
    for options in ([], ["--rebuild"]):
        expected = f"searchkit: {indexed}: this is the index itself; name the files and folders that go into it\n"
        assert (1, "", expected) == run("index", indexed, "--index", indexed, *options)
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)


def test_another_index_among_the_paths_is_an_error(run: Run, articles: Path, indexed: Path, tmp_path: Path) -> None:
    arguments = ["index", articles, indexed, "--index", tmp_path / "other", "--if-changed"]
    error = f"{indexed}: this is an index, not documents; leave it out"
    for _ in range(2):
        code, _, err = run(*arguments)
        assert (1, f"searchkit: {error}") == (code, err.splitlines()[0])
    assert ["a.txt", "b.md", "c-1"] == ids(tmp_path / "other")
    assert (1, "", f"searchkit: {error}\n") == run(*arguments, "--strict")


def test_a_path_that_cannot_be_looked_into_leaves_the_others(run: Run, articles: Path, place: Path) -> None:
    path = articles / ("uzun" * 100)
    code, _, err = run("index", articles, path, "--index", place)
    expected = f"searchkit: {path}: cannot be read (File name too long); check the path and its permissions"
    assert (1, expected) == (code, err.splitlines()[0])
    assert ["a.txt", "b.md", "c-1"] == ids(place)


def test_the_working_folder_has_gone(
    run: Run, articles: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert 0 == run("index", articles, "--index", place).code
    assert ["a.txt", "b.md", "c-1"] == ids(place)
    code, _, err = run("index", "a.txt", "--index", place)
    assert (1, "searchkit: a.txt: there is no such file or folder; check the path") == (code, err.splitlines()[0])
