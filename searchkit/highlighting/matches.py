"""Where a text has what a query asks for: words in any form, phrases as wholes, beginnings and patterns."""

from __future__ import annotations

import fnmatch
import itertools
import operator
import re
from bisect import bisect_right
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from azanalyzer.lazy import cached_property
from azanalyzer.patterns import pattern
from azanalyzer.tokenizer import LETTER
from azanalyzer.tuples import NamedTuple
from searchkit.edits import edit_distance
from searchkit.querytree import (
    AllOf,
    AnyOf,
    Either,
    Everything,
    Exact,
    Fuzzy,
    Nothing,
    Phrase,
    Prefix,
    Range,
    Wildcard,
    Without,
    Word,
    glob,
    is_in,
    wanted_leaves,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from azanalyzer import Analyzer
    from azanalyzer.sieve import Sieve
    from searchkit.querytree import Node, Query

    _Leaf = Word | Phrase | Prefix | Wildcard | Fuzzy | Exact | Range
    _Line = tuple[int, str, bool | None]

__all__ = ["Found", "Match", "Matcher"]

_CHUNK = pattern(r"\S+")
_ONE_WORD = pattern(rf"{LETTER}+[.,;:!?]?\Z")  # nearly every chunk
_LITERAL = pattern(r"(?:[^*?\\]|\\.)*", re.DOTALL)
_START = operator.itemgetter(0)  # of a line
_REMEMBERED = 20_000  # chunks that a query has been asked about


class Found(NamedTuple):
    """One word that was asked for, `text[start:end]`, and its term."""

    start: int
    end: int
    term: str


class Match(NamedTuple):
    """A stretch of a text that was asked for, a word or a phrase: `text[start:end]`.

    `first` and `last` bound what is written together with it, such as a quote or a full stop. `keys` are the numbers
    of the parts of the query that it answers.
    """

    start: int
    end: int
    first: int
    last: int
    keys: tuple[int, ...]
    words: tuple[Found, ...]


class _Piece(NamedTuple):
    """A wanted piece of a chunk. `step` is its position among the pieces, from 1 on."""

    start: int
    end: int
    term: str
    step: int
    keys: tuple[int, ...]  # empty where it is wanted only within a phrase


class _Token(NamedTuple):
    """A wanted piece in its text, whose chunk is `text[first:last]`."""

    piece: _Piece
    first: int
    last: int
    azerbaijani: bool | None


class Matcher:
    """Finds what a query asks for in one field; `weights` says how many words each numbered part of the query has.

    It remembers what it has read, so the texts of a page share one. Safe to share between threads.
    """

    def __init__(self, query: Query, field: str, analyzer: Analyzer) -> None:
        from azanalyzer.cache import Cache

        self._analyzer = analyzer
        self._words: dict[str, tuple[int, ...]] = {}
        self._fitting: list[tuple[int, Callable[[str], object]]] = []
        self._phrases: list[tuple[int, Phrase]] = []
        self._in_phrases: set[str] = set()
        self.weights: dict[int, int] = {}
        leaves = [
            (key, leaf)
            for key, leaf in _numbered(query.root, itertools.count())
            if is_in(leaf, field, query.fields) and _is_of_words(leaf)
        ]
        for key, leaf in leaves:
            self.weights.setdefault(key, len(leaf.places) if isinstance(leaf, Phrase) else 1)
            self._take(key, leaf)
        self._far = max((phrase.slop for _, phrase in self._phrases), default=0) + 2
        self._sieve = analyzer.sieve(*_sought([leaf for _, leaf in leaves])) if leaves else None
        self._read = {each: Cache(partial(self._pieces, each), _REMEMBERED) for each in (None, True, False)}

    @cached_property
    def _steps(self) -> Mapping[bool | None, Mapping[str, int]]:
        """How many positions a chunk has, by how the Cyrillic of its line is read."""
        from azanalyzer.cache import Cache

        return {each: Cache(partial(self._count, each), _REMEMBERED) for each in (None, True, False)}

    def _take(self, key: int, leaf: _Leaf) -> None:
        if isinstance(leaf, Word):
            for term in leaf.terms:
                self._words.setdefault(term, (key,))
        elif isinstance(leaf, Phrase):
            self._in_phrases.update(*leaf.places)
            self._phrases.append((key, leaf))
        else:
            self._fitting.append((key, _fits(leaf)))

    def matches(self, text: str) -> list[Match]:
        """Everything in `text` that is asked for, in order and without overlap."""
        if self._sieve is None:
            return []
        lines = list(self._analyzer.lines(text))
        tokens = self._tokens(self._sieve, lines)
        keys, joined = self._find_phrases(tokens, lines) if self._phrases else ({}, {})
        found: list[Match] = []
        words: list[Found] = []  # of the last match, where it is made of several
        make = tuple.__new__  # as in `_tokens`
        for number, (piece, first, last, _) in enumerate(tokens):
            answered = keys.get(number, piece.keys)
            if not answered:
                continue
            start, end = first + piece.start, first + piece.end
            word = make(Found, (start, end, piece.term))
            if number in joined:
                other = tokens[joined[number]]
                end, last = other.first + other.piece.end, other.last
            match = make(Match, (start, end, first, last, answered, (word,)))
            if found and start < found[-1].end:
                words = words or [*found[-1].words]
                if start >= words[-1].end:  # a part of a compound that is a word of the match adds no word
                    words.append(word)
                found[-1] = _merged(found[-1], match)
            else:
                if words:
                    found[-1] = found[-1]._replace(words=tuple(words))
                    words = []
                found.append(match)
        if words:
            found[-1] = found[-1]._replace(words=tuple(words))
        return found

    def _tokens(self, sieve: Sieve, lines: list[_Line]) -> list[_Token]:
        found = []
        make = tuple.__new__  # the constructor is a Python function, which takes three times as long
        for base, line, azerbaijani in lines:
            read = self._read[azerbaijani]
            for first, last in sieve.chunks(line):
                for piece in read[line[first:last]]:
                    found.append(make(_Token, (piece, base + first, base + last, azerbaijani)))
        return found

    def _pieces(self, azerbaijani: bool | None, chunk: str) -> tuple[_Piece, ...]:
        """The wanted pieces of a chunk."""
        found = []
        position = 0
        for start, end, term, _, step in self._analyzer.pieces(chunk, azerbaijani):
            position += step
            keys = self._words.get(term, ())
            if not keys and self._fitting:
                keys = next(((key,) for key, fits in self._fitting if fits(term)), ())
            if keys or term in self._in_phrases:
                found.append(_Piece(start, end, term, position, keys))
        return tuple(found)

    # ---------------------------------------------------------------- phrases

    def _find_phrases(
        self, tokens: list[_Token], lines: list[_Line]
    ) -> tuple[dict[int, tuple[int, ...]], dict[int, int]]:
        """The keys of each token of a phrase, and the last token that it is marked together with."""
        of_terms: defaultdict[str, list[int]] = defaultdict(list)
        for number, token in enumerate(tokens):
            of_terms[token.piece.term].append(number)
        positions: list[int] = []
        keys: dict[int, tuple[int, ...]] = {}
        joined: dict[int, int] = {}
        for key, phrase in self._phrases:
            if not all(any(term in of_terms for term in terms) for terms in phrase.places):
                continue
            positions = positions or self._positions(tokens, lines)
            # A word that comes again and again in a phrase is looked at once.
            standing = {
                terms: sorted({number for term in terms for number in of_terms.get(term, ())})
                for terms in dict.fromkeys(phrase.places)
            }
            chains = _chains(phrase, {terms: _bits(map(positions.__getitem__, own)) for terms, own in standing.items()})
            whole: defaultdict[tuple[str, ...], int] = defaultdict(int)
            pairs: defaultdict[tuple[tuple[str, ...], tuple[str, ...]], int] = defaultdict(int)
            for terms, chain in zip(phrase.places, chains, strict=True):
                whole[terms] |= chain
            for both, (chain, following) in zip(
                itertools.pairwise(phrase.places), itertools.pairwise(chains), strict=True
            ):
                pairs[both] |= chain & following >> 1
            for terms, bits in whole.items():
                for each in _chosen(standing[terms], positions, bits):
                    answered = keys.get(each, tokens[each].piece.keys)
                    keys[each] = answered if key in answered else (*answered, key)
            for (terms, after), bits in pairs.items():
                at = {positions[each]: each for each in reversed(standing[after])}
                for each in _chosen(standing[terms], positions, bits):
                    joined[each] = max(joined.get(each, each), at[positions[each] + 1])
        return keys, joined

    def _positions(self, tokens: list[_Token], lines: list[_Line]) -> list[int]:
        """The position of each token; those too far apart for any phrase are only that."""
        found: list[int] = []
        position = 0
        before: _Token | None = None
        for token in tokens:
            if before is None or before.first == token.first:
                position += token.piece.step - (before.piece.step if before else 0)
            else:
                position += self._distance(before, token, lines)
            found.append(position)
            before = token
        return found

    def _distance(self, before: _Token, token: _Token, lines: list[_Line]) -> int:
        distance = token.piece.step - before.piece.step
        for number in range(bisect_right(lines, before.first, key=_START) - 1, len(lines)):
            base, line, azerbaijani = lines[number]
            if base >= token.first:
                break
            for chunk in _CHUNK.finditer(line, max(before.first - base, 0), min(token.first - base, len(line))):
                distance += self._steps[azerbaijani][chunk.group()]
                if distance > self._far:
                    return distance
        return distance

    def _count(self, azerbaijani: bool | None, chunk: str) -> int:
        """How many positions a chunk has."""
        if _ONE_WORD.match(chunk):
            return 1
        return sum(piece.step for piece in self._analyzer.pieces(chunk, azerbaijani))


def _merged(match: Match, after: Match) -> Match:
    """Two matches that overlap as one, but for the words of the second."""
    return Match(
        match.start,
        max(match.end, after.end),
        match.first,
        max(match.last, after.last),
        tuple(dict.fromkeys(match.keys + after.keys)),
        match.words,
    )


def _chains(phrase: Phrase, standing: Mapping[tuple[str, ...], int]) -> list[int]:
    """For each place of a phrase the positions that a whole one goes through there, as a set of bits.

    `standing` are the positions at which what stands for a place does.
    """
    chains = [standing[phrase.places[0]]]
    for terms in phrase.places[1:]:
        chains.append(_near(chains[-1], phrase.slop, operator.lshift) & standing[terms])
    for place in range(len(chains) - 2, -1, -1):
        chains[place] &= _near(chains[place + 1], phrase.slop, operator.rshift)
    return chains


def _near(bits: int, slop: int, shift: Callable[[int, int], int]) -> int:
    """Those moved on by 1 to `slop` + 1 places."""
    found, moved = shift(bits, 1), 1
    while moved <= slop:
        more = min(moved, slop + 1 - moved)
        found |= shift(found, more)
        moved += more
    return found


def _bits(numbers: Iterable[int]) -> int:
    """A set of bits of these numbers."""
    found = bytearray()
    for number in numbers:
        place = number >> 3
        if place >= len(found):
            found.extend(bytes(place + 1 - len(found)))
        found[place] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def _chosen(numbers: Sequence[int], positions: Sequence[int], bits: int) -> list[int]:
    """Those of the tokens with these numbers whose positions are in a set of bits."""
    if not bits:
        return []
    held = bits.to_bytes((positions[numbers[-1]] >> 3) + 1, "little")
    return [number for number in numbers if held[positions[number] >> 3] >> (positions[number] & 7) & 1]


def _numbered(node: Node, numbers: Iterator[int]) -> Iterator[tuple[int, _Leaf]]:
    """The wanted leaves, numbered; other ways to say the same share a number."""
    if isinstance(node, Without):
        yield from _numbered(node.node, numbers)
    elif isinstance(node, Either):
        said = list(_numbered(node.nodes[0], numbers))
        yield from said
        number = said[0][0] if said else next(numbers)
        for other in node.nodes[1:]:
            for leaf in wanted_leaves(other):
                yield number, leaf
    elif isinstance(node, (AnyOf, AllOf)):
        for child in node.nodes:
            yield from _numbered(child, numbers)
    elif not isinstance(node, (Everything, Nothing)):
        yield next(numbers), node


def _is_of_words(leaf: _Leaf) -> bool:
    """Whether there are words to mark: not for dates and numbers, nor where any value will do."""
    return not isinstance(leaf, Range) or any(isinstance(bound, str) for bound in (leaf.low, leaf.high))


def _sought(leaves: list[_Leaf]) -> tuple[list[str], list[str]]:
    """The terms that the leaves ask for, and the beginnings of all the others that may fit."""
    terms: list[str] = []
    beginnings: list[str] = []
    for leaf in leaves:
        if isinstance(leaf, Word):
            terms += leaf.terms
        elif isinstance(leaf, Phrase):
            terms += [term for place in leaf.places for term in place]
        elif isinstance(leaf, Prefix):
            beginnings += leaf.prefixes
            terms += leaf.terms
        elif isinstance(leaf, Wildcard):
            literals = [_LITERAL.match(pattern) for pattern in leaf.patterns]
            beginnings += [re.sub(r"\\(.)", r"\1", literal[0]) for literal in literals if literal]
        elif isinstance(leaf, Fuzzy):
            beginnings += [term[:1] for term in leaf.terms]
        else:
            beginnings.append("")
    return terms, beginnings


def _fits(leaf: Prefix | Wildcard | Fuzzy | Exact | Range) -> Callable[[str], object]:
    """What says whether a term is one that the leaf asks for."""
    if isinstance(leaf, Prefix):
        return lambda term: term.startswith(leaf.prefixes) or term in leaf.terms
    if isinstance(leaf, Wildcard):
        return re.compile("|".join(fnmatch.translate(glob(pattern)) for pattern in leaf.patterns)).match
    if isinstance(leaf, Fuzzy):
        return lambda term: any(
            term[:1] == like[:1] and edit_distance(like, term, leaf.distance) <= leaf.distance for like in leaf.terms
        )
    if isinstance(leaf, Range):
        return lambda term: (
            (leaf.low is None or term > leaf.low or (term == leaf.low and not leaf.low_open))
            and (leaf.high is None or term < leaf.high or (term == leaf.high and not leaf.high_open))
        )
    return leaf.values.__contains__
