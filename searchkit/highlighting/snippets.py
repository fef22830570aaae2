"""Snippets: the passages that show best why a document was found, or all of a field, with the matching words marked."""

from __future__ import annotations

import bisect
import functools
import unicodedata
from typing import TYPE_CHECKING

from azanalyzer.patterns import pattern
from azanalyzer.tuples import NamedTuple
from searchkit.highlighting.matches import Matcher
from searchkit.highlighting.passages import BETWEEN, ELLIPSIS, Passages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azanalyzer import Analyzer
    from searchkit.highlighting.matches import Match
    from searchkit.querytree import Query

    _Escape = Callable[[str], str]

__all__ = ["Highlighter", "Snippet", "Span"]

_CONTROL = pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but line breaks and tabs
_DIRECTION = pattern("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they turn round what follows on the line
_TAG = pattern(r"[A-Za-z][A-Za-z0-9-]*")
_NO_SPACE = pattern(r"\s{2,}|[^\S ]")
_SHORTEST = 20  # characters: a shorter snippet shows nothing
_REMEMBERED = 2_000  # short words at ends of sentences
_MARKS = ("word", "root")


class Span(NamedTuple):
    """A stretch of a text: `text[start:end]`."""

    start: int
    end: int


class Snippet(NamedTuple):
    """Passages of a text on one line, or all of it: the text with … where it was cut, and the marked spans.

    `spans` are offsets into `text`. `source_spans` are the same places in the original, of which the passages are
    `passages`: `original[start:end]`.
    """

    text: str
    spans: tuple[Span, ...]
    source_spans: tuple[Span, ...] = ()
    passages: tuple[Span, ...] = ()

    def html(self, tag: str = "mark", class_name: str | None = None) -> str:
        """Safe HTML: everything from the document is escaped, marked words stand in `tag`.

        ValueError for what cannot be the name of an element.
        """
        if not _TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} is not the name of an HTML element")
        import html  # which is slow to import

        attribute = f' class="{html.escape(class_name)}"' if class_name else ""
        return self._marked(f"<{tag}{attribute}>", f"</{tag}>", html.escape)

    def ansi(self, start: str = "\x1b[1;33m", end: str = "\x1b[0m") -> str:
        """For terminals; control characters of the document are left out, so it cannot steer the terminal.

        Line breaks and tabs stay, which a snippet does not have but all of a text may.
        """
        return self._marked(start, end, lambda text: _CONTROL.sub(" ", _DIRECTION.sub("", text)))

    def _marked(self, before: str, after: str, escape: _Escape) -> str:
        text = self.text
        if escape(text) == text:  # nearly always, and then so is each part
            escape = str
        parts = []
        place = 0
        for start, end in self.spans:
            parts += [escape(text[place:start]), before, escape(text[start:end]), after]
            place = end
        return "".join([*parts, escape(text[place:])])

    def __str__(self) -> str:
        return self.text


class Highlighter:
    """Marks in texts what one query asks for. The hits of a page share one, which remembers what it has read.

    Safe to share between threads.
    """

    def __init__(self, query: Query, analyzer: Analyzer) -> None:
        self._query = query
        self._analyzer = analyzer
        self._matchers: dict[str, Matcher] = {}

    def snippet(self, text: str, field: str, length: int, fragments: int = 1, mark: str = "word") -> Snippet:
        """The best passages of `text`, at most `fragments` and together at most `length` characters, at least 20.

        They are cut at sentence or word bounds. With `mark="root"` only roots are marked, without what inflects them.
        """
        matcher = self._matcher(field)
        matches = matcher.matches(text)
        passages = _passages(self._analyzer).choose(text, matches, matcher.weights, max(length, _SHORTEST), fragments)
        return _cut(text, passages, self._marked(text, matches, mark))

    def highlight(self, text: str, field: str, mark: str = "word") -> Snippet:
        """All of `text` as it is, marked."""
        spans = tuple(self._marked(text, self._matcher(field).matches(text), mark))
        return Snippet(text, spans, spans, (Span(0, len(text)),))

    def _matcher(self, field: str) -> Matcher:
        found = self._matchers.get(field)
        if found is None:
            found = self._matchers[field] = Matcher(self._query, field, self._analyzer)
        return found

    def _marked(self, text: str, matches: list[Match], mark: str) -> list[Span]:
        if mark not in _MARKS:
            raise ValueError(f"mark is 'word' or 'root', not {mark!r}")
        if mark == "word":
            make = tuple.__new__  # as in `_cut`
            return [make(Span, match[:2]) for match in matches]
        return [
            Span(start, start + self._root_length(text[start:end], term))
            for match in matches
            for start, end, term in match.words
        ]

    def _root_length(self, word: str, term: str) -> int:
        """How many characters of a word its root has, letters in several characters included."""
        from azanalyzer.alphabet import normalize

        plain = normalize(word)
        letters = self._analyzer.root_length(plain, term)
        if len(plain) == len(word):
            return letters
        for place, character in enumerate(word):
            if unicodedata.combining(character):
                continue
            if not letters:
                return place
            letters -= len(normalize(character))  # none where it is not seen, as a soft hyphen
        return len(word)


@functools.lru_cache(maxsize=1)
def _passages(analyzer: Analyzer) -> Passages:
    """What chooses passages by the abbreviations of an analyzer; the texts of all searches have the same few."""
    from azanalyzer.cache import Cache

    def is_shortened(word: str) -> bool:
        pieces = analyzer.pieces(word)
        return bool(pieces) and pieces[-1].kind == "abbreviation"

    return Passages(Cache(is_shortened, _REMEMBERED).__getitem__)


def _cut(text: str, passages: Iterable[tuple[int, int]], marked: list[Span]) -> Snippet:
    """The passages of `text` without white space around them, joined."""
    shown = ""
    spans: list[Span] = []
    source_spans: list[Span] = []
    cut: list[Span] = []
    make = tuple.__new__  # the constructor is a Python function, which takes twice as long
    for start, end in passages:
        passage = text[start:end].lstrip()
        start, passage = end - len(passage), passage.rstrip()
        end = start + len(passage)
        if start == end:
            continue
        if text[cut[-1].end if cut else 0 : start].strip():
            if shown.endswith(ELLIPSIS):  # one is enough
                shown = _stripped(shown)
                if spans and spans[-1].end > len(shown):
                    spans[-1] = Span(spans[-1].start, len(shown))
                    first, last = source_spans[-1]
                    source_spans[-1] = Span(first, first + len(_stripped(text[first:last])))
            shown += BETWEEN if cut else ELLIPSIS
        elif cut:
            shown += " "
        cut.append(Span(start, end))
        line, offset = _on_one_line(passage)
        before = len(shown)
        for first, last in marked:
            if first < end and last > start:
                first, last = max(first, start), min(last, end)
                source_spans.append(make(Span, (first, last)))
                spans.append(make(Span, (before + offset(first - start), before + offset(last - start))))
        shown += line
    if cut and text[cut[-1].end :].strip() and not shown.endswith((".", "!", "?", ELLIPSIS)):
        shown += ELLIPSIS
    return Snippet(shown, tuple(spans), tuple(source_spans), tuple(cut))


def _stripped(text: str) -> str:
    """`text` without an ellipsis at its end."""
    return text.rstrip(ELLIPSIS).rstrip()


def _on_one_line(passage: str) -> tuple[str, Callable[[int], int]]:
    """`passage` with one space wherever it has white space, and what says where a place of it is then."""
    if passage.isprintable() and "  " not in passage:  # nearly always; of spaces only the plain one is printable
        return passage, lambda place: place
    places = [0]
    lost = [0]
    for space in _NO_SPACE.finditer(passage):
        places.append(space.end())
        lost.append(lost[-1] + len(space.group()) - 1)
    return _NO_SPACE.sub(" ", passage), lambda place: place - lost[bisect.bisect_right(places, place) - 1]
