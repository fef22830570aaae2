"""The schema: which fields documents have and how each is searched.

A schema is plain data: it is kept as JSON beside the index, never pickled.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar, SupportsFloat, TypeGuard

from searchkit.amounts import is_amount
from searchkit.errors import DocumentError, SchemaError, quoted

__all__ = [
    "Date", "Field", "Keyword", "Number", "Schema", "Stored", "Text", "is_number", "key_of", "parse_date",
    "plain_number",
]  # fmt: skip

_K1, _B = 1.2, 0.75  # of BM25, as nearly every engine has them
_MOST_K1 = 100
_NAME = re.compile(r"[^\W\d_][\w-]*")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_WITH_COMMA = re.compile(r"\s*[+-]?(?:0,\d+|\d+,(?!\d{3}\s*\Z)\d+)\s*")  # 1,000 may as well be a thousand


class Field:
    """What a field holds. Fields of one kind with the same options are equal."""

    kind: ClassVar[str]

    def options(self) -> dict[str, Any]:
        """The options that differ from nothing, as plain data."""
        return dict(vars(self))

    def check(self, value: object) -> object:
        """`value` in the form in which it is indexed; ValueError with the reason if it does not fit."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.kind, *sorted(vars(self).items())))

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options().items())
        return f"{type(self).__name__}({options})"


class Text(Field):
    """Running text: analysed, ranked, shown in snippets. `boost` multiplies the score of a match in it.

    `k1` and `b` are those of BM25: how much more it is worth that a word comes again (0: nothing), and how much the
    length of a text counts (from 0, not at all, to 1).
    """

    kind = "text"

    def __init__(self, *, boost: float = 1.0, k1: float = _K1, b: float = _B) -> None:
        if not (is_amount(boost) and boost > 0):
            raise SchemaError(f"the boost of a text field must be a positive number, not {boost!r}")
        if not (is_amount(k1) and k1 <= _MOST_K1):
            raise SchemaError(f"the k1 of a text field is a number from 0 to {_MOST_K1}, not {k1!r}")
        if not (is_amount(b) and b <= 1):
            raise SchemaError(f"the b of a text field is a number from 0 to 1, not {b!r}")
        self.boost = float(boost)
        self.k1 = float(k1)
        self.b = float(b)

    def options(self) -> dict[str, Any]:
        usual = {"k1": _K1, "b": _B}  # said only where they differ, so that earlier versions read the others
        return {name: value for name, value in vars(self).items() if usual.get(name) != value}

    def check(self, value: object) -> str:
        if isinstance(value, (list, tuple)):  # several paragraphs or authors read as one text
            return "\n".join(self.check(item) for item in value)
        if not isinstance(value, str):
            raise ValueError(f"a text field takes a string, not {type(value).__name__}")
        return value


class Keyword(Field):
    """Exact values: sections, tags, codes. Compared without regard to case; a list gives several."""

    kind = "keyword"

    def check(self, value: object) -> list[str]:
        from azanalyzer.alphabet import compose, lower

        values = value if isinstance(value, (list, tuple)) else [value]
        found = []
        for item in values:
            if isinstance(item, bool) or not isinstance(item, (str, int, float)):
                raise ValueError(f"a keyword field takes strings, not {type(item).__name__}")
            found.append(lower(compose(str(item))))
        return found


class Date(Field):
    """A day or a moment: a date, a datetime, or text (2022-08-24, 2022-08-24T10:00, 24.08.2022, 24 avqust 2022)."""

    kind = "date"

    def check(self, value: object) -> datetime.datetime:
        return parse_date(value)


class Number(Field):
    """A number, or text that is one, with a point or a comma (0,70) before decimals; kept as a 64-bit float.

    Numbers are also those of `decimal` and of numpy.
    """

    kind = "number"

    def check(self, value: object) -> float:
        if isinstance(value, str):
            text = value
            try:
                value = float(text.replace(",", ".") if _WITH_COMMA.fullmatch(text) else text)
            except ValueError:
                raise ValueError(f"a number field takes a number, not {quoted(text)}") from None
        if not is_number(value):
            raise ValueError(f"a number field takes a number, not {type(value).__name__}")
        try:
            number = float(value)
        except (OverflowError, ValueError):  # beyond 1.8e308; a signaling NaN
            number = math.inf
        if not math.isfinite(number):
            raise ValueError("a number field takes a finite number of at most 1.8e308")
        return number + 0.0  # minus zero is zero


class Stored(Field):
    """Kept and given back with the hit, never searched."""

    kind = "stored"

    def check(self, value: object) -> object:
        return value


_KINDS: dict[str, type[Field]] = {cls.kind: cls for cls in (Text, Keyword, Date, Number, Stored)}


class Schema:
    """The fields of the documents of one index.

    `Schema()` has the usual ones: title, body, date, url, source. Keyword arguments replace them by your
    own: `Schema(name=Text(boost=3), tags=Keyword(), price=Number())`. Every schema has `id`. A field of a document
    that the schema does not name is kept and given back with the hit, but not searched.
    """

    def __init__(self, /, **fields: Field) -> None:
        if not fields:
            # A word of a title is rare in titles and makes up much of one, so it weighs more than one of a body as it
            # is; with half of that, fewer headings and questions find their article (`python -m benchmarks ranking`).
            fields = {"title": Text(), "body": Text(), "date": Date(), "url": Stored(), "source": Keyword()}
        for name, field in fields.items():
            if not isinstance(field, Field):
                raise SchemaError(f"field {name!r}: expected a field such as searchkit.Text(), not {field!r}")
            if name == "id":
                raise SchemaError("the field 'id' is part of every schema; give your own key another name")
            if name == "self":  # Whoosh takes the values of a document as keyword arguments of a method
                raise SchemaError("'self' cannot name a field; give it another name")
            if not _NAME.fullmatch(name):
                raise SchemaError(
                    f"{name!r} cannot name a field: use letters, digits, _ and -, and begin with a letter"
                )
        self.fields: dict[str, Field] = dict(fields)
        self._checks = [
            (name, field.check, type(field) is Text) for name, field in fields.items() if not isinstance(field, Stored)
        ]

    @property
    def text_fields(self) -> list[str]:
        """The names of the fields that a query without field names searches."""
        return [name for name, field in self.fields.items() if isinstance(field, Text)]

    def boosts(self, fields: Mapping[str, float] | None = None) -> dict[str, float]:
        """What each text field counts; the `fields` of a query, where it names some, count what that says."""
        own = {name: field.boost for name, field in self.fields.items() if isinstance(field, Text)}
        return own if fields is None else {**own, **fields}

    def prepare(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The values to index, checked; DocumentError names the field that does not fit. Nothing is changed."""
        prepared: dict[str, Any] = {"id": key_of(document)}
        for name, check, is_text in self._checks:
            value = document.get(name)
            if value is None:
                continue
            if is_text and type(value) is str:  # nearly every value
                prepared[name] = value
                continue
            try:
                prepared[name] = check(value)
            except (ValueError, RecursionError) as error:
                if isinstance(value, str) and not value:  # as in exports, where nothing is known
                    continue
                reason = "its lists are nested too deep; flatten them" if isinstance(error, RecursionError) else error
                raise DocumentError(f"document {prepared['id']!r}, field {name!r}: {reason}") from None
        return prepared

    def to_dict(self) -> dict[str, Any]:
        """The schema as JSON-ready data."""
        return {name: {"kind": field.kind, **field.options()} for name, field in self.fields.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Mapping[str, Any]]) -> Schema:
        """The schema that `to_dict` described; SchemaError for anything else."""
        if not isinstance(data, Mapping) or not data:
            raise SchemaError(f"a schema is described by a mapping of field names to options, not by {data!r}")
        fields: dict[str, Field] = {}
        for name, described in data.items():
            options = dict(described) if isinstance(described, Mapping) else {}
            kind = _KINDS.get(str(options.pop("kind", None)))
            if kind is None:
                raise SchemaError(f"field {name!r} has no known kind; kinds are {', '.join(_KINDS)}")
            try:
                fields[name] = kind(**options)
            except TypeError:
                raise SchemaError(f"field {name!r}: unknown options {sorted(options)}") from None
        return cls(**fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.fields == other.fields

    def __hash__(self) -> int:
        return hash(frozenset(self.fields.items()))

    def __repr__(self) -> str:
        return f"Schema({', '.join(f'{name}={field!r}' for name, field in self.fields.items())})"


def key_of(document: Mapping[str, Any]) -> str:
    """The id of a document; DocumentError if it has none."""
    if not isinstance(document, Mapping):
        raise DocumentError(f"a document is a mapping of field names to values, not {type(document).__name__}")
    key = document.get("id")
    if not isinstance(key, str) or not key:
        raise DocumentError(f"every document needs an 'id', a string that is not empty; this one has {key!r}")
    return key


def is_number(value: object) -> TypeGuard[SupportsFloat]:
    """Whether it is a real number, be it of `decimal` or of numpy; True and False are none."""
    if isinstance(value, (int, float)):
        return not isinstance(value, bool)
    import numbers
    from decimal import Decimal

    return isinstance(value, (numbers.Real, Decimal))


def plain_number(number: float) -> str:
    """A number as people write it, from which it can be read again: 100, 2.5, 1e+16."""
    return repr(number).removesuffix(".0")


def parse_date(value: object) -> datetime.datetime:
    """A moment without time zone (zones are converted to UTC) from a date, a datetime or text.

    Text is ISO 8601, a date as people write it, with its year, or one of mail and RSS. A year alone or a year and month
    mean their first day. ValueError says what is wrong.
    """
    if isinstance(value, datetime.datetime):
        moment = value
    elif isinstance(value, datetime.date):
        moment = datetime.datetime(value.year, value.month, value.day)
    elif isinstance(value, str):
        moment = _typed_moment(value)
    else:
        raise ValueError(f"a date field takes a date, a datetime or text, not {type(value).__name__}")
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(datetime.timezone.utc)
        except OverflowError:
            raise ValueError(f"a date field takes years from 1 to 9999, which {value!s} leaves in UTC") from None
    return moment.replace(tzinfo=None)


def _typed_moment(text: str) -> datetime.datetime:
    """The moment that a text tells, with its time zone if it has one; ValueError says what is wrong."""
    if len(text) == 10 and text[4] == text[7] == "-":  # nearly every one, and read in a fraction of the time
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            pass  # it may be written in another way
    match = _DATE.fullmatch(text.strip())
    try:
        if match:
            return datetime.datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        from searchkit.iso_dates import iso_moment

        return iso_moment(text.strip())
    except ValueError:
        from searchkit.dates import written_moment  # which few dates need

        written = written_moment(text)
        if written is None:
            raise ValueError(
                f"a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not {quoted(text)}"
            ) from None
        return written
