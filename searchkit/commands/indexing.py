"""`searchkit index`: files into an index."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

import searchkit
from searchkit import Date, Field, Keyword, Number, Schema, SearchkitError, Stored, Text
from searchkit.commands.progress import Progress
from searchkit.commands.shared import (
    EXIT_ERROR,
    INDEX,
    JOBS,
    JSON,
    KEEP,
    LOG,
    PATH,
    WAIT,
    NumberRange,
    count,
    print_json,
    printable,
    valid,
    writes,
)
from searchkit.documents import FORMATS

if TYPE_CHECKING:
    from searchkit.indexing.sources import Outcome

__all__ = ["index"]

_SHOWN = 20
_DETAIL = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")
"""What tells one error from others of the same reason: names, values, numbers."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=PATH)
@INDEX
@click.option(
    "--rebuild", is_flag=True, help="Replace the whole index; the old one is searched until the new one is complete."
)
@click.option("--strict", is_flag=True, help="Stop at the first document that cannot be read and change nothing.")
@click.option(
    "--format", "format_", type=click.Choice(sorted(set(FORMATS.values()))), help="Read every file as this format."
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="NAME=FIELD",
    help="Read the column or key NAME as FIELD; an empty FIELD drops it.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=KIND",
    help="A field of a new index: text, text*2 (boost), keyword, date, number, stored.",
)
@JOBS
@WAIT
@click.option(
    "--delete-missing", is_flag=True, help="Delete the documents that are in none of the PATHs, if that is certain."
)
@click.option("--if-changed", is_flag=True, help="Do nothing if files and settings are those of the last time.")
@click.option(
    "--min-ratio",
    type=NumberRange(0, 1),
    metavar="R",
    help="Refuse an index with less than this share of the documents of the old one.",
)
@KEEP
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@JSON
@writes
def index(
    paths: Sequence[str],
    index_path: str,
    mapping: Sequence[str],
    fields: Sequence[str],
    format_: str | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Index files and folders; - is standard input.

    In an index that is there, documents that are new or have changed are indexed and the others left as they are.
    Documents that cannot be read are named on standard error, the others are indexed, and the exit code is 1.

    \b
    searchkit index articles/ --index articles.index
    searchkit index articles/ --index articles.index --delete-missing
    searchkit index news.jsonl.gz --index news.index --rebuild --if-changed --min-ratio 0.9
    searchkit index table.csv --index t.index --map başlıq=title --map mətn=body
    zcat dump.gz | searchkit index - --format jsonl --index dump.index
    """
    from searchkit.indexing.sources import index_files

    started = time.perf_counter()
    schema = _schema(fields)
    is_shown = not quiet and not as_json and not LOG.as_json and sys.stderr.isatty()
    progress = Progress(sys.stderr, enabled=is_shown)
    with progress, closing(_Errors(progress, strict)) as errors:
        outcome = index_files(
            index_path,
            paths,
            schema,
            field_map=_field_map(mapping),
            format=format_,
            stdin=sys.stdin.buffer if "-" in paths else None,
            on_size=progress.expect,
            on_bytes=progress.read,
            on_error=errors.tell,
            progress=progress.indexing,
            **options,
        )
    seconds = time.perf_counter() - started
    figures = {
        "indexed": outcome.written,
        **outcome.changes._asdict(),
        "failed": outcome.failed,
        "documents": outcome.documents,
        "seconds": round(seconds, 3),
        "index": valid(index_path),
        "generation": outcome.generation,
    }
    if as_json:
        print_json(figures)
    elif not quiet:
        LOG.info(_summary(outcome, valid(index_path), seconds), **figures)
    _warn(outcome, format_, quiet)
    if outcome.failed:
        sys.exit(EXIT_ERROR)


class _Errors:
    """Names what cannot be read: of each file and reason the first 20, then how many more the file had.

    A log of JSON has all. With `strict` the first one is raised.
    """

    def __init__(self, progress: Progress, strict: bool) -> None:
        self._progress = progress
        self._strict = strict
        self._file: str | None = None
        self._reasons: Counter[str] = Counter()
        self._untold = 0

    def tell(self, error: searchkit.DocumentError) -> None:
        """Name it, unless enough like it have been named."""
        if self._strict:
            raise error
        if error.source != self._file:
            self.close()
            self._file = error.source
        reason = _DETAIL.sub("", error.reason)
        if reason not in self._reasons and len(self._reasons) >= _SHOWN:
            reason = ""  # nothing has so many reasons: they differ by what stands in the file
        self._reasons[reason] += 1
        if LOG.as_json or self._reasons[reason] <= _SHOWN:
            self._progress.clear()
            LOG.error(printable(str(error)), file=error.source, line=error.line)
        else:
            self._untold += 1

    def close(self) -> None:
        """Say how many more there were of the file that ends here."""
        if self._untold:
            self._progress.clear()
            LOG.error(printable(f"{self._file}: … and {self._untold:,} more of this file"))
        self._reasons.clear()
        self._untold = 0


def _summary(outcome: Outcome, index_path: str, seconds: float) -> str:
    """One line that says what was done."""
    if outcome.is_idle:
        return f"nothing has changed since generation {outcome.generation}; {index_path} holds {outcome.documents:,}"
    rate = outcome.written / seconds if seconds else 0.0
    text = f"indexed {count(outcome.written, 'document')} in {seconds:.1f} s ({rate:,.0f} a second)"
    added, changed, unchanged, deleted, kept = outcome.changes
    if changed or unchanged or deleted or kept:
        text += f": {added:,} added, {changed:,} changed, {unchanged:,} unchanged, {deleted:,} deleted"
    if kept:
        text += f", {kept:,} kept"
    if repeated := outcome.written - added - changed:
        text += f", {repeated:,} with the id of an earlier one, which it replaced"
    if outcome.failed:
        text += f", {outcome.failed:,} could not be read"
    return f"{text}; {index_path} holds {outcome.documents:,}"


def _warn(outcome: Outcome, format_: str | None, quiet: bool) -> None:
    """Say what was probably not meant so."""
    if not (quiet or outcome.is_idle or outcome.written or outcome.failed or outcome.changes.unchanged):
        suffixes = ", ".join(suffix for suffix, format in FORMATS.items() if format_ in (None, format))
        LOG.warning(f"no documents were found; of folders, files that end in {suffixes} are read, each also with .gz")
    if outcome.unsearched:
        names = printable(", ".join(outcome.unsearched))
        LOG.warning(
            f"none of the documents has a text that is searched; the first has {names}: say with --map NAME=FIELD "
            "which of them are title and body, or with --field NAME=text that they are fields"
        )
    elif outcome.unknown:
        LOG.warning(
            printable(
                f"--map: the index has no field {', '.join(outcome.unknown)}: what goes there is kept but not "
                "searched; see searchkit stats for its fields"
            )
        )
    if kept := outcome.changes.kept:
        LOG.warning(
            f"{count(kept, 'document')} that did not come {'was' if kept == 1 else 'were'} not deleted, as what could "
            f"not be read may have {'it' if kept == 1 else 'them'}; mend that, or leave it out, and run this again"
        )


def _field_map(mapping: Iterable[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for item in mapping:
        name, equals, field = item.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{item!r} is not NAME=FIELD", param_hint="--map")
        if found.get(name, field) != field:
            raise click.BadParameter(f"{name!r} is mapped to two fields", param_hint="--map")
        found[name] = field
    return found or None


def _schema(fields: Iterable[str]) -> Schema | None:
    kinds: dict[str, type[Field]] = {"text": Text, "keyword": Keyword, "date": Date, "number": Number, "stored": Stored}
    made: dict[str, Field] = {}
    for item in fields:
        name, _, kind = item.partition("=")
        if name in made:
            raise click.BadParameter(f"{name!r} is given twice", param_hint="--field")
        kind, star, boost = kind.partition("*")
        if kind not in kinds or (star and kind != "text"):
            raise click.BadParameter(
                f"{item!r}: KIND is one of {', '.join(kinds)}, or text*2 for a boost", param_hint="--field"
            )
        try:
            made[name] = Text(boost=float(boost)) if star else kinds[kind]()
        except ValueError:
            raise click.BadParameter(
                f"{item!r}: the boost after * is a positive number, as in text*2", param_hint="--field"
            ) from None
    try:
        return Schema(**made) if made else None
    except SearchkitError as error:
        raise click.BadParameter(str(error), param_hint="--field") from None
