"""What Whoosh counts and shows of a page is what it finds when it is asked for everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import collectors, scoring, sorting
from whoosh import query as wq
from whoosh.index import open_dir
from whoosh.qparser import MultifieldParser, OrGroup, QueryParser
from whoosh.searching import Searcher

import searchkit
from searchkit import Keyword, Number, Text
from searchkit.engine.whoosh_query import _Max

SCHEMA = searchkit.Schema(title=Text(), body=Text(), tags=Keyword(), pages=Number())
WORDS = ("kitab", "neft", "dəniz", "yol", "ev", "su")
RARE = ("balıq", "kömür", "buz")


class Newer(scoring.BM25F):  # type: ignore[misc,unused-ignore]
    """A weighting that changes scores when all parts of a query have given theirs."""

    use_final = True

    def final(self, searcher: Any, docnum: int, score: float) -> float:
        return score + docnum / 10


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments whose best documents for most queries come late."""
    folder = tmp_path_factory.mktemp("results") / "index"
    chance = random.Random(4)
    index = searchkit.create(folder, SCHEMA)
    for start in (0, 300):
        with index.writer() as writer:
            for number in range(start, start + 300):
                words = chance.choices(WORDS, k=chance.randrange(4, 60 - number // 12))
                rare = [chance.choice(RARE)] if chance.random() < 0.05 else []
                title = " ".join(chance.choices(WORDS, k=2))
                tags = chance.choice(["a", "b", "c"])
                document = {"title": title, "body": " ".join([*words, *rare]), "tags": tags, "pages": number % 50}
                writer.add({"id": str(number), **document})
    return folder


@pytest.fixture(params=[scoring.BM25F(), scoring.TF_IDF(), Newer()], ids=["BM25F", "TF_IDF", "final"])
def searcher(folder: Path, request: pytest.FixtureRequest) -> Iterator[Searcher]:
    with searchkit.open(folder).whoosh().searcher(weighting=request.param) as searcher:
        yield searcher


def parsed(searcher: Searcher, typed: str) -> Any:
    return QueryParser("body", searcher.schema, group=OrGroup).parse(typed)


def in_fields(searcher: Searcher, typed: str) -> Any:
    return MultifieldParser(["title", "body"], searcher.schema, fieldboosts={"title": 3}).parse(typed)


def body(word: str) -> wq.Term:
    return wq.Term("body", word)


QUERIES = {
    "or": lambda searcher: parsed(searcher, "kitab balıq"),
    "or of many": lambda searcher: parsed(searcher, "kitab balıq kömür su^0.1"),
    "fields": lambda searcher: in_fields(searcher, "kitab dəniz"),
    "prefix": lambda searcher: parsed(searcher, "balıq OR k*"),
    "and maybe": lambda searcher: wq.AndMaybe(body("kitab"), body("buz")),
    "maximum": lambda searcher: _Max([body("kitab"), body("buz")]),
    "and not": lambda searcher: wq.And([wq.Or([body("kitab"), body("buz")]), wq.Not(body("su"))]),
    "three fields": lambda searcher: parsed(searcher, "(body:kitab title:su tags:a) AND (body:buz title:ev tags:b)"),
    "range": lambda searcher: wq.Or([body("buz"), wq.NumericRange("pages", 3, 9)]),
}
queries = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)


def shown(results: Any) -> list[tuple[str, float]]:
    return [(hit["id"], pytest.approx(hit.score, rel=1e-9)) for hit in results]


class Unknown(collectors.TopCollector):  # type: ignore[misc,unused-ignore]
    """A collector that no plan knows, so that Whoosh's matchers answer."""


def everything(searcher: Searcher, tree: Any) -> Any:
    """All results, found without any of the ways in which Whoosh saves work."""
    collector = Unknown(limit=searcher.doc_count_all(), usequality=False, replace=0)
    searcher.search_with_collector(tree, collector)
    return collector.results()


@queries
def test_the_best_are_those_of_all(query: Any, searcher: Searcher) -> None:
    tree = query(searcher)
    every = everything(searcher, tree)
    assert len(every) > 25
    for limit in (1, 10, 25, None):
        found = searcher.search(tree, limit=limit)
        assert len(found) == len(every)
        assert shown(found) == shown(every)[:limit]


@queries
def test_pages_are_of_all(query: Any, searcher: Searcher) -> None:
    tree = query(searcher)
    every = everything(searcher, tree)
    pages = [searcher.search_page(tree, number, 10) for number in (1, 2, 3)]
    assert [len(every)] * 3 == [page.total for page in pages]
    assert {-(-len(every) // 10)} == {page.pagecount for page in pages}
    assert shown(every)[:30] == [hit for page in pages for hit in shown(page)]


@queries
def test_collapsed_results_are_of_all(query: Any, searcher: Searcher) -> None:
    tree = query(searcher)
    facet = sorting.FieldFacet("tags")
    found, every = (searcher.search(tree, limit=limit, collapse=facet) for limit in (2, None))
    assert len({hit["tags"] for hit in every}) == 3
    assert shown(found) == shown(every)[:2]


@pytest.mark.parametrize("name", ["or", "fields", "prefix", "and maybe", "maximum", "and not"])
def test_an_index_that_whoosh_opens_itself(name: str, folder: Path) -> None:
    with open_dir(str(folder)).searcher() as searcher:
        tree = QUERIES[name](searcher)
        every = everything(searcher, tree)
        found = searcher.search(tree, limit=3)
        assert len(found) == len(every)
        assert shown(found) == shown(every)[:3]
