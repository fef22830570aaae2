"""Checking the postings of a text field: see `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from searchkit.engine.checks import Checks, shown
from searchkit.engine.lengths import impact_table, length_bytes
from searchkit.engine.next_words import SEVERAL, are_frequent, has_signs
from searchkit.engine.next_words_writer import Signs, signs_of_terms
from searchkit.engine.posting_columns import STEP
from searchkit.engine.postings import FieldPostings

__all__ = ["check_text"]

_BATCH = 1 << 19  # postings, about, that are looked at together; whole steps
_IMPACT = "an impact is not that of its frequency and length"


def check_text(checks: Checks, field: str) -> None:
    """Check that the postings are in order, and that documents, frequencies, positions, lengths and counts agree."""
    _TextCheck(checks, field).run()


class _TextCheck:
    def __init__(self, checks: Checks, field: str) -> None:
        self._checks = checks
        self._field = field
        segment = checks.segment
        self._documents = segment.documents
        self._meta = segment.file.meta["texts"][field]
        self._source = FieldPostings(segment.file.columns, field, segment.documents, self._meta)
        self._terms = len(self._source.terms)
        self._lengths = np.zeros(self._documents, np.int64)  # in tokens
        self._last = np.full(self._documents, -1)  # the highest position
        self._signs: Signs | None = None  # where terms have signs of what follows them

    def _name(self, part: str) -> str:
        return f"{self._field}.{part}"

    def run(self) -> None:
        """Check everything; the first problem ends it."""
        self._check_sizes()
        for part in ("docs.what", "docs", "tfs", "dense.tfs", "positions"):
            self._checks.exceptions(self._name(part))
        self._check_tokens()
        for start, stop in self._batches():
            self._check_postings(start, stop)
        self._check_totals()
        if self._signs is not None:
            self._check_next_words(self._signs)

    def _check_sizes(self) -> None:
        checks, source, name = self._checks, self._source, self._name
        postings = len(source.column("docs"))
        firsts = checks.starts(name("first"), self._terms, postings, empty=True)
        for part in ("tfs", "impacts", "forms"):
            checks.column(name(part), postings)
        checks.column(name("first_docs"), self._terms)
        checks.column(name("lengths"), self._documents)
        dense = source.column("dense").all.astype(np.int64)
        checks.require(
            name("dense"), (np.diff(dense, prepend=-1) > 0) & (dense < self._terms), "its terms do not ascend"
        )
        checks.require(name("dense"), firsts[dense] == firsts[dense + 1], "a dense term has a list, too")
        checks.column(name("dense.df"), len(dense))
        for part in ("dense.tfs", "dense.impacts", "dense.forms"):
            checks.column(name(part), len(dense) * self._documents)
        dfs = source.document_frequencies(0, self._terms)
        checks.require(name("first"), (dfs > 0) & (dfs <= self._documents), "a term has no documents, or too many")
        frequent = np.flatnonzero(are_frequent(dfs)) if has_signs(self._documents) else dfs[:0]
        given = checks.column(name("next.terms"), len(frequent)).all
        checks.require(name("next.terms"), given == frequent, "its terms are not the frequent ones")
        checks.starts(name("next.first"), len(frequent), len(source.column("next")), empty=False)
        if len(frequent):
            self._signs = Signs(source.lengths)

    def _check_tokens(self) -> None:
        """The frequencies add up to what the columns say that have sums of them, and there are as many positions.

        What is read of positions later takes as much memory as the frequencies ask for.
        """
        checks, source, name = self._checks, self._source, self._name
        tokens = self._checked_steps("") + self._checked_steps("dense.")
        checks.column(name("positions"), tokens)
        rows = range(len(source.column("dense")) + 1)
        expected = [source.tokens_before("dense.", row * self._documents) for row in rows]
        given = checks.column(name("dense.tokens"), len(expected)).all
        checks.require(
            name("dense.tokens"), given == expected, "the tokens of dense terms are not those of the frequencies"
        )

    def _batches(self) -> Iterator[tuple[int, int]]:
        ends = np.cumsum(self._source.document_frequencies(0, self._terms))
        start = 0
        while start < self._terms:
            reached = int(ends[start - 1]) if start else 0
            stop = max(int(ends.searchsorted(reached + _BATCH, "right")), start + 1)
            yield start, stop
            start = stop

    def _check_postings(self, start: int, stop: int) -> None:
        checks, source, name = self._checks, self._source, self._name
        first, last = source.column("first").at(start), source.column("first").at(stop)
        dense = source.dense_numbers(start, stop)
        dfs, docs, tfs, forms, positions = source.read_tokens(start, stop)
        if len(docs) != dfs.sum():
            checks.stop(name("dense.df"), "a dense term has not as many documents as it says")
        firsts = np.cumsum(dfs) - dfs
        begins = np.zeros(len(docs), bool)
        begins[firsts] = True
        terms = np.repeat(np.arange(start, stop), dfs)
        gaps = source.column("docs")[first:last]
        listed_firsts = source.column("first")[start:stop].astype(np.int64) - first
        held = np.diff(listed_firsts, append=last - first) > 0
        self._require("docs", np.flatnonzero(held) + start, gaps[listed_firsts[held]] == 0, "the first gap is not 0")
        self._require("docs", terms, (docs >= 0) & (docs < self._documents), "a document has a number too high")
        self._require("docs", terms, (np.diff(docs, prepend=-1) > 0) | begins, "the documents do not ascend")
        self._require("tfs", terms, tfs > 0, "a document is listed that does not have the term")
        self._require("forms", terms, forms > 0, "a document has the term in no form")
        self._check_impacts(start, terms, docs, tfs, first, last)
        for number in dense:
            self._check_dense(number)
        self._lengths += np.bincount(docs, weights=tfs, minlength=self._documents).astype(np.int64)
        np.maximum.at(self._last, docs, positions[np.cumsum(tfs) - 1])
        if self._signs is not None:
            own = np.repeat(signs_of_terms(source.terms.terms(start, stop)), dfs)
            self._signs.put(self._signs.cells(docs, tfs, positions), np.repeat(own, tfs))
        source.forget()
        source.file.release()

    def _checked_steps(self, prefix: str) -> int:
        """The tokens before every so many postings are those of the frequencies; how many there are."""
        values = self._source.narrow[f"{prefix}tfs"]
        name = self._name(f"{prefix}steps")
        steps = self._checks.column(name, len(values) // STEP + 1).all.astype(np.int64)
        before = 0
        for first in range(0, len(values), _BATCH):
            tfs = values[first : min(first + _BATCH, len(values))]
            sums = np.cumsum(tfs)
            expected = (sums - tfs)[::STEP] + before
            given = steps[first // STEP : first // STEP + len(expected)]
            self._checks.require(
                name, given == expected, "the tokens before a posting are not those of the frequencies"
            )
            before += int(sums[-1])
        if len(values) % STEP == 0 and steps[-1] != before:
            self._checks.stop(name, "the tokens are not those of the frequencies", len(steps) - 1)
        return before

    def _require(self, part: str, terms: Any, sound: Any, reason: str) -> None:
        """Stop at the first posting that is not sound, naming its term."""
        if not sound.all():
            number = int(terms[np.argmin(sound)])
            place = self._source.column("first").at(number) if part in ("docs", "tfs", "forms", "impacts") else number
            term = shown(self._source.terms.term(number))
            self._checks.stop(self._name(part), f"{reason} (term {number:,}, {term})", place)

    def _check_impacts(self, start: int, terms: Any, docs: Any, tfs: Any, first: int, last: int) -> None:
        dense = np.zeros(terms[-1] - start + 1, bool)
        dense[[number - start for number in self._source.dense_numbers(start, int(terms[-1]) + 1)]] = True
        listed = ~dense[terms - start]
        expected = self._expected(docs[listed], tfs[listed])
        self._require("impacts", terms[listed], self._source.column("impacts")[first:last] == expected, _IMPACT)

    def _expected(self, docs: Any, tfs: Any) -> Any:
        table = impact_table(self._source.average)
        return table[np.minimum(tfs, 255), self._source.lengths[docs]]

    def _check_dense(self, number: int) -> None:
        postings: Any = self._source.postings(number)
        tfs = postings.tfs_by_place()
        docs = np.flatnonzero(tfs)
        impacts = np.zeros(self._documents, np.uint8)
        impacts[docs] = self._expected(docs, tfs[docs])
        if not np.array_equal(postings.row_impacts(), impacts):
            term = shown(self._source.terms.term(number))
            self._checks.stop(self._name("dense.impacts"), f"{_IMPACT} (term {number:,}, {term})")

    def _check_totals(self) -> None:
        checks, name = self._checks, self._name
        checks.require(
            name("lengths"), self._source.lengths == length_bytes(self._lengths), "a length is not that of its document"
        )
        held = self._lengths > 0
        checks.require(
            name("positions"), ~held | (self._last < self._lengths), "a position lies behind the end of its document"
        )
        tokens = int(self._lengths.sum())
        if self._meta.get("tokens") != tokens or self._meta.get("average") != tokens / self._documents:
            checks.stop(
                name("lengths"), f"the directory counts {self._meta.get('tokens')} tokens, and there are {tokens:,}"
            )

    def _check_next_words(self, signs: Signs) -> None:
        """What follows each frequent term is what stands behind its positions, as far as it says so."""
        source, name = self._source, self._name("next")
        for number in source.column("next.terms").all.tolist():
            _, docs, tfs, _, positions = source.read_tokens(number, number + 1)
            given = source.next_words(number)
            expected = signs.at(signs.cells(docs, tfs, positions + 1))
            if len(given) != len(expected) or not ((given == expected) | (given == SEVERAL)).all():
                term = shown(source.terms.term(number))
                self._checks.stop(name, f"it is not what follows the term (term {number:,}, {term})")
            source.forget()
            source.file.release()
