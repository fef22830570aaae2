"""Chunks that are words of today's alphabet joined by hyphens, found among many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from azanalyzer.morphology.rows import LETTERS
from azanalyzer.single_words import CAPITALS
from azanalyzer.tokenizer import DASHES
from azanalyzer.word_terms import LONGEST_WORD
from azanalyzer.words import CLOSING, OPENING

__all__ = ["Compounds", "compounds_among", "parts_of"]

_LETTER = f"[{LETTERS}{CAPITALS}]"
_SURE = f"[{LETTERS}{CAPITALS}]".replace("I", "").replace("İ", "")  # I and İ tell how a word was typed
_COMPOUND = re.compile(rf"[{re.escape(OPENING)}]*({_SURE}+(?:-{_SURE}+)+)[{re.escape(CLOSING)}]*\Z")
# Letters before or after a hyphen; looked for from their first on only, or a long word would be gone through from each.
_PART = re.compile(rf"(?<=[{DASHES}]){_LETTER}+|(?<!{_LETTER}){_LETTER}+(?=[{DASHES}])")


class Compounds(NamedTuple):
    """Chunks that are compounds: their places, these without punctuation, and the numbers of the parts of each.

    The parts stand one compound after another; `sizes` says how many each has.
    """

    places: Any
    texts: list[str]
    parts: Any
    sizes: Any

    def where(self, chosen: Any) -> Compounds:
        """Those where this is so."""
        texts = [self.texts[place] for place in np.flatnonzero(chosen).tolist()]
        return Compounds(self.places[chosen], texts, self.parts[np.repeat(chosen, self.sizes)], self.sizes[chosen])

    def where_parts(self, allowed: Any) -> Compounds:
        """Those of which all parts are allowed, which is given by their numbers."""
        others = np.repeat(np.arange(len(self.sizes)), self.sizes)[~allowed.take(self.parts)]
        chosen = np.ones(len(self.sizes), bool)
        chosen[others] = False
        return self.where(chosen)


def parts_of(chunks: Sequence[str]) -> list[str]:
    """The words before and after hyphens in chunks, each once."""
    return list(dict.fromkeys(_PART.findall("\n".join(chunks))))


def compounds_among(chunks: Sequence[str], parts: Sequence[str]) -> Compounds:
    """The compounds among chunks, `parts` of which are theirs; not those that are too long, or have I or İ in them."""
    matches = ((place, _COMPOUND.match(chunk)) for place, chunk in enumerate(chunks) if "-" in chunk)
    found = [(place, match[1]) for place, match in matches if match and len(match[1]) <= LONGEST_WORD]
    numbers = {part: number for number, part in enumerate(parts)}
    words = [text.split("-") for _, text in found]
    return Compounds(
        np.array([place for place, _ in found], np.int64),
        [text for _, text in found],
        np.array([numbers[word] for own in words for word in own], np.int64),
        np.array([len(own) for own in words], np.int64),
    )
