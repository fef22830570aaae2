"""docs/format.md names every column that a segment has, with its type and length, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import searchkit
from searchkit import Date, Keyword, Number, Schema, Text
from searchkit.engine import next_words, transaction
from searchkit.engine.columns import ColumnFile

PAGE = Path(__file__).resolve().parents[3] / "docs" / "format.md"
ROW = re.compile(r"^\| (`[a-z_.]+`(?:, `[a-z_.]+`)*) \| ([^|]+) \|", re.MULTILINE)
FIELDS = {"Terms": "body tags", "Postings": "body", "Keyword": "tags", "Date": "day price", "Ids": ""}


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> ColumnFile:
    """A segment with everything that one can have, also what only large ones do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(next_words, "_SMALLEST", 2000)
        patch.setattr(next_words, "_FREQUENT", 1000)
        return made(tmp_path_factory.mktemp("format") / "index")


def made(path: Path) -> ColumnFile:
    with searchkit.rebuild(path, Schema(body=Text(), tags=Keyword(), day=Date(), price=Number())) as writer:
        for number in range(2100):
            body = f"kitab söz{number}" + " neft" * 300 * (number % 700 == 0)
            writer.add({"id": str(number), "body": body, "tags": ["a", str(number)], "day": "2022", "price": number})
    [file] = (path / "segments").iterdir()
    return ColumnFile(file)


def documented() -> dict[str, tuple[str, str]]:
    """For each column its type and its length as the page has them; those of a field for each field of the segment."""
    found = {}
    for heading, section in re.findall(r"^### (\w+).*?\n(.*?)(?=^##|\Z)", PAGE.read_text("utf-8"), re.M | re.S):
        for names, described in ROW.findall(section):
            kind, length = re.match(r"(\w\d)(?:\[(.*?)\])?", described).groups()  # type: ignore[union-attr]
            for name in re.findall(r"`(.+?)`", names):
                fields = FIELDS[heading].split()
                if name == "values" and heading == "Date":
                    fields = ["day" if kind == "i8" else "price"]
                for full in [f"{field}.{name}" for field in fields] or [name]:
                    found[full] = kind, length or ""
    return found


def test_every_column_is_on_the_page(segment: ColumnFile) -> None:
    exceptions = {name for name in segment.columns if name.endswith((".ranks", ".what"))}
    owners = {name.rpartition(".")[0] for name in exceptions}
    narrow = ("docs", "docs.what", "tfs", "dense.tfs", "positions", "terms.lengths")
    assert {*(f"body.{name}" for name in narrow), "tags.terms.lengths"} == owners
    assert set(segment.columns) - exceptions == set(documented())


def test_types_and_lengths_are_those_of_the_page(segment: ColumnFile) -> None:
    heads = {"body": "body.", "tags": "tags."}
    for name, (kind, length) in documented().items():
        values = segment.columns[name].all
        prefix = heads.get(name.partition(".")[0], "body.")
        letters = {
            "N": segment.meta["documents"],
            "n": len(segment.columns[f"{prefix}terms.shared"]),
            "m": len(segment.columns[f"{prefix}terms.heads"]),
            "P": len(segment.columns["body.docs"]),
            "F": len(segment.columns["body.next.terms"]),
            "D": len(segment.columns["body.dense"]),
            "T": segment.meta["texts"]["body"]["tokens"],
            "b": len(segment.columns["store.block_docs"]) - 1,
            "d": len(segment.columns["store.dictionary_starts"]) - 1,
        }
        assert kind == values.dtype.str[1:], name
        if length:
            expression = length.removesuffix(", rounded down").replace("·", "*")
            assert int(eval(expression, letters)) == len(values), name
    assert letters["D"] > 0
    assert letters["F"] > 0


@pytest.mark.parametrize("budget", [1, 1 << 28])
def test_a_field_that_only_deleted_documents_had_has_no_columns(
    budget: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they were deleted in the transaction that wrote them, as runs of one document, or in a later one."""
    monkeypatch.setattr(transaction, "BUDGET", budget)
    index = searchkit.create(tmp_path, Schema(body=Text(), note=Text(), tags=Keyword(), day=Date(), price=Number()))
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab", "note": "neft", "tags": "a", "day": "2022", "price": 5})
        writer.add({"id": "2", "body": "kitab", "note": "!"})
        writer.add({"id": "3", "body": "kitab"})
        if budget == 1:
            writer.delete("1")
    if budget > 1:
        with index.writer() as writer:
            writer.delete("1")
        index.optimize(keep=0)
    [path] = tmp_path.glob("segments/*.seg")
    file = ColumnFile(path)
    assert list(file.meta["texts"]) == ["body"]
    assert {name.split(".")[0] for name in file.columns} == {"body", "ids", "store"}
    assert searchkit.verify(tmp_path) == []
    assert sorted(hit.id for hit in index.search("kitab")) == ["2", "3"]
    assert [index.search(query).total for query in ("neft", "note:neft", "tags:a", "day:2022", "price:5")] == [0] * 5
    assert index.search("kitab", facets=["tags"], sort="-price").facets == {"tags": []}


def test_a_text_field_without_a_token_has_no_columns(tmp_path: Path) -> None:
    with searchkit.rebuild(tmp_path, Schema(body=Text(), note=Text())) as writer:
        writer.add({"id": "1", "body": "kitab", "note": "!"})
    [path] = tmp_path.glob("segments/*.seg")
    assert {name.split(".")[0] for name in ColumnFile(path).columns} == {"body", "ids", "store"}
    assert searchkit.open(tmp_path).search("kitab")[0]["note"] == "!"


def test_a_keyword_is_cut_after_as_many_bytes_as_the_page_says(tmp_path: Path) -> None:
    values = {"1": "t" * 1024 + "a", "2": "t" * 1024 + "b", "3": "t" * 1024}
    with searchkit.rebuild(tmp_path, Schema(tags=Keyword())) as writer:
        for key, value in values.items():
            writer.add({"id": key, "tags": value})
    found = searchkit.open(tmp_path).search("", filters={"tags": values["1"]}, facets=["tags"])
    assert {hit.id: hit["tags"] for hit in found} == values
    assert found.facets["tags"] == [("t" * 1024, 3)]
