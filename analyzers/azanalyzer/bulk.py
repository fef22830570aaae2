"""The pieces of very many chunks at once, for one who builds an index; see `morphology.bulk`.

Nearly every chunk is a word of today's alphabet between punctuation. These are found by arrays, and each distinct word
among them is read in bulk; all other chunks are read one by one, as `WordReader.pieces` does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from azanalyzer.alphabet import fold, lower
from azanalyzer.morphology.bulk import LETTERS, BulkMorphology
from azanalyzer.words import CLOSING, LONGEST_WORD, OPENING, ROMAN_LETTERS, Piece, WordReader

__all__ = ["BulkPieces", "BulkReader"]

_BLOCK = 1 << 15  # chunks that are looked at together
_FEW = 3_000  # chunks that are read one by one at first: reading in bulk has to be set up
_HIGHEST = 0x2030  # code points from here on are no letters of the alphabet and no usual punctuation
_LETTER, _CAPITAL, _ROMAN, _I, _OPEN, _CLOSE, _STOP = (1 << bit for bit in range(7))


def _marks() -> Any:
    """What each code point below `_HIGHEST` is; u1."""
    found = np.zeros(_HIGHEST, np.uint8)
    capitals = LETTERS.replace("i", "İ").replace("ı", "I").upper()
    for letters, mark in (
        (LETTERS + capitals, _LETTER), (capitals, _CAPITAL), (ROMAN_LETTERS, _ROMAN), ("Iİ", _I), (OPENING, _OPEN),
        (CLOSING, _CLOSE), (".", _STOP),
    ):  # fmt: skip
        found[[ord(letter) for letter in letters]] |= mark
    return found


_MARKS = _marks()
# Digits between punctuation, which are most of the chunks that are no words.
_NUMBER = re.compile(rf"[{re.escape(OPENING)}]*([0-9]+)[{re.escape(CLOSING)}]*\Z")


class BulkPieces(NamedTuple):
    """The pieces of chunks, one after another, without their offsets.

    `counts` i8[chunks] says how many each chunk has; `terms` and `surfaces` i8[pieces] are numbers of the distinct
    terms and lower-cased surfaces in `term_list` and `surface_list`, the first `plain` of which have letters of the
    alphabet only; `steps` u1[pieces] is 1 where a piece moves on to the next position.
    """

    counts: Any
    terms: Any
    surfaces: Any
    steps: Any
    term_list: list[str]
    surface_list: list[str]
    plain: int


class BulkReader:
    """Reads chunks by the thousand. Not for several threads at once; make one for each."""

    def __init__(self, reader: WordReader, few: int = _FEW) -> None:
        """Chunks are read one by one until there are `few` at once."""
        self._reader = reader
        self._few = few
        self._morphology: BulkMorphology | None = None

    def read(self, chunks: list[str], azerbaijani: bool | None = None) -> BulkPieces:
        """What `WordReader.pieces` gives for each chunk."""
        is_few = self._morphology is None and len(chunks) < self._few
        places, words, has_i = self._words([] if is_few else chunks)
        surfaces: dict[str, int] = {}
        numbers = np.fromiter((surfaces.setdefault(word, len(surfaces)) for word in words), np.int64, len(words))
        plain = len(surfaces)
        read, is_sure = self._terms(list(surfaces))
        terms: dict[str, int] = {}
        term_of = np.fromiter((terms.setdefault(term, len(terms)) for term in read), np.int64, plain)
        # I and İ tell a foreign name or how the word was typed, which only the whole chunk shows.
        sure = is_sure[numbers] | ~has_i
        places, numbers = places[sure], numbers[sure]
        counts = np.zeros(len(chunks), np.int64)
        counts[places] = 1
        found_terms, found_surfaces, steps = [], [], []
        for place in np.flatnonzero(counts == 0).tolist():
            chunk = chunks[place]
            number = _NUMBER.match(chunk)
            if number:
                pieces: Sequence[Piece] = (Piece(*number.span(1), number[1], "number", 1),)
            else:
                pieces = self._reader.pieces(chunk, azerbaijani)
            counts[place] = len(pieces)
            for first, last, term, _, step in pieces:
                found_terms.append(terms.setdefault(term, len(terms)))
                found_surfaces.append(surfaces.setdefault(lower(chunk[first:last]), len(surfaces)))
                steps.append(step)
        is_word = np.zeros(len(chunks), bool)
        is_word[places] = True
        is_word = np.repeat(is_word, counts)
        return BulkPieces(
            counts,
            _merged(is_word, term_of[numbers], found_terms),
            _merged(is_word, numbers, found_surfaces),
            _merged(is_word, np.ones(len(numbers), np.uint8), steps),
            list(terms),
            list(surfaces),
            plain,
        )

    def _words(self, chunks: list[str]) -> tuple[Any, list[str], Any]:
        """The chunks that are one word and how it is spelled in lower case, and whether it begins with a capital I."""
        words: list[str] = []
        found_places, found_marks = [np.zeros(0, np.int64)], [np.zeros(0, np.uint8)]
        abbreviations = self._reader.abbreviations
        for start in range(0, len(chunks), _BLOCK):
            block = chunks[start : start + _BLOCK]
            places, begins, ends, marks = _simple(block)
            cut = [
                block[place][begin:end]
                for place, begin, end in zip(places.tolist(), begins.tolist(), ends.tolist(), strict=True)
            ]
            cut = lower("\n".join(cut)).split("\n") if cut else []
            stopped = np.flatnonzero(marks & _STOP)
            short = [place for place in stopped.tolist() if len(cut[place]) == 1 or cut[place] in abbreviations]
            if short:
                kept = np.ones(len(cut), bool)
                kept[short] = False
                places, marks = places[kept], marks[kept]
                cut = [cut[place] for place in np.flatnonzero(kept).tolist()]
            found_places.append(places + start)
            found_marks.append(marks)
            words += cut
        return np.concatenate(found_places), words, np.concatenate(found_marks) & _I > 0

    def _terms(self, words: list[str]) -> tuple[list[str], Any]:
        """The terms of words of the alphabet, and which of them the lexicon has as they are spelled."""
        if not self._reader.stem or not words:
            return words, np.ones(len(words), bool)
        if self._morphology is None:
            self._morphology = BulkMorphology(self._reader.morphology)
        best = self._morphology.best(words)
        is_sure = np.fromiter((term is not None for term in best), bool, len(best))
        self._respell(words, best)
        unread = [place for place, term in enumerate(best) if term is None]
        for place, term in zip(unread, self._morphology.guess([words[place] for place in unread]), strict=True):
            best[place] = term
        return [term for term in best if term is not None], is_sure

    def _respell(self, words: list[str], best: list[str | None]) -> None:
        """Fill in the terms of words that can be read in another spelling: see `WordReader.respellings`."""
        assert self._morphology is not None
        tried: dict[str, list[tuple[int, int, str]]] = {}
        for place, term in enumerate(best):
            if term is None:
                word = words[place]
                for rank, (spelled, spelling) in enumerate(self._reader.respellings(word, word)):
                    tried.setdefault(spelling, []).append((place, rank, spelled))
        ranks: dict[int, int] = {}
        for spelling, attempts in tried.items():
            partly = spelling == "partly"  # which needs a reading as typed in ASCII, and then more
            strings = [spelled for _, _, spelled in attempts]
            strings = fold("\n".join(strings)).split("\n") if partly else strings
            found = self._morphology.best(strings, "ascii" if partly else spelling)
            for (place, rank, spelled), term in zip(attempts, found, strict=True):
                if term is not None and rank < ranks.get(place, rank + 1):
                    if partly:
                        term = self._reader.morphology.best(spelled, spelling)
                        if term is None:
                            continue
                    best[place], ranks[place] = term, rank


def _simple(chunks: list[str]) -> tuple[Any, Any, Any, Any]:
    """The places of the chunks that are one word in lower case or with one capital, where it begins and ends, marks.

    Left out are those that may be numerals, acronyms or single capitals. The marks are those of the first letter and
    of what stands after the word.
    """
    lengths = np.fromiter(map(len, chunks), np.int64, len(chunks))
    points = np.frombuffer("".join(chunks).encode("utf-32-le", "surrogatepass"), np.uint32)
    marks = _MARKS[np.minimum(points, _HIGHEST - 1)]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    # The one run of letters: where it begins, and then how long it is.
    is_letter = marks & _LETTER > 0
    begins_run = is_letter.copy()
    begins_run[1:] &= ~is_letter[:-1]
    begins_run[starts] = is_letter[starts]
    runs = _sums(begins_run)
    one = np.flatnonzero(runs[ends] - runs[starts] == 1)
    starts, ends = starts[one], ends[one]
    first = np.flatnonzero(begins_run)[runs[starts]]
    letters = _sums(is_letter)
    sizes = letters[ends] - letters[starts]
    last = first + sizes
    opening, closing, capitals = _sums(marks & _OPEN > 0), _sums(marks & _CLOSE > 0), _sums(marks & _CAPITAL > 0)
    roman = _sums(marks & _ROMAN > 0)
    has_capital = capitals[last] - capitals[first]
    initial = marks[first]
    chosen = np.flatnonzero(
        (opening[first] - opening[starts] == first - starts)
        & (closing[ends] - closing[last] == ends - last)
        & (sizes <= LONGEST_WORD)
        & ((has_capital == 0) | ((has_capital == 1) & (initial & _CAPITAL > 0) & (sizes > 1)))
        & ((roman[last] - roman[first] < sizes) | (sizes == 1))
    )
    places, first, last, ends = one[chosen], first[chosen], last[chosen], ends[chosen]
    after = np.where(last < ends, marks[np.minimum(last, len(marks) - 1)], 0)
    begin = starts[chosen]
    return places, first - begin, last - begin, initial[chosen] & _I | after & _STOP


def _sums(flags: Any) -> Any:
    """How many flags stand before each place, and how many there are; i4[flags + 1]."""
    found = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, out=found[1:])
    return found


def _merged(chosen: Any, values: Any, others: list[int]) -> Any:
    """An array with `values` where `chosen` is and `others` elsewhere, each in order."""
    found = np.empty(len(chosen), values.dtype)
    found[chosen] = values
    found[~chosen] = others
    return found
