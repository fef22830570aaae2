"""Snippets: the passage that shows best why a document was found, with the matching words marked."""

from __future__ import annotations

import fnmatch
import html
import re
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from searchkit.querytree import Exact, Fuzzy, Phrase, Prefix, Range, Wildcard, Word, glob, wanted_leaves
from searchkit.suggest import edit_distance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azanalyzer import Analyzer, Token
    from searchkit.querytree import Query

    _Escape = Callable[[str], str]

__all__ = ["Snippet", "Span", "make_snippet"]

_SENTENCE_END = re.compile(r"(?:[.!?…]+[»\"”)\]]*\s+|\n\s*)(?=\S)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they turn round what follows on the line
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ELLIPSIS = "…"
_LONGEST_RUN = 40  # characters


class Span(NamedTuple):
    """A marked stretch of a snippet: `snippet.text[start:end]`."""

    start: int
    end: int


class Snippet(NamedTuple):
    """A passage: its text with … where it was cut, and the marked spans, offsets into that text."""

    text: str
    spans: tuple[Span, ...]

    def html(self, tag: str = "mark", class_name: str | None = None) -> str:
        """Safe HTML: everything from the document is escaped, marked words stand in `tag`."""
        if not _TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} is not the name of an HTML element")
        attribute = f' class="{html.escape(class_name)}"' if class_name else ""
        return self._marked(f"<{tag}{attribute}>", f"</{tag}>", html.escape)

    def ansi(self, start: str = "\x1b[1;33m", end: str = "\x1b[0m") -> str:
        """For terminals; control characters of the document are left out, so it cannot steer the terminal."""
        return self._marked(start, end, lambda text: _CONTROL.sub(" ", _DIRECTION.sub("", text)))

    def _marked(self, before: str, after: str, escape: _Escape) -> str:
        parts = []
        place = 0
        for start, end in self.spans:
            parts += [escape(self.text[place:start]), before, escape(self.text[start:end]), after]
            place = end
        return "".join([*parts, escape(self.text[place:])])

    def __str__(self) -> str:
        return self.text


class _Found(NamedTuple):
    start: int
    end: int
    key: int  # the number of the leaf that it answers


def make_snippet(text: str, field: str, query: Query, analyzer: Analyzer, length: int) -> Snippet:
    """The snippet of `text` for `query`, at most `length` characters long, cut at sentence or word bounds."""
    length = max(length, 20)
    found = _matches(text, field, query, analyzer)
    start, end = _window(text, found, length)
    return _cut(text, start, end, found)


def _matches(text: str, field: str, query: Query, analyzer: Analyzer) -> list[_Found]:
    keys: dict[str, int] = {}  # of the terms seen so far; -1 for those that no leaf asks for
    fitting: list[tuple[int, Callable[[str], object]]] = []
    phrases: list[tuple[int, Phrase]] = []
    for key, leaf in enumerate(wanted_leaves(query.root)):
        if leaf.field not in (None, field):
            continue
        if isinstance(leaf, Phrase):
            phrases.append((key, leaf))
        elif isinstance(leaf, Word):
            for term in leaf.terms:
                keys.setdefault(term, key)
        else:
            fitting.append((key, _fits(leaf)))
    if not (keys or fitting or phrases):
        return []
    tokens: Iterable[Token] = analyzer.tokens(text)
    in_phrases: dict[int, int] = {}
    if phrases:
        tokens = list(tokens)
        in_phrases = _in_phrases(tokens, phrases)
    found: list[_Found] = []
    for number, token in enumerate(tokens):
        key = keys.get(token.term, -2)
        if key == -2:
            key = next((key for key, fits in fitting if fits(token.term)), -1)
            keys[token.term] = key
        key = in_phrases.get(number, -1) if key < 0 else key
        if key < 0:
            continue
        if found and token.start < found[-1].end:  # a part of a compound that is marked whole
            continue
        found.append(_Found(token.start, token.end, key))
    return found


def _fits(leaf: Prefix | Wildcard | Fuzzy | Exact | Range) -> Callable[[str], object]:
    """What says whether a term is one that the leaf asks for."""
    if isinstance(leaf, Prefix):
        return lambda term: term.startswith(leaf.prefixes)
    if isinstance(leaf, Wildcard):
        return re.compile("|".join(fnmatch.translate(glob(pattern)) for pattern in leaf.patterns)).match
    if isinstance(leaf, Fuzzy):
        return lambda term: any(
            term[:1] == like[:1] and edit_distance(like, term, leaf.distance) <= leaf.distance for like in leaf.terms
        )
    if isinstance(leaf, Range):
        return lambda term: (
            (leaf.low is None or term > leaf.low or (term == leaf.low and not leaf.low_open))
            and (leaf.high is None or term < leaf.high or (term == leaf.high and not leaf.high_open))
        )
    return leaf.values.__contains__


def _in_phrases(tokens: list[Token], phrases: list[tuple[int, Phrase]]) -> dict[int, int]:
    """The numbers of the tokens that stand where a phrase does, each with the key of the phrase."""
    at_position: defaultdict[int, list[int]] = defaultdict(list)
    for number, token in enumerate(tokens):
        at_position[token.position].append(number)
    found: dict[int, int] = {}
    for key, phrase in phrases:
        places = [frozenset(place) for place in phrase.places]
        reached = [[number for number, token in enumerate(tokens) if token.term in places[0]]]
        for place in places[1:]:
            after = {tokens[number].position + step for number in reached[-1] for step in range(1, phrase.slop + 2)}
            reached.append([n for position in after for n in at_position.get(position, ()) if tokens[n].term in place])
        # Back from the end: only what leads there belongs to the phrase.
        leading = set(reached[-1])
        for numbers in reversed(reached[:-1]):
            before = {tokens[number].position - step for number in leading for step in range(1, phrase.slop + 2)}
            found.update((number, found.get(number, key)) for number in leading)
            leading = {number for number in numbers if tokens[number].position in before}
        found.update((number, found.get(number, key)) for number in leading)
    return found


def _window(text: str, found: list[_Found], length: int) -> tuple[int, int]:
    """Where the best passage starts and how far it may go."""
    room = length - 2 * len(_ELLIPSIS)
    if len(text) <= length:
        return 0, len(text)
    if not found:
        start = len(text) - len(text.lstrip())
        return start, _last_bound(text, start, room)
    best: tuple[int, int, int] | None = None
    left = 0
    counts: Counter[int] = Counter()
    for right, match in enumerate(found):
        counts[match.key] += 1
        while _run(text, found[left])[0] < _run(text, match)[1] - room and left < right:
            counts[found[left].key] -= 1
            left += 1
        score = sum(1000 for count in counts.values() if count) + (right - left + 1)
        if best is None or score > best[0]:
            best = (score, left, right)
    assert best is not None  # there is at least one match
    first, last = _run(text, found[best[1]])[0], _run(text, found[best[2]])[1]
    start = _start(text, first, last, room)
    return start, _last_bound(text, start, room, at_least=last if last <= start + room else 0)


def _run(text: str, match: _Found) -> tuple[int, int]:
    """Where what is written together with a match starts and ends: a quote, a full stop, the rest of an address."""
    start, end = match.start, match.end
    while start > max(0, match.start - _LONGEST_RUN) and not text[start - 1].isspace():
        start -= 1
    while end < min(len(text), match.end + _LONGEST_RUN) and not text[end].isspace():
        end += 1
    return start, end


def _start(text: str, first: int, last: int, room: int) -> int:
    """The start of the sentence of the first match, if all matches still fit; else a word bound before it."""
    earliest = max(0, last - room)
    bounds = [match.end() for match in _SENTENCE_END.finditer(text, max(0, first - room), first + 1)]
    if first <= room and earliest == 0:
        bounds.insert(0, 0)
    for bound in reversed(bounds):
        if bound >= earliest:
            return bound
    # Give the match some words before it.
    target = max(earliest, first - room // 3)
    space = re.compile(r"\s\S").search(text, max(target - 1, 0), first + 1)
    return space.end() - 1 if space and space.end() - 1 <= first else first


def _last_bound(text: str, start: int, room: int, at_least: int = 0) -> int:
    """The end of the last sentence, else of the last word, that fits into `room`; never before `at_least`."""
    limit = start + room
    if limit >= len(text):
        return len(text)
    ends = [match.start() + len(match.group().rstrip()) for match in _SENTENCE_END.finditer(text, start, limit)]
    for end in reversed(ends):
        if end >= max(at_least, start + room // 2):
            return end
    least = max(at_least, start + 1)
    for cut in range(limit, least, -1):
        if text[cut].isspace() or text[cut - 1].isspace():
            return cut
    if at_least > start:
        return at_least
    while limit > least and unicodedata.combining(text[limit]):  # a single word that is too long: between letters
        limit -= 1
    return limit


def _cut(text: str, start: int, end: int, found: list[_Found]) -> Snippet:
    passage = text[start:end]
    stripped = passage.lstrip()
    start += len(passage) - len(stripped)
    passage = stripped.rstrip()
    before = _ELLIPSIS if text[:start].strip() else ""
    after = (
        _ELLIPSIS if text[start + len(passage) :].strip() and not passage.endswith((".", "!", "?", _ELLIPSIS)) else ""
    )
    passage = re.sub(r"\s", " ", passage)
    shift = len(before) - start
    spans = tuple(
        Span(match.start + shift, match.end + shift)
        for match in found
        if match.start >= start and match.end <= start + len(passage)
    )
    return Snippet(before + passage + after, spans)
