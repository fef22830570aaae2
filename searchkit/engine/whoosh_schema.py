"""searchkit's schema in Whoosh's terms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from whoosh import analysis, fields

from azanalyzer import Analyzer, lower
from searchkit.schema import Date, Field, Keyword, Number, Schema, Text

__all__ = ["whoosh_schema"]


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


class KeywordAnalyzer(analysis.Analyzer):  # type: ignore[misc,unused-ignore]
    """The value of a keyword field as one term, as `searchkit.Keyword` compares it."""

    def __call__(self, value: str, positions: bool = False, chars: bool = False, **_: Any) -> Iterator[Any]:
        token = analysis.Token(positions, chars)
        token.text = lower(unicodedata.normalize("NFC", value))
        token.boost = 1.0
        token.stopped = False
        token.pos = 0
        token.startchar, token.endchar = 0, len(value)
        yield token


def whoosh_schema(schema: Schema) -> fields.Schema:
    """The Whoosh fields for the fields of `schema`."""
    made = fields.Schema()
    made.add("id", fields.ID(stored=True, unique=True, sortable=True))
    for name, field in schema.fields.items():
        made.add(name, _field(field))
    return made


def _field(field: Field) -> fields.FieldType:
    if isinstance(field, Text):
        return fields.TEXT(analyzer=AzerbaijaniAnalyzer(), stored=True)
    if isinstance(field, Keyword):
        return fields.ID(analyzer=KeywordAnalyzer(), stored=True, sortable=True)  # a list of terms is taken as it is
    if isinstance(field, Date):
        made = fields.DATETIME(stored=True, sortable=True)
    elif isinstance(field, Number):
        made = fields.NUMERIC(float, stored=True, sortable=True)
    else:
        return fields.STORED()
    made.shift_step = 0  # ranges are compared with the values; no terms are kept for them
    return made
