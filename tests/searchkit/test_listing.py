"""Filters, facets, orders and pages on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from searchkit import AllOf, Between, Index, Not
from searchkit.query.filters import typed_filters
from tests.searchkit.listed import ids


def test_the_command_asks_for_all_of_it(run: Callable[..., Any], listed: Index) -> None:
    asked = ["query", "neft", "--index", listed.path, "--limit", "3", "--json"]
    filters = ["--filter", "source=AZERTAC", "--filter", "source=report", "--filter", "date=2022-01..2022-08"]
    done = run(*asked, *filters, "--facet", "source", "--facet", "date:month", "--sort", "-date", "--after", "")
    options: dict[str, Any] = {
        "filters": {"source": ["azertac", "report"], "date": Between("2022-01", "2022-08")},
        "facets": ["source", "date:month"],
        "sort": "-date",
    }
    expected = listed.search("neft", limit=3, **options)
    shown = json.loads(done.out)
    assert done.code == 0
    assert ids(expected) == [hit["id"] for hit in shown["hits"]]
    assert expected.facets == {
        name: [(item["value"], item["count"]) for item in counts] for name, counts in shown["facets"].items()
    }
    following = run(*asked, *filters, "--sort", "-date", "--after", shown["cursor"])
    rest = listed.search("neft", limit=3, offset=3, **options)
    assert ids(rest) == [hit["id"] for hit in json.loads(following.out)["hits"]]
    assert not {"facets", "cursor", "groups"} & set(json.loads(run(*asked).out))


def test_the_command_shows_facets_and_groups(run: Callable[..., Any], listed: Index) -> None:
    asked = ["query", "neft", "--index", listed.path, "--limit", "1"]
    results = listed.search("neft", limit=1, facets="source", group_by="source")
    done = run(*asked, "--facet", "source", "--group-by", "source", "--after", "")
    [hit] = results
    assert f"[{hit.id}, {hit.score:.2f}, {hit.group_size} in {hit.group or '-'}]" in done.out
    assert "source: " + ", ".join(f"{value} {count}" for value, count in results.facets["source"]) in done.out
    assert f"next page: --after {results.cursor}" in done.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--filter", "source"], 2, "'source' is not FIELD=VALUE"),
        (["--filter", "nosuch=1"], 1, "filter 'nosuch': there is no such field"),
        (["--sort", "url"], 1, "sort takes score, id or a field"),
        (["--facet", "title"], 1, "facets count keyword, number and date fields"),
        (["--after", "x"], 1, "the cursor cannot be read"),
    ],
)
def test_the_command_names_what_it_cannot_ask(
    options: list[str], code: int, said: str, run: Callable[..., Any], listed: Index
) -> None:
    done = run("query", "neft", "--index", listed.path, *options)
    assert code == done.code
    assert said in done.err


def test_typed_filters() -> None:
    typed = ["a=1", "b=x=y", "c=2022..", "c=..2020", "c=2021", "d=1..2"]
    expected = {"a": "1", "b": "x=y", "c": [("2022", None), (None, "2020"), "2021"], "d": ("1", "2")}
    assert expected == typed_filters(typed)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (["a!=1"], Not("1")),
        (["a!=1", "a!=2..3"], Not(["1", ("2", "3")])),
        (["a=1", "a!=2", "a=3"], AllOf([["1", "3"], Not("2")])),
        (["a+=1"], "1"),
        (["a+=1", "a+=2"], AllOf(["1", "2"])),
        (["a=1", "a=2", "a+=3", "a!=4"], AllOf([["1", "2"], "3", Not("4")])),
        (["a="], None),
        (["a=", "a=1"], [None, "1"]),
        (["a!="], Not(None)),
        (["a=.."], (None, None)),
        (["a=b!=c"], "b!=c"),
        (["a=+=c"], "+=c"),
        (["a!==c"], Not("=c")),
    ],
)
def test_typed_filters_of_one_field(typed: list[str], wanted: Any) -> None:
    assert {"a": wanted} == typed_filters(typed)


@pytest.mark.parametrize("typed", ["", "a", "=1", "!=1", "+=", "a!", "a+"])
def test_what_is_no_typed_filter(typed: str) -> None:
    with pytest.raises(ValueError, match="is not FIELD=VALUE, FIELD!=VALUE or FIELD"):
        typed_filters([typed])


def test_the_command_excludes_and_joins_values(run: Callable[..., Any], listed: Index) -> None:
    typed = ["--filter", "source!=report", "--filter", "tags+=neft", "--filter", "tags+=qaz", "--filter", "date="]
    done = run("query", "", "--index", listed.path, "--limit", "0", *typed)
    filters = {"source": Not("report"), "tags": AllOf(["neft", "qaz"]), "date": None}
    total = listed.search("", filters=filters).total
    assert total > 0
    assert done.err.startswith(f"{total} document")
