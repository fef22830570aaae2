# ruff: noqa: SIM300
"""Manifests and files that are damaged, strange or of another version."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import azanalyzer
import searchkit
from searchkit import (
    CorruptIndexError,
    Index,
    IndexVersionError,
)
from searchkit.storage.manifest import FORMAT, _crc

Make = Callable[..., Index]
Run = Callable[..., Any]


def ids(index: Index, query: str = "kitab") -> list[str]:
    return sorted(hit.id for hit in index.search(query))


def change_manifest(index: Index, **changes: object) -> None:
    """Write other things into the manifest, with the checksum that belongs to them."""
    path = index.path / "searchkit.json"
    manifest = {**json.loads(path.read_text("utf-8")), **changes}
    del manifest["crc32"]
    path.write_text(json.dumps({**manifest, "crc32": _crc(manifest)}), "utf-8")


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
    for changed in ('"documents": 1', '"generation": 2', '"crc32": '):
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
def test_figures_about_an_index_of_another_format(number: int, make_index: Make, run: Run) -> None:
    index = make_index(["kitab"])
    expected = searchkit.open(index.path).stats()
    change_manifest(index, format=number)
    code, out, _ = run("stats", index.path, "--json")
    figures = json.loads(out)
    assert (0, number, ["g000002"]) == (code, figures["format"], figures["unreadable"])
    assert expected.documents == figures["documents"]
    assert f"format      {number}\n" in run("stats", index.path).out
    change_manifest(index, format=number, documents=None)
    code, _, err = run("stats", index.path)
    assert (1, True) == (code, f"the index has format {number}, and this searchkit reads format 7; rebuild" in err)


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
        f"which may read them otherwise; read them again with `searchkit upgrade {index.path}`, "
        "or rebuild it with `searchkit index … --rebuild`"
    ) == str(raised.value)


def test_an_upgrade_that_cannot_read_all_documents_changes_nothing(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    change_manifest(index, analyzer="azanalyzer 0")
    before = (index.path / "searchkit.json").read_bytes()
    [segment] = (index.path / "segments").glob("*.seg")
    sound = segment.read_bytes()
    segment.write_bytes(sound.replace(b'"body":"neft"', b'"body":"nefT"'))
    with pytest.raises(CorruptIndexError, match=rf"{segment.name}: a page does not have the checksum .* \(byte \d"):
        searchkit.upgrade(index.path)
    assert before == (index.path / "searchkit.json").read_bytes()
    segment.write_bytes(sound)
    assert searchkit.upgrade(index.path)
    assert ["2"] == [hit.id for hit in searchkit.open(index.path).search("neft")]
    assert not searchkit.upgrade(index.path)


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
