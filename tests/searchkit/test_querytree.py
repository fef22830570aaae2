from __future__ import annotations

import fnmatch
import re

import pytest

from searchkit.querytree import (
    AllOf,
    AnyOf,
    Either,
    Everything,
    Exact,
    Nothing,
    Phrase,
    Range,
    Without,
    Word,
    all_of,
    any_of,
    boosted,
    glob,
    wanted_leaves,
)

A, B, C = (Word(None, (term,), term) for term in "abc")


def test_joins_are_as_plain_as_can_be() -> None:
    assert Nothing() == any_of([])
    assert Everything() == all_of([])
    assert A == any_of([A]) == all_of([A])
    assert AnyOf((A, B, C)) == any_of([any_of([A, B]), C]) == any_of([A, any_of([B, C])])
    assert AllOf((A, B, C)) == all_of([all_of([A, B]), C])
    assert AnyOf((AllOf((A, B)), C)) == any_of([all_of([A, B]), C])


def test_boosts_reach_what_is_wanted() -> None:
    tree = Without(AnyOf((A, Either((B, Phrase(None, (("c",), ("a",)), boost=0.5))), Everything())), C)
    expected = Without(
        AnyOf(
            (
                A._replace(boost=2.0),
                Either((B._replace(boost=2.0), Phrase(None, (("c",), ("a",)), boost=1.0))),
                Everything(),
            )
        ),
        C,
    )
    assert expected == boosted(tree, 2)
    assert AllOf((Exact("f", ("x",), 3.0), Range("g", 1, 2, boost=3.0), Nothing())) == boosted(
        AllOf((Exact("f", ("x",)), Range("g", 1, 2), Nothing())), 3.0
    )


def test_wanted_leaves() -> None:
    number = Range("pages", 1, 2)
    tree = Without(AllOf((A, Either((B, C)), AnyOf((number, Everything(), Nothing())))), Exact("f", ("x",)))
    assert [A, B, C, number] == list(wanted_leaves(tree))


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("a*b", ["ab", "axb", "axxb"], ["abx", "xab", "a*"]),
        ("a?b", ["axb", "a?b"], ["ab", "axxb"]),
        (r"a\*b", ["a*b"], ["axb", "ab"]),
        (r"a\?*", ["a?", "a?b"], ["ab"]),
        ("a[b]*", ["a[b]", "a[b]c"], ["ab", "abc"]),
        ("a[!b]", ["a[!b]"], ["ac"]),
        ("a.b", ["a.b"], ["axb"]),
    ],
)
def test_patterns(pattern: str, fitting: list[str], other: list[str]) -> None:
    fits = re.compile(fnmatch.translate(glob(pattern))).match
    assert fitting == [text for text in [*fitting, *other] if fits(text)]
