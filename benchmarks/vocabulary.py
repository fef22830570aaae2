"""A vocabulary as large and as skewed as that of real Azerbaijani text: roots with chains of suffixes, by frequency.

Roots come from the analyzer's lexicon, the commonest first, and beyond it names are put together from syllables, as
running text has ever new ones. Their frequencies follow Zipf and Mandelbrot, p ~ 1 / (rank + B)^S, with a steeper S
beyond the lexicon. The forms of a root are the chains of suffixes that the analyzer's automaton allows for its part of
speech, the cheaper the likelier, by Zipf's law once more. The constants are such that the share of the commonest 100,
1,000 and 10,000 forms, and the growth of the number of distinct ones, are those of real text.
"""

from __future__ import annotations

import heapq
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import azanalyzer
from azanalyzer.morphology.lexicon import Entry
from azanalyzer.morphology.morphotactics import Morphotactics
from azanalyzer.morphology.phonology import ANY, SOFT, VOWELS, allomorphs, final_kind, harmony_class

__all__ = ["Ids", "Vocabulary", "capital"]

Ids = NDArray[np.int64]

_DATA = Path(azanalyzer.__file__).parent / "data"
_COMMONEST = "və bu bir ki ilə üçün də da o kimi çox olan sonra hər nə daha ən belə görə həm"
_STATES = {"n": "Noun", "np": "Noun", "adj": "Adjective", "adv": "Temporal", "num": "Numeral", "v": "Verb"}
_OFFSET, _EXPONENT = 10.0, 1.15
_NAMES = 2_000_000  # beyond the lexicon
_FIRST_NAME, _STEEPER = 0.3, 1.7  # how frequent the first of them is beside the last root, and how that falls
_CHAINS, _CHAIN_OFFSET, _CHAIN_EXPONENT = 400, 0.2, 2.4  # the likeliest of a part of speech
_DERIVED = 1.0  # a suffix that makes another word costs so much more, as in the analyzer


class Vocabulary:
    """Forms by number. A form is spelled when it is first asked for, so that a small collection costs little."""

    def __init__(self) -> None:
        self._entries = _entries()
        states = ["", *sorted(set(_STATES.values()))]
        self._kinds = np.full(len(self._entries) + _NAMES, states.index("Noun"), np.int8)
        self._kinds[: len(self._entries)] = [states.index(_STATES.get(entry.pos, "")) for entry in self._entries]
        self._chains = [_chains(state) for state in states]
        ranks = np.arange(len(self._kinds))
        weights = (ranks + _OFFSET + 1) ** -_EXPONENT
        lexicon = len(self._entries)
        weights[lexicon:] = _FIRST_NAME * weights[lexicon] * (ranks[lexicon:] / lexicon) ** -_STEEPER
        self._roots = np.cumsum(weights / weights.sum())
        chains = (np.arange(_CHAINS) + 1 + _CHAIN_OFFSET) ** -_CHAIN_EXPONENT
        self._weights = [np.cumsum(chains[: len(table)] / chains[: len(table)].sum()) for table in self._chains]
        self._spelled: dict[int, str] = {}

    def sample(self, random: np.random.Generator, size: int) -> Ids:
        """`size` numbers of forms, drawn by their frequencies."""
        roots = _draw(self._roots, random.random(size))
        chance = random.random(size)
        chains = np.zeros(size, np.int64)
        kinds = self._kinds[roots]
        for kind, weights in enumerate(self._weights):
            here = np.flatnonzero(kinds == kind)
            chains[here] = _draw(weights, chance[here])
        return roots * _CHAINS + chains

    def words(self, ids: Ids) -> list[str]:
        """The forms with these numbers; names have a capital."""
        unique, inverse = np.unique(ids, return_inverse=True)
        found = np.empty(len(unique), object)
        for place, number in enumerate(unique.tolist()):
            word = self._spelled.get(number)
            if word is None:
                word = self._spelled[number] = self._spell(number)
            found[place] = word
        return found[inverse].tolist()  # type: ignore[no-any-return]

    def _spell(self, number: int) -> str:
        root, chain = divmod(number, _CHAINS)
        known = root < len(self._entries)
        entry = self._entries[root] if known else Entry(_name(root - len(self._entries)), "np", 0, frozenset())
        word = _attach(entry, self._chains[self._kinds[root]][chain])
        return capital(word) if entry.pos == "np" else word


def capital(word: str) -> str:
    """The word with a capital by Azerbaijani rules."""
    return ("İ" if word[0] == "i" else word[0].upper()) + word[1:]


def _draw(running: NDArray[np.float64], chance: NDArray[np.float64]) -> Ids:
    return np.searchsorted(running, chance, side="right").clip(max=len(running) - 1)


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _entries() -> list[Entry]:
    """The roots of the lexicon, the commonest first; those of one frequency class in an order that says nothing."""
    commonest = _COMMONEST.split()
    found = [Entry(word, "part", 5, frozenset()) for word in commonest]
    classes: dict[int, list[Entry]] = {number: [] for number in (5, 4, 3, 2, 1)}
    seen = set(commonest)
    for word in _lines(_DATA / "stop_words.txt"):
        if word not in seen:
            seen.add(word)
            classes[5].append(Entry(word, "part", 5, frozenset()))
    for name in ("nominals.tsv", "verbs.tsv", "names.tsv"):
        for line in _lines(_DATA / "lexicon" / name):
            lemma, parts, frequency, flags = line.split("\t")
            if lemma not in seen:
                seen.add(lemma)
                entry = Entry(lemma, parts.split(",")[0], int(frequency), frozenset(flags.split(",")))
                classes[entry.frequency].append(entry)
    random = np.random.default_rng(1)
    for entries in classes.values():
        found += [entries[place] for place in random.permutation(len(entries)).tolist()]
    return found


def _name(number: int) -> str:
    """A pronounceable name of two to four syllables, its vowels in harmony; nearly every number has one of its own."""
    state = number * 0x9E3779B97F4A7C15 + 0x1234567 & (1 << 64) - 1  # neighbours shall not look alike
    state ^= state >> 31

    def choose(letters: str) -> str:
        nonlocal state
        state, rest = divmod(state, len(letters))
        return letters[rest]

    vowels = "əəiieüö" if choose("01") == "0" else "aaııou"
    syllables = []
    for place in range(int(choose("223334"))):
        syllables.append(choose("bcçdfghxjkqlmnprsştvyz" if not place else "bcçdfgğhxkqlmnprsştvyz") + choose(vowels))
        if choose("0123456") < "3":
            syllables.append(choose("nrlmtsşdbk"))
    return "".join(syllables)


@cache
def _chains(state: str) -> list[tuple[str, ...]]:
    """The cheapest chains of suffixes from `state` on, the cheapest first."""
    if not state:
        return [()]
    automaton = Morphotactics(_DATA / "morphotactics.txt")
    found: list[tuple[str, ...]] = []
    pending: list[tuple[float, tuple[str, ...], str]] = [(0.0, (), state)]
    while pending and len(found) < _CHAINS:
        cost, forms, name = heapq.heappop(pending)
        if automaton.states[name].accept is not None and forms not in found:
            found.append(forms)
        for step in automaton.transitions(name):
            heapq.heappush(pending, (cost + step.cost + _DERIVED * step.derives, (*forms, step.form), step.target))
    return found


def _attach(entry: Entry, forms: tuple[str, ...]) -> str:
    """The root with these suffixes; the bare root where one of them cannot stand there."""
    lemma, flags = entry.lemma, entry.flags
    harmony = harmony_class(lemma)
    ending = _ending(forms, 0 if harmony == ANY else harmony, final_kind(lemma))
    if not ending:
        return lemma
    if ending[0] not in VOWELS:
        return (lemma[:-1] if "gem" in flags else lemma) + ending
    if "drop" in flags:
        return lemma[:-2] + lemma[-1] + ending
    if "voice" in flags:
        return lemma[:-1] + "d" + ending
    softens = entry.pos != "np" and "hard" not in flags and sum(letter in VOWELS for letter in lemma) > 1
    if softens and lemma[-1] in "qk":
        return lemma[:-1] + ("ğ" if lemma[-1] == "q" else "y") + ending
    return lemma + ending


@cache
def _ending(forms: tuple[str, ...], harmony: int, kind: int) -> str:
    """The chain spelled out after a stem of this harmony that ends in this kind of sound; empty if it cannot stand."""
    if not forms:
        return ""
    for surface, next_harmony, next_kind in allomorphs(forms[0], harmony, kind):
        rest = _ending(forms[1:], next_harmony, next_kind)
        if rest or (len(forms) == 1 and next_kind != SOFT):
            return surface + rest
    return ""
