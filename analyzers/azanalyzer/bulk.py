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
from azanalyzer.morphology.rows import LETTERS, Words
from azanalyzer.respelling import respelled
from azanalyzer.single_words import CAPITALS, single_words
from azanalyzer.sorted_keys import SortedTable, distinct
from azanalyzer.term_numbers import TermNumbers
from azanalyzer.tokenizer import DASHES
from azanalyzer.word_terms import LONGEST_WORD
from azanalyzer.words import CLOSING, OPENING, Piece, WordReader

__all__ = ["BulkPieces", "BulkReader"]

_FEW = 3_000  # chunks that are read one by one at first: reading in bulk has to be set up
_READ = 1 << 14  # words that are read at once: the tables for more leave the caches
_MOST_WORDS = 1 << 21  # that are remembered

# What is known of a word is one number: `BulkPieces.letters`, whether that is `spelled`, whether the lexicon has it as
# it is spelled, and the number of its term, which is below 2 to the power of 30.
_SPELLED, _SURE, _TERM = (np.uint64(bits) for bits in (32, 33, 34))
# Digits between punctuation, which are most of the chunks that are no words.
_NUMBER = re.compile(rf"[{re.escape(OPENING)}]*([0-9]+)[{re.escape(CLOSING)}]*\Z")
# Words joined by hyphens, which are most of the others.
_COMPOUND = re.compile(
    rf"[{re.escape(OPENING)}]*([{LETTERS}{CAPITALS}]+(?:-[{LETTERS}{CAPITALS}]+)+)[{re.escape(CLOSING)}]*\Z"
)
# Letters before or after a hyphen.
_PART = re.compile(rf"(?<=[{DASHES}])[{LETTERS}{CAPITALS}]+|[{LETTERS}{CAPITALS}]+(?=[{DASHES}])")


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


class BulkReader:
    """Reads chunks by the thousand, and words that it has read before not again.

    Not for several threads at once; make one for each.
    """

    def __init__(self, reader: WordReader, few: int = _FEW) -> None:
        """Chunks are read one by one until there are `few` at once."""
        self._reader = reader
        self._few = few
        self._morphology: BulkMorphology | None = None
        self._known = SortedTable()
        self.terms = TermNumbers()
        plain = [word for word in reader.abbreviations if len(word) <= LONGEST_WORD and not word.strip(LETTERS)]
        self._abbreviations = Words.of(plain).identities()
        self._longest_abbreviation = max(map(len, plain), default=1)

    @property
    def held(self) -> int:
        """The memory in bytes of what `forget` lets go of, about."""
        return self._known.held

    def forget(self) -> None:
        """Let go of all words, which are read again if they come again; the terms stay."""
        self._known = SortedTable()

    def read(self, chunks: Sequence[str], azerbaijani: bool | None = None) -> BulkPieces:
        """What `WordReader.pieces` gives for each chunk."""
        counts = np.zeros(len(chunks), np.int64)
        words_known = np.zeros(0, np.uint64)
        if self._morphology is not None or len(chunks) >= self._few:
            places, words_known = self._read_single(chunks)
            counts[places] = 1
        is_word = counts > 0
        others = self._others(chunks, np.flatnonzero(~is_word), counts, azerbaijani)
        is_word = np.repeat(is_word, counts)
        return BulkPieces(
            counts,
            _merged(is_word, (words_known >> _TERM).astype(np.uint32), self.terms.of(others.terms)),
            _merged(is_word, words_known.astype(np.uint32), others.letters),
            _merged(is_word, _flag(words_known, _SPELLED), others.spelled),
            _merged(is_word, np.ones(len(words_known), np.uint8), others.steps),
        )

    def _read_single(self, chunks: Sequence[str]) -> tuple[Any, Any]:
        """The places of chunks that are one word which may be read by itself, and what is known of these words."""
        places, words, has_i, is_stopped = single_words(chunks)
        short = np.flatnonzero(is_stopped & (words.lengths <= self._longest_abbreviation))
        if len(short):
            own = words.where(short)
            is_short = np.isin(own.identities(), self._abbreviations) | (own.lengths == 1)
            kept = np.ones(len(places), bool)
            kept[short[is_short]] = False
            kept = np.flatnonzero(kept)
            places, words, has_i = places.take(kept), words.where(kept), has_i.take(kept)
        known = self._look_up(words)
        # I and İ tell a foreign name or how the word was typed, which only the whole chunk shows.
        sure = np.flatnonzero(_flag(known, _SURE) | ~has_i)
        return places.take(sure), known.take(sure)

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
        places, known = self._read_single(parts)
        terms = map(self.terms.term, (known >> _TERM).tolist())
        self._reader.remember({parts[place]: term for place, term in zip(places.tolist(), terms, strict=True)})

    def _look_up(self, words: Words) -> Any:
        """What is known of words; those that are new are read."""
        if len(self._known) > _MOST_WORDS:
            self.forget()
        hashes, first, inverse = distinct(words.identities())
        known, new = self._known.find(hashes)
        if len(new):
            known[new] = self._read(words.where(first.take(new)))
            self._known.add(hashes.take(new), known.take(new))
        return known.take(inverse)

    def _read(self, words: Words) -> Any:
        """Read words of the alphabet.

        Those that have no term as they are spelled are put together first: each other spelling of few words would take
        as many steps as that of many.
        """
        found = np.empty(len(words), np.uint64)
        order = words.lengths.astype(np.uint8).argsort(kind="stable")  # words of about one length make narrow tables
        for own in _runs(order):
            found[own] = self._read_alike(words.where(own))
        for own in _runs(order.compress(~_flag(found.take(order), _SURE))):
            found[own] |= self._other_terms(words.where(own)).astype(np.uint64) << _TERM
        return found

    def _read_alike(self, words: Words) -> Any:
        """`_read` for words of about one length, not too many; those that are not sure have no term yet."""
        if not self._reader.stem:
            terms, is_sure = self.terms.of_words(words), np.ones(len(words), bool)
        else:
            if self._morphology is None:
                self._morphology = BulkMorphology(self._reader.morphology, self.terms)
            terms = self._morphology.best(words)
            is_sure = terms >= 0
            terms[~is_sure] = 0
        found = words.checksums().astype(np.uint64)
        for values, place in ((words.have_own(), _SPELLED), (is_sure, _SURE), (terms, _TERM)):
            found |= values.astype(np.uint64) << place
        return found

    def _other_terms(self, words: Words) -> Any:
        """The numbers of the terms of words without one as they are spelled: by another spelling, or guessed."""
        assert self._morphology is not None  # it did not find them
        terms = respelled(words, self._morphology)
        unread = np.flatnonzero(terms < 0)
        terms[unread] = self._morphology.guess(words.where(unread))
        return terms


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


def _flag(known: Any, place: Any) -> Any:
    """Whether a bit is set in what is known of words."""
    return known >> place & np.uint64(1) > 0


def _merged(chosen: Any, values: Any, others: Any) -> Any:
    """An array with `values` where `chosen` is and `others` elsewhere, each in order."""
    found = np.empty(len(chosen), values.dtype)
    found[chosen] = values
    found[~chosen] = others
    return found
