"""What filters want as values: compared, hashed, pickled, kept as JSON."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from searchkit import AllOf, Between, Not, QueryError, SearchRequest
from searchkit.query.filter_values import filters_as_json, filters_from_json

WANTED = [
    (None, None),
    (Not("idman"), {"not": "idman"}),
    (Not(None), {"not": None}),
    (Not(["a", None]), {"not": ["a", None]}),
    (Not(Between(3, None)), {"not": {"from": 3, "to": None}}),
    (AllOf(["su", "qaz"]), {"all": ["su", "qaz"]}),
    (Not(AllOf(["a", Not("b")])), {"not": {"all": ["a", {"not": "b"}]}}),
    ([AllOf([["a", "b"], "c"]), None], [{"all": [["a", "b"], "c"]}, None]),
    (Not(datetime.datetime(2024, 1, 1)), {"not": {"moment": "2024-01-01T00:00:00"}}),
]


@pytest.mark.parametrize(("wanted", "kept"), WANTED)
def test_what_is_wanted_is_kept_as_json(wanted: Any, kept: Any) -> None:
    assert filters_as_json({"field": wanted}) == {"field": kept}
    request = SearchRequest("neft", filters={"field": wanted})
    again = SearchRequest.from_dict(json.loads(json.dumps(request.to_dict())))
    assert again == request
    assert again.to_dict() == request.to_dict()
    for other in (pickle.loads(pickle.dumps(request)), copy.deepcopy(request)):
        assert other == request
        assert repr(other) == repr(request)


def test_numbers_of_other_kinds_are_kept_as_json() -> None:
    kept = filters_as_json({"price": [Between(Decimal("9.5"), np.int64(20)), np.float32(2.5), 7]})
    assert json.loads(json.dumps(kept)) == {"price": [{"from": 9.5, "to": 20}, 2.5, 7]}


def test_sets_are_kept_as_lists() -> None:
    kept = {"not": [None, "a", {"not": "c"}]}
    assert filters_as_json({"field": Not({"a", None, Not("c")})}) == {"field": kept}
    assert filters_as_json({"field": AllOf({"b", "a"})}) == {"field": {"all": ["a", "b"]}}


def test_what_is_equal() -> None:
    equal = [Not("a"), Not(["a"]), Not({"a"}), Not(Between("a", None)), AllOf(["a"]), AllOf([Not("a")]), Not(Not("a"))]
    for number, one in enumerate(equal):
        assert equal.index(copy.deepcopy(one)) == number
        assert hash(one) == hash(copy.deepcopy(one))
    assert len(set(equal)) == len(equal)
    assert Not(("a", None)) == Not(Between("a", None))
    assert repr(Not(AllOf(["a", None]))) == "Not(AllOf(['a', None]))"


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"not": 1, "all": []}, "a mapping has from and to, or only moment, not or all"),
        ({"not": 1, "from": 2}, "a mapping has from and to"),
        ({"not": {}}, "a mapping has from and to"),
        ({"all": [{"any": []}]}, "a mapping has from and to"),
        ({"from": {"not": 1}}, "a bound is a value or a mapping with moment"),
    ],
)
def test_what_is_no_filter(kept: Any, said: str) -> None:
    with pytest.raises(QueryError, match=f"filter 'field' of a stored search: {said}"):
        filters_from_json({"field": kept})


@pytest.mark.parametrize("kind", [Not, AllOf, lambda wanted: [wanted]], ids=["not", "all", "list"])
def test_what_is_nested_too_deep(kind: Callable[[Any], Any]) -> None:
    wanted: Any = "a"
    for _ in range(20):
        wanted = kind(wanted)
    kept = filters_as_json({"field": wanted})
    assert filters_from_json(kept) == {"field": wanted}
    with pytest.raises(QueryError, match="at most 20 deep in each other"):
        filters_as_json({"field": kind(wanted)})
    for _ in range(5000):  # far deeper than Python goes
        wanted = kind(wanted)
    with pytest.raises(QueryError, match="at most 20 deep in each other"):
        SearchRequest("neft", filters={"field": wanted}).to_dict()


@pytest.mark.parametrize("deep", [21, 5000])
@pytest.mark.parametrize("kind", ["not", "all", "list"])
def test_what_is_kept_nested_too_deep(kind: str, deep: int) -> None:
    kept: Any = "a"
    for _ in range(deep):
        kept = [kept] if kind == "list" else {kind: kept}
    with pytest.raises(QueryError, match=r"filter 'field' of a stored search: .* at most 20 deep in each other"):
        filters_from_json({"field": kept})
