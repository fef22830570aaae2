"""Did-you-mean on words of an index that are misspelled by rule: how often the right word comes first, and how fast."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import click
import ujson

import searchkit
from azanalyzer import Analyzer, fold, lower
from benchmarks import ascii_queries

__all__ = ["suggestions"]

_KINDS = ("missing diacritic", "swapped letters", "dropped letter", "doubled letter", "neighbouring key")
_ROWS = ("qüertyuiopöğ", "asdfghjklıə", "zxcvbnmçş")
_EVERYTHING = "-qzxqzxqz"  # what has no such word
_PAGE = 100  # documents that are taken from one place of the index
_TIMED = 300  # calls
_QUERIES = 400
_SHORTEST = 4  # letters of a word that is misspelled


@click.command()
@click.argument("index", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--count", default=2_000, show_default=True, help="Misspellings.")
@click.option("--documents", default=2_000, show_default=True, help="Documents whose words are taken.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers.")
@click.option("--wrong", default=0, show_default=True, help="Print so many that were not put right.")
@click.option("--queries", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON lines, see above.")
def suggestions(index: Path, count: int, documents: int, seed: int, wrong: int, queries: Path | None) -> None:
    """Misspell words that stand in the texts of INDEX and ask what was meant.

    A misspelling that is itself a word of the texts, or is read as a form of one in its own spelling, is not counted:
    nobody could tell. With --queries 400 of those in a file of JSON lines, each with a "query", are typed in ASCII.
    """
    chance = random.Random(seed)
    with searchkit.open(index) as opened:
        first = _took(lambda: opened.suggest("qzeteler"))
        click.echo(f"the first suggestion, which makes the tables: {first:.0f} ms")
        words = _words(opened, documents, chance)
        pool = sorted(words)
        asked, passed = _misspellings(opened, words, count, chance)
        click.echo(
            f"{len(opened):,} documents, {len(pool):,} words, {count:,} misspellings; {passed:,} are words themselves"
        )
        _ask(opened, asked, wrong)
    with searchkit.open(index) as opened:
        _time_completions(opened, pool, chance)
        if queries is not None:
            asked_for = [ujson.loads(line)["query"].rstrip("?") for line in queries.open(encoding="utf-8")]
            click.echo(ascii_queries.table(opened, asked_for, _QUERIES, random.Random(seed)))


def _misspellings(
    index: searchkit.Index, words: set[str], count: int, chance: random.Random
) -> tuple[list[tuple[str, str, str]], int]:
    """So many misspellings, each as its kind, what is typed and what is meant; and how many were words themselves."""
    asked: list[tuple[str, str, str]] = []
    passed = 0
    pool = sorted(words)
    while len(asked) < count:
        kind = _KINDS[len(asked) % len(_KINDS)]
        meant = chance.choice(pool)
        typed = _misspelled(meant, kind, chance)
        if typed is None or typed == meant:
            continue
        if typed in words or _is_word(typed, index, Analyzer.shared()):
            passed += 1
        else:
            asked.append((kind, typed, meant))
    return asked, passed


def _ask(index: searchkit.Index, asked: list[tuple[str, str, str]], wrong: int) -> None:
    """Ask what was meant; print how often it is found, how fast, and so many of those that were not put right."""
    terms = Analyzer.shared().terms
    right: Counter[str] = Counter()
    same_term: Counter[str] = Counter()
    times = []
    missed = []
    for kind, typed, meant in asked:
        started = time.perf_counter()
        suggested = index.suggest(typed)
        times.append((time.perf_counter() - started) * 1000)
        right[kind] += suggested == meant
        same = terms(suggested or typed) == terms(meant)
        same_term[kind] += same
        if not same:
            missed.append(f"{kind}: {typed} -> {suggested} ({meant})")
    click.echo("| misspelling | the word itself first | a form of it first |\n|---|---|---|")
    for kind in _KINDS:
        number = sum(kind == each for each, _, _ in asked)
        click.echo(f"| {kind} | {right[kind] / number:.1%} | {same_term[kind] / number:.1%} |")
    click.echo(f"| all | {right.total() / len(asked):.1%} | {same_term.total() / len(asked):.1%} |")
    click.echo(f"a suggestion: {_figures(times)}")
    for line in missed[:wrong]:
        click.echo(f"  {line}")


def _time_completions(index: searchkit.Index, words: list[str], chance: random.Random) -> None:
    """Print how long completions of beginnings of words take, and documents like the hits of words."""
    for kind in ("words", "titles"):
        first = _took(lambda kind=kind: index.autocomplete("a", kind=kind))
        beginnings = [word[: chance.randint(1, 8)] for word in chance.choices(words, k=_TIMED)]
        times = [_took(lambda text=text, kind=kind: index.autocomplete(text, kind=kind)) for text in beginnings]
        click.echo(f"completing {kind}: {_figures(times)}, the first, which makes the tables, {first:.0f} ms")
    hits = [hit for word in chance.choices(words, k=_TIMED) for hit in index.search(word, limit=1)]
    pairs = [pair for hit in hits for pair in pairwise(str(hit.get("title") or "").split()[:3])]
    for name, lengths in (("first letter", (1,)), ("letters after it", (2, 3, 4))):
        texts = [f"{before} {word[:length]}" for before, word in pairs for length in lengths]
        times = [_took(lambda text=text: index.autocomplete(text)) for text in texts]
        click.echo(f"completing a second word, its {name}: {_figures(times) if times else 'no titles'}")
    found = [hit.id for hit in hits]
    times = [_took(lambda key=key: index.more_like_this(key)) for key in found]
    click.echo(f"documents like one: {_figures(times)}")
    times = [_took(lambda word=word: index.related_queries(word)) for word in chance.choices(words, k=_TIMED // 10)]
    click.echo(f"related queries: {_figures(times)}")


def _took(call: Callable[[], object]) -> float:
    """How many milliseconds a call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _figures(times: list[float]) -> str:
    times = sorted(times)
    return f"{times[len(times) // 2]:.2f} ms (median), {times[len(times) * 95 // 100]:.2f} ms (95%)"


def _words(index: searchkit.Index, documents: int, chance: random.Random) -> set[str]:
    """The words in lower case that stand in the text fields of some documents."""
    found = set()
    pages = -(-documents // _PAGE)
    for _ in range(pages):
        offset = chance.randrange(max(len(index) - _PAGE, 0) + 1)
        for fields in (hit.fields for hit in index.search(_EVERYTHING, limit=_PAGE, offset=offset)):
            for name in index.schema.text_fields:
                for word in str(fields.get(name, "")).split():
                    word = word.strip('.,;:!?()«»"“”')
                    if word.isalpha() and len(word) >= _SHORTEST and not word.isupper() and set(fold(word)) <= _LATIN:
                        found.add(lower(word))
    return found


_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")


def _is_word(typed: str, index: searchkit.Index, analyzer: Analyzer) -> bool:
    return analyzer.explain(typed).best.source == "lexicon" and index.search(typed, limit=0).total > 0


def _misspelled(word: str, kind: str, chance: random.Random) -> str | None:
    """The word with one slip of a kind, or None if it has no place for one."""
    if kind == "missing diacritic":
        places = [place for place, letter in enumerate(word) if fold(letter) != letter]
        if not places:
            return None
        place = chance.choice(places)
        return word[:place] + fold(word[place]) + word[place + 1 :]
    place = chance.randrange(len(word) - (kind == "swapped letters"))
    if kind == "swapped letters":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "dropped letter":
        return word[:place] + word[place + 1 :]
    if kind == "doubled letter":
        return word[: place + 1] + word[place:]
    near = _beside(word[place])
    return word[:place] + chance.choice(near) + word[place + 1 :] if near else None


def _beside(letter: str) -> list[str]:
    """The keys around a letter's on the Azerbaijani keyboard."""
    for number, row in enumerate(_ROWS):
        place = row.find(letter)
        if place >= 0:
            around = [row[place - 1 : place], row[place + 1 : place + 2]]
            for other in (number - 1, number + 1):
                if 0 <= other < len(_ROWS):
                    around.append(_ROWS[other][place : place + 1])
            return [key for key in around if key]
    return []
