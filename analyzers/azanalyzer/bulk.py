"""The pieces of very many chunks at once, for one who builds an index; see `morphology.bulk`.

Nearly every chunk is a word of today's alphabet between punctuation. These are found by arrays, and each distinct word
among them is read in bulk; all other chunks are read one by one, as `WordReader.pieces` does.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from azanalyzer.alphabet import fold, lower
from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import CODES, LETTERS, SortedTable, Words
from azanalyzer.numerals import ROMAN_LETTERS
from azanalyzer.respelling import respelled
from azanalyzer.term_numbers import TermNumbers
from azanalyzer.tokenizer import DASHES
from azanalyzer.word_terms import LONGEST_WORD
from azanalyzer.words import CLOSING, OPENING, Piece, WordReader

__all__ = ["BulkPieces", "BulkReader"]

_BLOCK = 1 << 15  # chunks that are looked at together
_FEW = 3_000  # chunks that are read one by one at first: reading in bulk has to be set up
_READ = 1 << 14  # words that are read at once: the tables for more leave the caches
_MOST_WORDS = 1 << 21  # that are remembered
_HIGHEST = 0x2030  # code points from here on are no letters of the alphabet and no usual punctuation
_LETTER, _CAPITAL, _ROMAN, _I, _OPEN, _CLOSE, _STOP = (1 << bit for bit in range(7))


_CAPITALS = LETTERS.replace("i", "İ").replace("ı", "I").upper()


def _codes() -> Any:
    """The code in lower case of each code point below `_HIGHEST` that is a letter of the alphabet; u1."""
    found = np.zeros(_HIGHEST, np.uint8)
    for letter, capital in zip(LETTERS, _CAPITALS, strict=True):
        found[[ord(letter), ord(capital)]] = CODES[letter]
    return found


def _marks() -> Any:
    """What each code point below `_HIGHEST` is; u1."""
    found = np.zeros(_HIGHEST, np.uint8)
    for letters, mark in (
        (LETTERS + _CAPITALS, _LETTER), (_CAPITALS, _CAPITAL), (ROMAN_LETTERS, _ROMAN), ("Iİ", _I), (OPENING, _OPEN),
        (CLOSING, _CLOSE), (".", _STOP),
    ):  # fmt: skip
        found[[ord(letter) for letter in letters]] |= mark
    return found


_CODES = _codes()
_MARKS = _marks()
# Four counts in one number, so that all are summed at once: by mark, 1 in those bits that it counts for. What they come
# to in a chunk that is not longer than a count can tell is the difference of two sums, whatever these have come to.
_COUNT_BITS = 16
_LONGEST = (1 << _COUNT_BITS) - 1
_COUNT = np.uint64(_LONGEST)
_CLOSING_SHIFT, _CAPITAL_SHIFT, _ROMAN_SHIFT = (np.uint64(place * _COUNT_BITS) for place in (1, 2, 3))
_OPENING, _CLOSING = _COUNT, _COUNT << _CLOSING_SHIFT
_COUNTED: Any = sum(
    (np.arange(256) & mark > 0).astype(np.uint64) << shift
    for mark, shift in (
        (_OPEN, np.uint64(0)), (_CLOSE, _CLOSING_SHIFT), (_CAPITAL, _CAPITAL_SHIFT), (_ROMAN, _ROMAN_SHIFT)
    )
)  # fmt: skip
# Digits between punctuation, which are most of the chunks that are no words.
_NUMBER = re.compile(rf"[{re.escape(OPENING)}]*([0-9]+)[{re.escape(CLOSING)}]*\Z")
# Words joined by hyphens, which are most of the others.
_COMPOUND = re.compile(
    rf"[{re.escape(OPENING)}]*([{LETTERS}{_CAPITALS}]+(?:-[{LETTERS}{_CAPITALS}]+)+)[{re.escape(CLOSING)}]*\Z"
)
# Letters before or after a hyphen.
_PART = re.compile(rf"(?<=[{DASHES}])[{LETTERS}{_CAPITALS}]+|[{LETTERS}{_CAPITALS}]+(?=[{DASHES}])")


class BulkPieces(NamedTuple):
    """The pieces of chunks, one after another, without their offsets.

    `counts` i8[chunks] says how many each chunk has; `terms` u4[pieces] are numbers of `BulkReader.terms`; `letters`
    u4[pieces] is the CRC-32 of what `Piece.spelled` gives, folded; `spelled` bool[pieces] says whether folding
    changes it; `steps` u1[pieces] is 1 where a piece moves on to the next position.
    """

    counts: Any
    terms: Any
    letters: Any
    spelled: Any
    steps: Any


# What is known of a word: see `BulkPieces`; whether the lexicon has it as it is spelled.
_WORD = np.dtype([("term", np.uint32), ("letters", np.uint32), ("spelled", bool), ("sure", bool)])


class BulkReader:
    """Reads chunks by the thousand, and words that it has read before not again.

    Not for several threads at once; make one for each.
    """

    def __init__(self, reader: WordReader, few: int = _FEW) -> None:
        """Chunks are read one by one until there are `few` at once."""
        self._reader = reader
        self._few = few
        self._morphology: BulkMorphology | None = None
        self._known = SortedTable(_WORD)
        self.terms = TermNumbers()
        plain = [word for word in reader.abbreviations if len(word) <= LONGEST_WORD and not word.strip(LETTERS)]
        self._abbreviations = Words.of(plain).identities()

    @property
    def held(self) -> int:
        """The memory in bytes of what `forget` lets go of, about."""
        return self._known.held

    def forget(self) -> None:
        """Let go of all words, which are read again if they come again; the terms stay."""
        self._known = SortedTable(_WORD)

    def read(self, chunks: Sequence[str], azerbaijani: bool | None = None) -> BulkPieces:
        """What `WordReader.pieces` gives for each chunk."""
        counts = np.zeros(len(chunks), np.int64)
        words_known = np.zeros(0, _WORD)
        if self._morphology is not None or len(chunks) >= self._few:
            places, words, has_i = self._words(chunks)
            known = self._look_up(words)
            # I and İ tell a foreign name or how the word was typed, which only the whole chunk shows.
            sure = known["sure"] | ~has_i
            counts[places[sure]] = 1
            words_known = known[sure]
        is_word = counts > 0
        others = self._others(chunks, np.flatnonzero(~is_word), counts, azerbaijani)
        is_word = np.repeat(is_word, counts)
        return BulkPieces(
            counts,
            _merged(is_word, words_known["term"], self.terms.of(others.terms)),
            _merged(is_word, words_known["letters"], others.letters),
            _merged(is_word, words_known["spelled"], others.spelled),
            _merged(is_word, np.ones(len(words_known), np.uint8), others.steps),
        )

    def _others(self, chunks: Sequence[str], places: Any, counts: Any, azerbaijani: bool | None) -> _Others:
        """Read the chunks at these places one by one; into `counts` goes how many pieces each has."""
        found = _Others([], [], [], [])
        own = [chunks[place] for place in places.tolist()]
        if self._morphology is not None:
            self._prepare(own)
        for place, chunk in zip(places.tolist(), own, strict=True):
            compound = _COMPOUND.match(chunk)
            if compound:
                words = compound[1].split("-")
                own_terms = self._reader.terms_of_compound(words)
                if own_terms is not None:
                    counts[place] = len(own_terms)
                    found.add_compound(words, own_terms)
                    continue
            number = _NUMBER.match(chunk)
            if number:
                pieces: Sequence[Piece] = (Piece(*number.span(1), number[1], "number", 1),)
            else:
                pieces = self._reader.pieces(chunk, azerbaijani)
            counts[place] = len(pieces)
            for piece in pieces:
                surface = piece.spelled(chunk)
                found.add(piece.term, surface, fold(surface), piece.step)
        return found

    def _prepare(self, chunks: Sequence[str]) -> None:
        """Read the parts of compounds among chunks, which are to be read one by one; that asks for them."""
        parts = list(dict.fromkeys(_PART.findall("\n".join(chunks))))
        places, words, has_i = self._words(parts)
        known = self._look_up(words)
        sure = known["sure"] | ~has_i
        own = zip(places[sure].tolist(), known["term"][sure].tolist(), strict=True)
        self._reader.remember({parts[place]: self.terms.term(number) for place, number in own})

    def _words(self, chunks: Sequence[str]) -> tuple[Any, Words, Any]:
        """The chunks that are one word, the words, and whether each begins with a capital I."""
        starts = range(0, max(len(chunks), 1), _BLOCK)
        parts = [_simple(chunks[start : start + _BLOCK]) for start in starts]
        places = np.concatenate([start + own for start, (own, _, _) in zip(starts, parts, strict=True)])
        words = Words.joined([own for _, own, _ in parts])
        marks = np.concatenate([own for _, _, own in parts])
        stopped = marks & _STOP > 0
        if stopped.any():
            kept = np.ones(len(places), bool)
            own = words.where(stopped)
            kept[stopped] = (own.lengths > 1) & ~np.isin(own.identities(), self._abbreviations)
            places, words, marks = places[kept], words.where(kept), marks[kept]
        return places, words, marks & _I > 0

    def _look_up(self, words: Words) -> Any:
        """What is known of words, `_WORD`; those that are new are read."""
        if len(self._known) > _MOST_WORDS:
            self.forget()
        hashes, first, inverse = np.unique(words.identities(), return_index=True, return_inverse=True)
        known, new = self._known.find(hashes)
        if len(new):
            known[new] = self._read(words.where(first[new]))
            self._known.add(hashes[new], known[new])
        return known[inverse]

    def _read(self, words: Words) -> Any:
        """Read words of the alphabet; `_WORD`.

        Those that have no term as they are spelled are put together first: each other spelling of few words would take
        as many steps as that of many.
        """
        found = np.zeros(len(words), _WORD)
        order = words.lengths.argsort(kind="stable")  # words of about one length make narrow tables
        for own in _runs(order):
            found[own] = self._read_alike(words.where(own))
        for own in _runs(order[~found["sure"][order]]):
            found["term"][own] = self._other_terms(words.where(own))
        return found

    def _read_alike(self, words: Words) -> Any:
        """`_read` for words of about one length, not too many; those that are not sure have no term yet."""
        folded = words.folded()
        lines = folded.lines().split(b"\n")[:-1]
        found = np.zeros(len(words), _WORD)
        found["letters"] = np.fromiter(map(zlib.crc32, lines), np.uint32, len(lines))
        found["spelled"] = (folded.codes != words.codes).any(axis=1)
        if not self._reader.stem:
            found["term"], found["sure"] = self.terms.of(words.strings()), True
            return found
        if self._morphology is None:
            self._morphology = BulkMorphology(self._reader.morphology)
        places, terms = self._morphology.best(words)
        found["sure"] = is_sure = places >= 0
        found["term"][is_sure] = self.terms.of(terms)[places[is_sure]]
        return found

    def _other_terms(self, words: Words) -> Any:
        """The numbers of the terms of words without one as they are spelled: by another spelling, or guessed."""
        assert self._morphology is not None  # it did not find them
        places, terms = respelled(words, self._reader.morphology, self._morphology)
        is_unread = places < 0
        places[is_unread] = len(terms) + np.arange(np.count_nonzero(is_unread))
        terms += self._morphology.guess(words.where(is_unread))
        return self.terms.of(terms)[places]


class _Others(NamedTuple):
    """Pieces that have been read one by one; see `BulkPieces`."""

    terms: list[str]
    letters: list[int]
    spelled: list[bool]
    steps: list[int]

    def add(self, term: str, surface: str, folded: str, step: int) -> None:
        """A piece: its term, its surface in lower case, and that folded."""
        self.terms.append(term)
        self.letters.append(zlib.crc32(folded.encode("utf-8", "replace")))
        self.spelled.append(folded != surface)
        self.steps.append(step)

    def add_compound(self, words: list[str], terms: list[str]) -> None:
        """The pieces of a compound of these words; the first of its terms is that of the whole."""
        surfaces = [lower(word) for word in words]
        folded = [fold(surface) for surface in surfaces]
        self.add(terms[0], "-".join(surfaces), "-".join(folded), 1)
        for place, term in enumerate(terms[1:]):
            self.add(term, surfaces[place], folded[place], int(place > 0))


def _runs(places: Any) -> Iterator[Any]:
    """Places of words in runs of as many as are read at once."""
    return (places[start : start + _READ] for start in range(0, len(places), _READ))


def _simple(chunks: Sequence[str]) -> tuple[Any, Words, Any]:
    """The places of the chunks that are one word in lower case or with one capital, the words, and marks.

    Left out are those that may be numerals, acronyms or single capitals, and those that are far too long. The marks
    are those of the first letter and of what stands after the word.
    """
    lengths = np.fromiter(map(len, chunks), np.int64, len(chunks))
    points = np.frombuffer("".join(chunks).encode("utf-32-le", "surrogatepass"), "<u4")
    points = np.minimum(points, _HIGHEST - 1)
    marks = _MARKS[points]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    is_letter = marks & _LETTER > 0
    letters = np.flatnonzero(is_letter)
    before = _sums(is_letter, np.int32)
    low, high = before[starts], before[ends]
    places = np.flatnonzero((high > low) & (lengths <= _LONGEST))
    starts, ends = starts[places], ends[places]
    first, last = letters[low[places]], letters[high[places] - 1] + 1
    sizes = last - first
    sums = _sums(_COUNTED[marks], np.uint64)
    outside = (sums[first] - sums[starts] & _OPENING) + (sums[ends] - sums[last] & _CLOSING)
    inside = sums[last] - sums[first]
    has_capital, romans = inside >> _CAPITAL_SHIFT & _COUNT, inside >> _ROMAN_SHIFT & _COUNT
    initial = marks[first]
    chosen = np.flatnonzero(
        (high[places] - low[places] == sizes)
        & ((outside & _COUNT) + (outside >> _CLOSING_SHIFT) == first - starts + ends - last)
        & (sizes <= LONGEST_WORD)
        & ((has_capital == 0) | ((has_capital == 1) & (initial & _CAPITAL > 0) & (sizes > 1)))
        & ((romans < sizes) | (sizes == 1))
    )
    places, first, last, ends = places[chosen], first[chosen], last[chosen], ends[chosen]
    after = np.where(last < ends, marks[np.minimum(last, len(marks) - 1)], 0)
    sizes = sizes[chosen]
    columns = np.arange(int(sizes.max(initial=1)))
    codes = np.zeros((len(places), len(columns)), np.uint8)
    is_chosen = np.zeros(len(chunks), bool)
    is_chosen[places] = True
    codes[columns < sizes[:, None]] = _CODES[points[np.repeat(is_chosen, lengths) & is_letter]]
    return places, Words(codes, sizes), initial[chosen] & _I | after & _STOP


def _sums(values: Any, dtype: Any) -> Any:
    """The sums of all values before each place, and of all."""
    found = np.zeros(len(values) + 1, dtype)
    np.cumsum(values, out=found[1:])
    return found


def _merged(chosen: Any, values: Any, others: Any) -> Any:
    """An array with `values` where `chosen` is and `others` elsewhere, each in order."""
    found = np.empty(len(chosen), values.dtype)
    found[chosen] = values
    found[~chosen] = others
    return found
