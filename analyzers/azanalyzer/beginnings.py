"""Words that have been typed in part: of which words some form begins so."""

from __future__ import annotations

from azanalyzer import scripts
from azanalyzer.alphabet import fold, lower, normalize, unfold
from azanalyzer.language import inflection, stop_words
from azanalyzer.spellings import lacks_diacritics
from azanalyzer.words import WordReader

__all__ = ["USUAL", "begun_terms", "spellings"]

USUAL = 1.0  # what the suffixes of a form cost at most that half a word is taken for: verg is no vergəc
_USUAL_AFTER_OTHERS = 2.0  # the same where the first of them are there whole: oğlumd is oğlumda
_MOST_SPELLINGS = 16  # of a beginning; each is looked up in the vocabulary
_LONGEST_BEGINNING = 40  # letters; a longer one is no word
_SHORTEST_ROOT = 3  # letters
_LONGEST_ENDING = 12  # letters behind a form that is whole


def begun_terms(reader: WordReader, beginning: str, typed_in_ascii: bool) -> tuple[str, ...]:
    """The terms of which a form begins so, its suffixes typed whole (kitablar) or in part (kitabl, uşaqla).

    They are those of the longest form that `beginning` begins with, and those whose root stands so before suffixes only
    (oğl, yarad). Stop words are none of them.
    """
    typed = lower(scripts.to_latin(scripts.untwin(normalize(beginning))))
    if not typed.isalpha() or len(typed) < _SHORTEST_ROOT:
        return ()
    found = _meant(reader, typed, typed_in_ascii)[:1]
    if not found:
        found = _bound(reader, typed, typed_in_ascii) + _half_typed(reader, typed, typed_in_ascii)
    return tuple(dict.fromkeys(term for term in found if term not in stop_words()))


def spellings(beginning: str, typed_in_ascii: bool) -> list[str]:
    """How the terms begin that somebody may look for who typed so much of a word, as typed first."""
    small = lower(normalize(beginning))
    if scripts.CYRILLIC.search(small):
        return list(dict.fromkeys([small, scripts.to_latin(scripts.untwin(small))]))
    if not typed_in_ascii or len(small) > _LONGEST_BEGINNING:
        return [small]
    return list(dict.fromkeys([small, *unfold(fold(small), _MOST_SPELLINGS)]))


def _bound(reader: WordReader, typed: str, typed_in_ascii: bool) -> list[str]:
    """The terms that before suffixes are spelled so."""
    stems = reader.morphology.lexicon.stems
    return [stem.entry.lemma for spelled in spellings(typed, typed_in_ascii) for stem in stems(spelled)]


def _half_typed(reader: WordReader, typed: str, typed_in_ascii: bool) -> list[str]:
    """The terms of the longest form in `typed` that may go on so."""
    for length in range(len(typed) - 1, max(_SHORTEST_ROOT, len(typed) - _LONGEST_ENDING) - 1, -1):
        terms = _meant(reader, typed[:length], typed_in_ascii)
        if found := [term for term in terms if _goes_on(term, typed, length)]:
            return found
    return []


def _meant(reader: WordReader, form: str, typed_in_ascii: bool) -> list[str]:
    """The terms of a form, none where the lexicon has no word for it."""
    term = reader.morphology.best(form)
    if term is None and not (typed_in_ascii and reader.is_known(form, form)):
        return []
    return reader.alternatives(form, term or reader.term(form), typed_in_ascii)


def _goes_on(term: str, typed: str, length: int) -> bool:
    """Whether a usual form of `term`, whole with the first `length` letters, begins as typed but for diacritics."""
    most = USUAL if length == len(term) else _USUAL_AFTER_OTHERS
    forms = inflection().begun(term, fold(typed))
    return any(form.cost <= most and lacks_diacritics(typed, form.surface[: len(typed)]) for form in forms)
