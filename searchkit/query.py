"""What a person types, read as a query: words, "phrases", -not, field:word, prefix*; everything else is literal."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from searchkit.errors import QueryError
from searchkit.querytree import (
    AllOf,
    Either,
    Everything,
    Exact,
    Node,
    Phrase,
    Prefix,
    Query,
    Range,
    Without,
    Word,
    all_of,
    any_of,
)
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
    """The query in `text`. Whatever is typed means something; only limits and wrong arguments raise QueryError.

    Keywords, ids, dates and numbers are conditions: whatever else is asked, a document must meet one of each field, or
    all with match="all".
    """
    if not isinstance(text, str):
        raise QueryError(f"a query is a string, not {type(text).__name__}")
    if match not in ("any", "all"):
        raise QueryError(f"match is 'any' or 'all', not {match!r}")
    if not (isinstance(limit, int) and isinstance(offset, int) and limit >= 0 and offset >= 0):
        raise QueryError(f"limit and offset are whole numbers from 0 on, not {limit!r} and {offset!r}")
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"the query has {len(text):,} characters; at most {MOST_CHARACTERS:,} are allowed")
    match_all = match == "all"
    join = all_of if match_all else any_of
    wanted: list[Node] = []
    unwanted: list[Node] = []
    conditions: dict[str, list[Node]] = {}
    count = 0
    typed_in_ascii = analyzer.typed_in_ascii(text)
    for part in _PART.finditer(text.translate(_QUOTES)):
        nodes = _nodes(part, schema, analyzer, match_all, typed_in_ascii)
        count += len(nodes)
        if count > MOST_CLAUSES:
            raise QueryError(f"the query has more than {MOST_CLAUSES} words; shorten it")
        for node in nodes:
            if part["not"] is not None:
                unwanted.append(node)
            elif isinstance(node, (Exact, Range)):
                conditions.setdefault(node.field, []).append(node)
            else:
                wanted.append(node)
    wanted = _with_synonyms(wanted, analyzer, match_all)
    # Stop words say nothing, but where there is nothing else they are what is meant.
    kept = [node for node in wanted if not _is_stop_word(node, analyzer)]
    root = join(kept if kept or conditions else wanted) if wanted else any_of([])
    if not wanted and (conditions or unwanted):
        root = Everything()
    if unwanted:
        root = Without(root, any_of(unwanted))
    return Query(root, tuple(join(nodes) for nodes in conditions.values()))


def _nodes(
    part: re.Match[str], schema: Schema, analyzer: Analyzer, match_all: bool, typed_in_ascii: bool
) -> list[Node]:
    """What a part of a query asks for, without its minus."""
    excluded = part["not"] is not None
    name = part["field"]
    field = schema.fields.get(name) if name else None
    literal = part["phrase"] if part["phrase"] is not None else part["word"]
    if name == "id":
        return [Exact("id", (literal,))]
    if name and field is None:  # not one of ours: 12:30, http:…, a colon in a sentence
        literal, name = f"{name}:{literal}", None
    if name and isinstance(field, Keyword):
        return [Exact(name, tuple(field.check(literal)))]
    if name and isinstance(field, (Date, Number)):
        return [_value(name, field, literal, part.start())]
    if name and not isinstance(field, (Text, type(None))):
        raise QueryError(
            f"the field {name!r} is only stored, not searched; to look for the text itself, put all of it in quotes",
            position=part.start(),
        )
    if part["phrase"] is not None:
        words = _places(literal, name, analyzer, typed_in_ascii)
        return [_phrase(words)] if len(words) > 1 else [*words]
    if literal.endswith("*") and len(literal) > 2 and literal[:-1].isalnum():
        return [Prefix(name, (_typed(literal[:-1]),))]
    if excluded or match_all:
        # Kasım-Jomart gives the whole at the place of its first part. Without the whole the parts still say the same,
        # and a part alone is not what -Kasım-Jomart excludes.
        words = _places(literal, name, analyzer, typed_in_ascii)
        if len(words) > 1:
            return [_phrase(words)] if excluded else [*words]
    words = [word for _, word in _words(literal, name, analyzer, typed_in_ascii)]
    # At one place stand a date and its year, an address and its host: the first says it all.
    return [*words[: 1 if excluded else None]]


def _typed(text: str) -> str:
    from azanalyzer import lower

    return lower(unicodedata.normalize("NFC", text))


def _words(literal: str, name: str | None, analyzer: Analyzer, typed_in_ascii: bool) -> Iterator[tuple[int, Word]]:
    """The words of `literal`, each with its position."""
    places = analyzer.query_places(literal, typed_in_ascii)
    for token, (position, alternatives) in zip(analyzer.tokens(literal), places, strict=True):
        yield position, Word(name, tuple(alternatives), _typed(token.text))


def _places(literal: str, name: str | None, analyzer: Analyzer, typed_in_ascii: bool) -> list[Word]:
    """The words of `literal`, one a position, which means whatever stands at it."""
    places: dict[int, Word] = {}
    for position, word in _words(literal, name, analyzer, typed_in_ascii):
        first = places.get(position)
        places[position] = first._replace(terms=(*first.terms, *word.terms)) if first else word
    return list(places.values())


def _phrase(words: list[Word]) -> Phrase:
    return Phrase(words[0].field, tuple(word.terms for word in words))


def _value(name: str, field: Date | Number, literal: str, position: int) -> Range:
    try:
        low = field.check(literal)
    except ValueError as error:
        raise QueryError(f"{name}:{literal}: {error}", position=position) from None
    if isinstance(low, datetime.datetime):
        return Range(name, low, _end_of_period(low, literal.strip()), high_open=True)
    return Range(name, low, low)


def _end_of_period(start: datetime.datetime, literal: str) -> datetime.datetime | None:
    """2022 means the year, 2022-08 the month, 2022-08-24 the day, 2022-08-24T10 the hour, and so on to the second.

    None where the period ends with time itself: there is no year 10000.
    """
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
    except (OverflowError, ValueError):
        return None


def _with_synonyms(nodes: list[Node], analyzer: Analyzer, match_all: bool) -> list[Node]:
    """The nodes with other ways to say the same beside them: BMT, Birləşmiş Millətlər Təşkilatı."""
    found: list[Node] = []
    run: list[Word] = []
    for node in nodes:
        if isinstance(node, Word) and node.field is None:
            run.append(node)
        else:
            found += [*_expanded(run, analyzer, match_all), node]
            run = []
    return [*found, *_expanded(run, analyzer, match_all)]


def _expanded(run: list[Word], analyzer: Analyzer, match_all: bool) -> list[Node]:
    """Words that stand beside each other, with their synonyms."""
    found: list[Node] = []
    done = 0
    for first, last, phrases in analyzer.expand([word.terms for word in run]):
        found += run[done:first]
        said = run[first:last]
        others: list[Node] = [
            Phrase(None, tuple((term,) for term in phrase)) if len(phrase) > 1 else Word(None, phrase)
            for phrase in phrases
        ]
        if len(said) == 1 or match_all:
            found.append(Either((said[0] if len(said) == 1 else AllOf(tuple(said)), *others)))
        else:  # the words count one by one, as always, and the other name besides
            found += [*said, *others]
        done = last
    return [*found, *run[done:]]


def _is_stop_word(node: Node, analyzer: Analyzer) -> bool:
    return isinstance(node, Word) and all(term in analyzer.stop_words for term in node.terms)
