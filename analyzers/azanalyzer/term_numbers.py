"""Numbers of very many distinct terms in little memory: a dict of strings takes five times as much."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer.hash_table import HashTable
from azanalyzer.morphology.rows import Words
from azanalyzer.sorted_keys import distinct

__all__ = ["TermNumbers"]


class TermNumbers:
    """Terms, numbered from 0 on as they come; as UTF-8 they follow one another in one run of bytes.

    Words of the alphabet are told apart by `Words.identities`, other terms by Python's hashes of them. Both have 64
    bits and are others in each process.
    """

    def __init__(self) -> None:
        self._by_hash = HashTable()
        self._data = bytearray()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._by_hash)

    def of(self, terms: Sequence[str]) -> Any:
        """The numbers of terms, u4; those that are new get the next ones."""
        numbers, missing, hashes = self._find(_hashes(terms))
        if len(missing):
            self._add(hashes, [terms[place] for place in missing.tolist()])
        return numbers

    def of_words(self, words: Words) -> Any:
        """`of` of words of the alphabet."""
        numbers, missing, hashes = self._find(words.identities())
        if len(missing):
            self._add(hashes, words.where(missing).strings())
        return numbers

    def _find(self, hashes: Any) -> tuple[Any, Any, Any]:
        """The numbers of terms; of those that are new, which get the next ones, a place and the hash of each."""
        numbers, missing = self._by_hash.find(hashes)
        own, first, inverse = distinct(hashes.take(missing))
        numbers[missing] = len(self) + inverse
        return numbers, missing.take(first), own

    def _add(self, hashes: Any, terms: list[str]) -> None:
        first = len(self)
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
        ends = self._ends[-1] + np.cumsum(np.fromiter(map(len, encoded), np.uint64, len(encoded)), dtype=np.uint64)
        self._data += b"".join(encoded)
        self._ends.frombytes(ends.tobytes())
        self._by_hash.add(hashes, np.arange(first, first + len(terms), dtype=np.uint32))

    def term(self, number: int) -> str:
        """The term with a number."""
        return self._data[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")

    def as_bytes(self) -> tuple[bytes, Any]:
        """All terms as UTF-8 (with halves of surrogate pairs as they are), one after another, and their lengths; i8."""
        return bytes(self._data), np.diff(np.frombuffer(self._ends, np.uint64).astype(np.int64))


def _hashes(terms: Sequence[str]) -> Any:
    found = np.empty(len(terms), np.uint64)
    places, words = Words.among(terms)
    found[places] = words.identities()
    is_other = np.ones(len(terms), bool)
    is_other[places] = False
    others = [hash(terms[place]) for place in np.flatnonzero(is_other).tolist()]
    found[is_other] = np.array(others, np.int64).view(np.uint64)
    return found
