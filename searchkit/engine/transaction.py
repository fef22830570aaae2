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
from searchkit.engine.groups import to_merge
from searchkit.engine.merge import merge
from searchkit.engine.runs import RunWriter
from searchkit.engine.segment import Segment, SegmentInfo, micros, write_deletions
from searchkit.schema import Date, Schema
from searchkit.storage.files import sync_folder
from searchkit.storage.hashes import id_hash

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.engine.jobs import Jobs

__all__ = ["BUDGET", "ColumnTransaction"]

BUDGET = 512 << 20  # bytes of memory for documents that wait to be written


def new_name() -> str:
    """A name for what a transaction writes, which no other has had."""
    return f"s{secrets.token_hex(8)}"


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
