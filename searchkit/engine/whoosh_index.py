"""An index of searchkit as an index of Whoosh's, opened by the manifest: no pickle is read, so nobody's code is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from searchkit.backend import State
from searchkit.engine.segment import SegmentInfo
from searchkit.engine.whoosh_codec import ColumnSegment
from searchkit.engine.whoosh_schema import read_only, whoosh_schema
from searchkit.engine.whoosh_searcher import PlanSearcher
from searchkit.errors import CorruptIndexError
from searchkit.schema import Schema

__all__ = ["ManifestIndex"]


class ManifestIndex(FileIndex):  # type: ignore[misc,unused-ignore]
    """What `whoosh.index.open_dir` gives, without Whoosh's table of contents."""

    def __init__(self, folder: Path, read: Callable[[], tuple[Schema, State, int]]) -> None:
        """`read` gives what the manifest says now: the schema, the segments and the number of the generation."""
        self.storage = FileStorage(str(folder), readonly=True)
        self.indexname = "MAIN"
        self._schema = None
        self._read = read

    def _read_toc(self) -> Any:
        schema, state, generation = self._read()
        segments = [ColumnSegment(SegmentInfo(*described)) for described in state]
        return TOC(whoosh_schema(schema, read_only=True), segments, generation)

    def latest_generation(self) -> int:
        return self._read()[2]

    def last_modified(self) -> float:
        return (Path(self.storage.folder) / "searchkit.json").stat().st_mtime

    def searcher(self, **options: Any) -> Any:
        return PlanSearcher(self.reader(), fromindex=self, **options)

    def reader(self, reuse: Any = None) -> Any:
        try:
            return super().reader()  # with one to reuse, some distributions add the segments of that to those in force
        except FileNotFoundError as error:  # by which Whoosh looks for a newer generation, and has found none
            if isinstance(error.__cause__, CorruptIndexError):
                raise error.__cause__ from None
            raise

    def writer(self, procs: int = 1, **_: Any) -> Any:
        raise read_only()
