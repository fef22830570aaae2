"""Did you mean: the query with each word that the index does not know put right."""

from __future__ import annotations

import datetime
import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from azanalyzer.alphabet import INVISIBLE, MARKS
from azanalyzer.patterns import pattern
from searchkit.query.leaves import MOST_DATE_WORDS
from searchkit.query.parse import QUOTES
from searchkit.schema import Date, Schema
from searchkit.suggestions.asking import how
from searchkit.suggestions.spacing import apart, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from azanalyzer import Analyzer
    from searchkit.backend import Snapshot
    from searchkit.suggestions.spelling import Correction, Speller

__all__ = ["suggest"]

# Words of letters only; what is a beginning, a pattern or a part of an address is not put right.
_WORD = pattern(r"(?<![\w'’/@#.])(?<!\w[?*\"»”])[^\W\d_]{2,}(?![\w'’/@:*~^]|\.\w|\?\w)")
_WITHIN = pattern(rf"(?<=\w)[{MARKS}{INVISIBLE}]+")  # which parts no word: soft hyphens, the stress in dictionaries
_FIELD = pattern(r"(?<!\w)([^\W\d][\w-]*):(?=\S)")
_RANGE = pattern(r"[\[{][^\]}]* TO [^\]}]*[\]}]")
_NEXT = r"(?:AND|OR|VƏ|VE)(?!\S)"
_EXCLUDES = pattern(rf"(?<![^\s(])(?:-|(?:NOT|DEY[İI]L)\s+)(?=[^\s)])(?!{_NEXT})")
_EXCLUDED = pattern(rf'(?:"[^"]*"|\([^()]*\)|(?<![^\s(])[^\s(]+)\s+DEY[İI]L(?=\s*(?:\)|\Z|{_NEXT}))')
_BRACKET = pattern(r"[()]")
_ORDINAL = pattern(r"[\dIVXLCivxlc][-‐-―\s]+[cC][iIuU]\Z")  # whose ending is as it is said
_CHUNK = pattern(r"\S+")
_OPERATORS = frozenset(["AND", "OR", "NOT", "VƏ", "YA"])  # of the full syntax
_SHORTEST = 3  # letters; a shorter word, or one before or after a hyphen, gets its diacritics and nothing else
_LONGEST_ACRONYM = 5  # letters
_MOST_WORDS, _MOST_LETTERS = 8, 400  # of a query; a longer one is a text
_RARE = 3  # documents; a word in more of them is meant as it is typed
_CLEAR = 1.0  # how much likelier one spelling must be than the next, as half of a logarithm
_RARER = 5  # times that a word must be rarer than the one that it is without its diacritics
_MUCH_RARER = 100  # times that a rare word must at least be rarer than another that is meant in its place


def suggest(
    text: str, snapshot: Snapshot, schema: Schema, analyzer: Analyzer, fields: Iterable[str] | None = None
) -> str | None:
    """`text` with its unknown and doubtful words put right, or None if there is nothing to put right.

    What the index knows is what stands in `fields`, None for all that hold text.
    A text typed without diacritics gets them only if it is clear how each of its words is spelled.
    """
    from azanalyzer.alphabet import compose
    from azanalyzer.scripts import has_cyrillic, to_latin
    from searchkit.suggestions.spelling import Speller

    if not 0 < len(text.split()) <= _MOST_WORDS or len(text) > _MOST_LETTERS:
        return None
    text = _WITHIN.sub("", compose(text))
    if sum(not _is_part(word) for word in _WORD.finditer(text)) > _MOST_WORDS:  # run together without spaces
        return None
    speller = Speller(snapshot, schema.text_fields if fields is None else [*fields], analyzer)
    words = _Words(speller, len(snapshot), analyzer.typed_in_ascii(text))
    joined = words.joined(text, schema)
    found = [(word, words.meant(word)) for word in _wanted(joined, schema)]
    if any(has_cyrillic(word.group()) and not has_cyrillic(meant) for word, meant in found):  # one alphabet for all
        found = [(word, meant if has_cyrillic(latin := to_latin(meant)) else latin) for word, meant in found]
    if not all(meant for _, meant in found):
        found = [(word, meant) for word, meant in found if meant and not _lacked(word.group(), meant)]
    elif joined != text or any(meant != word.group() for word, meant in found):
        found = [(word, words.spelled_alike(word.group()) if meant == word.group() else meant) for word, meant in found]
    suggested = joined
    for word, meant in reversed(found):  # so that those before it stay in their places
        suggested = suggested[: word.start()] + meant + suggested[word.end() :]
    return suggested if suggested != text else None


def _wanted(text: str, schema: Schema) -> Iterator[re.Match[str]]:
    """The words that are looked for in text fields."""
    untouched = _untouched(text, schema)
    for word in _WORD.finditer(text):
        if word.group() in _OPERATORS or any(start <= word.start() < end for start, end in untouched):
            continue
        if word.group().isupper() and len(word.group()) <= _LONGEST_ACRONYM and not text.isupper():
            continue
        yield word


def _untouched(text: str, schema: Schema) -> list[tuple[int, int]]:
    """Where ranges stand, what is excluded, and values of fields that are not text: words, phrases and groups."""
    plain = text.translate(QUOTES)
    found = [part.span() for part in (*_RANGE.finditer(plain), *_EXCLUDED.finditer(plain))]
    found += [(sign.start(), _end_of_item(plain, sign.end(), schema)) for sign in _EXCLUDES.finditer(plain)]
    for name in _FIELD.finditer(plain):
        if name[1] not in schema.text_fields and (name[1] == "id" or name[1] in schema.fields):
            found.append((name.start(), _end_of_item(plain, name.start(), schema)))
    return found


def _end_of_item(text: str, start: int, schema: Schema) -> int:
    """Where a word, a phrase or a group ends, which may have the name of its field before it."""
    name = _FIELD.match(text, start)
    place = name.end() if name else start
    if text[place] == '"':
        return text.find('"', place + 1) + 1 or len(text)
    if text[place] == "(":
        return _end_of_group(text, place)
    words = list(islice(_CHUNK.finditer(text, place), MOST_DATE_WORDS))
    length = 1
    if name and isinstance(schema.fields.get(name[1]), Date):
        from searchkit.query.periods import count_words

        length = count_words([word.group().lstrip("<>=") for word in words], datetime.date.today())
    return words[length - 1].end()


def _end_of_group(text: str, start: int) -> int:
    """Where a group ends that begins with a bracket."""
    depth = 0
    for bracket in _BRACKET.finditer(text, start):
        depth += 1 if bracket.group() == "(" else -1
        if not depth:
            return bracket.end()
    return len(text)


def _is_part(word: re.Match[str]) -> bool:
    """Whether a word is short or stands beside a hyphen."""
    start, end = word.span()
    return end - start < _SHORTEST or "-" in (word.string[start - 1 : start], word.string[end : end + 1])


def _is_in_field(word: re.Match[str]) -> bool:
    """Whether the name of a field stands before a word: it is that of no other word."""
    return word.string[: word.start()].endswith(":")


def _lacked(word: str, meant: str) -> bool:
    """Whether a word only lacks diacritics."""
    from azanalyzer import lower
    from azanalyzer.spellings import lacks_diacritics

    return lacks_diacritics(lower(word), lower(meant))


class _Words:
    """What was meant by the words of a text, which may have been typed in ASCII; `documents` are those of the index."""

    def __init__(self, speller: Speller, documents: int, in_ascii: bool) -> None:
        self._speller = speller
        self._documents = documents
        self._in_ascii = in_ascii

    def joined(self, text: str, schema: Schema) -> str:
        """The text with the first two words that documents have as one written together."""
        for word, following in pairwise(_wanted(text, schema)):
            gap = text[word.end() : following.start()]
            if gap.isspace() and not (_is_in_field(word) or _is_part(word) or _is_part(following)):
                typed = self._lower(word.group()), self._lower(following.group())
                if meant := together(*typed, self._speller, self._in_ascii):
                    first, last = word.start(), following.end()
                    return text[:first] + _cased_as(meant, text[first:last]) + text[last:]
        return text

    def meant(self, word: re.Match[str]) -> str:
        """What was meant by a word, itself if nothing else; empty if it lacks diacritics and it is open which."""
        typed = word.group()
        if _is_part(word):
            if not self._in_ascii or _ORDINAL.search(word.string, 0, word.end()):
                return typed
            return self._with_diacritics(typed) or typed
        meant = self._put_right(typed)
        if meant is None:
            return typed if _is_in_field(word) else self._apart(typed)
        if self._in_ascii and self._lower(typed) == "nece":
            return _cased_as(how(_WORD.findall(word.string, word.end()), self._speller), typed)
        return meant

    def spelled_alike(self, word: str) -> str:
        """A word that stays where others of a text in ASCII get their diacritics: with its own, if no document has it.

        It finds no more so, but nobody writes evlenmek üçün.
        """
        if not self._in_ascii or len(word) < _SHORTEST or not self._speller.is_unused(word):
            return word
        return _cased_as(self._speller.spelled_alone(self._lower(word)) or word, word)

    def _put_right(self, word: str) -> str | None:
        """What was meant by a word; None if nothing else, and empty as in `meant`."""
        typed = self._lower(word)
        is_open = self._in_ascii and "I" in word  # which may be that of i or of ı
        own = self._speller.own_frequency(typed if is_open else word)
        if own is None:
            meant = self._of_russian_keyboard(typed)
            return None if meant is None else _cased_as(meant, word)
        meant = self._find_meant(typed, own)
        if meant is None and is_open and own >= 1:
            meant = typed
        return None if meant is None else _cased_as(meant, word)

    def _find_meant(self, typed: str, own: float) -> str | None:
        """What was meant by a word in lower case that stands in `own` documents; as `_put_right` says."""
        meant = None if own else self._without_pairs(typed)
        if meant is None and (self._in_ascii or not own):
            meant = self._spelled(typed, own)
        if meant is None and own <= _RARE and not (own >= 1 and self._documents < own * _MUCH_RARER):
            meant = self._corrected(typed, own)
        return meant

    def _of_russian_keyboard(self, typed: str) -> str | None:
        """What was meant by an Azerbaijani word in Russian letters; None if no document has that."""
        for latin in self._speller.of_russian_keyboard(typed):
            own = self._speller.own_frequency(latin)
            meant = None if own is None else self._spelled(latin, own)
            if meant is None and own is not None and own >= 1:
                meant = latin
            if meant:
                return meant
        return None

    def _without_pairs(self, typed: str) -> str | None:
        """What was meant by a word with two letters typed for one, as in sheher; None if no document has that."""
        from azanalyzer.alphabet import without_pairs

        single = without_pairs(typed)
        if single == typed:
            return None
        own = self._speller.own_frequency(single)
        meant = None if own is None else self._find_meant(single, own)
        meant = single if meant is None else meant
        return meant if (self._speller.own_frequency(meant) or 0.0) >= 1 else None

    def _spelled(self, typed: str, own: float) -> str | None:
        """A word with the diacritics that it lacks, empty if that leaves it open; None if it lacks none.

        A word that stands in `own` documents as it is typed gives way only to one that is more frequent by far.
        """
        found = self._speller.accented(typed, self._in_ascii)
        if not self._in_ascii:
            return next((meant.surface for meant in found if meant.frequency > _RARE), None)
        if not found:
            return None
        best = found[0]
        stays = best.frequency < own * _RARER and not (own < 1 and self._speller.say_nothing([best.term]))
        return None if stays else self._clearest(typed, found)

    def _clearest(self, typed: str, found: Sequence[Correction]) -> str:
        """The spelling that is meant of those found, the likeliest of which is first; empty if it is open which."""
        best = found[0]
        near = [other for other in found if other.cost < best.cost + _CLEAR and other.surface != typed]
        if all(other.term == best.term for other in near):
            return best.surface
        if self._speller.say_nothing(other.term for other in near):
            return self._speller.first_read(typed, near).surface
        return ""

    def _corrected(self, typed: str, own: float) -> str | None:
        """What a rare or unknown word was meant for, slips put right; None if it may stay as it is."""
        for meant in self._speller.corrections(typed, self._in_ascii):
            if meant.surface != typed and self._speller.may_replace(meant, typed, own):
                return meant.surface
        return None

    def _with_diacritics(self, word: str) -> str:
        """A short word of a text typed in ASCII, or a part of a compound, with the diacritics that it lacks if any."""
        from azanalyzer.alphabet import lower

        own = self._speller.own_frequency(word)
        return "" if own is None else _cased_as(self._spelled(lower(word), own) or "", word)

    def _apart(self, word: str) -> str:
        """A word that no document has as the two that one has in its place, if there are any."""
        return _cased_as(apart(self._lower(word), self._speller, self._in_ascii) or "", word) or word

    def _lower(self, word: str) -> str:
        """A word in lower case; in ASCII a capital I is that of i, too, as i may be ı."""
        from azanalyzer.alphabet import lower

        return word.lower() if self._in_ascii else lower(word)


def _cased_as(surface: str, word: str) -> str:
    """`surface` in capitals, or with a capital first, where `word` is written so."""
    from azanalyzer.alphabet import capitalized, upper

    if not surface or word.islower() or not word[0].isupper():
        return surface
    if len(word) > 1 and word.isupper():
        return upper(surface)
    return capitalized(surface)
