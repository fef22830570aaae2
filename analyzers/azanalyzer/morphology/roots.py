"""The data files of the lexicon by lemma: at first only the lines that begin as some word does, later all of them.

To take all forty thousand lines apart takes far longer than to analyse a word. So they stay as they are in the files,
which are in the order of the alphabet, and the few lines with the same first three letters are looked for when a word
first has these; one who reads texts soon has them all. Which letters of the alphabet are meant by those of an ASCII
keyboard does not matter then: the lines of all are found together, in the order of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from azanalyzer.alphabet import ALPHABET, SPELLINGS
from azanalyzer.files import lines_beginning, lines_of, taken
from azanalyzer.forks import ForkLock
from azanalyzer.patterns import places_of
from azanalyzer.tuples import NamedTuple

if TYPE_CHECKING:
    from azanalyzer.files import Data
    from azanalyzer.synonyms import Acronyms

__all__ = ["ALTERNATIONS", "Known", "LexiconError", "Roots", "irregular"]

_OTHERS = ("bases.tsv", "irregular.tsv")
_LETTERS = 3  # that tell which lines are taken apart
_FIRST_LETTERS = 2  # that tell which are decoded
_MANY = 500  # beginnings after which everything is read: to look for so many takes about as long
_SMALL = 1 << 15  # bytes that are read at once, whatever their order
_STEP = 1 << 5  # bytes behind their beginning in which the end of the lines that begin alike is looked for first
# Of the characters that a line begins with: first comments, then the end of a lemma, then letters of other alphabets.
_ORDER = {"#": 0, "\n": 0, "": 0, "\t": 1, **{letter: number for number, letter in enumerate(ALPHABET, 3)}}
_FOREIGN = 2
_SHORTEST_ACRONYM = 3  # shorter ones are too often something else when written small
_ACRONYM = "np\t2\t-"

# How the shape before a vowel (or, for gem, before a consonant) is made of the lemma. All begin as the lemma does.
ALTERNATIONS: dict[str, Callable[[str], str]] = {
    "drop": lambda lemma: lemma[:-2] + lemma[-1],
    "gem": lambda lemma: lemma[:-1],
    "y": lambda lemma: lemma + "y",
}
# What stands in the lines of such lemmas; it does in few others.
_MARKS = [f"{before}{flag}" for flag in ALTERNATIONS for before in (("",) if len(flag) > 1 else "\t,")]


class LexiconError(ValueError):
    """A data file of the lexicon breaks its own format; the message gives the line and what should be there."""


_Alternants = dict[str, list[tuple[str, str]]]


class Known:
    """What the files say of some lemmas, or of all.

    `lines` has by lemma the rest of its line, of several lines with a line feed between them. `alternants` has the
    shapes that spelling alone does not give away, each with the lemmas and what made it so.
    """

    __slots__ = ("_typed", "alternants", "lines")

    def __init__(self, lines: dict[str, str], alternants: _Alternants) -> None:
        self.lines = lines
        self.alternants = alternants
        self._typed: dict[str, dict[str, str]] = {}

    def __contains__(self, shape: str) -> bool:
        """Whether there are stems that are spelled so, those left out that spelling alone gives away."""
        return shape in self.lines or shape in self.alternants

    def typed(self, spelling: str) -> dict[str, str]:
        """The shapes that are typed in another way than they are spelled, by what is typed.

        Several of one spelling are one string, parted by tabs. A string that is also a key elsewhere costs nothing
        here; lists would double the memory of the lexicon.
        """
        index = self._typed.get(spelling)
        if index is None:
            index = self._typed[spelling] = _typed_index([*self.lines, *self.alternants], spelling)
        return index


class Roots:
    """The lines of all lemmas, the shapes that spelling alone does not give away, and how both are typed.

    Thread-safe: everything takes the place of single beginnings at once, and these only ever become more.
    """

    def __init__(self, folder: Path, acronyms: Acronyms | None = None) -> None:
        paths = [path for path in sorted(folder.iterdir()) if path.suffix == ".tsv" and path.name not in _OTHERS]
        self._files = [taken(path) for path in paths]
        self._irregular_text = lines_of(folder / "irregular.tsv")
        self._acronyms = acronyms
        self._whole = Known({}, {})
        # As long as not everything has been taken apart: what has been, typed on an ASCII keyboard, and with a for ə.
        self._some: tuple[_Beginnings, _Beginnings] | None = (self._beginnings("ascii"), self._beginnings("ascii-a"))
        self._lock = ForkLock()
        if sum(map(len, self._files)) <= _SMALL:
            self.read_all()

    def _beginnings(self, spelling: str) -> _Beginnings:
        return _Beginnings(self._files, self._irregular_text, self._acronyms, spelling)

    def read_all(self) -> None:
        """Take apart what has not been: whoever reads much has it from the start then."""
        with self._lock:
            if self._some is None:
                return
            whole = Known({}, irregular(self._irregular_text.split("\n")))
            for data in self._files:
                _take(str(data, "utf-8").split("\n"), whole.lines, whole.alternants)
            _take_acronyms(self._acronyms or (), whole.lines)
            self._whole = whole
            self._some = None
            self._files = []

    def make_table(self, spelling: str) -> None:
        """Make the table of what is typed in a spelling."""
        self.read_all()
        self._whole.typed(spelling)

    def _having(self, text: str, spelling: str = "proper") -> Known:
        """What the files say of lemmas and shapes that begin as `text`, typed in this spelling, or of all."""
        some = self._some
        if some is None:
            return self._whole
        beginning = text[:_LETTERS]
        beginnings = some[spelling == "ascii-a" and "a" in beginning]
        if beginning not in beginnings and sum(map(len, some)) >= _MANY:
            self.read_all()
            return self._whole
        return beginnings[beginning]


class _Part(NamedTuple):
    """The lines of lemmas whose first two letters are typed alike: in the order of the files, and as they are typed.

    `alternants` are by the first three letters as they are typed.
    """

    text: str
    typed: str
    alternants: dict[str, _Alternants]


class _Beginnings(dict[str, Known]):
    """What the files say of lemmas by their first three letters, as these are or as they are typed; of shorter ones.

    It may be more than that: what is said of all lemmas that are typed so.
    """

    def __init__(self, files: list[Data], irregular_text: str, acronyms: Acronyms | None, spelling: str) -> None:
        super().__init__()
        self._files = files
        self._irregular_text = irregular_text
        self._irregular_typed = ""
        self._acronyms = acronyms
        self._spelling = spelling
        self._respell = SPELLINGS[spelling]
        self._parts: dict[str, _Part] = {}

    def __missing__(self, beginning: str) -> Known:
        typed = self._respell(beginning)
        known = self.get(typed) or self._find(typed)
        self[typed] = self[beginning] = known
        return known

    def _find(self, typed: str) -> Known:
        part = self._parts.get(typed[:_FIRST_LETTERS]) or self._part(typed[:_FIRST_LETTERS])
        known = Known({}, part.alternants.get(typed, {}))
        sought = typed if len(typed) >= _LETTERS else f"{typed}\t"
        _take(lines_beginning(part.text, sought, part.typed), known.lines)
        if self._acronyms is not None and len(typed) >= _SHORTEST_ACRONYM:
            _take_acronyms(self._acronyms.typed(typed, self._respell), known.lines)
        return known

    def _part(self, typed: str) -> _Part:
        is_lemma = len(typed) < _FIRST_LETTERS
        seconds = "\t" if is_lemma else self._letters(typed[1])
        keys = _runs(_key(first + second) for first in self._letters(typed[:1]) for second in seconds)
        text = "\n".join([lines for data in self._files for lines in _lines_with(data, keys)])
        text = f"\n{text}\n"
        if not self._irregular_typed:
            self._irregular_typed = _as_typed(self._irregular_text, self._spelling)
        sought = f"{typed}\t" if is_lemma else typed
        alternants = irregular(lines_beginning(self._irregular_text, sought, self._irregular_typed))
        _take(_flagged(text), {}, alternants)
        by_beginning: dict[str, _Alternants] = {}
        for shape, reasons in alternants.items():
            by_beginning.setdefault(self._respell(shape[:_LETTERS]), {})[shape] = reasons
        part = self._parts[typed] = _Part(text, _as_typed(text, self._spelling), by_beginning)
        return part

    def _letters(self, typed: str) -> list[str]:
        """What letters may be meant by one."""
        return [*(letter for letter, other in _changed(self._spelling) if other == typed), typed]


def _key(line: str) -> int:
    """The first characters of a line as a number, which grows in the order of the file."""
    return 64 * _ORDER.get(line[:1], _FOREIGN) + _ORDER.get(line[1:2], _FOREIGN)


def _lines_with(data: Data, keys: Iterable[range]) -> Iterator[str]:
    """The lines of `data` whose numbers are in these ranges, which have to be in order."""
    start = 0
    for wanted in keys:
        start = _first_from(data, wanted.start, start, len(data))
        high, step = start, _STEP
        while high < len(data) and _key_at(data, data.rfind(b"\n", start, high) + 1 or start) < wanted.stop:
            high = min(start + step, len(data))
            step *= 8
        end = _first_from(data, wanted.stop, start, high)
        yield data[start:end].decode("utf-8")
        start = end


def _first_from(data: Data, key: int, low: int, high: int) -> int:
    """Where in `data` the first line begins whose number is not below `key`.

    `low` is where some line before begins, `high` a place in some line behind.
    """
    while low < high:
        start = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        if _key_at(data, start) < key:
            low = data.find(b"\n", start, high) + 1 or high
        else:
            high = start
    return low


def _key_at(data: Data, start: int) -> int:
    """The number of the line that begins there."""
    return _key(data[start : start + 4].decode("utf-8", "ignore"))


def _runs(keys: Iterable[int]) -> list[range]:
    """The ranges that these numbers make."""
    runs: list[range] = []
    for key in sorted(set(keys)):
        if runs and runs[-1].stop == key:
            runs[-1] = range(runs[-1].start, key + 1)
        else:
            runs.append(range(key, key + 1))
    return runs


def _flagged(text: str) -> list[str]:
    """The lines that may have a flag of `ALTERNATIONS`, which few have."""
    places = [place for mark in _MARKS for place in places_of(mark, text)]
    ends = {text.rfind("\n", 0, place) for place in places}
    return [text[end + 1 : text.find("\n", end + 1)] for end in sorted(ends)]


def _take(found: Iterable[str], lines: dict[str, str], alternants: _Alternants | None = None) -> None:
    """Put the lines of a data file where they are looked up, and the shapes that come of their flags, if wanted."""
    shared: dict[str, str] = {}  # the same few thousand endings of lines, kept once
    for line in found:
        lemma, _, rest = line.partition("\t")
        if not line or line[0] == "#":
            continue
        if not rest or not lemma.islower():
            expected = "expected a lemma in lower case, a tab, parts of speech, a tab, frequency class, a tab, flags"
            raise LexiconError(f"lexicon, line {line!r}: {expected}")
        if lemma in lines:
            rest = f"{lines[lemma]}\n{rest}"
        lines[lemma] = shared.setdefault(rest, rest)
        if rest[-1] != "-" and alternants is not None:
            for flag in rest.rpartition("\t")[2].split(","):
                if flag in ALTERNATIONS:
                    alternants.setdefault(ALTERNATIONS[flag](lemma), []).append((lemma, flag))


def _take_acronyms(acronyms: Iterable[str], lines: dict[str, str]) -> None:
    for acronym in acronyms:
        if len(acronym) >= _SHORTEST_ACRONYM:
            lines.setdefault(acronym, _ACRONYM)


def irregular(lines: Iterable[str]) -> _Alternants:
    """The shapes that lines of irregular.tsv give, each with the lemmas and the states that it enters."""
    found: _Alternants = {}
    for line in lines:
        if line and line[0] != "#":
            columns = line.split("\t")
            if len(columns) != 3:
                expected = "expected a shape, its lemma and a state, with tabs between them"
                raise LexiconError(f"irregular.tsv, line {line!r}: {expected}")
            shape, lemma, state = columns
            found.setdefault(shape, []).append((lemma, state))
    return found


def _as_typed(text: str, spelling: str) -> str:
    """What `SPELLINGS` makes of long `text` that has no capitals and accents, in a fraction of the time."""
    for letter, typed in _changed(spelling):
        text = text.replace(letter, typed)
    return text


@cache
def _changed(spelling: str) -> list[tuple[str, str]]:
    """The letters of the alphabet that are typed as another, each with that."""
    typed = [(letter, SPELLINGS[spelling](letter)) for letter in ALPHABET]
    return [(letter, other) for letter, other in typed if letter != other]


def _typed_index(shapes: Sequence[str], spelling: str) -> dict[str, str]:
    index: dict[str, str] = {}
    if not shapes:
        return index
    # All at once: respelling a long string costs little more than a short one.
    for shape, typed in zip(shapes, _as_typed("\n".join(shapes), spelling).split("\n"), strict=True):
        if typed != shape and (spelling != "ascii-a" or "ə" in shape):  # else typed as in "ascii"
            index[typed] = f"{index[typed]}\t{shape}" if typed in index else shape
    return index
