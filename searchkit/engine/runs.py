"""Runs: documents in the order in which they come, written when memory is full, and made a segment of at the end."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from searchkit.engine.builder import SegmentBuilder
from searchkit.engine.groups import together
from searchkit.engine.merge import merge
from searchkit.engine.segment import Segment, SegmentInfo
from searchkit.schema import Schema
from searchkit.storage.hashes import id_hash

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["RunWriter"]


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


def _mark_deleted(segment: Segment, docs: Any) -> None:
    if len(docs):
        segment.live = np.ones(segment.documents, bool)
        segment.live[docs] = False
        segment.info = segment.info._replace(deleted=len(docs))
