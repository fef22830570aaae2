"""The automaton of suffix slots: read from `data/morphotactics.txt`, compiled as words ask for it, and run.

Words are many, what follows a root is not: the remainders of a running text ("larımızdan", "ın", "acaq") are a few
thousand, so each is remembered with the state it was met in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from azanalyzer.alphabet import SPELLINGS
from azanalyzer.files import taken
from azanalyzer.forks import ForkLock
from azanalyzer.morphology.phonology import HARDENED, NARROW, SOFT, allomorphs, first_letters
from azanalyzer.tuples import NamedTuple

__all__ = ["Morphotactics", "MorphotacticsError", "Parse", "Remainders", "State", "Step", "Transition"]

_MOST_PARSES = 6
_made: Any = tuple.__new__  # of a named tuple in a fraction of the time, where very many are made


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
    """A slot: what a word in this state is, what it costs to end here, None if none may, and what may follow."""

    name: str
    accept: float | None
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


class Remainders(dict[str, tuple[Parse, ...]]):
    """The parses of what may follow a stem in one state, of one harmony and kind, in one spelling; see `parse`.

    `number` is its place in `Morphotactics.numbered`, `bit` that of the state of the stem in a set of bits.
    """

    __slots__ = ("_automaton", "_begun", "_stem", "_suffixes", "bit", "number")

    def __init__(self, automaton: Morphotactics, stem: tuple[str, int, int, str], number: int) -> None:
        super().__init__()
        self.number = number
        self.bit = automaton.bits[stem[0]]
        self._automaton = automaton
        self._stem = stem
        self._suffixes: dict[str, list[_Way]] | None = None
        self._begun: dict[str, _Table] = {}  # the suffixes that begin with a letter, made when it is met

    @property
    def _end(self) -> float | None:
        """What it costs that nothing follows, None if something has to."""
        state, _, kind, _ = self._stem
        return None if kind in (SOFT, NARROW) else self._automaton.states[state].accept

    @property
    def accepts(self) -> bool:
        """Whether nothing may follow."""
        return self._end is not None

    @property
    def state(self) -> str:
        """The state of the stem."""
        return self._stem[0]

    @property
    def suffixes(self) -> dict[str, list[_Way]]:
        """The ways to read each suffix that may follow, by its spelling."""
        if self._suffixes is None:
            groups = [groupby(ways, itemgetter(0)) for ways in self._automaton.table(*self._stem).values()]
            self._suffixes = {spelled: [*own] for group in groups for spelled, own in group}
        return self._suffixes

    def respelled(self, spelling: str) -> Remainders:
        """What may follow the same stem in another spelling."""
        state, harmony, kind, _ = self._stem
        return self._automaton.remainders(state, harmony, kind, spelling)

    def __missing__(self, rest: str) -> tuple[Parse, ...]:
        found: tuple[Parse, ...]
        if not rest:
            end = self._end
            self[rest] = found = () if end is None else (Parse(end, "", None, "", None),)
            return found
        letter = rest[0]
        arcs = self._begun.get(letter)
        if arcs is None:
            arcs = self._begun[letter] = self._automaton.table(*self._stem, letter)
        first = arcs.get(rest[:2]) or arcs.get(letter)
        if first is None:  # most splits of a word fail at the first letters: not worth remembering
            return ()
        best: dict[str, Parse] = {}
        for spelled, transition, surface, citation, after in first:
            if rest.startswith(spelled):
                for tail in after[rest[len(spelled) :]]:
                    tail_cost, tail_derived, _, _, _ = tail
                    cost = transition.cost + tail_cost
                    derived = surface + tail_derived if tail_derived else citation
                    if derived not in best or cost < best[derived][0]:
                        best[derived] = _made(Parse, (cost, derived, transition, surface, tail))
        parses = best.values()
        found = tuple(parses if len(parses) < 2 else sorted(parses, key=itemgetter(0))[:_MOST_PARSES])
        self._automaton.make_room()
        self[rest] = found
        return found


# A way to read a spelling: that, the suffix, its proper spelling, its citation form if it derives a word, and what may
# follow. Those of one spelling stand together, by its first two letters, or one where no suffix has the second.
_Way = tuple[str, Transition, str, str, Remainders]
_Table = dict[str, list[_Way]]


class Morphotactics:
    """The compiled automaton. Thread-safe: what it remembers is only ever added to or dropped whole.

    `remember` is the number of remainders that it remembers; the default takes about 4 MB.
    """

    def __init__(self, path: Path, *, remember: int = 16_000) -> None:
        self.states: Mapping[str, State] = _States(path)
        self.bits = {name: 1 << number for number, name in enumerate(self.states)}
        self._transitions: dict[str, list[Transition]] = {}
        self._deriving: dict[tuple[str, int, int], set[str]] = {}
        self._by_letter: dict[tuple[str, str], dict[str, list[Transition]]] = {}
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

    def _beginning(self, state: str, spelling: str, letter: str) -> list[Transition]:
        """Those of `transitions` that may begin with a letter in a spelling."""
        known = self._by_letter.get((state, spelling))
        if known is None:
            known = {}
            for transition in self.transitions(state):
                for first in frozenset(SPELLINGS[spelling](first_letters(transition.form))):
                    known.setdefault(first, []).append(transition)
            self._by_letter[state, spelling] = known  # last: another thread may ask already
        return known.get(letter, [])

    def deriving(self, state: str, harmony: int, kind: int) -> set[str]:
        """How the suffixes which derive a word are spelled after such a stem."""
        found = self._deriving.get((state, harmony, kind))
        if found is None:
            forms = {transition.form for transition in self.transitions(state) if transition.derives}
            found = {allomorph.surface for form in forms for allomorph in allomorphs(form, harmony, kind)}
            self._deriving[state, harmony, kind] = found
        return found

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

    def table(self, state: str, harmony: int, kind: int, spelling: str, letter: str | None = None) -> _Table:
        """The suffixes that may follow, by the first letters of their spelling; only those with this letter first."""
        respell = SPELLINGS[spelling]
        ways: dict[str, list[_Way]] = {}
        found = self.transitions(state) if letter is None else self._beginning(state, spelling, letter)
        for transition in found:
            for surface, next_harmony, next_kind in allomorphs(transition.form, harmony, kind):
                citation = surface if transition.derives else ""
                if citation and next_kind == SOFT:
                    citation = surface[:-1] + HARDENED[surface[-1]]
                spelled = respell(surface)
                if letter is not None and spelled[0] != letter:
                    continue
                after = self.remainders(transition.target, next_harmony, next_kind, spelling)
                ways.setdefault(spelled, []).append((spelled, transition, surface, citation, after))
        table: _Table = {spelled[:2]: [] for spelled in ways}
        for spelled, own in ways.items():
            for key in [key for key in table if key[0] == spelled] if len(spelled) == 1 else [spelled[:2]]:
                table[key] += own
        return table


class _States(Mapping[str, State]):
    """The states of a file by name, each read when it is first asked for; MorphotacticsError then if it is broken.

    A word needs some of them, and to read all takes a tenth of the time in which a first query is answered.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.name
        # Comments, and then of each state the lines without the word that begins them.
        self._parts = f"\n{str(taken(path), 'utf-8')}".split("\nstate ")
        heads = [part.partition("\n")[0] for part in self._parts]
        self._places = {head.partition(" ")[0]: place for place, head in enumerate(heads) if place}
        self._known: dict[str, State] = {}
        for number, line in enumerate(self._parts[0].split("\n")):
            if line.partition("#")[0].strip():
                raise self._unexpected(line, number)

    def __getitem__(self, name: str) -> State:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._read(self._places[name])
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def _read(self, place: int) -> State:
        head, *lines = self._parts[place].split("\n")
        state = _state(head.partition("#")[0])
        if state is None:
            raise self._unexpected(f"state {head}", self._line(place))
        for number, raw in enumerate(lines, 1):
            columns = (raw.partition("#")[0] if "#" in raw else raw).split()
            if not columns:
                continue
            if suffix := _suffix(columns):  # most lines
                state.transitions.append(suffix)
                name = suffix.target
            elif len(columns) == 2 and columns[0] == "use":
                name = columns[1]
                state.uses.append(name)
            else:
                raise self._unexpected(raw, self._line(place) + number)
            if name not in self._places:
                raise MorphotacticsError(f"{self._file}: state {state.name} refers to {name}, which is not defined")
        return state

    def _line(self, place: int) -> int:
        """The number of the line with which a part begins."""
        return sum(part.count("\n") + 1 for part in self._parts[:place])

    def _unexpected(self, line: str, number: int) -> MorphotacticsError:
        expected = "expected 'state', 'use' or a suffix"
        return MorphotacticsError(f"{self._file}, line {number}: {expected}, found {line.strip()!r}")


def _state(line: str) -> State | None:
    """The state that a line begins: state NAME [accept [COST]] ["what a word is in it"], without its first word."""
    head, quote, gloss = line.rstrip().partition('"')
    words = head.split()
    if quote and gloss.find('"') != len(gloss) - 1:
        return None
    match words:
        case [name]:
            return State(name, None, gloss.rstrip('"'), [], [])
        case [name, "accept"]:
            return State(name, 0.0, gloss.rstrip('"'), [], [])
        case [name, "accept", cost] if _is_cost(cost):
            return State(name, float(cost), gloss.rstrip('"'), [], [])
    return None


def _suffix(columns: list[str]) -> Transition | None:
    """The suffix of a line: LABEL FORM -> STATE COST, or with => if it derives a word."""
    if len(columns) != 5 or columns[2] not in ("->", "=>"):
        return None
    label, form, arrow, target, cost = columns
    if not (form.isalpha() or form.replace("(", "").replace(")", "").isalpha()) or not _is_cost(cost):
        return None
    made: Transition = _made(Transition, (label, form, target, float(cost), arrow == "=>"))
    return made


@cache  # suffixes have some twenty costs
def _is_cost(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
