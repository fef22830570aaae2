# ruff: noqa: SIM300

from __future__ import annotations

import contextlib
import gzip
import json
import os
import pty
import re
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import azanalyzer
import searchkit
from searchkit import Ranking
from searchkit.cli import cli

Make = Callable[..., searchkit.Index]
Run = Callable[..., Any]
Start = Callable[..., subprocess.Popen[str]]

TEXTS = {
    "a.txt": "Kitab sərgisi\n\nGəncədə kitabların sərgisi açıldı. Axşam işıqlar yandı.",
    "b.md": "# Neft\n\nXəzər dənizində neft və qaz hasil olunur.",
    "deep/c.jsonl": '{"id": "c-1", "title": "Qaz", "body": "Qaz kəməri", "date": "2022-08-24", "source": "AZƏRTAC"}\n',
}
BAD_LINE = '{"id": "bad", "body": "kitab", "date": "dünən"}\n'


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three documents."""
    folder = tmp_path / "articles"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the index is to be."""
    return tmp_path / "index"


@pytest.fixture
def indexed(articles: Path, place: Path) -> Path:
    """The index of the three documents."""
    with searchkit.rebuild(place) as writer:
        writer.add({"id": "a.txt", "title": "Kitab sərgisi", "body": TEXTS["a.txt"].partition("\n\n")[2]})
        writer.add({"id": "b.md", "title": "Neft", "body": "Xəzər dənizində neft və qaz hasil olunur."})
        writer.add(json.loads(TEXTS["deep/c.jsonl"]))
    return place


def ids(place: Path, query: str = "-nosuchword") -> list[str]:
    return sorted(hit.id for hit in searchkit.open(place).search(query, limit=10_000))


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- help

CONTEXT = click.Context(cli)
SUBCOMMANDS = {name: cli.get_command(CONTEXT, name) for name in cli.list_commands(CONTEXT)}
COMMANDS = {"searchkit": cli, **{f"searchkit {name}": command for name, command in SUBCOMMANDS.items()}}


def what_help_lacks(name: str, command: click.Command) -> list[str]:
    """What somebody who asks a command for help would miss."""
    # As a part of the whole command line: click keeps the options for help with the command.
    group, arguments = (cli, name.split()[1:]) if command in COMMANDS.values() else (command, [])
    prog_name = "searchkit" if group is cli else name
    wide = {"terminal_width": 200, "max_content_width": 200}
    result = CliRunner().invoke(group, [*arguments, "--help"], prog_name=prog_name, **wide)
    lacks = [] if result.exit_code == 0 and result.output.startswith(f"Usage: {name} ") else ["usage"]
    examples = re.findall(rf"^  (?:\w.* \| )?({re.escape(name)} .*)$", result.output, re.MULTILINE)
    first, _, _ = (command.help or "").partition("\n")
    if not re.fullmatch(r"[A-Z].*\.", first.strip()):
        lacks.append("a sentence that says what it does")
    if not examples:
        lacks.append("an example")
    for example in examples:
        words = shlex.split(example)[1:]
        called = SUBCOMMANDS.get(words[0])
        try:
            assert called is not None
            with click.Context(cli, info_name="searchkit", **cli.context_settings) as parent:
                called.make_context(words[0], words[1:], parent=parent)
        except (AssertionError, click.UsageError) as error:
            lacks.append(f"a right example: {example}: {error}")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not re.fullmatch(r"[A-Z].*\.", parameter.help or "", re.DOTALL):
            lacks.append(f"help for {parameter.opts[-1]}")
    return lacks


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert [] == what_help_lacks(name, COMMANDS[name])


def test_help_that_lacks_something_is_noticed() -> None:
    @click.command()
    @click.option("--fast", is_flag=True)
    def bare() -> None:
        pass

    @click.command()
    def wrong() -> None:
        """Do it.

        \b
        searchkit query --nosuch
        """

    assert ["a sentence that says what it does", "an example", "help for --fast"] == what_help_lacks("bare", bare)
    assert ["a right example: searchkit query --nosuch: No such option '--nosuch'."] == [
        lack.replace("option: --nosuch", "option '--nosuch'.") for lack in what_help_lacks("searchkit query", wrong)
    ]


def test_the_commands_of_the_design_are_there() -> None:
    assert {"index", "query", "analyze", "stats"} <= set(SUBCOMMANDS)


def test_version(run: Run) -> None:
    assert (0, f"searchkit, version {searchkit.__version__}\n", "") == run("--version")


def test_without_arguments_it_shows_help(run: Run) -> None:
    code, out, err = run()
    assert 2 == code
    assert (out + err).startswith("Usage: searchkit ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuch"], "No such command 'nosuch'."),
        (["query", "kitab"], "Missing option '--index'."),
        (["query", "--index", "x"], "Missing argument 'TEXT'."),
        (["query", "a", "--index", "x", "--limit", "-1"], "'--limit': -1 is not in the range 0<=x<=10000."),
        (["query", "a", "--index", "x", "--match", "some"], "'--match': 'some' is not one of 'any', 'all'."),
        (["index", "--index", "x"], "Missing argument 'PATH...'."),
        (["index", "a", "--index", "x", "--format", "pdf"], "'--format': 'pdf' is not one of 'csv', 'html', "),
        (["index", "a", "--index", "x", "--jobs", "0"], "'--jobs': 0 is not in the range 1<=x<=64."),
        (["index", "a", "--index", "x", "--map", "title"], "--map: 'title' is not NAME=FIELD"),
        (["index", "a", "--index", "x", "--map", "=title"], "--map: '=title' is not NAME=FIELD"),
        (
            ["index", "a", "--index", "x", "--field", "tags"],
            "--field: 'tags': KIND is one of text, keyword, date, number, stored, or text*2 for a boost",
        ),
        (["index", "a", "--index", "x", "--field", "n=number*2"], "--field: 'n=number*2': KIND is one of text, "),
        (
            ["index", "a", "--index", "x", "--field", "t=text*zwei"],
            "the boost after * is a positive number, as in text*2",
        ),
        (
            ["index", "a", "--index", "x", "--field", "t=text*-1"],
            "the boost after * is a positive number, as in text*2",
        ),
        (["index", "a", "--index", "x", "--field", "id=text"], "--field: the field 'id' is part of every schema"),
        (["index", "a", "--index", "x", "--field", "a b=text"], "--field: 'a b' cannot name a field: use letters"),
        (["query", "a", "--index", "x", "--debug"], "Put --debug before the command: searchkit --debug …"),
    ],
)
def test_wrong_usage(
    arguments: list[str], message: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (2, "") == (code, out)
    assert err.startswith("Usage: searchkit")
    assert message in err
    assert [] == list(tmp_path.iterdir())


# ---------------------------------------------------------------- index


def test_index_a_folder(run: Run, articles: Path, place: Path) -> None:
    code, out, err = run("index", articles, "--index", place)
    assert (0, "") == (code, out)
    assert re.fullmatch(
        rf"indexed 3 documents in \d+\.\d s \([\d,]+ a second\); {re.escape(str(place))} holds 3\n", err
    )
    assert ["a.txt", "b.md", "c-1"] == ids(place)
    assert ["a.txt"] == ids(place, "kitabxana kitab")


def test_index_once_more_replaces_by_id(run: Run, articles: Path, indexed: Path) -> None:
    (articles / "a.txt").write_text("Dəniz\n\nDəniz haqqında", "utf-8")
    code, _, err = run("index", articles / "a.txt", "--index", indexed)
    assert 0 == code
    assert "indexed 1 document in " in err
    assert err.endswith(" holds 3\n")
    assert [] == ids(indexed, "kitab")


def test_index_json(run: Run, articles: Path, place: Path) -> None:
    code, out, err = run("index", articles, "--index", place, "--json")
    assert (0, "") == (code, err)
    summary = json.loads(out)
    assert 1 == out.count("\n")
    assert 0 < summary.pop("seconds") < 60
    changes = {"added": 3, "changed": 0, "unchanged": 0, "deleted": 0}
    expected = {"indexed": 3, **changes, "failed": 0, "documents": 3, "index": str(place), "generation": "g000001"}
    assert list(expected.items()) == list(summary.items())


def test_index_quiet(run: Run, articles: Path, place: Path) -> None:
    assert (0, "", "") == run("index", articles, "--index", place, "--quiet")


def test_a_bad_document_is_named_and_the_others_are_indexed(run: Run, articles: Path, place: Path) -> None:
    (articles / "bad.jsonl").write_text('{"id": "good", "body": "kitab"}\n' + BAD_LINE, "utf-8")
    for options in ([], ["--json"], ["--quiet"]):
        code, out, err = run("index", articles, "missing.txt", "--index", place, "--rebuild", *options)
        assert 1 == code
        lines = err.splitlines()
        assert [
            f"searchkit: {articles}/bad.jsonl, line 2: document 'bad', field 'date': "
            "a date field takes ISO 8601 such as 2022-08-24, not 'dünən'",
            "searchkit: missing.txt: there is no such file or folder; check the path",
        ] == lines[:2]
        if not options:
            assert re.fullmatch(r"indexed 4 documents in .* second\), 2 could not be read; .* holds 4", lines[2])
        else:
            assert 2 == len(lines)
        if options == ["--json"]:
            summary = json.loads(out)
            assert (4, 2, 4) == (summary["indexed"], summary["failed"], summary["documents"])
        assert ["a.txt", "b.md", "c-1", "good"] == ids(place)


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_strict_changes_nothing(options: list[str], run: Run, articles: Path, indexed: Path) -> None:
    before = files(indexed)
    (articles / "0.txt").write_text("Yeni\n\nYeni kitab", "utf-8")
    (articles / "bad.jsonl").write_text(BAD_LINE, "utf-8")
    code, out, err = run("index", articles, "--index", indexed, "--strict", *options)
    assert (1, "") == (code, out)
    assert (
        f"searchkit: {articles}/bad.jsonl, line 1: document 'bad', field 'date': "
        "a date field takes ISO 8601 such as 2022-08-24, not 'dünən'\n"
    ) == err
    after = files(indexed)
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**after, lock: b""}


@pytest.mark.parametrize("options", [["--strict"], ["--strict", "--rebuild"], []])
def test_a_new_index_that_fails_is_not_made(options: list[str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(BAD_LINE, "utf-8")
    code, _, _ = run("index", tmp_path / "bad.jsonl", "--index", tmp_path / "index", *options)
    assert 1 == code
    assert ["bad.jsonl"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_a_mistyped_path_empties_no_index(options: list[str], run: Run, indexed: Path) -> None:
    code, out, err = run("index", "artcles", "--index", indexed, *options)
    assert (1, "") == (code, out)
    assert (
        "searchkit: artcles: there is no such file or folder; check the path\n"
        "searchkit: nothing could be read, so nothing was changed\n"
    ) == err
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)


def test_rebuild(run: Run, articles: Path, indexed: Path) -> None:
    code, _, err = run("index", articles / "b.md", "--index", indexed, "--rebuild", "--field", "title=text")
    assert (0, True) == (code, err.endswith(" holds 1\n"))
    assert ["b.md"] == ids(indexed)
    assert searchkit.Schema(title=searchkit.Text()) == searchkit.open(indexed).schema


def test_rebuild_mends_a_damaged_index(run: Run, articles: Path, indexed: Path) -> None:
    (indexed / "searchkit.json").write_text("{")
    code, _, err = run("query", "kitab", "--index", indexed)
    assert 1 == code
    assert err.startswith(f"searchkit: {indexed}/searchkit.json: the index's manifest is damaged (")
    assert err.endswith("; rebuild it with `searchkit index … --rebuild`\n")
    assert 0 == run("index", articles, "--index", indexed, "--rebuild").code
    assert ["a.txt"] == ids(indexed, "kitab")


def test_map(run: Run, tmp_path: Path, place: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("kod,ad,mətn,gizli\nx1,Kitab,Neft haqqında,sirr\n", "utf-8")
    mapping = ["kod=id", "ad=title", "mətn=body", "gizli="]
    code, _, _ = run("index", table, "--index", place, *(part for item in mapping for part in ("--map", item)))
    assert 0 == code
    assert {"id": "x1", "title": "Kitab", "body": "Neft haqqında"} == searchkit.open(place).get("x1")


def test_field(run: Run, tmp_path: Path, place: Path) -> None:
    (tmp_path / "d.jsonl").write_text(
        '{"id": "1", "ad": "Kitab", "mətn": "neft", "teq": "A", "gün": "2022-08-24", "qiymət": 9.5, "qeyd": "x"}',
        "utf-8",
    )
    fields = ["ad=text*3", "mətn=text", "teq=keyword", "gün=date", "qiymət=number", "qeyd=stored"]
    options = [part for field in fields for part in ("--field", field)]
    assert 0 == run("index", tmp_path / "d.jsonl", "--index", place, *options).code
    expected = searchkit.Schema(
        ad=searchkit.Text(boost=3),
        mətn=searchkit.Text(),
        teq=searchkit.Keyword(),
        gün=searchkit.Date(),
        qiymət=searchkit.Number(),
        qeyd=searchkit.Stored(),
    )
    assert expected == searchkit.open(place).schema
    for query in ("kitab", "mətn:neft", "teq:a", "gün:2022", "qiymət:9.5"):
        assert ["1"] == ids(place, query)
    assert 0 == run("index", tmp_path / "d.jsonl", "--index", place, *options).code
    code, _, err = run("index", tmp_path / "d.jsonl", "--index", place, "--field", "ad=text")
    assert 1 == code
    assert err.startswith(f"searchkit: {place}: the index has other fields: Schema(ad=Text(boost=3.0), ")
    assert err.endswith("; leave the fields out to use these, or rebuild the index to change them\n")


def test_fields_of_ones_own_keep_their_names(run: Run, tmp_path: Path, place: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"id": "1", "name": "Kitab", "text": "neft"}', "utf-8")
    options = ["--field", "name=text", "--field", "text=text"]
    for fields in (options, []):  # the second time the index knows them
        assert 0 == run("index", tmp_path / "d.jsonl", "--index", place, *fields).code
        assert {"id": "1", "name": "Kitab", "text": "neft"} == searchkit.open(place).get("1")
        assert ["1"] == ids(place, "name:kitab") == ids(place, "text:neft")
    assert 0 == run("index", tmp_path / "d.jsonl", "--index", place, "--rebuild").code
    assert {"id": "1", "title": "Kitab", "body": "neft"} == searchkit.open(place).get("1")


@pytest.mark.parametrize("packed", [False, True])
def test_index_standard_input(packed: bool, finish: Run, place: Path) -> None:
    data = '{"id": "1", "body": "Kitab şəhərdə"}\n{"id": "2", "body": "neft"}\n{"id": 3.5}\n'.encode()
    done = finish(
        "index",
        "-",
        "--format",
        "jsonl",
        "--index",
        place,
        encoding=None,
        input=gzip.compress(data) if packed else data,
    )
    assert 1 == done.code
    assert b"searchkit: <stdin>, line 3: the id is of type float; make it a text or a whole number\n" in done.err
    assert ["stdin#1", "stdin#2"] != ids(place)
    assert ["1", "2"] == ids(place)


def test_a_held_index_is_told_by_the_exit_code(run: Run, articles: Path, indexed: Path) -> None:
    with searchkit.open(indexed).writer():
        for options in ([], ["--rebuild"], ["--wait", "0.1"]):
            code, out, err = run("index", articles, "--index", indexed, *options)
            assert (75, "") == (code, out)
            assert re.fullmatch(
                rf"searchkit: {re.escape(str(indexed))}: another writer holds the index \(process {os.getpid()} on "
                r".*\); try again later, or wait longer for it\n",
                err,
            )


def test_wait(finish: Run, start: Start, articles: Path, indexed: Path) -> None:
    with searchkit.open(indexed).writer() as writer:
        writer.add({"id": "held", "body": "kitab"})
        process = start("index", articles, "--index", indexed, "--wait", "30")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.7)
    process.communicate(timeout=30)
    assert 0 == process.returncode
    assert ["a.txt", "b.md", "c-1", "held"] == ids(indexed)


def test_two_that_make_the_same_index(start: Start, articles: Path, tmp_path: Path, place: Path) -> None:
    (tmp_path / "other.txt").write_text("Dəniz", "utf-8")
    paths = [articles, tmp_path / "other.txt"]
    processes = [start("index", path, "--index", place, "--wait", "30") for path in paths]
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert (0, True) == (process.returncode, err.startswith("indexed "))
    assert ["a.txt", "b.md", "c-1", "other.txt"] == ids(place)


def test_jobs(finish: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "body": f"kitab {n % 7} neft {'dəniz ' * (n % 5)}"}) for n in range(450)]
    (tmp_path / "d.jsonl").write_text("\n".join(lines), "utf-8")
    found = []
    for jobs in ("1", "2"):
        done = finish("index", "d.jsonl", "--index", jobs, "--jobs", jobs, "--json")
        assert (0, "", 450) == (done.code, done.err, json.loads(done.out)["documents"])
        results = searchkit.open(tmp_path / jobs).search("dəniz kitab 3", limit=1000, ranking=Ranking.plain())
        found.append((results.total, {hit.id: round(hit.score, 6) for hit in results}))
    assert 450 == found[0][0]
    assert found[0] == found[1]


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_an_index_where_other_things_are(options: list[str], run: Run, articles: Path) -> None:
    before = files(articles)
    code, _, err = run("index", articles, "--index", articles, *options)
    assert 1 == code
    assert re.fullmatch(
        rf"searchkit: {re.escape(str(articles))}: this folder holds something else than an index \(\S+\); "
        "choose another path\n",
        err,
    )
    code, _, err = run("index", articles, "--index", articles / "a.txt", *options)
    assert (
        1,
        f"searchkit: {articles}/a.txt: an index is a folder, and this is a file; choose another path\n",
    ) == (code, err)
    assert before == files(articles)


# ---------------------------------------------------------------- query


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
        "    neft AND\n            ^\n",
    ) == run("query", "neft AND", "--index", indexed, "--syntax", "full")


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


# ---------------------------------------------------------------- analyze and stats


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


def test_stats(run: Run, indexed: Path) -> None:
    figures = searchkit.open(indexed).stats()
    code, out, err = run("stats", indexed)
    assert (0, "") == (code, err)
    assert (
        f"documents   3\nsize        {figures.size / 1e6:.1f} MB in {figures.files} files\ngeneration  g000001\n"
        f"analyzer    azanalyzer {azanalyzer.VERSION}\n"
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


# ---------------------------------------------------------------- interrupted, killed, cut off


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.002)


def holds_lock(place: Path, process: subprocess.Popen[str]) -> bool:
    with contextlib.suppress(OSError):
        return f'"pid":{process.pid},' in (place / "writer.lock").read_text()
    return False


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Documents that take seconds to index."""
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(6000):
            file.write(json.dumps({"id": str(number), "body": f"kitab {number} neft dəniz " * 20}) + "\n")
    return path


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_interrupted_while_reading(options: list[str], start: Start, indexed: Path) -> None:
    before = files(indexed)
    arguments = ["index", "-", "--format", "jsonl", "--index", indexed, *options]
    process = start(*arguments, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write('{"id": "new", "body": "kitab"}\n' * 10_000)
    process.stdin.flush()
    wait_for(lambda: holds_lock(indexed, process), process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (1, "", "searchkit: interrupted; the index is as it was before") == (process.returncode, out, err.strip())
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}


def written_by(place: Path, before: set[Path]) -> list[Path]:
    """The files that somebody has begun to write."""
    return [path for path in (place / "segments").glob("*.tmp") if path not in before]


@pytest.mark.parametrize("options", [[], ["--rebuild"], ["--jobs", "2"], ["--rebuild", "--jobs", "2"]])
def test_interrupted_while_writing(options: list[str], start: Start, many: Path, indexed: Path) -> None:
    before = files(indexed)
    process = start("index", many, "--index", indexed, *options)
    wait_for(lambda: written_by(indexed, set(before)), process)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (1, "", "searchkit: interrupted; the index is as it was before") == (process.returncode, out, err.strip())
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}
    with searchkit.open(indexed).writer() as writer:
        writer.add({"id": "new", "body": "kitab"})
    assert ["a.txt", "b.md", "c-1", "new"] == ids(indexed)


def test_interrupted_where_there_was_no_index(start: Start, many: Path, place: Path) -> None:
    process = start("index", many, "--index", place)
    wait_for(lambda: written_by(place, set()), process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (1, "searchkit: interrupted; the index is as it was before") == (process.returncode, err.strip())
    assert not place.exists()


def test_interrupted_when_a_new_generation_is_in_force(start: Start, articles: Path, indexed: Path) -> None:
    (articles / "d.txt").write_text("kitab")
    out, into = os.pipe()
    os.set_blocking(into, False)
    with contextlib.suppress(BlockingIOError):  # so that the command waits when it says what it has done
        while True:
            os.write(into, b"x" * 4096)
    os.set_blocking(into, True)
    process = start("index", articles, "--index", indexed, "--json", stdout=into)
    wait_for(lambda: searchkit.open(indexed).stats().generation == "g000002", process)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    os.close(into)
    with open(out, "rb") as told:  # noqa: PTH123
        told.read()
    _, err = process.communicate(timeout=30)
    assert (1, "searchkit: interrupted; generation g000002 is in force") == (process.returncode, err.strip())


@pytest.mark.parametrize("options", [[], ["--rebuild"], ["--jobs", "2"]])
def test_killed_while_writing(
    options: list[str], start: Start, run: Run, many: Path, articles: Path, indexed: Path
) -> None:
    before = set(files(indexed))
    process = start("index", many, "--index", indexed, *options)
    wait_for(lambda: written_by(indexed, before), process)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
    assert before < set(files(indexed))
    assert 0 == run("index", articles, "--index", indexed, "--wait", "10").code
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
    stay = {*before, *searchkit.open(indexed)._backend().files(searchkit.open(indexed)._manifest["segments"])}
    assert {path for path in files(indexed) if path.parent.name == "segments"} <= stay  # what was left behind is gone


@pytest.mark.parametrize("options", [[], ["--rebuild"], ["--jobs", "2"]])
@pytest.mark.parametrize("limit", [1000, 20_000, 120_000])
def test_a_disk_that_takes_no_more(options: list[str], limit: int, finish: Run, many: Path, indexed: Path) -> None:
    """The limit on the size of a file stands for the full disk: both end a write with an error of the system."""
    before = files(indexed)
    lines = many.read_text("utf-8").splitlines(keepends=True)[:1500]
    many.write_text("".join(lines), "utf-8")
    done = finish(
        "index", many, "--index", indexed, *options,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert (1, "") == (done.code, done.out)
    assert re.fullmatch(
        rf"searchkit: {re.escape(str(indexed))}/segments/\w\S+\.seg: File too large; nothing was changed; .*\n",
        done.err,
    )
    lock = indexed / "writer.lock"
    assert {**before, lock: b""} == {**files(indexed), lock: b""}
    assert ["a.txt", "b.md", "c-1"] == ids(indexed)
    with searchkit.open(indexed).writer() as writer:
        writer.add({"id": "new", "body": "kitab"})
    assert ["a.txt", "b.md", "c-1", "new"] == ids(indexed)


def test_a_reader_that_has_gone(start: Start, make_index: Make) -> None:
    index = make_index(["kitab " + "dəniz " * 40 for _ in range(400)])
    for options in ([], ["--json"]):
        process = start("query", "kitab", "--index", index.path, "--limit", "400", *options)
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(30) in (0, 1)  # Python does not tell of every write that fails
        assert "" == err


# ---------------------------------------------------------------- terminals and encodings


@contextlib.contextmanager
def terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """A pseudo-terminal: the end for a process, and what reads all that was written to it."""
    ours, theirs = pty.openpty()

    def read() -> str:
        os.close(theirs)
        data = b""
        with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
            while part := os.read(ours, 65536):
                data += part
        return data.decode()

    try:
        yield theirs, read
    finally:
        os.close(ours)


def environment(**changes: str) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm", **changes}


@pytest.mark.parametrize(("changes", "coloured"), [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_on_a_terminal(changes: dict[str, str], coloured: bool, start: Start, indexed: Path) -> None:
    with terminal() as (screen, read):
        process = start("query", "kitab", "--index", indexed, stdout=screen, env=environment(**changes))
        process.wait(30)
        shown = read()
    assert 0 == process.returncode
    assert coloured == ("\x1b[1;33mkitabların\x1b[0m" in shown)
    assert coloured == ("\x1b[1mKitab sərgisi\x1b[0m" in shown)
    assert coloured == ("\x1b" in shown)


def test_no_colours_in_a_pipe(finish: Run, indexed: Path) -> None:
    done = finish("query", "kitab", "--index", indexed, env=environment())
    assert (0, False) == (done.code, "\x1b" in done.out + done.err)


@pytest.mark.parametrize(("options", "shown"), [([], True), (["--quiet"], False), (["--json"], False)])
def test_progress_on_a_terminal(options: list[str], shown: bool, start: Start, articles: Path, place: Path) -> None:
    with terminal() as (screen, read):
        process = start("index", articles, "--index", place, *options, stderr=screen)
        process.wait(30)
        seen = read()
    assert 0 == process.returncode
    if shown:
        assert re.search(r"\rindexing: \d+% of 0\.0 MB, 1 documents, [\d,]+ a second", seen)
        assert re.search(r"\r *\rindexed 3 documents in ", seen)
    else:
        assert "" == seen


def test_progress_tells_the_rate_and_the_time_left(start: Start, many: Path, place: Path) -> None:
    with terminal() as (screen, read):
        process = start("index", many, "--index", place, stderr=screen)
        process.wait(60)
        seen = read()
    assert 0 == process.returncode
    assert re.search(r"\rindexing: \d+% of \d\.\d MB, [\d,]+ documents, [\d,]+ a second, [\d,]+ s left", seen)


def test_an_output_that_knows_no_azerbaijani(finish: Run, indexed: Path) -> None:
    narrow = environment(PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    done = finish("query", "kitab", "--index", indexed, env=narrow, encoding="cp1252")
    assert (0, True) == (done.code, "G\\u0259nc\\u0259d\\u0259" in done.out)
    done = finish("query", "kitab", "--index", indexed, "--json", env=narrow, encoding="cp1252")
    assert 0 == done.code
    assert "Kitab sərgisi" == json.loads(done.out)["hits"][0]["fields"]["title"]


def test_arguments_that_are_not_utf8(finish: Run, indexed: Path) -> None:
    done = finish("query", b"\xff kitab".decode("utf-8", "surrogateescape"), "--index", indexed, "--json")
    assert 0 == done.code
    assert ("\ufffd kitab", 1) == (json.loads(done.out)["query"], json.loads(done.out)["total"])


# ---------------------------------------------------------------- errors


def test_no_traceback_unless_asked_for(finish: Run, tmp_path: Path) -> None:
    done = finish("query", "kitab", "--index", tmp_path / "nothing")
    assert (1, 1) == (done.code, done.err.count("\n"))
    done = finish("--debug", "query", "kitab", "--index", tmp_path / "nothing")
    assert 1 == done.code
    assert done.err.startswith("Traceback (most recent call last):\n")
    assert "searchkit.errors.IndexNotFoundError: " in done.err


def test_errors_of_the_system_name_the_path(run: Run, articles: Path) -> None:
    code, _, err = run("index", articles, "--index", articles / "a.txt" / "index")
    expected = f"searchkit: {articles}/a.txt/index: Not a directory; nothing was changed; check the path\n"
    assert (1, expected) == (code, err)


def test_python_m_searchkit() -> None:
    done = subprocess.run([sys.executable, "-m", "searchkit", "--version"], capture_output=True, text=True, check=True)
    assert f"searchkit, version {searchkit.__version__}\n" == done.stdout
