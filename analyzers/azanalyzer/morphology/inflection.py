"""Putting inflection back: the forms of a term whose ending is typed so, properly spelled, one slip allowed.

What was typed is folded, as an ASCII keyboard types it; the forms have their Azerbaijani letters. A suffix that makes
another word (kitab, kitabxana) is none of these endings.
"""

from __future__ import annotations

from collections.abc import Iterator

from azanalyzer.alphabet import capitalized, fold
from azanalyzer.cache import Cache
from azanalyzer.morphology.lexicon import NARROWED
from azanalyzer.morphology.morphotactics import Parse, Remainders
from azanalyzer.morphology.phonology import CONSONANT, HARD, NARROW, SOFT, VOWEL, VOWELS, final_kind, harmony_class
from azanalyzer.morphology.readings import Morphology
from azanalyzer.synonyms import Acronyms
from azanalyzer.tuples import NamedTuple

__all__ = ["Form", "Inflection"]

_SPELLING = "ascii"
_REMEMBERED = 4_000  # terms
_LONGEST_ENDING = 16  # letters in which a slip is looked for
_RARER_NAME = 3  # the frequency class up to which a name may as well be written otherwise
# The states of terms that the lexicon does not have and what speaks against each.
_UNKNOWN = (("Noun", 0.5), ("Verb", 1.5))


class Form(NamedTuple):
    """A form of a term as it is properly spelled, and what speaks against it, as in `readings`."""

    surface: str
    cost: float


class _Stem(NamedTuple):
    shape: str
    following: Remainders
    cost: float


class Inflection:
    """Forms of terms by their endings; `acronyms` says how those are written. Thread-safe as the morphology is."""

    def __init__(self, morphology: Morphology, acronyms: Acronyms) -> None:
        self._morphology = morphology
        self._acronyms = acronyms
        self._stems = Cache(self._find_stems, _REMEMBERED)

    def cuts(self, typed: str) -> list[int]:
        """How many letters may stand before the ending of a folded word, the most first: all of them, then fewer."""
        return self._morphology.lengths(typed, _SPELLING)

    def forms(self, term: str, ending: str) -> list[Form]:
        """The forms of `term` with an ending that is typed `ending`, which may be empty."""
        return [
            Form(stem.shape + _surface(path), stem.cost + path.cost)
            for stem in self._stems[term]
            for path in stem.following[ending]
            if not path.derived
        ]

    def forms_near(self, term: str, ending: str) -> list[Form]:
        """The forms of `term` with an ending that is typed `ending` but for one slip.

        A slip is a letter too many, too few or wrong, or two neighbours swapped.
        """
        if not 0 < len(ending) <= _LONGEST_ENDING:
            return []
        found: dict[str, float] = {}
        for stem in self._stems[term]:
            for surface, cost in _near(stem.following, ending):
                surface = stem.shape + surface
                found[surface] = min(found.get(surface, 99.0), stem.cost + cost)
        return [Form(surface, cost) for surface, cost in found.items()]

    def begun(self, term: str, typed: str) -> list[Form]:
        """The forms of `term` that begin as typed, folded, within an ending, with as few suffixes as that takes.

        What is spelled as a root is before some suffixes only (otağ) has begun their ending.
        """
        found = []
        for stem in self._stems[term]:
            shape = fold(stem.shape)
            if typed.startswith(shape) and (len(typed) > len(shape) or stem.shape != term):
                forms = _begun(stem.following, typed[len(shape) :])
                found += [Form(stem.shape + surface, stem.cost + cost) for surface, cost in forms]
        return found

    def citation(self, term: str) -> str:
        """A term as dictionaries have it: a verb in the infinitive, a name with its capitals; others as they are."""
        entries = self._morphology.lexicon.entries(term)
        usual = max(entries, key=lambda entry: entry.frequency).pos if entries else ""
        if usual == "v":
            return term + ("maq" if harmony_class(term) < 2 else "mək")
        return self._acronyms.written(term) or capitalized(term) if usual == "np" else term

    def tells_capitals(self, term: str) -> bool:
        """Whether the lexicon tells which letters of a term are capitals.

        It does not of rarer names and those with an i first (iPhone, Intel), nor of what is spelled out (SSD).
        """
        entries = self._morphology.lexicon.entries(term)
        if self._acronyms.written(term):
            return True
        if not entries or VOWELS.isdisjoint(term):
            return False
        usual = max(entries, key=lambda entry: entry.frequency)
        return usual.pos != "np" or (usual.frequency > _RARER_NAME and term[0] != "i")

    def _find_stems(self, term: str) -> tuple[_Stem, ...]:
        lexicon = self._morphology.lexicon
        follow = self._morphology.morphotactics.remainders
        found = [
            # How rare a word is its frequency in the index says better than the lexicon.
            _Stem(
                stem.shape,
                follow(stem.state, stem.harmony, stem.kind, _SPELLING),
                NARROWED if stem.kind == NARROW else 0.0,
            )
            for shape in lexicon.shapes_of(term)
            for stem in lexicon.stems(shape)
            # Behind any sound a stem that is not the term is one misspelled, uşağ-lar; proper ones are particular.
            if stem.entry.lemma == term and (shape == term or stem.kind not in (VOWEL, CONSONANT))
        ]
        if not found:
            for state, cost in _UNKNOWN:
                for shape, kind in _unknown_shapes(term) if state == "Noun" else [(term, final_kind(term))]:
                    found.append(_Stem(shape, follow(state, harmony_class(shape), kind, _SPELLING), cost))
        return tuple(found)


def _surface(path: Parse) -> str:
    return "".join(step.surface for step in path.steps)


def _unknown_shapes(term: str) -> list[tuple[str, int]]:
    """The shapes of a noun that the lexicon does not have: çardaq and çardağ-, as the guesser undoes them."""
    if len(term) > 3 and ((term[-1] == "q" and term[-2] in VOWELS) or term[-2:] in ("ək", "ik", "ük")):
        return [(term, HARD), (term[:-1] + ("ğ" if term[-1] == "q" else "y"), SOFT)]
    return [(term, final_kind(term))]


def _near(following: Remainders, typed: str) -> Iterator[tuple[str, float]]:
    """The chains of suffixes one slip away from `typed`, as surface and cost."""
    waiting: list[tuple[Remainders, str, str, float]] = [(following, typed, "", 0.0)]
    while waiting:
        following, rest, before, cost = waiting.pop()
        if len(rest) == 1 and following.accepts:
            yield before, cost
        for spelled, all_ways in following.suffixes.items():
            ways = [way for way in all_ways if not way[1].derives]
            if not ways:
                continue
            if rest.startswith(spelled):
                for _, transition, surface, _, after in ways:
                    waiting.append((after, rest[len(spelled) :], before + surface, cost + transition.cost))
            for left in _one_slip(spelled, rest):
                for _, transition, surface, _, after in ways:
                    for path in after[left]:
                        if not path.derived:
                            yield before + surface + _surface(path), cost + transition.cost + path.cost


def _begun(following: Remainders, typed: str) -> Iterator[tuple[str, float]]:
    """The shortest chains of suffixes that begin with `typed`, as surface and cost."""
    waiting: list[tuple[Remainders, str, str, float]] = [(following, typed, "", 0.0)]
    while waiting:
        following, rest, before, cost = waiting.pop()
        for spelled, ways in following.suffixes.items():
            if not spelled.startswith(rest[:1]):
                continue
            for _, transition, surface, _, after in ways:
                if transition.derives:
                    continue
                if spelled.startswith(rest):
                    if after.accepts:
                        yield before + surface, cost + transition.cost
                elif rest.startswith(spelled):
                    waiting.append((after, rest[len(spelled) :], before + surface, cost + transition.cost))


def _one_slip(meant: str, typed: str) -> list[str]:
    """What is left of `typed` behind a beginning that is exactly one slip away from `meant`, in each way."""
    same = 0
    most = min(len(meant), len(typed))
    while same < most and meant[same] == typed[same]:
        same += 1
    length = len(meant)
    found = []
    if len(typed) > length and typed[same + 1 : length + 1] == meant[same:]:  # a letter too many
        found.append(typed[length + 1 :])
    if same == length:
        return found
    if typed[same : length - 1] == meant[same + 1 :]:  # one too few
        found.append(typed[length - 1 :])
    if len(typed) < length:
        return found
    if typed[same + 1 : length] == meant[same + 1 :]:  # a wrong one
        found.append(typed[length:])
        if same + 1 == length and typed[length : length + 1] == meant[-1]:  # swapped with the next suffix's first
            found.append(typed[length - 1] + typed[length + 1 :])
    elif typed[same : same + 2] == meant[same + 1] + meant[same] and typed[same + 2 : length] == meant[same + 2 :]:
        found.append(typed[length:])
    return found
