"""How hits are ranked: BM25 over the roots of the words finds them, and closer evidence orders the best of them.

The weights are data: `ranking.json` beside this module holds the defaults, which `python -m benchmarks ranking` tunes
on one half of judged queries and reports on the other.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import ujson

from azanalyzer.tuples import NamedTuple
from searchkit.amounts import is_amount
from searchkit.errors import QueryError
from searchkit.schema import Date, Number, Schema, parse_date

__all__ = [
    "LEAST_BOOST", "MOST_BOOST", "WEIGHTS", "Freshness", "Ranking", "a_ranking", "check_ranking", "default_ranking",
]  # fmt: skip

LEAST_BOOST, MOST_BOOST = 0.001, 1000.0  # of a document, a field of a query, a word
_MOST_COVERAGE = 10.0  # a power of the number of words


class Freshness(NamedTuple):
    """What new documents get: scores times 1 + `weight`, of which each `half_life` of age, in days, leaves half.

    A document of the day `now` gets all of it, one that is twice as old as `half_life` a quarter; a document without a
    date nothing. `now` None is the moment of the search.
    """

    field: str = "date"
    half_life: float = 365.0
    weight: float = 1.0
    now: str | datetime.datetime | None = None


class Ranking(NamedTuple):
    """Weights of what counts besides BM25 over roots (whose weight is 1); 0 leaves a thing out.

    Each but `coverage` adds a BM25 score of its own kind of term. They are read from the `depth` best hits only.
    `freshness` and the numbers of the field `boost_field` multiply the scores of all documents.
    """

    depth: int = 60
    surface: float = 0.2  # a word stands in the form in which it was typed
    base: float = 0.5  # words of one base: valideyn, valideynlik
    relatives: float = 0.5  # and where only others of its base stand, not the word itself
    pairs: float = 0.3  # words that follow one another in the query do so in the text
    typed_pairs: float = 0.2  # and both in the forms typed
    triples: float = 0.2  # three in a row
    early: float = 1.2  # words among the first 32 of the text
    ends: float = 0.5  # a short text begins, or ends, with the same form as the query
    titles: float = 2.0  # the same where there are longer texts besides
    stop_words: float = 0.5  # stop words besides the others, but for those that only ask
    coverage: float = 0.2  # a score is multiplied by the number of the words that are there, to this power
    freshness: Freshness | None = None
    boost_field: str | None = None

    @classmethod
    def plain(cls) -> Ranking:
        """BM25 over the roots of words and nothing else."""
        nothing: dict[str, Any] = dict.fromkeys(WEIGHTS, 0)
        return cls(**nothing)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but BM25 over roots counts for what is found."""
        return not any(getattr(self, name) for name in WEIGHTS)

    @property
    def boosts(self) -> bool:
        """Whether scores depend on dates or numbers of the documents."""
        return self.freshness is not None or self.boost_field is not None

    def at(self, moment: datetime.datetime) -> Ranking:
        """The ranking with the age of documents counted up to a moment, unless it says itself up to when."""
        if self.freshness is None or self.freshness.now is not None:
            return self
        return self._replace(freshness=self.freshness._replace(now=moment))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data; what is as by default is left out of what was added later."""
        described = self._asdict()
        if self.freshness is not None:
            now = self.freshness.now
            described["freshness"] = {
                **self.freshness._asdict(),
                "now": now.isoformat() if isinstance(now, datetime.date) else now,
            }
        later = ("freshness", "boost_field")
        return {name: value for name, value in described.items() if name not in later or value is not None}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ranking:
        """The ranking that `to_dict` described; TypeError for anything else."""
        ranking = cls(**data)
        if isinstance(ranking.freshness, Mapping):
            ranking = ranking._replace(freshness=Freshness(**ranking.freshness))
        return ranking


WEIGHTS = (
    "surface",
    "base",
    "relatives",
    "pairs",
    "typed_pairs",
    "triples",
    "early",
    "ends",
    "titles",
    "stop_words",
    "coverage",
)


def a_ranking(ranking: object) -> Ranking:
    """`ranking`, QueryError if it is none."""
    if not isinstance(ranking, Ranking):
        raise QueryError(f"ranking takes a searchkit.Ranking, not {type(ranking).__name__}")
    return ranking


def check_ranking(ranking: Ranking, schema: Schema) -> None:
    """QueryError if a ranking cannot be used with the fields of a schema."""
    a_ranking(ranking)
    for name in WEIGHTS:
        weight, most = getattr(ranking, name), _MOST_COVERAGE if name == "coverage" else MOST_BOOST
        if not (is_amount(weight) and weight <= most):
            raise QueryError(f"ranking: {name} is a number from 0 to {most:g}, not {weight!r}")
    if not isinstance(ranking.depth, int) or ranking.depth < 0:
        raise QueryError(f"ranking: depth is a whole number from 0 on, not {ranking.depth!r}")
    if ranking.boost_field is not None and not isinstance(schema.fields.get(ranking.boost_field), Number):
        raise QueryError(f"ranking: boost_field takes a number field, not {ranking.boost_field!r}")
    if ranking.freshness is not None:
        _check_freshness(ranking.freshness, schema)


def _check_freshness(freshness: Freshness, schema: Schema) -> None:
    if not isinstance(freshness, Freshness):
        raise QueryError(f"ranking: freshness takes a searchkit.Freshness, not {type(freshness).__name__}")
    if not isinstance(schema.fields.get(freshness.field), Date):
        raise QueryError(f"ranking: freshness takes a date field, not {freshness.field!r}")
    if not (is_amount(freshness.half_life) and freshness.half_life > 0):
        raise QueryError(f"ranking: half_life is a number of days above 0, not {freshness.half_life!r}")
    if not (is_amount(freshness.weight) and freshness.weight <= MOST_BOOST):
        raise QueryError(f"ranking: the weight of freshness is from 0 to {MOST_BOOST:g}, not {freshness.weight!r}")
    if freshness.now is not None:
        try:
            parse_date(freshness.now)
        except ValueError as error:
            raise QueryError(f"ranking: now: {error}") from None


@lru_cache(maxsize=1)
def default_ranking() -> Ranking:
    """The weights of `ranking.json`."""
    return Ranking(**ujson.loads((Path(__file__).parent / "ranking.json").read_text("utf-8")))
