"""The data files of the lexicon by lemma: at first only the lines that begin as some word does, later all of them.

To take all forty thousand lines apart takes far longer than to analyse a word. So they stay as they are in the files,
which are in the order of the alphabet, and the lines with the same first two letters are looked for when a word first
has these; one who reads texts soon has them all. What a spelling makes of the roots is kept in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from azanalyzer.alphabet import ALPHABET, SPELLINGS
from azanalyzer.forks import ForkLock

if TYPE_CHECKING:
    from azanalyzer.synonyms import Acronyms

__all__ = ["ALTERNATIONS", "LexiconError", "Roots", "bytes_of", "irregular", "lines_beginning", "lines_of"]

_OTHERS = ("bases.tsv", "irregular.tsv")
_LETTERS = 2  # that tell which lines to look for
_MANY = 64  # beginnings after which everything is read: looking for so many takes about as long
_SMALL = 1 << 15  # bytes that are read at once, whatever their order
# Of the characters that a line begins with: first comments, then the end of a lemma, then letters of other alphabets.
_ORDER = {"#": 0, "\n": 0, "\t": 1, **{letter: number for number, letter in enumerate(ALPHABET, 3)}}
_FOREIGN = 2
_SHORTEST_ACRONYM = 3  # shorter ones are too often something else when written small
_ACRONYM = "np\t2\t-"

# How the shape before a vowel (or, for gem, before a consonant) is made of the lemma. All begin as the lemma does.
ALTERNATIONS: dict[str, Callable[[str], str]] = {
    "drop": lambda lemma: lemma[:-2] + lemma[-1],
    "gem": lambda lemma: lemma[:-1],
    "y": lambda lemma: lemma + "y",
}


class LexiconError(ValueError):
    """A data file of the lexicon breaks its own format; the message gives the line and what should be there."""


_Alternants = dict[str, list[tuple[str, str]]]


class Roots:
    """The lines of all lemmas, the shapes that spelling alone does not give away, and how both are typed.

    Whatever is looked up in `_lines` or `_alternants` has to be reached for before. Thread-safe: what was read of one
    beginning is put in at once, and everything together takes the place of all beginnings.
    """

    def __init__(self, folder: Path, acronyms: Acronyms | None = None) -> None:
        paths = [path for path in sorted(folder.iterdir()) if path.suffix == ".tsv" and path.name not in _OTHERS]
        self._irregular_text = lines_of(folder / "irregular.tsv")
        self._acronyms = acronyms
        # By lemma the rest of its line, of several lines with a line feed between them.
        self._lines: dict[str, str] = {}
        # Shapes that spelling alone does not give away, each with the lemma and what made it so.
        self._alternants: _Alternants = {}
        self._typed: dict[str, dict[str, str]] = {}
        # The files one after the other as long as not all of it has been taken apart, and what has been.
        self._unread: list[bytes] | None = [bytes_of(path) for path in paths]
        self._reached: set[str] = set()
        self._places: dict[str, int] = {}  # where lemmas, and alternants, stand in an order of all
        self._alternant_places: dict[str, int] = {}
        self._typed_so_far: dict[tuple[str, str], dict[str, str]] = {}
        self._lock = ForkLock()
        if sum(map(len, self._unread)) <= _SMALL:
            self._read_all()

    def read_all(self) -> None:
        """Take apart what has not been: whoever reads much has it from the start then."""
        with self._lock:
            self._read_all()

    def _read_all(self) -> None:
        if self._unread is None:
            return
        lines: dict[str, str] = {}
        alternants = irregular(self._irregular_text.split("\n"))
        for data in self._unread:
            _take(data.decode("utf-8").split("\n"), lines, alternants)
        for acronym in self._acronyms or ():
            if len(acronym) >= _SHORTEST_ACRONYM:
                lines.setdefault(acronym, _ACRONYM)
        self._alternants, self._lines = alternants, lines
        self._unread = None
        self._places, self._alternant_places, self._typed_so_far = {}, {}, {}

    def _reach(self, text: str) -> None:
        """Have the lines that begin as `text` does."""
        if self._unread is not None and text[:_LETTERS] not in self._reached:
            with self._lock:
                self._read_beginning(text[:_LETTERS])

    def _read_beginning(self, beginning: str) -> None:
        if self._unread is None or beginning in self._reached:
            return
        if len(self._reached) >= _MANY:
            self._read_all()
            return
        lines: dict[str, str] = {}
        alternants = self._irregular_with(beginning)
        end = 0
        for data in self._unread:
            start, found = _lines_with(data, beginning)
            _take(found, lines, alternants)
            for place, line in enumerate(found, end + start):  # the numbers need only tell what stands before what
                self._places.setdefault(line.partition("\t")[0], place)
            end += len(data)
        for place, acronym in self._acronyms.beginning(beginning) if self._acronyms is not None else ():
            if len(acronym) >= _SHORTEST_ACRONYM and acronym not in lines:
                lines[acronym] = _ACRONYM
                self._places[acronym] = end + place
        for shape, reasons in alternants.items():
            if shape not in self._alternant_places:  # which the irregular ones are, before all others
                self._alternant_places[shape] = end + self._places[reasons[0][0]]
        self._lines.update(lines)
        self._alternants.update(alternants)
        self._reached.add(beginning)

    def _irregular_with(self, beginning: str) -> _Alternants:
        """The irregular shapes that begin so, as `_lines_with` has it."""
        sought = beginning if len(beginning) == _LETTERS else f"{beginning}\t"
        found = lines_beginning(self._irregular_text, sought)
        for place, line in found:
            self._alternant_places.setdefault(line.partition("\t")[0], place)
        return irregular(line for _, line in found)

    def _index(self, spelling: str, typed: str) -> dict[str, str]:
        """The shapes that are typed in another way than they are spelled, at least all those that are typed `typed`.

        Several of one spelling are one string, parted by tabs. A string that is also a key elsewhere costs nothing
        here; lists would double the memory of the lexicon.
        """
        known = self._typed.get(spelling)
        if known is not None:
            return known
        if self._unread is not None:
            key = (spelling, typed[:_LETTERS])
            known = self._typed_so_far.get(key)
            if known is not None:
                return known
            begin = _proper_beginnings(*key)
            for beginning in begin:
                self._reach(beginning)
            with self._lock:
                if self._unread is not None:
                    known = self._typed_so_far[key] = _typed_index(self._shapes_with(begin), spelling)
                    return known
        index = self._typed[spelling] = _typed_index([*self._lines, *self._alternants], spelling)
        return index

    def _shapes_with(self, beginnings: frozenset[str]) -> list[str]:
        """The shapes with these beginnings, in the order in which all of them would stand."""
        found: list[str] = []
        for shapes, places in ((self._lines, self._places), (self._alternants, self._alternant_places)):
            found += sorted((shape for shape in shapes if shape[:_LETTERS] in beginnings), key=places.__getitem__)
        return found


def bytes_of(path: Path) -> bytes:
    """A file with line feeds alone at the ends of its lines."""
    data = path.read_bytes()
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def _lines_with(data: bytes, beginning: str) -> tuple[int, list[str]]:
    """Where in `data` the lines of lemmas with this beginning are, which is a whole lemma if it is short; the lines."""
    sought = beginning if len(beginning) == _LETTERS else f"{beginning}\t"
    key = _key(sought + "\n")
    start = _first_from(data, key)
    end = _first_from(data, key + 1, start)
    return start, [line for line in data[start:end].decode("utf-8").split("\n") if line.startswith(sought)]


def _key(line: str) -> int:
    """The first characters of a line as a number, which grows in the order of the file."""
    return 64 * _ORDER.get(line[0], _FOREIGN) + _ORDER.get(line[1], _FOREIGN)


def _first_from(data: bytes, key: int, low: int = 0) -> int:
    """Where in `data` the first line begins whose number is not below `key`; `low` is where some line before begins."""
    high = len(data)
    while low < high:
        start = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        if _key(data[start : start + 4].decode("utf-8", "ignore") + "\n\n") < key:
            low = data.find(b"\n", start, high) + 1 or high
        else:
            high = start
    return low


def _take(found: Iterable[str], lines: dict[str, str], alternants: _Alternants) -> None:
    """Put the lines of a data file where they are looked up."""
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
        if rest[-1] != "-":
            for flag in rest.rpartition("\t")[2].split(","):
                if flag in ALTERNATIONS:
                    alternants.setdefault(ALTERNATIONS[flag](lemma), []).append((lemma, flag))


def lines_of(path: Path) -> str:
    """A small file of lines with a line feed before each and after the last; only that if there is none."""
    return f"\n{bytes_of(path).decode('utf-8')}\n" if path.exists() else "\n"


def lines_beginning(text: str, beginning: str) -> list[tuple[int, str]]:
    """The lines of `lines_of` that begin so, each with where it stands; a comment is none."""
    found = []
    place = text.find(f"\n{beginning}") if beginning[:1] != "#" else -1
    while place >= 0:
        found.append((place, text[place + 1 : text.find("\n", place + 1)]))
        place = text.find(f"\n{beginning}", place + 1)
    return found


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


def _typed_index(shapes: Sequence[str], spelling: str) -> dict[str, str]:
    index: dict[str, str] = {}
    if not shapes:
        return index
    # All at once: respelling a long string costs little more than a short one.
    for shape, typed in zip(shapes, SPELLINGS[spelling]("\n".join(shapes)).split("\n"), strict=True):
        if typed != shape and (spelling != "ascii-a" or "ə" in shape):  # else typed as in "ascii"
            index[typed] = f"{index[typed]}\t{shape}" if typed in index else shape
    return index


@lru_cache(maxsize=256)
def _proper_beginnings(spelling: str, typed: str) -> frozenset[str]:
    """How the beginning of a word may be spelled that is typed so."""
    respell = SPELLINGS[spelling]
    letters = [[letter, *(own for own in ALPHABET if own != letter and respell(own) == letter)] for letter in typed]
    return frozenset(map("".join, product(*letters)))
