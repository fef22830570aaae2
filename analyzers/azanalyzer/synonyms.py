"""Synonyms and acronyms: other ways to say a word or several, looked up when a query is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from azanalyzer.alphabet import fold
from azanalyzer.forks import ForkLock

__all__ = ["Expansion", "Synonyms", "read_acronyms", "read_groups"]

_LONGEST = 6  # words of a phrase that is looked up
_MOST_SETTLED = 20_000  # terms


class Expansion(NamedTuple):
    """Words `first` up to, not including, `last` of a query may also be said as any of `phrases`, each some terms."""

    first: int
    last: int
    phrases: tuple[tuple[str, ...], ...]


class Synonyms:
    """Groups of phrases that mean the same, by the terms of each.

    The phrases of a group are analysed when a query first has a word that begins like one of them: a process that
    asks one query should not pay for a thousand.
    """

    def __init__(self, groups: Iterable[Sequence[str]], terms: Callable[[str], Sequence[str]]) -> None:
        self._terms = terms
        self._lock = ForkLock()
        # By the first two letters of a phrase: as much of it as can tell, and the group.
        self._waiting: dict[str, list[tuple[str, Sequence[str]]]] = {}
        self._others: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        self._first: set[str] = set()  # the first terms of those phrases
        self._settled: set[str] = set()  # terms that no group is waiting for
        for group in groups:
            for phrase in group:
                beginning = _beginning(phrase)
                self._waiting.setdefault(beginning[:2], []).append((beginning, group))

    def expand(self, words: Sequence[Sequence[str]]) -> list[Expansion]:
        """The expansions of a query given as `Analyzer.query_terms` gives it; the longest phrase at each place."""
        likeliest = [alternatives[0] for alternatives in words]
        if not self._settled.issuperset(likeliest):
            self._settle(likeliest)
        if self._first.isdisjoint(likeliest):  # as nearly always
            return []
        found: list[Expansion] = []
        place = 0
        while place < len(words):
            for length in range(min(_LONGEST, len(words) - place), 0, -1):
                others = self._others.get(tuple(likeliest[place : place + length]))
                if others:
                    found.append(Expansion(place, place + length, others))
                    place += length
                    break
            else:
                place += 1
        return found

    def _settle(self, terms: Sequence[str]) -> None:
        """Take up the groups of which a phrase may begin with one of the terms."""
        roots = [_beginning(term) for term in terms]
        if any(_is_waited_for(root, self._waiting.get(root[:2], ())) for root in roots):
            with self._lock:  # another thread must not see a group taken up by half
                for root in roots:
                    waiting = self._waiting.get(root[:2], ())
                    for beginning, group in waiting:
                        if _may_begin(root, beginning):
                            self._add(group)
                    self._waiting[root[:2]] = [one for one in waiting if not _may_begin(root, one[0])]
        if len(self._settled) > _MOST_SETTLED:
            self._settled.clear()
        self._settled.update(terms)

    def _add(self, group: Sequence[str]) -> None:
        phrases = list(dict.fromkeys(tuple(self._terms(phrase)) for phrase in group))
        for phrase in phrases:
            if phrase and len(phrase) <= _LONGEST:
                known = self._others.get(phrase, ())
                others = (other for other in phrases if other and other != phrase and other not in known)
                self._others[phrase] = (*known, *others)
                self._first.add(phrase[0])


def _beginning(text: str) -> str:
    """As much of the first word as is compared with a root."""
    return fold(text.split(maxsplit=1)[0])[:4] if text.strip() else ""


def _may_begin(root: str, beginning: str) -> bool:
    """Whether a word with this beginning may have this root, both as `_beginning` gives them.

    The last letter of a root may change before a suffix, and a word is longer than its root.
    """
    return beginning.startswith(root[: max(len(root) - 1, 2)])


def _is_waited_for(root: str, waiting: Iterable[tuple[str, object]]) -> bool:
    return any(_may_begin(root, beginning) for beginning, _ in waiting)


def read_groups(path: Path) -> list[list[str]]:
    """The groups of a synonym file: a group a line, its members parted by tabs or by " = "; # begins a comment."""
    groups = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        members = [member.strip() for member in line.replace(" = ", "\t").split("\t") if member.strip()]
        if len(members) < 2:
            raise ValueError(
                f"{path}, line {number}: a group of synonyms has at least two members, parted by tabs or ' = '"
            )
        groups.append(members)
    return groups


def read_acronyms(path: Path) -> list[list[str]]:
    """The groups of `data/acronyms.tsv`: an acronym with its full forms."""
    lines = (line.partition("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#")
    return [[acronym, *(full.strip() for full in forms.split("|"))] for acronym, _, forms in lines]
