"""Names that no lexicon has: how many are found in another form, typed on another keyboard, beside what peers do."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

import searchkit
from azanalyzer import fold
from azanalyzer.alphabet import capitalized
from azanalyzer.morphology.phonology import allomorphs, final_kind, harmony_class

__all__ = ["made_up", "names"]

_ENDS = {True: ("", "", "lı", "ov", "xan", "oğlu", "zadə"), False: ("", "", "li", "ov", "bəy", "qızı", "zadə")}  # back
_CASES = ("", "(n)In", "(y)A", "(n)I", "dA", "dAn", "(y)lA")  # as in the data file of suffixes


def made_up(chance: random.Random, count: int) -> list[str]:
    """Different names put together from syllables, in lower case, each with a letter that an ASCII keyboard lacks."""
    found: dict[str, None] = {}
    while len(found) < count:
        is_back = chance.random() < 0.5
        vowels = "aıou" if is_back else "eəiöü"
        name = ""
        for number in range(chance.choice([2, 3, 3])):
            name += chance.choice("bcçdfghxjkqlmnprsştvyz" if number == 0 else "bcçdfgğhxjkqlmnprsştvyz")
            name += chance.choice(vowels) + (chance.choice("lmnrsşz") if chance.random() < 0.4 else "")
        name += chance.choice(_ENDS[is_back])
        if fold(name) != name:
            found[name] = None
    return list(found)


def _form(chance: random.Random, name: str) -> str:
    """A name in one of its cases."""
    ending = chance.choice(_CASES)
    return name + allomorphs(ending, harmony_class(name), final_kind(name))[0].surface if ending else name


@click.command()
@click.option("--count", default=1_000, show_default=True, help="Names.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers.")
def names(count: int, seed: int) -> None:
    """Write each of so many made-up names in one case and ask for it in another; peers compare letters."""
    chance = random.Random(seed)
    known = made_up(chance, count)
    texts = [f"Dünən {capitalized(_form(chance, name))} haqqında danışdıq." for name in known]
    asked = [_form(chance, name) for name in known]
    with tempfile.TemporaryDirectory() as folder:
        index = searchkit.create(Path(folder) / "names.index")
        with index.writer() as writer:
            for number, text in enumerate(texts):
                writer.add({"id": str(number), "body": text})
        systems: dict[str, Callable[[str], set[int]]] = {
            "searchkit": lambda query: {int(hit.id) for hit in index.search(query)},
            "SQLite FTS5, letters as they are": _letters(texts, str.lower),
            "SQLite FTS5, letters folded": _letters(texts, fold),
            "SQLite FTS5, first 5 letters, folded": _letters(texts, lambda word: fold(word)[:5]),
        }
        click.echo("| found of made-up names in another case | spelled properly | in ASCII | in ASCII capitals |")
        click.echo("|---|---|---|---|")
        for name, ask in systems.items():
            shares = [
                sum(number in ask(typed(query)) for number, query in enumerate(asked)) / count
                for typed in (str, fold, lambda query: fold(query).upper())
            ]
            click.echo(f"| {name} | {' | '.join(f'{share:.3f}' for share in shares)} |")


def _letters(texts: list[str], term: Callable[[str], str]) -> Callable[[str], set[int]]:
    """A search of SQLite for words as `term` makes them."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
    rows = [(number, " ".join(map(term, text.rstrip(".").split()))) for number, text in enumerate(texts)]
    base.executemany("INSERT INTO texts (rowid, body) VALUES (?, ?)", rows)

    def ask(query: str) -> set[int]:
        found = base.execute("SELECT rowid FROM texts WHERE body MATCH ?", (f'"{term(query)}"',))
        return {number for (number,) in found}

    return ask
