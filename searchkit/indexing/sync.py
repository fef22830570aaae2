"""What an index holds compared with what it should hold: new and changed documents, and those that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azanalyzer.tuples import NamedTuple

if TYPE_CHECKING:
    from searchkit.backend import Held

__all__ = ["Changes", "Comparison"]


class Changes(NamedTuple):
    """What a sync found: documents that were new, that had changed, that were as they are, and that were deleted.

    `kept` are those that did not come and were to be deleted, but stay, as they may be among what could not be read.
    """

    added: int
    changed: int
    unchanged: int
    deleted: int
    kept: int = 0


class Comparison:
    """The documents of an index by the hashes of their ids, and which of them have come again.

    Two ids with the same 64 bits are taken for one document that has changed, so both are written.
    """

    def __init__(self, held: Held) -> None:
        import numpy as np

        self._held = held
        self._hashes = held.hashes
        self._contents = held.contents.copy()
        self._seen = np.zeros(len(held.hashes), bool)
        self._refused = np.zeros(len(held.hashes), bool)
        self.refused = 0
        """How many documents have come that do not fit, but whose ids are known."""
        self._added: dict[int, int] = {}

    def is_known(self, hash_: int, content: int) -> bool:
        """Whether a document with this id and content is there, in the index or among what came before."""
        place = self._place(hash_)
        if place < 0:
            return self._added.get(hash_) == content
        if self._contents[place] != content:
            return False
        self._seen[place] = True
        return True

    def note(self, hash_: int, content: int) -> None:
        """A document has been written."""
        place = self._place(hash_)
        if place < 0:
            self._added[hash_] = content
        else:
            self._contents[place] = content
            self._seen[place] = True

    def refuse(self, hash_: int) -> None:
        """A document has come that does not fit; the one of this id that the index has is not missing."""
        self.refused += 1
        place = self._place(hash_)
        if place >= 0:
            self._refused[place] = True

    def _place(self, hash_: int) -> int:
        place = int(self._hashes.searchsorted(self._hashes.dtype.type(hash_)))
        return place if place < len(self._hashes) and self._hashes[place] == hash_ else -1

    def are_known(self, hashes: Any, contents: Any) -> bool:
        """Whether documents with these ids and contents (u8) are all in the index; if so, they have come again."""
        if not len(self._hashes):
            return not len(hashes)
        places = self._hashes.searchsorted(hashes).clip(max=len(self._hashes) - 1)
        if not ((self._hashes[places] == hashes) & (self._contents[places] == contents)).all():
            return False
        self._seen[places] = True
        return True

    @property
    def count(self) -> int:
        """How many documents have come that fit."""
        return int(self._seen.sum()) + len(self._added)

    @property
    def left(self) -> int:
        """How many documents of the index have not come."""
        return int(self._missing().sum())

    def missing(self) -> list[str]:
        """The ids of the documents of the index that have not come."""
        return [self._held.key(place) for place in self._missing().nonzero()[0].tolist()]

    def changes(self, deleted: int = 0, *, are_kept: bool = False) -> Changes:
        """What has been found; whether those that have not come were to be deleted, but are kept."""
        changed = int((self._contents != self._held.contents).sum())
        unchanged = int(self._seen.sum()) - changed
        return Changes(len(self._added), changed, unchanged, deleted, self.left if are_kept else 0)

    def _missing(self) -> Any:
        return ~(self._seen | self._refused)
