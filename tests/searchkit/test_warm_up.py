# ruff: noqa: SIM300
"""What is made before anybody waits for it: the tables are there, and no answer is another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from searchkit import Index, Keyword, Schema

Make = Callable[..., Index]

WORDS = [
    "kitablarımızdan",
    "gence",
    "Azərbaycanlılar",
    "yaxsi",
    "gozəl",
    "IŞIQ",
    "şirket",
    "azerbaycan",
    "otağına",
    "blokçeyni",
    "Nyu-Yorkda",
]
ASKED = """
import sys
from azanalyzer import Analyzer
analyzer = Analyzer()
if sys.argv[1] == "warm":
    analyzer.warm_up()
    assert analyzer._reader.morphology.lexicon._some is None  # everything has been read
print([(analyzer.terms(word), analyzer.query_terms(word)) for word in sys.argv[2:]])
"""


def tables(index: Index) -> list[dict[str, Any]]:
    """What has been worked out of the vocabularies and the titles."""
    snapshot = index._current_snapshot()
    vocabularies = [each for field in snapshot.schema.text_fields for each in snapshot.vocabularies(field)]
    return [*(each.derived for each in vocabularies), *(each.derived for each in snapshot.short_texts("title"))]


def test_words_are_read_as_by_one_who_has_not_read_the_lexicon() -> None:
    answers = [
        subprocess.run(
            [sys.executable, "-c", ASKED, how, *WORDS], capture_output=True, encoding="utf-8", check=True
        ).stdout
        for how in ("cold", "warm")
    ]
    assert "kitab" in answers[0]
    assert answers[0] == answers[1]


def test_all_tables_are_there_and_are_made_once(make_index: Make) -> None:
    documents = [{"id": str(number), "title": f"Kitab {number}", "body": "neft və qaz"} for number in range(5)]
    index, other = make_index(documents), make_index(documents, name="other")
    assert [{}, {}, {}] == tables(index)
    index.warm_up()
    assert [{"neighbours", "prefixes"}, {"neighbours", "prefixes"}, {"titles"}] == [{*each} for each in tables(index)]
    before = [list(map(id, each.values())) for each in tables(index)]
    index.warm_up()
    for one in (index, other):
        assert "kitab" == one.suggest("kitba")
        assert ["neft"] == [completion.text for completion in one.autocomplete("ne")]
        assert "Kitab 0" == one.autocomplete("kit", kind="titles")[0].text
    assert before == [list(map(id, each.values())) for each in tables(index)]


def test_after_a_commit_only_what_is_new_is_made(make_index: Make) -> None:
    index = make_index([{"id": str(number), "title": "Kitab", "body": f"neft {number}"} for number in range(50)])
    index.warm_up()
    known = {id(table) for each in tables(index) for table in each.values()}
    with index.writer() as writer:
        writer.add({"id": "new", "title": "Dəniz", "body": "Xəzər dənizi"})
    index.warm_up()
    assert known <= {id(table) for each in tables(index) for table in each.values()}
    assert "dəniz" == index.suggest("dəniiz")
    assert "Dəniz" == index.autocomplete("də", kind="titles")[0].text


def test_an_index_of_nothing_can_be_warmed_up(make_index: Make) -> None:
    keywords = make_index([{"id": "1", "tags": ["a"]}], Schema(tags=Keyword()), name="keywords")
    for index in (make_index(), keywords):
        index.warm_up()
        assert [] == index.autocomplete("a")
        assert [] == index.autocomplete("a", kind="titles")
