"""The automaton of suffix slots: read from `data/morphotactics.txt`, compiled as words ask for it, and run.

Words are many, what follows a root is not: the remainders of a running text ("larımızdan", "ın", "acaq") are a few
thousand, so each is remembered with the state it was met in.
"""

from __future__ import annotations

import re
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from azanalyzer.alphabet import SPELLINGS
from azanalyzer.forks import ForkLock
from azanalyzer.morphology.phonology import NARROW, SOFT, allomorphs

__all__ = ["Morphotactics", "MorphotacticsError", "Parse", "Remainders", "State", "Step", "Transition"]

_STATE = re.compile(r'state (?P<name>[\w.]+)(?P<accept> accept)?(?: "(?P<gloss>[^"]*)")?$')
_USE = re.compile(r"use (?P<name>[\w.]+)$")
_SUFFIX = re.compile(
    r"(?P<label>[\w.]+)\s+(?P<form>[\wAIK()]+)\s+(?P<arrow>->|=>)\s+(?P<target>[\w.]+)\s+(?P<cost>[\d.]+)$"
)
_MOST_PARSES = 6


class MorphotacticsError(ValueError):
    """The file of suffixes breaks its own format; the message gives the line."""


class Transition(NamedTuple):
    """A suffix in its slot: its grammatical name, its form in archiphonemes, the state that follows, the cost."""

    label: str
    form: str
    target: str
    cost: float
    derives: bool


class State(NamedTuple):
    """A slot: what a word in this state is, whether a word may end here, and the suffixes that may follow."""

    name: str
    accept: bool
    gloss: str
    transitions: list[Transition]
    uses: list[str]


class Step(NamedTuple):
    """One suffix as it stands in a word."""

    transition: Transition
    surface: str


class Parse(NamedTuple):
    """One way to read a remainder: its cost, the part of it that belongs to the term, its first suffix and the rest."""

    cost: float
    derived: str
    transition: Transition | None
    surface: str
    tail: Parse | None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The suffixes in order."""
        found = []
        parse: Parse | None = self
        while parse is not None and parse.transition is not None:
            found.append(Step(parse.transition, parse.surface))
            parse = parse.tail
        return tuple(found)


_EMPTY = Parse(0.0, "", None, "", None)


class Remainders(dict[str, tuple[Parse, ...]]):
    """The parses of what may follow a stem in one state, of one harmony and kind, in one spelling; see `parse`.

    `accepts` says whether nothing may follow, `number` is its place in `Morphotactics.numbered`.
    """

    __slots__ = ("_arcs", "_automaton", "_stem", "accepts", "number")

    def __init__(self, automaton: Morphotactics, stem: tuple[str, int, int, str], number: int) -> None:
        super().__init__()
        self.number = number
        self._automaton = automaton
        self._stem = stem
        self._arcs: _Table | None = None
        state, _, kind, _ = stem
        self.accepts = kind not in (SOFT, NARROW) and automaton.states[state].accept

    @property
    def arcs(self) -> _Table:
        """The suffixes that may follow, by the first two letters of their spelling."""
        if self._arcs is None:
            self._arcs = self._automaton.table(*self._stem)
        return self._arcs

    def __missing__(self, rest: str) -> tuple[Parse, ...]:
        found: tuple[Parse, ...]
        if not rest:
            self[rest] = found = (_EMPTY,) if self.accepts else ()
            return found
        arcs = self.arcs
        first = arcs.get(rest[:2]) or arcs.get(rest[0])
        if first is None:  # most splits of a word fail at the first letters: not worth remembering
            return ()
        best: dict[str, Parse] = {}
        for spelled, ways in first:
            if not rest.startswith(spelled):
                continue
            following = rest[len(spelled) :]
            for transition, surface, citation, after in ways:
                for tail in after[following]:
                    cost = transition.cost + tail.cost
                    derived = surface + tail.derived if tail.derived else citation
                    if derived not in best or cost < best[derived].cost:
                        best[derived] = Parse(cost, derived, transition, surface, tail)
        parses = best.values()
        found = tuple(parses if len(parses) < 2 else sorted(parses, key=itemgetter(0))[:_MOST_PARSES])
        self._automaton.make_room()
        self[rest] = found
        return found


# By the first two letters of the spelling, or one where no suffix has the second, each spelling and the ways
# to read it: the suffix, its proper spelling, its citation form if it derives a word, and what may follow.
_Way = tuple[Transition, str, str, Remainders]
_Table = dict[str, list[tuple[str, tuple[_Way, ...]]]]


class Morphotactics:
    """The compiled automaton. Thread-safe: what it remembers is only ever added to or dropped whole.

    `remember` is the number of remainders that it remembers; the default takes about 6 MB.
    """

    def __init__(self, path: Path, *, remember: int = 24_000) -> None:
        self.states = _read(path)
        self._transitions: dict[str, list[Transition]] = {}
        self._remainders: dict[tuple[str, int, int, str], Remainders] = {}
        self.numbered: list[Remainders] = []
        self._lock = ForkLock()
        self._remember = self._room = remember

    def transitions(self, state: str) -> list[Transition]:
        """The suffixes that may follow in `state`, those of the groups that it uses included, each once."""
        known = self._transitions.get(state)
        if known is not None:
            return known
        found: dict[tuple[str, str, str], Transition] = {}
        pending = [state]
        seen = set()
        while pending:
            name = pending.pop(0)
            if name in seen:
                continue
            seen.add(name)
            for transition in self.states[name].transitions:
                found.setdefault((transition.label, transition.form, transition.target), transition)
            pending.extend(self.states[name].uses)
        known = self._transitions[state] = list(found.values())
        return known

    def parse(self, rest: str, state: str, harmony: int, kind: int, spelling: str = "proper") -> tuple[Parse, ...]:
        """All readings of `rest` as a chain of suffixes from `state` to an accepting one, the cheapest first.

        `harmony` and `kind` say what stands before (see `phonology`). Where `spelling` is not "proper", `rest` is
        spelled as `alphabet.SPELLINGS` names it, and the parses give the proper spelling. Of the readings with the
        same derived part only the cheapest is kept.
        """
        return self.remainders(state, harmony, kind, spelling)[rest]

    def remainders(self, state: str, harmony: int, kind: int, spelling: str = "proper") -> Remainders:
        """What `parse` gives for each remainder after such a stem."""
        key = (state, harmony, kind, spelling)
        found = self._remainders.get(key)
        if found is None:
            with self._lock:  # two threads must not number the same kind of stem twice
                found = self._remainders.get(key)
                if found is None:
                    found = Remainders(self, key, len(self.numbered))
                    self.numbered.append(found)
                    self._remainders[key] = found
        return found

    def make_room(self) -> None:
        """Forget all remainders when there are too many; called for each one that is to be remembered."""
        self._room -= 1
        if self._room <= 0:
            self._room = self._remember
            for remainders in [*self._remainders.values()]:
                remainders.clear()

    def table(self, state: str, harmony: int, kind: int, spelling: str) -> _Table:
        """The suffixes that may follow, by the first letters of their spelling."""
        respell = SPELLINGS[spelling]
        ways: dict[str, tuple[_Way, ...]] = {}
        for transition in self.transitions(state):
            for surface, next_harmony, next_kind in allomorphs(transition.form, harmony, kind):
                citation = surface if transition.derives else ""
                if citation and next_kind == SOFT:
                    citation = surface[:-1] + ("q" if surface[-1] == "ğ" else "k")
                after = self.remainders(transition.target, next_harmony, next_kind, spelling)
                spelled = respell(surface)
                ways[spelled] = (*ways.get(spelled, ()), (transition, surface, citation, after))
        table: _Table = {spelled[:2]: [] for spelled in ways}
        for suffix in ways.items():
            spelled = suffix[0]
            for key in [key for key in table if key[0] == spelled] if len(spelled) == 1 else [spelled[:2]]:
                table[key].append(suffix)
        return table


def _read(path: Path) -> dict[str, State]:
    states: dict[str, State] = {}
    current: State | None = None
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if match := _STATE.match(line):
            current = State(match["name"], bool(match["accept"]), match["gloss"] or "", [], [])
            states[current.name] = current
        elif current is not None and (match := _USE.match(line)):
            current.uses.append(match["name"])
        elif current is not None and (match := _SUFFIX.match(line)):
            current.transitions.append(
                Transition(match["label"], match["form"], match["target"], float(match["cost"]), match["arrow"] == "=>")
            )
        else:
            raise MorphotacticsError(f"{path.name}, line {number}: expected 'state', 'use' or a suffix, found {line!r}")
    for state in states.values():
        for name in [*state.uses, *(transition.target for transition in state.transitions)]:
            if name not in states:
                raise MorphotacticsError(f"{path.name}: state {state.name} refers to {name}, which is not defined")
    return states
