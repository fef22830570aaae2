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
from azanalyzer.compounds import Compounds, compounds_among, parts_of
from azanalyzer.hash_table import HashTable
from azanalyzer.morphology.bulk import BulkMorphology
from azanalyzer.morphology.rows import Words
from azanalyzer.numerals import plain_number
from azanalyzer.respelling import respelled
from azanalyzer.single_words import SingleWords, single_words
from azanalyzer.sorted_keys import SortedTable, distinct
from azanalyzer.term_numbers import TermNumbers
from azanalyzer.words import CLOSING, NO_DATE, OPENING, WordReader

__all__ = ["BulkPieces", "BulkReader"]

_FEW = 3_000  # chunks that are read one by one at first: reading in bulk has to be set up
_READ = 1 << 14  # words that are read at once: the tables for more leave the caches
_MOST_WORDS = 1 << 21  # that are remembered

# What is known of a word is one number: `BulkPieces.letters`, whether that is `spelled`, whether the lexicon has it as
# it is spelled, and the number of its term, which is below 2 to the power of 30.
_SPELLED, _SURE, _TERM = (np.uint64(bits) for bits in (32, 33, 34))
# Digits between punctuation, which are most of the chunks that are no words; not dates.
_NUMBER = re.compile(rf"[{re.escape(OPENING)}]*{NO_DATE}([0-9]+(?:[.,][0-9]+)*)[{re.escape(CLOSING)}]*\Z")


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
        _, plain = Words.among([*reader.abbreviations])
        self._abbreviations = HashTable()
        self._abbreviations.add(plain.identities(), np.arange(len(plain), dtype=np.uint32))
        self._longest_abbreviation = int(plain.lengths.max(initial=1))

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
        known, steps = np.zeros(0, np.uint64), np.zeros(0, np.uint8)
        if self._morphology is not None or len(chunks) >= self._few:
            known, steps = self._read_together(chunks, counts)
        is_known = counts > 0
        others = self._others(chunks, np.flatnonzero(~is_known), counts, azerbaijani)
        is_known = np.repeat(is_known, counts)
        return BulkPieces(
            counts,
            _merged(is_known, (known >> _TERM).astype(np.uint32), self.terms.of(others.terms)),
            _merged(is_known, known.astype(np.uint32), others.letters),
            _merged(is_known, _flag(known, _SPELLED), others.spelled),
            _merged(is_known, steps, others.steps),
        )

    def _read_together(self, chunks: Sequence[str], counts: Any) -> tuple[Any, Any]:
        """Read the chunks that are words or compounds: what is known of their pieces, and the steps of these.

        Into `counts` goes how many pieces each has. Parts of all other chunks, which are to be read one by one, are
        read too; that asks for them.
        """
        single = self._without_abbreviations(single_words(chunks))
        is_left = np.ones(len(chunks), bool)
        is_left[single.places] = False
        left = np.flatnonzero(is_left)
        own = [chunks[place] for place in left.tolist()]
        parts = parts_of(own)
        single_parts = single_words(parts)
        known = self._look_up(Words.joined([single.words, single_parts.words]))
        # I and İ tell a foreign name or how the word was typed, which only the whole chunk shows.
        is_read = _flag(known, _SURE) | ~np.concatenate([single.has_i, single_parts.has_i])
        known, known_parts = np.split(known, [len(single.places)])
        is_read, is_read_part = np.split(is_read, [len(single.places)])
        counts[single.places[is_read]] = 1
        by_part, is_known = np.zeros(len(parts), np.uint64), np.zeros(len(parts), bool)
        by_part[single_parts.places], is_known[single_parts.places] = known_parts, is_read_part
        compounds = compounds_among(own, parts).where_parts(is_known)
        compounds, of_compounds, steps = self._read_compounds(compounds, by_part)
        counts[left.take(compounds.places)] = compounds.sizes + 1
        unread = [chunk for chunk, count in zip(own, counts.take(left).tolist(), strict=True) if not count]
        asked = set(parts_of(unread))
        wanted = [place for place in np.flatnonzero(is_known).tolist() if parts[place] in asked]
        terms = self._terms_of(by_part[wanted])
        self._reader.remember({parts[place]: term for place, term in zip(wanted, terms, strict=True)})
        sizes = counts.compress(counts > 0)
        is_single = np.repeat(sizes == 1, sizes)
        return (
            _merged(is_single, known.compress(is_read), of_compounds),
            _merged(is_single, np.ones(np.count_nonzero(is_read), np.uint8), steps),
        )

    def _without_abbreviations(self, single: SingleWords) -> SingleWords:
        """Those that are not shortened, as a full stop behind them would say."""
        stopped = np.flatnonzero(single.is_stopped & (single.words.lengths <= self._longest_abbreviation))
        if not len(stopped):
            return single
        words = single.words.where(stopped)
        _, others = self._abbreviations.find(words.identities())
        kept = np.ones(len(single.places), bool)
        kept[stopped] = False
        kept[stopped.take(others[words.lengths.take(others) > 1])] = True
        return single.where(kept)

    def _read_compounds(self, compounds: Compounds, known_parts: Any) -> tuple[Compounds, Any, Any]:
        """The compounds whose last part is no suffix set apart, what is known of their pieces, and the steps of these.

        The first piece of each is the whole.
        """
        words = Words.of([lower(text) for text in compounds.texts])
        terms = self._terms_of_listed(words)
        ends = np.cumsum(compounds.sizes)
        joined, apart = {}, {}
        for place in np.flatnonzero(terms < 0).tolist():
            text = compounds.texts[place]
            if self._reader.is_set_apart(*text.split("-")[-2:]):
                apart[place] = text
            else:
                own = compounds.parts[ends[place] - compounds.sizes[place] : ends[place]]
                joined[place] = "-".join(self._terms_of(known_parts.take(own)))
        self._reader.remember_no_compounds(apart.values())
        terms[[*joined]] = self.terms.of([*joined.values()])
        is_read = np.ones(len(terms), bool)
        is_read[[*apart]] = False
        compounds, words, terms = compounds.where(is_read), words.where(is_read), terms[is_read]
        wholes = np.cumsum(compounds.sizes + 1) - compounds.sizes - 1  # where they stand among the pieces
        is_whole = np.zeros(len(compounds.parts) + len(terms), bool)
        is_whole[wholes] = True
        steps = np.ones(len(is_whole), np.uint8)
        steps[wholes + 1] = 0
        return compounds, _merged(is_whole, _known(words, terms), known_parts.take(compounds.parts)), steps

    def _terms_of_listed(self, words: Words) -> Any:
        """The numbers of the terms of words that the lexicon has, -1 for others."""
        if self._morphology is None:
            return np.full(len(words), -1)
        terms = self._morphology.best(words)
        others = np.flatnonzero(terms < 0)
        terms[others] = respelled(words.where(others), self._morphology)
        return terms

    def _terms_of(self, known: Any) -> list[str]:
        return [self.terms.term(number) for number in (known >> _TERM).tolist()]

    def _others(self, chunks: Sequence[str], places: Any, counts: Any, azerbaijani: bool | None) -> _Others:
        """Read the chunks at these places one by one; into `counts` goes how many pieces each has."""
        found = _Others([], [], [], [])
        for place in places.tolist():
            chunk = chunks[place]
            number = _NUMBER.match(chunk)
            if number:
                counts[place] = 1
                found.add(plain_number(number[1]), number[1], number[1], 1)
                continue
            pieces = self._reader.pieces(chunk, azerbaijani)
            counts[place] = len(pieces)
            for piece in pieces:
                surface = piece.surface(chunk)
                if not (surface.isascii() and surface == surface.lower()):  # which digits and most other signs are
                    surface = piece.spelled(chunk)
                found.add(piece.term, surface, fold(surface), piece.step)
        return found

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
            terms = self._morphology.likeliest(words)
            is_sure = terms >= 0
            terms[~is_sure] = 0
        return _known(words, terms) | is_sure.astype(np.uint64) << _SURE

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


def _runs(places: Any) -> Iterator[Any]:
    """Places of words in runs of as many as are read at once."""
    return (places[start : start + _READ] for start in range(0, len(places), _READ))


def _known(words: Words, terms: Any) -> Any:
    """What is known of words with these terms."""
    found = words.checksums().astype(np.uint64) | words.have_own().astype(np.uint64) << _SPELLED
    return found | terms.astype(np.uint64) << _TERM


def _flag(known: Any, place: Any) -> Any:
    """Whether a bit is set in what is known of words."""
    return known >> place & np.uint64(1) > 0


def _merged(chosen: Any, values: Any, others: Any) -> Any:
    """An array with `values` where `chosen` is and `others` elsewhere, each in order."""
    found = np.empty(len(chosen), values.dtype)
    found[chosen] = values
    found[~chosen] = others
    return found
