# ruff: noqa: SIM300
"""Reading an open index: its documents, its generations, its figures, from many threads."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from typing import Any

import pytest

import azanalyzer
import searchkit
from searchkit import (
    DocumentError,
    Index,
    IndexNotFoundError,
    Keyword,
    Schema,
    Text,
)
from searchkit import opened as opened_module

Make = Callable[..., Index]


def ids(index: Index, query: str = "kitab") -> list[str]:
    return sorted(hit.id for hit in index.search(query))


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
        format=7,
        lexicon=azanalyzer.data_checksum(),
        program={
            "format": 7,
            "analyzer": f"azanalyzer {azanalyzer.VERSION}",
            "lexicon": azanalyzer.data_checksum(),
        },
        unreadable=[],
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


def test_a_thread_that_is_slow_to_refresh_brings_no_writer_an_old_state(
    make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has read before others committed must not be what a writer begins with: their documents would be lost."""
    index = make_index(["kitab"])
    has_read, may_go_on = threading.Event(), threading.Event()
    read = opened_module.read_manifest

    def read_slowly(*arguments: Any, **options: Any) -> dict[str, Any]:
        manifest = read(*arguments, **options)
        if threading.current_thread() is slow:
            has_read.set()
            may_go_on.wait(0.5)
        return manifest

    move_on = Index._move_on

    def move_on_first(self: Index) -> bool:
        found = move_on(self)
        if threading.current_thread() is not slow:
            may_go_on.set()
            slow.join()
        return found

    slow = threading.Thread(target=index.refresh)
    monkeypatch.setattr(opened_module, "read_manifest", read_slowly)
    index._seen = None  # so that it reads the manifest
    slow.start()
    has_read.wait()
    with searchkit.open(index.path).writer() as other:
        other.add({"id": "2", "body": "kitab"})
    monkeypatch.setattr(Index, "_move_on", move_on_first)
    with index.writer() as writer:
        writer.add({"id": "3", "body": "kitab"})
    assert ids(searchkit.open(index.path)) == ["1", "2", "3"]


def test_a_search_has_the_fields_of_the_generation_that_it_searches(
    make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index(["kitab"])
    current = index._current_snapshot

    def rebuilt_meanwhile() -> Any:
        snapshot = current()
        with searchkit.rebuild(index.path, Schema(name=Text())) as writer:
            writer.add({"id": "2", "name": "kitab"})
        index.refresh()
        return snapshot

    monkeypatch.setattr(index, "_current_snapshot", rebuilt_meanwhile)
    [hit] = index.search("kitab", sort="date")
    assert hit.id == "1"
    assert hit.snippet("body").html() == "<mark>kitab</mark>"
    monkeypatch.setattr(index, "_current_snapshot", current)
    assert ids(index) == ["2"]
