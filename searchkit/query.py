"""What a person types, read as a query: words, "phrases", -not, field:word, prefix*; everything else is literal."""

from __future__ import annotations

import datetime
import re
from itertools import takewhile
from typing import TYPE_CHECKING

from searchkit.backend import Clause, Query
from searchkit.errors import QueryError
from searchkit.schema import Date, Keyword, Number, Schema, Text

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["parse"]

MOST_CHARACTERS = 10_000
MOST_CLAUSES = 256

_PART = re.compile(
    r"""(?P<not>(?<!\S)-(?=["\w]))?
        (?:(?P<field>[^\W\d][\w-]*):(?=\S))?
        (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_QUOTES = str.maketrans("“”„«»‟＂", '"""""""')


def parse(
    text: str, schema: Schema, analyzer: Analyzer, *, match: str = "any", limit: int = 10, offset: int = 0
) -> Query:
    """The query in `text`. Whatever is typed means something; only limits and wrong arguments raise QueryError."""
    if not isinstance(text, str):
        raise QueryError(f"a query is a string, not {type(text).__name__}")
    if match not in ("any", "all"):
        raise QueryError(f"match is 'any' or 'all', not {match!r}")
    if not (isinstance(limit, int) and isinstance(offset, int) and limit >= 0 and offset >= 0):
        raise QueryError(f"limit and offset are whole numbers from 0 on, not {limit!r} and {offset!r}")
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"the query has {len(text):,} characters; at most {MOST_CHARACTERS:,} are allowed")
    clauses: list[Clause] = []
    match_all = match == "all"
    typed = analyzer.typed_in_ascii(text)
    for part in _PART.finditer(text.translate(_QUOTES)):
        clauses.extend(_clauses(part, schema, analyzer, match_all, typed))
        if len(clauses) > MOST_CLAUSES:
            raise QueryError(f"the query has more than {MOST_CLAUSES} words; shorten it")
    clauses = _with_synonyms(clauses, analyzer, match_all)
    return Query(tuple(_without_stop_words(clauses, analyzer)), match_all)


def _clauses(
    part: re.Match[str], schema: Schema, analyzer: Analyzer, match_all: bool, typed_in_ascii: bool
) -> list[Clause]:
    excluded = part["not"] is not None
    name = part["field"]
    field = schema.fields.get(name) if name else None
    literal = part["phrase"] if part["phrase"] is not None else part["word"]
    if name == "id":
        return [Clause("exact", "id", ((literal,),), excluded)]
    if name and field is None:  # not one of ours: 12:30, http:…, a colon in a sentence
        literal, name = f"{name}:{literal}", None
    if isinstance(field, Keyword):
        return [Clause("exact", name, (tuple(field.check(literal)),), excluded)]
    if isinstance(field, (Date, Number)) and name:
        return _value(name, field, literal, excluded, part.start())
    if name and not isinstance(field, (Text, type(None))):
        raise QueryError(
            f"the field {name!r} is only stored, not searched; to look for the text itself, put all of it in quotes",
            position=part.start(),
        )
    if part["phrase"] is not None:
        places = _places(literal, analyzer, typed_in_ascii)
        if not places:
            return []
        kind = "phrase" if len(places) > 1 else "word"
        return [Clause(kind, name, places, excluded)]
    if literal.endswith("*") and len(literal) > 2 and literal[:-1].isalnum():
        from azanalyzer import lower

        return [Clause("prefix", name, ((lower(literal[:-1]),),), excluded)]
    if excluded or match_all:
        # Kasım-Jomart gives the whole at the place of its first part. Without the whole the parts still say the same,
        # and a part alone is not what -Kasım-Jomart excludes.
        places = _places(literal, analyzer, typed_in_ascii)
        if len(places) > 1:
            if excluded:
                return [Clause("phrase", name, places, excluded)]
            return [Clause("word", name, (alternatives,)) for alternatives in places]
    terms = analyzer.query_terms(literal, typed_in_ascii)
    # At one place stand a date and its year, an address and its host: the first says it all.
    return [Clause("word", name, (tuple(alternatives),), excluded) for alternatives in terms[: 1 if excluded else None]]


def _places(literal: str, analyzer: Analyzer, typed_in_ascii: bool) -> tuple[tuple[str, ...], ...]:
    """The alternative terms of each place in `literal`, in order."""
    places: dict[int, tuple[str, ...]] = {}
    for position, alternatives in analyzer.query_places(literal, typed_in_ascii):
        places[position] = (*places.get(position, ()), *alternatives)
    return tuple(places.values())


def _value(name: str, field: Date | Number, literal: str, excluded: bool, position: int) -> list[Clause]:
    try:
        low = field.check(literal)
    except ValueError as error:
        raise QueryError(f"{name}:{literal}: {error}", position=position) from None
    if isinstance(low, datetime.datetime):
        return [Clause("date", name, (), excluded, low, _end_of_period(low, literal.strip()))]
    return [Clause("number", name, (), excluded, low, low)]


def _end_of_period(start: datetime.datetime, literal: str) -> datetime.datetime:
    """2022 means the year, 2022-08 the month, 2022-08-24 the day, 2022-08-24T10 the hour, and so on to the second."""
    literal = literal.strip()
    try:
        if len(literal) == 4:
            return start.replace(year=start.year + 1)
        if len(literal) == 7 and "W" not in literal:
            return (start + datetime.timedelta(days=31)).replace(day=1)
        time = re.split("[tT ]", literal, maxsplit=1)[1:]
        if not time:
            return start + datetime.timedelta(days=1)
        colons = re.split("[-+zZ]", time[0])[0].count(":")
        return start + datetime.timedelta(seconds=(3600, 60, 1)[min(colons, 2)])
    except (OverflowError, ValueError):  # there is no year 10000
        return datetime.datetime.max


def _with_synonyms(clauses: list[Clause], analyzer: Analyzer, match_all: bool) -> list[Clause]:
    """The clauses with other ways to say the same beside them: BMT, Birləşmiş Millətlər Təşkilatı."""
    found: list[Clause] = []
    place = 0
    while place < len(clauses):
        run = list(
            takewhile(lambda clause: clause.kind == "word" and not (clause.excluded or clause.field), clauses[place:])
        )
        if not run:
            found.append(clauses[place])
            place += 1
            continue
        done = 0
        for first, last, phrases in analyzer.expand([clause.places[0] for clause in run]):
            found += run[done:first]
            said = run[first:last]
            others = tuple(
                Clause("phrase" if len(phrase) > 1 else "word", None, tuple((term,) for term in phrase))
                for phrase in phrases
            )
            if len(said) == 1 or match_all:
                typed = said[0] if len(said) == 1 else Clause("all", None, (), options=tuple(said))
                found.append(Clause("either", None, (), options=(typed, *others)))
            else:  # the words count one by one, as always, and the other name besides
                found += [*said, *others]
            done = last
        found += run[done:]
        place += len(run)
    return found


def _is_bare_word(clause: Clause) -> bool:
    return clause.kind == "word" and not clause.excluded and clause.field is None


def _without_stop_words(clauses: list[Clause], analyzer: Analyzer) -> list[Clause]:
    """The clauses that say something; all of them where nothing does."""
    kept = [
        clause
        for clause in clauses
        if clause.kind != "word" or clause.excluded or not all(term in analyzer.stop_words for term in clause.places[0])
    ]
    return kept if any(not clause.excluded for clause in kept) else clauses
