"""The language data of the project, each file read once, when it is first wanted; all analyzers share them."""

from __future__ import annotations

from functools import lru_cache
from itertools import dropwhile, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from azanalyzer.files import taken
from azanalyzer.morphology.lexicon import Lexicon
from azanalyzer.morphology.morphotactics import Morphotactics
from azanalyzer.morphology.readings import Morphology
from azanalyzer.synonyms import Acronyms

if TYPE_CHECKING:
    from azanalyzer.morphology.inflection import Inflection

__all__ = ["abbreviations", "acronyms", "inflection", "question_words", "shared_morphology", "stop_words", "text_of"]

_DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def shared_morphology() -> Morphology:
    """Readings by the lexicon and the automaton of suffixes."""
    return Morphology(Lexicon(_DATA / "lexicon", acronyms()), Morphotactics(_DATA / "morphotactics.txt"))


@lru_cache(maxsize=1)
def inflection() -> Inflection:
    """Forms by the same."""
    from azanalyzer.morphology.inflection import Inflection  # most have no use for it

    return Inflection(shared_morphology(), acronyms())


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """The terms that say nothing by themselves, from `data/stop_words.txt`."""
    return frozenset(line.split("#")[0].strip() for line in _lines("stop_words.txt")) - {""}


@lru_cache(maxsize=1)
def question_words() -> frozenset[str]:
    """The stop words that ask for what an answer has in their place, so that finding them in a text proves nothing."""
    lines = dropwhile(lambda line: line != "# question words", _lines("stop_words.txt"))
    return frozenset(takewhile(lambda line: line[:1] not in ("", "#"), islice(lines, 1, None)))


@lru_cache(maxsize=1)
def acronyms() -> Acronyms:
    """The acronyms of `data/acronyms.tsv`."""
    return Acronyms(text_of("acronyms.tsv"))


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """The abbreviations of `data/abbreviations.txt`."""
    return frozenset(word for line in _lines("abbreviations.txt") if line[:1] != "#" for word in line.split())


def _lines(name: str) -> list[str]:
    return text_of(name).splitlines()


@lru_cache(maxsize=8)  # some are asked for twice
def text_of(name: str) -> str:
    """What stands in a file of `data`."""
    return str(taken(f"{_DATA}/{name}"), "utf-8")
