"""Numbers of very many distinct terms in little memory: a dict of strings takes five times as much."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from azanalyzer.hash_table import HashTable

__all__ = ["TermNumbers"]


class TermNumbers:
    """Terms, numbered from 0 on as they come; as UTF-8 they follow one another in one run of bytes.

    They are told apart by Python's hashes of them, which have 64 bits and are others in each process.
    """

    def __init__(self) -> None:
        self._by_hash = HashTable()
        self._data = bytearray()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._by_hash)

    def of(self, terms: Sequence[str]) -> Any:
        """The numbers of terms, u4; those that are new get the next ones."""
        hashes = np.fromiter(map(hash, terms), np.int64, len(terms)).view(np.uint64)
        numbers, missing = self._by_hash.find(hashes)
        if len(missing):
            own, first, inverse = np.unique(hashes[missing], return_index=True, return_inverse=True)
            new = np.arange(len(self), len(self) + len(own), dtype=np.uint32)
            for place in missing[first].tolist():
                self._data += terms[place].encode("utf-8", "surrogatepass")
                self._ends.append(len(self._data))
            self._by_hash.add(own, new)
            numbers[missing] = new[inverse]
        return numbers

    def term(self, number: int) -> str:
        """The term with a number."""
        return self._data[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")

    def as_bytes(self) -> tuple[bytes, Any]:
        """All terms as UTF-8 (with halves of surrogate pairs as they are), one after another, and their lengths; i8."""
        return bytes(self._data), np.diff(np.frombuffer(self._ends, np.uint64).astype(np.int64))
