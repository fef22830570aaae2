"""The benchmark of the ranking runs from end to end on a few texts of the same shape. No figure is judged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import ujson
from click.testing import CliRunner

from benchmarks.ranking import ranking

pytest.importorskip("ir_measures")

TEXTS = ["Kitabxanalar hər gün açıqdır.", "Neft kəməri Bakıdan Ceyhana gedir.", "Məktəblər sentyabrda açılır."]
QUERIES = ["kitabxananın açıq günləri", "neft kəmərləri", "məktəbin açılışı"]


def write(path: Path, lines: list[dict[str, object]]) -> None:
    path.write_text("\n".join(map(ujson.dumps, lines)), "utf-8")


@pytest.mark.parametrize("options", [[], ["--tune"]])
def test_from_end_to_end(options: list[str], tmp_path: Path) -> None:
    numbers = range(len(TEXTS))
    write(tmp_path / "legal-articles.jsonl", [{"id": str(n), "title": QUERIES[n], "body": TEXTS[n]} for n in numbers])
    write(tmp_path / "legal-queries.jsonl", [{"query": QUERIES[n], "relevant": [str(n)]} for n in numbers])
    write(tmp_path / "questions.jsonl", [{"qid": str(n), "query": QUERIES[n], "answers": [TEXTS[n]]} for n in numbers])
    result = CliRunner().invoke(ranking, [str(tmp_path), "--repeat", "1", *options])
    assert result.exit_code == 0, result.output
    for name in ("headings", "typed in ASCII", "questions", "headings, titles too"):
        assert f"| {name}: searchkit | 3 | 1.0000 | 1.0000 | 1.0000 |" in result.output
    assert re.search(r"^\| searchkit \| 0\.\d{4} \|$", result.output, re.MULTILINE)
    assert re.search(r"a heading takes \d+\.\d\d ms", result.output)
