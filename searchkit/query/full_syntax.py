"""The full syntax: groups, AND OR NOT, ranges, wildcards, fuzzy words, boosts, and errors that point at the character.

docs/query.md has the grammar; each of its rules is a method of the parser here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from azanalyzer.alphabet import MARKS, compose
from azanalyzer.tuples import NamedTuple
from searchkit.errors import QueryError
from searchkit.query.joins import Joins
from searchkit.query.leaves import ESCAPED, MOST_DATE_WORDS, Leaves
from searchkit.querytree import Everything, Node, Phrase, Prefix, Without, Word, boosted, typed_words
from searchkit.ranking import LEAST_BOOST, MOST_BOOST

__all__ = ["parse_full"]

_MOST_LEVELS = 50  # of groups inside groups
_MOST_SLOP = 100
_AN_ITEM = "a word, a phrase, a field or ("

_SPACE = re.compile(r"\s*")
_FIELD = re.compile(rf"([^\W\d][\w{MARKS}-]*):")
_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)("?)', re.DOTALL)
_WORD = re.compile(r'(?:[^\s()\[\]{}"^~\\]|\\.)+', re.DOTALL)
_AND = re.compile(r"(?:AND|VƏ|VE)(?![^\s()\[\]{}\"])(?!\s+YA(?![^\s()\[\]{}\"]))")
_OR = re.compile(r"(?:OR|(?:VƏ|VE)\s+YA)(?![^\s()\[\]{}\"])")
_NOT = re.compile(r"(?:NOT|DEYİL|DEYI\u0307?L)(?![^\s()\[\]{}\"])|-(?=[^\s)\]}^~])")
_IS_NOT = re.compile(r"(?:DEYİL|DEYI\u0307?L)(?![^\s()\[\]{}\"])")
_TO = re.compile(r"TO(?![^\s\"\]}])")
_BOUND = re.compile(r'(?:[^\s()\[\]{}"\\]|\\.)+', re.DOTALL)
_COMPARISON = re.compile(r"([<>]=?)\s*")
_NUMBER = re.compile(r"[^\s()\[\]{}\"^~]*")
_WILD = re.compile(r"(?:[^*?\\]|\\.)*[*?]", re.DOTALL)

_P = ParamSpec("_P")
_T = TypeVar("_T")


def parse_full(
    text: str, typed: str, leaves: Leaves, joins: Joins, match_all: bool, most_leaves: int
) -> tuple[Node | None, tuple[Word | Prefix, ...]]:
    """The tree of `text`, None if it asks for nothing; and its words, stop words too, if it has nothing but words.

    QueryError shows the place that it cannot understand in what was `typed`, which has other quotes at most.
    """
    parser = _Parser(text, typed, leaves, joins, match_all, most_leaves)
    node = parser.sequence(None)
    if parser.place < len(text):
        raise parser.error(f"this {text[parser.place]} closes nothing; expected {_AN_ITEM} or the end")
    return node, parser.words


class _Item(NamedTuple):
    """A part of a sequence; its node is None where it has no word, as a dash among words."""

    node: Node | None
    unwanted: bool


class _Parser:
    """Recursive descent; `place` is the offset of what comes next, never white space."""

    def __init__(self, text: str, typed: str, leaves: Leaves, joins: Joins, match_all: bool, most_leaves: int) -> None:
        self._text = text
        self._typed = typed
        self._leaves = leaves
        self._joins = joins
        self._match_all = match_all
        self._room = most_leaves
        self._most_leaves = most_leaves
        self._level = 0
        self.words: tuple[Word | Prefix, ...] = ()
        self.place = 0
        self._take(_SPACE)

    def error(self, message: str, place: int | None = None) -> QueryError:
        return QueryError(message, position=self.place if place is None else place, query=self._typed)

    # ---------------------------------------------------------------- tokens

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of `pattern` at the place, which moves behind it."""
        match = pattern.match(self._text, self.place)
        if match:
            self.place = match.end()
        return match

    def _operator(self, pattern: re.Pattern[str]) -> str | None:
        """The operator at the place, which moves behind it and the space after it."""
        match = self._take(pattern)
        self._take(_SPACE)
        return match.group() if match else None

    def _next(self) -> str:
        return self._text[self.place : self.place + 1]

    def _found(self) -> str:
        """What stands at the place, for messages."""
        match = _WORD.match(self._text, self.place)
        return repr(match.group()[:20]) if match else repr(self._next()) if self._next() else "the end of the query"

    def _begins_item(self) -> bool:
        """Whether an item may begin here; an operator does not."""
        return self._next() not in ("", ")") and not any(
            pattern.match(self._text, self.place) for pattern in (_AND, _OR, _IS_NOT)
        )

    # ---------------------------------------------------------------- structure

    def sequence(self, name: str | None) -> Node | None:
        """Items up to the end or a closing bracket, in the field `name`."""
        wanted: list[Node] = []
        unwanted: list[Node] = []
        while self._next() not in ("", ")"):
            item = self._alternatives(name)
            if item.node is not None:
                (unwanted if item.unwanted else wanted).append(item.node)
        if not self._level and all(isinstance(node, (Word, Phrase)) for node in wanted):
            self.words = tuple(word for node in wanted for word in typed_words(node))
        return self._joins.sequence(wanted, unwanted, self._match_all)

    def _alternatives(self, name: str | None) -> _Item:
        items = self._chain(_OR, self._both, name)
        if len(items) == 1:
            return items[0]
        nodes = [
            Without(Everything(), item.node) if item.unwanted else item.node for item in items if item.node is not None
        ]
        return _Item(self._joins.alternatives(nodes) if nodes else None, False)

    def _both(self, name: str | None) -> _Item:
        items = self._chain(_AND, self._item, name)
        if len(items) == 1:
            return items[0]
        wanted = [item.node for item in items if item.node is not None and not item.unwanted]
        unwanted = [item.node for item in items if item.node is not None and item.unwanted]
        return _Item(self._joins.sequence(wanted, unwanted, True), False)

    def _chain(self, operator: re.Pattern[str], parse: Callable[[str | None], _Item], name: str | None) -> list[_Item]:
        items = [parse(name)]
        while found := self._operator(operator):
            if not self._begins_item() and not _NOT.match(self._text, self.place):
                raise self.error(f"expected {_AN_ITEM} after {found}, not {self._found()}")
            items.append(parse(name))
        return items

    def _item(self, name: str | None) -> _Item:
        unwanted = False
        while found := self._operator(_NOT):
            unwanted = not unwanted
            if not self._begins_item() and not _NOT.match(self._text, self.place):
                raise self.error(f"expected {_AN_ITEM} after {found}, not {self._found()}")
        if not self._begins_item():
            raise self.error(f"expected {_AN_ITEM} before {self._found()}")
        node = self._boosted(name)
        self._take(_SPACE)
        # neft VƏ qaz DEYİL: what follows nothing else negates what stands before it.
        place = self.place
        if self._operator(_IS_NOT):
            if self._begins_item() or _NOT.match(self._text, self.place):
                self.place = place
            else:
                unwanted = not unwanted
        return _Item(node, unwanted)

    def _boosted(self, name: str | None) -> Node | None:
        field = _FIELD.match(self._text, self.place)
        node = self._value(self._field(field) if field else name)
        if self._next() == "^":
            factor = self._factor()
            node = boosted(node, factor) if node is not None else None
        return node

    def _field(self, field: re.Match[str]) -> str:
        name = compose(field[1])
        if name not in self._leaves.schema.fields and name != "id":
            names = ", ".join(["id", *self._leaves.schema.fields])
            raise self.error(f"there is no field {name!r}, only {names}; text with a colon stands in quotes")
        self.place = field.end()
        if self._next() in ("", ")") or self._next().isspace():
            raise self.error(f"expected a value right after {field.group()}")
        return name

    def _factor(self) -> float:
        number, place = self._number()
        factor = float(number) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", number) else 0.0
        if not LEAST_BOOST <= factor <= MOST_BOOST:
            raise self.error(f"expected a number from {LEAST_BOOST:g} to {MOST_BOOST:g} after ^", place)
        return factor

    def _number(self) -> tuple[str, int]:
        """What stands behind the sign at the place, and where that is."""
        self.place += 1
        place = self.place
        match = self._take(_NUMBER)
        return match.group() if match else "", place

    # ---------------------------------------------------------------- values

    def _value(self, name: str | None) -> Node | None:
        sign = self._next()
        if sign == "(":
            return self._group(name)
        self._count_leaf()
        if sign == '"':
            return self._phrase(name)
        if sign in "[{":
            return self._range(name)
        if sign in "<>" and name is not None:
            return self._comparison(name)
        match = self._take(_WORD)
        if match is None:
            raise self._no_word(sign)
        return self._word(match, name)

    def _no_word(self, sign: str) -> QueryError:
        if sign == "\\":
            return self.error("expected a character after \\")
        hint = {"^": "a boost follows what it weighs", "~": "~ follows a word or a phrase"}.get(sign)
        return self.error(f"expected {_AN_ITEM}, not {sign!r}" + (f": {hint}" if hint else ""))

    def _count_leaf(self) -> None:
        if not self._room:
            raise self.error(f"the query has more than {self._most_leaves} words; shorten it")
        self._room -= 1

    def _group(self, name: str | None) -> Node | None:
        opening = self.place
        if self._level == _MOST_LEVELS:
            raise self.error(f"groups stand at most {_MOST_LEVELS} deep in each other")
        self._level += 1
        self.place += 1
        self._take(_SPACE)
        if self._next() == ")":
            raise self.error(f"expected {_AN_ITEM} between the brackets")
        node = self.sequence(name)
        if self._next() != ")":
            raise self.error("this ( is never closed", opening)
        self.place += 1
        self._level -= 1
        return node

    def _phrase(self, name: str | None) -> Node | None:
        start = self.place
        literal = self._quoted()
        if name is None or self._leaves.is_text(name):
            slop = self._distance(0, _MOST_SLOP) if self._next() == "~" else 0
            return self._leaves.phrase(literal, name, slop)
        if self._next() == "~":
            return self._checked(start, self._leaves.fuzzy, literal, name, self._distance(1, 2))
        return self._checked(start, self._leaves.value, literal, name)

    def _quoted(self) -> str:
        opening = self.place
        match = self._take(_PHRASE)
        assert match is not None  # whoever calls has seen the quote
        if not match[2]:
            raise self.error("this quote is never closed", opening)
        return ESCAPED.sub(r"\1", match[1])

    def _word(self, match: re.Match[str], name: str | None) -> Node | None:
        raw, leaves, place = match.group(), self._leaves, match.start()
        literal = ESCAPED.sub(r"\1", raw)
        if raw == "*":
            return Everything() if name in (None, "id") else self._checked(place, leaves.existing, name)
        if name is not None and leaves.is_date(name):
            return self._date(place, literal, lambda date: leaves.value(date, name))
        if name is not None and not leaves.takes_patterns(name):
            return self._checked(place, leaves.value, literal, name)
        wild = _WILD.match(raw)
        if self._next() == "~":
            if wild:
                raise self.error("~ follows a word without * and ?, or a phrase")
            return self._checked(place, leaves.fuzzy, literal, name, self._distance(1, 2))
        if wild and wild.end() == len(raw) and raw[-1] == "*" and len(raw) > 1:
            return self._checked(place, leaves.prefix, literal[:-1], name)
        if wild:
            return self._checked(place, leaves.wildcard, raw, name)
        return leaves.unit(literal, name) if name is None or leaves.is_text(name) else leaves.value(literal, name)

    def _date(self, place: int, word: str, make: Callable[[str], _T]) -> _T:
        """What `make` makes of a date, of which the first word stands from `place` on and before the present place."""
        words, ends = [word], [self.place]
        while len(words) < MOST_DATE_WORDS:
            self._take(_SPACE)
            is_word = self._begins_item() and not any(
                pattern.match(self._text, self.place) for pattern in (_NOT, _FIELD)
            )
            following = self._take(_WORD) if is_word else None
            if following is None:
                break
            words.append(ESCAPED.sub(r"\1", following.group()))
            ends.append(self.place)
        length = self._leaves.count_words(words)
        self.place = ends[length - 1]
        try:
            return make(" ".join(words[:length]))
        except ValueError as error:
            hint = "; quotes say where a date of several words ends" if length < len(words) else ""
            raise self.error(f"{error}{hint}", place) from None

    def _distance(self, least: int, most: int) -> int:
        """The whole number after ~; 1 where none is."""
        number, place = self._number()
        if not number:
            return 1
        if not (number.isdecimal() and len(number) < 10 and least <= int(number) <= most):
            raise self.error(f"expected a whole number from {least} to {most} after ~", place)
        return int(number)

    # ---------------------------------------------------------------- ranges

    def _range(self, name: str | None) -> Node:
        opening = self.place
        if name is None:
            raise self.error("a range needs a field before it, as in date:[2022-01 TO 2022-08]")
        low_open = self._next() == "{"
        self.place += 1
        low = self._bound("TO")
        if self._operator(_TO) is None:
            raise self.error(f"expected TO, as in [2022-01 TO 2022-08], not {self._found()}")
        high = self._bound("] or }")
        if self._next() not in ("]", "}"):
            raise self.error(f"expected ] or }} at the end of the range, not {self._found()}")
        high_open = self._next() == "}"
        self.place += 1
        return self._checked(opening, self._leaves.range, low, high, low_open, high_open, name)

    def _bound(self, before: str) -> str | None:
        """What stands in a range up to TO or its end: a phrase, or words as they are; None for *."""
        self._take(_SPACE)
        start = self.place
        if self._next() == '"':
            bound = self._quoted()
            self._take(_SPACE)
            return bound
        words = []
        while not _TO.match(self._text, self.place):
            match = self._take(_BOUND)
            if match is None:
                break
            words.append(match.group())
            self._take(_SPACE)
        if not words:
            raise self.error(f"expected a value or * before {before}, not {self._found()}", start)
        return None if words == ["*"] else ESCAPED.sub(r"\1", " ".join(words))

    def _comparison(self, name: str) -> Node:
        match = self._take(_COMPARISON)
        assert match is not None  # whoever calls has seen the sign
        sign, place = match[1], self.place
        if self._next() == '"':
            literal = self._quoted()
        else:
            word = self._take(_WORD)
            if word is None:
                raise self.error(f"expected a value after {sign}, not {self._found()}")
            literal = ESCAPED.sub(r"\1", word.group())
            if self._leaves.is_date(name):
                return self._date(place, literal, lambda date: self._compared(sign, date, name))
        return self._checked(place, self._compared, sign, literal, name)

    def _compared(self, sign: str, literal: str, name: str) -> Node:
        low, high = (literal, None) if sign[0] == ">" else (None, literal)
        open_ = len(sign) == 1
        return self._leaves.range(low, high, open_, open_, name)

    def _checked(self, place: int, make: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """What `make` makes; what it says against a value points at `place`."""
        try:
            return make(*arguments, **named)
        except ValueError as error:
            raise self.error(str(error), place) from None
