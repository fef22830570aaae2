"""Reading a word: which root it has, which suffixes, and which reading is the best.

The rule: every split of the word into a stem of the lexicon and a chain of suffixes that the automaton accepts is a
reading. Its cost adds what speaks against it: a rare root, an unusual part of speech, each suffix (dearer the rarer
it is), derivation where the lexicon has no such word. A word that the lexicon lists as it is gets a bonus. The cheapest
reading wins; of equals, the longer root.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from operator import itemgetter

from azanalyzer.alphabet import PAIRS, SPELLINGS, fold, without_pairs
from azanalyzer.morphology.bases import Bases
from azanalyzer.morphology.cuts import Cuts
from azanalyzer.morphology.guesser import UNKNOWN_LETTER, Guesser
from azanalyzer.morphology.lexicon import Lexicon, Stem
from azanalyzer.morphology.morphotactics import Morphotactics, Parse
from azanalyzer.tuples import NamedTuple

__all__ = [
    "DERIVATION",
    "DOUBTFUL",
    "LIKELIER",
    "SHORTEST_DOUBTFUL",
    "WHOLE",
    "Morphology",
    "Reading",
    "Suffix",
    "suffixes_of",
]

_TYPED_MARGIN = 2.0  # how much dearer a reading may be than the best to count as meant
_MOST_TYPED = 4
_TYPED_A = 1.0  # what speaks against a typed for ə
_MEANT_BY_PAIRS = {**PAIRS, "gh": "ğq"}  # at the end gh may be the q that is spoken so
_SHORT = 3  # letters of a word that is read with a for ə even where another reading is there: an, man
_TYPED_WHOLE = 0.4  # what speaks for a word without suffixes besides: queries name things
_TYPED_AS_SPELLED = 0.3  # what speaks for the word that needs no Azerbaijani letter
_FUNCTION_WORDS = frozenset(["post", "cnj", "part"])

# Looked up in vain before it pays to list all shapes: a process that reads a few words should not pay for that.
_MANY = 2_000
_ALL = -1  # states, as a set of bits
_FEW = 100  # words that are parsed at every place, before it pays to find out where that is in vain
_NO_CANDIDATE: tuple[float, None] = (math.inf, None)

WHOLE = 0.6  # what speaks for a word that stands in the lexicon as it is
DERIVATION = 1.0  # added once when the derived word is not in the lexicon
# A reading of a word without Azerbaijani letters that is so dear, and no word of the lexicon itself, is believed only
# where the word is not so much likelier as typed on an ASCII keyboard: insanin is insanın, and not of insani, humane.
# Names and rare words of few letters are as they stand: Cemi, of Cem.
DOUBTFUL = 2.2
LIKELIER = 2.0
SHORTEST_DOUBTFUL = 5


class Suffix(NamedTuple):
    """One suffix of a reading: its grammatical name and its letters as they should be spelled."""

    name: str
    surface: str
    derives: bool


class Reading(NamedTuple):
    """One way to read a word.

    `term` is what goes into the index: the root with its derivational suffixes. `base` is the root that a derived
    term comes from (the term itself where there is none). `cost` is as in the module. `source` is "lexicon", "ascii",
    "guess" or "surface", as `azanalyzer.explanation` puts them in words; of a token that is no word, its kind.
    """

    term: str
    base: str
    root: str
    pos: str
    suffixes: tuple[Suffix, ...]
    cost: float
    source: str


class _Heads(dict[str, "tuple[tuple[float, str, str, int], ...]"]):
    """The stems in one spelling by their letters, made when first asked for: cost, lemma, shape, what may follow.

    What may follow is given by its number among all `Remainders`: with a reference in it, each of the many tuples would
    be work for the garbage collector.

    `shapes` holds, once it pays to have them, all strings that there may be stems for.
    """

    def __init__(
        self, lexicon: Lexicon, morphotactics: Morphotactics, spelling: str = "proper", proper: _Heads | None = None
    ) -> None:
        """`proper` are those in proper spelling, of which all others are made."""
        super().__init__()
        self._lexicon = lexicon
        self._morphotactics = morphotactics
        self._spelling = spelling
        self._proper = proper
        self._numbers: dict[int, int] = {}  # of what may follow in this spelling, by the number in proper spelling
        # Most shapes have the same few hundred patterns of stems: cost, what the lemma has as its last letter where it
        # is not the shape, what may follow.
        self._patterns: dict[object, tuple[tuple[float, str, int], ...]] = {}
        self.shapes: frozenset[str] | None = None
        self._missed = 0

    def __missing__(self, head: str) -> tuple[tuple[float, str, str, int], ...]:
        if self._proper is None and self.shapes is None:
            self._missed += 1
            if self._missed > _MANY:
                self.shapes = self._lexicon.all_shapes()
        found = self.made(head)
        if found:  # else not remembered: there is no end of such strings
            self[head] = found
        return found

    def made(self, head: str) -> tuple[tuple[float, str, str, int], ...]:
        """The stems of `head`, without remembering them."""
        proper = self._proper
        if proper is None:
            return self._of(head)
        shapes = self._lexicon.shapes(head, self._spelling)
        if not shapes:  # as for most
            return ()
        stems = [stem for shape in shapes for stem in proper.get(shape) or proper.made(shape)]
        return tuple([(cost, lemma, shape, self._respelled(number)) for cost, lemma, shape, number in stems])

    def _respelled(self, number: int) -> int:
        """What may follow in this spelling where that is what may in proper spelling."""
        own = self._numbers.get(number)
        if own is None:
            following = self._morphotactics.numbered[number].respelled(self._spelling)
            own = self._numbers[number] = following.number
        return own

    def _of(self, shape: str) -> tuple[tuple[float, str, str, int], ...]:
        """The stems that are spelled `shape`."""
        alike = self._lexicon.likeness(shape)
        pattern = None if alike is None else self._patterns.get(alike)
        if pattern is None:
            stems = self._lexicon.stems(shape)
            follow = self._morphotactics.remainders
            found = tuple(
                [
                    (cost, entry.lemma, shape, follow(state, harmony, kind).number)
                    for entry, _, state, harmony, kind, cost in stems
                ]
            )
            if alike is not None:
                self._patterns[alike] = tuple(
                    [(cost, "" if lemma == shape else lemma[-1], number) for cost, lemma, _, number in found]
                )
            return found
        return tuple([(cost, shape[:-1] + last if last else shape, shape, number) for cost, last, number in pattern])


class Morphology:
    """The lexicon and the automaton together."""

    def __init__(self, lexicon: Lexicon, morphotactics: Morphotactics) -> None:
        self.lexicon = lexicon
        self.morphotactics = morphotactics
        self._spelled: dict[str, tuple[Cuts, _Heads]] = {}
        self._known_cuts: dict[bool, Cuts] = {}
        self._guesser = Guesser(morphotactics)
        self._bases = Bases(lexicon, morphotactics, self.lengths)

    def best(self, word: str, spelling: str = "proper") -> str | None:
        """The term of the cheapest reading, as the first of `readings` gives it; None where there is none."""
        return self.best_partly(word) if spelling == "partly" else self.cheapest(word, spelling)[1]

    def cheapest(self, word: str, spelling: str = "proper") -> tuple[float, str | None]:
        """What the cheapest reading costs, and its term; None where there is none."""
        cuts, heads = self._spelled.get(spelling) or self.in_spelling(spelling)
        node = cuts.made()
        if node is None:
            # For one word or a few: faster than the rest of this, and slower for many.
            return min(self._candidates(word, spelling), key=itemgetter(0), default=_NO_CANDIDATE)[:2]
        shapes, remainders = heads.shapes, self.morphotactics.numbered
        best_cost = math.inf
        term: str | None = None
        length, states = len(word), _ALL
        letters = iter(word[:0:-1])
        while length:
            head = word[:length]
            if shapes is None or head in shapes:
                rest = word[length:]
                for stem_cost, lemma, shape, number in heads[head]:
                    following = remainders[number]
                    if not states & following.bit:  # found out without parsing
                        continue
                    for path_cost, derived, _, _, _ in following[rest]:
                        cost = stem_cost + path_cost
                        if not rest:
                            cost -= WHOLE
                        if cost < best_cost:
                            if not derived:
                                best_cost, term = cost, lemma
                                continue
                            whole = shape + derived
                            if whole not in self.lexicon.lemmas:
                                cost += DERIVATION
                            if cost < best_cost:
                                best_cost, term = cost, whole
            for letter in letters:  # to the next place where suffixes may begin, as in `Cuts.lengths`
                node = node[letter]
                if node is None:
                    return best_cost, term
                length -= 1
                states = node.states
                if states:
                    break
            else:
                break
        return best_cost, term

    def best_partly(self, word: str) -> str | None:
        """`best` of a word of which some letters were typed in ASCII."""
        folded = fold(word)
        _, heads = self.in_spelling("ascii")
        listed, remainders = self.lexicon.lemmas, self.morphotactics.numbered
        best_cost = math.inf
        term: str | None = None
        for length in self.lengths(folded, "ascii"):
            rest = folded[length:]
            for stem_cost, lemma, shape, number in heads[folded[:length]]:
                if not _agrees(word[:length], shape):
                    continue
                for path in remainders[number][rest]:
                    cost = stem_cost + path.cost if rest else stem_cost + path.cost - WHOLE
                    if cost < best_cost and _agrees(word[length:], _surface(path)):
                        whole = shape + path.derived if path.derived else lemma
                        if whole in listed:
                            best_cost, term = cost, whole
        return term

    def in_spelling(self, spelling: str) -> tuple[Cuts, _Heads]:
        known = self._spelled.get(spelling)
        if known is None:
            cuts = self._cuts(spelling == "proper")
            proper = None if spelling == "proper" else self.in_spelling("proper")[1]
            known = self._spelled[spelling] = (cuts, _Heads(self.lexicon, self.morphotactics, spelling, proper))
        return known

    def make_tables(self) -> None:
        """Make what is made otherwise once many words have asked for it."""
        for spelling in SPELLINGS:
            cuts, heads = self.in_spelling(spelling)
            _ = cuts.root
            if spelling != "proper":
                self.lexicon.make_table(spelling)
            elif heads.shapes is None:
                heads.shapes = self.lexicon.all_shapes()

    def _cuts(self, proper: bool) -> Cuts:
        """Those of proper spelling, or the one automaton for all others, which share most of their suffixes."""
        known = self._known_cuts.get(proper)
        if known is None:
            respell = [function for spelling, function in SPELLINGS.items() if (spelling == "proper") == proper]
            known = self._known_cuts[proper] = Cuts(self.morphotactics, *respell, few=_FEW)
        return known

    def lengths(self, word: str, spelling: str) -> list[int]:
        """How long the stem of `word` may be, the longest first: the whole, and wherever suffixes may begin."""
        return self.in_spelling(spelling)[0].lengths(word)

    def readings(self, word: str, spelling: str = "proper") -> list[Reading]:
        """The readings of a lower-cased word from the lexicon, the cheapest first; see the module for the rule.

        With `spelling` "ascii" or "ascii-a" the word is taken as typed without Azerbaijani letters and the readings
        give the proper spelling; the word itself must be folded then. With "partly" some letters were typed so.
        """
        best: dict[tuple[str, str, str], tuple[float, Stem, Parse]] = {}
        for cost, term, stem, parse in self._candidates(word, spelling):
            key = (term, stem.entry.lemma, stem.entry.pos)
            if key not in best or cost < best[key][0]:
                best[key] = (cost, stem, parse)
        ranked = sorted(best.items(), key=lambda item: item[1][0])  # stable: of equals, the longer root stays first
        return [self._reading(term, cost, stem, parse) for (term, _, _), (cost, stem, parse) in ranked]

    def _candidates(self, word: str, spelling: str) -> Iterator[tuple[float, str, Stem, Parse]]:
        """Every reading as cost, term, stem and parse of the rest, the longer stems first."""
        if spelling == "partly":
            for candidate in self._candidates(fold(word), "ascii"):
                # Only words that the lexicon lists: derivation and a change of letters together read too much.
                _, term, stem, path = candidate
                if term in self.lexicon.lemmas and _agrees(word, stem.shape + _surface(path)):
                    yield candidate
            return
        parse = self.morphotactics.parse
        for length in self.lengths(word, spelling):
            rest = word[length:]
            for stem in self.lexicon.typed_stems(word[:length], spelling):
                entry, shape, state, harmony, kind, stem_cost = stem
                for path in parse(rest, state, harmony, kind, spelling):
                    cost = stem_cost + path.cost
                    if not rest:
                        cost -= WHOLE
                    if not path.derived:
                        yield cost, entry.lemma, stem, path
                        continue
                    term = shape + path.derived
                    yield cost if term in self.lexicon.lemmas else cost + DERIVATION, term, stem, path

    def _reading(self, term: str, cost: float, stem: Stem, path: Parse) -> Reading:
        root = stem.entry.lemma
        return Reading(
            term, self.base(root) or root, root, stem.entry.pos, suffixes_of(path), round(cost, 2), "lexicon"
        )

    def base(self, term: str) -> str | None:
        """See `Bases.of`."""
        return self._bases.of(term)

    def comes_from(self, term: str, root: str) -> bool:
        """See `Bases.comes_from`."""
        return self._bases.comes_from(term, root)

    def typed(self, word: str) -> tuple[str, ...]:
        """The terms of the lexicon that an ASCII-typed, folded word may mean, the best first."""
        met: dict[str, float] = {}  # of readings that have a letter for each pair: sheki is Şəki and not səki
        others: dict[str, float] = {}
        as_spelled = self.best(word)
        for spelling, extra in (("ascii", 0.0), ("ascii-a", _TYPED_A)):
            for variant, more in _with_single_letters(word):
                for reading in _without_homographs(self.readings(variant, spelling)):
                    cost = reading.cost + extra + more - (0 if reading.suffixes else _TYPED_WHOLE)
                    if reading.term == as_spelled:
                        cost -= _TYPED_AS_SPELLED
                    costs = met if variant == word or _meets_pairs(word, reading) else others
                    costs[reading.term] = min(cost, costs.get(reading.term, cost))
            if met and len(word) > _SHORT:
                break
        costs = met or others
        best = min(costs.values(), default=0.0)
        near = sorted((cost, other) for other, cost in costs.items() if cost <= best + _TYPED_MARGIN)
        return tuple([other for _, other in near[:_MOST_TYPED]])

    def guess(self, word: str) -> Reading:
        """The most plausible reading of a word that the lexicon does not have; the whole word where none is safe."""
        found = self._guesser.guess(word, self.lengths(word, "proper")[1:])
        if found is None:
            return Reading(word, word, word, "", (), round(UNKNOWN_LETTER * len(word), 2), "guess")
        pos, stem, path, cost = found
        return Reading(stem, stem, stem, pos, suffixes_of(path), round(cost, 2), "guess")


def suffixes_of(path: Parse) -> tuple[Suffix, ...]:
    """The suffixes of a parse, as a reading has them."""
    return tuple(Suffix(step.transition.label, step.surface, step.transition.derives) for step in path.steps)


def _surface(path: Parse) -> str:
    """The suffixes of a parse as they should be spelled."""
    return "".join([step.surface for step in path.steps])


def _agrees(typed: str, spelled: str) -> bool:
    """Whether every letter that an ASCII keyboard lacks is spelled as typed; a mark on a letter has no counterpart."""
    return len(typed) == len(spelled) and all(
        letter == proper or letter.isascii() for letter, proper in zip(typed, spelled, strict=True)
    )


def _without_homographs(readings: list[Reading]) -> list[Reading]:
    """The readings but those spelled like a likelier function word: ucun is üçün, for, and not üç-ün, of three."""
    kept: list[Reading] = []
    likeliest: dict[str, Reading] = {}
    for reading in readings:
        spelled = reading.root + "".join([suffix.surface for suffix in reading.suffixes])
        first = likeliest.setdefault(spelled, reading)
        if first is reading or first.suffixes or first.pos not in _FUNCTION_WORDS:
            kept.append(reading)
    return kept


def _with_single_letters(word: str) -> list[tuple[str, float]]:
    """The folded word, and that with single letters for `PAIRS`, each with what speaks against it.

    At the end gh may also stand for the q that is spoken so: torpagh.
    """
    single = fold(without_pairs(word))
    found = [(word, 0.0)] if single == word else [(word, 0.0), (single, 0.5)]
    return [*found, (single[:-1] + "q", 0.5)] if word.endswith("gh") else found


def _meets_pairs(word: str, reading: Reading) -> bool:
    """Whether the reading has a letter that is meant for each of the `PAIRS` in the typed word."""
    spelled = reading.term + "".join(suffix.surface for suffix in reading.suffixes)
    return all(
        pair not in word or any(letter in spelled for letter in meant) for pair, meant in _MEANT_BY_PAIRS.items()
    )
