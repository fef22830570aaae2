# ruff: noqa: SIM300, PT012

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

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
from searchkit.engine.segment import SegmentInfo
from searchkit.manifest import FORMAT, _crc

Make = Callable[..., Index]


def ids(index: Index, query: str = "kitab") -> list[str]:
    return sorted(hit.id for hit in index.search(query))


def change_manifest(index: Index, **changes: object) -> None:
    """Write other things into the manifest, with the checksum that belongs to them."""
    path = index.path / "searchkit.json"
    manifest = {**json.loads(path.read_text("utf-8")), **changes}
    del manifest["crc32"]
    path.write_text(json.dumps({**manifest, "crc32": _crc(manifest)}), "utf-8")


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
        ({"generation": -1}, "-1 cannot name a generation"),
        ({"documents": "2"}, "'2' is no number of documents"),
        ({"segments": {}}, "its segments are no list"),
        ({"segments": [["../../etc/passwd", 1, 0, ""]]}, "['../../etc/passwd', 1, 0, ''] cannot be a segment"),
        ({"segments": [["s1", 1, 1, "../s2.del"]]}, "['s1', 1, 1, '../s2.del'] cannot be a segment"),
        ({"segments": [["s1", 1, 2, ""]]}, "['s1', 1, 2, ''] cannot be a segment"),
        ({"segments": [["s1", 1]]}, "['s1', 1] cannot be a segment"),
        ({"segments": [None]}, "None cannot be a segment"),
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
    "content", [b"", b"{", b"[]", b"null", b"{}", b'{"format": 7}', b"\xff\xfe", b"[" * 100_000, b'{"format":6,"gen']
)
def test_a_manifest_that_cannot_be_read(content: bytes, make_index: Make) -> None:
    index = make_index(["kitab"])
    (index.path / "searchkit.json").write_bytes(content)
    with pytest.raises(CorruptIndexError) as raised:
        searchkit.open(index.path)
    assert str(raised.value).startswith(f"{index.path}/searchkit.json: the index's manifest is damaged (")
    assert str(raised.value).endswith("; rebuild it with `searchkit index … --rebuild`")


def test_a_manifest_with_a_byte_changed(make_index: Make) -> None:
    index = make_index(["kitab"])
    path = index.path / "searchkit.json"
    content = path.read_bytes()
    for changed in ('"documents": 1', '"boost": 0.5', '"crc32": '):
        assert 1 == content.count(changed.encode())
        path.write_bytes(content.replace(changed.encode(), f"{changed[:-1]}7".encode()))
        with pytest.raises(CorruptIndexError, match="its checksum is not that of what it says") as raised:
            searchkit.open(index.path)
        assert str(raised.value).startswith(f"{path}: the index's manifest is damaged (")
    path.write_bytes(content)
    assert ["1"] == ids(searchkit.open(index.path))


def test_a_manifest_without_a_part(make_index: Make) -> None:
    index = make_index(["kitab"])
    path = index.path / "searchkit.json"
    whole = json.loads(path.read_text("utf-8"))
    for name in ("generation", "analyzer", "schema", "segments", "documents"):
        part = {key: value for key, value in whole.items() if key not in (name, "crc32")}
        path.write_text(json.dumps({**part, "crc32": _crc(part)}), "utf-8")
        with pytest.raises(CorruptIndexError, match=f"it names no {name}"):
            searchkit.open(index.path)


@pytest.mark.parametrize("number", [1, FORMAT - 1, 99])
def test_an_index_of_another_format(number: int, make_index: Make) -> None:
    index = make_index(["kitab"])
    change_manifest(index, format=number)
    with pytest.raises(IndexVersionError) as raised:
        searchkit.open(index.path)
    assert (
        f"{index.path}: the index has format {number}, and this searchkit reads format 7; "
        "rebuild it with `searchkit index … --rebuild`"
    ) == str(raised.value)


def test_a_damaged_number_of_the_format(make_index: Make) -> None:
    index = make_index(["kitab"])
    path = index.path / "searchkit.json"
    path.write_text(path.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 9'), "utf-8")
    with pytest.raises(CorruptIndexError):
        searchkit.open(index.path)


def test_sources_that_are_no_mapping(make_index: Make) -> None:
    index = make_index(["kitab"])
    change_manifest(index, sources="x")
    with pytest.raises(CorruptIndexError, match="what it says about sources is no mapping"):
        searchkit.open(index.path)


def test_half_a_character_in_the_manifest(make_index: Make) -> None:
    index = make_index(["kitab"])
    path = index.path / "searchkit.json"
    path.write_text(path.read_text("utf-8").replace('"title"', '"titl\\ud800"'), "utf-8")
    with pytest.raises(CorruptIndexError):
        searchkit.open(index.path)


def test_an_index_of_another_analyzer(make_index: Make) -> None:
    index = make_index(["kitab"])
    change_manifest(index, analyzer="azanalyzer 0")
    with pytest.raises(IndexVersionError) as raised:
        searchkit.open(index.path)
    assert (
        f"{index.path}: the words of the index were read by azanalyzer 0, and this is azanalyzer {azanalyzer.VERSION}, "
        "which may read them otherwise; rebuild it with `searchkit index … --rebuild`"
    ) == str(raised.value)


def damage(file: Path, how: str) -> None:
    content = bytearray(file.read_bytes())
    if how == "missing":
        file.unlink()
        return
    if how == "empty":
        content.clear()
    elif how == "half":
        del content[len(content) // 2 :]
    elif how == "another":
        content = bytearray(b"PK\x03\x04" * 100)
    elif how == "a byte at the front":
        content[0] ^= 1
    elif how == "a byte at the end":
        content[-1] ^= 1
    file.write_bytes(content)


DAMAGES = ["missing", "empty", "half", "another", "a byte at the front", "a byte at the end"]


def read_all(index: Index) -> object:
    return index.search("kitab"), index.get("1"), index._current_snapshot().verify()


@pytest.mark.parametrize("pattern", ["*.seg", "*.del"])
@pytest.mark.parametrize("how", DAMAGES)
def test_damage_is_named_and_rebuild_mends_it(how: str, pattern: str, make_index: Make) -> None:
    path = make_index(["kitab", "neft", "kitab"]).path
    with searchkit.open(path).writer() as writer:
        writer.delete("3")
    (damaged,) = (path / "segments").glob(pattern)
    damage(damaged, how)
    message = rf"{re.escape(str(damaged))}: .*; rebuild the index with `searchkit index … --rebuild`"
    with pytest.raises(CorruptIndexError) as raised:
        read_all(searchkit.open(path))
    assert re.fullmatch(message, str(raised.value))
    if how != "a byte at the front":  # which is noticed when that page is read
        for use in (lambda index: index.search("kitab"), lambda index: index.get("1"), len):
            with pytest.raises(CorruptIndexError):
                use(searchkit.open(path))
        with pytest.raises(CorruptIndexError) as raised, searchkit.open(path).writer() as writer:
            writer.delete("1")
        assert re.fullmatch(message, str(raised.value))
    with searchkit.rebuild(path) as writer:
        writer.add({"id": "9", "body": "kitab"})
    assert ["9"] == ids(searchkit.open(path))


def test_files_of_others_in_the_place_of_ours(make_index: Make) -> None:
    """Whole files, which are not those that the manifest means."""
    index = make_index(["kitab", "neft", "kitab"])
    with index.writer() as writer:
        writer.delete("3")
    other = make_index(["kitab"], name="other")
    (segment,) = (index.path / "segments").glob("*.seg")
    (deletions,) = (index.path / "segments").glob("*.del")
    (smaller,) = (other.path / "segments").glob("*.seg")
    content = segment.read_bytes()
    for source, target, reason in (
        (smaller, segment, "it has not the 3 documents that the manifest says"),
        (deletions, segment, "it has not the 3 documents that the manifest says"),
        (segment, deletions, "it does not list the 1 deleted documents that the manifest says"),
    ):
        segment.write_bytes(content) if target != segment else None
        shutil.copy(source, target)
        with pytest.raises(CorruptIndexError) as raised:
            searchkit.open(index.path).search("kitab")
        assert str(raised.value).startswith(f"{target}: {reason} (byte 0); ")


def test_a_byte_changed_anywhere_is_noticed(make_index: Make) -> None:
    index = make_index([{"id": str(n), "body": f"kitab {n}", "date": "2024-01-01", "source": "x"} for n in range(5)])
    (segment,) = (index.path / "segments").glob("*.seg")
    content = segment.read_bytes()
    for place in range(0, len(content), 7):
        segment.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        with pytest.raises(CorruptIndexError, match=re.escape(str(segment))):
            read_all(searchkit.open(index.path))
    segment.write_bytes(content)
    read_all(searchkit.open(index.path))


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
        generation="g000002",
        size=sum(path.stat().st_size for path in files),
        files=len(files),
        fields={"id": "keyword", "body": "text", "tags": "keyword"},
        analyzer=f"azanalyzer {azanalyzer.VERSION}",
        kept={"g000001": 0},
        leftover_files=0,
        leftover_bytes=0,
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


def test_readers_see_one_state_while_others_commit(make_index: Make) -> None:
    index = make_index([{"id": str(key), "body": "kitab versiya0"} for key in range(8)])
    ends = threading.Event()
    wrong: list[object] = []
    seen: set[int] = set()

    def read(opens_anew: bool) -> None:
        reader = searchkit.open(index.path)
        try:
            while not ends.is_set():
                reader.refresh()
                reader = searchkit.open(index.path) if opens_anew else reader
                bodies = {hit["body"] for hit in reader.search("kitab", limit=20)}
                seen.update(int(body.partition("versiya")[2]) for body in bodies)
                if len(bodies) != 1 or len(reader) != 8:
                    wrong.append(bodies)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=read, args=(opens_anew,)) for opens_anew in (False, False, True)]
    for thread in threads:
        thread.start()
    for version in range(1, 60):
        with searchkit.rebuild(index.path) if version % 10 == 0 else index.writer() as writer:
            for key in range(8):
                writer.add({"id": str(key), "body": f"kitab versiya{version}"})
    ends.set()
    for thread in threads:
        thread.join()
    assert [] == wrong
    assert len(seen) > 5


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


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_generations_do_not_pile_up(make_index: Make) -> None:
    index = make_index(["kitab"])
    generations = index.path / "generations"
    (generations / "g000007.json").write_text("{")  # of a process that was killed
    (generations / "g000001.json").write_text("{")
    for number, expected in ((3, ["g000002", "g000003"]), (4, ["g000003", "g000004"]), (5, ["g000004", "g000005"])):
        with searchkit.rebuild(index.path) as writer:
            writer.add({"id": "2", "body": "kitab"})
        assert [f"{name}.json" for name in expected] == names(generations)
        assert 2 == len(names(index.path / "segments"))
        assert f"g{number:06}" == searchkit.open(index.path).stats().generation
    assert (generations / "g000005.json").read_bytes() == (index.path / "searchkit.json").read_bytes()


def test_the_next_writer_removes_what_others_left(make_index: Make) -> None:
    index = make_index(["kitab"])
    before = names(index.path / "segments")
    for left in (
        "segments/s0-0.seg.tmp",
        "segments/s0-1.seg",
        "segments/s0-2.del",
        "searchkit.json.7.tmp",
        "_MAIN_7.toc",
        "_MAIN_2.toc.7.tmp",
    ):
        (index.path / left).write_bytes(b"half")
    (index.path / "g000001").mkdir()  # of format 1
    (index.path / "g000001" / "MAIN_1.toc").touch()
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    kept = ["_MAIN_2.toc", "_MAIN_3.toc"]
    assert [*kept, "generations", "searchkit.json", "segments", "writer.lock"] == names(index.path)
    assert set(before) < set(names(index.path / "segments"))  # the generation before is kept
    assert 2 == len(names(index.path / "segments"))


def test_the_generation_before_can_still_be_read(make_index: Make) -> None:
    index = make_index(["kitab"])
    reader = searchkit.open(index.path)  # which opens no file before it is asked for something
    with index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
        writer.add({"id": "2", "body": "neft"})
    assert ["1"] == ids(reader)
    assert ["1", "2"] == ids(index, "neft")


def test_an_index_of_format_1_is_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "index" / "g000003").mkdir(parents=True)
    (tmp_path / "index" / "searchkit.json").write_text('{"format": 1, "generation": "g000003", "schema": {}}')
    with pytest.raises(IndexVersionError, match="the index has format 1"):
        searchkit.open(tmp_path / "index")
    with searchkit.rebuild(tmp_path / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert ["1"] == ids(searchkit.open(tmp_path / "index"))
    assert ["_MAIN_1.toc", "generations", "searchkit.json", "segments", "writer.lock"] == names(tmp_path / "index")


# ---------------------------------------------------------------- commits that end in the middle


def test_a_publication_that_fails_leaves_what_was(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    obstacle = index.path / "generations" / "g000003.json"
    (obstacle / "x").mkdir(parents=True)
    before = names(index.path / "segments")
    with pytest.raises(searchkit.StorageError) as raised, index.writer() as writer:
        writer.add({"id": "3", "body": "kitab"})
        writer.delete("1")
    expected = f"{obstacle}: Is a directory; nothing was changed; mend this and try again"
    assert (expected, str(obstacle), errno.EISDIR) == (str(raised.value), raised.value.filename, raised.value.errno)
    assert before == names(index.path / "segments")
    assert ["1"] == ids(index) == ids(searchkit.open(index.path))
    shutil.rmtree(obstacle)
    with index.writer() as writer:
        writer.add({"id": "3", "body": "kitab"})
    assert ["1", "3"] == ids(index)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # which has no threads of Python's
def test_an_interrupt_at_any_moment_leaves_one_state_or_the_other(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    started = time.perf_counter()
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    duration = time.perf_counter() - started
    states = set()
    for step in range(60):
        before = searchkit.open(index.path)
        documents = {hit.id: dict(hit.fields) for hit in before.search("-nosuch", limit=1000)}
        if not (child := os.fork()):
            interrupted_writer(index.path, step, 1e-4 + duration * step / 15)
        os.waitpid(child, 0)
        after = searchkit.open(index.path)
        read_all(after)
        found = {hit.id: dict(hit.fields) for hit in after.search("-nosuch", limit=1000)}
        changed = {**documents, "1": {"id": "1", "body": f"söz{step}"}, f"new{step}": {"id": f"new{step}"}}
        changed.pop(f"new{step - 3}", None)
        states.add(found == changed)
        assert found in (documents, changed)
        named = {name for part in after._manifest["segments"] for name in SegmentInfo(*part).files()}
        assert named <= set(names(index.path / "segments"))
    assert {True, False} == states


def interrupted_writer(path: Path, step: int, after: float) -> NoReturn:
    """A transaction into which Ctrl-C comes after some seconds; ends the process, a copy of that of the tests."""
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        with searchkit.open(path).writer() as writer:
            writer.add({"id": "1", "body": f"söz{step}"})
            writer.add({"id": f"new{step}"})
            writer.delete(f"new{step - 3}")
    finally:
        os._exit(0)
