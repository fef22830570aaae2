"""How hits are ranked: BM25 over the roots of the words finds them, and closer evidence orders the best of them.

The weights are data: `ranking.json` beside this module holds the defaults, which `python -m benchmarks ranking` tunes
on one half of judged queries and reports on the other.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import ujson

__all__ = ["Ranking", "default_ranking"]


class Ranking(NamedTuple):
    """Weights of what counts besides BM25 over roots (whose weight is 1); 0 leaves a thing out.

    Each adds a BM25 score of its own kind of term, read from the `depth` best hits only.
    """

    depth: int = 60
    surface: float = 0.2  # a word stands in the form in which it was typed
    base: float = 0.5  # words of one base: valideyn, valideynlik
    pairs: float = 0.3  # words that follow one another in the query do so in the text
    typed_pairs: float = 0.2  # and both in the forms typed
    triples: float = 0.2  # three in a row
    early: float = 0.4  # words among the first 32 of the text

    @classmethod
    def plain(cls) -> Ranking:
        """BM25 over the roots of words and nothing else."""
        return cls(surface=0, base=0, pairs=0, typed_pairs=0, triples=0, early=0)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but BM25 over roots counts."""
        return not any((self.surface, self.base, self.pairs, self.typed_pairs, self.triples, self.early))


@lru_cache(maxsize=1)
def default_ranking() -> Ranking:
    """The weights of `ranking.json`."""
    return Ranking(**ujson.loads((Path(__file__).parent / "ranking.json").read_text("utf-8")))
