"""What documents that wait to be written take of memory, also where they are of an odd kind."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from azanalyzer import Analyzer
from searchkit import Schema, Text
from searchkit.engine import builder as builder_module
from searchkit.engine import chunks as chunks_module
from searchkit.engine import invert
from searchkit.engine.chunks import Chunks
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile
from searchkit.engine.runs import RunWriter
from searchkit.engine.segment import Segment
from searchkit.engine.terms_writer import write_terms
from searchkit.indexing.stored import pack


def runs_of(documents: list[dict[str, str]], schema: Schema, budget: int, folder: Path) -> list[int]:
    """How many documents each run has."""
    writer = RunWriter(folder, "r", schema, Analyzer.shared(), budget)
    for document in documents:
        stored = pack(document["id"], document)
        writer.add(document["id"], (stored.head, stored.tail), schema.prepare(document))
    runs = writer._runs
    [merged] = writer.finish()
    assert len(documents) == merged.documents == Segment(folder, merged).documents
    return [run.documents for run in runs]


def columns_of(documents: list[dict[str, str]], budget: int, folder: Path) -> dict[str, list[int]]:
    """All columns of the segment that is made of the documents."""
    folder.mkdir()
    runs_of(documents, Schema(body=Text()), budget, folder)
    [path] = folder.glob("*.seg")
    return {name: column.all.tolist() for name, column in ColumnFile(path).columns.items()}


def test_texts_of_distinct_words_make_runs_of_some_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks_module, "_TOGETHER", 500)
    monkeypatch.setattr(invert, "_TOGETHER", 500)
    texts = (" ".join(str(doc * 100 + number) for number in range(100)) for doc in range(500))
    documents = [{"id": str(number), "body": text} for number, text in enumerate(texts)]
    *runs, _ = runs_of(documents, Schema(body=Text()), 2 << 20, tmp_path)
    assert len(runs) > 2
    assert min(runs) * 4 > max(runs)
    assert max(runs) * 100 * 80 < 2 << 20  # a chunk with a term of its own needs so many bytes


def test_chunks_that_come_again_are_remembered_in_little_memory() -> None:
    chunks = Chunks(Analyzer.shared(), 20_000)
    first, _ = chunks.number([b"kitab neft"])
    for number in range(100):
        known, _ = chunks.number([b"kitab neft " + b" ".join(b"%d" % (number * 100 + place) for place in range(100))])
        assert first.tolist() == known[:2].tolist()
        assert chunks._known < 30_000
    once, _ = chunks.number([b"0 1 2"])
    assert sorted(once) == [10_002, 10_003, 10_004]  # known no more, and numbered anew
    table = chunks.table()
    assert [table.terms[table.piece_terms[place]] for place in (*first, *once)] == [b"kitab", b"neft", b"0", b"1", b"2"]
    assert len(table.terms) == 10_002


def test_what_is_forgotten_meanwhile_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of Cyrillic, whose chunks are known as strings, and of very long terms."""
    monkeypatch.setattr(invert, "_TOGETHER", 500)
    documents = [
        {"id": str(doc), "body": " ".join(f"söz{doc * 20 + number} китаб{number + doc}" for number in range(20))}
        for doc in range(60)
    ]
    documents[7]["body"] += " " + "ə" * 2000 + "a " + "ə" * 2000 + "b " + "c" * 1025
    forgotten = []
    forget = Chunks._forget
    monkeypatch.setattr(Chunks, "_forget", lambda chunks: (forgotten.append(len(chunks)), forget(chunks)))
    columns = []
    for share in (1, 50):
        monkeypatch.setattr(builder_module, "_KNOWN_SHARE", share)
        columns.append(columns_of(documents, 1 << 21, tmp_path / str(share)))
        assert (len(forgotten) > 2) == (share > 1)
    assert columns[0] == columns[1]


def test_texts_of_hundreds_of_fields_that_wait_are_counted(tmp_path: Path) -> None:
    schema = Schema(**{f"f{number}": Text() for number in range(100)})
    document = {f"f{number}": "kitab neft yol " * 10 for number in range(100)}
    runs = runs_of([{"id": str(number), **document} for number in range(60)], schema, 2 << 20, tmp_path)
    assert len(runs) == 2


def test_a_dictionary_takes_little_memory_beside_its_terms(tmp_path: Path) -> None:
    terms = [b"%09d" % number for number in range(400_000)]
    writer = ColumnWriter(tmp_path / "a.seg")
    tracemalloc.start()
    try:
        write_terms(writer, "body", terms)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        writer.abort()
    assert peak < 100 * len(terms)


LONG_TEXTS = [
    "Kitab oxuyuruq.\n\nYeni kitablar, köhnə evlər \n" * 40,
    "kitab neft  yol " * 100,
    "kitab " + "a" * 700 + " neft yol" * 50 + " " + "b" * 700,
    " " * 1000 + "kitab",
    "Китаб охујуруг вә билирик.\nЧитаем книги в городе.\n" * 40,
    "kitab\u00a0neft yol\u2003bal " * 60,
    "c" * 1000,
]


@pytest.mark.parametrize("text", LONG_TEXTS)
def test_a_long_text_is_cut_in_parts_that_give_what_the_whole_does(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [{"id": "1", "body": "qaz"}, {"id": "2", "body": text}, {"id": "3", "body": "kitab"}]
    columns = []
    for part in (1 << 20, 300):
        monkeypatch.setattr(invert, "_LONG_TEXT", part)
        monkeypatch.setattr(invert, "_TOGETHER", part)
        columns.append(columns_of(documents, 1 << 24, tmp_path / str(part)))
    assert columns[0] == columns[1]


@pytest.mark.parametrize("first", [0, 1])
def test_columns_that_end_before_the_file_are_as_the_others(first: int, tmp_path: Path) -> None:
    writer = ColumnWriter(tmp_path / "a.seg")
    one, two = writer.stream("one", "<u4"), writer.stream("two", "|u1")
    one.append(np.arange(100))
    two.append(np.arange(7))
    writer.end_streams(first)
    if first:
        one.append(np.arange(100, 103))
    writer.stream("three", "<u8").append([5])
    writer.finish({})
    columns = ColumnFile(tmp_path / "a.seg").columns
    assert columns["one"].all.tolist() == list(range(103 if first else 100))
    assert columns["two"].all.tolist() == list(range(7))
    assert columns["three"].all.tolist() == [5]
