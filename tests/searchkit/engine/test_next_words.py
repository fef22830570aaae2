# ruff: noqa: SIM300
"""What follows frequent words: phrases find the same with it as without, and it is what stands in the texts."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import searchkit
from azanalyzer import Analyzer
from searchkit import Index, Schema, Text
from searchkit.engine import invert, next_words, next_words_writer
from searchkit.engine.columns import ColumnFile
from searchkit.engine.lengths import length_bytes, length_steps
from searchkit.engine.next_words import NOTHING, SEVERAL, sign
from searchkit.engine.next_words_writer import Signs
from searchkit.engine.phrases import PhrasePlan
from tests.searchkit.storage.damaged import rewritten

WORDS = [
    "neft",
    "qaz",
    "dəniz",
    "şəhər",
    "yol",
    "çay",
    "dağ",
    "on",
    "ön",
    "branch-ı",
    "idarəetmə",
    "iki-üç",
    "Bakı-Gəncə",
]
SCHEMA = Schema(title=Text(boost=2.0), body=Text())


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small segments have signs, too, and of hardly frequent words."""
    monkeypatch.setattr(next_words, "_SMALLEST", 100)
    monkeypatch.setattr(next_words, "_FREQUENT", 20)


def document(number: int, rng: random.Random) -> dict[str, Any]:
    words = rng.choices(WORDS, k=rng.randrange(1, 25)) + [f"söz{number % 30}", f"ad{number % 300}"] * (number % 3 == 0)
    return {"id": str(number), "title": " ".join(rng.choices(WORDS, k=3)), "body": " ".join(words)}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """An index of segments that were merged and of such as were not, with documents that are gone."""
    rng = random.Random(5)
    found = searchkit.create(tmp_path / "index", SCHEMA)
    for start in range(0, 900, 150):
        with found.writer() as writer:
            for number in range(start, start + 150):
                writer.add(document(number, rng))
            writer.delete(str(start))
    with found.writer() as writer:
        for number in range(890, 1200):
            writer.add(document(number, rng))
    return found


def segments(index: Index) -> list[ColumnFile]:
    return [ColumnFile(file) for file in sorted(index.path.glob("segments/*.seg"))]


def test_phrases_find_the_same_with_signs_as_without(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(6)
    pool = [*WORDS, "söz6", "yoxdur"]
    queries = [" ".join(rng.choices(pool, k=rng.choice((2, 2, 3, 4)))) for _ in range(150)]
    used = []
    likely = PhrasePlan._likely

    def seen(plan: PhrasePlan) -> Any:
        used.append(likely(plan))
        return used[-1]

    def asked() -> list[Any]:
        results = [index.search(f'"{query}"', limit=50) for query in queries]
        return [(found.total, [(hit.id, hit.score) for hit in found]) for found in results]

    monkeypatch.setattr(PhrasePlan, "_likely", seen)
    with_signs = asked()
    assert sum(docs is not None for docs, _ in used) > 100
    assert sum(total > 0 for total, _ in with_signs) > 50
    monkeypatch.setattr(PhrasePlan, "_likely", lambda plan: (None, 0))
    assert asked() == with_signs


def test_the_sign_is_that_of_the_word_behind(index: Index) -> None:
    """Read as the texts stand, not as the columns do."""
    looked_at = unknown = 0
    az = Analyzer.shared()
    for segment in index._current_snapshot().segments:  # type: ignore[attr-defined]
        source = segment.text("body")
        texts: dict[int, dict[int, set[str]]] = {}
        for doc in range(segment.documents):
            places = texts.setdefault(doc, {})
            for token in az.tokens(segment.store.document(doc)["body"]):
                places.setdefault(token.position, set()).add(token.term)
        for number, term in enumerate(source.terms.terms()):
            signs = source.next_words(number)
            if signs is None:
                continue
            expected = []
            for doc in range(segment.documents):
                for position, terms in sorted(texts[doc].items()):
                    if term.decode() in terms:
                        behind = {sign(t.encode()) for t in texts[doc].get(position + 1, ())}
                        expected.append(NOTHING if not behind else SEVERAL if len(behind) > 1 else behind.pop())
            assert [SEVERAL if given == SEVERAL else known for given, known in zip(signs, expected, strict=True)] == (
                signs.tolist()
            ), term
            unknown += np.count_nonzero(signs == SEVERAL) - expected.count(SEVERAL)
            looked_at += len(signs)
    assert looked_at > 5000
    assert unknown < looked_at / 4  # words at one place do not say what follows


def test_without_bits_for_signs_every_token_is_to_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invert, "_TERM_BITS", 64)
    found = searchkit.create(tmp_path / "index", SCHEMA)
    with found.writer() as writer:
        for number in range(120):
            writer.add({"id": str(number), "body": "neft qazı" if number % 2 else "qazın nefti"})
    [file] = segments(found)
    assert {SEVERAL} == set(file.columns["body.next"].all.tolist())
    assert 60 == found.search('"neft qaz"').total
    assert [] == searchkit.verify(found.path)


def test_small_segments_and_rare_words_have_none(index: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dfs = [
        segment.text("body").document_frequency(number)  # type: ignore[union-attr]
        for segment in index._current_snapshot().segments  # type: ignore[attr-defined]
        for number in segment.file.columns["body.next.terms"].all.tolist()
    ]
    assert dfs
    assert min(dfs) >= 20
    monkeypatch.setattr(next_words, "_SMALLEST", 10_000)
    searchkit.create(tmp_path / "other", SCHEMA)
    with searchkit.open(tmp_path / "other").writer() as writer:
        for number in range(200):
            writer.add(document(number, random.Random(number)))
    (file,) = segments(searchkit.open(tmp_path / "other"))
    columns = file.columns
    assert [0, 0, 1] == [len(columns[name]) for name in ("body.next", "body.next.terms", "body.next.first")]


def test_wrong_signs_are_found(index: Index) -> None:
    assert [] == searchkit.verify(index.path)
    file = max(segments(index), key=lambda file: len(file.columns["body.next"]))
    changes = {
        "body__next": (lambda values: values ^ (values < SEVERAL), "it is not what follows the term"),
        "body__next.terms": (lambda values: values[::-1].copy(), "its terms are not the frequent ones"),
        "body__next.first": (lambda values: values + 1, "and not from 0 to"),
    }
    for name, (change, expected) in changes.items():
        column = name.replace("__", ".")
        values = np.array(file.columns[column].all)
        rewritten(file.path, **{name: change(values)})
        assert any(expected in problem.reason for problem in searchkit.verify(index.path))
        rewritten(file.path, **{name: values})
    assert [] == searchkit.verify(index.path)


def test_words_at_one_place_are_several() -> None:
    signs = Signs(length_bytes(np.array([3, 2])))
    cells = signs.cells(np.array([0, 1]), np.array([2, 1]), np.array([0, 1, 0]))
    signs.put(cells, np.array([7, 8, 9], np.uint8))
    assert [7, 8, 9] == signs.at(cells).tolist()
    signs.put(cells[:2], np.array([7, 9], np.uint8))  # the same once more, and another one
    signs.put(cells[[2, 2]], np.array([9, 10], np.uint8))  # two at once
    assert [7, SEVERAL, SEVERAL] == signs.at(cells).tolist()
    signs.put(cells[1:2], np.array([9], np.uint8))
    assert SEVERAL == signs.at(cells[1:2])[0]
    assert NOTHING == signs.at(signs.cells(np.array([0]), np.array([1]), np.array([2])))[0]


def test_texts_longer_than_any_step_have_several_words_at_their_end() -> None:
    longest = int(length_steps()[-1])
    signs = Signs(length_bytes(np.array([2 * longest, 1])))
    positions = np.array([0, longest, 2 * longest - 1])
    cells = signs.cells(np.array([0]), np.array([3]), positions)
    signs.put(cells, np.array([1, 2, 3], np.uint8))
    signs.put(signs.cells(np.array([1]), np.array([1]), np.array([0])), np.array([4], np.uint8))
    assert [1, SEVERAL, SEVERAL] == signs.at(cells).tolist()
    assert 4 == signs.at(signs.cells(np.array([1]), np.array([1]), np.array([0])))[0]


def test_what_there_is_no_room_for_is_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_words_writer, "_MOST_CELLS", 10)
    signs = Signs(length_bytes(np.full(6, 3)))  # four cells each
    docs = np.arange(6)
    cells = signs.cells(docs, np.full(6, 3), np.tile(np.arange(3), 6))
    signs.put(cells, np.arange(1, 19, dtype=np.uint8))
    assert [*range(1, 9), SEVERAL] == signs.at(cells)[:9].tolist()
    assert {SEVERAL} == set(signs.at(cells)[8:].tolist())
