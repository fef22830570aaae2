"""An index of searchkit opened with Whoosh: whatever Whoosh can do for readers works."""

from __future__ import annotations

import datetime
import gc
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import query as wq
from whoosh import sorting
from whoosh.fields import KEYWORD
from whoosh.index import FileIndex, open_dir
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.query import spans
from whoosh.searching import Searcher

import searchkit
from searchkit import Date, Keyword, Number, QueryError, ReadOnlyError, Stored, Text
from searchkit.engine.collection import Collection
from searchkit.engine.column_backend import ColumnSnapshot
from searchkit.engine.segment import Segment
from searchkit.engine.whoosh_codec import ColumnCodec
from tests.searchkit.engine.stock import Whoosh, matches

SCHEMA = searchkit.Schema(title=Text(), body=Text(), tags=Keyword(), date=Date(), pages=Number(), note=Stored())
DOCUMENTS = [
    {"id": "a", "title": "Kitab", "body": "Köhnə kitablarımız rəfdə qalıb", "tags": ["Ev", "rəf"], "pages": 120},
    {"id": "b", "title": "Neft", "body": "Neft dənizdən çıxarılır, kitabda yazılıb", "tags": "iş", "pages": 7.5},
    {"id": "c", "title": "Dəniz", "body": "Dənizin suyu soyuq idi", "tags": ["iş", "ev"], "date": "2022-08-24"},
    {"id": "d", "title": "Köhnə ev", "body": "Evin qapısı köhnə kitabla bağlanıb", "pages": -3, "date": "1969-01-02"},
    {"id": "e", "title": "Yol", "body": "Yollar uzundur", "tags": "yol", "date": "0001-01-01", "note": {"x": [1]}},
    {"id": "f", "title": "Silinən", "body": "Bu kitab silinir", "tags": "ev", "pages": 1, "date": "2000-01-01"},
    {"id": "g", "title": "Dəyişən", "body": "Bu kitab dəyişir", "tags": "ev", "pages": 2},
    {"id": "g", "title": "Dəyişən", "body": "Bu yol dəyişib", "tags": "ev", "pages": 3, "date": "2022-08-25"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of four segments in which documents are deleted and replaced."""
    folder = tmp_path_factory.mktemp("api") / "index"
    index = searchkit.create(folder, SCHEMA)
    for few in (DOCUMENTS[:3], DOCUMENTS[3:6], DOCUMENTS[6:7], DOCUMENTS[7:]):
        with index.writer() as writer:
            for document in few:
                writer.add(document)
    with index.writer() as writer:
        writer.delete("f")
    assert index.stats().documents == 6
    return folder


@pytest.fixture
def opened(folder: Path) -> FileIndex:
    return open_dir(str(folder))


@pytest.fixture
def searcher(opened: FileIndex) -> Iterator[Searcher]:
    with opened.searcher() as searcher:
        yield searcher


def ids(results: Any) -> list[str]:
    return [hit["id"] for hit in results]


# ---------------------------------------------------------------- reading


def test_figures(opened: FileIndex, searcher: Searcher) -> None:
    assert 6 == opened.doc_count() == searcher.doc_count()
    assert opened.doc_count_all() == 7
    assert {"id", "title", "body", "tags", "date", "pages", "note"} == set(opened.schema.names())
    assert {"id", "title", "body", "tags", "date", "pages"} == set(searcher.reader().indexed_field_names())
    assert not opened.is_empty()
    assert opened.latest_generation() == 6


def test_stored_fields(searcher: Searcher) -> None:
    assert DOCUMENTS[4] == searcher.document(id="e")
    assert DOCUMENTS[7] == searcher.document(id="g")
    assert searcher.document(id="f") is None
    assert {"a", "b", "c", "d", "e", "g"} == {document["id"] for document in searcher.documents()}
    assert sorted(document["id"] for document in searcher.documents(tags="iş")) == ["b", "c"]


def test_a_number_that_no_document_has(searcher: Searcher) -> None:
    for one in (searcher, *(leaf for leaf, _ in searcher.leaf_searchers())):
        with pytest.raises(IndexError, match=r"\.seg: there is no document \d"):
            one.stored_fields(one.doc_count_all())


def test_ids_are_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents of a large index are not read for the one that is wanted."""
    index = searchkit.create(tmp_path / "index", SCHEMA)
    long = "uzun" * 500
    with index.writer() as writer:
        for key in (long, *map(str, range(1000))):
            writer.add({"id": key, "body": "kitab"})
    with index.writer() as writer:
        writer.delete("7")
    read = []
    key_of = Segment.key

    def key(segment: Segment, doc: int) -> str:
        read.append(doc)
        return key_of(segment, doc)

    monkeypatch.setattr(Segment, "key", key)
    with index.whoosh().searcher() as searcher:
        assert searcher.document(id="998") == {"id": "998", "body": "kitab"}
        assert searcher.document_number(id="998") == 999
        assert searcher.document(id=long)["body"] == "kitab"
        assert searcher.document(id="7") is None
        assert searcher.document(id="1000") is None
        assert searcher.reader().doc_frequency("id", "998") == 1
        assert searcher.reader().frequency("id", "1000") == searcher.reader().doc_frequency("id", "1000") == 0
        assert ids(searcher.search(wq.And([wq.Term("body", "kitab"), wq.Term("id", "5")]))) == ["5"]
        assert len(read) < 50
        assert ids(searcher.search(wq.Prefix("id", "uzun"))) == [long]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kitab", {"a", "b", "d"}),
        ("KİTABLARIMIZDAN", {"a", "b", "d"}),
        ("kitab AND neft", {"b"}),
        ("kitab NOT köhnə", {"b"}),
        ('"köhnə kitab"', {"a", "d"}),
        ('"neft kitab"~4', {"b"}),
        ("kit*", {"a", "b", "d"}),
        ("k?tab", {"a", "b", "d"}),
        ("title:köhnə", {"d"}),
        ("tags:EV", {"a", "c", "g"}),
        ("tags:[e TO f]", {"a", "c", "g"}),
        ("pages:7.5", {"b"}),
        ("pages:[-3 TO 8]", {"b", "d", "g"}),
        ("pages:{3 TO}", {"a", "b"}),
        ("date:20220824", {"c"}),
        ("date:2022", {"c", "g"}),
        ("date:[19690101 TO 2022]", {"c", "d", "g"}),
        ("id:a", {"a"}),
        ("id:[b TO d]", {"b", "c", "d"}),
        ("*:*", {"a", "b", "c", "d", "e", "g"}),
        ("tags:*", {"a", "b", "c", "e", "g"}),
        ("KİT*", {"a", "b", "d"}),
        ("kitabla*", set()),
        ("kitab^2 OR yol", {"a", "b", "d", "e", "g"}),
        ("silinir", set()),
    ],
)
def test_queries(typed: str, expected: set[str], searcher: Searcher, folder: Path) -> None:
    tree = QueryParser("body", searcher.schema).parse(typed)
    assert expected == set(ids(searcher.search(tree, limit=None)))
    snapshot = searchkit.open(folder)._current_snapshot()
    assert isinstance(snapshot, ColumnSnapshot)
    total, found = snapshot.search_tree(tree, 10)
    assert len(expected) == total
    assert expected == {snapshot.segments[place].key(doc) for _, place, doc in found}


def test_several_fields(searcher: Searcher) -> None:
    tree = MultifieldParser(["title", "body"], searcher.schema).parse("dəniz")
    assert ids(searcher.search(tree)) == ["c", "b"]


def test_pages_of_results(searcher: Searcher) -> None:
    assert ids(searcher.search_page(wq.Every(), 2, 3, sortedby="id"))[:1] == ["d"]


def test_sorting(searcher: Searcher) -> None:
    def order(by: Any, reverse: bool = False) -> str:
        return "".join(ids(searcher.search(wq.Every(), sortedby=by, reverse=reverse, limit=None)))

    assert order("id") == "abcdeg"
    assert order("id", reverse=True) == "gedcba"
    assert order("pages")[:4] == "dgba"  # those without come last
    assert order("date")[:4] == "edcg"
    assert order(sorting.FieldFacet("date", reverse=True))[:4] == "gcde"
    assert order(sorting.FieldFacet("pages", reverse=True))[:4] == "abgd"
    assert order([sorting.FieldFacet("pages", reverse=True), "id"]) == "abgdce"
    assert order("tags") == "dagbce"


@pytest.mark.parametrize("together", [True, False], ids=["one segment", "segments without values"])
def test_what_has_no_value_comes_last(together: bool, tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    documents: list[dict[str, Any]] = [{"id": "a", "pages": 3}, {"id": "b"}, {"id": "c", "pages": -1e300}]
    for few in [documents] if together else [[document] for document in documents]:
        with index.writer() as writer:
            for document in few:
                writer.add(document)
    with index.whoosh().searcher() as searcher:
        for reverse, expected in ((False, ["c", "a", "b"]), (True, ["a", "c", "b"])):
            facet = sorting.FieldFacet("pages", reverse=reverse)
            assert expected == ids(searcher.search(wq.Every(), sortedby=facet))


def test_facets(searcher: Searcher) -> None:
    tags = sorting.FieldFacet("tags", allow_overlap=True, maptype=sorting.Count)
    facets = sorting.Facets().add_facet("tags", tags).add_field("date").add_field("pages")
    results = searcher.search(wq.Every(), groupedby=facets)
    assert dict(results.groups("tags")) == {"ev": 3, "rəf": 1, "iş": 2, "yol": 1, None: 1}
    days = {day and day.date().isoformat(): len(numbers) for day, numbers in results.groups("date").items()}
    assert days == {None: 2, "2022-08-24": 1, "1969-01-02": 1, "0001-01-01": 1, "2022-08-25": 1}
    assert {number: len(numbers) for number, numbers in results.groups("pages").items()} == {
        120.0: 1,
        7.5: 1,
        -3.0: 1,
        3.0: 1,
        None: 2,
    }
    years = sorting.DateRangeFacet(
        "date", datetime.datetime(2000, 1, 1), datetime.datetime(2030, 1, 1), datetime.timedelta(days=3653)
    )
    groups = searcher.search(wq.Every("date"), groupedby={"years": years}).groups("years")
    assert sorted(map(len, groups.values())) == [2, 2]


def test_highlights(searcher: Searcher) -> None:
    results = searcher.search(QueryParser("body", searcher.schema).parse("kitab"))
    marked = {hit["id"]: hit.highlights("body") for hit in results}
    assert marked["a"] == 'Köhnə <b class="match term0">kitablarımız</b> rəfdə qalıb'
    assert "kitabla</b>" in marked["d"]


def test_matched_terms(searcher: Searcher) -> None:
    tree = QueryParser("body", searcher.schema).parse("kitab OR neft")
    found = {hit["id"]: hit.matched_terms() for hit in searcher.search(tree, terms=True)}
    assert {("body", b"kitab"), ("body", b"neft")} == set(found["b"])
    assert {("body", b"kitab")} == set(found["a"])


def test_suggestions(searcher: Searcher) -> None:
    assert searcher.suggest("body", "kitb")[0] == "kitab"
    assert searcher.suggest("body", "ktiab", maxdist=1)[0] == "kitab"
    parsed = QueryParser("body", searcher.schema).parse("kitb neft")
    assert searcher.correct_query(parsed, "kitb neft").string == "kitab neft"


def test_key_terms_and_similar_documents(searcher: Searcher) -> None:
    number = searcher.document_number(id="a")
    assert "kitab" in dict(searcher.key_terms([number], "body", numterms=10))
    assert "d" in ids(searcher.more_like(number, "body"))


def test_terms(searcher: Searcher) -> None:
    reader = searcher.reader()
    assert b"kitab" in set(reader.lexicon("body"))
    assert list(reader.expand_prefix("body", "kita")) == [b"kitab"]
    assert reader.doc_frequency("body", "kitab") == 4  # those of deleted documents too, until they are merged
    assert list(reader.field_terms("pages")) == [-3.0, 1.0, 3.0, 7.5, 120.0]
    assert datetime.datetime(1, 1, 1) == next(iter(reader.field_terms("date")))
    assert [*"abcdefg"] == list(reader.field_terms("id"))
    assert reader.doc_frequency("body", "yoxdur") == 0
    assert reader.most_frequent_terms("body", 1) == [(4.0, b"kitab")]


def test_terms_that_are_cut_off_within_a_letter(tmp_path: Path) -> None:
    long = "y" + "ı" * 600  # of which a term has the first 1,024 bytes
    index = searchkit.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "1", "body": f"{long} kitab", "tags": [long, "ev"]})
    with index.whoosh().searcher() as searcher:
        reader = searcher.reader()
        assert list(reader.field_terms("body")) == ["kitab", long[:512]]
        assert list(reader.field_terms("tags")) == ["ev", long[:512]]
        assert searcher.suggest("body", "kitb") == ["kitab"]
        assert ids(searcher.search(wq.Regex("tags", "y.*ı"))) == ["1"]
        facet = sorting.FieldFacet("tags", allow_overlap=True)
        assert dict(searcher.search(wq.Every(), groupedby=facet).groups("tags")) == {"ev": [0], long[:512]: [0]}


# ---------------------------------------------------------------- queries that have no plan


class Capitals(wq.Term):
    """A query of somebody else's that looks like a plain term."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return wq.Term(self.fieldname, self.text.lower()).matcher(searcher, context)


@pytest.mark.parametrize(
    "tree",
    [
        spans.SpanFirst(wq.Term("body", "köhnə")),
        spans.SpanNear2([wq.Term("body", "kitab"), wq.Term("body", "köhnə")], slop=2, ordered=False),
        spans.SpanOr([wq.Term("body", "kitab"), wq.Term("body", "neft")]),
        spans.SpanNear2([wq.Prefix("body", "köh"), wq.Prefix("body", "kit")]),
        wq.Or([wq.Term("body", "kitab"), wq.Term("body", "köhnə")], scale=0.9),
        wq.Regex("body", "k[iı]t.*"),
        wq.Variations("body", "kitab"),
        wq.Otherwise(wq.Term("body", "yoxdur"), wq.Term("body", "kitab")),
        wq.NestedParent(wq.Every("date"), wq.Term("body", "kitab")),
        wq.Prefix("id", "a"),
        wq.And([wq.Term("body", "kitab"), Capitals("body", "KÖHNƏ")]),
        wq.And([wq.Every(), wq.Not(wq.Regex("body", "k.*"))], boost=3),
    ],
    ids=lambda tree: type(tree).__name__,
)
def test_queries_without_a_plan(tree: wq.Query, folder: Path) -> None:
    snapshot = searchkit.open(folder)._current_snapshot()
    assert isinstance(snapshot, ColumnSnapshot)
    snapshot._collection = Collection(snapshot.segments, SCHEMA, whoosh_idf=True)
    stock = Whoosh(snapshot)
    expected = matches(stock.searcher, tree)
    total, found = snapshot.search_tree(tree, 100)
    assert len(expected) == total > 0
    assert [number for number, _ in expected] == [stock.number(place, doc) for _, place, doc in found]
    assert [score for score, _, _ in found] == pytest.approx([score for _, score in expected], rel=1e-6)
    assert found[:1] == snapshot.search_tree(tree, 1)[1]
    assert (total, []) == snapshot.search_tree(tree, 0)


def test_what_cannot_be_asked_is_an_error_of_searchkit(folder: Path) -> None:
    snapshot = searchkit.open(folder)._current_snapshot()
    with pytest.raises(QueryError, match="'tags' field has no positions"):
        snapshot.search_tree(wq.Phrase("tags", ["ev", "rəf"]), 10)  # type: ignore[attr-defined]


# ---------------------------------------------------------------- not writing


@pytest.mark.parametrize(
    "write",
    [
        lambda index: index.writer(),
        lambda index: index.writer(codec=ColumnCodec()),
        lambda index: index.delete_by_term("id", "1"),
        lambda index: index.optimize(),
        lambda index: index.add_field("x", KEYWORD),
    ],
)
def test_writing_with_whoosh_is_refused(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = searchkit.create(path, SCHEMA)
    with pytest.raises(ReadOnlyError, match=r"write with searchkit: Index\.writer\(\)"), warnings.catch_warnings():
        open_dir(str(path)).writer().commit()  # with no segment there is nothing to ask before
    gc.collect()  # older distributions leave the lock of a writer that failed to the garbage collection
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    before = sorted(path.rglob("*"))
    with pytest.raises(ReadOnlyError, match=r"write with searchkit: Index\.writer\(\)"):
        write(open_dir(str(path)))
    assert before == sorted(path.rglob("*"))
    assert searchkit.verify(path) == []
    assert open_dir(str(path)).doc_count() == 1


# ---------------------------------------------------------------- an index by Index.whoosh


def test_without_the_pickle(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    for contents in index.path.glob("_MAIN_*"):
        contents.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    opened = index.whoosh()
    query = QueryParser("body", opened.schema).parse("kitabın")
    searcher = opened.searcher()
    assert ids(searcher.search(query)) == ["1"]
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
    assert not searcher.up_to_date()
    with searcher.refresh() as newer:  # which closes the old one in some distributions
        assert ids(newer.search(query)) == ["1", "2"]
    assert (opened.doc_count(), opened.latest_generation(), opened.is_empty()) == (2, 3, False)
    assert opened.last_modified() > 0
    with pytest.raises(searchkit.ReadOnlyError):
        opened.writer()


def test_a_searcher_is_refreshed(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        for number in range(20):
            writer.add({"id": str(number), "body": "kitab"})
    opened = index.whoosh()
    searcher = opened.searcher()
    assert searcher.refresh() is searcher
    for key, found in (("20", 21), ("1", 21), ("21", 22)):
        with index.writer() as writer:
            writer.add({"id": key, "body": "kitab"})
        assert not searcher.up_to_date()
        searcher = searcher.refresh()
        assert searcher.up_to_date()
        assert found == searcher.doc_count()
        assert found == len({*ids(searcher.search(wq.Every(), limit=None))})
        assert found == len(searcher.search(wq.Term("body", "kitab"), limit=2))


def test_a_file_that_is_missing_is_an_error_of_searchkit(make_index: Callable[..., searchkit.Index]) -> None:
    path = make_index(["kitab"]).path
    [segment] = (path / "segments").glob("*.seg")
    segment.unlink()
    with pytest.raises(searchkit.CorruptIndexError, match="a file of the index is missing") as caught:
        searchkit.open(path).whoosh().searcher()
    assert segment == caught.value.path
