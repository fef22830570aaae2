"""What else a word may stand for than what is written: other keyboards, spoken forms, a letter left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from azanalyzer.alphabet import fold
from azanalyzer.patterns import pattern
from azanalyzer.spoken import as_written

__all__ = [
    "SHORTEST_PARTLY",
    "SHORTEST_TYPED",
    "SHORTEST_TYPED_A",
    "SHORTEST_UNSOFTENED",
    "SHORTEST_W",
    "has_own_letter",
    "lacks_diacritics",
    "respellings",
    "softened",
    "undrawn",
]

_OWN_LETTERS = frozenset("əöüçşğıƏÖÜÇŞĞİ")
# ğ and y as they are spoken for q and k, where no vowel follows: uşağ, çörəy.
_SOFT_Q = pattern("ğ(?![aeəıioöuü])")
_SOFT_K = pattern("(?<=[eəiöü])y(?![aeəıioöuü])")
# And the reverse, the root left as it is before a suffix: uşaqa, gördükü.
_UNSOFTENED = pattern(".*(?:(?<=[aeəıioöuü])q|(?<=[eəiöü])k)(?=[aeəıioöuü])")
# A letter held down: çoooox. No word has one three times in a row, but a few have it twice.
_DRAWN = pattern(r"([^\W\d_])\1\1+")
# How long a word without a single Azerbaijani letter must be to be taken as typed on an ASCII keyboard in running text,
# with e for ə or, rarer and so more doubtful, with a for it.
SHORTEST_TYPED = 2
SHORTEST_TYPED_A = 6
SHORTEST_PARTLY = 4  # letters of a word of which some may have been typed on such a keyboard
SHORTEST_UNSOFTENED = 5  # two syllables and a suffix
SHORTEST_W = 4  # letters of a word in which w stands for ş, as many type it, at its beginning one more; else English


def has_own_letter(text: str) -> bool:
    """Whether `text` has a letter that an ASCII keyboard lacks."""
    return not _OWN_LETTERS.isdisjoint(text)


def lacks_diacritics(typed: str, meant: str) -> bool:
    """Whether the two are the same but for diacritics that are missing from some letters of `typed`."""
    if typed == meant or len(typed) != len(meant):
        return typed == meant
    return all(map(_is_plain, typed, meant))


@lru_cache(maxsize=4096)
def _is_plain(typed: str, meant: str) -> bool:
    """Whether a letter is the other one, or that without its diacritic."""
    return typed in (meant, fold(meant))


def respellings(text: str, small: str) -> Iterator[tuple[str, str]]:
    """What else a word may stand for, in the order of trust, each with the spelling in which it is looked up."""
    if small[0] == "ı":  # Internet and Iran are often written with a plain I
        yield "i" + small[1:], "proper"
    if (hard := _hardened(small)) != small:
        yield hard, "proper"
    if "I" in text and "İ" not in text and has_own_letter(text) and text.isupper():
        # CINAYƏT: software that knows one i only has made the capitals.
        dotted = small.replace("ı", "i")
        yield dotted, "proper"
        yield dotted, "partly"
    yield from _typed_elsewhere(text, small)
    if len(small) >= SHORTEST_UNSOFTENED and (soft := softened(small)) != small:
        yield soft, "proper"
        if not has_own_letter(text):
            yield fold(soft), "ascii"
    if len(small) >= SHORTEST_W and "w" in small:
        spelled = small.replace("w", "ş") if len(small) > SHORTEST_W else small[0] + small[1:].replace("w", "ş")
        if _folds_by_letters(spelled):
            yield spelled, "partly"
    yield from _as_written(small)
    for short in undrawn(small):
        yield short, "proper"
        yield from respellings(short, short)


def _as_written(small: str) -> Iterator[tuple[str, str]]:
    """A word with its spoken endings as they are written, also where it was typed on another keyboard."""
    written = as_written(small)
    if written != small:
        yield written, "proper"
        yield from (one for one in _typed_elsewhere(written, written) if one[1] != "ascii-a")  # which reads too much


def undrawn(small: str) -> list[str]:
    """A word in which letters are drawn out with each of these once, and twice; empty for any other word."""
    if _DRAWN.search(small) is None:
        return []
    return [short for short in (_DRAWN.sub(r"\1", small), _DRAWN.sub(r"\1\1", small)) if len(short) > 1]


def _hardened(small: str) -> str:
    """A word with q and k where it has them as they are spoken."""
    return _SOFT_Q.sub("q", _SOFT_K.sub("k", small)) if "ğ" in small or "y" in small else small


def softened(small: str) -> str:
    """A word whose root has been left as it is, with its last letter as it is before a suffix: uşağa for uşaqa."""
    unsoftened = _UNSOFTENED.match(small)
    if unsoftened is None:
        return small
    head = unsoftened.group()
    return head[:-1] + ("ğ" if head[-1] == "q" else "y") + small[len(head) :]


def _typed_elsewhere(text: str, small: str) -> Iterator[tuple[str, str]]:
    """A word as it may have been typed on a keyboard that lacks some Azerbaijani letters, or all."""
    if has_own_letter(text):
        if "e" in small and "ə" not in small:
            yield small, "no-schwa"
        if len(small) >= SHORTEST_PARTLY and _folds_by_letters(small):
            yield small, "partly"
    elif len(small) >= SHORTEST_TYPED:
        folded = fold(small)
        yield folded, "ascii"
        if len(small) >= SHORTEST_TYPED_A:
            yield folded, "ascii-a"


def _folds_by_letters(small: str) -> bool:
    """Whether each letter of a word is folded to one."""
    return len(fold(small)) == len(small)
