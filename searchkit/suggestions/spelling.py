"""Putting a word right: the forms of terms of the index that its writer may have meant, the likeliest first.

The index holds roots and people type inflected forms. So a typed word is taken as the beginning of a term and an ending
that an automaton of suffixes knows, at most one of the two with a slip in it, and what is offered is a whole form with
its inflection put back. Its cost is that of the slips (see `slips`), of its reading, and of the rarity of its term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log
from typing import TYPE_CHECKING

import numpy as np

from azanalyzer import fold, lower
from azanalyzer.spellings import lacks_diacritics, softened
from azanalyzer.tuples import NamedTuple
from searchkit.backend import View
from searchkit.querytree import Phrase, Query
from searchkit.ranking import Ranking
from searchkit.suggestions.neighbours import keys_of, neighbours
from searchkit.suggestions.slips import MOST_SLIPS, ONE_SLIP, slip_cost

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from azanalyzer.morphology.inflection import Form
    from azanalyzer.morphology.readings import Reading
    from searchkit.backend import Snapshot

__all__ = ["SOFT", "VOWEL", "Correction", "Speller"]

_LONGEST = 30  # letters; a longer word is not put right
_SHORTEST_HEAD = 3  # letters of a term in which a slip is looked for
_MOST_TERMS = 80  # terms with a slip that are looked at, the most frequent
_SHORTEST_FOR_TWO = 6  # letters of a word in which two slips are looked for where one is not enough
_SLIPS_OF_A_LETTER = 1.25  # what the slips of a word cost at most for each of its letters: a name is no other name
_SLIPS_UNSEEN = 1.0  # likewise where no document has the form: başkent is no başkən
_MOST_READ = 6  # forms that are read to see whether they are found
_UNUSED = 0.5  # documents that a word of the language counts for that is in none
_FREQUENCY = 0.5  # how much the logarithm of a term's frequency counts
_DOUBT = 3.0  # how much likelier another word must be than a rare one that the index has, as a logarithm
_MISSED = 3.5  # what speaks against a word of the language that no document has
_READING = 0.6  # how much the cost of a reading counts
VOWEL = re.compile("[aeiou]")  # folded
# How a term ends, folded, whose shape before a vowel ends in this letter: otaq otağı, çörək çörəyi, mövqe mövqeyi.
SOFT = {"g": ("q",), "y": ("k", ""), "d": ("t",)}


class Correction(NamedTuple):
    """A form that may have been meant: how it is spelled, its term, in how many documents, what speaks against it."""

    surface: str
    term: str
    frequency: int
    slips: float
    cost: float


class _Part(NamedTuple):
    """A word as a term typed so and an ending; `near` says whether a slip in the term is looked for as well."""

    head: str
    ending: str
    near: bool


class Speller:
    """Puts words right by the terms of one snapshot."""

    def __init__(self, snapshot: Snapshot, fields: list[str], analyzer: Analyzer) -> None:
        self._snapshot = snapshot
        self._fields = fields
        self._analyzer = analyzer
        self._inflection = analyzer.inflection
        # One word is asked for more than once.
        self._own: dict[str, float | None] = {}
        self._accented: dict[tuple[str, bool], list[Correction]] = {}

    def frequency(self, term: str) -> int:
        """In how many documents a term stands, those with it in several fields counted several times."""
        return sum(self._snapshot.frequency(field, term) for field in self._fields)

    def has_form(self, term: str, surface: str) -> bool:
        """Whether a term stands in a document in this form, in lower case; now and then another is taken for it."""
        return self._with_form(term, surface) > 0

    def _with_form(self, term: str, surface: str) -> int:
        return sum(self._snapshot.with_form(field, term, surface) for field in self._fields)

    def stand_together(self, first: str, second: str) -> bool:
        """Whether two words stand beside each other in a document, the second in any form; neither is a stop word."""
        terms = [self._analyzer.terms(word) for word in (first, second)]
        if any(len(found) != 1 or self.say_nothing(found) for found in terms) or not self.has_form(terms[0][0], first):
            return False
        return self.are_beside(terms)

    def are_beside(self, places: Sequence[Sequence[str]]) -> bool:
        """Whether words stand beside each other in a document, each any of some terms."""
        query = Query(Phrase(None, tuple(map(tuple, places))), fields=dict.fromkeys(self._fields, 1.0))
        return self._snapshot.search(query, View(1), Ranking.plain()).total > 0

    def read(self, typed: str) -> Reading:
        """The likeliest reading of a word that was typed in ASCII."""
        terms = self._analyzer.query_terms(typed, True)
        return self._analyzer.explain(terms[0][0] if len(terms) == 1 else typed).best

    def say_nothing(self, terms: Iterable[str]) -> bool:
        """Whether all the terms are stop words."""
        return self._analyzer.stop_words.issuperset(terms)

    def own_frequency(self, word: str) -> float | None:
        """In how many documents a word stands as it is spelled; None if it is no plain word, which is left alone.

        A word of the language that is in no document counts a little.
        """
        if word not in self._own:
            self._own[word] = self._find_own_frequency(word)
        return self._own[word]

    def is_unused(self, word: str) -> bool:
        """Whether this is a word of the language that no document has."""
        return self.own_frequency(word) == _UNUSED

    def _find_own_frequency(self, word: str) -> float | None:
        term = self._plain_term(word)
        if term is None:
            return None
        source = self._analyzer.explain(word).best.source
        frequency = self.frequency(term)
        if not frequency:
            return _UNUSED if source in ("lexicon", "ascii") else 0.0
        return 0.0 if self._stands_otherwise(term, lower(word), source) else float(frequency)

    def _plain_term(self, word: str) -> str | None:
        """The term of a word; None if it is no plain word, or an acronym, near to words only by chance."""
        tokens = list(self._analyzer.tokens(word))
        if len(tokens) != 1 or tokens[0].kind not in ("word", "acronym"):
            return None
        if word.isupper() and not VOWEL.search(fold(word)):
            return None
        return tokens[0].term

    def of_russian_keyboard(self, word: str) -> list[str]:
        """How a word in Russian letters, in lower case, may be typed in ASCII; none where documents have it as is."""
        from azanalyzer.scripts import of_russian_keyboard

        tokens = list(self._analyzer.tokens(word))
        is_russian = len(tokens) == 1 and tokens[0].kind == "russian"
        return of_russian_keyboard(word) if is_russian and not self.frequency(tokens[0].term) else []

    def _stands_otherwise(self, term: str, typed: str, source: str) -> bool:
        """Whether documents have a term, but not as it is typed in lower case and read from `source`."""
        if source == "ascii":  # known by its diacritics, unless documents have it as it is typed alone
            return not self.has_form(term, typed) or bool(self.accented(typed, True))
        if not typed.isascii():
            return False
        meant = self.accented(typed, True)  # a usual misspelling: inkisaf
        return bool(meant) and all(other.term == term and other.surface != typed for other in meant)

    def corrections(self, typed: str, in_ascii: bool = False) -> list[Correction]:
        """What a word of letters in lower case may have been meant for, the likeliest first; itself may be among it."""
        folded = fold(typed)
        if not (2 <= len(folded) <= _LONGEST and folded.isascii() and folded.isalpha()):
            return []
        forms: dict[str, tuple[str, float]] = {}
        exact, near = self._terms(_parts(folded, self._inflection.cuts))
        for term, ending in [*exact, *near]:
            _keep(forms, term, self._inflection.forms(term, ending))
        for term, ending in exact:
            _keep(forms, term, self._inflection.forms_near(term, ending))
        most = _SLIPS_OF_A_LETTER * len(typed)
        found = self._ranked(typed, forms, in_ascii, most)
        if len(folded) >= _SHORTEST_FOR_TWO and not (found and found[0].slips <= ONE_SLIP):
            for term, ending in self._far(folded, len(self._analyzer.explain(typed).best.root)):
                _keep(forms, term, self._inflection.forms(term, ending))
            found = self._ranked(typed, forms, in_ascii, most)
        return found

    def accented(self, typed: str, in_ascii: bool = False) -> list[Correction]:
        """What a word was meant for that only lacks diacritics, the likeliest first, without a look at all terms."""
        known = self._accented.get((typed, in_ascii))
        if known is None:
            known = self._accented[typed, in_ascii] = self._find_accented(typed, in_ascii)
        return known

    def spelled_alone(self, typed: str) -> str | None:
        """How a word in ASCII is spelled, if it may mean one term only, whether or not a document has that."""
        lacking = self._lacking(typed)
        terms = {term for term, _ in lacking.values()}
        return min(lacking, key=lambda surface: lacking[surface][1]) if len(terms) == 1 else None

    def _lacking(self, typed: str) -> dict[str, tuple[str, float]]:
        """The forms that a word is without its diacritics, also with its root left as it is, by their term and cost."""
        folded = fold(typed)
        forms: dict[str, tuple[str, float]] = {}
        if len(folded) > _LONGEST:
            return forms
        for term in self._analyzer.query_terms(typed, True)[0]:
            for length in self._inflection.cuts(folded):
                _keep(forms, term, self._inflection.forms(term, folded[length:]))
        return {
            surface: form
            for surface, form in forms.items()
            if lacks_diacritics(typed, surface) or lacks_diacritics(softened(typed), surface)
        }

    def _find_accented(self, typed: str, in_ascii: bool) -> list[Correction]:
        lacking = self._lacking(typed)
        # Not of a name that documents have as it is typed, and never otherwise: Con is no form of çön.
        return [
            meant
            for meant in self._ranked(typed, lacking, in_ascii)
            if self.has_form(meant.term, meant.surface) or 2 * self._with_form(meant.term, typed) <= meant.frequency
        ]

    def first_read(self, typed: str, found: Sequence[Correction]) -> Correction:
        """The one of `found` that the analyzer takes `typed` for first, whichever of them the documents prefer."""
        order = self._analyzer.query_terms(typed, True)[0]
        return min(found, key=lambda meant: order.index(meant.term) if meant.term in order else len(order))

    def may_replace(self, meant: Correction, word: str, own: float) -> bool:
        """Whether a correction may stand for a word that stands in `own` documents, as `own_frequency` says.

        A word of the language gives way only to what a document has in just this form and that is no dearer to read;
        one that some document has only to another word that is far more frequent.
        """
        if not own:
            return True
        if own >= 1 and log(meant.frequency / own) <= meant.slips + _DOUBT:
            return False
        read = self._analyzer.explain(word).best
        if own >= 1 and read.source != "lexicon":
            return True
        other = self._analyzer.explain(meant.surface).best
        if other.cost > read.cost or not self.has_form(meant.term, meant.surface):
            return False
        if own >= 1:
            return read.root != other.root and read.base != other.base
        # The fewer documents there are, the less it says that none has the word.
        return meant.cost + _FREQUENCY * log(len(self._snapshot)) < read.cost + _MISSED

    def _ranked(
        self, typed: str, forms: dict[str, tuple[str, float]], in_ascii: bool, most: float = MOST_SLIPS
    ) -> list[Correction]:
        """The forms whose slips cost at most `most` and that a search finds, the likeliest first."""
        ranked = []
        unseen = _SLIPS_UNSEEN * len(typed)
        for surface, (term, cost) in forms.items():
            slips = slip_cost(typed, surface, in_ascii)
            if slips <= most and (slips <= unseen or self.has_form(term, surface)):
                ranked.append((slips + _READING * cost - _FREQUENCY * log(self.frequency(term) + 1), slips, surface))
        return list(self._found(sorted(ranked)[:_MOST_READ]))

    def _found(self, ranked: list[tuple[float, float, str]]) -> Iterator[Correction]:
        """Those that a search for them finds, and what says nothing also where no document has it."""
        for cost, slips, surface in ranked:
            terms = self._analyzer.terms(surface)
            if len(terms) == 1 and ((frequency := self.frequency(terms[0])) or self.say_nothing(terms)):
                yield Correction(surface, terms[0], frequency, slips, cost)

    def _terms(self, parts: list[_Part]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The terms that the word may begin with, each with the ending: as they are typed, and with a slip."""
        keys, owners = keys_of([part.head for part in parts])
        lengths = np.array([len(part.head) for part in parts])
        nears = np.array([part.near for part in parts])
        whole = np.append(owners[1:] != owners[:-1], True)  # the last key of each head is that of all its letters
        wanted = whole | nears[owners]
        keys, owners, whole = keys[wanted], owners[wanted], whole[wanted]
        exact: dict[tuple[str, str], None] = {}  # in an order that is the same in each process, for equal ones
        near: dict[tuple[str, str], int] = {}
        for field in self._fields:
            for vocabulary in self._snapshot.vocabularies(field):
                table = neighbours(vocabulary)
                places, numbers = table.find(keys)
                heads = owners[places]
                same = whole[places] & (table.lengths[numbers] == lengths[heads])
                for place, number in zip(heads[same].tolist(), numbers[same].tolist(), strict=True):
                    exact[table.terms[number], parts[place].ending] = None
                other = nears[heads] & ~same
                heads, numbers = heads[other], numbers[other]
                frequencies = vocabulary.frequencies[numbers]
                best = np.argsort(-frequencies, kind="stable")[: 2 * _MOST_TERMS]
                for place, number, frequency in zip(
                    heads[best].tolist(), numbers[best].tolist(), frequencies[best].tolist(), strict=True
                ):
                    key = (table.terms[number], parts[place].ending)
                    near[key] = max(near.get(key, 0), frequency)
        return list(exact), sorted(near, key=near.__getitem__, reverse=True)[:_MOST_TERMS]

    def _far(self, folded: str, root: int) -> Iterator[tuple[str, str]]:
        """The terms two slips away from the word and from its guessed root, with the endings."""
        for length in {root, len(folded)}:
            for field in self._fields:
                for vocabulary in self._snapshot.vocabularies(field):
                    table = neighbours(vocabulary)
                    for number in table.within(folded[:length], 2)[:_MOST_TERMS].tolist():
                        yield table.terms[number], folded[length:]


def _parts(folded: str, cuts: Callable[[str], list[int]]) -> list[_Part]:
    """The ways to take a folded word as a term and an ending."""
    found = []
    lengths = set(cuts(folded))
    for length in range(2, len(folded) + 1):
        head, ending = folded[:length], folded[length:]
        near = length in lengths and length >= _SHORTEST_HEAD
        found.append(_Part(head, ending, near))
        if ending and head[-1] in SOFT:
            found += [_Part(head[:-1] + last, ending, near) for last in SOFT[head[-1]]]
        # Neighbours swapped where the ending begins are no slip of either.
        if length < len(folded) and folded[length - 1] != folded[length]:
            swapped = folded[: length - 1] + folded[length] + folded[length - 1] + folded[length + 1 :]
            if length in cuts(swapped):
                found.append(_Part(swapped[:length], swapped[length:], False))
    return found


def _keep(forms: dict[str, tuple[str, float]], term: str, found: list[Form]) -> None:
    for surface, cost in found:
        known = forms.get(surface)
        if known is None or cost < known[1]:
            forms[surface] = (term, cost)
