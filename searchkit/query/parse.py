"""What a person types, read as a query.

In the simple syntax, which is the default, whatever is typed means something: words, "phrases", -not, field:word, OR,
prefix*; everything else is literal. `searchkit.query.full_syntax` has the other one. docs/query.md specifies both.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from azanalyzer.alphabet import MARKS, compose, normalize
from azanalyzer.tuples import NamedTuple
from searchkit.errors import QueryError
from searchkit.query.joins import Joins
from searchkit.query.leaves import MOST_DATE_WORDS, Leaves
from searchkit.querytree import MOST_EXPANSIONS, Either, Node, Phrase, Prefix, Query, Word, all_of, any_of, typed_words
from searchkit.schema import Schema

if TYPE_CHECKING:
    from azanalyzer import Analyzer

__all__ = ["MOST_CHARACTERS", "MOST_EXPANSIONS", "MOST_LEAVES", "QUOTES", "check_page", "check_text", "parse"]

MOST_CHARACTERS = 10_000
MOST_LEAVES = 256  # words, phrases, values

_PART = re.compile(
    rf"""(?P<not>(?<!\S)-(?=["\w]))?
        (?:(?P<field>[^\W\d][\w{MARKS}-]*):(?=\S))?
        (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[\w\s]*\Z")  # a query without any sign
_OF_WORDS = (Word, Phrase, Either, Prefix)  # parts that ask for words one after another
_SAY_OR = frozenset(["OR", "VƏ", "VE"])  # words that may
QUOTES = str.maketrans("“”„«»‟＂", '"""""""')  # which count as " in a query


def parse(
    text: str,
    schema: Schema,
    analyzer: Analyzer,
    *,
    match: str = "any",
    syntax: str = "simple",
    fields: Mapping[str, float] | None = None,
    today: datetime.date | None = None,
) -> Query:
    """The query in `text`, asked of `fields` on the day `today`.

    QueryError where a limit is passed or an argument is wrong, and in the full syntax for what cannot be understood.
    """
    check_text(text)
    if match not in ("any", "all"):
        raise QueryError(f"match is 'any' or 'all', not {match!r}")
    if syntax not in ("simple", "full"):
        raise QueryError(f"syntax is 'simple' or 'full', not {syntax!r}")
    leaves = Leaves(schema, analyzer, text, today or datetime.date.today())
    joins = Joins(schema, analyzer, text)
    plain = text.translate(QUOTES)
    if syntax == "full":
        from searchkit.query.full_syntax import parse_full

        tree, words = parse_full(plain, text, leaves, joins, match == "all", MOST_LEAVES)
    else:
        simple = _Simple(leaves, joins, match == "all")
        tree = simple.tree(plain)
        words = tuple(simple.words)
    found = joins.query(tree)
    return Query(found.root, found.conditions, words, fields)


def check_page(limit: int, offset: int = 0) -> None:
    """QueryError if there can be no such page of hits."""
    if not (isinstance(limit, int) and isinstance(offset, int) and limit >= 0 and offset >= 0):
        raise QueryError(f"limit and offset are whole numbers from 0 on, not {limit!r} and {offset!r}")


def check_text(text: str) -> None:
    """QueryError if it cannot be the text of a query."""
    if not isinstance(text, str):
        raise QueryError(f"a query is a string, not {type(text).__name__}")
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"the query has {len(text):,} characters; at most {MOST_CHARACTERS:,} are allowed")


class _Part(NamedTuple):
    """A part of a query: what it asks for, as one node a word; unwanted after a minus."""

    nodes: list[Node]
    unwanted: bool


class _Simple:
    def __init__(self, leaves: Leaves, joins: Joins, match_all: bool) -> None:
        self._leaves = leaves
        self._joins = joins
        self._match_all = match_all
        self.words: list[Word | Prefix] = []  # those that are wanted, in order

    def tree(self, text: str) -> Node | None:
        wanted: list[Node] = []
        unwanted: list[Node] = []
        if _WORDS.match(text) and _SAY_OR.isdisjoint(chunks := text.split()):
            for chunk in chunks:
                wanted += self._text(chunk, None, False, False)
            self._check_count(len(wanted))
        else:
            for part in self._alternatives(text):
                (unwanted if part.unwanted else wanted).extend(part.nodes)
        self.words = [word for node in wanted if isinstance(node, _OF_WORDS) for word in typed_words(node)]
        return self._joins.sequence(wanted, unwanted, self._match_all)

    def _alternatives(self, text: str) -> Iterator[_Part]:
        """The parts; those with an OR between them are one."""
        matches = list(_PART.finditer(text))
        count = 0
        place = 0
        either: list[Node] = []
        while place < len(matches):
            part, length = self._part(matches, place)
            count += len(part.nodes)
            self._check_count(count)
            place += length
            sign = 0 if part.unwanted or not part.nodes else _length_of_or(matches, place)
            if part.nodes and (sign or either):
                either.append((all_of if self._match_all else any_of)(part.nodes))
            if sign:
                place += sign
            elif either:
                yield _Part([self._joins.alternatives(either)], False)
                either = []
            else:
                yield part

    @staticmethod
    def _check_count(leaves: int) -> None:
        if leaves > MOST_LEAVES:
            raise QueryError(f"the query has more than {MOST_LEAVES} words; shorten it")

    def _part(self, matches: list[re.Match[str]], place: int) -> tuple[_Part, int]:
        """What begins at `place`, and how many of the matches it is made of."""
        part = matches[place]
        unwanted = part["not"] is not None
        name = part["field"] and compose(part["field"])
        phrase = part["phrase"] is not None
        literal = part["phrase"] if phrase else part["word"]
        if name and name not in self._leaves.schema.fields and name != "id":
            name, literal = None, f"{part['field']}:{literal}"  # not one of ours: 12:30, http:…, a colon in a sentence
        if name and not self._leaves.is_text(name):
            words = [literal]
            if self._leaves.is_date(name) and not phrase:
                words += _words(matches[place + 1 : place + MOST_DATE_WORDS])
            length = self._leaves.count_words(words)
            try:
                return _Part([self._leaves.value(" ".join(words[:length]), name)], unwanted), length
            except ValueError:  # nothing that the field can hold
                name, literal = None, f"{name}:{literal}"
        if not phrase and 0 < place == len(matches) - 1 and _is_first_letter(literal):
            return _Part([], unwanted), 1
        return _Part(self._text(literal, name, phrase, unwanted), unwanted), 1

    def _text(self, literal: str, name: str | None, phrase: bool, unwanted: bool) -> list[Node]:
        leaves = self._leaves
        if literal.endswith("*") and not phrase:
            beginning = normalize(literal[:-1])
            if len(beginning) > 1 and beginning.isalnum():
                return [leaves.prefix(beginning, name)]
        if phrase or unwanted:
            found = leaves.phrase(literal, name) if phrase else leaves.unit(literal, name)
            return [found] if found else []
        if self._match_all and (site := leaves.site(literal, name)):
            return [site]
        words = leaves.words(literal, name)
        places = leaves.places(literal, name) if self._match_all and len(words) > 1 else []
        return [*places] if len(places) > 1 else [*words]


def _is_first_letter(literal: str) -> bool:
    """Whether this is all that there is of a word that is being typed, which says nothing yet: k*."""
    letter = normalize(literal[:-1])
    return literal[-1:] == "*" and len(letter) == 1 and letter.isalpha()


def _words(matches: Iterable[re.Match[str]]) -> Iterator[str]:
    """The first of the matches as far as they are words and nothing else."""
    for match in matches:
        if match["not"] is not None or match["field"] is not None or match["word"] is None:
            return
        yield match["word"]


def _length_of_or(matches: list[re.Match[str]], place: int) -> int:
    """How many parts from `place` on say OR between what is before and something that is wanted; 0 if none does."""
    said = [match.group() for match in matches[place : place + 2]]
    length = 1 if said[:1] == ["OR"] else 2 if said in (["VƏ", "YA"], ["VE", "YA"]) else 0
    following = matches[place + length] if length and place + length < len(matches) else None
    return length if following and following["not"] is None else 0
