"""The documents that the tests of commands index, and what is then in folders and indexes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchkit

Make = Callable[..., searchkit.Index]
Run = Callable[..., Any]
Start = Callable[..., subprocess.Popen[str]]

TEXTS = {
    "a.txt": "Kitab sərgisi\n\nGəncədə kitabların sərgisi açıldı. Axşam işıqlar yandı.",
    "b.md": "# Neft\n\nXəzər dənizində neft və qaz hasil olunur.",
    "deep/c.jsonl": '{"id": "c-1", "title": "Qaz", "body": "Qaz kəməri", "date": "2022-08-24", "source": "AZƏRTAC"}\n',
}
BAD_LINE = '{"id": "bad", "body": "kitab", "date": "dünən"}\n'


def ids(place: Path, query: str = "-nosuchword") -> list[str]:
    return sorted(hit.id for hit in searchkit.open(place).search(query, limit=10_000))


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
