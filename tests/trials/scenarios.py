"""What writers do to an index, one step each, with what the index holds before and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import ujson

import searchkit
from searchkit.engine import column_writer, transaction
from searchkit.indexing.sources import index_files
from tests.trials.state import Content

__all__ = ["SCENARIOS", "Scenario", "index_path", "prepare"]

_WORDS = "kitab neft dəniz şəhər qaz kəmər yol çay dağ meşə körpü bazar nar "


class Scenario(NamedTuple):
    """A step that puts a generation in force."""

    name: str
    act: Callable[[Path], object]
    before: Content | None
    """None where there is no index."""
    after: Content
    place: str = "made/index"
    """Where the index is that changes, below the folder of the trial."""
    prepared: str = "some"
    """What the index holds before."""


def index_path(folder: Path) -> Path:
    """Where the index of a trial is: so deep that its folders have to be made as well."""
    return folder / "made" / "index"


def prepare(scenario: Scenario, folder: Path) -> None:
    """Make the index that a scenario begins with."""
    folder.mkdir()
    if scenario.prepared == "none":
        return
    path = index_path(folder)
    _rebuild(path, _FIRST)
    files = path.parent / "files"
    files.mkdir()
    lines = (ujson.dumps({"id": key, "body": text}) for key, text in {**_FIRST, **_THIRD}.items())
    (files / "some.jsonl").write_text("\n".join(lines))
    if scenario.prepared == "some":
        _change(path, _SECOND, ["first-1"])
    else:  # so many small segments that the next has them merged
        for number in range(4):
            _change(path, {f"more-{number}": _text(f"more{number}", 4)}, [], keep=0)


def _text(mark: str, times: int) -> str:
    return f"kitab {mark} " + _WORDS * times


def _rebuild(path: Path, documents: Content, **options: int) -> None:
    with searchkit.rebuild(path, **options) as writer:
        for key, text in documents.items():
            writer.add({"id": key, "body": text})


def _rebuild_twice(path: Path, documents: Content) -> None:
    with searchkit.rebuild(path) as writer:
        for text in ("kitab", None):
            for key, last in documents.items():
                writer.add({"id": key, "body": text or last})


def _change(path: Path, added: Content, deleted: list[str], **options: int) -> None:
    with searchkit.open(path).writer(**options) as writer:
        for key, text in added.items():
            writer.add({"id": key, "body": text})
        for key in deleted:
            writer.delete(key)


def _sync(path: Path, documents: Content) -> None:
    with searchkit.open(path).writer() as writer:
        writer.sync(({"id": key, "body": text} for key, text in documents.items()), delete_missing=True)


def _with_little_memory(act: Callable[[Path], object]) -> Callable[[Path], object]:
    """As it is with so many documents that they go by way of several runs, and their columns by way of the disk."""

    def acting(path: Path) -> None:
        saved = transaction.BUDGET, column_writer._SPILL
        transaction.BUDGET, column_writer._SPILL = 100_000, 1000
        try:
            act(path)
        finally:
            transaction.BUDGET, column_writer._SPILL = saved

    return acting


def _index_files(path: Path) -> None:
    """What the command does that brings an index to what files hold."""
    silent: dict[str, Callable[[object], None]] = dict.fromkeys(("on_size", "on_bytes", "on_error"), lambda _: None)
    outcome = index_files(path, [str(path.parent / "files")], delete_missing=True, **silent)
    assert not outcome.failed


_FIRST = {f"first-{number}": _text("first", 3 * number) for number in range(9)}
_SECOND = {f"second-{number}": _text("second", 5) for number in range(4)} | {"first-2": _text("second", 1)}
_SOME = {key: text for key, text in {**_FIRST, **_SECOND}.items() if key != "first-1"}
_THIRD = {f"third-{number}": _text("third", 40 * number) for number in range(4)}
_MANY = {**_FIRST, **{f"more-{number}": _text(f"more{number}", 4) for number in range(4)}}
_REPLACED = {"first-0": _text("replaced", 2), "second-0": _text("replaced", 2)}
_LATER = {f"later-{number}": _text("later", 200 * number) for number in range(8)}

SCENARIOS = (
    Scenario("create", searchkit.create, None, {}, prepared="none"),
    Scenario("first build", lambda path: _rebuild(path, _FIRST), None, _FIRST, prepared="none"),
    Scenario("add", lambda path: _change(path, _THIRD, []), _SOME, {**_SOME, **_THIRD}),
    Scenario(
        "replace and delete",
        lambda path: _change(path, _REPLACED, ["first-3", "second-1"], keep=0),
        _SOME,
        {key: text for key, text in {**_SOME, **_REPLACED}.items() if key not in ("first-3", "second-1")},
    ),
    Scenario("sync", lambda path: _sync(path, {**_FIRST, **_THIRD}), _SOME, {**_FIRST, **_THIRD}),
    Scenario("files", _index_files, _SOME, {**_FIRST, **_THIRD}),
    Scenario("merge", lambda path: _change(path, _THIRD, []), _MANY, {**_MANY, **_THIRD}, prepared="many"),
    Scenario("optimize", lambda path: searchkit.open(path).optimize(), _SOME, _SOME),
    Scenario("rebuild", lambda path: _rebuild(path, _LATER), _SOME, _LATER),
    Scenario("rebuild in runs", _with_little_memory(lambda path: _rebuild_twice(path, _LATER)), _SOME, _LATER),
    Scenario("rebuild, keep 0", lambda path: _rebuild(path, _THIRD, keep=0), _SOME, _THIRD),
    Scenario("roll back", searchkit.rollback, _SOME, _FIRST),
    Scenario(
        "snapshot", lambda path: searchkit.snapshot(path, path.parent / "two" / "copy"), None, _SOME, "made/two/copy"
    ),
    Scenario(
        "snapshot, copied",
        lambda path: searchkit.snapshot(path, path.parent / "copy", copy=True),
        None,
        _SOME,
        "made/copy",
    ),
)
