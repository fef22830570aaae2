"""The lexicon: which roots there are and in which shapes they stand before suffixes.

Entries are kept as the lines of the data files and taken apart when a word first needs them: a process that analyses
one word should not pay for forty thousand. `roots` finds the lines. Alternations that spelling shows (otaq, otağ-) are
undone on look-up; those that it does not (oğul, oğl-) come from the flags of the entries.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azanalyzer.alphabet import fold
from azanalyzer.files import lines_beginning, lines_of
from azanalyzer.lazy import cached_property
from azanalyzer.morphology.phonology import (
    CONSONANT,
    HARD,
    HARDENED,
    NARROW,
    SOFT,
    VOWEL,
    VOWELS,
    final_kind,
    harmony_class,
)
from azanalyzer.morphology.roots import ALTERNATIONS, LexiconError, Roots, irregular
from azanalyzer.patterns import places_of
from azanalyzer.sieve import flattened
from azanalyzer.tuples import NamedTuple

if TYPE_CHECKING:
    from azanalyzer.synonyms import Acronyms

__all__ = ["NARROWED", "NARROWED_TO", "POS_NAMES", "Entry", "Lexicon", "LexiconError", "Stem"]

POS_NAMES = {
    "n": "noun", "adj": "adjective", "adv": "adverb", "num": "numeral", "prn": "pronoun", "v": "verb",
    "np": "proper name", "post": "postposition", "cnj": "conjunction", "part": "particle", "ij": "interjection",
}  # fmt: skip
_FLAGS = frozenset({"drop", "hard", "gem", "voice", "y", "opaque"})

# The state in which a stem of each part of speech enters the automaton, and how unlikely that reading is before
# anything else is known.
_START = {
    "n": ("Noun", 0.0), "adj": ("Adjective", 0.1), "adv": ("Temporal", 0.2), "num": ("Numeral", 0.1),
    "prn": ("Noun", 0.0),
    "v": ("Verb", 0.2), "np": ("Noun", 0.5), "post": ("Postposition", 0.3), "cnj": ("Particle", 0.0),
    "part": ("Particle", 0.0), "ij": ("End", 0.3),
}  # fmt: skip
_FREQUENCY_COST = {5: 0.0, 4: 0.7, 3: 1.4, 2: 2.1, 1: 2.8}
_FREQUENCIES = frozenset(map(str, _FREQUENCY_COST))

NARROWED = 1.5  # what speaks against a verb that is written as it is spoken
_MANY_LOOKED_FOR = 30  # lemmas; to look for so many in the file takes as long as to take it apart
_MISSPELLED = 1.5  # against a stem that is a usual misspelling: işdə is at work, and only then işlə
_TYPED_SOFT = {"g": ("q", "ğ"), "y": ("k", "y"), "d": ("t", "d")}
_TYPED_NARROW = {"i": {"a": "ı", "ə": "i"}, "u": {"a": "u", "ə": "ü"}}
_SOFTENED = {hard: soft for soft, hard in HARDENED.items()}
NARROWED_TO = frozenset("ıiuü")
_made: Any = tuple.__new__  # of a named tuple in a fraction of the time, where very many are made
_Likeness = tuple[str | None, str | None, str, int, bool]
_MAY_CHANGE = frozenset(["q", "k", "t", *HARDENED, *NARROWED_TO])  # last letters of stems that others may stand for


class Entry(NamedTuple):
    """A root or a word that dictionaries list: its citation form, part of speech, frequency class 1 to 5, flags."""

    lemma: str
    pos: str
    frequency: int
    flags: frozenset[str]


class Stem(NamedTuple):
    """One shape of an entry in front of suffixes: where it enters the automaton and what may follow."""

    entry: Entry
    shape: str
    state: str
    harmony: int
    kind: int
    cost: float


class Lexicon(Roots):
    """Roots by their shape: as they are spelled (`stems`), or as somebody types them (`shapes`)."""

    def __init__(self, folder: Path, acronyms: Acronyms | None = None) -> None:
        super().__init__(folder, acronyms)
        self._columns: dict[str, list[tuple[str, int, frozenset[str]]]] = {}
        self._bases_path = folder / "bases.tsv"
        self._made_of: dict[str, dict[str, str]] = {}  # by the first two letters
        self._looked_for = 0  # in the irregular shapes

    @property
    def lemmas(self) -> Container[str]:
        """What says of a string whether it is a lemma, and does it at once when everything has been read."""
        return self._whole.lines if self._some is None else self

    def __len__(self) -> int:
        self.read_all()
        return len(self._whole.lines)

    def __contains__(self, lemma: object) -> bool:
        return isinstance(lemma, str) and lemma in self._having(lemma).lines

    def __iter__(self) -> Iterator[str]:
        self.read_all()
        return iter(self._whole.lines)

    def made_of(self, lemma: str) -> str | None:
        """What a listed word is made of, where it says so in bases.tsv."""
        return self._made_with(lemma[:2]).get(lemma)

    def made_of_others(self, root: str) -> list[str]:
        """The words that begin with the same two letters of which bases.tsv says what they are made of."""
        return [*self._made_with(root[:2])]

    def _made_with(self, beginning: str) -> dict[str, str]:
        """What the words that begin so are made of."""
        known = self._made_of.get(beginning)
        if known is None:
            known = {}
            for line in lines_beginning(self._bases, beginning):
                word, _, base = line.partition("\t")
                if not base:
                    expected = "expected a word and what it is made of, with a tab between them"
                    raise LexiconError(f"{self._bases_path.name}, line {line!r}: {expected}")
                known[word] = base
            self._made_of[beginning] = known
        return known

    @cached_property
    def _bases(self) -> str:
        return lines_of(self._bases_path)

    def entries(self, lemma: str) -> list[Entry]:
        """The entries with exactly this citation form, one for each part of speech."""
        lines = self._having(lemma).lines.get(lemma)
        if lines is None:
            return []
        columns = self._columns.get(lines)
        if columns is None:
            columns = self._columns[lines] = [column for line in lines.split("\n") for column in _columns(lemma, line)]
        return [_made(Entry, (lemma, pos, frequency, flags)) for pos, frequency, flags in columns]

    def likeness(self, shape: str) -> _Likeness | None:
        """What the stems of a shape are but for its letters: those of all shapes with the same are alike.

        None for the few of which only `stems` tells, and as long as not everything has been read.
        """
        if self._some is not None or shape in self._whole.alternants:
            return None
        lines = self._whole.lines
        last, rest = shape[-1], shape[:-1]
        own, harmony = lines.get(shape), harmony_class(shape)
        if last not in _MAY_CHANGE:
            return own, None, "a" if last in VOWELS else "b", harmony, False
        if last in NARROWED_TO:
            wide = ("a" if harmony_class(rest) < 2 else "ə") if len(rest) > 1 else ""
            return own, lines.get(rest + wide) if wide else None, last + wide, harmony, False
        hardened = lines.get(rest + HARDENED[last]) if last in HARDENED else None
        return own, hardened, last, harmony, rest[-1:] in VOWELS and not VOWELS.isdisjoint(rest[:-1])

    def lines(self, lemmas: Iterable[str]) -> Iterator[str | None]:
        """What the lexicon says of each of many lemmas, None where it has none; everything has to have been read."""
        return map(self._whole.lines.get, lemmas)

    def has_alternants(self, shape: str) -> bool:
        """Whether it is a shape that spelling alone does not give away."""
        return shape in self._having(shape).alternants

    def may_have_joined(self, text: str) -> bool:
        """Whether a stem with hyphens may begin a word that has some, however its letters are typed.

        As long as not everything has been read, it may.
        """
        return self._some is not None or _before_last_part(text) in self._joined

    @cached_property
    def _joined(self) -> frozenset[str]:
        """What stands before the last part of each shape with hyphens."""
        shapes = (*self._whole.lines, *self._whole.alternants)
        return frozenset(_before_last_part(shape) for shape in shapes if "-" in shape)

    def stems(self, shape: str) -> tuple[Stem, ...]:
        """The stems that are spelled `shape`, alternations included."""
        last = shape[-1]
        lemma = shape[:-1] + HARDENED[last] if last in HARDENED else ""
        known = self._having(shape)
        softened = lemma != "" and lemma in self
        wide = self._widened(shape) if last in NARROWED_TO else []
        if not wide and not softened and shape not in known:
            return ()
        harmony = harmony_class(shape)
        found = [_stem(shape, harmony, entry, _kind_of(entry), rank) for rank, entry in enumerate(self.entries(shape))]
        if softened:
            for rank, entry in enumerate(self.entries(lemma)):
                if "voice" in entry.flags if last == "d" else _softens(entry):
                    found.append(_stem(shape, harmony, entry, SOFT, rank))
        if shape in known.alternants:
            found = self._alternate(shape, harmony, found, known.alternants[shape])
        for entry in wide:
            stem = _stem(shape, harmony, entry, NARROW, 0)
            found.append(stem._replace(cost=stem.cost + NARROWED))
        return tuple(found)

    def _alternate(self, shape: str, harmony: int, found: list[Stem], reasons: list[tuple[str, str]]) -> list[Stem]:
        """The stems of a shape that spelling alone does not give away, with those `found` by spelling."""
        if any(lemma == shape for lemma, _ in reasons):
            found = [stem for stem in found if stem.entry.pos != "prn"]
        for lemma, reason in reasons:
            entries = self.entries(lemma)
            if reason in ALTERNATIONS:
                kind = HARD if reason == "gem" else SOFT
                found += [_stem(shape, harmony, entry, kind, 0) for entry in entries if reason in entry.flags]
            elif reason in ("Noun", "Verb"):  # a usual misspelling: the reason is the state that it enters
                pos = "v" if reason == "Verb" else next((entry.pos for entry in entries if entry.pos != "v"), "n")
                entry = Entry(lemma, pos, 5, frozenset())
                found.append(Stem(entry, shape, reason, harmony, final_kind(shape), _MISSPELLED))
            else:  # an irregular shape, likewise
                pos = "v" if reason.startswith(("Person", "Command", "Verb")) else "prn"
                entry = next((own for own in entries if own.pos == pos), Entry(lemma, pos, 5, frozenset()))
                found.append(Stem(entry, shape, reason, harmony, final_kind(shape), 0.0))
        return found

    def shapes_of(self, lemma: str) -> list[str]:
        """How the stem of a citation form may be spelled, the form itself first; those of irregular words are left out.

        Not every one is a stem of it: `stems` says which are.
        """
        found = [lemma] if lemma in self else []
        for entry in self.entries(lemma):
            if lemma[-1] in _SOFTENED:
                found.append(lemma[:-1] + _SOFTENED[lemma[-1]])
            found += [ALTERNATIONS[flag](lemma) for flag in entry.flags if flag in ALTERNATIONS]
        return list(dict.fromkeys(found))

    def all_shapes(self) -> frozenset[str]:
        """Every string for which `stems` finds any, and some more."""
        self.read_all()
        changed = []
        lines, alternants = self._whole.lines, self._whole.alternants
        for lemma, line in lines.items():
            last = lemma[-1]
            if last in _SOFTENED:
                changed.append(lemma[:-1] + _SOFTENED[last])
            elif last in "aə" and "v" in line:
                changed += [lemma[:-1] + narrow for narrow in NARROWED_TO]
        return frozenset().union(lines, alternants, changed)

    @cached_property
    def irregular_shapes(self) -> dict[str, list[str]]:
        """The lemmas with shapes that no rule gives, each with these."""
        found: dict[str, list[str]] = {}
        for shape, reasons in irregular(self._irregular_text.split("\n")).items():
            for lemma, _ in reasons:
                found.setdefault(lemma, []).append(shape)
        return found

    def irregular_shapes_of(self, lemma: str) -> list[str]:
        """Those of one lemma; the whole file is taken apart only for one who asks for many."""
        if self._looked_for >= _MANY_LOOKED_FOR:
            return self.irregular_shapes.get(lemma, [])
        self._looked_for += 1
        text = self._irregular_text
        shapes = [text[text.rfind("\n", 0, place) + 1 : place] for place in places_of(f"\t{lemma}\t", text)]
        return [shape for shape in shapes if shape[0] != "#"]

    def _widened(self, shape: str) -> list[Entry]:
        """The verbs in -a or -ə that are written as they are spoken before y: istə, isti-yir; oyna, oynu-yur."""
        rest = shape[:-1]
        if len(rest) < 2:  # there are no such verbs
            return []
        lemma = rest + ("a" if harmony_class(rest) < 2 else "ə")
        return [entry for entry in self.entries(lemma) if entry.pos == "v"]

    def typed_stems(self, typed: str, spelling: str) -> tuple[Stem, ...]:
        """The stems that are typed so; `spelling` is a key of `alphabet.SPELLINGS`."""
        if spelling == "proper":
            return self.stems(typed)
        return tuple([stem for shape in self.shapes(typed, spelling) for stem in self.stems(shape)])

    def shapes(self, typed: str, spelling: str) -> list[str]:
        """The proper spellings of the stems that are typed so; `spelling` is a key of `alphabet.SPELLINGS`."""
        found = self._typed_as(typed, spelling)
        if (last := _TYPED_SOFT.get(typed[-1])) is not None:
            hard, soft = last
            found += [lemma[:-1] + soft for lemma in self._typed_as(typed[:-1] + hard, spelling) if lemma[-1] == hard]
        elif (narrowed := _TYPED_NARROW.get(typed[-1])) is not None and len(typed) > 2:  # basliyir, of başla
            lemmas = [lemma for wide in "ae" for lemma in self._typed_as(typed[:-1] + wide, spelling)]
            shapes = [lemma[:-1] + narrowed[lemma[-1]] for lemma in lemmas if lemma[-1] in narrowed]
            found += [shape for shape in shapes if shape not in found]
        return found

    def _typed_as(self, typed: str, spelling: str) -> list[str]:
        known = self._having(typed)
        found = [typed] if typed in known.lines or typed in known.alternants else []
        with_a = spelling == "ascii-a"
        index = (self._having(typed, spelling) if with_a else known).typed(spelling)
        if typed in index:
            found += index[typed].split("\t")
        if with_a and typed in known.typed("ascii"):
            found += [shape for shape in known.typed("ascii")[typed].split("\t") if "ə" not in shape]
        return found


def _before_last_part(text: str) -> str:
    """What stands before the last part of a word with hyphens, with the letters that are typed for each other alike."""
    return flattened(fold(text[: text.rindex("-") + 1]))


def _columns(lemma: str, line: str) -> list[tuple[str, int, frozenset[str]]]:
    columns = line.split("\t")
    if len(columns) != 3:
        raise LexiconError(
            f"lexicon entry {lemma!r}: expected parts of speech, frequency class and flags, found {line!r}"
        )
    parts, frequency, flags = columns[0].split(","), columns[1], columns[2]
    marks = frozenset(() if flags == "-" else flags.split(","))
    for what, unknown in (("part of speech", set(parts) - POS_NAMES.keys()), ("flag", marks - _FLAGS)):
        if unknown:
            raise LexiconError(f"lexicon entry {lemma!r}: unknown {what} {min(unknown)!r}")
    if frequency not in _FREQUENCIES:
        raise LexiconError(f"lexicon entry {lemma!r}: the frequency class is 1 to 5, not {frequency!r}")
    return [(pos, int(frequency), marks) for pos in parts]


def _kind_of(entry: Entry) -> int:
    last = entry.lemma[-1]
    if last not in "qkt":  # nearly all
        return VOWEL if last in VOWELS else CONSONANT
    hard = "voice" in entry.flags if last == "t" else _softens(entry) and entry.pos != "np"
    return HARD if hard else CONSONANT


def _softens(entry: Entry) -> bool:
    """Whether the final q or k of the entry becomes ğ or y before a vowel: only after a vowel, not in one syllable."""
    lemma = entry.lemma
    return (
        entry.pos != "v"
        and "hard" not in entry.flags
        and lemma[-1] in "qk"
        and lemma[-2:-1] in VOWELS
        and not VOWELS.isdisjoint(lemma[:-2])
    )


def _stem(shape: str, harmony: int, entry: Entry, kind: int, rank: int) -> Stem:
    state, cost = _START[entry.pos]
    cost += _FREQUENCY_COST[entry.frequency] + 0.3 * rank
    stem: Stem = _made(Stem, (entry, shape, state, harmony, kind, cost))
    return stem
