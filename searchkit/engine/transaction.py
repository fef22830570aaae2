"""Writing: documents into runs, runs into a segment, and the deletions that follow from them.

Nothing that is written here is part of the index before the manifest names it: a transaction that ends in the middle,
by an error or by the end of the process, leaves files that nobody reads.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from searchkit.engine.arrays import are_in
from searchkit.engine.builder import SegmentBuilder
from searchkit.engine.groups import to_merge, together
from searchkit.engine.merge import merge
from searchkit.engine.segment import Segment, SegmentInfo, micros, write_deletions
from searchkit.schema import Date, Schema
from searchkit.storage.files import sync_folder
from searchkit.storage.hashes import id_hash

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.engine.jobs import Jobs

__all__ = ["BUDGET", "ColumnTransaction", "RunWriter"]

BUDGET = 512 << 20  # bytes of memory for documents that wait to be written


class RunWriter:
    """Takes documents and deletions in order and makes a segment of them, by way of the disk if there are many."""

    def __init__(self, folder: Path, name: str, schema: Schema, analyzer: Analyzer, budget: int) -> None:
        """The names of all files begin with `name`."""
        self._folder = folder
        self._names = (f"{name}-{number}" for number in itertools.count())
        self._schema = schema
        self._analyzer = analyzer
        self._budget = budget
        self._builder: SegmentBuilder | None = None
        self._runs: list[SegmentInfo] = []
        self._hashes: list[Any] = []  # of the ids in the runs, by document
        self._count = 0
        self._deleted: dict[str, int] = {}  # by the id: how many documents there were when it was deleted

    def add(
        self, key: str, stored: tuple[bytes, bytes], values: Mapping[str, Any], known: tuple[int, int] | None = None
    ) -> None:
        if self._builder is None:
            self._builder = SegmentBuilder(self._folder, next(self._names), self._schema, self._analyzer, self._budget)
        self._builder.add(key, *stored, values, known)
        self._count += 1
        if self._builder.is_full():
            self._write_run()

    def delete(self, key: str) -> None:
        if self._count:
            self._deleted[key] = self._count

    def _write_run(self, *, is_last: bool = False) -> None:
        if self._builder is not None:
            self._hashes.append(self._builder.hashes)
            self._runs.append(self._builder.write(is_run=not is_last or bool(self._runs)))
            self._builder = None  # the next run, or merging, needs the memory

    def finish(self) -> list[SegmentInfo]:
        """Write everything; the segment, or several where one cannot hold it, or none if no document is left."""
        self._write_run(is_last=True)
        if not self._runs:
            return []
        runs = [Segment(self._folder, run) for run in self._runs]
        dead = self._superseded(runs)
        if not dead.any() and len(runs) == 1:
            return self._runs
        start = 0
        for run in runs:
            end = start + run.documents
            _mark_deleted(run, np.flatnonzero(dead[start:end]))
            start = end
        runs = [run for run in runs if run.info.live]
        found = [
            merge(self._folder, next(self._names), self._schema, [runs[place] for place in group])
            for group in together(runs)
        ]
        del runs
        self._remove_runs()
        return found

    def _superseded(self, runs: Sequence[Segment]) -> Any:
        """Which documents have been replaced or deleted by what came after them; bool."""
        starts = np.cumsum([0, *(run.documents for run in runs)])
        dead = np.zeros(starts[-1], bool)
        last: dict[str, int] = {}
        for doc in self._doubtful().tolist():
            run = int(starts.searchsorted(doc, "right")) - 1
            key = runs[run].key(doc - int(starts[run]))
            if key in last:
                dead[last[key]] = True
            last[key] = doc
            dead[doc] = doc < self._deleted.get(key, 0)
        return dead

    def _doubtful(self) -> Any:
        """The documents, in order, whose ids have to be looked at, as their hashes are not those of one alone."""
        hashes = np.concatenate(self._hashes)
        order = hashes.argsort(kind="stable")
        is_like_next = hashes[order[1:]] == hashes[order[:-1]]
        doubtful = np.zeros(len(hashes), bool)
        doubtful[order[1:][is_like_next]] = True
        doubtful[order[:-1][is_like_next]] = True
        if self._deleted:
            doubtful |= np.isin(hashes, np.fromiter(map(id_hash, self._deleted), np.uint64, len(self._deleted)))
        return np.flatnonzero(doubtful)

    def _remove_runs(self) -> None:
        for run in self._runs:
            for name in run.files():
                with contextlib.suppress(OSError):
                    (self._folder / name).unlink()

    def abort(self) -> None:
        """Leave nothing behind."""
        if self._builder is not None:
            self._builder.abort()
        self._remove_runs()


def new_name() -> str:
    """A name for what a transaction writes, which no other has had."""
    return f"s{secrets.token_hex(8)}"


def _mark_deleted(segment: Segment, docs: Any) -> None:
    if len(docs):
        segment.live = np.ones(segment.documents, bool)
        segment.live[docs] = False
        segment.info = segment.info._replace(deleted=len(docs))


class Held:
    """See `searchkit.backend.Held`."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        hashes, contents, owners, docs = [], [], [], []
        for number, segment in enumerate(segments):
            own = segment.file.columns["ids.owners"].all
            live = np.ones(len(own), bool) if segment.live is None else segment.live[own]
            hashes.append(segment.file.columns["ids.hashes"].all[live])
            contents.append(segment.file.columns["ids.contents"].all[own[live]])
            owners.append(np.full(len(hashes[-1]), number, np.uint32))
            docs.append(own[live])
        empty = [np.zeros(0, np.uint64)]
        joined = np.concatenate(empty + hashes)
        order = joined.argsort(kind="stable")
        self.hashes = joined[order]
        self.contents = np.concatenate(empty + contents)[order]
        self._owners = np.concatenate(empty + owners)[order]
        self._docs = np.concatenate(empty + docs)[order]

    def key(self, place: int) -> str:
        return self._segments[int(self._owners[place])].key(int(self._docs[place]))


class ColumnTransaction:
    """See `searchkit.backend.Transaction`."""

    def __init__(
        self, folder: Path, schema: Schema, analyzer: Analyzer, segments: Sequence[SegmentInfo], jobs: int
    ) -> None:
        self._folder = folder
        self._schema = schema
        self._dates = [field for field, kind in schema.fields.items() if isinstance(kind, Date)]
        self._analyzer = analyzer
        self._segments = [Segment(folder, info) for info in segments]
        self._deleted: set[str] = set()
        self._name = name = new_name()  # what the names of all files begin with that are made here
        self._names = (f"{name}-{number}" for number in itertools.count())  # refers not to this, or files stay open
        self._is_committed = False
        self._jobs = jobs
        self._runs: RunWriter | Jobs | None = None

    def held(self) -> Held:
        """The documents of the index before the transaction, to compare others with them."""
        return Held(self._segments)

    def add(
        self, key: str, stored: tuple[bytes, bytes], values: Mapping[str, Any], known: tuple[int, int] | None = None
    ) -> None:
        if self._runs is None:
            self._runs = self._begin()
        # Dates go on as they are kept: to send a moment to another process takes longer than all else of a document.
        for name in self._dates:
            if name in values:
                values = {**values, name: micros(values[name])}
        self._runs.add(key, stored, values, known)

    def _begin(self) -> RunWriter | Jobs:
        name = f"{self._name}r"
        if self._jobs > 1:
            from searchkit.engine.jobs import Jobs, may_begin

            if may_begin():
                return Jobs(self._folder, name, self._schema, self._jobs, BUDGET // self._jobs)
        return RunWriter(self._folder, name, self._schema, self._analyzer, BUDGET)

    def delete(self, key: str) -> None:
        self._deleted.add(key)
        if self._runs is not None:
            self._runs.delete(key)

    def commit(self, *, optimize: bool = False) -> list[SegmentInfo]:
        """The segments of the index afterwards; their files are on the disk and no longer this transaction's.

        With `optimize` everything becomes one segment, or as few as can hold it.
        """
        made = self._runs.finish() if self._runs is not None else []
        new = [Segment(self._folder, info) for info in made]
        old = [self._without_replaced(segment, new) for segment in self._segments]
        segments = [segment for segment in (*old, *new) if segment.info.live]
        while group := to_merge(segments, optimize=optimize):
            chosen = [segments[place] for place in group]
            info = merge(self._folder, next(self._names), self._schema, chosen)
            kept = [segment for place, segment in enumerate(segments) if place not in group]
            kept.insert(min(group), Segment(self._folder, info))
            segments = kept
        infos = [segment.info for segment in segments]
        self._remove_all_but({name for info in infos for name in info.files()})
        sync_folder(self._folder)
        self._is_committed = True
        return infos

    def _without_replaced(self, segment: Segment, new: Sequence[Segment]) -> Segment:
        """The segment without the documents that are deleted or have a new version."""
        gone: set[int] = set()
        if self._deleted:
            hashes = np.unique(np.fromiter(map(id_hash, self._deleted), np.uint64, len(self._deleted)))
            gone.update(doc for doc in segment.find_hashes(hashes).tolist() if segment.key(doc) in self._deleted)
        for other in new:
            few, many = sorted((each.file.columns["ids.hashes"].all for each in (segment, other)), key=len)
            shared = few[are_in(many, few)]
            keys = {other.key(doc) for doc in other.find_hashes(shared).tolist()}
            gone.update(doc for doc in segment.find_hashes(shared).tolist() if segment.key(doc) in keys)
        docs = np.array(sorted(gone), np.int64)
        if not len(docs):
            return segment
        deleted = docs if segment.deleted is None else np.union1d(segment.deleted, docs)
        name = f"{next(self._names)}.del"
        write_deletions(self._folder / name, deleted)
        return Segment(self._folder, segment.info._replace(deleted=len(deleted), deletions=name), segment)

    def abort(self) -> None:
        """Leave nothing behind, unless there has been a commit."""
        if not self._is_committed:
            if self._runs is not None:
                self._runs.abort()
            self._remove_all_but(set())

    def _remove_all_but(self, wanted: Set[str]) -> None:
        for path in self._folder.glob(f"{self._name}*"):
            if path.name not in wanted:
                with contextlib.suppress(OSError):
                    path.unlink()
