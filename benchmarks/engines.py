"""`python -m benchmarks engines`: building and searching with searchkit and its peers, as tables and plots."""

from __future__ import annotations

import shlex
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from subprocess import CalledProcessError

import click

from benchmarks import collection, figures, plots, queries, report
from benchmarks.adapters import ENGINES

__all__ = ["engines"]

_LARGE = 200_000  # documents from which one build is enough


@click.command()
@click.option(
    "--documents", "sizes", multiple=True, type=click.IntRange(min=100), help="Size of a collection; may be repeated."
)
@click.option("--jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Measure with this file.")
@click.option("--engines", "names", help=f"Only these, with commas: {', '.join(ENGINES)}.")
@click.option("--queries", "number", default=50, show_default=True, help="How many of each kind.")
@click.option("--repeat", type=click.IntRange(min=1), help="Builds of each index: 3, or 1 from 200,000 documents on.")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Keep collections and figures here.")
@click.option("--resume", is_flag=True, help="Take the figures of a size that --work has already.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a page here, and plots beside it.")
def engines(
    sizes: tuple[int, ...],
    jsonl: Path | None,
    names: str | None,
    number: int,
    repeat: int | None,
    work: Path | None,
    resume: bool,
    out: Path | None,
) -> None:
    """Measure building and searching at each size (20,000 documents unless told), with peers that are installed."""
    if jsonl and sizes:
        raise click.UsageError("give --documents or --jsonl, not both")
    if resume and not work:
        raise click.UsageError("--resume needs the folder of an earlier run, --work")
    chosen = _installed(names)
    measured = []
    with ExitStack() as stack:
        folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        for size in [None] if jsonl else sorted(set(sizes or (20_000,))):
            name = jsonl.stem if jsonl else f"az-{size}"
            kept = folder / f"{name}.figures.json"
            if resume and kept.exists():
                found = figures.load(kept)
            else:
                found = _measure(name, folder.resolve(), size, jsonl, chosen, number, repeat)
                figures.save(found, kept)
            measured.append(found)
            click.echo(report.tables(found) + "\n")
    if out:
        made = plots.write(measured, out)
        out.write_text(report.page(measured, _options(sizes, names), made), "utf-8")
        click.echo(f"wrote {out} and {len(made)} plots", err=True)


def _measure(
    name: str, folder: Path, size: int | None, jsonl: Path | None, chosen: list[str], number: int, repeat: int | None
) -> figures.Figures:
    path = folder / f"{name}.jsonl"
    if size is None:
        assert jsonl is not None
        try:
            documents = collection.write(folder / f"{name}.adopted.jsonl", collection.adopt(jsonl))
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        path = folder / f"{name}.adopted.jsonl"
    else:
        documents = size
        if not path.exists():
            _say(f"writing {size:,} documents")
            collection.write(path, collection.generate(size))
    _say("making queries")
    asked = queries.make(path, number)
    if not asked["common"]:
        raise click.ClickException(f"{path}: there are not enough words in it to make queries of")
    builds = repeat or (1 if documents >= _LARGE else 3)
    try:
        return figures.collect(name, path, documents, asked, chosen, builds, _say)
    except CalledProcessError as error:
        command = shlex.join(map(str, error.cmd))
        raise click.ClickException(f"{command} ended with {error.returncode}\n{error.stderr or ''}".rstrip()) from error


def _installed(names: str | None) -> list[str]:
    """The engines that are asked for and there; the others are named on standard error."""
    chosen = names.split(",") if names else list(ENGINES)
    for name in chosen:
        if name not in ENGINES:
            raise click.UsageError(f"there is no engine {name!r}; --engines takes {', '.join(ENGINES)}")
    missing = [name for name in chosen if ENGINES[name].version() is None]
    for name in missing:
        _say(f"{ENGINES[name].name} is left out: it is not installed; `pip install -e '.[bench-peers]'` installs peers")
    if len(missing) == len(chosen):
        raise click.ClickException("none of the engines is installed")
    return [name for name in chosen if name not in missing]


def _options(sizes: tuple[int, ...], names: str | None) -> str:
    options = "".join(f" --documents {size}" for size in sizes)
    return options + (f" --engines {shlex.quote(names)}" if names else "")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
