"""The table of queries that are typed in ASCII."""

from __future__ import annotations

import random
from pathlib import Path

import searchkit
from benchmarks.ascii_queries import table


def test_what_is_put_right_is_counted(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    with index.writer() as writer:
        for number, body in enumerate(["Cinayət Məcəlləsi", "ilkin müqavilə"]):
            writer.add({"id": str(number), "body": body})
    queries = ["Cinayət Məcəlləsi", "ilkin müqavilə", "zzzöz xxxəx", "ana dili", "kitab"]  # two have all their letters
    assert table(index, queries, 10, random.Random(1)).splitlines()[2:] == [
        "| in ASCII | 2 | 0 | 0 | 1 |",
        "| in ASCII capitals | 2 | 0 | 0 | 1 |",
        "| properly | – | – | 0 | 3 |",
    ]
