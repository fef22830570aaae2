"""Words that the lexicon does not have: how much of the end is taken for suffixes.

Every letter of the unknown stem has a cost, so that taking off a suffix pays when the suffix is usual for its length;
a stem must be a possible word, which has a vowel among its last letters. `bulk` does the same by arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

from azanalyzer.morphology.morphotactics import Morphotactics, Parse, Remainders
from azanalyzer.morphology.phonology import ANY, VOWELS, final_kind, harmony_class
from azanalyzer.tuples import NamedTuple

__all__ = [
    "BEFORE_VERB_END",
    "GUESSED",
    "PLURALS",
    "SHORTEST_BEFORE_LETTER",
    "SHORTEST_GUESS",
    "SHORTEST_VERB_ENDING",
    "SHORTEST_WITH_CLUSTER",
    "UNKNOWN_LETTER",
    "VERB_ENDS",
    "WHOLE_ENDINGS",
    "Guesser",
    "hardened",
]

# What a letter of an unknown stem costs, how short a stem or an ending of a verb may be, and a stem that ends in three
# consonants (konserns), the parts of speech tried with what speaks against each. Set on roots held out of the
# lexicon.
UNKNOWN_LETTER = 0.65
SHORTEST_BEFORE_LETTER = 4
SHORTEST_GUESS = 3
SHORTEST_VERB_ENDING = 2
SHORTEST_WITH_CLUSTER = 5
# Ends of names, loans and derived words that look like suffixes: by the letter that they would be cut before, what
# stands there. An unknown word in -çı, -lı or -iyyə has it much oftener of its own than as an ending of -ç, -l or -iyy;
# not so in -viç, as patronymics end. Those before a and ə are the ones that held more roots of the lexicon together
# than they held endings on.
_AGENTS = tuple(f"{consonant}ç" for consonant in "bcdfgjklmnpqrstvxyzğş")
_WITH = tuple(f"{consonant}l" for consonant in "bcçdfghklmnpqrstvxyzğş")
# Names are full of double consonants (Vakka, Sitti), and no new word ends in one but in ss, ff and ll.
_DOUBLE = tuple(2 * consonant for consonant in "bcdgkmnpqrtvyzçş")
# Let it be done, of a new verb (loqlansın), is no loqlans-ın; only -las is oftener the end of a name (Nikolas).
_WISHES = tuple(f"{end}s" for end in ("lə", "lan", "lən", "laş", "ləş", "lat", "lət"))
_WISHES += tuple(f"{end}s" for end in ("dır", "dir", "dur", "dür", "ıl", "il", "ul", "ül"))
_ACTIONS = ("çm", "dm", "km", "nm", "şm", "tm", "xm")  # verbal nouns in -ma, -mə
# Compounds keep the possessive at their end: between ministries (nazirliklərarası), below a picture (şəkilaltı),
# against allergy (allergiyaəleyhinə), along a coast (sahilboyu).
WHOLE_ENDINGS = {
    "n": (
        *("sta", "io", "yo", "to", "so", "mayı", "xa", "fo", "zo", "ge"),
        *("kya", "lya", "mya", "nya", "oya", "rya", "sya"),  # Armenian surnames: Cəlalyan-ın
    ),
    "y": ("ska", "bə"),
    "a": (
        *("iy", "ov", "yev", "ly", "ob"),
        *_DOUBLE,
        *_ACTIONS,
        *("ad", "av", "ax", "az", "skay", "tur", "ul", "vn", "xan", "xç"),
        *("bk", "lk", "pk", "rk", "tk", "vk", "yk", "çk", "şk"),
        *("lb", "lt", "nd", "nç", "ny", "qr", "rm", "ry", "sm"),
    ),
    "d": ("kən", "bən", "yur"),
    "ə": ("iy", "təp", "nam", "ək", "lç", "nb", "nc", "rz", "liz", "əleyhin", *_DOUBLE, *_ACTIONS),
    "ı": (
        *(*_AGENTS, *_WITH, *_WISHES, *_DOUBLE),
        *("aç", "ıç", "ıc", "ılt", "alt", "ətraf", "aras", "arxas", "sonras", "kənar", "qabağ"),
    ),
    "i": (*_AGENTS, *_WITH, *_WISHES, *_DOUBLE, "eç", "əç", "əl", "ic", "ilt", "sk", "daxil", "şvil", "əleyh", "əv"),
    "u": (*_AGENTS, *_WITH, *_WISHES, *_DOUBLE, "oç", "uç", "uc", "qul", "ult", "boy"),
    "ü": (*_AGENTS, *_WITH, *_WISHES, *_DOUBLE, "öç", "üç", "üc", "ült", "üst"),
    "s": ("ara", "arxa", "sonra"),
}
# Loans keep their own spelling and take suffixes by their sound (routeları, frameworkləri): the plural need not agree.
PLURALS = ("lar", "lər")
GUESSED = (("n", "Unknown", 0.0), ("v", "Verb", 0.7))
# How the stems of unknown verbs end, behind so many letters at least. Roots of verbs are known; new verbs are made of
# nouns (loqla, delokallaşdır), misspelled in front, or written together with what stands before one of these.
BEFORE_VERB_END = 2
VERB_ENDS = (
    *("la", "lə", "lan", "lən", "laş", "ləş", "lat", "lət"),
    *("ılda", "ildə", "ulda", "üldə"),
    *("dır", "dir", "dur", "dür", "ıl", "il", "ul", "ül"),
    *("ol", "olun", "et", "ver", "al", "alın", "gəl", "get", "çək", "tut", "qur", "vur", "gör", "aç", "qoy"),
    *("qayır", "sal", "düş", "keç", "keçir", "qal", "çıx", "çıxar", "yaz", "oxu", "kəs", "at", "götür", "yarat"),
)


class Guess(NamedTuple):
    """The part of speech, the stem as it is without a suffix, what follows it, and the cost."""

    pos: str
    stem: str
    path: Parse
    cost: float


class Guesser:
    """Guesses by the suffixes of an automaton."""

    def __init__(self, morphotactics: Morphotactics) -> None:
        self._morphotactics = morphotactics
        # By harmony and kind: what may follow a stem of each part of speech.
        self._known: dict[tuple[int, int], list[tuple[str, float, Remainders]]] = {}

    def guess(self, word: str, lengths: Sequence[int]) -> Guess | None:
        """The most plausible reading; None where the whole word is. `lengths` are those of stems, the longest first."""
        best_cost = UNKNOWN_LETTER * len(word)
        best: Guess | None = None
        for length in reversed(lengths):
            stem, rest = word[:length], word[length:]
            if length < (SHORTEST_GUESS if len(rest) > 1 else SHORTEST_BEFORE_LETTER):
                continue
            last = stem[-3:] if length < SHORTEST_WITH_CLUSTER else stem[-4:]
            if VOWELS.isdisjoint(last) or stem.endswith(WHOLE_ENDINGS.get(rest[0], ())):
                continue
            cost = UNKNOWN_LETTER * length
            for pos, extra, remainders in self._may_follow(stem, rest):
                if pos == "v" and (len(rest) < SHORTEST_VERB_ENDING or not stem[BEFORE_VERB_END:].endswith(VERB_ENDS)):
                    continue
                for path in remainders[rest]:
                    if not path.derived and cost + extra + path.cost < best_cost:
                        best_cost = cost + extra + path.cost
                        best = Guess(pos, hardened(stem, rest), path, best_cost)
        return best

    def _may_follow(self, stem: str, rest: str) -> list[tuple[str, float, Remainders]]:
        key = (ANY if rest.startswith(PLURALS) else harmony_class(stem), final_kind(stem))
        known = self._known.get(key)
        if known is None:
            remainders = self._morphotactics.remainders
            known = self._known[key] = [(pos, extra, remainders(state, *key)) for pos, state, extra in GUESSED]
        return known


def hardened(stem: str, rest: str) -> str:
    """The stem as it is without a suffix: çardağ-a of çardaq, pətənəy-i of pətənək; hokkey-i and Əlibəy-i stay."""
    if rest[0] in VOWELS and len(stem) > 3:
        if stem[-1] == "ğ":
            return stem[:-1] + "q"
        if stem[-2:] in ("əy", "iy", "üy") and not stem.endswith("bəy"):
            return stem[:-1] + "k"
    return stem
