# ruff: noqa: SIM300
"""Making and opening an index, and what stands in the way."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import (
    Index,
    IndexExistsError,
    IndexNotFoundError,
    Keyword,
    Schema,
    SchemaError,
    SearchkitError,
    Text,
)

Make = Callable[..., Index]


def ids(index: Index, query: str = "kitab") -> list[str]:
    return sorted(hit.id for hit in index.search(query))


def test_create_makes_an_empty_index(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "a" / "b")
    assert 0 == len(index)
    assert Schema() == index.schema
    assert [] == ids(index)
    assert 0 == len(searchkit.open(tmp_path / "a" / "b"))


def test_the_schema_is_kept(tmp_path: Path) -> None:
    schema = Schema(name=Text(boost=3), tags=Keyword())
    searchkit.create(tmp_path / "index", schema)
    assert schema == searchkit.open(tmp_path / "index").schema


@pytest.mark.parametrize(
    "use",
    [
        searchkit.create,
        searchkit.open,
        searchkit.open_or_create,
        lambda path: searchkit.rebuild(path).__enter__(),
        searchkit.rollback,
        searchkit.verify,
        searchkit.repair,
        lambda path: searchkit.snapshot(path, "copy"),
        lambda path: searchkit.snapshot("index", path),
    ],
)
def test_an_empty_path_is_not_the_current_folder(
    use: Callable[[str], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(searchkit.IndexNotFoundError) as raised:
        use("")
    assert "the path of an index is empty; name its folder" == str(raised.value)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("function", [searchkit.open, searchkit.create, searchkit.open_or_create])
def test_a_path_with_a_null_character(function: Callable[[str], object]) -> None:
    with pytest.raises(searchkit.IndexNotFoundError, match=r"'a\\x00b': no folder has a null character in its name"):
        function("a\0b")


def test_create_takes_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    assert 0 == len(searchkit.create(tmp_path / "index"))


def test_create_takes_what_a_killed_create_left(tmp_path: Path) -> None:
    searchkit.create(tmp_path / "index")
    for path in tmp_path.glob("index/**/*.json"):  # the manifest comes last
        path.unlink()
    assert 0 == len(searchkit.create(tmp_path / "index"))
    with searchkit.open(tmp_path / "index").writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert ["1"] == ids(searchkit.open(tmp_path / "index"))


def test_create_where_an_index_is(make_index: Make) -> None:
    index = make_index(["kitab"])
    with pytest.raises(IndexExistsError) as raised:
        searchkit.create(index.path)
    expected = f"{index.path}: there is already an index; open it, rebuild it, or choose another path"
    assert expected == str(raised.value)
    assert ["1"] == ids(searchkit.open(index.path))


@pytest.mark.parametrize("make", [searchkit.create, searchkit.open_or_create])
def test_create_where_other_things_are(make: Callable[[Path], Index], tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "sea.jpg").touch()
    with pytest.raises(IndexExistsError) as raised:
        make(tmp_path / "photos")
    expected = f"{tmp_path}/photos: this folder holds something else than an index (sea.jpg); choose another path"
    assert expected == str(raised.value)


@pytest.mark.parametrize("make", [searchkit.create, searchkit.open_or_create])
def test_create_where_a_file_is(make: Callable[[Path], Index], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexExistsError) as raised:
        make(tmp_path / "file")
    assert f"{tmp_path}/file: an index is a folder, and this is a file; choose another path" == str(raised.value)


def test_create_takes_a_schema_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"expected a searchkit\.Schema, not dict"):
        searchkit.create(tmp_path / "index", {"body": Text()})  # type: ignore[arg-type]
    assert [] == list(tmp_path.iterdir())


def test_open_or_create(tmp_path: Path) -> None:
    index = searchkit.open_or_create(tmp_path / "index")
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert ["1"] == ids(searchkit.open_or_create(tmp_path / "index"))
    assert ["1"] == ids(searchkit.open_or_create(tmp_path / "index", Schema()))


def test_open_or_create_with_other_fields(make_index: Make) -> None:
    index = make_index([], Schema(body=Text()))
    with pytest.raises(SchemaError) as raised:
        searchkit.open_or_create(index.path, Schema(body=Text(boost=2)))
    assert (
        f"{index.path}: the index has other fields: Schema(body=Text(boost=1.0)); "
        "leave the fields out to use these, or rebuild the index to change them"
    ) == str(raised.value)


def test_open_where_nothing_is(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(IndexNotFoundError) as raised:
            searchkit.open(path)
        expected = f"{path}: there is no searchkit index here; check the path, or make one with `searchkit index`"
        assert expected == str(raised.value)


def test_open_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexNotFoundError, match="file: an index is a folder, and this is a file; check the path"):
        searchkit.open(tmp_path / "file")


@pytest.mark.parametrize("refresh", ["1", None, -1, float("nan")])
def test_how_often_it_looks_is_a_time(refresh: Any, make_index: Make) -> None:
    with pytest.raises(ValueError, match=f"refresh is True, False or a number of seconds from 0 on, not {refresh!r}"):
        searchkit.open(make_index([]).path, refresh=refresh)


def test_open_with_synonyms_of_ones_own(make_index: Make, tmp_path: Path) -> None:
    path = make_index(["Ağıllı telefon aldım.", "Smartfon bahalıdır."]).path
    own = tmp_path / "own.txt"
    own.write_text("smartfon = ağıllı telefon\n", "utf-8")
    assert len(ids(searchkit.open(path), "smartfonlar")) == 1
    index = searchkit.open(path, synonyms=own)
    assert len(ids(index, "smartfonlar")) == len(ids(pickle.loads(pickle.dumps(index)), "smartfonlar")) == 2
    assert "<mark>Ağıllı telefon</mark> aldım." in {hit.snippet().html() for hit in index.search("smartfonlar")}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "own.txt: the synonyms cannot be read: "),
        (b"smartfon\n", "own.txt, line 1: a group of synonyms has at least two members"),
        (b"\xff = a\n", "own.txt, line 1: not UTF-8; save the file in this encoding"),
    ],
)
def test_synonyms_that_cannot_be_read(data: bytes | None, message: str, make_index: Make, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    if data is not None:
        own.write_bytes(data)
    with pytest.raises(SearchkitError, match=re.escape(f"{tmp_path / message}")):
        searchkit.open(make_index([]).path, synonyms=own)


def test_paths_are_strings_too(tmp_path: Path) -> None:
    searchkit.create(str(tmp_path / "index"))
    assert 0 == len(searchkit.open(str(tmp_path / "index")))


def test_an_open_index_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a server that opens it by a relative path and then becomes a daemon."""
    monkeypatch.chdir(tmp_path)
    index = searchkit.create("made.index")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    with searchkit.open(tmp_path / "made.index").writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert index.refresh()
    assert {"1", "2"} == {hit.id for hit in index.search("kitab")}
    assert [] == list((tmp_path / "elsewhere").iterdir())
