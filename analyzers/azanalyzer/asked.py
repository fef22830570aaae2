"""What the words of a query ask for: for each chunk the terms that its words may mean."""

from __future__ import annotations

from azanalyzer import scripts
from azanalyzer.alphabet import normalize
from azanalyzer.language import stop_words
from azanalyzer.numerals import other_ordinal
from azanalyzer.tuples import NamedTuple
from azanalyzer.words import WordReader

__all__ = ["AskedWord", "asked_words"]


class AskedWord(NamedTuple):
    """A word of a query: its position, how it was typed, in lower case, and the terms that it may mean, best first."""

    position: int
    typed: str
    terms: tuple[str, ...]


def asked_words(
    reader: WordReader, azerbaijani: bool | None, typed_in_ascii: bool, chunk: str
) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """The words of a chunk, each with its step from the one before, as typed, and the terms that it may mean."""
    words = []
    for piece in reader.pieces(chunk, azerbaijani):
        surface = piece.surface(chunk)
        terms = [piece.term]
        if piece.kind in ("word", "hashtag") and reader.stem:
            terms = reader.alternatives(surface, piece.term, typed_in_ascii)
            if piece.term not in terms and stop_words().isdisjoint([piece.term, terms[0]]):
                terms.append(piece.term)  # what texts that spell it so are indexed under: cola, besides çöl
            if len(terms) == 1 and piece.term not in stop_words():
                terms += reader.homographs(surface, piece.term)
        if azerbaijani is None and piece.kind in ("word", "acronym") and piece.term not in stop_words():
            text = normalize(surface)
            if scripts.may_be_russian(text):
                terms.append(scripts.russian_stem(text))  # as Russian texts have it: Баку, телефон
        typed = piece.spelled(chunk)
        if (other := other_ordinal(terms[0], piece.kind, typed)) is not None:
            terms.append(other)
        words.append((piece.step, typed, tuple(terms)))
    return tuple(words)
