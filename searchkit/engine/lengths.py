"""What the length of a document means for BM25: lengths in steps, and how much of the highest weight a posting has."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["K1", "B", "Norms", "impact_table", "last_positions", "length_bytes", "length_steps"]

K1, B = 1.2, 0.75  # of the impacts on disk
_LEAST = 1e-12  # norm, so that nothing is divided by zero


@lru_cache(maxsize=1)
def length_steps() -> Any:
    """The 256 lengths that a document's length is rounded up to, as Whoosh's codec does; f8[256]."""
    steps = np.rint(27 * (1.033 ** np.arange(256.0) - 1))
    steps.flags.writeable = False  # one array serves all
    return steps


def length_bytes(lengths: Any) -> Any:
    """Token counts as steps; u1."""
    steps = length_steps()
    return np.minimum(steps.searchsorted(lengths, "left"), 255).astype(np.uint8)


def last_positions(lengths: Any) -> Any:
    """From which position on a token is the last one, or next to it, in texts of so many steps; f8."""
    return _steps_below().take(lengths)


@lru_cache(maxsize=1)
def _steps_below() -> Any:
    return length_steps().take(np.maximum(np.arange(256), 1) - 1)


def impact_table(average: float) -> Any:
    """Impacts by term frequency and length step; u1[256, 256]."""
    tf = np.arange(256.0)[:, None]
    norm = K1 * ((1 - B) + B * length_steps()[None, :] / (average or 1.0))
    table = np.ceil(tf / (tf + norm) * 255)
    table[255] = 255  # as often, or more
    return np.clip(table, 0, 255).astype(np.uint8)


class Norms:
    """What the lengths of documents do to scores: BM25 with the figures of the whole collection, per field."""

    def __init__(self, built: float, average: float, k1: float, b: float, longest: int) -> None:
        """`built` is the mean length when the segment was written, `average` that of the collection now.

        `longest` is the highest length byte of the segment.
        """
        steps = length_steps()
        self.k1 = k1
        self.norms = np.maximum(k1 * ((1 - b) + b * steps / (average or 1.0)), _LEAST)
        built = K1 * ((1 - B) + B * steps / (built or 1.0))
        # How much higher an impact may be now than when the segment was written; texts without a token have none.
        self.drift = max(1.0, float((built / self.norms)[1 : longest + 1].max(initial=1.0)))
        self.values: list[float] = self.norms.tolist()
        self._last: tuple[Any, Any] | None = None

    def of(self, lengths: Any, docs: Any) -> Any:
        """The norms of `docs`, given the length bytes of all documents of the segment; f8[docs]."""
        last = self._last
        if last is None or last[0] is not docs:  # several terms are scored in the same documents
            last = self._last = (docs, self.norms.take(lengths.take(docs)))
        return last[1]
