"""Put the lines of the lexicon in the order of the alphabet: `python tests/azanalyzer/sort_lexicon.py`."""

from __future__ import annotations

from pathlib import Path

import azanalyzer
from azanalyzer.alphabet import ALPHABET

__all__ = ["FILES", "sorted_text"]

FILES = ("names.tsv", "nominals.tsv", "verbs.tsv")


def sorted_text(text: str) -> str:
    """The lines of a data file, comments first, then by lemma; letters of other alphabets come before all of ours."""
    lines = [line for line in text.split("\n") if line]
    comments = [line for line in lines if line[0] == "#"]
    entries = [line for line in lines if line[0] != "#"]
    entries.sort(key=lambda line: [ALPHABET.find(letter) for letter in line.partition("\t")[0]])
    return "\n".join([*comments, *entries, ""])


if __name__ == "__main__":
    for name in FILES:
        path = Path(azanalyzer.__file__).parent / "data" / "lexicon" / name
        path.write_text(sorted_text(path.read_text("utf-8")), "utf-8")
