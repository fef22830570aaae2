"""searchkit's schema in Whoosh's terms."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from whoosh import analysis, columns, fields

from azanalyzer import Analyzer
from azanalyzer.alphabet import compose, lower
from searchkit.errors import ReadOnlyError
from searchkit.schema import Date, Field, Keyword, Number, Schema, Text

__all__ = ["MISSING", "MISSING_REVERSED", "read_only", "whoosh_schema"]

# In columns, for a document without a value, which comes last whether the order is turned round or not: others are from
# 0 up, and turned round from 0 down.
MISSING = (1 << 64) - 1
MISSING_REVERSED = 1


class AzerbaijaniAnalyzer(analysis.Analyzer):  # type: ignore[misc,unused-ignore]
    """Whoosh's view of azanalyzer. It has no state, so that a pickled schema holds nothing but its name."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        **_: Any,
    ) -> Iterator[Any]:
        if not tokenize:  # the beginning of a word, or a pattern
            yield from KeywordAnalyzer()(value, positions, chars)
            return
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
        token.text = lower(compose(value))
        token.boost = 1.0
        token.stopped = False
        token.pos = 0
        token.startchar, token.endchar = 0, len(value)
        yield token


class _Schema(fields.Schema):  # type: ignore[misc,unused-ignore]
    """A schema with which nothing can be written."""

    origin: Schema  # searchkit's, of which it is made

    def clean(self) -> None:  # the first that Whoosh does when it writes a table of contents
        raise read_only()


class _Values(columns.NumericColumn):  # type: ignore[misc,unused-ignore]
    """The values of a field, or of one that no document of a segment has."""

    def __init__(self) -> None:
        super().__init__("Q", default=MISSING)

    def default_value(self, reverse: bool = False) -> int:
        return MISSING_REVERSED if reverse else MISSING


class _OfLetters:
    """A Whoosh field whose terms are text, of which the last letter is left out where a long term was cut within it."""

    def from_bytes(self, bs: bytes) -> str:
        return bs.decode("utf-8", "ignore")


class _Text(_OfLetters, fields.TEXT):  # type: ignore[misc,unused-ignore]
    pass


class _Keyword(_OfLetters, fields.ID):  # type: ignore[misc,unused-ignore]
    pass


class _Number(fields.NUMERIC):  # type: ignore[misc,unused-ignore]
    """Ranges are compared with the values, so no terms are kept for them."""

    def __init__(self) -> None:
        super().__init__(float, stored=True, shift_step=0)
        self.column_type = _Values()

    def from_column_value(self, x: int) -> float | None:
        return None if x == MISSING else super().from_column_value(x)


class _Date(fields.DATETIME):  # type: ignore[misc,unused-ignore]
    """See `_Number`."""

    def __init__(self) -> None:
        super().__init__(stored=True)
        self.shift_step = 0
        self.column_type = _Values()

    def from_column_value(self, x: int) -> datetime.datetime | None:
        return None if x == MISSING else super().from_column_value(x)


def read_only() -> ReadOnlyError:
    """The error for whoever would write with Whoosh."""
    return ReadOnlyError("Whoosh can read this index and not write to it; write with searchkit: Index.writer()")


def whoosh_schema(schema: Schema, *, read_only: bool = False) -> fields.Schema:
    """The Whoosh fields for the fields of `schema`; with `read_only` nothing can be written with it."""
    if read_only:
        made = _Schema()
        made.origin = schema
    else:
        made = fields.Schema()
    made.add("id", fields.ID(stored=True, unique=True, sortable=True))
    for name, field in schema.fields.items():
        made.add(name, _field(field))
    return made


def _field(field: Field) -> fields.FieldType:
    if isinstance(field, Text):
        return _Text(analyzer=AzerbaijaniAnalyzer(), stored=True)
    if isinstance(field, Keyword):
        return _Keyword(analyzer=KeywordAnalyzer(), stored=True, sortable=True)  # a list of terms is taken as it is
    if isinstance(field, Date):
        return _Date()
    return _Number() if isinstance(field, Number) else fields.STORED()
