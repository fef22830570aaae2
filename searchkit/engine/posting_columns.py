"""Postings of one text field: which documents have a term, how often, at which positions, in which forms.

A term of few documents is a list; a term that at least one document in four has is a row with one cell for each
document ("dense"), which takes hardly more room and can be added up without looking anything up. Columns (n terms, N
documents, P postings in lists, D dense terms, T tokens):

    first u4[n+1]      where the postings of each term begin; equal neighbours mark a dense term
    docs u1[P], gaps between the documents of a term; first_docs u2|u4[n] has the first of each, whose gap is 0
    tfs u1[P], impacts u1[P], forms u1[P]
    dense u4[D]        the numbers of the dense terms, ascending; dense.df u4[D]
    dense.tfs, dense.impacts, dense.forms u1[D*N]
    steps u4|u8[P/64+1], dense.steps u4|u8[D*N/64+1]  tokens of all postings before every 64th one (or cell)
    positions u1|u2[T] gaps between the positions of a posting, the first from 0, in the order of the terms
    dense.tokens u8[D+1]  how many of them are of the dense terms before each
    next u1            what follows frequent terms, see `next_words`; next.terms u4[F] their numbers, next.first u8[F+1]
    lengths u1[N]      tokens of each document, rounded up to one of 256 steps

Of gaps and frequencies, those that do not fit stand elsewhere: see `narrow`. An impact is the share of the highest
possible BM25 weight that a posting reaches, in 255ths, rounded up: an upper bound that prunes, never the score itself.
`forms` is a set of bits: six, two a form, say in which surface forms the term stands in the document, the seventh
(SPELLED) whether one of these has diacritics, and the eighth (EARLY) whether it is among its first tokens.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from typing import Any

import numpy as np

from azanalyzer import fold
from azanalyzer.lazy import cached_property
from searchkit.engine.columns import Column
from searchkit.engine.lengths import length_steps
from searchkit.engine.narrow import Narrow
from searchkit.engine.terms import TermDictionary

__all__ = ["EARLY", "EARLY_TOKENS", "FORM_PAIRS", "SPELLED", "STEP", "PostingColumns", "form_bits"]

STEP = 64  # postings from one sum of tokens to the next
EARLY = 1 << 7  # the bit in `forms` of what stands among the first tokens of a text
EARLY_TOKENS = 32
SPELLED = 1 << 6  # the bit of forms with letters that an ASCII keyboard lacks
# Two of six bits for a form without regard to diacritics: where a term has one form, as in most documents, another is
# taken for it once in 15 times.
FORM_PAIRS = [1 << high | 1 << low for high in range(6) for low in range(high)]
# Values of decoded postings in memory, 8 bytes each, or one for so many bytes of the file where these are more; as many
# again that were kept before.
_MOST_KEPT, _BYTES_PER_KEPT = 1 << 22, 256
_MOST_FOUND = 1 << 16  # documents of which it is kept where they stand among the postings of terms


def form_bits(surface: str) -> int:
    """The bits that stand for a surface form (in lower case) in `forms`: two for its letters, one if it has diacritics.

    So who types without diacritics means the same form, and who types them prefers texts that have them.
    """
    letters = fold(surface)
    pair = FORM_PAIRS[zlib.crc32(letters.encode("utf-8", "replace")) % len(FORM_PAIRS)]
    return pair | (SPELLED if letters != surface else 0)


class PostingColumns:
    """The columns of one field of an open segment, and what has been decoded of them."""

    def __init__(self, columns: dict[str, Column], field: str, documents: int, meta: dict[str, Any]) -> None:
        self._columns = columns
        self._field = field
        self.file = columns[f"{field}.lengths"].file
        self.documents = documents
        self.average = float(meta["average"])
        self.terms = TermDictionary(columns, field)
        self._first = columns[f"{field}.first"]
        self._dense = {int(number): row for row, number in enumerate(columns[f"{field}.dense"].all)}
        self._dense_order = list(self._dense)  # ascending
        self._dense_df = columns[f"{field}.dense.df"].all
        self._dense_tokens = columns[f"{field}.dense.tokens"]
        self.narrow = {
            name: Narrow(columns, f"{field}.{name}", nested=name == "docs")
            for name in ("docs", "tfs", "dense.tfs", "positions")
        }
        self.has_wide_tfs = self.narrow["tfs"].has_exceptions or self.narrow["dense.tfs"].has_exceptions
        self._kept: dict[int, Any] = {}  # postings by the numbers of their terms
        self._kept_before: dict[int, Any] = {}
        self._kept_size = 0
        self._found: tuple[Any, dict[int, tuple[Any, Any]]] = (None, {})

    def column(self, name: str) -> Column:
        """A column of the field, by its name without that of the field."""
        return self._columns[f"{self._field}.{name}"]

    @cached_property
    def lengths(self) -> Any:
        """The length bytes of the documents; u1[N]."""
        return self.column("lengths").all

    def length_byte(self, doc: int) -> int:
        """The length byte of a document."""
        return self._length_view[doc]

    @cached_property
    def _length_view(self) -> memoryview:
        return memoryview(self.lengths)

    def document_frequency(self, number: int) -> int:
        """How many documents have the term, deleted ones included."""
        row = self._dense.get(number)
        if row is not None:
            return int(self._dense_df[row])
        first, last = self._first.pair(number)
        return last - first

    def document_frequencies(self, start: int, stop: int) -> Any:
        """How many documents have each of the terms from number `start` to `stop`; i8."""
        first = self._first[start : stop + 1].astype(np.int64)
        dfs = first[1:] - first[:-1]
        for number in self.dense_numbers(start, stop):
            dfs[number - start] = self._dense_df[self._dense[number]]
        return dfs

    def dense_numbers(self, start: int, stop: int) -> list[int]:
        """The dense terms among those from number `start` to `stop`."""
        low, high = (bisect_left(self._dense_order, bound) for bound in (start, stop))
        return self._dense_order[low:high]

    def first_token(self, number: int) -> int:
        """Where the positions of a term begin, or, for the number of terms, where those of the last one end."""
        return self.listed_tokens(number) + self.dense_tokens(number)

    def listed_tokens(self, number: int) -> int:
        """How many tokens all lists before a term have."""
        return self.tokens_before("", self._first.at(number))

    def dense_tokens(self, number: int) -> int:
        """How many tokens all dense terms before a term have."""
        return self._dense_tokens.at(bisect_left(self._dense_order, number))

    def tokens_before(self, prefix: str, place: int) -> int:
        """How many tokens the postings before one have; its place is that in columns of such names."""
        row = place // STEP
        return self.column(f"{prefix}steps").at(row) + sum(self.narrow[f"{prefix}tfs"].few(row * STEP, place))

    def next_words(self, number: int) -> Any:
        """The sign of what follows the term each time, in the order of its positions, u1; None if it is not frequent.

        See `searchkit.engine.next_words`.
        """
        row = bisect_left(self._followed, number)
        if row == len(self._followed) or self._followed[row] != number:
            return None
        first, last = self.column("next.first").pair(row)
        return self.column("next")[first:last]

    @cached_property
    def _followed(self) -> memoryview:
        return memoryview(self.column("next.terms").all.astype(np.uint32, copy=False))  # in the order of the processor

    @property
    def has_all_signs(self) -> bool:
        """Whether there are signs of what follows all tokens: the segment is a run that waits to be merged."""
        return not len(self._followed) and len(self.column("next")) == len(self.narrow["positions"])

    def keep(self, values: int) -> None:
        """So many more values are kept in memory; when there are too many, those not asked for since are forgotten."""
        self._kept_size += values
        if self._kept_size > max(_MOST_KEPT, self.file.size // _BYTES_PER_KEPT):
            self._kept_before, self._kept, self._kept_size = self._kept, {}, 0

    def forget(self) -> None:
        """Keep nothing in memory."""
        self._kept, self._kept_before, self._kept_size = {}, {}, 0
        self._found = (None, {})

    def found_before(self, docs: Any, number: int) -> tuple[Any, Any] | None:
        """What was noted last of these documents and a term."""
        known, found = self._found  # another thread may put others there meanwhile
        return found.get(number) if known is docs else None

    def note_found(self, docs: Any, number: int, found: tuple[Any, Any]) -> None:
        """Note where documents stand among the postings of a term, until that is noted of other documents."""
        last = self._found
        if last[0] is not docs:
            if len(docs) > _MOST_FOUND:
                return
            last = self._found = (docs, {})
        last[1][number] = found

    @cached_property
    def spot_bits(self) -> int:
        """How many bits a position has in `TermPostings.spots`, of which the highest is never set."""
        longest = int(length_steps()[int(self.lengths.max())]) if self.documents else 1
        bits = longest.bit_length() + 1
        return bits if self.documents << bits <= 1 << 32 else 32
