"""Hypothesis strategies for the engine: documents whose words collide, and Whoosh query trees over them."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from whoosh import query as wq

from searchkit import Date, Keyword, Number, Schema, Text
from searchkit.engine.whoosh_query import _AndNot, _Max

SCHEMA = Schema(title=Text(), body=Text(), tags=Keyword(), date=Date(), number=Number())
WORDS = ("kitab", "kino", "kənd", "neft", "dəniz", "dəmir", "bal", "balıq", "yol", "yox")
_WEIGHTS = [2.0**-rank for rank in range(len(WORDS))]
TAGS = ("ab", "abc", "b", "bc", "c", "")
DAYS = tuple(datetime.datetime(year, 1, 1, hour) for year in (1, 1969, 1970, 2022) for hour in (0, 12))
NUMBERS = (-1e300, -1.5, 0.0, 1.0, 1.5, 2.0, 3e200)


Changes = list[list[tuple[str, dict[str, Any] | None]]]


def transactions() -> st.SearchStrategy[Changes]:
    """Some transactions: ids with the documents that are written, None for a deletion.

    They hold up to 60 documents for `SCHEMA` whose words collide; fields may be missing or empty.
    """
    return st.builds(_transactions, st.integers(0, 1 << 32), st.integers(1, 60), st.integers(1, 8))


def _transactions(seed: int, documents: int, count: int) -> Changes:
    choose = random.Random(seed)
    keys = [str(choose.randrange(documents * 4 // 3)) for _ in range(documents)]
    return [[change(choose, key) for key in keys[place::count]] for place in range(count)]


def change(choose: random.Random, key: str) -> tuple[str, dict[str, Any] | None]:
    """An id and its new document, or None for its deletion."""
    if choose.random() < 0.15:
        return key, None
    document = {
        "title": " ".join(choose.choices(WORDS, k=choose.randrange(4))),
        "body": " ".join(choose.choices(WORDS, _WEIGHTS, k=int(choose.expovariate(0.1)))),
        "tags": choose.choices(TAGS, k=choose.randrange(4)),
        "date": choose.choice(DAYS),
        "number": choose.choice(NUMBERS),
    }
    return key, {name: value for name, value in document.items() if choose.random() < 0.8}


def _boosts() -> st.SearchStrategy[float]:
    return st.sampled_from([1.0, 1.0, 1.0, 0.5, 2.5])


def _terms() -> st.SearchStrategy[tuple[str, str]]:
    field = st.sampled_from(["title", "body"])
    return st.one_of(
        st.tuples(field, st.sampled_from([*WORDS, "yoxdur"])),
        st.tuples(field, st.sampled_from(WORDS)),
        st.tuples(st.just("tags"), st.sampled_from([*TAGS, "d"])),
        st.tuples(st.just("id"), st.integers(0, 45).map(str)),
    )


def _bounds(values: Sequence[Any]) -> st.SearchStrategy[tuple[Any, Any, bool, bool]]:
    bound = st.sampled_from([None, *values])
    return st.tuples(bound, bound, st.booleans(), st.booleans())


def _leaves() -> st.SearchStrategy[wq.Query]:
    boosts = _boosts()
    fields = st.sampled_from(["title", "body", "tags"])
    starts = st.sampled_from(["k", "ki", "d", "də", "bal", "a", "ab", "n", "x", ""])
    patterns = st.sampled_from(["*", "k*", "?i*", "*b", "b?l*", "[ab]*", "ba[!x]", "kitab", "d?mir"])
    typed = st.sampled_from([*WORDS, "kitba", "balq", "neftd", "abc", "bca"])
    bounds = _bounds(["", "a", "b", "bal", "balıq", "kz", "neft", "z"])
    words = st.lists(st.sampled_from([*WORDS, *WORDS, "yoxdur"]), min_size=1, max_size=3)
    text_fields = st.sampled_from(["title", "body"])
    terms = st.builds(lambda term, boost: wq.Term(*term, boost=boost), _terms(), boosts)
    values = st.one_of(
        st.tuples(st.just("number"), st.sampled_from([*NUMBERS, 7.0])),
        st.tuples(st.just("date"), st.sampled_from(DAYS)),
    )
    days, numbers = _bounds(DAYS), _bounds([*NUMBERS, 1.25])
    return st.one_of(
        terms,
        terms,
        st.builds(lambda value, boost: wq.Term(*value, boost=boost), values, boosts),
        st.builds(wq.Prefix, fields, starts, boost=boosts, constantscore=st.booleans()),
        st.builds(wq.Wildcard, fields, patterns, boost=boosts, constantscore=st.booleans()),
        st.builds(wq.FuzzyTerm, fields, typed, boosts, st.integers(0, 2), st.integers(0, 2), st.booleans()),
        st.builds(lambda field, b, boost: wq.TermRange(field, *b, boost=boost), fields, bounds, boosts),
        st.builds(lambda b, boost: wq.NumericRange("number", *b, boost=boost), numbers, boosts),
        st.builds(lambda b, boost: wq.DateRange("date", *b, boost=boost), days, boosts),
        st.builds(wq.Phrase, text_fields, words, st.integers(1, 4), boosts),
        st.builds(wq.Every, st.sampled_from([None, "title", "tags", "number", "date", "id"]), boosts),
        _near(),
    )


@st.composite
def _near(draw: st.DrawFn) -> wq.Query:
    field = draw(st.sampled_from(["title", "body"]))
    term = st.builds(lambda word, boost: wq.Term(field, word, boost=boost), st.sampled_from(WORDS), _boosts())
    join = st.sampled_from([wq.Or, _Max])
    place = st.one_of(term, st.builds(lambda join, parts: join(parts), join, st.lists(term, min_size=1, max_size=3)))
    return wq.SpanNear2(draw(st.lists(place, min_size=1, max_size=3)), slop=draw(st.integers(1, 4)))


def _joined_trees(inner: st.SearchStrategy[wq.Query]) -> st.SearchStrategy[wq.Query]:
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(wq.And, several, _boosts()),
        st.builds(wq.Or, several, _boosts()),
        st.builds(wq.Or, several),
        st.builds(_Max, several, _boosts()),
        st.builds(lambda wanted, unwanted: wq.And([*wanted, wq.Not(unwanted)]), several, inner),
        st.builds(_AndNot, inner, inner),
        st.builds(wq.AndMaybe, inner, inner),
        st.builds(wq.Require, inner, inner),
        st.builds(wq.ConstantScoreQuery, inner, st.sampled_from([0.5, 1.0, 3.0])),
    )


def trees() -> st.SearchStrategy[wq.Query]:
    """Whoosh query trees over the words of `documents`, of every class that has a plan."""
    return st.recursive(_leaves(), _joined_trees, max_leaves=8)
