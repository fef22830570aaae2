"""Checking segments: every byte against its checksum, and then whether what the columns say makes sense together.

The bytes of a sound segment are what was written; the meaning is checked besides, because a fault of memory, of a
program or of somebody who meant harm can be written with the right checksum. Nothing here trusts a number before it
has been looked at: a column that leads nowhere is a problem to be named, never an exception.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import ujson

from searchkit.backend import Problem
from searchkit.engine.checks import SENSELESS, Checks, shown
from searchkit.engine.columns import ColumnFile
from searchkit.engine.narrow import Narrow
from searchkit.engine.segment import MISSING_DATE, Segment, SegmentInfo
from searchkit.engine.terms import BLOCK, TermDictionary
from searchkit.engine.verify_text import check_text
from searchkit.errors import CorruptIndexError
from searchkit.storage.checksums import content_hash
from searchkit.storage.hashes import id_hash

__all__ = ["check_generation", "check_segment"]

_FIRST_DATE, _LAST_DATE = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999 in microseconds


def check_generation(folder: Path, infos: list[SegmentInfo], known: dict[object, list[Problem]]) -> list[Problem]:
    """The problems of the segments of a generation. `known` has those of the files that other generations share."""
    found: list[Problem] = []
    sound: list[Segment] = []
    for info in infos:
        part = (info.name, info.documents)
        if part not in known:
            known[part] = check_segment(folder, info)
        if info not in known:
            known[info] = _check_deletions(folder, info) if info.deletions else []
        found += known[part] + known[info]
        if not known[part] and not known[info]:
            sound.append(Segment(folder, info))
    return found + _check_ids_are_one(sound)


def check_segment(folder: Path, info: SegmentInfo) -> list[Problem]:
    """The problems of the file of a segment, without its deletions."""
    path = folder / f"{info.name}.seg"
    try:
        segment = Segment(folder, SegmentInfo(info.name, info.documents))
    except (CorruptIndexError, *SENSELESS) as error:
        return [_unopened(path, error)]
    damaged = [_of_page(path, *page) for page in segment.file.damaged()]
    return damaged or _check_meaning(segment)


def _check_deletions(folder: Path, info: SegmentInfo) -> list[Problem]:
    """The problems of the list of a segment's deleted documents."""
    path = folder / info.deletions
    try:
        file = ColumnFile(path)
        damaged = [_of_page(path, *page) for page in file.damaged()]
        if damaged:
            return damaged
        column = file.columns["deleted"]
        deleted = column.all.astype(np.int64)
    except (CorruptIndexError, *SENSELESS) as error:
        return [_unopened(path, error)]
    wrong = np.flatnonzero((deleted >= info.documents) | (np.diff(deleted, prepend=-1) <= 0))
    if len(wrong):
        place = int(wrong[0])
        return [Problem(path, "the deleted documents are not ascending numbers", column.offset(place), "deleted")]
    if len(deleted) != info.deleted:
        reason = f"it lists {len(deleted):,} deleted documents, and the manifest counts {info.deleted:,}"
        return [Problem(path, reason, None, "deleted")]
    return []


def _check_ids_are_one(segments: list[Segment]) -> list[Problem]:
    """The live documents of several segments that have the same id: a problem for each two segments that share some."""
    hashes, owners, docs = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number, segment in enumerate(segments):
        own = segment.file.columns["ids.owners"].all
        live = slice(None) if segment.live is None else segment.live[own]
        hashes.append(segment.file.columns["ids.hashes"].all[live])
        docs.append(own[live].astype(np.int64))
        owners.append(np.full(len(docs[-1]), number))
    joined = np.concatenate(hashes)
    order = np.argsort(joined, kind="stable")
    alike = np.flatnonzero(joined[order][1:] == joined[order][:-1])
    pairs = np.stack([order[alike], order[alike + 1]], axis=1)
    shared: dict[tuple[int, int], list[str]] = {}
    numbers = zip(np.concatenate(owners)[pairs].tolist(), np.concatenate(docs)[pairs].tolist(), strict=True)
    for (one, other), (its_doc, others_doc) in numbers:
        key = segments[one].key(its_doc)
        if key == segments[other].key(others_doc):
            shared.setdefault((one, other), []).append(key)
    return [_shared(segments[one].file.path, segments[other].file.path, keys) for (one, other), keys in shared.items()]


def _shared(one: Path, other: Path, keys: list[str]) -> Problem:
    reason = f"two documents have the id {keys[0]!r}; the other is in {one.name}"
    more = f", and so are those of {len(keys) - 1:,} ids more" if len(keys) > 1 else ""
    return Problem(other, reason + more, None, "ids.hashes")


def _unopened(path: Path, error: BaseException) -> Problem:
    if isinstance(error, CorruptIndexError) and error.path is not None:
        return Problem(error.path, error.reason, error.offset)
    return Problem(path, f"it makes no sense ({type(error).__name__}: {error})")


def _of_page(path: Path, start: int, columns: str, error: CorruptIndexError) -> Problem:
    return Problem(path, error.reason, start, columns or None)


def _check_meaning(segment: Segment) -> list[Problem]:
    """What is wrong with a segment whose bytes are sound: the first problem of each of its parts."""
    checks = Checks(segment)
    texts = segment.file.meta.get("texts", {})
    fields = [name.removesuffix(".terms.heads") for name in checks.columns if name.endswith(".terms.heads")]
    checks.attempt("ids.hashes", _check_ids)
    checks.attempt("store.heads", _check_store)
    for field in fields:
        checks.attempt(f"{field}.terms.bytes", _check_terms, field)
        if f"{field}.values.first" in checks.columns:
            checks.attempt(f"{field}.first", _check_keyword, field)
        elif field in texts:
            checks.attempt(f"{field}.first", check_text, field)
    for field in set(texts) - set(fields):
        checks.add(f"{field}.terms.heads", "the column is missing")
    for name in checks.columns:
        if name.endswith(".values") and f"{name}.first" not in checks.columns:
            checks.attempt(name, _check_values, name)
    return checks.found


def _check_ids(checks: Checks) -> None:
    hashes = checks.column("ids.hashes", checks.documents).all
    docs = checks.column("ids.owners", checks.documents).all
    checks.require("ids.hashes", hashes[:-1] <= hashes[1:], "the hashes are not sorted")
    seen = np.zeros(checks.documents, bool)
    checks.require("ids.owners", docs < checks.documents, "a document has a number too high")
    seen[docs] = True
    if not seen.all():
        checks.stop("ids.owners", f"document {int(np.argmin(seen)):,} has no id")


def _check_store(checks: Checks) -> None:
    count = checks.documents
    columns = checks.columns
    checks.starts("store.head_starts", count, len(columns["store.heads"]), empty=False)
    blocks = len(columns["store.block_docs"]) - 1
    bounds = checks.starts("store.block_docs", blocks, count, empty=False)
    checks.starts("store.block_starts", blocks, len(columns["store.blocks"]), empty=False)
    dictionaries = len(columns["store.dictionary_starts"]) - 1
    starts = checks.starts("store.dictionary_starts", dictionaries, len(columns["store.dictionaries"]), empty=True)
    lengths = np.diff(starts)
    checks.require("store.dictionary_starts", (lengths > 0) == (np.arange(dictionaries) > 0), "not the first is empty")
    used = checks.column("store.block_dictionaries", blocks).all
    checks.require("store.block_dictionaries", used < dictionaries, "a block has a dictionary that is not there")
    tails = checks.column("store.tails", count).all.astype(np.int64)
    hashes = np.zeros(count, np.uint64)
    hashes[columns["ids.owners"].all] = columns["ids.hashes"].all
    contents = checks.column("ids.contents", count).all
    store = checks.segment.store
    for block, (first, last) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        starts = tails[first:last]
        data = store.unpacked(block)
        ends = [*starts[1:].tolist(), len(data)]
        checks.require("store.tails", np.diff(starts, append=len(data)) >= 0, "the tails overlap", first)
        if starts[0] != 0:
            checks.stop("store.tails", "the first tail does not begin with its block", first)
        for doc, start, end in zip(range(first, last), starts.tolist(), ends, strict=True):
            _check_document(checks, doc, store.head(doc), data[start:end], int(hashes[doc]), int(contents[doc]))


def _check_document(checks: Checks, doc: int, head: bytes, tail: bytes, hash_: int, content: int) -> None:
    try:
        fields = ujson.loads(head)
        rest = ujson.loads(tail) if tail else {}
        key = fields["id"]
    except (KeyError, TypeError, ValueError) as error:
        checks.stop("store.heads", f"document {doc:,} cannot be read ({error})")
    if {name for name, value in fields.items() if value == []} != set(rest):
        checks.stop("store.heads", f"head and tail of document {doc:,} do not belong together")
    if not isinstance(key, str) or id_hash(key) != hash_:
        checks.stop("ids.hashes", f"the hash for document {doc:,} is not that of its id {key!r}")
    if content_hash(head, tail) != content:
        checks.stop("ids.contents", f"the hash for document {doc:,} is not that of its content", doc)


def _check_terms(checks: Checks, field: str) -> None:
    name = f"{field}.terms"
    shared = checks.columns[f"{name}.shared"].all.astype(np.int64)
    count = len(shared)
    checks.column(f"{name}.lengths", count)
    checks.exceptions(f"{name}.lengths")
    lengths = Narrow(checks.columns, f"{name}.lengths")[0:count]
    blocks = -(-count // BLOCK)
    starts = checks.starts(f"{name}.starts", blocks, len(checks.columns[f"{name}.bytes"]), empty=True)
    heads = checks.column(f"{name}.heads", blocks).all
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    checks.require(f"{name}.starts", starts == [*ends[:-1:BLOCK], ends[-1]], "a block does not begin where it should")
    before = np.concatenate([np.zeros(1, np.int64), (shared + lengths)[:-1]])
    before[::BLOCK] = 0
    checks.require(f"{name}.shared", shared <= before, "a term shares more than the one before it has")
    last = b""
    for number, term in enumerate(TermDictionary(checks.columns, field).terms()):
        if number and term <= last:
            checks.stop(f"{name}.bytes", f"term {number:,}, {shown(term)}, is not above the one before", None)
        if number % BLOCK == 0 and int(heads[number // BLOCK]) != int.from_bytes(term[:8].ljust(8, b"\0"), "big"):
            checks.stop(f"{name}.heads", f"it does not say how term {number:,}, {shown(term)}, begins", number // BLOCK)
        last = term


def _check_keyword(checks: Checks, field: str) -> None:
    count = len(checks.columns[f"{field}.terms.shared"])
    numbers = checks.columns[f"{field}.values"].all.astype(np.int64)
    first = checks.starts(f"{field}.first", count, len(numbers), empty=False)
    value_first = checks.starts(f"{field}.values.first", checks.documents, len(numbers), empty=True)
    docs = checks.column(f"{field}.docs", len(numbers)).all.astype(np.int64)
    checks.require(f"{field}.values", numbers < count, "a document has a term that is not there")
    owners = np.repeat(np.arange(checks.documents), np.diff(value_first))
    order = np.argsort(numbers, kind="stable")
    checks.require(f"{field}.docs", docs == owners[order], "the documents of the terms are not those that have them")
    counted = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(numbers, minlength=count))])
    checks.require(f"{field}.first", first == counted, "a term has not as many documents as it says")
    inside = np.ones(len(docs), bool)
    inside[first[:-1]] = False
    checks.require(f"{field}.docs", (np.diff(docs, prepend=-1) > 0) | ~inside, "a document has a term twice")


def _check_values(checks: Checks, name: str) -> None:
    values = checks.column(name, checks.documents).all
    if values.dtype.kind == "f":
        checks.require(name, ~np.isinf(values), "a number is infinite")
    else:
        sound = (values == MISSING_DATE) | ((values >= _FIRST_DATE) & (values <= _LAST_DATE))
        checks.require(name, sound, "a date is out of the years 1 to 9999")
