"""How a word was read, for people."""

from __future__ import annotations

from typing import Any

from azanalyzer.morphology.lexicon import POS_NAMES
from azanalyzer.morphology.readings import Reading
from azanalyzer.tuples import NamedTuple

__all__ = ["AS_A_WHOLE", "WHY", "Explanation"]

WHY = {
    "lexicon": "the cheapest split into a root of the lexicon and suffixes in a possible order",
    "ascii": "no root of the lexicon fits as spelled; typed without Azerbaijani letters it means this",
    "guess": "no root of the lexicon fits; this much of the end can be suffixes, the rest is taken as the root",
    "surface": "stemming is off, or the word is longer than any real one",
}
AS_A_WHOLE = "no word of letters alone: read by what it looks like, without root and suffixes"


class Explanation(NamedTuple):
    """How a word was read: the reading that won, the others by rising cost, and the rule in a sentence."""

    word: str
    best: Reading
    others: tuple[Reading, ...]
    why: str

    @property
    def split(self) -> str:
        """The word as root and suffixes by the reading that won: kitab (noun) + lar (plural)."""
        return _split(self.best)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data: the word, the rule, and the readings, the best first."""
        return {
            "word": self.word,
            "why": self.why,
            "readings": [_described(each) for each in (self.best, *self.others)],
        }

    def __str__(self) -> str:
        lines = [f"{self.word} -> {self.best.term}", f"  {_show(self.best)}", f"  why: {self.why}"]
        lines += [f"  also: {_show(reading)}" for reading in self.others]
        return "\n".join(lines)


def _split(reading: Reading) -> str:
    chain = "".join(f" + {suffix.surface} ({suffix.name})" for suffix in reading.suffixes)
    base = f", from {reading.base}" if reading.base != reading.term else ""
    return f"{reading.root} ({_pos(reading)}){chain}{base}"


def _pos(reading: Reading) -> str:
    return POS_NAMES.get(reading.pos, "unknown")


def _described(reading: Reading) -> dict[str, Any]:
    suffixes = [{"name": suffix.name, "surface": suffix.surface} for suffix in reading.suffixes]
    return {**reading._asdict(), "pos": _pos(reading), "suffixes": suffixes}


def _show(reading: Reading) -> str:
    return f"{_split(reading)}; cost {reading.cost:g}, {reading.source}"
