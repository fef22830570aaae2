"""Lines of a long text by their numbers, without an object for each."""

from __future__ import annotations

import numpy as np

__all__ = ["Lines"]


class Lines:
    """The lines of a text that has a line feed after each."""

    def __init__(self, text: str) -> None:
        self._text = text
        ends = np.flatnonzero(np.frombuffer(text.encode("utf-32-le", "replace"), "<u4") == 10)
        self._bounds = np.append(-1, ends)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __getitem__(self, number: int) -> str:
        before, end = self._bounds[number : number + 2].tolist()
        return self._text[before + 1 : end]
