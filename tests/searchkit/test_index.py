# ruff: noqa: SIM300, PT012

from __future__ import annotations

import gc
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import azanalyzer
import searchkit
from searchkit import (
    CorruptIndexError,
    DocumentError,
    Index,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    Keyword,
    Schema,
    SchemaError,
    Text,
)

Make = Callable[..., Index]


def ids(index: Index, query: str = "kitab") -> list[str]:
    return sorted(hit.id for hit in index.search(query))


def change_manifest(index: Index, **changes: object) -> None:
    path = index.path / "searchkit.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


# ---------------------------------------------------------------- making and opening


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


def test_create_takes_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    assert 0 == len(searchkit.create(tmp_path / "index"))


def test_create_takes_what_a_killed_create_left(tmp_path: Path) -> None:
    searchkit.create(tmp_path / "index")
    (tmp_path / "index" / "searchkit.json").unlink()
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


def test_paths_are_strings_too(tmp_path: Path) -> None:
    searchkit.create(str(tmp_path / "index"))
    assert 0 == len(searchkit.open(str(tmp_path / "index")))


# ---------------------------------------------------------------- damaged and strange indexes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"generation": "../../etc"}, "'../../etc' cannot name a generation"),
        ({"generation": None}, "None cannot name a generation"),
        ({"schema": {"body": {"kind": "vector"}}}, "field 'body' has no known kind"),
        ({"schema": []}, "a schema is described by a mapping"),
        ({"schema": {"id": {"kind": "text"}}}, "the field 'id' is part of every schema"),
    ],
)
def test_a_manifest_that_cannot_be(changes: dict[str, object], reason: str, make_index: Make) -> None:
    index = make_index(["kitab"])
    change_manifest(index, **changes)
    with pytest.raises(CorruptIndexError) as raised:
        searchkit.open(index.path)
    assert str(raised.value).startswith(f"{index.path}/searchkit.json: the ")
    assert reason in str(raised.value)
    assert str(raised.value).endswith("; rebuild it with `searchkit index … --rebuild`")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b'{"format": 1}', b"\xff\xfe", b"[" * 100_000, b'{"format":1,"gen']
)
def test_a_manifest_that_cannot_be_read(content: bytes, make_index: Make) -> None:
    index = make_index(["kitab"])
    (index.path / "searchkit.json").write_bytes(content)
    with pytest.raises(CorruptIndexError) as raised:
        searchkit.open(index.path)
    assert str(raised.value).startswith(f"{index.path}/searchkit.json: the index's manifest is damaged (")
    assert str(raised.value).endswith("; rebuild it with `searchkit index … --rebuild`")


def test_an_index_of_another_format(make_index: Make) -> None:
    index = make_index(["kitab"])
    change_manifest(index, format=99)
    with pytest.raises(IndexVersionError) as raised:
        searchkit.open(index.path)
    assert (
        f"{index.path}: the index has format 99, and this searchkit reads format 1; "
        "rebuild it with `searchkit index … --rebuild`"
    ) == str(raised.value)


def test_an_index_of_another_analyzer(make_index: Make) -> None:
    index = make_index(["kitab"])
    change_manifest(index, analyzer="azanalyzer 0")
    with pytest.raises(IndexVersionError) as raised:
        searchkit.open(index.path)
    assert (
        f"{index.path}: the words of the index were read by azanalyzer 0, and this is azanalyzer {azanalyzer.VERSION}, "
        "which may read them otherwise; rebuild it with `searchkit index … --rebuild`"
    ) == str(raised.value)


def damage(index: Index, how: str) -> None:
    (generation,) = index.path.glob("g[0-9]*")
    if how == "no generation":
        shutil.rmtree(generation)
    for file in list(generation.iterdir()) if generation.exists() else []:
        if how == "no table of contents" and file.suffix == ".toc":
            file.unlink()
        elif how == "empty table of contents" and file.suffix == ".toc":
            file.write_bytes(b"")
        elif how == "no segment" and file.suffix == ".seg":
            file.unlink()
        elif how == "empty segment" and file.suffix == ".seg":
            file.write_bytes(b"")
        elif how == "half a segment" and file.suffix == ".seg":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize(
    "how",
    [
        "no generation",
        "no table of contents",
        "empty table of contents",
        "no segment",
        "empty segment",
        "half a segment",
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves open what it cannot read
def test_damage_is_named_and_rebuild_mends_it(how: str, make_index: Make) -> None:
    path = make_index(["kitab", "neft"]).path
    damage(Index(path, searchkit.open(path)._manifest), how)
    for use in (
        lambda index: index.search("kitab"),
        lambda index: index.get("1"),
        lambda index: index.writer().commit(),
    ):
        with pytest.raises(CorruptIndexError) as raised:
            use(searchkit.open(path))
        assert str(raised.value).startswith(f"{path}/g000001: the index cannot be read (")
        assert str(raised.value).endswith("; rebuild it with `searchkit index … --rebuild`")
    del raised
    gc.collect()
    with searchkit.rebuild(path) as writer:
        writer.add({"id": "9", "body": "kitab"})
    assert ["9"] == ids(searchkit.open(path))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format": 99, "generation": "x"}', None])
def test_rebuild_needs_no_manifest(content: bytes | None, make_index: Make) -> None:
    index = make_index(["kitab"])
    manifest = index.path / "searchkit.json"
    manifest.unlink() if content is None else manifest.write_bytes(content)
    with searchkit.rebuild(index.path) as writer:
        writer.add({"id": "9", "body": "kitab"})
    assert ["9"] == ids(searchkit.open(index.path))


# ---------------------------------------------------------------- reading


def test_len_contains_and_get(make_index: Make) -> None:
    document = {"id": "az-1", "title": "Kitab", "tags": ["a", {"b": 1.5}], "none": None}
    index = make_index([document, {"id": "az-2"}])
    assert 2 == len(index)
    assert "az-1" in index
    assert "az-3" not in index
    assert "AZ-1" not in index
    assert 1 not in index
    assert "\ud800" not in index
    assert document == index.get("az-1")
    assert {"id": "az-2"} == index.get("az-2")
    assert index.get("az-3") is None
    assert index.get("") is None
    assert index.get("\ud800") is None


def test_an_id_is_a_string(make_index: Make) -> None:
    with pytest.raises(DocumentError, match="an id is a string, not int"):
        make_index(["kitab"]).get(1)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["a/b.txt#17", "Ə ı İ", "a\x00b", "x" * 70_000, " ", "id:1", "😀", "1\n2"])
def test_ids_of_all_kinds(key: str, make_index: Make) -> None:
    index = make_index([{"id": key, "body": "kitab"}, {"id": "other", "body": "kitab"}])
    assert {"id": key, "body": "kitab"} == index.get(key)
    assert sorted([key, "other"]) == ids(index)
    with index.writer() as writer:
        writer.add({"id": key, "body": "neft"})
    assert ["other"] == ids(index)
    with index.writer() as writer:
        writer.delete(key)
    assert 1 == len(index)


def test_refresh_sees_the_commits_of_others(make_index: Make) -> None:
    index = make_index(["kitab"])
    other = searchkit.open(index.path)
    assert ["1"] == ids(other)
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitablar"})
    assert ["1"] == ids(other)
    assert other.refresh() is True
    assert ["1", "2"] == ids(other)
    assert other.refresh() is False


def test_a_snapshot_outlives_a_rebuild(make_index: Make) -> None:
    index = make_index(["kitab"])
    reader = searchkit.open(index.path)
    assert ["1"] == ids(reader)
    with searchkit.rebuild(index.path, Schema(name=Text())) as writer:
        writer.add({"id": "2", "name": "kitab"})
        assert ["1"] == ids(searchkit.open(index.path))
    assert ["1"] == ids(reader)
    assert {"id": "1", "body": "kitab"} == reader.get("1")
    assert reader.refresh() is True
    assert ["2"] == ids(reader)
    assert Schema(name=Text()) == reader.schema


def test_an_index_opened_before_two_rebuilds_finds_the_newest(make_index: Make) -> None:
    index = make_index(["kitab"])
    reader = searchkit.open(index.path)
    for key in ("2", "3"):
        with searchkit.rebuild(index.path) as writer:
            writer.add({"id": key, "body": "kitab"})
    assert ["3"] == ids(reader)


def test_a_closed_index_opens_again(make_index: Make) -> None:
    with make_index(["kitab"]) as index:
        assert ["1"] == ids(index)
    index.close()
    assert ["1"] == ids(index)


def test_an_index_that_was_removed(make_index: Make) -> None:
    index = make_index(["kitab"])
    shutil.rmtree(index.path)
    for use in (index.refresh, index.writer):
        with pytest.raises(IndexNotFoundError, match="there is no searchkit index here"):
            use()


def test_stats(make_index: Make) -> None:
    index = make_index(["kitab", "neft"], Schema(body=Text(), tags=Keyword()))
    files = [path for path in index.path.rglob("*") if path.is_file()]
    expected = searchkit.Stats(
        documents=2,
        generation="g000001",
        size=sum(path.stat().st_size for path in files),
        files=len(files),
        fields={"id": "keyword", "body": "text", "tags": "keyword"},
        analyzer=f"azanalyzer {azanalyzer.VERSION}",
    )
    assert expected == index.stats()


def test_searches_from_many_threads(make_index: Make) -> None:
    index = make_index([f"{word} kitab" for word in ("neft", "dəniz", "yol", "qanun") for _ in range(5)])
    expected = {word: ids(index, word) for word in ("neft", "dəniz", "yol", "qanun", "kitab", '"yol kitab"')}
    wrong: list[object] = []

    def search(word: str) -> None:
        for _ in range(20):
            try:
                if ids(index, word) != expected[word]:
                    wrong.append(word)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=search, args=(word,)) for word in expected]
    for thread in threads:
        thread.start()
    for _ in range(5):
        with index.writer() as writer:
            writer.add({"id": "new", "body": "günəş"})
    for thread in threads:
        thread.join()
    assert [] == wrong


# ---------------------------------------------------------------- rebuilding


def test_rebuild_makes_an_index_too(tmp_path: Path) -> None:
    with searchkit.rebuild(tmp_path / "a" / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
        assert not (tmp_path / "a" / "index" / "searchkit.json").exists()
    assert ["1"] == ids(searchkit.open(tmp_path / "a" / "index"))


class StopError(Exception):
    pass


@pytest.mark.parametrize("end", ["error", "rollback"])
def test_a_rebuild_that_fails_leaves_the_old_index(end: str, make_index: Make) -> None:
    index = make_index(["kitab"])
    before = sorted(path.relative_to(index.path) for path in index.path.rglob("*"))
    if end == "error":
        with pytest.raises(StopError), searchkit.rebuild(index.path, Schema(x=Text())) as writer:
            writer.add({"id": "2", "x": "kitab"})
            raise StopError
    else:
        with searchkit.rebuild(index.path, Schema(x=Text())) as writer:
            writer.add({"id": "2", "x": "kitab"})
            writer.rollback()
    assert ["1"] == ids(searchkit.open(index.path))
    assert before == sorted(path.relative_to(index.path) for path in index.path.rglob("*"))


def test_a_rebuild_that_fails_leaves_nothing_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(StopError), searchkit.rebuild(tmp_path / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
        raise StopError
    assert [] == list(tmp_path.iterdir())


def test_rebuild_does_not_touch_the_folders_of_others(tmp_path: Path) -> None:
    for name in ("g1", "g2", "g2023"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "precious.txt").touch()
    with pytest.raises(IndexExistsError, match="this folder holds something else than an index"):
        searchkit.rebuild(tmp_path).__enter__()
    assert ["g1", "g2", "g2023"] == sorted(path.name for path in tmp_path.iterdir())
    searchkit.create(tmp_path / "index")
    (tmp_path / "g2").rename(tmp_path / "index" / "g2")
    for _ in range(3):
        with searchkit.rebuild(tmp_path / "index"):
            pass
    assert (tmp_path / "index" / "g2" / "precious.txt").exists()


def test_rebuild_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexExistsError, match="file: an index is a folder, and this is a file; choose another path"):
        searchkit.rebuild(tmp_path / "file").__enter__()


def test_rebuild_without_replacing(make_index: Make, tmp_path: Path) -> None:
    with searchkit.rebuild(tmp_path / "new", replace=False) as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert ["1"] == ids(searchkit.open(tmp_path / "new"))
    with pytest.raises(IndexExistsError, match="there is already an index"):
        searchkit.rebuild(tmp_path / "new", replace=False).__enter__()
    assert ["1"] == ids(searchkit.open(tmp_path / "new"))


def test_generations_do_not_pile_up(make_index: Make) -> None:
    index = make_index(["kitab"])
    (index.path / "g000007").mkdir()  # of a process that was killed
    (index.path / "g000007" / "MAIN_x.seg").touch()
    generations: list[list[Any]] = []
    for _ in range(3):
        with searchkit.rebuild(index.path) as writer:
            writer.add({"id": "2", "body": "kitab"})
        generations.append(sorted(path.name for path in index.path.glob("g*")))
    expected = [["g000001", "g000008"], ["g000008", "g000009"], ["g000009", "g000010"]]
    assert expected == generations
