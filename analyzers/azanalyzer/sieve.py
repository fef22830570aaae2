"""Finding a few terms in much text without reading every word: only chunks that begin like one of them can have it.

Every term is its word's own letters up to where inflection begins, but for the alternations of its last two letters
(get, ged-; oğul, oğl-), q and k that soften, and a few irregular shapes. How a word is typed changes letters into their
twins at most, or draws them out (çoooox), which makes a chunk one to look at closely.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from azanalyzer import scripts
from azanalyzer.alphabet import fold, lower, normalize
from azanalyzer.cache import Cache
from azanalyzer.patterns import pattern, places_of
from azanalyzer.spellings import undrawn
from azanalyzer.tokenizer import APOSTROPHES, SIGNS, scan

__all__ = ["Sieve", "flattened", "flattened_plainly", "shapes_of"]

_CHUNK = pattern(r"\S+")
_DIGIT = pattern(rb"\d+")
_ROMAN = pattern(rb" [ivx]+(?= )")  # a lone run of these letters may be a number: XX əsr
_INITIAL = pattern(rb"\.[a-z]")  # and more of them
_QUOTE = pattern(rb"['`]")
# What flat text may have besides plain letters and signs: apostrophes, which words are read without, letters of other
# alphabets, marks that join letters, characters that are not seen.
_ODD = pattern(r"[^\x00-&(-_a-\x7f\s«»„“”…–—№§°€]")
_APOSTROPHE = pattern(f"[{APOSTROPHES}]")
_PLAIN = pattern("[a-z]")
_LETTERS = pattern(r"[^\W\d_]+")
_HEAD = pattern(r"[a-z]+|[^\W\d_]+|.", re.DOTALL)
_NARROW = "ıiuü"
_OTHER_LAST = {"t": "d", "q": "x", "k": "x", "b": "p"}  # of get, and of uşaq and kitab as they are spoken
_REMEMBERED = 20_000  # chunks with something odd in them


class Sieve:
    """Picks the chunks of a text that may have one of `terms` or a term that begins with one of `beginnings`.

    It never loses one that has; of those without, it lets pass what begins alike. `irregular` gives the shapes of
    terms that their own letters do not give away. Safe to share between threads.
    """

    def __init__(
        self, irregular: Mapping[str, Sequence[str]], terms: Iterable[str], beginnings: Iterable[str] = ()
    ) -> None:
        heads = set(map(_head, _wanted_shapes(irregular, terms, beginnings)))
        self._everything = any(not head[:1].isalnum() for head in heads)
        self._numbers = any(head[:1].isdecimal() for head in heads)
        plain = sorted(head for head in heads if head.isascii() and head.isalpha())
        foreign = heads.difference(plain)
        self._foreign = foreign.union(f"{head[0]}.{head[1]}" for head in foreign if len(head) > 1 and head.isalpha())
        self._heads: list[bytes] = []  # each behind a space
        for head in map(str.encode, plain):  # what begins like another is found with it
            if not (self._heads and head.startswith(self._heads[-1][1:])):
                self._heads.append(b" %b" % head)
        self._initials = {b"%c.%c" % tuple(head[1:3]) for head in self._heads if len(head) > 2}  # b.e.ə. is beə
        # The signs that stand for a wanted word: % for faiz.
        self._signs = [sign for sign, word in SIGNS.items() if any(map(flattened(word).startswith, heads))]
        self._odd = Cache(self._may_be_odd, _REMEMBERED)

    def chunks(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the chunks that may have a wanted term start and end in `text`, in order."""
        if self._everything:
            for chunk in _CHUNK.finditer(text):
                yield chunk.span()
            return
        try:
            flat = codecs.charmap_encode(text, "strict", _TO_BYTES)[0].translate(_TO_SPACED)
            odd = {found.start() for found in _QUOTE.finditer(flat)} if b"'" in flat or b"`" in flat else set()
            places = self._places(flat)
        except UnicodeEncodeError:
            flat, odd, places = self._of_unusual(text)
        for sign in [*self._signs, "#"]:  # any word may stand inside a hashtag
            places += places_of(sign, text)
        flat += b" "
        odd.update(_drawn_out(flat))
        end = 0
        for place in sorted(odd.union(places)) if odd else sorted(places):
            if place < end:
                continue
            start, end = flat.rfind(b" ", 0, place) + 1, flat.index(b" ", place)
            if place not in odd or self._odd[text[start:end]]:
                yield start, end

    def _of_unusual(self, text: str) -> tuple[bytes, set[int], list[int]]:
        """Flat text, where it has something odd, and where something that may begin a wanted term."""
        flat = flattened(text)
        odd: set[int] = set()
        places: list[int] = []
        if scripts.CYRILLIC.search(flat):
            places = _beginnings(self._foreign, flat.replace("ё", "е"))
            odd.update(found.start() for found in _PLAIN.finditer(flat))  # among others, it may stand for its twin
            flat = flat.translate(_CYRILLIC_TO_FLAT)
        odd.update(found.start() for found in _ODD.finditer(flat))
        in_bytes = _in_bytes(flat)
        return in_bytes, odd, places + self._places(in_bytes)

    def _places(self, flat: bytes) -> list[int]:
        """Where in flat text something is that may begin a wanted term."""
        words = b" %b " % flat.translate(_TO_WORDS)
        places: list[int] = []
        for head in self._heads:
            places += places_of(head, words)
        if _INITIAL.search(flat):
            for initials in self._initials:
                places += [place for place in places_of(initials, flat) if words.startswith(b" ", place)]
        if self._numbers:
            places += [found.start() for found in _DIGIT.finditer(flat)]
            places += [found.start() for found in _ROMAN.finditer(words)]
        return places

    def _may_be_odd(self, chunk: str) -> bool:
        """Whether a chunk with something odd in it may have a wanted term."""
        return any(raw.kind == "hashtag" or self._may_be(normalize(raw.text)) for raw in scan(chunk))

    def _may_be(self, text: str) -> bool:
        forms = {text, SIGNS.get(text[:1], text)}
        if scripts.has_cyrillic(text):
            forms.add(scripts.untwin(text))
            forms |= {form.lower().replace("ё", "е") for form in forms}
            forms |= {scripts.to_latin(form) for form in forms}
        forms |= {_APOSTROPHE.sub("", form) for form in forms}
        forms |= {short for form in forms for short in undrawn(lower(form))}
        return any(
            any(head in flattened(lower(form)) for head in self._foreign)
            or self._places(_in_bytes(flattened(fold(form))))
            for form in forms
        )


def flattened(text: str) -> str:
    """`text` in lower case with the letters that may stand for each other made one; its length stays.

    They are typed for each other (e for ə, w for ş), change before a suffix (otaq, otağ-) or in speech (qəpiyliy for
    qəpiklik).
    """
    if not text.isascii():
        text = text.replace("İ", "i")  # the only letter that becomes two in lower case
    text = text.lower()
    if not text.isascii():
        text = text.replace("ə", "a").replace("ı", "i").replace("ö", "o").replace("ü", "u")
        text = text.replace("ç", "c").replace("ş", "s").replace("ğ", "g")
    return text.replace("e", "a").replace("q", "g").replace("k", "y").replace("w", "s")


# What nearly all of today's texts are written with. Each becomes one byte, and that the byte of what it is when flat.
_LATIN = "".join(map(chr, range(128))) + "ƏəĞğŞşÇçÖöÜüİı"
_SIGNS = "«»„“”…–—№§°€"
_TO_BYTES = codecs.charmap_build(f"{_LATIN}{_SIGNS}’‘\u00a0".ljust(256, "\ufffe"))  # which stands for no character
_TO_FLAT = f"{flattened(_LATIN)}{'-' * len(_SIGNS)}'' ".ljust(256).encode("ascii")
_SPACES = b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"
_TO_SPACED = _TO_FLAT.translate(bytes.maketrans(_SPACES, b" " * len(_SPACES)))  # with one kind of space only
_TO_WORDS = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))  # a space for all else


def flattened_plainly(text: str) -> str:
    """`flattened`, but where it is faster with plain signs for others."""
    try:
        return _flattened_by_table(text)
    except UnicodeEncodeError:
        return flattened(text)


def _flattened_by_table(text: str) -> str:
    """`flattened` in a third of the time, but with plain signs for others; UnicodeEncodeError for unusual text."""
    return codecs.charmap_encode(text, "strict", _TO_BYTES)[0].translate(_TO_FLAT).decode("ascii")


def _drawn_out(flat: bytes) -> Iterator[int]:
    """Where a letter stands for the third time in a row."""
    letters = int.from_bytes(flat, "big")  # all letters beside those before them at once
    before = letters >> 8
    differ = ((letters ^ before) | (before ^ letters >> 16)).to_bytes(len(flat), "big")
    place = differ.find(0, 2)
    while place >= 0:
        if flat[place : place + 1].isalpha():
            yield place
        place = differ.find(0, place + 1)


def _head(shape: str) -> str:
    """What a flat word of a shape begins with: plain letters, of which no other word is made, or whatever else."""
    flat = flattened_plainly(shape)
    if not flat.isascii():
        flat = flattened(normalize(shape))
    elif flat.isalpha():  # nearly always
        return flat
    found = _HEAD.match(flat)
    return found[0] if found else ""


class _PlainSigns(dict[int, int]):
    """What `str.translate` takes to make flat text ASCII: a space for each kind of space, a digit for any, else a ?."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        return ord(" " if letter.isspace() else "0" if letter.isdecimal() else letter if code < 128 else "?")


_PLAIN_SIGNS = _PlainSigns()


def _in_bytes(flat: str) -> bytes:
    """Flat text as ASCII of the same length: the letters of other alphabets are lost, but not spaces and digits."""
    return flat.translate(_PLAIN_SIGNS).encode("ascii")


# What has no twin of one letter stays as it is.
_CYRILLIC_TO_FLAT = {
    ord(letter): flattened(scripts.to_latin(letter))
    for letter in map(chr, range(0x430, 0x500))
    if len(scripts.to_latin(letter)) == 1
}


def _beginnings(heads: Iterable[str], flat: str) -> list[int]:
    """Where a run of letters begins with any of `heads`."""
    return [place for head in heads for place in places_of(head, flat) if not (place and flat[place - 1].isalpha())]


def _wanted_shapes(irregular: Mapping[str, Sequence[str]], terms: Iterable[str], beginnings: Iterable[str]) -> set[str]:
    """The shapes of terms, and of those that begin with one of `beginnings`."""
    shapes: set[str] = set()
    for term in terms:
        shapes.update(shapes_of(term), irregular.get(term, ()))
    for beginning in beginnings:
        shapes |= shapes_of(beginning)
        if len(beginning) > 1 and beginning[-1] in _NARROW:  # it may be the vowel that drops out
            shapes.add(beginning[:-1])
        shapes.update(*(irregular[term] for term in irregular if term.startswith(beginning)))
    return shapes


def shapes_of(term: str) -> set[str]:
    """How words of a term may begin."""
    shapes = {term}
    # A compound, each part of which stands in a shape of its own.
    if not term.isalpha() and (part := _LETTERS.match(term)) and part.end() < len(term):
        return shapes_of(part[0])
    last = term[-1:]
    if last in _OTHER_LAST:
        shapes.add(term[:-1] + _OTHER_LAST[last])
    if len(term) > 1 and last in "aə":  # oyna, oynu-yur
        shapes.add(term[:-1])
    if len(term) > 2:
        if term[-2] in _NARROW:
            shapes.add(term[:-2] + last)
        if term[-2] == last:  # hiss, his-dən
            shapes.add(term[:-1])
    return shapes
