"""The data files of the lexicon read by beginnings: what is found must not depend on how much has been read."""

from __future__ import annotations

import random
from pathlib import Path
from threading import Thread

import pytest

import azanalyzer
from azanalyzer.alphabet import ALPHABET, SPELLINGS
from azanalyzer.language import acronyms
from azanalyzer.morphology.lexicon import Lexicon
from azanalyzer.morphology.roots import ALTERNATIONS
from tests.azanalyzer.sort_lexicon import FILES, sorted_text

DATA = Path(azanalyzer.__file__).parent / "data" / "lexicon"
ACRONYMS = [*acronyms()]
SHORT = ("a", "o", "on", "ön", "su", "suy", "oğl", "ağz", "his", "haq", "idi", "onlar", "nəy", "aç", "ğ", "x-y")
FOREIGN = ("w", "wi", "wifi", "#", "#ab", "é", "éab", "бак", "12", "ß")


def fresh() -> Lexicon:
    return Lexicon(DATA, acronyms())


WHOLE = fresh()
LEMMAS = list(WHOLE)


def typed_words(number: int) -> list[str]:
    """Beginnings of lemmas with letters behind them, short ones, and what is no word."""
    choose = random.Random(number)
    found = [lemma + choose.choice(["", "lar", "ın", "dı", "y"]) for lemma in choose.sample(LEMMAS, 50)]
    found += [*SHORT, *FOREIGN]
    found += choose.sample(ACRONYMS, 10)
    return found + ["".join(choose.choices(ALPHABET, k=choose.randint(1, 6))) for _ in range(20)]


def looked_up(lexicon: Lexicon, word: str) -> list[object]:
    found: list[object] = [word in lexicon, lexicon.entries(word), lexicon.shapes_of(word), lexicon.made_of(word)]
    found.append(lexicon.has_alternants(word))
    for spelling, respell in SPELLINGS.items():
        typed = respell(word)
        for length in range(1, len(typed) + 1):
            found.append(lexicon.typed_stems(typed[:length], spelling))
            if spelling != "proper":
                found.append(lexicon.shapes(typed[:length], spelling))
    return found


@pytest.mark.parametrize("start", range(4))
def test_one_word_in_a_fresh_lexicon(start: int) -> None:
    for word in typed_words(start):
        lexicon = fresh()
        assert looked_up(lexicon, word) == looked_up(WHOLE, word), word
        assert lexicon.lemmas is lexicon, word  # it has not been read whole


@pytest.mark.parametrize("start", range(10))
def test_some_words_one_after_another(start: int) -> None:
    lexicon = fresh()
    for word in typed_words(100 + start):
        assert looked_up(lexicon, word) == looked_up(WHOLE, word), word
    assert lexicon.lemmas is lexicon


def test_many_words_until_all_is_read() -> None:
    lexicon = fresh()
    words = [word for number in range(200, 210) for word in typed_words(number)]
    for word in words:
        assert looked_up(lexicon, word) == looked_up(WHOLE, word), word
    assert lexicon.lemmas is not lexicon
    assert list(lexicon) == LEMMAS
    assert lexicon.all_shapes() == WHOLE.all_shapes()


def test_lines_may_end_in_two_characters(tmp_path: Path) -> None:
    for path in DATA.glob("*.tsv"):
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    lexicon = Lexicon(tmp_path, acronyms())
    for word in typed_words(300)[::2]:
        assert looked_up(lexicon, word) == looked_up(WHOLE, word), word
    assert lexicon.lemmas is lexicon
    assert list(lexicon) == LEMMAS


def test_threads_find_the_same() -> None:
    words = typed_words(7)
    expected = {word: looked_up(WHOLE, word) for word in words}
    for _ in range(3):
        lexicon = fresh()
        wrong: list[str] = []

        def look(own: list[str], lexicon: Lexicon = lexicon, wrong: list[str] = wrong) -> None:
            wrong.extend(word for word in own if looked_up(lexicon, word) != expected[word])

        threads = [Thread(target=look, args=(random.Random(n).sample(words, len(words)),)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_in_order(name: str) -> None:
    text = (DATA / name).read_text("utf-8")
    assert text == sorted_text(text), "put the lines in order with: python tests/azanalyzer/sort_lexicon.py"


def test_the_order_is_kept_for_every_file_of_lemmas() -> None:
    assert set(FILES) == {path.name for path in DATA.glob("*.tsv")} - {"bases.tsv", "irregular.tsv"}


def test_what_the_search_by_beginnings_relies_on() -> None:
    foreign = {letter for lemma in LEMMAS for letter in lemma} - {*ALPHABET}
    assert [letter for letter in foreign for respell in SPELLINGS.values() if respell(letter) != letter] == []
    alternating = [(lemma, flag) for lemma in LEMMAS for entry in WHOLE.entries(lemma) for flag in entry.flags]
    for lemma, flag in alternating:
        if flag in ALTERNATIONS:
            assert ALTERNATIONS[flag](lemma)[:2] == lemma[:2], lemma
    short = [lemma for lemma in LEMMAS if len(lemma) == 2 and lemma[1] in "aə"]
    assert [lemma for lemma in short if any(entry.pos == "v" for entry in WHOLE.entries(lemma))] == []


def test_a_small_lexicon_needs_no_order(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("su\tn\t5\ty\nağac\tn\t5\t-\r\nata\tn\t5\t-\n", "utf-8")
    lexicon = Lexicon(tmp_path)
    assert list(lexicon) == ["su", "ağac", "ata"]
    assert [stem.entry.lemma for stem in lexicon.stems("suy")] == ["su"]
