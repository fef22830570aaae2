"""What stands in quotes is ranked as closely as what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from searchkit import Index, Ranking

Make = Callable[..., Index]


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ('"kitabın satışları"', {}),
        ('"kitabın satışları" artdı', {}),
        ('"kitabın satışları" OR neft', {}),
        ('"kitabın satışları"', {"match": "all"}),
        ('"kitabın satışları"~1', {"syntax": "full"}),
        ('"kitabın satışları"^2 neft', {"syntax": "full"}),
        ('body:"kitabın satışları" -neft', {}),
        ('"borcun ödənilməməsi"', {}),
        ('"Gəncə şəhəri"', {}),
    ],
)
def test_the_form_typed_comes_first(query: str, options: dict[str, Any], make_index: Make) -> None:
    index = make_index(
        [
            *["Kitabların satışı artdı.", "borcun ödənilməsi", "Gence şəhəri"],
            *["Kitabın satışları artdı.", "borcun ödənilməməsi", "Gəncə şəhəri"],
        ]
    )
    results = index.search(query, **options)
    best, other = results
    assert (int(best.id), int(other.id)) in ((4, 1), (5, 2), (6, 3))
    assert best.score > other.score
    plain = index.search(query, ranking=Ranking.plain(), **options)
    assert plain[0].score == pytest.approx(plain[1].score)
    assert best.explain().score == pytest.approx(best.score)


def test_a_phrase_counts_as_its_words_do(make_index: Make) -> None:
    index = make_index(["yol kitab", "Xəzər dənizi və neft", "neft və Xəzər dənizi", "Xəzər dənizi"])
    evidence = {}
    for query in ("Xəzər dənizi", '"Xəzər dənizi"'):
        plain = {hit.id: hit.score for hit in index.search(query, ranking=Ranking.plain())}
        evidence[query] = [pytest.approx(hit.score - plain[hit.id]) for hit in index.search(query)]
    assert evidence["Xəzər dənizi"] == evidence['"Xəzər dənizi"']
    assert evidence["Xəzər dənizi"] != [pytest.approx(0)] * 3


def test_what_is_excluded_adds_nothing(make_index: Make) -> None:
    index = make_index(["neft qaz", "neft kəməri"])
    query = 'neft -"su kəməri"'
    assert {hit.id: hit.score for hit in index.search(query)} == {
        hit.id: pytest.approx(hit.score) for hit in index.search("neft -su")
    }
