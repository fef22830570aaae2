"""What words are made of: the root that a term comes from by derivation, as kitab of kitabxanaçı."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap

from azanalyzer.cache import Cache
from azanalyzer.morphology.lexicon import Lexicon
from azanalyzer.morphology.morphotactics import Morphotactics

__all__ = ["Bases"]

_REMEMBERED = 20_000  # terms
# What the last letter of a suffix may become before the next one.
_CHANGED = {"q": "ğ", "k": "y", "t": "d", "a": "ıu", "ə": "iü"}


class Bases:
    """The bases of terms. Thread-safe as the morphology is."""

    def __init__(
        self, lexicon: Lexicon, morphotactics: Morphotactics, lengths: Callable[[str, str], Sequence[int]]
    ) -> None:
        """`lengths` are those of `Morphology`."""
        self._lexicon = lexicon
        self._morphotactics = morphotactics
        self._lengths = lengths
        self._known: Cache[str, str | None] = Cache(self._find_base, _REMEMBERED)
        self._made = Cache(self._find_made, _REMEMBERED // 10)

    def of(self, term: str) -> str | None:
        """The deepest root of the lexicon that a term is made of; None if none is found, or it is such a root."""
        return self._known[term]

    def comes_from(self, term: str, root: str) -> bool:
        """Whether `root`, with which `term` begins, is its `base` or the term itself; most others are told at once."""
        if len(term) == len(root):
            return self.of(term) is None
        starts, listed = self._made[root]
        rest = term[len(root) : len(root) + 2]
        if rest not in starts and rest[0] not in starts and not term.startswith(listed):
            return False
        return self.of(term) == root

    def _find_made(self, root: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Which two letters, or one, follow `root` in words made of it, and how the words begin that break this."""
        stems = {stem[2:5] for stem in self._lexicon.stems(root) if stem.entry.lemma == root}
        suffixes = set().union(*starmap(self._morphotactics.deriving, stems))
        # What stands at the end of a stem may change before the next suffix.
        suffixes |= {suffix[:-1] + other for suffix in suffixes for other in _CHANGED.get(suffix[-1], "")}
        others = [word[:-1] for word in self._lexicon.made_of_others(root)]
        others += [shape for shape in self._lexicon.irregular_shapes_of(root) if shape != root]
        return frozenset({suffix[:2] for suffix in suffixes}), tuple(others)

    def _find_base(self, term: str) -> str | None:
        nearest = self._lexicon.made_of(term) or self._derived_from(term)
        return nearest and (self.of(nearest) or nearest)

    def _derived_from(self, term: str) -> str | None:
        """The longest stem that makes `term` with derivational suffixes only."""
        entries = self._lexicon.entries(term)
        if entries and all("opaque" in entry.flags or entry.pos == "np" for entry in entries):
            return None
        verb = {entry.pos == "v" for entry in entries}
        for length in self._lengths(term, "proper")[1:]:
            for stem in self._lexicon.stems(term[:length]):
                for path in self._morphotactics.parse(term[length:], stem.state, stem.harmony, stem.kind):
                    transitions = [step.transition for step in path.steps]
                    derives = all(transition.derives for transition in transitions)
                    # A noun is not derived as a verb: burun, nose, is not a passive of bur.
                    if derives and (not verb or (transitions[-1].target == "Verb") in verb):
                        return stem.entry.lemma
        return None
