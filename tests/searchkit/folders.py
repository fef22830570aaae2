"""Files of documents in folders, and what an index has of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import searchkit
from searchkit import Index

OLD = 1_600_000_000  # seconds; a time at which nothing is written any more


def ids(place: Path | Index, query: str = "-nosuchword") -> list[str]:
    index = searchkit.open(place) if isinstance(place, Path) else place
    return sorted(hit.id for hit in index.search(query, limit=10_000))


def write(path: Path, text: str, seconds: int = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (seconds, seconds))
    return path


def lines(*documents: dict[str, Any]) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)


def articles_in(folder: Path) -> Path:
    """Two texts and, in a folder of their own, two documents of JSON lines."""
    write(folder / "a.txt", "Kitab sərgisi")
    write(folder / "b.txt", "Neft və qaz")
    write(folder / "deep" / "dump.jsonl", lines({"id": "d-1", "body": "dəniz"}, {"id": "d-2", "body": "çay"}))
    return folder
