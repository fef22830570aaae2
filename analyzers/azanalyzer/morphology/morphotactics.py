"""The automaton of suffix slots: read from `data/morphotactics.txt`, compiled as words ask for it, and run.

Words are many, what follows a root is not: the remainders of a running text ("larımızdan", "ın", "acaq") are a few
thousand, so `Morphotactics.parse` remembers each remainder with the state it was met in.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from azanalyzer.alphabet import SPELLINGS
from azanalyzer.morphology.phonology import NARROW, SOFT, allomorphs

__all__ = ["Morphotactics", "MorphotacticsError", "Parse", "State", "Step", "Transition"]

_MEMORY = 20_000  # remainders remembered; about 7 MB

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
    """One way to read a remainder: its cost, the part of it that belongs to the term, and its suffixes in order."""

    cost: float
    derived: str
    steps: tuple[Step, ...]


_Arc = tuple[Step, str, int, int, str]  # step, target, harmony, kind, citation form of the surface
_Table = dict[str, list[tuple[str, list[_Arc]]]]


class Morphotactics:
    """The compiled automaton. Thread-safe: what it remembers is only ever added to or dropped whole."""

    def __init__(self, path: Path) -> None:
        self.states = _read(path)
        self._tables: dict[tuple[str, int, int, str], _Table] = {}
        self._memory: dict[tuple[str, str, int, int, str], tuple[Parse, ...]] = {}

    def transitions(self, state: str) -> list[Transition]:
        """The suffixes that may follow in `state`, those of the groups that it uses included, each once."""
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
        return list(found.values())

    def parse(self, rest: str, state: str, harmony: int, kind: int, spelling: str = "proper") -> tuple[Parse, ...]:
        """All readings of `rest` as a chain of suffixes from `state` to an accepting one, the cheapest first.

        `harmony` and `kind` say what stands before (see `phonology`). Where `spelling` is not "proper", `rest` is
        spelled as `alphabet.SPELLINGS` names it, and the parses give the proper spelling. Of the readings with the
        same derived part only the cheapest is kept.
        """
        if not rest:
            return (_EMPTY,) if kind not in (SOFT, NARROW) and self.states[state].accept else ()
        first = self._table(state, harmony, kind, spelling).get(rest[0])
        if first is None:  # most splits of a word fail at the first letter: not worth remembering
            return ()
        key = (rest, state, harmony, kind, spelling)
        known = self._memory.get(key)
        if known is not None:
            return known
        best: dict[str, Parse] = {}
        for spelled, arcs in first:
            if not rest.startswith(spelled):
                continue
            tail_text = rest[len(spelled) :]
            for step, target, next_harmony, next_kind, citation in arcs:
                for tail in self.parse(tail_text, target, next_harmony, next_kind, spelling):
                    cost = step.transition.cost + tail.cost
                    if tail.derived:
                        derived = step.surface + tail.derived
                    else:
                        derived = citation if step.transition.derives else ""
                    if derived not in best or cost < best[derived].cost:
                        best[derived] = Parse(cost, derived, (step, *tail.steps))
        result = tuple(sorted(best.values(), key=lambda parse: parse.cost)[:_MOST_PARSES])
        if len(self._memory) >= _MEMORY:
            self._memory = {}
        self._memory[key] = result
        return result

    def _table(self, state: str, harmony: int, kind: int, spelling: str) -> _Table:
        """The suffixes that may follow, by the first letter of their spelling."""
        key = (state, harmony, kind, spelling)
        table = self._tables.get(key)
        if table is None:
            respell = SPELLINGS[spelling]
            arcs: dict[str, list[_Arc]] = {}
            for transition in self.transitions(state):
                for surface, next_harmony, next_kind in allomorphs(transition.form, harmony, kind):
                    citation = surface
                    if next_kind == SOFT:
                        citation = surface[:-1] + ("q" if surface[-1] == "ğ" else "k")
                    arc = (Step(transition, surface), transition.target, next_harmony, next_kind, citation)
                    arcs.setdefault(respell(surface), []).append(arc)
            table = {}
            for spelled, found in arcs.items():
                table.setdefault(spelled[0], []).append((spelled, found))
            self._tables[key] = table
        return table


_EMPTY = Parse(0.0, "", ())


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
