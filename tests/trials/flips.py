"""Flipped bits and cut files: `verify` finds them all, and a search says so or answers right.

    python -m tests.trials.flips --count 5000 --seed 1

The index has two large segments and small ones, deletions, kept generations, Whoosh's table of contents and
`sources.cache`. In each case one bit of one file is flipped, or one file cut, in a copy of it. Then

- `verify` must name the file, if it is one that belongs to a generation;
- whatever is asked must be answered as before, or by CorruptIndexError that names the file;
- now and then, `repair` must leave an index that is whole, with all documents but those that it says were lost.

`sources.cache` and `writer.lock` belong to no generation: with the one damaged, the next run must find that nothing has
changed, by reading the sources again; with the other, a writer must still get the lock and refuse it to others.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import ujson

import searchkit
from benchmarks.collection import generate
from searchkit import CorruptIndexError, Date, Keyword, LockedError, Schema, Text
from searchkit.backend import Problem
from searchkit.indexing.sources import index_files
from tests.trials.children import Outcome, Report, asked, tried

__all__ = ["Flips", "main", "prepare"]

SCHEMA = Schema(title=Text(boost=2.0), body=Text(), section=Keyword(), date=Date())
_DOCUMENTS = 2_100  # with 2,048 or more there are dense terms
_CUT = 0.3  # share of the cases in which a file is cut
_REPAIRED = 20  # of so many cases one is repaired
_FORGOTTEN = ("sources.cache", "writer.lock")  # files that are of no generation


class Damage(NamedTuple):
    """What is done to a file: a bit of a byte flipped, or everything from a byte on cut off (`bit` None)."""

    file: str
    offset: int
    bit: int | None

    def __str__(self) -> str:
        what = "cut" if self.bit is None else f"bit {self.bit} flipped"
        return f"{self.file}, {what} at byte {self.offset:,}"


def prepare(folder: Path) -> None:
    """The index to damage, in `folder`, and the files that it was made of, in `folder`/sources."""
    documents = [
        {**document, "body": document["body"][:400], "id": f"{number}"}
        for number, document in enumerate(generate(_DOCUMENTS + 60))
    ]
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for part in range(20):
        _write(sources / f"{part:02}.jsonl", documents[part:_DOCUMENTS:20])
    _index(folder / "index", sources)
    _write(sources / "00.jsonl", documents[40:_DOCUMENTS:20])  # two are gone, and others are new or have changed
    _write(sources / "new.jsonl", documents[_DOCUMENTS : _DOCUMENTS + 30])
    _index(folder / "index", sources)
    documents[7]["title"] = "Dəyişdi"
    _write(sources / "07.jsonl", documents[7:_DOCUMENTS:20])
    _write(sources / "newer.jsonl", documents[_DOCUMENTS + 30 :])
    _index(folder / "index", sources)


def _write(path: Path, documents: list[dict[str, str]]) -> None:
    path.write_text("".join(ujson.dumps(document, ensure_ascii=False) + "\n" for document in documents), "utf-8")
    earlier = path.stat().st_mtime - 60 - len(documents)  # what has just been written is read again in any case
    os.utime(path, (earlier, earlier))


def _index(index: Path, sources: Path) -> Any:
    """Bring the index to what the sources hold."""
    return index_files(
        index,
        [str(sources)],
        SCHEMA if not index.exists() else None,
        delete_missing=True,
        keep=2,
        on_size=_ignored,
        on_bytes=_ignored,
        on_error=_ignored,
    )


def _ignored(_: object) -> None:
    pass


def answers(path: Path) -> list[Any]:
    """What an index answers, each time opened anew, so that a damaged part hides nothing of the others.

    CorruptIndexError stands in place of an answer that could not be given.
    """
    found: list[Any] = []
    for ask in _QUESTIONS:
        try:
            found.append(ask(searchkit.open(path)))
        except CorruptIndexError as error:
            found.append(error)
    return found


def _hits(results: searchkit.Results) -> Any:
    return results.total, [(hit.id, hit.score, hit.to_dict(), hit.snippet("body").html()) for hit in results]


_QUESTIONS: tuple[Any, ...] = (
    len,
    lambda index: _hits(index.search("ölkə şəhər", limit=5)),
    lambda index: _hits(index.search("Bakı -universitet", limit=100, sort="-date")),
    lambda index: _hits(index.search('"yeni il" 2012', match="all")),
    lambda index: _hits(index.search("title:(il* OR k?nd) date:[2005 TO 2010]", syntax="full")),
    lambda index: _hits(index.search("dövlət~1 prezident~2", syntax="full", facets=["section", "date:year"])),
    lambda index: index.search("", facets=["section", "date:month"]).facets,
    lambda index: _hits(index.search("xalq", group_by="section", sort=["section", "title"])),
    lambda index: [dict(index.get(str(key)) or {}) for key in (0, 7, 40, _DOCUMENTS - 1, _DOCUMENTS + 1)],
    lambda index: (index.suggest("universitit"), index.autocomplete("res"), index.autocomplete("bö", kind="titles")),
    lambda index: _hits(index.more_like_this("77", limit=3)),
    lambda index: index.stats()[:2],
)


class Flips:
    """See `tests.trials.children.Trial`."""

    def __init__(self, folder: Path, seed: int, options: Any) -> None:
        self._seed = seed
        copy = Path(shutil.copytree(folder, Path(tempfile.gettempdir()) / "copy"))
        self._index = copy / "index"
        self._sources = folder / "sources"  # their paths and times stand in `sources.cache`
        self._expected = answers(self._index)
        assert not any(isinstance(answer, CorruptIndexError) for answer in self._expected)
        self._files = sorted(file for file in self._index.rglob("*") if file.is_file())
        self._sizes = [file.stat().st_size for file in self._files]
        manifest = ujson.loads((self._index / "searchkit.json").read_bytes())
        self._in_force = {"searchkit.json"}
        for name, _, _, deletions in manifest["segments"]:
            self._in_force |= {f"segments/{name}.seg", f"segments/{deletions}"}

    def run(self, number: int) -> Outcome:
        damage = self._damage(random.Random(f"{self._seed} {number}"))
        kind = f"{'cut' if damage.bit is None else 'flipped'}, {self._kind(damage.file)}"
        file = self._index / damage.file
        whole = file.read_bytes()
        try:
            file.write_bytes(_damaged(whole, damage))
            problems = searchkit.verify(self._index)
            found = answers(self._index)
            failures = [*self._unnoticed(damage, problems), *self._wrong(damage, found)]
            if damage.file == "sources.cache":
                failures += self._not_idle()
            elif damage.file == "writer.lock":
                failures += self._not_locked()
            elif number % _REPAIRED == 0:
                failures += self._not_repaired()
        finally:
            if not file.exists() or file.read_bytes() != whole:
                file.write_bytes(whole)
        refused = sum(isinstance(answer, CorruptIndexError) for answer in found)
        told = "refused" if refused == len(found) else "answered" if not refused else "answered in part"
        return Outcome(f"{kind}: {told}", "; ".join([f"{damage}: {failure}" for failure in failures]))

    def _damage(self, chance: random.Random) -> Damage:
        """Half of all damage is anywhere; the other half is shared by the files, however small they are."""
        [file] = chance.choices(range(len(self._files)), self._sizes if chance.random() < 0.5 else None)
        size = self._sizes[file]
        name = self._files[file].relative_to(self._index).as_posix()
        tail = chance.random() < 0.25  # where directories and checksums stand
        offset = chance.randrange(max(size - 2_000, 0), size) if tail else chance.randrange(size)
        if chance.random() < _CUT:
            return Damage(name, chance.choice([0, 1, size - 1, offset, offset // 4096 * 4096]), None)
        return Damage(name, offset, chance.randrange(8))

    def _kind(self, name: str) -> str:
        path = Path(name)
        if name in _FORGOTTEN or name == "searchkit.json":
            return name
        if path.suffix == ".toc":
            return "Whoosh's table of contents"
        if path.parent.name == "generations":
            return "kept manifest"
        part = "segment" if path.suffix == ".seg" else "deletions"
        return f"{part} in force" if name in self._in_force else f"{part} of a kept generation"

    def _unnoticed(self, damage: Damage, problems: list[Problem]) -> list[str]:
        """What `verify` did not find, or found where nothing is wrong."""
        named = {problem.path for problem in problems}
        wanted = set() if damage.file in _FORGOTTEN else {self._index / damage.file}
        return [] if named == wanted else [f"verify named {sorted(map(str, named))}"]

    def _wrong(self, damage: Damage, found: list[Any]) -> list[str]:
        failures = []
        for question, (answer, expected) in enumerate(zip(found, self._expected, strict=True)):
            if isinstance(answer, CorruptIndexError):
                if damage.file not in self._in_force:
                    failures.append(f"question {question} was refused: {answer}")
                elif answer.path != self._index / damage.file:
                    failures.append(f"question {question}: another file was named, {answer.path}")
            elif answer != expected:
                failures.append(f"question {question} was answered wrongly")
        return failures

    def _not_idle(self) -> list[str]:
        """What was wrong with a run on sources that have not changed."""
        outcome = _index(self._index, self._sources)
        return [] if outcome.changes[:2] == (0, 0) and not outcome.changes.deleted else [f"a run changed {outcome}"]

    def _not_locked(self) -> list[str]:
        with searchkit.open(self._index).writer():
            damaged = (self._index / "writer.lock").read_bytes()
            (self._index / "writer.lock").write_bytes(damaged[:-3] + b"\xff")
            with contextlib.suppress(LockedError):
                searchkit.open(self._index).writer()
                return ["two writers were let in"]
        return []

    def _not_repaired(self) -> list[str]:
        path = Path(tempfile.gettempdir()) / "repaired"
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self._index, path)
        repair = searchkit.repair(path)
        if problems := searchkit.verify(path):
            return [f"after the repair: {problems[0]}"]
        count = len(searchkit.open(path))
        return [] if count == repair.documents == self._expected[0] - repair.lost + repair.revived else [f"{repair}"]


def _damaged(whole: bytes, damage: Damage) -> bytes:
    if damage.bit is None:
        return whole[: damage.offset]
    byte = whole[damage.offset] ^ 1 << damage.bit
    return whole[: damage.offset] + bytes([byte]) + whole[damage.offset + 1 :]


def run(base: Path, count: int, seed: int, jobs: int = 1) -> Report:
    """Try `count` cases, with all files in the folder `base`."""
    report = Report("flips and cuts")
    prepare(base / "prepared")
    for number, outcome in tried(Flips, base / "prepared", seed, count, jobs=jobs):
        report.count(number, outcome)
    return report


def main() -> int:
    options = asked(__doc__, 5_000)
    with tempfile.TemporaryDirectory() as base:
        return run(Path(base), options.count, options.seed, options.jobs).show()


if __name__ == "__main__":
    sys.exit(main())
