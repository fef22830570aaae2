# ruff: noqa: SIM300
"""Columns of small values: whatever the values are, they come back, in whatever way they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile
from searchkit.engine.lengths import length_bytes
from searchkit.engine.narrow import RANKED, Narrow
from searchkit.engine.narrow_writer import NarrowWriter
from searchkit.engine.occurrences import spans
from searchkit.engine.postings import FieldPostings
from searchkit.engine.postings_writer import PostingsWriter
from searchkit.engine.terms_writer import write_terms

SIZE = 20_000
EDGES = (0, 254, 255, 256, 65_534, 65_535, 65_536, (1 << 32) - 1)


def written(path: Path, values: Any, dtype: str, nested: bool, pieces: int = 7) -> Narrow:
    """The values as a column of a file, written in pieces, and read again."""
    writer = ColumnWriter(path)
    narrow = NarrowWriter(writer, "a", dtype, nested=nested)
    for piece in np.array_split(values, pieces):
        narrow.add(piece)
    narrow.finish()
    writer.finish({"room": "x" * 1000})  # the directory of a segment is no shorter
    return Narrow(ColumnFile(path).columns, "a", nested=nested)


@pytest.mark.parametrize(("dtype", "nested"), [("|u1", False), ("|u1", True), ("<u2", False)])
@pytest.mark.parametrize("share", [0, 0.001, 0.3, 1])
def test_all_values_come_back(dtype: str, nested: bool, share: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 255, SIZE)
    wide = rng.random(SIZE) < share
    values[wide] = rng.choice(EDGES, np.count_nonzero(wide))
    narrow = written(tmp_path / "n", values, dtype, nested)
    assert SIZE == len(narrow)
    assert values.tolist() == narrow[0:SIZE].tolist()
    for low, high in ((0, 0), (1, 2), (255, 257), (RANKED, 2 * RANKED), (777, 9999), (SIZE - 1, SIZE)):
        assert values[low:high].tolist() == narrow[low:high].tolist()
        assert values[low:high].tolist() == list(narrow.few(low, high))
    for count in (0, 1, 9, 300, SIZE):  # one by one, by rows, and in several parts
        places = rng.integers(0, SIZE, count)
        assert values[places].tolist() == narrow.take(places).tolist()


def test_what_fits_needs_nothing_besides(tmp_path: Path) -> None:
    narrow = written(tmp_path / "n", np.full(SIZE, 254), "|u1", nested=True)
    assert not narrow.has_exceptions
    columns = ColumnFile(tmp_path / "n").columns
    assert [0] * 4 == [len(columns[f"a{name}"]) for name in (".what", ".ranks", ".what.what", ".what.ranks")]


def test_postings_of_many_documents(tmp_path: Path) -> None:
    """Gaps of one, two and four bytes between documents, and positions behind those of lists and dense terms."""
    documents = 70_000
    own = {
        b"a": np.arange(0, documents, 3),  # dense
        b"b": np.array([7]),
        b"c": np.array([0, 65_535, 69_999]),
        b"d": np.array([1, 2, 65_538, 65_538 + 254, 65_538 + 509, 69_999]),
        b"e": np.arange(1, documents, 2),  # dense
        b"f": np.arange(5, documents, 100),
        b"g": np.array([0, 69_999]),
    }
    frequencies = {term: 1 + np.arange(len(docs)) % 3 for term, docs in own.items()}
    frequencies[b"d"][3] = 300
    frequencies[b"f"][130] = 40  # in a row that adds up to a byte
    frequencies[b"f"][200] = 250  # and in one that does not
    frequencies[b"f"][320:384] = 5
    positions = {term: np.concatenate([np.arange(n) * 2 + 3 for n in tfs]) for term, tfs in frequencies.items()}
    docs, tfs = (np.concatenate([*values.values()]) for values in (own, frequencies))
    tokens = int(tfs.sum())
    writer = ColumnWriter(tmp_path / "s")
    lengths = length_bytes(np.full(documents, 10))
    postings = PostingsWriter(writer, "body", lengths, tokens, documents)
    dfs = np.array([len(docs) for docs in own.values()])
    postings.add(
        dfs, docs, tfs, np.ones(len(docs), np.uint8), np.concatenate([*positions.values()]), np.zeros(tokens, np.uint8)
    )
    meta = postings.finish()
    write_terms(writer, "body", [*own])
    writer.finish({})
    columns = ColumnFile(tmp_path / "s").columns
    assert [2, 4, 4, 1, 1] == [
        columns[f"body.{name}"].itemsize for name in ("docs.what", "docs.what.what", "first_docs", "docs", "positions")
    ]
    source = FieldPostings(columns, "body", documents, meta)
    assert [0, 4] == source.dense_numbers(0, len(own))
    assert (tokens, tokens) == (len(columns["body.positions"]), source.first_token(len(own)))
    assert docs.tolist() == source.read(0, len(own))[1].tolist()
    for number, term in enumerate(own):
        found = source.postings(number)
        assert own[term].tolist() == found.docs().tolist()
        assert frequencies[term].tolist() == found.tfs().tolist()
        assert positions[term].tolist() == spans(found, own[term])[1].tolist()
        ends = np.cumsum(frequencies[term])
        for step in (1, 20, 100, 1001):  # of which few are looked for by steps
            some = np.arange(0, int(ends[-1]), step)
            assert np.unique(own[term][ends.searchsorted(some, "right")]).tolist() == found.docs_of(some).tolist()
        for step in (1, 7, 1000, 30_000):
            some = np.arange(3, documents, step)
            assert np.isin(some, own[term]).tolist() == found.holds(some).tolist()
        for place in {0, len(ends) // 2, len(ends) - 1}:
            expected = positions[term][ends[place] - frequencies[term][place] : ends[place]].tolist()
            assert expected == found.positions_at(found.place_of(int(own[term][place])))
            assert expected == spans(found, own[term][place : place + 1])[1].tolist()
