"""searchkit's schema in Whoosh's terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import analysis, fields

from azanalyzer import Analyzer
from searchkit.schema import Date, Keyword, Number, Schema, Text

__all__ = ["STORED", "whoosh_schema"]

STORED = "searchkit.document"  # the whole document as JSON; a user's field has no full stop in its name


class AzerbaijaniAnalyzer(analysis.Analyzer):  # type: ignore[misc,unused-ignore]
    """Whoosh's view of azanalyzer. It has no state, so that a pickled schema holds nothing but its name."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **_: Any,
    ) -> Iterator[Any]:
        token = analysis.Token(positions, chars)
        for found in Analyzer.shared().tokens(value):
            token.text = found.term
            token.boost = 1.0
            token.stopped = False
            if positions:
                token.pos = start_pos + found.position
            if chars:
                token.startchar = start_char + found.start
                token.endchar = start_char + found.end
            yield token


def whoosh_schema(schema: Schema) -> fields.Schema:
    """The Whoosh fields for the searchable fields of `schema`; the document itself is stored once, as JSON."""
    made: dict[str, fields.FieldType] = {"id": fields.ID(unique=True), STORED: fields.STORED()}
    for name, field in schema.fields.items():
        if isinstance(field, Text):
            made[name] = fields.TEXT(analyzer=AzerbaijaniAnalyzer())
        elif isinstance(field, Keyword):
            made[name] = fields.ID()  # gets a list of terms, which it takes as they are
        elif isinstance(field, Date):
            made[name] = fields.DATETIME()
        elif isinstance(field, Number):
            made[name] = fields.NUMERIC(float)
    result = fields.Schema()
    for name, kind in made.items():
        result.add(name, kind)
    return result
