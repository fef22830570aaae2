"""The figures of starting, on an index of one document."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import searchkit
from benchmarks.start import start


def test_every_figure_is_printed(tmp_path: Path) -> None:
    with searchkit.create(tmp_path / "index").writer() as writer:
        writer.add({"id": "1", "title": "Gün", "body": "Günlük xəbərlər"})
    done = CliRunner().invoke(start, [str(tmp_path / "index"), "--query", "gunluk", "--repeat", "1"])
    assert done.exit_code == 0, done.output
    rows = [line.split("|")[1].strip() for line in done.output.splitlines() if line.startswith("| ")]
    assert rows[1:] == [
        "Python alone",
        "import searchkit, above that",
        "import azanalyzer, first word, above that",
        "open and answer 'gunluk' in a process with its imports",
        "`import numpy, click, ujson, whoosh.index, whoosh.query`",
        "searchkit query 'gunluk', above that",
    ]
    assert "The first word takes" in done.output
