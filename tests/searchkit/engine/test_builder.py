# ruff: noqa: SIM300

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from azanalyzer import Analyzer
from searchkit import Date, Keyword, Number, Schema, Text
from searchkit.engine.builder import SegmentBuilder
from searchkit.engine.segment import micros
from searchkit.indexing.stored import pack

SCHEMA = Schema(body=Text(), tags=Keyword(), day=Date(), n=Number())


def of_two_documents(folder: Path) -> SegmentBuilder:
    builder = SegmentBuilder(folder, "s", SCHEMA, Analyzer.shared(), 1 << 28)
    for key in "ab":
        document = {"id": key, "body": "kitab neft", "tags": ["t"], "day": "2022", "n": 5}
        stored = pack(key, document)
        values = SCHEMA.prepare(document)
        builder.add(key, stored.head, stored.tail, {**values, "day": micros(values["day"])})
    return builder


@pytest.mark.parametrize(
    "lose",
    [
        lambda builder: builder._hashes.pop(),
        lambda builder: builder._contents.pop(),
        lambda builder: builder._keywords["tags"]._counts.pop(),
        lambda builder: builder._values["day"]._values.pop(),
        lambda builder: builder._values["n"]._values.pop(),
        lambda builder: builder._texts["body"]._waiting.pop(),
        lambda builder: builder._store._waiting.pop(),
        lambda builder: builder._store._open.pop(),
        lambda builder: builder._store._starts.pop(),
    ],
)
def test_a_document_that_is_there_in_part_is_not_written(
    lose: Callable[[SegmentBuilder], object], tmp_path: Path
) -> None:
    builder = of_two_documents(tmp_path)
    lose(builder)
    with pytest.raises(searchkit.SearchkitError) as raised:
        builder.write()
    assert (
        f"{tmp_path / 's.seg'}: a document was taken only in part, as an error or an interrupt came meanwhile; "
        "nothing was changed, write all of it again"
    ) == str(raised.value)
    builder.abort()
    assert [] == [*tmp_path.iterdir()]


def test_documents_that_are_whole_are_written(tmp_path: Path) -> None:
    assert 2 == of_two_documents(tmp_path).write().documents
