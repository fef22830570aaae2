"""What Whoosh's API gives by plans is what it gives by its matchers, with the same searcher over the same segments."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whoosh import collectors, scoring
from whoosh import query as wq
from whoosh.reading import ReaderClosed
from whoosh.searching import Results

import searchkit
from searchkit.engine import whoosh_searcher
from searchkit.engine.whoosh_searcher import PlanSearcher
from tests.searchkit.engine.stock import faultless, written
from tests.searchkit.engine.test_same_as_whoosh import limits
from tests.whoosh_trees import SCHEMA, Changes, transactions, trees


@contextmanager
def without_plans() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh_searcher, "_plans", lambda *_, **__: None)
        yield


@contextmanager
def without_matchers() -> Iterator[None]:
    """What a search does that has no need of Whoosh's matchers."""

    def run(self: collectors.Collector) -> None:
        raise AssertionError("this is answered by matchers")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collectors.Collector, "run", run)
        yield


def by_matchers(searcher: PlanSearcher, tree: wq.Query, **options: Any) -> Results:
    """The results of a search without plans, and without the known faults of Whoosh."""
    options.update({name: faultless(options[name]) for name in ("filter", "mask") if options.get(name) is not None})
    with without_plans():
        found = searcher.search(faultless(tree), **options)
        found.docs()
        return found


def assert_same(found: Results, expected: Results, every: Results) -> None:
    """The results are as expected; `every` are those of the same search without a limit."""
    assert len(found) == every.scored_length()  # Whoosh miscounts where a filter lets nothing through
    assert found.scored_length() == expected.scored_length()
    assert found.has_exact_length()
    assert len(found) == found.estimated_length() == found.estimated_min_length()
    assert found.is_empty() == expected.is_empty()
    assert set(found.docs()) == set(expected.docs())
    assert type(found.collector) is type(expected.collector)
    assert getattr(found, "filtered_count", None) == getattr(expected, "filtered_count", None)
    assert found.runtime > 0
    scores = dict(every.items())
    hits = [*found.items()]
    assert [score for _, score in hits] == pytest.approx([score for _, score in expected.items()], rel=1e-5)
    assert [score for _, score in hits] == pytest.approx([scores[number] for number, _ in hits], rel=1e-5)
    assert {(type(number), type(score)) for number, score in hits} <= {(int, float)}
    for place, hit in enumerate(found):
        assert (hit.rank, hit.docnum, hit.score) == (place, *hits[place])
        assert (found.docnum(place), found.score(place)) == hits[place]
        assert hit.fields() == found.fields(place) == found.searcher.stored_fields(hit.docnum)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.explicit],
)
@given(
    transactions(),
    st.lists(st.tuples(trees(), st.none() | trees(), st.none() | trees()), min_size=15, max_size=15),
    st.sampled_from([{}, {"B": 0.4, "K1": 2}, {"K1": 0}, {"title_B": 0, "body_B": 1.0, "K1": 0.7}]),
    st.booleans(),
)
def test_random_queries(
    changes: Changes,
    queries: list[tuple[wq.Query, wq.Query | None, wq.Query | None]],
    parameters: dict[str, float],
    pruned: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder, limits(True, pruned, False):
        written(Path(folder) / "index", changes)
        searcher = searchkit.open(Path(folder) / "index").whoosh().searcher(weighting=scoring.BM25F(**parameters))
        for tree, wanted, unwanted in queries:
            filters = {"filter": wanted, "mask": unwanted}
            expected = {limit: by_matchers(searcher, tree, limit=limit, **filters) for limit in (1, 3, 10, None)}
            with without_plans():
                turned = searcher.search(faultless(tree), reverse=True, limit=3)
            with without_matchers():
                for limit in expected:
                    found = searcher.search(tree, limit=limit, **filters)
                    assert_same(found, expected[limit], expected[None])
                    hits = [*found.items()]
                    assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))
                assert_same(searcher.search(tree, reverse=True, limit=3), turned, turned)
            for one, _ in [(searcher, 0), *searcher.leaf_searchers()]:
                with without_plans():
                    numbers = sorted(one.docs_for_query(faultless(tree)))
                assert [*one.docs_for_query(tree)] == numbers


# ---------------------------------------------------------------- on the documents of one index


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three segments, with documents that are deleted."""
    folder = tmp_path_factory.mktemp("searcher") / "index"
    index = searchkit.create(folder, SCHEMA)
    for start in (0, 40, 80):
        with index.writer() as writer:
            for number in range(start, start + 40):
                body = " ".join(["kitab"] * (number % 7) + ["neft"] * (number % 5) + ["yol"])
                day = datetime.datetime(2000 + number % 20, 1, 1)
                writer.add({"id": str(number), "body": body, "tags": ["a", "b"][number % 2], "date": day})
    with index.writer() as writer:
        for number in range(0, 120, 11):
            writer.delete(str(number))
    return folder


@pytest.fixture
def searcher(folder: Path) -> Iterator[PlanSearcher]:
    with searchkit.open(folder).whoosh().searcher() as searcher:
        yield searcher


def body(word: str) -> wq.Term:
    return wq.Term("body", word)


TREE = wq.Or([body("kitab"), body("neft")])
YEARS = wq.DateRange("date", datetime.datetime(2003, 1, 1), datetime.datetime(2011, 1, 1))


def shown(results: Any) -> list[Any]:
    return [(hit.docnum, hit["id"], pytest.approx(hit.score, rel=1e-9)) for hit in results]


@pytest.mark.parametrize(
    "allowed",
    [
        lambda searcher: {3, 5, 33, 34, 50, 119, 120, 5000, -1},
        lambda searcher: searcher._query_to_comb(YEARS),
        lambda searcher: searcher.search(YEARS, limit=5),
        lambda searcher: searcher.search_page(YEARS, 1, 5),
        lambda searcher: wq.Regex("tags", "a"),
        lambda searcher: body("yoxdur"),
        lambda searcher: set(),
    ],
    ids=["numbers", "bits", "results", "page", "query without a plan", "nothing", "no filter"],
)
@pytest.mark.parametrize("option", ["filter", "mask"])
def test_filters(option: str, allowed: Any, searcher: PlanSearcher) -> None:
    expected = {}
    with without_plans():
        for limit in (4, None):
            expected[limit] = searcher.search(TREE, limit=limit, **{option: allowed(searcher)})
            expected[limit].docs()
    for limit in (4, None):
        found = searcher.search(TREE, limit=limit, **{option: allowed(searcher)})
        assert_same(found, expected[limit], expected[None])
        for name in ("allowed", "restricted"):
            assert type(getattr(found, name, None)) is type(getattr(expected[limit], name, None))


def test_results_are_combined_and_paged(searcher: PlanSearcher) -> None:
    def combined() -> list[Any]:
        made = []
        for method in ("extend", "upgrade", "upgrade_and_extend", "filter"):
            results = searcher.search(TREE, limit=6)
            getattr(results, method)(searcher.search(body("yol"), limit=9))
            made.append((shown(results), sorted(results.docs()), len(results)))
        pages = [searcher.search_page(TREE, number, 7) for number in (1, 2, 99)]
        return made + [(shown(page), page.total, page.pagecount, page.pagenum, page.offset) for page in pages]

    with without_plans():
        expected = combined()
    with without_matchers():
        assert combined() == expected


def test_highlights_and_numbers_of_documents(searcher: PlanSearcher) -> None:
    with without_matchers():
        found = searcher.search(body("kitab"), limit=2)
    assert "kitab</b>" in found[0].highlights("body")
    numbers = [*searcher.document_numbers(tags="a", body="neft")]
    assert numbers == sorted(searcher.search(body("neft"), filter=wq.Term("tags", "a")).docs())


class Some(scoring.BM25F):  # type: ignore[misc,unused-ignore]
    """A weighting of somebody else's."""

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        return 7.0


class Every(collectors.TopCollector):  # type: ignore[misc,unused-ignore]
    """A collector of somebody else's."""


def with_collector(searcher: PlanSearcher, collector: Any, **options: Any) -> Any:
    searcher.search_with_collector(TREE, collector, **options)
    return collector.results()


@pytest.mark.parametrize(
    "search",
    [
        lambda searcher: searcher.search(TREE, terms=True),
        lambda searcher: searcher.search(TREE, sortedby="date"),
        lambda searcher: searcher.search(TREE, groupedby="tags"),
        lambda searcher: searcher.search(TREE, collapse="tags"),
        lambda searcher: searcher.search(TREE, scored=False),
        lambda searcher: searcher.search(wq.Or([body("kitab"), wq.Regex("body", "n.*")])),
        lambda searcher: searcher.search(wq.NumericRange("number", "1", "2")),
        lambda searcher: with_collector(searcher, Every(10)),
        lambda searcher: with_collector(searcher, collectors.FilterCollector(searcher.collector(filter=YEARS))),
        lambda searcher: with_collector(searcher, searcher.collector(), context=searcher.context(weighting=Some())),
        lambda searcher: searcher.leaf_searchers()[0][0].search(TREE),
    ],
)
def test_what_plans_do_not_know_is_answered_by_matchers(search: Any, searcher: PlanSearcher) -> None:
    with without_matchers(), pytest.raises(AssertionError, match="is answered by matchers"):
        search(searcher)
    search(searcher)


@pytest.mark.parametrize("weighting", [Some(), scoring.TF_IDF(), scoring.BM25F(K1=500), scoring.BM25F(B=-1)])
def test_other_weightings(weighting: Any, folder: Path) -> None:
    searcher = searchkit.open(folder).whoosh().searcher(weighting=weighting)
    with without_matchers(), pytest.raises(AssertionError, match="is answered by matchers"):
        searcher.search(TREE)


def test_a_weighting_is_changed(searcher: PlanSearcher) -> None:
    def scores() -> list[Any]:
        found = []
        for weighting in (scoring.BM25F(), scoring.BM25F(K1=2.0), scoring.Frequency(), scoring.BM25F(body_B=0)):
            searcher.weighting = weighting
            for leaf, _ in searcher.leaf_searchers():
                leaf.weighting = weighting
            found.append(shown(searcher.search(TREE)))
        return found

    with without_plans():
        expected = scores()
    assert scores() == expected


def test_more_words_than_plans_take(searcher: PlanSearcher, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = shown(searcher.search(wq.Prefix("body", "")))
    monkeypatch.setattr("searchkit.engine.expand.MOST_EXPANSIONS", 0)
    assert len(searcher.search(wq.Wildcard("body", "*t*"))) > 0
    assert shown(searcher.search(wq.Prefix("body", ""))) == expected


def test_a_searcher_that_is_closed(folder: Path) -> None:
    searcher = searchkit.open(folder).whoosh().searcher()
    searcher.search(TREE)
    searcher.close()
    with pytest.raises(ReaderClosed):
        searcher.search(TREE)
    with pytest.raises(ReaderClosed):
        [*searcher.docs_for_query(TREE)]


def test_a_searcher_is_refreshed(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    searcher = index.whoosh().searcher()
    with without_matchers():
        assert len(searcher.search(body("kitab"))) == 0
        for number in range(3):
            with index.writer() as writer:
                writer.delete("1")
                writer.add({"id": str(number), "body": "kitab"})
            searcher = searcher.refresh()
            assert [hit["id"] for hit in searcher.search(body("kitab"))] == [["0"], ["0", "1"], ["0", "2"]][number]


def test_what_stands_behind_the_last_excluded_document_is_not_found_when_it_is_deleted(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        for key, text in (("a", "yol"), ("b", "kitab"), ("c", "kitab")):
            writer.add({"id": key, "body": text})
    with index.writer() as writer:
        writer.delete("c")
    searcher = index.whoosh().searcher()
    assert [hit["id"] for hit in searcher.search(wq.Not(body("kitab")))] == ["a"]
    with without_plans():  # Whoosh finds it
        assert len(searcher.search(wq.Not(body("kitab")))) == 2


VALUES = ["kitab", b"kitab", 5, ["a"], None, "", "7"]
BOUNDS = [("a", "z"), (b"a", b"z"), (1, 9), ("1", "9"), (None, None), (datetime.datetime(2005, 1, 1), None)]
ODD = [
    *((wq.Term, (value,)) for value in VALUES),
    *((wq.Prefix, (value,)) for value in ("k", b"k", "", 5)),
    *((wq.Wildcard, (value,)) for value in ("k*", "*", "")),
    *((kind, bounds) for kind in (wq.TermRange, wq.NumericRange) for bounds in BOUNDS),
    *((wq.Phrase, (words,)) for words in (["kitab", "neft"], [b"kitab"], [5, 6], "kitab")),
    (wq.FuzzyTerm, ("kitb",)),
    (wq.Every, ()),
]


@pytest.mark.parametrize("field", ["body", "tags", "id", "date", "number", "nowhere"])
@pytest.mark.parametrize(("kind", "asked"), ODD, ids=lambda part: getattr(part, "__name__", str(part)))
def test_what_is_asked_of_other_fields_than_it_is_meant_for(
    kind: Any, asked: tuple[Any, ...], field: str, searcher: PlanSearcher
) -> None:
    tree = kind(field, *asked)
    with without_plans():
        expected = outcome(searcher, tree)
    if expected is not TypeError:  # plans take dates where Whoosh wants whole numbers
        assert outcome(searcher, tree) == expected


def outcome(searcher: PlanSearcher, tree: wq.Query) -> Any:
    try:
        return [(number, pytest.approx(score, rel=1e-5)) for number, score in searcher.search(tree, limit=None).items()]
    except Exception as error:
        return type(error)
