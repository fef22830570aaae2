"""From raw tokens to pieces: which term each one is indexed under, suffixes set apart taken off, compounds split."""

from __future__ import annotations

import re

from azanalyzer import scripts
from azanalyzer.alphabet import ALPHABET, INVISIBLE, MARKS, fold, lower, lower_capitals, normalize, upper
from azanalyzer.explanation import AS_A_WHOLE, WHY, Explanation
from azanalyzer.morphology.readings import Reading, Suffix
from azanalyzer.numerals import ascii_digits, iso_date, plain_number
from azanalyzer.patterns import pattern
from azanalyzer.tokenizer import APOSTROPHES, DASHES, DOMAIN, LETTERS, SIGNS, SUPERSCRIPTS, RawToken, scan
from azanalyzer.tuples import NamedTuple
from azanalyzer.word_terms import LONGEST_WORD, Known, WordTerms, with_kind, without_apostrophes

__all__ = ["CLOSING", "NO_DATE", "OPENING", "Piece", "WordReader"]

_SEPARATOR = pattern(rf"([{APOSTROPHES}{DASHES}])")
# A chunk that is one word of today's alphabet between punctuation, or a number that is no date, maybe with letters set
# apart behind it: nearly all of them. The last of its groups that matched tells which.
OPENING, CLOSING = '«"“([', '.,;:!?…»”")]'
_WORD, _STOPPED, _NUMBER_WHOLE, _DIGITS, _TAIL = 1, 2, 3, 4, 5
_OWN = frozenset(f"{ALPHABET}w{upper(ALPHABET)}W")
_OWN_LETTERS = "[A-Za-zƏəĞğŞşÇçÖöÜüİı]+"
NO_DATE = r"(?!(?:\d\d?[.]\d\d?[.][12]\d{3}|[12]\d{3}[.]\d\d?[.]\d\d?)(?!\d))"  # of numbers with stops between them
_SIMPLE = pattern(
    rf"""
      [{re.escape(OPENING)}]*
      (?: ({_OWN_LETTERS}) (\.)?
        | ( {NO_DATE} (\d+(?:[.,]\d+)*) (?:[{APOSTROPHES}{DASHES}]({_OWN_LETTERS}))? )
      )
      [{re.escape(CLOSING)}]*\Z
    """,
    re.VERBOSE,
)
# Such words joined: one raw token, for which the scanner, which takes long to compile, need not be asked.
_JOINED = pattern(rf"{_OWN_LETTERS}(?:[-'’]{_OWN_LETTERS})+\Z")
# What may part a word from its suffix: a closing quote, the number of a note or the sign of a trade mark, and a hyphen.
_SET_OFF = pattern(rf"""(?:[»›”“"™®©]|''|’’|[{SUPERSCRIPTS}]+)[{APOSTROPHES}{DASHES}]?\Z""")
# What may be suffixes set apart, also behind a closing quote, for one who has the word explained.
_SIGNS = rf"[»›”“\"™®©{SUPERSCRIPTS}{APOSTROPHES}{DASHES}]"
_SET_APART = pattern(rf"(?P<head>.+?)(?<!{_SIGNS}){_SIGNS}+(?P<tail>\w{{1,15}})\Z", re.DOTALL)
_OF_LETTERS = frozenset(["word", "acronym", "hashtag"])  # kinds of pieces that may be read as root and suffixes
_BETWEEN_DASHES = pattern(rf"[^{DASHES}]+")
# A suffix set apart at the end of an address; only an apostrophe tells it from the path of a page.
_APART = pattern(rf"(?P<head>.+)[{APOSTROPHES}{DASHES}](?P<tail>[^{APOSTROPHES}{DASHES}]+)\Z", re.DOTALL)
_APART_OF_PAGE = pattern(rf"(?P<head>.+)[{APOSTROPHES}](?P<tail>[^{APOSTROPHES}{DASHES}]+)\Z", re.DOTALL)
_DOMAIN = pattern(DOMAIN)
_LABEL = pattern(r"[^.]+")
_OF_HASHTAG = pattern(r"[^#_]+")
# The words of a hashtag that begin with capitals: QarabağAzərbaycandır, COP29; with its marks where a letter has some.
_CAPITAL, _SMALL = (rf"[{letters}][{MARKS}{INVISIBLE}]*" for letters in (f"{upper(ALPHABET)}W", f"{ALPHABET}w"))
_IN_CAPITALS = pattern(rf"{_CAPITAL}(?:{_SMALL})+|(?:{_CAPITAL})+(?!{_SMALL})|(?:{_SMALL})+|\d+")
_SHORTEST_IN_CAPITALS = 2  # letters of each: iPhone is one word
_PAGE = pattern(r"(?:\w+://|[wW]{3})[^/?#]*[/?#]")
_NUMBER = pattern(rf"(?P<digits>\d+(?:[.,]\d+)*)(?P<join>[{APOSTROPHES}{DASHES}])?(?P<tail>.*)", re.DOTALL)
_SHORTEST_NAME = 3  # letters before an apostrophe
_MOST_APOSTROPHES = 8  # in one word; more are noise, and each one costs a look at the word


class Piece(NamedTuple):
    """A token inside its chunk: `step` is 1 where it moves on to the next position, 0 where it shares the last one."""

    start: int
    end: int
    term: str
    kind: str
    step: int

    def surface(self, chunk: str) -> str:
        """The piece as it is written in its `chunk`."""
        return chunk[self.start : self.end]

    def spelled(self, chunk: str) -> str:
        """The piece in lower case and in today's alphabet, the same whichever alphabet its `chunk` is written in."""
        text = normalize(self.surface(chunk))
        if self.kind != "russian" and scripts.has_cyrillic(text):
            text = scripts.to_latin(scripts.untwin(text))
        return lower(text)


class WordReader(WordTerms):
    """Turns chunks into pieces by the terms of their words."""

    def pieces(self, chunk: str, azerbaijani: bool | None = None) -> tuple[Piece, ...]:
        """The pieces of a run of characters without white space.

        `azerbaijani` says whether Cyrillic words around it are Azerbaijani; None where nothing shows that.
        """
        if chunk and _OWN.issuperset(chunk):  # a single word does without the pattern, which takes long to compile
            term, kind = with_kind(self._known[chunk])
            return (tuple.__new__(Piece, (0, len(chunk), term, kind, 1)),)  # without the constructor, as in `tokens`
        simple = _SIMPLE.match(chunk)
        if simple:
            found = self._simple(simple)
            if found is not None:
                term, kind = with_kind(found)
                start, end = simple.span(_NUMBER_WHOLE if kind == "number" else _WORD)
                return (tuple.__new__(Piece, (start, end, term, kind, 1)),)
        pieces: list[Piece] = []
        for raw in [RawToken("word", chunk, 0)] if _JOINED.match(chunk) else scan(chunk):
            if pieces and raw.kind == "word" and self._is_set_off(raw, chunk, pieces[-1].end):
                pieces[-1] = pieces[-1]._replace(end=raw.start + len(raw.text))
            else:
                pieces.extend(getattr(self, f"_{raw.kind}")(raw, chunk, azerbaijani))
        return tuple(pieces)

    def _is_set_off(self, raw: RawToken, chunk: str, end: int) -> bool:
        """Whether a raw token is a suffix of the word that ends at `end`, behind a sign: «Qarabağ»ın, "Qarabağ"-ın."""
        if not _SET_OFF.match(chunk[end : raw.start]):
            return False
        text = scripts.to_latin(normalize(raw.text))
        return text.isalpha() and self.is_suffix(lower(text))

    def terms(self, chunk: str, azerbaijani: bool | None = None) -> tuple[str, ...]:
        """The terms of `pieces`, for most chunks without making these."""
        if chunk and _OWN.issuperset(chunk):
            known = self._known[chunk]
            return (known,) if isinstance(known, str) else (known[0],)
        simple = _SIMPLE.match(chunk)
        if simple:
            found = self._simple(simple)
            if found is not None:
                return (with_kind(found)[0],)
        return tuple([piece.term for piece in self.pieces(chunk, azerbaijani)])

    def _simple(self, found: re.Match[str]) -> Known | None:
        """What the one token of a chunk is; None if it is a number and what stands behind that is no suffix."""
        last = found.lastindex
        if last == _WORD:
            return self._known[found[_WORD]]
        if last == _STOPPED:
            return self.plain(found[_WORD], before_stop=True)
        tail = found[_TAIL]
        return (plain_number(found[_DIGITS]), "number") if tail is None or self.is_suffix(lower(tail)) else None

    def explain(self, word: str) -> Explanation:
        """The readings of a word, of several those of the first; the best has the term that it is indexed under."""
        pieces = self.pieces(word)
        text = normalize(pieces[0].surface(word) if pieces else word)
        if scripts.CYRILLIC.search(text):
            text = scripts.to_latin(scripts.untwin(text))
        text = text.removeprefix("#")
        found = _SET_APART.match(text)
        text = without_apostrophes(text)
        best = self.reading(text)
        term, kind = (pieces[0].term, pieces[0].kind) if pieces else (best.term, "word")
        apart: tuple[Suffix, ...] = ()
        if found and not (best.term == term and best.source in ("lexicon", "ascii")):
            head, suffixes = without_apostrophes(found["head"]), self.suffixes_apart(lower(found["tail"]))
            other = self.reading(head)
            if suffixes and other.term == term:
                text, best, apart = head, other, suffixes
        is_guess_at_signs = best.source == "guess" and not text.isalpha()
        if best.term != term or kind not in _OF_LETTERS or is_guess_at_signs:
            return Explanation(word, Reading(term, term, term, "", (), 0.0, kind), (), AS_A_WHOLE)
        readings = []
        if best.source != "surface":
            readings = self.morphology.readings(lower(text)) or self.morphology.readings(fold(text), "ascii")
        others = tuple(reading for reading in readings if reading[:-1] != best[:-1])
        return Explanation(word, best._replace(suffixes=best.suffixes + apart), others, WHY[best.source])

    # ---------------------------------------------------------------- words

    def _word(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        end = raw.start + len(raw.text)
        text = self._in_latin(normalize(raw.text), azerbaijani)
        if text is None:
            return self._russian(raw)
        if text.isalpha():
            term, kind = self.plain(text, chunk[end : end + 1] == ".")
            if term in ("5", "v") and kind != "abbreviation" and azerbaijani is None and scripts.has_cyrillic(raw.text):
                return self._russian(raw)  # в is Russian for in, and Azerbaijani has no such word
            return [Piece(raw.start, end, term, kind, 1)]
        return self._joined(raw, text)

    def _in_latin(self, text: str, azerbaijani: bool | None) -> str | None:
        """Normalised `text` in today's alphabet; None if it is Russian."""
        if not scripts.has_cyrillic(text):
            return text
        text = scripts.untwin(text)
        latin = scripts.to_latin(text)
        if any(map(str.isalnum, latin)) and (latin == text or self._is_azerbaijani(text, latin, azerbaijani)):
            return latin
        return None

    def _is_azerbaijani(self, cyrillic: str, latin: str, around: bool | None) -> bool:
        """By the letters of the word, else of the text around it, else by the lexicon."""
        if scripts.AZERBAIJANI_ONLY.search(cyrillic):
            return True
        # Before 1958 Azerbaijani had letters that are only Russian today: in its own text they prove nothing.
        if around is not None and not (around and scripts.RUSSIAN_ONLY.search(cyrillic)):
            return around
        small = lower(without_apostrophes(latin))
        if small.isalpha():
            return self.is_form(small)
        *words, last = _BETWEEN_DASHES.findall(small)
        known = all(word in self.acronyms or self.is_form(word) for word in words)
        return bool(words) and known and (self.is_form(last) or (last.isalpha() and self.is_suffix(last)))

    def _joined(self, raw: RawToken, text: str) -> list[Piece]:
        """A word with digits, apostrophes or hyphens in it, and maybe a part that is a hard or soft sign alone."""
        end = raw.start + len(raw.text)
        if sum(map(text.count, APOSTROPHES)) > _MOST_APOSTROPHES:
            text = without_apostrophes(text)
        parts = _SEPARATOR.split(text)
        words, marks = parts[:1], parts[1::2]
        for number, (mark, word) in enumerate(zip(marks, parts[2::2], strict=True), 1):
            if mark not in APOSTROPHES:  # which never part two words
                words.append(word)
            elif number < len(marks) or not self._is_behind_apostrophe(words[-1], word):
                words[-1] += word
        if len(words) > 1 and words[-2] and self.compound(words) is None and self.is_set_apart(words[-2], words[-1]):
            words.pop()
            if len(words) == 1 and words[0].isupper():
                term, kind = self.plain(words[0]) if words[0].isalpha() else (lower_capitals(words[0]), "acronym")
                return [Piece(raw.start, end, term, kind if kind == "roman" else "acronym", 1)]
        if len(words) == 1:
            term, kind = self.plain(words[0]) if words[0].isalpha() else (lower_capitals(words[0]), "word")
            return [Piece(raw.start, end, term, kind, 1)]
        return self._compound(raw, words)

    def _is_behind_apostrophe(self, left: str, right: str) -> bool:
        """Whether `right` behind an apostrophe is a suffix of `left`, and not the rest of a word that has one in it.

        Behind a name it is in any case: Roma'nın is no roman. Old spellings have apostrophes inside words: mə'lum.
        """
        if not (left and right.isalpha() and self.is_suffix(lower(right))):
            return False
        small = lower(left + right)
        if len(small) > LONGEST_WORD:
            return True
        if not left[0].isupper() or len(left) < _SHORTEST_NAME:
            return not self.is_known(left + right, small)
        return self.is_name(lower(left)) or not self.is_form(small)

    def _compound(self, raw: RawToken, words: list[str]) -> list[Piece]:
        """The whole of a hyphenated word and, at the following positions, each of its parts."""
        end = raw.start + len(raw.text)
        starts = [raw.start + part.start() for part in _BETWEEN_DASHES.finditer(raw.text)]
        ends = [raw.start + part.end() for part in _BETWEEN_DASHES.finditer(raw.text)]
        ends[len(words) - 1] = end  # a suffix set apart belongs to the last part
        read = [self.plain(word) if word.isalpha() else (lower_capitals(word), "word") for word in words]
        own = [part for part in zip(starts, ends, read, strict=False) if part[2][0]]
        pieces = [
            Piece(start, stop, term, kind, int(number > 0)) for number, (start, stop, (term, kind)) in enumerate(own)
        ]
        whole = self.compound(words) or "-".join(piece.term for piece in pieces)
        return [Piece(raw.start, end, whole, "word", 1), *pieces]

    def _russian(self, raw: RawToken) -> list[Piece]:
        pieces = []
        for match in re.finditer(LETTERS, raw.text):
            start = raw.start + match.start()
            stem = scripts.russian_stem(scripts.untwin(normalize(match.group())))
            pieces.append(Piece(start, raw.start + match.end(), stem, "russian", 1))
        return pieces

    def _signed(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        """A name that has signs in it: C++, .NET, R&D."""
        text, rest = self._before_suffix(raw.text, _APART)
        return self._named(raw, "word", _address(text), rest)

    def _entity(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        return []

    # ---------------------------------------------------------------- numbers and dates

    def _sign(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        """The sign of an amount, as the word that it stands for: 18% is 18 faiz."""
        end = raw.start + len(raw.text)
        tail = scripts.to_latin(normalize(raw.text[1:])).lstrip(APOSTROPHES + DASHES)
        if not tail or (tail.isalpha() and self.is_suffix(lower(tail))):
            return [Piece(raw.start, end, SIGNS[raw.text[0]], "word", 1)]
        start = end - len(tail)
        return [
            Piece(raw.start, raw.start + 1, SIGNS[raw.text[0]], "word", 1),
            *self._word(RawToken("word", tail, start), chunk, azerbaijani),
        ]

    def _number(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        match = _NUMBER.match(raw.text)
        assert match is not None  # the scanner's pattern begins in the same way
        digits_end = raw.start + match.end("digits")
        end = raw.start + len(raw.text)
        number = plain_number(match["digits"])
        tail = normalize(match["tail"])
        if not tail:
            return [Piece(raw.start, digits_end, number, "number", 1)]
        if scripts.CYRILLIC.search(tail):
            tail = scripts.to_latin(tail)
        if tail.isalpha() and self.is_suffix(lower(tail)):
            return [Piece(raw.start, end, number, "number", 1)]
        if match["join"] and tail.isalpha():
            start = raw.start + match.start("tail")
            return [Piece(raw.start, digits_end, number, "number", 1), Piece(start, end, self.term(tail), "word", 1)]
        text = normalize(raw.text)
        if not match["join"]:  # 5G-də
            return self._joined(raw, text)
        return [Piece(raw.start, end, lower_capitals(text), "word", 1)]

    def _range(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        start = raw.start
        end = start + len(raw.text)
        return [
            Piece(start, start + 4, ascii_digits(raw.text[:4]), "number", 1),
            Piece(start + 5, end, ascii_digits(raw.text[5:9]), "number", 1),
        ]

    def _date(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        iso = iso_date(raw.text)
        if iso is None:
            return self._number(raw, chunk, azerbaijani)
        end = raw.start + len(raw.text)
        return [Piece(raw.start, end, iso, "date", 1), Piece(raw.start, end, iso[:4], "number", 0)]

    # ---------------------------------------------------------------- addresses and abbreviations

    def _url(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        end = raw.start + len(raw.text)
        text, rest = self._before_suffix(raw.text, _APART_OF_PAGE if _PAGE.match(raw.text) else _APART)
        address = _address(raw.text if rest else text)
        host = re.sub(r"^(?:\w+://)?(?:www\.)?", "", address)
        host = re.split(r"[/?#:]", host, maxsplit=1)[0]
        pieces = [Piece(raw.start, end, address, "url", 1)]
        return [*pieces, Piece(raw.start, end, host, "url", 0)] if host and host != address else pieces

    def _domain(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        """The whole of the name of a site and, from the same position on, the words that it is made of."""
        site = _DOMAIN.match(raw.text)
        assert site is not None  # the scanner's pattern begins in the same way
        text, rest = self._before_suffix(raw.text, _APART) if site.end() < len(raw.text) else (raw.text, "")
        whole = self._named(raw, "url", _address(text), rest)
        return self._with_parts(whole, RawToken("url", site.group(), raw.start), _LABEL, None)

    def _email(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        text, rest = self._before_suffix(raw.text, _APART)
        if rest and raw.text[len(text)] == "-":  # it is part of the domain
            text, rest = raw.text, ""
        return self._named(raw, "email", _address(text), rest)

    def _mention(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        text, rest = self._before_suffix(raw.text, _APART)
        return self._named(raw, "mention", _address(text[1:]), rest)

    def _hashtag(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        text, rest = self._before_suffix(raw.text, _APART)
        body = normalize(text[1:])
        latin = self._in_latin(body, azerbaijani)
        term = lower(body) if latin is None else self.term(latin) if latin.isalpha() else lower(latin)
        whole = self._named(raw, "hashtag", term, rest)
        if "_" in body:
            return self._with_parts(whole, RawToken("hashtag", text, raw.start), _OF_HASHTAG, azerbaijani)
        words = _IN_CAPITALS.findall(text)
        if len(words) < 2 or sum(map(len, words)) < len(text) - 1 or min(map(len, words)) < _SHORTEST_IN_CAPITALS:
            return whole
        return self._with_parts(whole, RawToken("hashtag", text, raw.start), _IN_CAPITALS, azerbaijani)

    def _with_parts(
        self, whole: list[Piece], raw: RawToken, label: re.Pattern[str], azerbaijani: bool | None
    ) -> list[Piece]:
        """The first piece of `whole`, from the same position on the words of the labels in `raw`, and the rest."""
        parts: list[Piece] = []
        for found in label.finditer(raw.text):
            for part in scan(found.group()):
                moved = RawToken(part.kind, part.text, raw.start + found.start() + part.start)
                parts += getattr(self, f"_{part.kind}")(moved, "", azerbaijani)
        return [whole[0], *[part._replace(step=0) for part in parts[:1]], *parts[1:], *whole[1:]]

    def _before_suffix(self, text: str, apart: re.Pattern[str]) -> tuple[str, str]:
        """What stands before a suffix set apart at the end of `text`, and what is there in its place if it is none."""
        match = apart.match(text)
        if match is None:
            return text, ""
        tail = scripts.to_latin(normalize(match["tail"]))
        return match["head"], "" if tail.isalpha() and self.is_suffix(lower(tail)) else match["tail"]

    def _named(self, raw: RawToken, kind: str, term: str, rest: str) -> list[Piece]:
        """One piece, and the word `rest` behind it if there is one."""
        end = raw.start + len(raw.text)
        if not rest:
            return [Piece(raw.start, end, term, kind, 1)]
        start = end - len(rest)
        return [Piece(raw.start, start - 1, term, kind, 1), *self._word(RawToken("word", rest, start), "", None)]

    def _initials(self, raw: RawToken, chunk: str, azerbaijani: bool | None) -> list[Piece]:
        letters = normalize(raw.text).replace(".", "")
        if azerbaijani or scripts.AZERBAIJANI_ONLY.search(letters):
            letters = scripts.to_latin(scripts.untwin(letters)) or letters
        term = lower(letters)
        return [Piece(raw.start, raw.start + len(raw.text), term, "abbreviation", 1)]


def _address(text: str) -> str:
    """`text` in lower case as in addresses, which know only one i."""
    return lower(normalize(text).replace("I", "i"))
