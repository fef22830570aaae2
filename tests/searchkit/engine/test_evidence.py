"""Evidence is the same whether documents are looked at one by one or all at once."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit import Date, Index, Ranking, Schema, Text
from searchkit.engine import evidence, postings_writer

WORDS = ("kitab", "kitablar", "kitabxana", "kitabxanaçı", "dəniz", "dənizin", "dənizçi", "neft", "və", "yol", "yollar")
QUERIES = (
    "kitab",
    "dəniz neft",
    "kitabxana və dənizçi",
    "deniz kitab yol",
    "neft neft neft",
    "yollar kitablar dənizin",
    "harada kitabxana və neft",
    "neft kit*",
    "dən* və yo*",
)


@pytest.fixture(scope="module", params=["lists", "rows", "parameters"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Two segments with deletions; some words stand more than 255 times in a document, and as far apart."""
    choose = random.Random(7)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "rows":
            patch.setattr(postings_writer, "_SMALLEST_DENSE", 1)
        schema = None
        if request.param == "parameters":
            schema = Schema(title=Text(boost=0.5, k1=0.7, b=0.2), body=Text(k1=2, b=1), date=Date())
        made = searchkit.create(Path(tmp_path_factory.mktemp("evidence") / "index"), schema)
        for part in range(2):
            with made.writer() as writer:
                for number in range(120):
                    title = " ".join(choose.choices(WORDS, k=choose.randrange(4)))
                    body = choose.choices(WORDS, k=choose.randrange(1, 40))
                    if number % 20 == 0:
                        body += ["neft"] * 300 + ["kitab", *["yol"] * 290, "dənizin"]
                    writer.add({"id": f"{part}-{number}", "title": title, "body": " ".join(body)})
                for number in range(0, 50, 7):
                    writer.delete(f"{part}-{number}")
        yield made


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "ranking",
    [Ranking(), Ranking(pairs=0, triples=0), Ranking(triples=0, base=0), Ranking(surface=0, early=0, depth=7)],
)
def test_few_documents_are_scored_as_many_are(
    index: Index, query: str, ranking: Ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for few in (0, 1 << 30):
        monkeypatch.setattr(evidence, "_FEW", few)
        found.append([(hit.id, hit.score) for hit in index.search(query, 20, ranking=ranking)])
    assert len(found[0]) == 20
    assert [score for _, score in found[1]] == pytest.approx([score for _, score in found[0]], rel=1e-12)


def test_evidence_does_not_depend_on_how_documents_are_cut_into_segments(tmp_path: Path) -> None:
    choose = random.Random(3)
    words = (*WORDS, "ac", "aç", "ada", "ad", "dənizçilik", "dənizsiz", "kitablı", "kitabça")
    documents = [{"id": str(n), "body": " ".join(choose.choices(words, k=choose.randrange(2, 30)))} for n in range(150)]
    found = []
    for parts in (1, 5):
        index = searchkit.create(tmp_path / str(parts))
        for part in range(parts):
            with index.writer() as writer:
                for document in documents[part * 150 // parts : (part + 1) * 150 // parts]:
                    writer.add(document)
        queries = (*QUERIES, "ac", "ada", "ad ac", "kitabça dənizsiz")
        found.append([{hit.id: hit.score for hit in index.search(query, 200)} for query in queries])
    assert found[1] == [pytest.approx(scores, rel=1e-9) for scores in found[0]]


def test_what_was_found_of_many_documents_is_not_kept_term_by_term(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    with index.writer() as writer:
        for number in range(3000):
            writer.add({"id": str(number), "body": f"kitab söz{number}", "source": "xəbər"})
    tracemalloc.start()
    try:
        sizes = []
        for number in range(400):
            index.search(f"kitab söz{number}", ranking=Ranking.plain(), group_by="source")
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[-1] - sizes[100] < 4_000_000  # 17 bytes a document and search would be 15 MB
