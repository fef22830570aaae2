"""The analyzer: text to tokens and index terms, queries to the terms that they may mean."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache, partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from azanalyzer import scripts
from azanalyzer.alphabet import fold, lower, normalize
from azanalyzer.asked import AskedWord, asked_words
from azanalyzer.cache import Cache, TermCache
from azanalyzer.explanation import Explanation
from azanalyzer.language import (
    abbreviations,
    acronyms,
    inflection,
    question_words,
    shared_morphology,
    stop_words,
)
from azanalyzer.lazy import cached_property
from azanalyzer.patterns import pattern
from azanalyzer.sieve import Sieve
from azanalyzer.spellings import has_own_letter
from azanalyzer.synonyms import Expansion, read_groups
from azanalyzer.tokenizer import APOSTROPHES
from azanalyzer.tuples import NamedTuple
from azanalyzer.word_terms import LONGEST_WORD, without_apostrophes
from azanalyzer.words import Piece, WordReader

if TYPE_CHECKING:
    from azanalyzer.bulk import BulkReader
    from azanalyzer.expansions import Expansions
    from azanalyzer.morphology.inflection import Inflection

__all__ = ["Analyzer", "AskedWord", "Token", "stem"]

_LINE = pattern(r"[^\n]+")
_BEGINNINGS = 2_000  # of words, of which the terms are remembered
_COUNTERPARTS = 4_000  # remembered


class Token(NamedTuple):
    """One token: `text[start:end]` of the original is `text`; tokens of one place share a `position`."""

    text: str
    term: str
    start: int
    end: int
    position: int
    kind: str


class Analyzer:
    """Azerbaijani text analysis: immutable, safe to share between threads.

    >>> Analyzer().terms("AZƏRTAC-a kitablarımızdan")
    ['azərtac', 'kitab']

    With `stem=False` words keep their suffixes. `synonyms` names a file of your own groups of synonyms, used besides
    those that come with the package (see `synonyms.read_groups`). `remember` is how many words are kept in its cache.
    """

    def __init__(
        self, *, stem: bool = True, synonyms: str | os.PathLike[str] | None = None, remember: int = 40_000
    ) -> None:
        if remember < 0:
            raise ValueError(f"remember is how many words are kept, from 0 on, not {remember}")
        path = None if synonyms is None else Path(synonyms).absolute()
        self._again = partial(type(self), stem=stem, synonyms=path, remember=remember)
        self._reader = WordReader(shared_morphology(), acronyms(), abbreviations(), stem=stem, remember=remember)
        self.stop_words = stop_words()
        self.question_words = question_words()
        self._own_groups = read_groups(Path(synonyms)) if synonyms is not None else []
        # A cache each for lines whose Cyrillic is Azerbaijani, Russian, or cannot be told; Latin text uses the last.
        self._terms: dict[bool | None, TermCache] = {}
        self._pieces: dict[bool | None, Cache[str, tuple[Piece, ...]]] = {}
        for azerbaijani in (True, False, None):
            pieces, terms = self._reader.pieces, self._reader.terms
            if azerbaijani is not None:  # which costs as much as reading a word that is known
                pieces, terms = partial(pieces, azerbaijani=azerbaijani), partial(terms, azerbaijani=azerbaijani)
            self._pieces[azerbaijani] = Cache(pieces, remember // 7)
            self._terms[azerbaijani] = TermCache(terms, remember // 2)
        # What chunks ask for, typed on any keyboard and on an ASCII one.
        self._asked = [Cache(partial(asked_words, self._reader, None, ascii), remember // 7) for ascii in (False, True)]
        self._counterparts = Cache(self._reader.adjective_or_noun, _COUNTERPARTS)
        self._begun = [Cache(partial(_begun, self._reader, ascii), _BEGINNINGS) for ascii in (False, True)]

    @property
    def inflection(self) -> Inflection:
        """The forms of terms by their endings, for one who puts words right."""
        return inflection()

    def __reduce__(self) -> tuple[partial[Analyzer], tuple[()]]:
        return self._again, ()  # a pickle or a copy is made anew with the same options

    @classmethod
    def shared(cls) -> Analyzer:
        """The analyzer with default options, one for the whole process."""
        return _shared()

    def terms(self, text: str) -> list[str]:
        """The index terms of `text` in text order."""
        _check(text)
        if scripts.has_cyrillic(text):
            found: list[str] = []
            for _, line, azerbaijani in self.lines(text):
                found += self._terms[azerbaijani].of(line.split())
            return found
        return self._terms[None].of(text.split())

    def tokens(self, text: str) -> Iterator[Token]:
        """The tokens of `text`, with offsets into it as given; tokens that share a place share a position."""
        position = -1
        make = tuple.__new__  # the constructor is a Python function, which takes three times as long
        for base, line, azerbaijani in self.lines(text):
            cache = self._pieces[azerbaijani]
            find, end = line.index, 0
            for chunk in line.split():
                start = find(chunk, end)
                end = start + len(chunk)
                start += base
                for first, last, term, kind, step in cache[chunk]:
                    position += step
                    yield make(Token, (chunk[first:last], term, start + first, start + last, position, kind))

    def pieces(self, chunk: str, azerbaijani: bool | None = None) -> tuple[Piece, ...]:
        """The tokens inside a chunk, a run of characters without white space; `lines` gives `azerbaijani`.

        A chunk always has the same pieces. Those of some thousand chunks are remembered, as of `tokens`.

        >>> [(piece.term, piece.surface("Bakı'da,")) for piece in Analyzer().pieces("Bakı'da,")]
        [('bakı', "Bakı'da")]
        """
        return self._pieces[azerbaijani][chunk]

    def bulk(self) -> BulkReader:
        """What reads chunks by the thousand, for one who builds an index: the terms of `pieces`, but many times faster.

        It is for one thread at a time.

        >>> bulk = Analyzer().bulk()
        >>> [bulk.terms[number] for number in bulk.read(["Kitablar,", "kitabın"]).terms]
        ['kitab', 'kitab']
        """
        from azanalyzer.bulk import BulkReader  # needs numpy, which others can do without

        return BulkReader(self._reader)

    def warm_up(self) -> None:
        """Read the whole lexicon now, and make its tables.

        Otherwise a process that is asked more and more reads it piece by piece, and some words wait for the rest of it,
        a tenth of a second in all. It takes that long and some 16 MB, once in a process.
        """
        self._reader.morphology.make_tables()

    @staticmethod
    def has_cyrillic(text: str) -> bool:
        """Whether `text` has a Cyrillic letter, so that how its chunks are read depends on their line."""
        return scripts.has_cyrillic(text)

    @staticmethod
    def is_azerbaijani(text: str) -> bool | None:
        """Whether the Cyrillic letters of a line are Azerbaijani; None where it has none, or they do not tell."""
        return scripts.is_azerbaijani(text)

    @classmethod
    def lines(cls, text: str) -> Iterator[tuple[int, str, bool | None]]:
        """`text` in parts whose chunks are read alike: where each starts, the part, and `azerbaijani` for `pieces`.

        A text without Cyrillic letters is one part. Otherwise each line is one, Azerbaijani (True), Russian (False) or
        without enough letters that show which (None).
        """
        _check(text)
        if not cls.has_cyrillic(text):
            yield 0, text, None
            return
        for line in _LINE.finditer(text):
            yield line.start(), line.group(), scripts.is_azerbaijani(line.group())

    def sieve(self, terms: Iterable[str], beginnings: Iterable[str] = ()) -> Sieve:
        """What picks the chunks of a text that may have one of `terms` or a term with one of `beginnings`.

        It looks at how words begin, which is many times faster than reading them; whatever it leaves out has none.

        >>> list(Analyzer().sieve(["kitab"]).chunks("bu kitablar, kitabxana"))
        [(3, 12), (13, 22)]
        """
        return Sieve(self._reader.morphology.lexicon.irregular_shapes, terms, beginnings)

    def root_length(self, word: str, term: str) -> int:
        """How many characters of `word` stand before its inflection; `term` is its index term.

        >>> Analyzer().root_length("kitablarımızdan", "kitab")
        5
        """
        text = scripts.to_latin(scripts.untwin(normalize(word)))
        folded, root = fold(text), fold(term)
        if not len(folded) == len(text) == len(word):  # its letters cannot be told apart one by one
            return len(word)
        if folded.startswith(root):
            return len(root)
        bare = without_apostrophes(text)
        if bare != text and bare.isalpha():  # mə'lumdur, as it was spelled once
            ends = [place for place, character in enumerate(text, 1) if character not in APOSTROPHES]
            return ends[self.root_length(bare, term) - 1]
        best = self._reader.reading(text)
        if not text.isalpha() or best.term != term:
            return len(word)
        inflection = takewhile(lambda suffix: not suffix.derives, reversed(best.suffixes))
        return len(word) - sum(len(suffix.surface) for suffix in inflection)

    def query_terms(self, text: str, typed_in_ascii: bool | None = None) -> list[list[str]]:
        """For each typed word the terms that it may mean, best first.

        A text without a single Azerbaijani letter may have been typed on an ASCII keyboard: its words then mean
        every word that they may be the ASCII spelling of. Proper spelling keeps words apart. `typed_in_ascii` says
        which, for one who looks up the words of a text one by one.

        >>> Analyzer().query_terms("on gence")
        [['on', 'ön'], ['gəncə', 'gənc']]
        """
        return [alternatives for _, alternatives in self.query_places(text, typed_in_ascii)]

    def query_places(self, text: str, typed_in_ascii: bool | None = None) -> list[tuple[int, list[str]]]:
        """`query_terms` with the position of each word, for phrases: parts of a compound share or follow its place."""
        return [(word.position, list(word.terms)) for word in self.asked(text, typed_in_ascii)]

    def query_groups(self, text: str, typed_in_ascii: bool | None = None) -> list[list[str]]:
        """For each place of a query the terms of which one will do: an engine joins them by OR, the places by AND.

        A compound and its first part share a place, so a text that has only the parts is found, too; so do a date and
        its year. Stop words are left out, unless there is nothing else. `typed_in_ascii` is that of `query_terms`.

        >>> Analyzer().query_groups("Gence və səs-küy haqqında")
        [['gəncə', 'gənc'], ['səs-küy', 'səs'], ['küy']]
        """
        places: dict[int, list[str]] = {}
        for position, terms in self.query_places(text, typed_in_ascii):
            places.setdefault(position, []).extend(terms)
        groups = list(places.values())
        return [group for group in groups if not self.stop_words.issuperset(group)] or groups

    def asked(self, text: str, typed_in_ascii: bool | None = None, azerbaijani: bool | None = None) -> list[AskedWord]:
        """The words that `text` asks for; `azerbaijani` is what `is_azerbaijani` says of more that it is part of.

        >>> Analyzer().asked("Gence haqda")[0]
        AskedWord(position=0, typed='gence', terms=('gəncə', 'gənc'))
        """
        if typed_in_ascii is None:
            typed_in_ascii = self.typed_in_ascii(text)
        found: list[AskedWord] = []
        position = -1
        make = tuple.__new__  # as in `tokens`
        for _, line, own in self.lines(text):
            around = own if azerbaijani is None else azerbaijani
            for chunk in line.split():
                if around is None:
                    words = self._asked[typed_in_ascii][chunk]
                else:
                    words = asked_words(self._reader, around, typed_in_ascii, chunk)
                for step, typed, terms in words:
                    position += step
                    found.append(make(AskedWord, (position, typed, terms)))
        return found

    def spellings(self, beginning: str, typed_in_ascii: bool | None = None) -> list[str]:
        """How the terms begin that somebody may look for who typed so much of a word, as typed first.

        >>> Analyzer().spellings("genc")
        ['genc', 'gənc', 'gənç', 'genç']
        """
        if typed_in_ascii is None:
            typed_in_ascii = self.typed_in_ascii(beginning)
        from azanalyzer.beginnings import spellings  # most queries have no beginning

        return spellings(beginning, typed_in_ascii)

    def begun(self, beginning: str, typed_in_ascii: bool | None = None) -> tuple[str, ...]:
        """The terms of which a form begins so, its suffixes typed whole or in part, but for stop words.

        They are those of the longest form that `beginning` begins with, and of words that the lexicon has.

        >>> Analyzer().begun("kitabxanal")
        ('kitabxana',)
        """
        if typed_in_ascii is None:
            typed_in_ascii = self.typed_in_ascii(beginning)
        return self._begun[typed_in_ascii][beginning]

    @staticmethod
    def typed_in_ascii(text: str) -> bool:
        """Whether `text` has no letter that an ASCII keyboard lacks."""
        _check(text)
        return not (has_own_letter(text) or has_own_letter(normalize(text)))

    def expand(self, words: Sequence[Sequence[str]], in_capitals: Set[str] | None = None) -> list[Expansion]:
        """Other ways to say some of `words`, given as `query_terms` gives them: synonyms, full forms, amounts.

        Where it is known what of the text was `in_capitals` (in lower case), an acronym that is a common word too is
        one only there: DOST, and dost, a friend.

        >>> Analyzer().expand([["bmt"]])
        [Expansion(first=0, last=1, phrases=(('birləş', 'millət', 'təşkilat'),))]
        """
        return self._expansions.of(words, in_capitals)

    @cached_property
    def _expansions(self) -> Expansions:
        from azanalyzer.expansions import Expansions  # a text is read without

        lexicon = self._reader.morphology.lexicon
        return Expansions(lexicon, self._own_groups, self.terms, self._places, self.query_terms)

    def _places(self, text: str) -> list[str]:
        """One term for each place of a text: of a compound its parts, as they stand in texts with and without it."""
        places: dict[int, Token] = {}
        for token in self.tokens(text):
            first = places.get(token.position)
            if first is None or first.kind not in ("date", "url"):
                places[token.position] = token
        return [token.term for token in places.values()]

    def base(self, term: str) -> str | None:
        """The root that an index term is made of by derivation, a weaker witness than the term; None if there is none.

        >>> [Analyzer().base(term) for term in ("kitabxanaçı", "pozul", "hüquqi", "kitab")]
        ['kitab', 'poz', 'hüquq', None]
        """
        return self._reader.morphology.base(term) if term else None

    def with_bases(self, terms: Iterable[str]) -> list[str]:
        """Each term and behind it the root of its family, with a ~ before it, for engines that only know words.

        >>> Analyzer().with_bases(["kitabxana", "kitab"])
        ['kitabxana', '~kitab', 'kitab', '~kitab']
        """
        return [view for term in terms for view in (term, f"~{self.base(term) or term}")]

    def counterpart(self, term: str) -> str | None:
        """The adjective that a form of a noun looks like, or the noun for such an adjective; None for other terms.

        Texts have both under one term, so who looks for the other should look for that, too.

        >>> [Analyzer().counterpart(term) for term in ("tarix", "tarixi", "hərb")]
        ['tarixi', 'tarix', None]
        """
        return self._counterparts[term]

    def comes_from(self, term: str, root: str) -> bool:
        """Whether `root`, with which an index term begins, is its `base` or the term itself: faster than `base`.

        >>> [Analyzer().comes_from(term, "kitab") for term in ("kitab", "kitabxana", "kitabə")]
        [True, True, False]
        """
        return self._reader.morphology.comes_from(term, root)

    def knows(self, word: str) -> bool:
        """Whether the lexicon has a word, in any form and also as it is typed on another keyboard."""
        text = normalize(word)
        small = lower(text)
        return 0 < len(small) <= LONGEST_WORD and self._reader.is_known(text, small)

    def explain(self, word: str) -> Explanation:
        """How a word was read and what the other readings are."""
        return self._reader.explain(word)


def _begun(reader: WordReader, typed_in_ascii: bool, beginning: str) -> tuple[str, ...]:
    from azanalyzer.beginnings import begun_terms

    return begun_terms(reader, beginning, typed_in_ascii) if reader.stem else ()


def _check(text: str) -> None:
    if not isinstance(text, str):
        raise TypeError(f"a text is a string, not {type(text).__name__}")


@lru_cache(maxsize=1)
def _shared() -> Analyzer:
    return Analyzer()


def stem(word: str) -> str:
    """The index term of one word, "kitab" for "kitablarımızdan"; of several words, that of the first."""
    terms = _shared().terms(word)
    return terms[0] if terms else ""
