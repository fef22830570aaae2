# ruff: noqa: SIM300
"""The commands that search, show how a text is read, or tell figures."""

from __future__ import annotations

import gc
import json
import re
from pathlib import Path

import pytest

import azanalyzer
import searchkit
from tests.searchkit.commands.folder import Make, Run


def test_query(run: Run, indexed: Path) -> None:
    code, out, err = run("query", "kitabxana sərgilər", "--index", indexed)
    score = searchkit.open(indexed).search("kitabxana sərgilər")[0].score
    assert 0 == code
    assert (
        f"1. Kitab sərgisi  [a.txt, {score:.2f}]\n   Gəncədə kitabların sərgisi açıldı. Axşam işıqlar yandı.\n"
    ) == out
    assert re.fullmatch(r"1 document found in \d+\.\d ms\n", err)


def test_query_in_the_full_syntax(run: Run, indexed: Path) -> None:
    def found(query: str, *options: str) -> list[str]:
        return [
            hit["id"] for hit in json.loads(run("query", query, "--index", indexed, "--json", *options).out)["hits"]
        ]

    assert ["a.txt", "b.md"] == sorted(found("sərgi OR neft", "--syntax", "full", "--match", "all"))
    assert [] == found("sərgi AND neft", "--syntax", "full")
    assert ["b.md"] == found("(qaz OR sərgi) -date:2022 -title:kitab", "--syntax", "full")
    assert (
        1,
        "",
        "searchkit: expected a word, a phrase, a field or ( after AND, not the end of the query\n"
        "    neft AND\n            ^\n"
        "without --syntax full every text can be searched for\n",
    ) == run("query", "neft AND", "--index", indexed, "--syntax", "full")


def test_query_in_some_fields(run: Run, indexed: Path) -> None:
    def found(*options: str) -> dict[str, float]:
        hits = json.loads(run("query", "kitab qaz", "--index", indexed, "--json", *options).out)["hits"]
        return {hit["id"]: hit["score"] for hit in hits}

    assert {"a.txt", "b.md", "c-1"} == set(found())
    assert {"a.txt", "c-1"} == set(found("--field", "title"))
    assert found("--field", "title", "--field", "body") == found()
    assert found("--field", "title*2", "--field", "body")["a.txt"] > found()["a.txt"]
    code, _, err = run("query", "kitab", "--index", indexed, "--field", "title*two")
    assert 2 == code
    assert "'title*two': what a field counts is a number, as in title*2" in err
    code, _, err = run("query", "kitab", "--index", indexed, "--field", "date")
    assert (1, "searchkit: fields takes names of text fields (title, body), not 'date'\n") == (code, err)


def test_query_json_is_what_the_library_gives(run: Run, indexed: Path) -> None:
    code, out, err = run("query", "qaz date:2022", "--index", indexed, "--json")
    assert (0, "", 1) == (code, err, out.count("\n"))
    actual = json.loads(out)
    assert ["query", "total", "took_ms", "suggestion", "hits"] == list(actual)
    expected = searchkit.open(indexed).search("qaz date:2022").to_dict()
    assert {**expected, "took_ms": actual["took_ms"]} == actual
    assert "Qaz" in out  # letters as they are, not as escapes
    assert {"html": "<mark>Qaz</mark> kəməri", "text": "Qaz kəməri"} == actual["hits"][0]["snippets"]["body"]


def test_limit_offset_and_match(run: Run, indexed: Path) -> None:
    def found(*options: str) -> tuple[int, list[str]]:
        results = json.loads(run("query", "neft qaz", "--index", indexed, "--json", *options).out)
        return results["total"], [hit["id"] for hit in results["hits"]]

    assert (2, ["b.md", "c-1"]) == found()
    assert (2, ["b.md"]) == found("--limit", "1")
    assert (2, ["c-1"]) == found("--limit", "1", "--offset", "1")
    assert (2, []) == found("--offset", "5")
    assert (2, []) == found("--limit", "0")
    assert (1, ["b.md"]) == found("--match", "all")


def test_nothing_found(run: Run, indexed: Path) -> None:
    code, out, err = run("query", "nosuchword", "--index", indexed)
    assert (0, "nothing found\n") == (code, out)
    assert err.startswith("0 documents found in ")
    assert "nothing found\ndid you mean: sərgi\n" == run("query", "sərgy", "--index", indexed).out.replace(
        "sərgisi", "sərgi"
    )
    assert "no more hits\n" == run("query", "neft", "--index", indexed, "--offset", "10").out


@pytest.mark.parametrize("query", ["-neft", "-neft kitab", '-"neft və qaz"', "-həyat", "-n", "--", "-"])
def test_a_query_may_begin_with_a_hyphen(query: str, run: Run, indexed: Path) -> None:
    expected = searchkit.open(indexed).search(query).to_dict()
    arguments = ["--", query] if query in ("--", "-n") else [query]
    code, out, _ = run("query", "--index", indexed, "--json", *arguments)
    assert 0 == code
    assert {**expected, "took_ms": 0} == {**json.loads(out), "took_ms": 0}
    if len(arguments) == 1:
        code, out, _ = run("query", query, "--index", indexed, "--json")
        assert {**expected, "took_ms": 0} == {**json.loads(out), "took_ms": 0}


def test_explain(run: Run, indexed: Path) -> None:
    code, out, _ = run("query", "kitablardan 2022-ci", "--index", indexed, "--explain")
    assert 0 == code
    assert out.startswith(f"{azanalyzer.Analyzer.shared().explain('kitablardan')}\n2022-ci -> 2022\n  number\n")
    assert "1. Kitab sərgisi  [a.txt, " in out
    assert f"   {searchkit.open(indexed).search('kitablardan 2022-ci')[0].explain()}".splitlines()[-1] in out
    code, out, _ = run("query", "kitablardan 2022-ci", "--index", indexed, "--explain", "--json")
    hit = json.loads(out)["hits"][0]
    assert (0, "hit 1, a.txt") == (code, hit["explain"]["label"])
    assert sum(child["score"] or 0 for child in hit["explain"]["children"]) == pytest.approx(hit["score"], abs=1e-5)


@pytest.mark.parametrize(
    ("query", "syntax", "words"),
    [
        ('(kitab OR "dəniz neft"~2) NOT qaz^2', "full", ["kitab", "dəniz", "neft", "qaz"]),
        ("title:[a TO k] title:kitab date:2022 k?tab neft~ VƏ YA qaz DEYİL", "full", ["kitab", "neft", "qaz"]),
        ('title:kitab dən* OR "a OR b" date:2022 kitab:1', "simple", ["kitab", "a", "or", "b", "kitab", "1"]),
    ],
)
def test_explain_takes_no_operator_for_a_word(
    query: str, syntax: str, words: list[str], run: Run, make_index: Make
) -> None:
    index = make_index([{"id": "1", "title": "kitab", "body": "dəniz", "date": "2022-01-01"}])
    out = run("query", query, "--index", index.path, "--syntax", syntax, "--explain").out
    read = [line.partition(" -> ")[0].lower() for line in out.splitlines() if " -> " in line and line[0] != " "]
    assert words == read


def test_explain_says_what_was_asked_for(run: Run, make_index: Make) -> None:
    index = make_index(["Şəki ipəyi", "Ön sıra"]).path
    out = run("query", "Shekide on", "--index", index, "--explain").out
    assert out.startswith("Shekide -> şəki\n  şəki (proper name)\n  why: typed without Azerbaijani letters")
    assert "\n  stands for: on, ön\n" in out
    assert "read as şəki (proper name), typed without Azerbaijani letters" in out


def test_query_with_synonyms(run: Run, make_index: Make, tmp_path: Path) -> None:
    index = make_index(["Ağıllı telefon"]).path
    (tmp_path / "own.txt").write_text("smartfon = ağıllı telefon", "utf-8")
    assert "nothing found" in run("query", "smartfon", "--index", index).out
    assert "Ağıllı telefon" in run("query", "smartfon", "--index", index, "--synonyms", tmp_path / "own.txt").out


@pytest.mark.parametrize(
    ("document", "fields", "title", "passage"),
    [
        ({"name": "Köhnə liman", "short": "Roman.", "about": "Gəncin həyatı."}, 3, "Köhnə liman", "Gəncin həyatı."),
        ({"text": "Gəncin həyatı."}, 1, "b1", "Gəncin həyatı."),  # what is alone is no title
        ({"text": "Gəncin həyatı. " * 20, "note": "Qeyd."}, 2, "b1", "Gəncin həyatı. Gəncin"),  # nor what is long
        ({"text": "Gəncin həyatı.", "title": "Roman"}, 1, "Roman", "Gəncin həyatı."),  # it is only stored
    ],
)
def test_hits_of_other_fields_than_the_usual_ones(
    document: dict[str, str], fields: int, title: str, passage: str, run: Run, tmp_path: Path
) -> None:
    kinds = [searchkit.Text()] * fields + [searchkit.Stored()] * (len(document) - fields)
    schema = searchkit.Schema(**dict(zip(document, kinds, strict=True)))
    with searchkit.create(tmp_path / "b.index", schema).writer() as writer:
        writer.add({"id": "b1", **document})
    out = run("query", "gənc", "--index", tmp_path / "b.index").out
    assert re.match(rf"1\. {title}  \[b1, [\d.]+\]\n   {re.escape(passage)}", out)


def test_a_title_of_several_values(run: Run, make_index: Make) -> None:
    index = make_index([{"id": "1", "title": ["Kitab\nsərgisi", "Yeni kitablar"], "body": "Sərgi açıldı."}])
    assert "1. Kitab sərgisi Yeni kitablar  [1, " in run("query", "kitab", "--index", index.path).out


def test_a_query_that_cannot_be_read(run: Run, indexed: Path) -> None:
    assert (1, "", "searchkit: the query has more than 256 words; shorten it\n") == run(
        "query", "neft " * 257, "--index", indexed
    )


@pytest.mark.parametrize("command", [["query", "kitab", "--index"], ["stats"]])
def test_a_wrong_index(command: list[str], run: Run, articles: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", articles):
        assert (
            1,
            "",
            f"searchkit: {path}: there is no searchkit index here; "
            "check the path, or make one with `searchkit index`\n",
        ) == run(*command, path)
    assert (
        1,
        "",
        f"searchkit: {articles}/a.txt: an index is a folder, and this is a file; check the path\n",
    ) == run(*command, articles / "a.txt")


def test_documents_do_not_steer_the_terminal(run: Run, make_index: Make) -> None:
    index = make_index([{"id": "i\x1b[2J\n", "title": "T\x1b]0;x\x07\r\nU\u202e", "body": "kitab\x1b[31m\x9b\u202e"}])
    code, out, _ = run("query", "kitab", "--index", index.path)
    assert 0 == code
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    assert 2 == out.count("\n")


def test_analyze(run: Run) -> None:
    assert (
        0,
        "0\t0-9\tacronym\tAZƏRTAC-a\tazərtac\n1\t10-25\tword\tkitablarımızdan\tkitab\n",
        "",
    ) == run("analyze", "AZƏRTAC-a kitablarımızdan")


def test_analyze_json(run: Run) -> None:
    code, out, err = run("analyze", "Kitablar 2022-ci", "--json")
    assert (0, "") == (code, err)
    expected = {
        "tokens": [
            {"text": "Kitablar", "term": "kitab", "start": 0, "end": 8, "position": 0, "kind": "word"},
            {"text": "2022-ci", "term": "2022", "start": 9, "end": 16, "position": 1, "kind": "number"},
        ]
    }
    assert expected == json.loads(out)
    assert ["text", "term", "start", "end", "position", "kind"] == list(json.loads(out)["tokens"][0])


@pytest.mark.parametrize(
    ("data", "terms"),
    [
        ("Kitablar işıqda\n".encode(), ["kitab", "işıq"]),
        ("Kitablar işıqda\n".encode("utf-16"), ["kitab", "işıq"]),
        ("işıq\n".encode("windows-1254"), ["işıq"]),
        (b"", []),
    ],
)
def test_analyze_standard_input(data: bytes, terms: list[str], finish: Run) -> None:
    done = finish("analyze", "-", "--json", encoding=None, input=data)
    assert (0, b"") == (done.code, done.err)
    assert terms == [token["term"] for token in json.loads(done.out)["tokens"]]


def test_analyze_what_is_no_text(finish: Run) -> None:
    done = finish("analyze", "-", encoding=None, input=b"\x00\x01\x02\xff" * 100)
    assert (1, b"") == (done.code, done.out)
    assert re.fullmatch(rb"searchkit: <stdin>: looks like a binary file; .*\n", done.err)


def test_analyze_explain(run: Run) -> None:
    expected = f"{azanalyzer.Analyzer.shared().explain('oğluna')}\n"
    assert (0, expected, "") == run("analyze", "oğluna", "--explain")


def test_analyze_explains_suffixes_set_apart(run: Run) -> None:
    code, out, _ = run("analyze", "Bakı'da #Qarabağ-da Kasım-Jomart", "--explain")
    assert code == 0
    assert "Bakı'da -> bakı\n  bakı (proper name) + da (locative); " in out
    assert "#Qarabağ-da -> qarabağ\n  qarabağ (proper name) + da (locative); " in out
    assert "Kasım-Jomart -> kasım-jomart\n  word\n" in out  # its parts are explained behind it


def test_analyze_explain_json(run: Run) -> None:
    code, out, _ = run("analyze", "oğluna 2022", "--explain", "--json")
    word, number = json.loads(out)["tokens"]
    expected = {
        "term": "oğul",
        "base": "oğul",
        "root": "oğul",
        "pos": "noun",
        "suffixes": [{"name": "poss.3", "surface": "u"}, {"name": "dative", "surface": "na"}],
        "cost": pytest.approx(word["explain"]["readings"][0]["cost"]),
        "source": "lexicon",
    }
    read = azanalyzer.Analyzer.shared().explain("oğluna")
    assert (0, read.word, read.why) == (code, word["explain"]["word"], word["explain"]["why"])
    assert expected == word["explain"]["readings"][0]
    assert ("oğul", "2022", None) == (word["term"], number["term"], number["explain"])
    assert "explain" not in json.loads(run("analyze", "oğluna", "--json").out)["tokens"][0]


def test_stats(run: Run, indexed: Path) -> None:
    figures = searchkit.open(indexed).stats()
    analyzer = f"azanalyzer {azanalyzer.VERSION}, lexicon {azanalyzer.data_checksum()}"
    code, out, err = run("stats", indexed)
    assert (0, "") == (code, err)
    assert (
        f"documents   3\nsize        {figures.size / 1e6:.1f} MB in {figures.files} files\ngeneration  g000001\n"
        f"format      7\nanalyzer    {analyzer}\nprogram     format 7, {analyzer}\n"
        "fields      id (keyword), title (text), body (text), date (date), url (stored), source (keyword)\n"
    ) == out


def test_stats_json(run: Run, indexed: Path) -> None:
    code, out, err = run("stats", indexed, "--json")
    assert (0, "") == (code, err)
    assert searchkit.open(indexed).stats()._asdict() == json.loads(out)


def test_stats_warns_of_several_distributions_of_whoosh(
    run: Run, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, version in (("Whoosh", "2.7.4"), ("Whoosh_Reloaded", "2.7.5")):
        folder = tmp_path / "site" / f"{name}-{version}.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    code, out, err = run("stats", indexed)
    assert code == 0
    assert out.startswith("documents   3\n")
    assert "Whoosh-Reloaded 2.7.5 and Whoosh 2.7.4 are installed, which overwrite each other's files" in err
    assert "pip install whoosh3" in err


def test_the_collector_works_again_after_a_query(run: Run, indexed: Path) -> None:
    assert 0 == run("query", "kitab", "--index", indexed).code
    assert gc.isenabled()
