# ruff: noqa: SIM300
"""Names that no lexicon has, a few of them."""

from __future__ import annotations

import random

from click.testing import CliRunner

from azanalyzer import fold
from benchmarks.names import made_up, names


def test_most_names_are_found_however_they_are_typed() -> None:
    done = CliRunner().invoke(names, ["--count", "100"])
    assert done.exit_code == 0, done.output
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.output.splitlines()]
    shares = {name: [*map(float, cells)] for name, *cells in rows[2:]}
    assert len(shares) == 4
    assert min(shares["searchkit"]) > 0.9
    assert max(shares["SQLite FTS5, letters as they are"]) < 0.3


def test_made_up_names_are_the_same_each_time() -> None:
    found = made_up(random.Random(3), 50)
    assert found == made_up(random.Random(3), 50)
    assert 50 == len(set(found))
    assert all(fold(name) != name for name in found)
