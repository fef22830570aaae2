"""What can still be read of the documents of damaged segments."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ujson

from searchkit.backend import Salvaged
from searchkit.engine.columns import ColumnFile
from searchkit.engine.segment import Segment, SegmentInfo
from searchkit.engine.store import Store
from searchkit.errors import CorruptIndexError
from searchkit.storage.checksums import content_hash

__all__ = ["salvage"]

_UNREADABLE = (CorruptIndexError, LookupError, TypeError, ValueError, zlib.error)


def salvage(
    folder: Path, damaged: Sequence[SegmentInfo], sound: Sequence[SegmentInfo]
) -> Iterator[tuple[SegmentInfo, Iterator[Salvaged]]]:
    """Of each damaged segment, its documents that are whole and not deleted.

    Where the list of the deleted documents is damaged itself, those whose ids stand in another segment are left out:
    they have been replaced. Of the others nobody can tell.
    """
    others = [Segment(folder, info) for info in sound]
    given: set[str] = set()
    deletions = [(info, _deleted(folder, info)) for info in damaged]
    for info, deleted in sorted(deletions, key=lambda entry: entry[1] is None):
        yield info, _documents(folder, info, deleted, others, given)


def _deleted(folder: Path, info: SegmentInfo) -> set[int] | None:
    """The deleted documents of a segment; None if they cannot be known."""
    if not info.deletions:
        return set()
    try:
        deleted = set(ColumnFile(folder / info.deletions).columns["deleted"].all.tolist())
    except _UNREADABLE:
        return None
    return deleted if len(deleted) == info.deleted else None


def _documents(
    folder: Path, info: SegmentInfo, deleted: set[int] | None, others: Sequence[Segment], given: set[str]
) -> Iterator[Salvaged]:
    try:
        columns = ColumnFile(folder / f"{info.name}.seg").columns
        store = Store(columns)
    except _UNREADABLE:
        return
    for doc in range(info.documents):
        if deleted is not None and doc in deleted:
            continue
        try:
            head, tail = store.head(doc), store.tail(doc)
            document = {**ujson.loads(head), **(ujson.loads(tail) if tail else {})}
        except _UNREADABLE:
            continue
        key = document.get("id")
        if not isinstance(key, str) or key in given or not _is_as_written(columns, doc, head, tail):
            continue
        if any(segment.find_id(key) >= 0 for segment in others):
            continue
        given.add(key)
        yield key, (head, tail), document


def _is_as_written(columns: dict[str, Any], doc: int, head: bytes, tail: bytes) -> bool:
    """Whether a document is the one whose hash was kept; where that cannot be read, its checksums must do."""
    try:
        return bool(columns["ids.contents"].at(doc) == content_hash(head, tail))
    except _UNREADABLE:
        return True
