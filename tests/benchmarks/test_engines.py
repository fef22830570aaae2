"""The benchmark of engines: its collection is the same everywhere, and it runs from end to end. No time is judged."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
import ujson
from click.testing import CliRunner, Result

from azanalyzer import Analyzer, lower
from benchmarks.collection import adopt, generate, read, write
from benchmarks.engines import engines
from benchmarks.measure import percentile
from benchmarks.queries import KINDS, make


@pytest.fixture(scope="module")
def documents() -> list[dict[str, str]]:
    return list(generate(300))


@pytest.fixture(scope="module")
def words(documents: list[dict[str, str]]) -> list[str]:
    return [word for document in documents for word in re.findall(r"\w+", document["body"])]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(engines, list(map(str, arguments)))


def test_the_collection_is_the_same_each_time(documents: list[dict[str, str]]) -> None:
    assert list(generate(300)) == documents


def test_a_larger_collection_begins_like_a_smaller_one(documents: list[dict[str, str]]) -> None:
    assert list(islice(generate(2_001), 300)) == documents


def test_another_seed_gives_another_collection(documents: list[dict[str, str]]) -> None:
    assert list(generate(1, seed=1)) != documents[:1]


def test_what_a_document_has(documents: list[dict[str, str]]) -> None:
    assert len({document["id"] for document in documents}) == len(documents)
    for document in documents:
        assert set(document) == {"id", "title", "body", "date", "section"}
        assert 5 <= len(document["title"].split()) <= 9
        assert document["title"][0] == document["title"][0].upper()
        assert date.fromisoformat(document["date"]).year >= 2000
        assert all(document.values())
    mean = sum(len(document["body"].split()) for document in documents) / len(documents)
    assert 235 < mean < 265


def test_bodies_are_sentences(documents: list[dict[str, str]]) -> None:
    for document in documents[:50]:
        sentences = re.split(r"(?<=[.?]) ", document["body"])
        assert len(sentences) > 3
        for sentence in sentences:
            assert not sentence[0].islower(), sentence
            assert sentence[-1] in ".?", sentence


def test_words_are_as_frequent_as_in_real_text(words: list[str]) -> None:
    counts = Counter(word.lower() for word in words)
    assert 0.25 < sum(count for _, count in counts.most_common(100)) / len(words) < 0.45
    assert 0.12 < len(counts) / len(words) < 0.3, "75,000 words of real text have some 12,000 distinct ones"


def test_the_analyzer_has_something_to_read(words: list[str]) -> None:
    analyzer = Analyzer.shared()
    forms = sorted({word for word in words if word.islower()})[::10]
    read_from = Counter(analyzer.explain(form).best.source for form in forms)
    assert read_from["lexicon"] / len(forms) > 0.9
    suffixed = sum(bool(analyzer.explain(form).best.suffixes) for form in forms)
    assert suffixed / len(forms) > 0.45


def test_queries_have_the_words_of_the_collection(tmp_path: Path, documents: list[dict[str, str]]) -> None:
    path = tmp_path / "az.jsonl"
    write(path, documents)
    queries = make(path, 20)
    assert queries == make(path, 20)
    assert list(queries) == list(KINDS)
    assert {kind: len(set(asked)) for kind, asked in queries.items()} == dict.fromkeys(KINDS, 20)
    text = lower(" ".join(document["body"] for document in documents))
    for kind in ("rare", "common", "phrase", "prefix"):
        assert all(query in text for query in queries[kind]), kind
    assert {len(query.split()) for query in queries["or5"]} == {5}
    for query in queries["and3"]:
        assert any(all(word in lower(document["body"]) for word in query.split()) for document in documents), query


def test_a_file_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"id": 7, "title": "Nar", "body": "Nar şirəsi.", "date": "2024-05-03", "pages": 3}\n', "utf-8")
    assert list(adopt(path)) == [{"id": "7", "title": "Nar", "body": "Nar şirəsi.", "date": "2024-05-03"}]
    write(tmp_path / "copy.jsonl", adopt(path))
    assert list(read(tmp_path / "copy.jsonl")) == list(adopt(path))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "1", "title": "Nar"}', "has no field 'body'"),
        ("nar", "is no JSON object"),
        ("[1]", "is no JSON object"),
    ],
)
def test_a_broken_file_from_elsewhere(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"id": "1", "title": "Nar", "body": "Nar."}\n' + line + "\n", "utf-8")
    result = run("--jsonl", path, "--engines", "fts5")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"Error: {path}, line 2: {problem}; a document needs id, title and body"


def test_from_end_to_end(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    options = (
        "--documents",
        200,
        "--engines",
        "searchkit,fts5",
        "--queries",
        3,
        "--repeat",
        1,
        "--work",
        tmp_path / "work",
    )
    result = run(*options, "--out", page)
    assert result.exit_code == 0, result.output
    assert "## 200 documents" in result.stdout
    for table in result.stdout.split("\n\n"):
        rows = [line.count("|") for line in table.splitlines() if line.startswith("|")]
        assert len(set(rows)) <= 1, table
    assert len(re.findall(r"^\| searchkit \|", result.stdout, re.MULTILINE)) == 4
    assert len(re.findall(r"^\| SQLite FTS5 \|", result.stdout, re.MULTILINE)) == 4
    assert "`searchkit query` takes" in result.stdout
    assert result.stdout.strip() in page.read_text("utf-8")
    for plot in re.findall(r"!\[.*?\]\((.*?)\)", page.read_text("utf-8")):
        assert (tmp_path / plot).read_text("utf-8").startswith("<svg")
    figures = ujson.loads((tmp_path / "work" / "az-200.figures.json").read_text("utf-8"))
    assert all(build["memory"] > 1e7 for builds in figures["builds"].values() for build in builds.values())
    assert figures["nothing"] == {}
    assert not (tmp_path / "work" / "az-200.indexes").exists()

    again = run(*options, "--resume")
    assert again.stdout == result.stdout


def test_wrong_usage(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text("", "utf-8")
    assert "there is no engine 'solr'; --engines takes searchkit, " in run("--engines", "solr").stderr
    assert "give --documents or --jsonl, not both" in run("--jsonl", own, "--documents", 200).stderr
    assert "--resume needs the folder of an earlier run, --work" in run("--resume").stderr
    assert "there are not enough words in it" in run("--jsonl", own, "--engines", "fts5").stderr


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95)) == (50.0, 95.0)
    assert percentile([3.0], 0.95) == 3.0
