"""The commands that look after an index: stats, rollback, snapshot, optimize, upgrade, verify."""

from __future__ import annotations

import contextlib
import sys

import click

import searchkit
from searchkit.commands.shared import EXIT_ERROR, JOBS, JSON, KEEP, LOG, PATH, WAIT, count, print_json, valid, writes

__all__ = ["optimize", "rollback", "snapshot", "stats", "upgrade", "verify"]


@click.command()
@click.argument("index_path", metavar="DIR", type=PATH)
@JSON
def stats(index_path: str, as_json: bool) -> None:
    """Show figures about an index.

    They are its documents, size, generations, versions and fields.

    \b
    searchkit stats articles.index
    """
    try:
        with searchkit.open(index_path) as opened:
            figures = opened.stats()
    except searchkit.IndexVersionError:
        from searchkit.storage.stats import stats_at

        figures = stats_at(index_path)
    if as_json:
        print_json(figures._asdict())
        return
    click.echo(f"documents   {figures.documents:,}")
    click.echo(f"size        {figures.size / 1e6:.1f} MB in {count(figures.files, 'file')}")
    click.echo(f"generation  {figures.generation}")
    click.echo(f"format      {figures.format}")
    click.echo(f"analyzer    {figures.analyzer}, lexicon {figures.lexicon}")
    program = f"format {figures.program['format']}, {figures.program['analyzer']}, lexicon {figures.program['lexicon']}"
    if figures.generation in figures.unreadable:
        cannot = figures.format != figures.program["format"]
        mend = "searchkit index … --rebuild" if cannot else f"searchkit upgrade {valid(index_path)}"
        program += f"; it cannot read the index as it is, use `{mend}`"
    click.echo(f"program     {program}")
    click.echo(f"fields      {', '.join(f'{name} ({kind})' for name, kind in figures.fields.items())}")
    for name, documents in figures.kept.items():
        unreadable = ", which this program cannot read" if name in figures.unreadable else ""
        click.echo(f"kept        {name}, {count(documents, 'document')}{unreadable}")
    if figures.leftover_files:
        click.echo(f"leftovers   {figures.leftover_bytes / 1e6:.1f} MB in {count(figures.leftover_files, 'file')}")
    _warn_of_several_whooshes()


def _warn_of_several_whooshes() -> None:
    """All distributions of Whoosh install the same files, so of two each has some of the other's."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("whoosh3", "Whoosh-Reloaded", "Whoosh"):
        with contextlib.suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    if len(found) > 1:
        LOG.warning(
            f"{' and '.join(found)} are installed, which overwrite each other's files; uninstall all and install one: "
            "pip install whoosh3"
        )


@click.command()
@click.argument("index_path", metavar="DIR", type=PATH)
@click.option("--to", "generation", metavar="GENERATION", help="The generation to go back to, as g000012 or 12.")
@WAIT
@JSON
@writes
def rollback(index_path: str, generation: str | None, wait: float, as_json: bool) -> None:
    """Put what a kept generation holds in force again.

    Without --to it is the generation before the one in force. It gets a new number; the others stay as they are.
    `searchkit stats` lists those that are kept, `searchkit index --keep` says how many.

    \b
    searchkit rollback articles.index
    searchkit rollback articles.index --to g000012
    """
    restored = searchkit.rollback(index_path, generation, wait=wait)
    with searchkit.open(index_path) as opened:
        documents = len(opened)
    if as_json:
        print_json({"index": valid(index_path), "generation": restored, "documents": documents})
    else:
        LOG.info(f"generation {restored} is in force; {valid(index_path)} holds {documents:,}")


@click.command()
@click.argument("index_path", metavar="DIR", type=PATH)
@click.argument("target", metavar="TARGET", type=PATH)
@click.option("--copy", is_flag=True, help="Copy every byte and check it, also where files could be linked.")
@JSON
def snapshot(index_path: str, target: str, copy: bool, as_json: bool) -> None:
    """Copy an index to TARGET while it is searched and written.

    The copy has the generation in force. On one disk the files are linked and take no room of their own; a backup
    belongs on another disk.

    \b
    searchkit snapshot articles.index /backup/articles-monday.index
    """
    generation = searchkit.snapshot(index_path, target, copy=copy)
    if as_json:
        print_json({"index": valid(index_path), "target": valid(target), "generation": generation})
    else:
        LOG.info(f"{valid(target)} holds generation {generation} of {valid(index_path)}")


@click.command()
@click.argument("index_path", metavar="DIR", type=PATH)
@WAIT
@KEEP
@JSON
@writes
def optimize(index_path: str, wait: float, keep: int, as_json: bool) -> None:
    """Write an index anew in one piece, for faster searches.

    \b
    searchkit optimize articles.index
    """
    with searchkit.open(index_path) as opened:
        changed = opened.optimize(wait=wait, keep=keep)
        generation = opened.stats().generation
    if as_json:
        print_json({"index": valid(index_path), "changed": changed, "generation": generation})
    else:
        done = f"generation {generation} is in force, in one piece" if changed else "it is in one piece already"
        LOG.info(f"{valid(index_path)}: {done}")


@click.command()
@click.argument("index_path", metavar="DIR", type=PATH)
@JOBS
@WAIT
@KEEP
@JSON
@writes
def upgrade(index_path: str, jobs: int, wait: float, keep: int, as_json: bool) -> None:
    """Bring an index to the analyzer of this program.

    Its documents are read again from what it stores. For an index that an older or newer version has written; nothing
    is done where that is not so.

    \b
    searchkit upgrade articles.index --jobs 2
    """
    changed = searchkit.upgrade(index_path, jobs=jobs, wait=wait, keep=keep)
    with searchkit.open(index_path) as opened:
        figures = opened.stats()
    if as_json:
        print_json(
            {
                "index": valid(index_path),
                "changed": changed,
                "generation": figures.generation,
                "documents": figures.documents,
            }
        )
    else:
        done = f"generation {figures.generation} is in force, read by {figures.analyzer}"
        LOG.info(f"{valid(index_path)}: {done if changed else 'it is up to date already'}")


@click.command()
@click.argument("index_path", metavar="DIR", type=PATH)
@click.option("--repair", is_flag=True, help="Save what is sound into a new generation, and say what is lost.")
@WAIT
@JSON
@writes
def verify(index_path: str, repair: bool, wait: float, as_json: bool) -> None:
    """Check an index: every byte, and whether it makes sense.

    Prints a line for each problem; the exit code is 1 if there is one. With --repair it is 0 if no document was lost.

    \b
    searchkit verify articles.index
    searchkit verify articles.index --json
    searchkit verify articles.index --repair
    """
    from searchkit.storage.health import examine

    found = examine(index_path)
    repaired = searchkit.repair(index_path, wait=wait) if repair and found.problems else None
    if as_json:
        problems = [
            {"file": valid(str(path)), "column": column, "byte": offset, "problem": reason}
            for path, reason, offset, column in found.problems
        ]
        print_json(
            {
                "index": valid(index_path),
                "generations": found.generations,
                "files": found.files,
                "bytes": found.size,
                "problems": problems,
                "repair": repaired._asdict() if repaired else None,
            }
        )
    else:
        for problem in found.problems:
            click.echo(valid(str(problem)))
        checked = f"{count(found.files, 'file')}, {found.size / 1e6:.1f} MB"
        click.echo(f"{count(len(found.problems), 'problem') if found.problems else 'no problem'} in {checked}")
        if repaired:
            back = f"; {count(repaired.revived, 'deleted document')} may be back" if repaired.revived else ""
            click.echo(
                f"repaired: generation {repaired.generation} has {count(repaired.documents, 'document')}, "
                f"{repaired.lost:,} lost{back}"
            )
    if repaired.lost if repaired else found.problems:
        sys.exit(EXIT_ERROR)
