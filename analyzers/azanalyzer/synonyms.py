"""Synonyms and acronyms: other ways to say a word or several, looked up when a query is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from operator import contains
from pathlib import Path

from azanalyzer.alphabet import lower_capitals, normalize
from azanalyzer.cache import Cache
from azanalyzer.files import lines_beginning
from azanalyzer.lazy import cached_property
from azanalyzer.patterns import places_of
from azanalyzer.sieve import flattened, flattened_plainly, shapes_of
from azanalyzer.tuples import NamedTuple

__all__ = ["Acronyms", "Expansion", "Synonyms", "as_text", "read_groups"]

_LONGEST = 12  # words of a phrase that is looked up
_REMEMBERED = 4_000  # roots
_MANY = 30  # roots; to look for so many in the text takes as long as to make a table of its phrases
_KEY = 3  # letters that phrases are in the table by

_Phrase = tuple[tuple[str, ...], int]  # its chunks, and where in the text its group begins


class Expansion(NamedTuple):
    """Words `first` up to, not including, `last` of a query may also be said as any of `phrases`, each some terms."""

    first: int
    last: int
    phrases: tuple[tuple[str, ...], ...]


class Synonyms:
    """Groups of phrases that mean the same, by the terms of each.

    The groups stay text, a line each. A phrase is analysed when a query has a word that it may begin with, its group
    when a query has the phrase: a process that asks one query should not pay for a thousand. Thread-safe.
    """

    def __init__(
        self,
        groups: str,
        terms: Callable[[str], list[str]],
        irregular: Callable[[str], Iterable[str]] = lambda root: (),
        places: Callable[[str], list[str]] | None = None,
    ) -> None:
        """`groups` is a group a line, its phrases parted by tabs (see `as_text`); lines with # first are comments.

        `irregular` gives the shapes of terms that their own letters do not give away; `places` one term for each place
        of a text, where a compound shares its place with its first part.
        """
        self._terms = terms
        self._places_of = places or terms
        self._irregular = irregular
        self._text = f"\n{groups}\n"
        self._flat = flattened_plainly(self._text)  # of the same length
        self._beginning = Cache(self._find, _REMEMBERED)
        self._shapes = Cache(self._find_shapes, _REMEMBERED)
        self._others: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        self._alone = Cache(self._longest_alone, _REMEMBERED)
        self._looked_for = 0  # roots

    def expand(self, words: Sequence[Sequence[str]]) -> list[Expansion]:
        """The expansions of a query given as `Analyzer.query_terms` gives it; the longest phrase at each place.

        Several words make a phrase by whatever they may mean, a single word by the likeliest only.
        """
        found: list[Expansion] = []
        place = 0
        while place < len(words):
            following = words[place : place + _LONGEST + 1]
            phrase, others = self._longest(following) if len(following) > 1 else self._alone[following[0][0]]
            if others:
                found.append(Expansion(place, place + len(phrase), others))
            place += max(len(phrase), 1)
        return found

    def _longest(self, words: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The terms of the longest phrase that the words begin with, and how else it may be said."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for term in words[0] if len(words) > 1 else words[0][:1]:
            for chunks, group in self._beginning[term]:
                phrase = self._begun(chunks, words)
                if 0 < len(phrase) <= _LONGEST and (len(phrase) > 1 or term == words[0][0]):
                    groups.setdefault(phrase, []).append(group)
        for phrase in sorted(groups, key=len, reverse=True):  # stable: of equals, the likelier one stays first
            others = self._others_of(phrase, groups[phrase])
            if others:
                return phrase, others
        return (), ()

    def _longest_alone(self, term: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """`_longest` of a word with nothing behind it, whose likeliest term this is."""
        return self._longest([[term]])

    def _begun(self, chunks: tuple[str, ...], words: Sequence[Sequence[str]]) -> tuple[str, ...]:
        """The terms of the phrase of these chunks if the words begin with it, else none."""
        phrase: list[str] = []
        for place, chunk in enumerate(chunks):
            # A word that does not begin like the next one need not be analysed; in capitals it may be a numeral.
            meant = words[len(phrase)]
            if _is_word(chunk) and not any(flattened(chunk).startswith(self._shapes[term]) for term in meant):
                return ()
            rest = words[len(phrase) :]
            # The words of a query are its terms one by one, or what stands at each of its places.
            own = next((own for of in (self._terms, self._places_of) if _begin_with(rest, own := of(chunk))), None)
            if own is None:
                return ()
            phrase += own
            if len(phrase) == len(words):
                rests = any(_is_word(rest) or self._terms(rest) for rest in chunks[place + 1 :])
                return () if rests else tuple(phrase)
        return tuple(phrase)

    def _find(self, root: str) -> tuple[_Phrase, ...]:
        """The phrases whose first word has this root."""
        found = []
        is_letter = len(root) == 1 and not self._irregular(root)  # no longer word is a form of it, and many begin so
        for place in sorted(self._places(root)):
            group = self._text.rfind("\n", 0, place) + 1
            line = self._text[place : self._text.find("\n", place)]
            chunks = tuple(line.partition("\t")[0].split())
            if is_letter and len(chunks[0]) > 1 and chunks[0].isalpha():
                continue
            if self._text[group] != "#" and self._terms(chunks[0])[:1] == [root]:
                found.append((chunks, group))
        return tuple(found)

    def _places(self, root: str) -> set[int]:
        """Where phrases stand that may begin with a form of `root`."""
        self._looked_for += 1
        found: set[int] = set()
        for shape in self._shapes[root] if root else ():
            if self._looked_for > _MANY and len(shape) >= _KEY:
                begun = self._by_beginning.get(shape[:_KEY], ())
                found.update(place for place in begun if self._flat.startswith(shape, place))
                continue
            for sought in (f"\n{shape}", f"\t{shape}"):
                found.update(place + 1 for place in places_of(sought, self._flat))
        return found

    @cached_property
    def _by_beginning(self) -> dict[str, list[int]]:
        """Where phrases stand, by their first letters."""
        found: dict[str, list[int]] = {}
        for match in re.finditer(rf"(?<=[\n\t])[^\n\t]{{{_KEY}}}", self._flat):
            found.setdefault(match.group(), []).append(match.start())
        return found

    def _find_shapes(self, root: str) -> tuple[str, ...]:
        """How words of a root may begin, flattened."""
        return tuple(map(flattened, shapes_of(root).union(self._irregular(root))))

    def _others_of(self, phrase: tuple[str, ...], groups: Iterable[int]) -> tuple[tuple[str, ...], ...]:
        """The other phrases of groups of a phrase."""
        found = self._others.get(phrase)
        if found is None:
            lines = [self._text[group : self._text.find("\n", group)] for group in groups]
            said = [other for line in lines for other in line.split("\t") if phrase != tuple(self._terms(other))]
            placed = [tuple(self._places_of(other)) for other in said]
            found = self._others[phrase] = tuple(dict.fromkeys(other for other in placed if other and other != phrase))
        return found


def _begin_with(words: Sequence[Sequence[str]], terms: Sequence[str]) -> bool:
    """Whether each of the first words may mean the term in its place."""
    return len(words) >= len(terms) and all(map(contains, words, terms))


def _is_word(chunk: str) -> bool:
    return chunk[0].isalpha() and not chunk.isupper()


def as_text(groups: Iterable[Sequence[str]]) -> str:
    """Groups of phrases as `Synonyms` takes them."""
    return "\n".join(["\t".join([" ".join(phrase.split()) for phrase in group]) for group in groups])


def read_groups(path: Path) -> list[list[str]]:
    """The groups of a synonym file: a group a line, its members parted by tabs or by " = "; # begins a comment."""
    data = path.read_bytes()
    try:
        text = normalize(data.decode("utf-8-sig"))  # phrases are looked for by their letters
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {number}: not UTF-8; save the file in this encoding") from error
    groups = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        members = [member.strip() for member in line.replace(" = ", "\t").split("\t") if member.strip()]
        if len(members) < 2:
            raise ValueError(
                f"{path}, line {number}: a group of synonyms has at least two members, parted by tabs or ' = '"
            )
        for member in members:
            if not any(map(str.isalnum, member)):
                raise ValueError(f"{path}, line {number}: {member!r} has no letter or digit, so no text can have it")
        groups.append(members)
    return groups


class Acronyms(Collection[str]):
    """The acronyms of `data/acronyms.tsv` in lower case. The file stays text until somebody asks for all of them."""

    def __init__(self, text: str) -> None:
        """`text` has a line for each: the acronym, a tab, and what it stands for.

        Other things are parted by " | ", other words for the same by " = ".
        """
        self._text = f"\n{text}\n"
        self._typed: dict[Callable[[str], str], str] = {}

    @cached_property
    def _all(self) -> dict[str, str]:
        """The acronyms in their capitals by what they are in lower case."""
        lines = [line for line in self._text.splitlines() if line and line[0] != "#"]
        return {lower_capitals(acronym): acronym for acronym in [line.partition("\t")[0] for line in lines]}

    def __contains__(self, acronym: object) -> bool:
        return acronym in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def typed(self, beginning: str, respell: Callable[[str], str]) -> list[str]:
        """Those that are typed with `beginning` first, in a spelling in which ı is typed as i."""
        typed = self._typed.get(respell)
        if typed is None:
            typed = self._typed[respell] = respell(self._text)
        lines = lines_beginning(self._text, beginning, typed)
        return [lower_capitals(line.partition("\t")[0]) for line in lines]

    def written(self, acronym: str) -> str | None:
        """One in its capitals; None if it is none."""
        return self._all.get(acronym)

    def meanings(self, acronym: str) -> list[str]:
        """What one stands for, in all words for it."""
        found = re.search(rf"\n{re.escape(self._all.get(acronym, '|'))}\t(.*)", self._text)
        return re.split(r" = | \| ", found[1]) if found else []

    def groups(self) -> str:
        """Each acronym with what it stands for, as `Synonyms` takes them: those that are two things make two groups."""
        lines = self._text.replace(" = ", "\t").splitlines()
        several = [line for line in lines if " | " in line]
        for line in several:
            acronym, _, things = line.partition("\t")
            lines += [f"{acronym}\t{thing}" for thing in things.split(" | ")]
        return "\n".join([line for line in lines if " | " not in line])
