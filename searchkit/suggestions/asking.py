"""How or how many: necə and neçə, which are typed alike without diacritics and are stop words both.

A search is the same with either, so what documents have more of tells nothing; what follows does. Before a verb it is
necə, before a noun neçə, unless noun and verb are one: necə ləğv olunur, but neçə gün verilir, of which texts have two
or ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit.suggestions.spelling import Speller

__all__ = ["how"]

_COUNTED = frozenset(["n", "adj", ""])  # parts of speech that a number stands before
_NUMBERS = ("neçə", "iki", "üç", "dörd", "beş", "altı", "on", "iyirmi", "otuz", "yüz")  # digits number paragraphs
# Verbs that a noun before them says the meaning of: qəbul et, ləğv olun, baş ver.
_LIGHT = frozenset([
    "al", "alın", "apar", "aparıl", "bağışla", "çat", "çək", "çıx", "düş", "düşül", "edil", "et", "gəl", "göstər",
    "göstəril", "keç", "keçir", "keçiril", "ol", "olun", "sal", "ver", "veril",
])  # fmt: skip


def how(following: Sequence[str], speller: Speller) -> str:
    """necə or neçə, whichever was typed in ASCII before the `following` words."""
    read = [speller.read(word) for word in following[:2]]
    if not read or read[0].pos not in _COUNTED:
        return "necə"
    are_one = len(read) > 1 and read[1].pos == "v" and read[1].root in _LIGHT
    return "necə" if are_one and not speller.are_beside([_NUMBERS, [read[0].term]]) else "neçə"
