"""Which segments become one: those of about one size once there are several, and never more than one can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import log

from searchkit.engine.segment import Segment

__all__ = ["MOST", "to_merge", "together"]

MOST = 1 << 31  # values of a column whose places are told in four bytes: half of what these can tell
_COUNTED = frozenset({"positions", "bytes", "values", "hashes"})  # the last parts of the names of such columns
_FACTOR = 6  # segments of about one size that are merged
_SMALLEST = 512  # documents; smaller segments count as of one size
_STEP = 8.0  # how much larger the segments of the next size are


def to_merge(segments: Sequence[Segment], *, optimize: bool) -> list[int]:
    """The places of segments that should become one now; none if the index is in good order.

    With `optimize` it is in good order only when no two neighbours fit into one and nothing is deleted.
    """
    if optimize:
        groups = together(segments)
        return next((group for group in groups if len(group) > 1 or segments[group[0]].info.deleted), [])
    for place, segment in enumerate(segments):
        if segment.info.deleted * 2 > segment.documents:  # mostly dead: write what is left anew
            return [place]
    sizes: dict[int, list[int]] = {}
    for place, segment in enumerate(segments):
        if _size(segment) <= MOST // _FACTOR:  # so that always so many fit
            sizes.setdefault(int(log(max(segment.info.live / _SMALLEST, 1), _STEP)), []).append(place)
    places = next((places for _, places in sorted(sizes.items()) if len(places) >= _FACTOR), [])
    reached = accumulate(_size(segments[place]) for place in places)
    return [place for place, size in zip(places, reached, strict=True) if size <= MOST]


def together(segments: Sequence[Segment]) -> Iterator[list[int]]:
    """The places of neighbouring segments that fit into one, group after group."""
    group: list[int] = []
    reached = 0
    for place, segment in enumerate(segments):
        size = _size(segment)
        if group and reached + size > MOST:
            yield group
            group, reached = [], 0
        group.append(place)
        reached += size
    if group:
        yield group


def _size(segment: Segment) -> int:
    """How many values the longest column has that counts; those of a merged segment have no more than all together."""
    return max(len(column) for name, column in segment.file.columns.items() if name.rpartition(".")[2] in _COUNTED)
