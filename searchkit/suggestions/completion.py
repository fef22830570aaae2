"""What a person is typing, completed: words by the terms of the index, titles by any word in them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache, partial
from itertools import product, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from azanalyzer import fold, lower, to_latin
from azanalyzer.alphabet import INVISIBLE, MARKS, capitalized, normalize, upper
from azanalyzer.beginnings import USUAL
from azanalyzer.spellings import lacks_diacritics
from azanalyzer.tuples import NamedTuple
from searchkit.highlighting.prefixes import Prefixes, words_only
from searchkit.results import Completion
from searchkit.suggestions.following import Following, following, remembered, terms_before
from searchkit.suggestions.spelling import SOFT, VOWEL
from searchkit.suggestions.written import as_dictionaries_write, as_documents_write

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.backend import ShortTexts, Snapshot, Vocabulary

__all__ = ["complete_titles", "complete_words", "make_tables"]

_LAST_WORD = re.compile(rf"[\w'’{MARKS}{INVISIBLE}-]+\Z")
_LONGEST = 100  # characters of a beginning
_LONGEST_ENDING = 12  # letters of a form that no term begins with
_OF_WHOLE = 2  # a form that was typed whole is meant in about one of so many
_HARDLY_RARER = 0.5  # what it may cost more than the usual form that goes on from it
_OF_FORM = 8  # the usual form of a term is in about one of so many of its documents, the next one in half as many
_SHORTEST_TERM = 3  # letters of a term that is completed to a form
_SHORTEST_CAPITALS = 3  # letters of a beginning in capitals that is completed in capitals
_MOST_KEPT = 4096  # terms whose words are kept
_BESIDE = 12  # terms that are looked for beside the word before, or as many as are wanted
_INFINITIVE = 3  # letters of -maq and -mək
_NOMINAL = frozenset(["n", "adj", "prn"])  # parts of speech
_MOSTLY = 2  # times as many documents may have a verb in the infinitive as a noun that it is written as
_SEEN = 3  # documents in which a form has to follow a word to be offered as it stands there
_EXTRA = 16  # terms that are looked at beside those wanted: not all have the letters as they were typed
# Weights of titles: how many documents have it, whether its first word was meant, how short it is.
_SAME_TITLE = 1 << 12
_FIRST_WORD = 1 << 11
_LONGEST_TITLE = _FIRST_WORD - 1


def complete_words(
    text: str, snapshot: Snapshot, fields: list[str], analyzer: Analyzer, limit: int
) -> list[Completion]:
    """The text with its last word completed, by terms and by forms of terms that are shorter, the most frequent first.

    What follows the word before in documents comes before all others, then what stands in most documents with it, and
    terms that say nothing by themselves behind.
    """
    last = _LAST_WORD.search(text[-_LONGEST:])
    typed = normalize(last.group()) if last else ""
    if last is None or not typed or limit < 1:
        return []
    before = text[: len(text) - len(last.group())]
    word = _LastWord(_spellings(_lower(typed, text)), snapshot, fields, analyzer)
    next_words = following(before, word.spellings, snapshot, fields, analyzer)[:limit]
    found = [(word.as_it_follows(each), word.frequency(each.term)) for each in next_words]
    beside = terms_before(before, analyzer) if len(found) < limit else ()
    most = max(limit, _BESIDE) if beside else limit
    begun = word.terms(most, {each.term for each in next_words})
    if len(found) + len(begun) < limit:
        begun += word.forms(USUAL if found or begun else math.inf)
        begun.sort(key=lambda one: -one.weight)
    if beside and begun:  # what stands with the word before nowhere is a dead end, unless there is nothing else
        begun = word.beside(beside, begun[:most]) or ([] if found else begun)
    found += [(one.form or word.as_a_word(one.term), one.documents) for one in begun[: limit - len(found)]]
    completed: dict[str, int] = {}
    for whole, documents in found:
        completed.setdefault(before + _cased_as(typed, whole), documents)
    return [Completion(*item) for item in [*completed.items()][:limit]]


def make_tables(snapshot: Snapshot, fields: list[str], title: str | None) -> None:
    """Make the tables that `complete_words` takes for these fields, and `complete_titles` for that of titles."""
    for field in fields:
        for vocabulary in snapshot.vocabularies(field):
            _words(vocabulary)
    for part in snapshot.short_texts(title) if title else ():
        _titles(part)


def complete_titles(text: str, parts: Sequence[ShortTexts], limit: int) -> list[Completion]:
    """The titles with words that begin so, those of most documents first, then those that begin so themselves."""
    spellings = _spellings(words_only(" ".join([*_lower(text[:_LONGEST], text).split(), ""])).strip())
    if not spellings[0] or limit < 1:
        return []
    tables = [(part, _titles(part)) for part in parts]

    def look(count: int) -> tuple[dict[str, int], bool]:
        found: dict[str, int] = {}
        more = False
        for part, titles in tables:
            fitting: dict[int, str] = {}
            for typed in spellings:
                numbers = titles.table.best(typed, count)
                more = more or len(numbers) >= count
                lines = ((number, titles.table.lines[number]) for number in numbers)
                fitting.update((number, title) for number, title in lines if _stands_in(typed, title))
            for number, title in fitting.items():
                if documents := titles.documents(number, part.live):
                    found[title] = found.get(title, 0) + documents
        return found, more

    found = _best(look, limit)
    folded = tuple(map(fold, spellings))
    ranked = sorted(found.items(), key=lambda item: (-item[1], *_otherwise(item[0], folded), len(item[0]), item[0]))
    return [Completion(*item) for item in ranked[:limit]]


def _otherwise(title: str, folded: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether a title begins otherwise than in one of these ways, and whether the last of their words goes on in it."""
    plain = words_only(f"\n{fold(title)} ")
    return not plain[1:].startswith(folded), not any(f"{typed} " in f"{plain} " for typed in folded)


def _stands_in(typed: str, title: str) -> bool:
    """Whether `typed`, which may lack diacritics, stands in a title; that it does so folded is known."""
    if typed.isascii():
        return True
    small = words_only(lower(normalize(title)))
    folded, beginning = fold(small), fold(typed)
    at = folded.find(beginning)
    while at >= 0 and not lacks_diacritics(typed, small[at : at + len(typed)]):
        at = folded.find(beginning, at + 1)
    return at >= 0


def _best(look: Callable[[int], tuple[dict[str, int], bool]], limit: int) -> dict[str, int]:
    """What `look` finds among so many of the best, more and more of them until there is enough or there are no more."""
    count = limit + _EXTRA
    while True:
        found, more = look(count)
        if len(found) >= limit or not more:
            return found
        count *= 16


# ---------------------------------------------------------------- words


def _words(vocabulary: Vocabulary) -> Prefixes:
    known = vocabulary.derived.get("prefixes")
    if known is None:
        weights = np.minimum(vocabulary.frequencies, np.iinfo(np.int32).max).astype(np.int32)
        known = vocabulary.derived["prefixes"] = Prefixes(vocabulary.text, weights)
    return known


@lru_cache(maxsize=2)
def _all_folded(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(map(fold, words))


class _Begun(NamedTuple):
    """What a word that is being typed may become."""

    term: str
    documents: int  # with the term
    weight: float  # with the word itself, about
    form: str = ""  # of the term, where it is not that of dictionaries


class _LastWord:
    """The word of a text that is being typed, and what the index has that begins so."""

    def __init__(self, spellings: list[str], snapshot: Snapshot, fields: list[str], analyzer: Analyzer) -> None:
        self.spellings = spellings
        self._snapshot = snapshot
        self._fields = fields
        self._analyzer = analyzer
        self._tables = [_words(vocabulary) for field in fields for vocabulary in snapshot.vocabularies(field)]

    def frequency(self, term: str) -> int:
        """In how many documents a term stands, of the field where these are the most."""
        return max(self._snapshot.frequency(field, term) for field in self._fields)

    def terms(self, limit: int, without: Collection[str]) -> list[_Begun]:
        """The best terms `without` some, as dictionaries have them.

        Those that say nothing by themselves come last, and none takes the place of another.
        """
        stop_words = self._analyzer.stop_words
        folded = tuple(map(fold, self.spellings))
        wanted = limit + sum(term.startswith(folded) for term in _all_folded(stop_words))
        found = [
            (term in stop_words, -documents, term)
            for term in _best(self._begin_so, wanted)
            if term not in without
            if (documents := self.frequency(term))  # others stood in deleted documents only
        ]
        return [_Begun(term, -documents, 0 if is_stop else -documents) for is_stop, documents, term in sorted(found)]

    def forms(self, most: float) -> Iterator[_Begun]:
        """Forms of terms that the word begins with.

        Their endings begin as the rest of the word does, and their suffixes cost at most `most`.
        """
        for typed in self.spellings:
            for term in self._longest_terms(fold(typed)):
                if documents := self.frequency(term):
                    word = self.as_a_word(term)
                    for rank, form in enumerate(self._forms(term, typed, most)):
                        is_whole = rank == 0 and len(form) == len(typed)
                        weight = documents / (_OF_WHOLE if is_whole else _OF_FORM * 2**rank)
                        yield _Begun(term, documents, weight, _with_capitals(form, term, word))

    def beside(self, terms: Sequence[str], begun: list[_Begun]) -> list[_Begun]:
        """Those that stand in documents with any of the terms, in most of these first."""
        begun = [one for one in begun if one.weight]  # what says nothing stands beside everything
        counts = self._snapshot.frequencies_beside(self._fields, terms, [one.term for one in begun])
        together = [item for item in zip(counts, begun, strict=True) if item[0]]
        return [one for _, one in sorted(together, key=lambda item: -item[0])]

    def as_a_word(self, term: str) -> str:
        """A term as dictionaries have it; what is a verb and a noun, yağ, as documents mostly have it."""
        return remembered(self._snapshot, "words", term, partial(self._find_word, term), _MOST_KEPT)

    def _find_word(self, term: str) -> str:
        if term.isascii() and not self._analyzer.inflection.tells_capitals(term):
            written = as_documents_write(term, self._snapshot, self._fields)
            if written is not None:
                return written
        word = as_dictionaries_write(term, self._analyzer)
        if len(word) != len(term) + _INFINITIVE or self._analyzer.explain(term).best.pos not in _NOMINAL:
            return word
        noun, verb = (sum(self._snapshot.with_form(name, term, form) for name in self._fields) for form in (term, word))
        return term if _MOSTLY * noun >= verb else word

    def as_it_follows(self, word: Following) -> str:
        """A word as it follows another; a verb, or one met too seldom, as dictionaries have it if that begins so."""
        citation = self.as_a_word(word.term)
        begins_so = any(fold(citation).startswith(fold(typed)) for typed in self.spellings)
        is_same = fold(citation) == fold(word.surface)  # which may have capitals of its own: iPhone
        if begins_so and (word.documents < _SEEN or is_same or lower(citation) != word.term):
            return citation
        return capitalized(word.surface) if word.is_capital else word.surface

    def _begin_so(self, count: int) -> tuple[dict[str, int], bool]:
        found: dict[str, int] = {}
        more = False
        for table, typed in product(self._tables, self.spellings):
            numbers = table.best(typed, count)
            more = more or len(numbers) >= count
            terms = [table.lines[number] for number in numbers]
            found.update((term, 0) for term in terms if lacks_diacritics(typed, term[: len(typed)]))
        return found, more

    def _longest_terms(self, folded: str) -> list[str]:
        """The longest terms that a folded word begins with."""
        for length in range(len(folded), max(_SHORTEST_TERM, len(folded) - _LONGEST_ENDING) - 1, -1):
            head = folded[:length]
            heads = [head[:-1] + last for last in SOFT.get(head[-1], ())]  # otağ-, of otaq
            if length < len(folded):  # else it is found as it is
                heads.append(head)
            if not VOWEL.search(head[-2:]):  # oğl-, of oğul
                heads += [head[:-1] + vowel + head[-1] for vowel in "iu"]
            begun = (
                table.lines[number] for head in heads for table in self._tables for number in table.best(head, _EXTRA)
            )
            if terms := [term for term in dict.fromkeys(begun) if fold(term) in heads]:
                return terms
        return []

    def _forms(self, term: str, typed: str, most: float) -> Iterator[str]:
        """The forms of a term that begin as typed, one that was typed whole first, and besides it usual ones.

        One that is rather read as a form of another word would not find these documents: gözlə is to wait, and not
        with an eye.
        """
        forms = self._analyzer.inflection.begun(term, fold(typed))
        usual = min((form.cost for form in forms), default=0.0) + _HARDLY_RARER
        forms.sort(key=lambda form: (len(form.surface) > len(typed) or form.cost > usual, form.cost))
        if forms and len(forms[0].surface) == len(typed):
            most = min(most, max(forms[0].cost, USUAL))  # what else begins so, xalçasınız, need not be thought of
        for form in forms:
            fits = form.cost <= most and lacks_diacritics(typed, form.surface[: len(typed)])
            if fits and any(term in meant for meant in self._analyzer.query_terms(form.surface)):
                yield form.surface


def _with_capitals(form: str, term: str, word: str) -> str:
    """A form of a term with the capitals that the term has as a word: WhatsAppda."""
    if len(word) == len(term) and form.startswith(term):
        return word + form[len(term) :]
    return capitalized(form) if word[:1].isupper() else form


def _cased_as(typed: str, word: str) -> str:
    """A word in capitals or with one first, as its beginning was typed; one with capitals of its own, iPhone, stays."""
    if len(typed) >= _SHORTEST_CAPITALS and typed.isupper():
        return upper(word)
    return capitalized(word) if typed[0].isupper() and word.islower() else word


def _lower(typed: str, text: str) -> str:
    """What is `typed` of a text in lower case; in ASCII a capital I may be that of i, too, as i may be ı."""
    return typed.lower() if text.isascii() else lower(normalize(typed))


def _spellings(typed: str) -> list[str]:
    """How words may begin that are typed so: in Cyrillic letters Azerbaijani ones begin in Latin letters, too."""
    return [*dict.fromkeys([typed, to_latin(typed)])]


# ---------------------------------------------------------------- titles


class _Titles:
    """The titles of one part, each once, with the documents that have it."""

    def __init__(self, texts: list[str]) -> None:
        if not _are_tidy(texts):
            texts = [" ".join(text.split()) for text in texts]
        titles = [*dict.fromkeys(filter(None, texts))]
        numbers = dict(zip(titles, range(len(titles)), strict=True))
        owners = np.fromiter(map(numbers.get, texts, repeat(-1)), np.int64, len(texts))
        counts = np.bincount(owners[owners >= 0], minlength=len(titles))
        self._docs = np.argsort(owners, kind="stable")[np.count_nonzero(owners < 0) :]
        self._ends = np.cumsum(counts)
        lengths = np.fromiter(map(len, titles), np.int64, len(titles))
        weights = np.minimum(counts, 1 << 18) * _SAME_TITLE + _LONGEST_TITLE - np.minimum(lengths, _LONGEST_TITLE)
        text = "\n".join([*titles, ""])
        self.table = Prefixes(text, weights.astype(np.int32), every_word=True, bonus=_FIRST_WORD)

    def documents(self, number: int, live: Any) -> int:
        """How many documents that are not deleted have a title."""
        first, last = (int(self._ends[number - 1]) if number else 0), int(self._ends[number])
        return last - first if live is None else int(np.count_nonzero(live[self._docs[first:last]]))


def _are_tidy(texts: list[str]) -> bool:
    """Whether it is plain that the only white space in texts is one space between two words."""
    lines = "\n".join(["", *texts, ""])
    return "".join(texts).isprintable() and not any(sign in lines for sign in ("  ", "\n ", " \n"))


def _titles(part: ShortTexts) -> _Titles:
    known = part.derived.get("titles")
    if known is None:
        known = part.derived["titles"] = _Titles(part.read())
    return known
