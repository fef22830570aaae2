# ruff: noqa: SIM300
"""`searchkit index`."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit import Ranking
from tests.searchkit.commands.folder import BAD_LINE, Run, Start, files, ids


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
    changes = {"added": 3, "changed": 0, "unchanged": 0, "deleted": 0, "kept": 0}
    expected = {"indexed": 3, **changes, "failed": 0, "documents": 3, "index": str(place), "generation": "g000001"}
    assert list(expected.items()) == list(summary.items())


def test_a_pipe_is_read_once_and_each_time(start: Start, finish: Run, tmp_path: Path, place: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    os.utime(pipe, (1_000_000_000, 1_000_000_000))
    for number in (1, 2, 3):
        process = start("index", pipe, "--index", place, "--if-changed")
        with pipe.open("w") as file:
            file.write("".join(f'{{"id": "{id_}", "body": "kitab"}}\n' for id_ in range(number)))
        process.communicate(timeout=60)
        assert 0 == process.returncode
        assert [str(id_) for id_ in range(number)] == ids(place)
    done = finish("index", "/dev/stdin", "--format", "jsonl", "--index", place, input='{"id": "3", "body": "kitab"}\n')
    assert (0, ["0", "1", "2", "3"]) == (done.code, ids(place))


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
            "a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not 'dünən'",
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


@pytest.mark.parametrize("is_log", [False, True])
def test_of_a_file_and_a_reason_twenty_are_named(is_log: bool, run: Run, tmp_path: Path, place: Path) -> None:
    rows = [f"{number};a;b" for number in range(1000)]
    (tmp_path / "a.csv").write_text("\n".join(["id;date", *rows, "x;dünən", *rows, "y;sabah"]), "utf-8")
    (tmp_path / "b.jsonl").write_text("".join(f'{{"id": "{n}", "title": {n}}}\n' for n in range(21)), "utf-8")
    (tmp_path / "c.jsonl").write_text('{"id": "1", "title": 1}\n' * 20, "utf-8")
    command = ["index", *sorted(tmp_path.iterdir()), "--index", place, "--quiet"]
    code, _, err = run(*(["--log-json"] if is_log else []), *command)
    assert 1 == code
    lines = err.splitlines()
    if is_log:
        assert 2002 + 21 + 20 + 1 == len(lines)
        return
    places = [line.removeprefix(f"searchkit: {tmp_path}/").partition(": ")[0] for line in lines[:64]]
    assert [f"a.csv, line {line}" for line in [*range(2, 22), 1002, 2003]] == places[:22]
    assert f"searchkit: {tmp_path}/a.csv: … and 1,980 more of this file" == lines[22]
    assert [f"b.jsonl, line {line}" for line in range(1, 21)] == places[23:43]
    assert f"searchkit: {tmp_path}/b.jsonl: … and 1 more of this file" == lines[43]
    assert [f"c.jsonl, line {line}" for line in range(1, 21)] == places[44:]
    assert ["searchkit: nothing could be read, so nothing was changed"] == lines[64:]


def test_reasons_beyond_number_do_not_fill_the_terminal(run: Run, tmp_path: Path, place: Path) -> None:
    dates = [f"it's {'a' * number}\\\"" for number in range(1000)]
    (tmp_path / "a.jsonl").write_text("".join(f'{{"id": "1", "date": "{date}"}}\n' for date in dates), "utf-8")
    _, _, err = run("index", tmp_path / "a.jsonl", "--index", place)
    assert f"searchkit: {tmp_path}/a.jsonl: … and 960 more of this file" == err.splitlines()[-2]


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_strict_changes_nothing(options: list[str], run: Run, articles: Path, indexed: Path) -> None:
    before = files(indexed)
    (articles / "0.txt").write_text("Yeni\n\nYeni kitab", "utf-8")
    (articles / "bad.jsonl").write_text(BAD_LINE, "utf-8")
    code, out, err = run("index", articles, "--index", indexed, "--strict", *options)
    assert (1, "") == (code, out)
    assert (
        f"searchkit: {articles}/bad.jsonl, line 1: document 'bad', field 'date': "
        "a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not 'dünən'\n"
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


@pytest.mark.parametrize(
    ("mapping", "unknown"), [("kod=nosuch", "nosuch"), ("kod=source", ""), ("kod=", ""), ("kod=id", "")]
)
def test_a_map_to_a_field_that_is_not_there_is_warned_of(
    mapping: str, unknown: str, run: Run, tmp_path: Path, place: Path
) -> None:
    (tmp_path / "d.csv").write_text("title,kod\nKitab,7\n", "utf-8")
    code, _, err = run("index", tmp_path / "d.csv", "--index", place, "--map", mapping)
    assert 0 == code
    warning = f"searchkit: warning: --map: the index has no field {unknown}: what goes there is kept but not searched"
    assert bool(unknown) == (warning in err)
    assert bool(unknown) == ("warning" in err)


def test_an_id_that_comes_again_is_told(run: Run, tmp_path: Path, place: Path) -> None:
    (tmp_path / "d.csv").write_text("id,title\n1,Kitab\n1,Neft\n2,Qaz\n", "utf-8")
    again = re.compile(r"indexed 3 documents in .*, 1 with the id of an earlier one, which it replaced; .* holds 2\n")
    assert again.fullmatch(run("index", tmp_path / "d.csv", "--index", place).err)
    assert {"id": "1", "title": "Neft"} == searchkit.open(place).get("1")
    assert again.fullmatch(run("index", tmp_path / "d.csv", "--index", place, "--rebuild").err)


def test_map_feeds_fields_of_ones_own_from_texts(run: Run, articles: Path, place: Path) -> None:
    options = ["--field", "ad=text", "--field", "mətn=text", "--map", "title=ad", "--map", "body=mətn"]
    code, _, err = run("index", articles, "--index", place, *options)
    assert (0, False) == (code, "warning" in err)
    assert ["b.md"] == ids(place, "ad:neft")
    assert ["a.txt"] == ids(place, "mətn:Gəncə")


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


def test_a_folder_without_documents_is_warned_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "report.docx").write_bytes(b"PK")
    place = tmp_path / "d.index"
    code, _, err = run("index", tmp_path / "in", "--index", place)
    warning = "searchkit: warning: no documents were found; of folders, files that end in "
    assert (0, True) == (code, f"{warning}.txt, .md, " in err)
    _, _, err = run("index", tmp_path / "in", "--index", place, "--format", "csv")
    assert f"{warning}.csv are read, each also with .gz\n" in err
    assert (0, "", "") == run("index", tmp_path / "in", "--index", place, "--quiet")
    (tmp_path / "in" / "report.txt").write_text("Hesabat", "utf-8")
    for _ in range(2):  # new, and unchanged
        assert warning not in run("index", tmp_path / "in", "--index", place).err


@pytest.mark.parametrize(
    ("options", "warns"), [([], True), (["--map", "Ad=title"], True), (["--map", "ad=title"], False)]
)
def test_documents_without_any_text_are_warned_of(options: list[str], warns: bool, run: Run, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("kod;ad\n7;Alma bağı\n8;Armud\n", "utf-8")
    code, _, err = run("index", tmp_path / "d.csv", "--index", tmp_path / "d.index", *options)
    assert 0 == code
    warning = (
        "searchkit: warning: none of the documents has a text that is searched; the first has kod, ad, id: say with"
    )
    assert warns == (warning in err)


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
                r".*\); that is this process, where .*\n",
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


@pytest.mark.parametrize("options", [[], ["--rebuild"]])
def test_an_index_at_a_link_that_leads_nowhere(options: list[str], run: Run, articles: Path, place: Path) -> None:
    place.symlink_to("nowhere")
    expected = "this is a symbolic link to nowhere, which does not exist; make that folder or choose another path"
    assert (1, "", f"searchkit: {place}: {expected}\n") == run("index", articles, "--index", place, *options)
    assert not place.exists()


@pytest.mark.parametrize("command", [["query", "a", "--index"], ["stats"], ["verify"], ["rollback"]])
def test_what_cannot_be_read_is_told_with_advice(command: list[str], run: Run, place: Path) -> None:
    place.symlink_to(place)
    code, out, err = run(*command, place)
    assert (1, "") == (code, out)
    assert re.fullmatch(rf"searchkit: {place}/\S+: Too many levels of symbolic links; check the path\n", err)


@pytest.mark.parametrize("option", ["--rebuild", "--delete-missing"])
def test_nothing_on_standard_input_empties_no_index(option: str, indexed: Path) -> None:
    before = ids(indexed)
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "index", "-", "--index", str(indexed), option],
        input=b"",
        capture_output=True,
    )
    assert 1 == done.returncode
    assert b"there are no documents to replace the 3 of the index, so it stays as it is" in done.stderr
    assert before == ids(indexed)
