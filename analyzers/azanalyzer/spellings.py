"""What else a word may stand for than what is written: other keyboards, spoken forms, a letter left as it was."""

from __future__ import annotations

from collections.abc import Iterator

from azanalyzer.alphabet import fold
from azanalyzer.patterns import pattern

__all__ = [
    "SHORTEST_PARTLY",
    "SHORTEST_TYPED",
    "SHORTEST_TYPED_A",
    "SHORTEST_UNSOFTENED",
    "SHORTEST_W",
    "has_own_letter",
    "respellings",
]

_OWN_LETTERS = frozenset("əöüçşğıƏÖÜÇŞĞİ")
# ğ and y as they are spoken for q and k, where no vowel follows: uşağ, çörəy.
_SOFT_Q = pattern("ğ(?![aeəıioöuü])")
_SOFT_K = pattern("(?<=[eəiöü])y(?![aeəıioöuü])")
# And the reverse, the root left as it is before a suffix: uşaqa, gördükü.
_UNSOFTENED = pattern(".*(?:(?<=[aeəıioöuü])q|(?<=[eəiöü])k)(?=[aeəıioöuü])")
# How long a word without a single Azerbaijani letter must be to be taken as typed on an ASCII keyboard in running text,
# with e for ə or, rarer and so more doubtful, with a for it.
SHORTEST_TYPED = 2
SHORTEST_TYPED_A = 6
SHORTEST_PARTLY = 4  # letters of a word of which some may have been typed on such a keyboard
SHORTEST_UNSOFTENED = 5  # two syllables and a suffix
SHORTEST_W = 4  # letters of a word in which w stands for ş, as many type it; shorter ones are English


def has_own_letter(text: str) -> bool:
    """Whether `text` has a letter that an ASCII keyboard lacks."""
    return not _OWN_LETTERS.isdisjoint(text)


def respellings(text: str, small: str) -> Iterator[tuple[str, str]]:
    """What else a word may stand for, in the order of trust, each with the spelling in which it is looked up."""
    if small[0] == "ı":  # Internet and Iran are often written with a plain I
        yield "i" + small[1:], "proper"
    if "ğ" in small or "y" in small:
        hard = _SOFT_Q.sub("q", _SOFT_K.sub("k", small))
        if hard != small:
            yield hard, "proper"
    if "I" in text and "İ" not in text and has_own_letter(text) and text.isupper():
        # CINAYƏT: software that knows one i only has made the capitals.
        dotted = small.replace("ı", "i")
        yield dotted, "proper"
        yield dotted, "partly"
    if has_own_letter(text):
        if "e" in small and "ə" not in small:
            yield small, "no-schwa"
        if len(small) >= SHORTEST_PARTLY and len(fold(small)) == len(small):
            yield small, "partly"
    elif len(small) >= SHORTEST_TYPED:
        folded = fold(small)
        yield folded, "ascii"
        if len(small) >= SHORTEST_TYPED_A:
            yield folded, "ascii-a"
    if len(small) >= SHORTEST_UNSOFTENED and (unsoftened := _UNSOFTENED.match(small)):
        head = unsoftened.group()
        yield head[:-1] + ("ğ" if head[-1] == "q" else "y") + small[len(head) :], "proper"
    if "w" in small[1:] and len(small) >= SHORTEST_W:
        spelled = small[0] + small[1:].replace("w", "ş")
        if len(fold(spelled)) == len(spelled):
            yield spelled, "partly"
