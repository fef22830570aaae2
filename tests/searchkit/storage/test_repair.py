# ruff: noqa: SIM300
"""What is sound of a damaged index is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.engine.columns import ColumnFile
from tests.searchkit.storage.damaged import flip, segments, twice

Run = Callable[..., Any]


def ids(path: Path) -> set[str]:
    return {hit.id for hit in searchkit.open(path).search("-nosuchword", limit=10_000)}


def test_nothing_to_repair(index: Path, run: Run) -> None:
    before = {file: file.read_bytes() for file in index.rglob("*") if file.is_file() and file.name != "writer.lock"}
    assert searchkit.Repair("g000002", 2619, 0, 0) == searchkit.repair(index)
    assert (0, True) == (run("verify", index, "--repair").code, "repaired" not in run("verify", index, "--repair").out)
    assert before == {file: file.read_bytes() for file in before}


def test_damaged_postings_lose_no_document(index: Path, run: Run) -> None:
    expected, before = ids(index), searchkit.open(index).search("neft dəniz", limit=50)
    file = segments(index)[0]
    flip(file, ColumnFile(file).columns["body.positions"].offset(40_000))
    code, out, _ = run("verify", index, "--repair")
    assert (0, "repaired: generation g000003 has 2,619 documents, 0 lost") == (code, out.splitlines()[-1])
    assert [] == searchkit.verify(index)
    assert expected == ids(index)
    after = searchkit.open(index).search("neft dəniz", limit=50)
    assert before.total == after.total
    assert {"nömrə": 5} == searchkit.open(index).get("5")["note"]  # type: ignore[index]
    assert None is searchkit.open(index).get("7")


def test_damaged_documents_are_lost_and_counted(index: Path, run: Run) -> None:
    expected = ids(index)
    file = segments(index)[0]
    flip(file, ColumnFile(file).columns["store.heads"].offset(200_000))
    code, out, _ = run("verify", index, "--repair", "--json")
    repair = json.loads(out)["repair"]
    kept = ids(index)
    assert 1 == code
    assert ("g000003", len(kept), len(expected - kept), 0) == tuple(repair.values())
    assert 0 < repair["lost"] < 1000
    assert kept < expected
    assert {str(number) for number in range(2590, 2620)} <= kept  # of the other segment
    assert [] == searchkit.verify(index)


def test_a_segment_that_is_gone_is_left_out(index: Path) -> None:
    segments(index)[0].unlink()
    repair = searchkit.repair(index)
    assert (30, 2589, 0) == (repair.documents, repair.lost, repair.revived)
    assert {str(number) for number in range(2590, 2620)} == ids(index)
    assert [] == searchkit.verify(index)


def test_a_damaged_list_of_deletions(index: Path) -> None:
    expected = ids(index)
    (file,) = index.glob("segments/*.del")
    flip(file, 70)
    repair = searchkit.repair(index)
    assert (2620, 0, 1) == (repair.documents, repair.lost, repair.revived)
    assert expected | {"7"} == ids(index)
    assert [] == searchkit.verify(index)


def test_a_damaged_manifest_is_taken_from_its_copy(index: Path) -> None:
    expected = ids(index)
    for damage in (lambda file: flip(file, 100), lambda file: file.unlink()):
        damage(index / "searchkit.json")
        assert 0 == searchkit.repair(index).lost
        assert expected == ids(index)
        assert [] == searchkit.verify(index)


@pytest.mark.parametrize(
    "use",
    [
        searchkit.open,
        searchkit.create,
        searchkit.open_or_create,
        lambda path: searchkit.snapshot(path, path.with_name("copy")),
        lambda path: searchkit.snapshot(path.parent / "one", path),
    ],
)
def test_a_missing_manifest_is_no_place_for_an_index(use: Callable[[Path], object], index: Path) -> None:
    searchkit.create(index.parent / "one")
    before = sorted(index.rglob("*"))
    (index / "searchkit.json").unlink()
    with pytest.raises(searchkit.CorruptIndexError) as raised:
        use(index)
    path = index / "searchkit.json"
    expected = f"{path}: the manifest is missing; `searchkit verify {index} --repair` restores it"
    assert (expected, path) == (str(raised.value), raised.value.path)
    assert {path} == {*before} - {*index.rglob("*")}


def test_only_a_rebuild_writes_where_the_manifest_is_missing(index: Path, run: Run, tmp_path: Path) -> None:
    (index / "searchkit.json").unlink()
    (tmp_path / "a.txt").write_text("Kitab")
    code, _, err = run("index", tmp_path / "a.txt", "--index", index)
    assert (1, True) == (code, f"`searchkit verify {index} --repair`" in err)
    assert 0 == run("index", tmp_path / "a.txt", "--index", index, "--rebuild").code
    assert {"a.txt"} == ids(index)
    assert [] == searchkit.verify(index)


def test_a_first_generation_that_was_not_kept_is_kept_by_the_next_writer(tmp_path: Path) -> None:
    first = searchkit.create(tmp_path / "index")
    (kept,) = tmp_path.glob("index/generations/*")
    kept.unlink()  # as where the process is killed just before
    with first.writer() as writer:
        writer.add({"id": "1"})
    assert {"g000001": 0} == first.stats().kept
    assert "g000003" == searchkit.rollback(tmp_path / "index")


def test_no_manifest_to_repair_from(index: Path, run: Run) -> None:
    for file in (*index.glob("generations/*"), index / "searchkit.json"):
        file.write_text("{")
    code, _, err = run("verify", index, "--repair")
    assert 1 == code
    assert err.startswith(f"searchkit: {index}: neither the manifest nor that of a kept generation can be read")


def test_damage_in_a_kept_generation_alone(tmp_path: Path) -> None:
    with searchkit.rebuild(tmp_path / "index") as writer:
        writer.add({"id": "1", "body": "kitab"})
    (old,) = segments(tmp_path / "index")
    with searchkit.rebuild(tmp_path / "index") as writer:
        writer.add({"id": "2", "body": "neft"})
    flip(old, 100)
    assert [old] == [problem.path for problem in searchkit.verify(tmp_path / "index")]
    assert searchkit.Repair("g000003", 1, 0, 0) == searchkit.repair(tmp_path / "index")
    assert [] == searchkit.verify(tmp_path / "index")
    assert not old.exists()
    assert {"2"} == ids(tmp_path / "index")


def test_a_document_that_is_there_twice_is_kept_once(tmp_path: Path) -> None:
    index, _, _ = twice(tmp_path)
    assert (1, 1) == searchkit.repair(index.path)[1:3]
    assert {"1"} == ids(index.path)
    assert [] == searchkit.verify(index.path)


def test_repair_waits_for_the_writer(index: Path) -> None:
    with searchkit.open(index).writer(), pytest.raises(searchkit.LockedError):
        searchkit.repair(index)


def test_a_damaged_table_of_contents_is_written_anew(index: Path) -> None:
    contents = index / "_MAIN_2.toc"
    whole = contents.read_bytes()
    flip(contents, len(whole) // 2)
    assert [contents] == [problem.path for problem in searchkit.verify(index)]
    before = searchkit.open(index).stats().generation
    assert before == searchkit.repair(index).generation
    assert whole == contents.read_bytes()


def test_a_missing_table_of_contents_is_written_anew(index: Path) -> None:
    contents = index / "_MAIN_2.toc"
    whole = contents.read_bytes()
    (index / "_MAIN_1.toc").unlink()  # that of a kept generation tells Whoosh nothing
    assert [] == searchkit.verify(index)
    contents.unlink()
    assert [contents] == [problem.path for problem in searchkit.verify(index)]
    before = searchkit.open(index).stats().generation
    assert (before, 2619, 0, 0) == searchkit.repair(index)
    assert whole == contents.read_bytes()
    assert [] == searchkit.verify(index)


def test_a_foreign_table_of_contents_is_removed(index: Path) -> None:
    whole = (index / "_MAIN_2.toc").read_bytes()
    for number in (0, 2, 7):
        (index / f"_MAIN_{number}.toc").write_bytes(b"foreign")
    (index / "_MAIN_9.toc").write_bytes(whole)
    named = {problem.path.name: problem.reason for problem in searchkit.verify(index)}
    assert {"_MAIN_2.toc", "_MAIN_7.toc", "_MAIN_9.toc"} == named.keys()
    assert "it is not of this index, and Whoosh opens it in its place" == named["_MAIN_7.toc"]
    before = searchkit.open(index).stats().generation
    assert before == searchkit.repair(index).generation
    assert whole == (index / "_MAIN_2.toc").read_bytes()
    assert not (index / "_MAIN_7.toc").exists()
    assert [] == searchkit.verify(index)
