"""Merging segments into one, on arrays: the documents follow one another, deleted ones are left out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from searchkit.engine.arrays import beginnings, counting_order, runs
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.next_words import are_frequent, has_signs
from searchkit.engine.next_words_writer import signs_of
from searchkit.engine.postings import FieldPostings
from searchkit.engine.postings_writer import PostingsWriter
from searchkit.engine.segment import MISSING_DATE, Segment, SegmentInfo
from searchkit.engine.store_writer import StoreWriter
from searchkit.engine.terms import TermDictionary
from searchkit.engine.terms_writer import write_terms
from searchkit.engine.values_writer import write_ids, write_keywords
from searchkit.schema import Date, Keyword, Number, Schema

__all__ = ["merge"]

_BATCH = 1 << 19  # postings, about, that are in memory at a time
_TERMS = 1 << 14  # of the largest dictionary that are merged with those of others at a time
_RELEASED = 2048  # blocks of stored documents, likewise


def merge(folder: Path, name: str, schema: Schema, segments: Sequence[Segment]) -> SegmentInfo:
    """Write the live documents of `segments` as one segment."""
    numbering = _Numbering(segments)
    writer = ColumnWriter(folder / f"{name}.seg")
    try:
        meta: dict[str, Any] = {"documents": numbering.documents, "texts": {}}
        for field, kind in schema.fields.items():
            if field in schema.text_fields and (tokens := _live_tokens(segments, field)):
                meta["texts"][field] = _merge_text(writer, field, segments, numbering, tokens)
            elif isinstance(kind, Keyword) and any(segment.keyword(field) for segment in segments):
                _merge_keyword(writer, field, segments, numbering)
            elif isinstance(kind, (Date, Number)):
                _merge_values(writer, field, kind, segments)
        _merge_ids(writer, segments, numbering)
        _merge_store(writer, segments)
        writer.finish(meta)
    except BaseException:
        writer.abort()
        raise
    return SegmentInfo(name, numbering.documents)


class _Numbering:
    """The new numbers of the documents of each segment; -1 for those that are deleted."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.maps: list[Any] = []
        base = 0
        for segment in segments:
            if segment.live is None:
                self.maps.append(np.arange(base, base + segment.documents))
            else:
                self.maps.append(np.where(segment.live, np.cumsum(segment.live) - 1 + base, -1))
            base += segment.info.live
        self.documents = base


def _merge_terms(dictionaries: Sequence[TermDictionary | None]) -> tuple[list[bytes], list[Any]]:
    """All terms in order, and for each dictionary the new numbers of its terms."""
    terms: list[bytes] = []
    new: list[list[Any]] = [[np.zeros(0, np.int64)] for _ in dictionaries]
    for ranges in _term_ranges(dictionaries):
        own = [
            list(dictionary.terms(start, stop)) if dictionary is not None else []
            for dictionary, (start, stop) in zip(dictionaries, ranges, strict=True)
        ]
        joined = list(itertools.chain.from_iterable(own))
        joined.sort()  # which finds that they are in order already and only need to be merged
        numbers = {term: number for number, term in enumerate(dict.fromkeys(joined), len(terms))}
        terms.extend(numbers)
        for found, each in zip(new, own, strict=True):
            found.append(np.fromiter(map(numbers.__getitem__, each), np.int64, len(each)))
    return terms, [np.concatenate(found) for found in new]


def _term_ranges(dictionaries: Sequence[TermDictionary | None]) -> Iterator[list[tuple[int, int]]]:
    """Ranges of the numbers of each dictionary whose terms lie between the same two, so that few are held at a time."""
    sizes = [len(dictionary) if dictionary is not None else 0 for dictionary in dictionaries]
    largest = dictionaries[sizes.index(max(sizes))]
    starts = [0] * len(sizes)
    for place in range(_TERMS, max(sizes), _TERMS):
        assert largest is not None  # it has terms
        bound = largest.term(place)
        stops = [dictionary.lower_bound(bound) if dictionary is not None else 0 for dictionary in dictionaries]
        yield list(zip(starts, stops, strict=True))
        starts = stops
    yield list(zip(starts, sizes, strict=True))


def _merge_text(
    writer: ColumnWriter, field: str, segments: Sequence[Segment], numbering: _Numbering, tokens: int
) -> dict[str, Any]:
    sources = [segment.text(field) for segment in segments]
    lengths = np.concatenate([*map(_live_lengths, segments, sources)])
    terms, new = _merge_terms([source.terms if source else None for source in sources])
    postings = PostingsWriter(writer, field, lengths, tokens, numbering.documents)
    kept: list[Any] = []
    signs: list[Any] = [None] * len(sources)
    frequencies = _frequencies(len(terms), sources, new)
    if has_signs(numbering.documents):
        frequent = are_frequent(frequencies)
        for place, source in enumerate(sources):
            if source is not None:
                ranges = [*_batches(source.document_frequencies(0, len(source.terms)))]
                signs[place] = signs_of(source, ranges, frequent[new[place]], writer)
    for start, stop in _batches(frequencies):
        dfs, *arrays = _merged_batch(start, stop, sources, new, signs, numbering)
        kept.append(dfs > 0)
        postings.add(dfs[dfs > 0], *arrays)
        for source in sources:
            if source is not None:
                source.forget()
                source.file.release()
    alive = np.concatenate(kept) if kept else np.zeros(0, bool)
    write_terms(writer, field, [term for term, is_alive in zip(terms, alive, strict=True) if is_alive])
    return {"tokens": tokens, **postings.finish()}


def _live_lengths(segment: Segment, source: FieldPostings | None) -> Any:
    """The steps of the lengths of a field in the documents that are left; u1."""
    if source is None:
        return np.zeros(segment.info.live, np.uint8)
    return source.lengths if segment.live is None else source.lengths[segment.live]


def _live_tokens(segments: Sequence[Segment], field: str) -> int:
    """How many tokens are left; impacts need that before the deleted documents are out."""
    total = 0
    for segment in segments:
        source, tokens = segment.text(field), segment.tokens(field)
        if source is not None and segment.live is not None and tokens:
            tokens -= _deleted_tokens(segment, source)
        total += tokens
    return total


def _deleted_tokens(segment: Segment, source: FieldPostings) -> int:
    """How many tokens the deleted documents have."""
    counts = np.zeros(segment.documents, np.int64)
    for start in range(0, len(source.terms), 4096):
        _, docs, tfs, _, _ = source.read_tokens(start, min(start + 4096, len(source.terms)))
        counts += np.bincount(docs, weights=tfs, minlength=segment.documents).astype(np.int64)
    return int(counts[~segment.live].sum())


def _frequencies(count: int, sources: Sequence[FieldPostings | None], new: list[Any]) -> Any:
    """How many documents have each of so many new terms, deleted ones included; i8."""
    found = np.zeros(count, np.int64)
    for source, numbers in zip(sources, new, strict=True):
        if source is not None and len(numbers):
            found[numbers] += source.document_frequencies(0, len(numbers))
    return found


def _batches(frequencies: Any) -> Iterator[tuple[int, int]]:
    """Ranges of the numbers of terms with about as many postings each as fit a batch."""
    sums = np.cumsum(frequencies)
    start = 0
    while start < len(sums):
        reached = sums[start - 1] if start else 0
        stop = max(int(sums.searchsorted(reached + _BATCH)), start + 1)
        yield start, min(stop, len(sums))
        start = stop


def _merged_batch(
    start: int,
    stop: int,
    sources: Sequence[FieldPostings | None],
    new: list[Any],
    signs: Sequence[Any],
    numbering: _Numbering,
) -> tuple[Any, ...]:
    """The postings of the new terms from `start` to `stop`: dfs, documents, frequencies, forms, positions, signs."""
    parts: list[tuple[Any, ...]] = []
    for source, numbers, signs_at, docmap in zip(sources, new, signs, numbering.maps, strict=True):
        if source is None:
            continue
        low, high = map(int, numbers.searchsorted((start, stop)))
        if low == high:
            continue
        dfs, docs, tfs, forms, positions = source.read_tokens(low, high)
        tokens = [positions]
        if signs_at is not None:
            tokens.append(signs_at(low, high))
        owners = np.repeat(numbers[low:high] - start, dfs)
        docs = docmap[docs]
        keep = docs >= 0
        if not keep.all():
            kept = np.repeat(keep, tfs)
            tokens = [values[kept] for values in tokens]
            owners, docs, tfs, forms = owners[keep], docs[keep], tfs[keep], forms[keep]
        parts.append((owners, docs, tfs, forms, *tokens))
    owners, docs, tfs, forms, *tokens = (np.concatenate(column) for column in zip(*parts, strict=True))
    # The parts are in the order of the documents, so sorting by term must only keep that order.
    order = counting_order(owners, stop - start)
    starts = (np.cumsum(tfs) - tfs)[order]
    counts = tfs[order]
    places = runs(starts, counts)
    dfs = np.bincount(owners, minlength=stop - start)
    return dfs, docs[order], counts, forms[order], *(values[places] for values in tokens)


def _merge_keyword(writer: ColumnWriter, field: str, segments: Sequence[Segment], numbering: _Numbering) -> None:
    sources = [segment.keyword(field) for segment in segments]
    terms, new = _merge_terms([source.terms if source else None for source in sources])
    numbers: list[Any] = []
    docs: list[Any] = []
    for source, own, docmap in zip(sources, new, numbering.maps, strict=True):
        if source is not None:
            values, first = source.numbers()
            owners = docmap[np.repeat(np.arange(len(docmap)), np.diff(first.astype(np.int64)))]
            numbers.append(own[values][owners >= 0])
            docs.append(owners[owners >= 0])
    joined = np.concatenate(numbers)
    if not len(joined):
        return  # those that had values are deleted
    used, compact = np.unique(joined, return_inverse=True)
    kept = [terms[number] for number in used]
    write_keywords(writer, field, kept, compact.astype(np.int64), np.concatenate(docs), numbering.documents)


def _merge_values(writer: ColumnWriter, field: str, kind: object, segments: Sequence[Segment]) -> None:
    missing, dtype = (MISSING_DATE, "<i8") if isinstance(kind, Date) else (np.nan, "<f8")
    parts = []
    for segment in segments:
        values = segment.values(field)
        values = np.full(segment.documents, missing, dtype) if values is None else values
        parts.append(values if segment.live is None else values[segment.live])
    joined = np.concatenate(parts)
    if not ((joined == missing) | (joined != joined)).all():
        writer.add(f"{field}.values", joined)


def _merge_ids(writer: ColumnWriter, segments: Sequence[Segment], numbering: _Numbering) -> None:
    hashes = np.empty(numbering.documents, np.uint64)
    contents = np.empty(numbering.documents, np.uint64)
    for segment, docmap in zip(segments, numbering.maps, strict=True):
        contents[docmap[docmap >= 0]] = segment.file.columns["ids.contents"].all[docmap >= 0]
        docs = docmap[segment.file.columns["ids.owners"].all]
        hashes[docs[docs >= 0]] = segment.file.columns["ids.hashes"].all[docs >= 0]
    write_ids(writer, hashes, contents)


def _merge_store(writer: ColumnWriter, segments: Sequence[Segment]) -> None:
    merged = StoreWriter(writer)
    for segment in segments:
        store, firsts = segment.store, segment.store.first_documents
        for start, stop, is_whole in _alike_blocks(segment, firsts):
            if is_whole:
                merged.add_blocks(store.as_written(start, stop))
            else:
                for doc in (np.flatnonzero(segment.live[firsts[start] : firsts[stop]]) + firsts[start]).tolist():
                    merged.add(store.head(doc), store.tail(doc))
            if stop % _RELEASED == 0:
                segment.file.release()
        segment.file.release()
    merged.finish()


def _alike_blocks(segment: Segment, firsts: Any) -> Iterator[tuple[int, int, bool]]:
    """Neighbouring blocks of stored documents, not too many: the first, the one after the last, whether all live."""
    count = len(firsts) - 1
    is_whole = np.ones(count, bool)
    if segment.live is not None and count:
        is_whole = np.logical_and.reduceat(segment.live, firsts[:-1])
    begins = np.union1d(beginnings(is_whole), np.arange(0, count, _RELEASED))
    for start, stop in itertools.pairwise([*begins.tolist(), count]):
        yield start, stop, bool(is_whole[start])
