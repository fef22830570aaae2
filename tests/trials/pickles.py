"""Crafted pickles in every file of an index, and every way to read them: none may run.

    python -m tests.trials.pickles

The payload makes a folder when it is unpickled. It is put under the name of each file of an index, of each file that
Whoosh might look for beside them, in the layouts in which Whoosh expects pickles (table of contents, compound file,
hash table) and in searchkit's own under right checksums. Then all that searchkit can do with an index is done with it,
each time with a fresh copy. For comparison the same files are given to Whoosh's own `open_dir` and `exists_in`.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import pickle
import random
import shutil
import struct
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import ujson
from whoosh.fields import Schema as WhooshSchema

import searchkit
from searchkit import Date, Keyword, Schema, Text
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile
from searchkit.engine.whoosh_toc import _varint
from searchkit.indexing.sources import index_files
from searchkit.storage.manifest import _crc
from tests.trials.children import Outcome, Report, asked, tried

__all__ = ["LOADERS", "Pickles", "main", "run"]

SCHEMA = Schema(title=Text(), body=Text(), section=Keyword(), date=Date())
_MARKER = "executed"
# Names that Whoosh gives its files, the newest table of contents among them.
_WHOOSH_NAMES = (
    *("_MAIN_999.toc", "_MAIN_999.toc.1.tmp", "MAIN_WRITELOCK"),
    *(f"MAIN_0123456789abcdef.{ending}" for ending in ("seg", "trm", "pst", "dci", "dcz", "vps", "vpst", "fdt", "col")),
    *("segments/MAIN_0123456789abcdef.seg", "generations/g000999.json", "searchkit.json.1.tmp", "sources.cache.1.tmp"),
)


class Crafted(NamedTuple):
    """A file and what is put into it."""

    file: str
    form: str
    content: bytes


class _Payload:
    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self._marker),)


def payloads(marker: Path) -> Iterator[tuple[str, bytes]]:
    """Pickles that make the folder `marker`, each with the name of what it looks like."""
    for protocol in (0, 2, pickle.HIGHEST_PROTOCOL):
        yield f"protocol {protocol}", pickle.dumps(_Payload(marker), protocol)
    yield "protocol 2 in a list", pickle.dumps([_Payload(marker)], 2)


# ---------------------------------------------------------------- what is crafted


def crafted(index: Path, marker: Path) -> list[Crafted]:
    """All files that are tried."""
    made = []
    files = sorted(file.relative_to(index).as_posix() for file in index.rglob("*") if file.is_file())
    for kind, payload in payloads(marker):
        for name in (*files, *_WHOOSH_NAMES):
            layouts = {"": payload, "a compound file": _compound(payload), "a hash table": _hash_table(payload)}
            if name.endswith(".toc"):
                layouts["a table of contents, schema"] = _contents(payload, pickle.dumps([], 2), name)
                layouts["a table of contents, segments"] = _contents(pickle.dumps(WhooshSchema(), 2), payload, name)
            made += [Crafted(name, f"{form} {kind}", content) for form, content in layouts.items()]
        for name in files:
            made += [Crafted(name, f"{form} {kind}", content) for form, content in _own(index / name, payload)]
    return made


def _contents(schema: bytes, segments: bytes, name: str) -> bytes:
    """As whoosh.index.TOC.write lays it out, with searchkit's checksum behind."""
    generation = int(name.split("_")[-1].split(".")[0])
    head = bytes((4, 8, 4)) + struct.pack("!ii", -12345, -111) + bytes((2, 7, 4))
    content = head + _varint(len(schema)) + schema + struct.pack("!ii", generation, 0) + segments
    return content + struct.pack("!I", zlib.crc32(content))


def _compound(payload: bytes) -> bytes:
    """As whoosh.filedb.compound lays it out: where the directory begins, files, two pickles."""
    return struct.pack("!qi", 12, 0) + payload + payload


def _hash_table(payload: bytes) -> bytes:
    """As whoosh.filedb.filetables lays it out, with a pickle of extras at the end."""
    return b"HSH3" + bytes(4) + payload + struct.pack("!ii", 8, len(payload))


def _own(file: Path, payload: bytes) -> Iterator[tuple[str, bytes]]:
    """The payload in searchkit's own layouts, under right checksums."""
    text = payload.decode("latin-1")
    if file.suffix == ".json":
        manifest = ujson.loads(file.read_bytes())
        for key in set(manifest) - {"crc32", "format"}:
            changed = {name: value for name, value in manifest.items() if name != "crc32"} | {key: text}
            yield f"{key} of a manifest", ujson.dumps({**changed, "crc32": _crc(changed)}).encode()
    elif file.suffix in (".seg", ".del"):
        yield from _columns(file, payload)
    elif file.name == "sources.cache":
        header = ujson.dumps({"settings": text, "files": [[text, text, 1, 1, 1]]}).encode()
        data = b"searchkit sources 1\n" + header + b"\n" + payload
        yield "a cache", data + zlib.crc32(data).to_bytes(4, "little")
    elif file.name == "writer.lock":
        yield "a lock", ujson.dumps({"pid": text, "host": text, "since": text}).encode()


def _columns(file: Path, payload: bytes) -> Iterator[tuple[str, bytes]]:
    opened = ColumnFile(file)
    for name in opened.columns:
        target = Path(tempfile.mkdtemp()) / "columns"
        writer = ColumnWriter(target)
        for other, column in opened.columns.items():
            values = np.array(column.all)
            if other == name:
                packed = zlib.compress(payload) if name == "store.blocks" else payload
                size = max(values.nbytes, len(packed)) + -max(values.nbytes, len(packed)) % 8
                values = np.frombuffer(packed.ljust(size, b"\0")[:size], values.dtype)
            writer.add(other, values)
        writer.finish(opened.meta)
        yield f"column {name}", target.read_bytes()


# ---------------------------------------------------------------- what is done with it


def _ask(index: searchkit.Index) -> None:
    for hit in index.search("kitab neft", facets=["section", "date:year"], sort="-date"):
        hit.to_dict()
        hit.snippet("body").html()
    for syntax, query in (("simple", '"yeni kitab" -qaz'), ("full", "k* OR nfet~ OR title:[a TO z]")):
        assert index.search(query, syntax=syntax).total >= 0
    index.suggest("kitba")
    index.autocomplete("ki", kind="titles")
    index.more_like_this("1")
    dict(index.get("1") or {})


def _with_whoosh(index: searchkit.Index) -> None:
    from whoosh import query as wq

    opened = index.whoosh()
    with opened.searcher() as searcher:
        for hit in searcher.search(wq.Or([wq.Term("body", "kitab"), wq.Regex("body", "k.*")]), sortedby="date"):
            hit.highlights("body")
        list(searcher.reader().all_terms())
        list(searcher.reader().all_stored_fields())
        searcher.suggest("body", "kitba")


def _write(path: Path) -> None:
    index = searchkit.open(path)
    with index.writer() as writer:
        writer.add({"id": "9", "body": "kitab"})
        writer.delete("1")
    _ask(index)


def _sync(path: Path) -> None:
    with searchkit.open(path).writer() as writer:
        writer.sync([{"id": "2", "body": "neft"}, {"id": "8", "body": "qaz"}], delete_missing=True)


def _rebuild(path: Path) -> None:
    with searchkit.rebuild(path, SCHEMA) as writer:
        writer.add({"id": "1", "body": "kitab"})
    _ask(searchkit.open(path))


def _files(path: Path, **options: Any) -> None:
    source = path.parent / "sources"
    index_files(path, [str(source)], on_size=_ignored, on_bytes=_ignored, on_error=_ignored, **options)


def _ignored(_: object) -> None:
    pass


def _command(*arguments: str) -> Callable[[Path], None]:
    from searchkit.cli import main as command

    def run(path: Path) -> None:
        heard = io.StringIO()
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard), contextlib.suppress(SystemExit):
            command([argument.replace("INDEX", str(path)) for argument in arguments])

    return run


LOADERS: dict[str, Callable[[Path], object]] = {
    "open and search": lambda path: _ask(searchkit.open(path, refresh=True)),
    "stats": lambda path: searchkit.open(path).stats(),
    "Whoosh, opened by searchkit": lambda path: _with_whoosh(searchkit.open(path)),
    "write": _write,
    "sync": _sync,
    "optimize": lambda path: searchkit.open(path).optimize(),
    "index files": lambda path: _files(path, delete_missing=True),
    "index files if changed": lambda path: _files(path, if_changed=True),
    "rebuild": _rebuild,
    "rebuild from files": lambda path: _files(path, rebuild=True),
    "create": lambda path: searchkit.create(path),
    "open or create": lambda path: searchkit.open_or_create(path, SCHEMA),
    "verify": searchkit.verify,
    "repair": searchkit.repair,
    "rollback": searchkit.rollback,
    "snapshot": lambda path: searchkit.snapshot(path, path.parent / "snapshot"),
    "snapshot as a copy": lambda path: searchkit.snapshot(path, path.parent / "copied", copy=True),
    "command stats": _command("stats", "INDEX"),
    "command query": _command("query", "kitab", "--index", "INDEX"),
    "command verify --repair": _command("verify", "INDEX", "--repair"),
}


def prepare(folder: Path) -> None:
    """An index of two segments, with deletions and kept generations, and the file that it was made of."""
    (folder / "sources").mkdir(parents=True)
    source = folder / "sources" / "documents.jsonl"
    for count in (5, 7):
        documents = [
            {"id": str(n), "title": "Kitab", "body": "yeni kitab neft " * 30, "section": "a", "date": "2022"}
            for n in range(count)
        ]
        documents[0]["body"] = f"qaz {count}"
        source.write_text("".join(ujson.dumps(document) + "\n" for document in documents), "utf-8")
        os.utime(source, (1e9 + count, 1e9 + count))
        options: dict[str, Any] = {"on_size": _ignored, "on_bytes": _ignored, "on_error": _ignored}
        index_files(folder / "index", [str(source)], SCHEMA if count == 5 else None, **options)


class Pickles:
    """See `tests.trials.children.Trial`: a case is one crafted file, read in all ways."""

    def __init__(self, folder: Path, seed: int, options: Any) -> None:
        self._prepared = folder
        self._own = Path(tempfile.gettempdir())
        self._marker = self._own / _MARKER
        self._cases = crafted(folder / "index", self._marker)
        random.Random(seed).shuffle(self._cases)

    def run(self, number: int) -> Outcome:
        case = self._cases[number % len(self._cases)]
        failures = []
        for name, load in LOADERS.items():
            problem = self._load(case, load)
            if self.ran():
                failures.append(f"{name} ran the code")
            # What makes no sense under right checksums is not damage but forgery, which may be met with other errors.
            elif problem and not case.form.startswith("column"):
                failures.append(f"{name} raised {problem}")
        kind = "a file of segments" if case.file.startswith("segments") else Path(case.file).suffix or case.file
        return Outcome(f"{kind}", "; ".join(f"{case.file}, {case.form}: {failure}" for failure in failures))

    def _load(self, case: Crafted, load: Callable[[Path], object]) -> str:
        """Read a fresh copy with the crafted file; what was raised besides searchkit's own errors."""
        folder = Path(tempfile.mkdtemp())
        shutil.copytree(self._prepared, folder, dirs_exist_ok=True)
        target = folder / "index" / case.file
        target.write_bytes(case.content)
        try:
            load(folder / "index")
        except searchkit.SearchkitError:
            pass
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            shutil.rmtree(folder)
        return ""

    def ran(self) -> bool:
        """Whether the payload has been executed since it was last asked."""
        if not self._marker.exists():
            return False
        self._marker.rmdir()
        return True

    def run_by_whoosh(self) -> dict[str, int]:
        """How many of the crafted files run code in functions of Whoosh's own, and in `pickle` itself."""
        from whoosh.index import exists_in, open_dir

        readers: dict[str, Callable[[Path], object]] = {
            "whoosh.index.open_dir": lambda path: open_dir(str(path)),
            "whoosh.index.exists_in": lambda path: exists_in(str(path)),
        }
        found = dict.fromkeys(readers, 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # Whoosh leaves files open that it cannot read
            for case in self._cases:
                if case.file.endswith(".toc"):
                    for name, read in readers.items():
                        self._load(case, read)
                        found[name] += self.ran()
            gc.collect()
        for kind, payload in payloads(self._marker):
            pickle.loads(payload)
            found[f"pickle.loads, {kind}"] = self.ran()
        return found


def run(base: Path, count: int, seed: int, jobs: int = 1) -> Report:
    """Try `count` crafted files, or all if it is 0, with all files in the folder `base`."""
    report = Report(f"crafted pickles, each read in {len(LOADERS)} ways")
    prepare(base / "prepared")
    count = count or len(crafted(base / "prepared" / "index", base / _MARKER))
    for number, outcome in tried(Pickles, base / "prepared", seed, count, jobs=jobs):
        report.count(number, outcome)
    (base / "compared").mkdir()
    tempfile.tempdir = str(base / "compared")
    try:
        compared = Pickles(base / "prepared", seed, None).run_by_whoosh()
    finally:
        tempfile.tempdir = None
    report.notes += [f"for comparison, run by {name}: {times:,}" for name, times in compared.items()]
    if not all(compared.values()):
        report.failures.append("the payload does nothing, so it shows nothing")
    return report


def main() -> int:
    options = asked(__doc__, 0)
    with tempfile.TemporaryDirectory() as base:
        return run(Path(base), options.count, options.seed, options.jobs).show()


if __name__ == "__main__":
    sys.exit(main())
