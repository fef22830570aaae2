"""Queries as an ASCII keyboard types them, in small letters and in capitals: how often all of one is put right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import searchkit
from azanalyzer.alphabet import upper

__all__ = ["table"]

_ASCII = str.maketrans("əöüçşğıİƏÖÜÇŞĞ", "eoucsgiIEOUCSG")
_WORDS = range(2, 7)  # of a query; longer ones are texts
_OUTCOMES = ("right", "in part", "otherwise", "not")


def table(index: searchkit.Index, queries: Sequence[str], count: int, chance: random.Random) -> str:
    """A table of what is suggested for up to `count` of the queries that have letters which ASCII lacks.

    "In part" leaves a word as it was typed that is spelled otherwise. The last row has them as they are spelled.
    """
    able = [query for query in queries if len(query.split()) in _WORDS and query.translate(_ASCII) != query]
    chosen = chance.sample(able, min(count, len(able)))
    lines = [f"| typed | {' | '.join(_OUTCOMES)} |", "|---|---|---|---|---|"]
    for name, spelled in (("in ASCII", chosen), ("in ASCII capitals", [upper(query) for query in chosen])):
        found = Counter(_outcome(index, query) for query in spelled)
        lines.append(f"| {name} | {' | '.join(str(found[outcome]) for outcome in _OUTCOMES)} |")
    doubted = sum(index.suggest(query) is not None for query in chosen)
    lines.append(f"| properly | – | – | {doubted} | {len(chosen) - doubted} |")
    return "\n".join(lines)


def _outcome(index: searchkit.Index, query: str) -> str:
    typed = query.translate(_ASCII)
    suggested = index.suggest(typed)
    if suggested is None or suggested == query:
        return "not" if suggested is None else "right"
    words = suggested.split(), query.split(), typed.split()
    is_left = any(own == as_typed != meant for own, meant, as_typed in zip(*words, strict=False))
    return "in part" if is_left else "otherwise"
