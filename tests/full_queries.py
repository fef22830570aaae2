"""Hypothesis strategies for queries in the full syntax together with the trees that they stand for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from searchkit.querytree import (
    AllOf,
    AnyOf,
    Everything,
    Exact,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    Range,
    Wildcard,
    Without,
    Word,
    all_of,
    any_of,
    boosted,
)

# Words that are their own terms, without synonyms and readings besides.
TERMS = ("neft", "dəniz", "şəhər", "məktəb", "dövlət", "uşaq", "göz")
NUMBERS = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6)).map(float)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
FACTORS = st.sampled_from([0.5, 2.0, 2.5, 10.0])
Text = st.SearchStrategy[str]


class Shown(NamedTuple):
    """A query and its tree; `whole` where operators and boosts may stand beside the text as it is."""

    text: str
    node: Node
    whole: bool = True


def quoted(text: str) -> str:
    """A text as a phrase of the full syntax."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def escaped(text: str) -> str:
    """A text as a word of the full syntax."""
    return re.sub(r"([^\w])", r"\\\1", text) if re.fullmatch(r"\w+", text) is None else text


def capitals(term: str) -> str:
    return term.replace("i", "İ").upper()


def spaces() -> Text:
    return st.sampled_from([" ", " ", " ", "  ", "\n", "\u00a0"])


def grouped(shown: Shown) -> str:
    return shown.text if shown.whole else f"({shown.text})"


def leaves(field: str | None, named: bool) -> st.SearchStrategy[Shown]:
    """Words and the like of a text field; `named` puts its name before."""
    name = f"{field}:" if named and field else ""
    term = st.sampled_from(TERMS)

    def word(term: str, show: Callable[[str], str]) -> Shown:
        return Shown(name + show(term), Word(field, (term,), term))

    def phrase(terms: list[str], slop: int) -> Shown:
        words = tuple(Word(field, (term,), term) for term in terms)
        node = Phrase(field, tuple(word.terms for word in words), slop, words=words)
        return Shown(f'{name}"{" ".join(terms)}"' + (f"~{slop}" if slop else ""), node)

    return st.one_of(
        st.builds(word, term, st.sampled_from([str, capitals, str.capitalize, lambda term: "\\" + term])),
        st.builds(phrase, st.lists(term, min_size=1, max_size=3), st.integers(0, 3)),
        st.builds(lambda t, n: Shown(f"{name}{t[:n]}*", Prefix(field, (t[:n],))), term, st.integers(1, 3)),
        st.builds(lambda t: Shown(f"{name}{t[0]}?{t[2:]}*", Wildcard(field, (f"{t[0]}?{t[2:]}*",))), term),
        st.builds(lambda t, n: Shown(f"{name}{t}~{n}", Fuzzy(field, (t,), n)), term, st.integers(1, 2)),
    )


def _range(name: str, low: Any, high: Any, low_open: bool, high_open: bool, show: Callable[[Any], str]) -> str:
    low, high = ("*" if bound is None else show(bound) for bound in (low, high))
    return f"{name}:{'{' if low_open else '['}{low} TO {high}{'}' if high_open else ']'}"


@st.composite
def conditions(draw: st.DrawFn) -> Shown:
    """Values of fields that are not text, and ranges of them."""
    kind = draw(st.sampled_from(["tag", "number", "numbers", "over", "under", "day", "days"]))
    if kind == "tag":
        value = draw(st.text('abcəş *?\\"()[]{}:^~-<>', min_size=1, max_size=8))
        return Shown("tags:" + draw(st.sampled_from([quoted, escaped]))(value), Exact("tags", (value,)))
    if kind == "number":
        number = draw(NUMBERS)
        return Shown(f"pages:{number!r}", Range("pages", number + 0.0, number + 0.0))
    if kind == "numbers":
        low, high = draw(NUMBERS), draw(NUMBERS)
        low, high = min(low, high), max(low, high) + 1
        bounds = draw(st.sampled_from([(low, high), (None, high), (low, None)]))
        opened = [draw(st.booleans()) and bound is not None for bound in bounds]
        text = _range("pages", *bounds, *opened, repr)
        return Shown(text, Range("pages", *[None if bound is None else bound + 0.0 for bound in bounds], *opened))
    if kind in ("over", "under"):
        number, sign = draw(NUMBERS), draw(st.sampled_from(["", "="]))
        if kind == "over":
            return Shown(f"pages:>{sign}{number!r}", Range("pages", number + 0.0, None, low_open=not sign))
        return Shown(f"pages:<{sign}{number!r}", Range("pages", None, number + 0.0, high_open=not sign))
    first = draw(DAYS)
    start = datetime.datetime(first.year, first.month, first.day)
    day = datetime.timedelta(days=1)
    if kind == "day":
        return Shown(f"date:{first}", Range("date", start, start + day, high_open=True))
    count = draw(st.integers(2, 1000))
    low_open, high_open = draw(st.booleans()), draw(st.booleans())
    end = start + count * day
    node = Range("date", start + low_open * day, end + (not high_open) * day, high_open=True)
    show = draw(st.sampled_from([lambda day: f"{day:%Y-%m-%d}", lambda day: f'"{day:%d.%m.%Y}"']))
    return Shown(_range("date", start, end, low_open, high_open, show), node)


def is_condition(node: Node) -> bool:
    """Whether a tree is made of values only."""
    if isinstance(node, (AnyOf, AllOf)):
        return all(map(is_condition, node.nodes))
    if isinstance(node, Without):
        return is_condition(node.node) and is_condition(node.unwanted)
    return isinstance(node, (Exact, Range)) and node.boost == 1


def _all(parts: list[Node]) -> Node:
    """Each of the parts, the words before the conditions."""
    return all_of(sorted(parts, key=is_condition))


@st.composite
def _joined(draw: st.DrawFn, inner: st.SearchStrategy[Shown]) -> Shown:
    kind = draw(st.sampled_from(["and", "or", "any", "not", "but", "boost"]))
    if kind == "not":
        one = draw(inner)
        sign = draw(st.sampled_from(["NOT ", "-", "DEYİL ", "NOT NOT NOT "]))
        shown = f"{grouped(one)} DEYİL" if sign == "DEYİL " and draw(st.booleans()) else sign + grouped(one)
        return Shown(f"({shown})", Without(Everything(), one.node))
    if kind == "boost":
        one, factor = draw(inner), draw(FACTORS)
        return Shown(f"({one.text})^{factor:g}", boosted(one.node, factor), whole=False)
    parts = draw(st.lists(inner, min_size=2, max_size=4))
    texts, nodes = [grouped(part) for part in parts], [part.node for part in parts]
    if kind == "but":
        unwanted = draw(st.sampled_from([" AND NOT ", " VƏ -", " AND DEYİL "]))
        return Shown(f"({unwanted.join(texts)})", Without(nodes[0], any_of(nodes[1:])))
    if kind == "any":
        words = [part for part in parts if not is_condition(part.node)]
        if len(words) > 1:
            return Shown(f"({draw(spaces()).join(map(grouped, words))})", any_of([part.node for part in words]))
    if kind == "and":
        operator = draw(st.sampled_from(["AND", "VƏ", "VE"]))
        return Shown(f"({draw(spaces())}{f'{draw(spaces())}{operator} '.join(texts)})", _all(nodes))
    operator = draw(st.sampled_from(["OR", "VƏ YA", "VE  YA"]))
    return Shown(f"({f' {operator}{draw(spaces())}'.join(texts)})", any_of(nodes))


def full_queries() -> st.SearchStrategy[Shown]:
    """Queries with their trees, as `searchkit.query.full_syntax.parse_full` makes them where any of the words will do.

    The schema has the fields body (text), tags (keyword), pages (number) and date (date).
    """
    in_body = st.recursive(leaves("body", named=False), _joined, max_leaves=5)
    of_body = in_body.map(lambda shown: Shown(f"body:({shown.text})", shown.node))
    simple = st.one_of(leaves(None, named=False), leaves("body", named=True), conditions())
    return st.recursive(st.one_of(simple, simple, of_body), _joined, max_leaves=12)
