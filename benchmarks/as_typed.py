"""Queries as they stand in a box while one types them: cut within a word, which becomes a beginning."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from statistics import mean
from typing import NamedTuple

from azanalyzer import fold
from benchmarks.bm25 import reciprocal_rank

__all__ = ["table"]

_EVERY = 3  # query is cut
_FEWEST = 2  # letters of a word that is cut, and one less than are left of it


class _Cut(NamedTuple):
    """A query up to a word of it that is typed in part."""

    before: str
    word: str
    typed: str
    relevant: Sequence[str]


def table(search: Callable[[str], Sequence[str]], queries: Iterable[tuple[str, Sequence[str]]]) -> str:
    """MRR@10 of queries, given with the ids that answer them, that are typed as far as within a word drawn by lot."""
    cuts = _cut([*queries][::_EVERY], random.Random(1))
    ways: dict[str, Callable[[_Cut], str]] = {
        "the word whole": lambda cut: f"{cut.before} {cut.word}",
        "as far as it is typed, with *": lambda cut: f"{cut.before} {cut.typed}*",
        "the same in ASCII": lambda cut: fold(f"{cut.before} {cut.typed}*"),
        "as far as it is typed, as a word": lambda cut: f"{cut.before} {cut.typed}",
        "the word left out": lambda cut: cut.before,
    }
    lines = [f"| {len(cuts)} headings as one types | MRR@10 |", "|---|---|"]
    for name, spell in ways.items():
        found = mean(reciprocal_rank(search(spell(cut)), cut.relevant) for cut in cuts)
        lines.append(f"| {name} | {found:.4f} |")
    return "\n".join(lines)


def _cut(queries: Iterable[tuple[str, Sequence[str]]], chance: random.Random) -> list[_Cut]:
    cuts = []
    for text, relevant in queries:
        words = text.split()
        number = chance.randrange(len(words))
        word = words[number]
        if word.isalpha() and len(word) > _FEWEST:
            typed = word[: chance.randint(_FEWEST, len(word) - 1)]
            cuts.append(_Cut(" ".join(words[:number]), word, typed, relevant))
    return cuts
