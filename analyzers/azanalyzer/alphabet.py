"""The Azerbaijani alphabet: its order, its casing and its folding for ASCII keyboards.

The 32 letters are those of the 1991 law with the 1992 amendment (ə for ä). Casing follows the orthography: İ/i and
I/ı are two letters, so `str.lower` is wrong for both.
"""

from __future__ import annotations

import re
import unicodedata

from azanalyzer.patterns import pattern

__all__ = [
    "ALPHABET", "INVISIBLE", "MARKS", "PAIRS", "SPELLINGS", "capitalized", "compose", "fold", "fold_a",
    "fold_schwa", "lower", "lower_capitals", "normalize", "unfold", "upper", "without_pairs",
]  # fmt: skip

ALPHABET = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"

_OWN_CAPITALS = frozenset("ƏÖÜÇŞĞİ")
_ACCENTED_OWN = frozenset("öüçşğÖÜÇŞĞİ")

# How often the Azerbaijani letter is meant where an ASCII keyboard types its twin: its share of the two in corpus/, in
# the first syllable, after a back vowel and after a front one.
_MEANT = {
    "e": ("ə", (0.64, 0.55, 0.94)), "i": ("ı", (0.08, 0.81, 0.01)), "o": ("ö", (0.35, 0.01, 0.04)),
    "u": ("ü", (0.57, 0.02, 0.70)), "c": ("ç", (0.47, 0.47, 0.47)), "s": ("ş", (0.29, 0.29, 0.29)),
    "g": ("ğ", (0.39, 0.39, 0.39)),
}  # fmt: skip
PAIRS = {"ch": "ç", "gh": "ğ", "kh": "x", "sh": "ş"}  # of letters that are typed for one
_AFTER = {**dict.fromkeys("aıou", 1), **dict.fromkeys("eəiöü", 2)}  # which of the shares then holds

# Letters that stand for an Azerbaijani one in real text: other schwas, Turkish and Romanian twins of ş and ğ,
# the 1991-92 ä (always ə), letters of foreign names whose stroke is part of them.
_LOOK_ALIKES = str.maketrans(
    {
        "ǝ": "ə", "Ǝ": "Ə", "ă": "ə", "Ă": "Ə", "ä": "ə", "Ä": "Ə", "ș": "ş", "Ș": "Ş", "ǧ": "ğ", "Ǧ": "Ğ",
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "ẞ": "SS",
        "ϲ": "c", "Ϲ": "C", "ʼ": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "ʻ": "'", "′": "'", "＇": "'", "‛": "'",
        "ʹ": "'", "ʺ": "'", "ʽ": "'", "ʾ": "'", "ʿ": "'", "ꞌ": "'", "ˈ": "'", "ˉ": "'",
        "ˊ": "'", "ˋ": "'", "ˮ": "'", "՚": "'", "׳": "'",
    }
)  # fmt: skip
# Letters and digits that are others drawn together, in another width, below the line (CO₂), as a Roman numeral or in
# bold: as they come out of PDF files, East Asian keyboards, character maps and social media.
_DRAWN_OTHERWISE = pattern(
    "[\ufb00-\ufb06\uff10-\uff5a\u2080-\u2089\u2160-\u217f\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c\u212d"
    "\u212f-\u2134\U0001d400-\U0001d7ff]+"
)
# Greek letters that look like Latin ones, and count as these beside them only: α-tokoferol keeps its own.
_GREEK_TWINS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ", "ABEZHIKMNOPTYXaıkvopux")
_GREEK = pattern("[\u0370-\u03ff]+")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz").union(ALPHABET, ALPHABET.upper(), "İ")
# What nearly all text is made of and `normalize` leaves as it is.
_PLAIN = frozenset(map(chr, range(128))).union(ALPHABET, ALPHABET.upper(), "İI«»“”„…–—") - {"`"}
# Ranges for a class of a pattern: combining marks, and characters that are not seen, soft hyphens and directions too.
MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_UNSEEN = pattern(f"[{INVISIBLE}]+")
_MOST_MARKS = 30  # on one letter
_SHORT = 300  # characters in which any number of marks does no harm
_MARK = pattern(f"[{MARKS}]+")
_LATIN_ACCENTED = pattern("[\u00c0-\u024f\u1e00-\u1eff]")
_DOTTED_I = pattern("I\u0307+")
_DOTS = pattern("(?<=[iı])\u0307+")
_ACCENT = pattern("(?<=[a-z])[\u0300-\u036f]+")
_ACCENTED = pattern("[\u00e0-\u024f\u1e00-\u1eff\u0300-\u036f]")


def normalize(text: str) -> str:
    """Compose `text` (NFC) and replace look-alike letters; the case stays, the length may change.

    Combining marks that no letter takes up go, such as the stress in dictionaries or the second dot of a lower-cased İ,
    and so do accents of foreign names (é is e), soft hyphens, zero-width characters and direction marks.
    """
    if text.isascii() or _PLAIN.issuperset(text):
        return text
    text = _MARK.sub("", compose(_UNSEEN.sub("", text)))
    text = _DRAWN_OTHERWISE.sub(lambda drawn: unicodedata.normalize("NFKC", drawn.group()), text)
    text = _LATIN_ACCENTED.sub(_without_accents, text.translate(_LOOK_ALIKES))
    return _GREEK.sub(_latin_twins, text)


def compose(text: str) -> str:
    """`text` in the composed form NFC, in linear time: of more than 30 marks on one letter the rest goes."""
    return text if text.isascii() else unicodedata.normalize("NFC", _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    """`text` without marks that no letter has: Python puts those of one letter in order in quadratic time.

    30 is what the Stream-Safe Text Format of Unicode allows.
    """
    if len(text) <= _SHORT:
        return text
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _without_accents(found: re.Match[str]) -> str:
    """A Latin letter without the accents that no letter of the alphabet has."""
    parts = unicodedata.normalize("NFD", found.group())
    own = unicodedata.normalize("NFC", parts[:2])  # ǖ is ü and a macron
    if own in _ACCENTED_OWN:
        return own
    if not parts[0].isascii():
        return found.group()
    return "İ" if parts[0] == "I" else parts[0]  # Í is the capital of í


def _latin_twins(greek: re.Match[str]) -> str:
    text, (start, end) = greek.string, greek.span()
    beside = text[start - 1 : start], text[end : end + 1]
    return greek.group() if _LATIN.isdisjoint(beside) else greek.group().translate(_GREEK_TWINS)


def lower(text: str) -> str:
    """`text` in lower case by Azerbaijani rules: İ to i, I to ı; composed or not, the result has no stray dot."""
    if "\u0307" in text:
        text = _DOTTED_I.sub("İ", text)
        return _DOTS.sub("", text.replace("I", "ı").replace("İ", "i").lower())
    # Replacing letter by letter is many times faster than str.translate, here and in fold.
    return text if text.islower() else text.replace("I", "ı").replace("İ", "i").lower()


def upper(text: str) -> str:
    """`text` in capitals by Azerbaijani rules: i to İ, ı to I."""
    return text.replace("i", "İ").replace("ı", "I").upper()


def capitalized(text: str) -> str:
    """`text` with its first letter a capital."""
    return upper(text[:1]) + text[1:]


def lower_capitals(text: str) -> str:
    """An acronym or a foreign name in lower case: I is i where no letter is Azerbaijani (FIFA, COVID), else ı."""
    return text.lower() if _OWN_CAPITALS.isdisjoint(text) else lower(text)


def fold(text: str) -> str:
    """`text` in lower case as an ASCII keyboard types it: ə ı ö ü ç ş ğ become e i o u c s g.

    Other accents on Latin letters go as well (é to e); other scripts stay as they are.
    """
    text = lower(text)
    if text.isascii():
        return text
    folded = text.replace("ə", "e").replace("ı", "i").replace("ö", "o").replace("ü", "u")
    folded = folded.replace("ç", "c").replace("ş", "s").replace("ğ", "g")
    if folded.isascii():
        return folded
    if not _ACCENTED.search(folded):
        return folded
    return _ACCENT.sub("", unicodedata.normalize("NFD", _with_few_marks(folded)))


def fold_a(text: str) -> str:
    """`fold` for those who type a, not e, in place of ə: Azarbaycan, gozal."""
    return fold(lower(text).replace("ə", "a"))


def fold_schwa(text: str) -> str:
    """Lower case with e for ə, as a Turkish keyboard types, which has all the other letters: şirket, göre."""
    return lower(text).replace("ə", "e")


def without_pairs(text: str) -> str:
    """`text` in lower case with one letter for each of `PAIRS`: şeher for sheher."""
    for pair, letter in PAIRS.items():
        text = text.replace(pair, letter)
    return text


def unfold(text: str, most: int) -> list[str]:
    """How `text`, typed on an ASCII keyboard in lower case, may be properly spelled: the `most` likeliest ways at most.

    The likeliest comes first. Letters count by the vowel before them only, so it does for beginnings of words, which
    no lexicon knows.
    """
    # For each length of what was typed its spellings: how likely, the spelling, which of the shares holds after it.
    found: list[list[tuple[float, str, int]]] = [[(1.0, "", 0)], *([] for _ in text)]
    for end, letter in enumerate(text, 1):
        own, shares = _MEANT.get(letter, ("", (0.0, 0.0, 0.0)))
        if own == "ğ" and end == 1:  # no word begins with it
            own, shares = "", (0.0, 0.0, 0.0)
        made = []
        for chance, spelled, after in found[end - 1]:
            made.append((chance * (1 - shares[after]), spelled + letter, _AFTER.get(letter, after)))
            if own:
                made.append((chance * shares[after], spelled + own, _AFTER.get(own, after)))
        pair = PAIRS.get(text[end - 2 : end]) if end > 1 else None
        if pair and (end > 2 or pair != "ğ"):
            made += [(chance / 2, spelled + pair, after) for chance, spelled, after in found[end - 2]]
        found[end] = sorted(made, reverse=True)[:most]
        if end > 1:
            found[end - 2] = []  # nothing comes back to it
    return [spelled for _, spelled, _ in found[-1]]


# The ways in which a word may be spelled, from the most to the least trusted; each maps a proper spelling to its own.
SPELLINGS = {"proper": lower, "no-schwa": fold_schwa, "ascii": fold, "ascii-a": fold_a}
