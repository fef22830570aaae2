# ruff: noqa: SIM300
"""An index brought to what its sources hold: only what differs is written, and nothing that differs is missed."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Changes, DocumentError, Index, SearchkitError
from tests.searchkit.folders import OLD, articles_in, ids, lines, write

Make = Callable[..., Index]
Run = Callable[..., Any]


def synced(index: Index, documents: list[dict[str, Any]], **options: Any) -> Changes:
    with index.writer() as writer:
        return writer.sync(documents, **options)


# ---------------------------------------------------------------- the library


def test_only_what_differs_is_written(make_index: Make) -> None:
    index = make_index(["kitab", "neft", "dəniz"])
    documents = [{"id": "1", "body": "kitab"}, {"id": "2", "body": "qaz"}, {"id": "4", "body": "yol"}]
    with index.writer() as writer:
        assert Changes(added=1, changed=1, unchanged=1, deleted=0) == writer.sync(documents)
    assert searchkit.Summary(2, 0, 4) == writer.summary
    assert (["1", "2", "3", "4"], ["2"], []) == (ids(index), ids(index, "qaz"), ids(index, "neft"))


def test_what_is_gone_is_deleted_on_request(make_index: Make) -> None:
    index = make_index(["kitab", "neft", "dəniz"])
    assert Changes(0, 0, 1, 2) == synced(index, [{"id": "2", "body": "neft"}], delete_missing=True)
    assert ["2"] == ids(index)
    assert [] == searchkit.verify(index.path)


def test_nothing_to_do_makes_no_generation(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    before = (index.path / "searchkit.json").read_bytes()
    documents = [{"id": "1", "body": "kitab"}, {"id": "2", "body": "neft"}]
    assert Changes(0, 0, 2, 0) == synced(index, documents, delete_missing=True)
    assert before == (index.path / "searchkit.json").read_bytes()


def test_of_one_id_that_comes_twice_the_last_counts(make_index: Make) -> None:
    index = make_index(["kitab"])
    old, new = {"id": "1", "body": "kitab"}, {"id": "1", "body": "neft"}
    assert Changes(0, 0, 1, 0) == synced(index, [new, old])
    assert ["1"] == ids(index, "kitab")
    assert Changes(0, 1, 0, 0) == synced(index, [old, new, new])
    assert (["1"], 1) == (ids(index, "neft"), len(index))
    assert Changes(1, 0, 1, 0) == synced(index, [new, {"id": "2", "body": "a"}, {"id": "2", "body": "dəniz"}])
    assert (["2"], 2) == (ids(index, "dəniz"), len(index))


def test_a_repeated_id_that_ends_as_it_was_makes_no_generation(make_index: Make) -> None:
    index = make_index(["kitab"])
    old, new = {"id": "1", "body": "kitab"}, {"id": "1", "body": "neft"}
    for jobs in (1, 2):
        before = (index.path / "searchkit.json").read_bytes()
        with index.writer(jobs=jobs) as writer:
            assert Changes(0, 0, 1, 0) == writer.sync([new, old], delete_missing=True)
        assert before == (index.path / "searchkit.json").read_bytes()
        assert [] == searchkit.verify(index.path)
    with index.writer() as writer:
        writer.sync([new, old])
        writer.add({"id": "2", "body": "su"})  # the transaction goes on
    assert (["1"], ["2"], 2) == (ids(index, "kitab"), ids(index, "su"), len(index))


def test_a_new_index_can_be_synced_into(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    assert Changes(2, 0, 0, 0) == synced(index, [{"id": "1", "body": "kitab"}, {"id": "2"}])
    assert Changes(0, 0, 2, 0) == synced(index, [{"id": "2"}, {"id": "1", "body": "kitab"}])


@pytest.mark.parametrize(
    ("bad", "expected", "left"),
    [
        ([], Changes(0, 0, 1, 2), ["1"]),
        ([{"id": "2", "date": "dünən"}], Changes(0, 0, 1, 1), ["1", "2"]),
        ([{"id": "2", "body": {1, "\ud800"}}], Changes(0, 0, 1, 1), ["1", "2"]),
        ([{"id": "1", "date": "dünən"}, {"id": "new", "date": "dünən"}], Changes(0, 0, 1, 2), ["1"]),
        ([{"no": "id"}], Changes(0, 0, 1, 0, kept=2), ["1", "2", "3"]),  # it may be any of them
        ([{"id": "2", "date": "dünən"}, {"id": ""}], Changes(0, 0, 1, 0, kept=1), ["1", "2", "3"]),
    ],
)
def test_a_bad_document_ends_it_or_is_told_of(
    bad: list[Any], expected: Changes, left: list[str], make_index: Make
) -> None:
    """What the index has of it stays, and nothing is deleted that it may be."""
    index = make_index(["kitab", "neft", "dəniz"])
    documents = [{"id": "1", "body": "kitab"}, *bad]
    if bad:
        with pytest.raises(DocumentError):
            synced(index, documents)
    errors: list[DocumentError] = []
    assert expected._replace(deleted=0, kept=0) == synced(index, documents, on_error=errors.append)
    assert expected == synced(index, documents, delete_missing=True, on_error=errors.append)
    assert 2 * len(bad) == len(errors)
    assert left == ids(index)


def test_a_document_that_is_refused_and_comes_again_has_come(make_index: Make) -> None:
    index = make_index(["kitab"])
    bad, good = {"id": "1", "date": "dünən"}, {"id": "1", "body": "neft"}
    for documents in ([bad, good], [good, bad]):
        assert 1 == sum(synced(index, documents, delete_missing=True, on_error=lambda error: None))
    assert ["1"] == ids(index, "neft")


def test_an_empty_source_empties_no_index(make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    with pytest.raises(searchkit.TooFewDocumentsError) as raised:
        synced(index, [], delete_missing=True)
    expected = (
        f"{index.path}: there are no documents to replace the 2 of the index, so it stays as it is; "
        "a min_ratio of 0 (--min-ratio 0) empties it"
    )
    assert expected == str(raised.value)
    assert ["1", "2"] == ids(searchkit.open(index.path))
    with index.writer() as writer:
        writer.delete("1")  # but documents can be deleted by name, down to the last
        writer.delete("2")
    assert [] == ids(index)


def test_it_comes_first_in_its_transaction(make_index: Make) -> None:
    with make_index(["kitab"]).writer() as writer:
        writer.sync([{"id": "2", "body": "neft"}])
        writer.add({"id": "3", "body": "qaz"})
        writer.delete("1")
        with pytest.raises(SearchkitError, match="do it before anything else"):
            writer.sync([])
    assert searchkit.Summary(2, 1, 2) == writer.summary


@pytest.mark.parametrize("jobs", [1, 2])
def test_random_syncs_end_as_a_rebuild_does(jobs: int, tmp_path: Path) -> None:
    rng = random.Random(jobs)
    index = searchkit.create(tmp_path / "index")
    held: dict[str, str] = {}
    for _ in range(12 if jobs == 1 else 3):
        wanted = {str(key): f"kitab {rng.randrange(3)}" for key in rng.sample(range(60), rng.randrange(1, 50))}
        with index.writer(jobs=jobs) as writer:
            changes = writer.sync([{"id": key, "body": body} for key, body in wanted.items()], delete_missing=True)
        common = held.keys() & wanted.keys()
        changed = sum(held[key] != wanted[key] for key in common)
        expected = (len(wanted) - len(common), changed, len(common) - changed, len(held) - len(common), 0)
        assert expected == tuple(changes)
        held = wanted
        assert held == {hit.id: hit["body"] for hit in index.search("-nosuchword", limit=100)}
    assert [] == searchkit.verify(index.path)


# ---------------------------------------------------------------- files


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return articles_in(tmp_path / "articles")


@pytest.fixture
def sync(run: Run, articles: Path, tmp_path: Path) -> Callable[..., tuple[int, ...]]:
    """Runs `searchkit index`; the exit code and the documents that were added, changed, unchanged and deleted."""

    def sync(*arguments: Any) -> tuple[int, ...]:
        paths = arguments if arguments and not str(arguments[0]).startswith("--") else (articles, *arguments)
        code, out, _ = run("index", *paths, "--index", tmp_path / "index", "--json")
        summary = json.loads(out)
        return code, *(summary[name] for name in ("added", "changed", "unchanged", "deleted"))

    return sync


def test_a_folder_is_brought_up_to_date(sync: Run, run: Run, articles: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert (0, 4, 0, 0, 0) == sync()
    assert (0, 0, 0, 4, 0) == sync()
    write(articles / "a.txt", "Kitab yarmarkası")
    write(articles / "c.txt", "Dağ")
    (articles / "b.txt").unlink()
    write(
        articles / "deep" / "dump.jsonl", lines({"id": "d-1", "body": "dəniz"}, {"id": "d-2", "body": "göl"}), OLD + 1
    )
    code, out, err = run("index", articles, "--index", index)
    assert (0, "") == (code, out)
    assert err.startswith("indexed 3 documents in ")
    assert err.endswith(f" a second): 1 added, 2 changed, 1 unchanged, 0 deleted; {index} holds 5\n")
    assert ["a.txt", "b.txt", "c.txt", "d-1", "d-2"] == ids(index)
    assert (0, 0, 0, 4, 1) == sync("--delete-missing")
    assert ["a.txt", "c.txt", "d-1", "d-2"] == ids(index)
    assert (["d-2"], []) == (ids(index, "göl"), ids(index, "çay"))


def test_a_file_that_has_not_changed_is_not_read(sync: Run, articles: Path, tmp_path: Path) -> None:
    sync()
    size = (articles / "a.txt").stat().st_size
    write(articles / "a.txt", "x" * size)  # of the same size and time, so nobody can see it
    write(articles / "b.txt", "Neft")
    assert (0, 0, 1, 3, 0) == sync()
    assert ["a.txt"] == ids(tmp_path / "index", "kitab")


def test_a_file_that_has_just_been_written_is_read_again(sync: Run, articles: Path, tmp_path: Path) -> None:
    now = int(time.time())
    write(articles / "a.txt", "Kitab 1", now)
    sync()
    write(articles / "a.txt", "Kitab 2", now)
    assert (0, 0, 1, 3, 0) == sync()


def test_a_file_with_another_time_is_read_but_not_indexed_again(sync: Run, articles: Path, tmp_path: Path) -> None:
    sync()
    before = (tmp_path / "index" / "searchkit.json").read_bytes()
    os.utime(articles / "a.txt", (OLD + 1, OLD + 1))
    assert (0, 0, 0, 4, 0) == sync()
    assert before == (tmp_path / "index" / "searchkit.json").read_bytes()


def test_what_was_deleted_or_replaced_otherwise_comes_back(sync: Run, tmp_path: Path) -> None:
    sync()
    with searchkit.open(tmp_path / "index").writer() as writer:
        writer.delete("a.txt")
        writer.add({"id": "d-1", "body": "başqa"})
    assert (0, 1, 1, 2, 0) == sync()
    assert ["d-1"] == ids(tmp_path / "index", "dəniz")


def test_an_id_of_two_files_is_that_of_the_last(sync: Run, articles: Path, tmp_path: Path) -> None:
    write(articles / "x.jsonl", lines({"id": "same", "body": "kitab"}))
    write(articles / "y.jsonl", lines({"id": "same", "body": "neft"}))
    assert 0 == sync()[0]
    for _ in range(2):
        assert (0, 0, 0, 5, 0) == sync()
        assert ["same"] == ids(tmp_path / "index", "body:neft")
    (articles / "y.jsonl").unlink()
    assert (0, 0, 1, 4, 0) == sync("--delete-missing")
    assert ["same"] == ids(tmp_path / "index", "kitab same:1 -sərgi")


def test_an_id_that_comes_twice_in_a_file_is_not_indexed_each_time(sync: Run, articles: Path, tmp_path: Path) -> None:
    write(articles / "x.jsonl", lines({"id": "same", "body": "kitab"}, {"id": "same", "body": "neft"}))
    sync()
    assert (0, 0, 0, 5, 0) == sync()
    cache = tmp_path / "index" / "sources.cache"
    cache.unlink()
    assert (0, 0, 0, 5, 0) == sync()
    assert ["b.txt", "same"] == ids(tmp_path / "index", "neft")


def test_other_settings_read_everything_again(sync: Run, tmp_path: Path) -> None:
    table = write(tmp_path / "table.csv", "id,başlıq,qeyd\n1,Kitab,Neft\n")
    assert (0, 1, 0, 0, 0) == sync(table)
    assert (0, 0, 1, 0, 0) == sync(table, "--map", "qeyd=body", "--map", "başlıq=title")
    assert ["1"] == ids(tmp_path / "index", "body:neft")


def test_folders_that_are_indexed_in_turn_are_remembered(sync: Run, articles: Path, tmp_path: Path) -> None:
    write(tmp_path / "more" / "m.txt", "Meşə")
    sync()
    assert (0, 1, 0, 0, 0) == sync(tmp_path / "more")
    size = (articles / "a.txt").stat().st_size
    write(articles / "a.txt", "x" * size)
    assert (0, 0, 0, 4, 0) == sync()  # known, so not read
    assert (0, 0, 0, 5, 0) == sync(articles, tmp_path / "more")


@pytest.mark.parametrize("damage", [b"", b"searchkit sources 1\n", b"searchkit sources 1\n{}\n\0\0\0\0", None])
def test_a_damaged_cache_is_as_good_as_none(damage: bytes | None, sync: Run, tmp_path: Path) -> None:
    sync()
    cache = tmp_path / "index" / "sources.cache"
    whole = cache.read_bytes()
    cache.write_bytes(whole[:50] + b"X" + whole[51:] if damage is None else damage)
    assert (0, 0, 0, 4, 0) == sync()
    assert whole == cache.read_bytes()


def test_what_cannot_be_read_is_named_each_time_and_deletes_nothing(
    sync: Run, run: Run, articles: Path, tmp_path: Path
) -> None:
    sync()
    (articles / "a.txt").unlink()
    write(articles / "bad.jsonl", lines({"id": "good", "body": "kitab"}) + '{"id": "bad", "da\n')
    assert (1, 1, 0, 3, 0) == sync("--delete-missing")
    code, _, err = run("index", articles, "--index", tmp_path / "index", "--delete-missing")
    assert (1, True) == (code, f"{articles}/bad.jsonl, line 2: " in err)
    assert " 0 deleted, 1 kept, 1 could not be read; " in err
    assert err.endswith(
        "searchkit: warning: 1 document that did not come was not deleted, as what could not be read may have it; "
        "mend that, or leave it out, and run this again\n"
    )
    assert (
        1 == json.loads(run("index", articles, "--index", tmp_path / "index", "--delete-missing", "--json").out)["kept"]
    )
    assert "a.txt" in ids(tmp_path / "index")
    code, _, err = run("index", articles, "--index", tmp_path / "index")
    assert (1, False) == (code, "not deleted" in err)  # nor was it to be
    (articles / "bad.jsonl").unlink()
    assert (0, 0, 0, 3, 2) == sync("--delete-missing")


def test_a_document_that_is_refused_by_its_id_lets_others_be_deleted(sync: Run, articles: Path, tmp_path: Path) -> None:
    sync()
    (articles / "a.txt").unlink()
    dump = articles / "deep" / "dump.jsonl"
    write(dump, lines({"id": "d-1", "body": "dəniz"}, {"id": "d-2", "date": "dünən"}), OLD + 1)
    assert (1, 0, 0, 2, 1) == sync("--delete-missing")
    assert ["b.txt", "d-1", "d-2"] == ids(tmp_path / "index")
    assert ["d-2"] == ids(tmp_path / "index", "çay")  # as it was
    assert (1, 0, 0, 2, 0) == sync("--delete-missing")


def test_standard_input_is_compared_by_content(finish: Run, tmp_path: Path) -> None:
    def sync(*documents: dict[str, Any]) -> tuple[int, ...]:
        arguments = ("index", "-", "--format", "jsonl", "--index", "index", "--delete-missing", "--json")
        summary = json.loads(finish(*arguments, input=lines(*documents)).out)
        return tuple(summary[name] for name in ("added", "changed", "unchanged", "deleted"))

    one, two, three = ({"id": key, "body": "kitab"} for key in "123")
    assert (2, 0, 0, 0) == sync(one, two)
    assert (1, 0, 1, 1) == sync(two, three)
    assert (0, 1, 1, 0) == sync(two, {**three, "body": "neft"})


def test_an_empty_folder_empties_no_index(run: Run, sync: Run, tmp_path: Path) -> None:
    sync()
    (tmp_path / "empty").mkdir()
    for option in ("--delete-missing", "--rebuild"):
        code, out, err = run("index", tmp_path / "empty", "--index", tmp_path / "index", option)
        assert (1, "") == (code, out)
        assert err.endswith(
            "there are no documents to replace the 4 of the index, so it stays as it is; "
            "a min_ratio of 0 (--min-ratio 0) empties it\n"
        )
    assert 4 == len(searchkit.open(tmp_path / "index"))
    assert 0 == run("index", tmp_path / "empty", "--index", tmp_path / "index").code
