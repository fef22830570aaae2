"""What is sent between processes and kept in caches: indexes, results and errors in pickles, and copies of them."""

from __future__ import annotations

import copy
import math
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

import searchkit
from azanalyzer import Analyzer
from searchkit import Facet, Freshness, Index, Ranking
from searchkit.retriever import Retriever

_T = TypeVar("_T")
LONG = "Gəncədə kitablar satılır. " * 30  # stands in the tail of a document


def pickled(value: _T) -> _T:
    return pickle.loads(pickle.dumps(value))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index that was opened by a path relative to the folder at that time."""
    monkeypatch.chdir(tmp_path)
    index = searchkit.create("index")
    with index.writer() as writer:
        writer.add({"id": "1", "title": "Kitab yarmarkası", "body": LONG, "source": "Report", "tags": ["a", {"b": 1}]})
        writer.add({"id": "2", "title": "Kitabxana", "body": "Kitab oxuyurlar.", "date": "2024-05-03"})
    return index


@pytest.mark.parametrize("again", [pickled, copy.copy, copy.deepcopy])
def test_an_index_is_its_path(again: Callable[[Index], Index], index: Index, tmp_path: Path) -> None:
    ours = searchkit.open("index", refresh=True, time_limit=math.inf)
    assert len(ours) == 2
    other = again(ours)
    assert (tmp_path / "index").samefile(other.path)
    assert other.search("kitab").total == 2
    with other.writer() as writer:
        writer.add({"id": "3", "title": "Kitab"})
    assert len(again(ours)) == 3
    assert len(ours) == 3, "it refreshes itself as the one that was pickled did"
    assert len(index) == 2


def test_a_pickle_is_read_in_any_folder(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pickle.dumps(index)
    monkeypatch.chdir("/")
    assert len(pickle.loads(kept)) == 2


def test_a_pickle_of_an_index_of_whoosh(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pickle.dumps(index.whoosh())
    with index.writer() as writer:
        writer.add({"id": "3", "title": "Kitab"})
    monkeypatch.chdir("/")
    with pickle.loads(kept).searcher() as searcher:
        assert searcher.doc_count() == 3
        assert searcher.document(id="3") == {"id": "3", "title": "Kitab"}


def test_a_pickle_of_an_index_that_has_gone(index: Index, tmp_path: Path) -> None:
    kept = pickle.dumps(index)
    (tmp_path / "index").rename(tmp_path / "elsewhere")
    with pytest.raises(searchkit.IndexNotFoundError, match="there is no searchkit index here"):
        pickle.loads(kept)


@pytest.mark.parametrize("again", [pickled, copy.copy, copy.deepcopy])
def test_results(again: Callable[[Any], Any], index: Index) -> None:
    ranking = Ranking(freshness=Freshness("date"))
    ours = index.search("kitablar yarmarkqa", 1, facets=["source", Facet("date", "year")], ranking=ranking)
    theirs = again(ours)
    assert ours.to_dict() == theirs.to_dict()
    assert theirs.suggestion == "kitablar yarmarka"
    assert ours.cursor == theirs.cursor
    assert ours.request == theirs.request
    assert ours[0].highlight("body", mark="root") == theirs[0].highlight("body", mark="root")
    assert theirs[0]["body"] == LONG
    assert index.run(theirs.request)[0].id == theirs[0].id


def test_a_hit_is_explained_where_it_was_found(index: Index) -> None:
    [hit, _] = index.search("kitab")
    with pytest.raises(searchkit.SearchkitError, match="explain it where it was found"):
        pickled(hit).explain()
    assert hit.explain().score == hit.score


def failed(ask: Callable[[], object]) -> Exception:
    with pytest.raises(searchkit.SearchkitError) as caught:
        ask()
    return caught.value


def test_errors(index: Index) -> None:
    errors = [
        failed(lambda: index.search("kitab (", syntax="full")),
        failed(lambda: index.search("kitab", time_limit=1e-9)),
        failed(lambda: index.schema.prepare({"id": "1", "date": "sabah"})),
        failed(lambda: searchkit.open("nowhere")),
        searchkit.DocumentError("wrong", source="a.jsonl", line=3),
        searchkit.StorageError(28, "No space left on device", "a.seg"),
        searchkit.CorruptIndexError("a.seg: damaged", path=Path("a.seg"), offset=7, reason="damaged"),
    ]
    for error in errors:
        for again in (pickled(error), copy.copy(error)):
            assert type(error) is type(again)
            assert (str(error), vars(error)) == (str(again), vars(again))


def test_a_pool_of_processes(index: Index) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert sorted(hit.id for hit in pool.submit(index.search, "kitab").result()) == ["1", "2"]
        retriever = Retriever(index, k=1, length=60)
        assert retriever.invoke("yarmarka") == pool.submit(retriever.invoke, "yarmarka").result()
        assert isinstance(pool.submit(index.search, "kitab", syntax="no").exception(), searchkit.QueryError)


def test_an_analyzer_keeps_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.tsv").write_text("soba\tpeç\n", "utf-8")
    ours = Analyzer(stem=False, synonyms="own.tsv")
    monkeypatch.chdir("/")
    theirs = pickled(ours)
    assert theirs.terms("kitablarda") == ["kitablarda"]
    terms = [("soba",)]
    assert ours.expand(terms) == theirs.expand(terms)
