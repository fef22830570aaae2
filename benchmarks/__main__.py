"""`python -m benchmarks NAME …`: one command a table."""

from __future__ import annotations

import click

from benchmarks.analyzer import analyzer
from benchmarks.corpus import corpus
from benchmarks.engines import engines
from benchmarks.legal import legal
from benchmarks.names import names
from benchmarks.ranking import ranking
from benchmarks.start import start
from benchmarks.suggestions import suggestions


@click.group()
def main() -> None:
    """Measure searchkit and its peers."""


for command in (analyzer, corpus, engines, legal, names, ranking, start, suggestions):
    main.add_command(command)

if __name__ == "__main__":
    main()
