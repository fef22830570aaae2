"""Readers over our codec say what those of Whoosh's own codec say."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from whoosh.fields import Schema as WhooshSchema

from tests.searchkit.engine.stock import Whoosh, written
from tests.whoosh_trees import Changes, transactions


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(transactions())
def test_readers_say_the_same(changes: Changes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = written(Path(folder) / "index", changes)
        if not snapshot.segments:
            return
        stock = Whoosh(snapshot).searcher
        ours = snapshot.whoosh.searcher
        for (own, _), (other, _) in zip(ours.leaf_searchers(), stock.leaf_searchers(), strict=True):
            assert_same_reader(own.reader(), other.reader())
        assert list(ours.reader().all_terms()) == list(stock.reader().all_terms())


def assert_same_reader(own: Any, other: Any) -> None:
    schema: WhooshSchema = own.schema
    assert list(own.all_terms()) == list(other.all_terms())
    assert sorted(own.indexed_field_names()) == sorted(other.indexed_field_names())
    assert set(own._perdoc.deleted_docs()) == set(other._perdoc.deleted_docs())
    for (field, term), info in own:
        expected = other.term_info(field, term)
        for figure in ("weight", "doc_frequency", "min_length", "max_length", "max_weight", "min_id", "max_id"):
            assert (getattr(info, figure)() or 0) == (getattr(expected, figure)() or 0), (field, term, figure)
        assert own.doc_frequency(field, term) == other.doc_frequency(field, term)
        assert own.frequency(field, term) == other.frequency(field, term)
        mine, its = (
            own._terms.matcher(field, term, schema[field].format),
            other._terms.matcher(field, term, schema[field].format),
        )
        while its.is_active():
            assert (mine.id(), mine.weight(), mine.value() or b"") == (its.id(), its.weight(), its.value() or b"")
            for kind in ("frequency", "weight", "positions"):
                assert mine.supports(kind) == its.supports(kind)
                if mine.supports(kind):
                    assert mine.value_as(kind) == its.value_as(kind)
            mine.next()
            its.next()
        assert not mine.is_active()
    for field in ("title", "body"):
        assert own.field_length(field) == other.field_length(field)
        assert [own.doc_field_length(doc, field, 7) or 7 for doc in range(own.doc_count_all())] == [
            other.doc_field_length(doc, field, 7) or 7 for doc in range(own.doc_count_all())
        ]
        if own.field_length(field):
            assert own.min_field_length(field) == other.min_field_length(field)
            assert own.max_field_length(field) == other.max_field_length(field)
    for field in ("tags", "date", "number"):
        if own.has_column(field):
            column = own.column_reader(field, translate=False)
            for doc in range(own.doc_count_all()):
                value = searchkit_value(own, doc, field)
                if value in (None, []):
                    assert column[doc] == (b"" if field == "tags" else (1 << 64) - 1)
                else:
                    assert column[doc] == schema[field].to_column_value(value)
                shown = (value or [""])[0] if field == "tags" else value
                assert own.column_reader(field)[doc] == shown


def searchkit_value(reader: Any, doc: int, field: str) -> Any:
    """The value of a field of a document, as the schema prepares it."""
    from tests.whoosh_trees import SCHEMA

    return SCHEMA.prepare(reader.stored_fields(doc)).get(field)
