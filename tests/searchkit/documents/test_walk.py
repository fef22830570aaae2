from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from searchkit.documents import FORMATS, read_documents, total_bytes
from searchkit.documents.walk import Found, format_of, walk
from searchkit.errors import DocumentError

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


def names(*paths: str | Path, format: str | None = None) -> list[str]:
    return [found.name if isinstance(found, Found) else f"! {found.reason}" for found in walk(paths, format)]


def test_folders_are_read_in_the_order_of_the_names(write, tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/a.md", "a.txt", "B.txt", "b.txt", "c/d/e/f.jsonl.gz", "ə.html"):
        write(name, "x")
    for name in (".hidden.txt", ".git/a.txt", "b/.x/y.txt", "image.png", "README", "a.tar.gz", "b.gz", "txt"):
        write(name, "x")
    (tmp_path / "empty").mkdir()
    expected = ["B.txt", "a.txt", "b/a.md", "b/z.txt", "b.txt", "c/d/e/f.jsonl.gz", "ə.html"]
    assert expected == names(tmp_path) == names(f"{tmp_path}/") == names(f"{tmp_path}/b/..")
    assert names(tmp_path / "b") == ["a.md", "z.txt"]
    assert names(tmp_path / "empty") == []
    assert names(tmp_path / ".git" / ".." / "empty") == []
    assert names(tmp_path / ".git") == ["a.txt"]


def test_folder_named_like_a_file_is_a_folder(write, tmp_path: Path) -> None:
    write("a.txt/b.txt", "x")
    assert names(tmp_path) == ["a.txt/b.txt"]


def test_an_index_in_a_folder_is_passed_over(write, tmp_path: Path) -> None:
    for name in ("a.txt", "index/generations/g000001.json", "index/searchkit.json", "own/searchkit.json", "own/a.txt"):
        write(name, "{}")
    (tmp_path / "index" / "segments").mkdir()
    assert names(tmp_path) == ["a.txt", "own/a.txt", "own/searchkit.json"]
    assert names(tmp_path / "index") == ["generations/g000001.json", "searchkit.json"]


def test_relative_paths(write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a/b.txt", "x")
    monkeypatch.chdir(tmp_path)
    changed = (tmp_path / "a" / "b.txt").stat().st_mtime_ns
    assert [Found("a/b.txt", "a/b.txt", "b.txt", "txt", 1, changed)] == list(walk(["a"]))
    assert [Found("./a/b.txt", "./a/b.txt", "a/b.txt", "txt", 1, changed)] == list(walk(["."]))
    assert [Found("a/b.txt", "a/b.txt", "b.txt", "txt", 1, changed)] == list(walk(["a/b.txt"]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [*FORMATS.items(), (".TXT", "txt"), (".Json.GZ", "json"), (".jsonl.gz", "jsonl"), (".pdf", None), (".gz", None)],
)
def test_formats_by_suffix(name: str, expected: str | None) -> None:
    assert expected == format_of("a" + name)


def test_wanted_format_chooses_in_folders_and_rules_over_suffixes_of_files(write, tmp_path: Path) -> None:
    for name in ("a.txt", "b.jsonl", "c.dat", "d.ndjson.gz"):
        write(name, "x")
    assert names(tmp_path, format="jsonl") == ["b.jsonl", "d.ndjson.gz"]
    found = list(walk([tmp_path / "c.dat", tmp_path / "a.txt"], "jsonl"))
    assert [item.format for item in found if isinstance(item, Found)] == ["jsonl", "jsonl"]


def test_path_that_does_not_exist_is_named(read, tmp_path: Path) -> None:
    documents, errors = read(tmp_path / "no", "a\0b")
    assert documents == []
    assert str(errors[0]) == f"{tmp_path}/no: there is no such file or folder; check the path"
    assert str(errors[1]).startswith("a\0b: cannot be read (")


def test_unknown_suffix_of_a_named_file_lists_the_known(write, read) -> None:
    path = write("a.pdf", "x")
    assert [
        f"{path}: its suffix is none that is read (.txt, .md, .markdown, .html, .htm, .xhtml, .json, .jsonl, .ndjson, "
        ".csv, .tsv, each also with .gz); rename it or say which format it has"
    ] == [str(error) for error in read(path)[1]]


def test_same_name_in_two_folders_is_told_apart(write, tmp_path: Path) -> None:
    for name in ("2023/jan.txt", "2024/jan.txt", "2024/feb.txt", "old/2024/jan.txt", "old/2024/sub/jan.txt"):
        write(name, "x")
    assert names(tmp_path / "2023", tmp_path / "2024") == ["jan.txt", "feb.txt", "2024/jan.txt"]
    assert names(tmp_path / "2024", tmp_path / "old/2024", tmp_path / "old/../2023") == [
        "feb.txt",
        "jan.txt",
        "2024/jan.txt",
        "sub/jan.txt",
        "2023/jan.txt",
    ]
    files = [tmp_path / "2023/jan.txt", tmp_path / "2024/jan.txt", tmp_path / "old/2024/jan.txt"]
    assert names(*files) == ["jan.txt", "2024/jan.txt", "old/2024/jan.txt"]


def test_file_that_two_arguments_lead_to_is_read_once(write, tmp_path: Path) -> None:
    path = write("a/b.txt", "x")
    assert names(path.parent, path, tmp_path / "a", str(path)) == ["b.txt"]
    assert names(path, tmp_path) == ["b.txt"]


@posix
def test_links_out_of_the_folder_are_refused(write, read, tmp_path: Path) -> None:
    outside = write("outside/a.txt", "x")
    write("outside/b.bin", "x")
    write("docs-not/a.txt", "x")
    folder = write("docs/z.txt", "x").parent
    (folder / "file.txt").symlink_to(outside)
    (folder / "folder").symlink_to(outside.parent)
    (folder / "near").symlink_to(tmp_path / "docs-not")
    (folder / "other.bin").symlink_to(outside.parent / "b.bin")
    documents, errors = read(folder)
    assert [document.fields["id"] for document in documents] == ["z.txt"]
    advice = "outside of the folder, and so it is not followed; give that path itself to read it"
    assert [
        f"{folder}/file.txt: is a symbolic link to {outside}, {advice}",
        f"{folder}/folder: is a symbolic link to {outside.parent}, {advice}",
        f"{folder}/near: is a symbolic link to {tmp_path}/docs-not, {advice}",
    ] == [str(error) for error in errors]
    assert names(folder / "file.txt") == ["file.txt"]
    assert names(folder / "folder") == ["a.txt"]


@posix
def test_links_inside_are_followed_to_what_is_not_met_otherwise(write, tmp_path: Path) -> None:
    write("real/a.txt", "x")
    write(".store/v1/b.txt", "x")
    write("data.bin", "x")
    (tmp_path / "again").symlink_to("real")
    (tmp_path / "again.txt").symlink_to("real/a.txt")
    (tmp_path / "current").symlink_to(".store/v1")
    (tmp_path / "current2").symlink_to(".store/v1")
    (tmp_path / "data.txt").symlink_to("data.bin")
    (tmp_path / "one.txt").symlink_to("current/b.txt")
    assert names(tmp_path) == ["current/b.txt", "data.txt", "one.txt", "real/a.txt"]


@posix
def test_loops_end(write, read, tmp_path: Path) -> None:
    write("a/b/c.txt", "x")
    write(".hidden/d.txt", "x")
    (tmp_path / "a/b/up").symlink_to(tmp_path)
    (tmp_path / "a/b/self").symlink_to(".")
    (tmp_path / "in").symlink_to(".hidden")
    (tmp_path / ".hidden/loop").symlink_to(".")
    (tmp_path / ".hidden/deeper").mkdir()
    (tmp_path / ".hidden/deeper/loop").symlink_to("..")
    (tmp_path / "round.txt").symlink_to("round2.txt")
    (tmp_path / "round2.txt").symlink_to("round.txt")
    (tmp_path / "nowhere.txt").symlink_to("missing.txt")
    documents, errors = read(tmp_path)
    assert [document.fields["id"] for document in documents] == ["a/b/c.txt", "in/d.txt"]
    assert [Path(error.source or "").name for error in errors] == ["nowhere.txt", "round.txt", "round2.txt"]
    reason = f"is a symbolic link to {tmp_path}/missing.txt, which does not exist; remove or repair the link"
    assert reason == errors[0].reason


@posix
def test_pipes_and_sockets_in_folders_are_named_and_not_waited_for(write, read, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "other")
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(str(tmp_path / "b.txt"))
        except OSError:
            pytest.skip("the path is too long for a socket")
        documents, errors = read(tmp_path)
    assert documents == []
    reason = "is not a regular file but a pipe, a socket or a device; give its path itself to read it"
    assert [f"{tmp_path}/a.txt: {reason}", f"{tmp_path}/b.txt: {reason}"] == [str(error) for error in errors]


@posix
def test_names_that_are_not_utf8(read, tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("x")
    except OSError:
        pytest.skip("the file system takes no such names")
    documents, _ = read(tmp_path)
    assert [("\\udcff.txt", f"{tmp_path}/\\udcff.txt")] == [(d.fields["id"], d.source) for d in documents]


@posix
def test_paths_with_half_a_surrogate_pair_are_named(read) -> None:
    assert [error.source for error in read("\ud800")[1]] == ["\\ud800"]


@posix
def test_folders_deeper_than_a_recursion_could_go(tmp_path: Path) -> None:
    depth = min(1500, (os.pathconf(tmp_path, "PC_PATH_MAX") - len(str(tmp_path)) - 20) // 2)
    deep = tmp_path / "/".join("a" * depth)
    for start in range(0, depth, 100):  # Path.mkdir recurses
        (tmp_path / "/".join("a" * min(start + 100, depth))).mkdir(parents=True)
    (deep / "x.txt").write_text("x")
    try:
        assert names(tmp_path) == ["a/" * depth + "x.txt"]
    finally:
        (deep / "x.txt").unlink()
        os.removedirs(deep)  # shutil.rmtree, by which pytest cleans up, recurses in some versions
        tmp_path.mkdir(parents=True, exist_ok=True)


@posix
def test_what_may_not_be_read_is_named_and_the_rest_is_read(read) -> None:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp())  # not below tmp_path, which other users may not enter
    try:
        folder.chmod(0o755)
        for name in ("a.txt", "closed/b.txt", "secret.txt", "z.txt"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("x")
        (folder / "secret.txt").chmod(0)
        (folder / "closed").chmod(0)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)  # root may read everything
        try:
            documents, errors = read(folder)
            named = read(folder / "closed")[1] + read(folder / "closed/b.txt")[1]
        finally:
            if root:
                os.seteuid(0)
        reason = "cannot be read (Permission denied); check the path and its permissions"
        assert [document.fields["id"] for document in documents] == ["a.txt", "z.txt"]
        assert [f"{folder}/closed: {reason}", f"{folder}/secret.txt: {reason}"] == [str(error) for error in errors]
        assert [f"{folder}/closed: {reason}", f"{folder}/closed/b.txt: {reason}"] == [str(error) for error in named]
    finally:
        (folder / "closed").chmod(0o755)
        shutil.rmtree(folder)


def test_file_that_vanishes_in_the_meantime_is_named(write, tmp_path: Path) -> None:
    write("a.txt", "x")
    write("b/c.txt", "x")
    path = write("d.txt", "x")
    items = read_documents([tmp_path])
    next(items)
    (tmp_path / "b/c.txt").unlink()
    (tmp_path / "b").rmdir()
    path.unlink()
    reason = "cannot be read (No such file or directory); check the path and its permissions"
    assert [reason, reason] == [item.reason for item in items if isinstance(item, DocumentError)]


def test_total_bytes_counts_what_is_read(write, tmp_path: Path) -> None:
    write("a.txt", "12345")
    write("b/c.jsonl", "123")
    write("d.bin", "1234567")
    write(".e.txt", "1")
    assert total_bytes([tmp_path]) == 8
    assert total_bytes([tmp_path / "a.txt", "-", tmp_path / "missing"]) == 5
    assert total_bytes([tmp_path], format="jsonl") == 3
    assert total_bytes(str(tmp_path)) == 8
