"""The leaves of a query: what one word, phrase, beginning or value that was typed asks for, in terms of the index."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from azanalyzer.alphabet import compose, lower, normalize
from azanalyzer.tuples import NamedTuple
from searchkit.errors import QueryError
from searchkit.querytree import (
    Either,
    Exact,
    Fuzzy,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Range,
    Wildcard,
    Word,
)
from searchkit.schema import Date, Keyword, Number, Schema, Stored, Text

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.dates import Period

__all__ = ["ESCAPED", "MOST_DATE_WORDS", "MOST_PATTERNS", "Leaves"]

# Characters of a word before ~: two edits away from a shorter one is every other short word, a longer one is no word.
_FUZZY = (3, 40)
_LONGEST_PATTERN = 100  # characters
_MOST_FUZZY_TERMS = 3
MOST_PATTERNS = 64  # words with *, ? or ~ in a query; each stands for many terms
MOST_DATE_WORDS = 7  # 2022-ci ilin avqust ayının 24-cü günü 10:30
_FROM_TO = re.compile(r"(-?\d+(?:[.,]\d+)?)(?:[-‐-―]|\.\.)(-?\d+(?:[.,]\d+)?)")  # 100-500, 100..500
_COMPARED = re.compile(r"([<>])(=?)(?=[^<>=])")  # >100, <=2022-08
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ONLY_HOST = re.compile(r"(?:\w+://)?[^/:]+/?")


class _Address(NamedTuple):
    """An address in a query: its term and its host, which are the same for a site without www, and its positions."""

    term: str
    host: str
    positions: tuple[int, ...]


class Leaves:
    """Makes the leaves of one query. `name` is None or the name of a field of the schema, or `id`, in all methods.

    ValueError says why something cannot be asked of a field.
    """

    def __init__(self, schema: Schema, analyzer: Analyzer, text: str | None, today: datetime.date) -> None:
        """`text` is the whole query, which says how its words are typed; None where they are spelled as they are."""
        self.schema = schema
        self.analyzer = analyzer
        self._typed_in_ascii = text is not None and analyzer.typed_in_ascii(text)
        self._azerbaijani = None if text is None else analyzer.is_azerbaijani(text)
        self._today = today
        self._patterns = 0

    def is_text(self, name: str | None) -> bool:
        """Whether the field holds running text; None stands for all that do."""
        return name is None or isinstance(self.schema.fields.get(name), Text)

    # ---------------------------------------------------------------- words of text fields

    def words(self, literal: str, name: str | None) -> list[Word]:
        """The words of `literal`, also those that share a place: a compound and its parts, a date and its year."""
        return [word for _, word in self._positions(literal, name)]

    def places(self, literal: str, name: str | None) -> list[Word]:
        """The words of `literal`, one a place, which means whatever stands at it.

        Kasım-Jomart gives the whole at the place of its first part. Without the whole the parts still say the same.
        """
        return list(self._joined(self._positions(literal, name)).values())

    def unit(self, literal: str, name: str | None) -> Node | None:
        """What is written as one is found as one: a part alone is not what -Kasım-Jomart excludes."""
        if site := self.site(literal, name):
            return site
        if len(self.places(literal, name)) > 1:
            return self.phrase(literal, name)
        # At one place stand a date and its year, an address and its host: the first says it all.
        return next(iter(self.words(literal, name)), None)

    def phrase(self, literal: str, name: str | None, slop: int = 0) -> Phrase | Either | None:
        """The words of `literal` one after the other; None if it has no word.

        A site without www stands in texts as its words, but with www or https it is a single one.
        """
        words = list(self._positions(literal, name))
        places = self._joined(words)
        if not places:
            return None
        found = Phrase(
            name, tuple(word.terms for word in places.values()), slop, words=tuple(word for _, word in words)
        )
        if len(places) == 1 or "." not in literal:
            return found
        for address in self._addresses(literal):
            if len(address.positions) > 1:
                first, *others = address.positions
                places[first] = Word(name, (address.host,))
                for other in others:
                    places.pop(other, None)
        shorter = found._replace(places=tuple(word.terms for word in places.values()))
        return found if shorter == found else Either((found, shorter))

    def site(self, literal: str, name: str | None) -> Word | None:
        """The site that `literal` is the name of, however its address is written; None if it is anything else."""
        addresses = self._addresses(literal) if "." in literal else []
        if len(addresses) != 1 or not _ONLY_HOST.fullmatch(addresses[0].term):
            return None
        [address] = addresses
        words = list(self._positions(literal, name))
        if {position for position, _ in words} != set(address.positions):  # there is something besides
            return None
        return words[0][1]._replace(terms=tuple(dict.fromkeys([address.term, address.host])))

    @staticmethod
    def _joined(words: Iterable[tuple[int, Word]]) -> dict[int, Word]:
        """The words by their positions, those that share one as a single word."""
        places: dict[int, Word] = {}
        for position, word in words:
            first = places.get(position)
            places[position] = first._replace(terms=(*first.terms, *word.terms)) if first else word
        return places

    def _addresses(self, literal: str) -> list[_Address]:
        """The addresses of sites and pages in `literal`."""
        found: list[_Address] = []
        end = 0
        for token in self.analyzer.tokens(literal):
            if token.start >= end and token.kind == "url":
                found.append(_Address(token.term, token.term, (token.position,)))
                end = token.end
            elif token.start < end:
                term, host, positions = found[-1]
                host = token.term if token.kind == "url" else host
                found[-1] = _Address(term, host, tuple(dict.fromkeys([*positions, token.position])))
        return found

    def _positions(self, literal: str, name: str | None) -> Iterator[tuple[int, Word]]:
        for position, typed, terms in self.analyzer.asked(literal, self._typed_in_ascii, self._azerbaijani):
            other = self.analyzer.counterpart(terms[0])
            yield position, Word(name, terms if other is None or other in terms else (*terms, other), typed)

    # ---------------------------------------------------------------- patterns

    def prefix(self, beginning: str, name: str | None) -> Prefix:
        """Terms that begin so, and those of which a form does: the index holds roots, neither kitablar nor kitabl."""
        self._count_pattern()
        found = Prefix(name, self._spellings(beginning, name))
        if not self.is_text(name) or not normalize(beginning).isalpha():
            return found
        terms = self.analyzer.begun(beginning, self._typed_in_ascii)
        return found._replace(terms=tuple([term for term in terms if not term.startswith(found.prefixes)]))

    def wildcard(self, pattern: str, name: str | None) -> Wildcard:
        r"""Terms that fit a pattern with *, ? and a backslash before whatever stands for itself."""
        self._count_pattern()
        if pattern[0] in "*?":
            raise ValueError("a word cannot begin with * or ?; write at least its first letter")
        if len(pattern) > _LONGEST_PATTERN:
            raise ValueError(f"a word with * or ? in it has at most {_LONGEST_PATTERN} characters")
        return Wildcard(name, self._spellings(ESCAPED.sub(_needed, pattern), name))

    def fuzzy(self, literal: str, name: str | None, distance: int) -> Node:
        """Terms at most so many edits away from what the word means or from the word as it was typed.

        A short root, as ev in evlər, is looked for as it is: one edit away from it is every other short word.
        """
        self._count_pattern()
        if not _FUZZY[0] <= len(literal) <= _FUZZY[1]:
            raise ValueError(f"a word before ~ has from {_FUZZY[0]} to {_FUZZY[1]} characters")
        if isinstance(self._field(name), Keyword):
            return Fuzzy(name, (_typed(literal),), distance)
        if not self.is_text(name):
            raise ValueError(f"~ needs a field of text or keywords, which {name!r} is not")
        words = self.words(literal, name)
        if len(words) != 1:
            raise ValueError(f"~ needs a single word before it, not {literal!r}")
        [word] = words
        roots = [term for term in word.terms[: _MOST_FUZZY_TERMS - 1] if len(term) > _FUZZY[0]]
        found = Fuzzy(name, tuple(dict.fromkeys([*roots, word.typed])), distance)
        return found if roots or word.terms[0] == word.typed else Either((word, found))

    def _count_pattern(self) -> None:
        self._patterns += 1
        if self._patterns > MOST_PATTERNS:
            raise QueryError(f"the query has more than {MOST_PATTERNS} words with *, ? or ~; write fewer of them")

    def takes_patterns(self, name: str | None) -> bool:
        """Whether * and ? mean something in a value of the field; they do not in dates, numbers and ids."""
        return self.is_text(name) or isinstance(self._field(name), Keyword)

    def _spellings(self, text: str, name: str | None) -> tuple[str, ...]:
        return tuple(self.analyzer.spellings(text, self._typed_in_ascii)) if self.is_text(name) else (_typed(text),)

    # ---------------------------------------------------------------- values of other fields

    def is_date(self, name: str | None) -> bool:
        """Whether the values of the field are dates, which may have several words."""
        return isinstance(self._field(name), Date)

    def count_words(self, words: Sequence[str]) -> int:
        """How many of the words, from the first on, are one date, also one that is compared; 1 where none are."""
        if len(words) < 2:
            return 1
        from searchkit.query.periods import count_words

        return count_words([_COMPARED.sub("", words[0], count=1), *words[1:]], self._today)

    def value(self, literal: str, name: str) -> Exact | Range | Nothing:
        """Documents whose field has this value: a keyword or id, a number or one from 100-500, a date in the period.

        Numbers and dates may be compared: >100, <=2022-08.
        """
        field = self._field(name)
        if name == "id":
            return Exact(name, (literal,))
        if isinstance(field, Keyword):
            return Exact(name, tuple(field.check(literal)))
        if compared := _COMPARED.match(literal):
            sign, same = compared.groups()
            bound = literal[compared.end() :]
            low, high = (bound, None) if sign == ">" else (None, bound)
            return self.range(low, high, not same, not same, name)
        if isinstance(field, Number):
            bounds = _FROM_TO.fullmatch(literal)
            low, high = bounds.groups() if bounds else (literal, literal)
            return self.range(low, high, False, False, name)
        start, end = self._period(literal, name)
        return Range(name, start, end, high_open=end is not None)

    def existing(self, name: str) -> Range:
        """Documents that have any value in the field."""
        self._check_searched(name)
        return Range(name, None, None)

    def range(self, low: str | None, high: str | None, low_open: bool, high_open: bool, name: str) -> Range | Nothing:
        """Documents with a value between two, either of which may be None for no bound; Nothing where none can be."""
        if isinstance(self._field(name), Date):
            return self._dates(low, high, low_open, high_open, name)
        first, last = (None if bound is None else self._bound(bound, name) for bound in (low, high))
        low_open, high_open = low_open and low is not None, high_open and high is not None
        if first is not None and last is not None and first >= last:
            if first > last:
                order = " by code points, in which ç ə ğ ı ö ş ü follow z" if isinstance(first, str) else ""
                raise ValueError(f"the range begins after its end: {low} comes after {high}{order}")
            if low_open or high_open:
                return Nothing()
        return Range(name, first, last, low_open, high_open)

    def _dates(self, low: str | None, high: str | None, low_open: bool, high_open: bool, name: str) -> Range | Nothing:
        """A bound that is a period counts whole: up to 2022-08 is up to its last second, after it is from September."""
        start = end = None
        if low is not None:
            first = self._period(low, name)
            start = first.end if low_open else first.start
            if start is None:  # after the last day there is
                return Nothing()
        if high is not None:
            last = self._period(high, name)
            end = last.start if high_open else last.end
            if low is not None and first.start > last.start:
                raise ValueError(f"the range begins after its end: {low} comes after {high}")
        if start is not None and end is not None and start >= end:
            return Nothing()
        return Range(name, start, end, high_open=end is not None)

    def _bound(self, literal: str, name: str) -> Any:
        field = self._field(name)
        if isinstance(field, Number):
            return field.check(literal)
        if name == "id":
            raise ValueError("ids have no order to be between two of them")
        self._check_searched(name)
        return _typed(literal)

    def _period(self, literal: str, name: str) -> Period:
        self._check_searched(name)
        from searchkit.query.periods import period  # most queries name no date, and its patterns take time to make

        return period(literal, self._today)

    def _field(self, name: str | None) -> Any:
        return self.schema.fields.get(name) if name else None

    def _check_searched(self, name: str) -> None:
        if isinstance(self._field(name), Stored):
            raise ValueError(f"the field {name!r} is only stored, not searched; text with a colon stands in quotes")


def _typed(text: str) -> str:
    return lower(compose(text))


def _needed(escaped: re.Match[str]) -> str:
    return escaped.group() if escaped[1] in "*?\\" else escaped[1]
