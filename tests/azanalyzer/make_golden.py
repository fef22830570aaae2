"""Makes golden.tsv: forms of model roots with their terms, by a generator that does not know azanalyzer.

    python tests/azanalyzer/make_golden.py            writes golden.tsv anew from golden_roots.txt
    python tests/azanalyzer/make_golden.py --diff     shows which words the analyzer of this checkout reads otherwise

The endings are written here a second time, in the manner of a school grammar and without looking at the automaton, so
that a slip in one of the two shows. Of the hundreds of forms of a root a fixed sample is taken, by a checksum of the
root and the ending, so that a new root moves no other row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.tsv"
HEADER = """\
# Word forms, the index term that each must get, and the endings that it is made of.
# Written by make_golden.py from the model roots of golden_roots.txt; change those, not this file.
# form	term	endings
"""

BACK, ROUND = "aıou", "oöuü"
VOWELS = "aeəıioöuü"
FORMS_OF = {"noun": 11, "adjective": 10, "numeral": 9, "name": 10, "loan": 10, "verb": 24}


class Row(NamedTuple):
    """A word form, its term and its endings by name."""

    form: str
    term: str
    endings: str


# ---------------------------------------------------------------- sounds


def last_vowel(word: str) -> str:
    """The vowel that the endings follow."""
    return next(letter for letter in reversed(word) if letter in VOWELS)


def two(word: str) -> str:
    """a or ə after this word."""
    return "a" if last_vowel(word) in BACK else "ə"


def four(word: str) -> str:
    """ı, i, u or ü after this word."""
    vowel = last_vowel(word)
    if vowel in BACK:
        return "u" if vowel in ROUND else "ı"
    return "ü" if vowel in ROUND else "i"


def k_or_q(word: str) -> str:
    """q after back vowels, k after front ones."""
    return "q" if last_vowel(word) in BACK else "k"


def soften(word: str) -> str:
    """The word before a vowel where its last q or k softens."""
    return word[:-1] + {"q": "ğ", "k": "y"}[word[-1]]


def add(word: str, ending: str) -> str:
    """Word and ending, in which A and I stand for the harmonic vowels and K for q or k."""
    for letter in ending:
        word += {"A": two, "I": four, "K": k_or_q}[letter](word) if letter in "AIK" else letter
    return word


@dataclass(frozen=True)
class Stem:
    """The shapes of a root: before a consonant, before a vowel, and whether y parts vowels where n or s should."""

    plain: str
    before_vowel: str
    y: bool = False

    def __add__(self, ending: object) -> str:
        """The word with an ending of a noun: `C|V` is what follows a consonant and what follows a vowel."""
        after_consonant, _, after_vowel = str(ending).partition("|")
        if self.plain[-1] in VOWELS:
            if self.y and after_consonant[0] in "AI":
                after_vowel = "y" + after_consonant
            return add(self.plain, after_vowel or after_consonant)
        return add(self.before_vowel if after_consonant[0] in "AI" else self.plain, after_consonant)


# ---------------------------------------------------------------- nouns

CASES = {
    "genitive": "In|nIn", "dative": "A|yA", "accusative": "I|nI",
    "locative": "dA", "ablative": "dAn", "with": "lA|ylA",
}  # fmt: skip
OWNERS = {"my": "Im|m", "your": "In|n", "his": "I|sI", "our": "ImIz|mIz", "your.pl": "InIz|nIz"}
HIS_CASES = {"genitive": "nIn", "dative": "nA", "accusative": "nI", "locative": "ndA", "ablative": "ndAn"}
TO_BE = {
    "am": "Am|yAm", "are": "sAn", "is": "dIr", "are.we": "IK|yIK", "are.you": "sInIz",
    "was": "dI|ydI", "is.said": "mIş|ymIş", "if": "sA|ysA",
}  # fmt: skip


def cases(stem: Stem, before: str = "") -> Iterator[tuple[str, str]]:
    """Cases, and what stands behind a case."""
    for name, ending in CASES.items():
        form = stem + ending
        yield form, before + name
        if name == "locative":
            yield add(form, "kI"), before + "locative+which"
            yield add(add(form, "kI"), "lAr"), before + "locative+which+plural"
            yield add(form, "dIr"), before + "locative+is"
            yield add(form, "ydI"), before + "locative+was"
            yield add(form, "yAm"), before + "locative+am"
        elif name == "dative":
            yield form + "dək", before + "dative+until"
        elif name == "genitive":
            yield add(form, "dIr"), before + "genitive+is"
        elif name == "ablative":
            yield add(form, "dIr"), before + "ablative+is"


def owned(stem: Stem, before: str = "") -> Iterator[tuple[str, str]]:
    """Possessives with cases."""
    for owner, ending in OWNERS.items():
        form = stem + ending
        yield form, before + owner
        if owner == "his":
            for name, case in HIS_CASES.items():
                yield add(form, case), f"{before}his+{name}"
            yield add(form, "ndAkI"), before + "his+locative+which"
            yield add(form, "dIr"), before + "his+is"
            yield add(form, "ndAdIr"), before + "his+locative+is"
        else:
            mine = Stem(form, form)
            for name, case in CASES.items():
                yield mine + case, f"{before}{owner}+{name}"
            yield add(form, "dIr"), f"{before}{owner}+is"
            yield add(form, "dAkI"), f"{before}{owner}+locative+which"


def noun(stem: Stem) -> Iterator[tuple[str, str]]:
    """The forms of a noun."""
    plural = stem + "lAr"
    many = Stem(plural, plural)
    yield plural, "plural"
    yield from cases(stem)
    yield from owned(stem)
    yield from cases(many, "plural+")
    yield from owned(many, "plural+")
    yield from to_be(stem)


def to_be(stem: Stem) -> Iterator[tuple[str, str]]:
    """The word as a predicate."""
    for name, ending in TO_BE.items():
        yield stem + ending, name
    yield add(stem + "dIr", "mI"), "is+question"
    yield add(stem + "dIr", "lAr"), "is+plural"


def adjective(stem: Stem) -> Iterator[tuple[str, str]]:
    """An adjective as a noun and as a predicate."""
    plural = stem + "lAr"
    yield plural, "plural"
    yield from cases(Stem(plural, plural), "plural+")
    yield stem + OWNERS["his"], "his"
    yield add(stem + OWNERS["his"], "nI"), "his+accusative"
    yield from to_be(stem)
    yield from ((stem + ending, name) for name, ending in CASES.items())


def numeral(stem: Stem) -> Iterator[tuple[str, str]]:
    """A numeral as a noun."""
    yield from ((stem + ending, name) for name, ending in CASES.items())
    his = stem + OWNERS["his"]
    yield his, "his"
    yield from ((add(his, ending), "his+" + name) for name, ending in HIS_CASES.items())
    yield stem + TO_BE["is"], "is"
    yield stem + "ImIz|mIz", "our"


def name(stem: Stem) -> Iterator[tuple[str, str]]:
    """A proper name: cases, and a few forms besides."""
    yield stem.plain, "name"
    yield from cases(stem)
    yield from ((stem + ending, owner) for owner, ending in OWNERS.items() if owner in ("my", "our"))
    yield add(stem + OWNERS["our"], "In"), "our+genitive"
    yield stem + TO_BE["is"], "is"
    yield stem + TO_BE["was"], "was"


# ---------------------------------------------------------------- verbs

PERSONS = {"I": "Am", "you": "sAn", "we": "IK", "you.pl": "sInIz", "they": "lAr"}
PAST_PERSONS = {"I": "m", "you": "n", "we": "K", "you.pl": "nIz", "they": "lAr"}


@dataclass(frozen=True)
class Verb:
    """The shapes of a verb before a consonant and before a vowel."""

    plain: str
    before_vowel: str

    def __add__(self, ending: object) -> str:
        """The verb with an ending; y parts two vowels."""
        letters = str(ending)
        if letters[0] not in "AI":
            return add(self.plain, letters)
        return add(self.plain, "y" + letters) if self.plain[-1] in VOWELS else add(self.before_vowel, letters)


def verb(stem: Verb) -> Iterator[tuple[str, str]]:
    """The forms of a verb, plain and negated."""
    negated = add(stem.plain, "mA")
    yield from present(stem + "Ir", "present")
    yield from present(add(stem.plain, "mIr"), "not+present")
    yield from present(stem + "Ar", "aorist")
    for person, ending in {"": "", "you": "sAn", "you.pl": "sInIz", "they": "lAr"}.items():
        yield add(add(stem.plain, "mAz"), ending), _chain("not+aorist", person)
    yield add(stem.plain, "mArAm"), "not+aorist+I"
    yield from finite(stem, "")
    yield from finite(Verb(negated, negated), "not+")


def present(form: str, tense: str) -> Iterator[tuple[str, str]]:
    """A tense with persons, and in the past, by hearsay and as a condition."""
    yield form, tense
    for person, ending in PERSONS.items():
        yield add(form, ending), _chain(tense, person)
    yield from past(add(form, "dI"), tense + "+was")
    yield from past(add(form, "sA"), tense + "+if")
    yield add(form, "mIş"), tense + "+is.said"


def past(form: str, tense: str) -> Iterator[tuple[str, str]]:
    """A tense with the endings of the past."""
    yield form, tense
    for person, ending in PAST_PERSONS.items():
        yield add(form, ending), _chain(tense, person)


def finite(stem: Verb, no: str) -> Iterator[tuple[str, str]]:
    """What plain and negated verbs have alike."""
    yield from past(stem + "dI", no + "past")
    yield from present(stem + "mIş", no + "evidential")
    yield add(stem + "mIş", "dIr"), no + "evidential+is"
    yield add(stem + "Ib", "dIr"), no + "perfect+is"
    yield add(stem + "Ib", "lAr"), no + "perfect+they"
    yield from future(stem + "AcAK", no + "future")
    yield from past(stem + "sA", no + "condition")
    yield add(stem + "sA", "ydI"), no + "condition+was"
    must = stem + "mAlI"
    for person, ending in {"": "", "I": "yAm", "you": "sAn", "is": "dIr", "we": "yIK", "was": "ydI"}.items():
        yield add(must, ending), _chain(no + "must", person)
    yield stem + "sIn", no + "let"
    yield stem + "sInlAr", no + "let+they"
    yield stem + "AK", no + "let.us"
    yield from participles(stem, no)
    for name, ending in {
        "while": "Arkən", "by": "ArAK", "when": "AndA", "the.more": "dIKcA", "on": "dIKdA", "and": "Ib",
    }.items():  # fmt: skip
        yield stem + ending, no + name
    infinitive = stem + "mAK"
    yield infinitive, no + "infinitive"
    for name, ending in {"dative": "A", "accusative": "I", "genitive": "In"}.items():
        yield add(soften(infinitive), ending), f"{no}infinitive+{name}"
    for name, ending in {"locative": "dA", "ablative": "dAn", "with": "lA", "is": "dIr"}.items():
        yield add(infinitive, ending), f"{no}infinitive+{name}"
    act = stem + "mA"
    his = add(act, "sI")
    yield his, no + "act+his"
    for name, ending in HIS_CASES.items():
        yield add(his, ending), f"{no}act+his+{name}"
    yield add(act, "lArI"), no + "act+plural+his"
    yield add(act, "lArInI"), no + "act+plural+his+accusative"


def future(form: str, tense: str) -> Iterator[tuple[str, str]]:
    """The definite future: its k or q softens before a vowel."""
    soft = soften(form)
    yield form, tense
    for person, ending in PERSONS.items():
        yield add(soft if ending[0] in "AI" else form, ending), _chain(tense, person)
    yield add(form, "dIr"), tense + "+is"
    yield from past(add(form, "dI"), tense + "+was")
    yield add(form, "sA"), tense + "+if"
    for person, ending in {"my": "Im", "his": "I", "our": "ImIz", "his+accusative": "InI", "his+dative": "InA"}.items():
        yield add(soft, ending), _chain(tense, person)
    yield add(form, "lArI"), tense + "+plural+his"


def participles(stem: Verb, no: str) -> Iterator[tuple[str, str]]:
    """Participles declined."""
    who = stem + "An"
    yield who, no + "who"
    for name, ending in {"plural": "lAr", "genitive": "In", "accusative": "I", "plural+dative": "lArA"}.items():
        yield add(who, ending), f"{no}who+{name}"
    what = soften(stem + "dIK")
    for owner, ending in {"my": "Im", "your": "In", "his": "I", "our": "ImIz", "your.pl": "InIz"}.items():
        yield add(what, ending), f"{no}what+{owner}"
    for name, ending in HIS_CASES.items():
        yield add(add(what, "I"), ending), f"{no}what+his+{name}"
    yield add(stem + "dIK", "lArI"), no + "what+plural+his"
    yield add(stem + "dIK", "lArInA"), no + "what+plural+his+dative"


def _chain(*names: str) -> str:
    return "+".join(filter(None, names))


# ---------------------------------------------------------------- the model roots


def sections() -> dict[str, list[str]]:
    """The words of golden_roots.txt by section, each word once."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in (HERE / "golden_roots.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif ": " in line and not line.startswith("#"):
            words.append(line)
        elif not line.startswith("#"):
            words.extend(line.split())
    return {section: list(dict.fromkeys(words)) for section, words in found.items()}


def lower(word: str) -> str:
    """Lower case by Azerbaijani rules."""
    return word.replace("I", "ı").replace("İ", "i").lower()


def softens(word: str) -> bool:
    """Whether the last q or k softens: after a vowel, in words of more than one syllable."""
    return word[-1] in "qk" and word[-2] in VOWELS and sum(letter in VOWELS for letter in word) > 1


def stem_of(word: str, kind: str) -> Stem:
    """The shapes of a nominal of this section."""
    if kind == "drop":
        return Stem(word, word[:-2] + word[-1])
    if kind == "gem":
        return Stem(word[:-1], word)
    if kind == "y":
        return Stem(word, word, y=True)
    if kind != "hard" and softens(word):
        return Stem(word, soften(word))
    return Stem(word, word)


NOMINALS: dict[str, Callable[[Stem], Iterator[tuple[str, str]]]] = {
    "noun": noun, "loan": noun, "adjective": adjective, "numeral": numeral, "name": name,
}  # fmt: skip


def all_forms() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each model root with its section and all its forms."""
    for section, words in sections().items():
        part, _, kind = section.partition(" ")
        if part == "left":
            continue
        for word in words:
            if part == "whole":
                yield part, word, [(word, part)]
            elif part == "closed":
                root, *forms = word.replace(":", "").split()
                yield part, root, [(form, "closed") for form in forms]
            elif part == "verb":
                stem = Verb(word, word[:-1] + "d" if kind == "voice" else word)
                yield part, word, [("", "stem"), *verb(stem)]
            else:
                made = list(NOMINALS[part](stem_of(word, kind)))
                if kind == "gem":  # written with both consonants as often
                    made += NOMINALS[part](Stem(word, word))
                yield part, word, [(word, part), *made]


def golden() -> list[Row]:
    """The rows of golden.tsv, in the order of golden_roots.txt."""
    rows: dict[str, Row] = {}
    left_out = frozenset(sections()["left out"])
    for part, root, forms in all_forms():
        named = dict.fromkeys((form, endings) for form, endings in forms if form and form not in left_out)
        ranked = sorted(named, key=lambda item: sha256(f"{root} {item[1]}".encode()).digest())
        for form, endings in ranked[: FORMS_OF.get(part)]:
            rows.setdefault(form, Row(form, lower(root), endings))
    return list(rows.values())


def stored() -> list[Row]:
    """The rows of golden.tsv as it is."""
    lines = GOLDEN.read_text("utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


def text(rows: list[Row]) -> str:
    """golden.tsv with these rows."""
    return HEADER + "".join("\t".join(row) + "\n" for row in rows)


def differences(rows: list[Row]) -> list[str]:
    """The rows that the analyzer reads otherwise, each with what it makes of the form."""
    import azanalyzer

    found = []
    for row in rows:
        terms = azanalyzer.Analyzer.shared().terms(row.form)
        if terms != [row.term]:
            found.append(f"{row.form}\texpected {row.term} ({row.endings})\tgot {' '.join(terms)}")
    return found


def main(arguments: list[str]) -> int:
    """Write golden.tsv, or with --diff compare it."""
    if arguments == ["--diff"]:
        sys.path.insert(0, str(HERE.parents[1] / "analyzers"))
        rows = stored()
        moved = differences(rows)
        print("\n".join([*moved, f"{len(moved)} of {len(rows)} words differ"]))
        return min(len(moved), 1)
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    GOLDEN.write_text(text(golden()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
