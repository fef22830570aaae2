"""Did you mean: a spelling that the index knows for a query that found nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from searchkit.schema import Schema

if TYPE_CHECKING:
    from azanalyzer import Analyzer
    from searchkit.backend import Snapshot

__all__ = ["edit_distance", "suggest"]

# Words of letters only; what is excluded, a beginning or a part of something else is not put right.
_WORD = re.compile(r"(?<![\w\-'’/@#.])[^\W\d_]{3,}(?![\w\-'’/@:*]|\.\w)")


def suggest(text: str, snapshot: Snapshot, schema: Schema, analyzer: Analyzer) -> str | None:
    """`text` with each unknown word replaced by the nearest term of the index, or None if there is none near."""
    if not 0 < len(text.split()) <= 8:
        return None
    vocabulary: dict[str, int] = {}
    for field in schema.text_fields:
        for term, frequency in snapshot.terms(field):
            vocabulary[term] = vocabulary.get(term, 0) + frequency

    def nearest(word: re.Match[str]) -> str:
        terms = analyzer.terms(word.group())
        if len(terms) != 1 or terms[0] in vocabulary or len(terms[0]) < 4:
            return word.group()
        most = 1 if len(terms[0]) < 6 else 2
        candidates = (
            (distance, -count, term)
            for term, count in vocabulary.items()
            if (distance := edit_distance(terms[0], term, most)) <= most
        )
        return min(candidates, default=(0, 0, word.group()))[2]

    text = unicodedata.normalize("NFC", text)
    suggested = _WORD.sub(nearest, text)
    return suggested if suggested != text else None


def edit_distance(left: str, right: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours from `left` to `right`; `most` + 1 if more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i] + [0] * len(right)
        for j, b in enumerate(right, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
