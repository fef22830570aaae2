# ruff: noqa: SIM300
"""Whatever way documents come into an index, what can be found in it is what the analyzer reads in them."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchkit
from azanalyzer import Analyzer, Piece
from searchkit import Date, Index, Keyword, Number, Ranking, Schema, Text
from searchkit.backend import View
from searchkit.engine import (
    builder,
    checks,
    invert,
    narrow,
    narrow_writer,
    posting_columns,
    postings_writer,
    store_writer,
    topk,
    transaction,
    verify_text,
)
from searchkit.engine import merge as merging
from searchkit.engine import segment as segment_module
from searchkit.engine.column_backend import ColumnSnapshot
from searchkit.engine.merge import merge
from searchkit.engine.occurrences import spans
from searchkit.engine.posting_columns import EARLY, EARLY_TOKENS, form_bits
from searchkit.engine.postings import FieldPostings
from searchkit.engine.segment import MISSING_DATE, KeywordField, Segment
from searchkit.engine.verify import check_generation
from searchkit.query.parse import parse
from searchkit.schema import parse_date
from tests.strategies import az_texts, texts, words

SCHEMA = Schema(title=Text(boost=2), body=Text(), tags=Keyword(), date=Date(), price=Number())
COMMON = ("kitab", "kitablar", "neft", "Bakı", "şəhərdə", "yol", "2022", "-", "BMT-nin")
FOLDER = pytest.TempPathFactory


def bodies() -> st.SearchStrategy[str]:
    """Texts of few words, so that terms meet, now and then with one very often or far behind the others."""
    few = st.lists(st.sampled_from(COMMON), max_size=12).map(" ".join)
    often = st.builds(lambda word, n: f"{word} " * n, st.sampled_from(COMMON), st.sampled_from((254, 255, 256, 700)))
    far = st.builds(lambda word, n: f"{word} {'qaz ' * n} {word}", st.sampled_from(COMMON), st.integers(250, 260))
    long = st.builds(lambda n, end: "x" * n + end, st.sampled_from((1023, 1024, 1500)), st.sampled_from("ab"))
    return st.one_of(few, few, few, az_texts(), texts(20), st.one_of(often, far, long))


def documents() -> st.SearchStrategy[dict[str, Any]]:
    tags = st.lists(st.one_of(st.sampled_from(("a", "b", "Ə")), words(), st.just("t" * 1024), st.just("t" * 1025)))
    return st.fixed_dictionaries(
        {},
        optional={
            "title": bodies(),
            "body": bodies(),
            "tags": tags,
            "date": st.sampled_from(("2022", "2022-08-24T10:00", "0001-01-01", "9999-12-31")),
            "price": st.sampled_from((0, -1.5, 1e300, 7)),
            "extra": st.one_of(texts(40), st.lists(st.integers()), st.none()),
        },
    )


KEYS = ("1", "2", "3", "4", "5", "6", "İd", "k" * 300)
changes = st.lists(st.tuples(st.sampled_from(KEYS), st.one_of(documents(), documents(), st.none())), max_size=20)
Changes = list[tuple[str, dict[str, Any] | None]]


@contextlib.contextmanager
def small_parts(budget: int | None = None) -> Iterator[None]:
    """What only large indexes have, in small ones: dense terms, wide gaps, several batches, pruned searches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings_writer, "_SMALLEST_DENSE", 3)
        for size, mark in ((1, 2), (2, 4)):
            patch.setitem(narrow.MARKS, size, mark)
        patch.setattr(postings_writer, "_MANY", 60)
        for module in (narrow, narrow_writer, checks):
            patch.setattr(module, "RANKED", 3)
        patch.setattr(posting_columns, "_MOST_KEPT", 100)
        patch.setattr(posting_columns, "_BYTES_PER_KEPT", 1 << 40)
        for module in (posting_columns, postings_writer, verify_text):
            patch.setattr(module, "STEP", 3)
        patch.setattr(merging, "_BATCH", 7)
        patch.setattr(invert, "_BLOCK", 5)
        patch.setattr(invert, "_PART", 7)
        patch.setattr(store_writer, "_BLOCK", 200)
        patch.setattr(store_writer, "_LEAST", 2)
        patch.setattr(topk, "_SMALL", 0)
        patch.setattr(topk, "_SPARSE", 10**9)
        if budget is not None:
            patch.setattr(transaction, "BUDGET", budget)
        yield


def write(index: Index, changes: Changes, each: int = 10**9, jobs: int = 1) -> None:
    """Make the changes, so many to a transaction."""
    for first in range(0, max(len(changes), 1), each):
        with index.writer(jobs=jobs) as writer:
            for key, document in changes[first : first + each]:
                writer.delete(key) if document is None else writer.add({"id": key, **document})


def final(changes: Changes) -> dict[str, dict[str, Any]]:
    """The documents that are there at last, in the order in which they came."""
    found: dict[str, dict[str, Any]] = {}
    for key, document in changes:
        found.pop(key, None)
        if document is not None:
            found[key] = {"id": key, **document}
    return found


def merged(index: Index, folder: Path) -> ColumnSnapshot:
    """All segments of the index as one, without what has been deleted."""
    snapshot = index._current_snapshot()
    assert isinstance(snapshot, ColumnSnapshot)
    infos = [merge(folder, "m", SCHEMA, snapshot.segments)] if len(snapshot) else []
    found = ColumnSnapshot(folder, SCHEMA, infos)
    assert [] == check_generation(folder, infos, {})
    return found


# ---------------------------------------------------------------- what is in a segment, and what should be

Postings = dict[str, dict[str, tuple[list[int], int]]]  # by term, by id: the positions and the forms


def read_text(source: FieldPostings, keys: list[str]) -> Postings:
    found: Postings = {}
    for number, term in enumerate(source.terms.terms()):
        postings = source.postings(number)
        docs = postings.docs()
        assert sorted(set(docs.tolist())) == docs.tolist()
        assert len(docs) == postings.df == source.document_frequency(number) > 0
        owners, positions = spans(postings, docs)
        by_doc: list[list[int]] = [[] for _ in docs]
        for owner, position in zip(owners.tolist(), positions.tolist(), strict=True):
            by_doc[owner].append(position)
        assert [len(stand) for stand in by_doc] == postings.tfs().tolist() == postings.tf_at(docs).tolist()
        first, last = source.first_token(number), source.first_token(number + 1)
        assert sum(map(len, by_doc)) == last - first
        everything = np.arange(source.documents)
        inside = np.isin(everything, docs)
        assert inside.tolist() == postings.find(everything)[1].tolist()
        assert inside.tolist() == (postings.tf_at(everything) > 0).tolist()
        for place, form in zip(postings.find(docs)[0].tolist(), postings.forms().tolist(), strict=True):
            assert form == postings.at(place)[1]
        assert list(itertools.chain(*by_doc[::2])) == spans(postings, docs[::2])[1].tolist()
        found[term.decode("utf-8", "replace")] = {
            keys[doc]: (stand, int(form))
            for doc, stand, form in zip(docs.tolist(), by_doc, postings.forms(), strict=True)
        }
    return found


def read_keywords(source: KeywordField, keys: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, term in enumerate(source.terms.terms()):
        docs = source.docs(number, number + 1).tolist()
        assert sorted(set(docs)) == docs
        assert len(docs) == source.document_frequency(number) > 0
        found[term.decode("utf-8", "replace")] = {keys[doc] for doc in docs}
    return found


def content(segment: Segment) -> dict[str, Any]:
    """Everything that can be found in a segment without deletions, by the ids of the documents."""
    keys = [segment.key(doc) for doc in range(segment.documents)]
    assert list(range(segment.documents)) == [segment.find_id(key) for key in keys]
    found: dict[str, Any] = {"stored": {key: segment.store.document(doc) for doc, key in enumerate(keys)}}
    for field in SCHEMA.text_fields:
        source = segment.text(field)
        found[field] = read_text(source, keys) if source else {}
        found[f"{field} tokens"] = segment.tokens(field)
        if source:
            assert source.average == pytest.approx(segment.tokens(field) / segment.documents)
    keyword = segment.keyword("tags")
    found["tags"] = read_keywords(keyword, keys) if keyword else {}
    for field, missing in (("date", MISSING_DATE), ("price", np.nan)):
        values = segment.values(field)
        pairs = zip(keys, [] if values is None else values.tolist(), strict=values is not None)
        found[field] = {key: value for key, value in pairs if value != missing and value == value}
    return found


def expected_content(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The same from the documents themselves."""
    found: dict[str, Any] = {"stored": documents}
    for field in SCHEMA.text_fields:
        postings: Postings = {}
        count = 0
        for key, document in documents.items():
            for token in Analyzer.shared().tokens(document.get(field, "")):
                count += 1
                term = token.term.encode()[:1024].decode("utf-8", "replace")
                positions, forms = postings.setdefault(term, {}).get(key, ([], 0))
                spelled = Piece(0, len(token.text), token.term, token.kind, 1).spelled(token.text)
                forms |= form_bits(spelled) | (EARLY if token.position < EARLY_TOKENS else 0)
                postings[term][key] = ([*positions, token.position], forms)
        found[field] = postings
        found[f"{field} tokens"] = count
    found["tags"] = {}
    for key, document in documents.items():
        for tag in Keyword().check(document.get("tags", [])):
            found["tags"].setdefault(tag.encode()[:1024].decode("utf-8", "replace"), set()).add(key)
    epoch = parse_date("1970-01-01")
    moments = {key: parse_date(document["date"]) - epoch for key, document in documents.items() if "date" in document}
    found["date"] = {key: (moment.days * 86_400 + moment.seconds) * 10**6 for key, moment in moments.items()}
    found["price"] = {key: float(document["price"]) for key, document in documents.items() if "price" in document}
    return found


QUERIES = (
    "kitab", "neft yol", '"kitab neft"', '"neft Bakı şəhər"', "kitab -neft", "title:neft", "kita*", "tags:a", "id:İd",
    "date:2022", "-kitab", "kitab neft yol Bakı 2022", "tags:ə kitab", '"kitab kitab"', "tags:b yol", "qaz date:2022",
)  # fmt: skip


def hits(snapshot: Any, query: str, limit: int = 1000) -> tuple[int, list[tuple[str, float]]]:
    parsed = parse(query, SCHEMA, Analyzer.shared())
    found = snapshot.search(parsed, View(limit), Ranking.plain())
    return found.total, [(str(match.fields["id"]), match.score) for match in found.matches]


def all_hits(snapshot: Any) -> dict[str, dict[str, Any]]:
    """For each query what is found with its score; also that fewer hits are the first of all."""
    found = {}
    for query in QUERIES:
        total, everything = hits(snapshot, query)
        assert total == len(everything) == len(dict(everything))
        assert sorted((score for _, score in everything), reverse=True) == [score for _, score in everything]
        for limit in (0, 1, 3):
            assert (total, everything[:limit]) == hits(snapshot, query, limit), (query, limit)
        found[query] = {key: pytest.approx(score, rel=1e-9) for key, score in everything}
    return found


# ---------------------------------------------------------------- the tests

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(changes, st.integers(1, 5), st.sampled_from((0, 20_000)))
def test_every_way_in_gives_the_same(tmp_path_factory: FOLDER, changes: Changes, each: int, budget: int) -> None:
    folder = tmp_path_factory.mktemp("ways")
    documents = final(changes)
    plain = searchkit.create(folder / "plain", SCHEMA)
    write(plain, list(documents.items()))
    expected = expected_content(documents)
    scores = all_hits(merged(plain, folder))
    for way, each_, budget_ in (("one", 10**9, None), ("many", each, None), ("runs", 10**9, budget)):
        with small_parts(budget_):
            index = searchkit.create(folder / way, SCHEMA)
            write(index, changes, each_)
            found = all_hits(index._current_snapshot())
            (folder / f"merged {way}").mkdir()
            snapshot = merged(index, folder / f"merged {way}")
            assert scores == all_hits(snapshot), way
            assert len(documents) == len(index) == len(snapshot)
            for query, hits_ in scores.items():
                assert set(hits_) == set(found[query]), (way, query)
            for segment in snapshot.segments:
                assert expected == content(segment), way
            for key in KEYS:
                assert documents.get(key) == index.get(key)


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(changes, st.sampled_from((0, None)))
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # which has no threads of Python's
def test_several_processes_give_the_same(tmp_path_factory: FOLDER, changes: Changes, budget: int | None) -> None:
    folder = tmp_path_factory.mktemp("jobs")
    documents = final(changes)
    index = searchkit.create(folder / "index", SCHEMA)
    with small_parts(budget):
        write(index, changes[: len(changes) // 2])
        write(index, changes[len(changes) // 2 :], jobs=2)
        snapshot = merged(index, folder)
        assert len(documents) == len(index) == len(snapshot)
        for segment in snapshot.segments:
            assert expected_content(documents) == content(segment)


def test_runs_go_by_way_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "BUDGET", 100_000)
    index = searchkit.create(tmp_path / "index")
    seen = set()
    with index.writer(progress=lambda _: seen.add(len([*(tmp_path / "index/segments").glob("*.seg")]))) as writer:
        for number in range(3000):
            writer.add({"id": str(number % 2000), "body": f"kitab söz{number} neft"})
    assert {0, 1, 2, 3} <= seen
    assert 1 == len([*(tmp_path / "index/segments").iterdir()])
    assert 2000 == len(index) == index.search("kitab").total
    assert 0 == index.search("söz7").total
    assert ["7"] == [hit.id for hit in index.search("söz2007")]


def test_merging_keeps_segments_few(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    for number in range(100):
        with index.writer() as writer:
            writer.add({"id": str(number), "body": f"kitab söz{number}"})
            writer.delete(str(number - 50))
    snapshot = index._current_snapshot()
    assert isinstance(snapshot, ColumnSnapshot)
    assert len(snapshot.segments) <= 6
    assert sum(segment.documents for segment in snapshot.segments) <= 100
    assert sorted(map(str, range(50, 100))) == sorted(hit.id for hit in index.search("kitab", limit=100))


def test_ids_with_one_hash_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (segment_module, builder, transaction):
        monkeypatch.setattr(module, "id_hash", lambda key: 7)
    index = searchkit.create(tmp_path / "index")
    for key in ("1", "2", "3", "2", "4", "5", "6", "7"):
        with index.writer() as writer:
            writer.add({"id": key, "body": f"kitab söz{key}"})
    with index.writer() as writer:
        writer.delete("3")
        writer.delete("8")
    assert ["1", "2", "4", "5", "6", "7"] == sorted(hit.id for hit in index.search("kitab"))
    assert [True, False, False] == [key in index for key in ("7", "3", "8")]
