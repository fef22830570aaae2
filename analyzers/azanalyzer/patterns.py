"""Regular expressions that are compiled when they are first used, and what is looked for without one.

Compiling takes from a tenth of a millisecond to ten, by the letters beyond ASCII in them; one word needs few of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, AnyStr, cast

__all__ = ["pattern", "places_of"]

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class _Pattern:
    """Stands for a pattern. After the first use its methods are those of the pattern itself and cost nothing more."""

    def __init__(self, text: Any, flags: int) -> None:
        self._source = text, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(*self._source)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, for one who calls its methods only."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


def places_of(sought: AnyStr, text: AnyStr) -> Iterator[int]:
    """Where a text has another one, also where these overlap."""
    place = text.find(sought)
    while place >= 0:
        yield place
        place = text.find(sought, place + 1)
