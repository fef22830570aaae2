"""Fixtures for the tests of commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from tests.searchkit.commands.folder import TEXTS


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three documents."""
    folder = tmp_path / "articles"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the index is to be."""
    return tmp_path / "index"


@pytest.fixture
def indexed(articles: Path, place: Path) -> Path:
    """The index of the three documents."""
    with searchkit.rebuild(place) as writer:
        writer.add({"id": "a.txt", "title": "Kitab sərgisi", "body": TEXTS["a.txt"].partition("\n\n")[2]})
        writer.add({"id": "b.md", "title": "Neft", "body": "Xəzər dənizində neft və qaz hasil olunur."})
        writer.add(json.loads(TEXTS["deep/c.jsonl"]))
    return place


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Documents that take seconds to index."""
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(6000):
            file.write(json.dumps({"id": str(number), "body": f"kitab {number} neft dəniz " * 20}) + "\n")
    return path
