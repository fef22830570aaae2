"""Synonyms and acronyms: other ways to say a word or several, looked up when a query is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from azanalyzer.forks import ForkLock
from azanalyzer.sieve import flattened, shapes_of

__all__ = ["Expansion", "Synonyms", "read_acronyms", "read_groups"]

_LONGEST = 6  # words of a phrase that is looked up


class Expansion(NamedTuple):
    """Words `first` up to, not including, `last` of a query may also be said as any of `phrases`, each some terms."""

    first: int
    last: int
    phrases: tuple[tuple[str, ...], ...]


class Synonyms:
    """Groups of phrases that mean the same, by the terms of each.

    A phrase is analysed when a query first has a word that it may begin with, its group when a query has the phrase: a
    process that asks one query should not pay for a thousand.
    """

    def __init__(
        self,
        groups: Iterable[Sequence[str]],
        terms: Callable[[str], Sequence[str]],
        irregular: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`irregular` gives the shapes of terms that their own letters do not give away."""
        self._terms = terms
        self._irregular = irregular or {}
        self._lock = ForkLock()
        self._groups = list(groups)
        self._said: dict[tuple[str, ...], list[int]] = {}  # the groups of a phrase
        self._others: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        # By the first letter of a phrase: the phrase as it is compared with roots, itself, and its group.
        self._waiting: dict[str, list[tuple[str, str, int]]] = {}
        phrases = [(" ".join(phrase.split()), number) for number, group in enumerate(self._groups) for phrase in group]
        # All at once: a long string costs little more than a short one.
        flat = flattened("\n".join([phrase for phrase, _ in phrases])).split("\n")
        for letters, (phrase, number) in zip(flat, phrases, strict=True):
            self._waiting.setdefault(letters[:1], []).append((letters, phrase, number))

    def expand(self, words: Sequence[Sequence[str]]) -> list[Expansion]:
        """The expansions of a query given as `Analyzer.query_terms` gives it; the longest phrase at each place."""
        likeliest = [alternatives[0] for alternatives in words]
        for root in likeliest:
            self._take(tuple(map(flattened, shapes_of(root).union(self._irregular.get(root, ())))))
        found: list[Expansion] = []
        place = 0
        while place < len(words):
            for length in range(min(_LONGEST, len(words) - place), 0, -1):
                others = self._others_of(tuple(likeliest[place : place + length]))
                if others:
                    found.append(Expansion(place, place + length, others))
                    place += length
                    break
            else:
                place += 1
        return found

    def _take(self, beginnings: tuple[str, ...]) -> None:
        """Analyse the phrases that begin so and have not been."""
        for letter in {beginning[:1] for beginning in beginnings}:
            waiting = self._waiting.get(letter, ())
            if any(letters.startswith(beginnings) for letters, _, _ in waiting):
                with self._lock:  # another thread must not see a phrase gone that cannot be found yet
                    waiting = self._waiting[letter]
                    for letters, phrase, number in waiting:
                        if letters.startswith(beginnings):
                            self._said.setdefault(tuple(self._terms(phrase)), []).append(number)
                    self._waiting[letter] = [one for one in waiting if not one[0].startswith(beginnings)]

    def _others_of(self, phrase: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """The other phrases of all groups of a phrase."""
        if phrase not in self._said:
            return ()
        found = self._others.get(phrase)
        if found is None:
            groups = dict.fromkeys(sorted(self._said[phrase]))
            said = [tuple(self._terms(other)) for number in groups for other in self._groups[number]]
            found = self._others[phrase] = tuple(dict.fromkeys(other for other in said if other and other != phrase))
        return found


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
