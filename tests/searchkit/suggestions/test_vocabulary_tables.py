"""The tables under suggestions and completions find what a look at every word finds."""

from __future__ import annotations

import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from azanalyzer import fold
from azanalyzer.spellings import lacks_diacritics
from searchkit.backend import Vocabulary
from searchkit.edits import edit_distance
from searchkit.highlighting.lines import Lines
from searchkit.highlighting.prefixes import Prefixes
from searchkit.suggestions.neighbours import Neighbours, keys_of

LETTERS = st.text(st.sampled_from("aeəiıkt"), min_size=2, max_size=9)
TERMS = st.lists(st.one_of(LETTERS, st.sampled_from(["2022", "bakı-tbilisi", "кәнд", "q" * 60])), unique=True)


def vocabulary(terms: list[str]) -> Vocabulary:
    """A vocabulary in which earlier terms are more frequent."""
    text = "".join(f"{term}\n" for term in terms)
    return Vocabulary(text, np.arange(len(terms), 0, -1))


@given(terms=TERMS, word=LETTERS)
def test_neighbours_have_all_terms_one_slip_away(terms: list[str], word: str) -> None:
    table = Neighbours(vocabulary(terms))
    keys, owners = keys_of([fold(word)])
    assert set(owners.tolist()) == {0}
    _, numbers = table.find(keys)
    found = {table.terms[number] for number in numbers.tolist()}
    near = {term for term in terms if is_plain(term) and edit_distance(fold(word), fold(term), 1) <= 1}
    assert near <= found
    assert all(edit_distance(fold(word), fold(term), 9) <= 9 and is_plain(term) for term in found)


@given(terms=TERMS, word=LETTERS)
def test_neighbours_within_two_slips(terms: list[str], word: str) -> None:
    table = Neighbours(vocabulary(terms))
    found = {table.terms[number] for number in table.within(fold(word), 2).tolist()}
    assert found == {term for term in terms if is_plain(term) and edit_distance(fold(word), fold(term), 2) <= 2}


def is_plain(term: str) -> bool:
    """Whether a term has only letters, and not too many."""
    return fold(term).isascii() and term.isalpha() and len(term) < 25


@given(terms=TERMS, beginning=st.text(st.sampled_from("aeəiıkt"), min_size=1, max_size=12), count=st.integers(1, 5))
def test_prefixes_find_the_heaviest(terms: list[str], beginning: str, count: int) -> None:
    weights = np.arange(len(terms), 0, -1).astype(np.int32)
    table = Prefixes("".join(f"{term}\n" for term in terms), weights)
    found = [table.lines[number] for number in table.best(beginning, count)]
    expected = [term for term in terms if lacks_diacritics(beginning[:8], term[: len(beginning)][:8])]
    expected = [term for term in expected if fold(term).startswith(fold(beginning))]
    assert found == expected[:count]


@given(titles=st.lists(st.lists(LETTERS, min_size=1, max_size=4).map(" ".join), unique=True), beginning=LETTERS)
def test_prefixes_of_every_word(titles: list[str], beginning: str) -> None:
    text = "".join(f"«{title}»\n" for title in titles)
    table = Prefixes(text, np.zeros(len(titles), np.int32), every_word=True)
    found = {table.lines[number] for number in table.best(fold(beginning), 1000)}
    begun = {title for title in titles if f" {fold(title)}".find(f" {fold(beginning)}") >= 0}
    assert found == {f"«{title}»" for title in begun}


def test_accents_written_apart() -> None:
    titles = [unicodedata.normalize("NFD", title) for title in ("Şəki çörəyi", "Sekvoya")]
    table = Prefixes("".join(f"{title}\n" for title in titles), np.zeros(2, np.int32), every_word=True)
    assert table.best("şək", 9) == [0]
    assert table.best("sek", 9) == [0, 1]
    assert table.best("corey", 9) == [0]


@given(lines=st.lists(st.text().map(lambda text: text.replace("\n", ""))))
def test_lines(lines: list[str]) -> None:
    found = Lines("".join(f"{line}\n" for line in lines))
    assert [found[number] for number in range(len(found))] == lines


def test_lower_letters_are_what_prefixes_compare() -> None:
    table = Prefixes("İstanbul\nIşıq\n", np.zeros(2, np.int32))
    assert (sorted(table.best("İ", 9)), table.best("I", 9)) == ([0, 1], [1])
