# ruff: noqa: SIM300
"""Damage is found wherever it is."""

from __future__ import annotations

import json
import random
import re
import shutil
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import searchkit
from searchkit.engine import verify
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import PAGE, ColumnFile
from searchkit.storage import health
from searchkit.storage.checksums import content_hash
from tests.searchkit.storage.damaged import SCHEMA, document, flip, rewritten, segments, twice

Run = Callable[..., Any]


def column(file: Path, name: str) -> Any:
    return np.array(ColumnFile(file).columns[name].all)


def reasons(path: Path) -> list[str]:
    return [problem.reason for problem in searchkit.verify(path)]


def test_a_whole_index_has_no_problems(made: Path, run: Run) -> None:
    assert [] == searchkit.verify(made)
    code, out, err = run("verify", made)
    assert (0, "") == (code, err)
    assert out.startswith("no problem in 8 files, ")
    code, out, _ = run("verify", made, "--json")
    found = json.loads(out)
    assert (0, [], ["g000001", "g000002"], 8) == (code, found["problems"], found["generations"], found["files"])
    assert found["bytes"] == sum(
        file.stat().st_size for file in made.rglob("*") if file.is_file() and file.name != "writer.lock"
    )


def test_an_index_merged_of_many_has_no_problems(tmp_path: Path) -> None:
    path, rng = tmp_path / "index", random.Random(2)
    index = searchkit.create(path, SCHEMA)
    for _ in range(15):
        with index.writer() as writer:
            for _ in range(40):
                writer.add(document(rng.randrange(300), rng))
            writer.delete(str(rng.randrange(300)))
    assert [] == searchkit.verify(path)


def test_an_empty_index_has_no_problems(tmp_path: Path) -> None:
    searchkit.create(tmp_path / "index")
    assert [] == searchkit.verify(tmp_path / "index")


def test_no_index(tmp_path: Path, run: Run) -> None:
    with pytest.raises(searchkit.IndexNotFoundError):
        searchkit.verify(tmp_path)
    with pytest.raises(searchkit.IndexNotFoundError):
        searchkit.repair(tmp_path / "nothing")
    assert 1 == run("verify", tmp_path / "nothing").code


def test_a_generation_that_is_put_in_force_meanwhile_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a writer removes while it is looked at is not missing."""
    index = searchkit.create(tmp_path / "index", SCHEMA)
    rng = random.Random(3)

    def write_then(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        def called(*arguments: Any) -> Any:
            monkeypatch.setattr(module, name, function)
            found = function(*arguments)
            for _ in range(2):
                with index.writer(keep=0) as writer:
                    writer.add(document(1, rng))
            return found

        monkeypatch.setattr(module, name, called)

    for module, name in ((verify, "check_segment"), (health, "kept_generations"), (health, "_in_force")):
        for number in range(2):
            with index.writer() as writer:
                writer.add(document(number, rng))
        write_then(module, name)
        assert [] == searchkit.verify(index.path)


def test_a_table_of_contents_that_is_still_to_come_is_waited_for(index: Path) -> None:
    contents = max(index.glob("_MAIN_*.toc"))
    aside = contents.rename(contents.with_name("aside"))
    writer = threading.Timer(0.2, lambda: aside.rename(contents))
    writer.start()
    assert [] == searchkit.verify(index)
    writer.join()


def test_a_flipped_bit_is_found_wherever_it_is(index: Path) -> None:
    rng = random.Random(3)
    for file in sorted(entry for entry in index.rglob("*") if entry.is_file() and entry.name != "writer.lock"):
        whole = file.read_bytes()
        assert whole
        for offset in {0, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(25))}:
            flip(file, offset)
            problems = searchkit.verify(index)
            assert [file] == list(dict.fromkeys(problem.path for problem in problems)), (file, offset)
            if file.suffix == ".seg" and problems[0].offset is not None and offset < len(whole) - 8192:
                assert problems[0].offset == offset // PAGE * PAGE
            file.write_bytes(whole)
    assert [] == searchkit.verify(index)


@pytest.mark.parametrize("how", ["cut off", "empty", "missing", "longer"])
def test_a_file_that_is_not_whole_is_found(how: str, index: Path) -> None:
    for file in (*index.glob("segments/*"), index / "searchkit.json"):
        whole = file.read_bytes()
        file.write_bytes({"cut off": whole[:-100], "empty": b"", "missing": b"", "longer": whole + b"x"}[how])
        if how == "missing":
            file.unlink()
        assert [file] == [problem.path for problem in searchkit.verify(index)]
        file.write_bytes(whole)


def test_the_file_of_another_generation_is_found(index: Path) -> None:
    with searchkit.open(index).writer(keep=3) as writer:
        writer.add({"id": "new"})
    for pattern, said in (("generations/*.json", "it is the manifest of"), ("_MAIN_*.toc", "of another generation")):
        first, *_, last = sorted(index.glob(pattern))
        whole = last.read_bytes()
        last.write_bytes(first.read_bytes())
        [problem] = searchkit.verify(index)
        assert last == problem.path
        assert said in problem.reason
        last.write_bytes(whole)
    manifest = sorted(index.glob("generations/*.json"))[0]
    manifest.write_bytes(sorted(index.glob("generations/*.json"))[-1].read_bytes())
    with pytest.raises(searchkit.CorruptIndexError, match="it is the manifest of"):
        searchkit.rollback(index, manifest.stem)


def test_a_problem_is_named_with_its_place(index: Path, run: Run) -> None:
    file = segments(index)[0]
    at = ColumnFile(file).columns["store.heads"].offset(100)
    flip(file, at)
    page = at // PAGE * PAGE
    code, out, err = run("verify", index)
    assert (1, "") == (code, err)
    first, last = out.splitlines()
    assert first.startswith(f"{file}, ")
    assert "store.heads" in first
    assert first.endswith(f", byte {page:,}: a page does not have the checksum that was written")
    assert last.startswith("1 problem in 8 files, ")
    code, out, _ = run("verify", index, "--json")
    (problem,) = json.loads(out)["problems"]
    assert (1, str(file), page) == (code, problem["file"], problem["byte"])


PARTS = {
    "sorted terms": (
        "body.terms.bytes",
        lambda values: np.append(values[:9], values[9:] // 2),
        "is not above the one before",
    ),
    "length of a term": ("body.terms.lengths", lambda values: values + 1, "a block does not begin where it should"),
    "beginnings of blocks": ("body.terms.heads", lambda values: values + 1, "it does not say how term 0"),
    "shared bytes": ("body.terms.shared", lambda values: values | 64, "shares more than the one before"),
    "starts": ("body.first", lambda values: values[::-1].copy(), "the values do not ascend"),
    "number of starts": ("body.first", lambda values: values[:-1].copy(), "values, and"),
    "documents in range": ("body.first_docs", lambda values: values + 60_000, "a document has a number too high"),
    "documents ascending": ("title.docs", lambda values: values * 0, "the documents do not ascend"),
    "frequencies": ("title.tfs", lambda values: values + 1, "are not those of the frequencies"),
    "impacts": ("title.impacts", lambda values: values // 2, "an impact is not that of its frequency"),
    "forms": ("title.forms", lambda values: values * 0, "in no form"),
    "positions": ("title.positions", lambda values: values + 3, "a position lies behind the end"),
    "lengths": ("body.lengths", lambda values: values + 1, "an impact is not that of its frequency and length"),
    "dense terms": ("body.dense", lambda values: values[::-1].copy(), "its terms do not ascend"),
    "dense counts": ("body.dense.df", lambda values: values - 1, "a dense term has not as many documents"),
    "wide values": ("body.dense.tfs.what", lambda values: values * 0, "a value is not as wide as it should be"),
    "ranks": ("body.dense.tfs.ranks", lambda values: values + 1, "it does not count the values before"),
    "steps": ("body.steps", lambda values: values + 1, "are not those of the frequencies"),
    "tokens of dense terms": ("body.dense.tokens", lambda values: values + 1, "are not those of the frequencies"),
    "number of positions": ("body.positions", lambda values: values[:-1].copy(), "values, and"),
    "keyword postings": ("tags.docs", lambda values: values[::-1].copy(), "are not those that have them"),
    "keyword range": ("tags.values", lambda values: values + 3, "a document has a term that is not there"),
    "a field named ids": ("ids.docs", lambda values: values[::-1].copy(), "are not those that have them"),
    "numbers": ("price.values", lambda values: values + np.inf, "a number is infinite"),
    "dates": ("day.values", lambda values: values * 0 + 2**62, "a date is out of the years"),
    "ids": ("ids.hashes", lambda values: values + np.arange(len(values), dtype="u8"), "is not that of its id"),
    "owners of ids": ("ids.owners", lambda values: values * 0, "has no id"),
    "contents": ("ids.contents", lambda values: values + 1, "is not that of its content"),
    "stored heads": ("store.heads", lambda values: values * 0 + 32, "cannot be read"),
    "stored tails": ("store.blocks", lambda values: values[::-1].copy(), "cannot be unpacked"),
    "dictionaries": ("store.block_dictionaries", lambda values: values + 1, "has a dictionary that is not there"),
    "places of tails": ("store.tails", lambda values: values[::-1].copy(), "the tails overlap"),
    "places of heads": ("store.head_starts", lambda values: values * 0, "the values do not ascend"),
    "a missing column": ("store.tails", lambda values: None, "it has no column 'store.tails'"),
}


@pytest.mark.parametrize("part", PARTS)
def test_what_makes_no_sense_is_found_under_the_right_checksum(part: str, index: Path) -> None:
    name, change, expected = PARTS[part]
    file = segments(index)[0]
    rewritten(file, **{name.replace(".", "__"): change(column(file, name))})
    problems = searchkit.verify(index)
    assert [file] == list(dict.fromkeys(problem.path for problem in problems))
    assert any(expected in problem.reason for problem in problems), problems


def test_a_wrong_total_is_found(index: Path) -> None:
    file = segments(index)[0]
    meta = ColumnFile(file).meta
    meta["texts"]["body"]["tokens"] += 1
    rewritten(file, meta)
    assert any(reason.startswith("the directory counts ") for reason in reasons(index))


def test_random_values_never_raise(index: Path) -> None:
    file = segments(index)[0]
    whole, rng = file.read_bytes(), np.random.default_rng(4)
    opened = ColumnFile(file)
    for name, values in [(name, np.array(column.all)) for name, column in opened.columns.items()]:
        if len(values) and name not in ("price.values", "day.values"):  # in which most values make sense
            noise = rng.integers(0, 256, values.nbytes, np.uint8).view(values.dtype)
            for changed in (noise, values[: len(values) // 2].copy(), np.concatenate([values, values])):
                rewritten(file, **{name.replace(".", "__"): changed})
                assert searchkit.verify(index), name
                file.write_bytes(whole)


@pytest.mark.parametrize(
    ("deleted", "expected"),
    [
        ([7, 7], "not ascending"),
        ([2600, 2601], "not ascending"),
        ([9, 7], "not ascending"),
        ([7], "it lists 1 deleted documents, and the manifest counts 11"),
    ],
)
def test_wrong_deletions_are_found(deleted: list[int], expected: str, index: Path) -> None:
    (file,) = index.glob("segments/*.del")
    writer = ColumnWriter(file)
    writer.add("deleted", np.asarray(deleted, "<u4"))
    writer.finish({})
    (problem,) = searchkit.verify(index)
    assert (file, True) == (problem.path, expected in problem.reason)


def test_a_document_that_is_there_twice_is_found(tmp_path: Path) -> None:
    index, first, second = twice(tmp_path)
    (problem,) = searchkit.verify(index.path)
    assert (second, f"two documents have the id '1'; the other is in {first.name}") == (problem.path, problem.reason)


def test_what_two_segments_share_is_one_problem(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    for part in "ab":
        with index.writer() as writer:
            for number in range(3000):
                writer.add({"id": f"{part}{number}", "body": "kitab"})
    first, second = (index.path / "segments" / f"{described[0]}.seg" for described in index._manifest["segments"])
    shutil.copyfile(first, second)
    (problem,) = searchkit.verify(index.path)
    expected = rf"two documents have the id 'a\d+'; the other is in {first.name}, and so are those of 2,999 ids more"
    assert (second, True) == (problem.path, bool(re.fullmatch(expected, problem.reason)))


def test_an_id_that_does_not_stand_in_the_head_is_found(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    with index.writer() as writer:
        writer.add({"id": "1"})
    head, tail = b'{"id":[]}', b'{"id":"1"}'
    block = zlib.compress(tail)
    rewritten(
        segments(index.path)[0],
        store__heads=np.frombuffer(head, "u1"),
        store__head_starts=np.array([0, len(head)], "<u4"),
        store__blocks=np.frombuffer(block, "u1"),
        store__block_starts=np.array([0, len(block)], "<u8"),
        ids__contents=np.array([content_hash(head, tail)], "<u8"),
    )
    (problem,) = searchkit.verify(index.path)
    assert problem.reason == "the hash for document 0 is not that of its id []"
