"""`suggest`, `complete` and `similar` as people run them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import searchkit

Run = Callable[..., Any]


@pytest.fixture
def place(make_index: Callable[..., searchkit.Index]) -> str:
    """The folder of an index."""
    index = make_index(
        [
            {"id": "1", "title": "Gəncədə kitab yarmarkası", "body": "Yarmarkada kitablar satılır."},
            {"id": "2", "title": "Gəncə zəlzələsi", "body": "Zəlzələ Gəncəni dağıtdı."},
            {"id": "-3", "title": "Kitab\x1b[31m bayramı", "body": "Kitab yarmarkası açıldı."},
        ]
    )
    return str(index.path)


def test_suggest(run: Run, place: str) -> None:
    assert run("suggest", "yarmrkasi", "--index", place)[:2] == (
        0,
        "did you mean: yarmarkası\nrelated: bayram\nrelated: kitab yarmarkası\nrelated: Gəncə\n",
    )
    code, out, _ = run("suggest", "Gence", "--index", place, "--json")
    assert code == 0
    assert json.loads(out)["suggestion"] == "Gəncə"
    assert run("suggest", "nosuchword", "--index", place) == (0, "", "")
    assert json.loads(run("suggest", "", "--index", place, "--json").out) == {
        "text": "",
        "suggestion": None,
        "related": [],
    }


def test_complete(run: Run, place: str) -> None:
    assert run("complete", "gen", "--index", place) == (0, "Gəncə  [2 documents]\n", "")
    assert run("complete", "kit", "--index", place, "--kind", "titles", "--limit", "1") == (
        0,
        "Kitab [31m bayramı  [1 document]\n",
        "",
    )
    code, out, _ = run("complete", "yar", "--index", place, "--json")
    assert (code, json.loads(out)) == (0, {"text": "yar", "completions": [{"text": "yarmarka", "frequency": 2}]})
    assert run("complete", "-gen", "--index", place).code == 0
    assert run("complete", "gen", "--index", place, "--kind", "all").code == 2


def test_similar(run: Run, place: str) -> None:
    code, out, err = run("similar", "1", "--index", place)
    assert code == 0
    assert out.startswith("1. Kitab [31m bayramı  [-3, ")
    assert err.startswith("2 documents found in ")
    code, out, _ = run("similar", "--index", place, "--json", "--", "-3")
    assert [hit["id"] for hit in json.loads(out)["hits"]] == ["1"]
    assert run("similar", "7", "--index", place) == (1, "", f"searchkit: {place}: no document has the id '7'\n")
    code, out, _ = run("similar", "1", "--index", place, "--json", "--filter", "id!=-3")
    assert [hit["id"] for hit in json.loads(out)["hits"]] == ["2"]
    done = run("similar", "1", "--index", place, "--filter", "id")
    assert (done.code, "Invalid value for --filter: 'id' is not FIELD=VALUE" in done.err) == (2, True)
