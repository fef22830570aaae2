"""Which term a word of letters is indexed under, and what else it may mean: the lexicon's word on it, or a guess."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from operator import attrgetter

from azanalyzer import scripts
from azanalyzer.alphabet import PAIRS, fold, lower, lower_capitals, normalize
from azanalyzer.cache import Cache
from azanalyzer.morphology.morphotactics import Parse
from azanalyzer.morphology.phonology import ANY, CONSONANT, VOWEL, VOWELS
from azanalyzer.morphology.readings import (
    DOUBTFUL,
    LIKELIER,
    SHORTEST_DOUBTFUL,
    Morphology,
    Reading,
    Suffix,
    suffixes_of,
)
from azanalyzer.numerals import ROMAN_LETTERS, roman
from azanalyzer.patterns import pattern
from azanalyzer.spellings import has_own_letter, respellings
from azanalyzer.tokenizer import APOSTROPHES

__all__ = ["LONGEST_WORD", "Known", "WordTerms", "with_kind", "without_apostrophes"]

_CAPITALS = pattern(r"(?:[A-Z][a-z]+)?[A-ZƏĞŞÇÖÜİ]{2,}(?=[a-zəöüçşğı]+\Z)")  # BMT-nin without its hyphen, ChatGPT-nin
_INNER_I = pattern("(?<=[a-z])I")  # of a foreign name: LinkedIn
_MAY_BE_ROMAN = frozenset(ROMAN_LETTERS)
_PARTICLES = frozenset(["part", "cnj", "ij"])
_ENDINGS = frozenset(["am", "dan", "dən", "dir", "un", "ün"])
_SUFFIXES = 1_000  # remembered, and what was taken for some
_TYPED = 1_000  # words in ASCII whose meanings are remembered: a text may be one chunk with the same parts
_COMPOUNDS = 1_000  # remembered, most of which the lexicon lacks
_NEARLY, _NEARLY_NAME = 0.5, 1.0  # how much dearer a word itself may be than the form of another that it is read as
_AS_OFTEN = 1.2  # how much dearer the form of a noun may be than the adjective that it is read as: tarixi, elmi
_ONE_I = 1.0  # how much cheaper a word in capitals has to be with i for its I
_COMMON = 4  # frequency class of a verb whose stem by itself, an order, is meant too however dear: yüklə, no yük-lə
LONGEST_WORD = 48  # letters; real words have at most about 40, and a longer one must not cost more than its length

Known = str | tuple[str, str]  # what a word is: its term, and its kind where that is not "word"


def with_kind(known: Known) -> tuple[str, str]:
    """The term and the kind of a word."""
    return (known, "word") if isinstance(known, str) else known


def without_apostrophes(text: str) -> str:
    """`text` without apostrophes of any kind."""
    for mark in APOSTROPHES:
        text = text.replace(mark, "")
    return text


class WordTerms:
    """Reads words of letters by the morphology; remembers those that it has read."""

    def __init__(
        self,
        morphology: Morphology,
        acronyms: Container[str],
        abbreviations: frozenset[str],
        *,
        stem: bool,
        remember: int,
    ) -> None:
        self.morphology = morphology
        self.acronyms = acronyms
        self.abbreviations = abbreviations
        self.stem = stem
        self._known: Cache[str, Known] = Cache(self._plain, remember)
        self._suffixes = Cache(self._may_be_suffixes, _SUFFIXES)
        self._typed = Cache(morphology.typed, _TYPED)
        self._compounds = Cache(self._listed_compound, _COMPOUNDS)

    def remember(self, terms: Mapping[str, str]) -> None:
        """Know the terms of words, none of which may be a numeral, an acronym or an abbreviation."""
        for word, term in terms.items():
            self._known.put(word, term)

    def remember_no_compounds(self, texts: Iterable[str]) -> None:
        """Know that the lexicon has none of these words with hyphens between them as one."""
        for text in texts:
            self._compounds.put(text, None)

    def plain(self, text: str, before_stop: bool = False) -> tuple[str, str]:
        """Term and kind of a word of letters only, normalised before; a full stop after it may make it shortened."""
        if before_stop and (len(text) == 1 or (lower(text) in self.abbreviations and not text.isupper())):
            return lower(text), "abbreviation"
        return with_kind(self._known[text])

    def _plain(self, text: str) -> Known:
        if text.islower() and text[0] not in "ivxı":  # nearly every word: neither a numeral nor an acronym
            return self._term(text, text)
        if text.isupper():
            small = lower(text)
            number = roman(small)
            if number:
                return number, "roman"
            acronym = lower_capitals(text)
            if len(text) > 1 and (acronym in self.acronyms or (len(text) < 6 and not self.is_known(text, small))):
                return acronym, "acronym"
        elif len(text) > 1 and _MAY_BE_ROMAN.issuperset(text):
            number = roman(text)
            if number:
                return number, "roman"
        head = _CAPITALS.match(text)
        if head and self.is_suffix(lower(text[head.end() :])):  # BMTnin
            return lower_capitals(head.group()), "acronym"
        return self.term(text)

    def term(self, text: str) -> str:
        """The index term of a word of letters in any case, normalised before."""
        return self._term(text, self._lowered(text) if "I" in text else lower(text))

    def _lowered(self, text: str) -> str:
        """A word in lower case, with i for each I where software that knows one i only may have made the capitals."""
        small = lower(_INNER_I.sub("i", text))
        if not self.stem or not text.isupper() or "İ" in text or len(small) > LONGEST_WORD:
            return small
        dotted = small.replace("ı", "i")
        cost, dotted_cost = self.morphology.cheapest(small)[0], self.morphology.cheapest(dotted)[0]
        if dotted_cost + _ONE_I >= cost:  # as where neither is a word
            return small
        is_word = cost < math.inf or dotted_cost <= self.morphology.cheapest(fold(small), "ascii")[0] + _NEARLY
        return dotted if is_word else small

    def _term(self, text: str, small: str) -> str:
        if not self.stem or len(small) > LONGEST_WORD:
            return small
        cost, term = self.morphology.cheapest(small)
        if term is None:
            return self._respelled(text, small) or self._guess(text, small).term
        return self._likelier_typed(text, small, cost, term) or term

    def _likelier_typed(self, text: str, small: str, cost: float, term: str) -> str | None:
        """The term of a word as typed on an ASCII keyboard if that is much likelier; see `DOUBTFUL`."""
        if cost < DOUBTFUL or len(small) < SHORTEST_DOUBTFUL or term == small:
            return None
        if has_own_letter(text if text.isupper() else small):  # in capitals I may be i
            return None
        typed_cost, typed = self.morphology.cheapest(fold(small), "ascii")
        return typed if typed_cost < cost - LIKELIER else None

    def _respelled(self, text: str, small: str) -> str | None:
        for spelled, spelling in respellings(text, small):
            term = self.morphology.best(spelled, spelling)
            if term is not None:
                return term
        return None

    def is_known(self, text: str, small: str) -> bool:
        """Whether the lexicon has a reading of a word (`small` in lower case) in its own or in another spelling."""
        return self.morphology.best(small) is not None or self._respelled(text, small) is not None

    def reading(self, text: str) -> Reading:
        """The reading that `term` goes by: from the lexicon as spelled, then as typed in ASCII, then by the guesser."""
        small = self._lowered(text) if "I" in text else lower(text)
        if not self.stem or not small or len(small) > LONGEST_WORD:
            return Reading(small, small, small, "", (), 0.0, "surface")
        for spelled, spelling in ((small, "proper"), *respellings(text, small)):
            readings = self.morphology.readings(spelled, spelling)
            if spelled == small and readings and self._likelier_typed(text, small, readings[0].cost, readings[0].term):
                readings, spelling = self.morphology.readings(fold(small), "ascii"), "ascii"
            if readings:
                return readings[0]._replace(source="lexicon" if spelling == "proper" else "ascii")
        return self._guess(text, small)

    def _guess(self, text: str, small: str) -> Reading:
        if "I" in text and not has_own_letter(text):  # a foreign name in capitals: MICROSOFT
            small = lower_capitals(text)
        return self.morphology.guess(small)

    def alternatives(self, text: str, term: str, typed_in_ascii: bool) -> list[str]:
        """The terms that a typed word may mean, the best first; `term` is what it means as spelled."""
        text = normalize(text)
        if not text.isalpha() or len(text) > LONGEST_WORD or scripts.has_cyrillic(text):
            return [term]
        small = lower(text)
        own = has_own_letter(small)
        # shəki: one who writes a pair for a letter may have the others.
        if own and not typed_in_ascii and not any(map(small.__contains__, PAIRS)):
            return [term, *self._partly_typed(small, term)]
        if (own or not typed_in_ascii) and self.morphology.best(small) is not None:
            return [term]
        return [*self._typed[fold(small)]] or [term]

    def _partly_typed(self, small: str, term: str) -> list[str]:
        """What a word far likelier means that is doubtful as it is spelled, if some letters lack their diacritics."""
        cost, _ = self.morphology.cheapest(small)
        if not DOUBTFUL <= cost < math.inf or term == small:
            return []
        readings = self.morphology.readings(small, "partly")
        is_likelier = bool(readings) and readings[0].term != term and readings[0].cost < cost - LIKELIER
        return [readings[0].term] if is_likelier else []

    def homographs(self, text: str, term: str) -> list[str]:
        """What a word may mean besides `term`: itself, where the lexicon has it and it is nearly as likely.

        The forms of qatır (mule) are its own, but it is spelled as a form of qat (to mix); a capital speaks for a name,
        in any form: Nəsrinin. A common verb counts in any case: orders are few in texts but not in queries.
        """
        small = lower(text)
        if small == term or not small.isalpha():
            return []
        entries = self.morphology.lexicon.entries(small)
        if any(entry.pos == "v" and entry.frequency >= _COMMON for entry in entries):
            return [small]
        is_capital = text[0].isupper()
        if not entries and not is_capital:
            return []
        readings = self.morphology.readings(small)
        for other in readings[1:]:
            most = _NEARLY_NAME if other.pos == "np" and is_capital else _NEARLY if other.term == small else -1.0
            if other.term != term and other.cost <= readings[0].cost + most:
                return [other.term]
        return []

    def adjective_or_noun(self, term: str) -> str | None:
        """The adjective in -i that its own form "the … of" makes a noun look like, or the noun for such an adjective.

        tarixi is historical, and the history of: both are indexed under the adjective, so tarix has to ask for it, too.
        None for any other term, and where the one is far likelier than the other, as hərbi is military.
        """
        for noun in (term, term.removesuffix("i")):
            adjective = noun + "i"
            if not any(entry.pos == "adj" for entry in self.morphology.lexicon.entries(adjective)):
                continue
            best, *others = self.morphology.readings(adjective)
            if best.pos == "adj" and best.term == adjective and best.base == noun:
                is_near = any(one.term == noun and one.cost <= best.cost + _AS_OFTEN for one in others)
                return (adjective if noun == term else noun) if is_near else None
        return None

    def compound(self, words: list[str]) -> str | None:
        """The term of words with hyphens between them that the lexicon has as one; None where it knows them apart."""
        return self._compounds["-".join(words)] if all(map(str.isalpha, words)) else None

    def _listed_compound(self, text: str) -> str | None:
        small = lower(text)
        if not self.stem or len(small) > LONGEST_WORD or not self.morphology.lexicon.may_have_joined(small):
            return None
        return self.morphology.best(small) or self._respelled(text, small)

    def is_set_apart(self, left: str, right: str) -> bool:
        """Whether `right` after a hyphen is a suffix of `left` and not a word."""
        if not right.isalpha() or (right[0].isupper() and not left.isupper()):
            return False
        small = lower(right)
        if not self.is_suffix(small):
            return False
        if right.isupper() and roman(small) and roman(lower(left)):  # III-IV, V-VI: no spoken "your three" (-ıv)
            return False
        known = left.islower() and not VOWELS.isdisjoint(left) and self.is_form(left)  # kq-dan has no dawn (dan) in it
        return not known or not self._is_word(small)

    def is_form(self, small: str) -> bool:
        """Whether this is a form of a word of the lexicon."""
        return len(small) <= LONGEST_WORD and self.morphology.best(small) is not None

    def is_name(self, small: str) -> bool:
        """Whether this is a name of the lexicon."""
        return any(entry.pos == "np" for entry in self.morphology.lexicon.entries(small))

    def _is_word(self, small: str) -> bool:
        """Whether this is a word of its own in the lexicon, and nothing that may be joined like a suffix.

        That are particles and what is far oftener the ending of a name or a foreign word: server-dən, telefon-un.
        """
        entries = self.morphology.lexicon.entries(small)
        return small not in _ENDINGS and any(entry.pos not in _PARTICLES for entry in entries)

    def is_suffix(self, text: str) -> bool:
        """Whether this may be suffixes set apart. None of those makes a verb: sızlamaq is no -sız, -la and -maq.

        Nor is any the spoken nömrə-və, to your number: və is "and".
        """
        return len(text) < 16 and self._suffixes[text]

    def _may_be_suffixes(self, text: str) -> bool:
        return any(True for _ in self._parses_apart(text))

    def suffixes_apart(self, text: str) -> tuple[Suffix, ...]:
        """The likeliest reading of suffixes set apart; empty if these are none."""
        return suffixes_of(min(self._parses_apart(text), key=attrgetter("cost"))) if self.is_suffix(text) else ()

    def _parses_apart(self, text: str) -> Iterator[Parse]:
        parse = self.morphology.morphotactics.parse
        spellings = ("proper", "ascii") if text.isascii() else ("proper",)
        for spelling in spellings:
            for kind in (CONSONANT, VOWEL):
                for path in parse(text, "Written", ANY, kind, spelling):
                    if all(
                        step.transition.target != "Verb" and step.transition.label != "your.dat" for step in path.steps
                    ):
                        yield path
