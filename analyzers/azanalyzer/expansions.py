"""What else a query may say: synonyms and full forms, amounts, days and names with digits, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from azanalyzer.language import acronyms, text_of
from azanalyzer.morphology.lexicon import Lexicon
from azanalyzer.synonyms import Expansion, Synonyms, as_text

__all__ = ["Expansions"]

# What is said behind these is not what it says alone: qeyri-hökumət is no government, vitse-prezident no president.
_PREFIXES = frozenset(["anti", "eks", "kontr", "psevdo", "qeyri", "vitse"])
_COMMON = 4  # the class of frequency from which on an acronym in small letters is taken for the word


class Expansions:
    """The expansions of queries, in the terms of one analyzer."""

    def __init__(
        self,
        lexicon: Lexicon,
        own_groups: Iterable[Sequence[str]],
        terms: Callable[[str], list[str]],
        places: Callable[[str], list[str]],
        query_terms: Callable[[str], list[list[str]]],
    ) -> None:
        """`own_groups` are groups of synonyms besides those of the package; for the functions see `Synonyms`."""
        self._lexicon = lexicon
        self._places = places
        self._query_terms = query_terms
        texts = (text_of("synonyms.tsv"), acronyms().groups(), as_text(own_groups))
        self._synonyms = Synonyms("\n".join(texts), terms, lexicon.irregular_shapes_of, places)

    def of(self, words: Sequence[Sequence[str]], in_capitals: Set[str] | None) -> list[Expansion]:
        """See `Analyzer.expand`."""
        said = [self._without_words(one) for one in self._synonyms.expand(words)]
        if in_capitals is not None:
            said = [self._without_acronyms(one, words, in_capitals) for one in said]
        found = [one for one in said if one.phrases and not (one.first and words[one.first - 1][0] in _PREFIXES)]
        if not all(alternatives[0].isalpha() for alternatives in words):
            found = self._with_numbers(found, words)
        return found

    def _with_numbers(self, known: Sequence[Expansion], words: Sequence[Sequence[str]]) -> list[Expansion]:
        """The known expansions of words, and the numbers and names with digits that are in none of them."""
        from azanalyzer.codes import code_expansions  # most queries have no number
        from azanalyzer.number_expansions import is_measure, number_expansions

        terms = [alternatives[0] for alternatives in words]
        found = [one for one in known if not is_measure(terms, one.first)]
        found += number_expansions(terms, _places_in(found))
        found += code_expansions(words, _places_in(found), self._query_terms)
        return sorted(found)

    def _without_words(self, expansion: Expansion) -> Expansion:
        """An expansion of a full form without the acronym that is spelled like another word: DİN, and religion."""
        if expansion.last - expansion.first == 1:
            return expansion
        kept = [phrase for phrase in expansion.phrases if len(phrase) > 1 or not self._is_word_too(phrase[0])]
        return expansion._replace(phrases=tuple(kept))

    def _is_word_too(self, term: str) -> bool:
        return any(entry.pos != "np" for entry in self._lexicon.entries(term)) and term in acronyms()

    def _without_acronyms(
        self, expansion: Expansion, words: Sequence[Sequence[str]], in_capitals: Set[str]
    ) -> Expansion:
        """An expansion of a common word without what it stands for as an acronym."""
        term = words[expansion.first][0]
        if expansion.last - expansion.first > 1 or term in in_capitals:
            return expansion
        are_names = {entry.pos == "np" for entry in self._lexicon.entries(term) if entry.frequency >= _COMMON}
        if are_names != {False} or term not in acronyms():
            return expansion
        meant = [tuple(self._places(text)) for text in acronyms().meanings(term)]
        return expansion._replace(phrases=tuple(phrase for phrase in expansion.phrases if phrase not in meant))


def _places_in(expansions: Sequence[Expansion]) -> set[int]:
    """The places of the words that are in some expansion."""
    return {place for one in expansions for place in range(one.first, one.last)}
