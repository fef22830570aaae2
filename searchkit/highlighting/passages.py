"""Which passages of a text show best why it was found: dense with different words of the query, whole sentences."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from azanalyzer.patterns import pattern
from azanalyzer.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searchkit.highlighting.matches import Match

__all__ = ["BETWEEN", "ELLIPSIS", "Passages"]

ELLIPSIS = "…"
BETWEEN = f" {ELLIPSIS} "

# Stops or a line break. That they begin with a set of characters makes them fast to find.
_SENTENCE_END = pattern(r"[.!?…\n](?:(?<=\n)\s*|(?<!\n)[.!?…]*[»\"”)\]]*\s+)(?=\S)")
_STOPS = ".!?…"
# 23.2., 1120.2. and IV. begin a paragraph; a year and a date may well end a sentence.
_NUMBERING = pattern(r"[(\[]?(?:\d{1,3}(?:[.\-–]\d{1,3})*|\d{4}(?:\.\d{1,3})+|[IVXLC]+)")
_OPENING = "«\"“„'(["
_LONGEST_SHORTENED = 5  # letters
_WORD_START = pattern(r"\s\S")
_LONGEST_RUN = 40  # characters that are kept together with a match
_SHORTEST = 40  # characters of a passage where there are several
_SPARED = 3  # one in so many matches may be left out
_MOST_SPACES = 8  # between sentences; where there are more, the end is not seen


class _Window(NamedTuple):
    """Neighbouring matches that fit into one passage between `low` and `high`, and what they are worth."""

    worth: tuple[int, int, int]
    matches: list[Match]
    low: int
    high: int


class Passages:
    """Chooses passages of texts. `is_shortened` says of a word with a full stop whether the stop belongs to it."""

    def __init__(self, is_shortened: Callable[[str], bool]) -> None:
        self._is_shortened = is_shortened

    def choose(
        self, text: str, matches: list[Match], weights: Mapping[int, int], length: int, most: int
    ) -> list[tuple[int, int]]:
        """Where the best passages, at most `most`, start and end, in order; joined they have at most `length`.

        There are fewer where fewer show all the matches. Without a match it is the beginning of the text.
        """
        if len(text) <= length:
            return [(0, len(text))]
        if not matches:
            start = len(text) - len(text.lstrip())
            return [(start, self._end(text, start, length - 2 * len(ELLIPSIS), len(text)))]
        number = max(1, min(most, length // _SHORTEST))
        while True:
            room = (length - 2 * len(ELLIPSIS) - (number - 1) * len(BETWEEN)) // number
            chosen = self._choose(text, matches, weights, room, number)
            if len(chosen) == number:
                return sorted(chosen)
            number = len(chosen)  # they are all that is needed, so each may be longer

    def _choose(
        self, text: str, matches: list[Match], weights: Mapping[int, int], room: int, number: int
    ) -> list[tuple[int, int]]:
        chosen: list[tuple[int, int]] = []
        windows: list[_Window] = []
        shown: frozenset[int] = frozenset()
        best = _best_window(matches, weights, shown, 0, len(text), room)
        while best is not None:
            start, end = self._passage(text, best, room)
            chosen.append((start, end))
            if len(chosen) == number:
                break
            shown = shown.union(key for match in best.matches for key in match.keys)
            gaps = [(window.low, window.high) for window in windows if window is not best]
            gaps += [(best.low, start), (end, best.high)]
            found = [_best_window(matches, weights, shown, low, high, room) for low, high in gaps]
            windows = [window for window in found if window is not None]
            best = max(windows, key=lambda window: window.worth, default=None)
        return chosen

    def _passage(self, text: str, window: _Window, room: int) -> tuple[int, int]:
        first, last = _first(window.matches[0]), _last(_needed(window.matches)[-1])
        if last - first > room:  # a single match, within something long
            start, end, *_ = window.matches[0]
            first = max(first, min(start, end - room))
            while first < start and unicodedata.combining(text[first]):  # as below
                first += 1
            if last > first + room:  # of a long phrase whole words, of a word that is too long a part
                cut = first + room
                spaces = (space for space in range(cut, first, -1) if text[space].isspace())
                last = next(spaces, None) or _between_letters(text, cut, first + 1)
        start = self._start(text, first, last, room, window)
        return start, self._end(text, start, room, window.high, at_least=last)

    def _start(self, text: str, first: int, last: int, room: int, window: _Window) -> int:
        """The start of the sentence of the first match, if all matches still fit; else a word bound before it.

        Where that leaves little up to the end of the text, an earlier sentence.
        """
        earliest = max(window.low, last - room)
        from_low = earliest == window.low and first <= window.low + room
        fullest = window.high - room
        if from_low and fullest <= window.low:
            return window.low
        ends = _SENTENCE_END.finditer(text, max(earliest, first - room), first + 1)
        starts = {end.end(): end for end in ends if end.end() >= earliest}
        late = [start for start in starts if start >= fullest]
        for start in [*late, *reversed(starts)]:
            if self._ends_sentence(text, starts[start]):
                return start
        if from_low:
            return window.low
        target = max(earliest, first - room // 3)  # the match gets some words before it
        space = _WORD_START.search(text, max(target - 1, window.low), first + 1)
        return space.end() - 1 if space else first

    def _end(self, text: str, start: int, room: int, high: int, at_least: int = 0) -> int:
        """The end of the last sentence, else of the last word, that fits into `room`; never before `at_least`."""
        limit = start + room
        if limit >= high:
            return high
        earliest = max(at_least, start + room // 2)
        place = earliest
        while place > start and not text[place - 1].isalnum():  # which may belong to an end
            place -= 1
        for sentence in reversed(list(_SENTENCE_END.finditer(text, place, limit + _MOST_SPACES))):
            end = sentence.start() + len(sentence.group().rstrip())
            if earliest <= end <= limit and self._ends_sentence(text, sentence):
                return end
        least = max(at_least, start + 1)
        for cut in range(limit, least, -1):
            if text[cut].isspace() or text[cut - 1].isspace():
                return cut
        if at_least > start:
            return at_least
        return _between_letters(text, limit, least)  # a single word that is too long

    # ---------------------------------------------------------------- sentences

    def _ends_sentence(self, text: str, end: re.Match[str]) -> bool:
        """Whether a full stop or a line break ends a sentence, and not a number, a shortened word or a full line."""
        start, stop = end.span()
        mark = text[start:stop]
        is_full_stop = mark[0] == "." and mark[1] not in _STOPS
        words = text[max(0, start - 12) : start].split() if is_full_stop else ()
        word = words[-1] if words else ""
        if word and _NUMBERING.fullmatch(word):
            return False
        if mark.count("\n") > 1:  # a paragraph
            return True
        if text[stop : stop + 3].lstrip(_OPENING)[:1].islower():
            return mark[0] == "\n" and text[max(0, start - 3) : start].rstrip().endswith((";", ":"))
        word = word.lstrip(_OPENING)
        return not (word and (len(word) <= _LONGEST_SHORTENED or "." in word) and self._is_shortened(f"{word}."))


def _between_letters(text: str, cut: int, least: int) -> int:
    """The last place up to `cut`, but for `least`, that takes no letter apart from the marks on it."""
    while cut > least and unicodedata.combining(text[cut]):
        cut -= 1
    return cut


def _needed(matches: list[Match]) -> list[Match]:
    """The first of the matches, so many that a passage which gives up the others for a whole sentence is as good."""
    if len(matches) < _SPARED:
        return matches
    number = len(matches) - len(matches) // _SPARED
    wanted = len({key for match in matches for key in match.keys})
    while len({key for match in matches[:number] for key in match.keys}) < wanted:
        number += 1
    return matches[:number]


def _first(match: Match) -> int:
    return max(match.first, match.start - _LONGEST_RUN)


def _last(match: Match) -> int:
    return min(match.last, match.end + _LONGEST_RUN)


def _best_window(
    matches: list[Match], weights: Mapping[int, int], shown: frozenset[int], low: int, high: int, room: int
) -> _Window | None:
    """The first of the windows between two places with most words of the query, above all such as were not `shown`.

    Of equals, the one with most matches. None where there is no match.
    """
    inside = [match for match in matches if low <= match.first and match.last <= high]
    firsts: list[int] = []
    best, bounds = (0, 0, 0), (0, 0)
    counts: dict[int, int] = dict.fromkeys(weights, 0)
    fresh = known = left = 0
    for right, match in enumerate(inside, 1):
        firsts.append(_first(match))
        for key in match.keys:
            if not counts[key]:
                fresh, known = (fresh, known + weights[key]) if key in shown else (fresh + weights[key], known)
            counts[key] += 1
        last = _last(match)
        while last - firsts[left] > room and left < right - 1:
            for key in inside[left].keys:
                counts[key] -= 1
                if not counts[key]:
                    fresh, known = (fresh, known - weights[key]) if key in shown else (fresh - weights[key], known)
            left += 1
        worth = (fresh, known, right - left)
        if worth > best:
            best, bounds = worth, (left, right)
    return _Window(best, inside[slice(*bounds)], low, high) if inside else None
