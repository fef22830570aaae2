"""`python -m benchmarks start INDEX`: what it costs to start, in processes that do one thing each."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

import click

from benchmarks import measure

__all__ = ["start"]

_WORD = "kitablarımızdan"
_MEMORY = "from benchmarks.memory import peak; print(peak())"


@click.command()
@click.argument("index", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--query", "queries", multiple=True, default=["gün", "gunluk xeberler"], help="Asked; may be repeated.")
@click.option("--repeat", default=15, show_default=True, help="Processes of each kind, in turns; medians are printed.")
def start(index: Path, queries: tuple[str, ...], repeat: int) -> None:
    """Time imports, the first word, the first answer of INDEX and the whole command.

    Byte code is compiled once, as where searchkit is installed.
    """
    python = [sys.executable, "-c"]
    index = index.resolve()
    commands = {
        "Python alone": [*python, "pass"],
        "import searchkit": [*python, "import searchkit"],
        "import azanalyzer, first word": [*python, f"import azanalyzer; azanalyzer.stem('{_WORD}')"],
        "imports alone": [*python, measure.IMPORTS],
    }
    for text in queries:
        commands[f"searchkit query {text!r}"] = measure.query_command(index, text)
    times = {name: seconds * 1000 for name, seconds in measure.processes(commands, repeat).items()}
    rows = [("Python alone", times["Python alone"])]
    rows += [(f"{name}, above that", times[name] - times["Python alone"]) for name in list(commands)[1:3]]
    for text in queries:
        firsts = [measure.first_answer("searchkit", index, text) for _ in range(repeat + 1)][1:]
        rows.append((f"open and answer {text!r} in a process with its imports", median(firsts) * 1000))
    rows.append((f"`{measure.IMPORTS}`", times["imports alone"]))
    rows += [(f"{name}, above that", times[name] - times["imports alone"]) for name in list(commands)[4:]]
    click.echo("| | ms |\n|---|---|")
    for name, value in rows:
        click.echo(f"| {name} | {value:.1f} |")
    bare, word = (
        int(measure.run([*python, code + _MEMORY])) for code in ("", f"{commands['import azanalyzer, first word'][2]};")
    )
    click.echo(f"\nThe first word takes {(word - bare) / 1e6:.1f} MB above Python alone.")
