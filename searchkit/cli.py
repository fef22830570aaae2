"""The command line: thin commands that parse, call the library and print.

Text goes to standard output, messages to standard error. Exit codes: 0 done, 1 an error that the message names,
2 wrong usage, 75 another writer holds the index.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import ujson

import searchkit
from searchkit import Date, Field, Keyword, Number, Schema, SearchkitError, Stored, Text
from searchkit.documents import FORMATS
from searchkit.filters import typed_filters
from searchkit.log import Log
from searchkit.manifest import generation_name, read_manifest
from searchkit.progress import Progress

if TYPE_CHECKING:
    from searchkit.sources import Outcome

__all__ = ["cli", "main"]

_LOG = Log()
EXIT_ERROR, EXIT_USAGE, EXIT_LOCKED = 1, 2, 75

_INDEX = click.option(
    "--index", "index_path", required=True, metavar="DIR", type=click.Path(), help="The folder of the index."
)
_WAIT = click.option(
    "--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="Wait so long for another writer."
)
_KEEP = click.option(
    "--keep",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Generations before the new one that stay for a rollback.",
)
_LIMIT = click.option(
    "--limit", type=click.IntRange(0, 10_000), default=10, show_default=True, help="How many to print."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def _writes(command: Callable[..., None]) -> Callable[..., None]:
    """Have an interrupt of a command say which generation is in force, if that is another than before."""

    @functools.wraps(command)
    def run(*, index_path: str, **options: Any) -> None:
        before = _in_force(index_path)
        try:
            command(index_path=index_path, **options)
        except KeyboardInterrupt:
            now = _in_force(index_path)
            raise KeyboardInterrupt(f"generation {now} is in force" if now != before else "") from None

    return run


def _in_force(index_path: str) -> str | None:
    with contextlib.suppress(SearchkitError, OSError):
        return generation_name(read_manifest(Path(index_path), any_analyzer=True))
    return None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(searchkit.__version__, prog_name="searchkit")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("--log-json", is_flag=True, help="Write messages as lines of JSON, for what collects logs.")
def cli(debug: bool, log_json: bool) -> None:
    """Full-text search for Azerbaijani.

    \b
    searchkit index articles/ --index articles.index
    searchkit query 'Gence xalcalari' --index articles.index
    """
    _LOG.as_json = log_json


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_INDEX
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
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that index.")
@_WAIT
@click.option(
    "--delete-missing", is_flag=True, help="Delete the documents that are in none of the PATHs, if all could be read."
)
@click.option("--if-changed", is_flag=True, help="Do nothing if files and settings are those of the last time.")
@click.option(
    "--min-ratio",
    type=click.FloatRange(0, 1),
    metavar="R",
    help="Refuse an index with less than this share of the documents of the old one.",
)
@_KEEP
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@_JSON
@_writes
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
    from searchkit.sources import index_files

    started = time.perf_counter()
    schema = _schema(fields)
    is_shown = not quiet and not as_json and not _LOG.as_json and sys.stderr.isatty()
    progress = Progress(sys.stderr, enabled=is_shown)

    def on_error(error: searchkit.DocumentError) -> None:
        if strict:
            raise error
        progress.clear()
        _LOG.error(str(error), file=error.source, line=error.line)

    with progress:
        outcome = index_files(
            index_path,
            paths,
            schema,
            field_map=_field_map(mapping),
            format=format_,
            stdin=sys.stdin.buffer if "-" in paths else None,
            on_size=progress.expect,
            on_bytes=progress.read,
            on_error=on_error,
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
        "index": _valid(index_path),
        "generation": outcome.generation,
    }
    if as_json:
        _print_json(figures)
    elif not quiet:
        _LOG.info(_summary(outcome, _valid(index_path), seconds), **figures)
    if outcome.failed:
        sys.exit(EXIT_ERROR)


def _summary(outcome: Outcome, index_path: str, seconds: float) -> str:
    """One line that says what was done."""
    if outcome.is_idle:
        return f"nothing has changed since generation {outcome.generation}; {index_path} holds {outcome.documents:,}"
    rate = outcome.written / seconds if seconds else 0.0
    text = f"indexed {_count(outcome.written, 'document')} in {seconds:.1f} s ({rate:,.0f} a second)"
    added, changed, unchanged, deleted = outcome.changes
    if changed or unchanged or deleted:
        text += f": {added:,} added, {changed:,} changed, {unchanged:,} unchanged, {deleted:,} deleted"
    if outcome.failed:
        text += f", {outcome.failed:,} could not be read"
    return f"{text}; {index_path} holds {outcome.documents:,}"


class _TextFirst(click.Command):
    """A command whose text may begin with a hyphen, as in `searchkit query '-neft Xəzər' --index DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what can be no option, since it is not a single letter, behind the mark that ends the options."""
        if "--" not in args:
            taking_value = {flag for option in self.params if _takes_value(option) for flag in option.opts}
            for number, argument in enumerate(args):
                before = args[number - 1] if number else ""
                if len(argument) > 2 and argument[0] == "-" != argument[1] and before not in taking_value:
                    args = [*args[:number], *args[number + 1 :], "--", argument]
                    break
        return super().parse_args(ctx, args)


def _takes_value(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not option.is_flag


@cli.command(cls=_TextFirst)
@click.argument("text")
@_INDEX
@_LIMIT
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="Hits to pass over.")
@click.option(
    "--match", type=click.Choice(["any", "all"]), default="any", show_default=True, help="Any of the words, or all."
)
@click.option(
    "--syntax",
    type=click.Choice(["simple", "full"]),
    default="simple",
    show_default=True,
    help="With full also AND, OR, NOT, groups, ranges, wildcards, fuzzy words and boosts.",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Only documents with this value; FIELD=FROM..TO is a range. May be repeated: any of the values of one field.",
)
@click.option(
    "--facet", "facets", multiple=True, metavar="FIELD", help="Count the values of a field; date:month for dates."
)
@click.option("--sort", multiple=True, metavar="FIELD", help="Sort by a field, -FIELD the other way round.")
@click.option("--group-by", metavar="FIELD", help="Only the best document for each value of a field.")
@click.option("--after", metavar="CURSOR", help="Go on behind a page, whose cursor is told; '' for the first page.")
@_JSON
@click.option("--explain", is_flag=True, help="Show how each word was read, and of each hit what its score comes from.")
def query(
    text: str,
    index_path: str,
    filters: Sequence[str],
    facets: Sequence[str],
    sort: Sequence[str],
    as_json: bool,
    explain: bool,
    **options: Any,
) -> None:
    """Search an index for TEXT.

    Words are found in any inflected form, "quoted words" as a phrase, -word excludes, field:word looks in one field,
    word* finds beginnings.

    \b
    searchkit query 'kitabxanalarımızın oxucuları' --index articles.index
    searchkit query '"Xəzər dənizi" -neft' --index articles.index --limit 3
    searchkit query 'date:2022 seçki' --index articles.index --json
    searchkit query 'seçki AND date:[2022-01 TO 2022-08]' --index articles.index --syntax full
    searchkit query neft --index articles.index --filter date=2022-01..2022-08 --facet source --sort -date
    """
    text = _valid(text)
    try:
        wanted = typed_filters(map(_valid, filters)) or None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--filter") from None
    with searchkit.open(index_path) as opened:
        results = opened.search(text, filters=wanted, facets=facets or None, sort=sort or None, **options)
        if as_json:
            _print_json(_with_reasons(results) if explain else results.to_dict())
            return
        if explain:
            _explain(text)
        _print_hits(results, opened.schema, explain)


@cli.command(cls=_TextFirst)
@click.argument("text")
@_INDEX
@_JSON
def suggest(text: str, index_path: str, as_json: bool) -> None:
    """Show what TEXT was probably meant for, and what else may be asked.

    Words that the index does not know are put right; nothing is printed for them if there is nothing to put right.

    \b
    searchkit suggest 'Xezer dnizi' --index articles.index
    """
    text = _valid(text)
    with searchkit.open(index_path) as opened:
        suggestion = opened.suggest(text)
        related = opened.related_queries(suggestion or text)
    if as_json:
        _print_json({"text": text, "suggestion": suggestion, "related": related})
        return
    if suggestion:
        click.echo(f"did you mean: {_one_line(suggestion)}")
    for other in related:
        click.echo(f"related: {_one_line(other)}")


@cli.command(cls=_TextFirst)
@click.argument("text")
@_INDEX
@click.option(
    "--kind",
    type=click.Choice(["words", "titles"]),
    default="words",
    show_default=True,
    help="Complete the last word, or find titles.",
)
@_LIMIT
@_JSON
def complete(text: str, index_path: str, kind: str, limit: int, as_json: bool) -> None:
    """Complete TEXT as it is being typed.

    The last word is completed by the words of the index, the most frequent first.

    \b
    searchkit complete gen --index articles.index
    searchkit complete 'xezer den' --index articles.index --kind titles
    """
    text = _valid(text)
    with searchkit.open(index_path) as opened:
        completions = opened.autocomplete(text, limit, kind=kind)
    if as_json:
        _print_json({"text": text, "completions": [completion._asdict() for completion in completions]})
        return
    for completion in completions:
        click.echo(f"{_one_line(completion.text)}  [{_count(completion.frequency, 'document')}]")


@cli.command()
@click.argument("id_", metavar="ID")
@_INDEX
@_LIMIT
@_JSON
def similar(id_: str, index_path: str, limit: int, as_json: bool) -> None:
    """Find the documents most like the one with this ID.

    \b
    searchkit similar medeniyyet-05 --index articles.index
    """
    id_ = _valid(id_)
    with searchkit.open(index_path) as opened:
        if id_ not in opened:
            raise SearchkitError(f"{index_path}: no document has the id {id_!r}")
        results = opened.more_like_this(id_, limit)
        if as_json:
            _print_json(results.to_dict())
        else:
            _print_hits(results, opened.schema)


@cli.command(cls=_TextFirst)
@click.argument("text")
@_JSON
@click.option("--explain", is_flag=True, help="Show how each word was read and what else it could be.")
def analyze(text: str, as_json: bool, explain: bool) -> None:
    """Show the tokens and index terms of TEXT; - reads standard input.

    \b
    searchkit analyze 'AZƏRTAC-a kitablarımızdan'
    searchkit analyze 'oğluna' --explain
    """
    from azanalyzer import Analyzer

    text = _decoded(sys.stdin.buffer.read()) if text == "-" else _valid(text)
    tokens = list(Analyzer.shared().tokens(text))
    if as_json:
        _print_json(
            {
                "tokens": [
                    {
                        "text": t.text,
                        "term": t.term,
                        "start": t.start,
                        "end": t.end,
                        "position": t.position,
                        "kind": t.kind,
                    }
                    for t in tokens
                ]
            }
        )
    elif explain:
        _explain(text)
    else:
        for token in tokens:
            click.echo(f"{token.position}\t{token.start}-{token.end}\t{token.kind}\t{token.text}\t{token.term}")


@cli.command()
@click.argument("index_path", metavar="DIR", type=click.Path())
@_JSON
def stats(index_path: str, as_json: bool) -> None:
    """Show figures about an index: documents, size, fields, generations.

    \b
    searchkit stats articles.index
    """
    with searchkit.open(index_path) as opened:
        figures = opened.stats()
    if as_json:
        _print_json(figures._asdict())
        return
    click.echo(f"documents   {figures.documents:,}")
    click.echo(f"size        {figures.size / 1e6:.1f} MB in {_count(figures.files, 'file')}")
    click.echo(f"generation  {figures.generation}")
    click.echo(f"analyzer    {figures.analyzer}")
    click.echo(f"fields      {', '.join(f'{name} ({kind})' for name, kind in figures.fields.items())}")
    for name, documents in figures.kept.items():
        click.echo(f"kept        {name}, {_count(documents, 'document')}")
    if figures.leftover_files:
        click.echo(f"leftovers   {figures.leftover_bytes / 1e6:.1f} MB in {_count(figures.leftover_files, 'file')}")
    _warn_of_several_whooshes()


def _warn_of_several_whooshes() -> None:
    """All distributions of Whoosh install the same files, so of two each has some of the other's."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("whoosh3", "Whoosh-Reloaded", "Whoosh"):
        with contextlib.suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    if len(found) > 1:
        click.echo(
            f"warning: {' and '.join(found)} are installed, which overwrite each other's files; uninstall all and "
            "install one: pip install whoosh3",
            err=True,
        )


@cli.command()
@click.argument("index_path", metavar="DIR", type=click.Path())
@click.option("--to", "generation", metavar="GENERATION", help="The generation to go back to, as g000012 or 12.")
@_WAIT
@_JSON
@_writes
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
        _print_json({"index": _valid(index_path), "generation": restored, "documents": documents})
    else:
        _LOG.info(f"generation {restored} is in force; {_valid(index_path)} holds {documents:,}")


@cli.command()
@click.argument("index_path", metavar="DIR", type=click.Path())
@click.argument("target", metavar="TARGET", type=click.Path())
@click.option("--copy", is_flag=True, help="Copy every byte and check it, also where files could be linked.")
@_JSON
def snapshot(index_path: str, target: str, copy: bool, as_json: bool) -> None:
    """Make a copy of an index at TARGET, while it is searched and written.

    It has the generation in force. On one disk the files are linked and take no room of their own; a backup belongs on
    another disk.

    \b
    searchkit snapshot articles.index /backup/articles-monday.index
    """
    generation = searchkit.snapshot(index_path, target, copy=copy)
    if as_json:
        _print_json({"index": _valid(index_path), "target": _valid(target), "generation": generation})
    else:
        _LOG.info(f"{_valid(target)} holds generation {generation} of {_valid(index_path)}")


@cli.command()
@click.argument("index_path", metavar="DIR", type=click.Path())
@_WAIT
@_KEEP
@_JSON
@_writes
def optimize(index_path: str, wait: float, keep: int, as_json: bool) -> None:
    """Write an index anew in one piece, for faster searches.

    \b
    searchkit optimize articles.index
    """
    with searchkit.open(index_path) as opened:
        changed = opened.optimize(wait=wait, keep=keep)
        generation = opened.stats().generation
    if as_json:
        _print_json({"index": _valid(index_path), "changed": changed, "generation": generation})
    else:
        done = f"generation {generation} is in force, in one piece" if changed else "it is in one piece already"
        _LOG.info(f"{_valid(index_path)}: {done}")


@cli.command()
@click.argument("index_path", metavar="DIR", type=click.Path())
@click.option("--repair", is_flag=True, help="Save what is sound into a new generation, and say what is lost.")
@_WAIT
@_JSON
@_writes
def verify(index_path: str, repair: bool, wait: float, as_json: bool) -> None:
    """Check every byte of an index, and whether what it says makes sense.

    Prints a line for each problem; the exit code is 1 if there is one. With --repair it is 0 if no document was lost.

    \b
    searchkit verify articles.index
    searchkit verify articles.index --json
    searchkit verify articles.index --repair
    """
    from searchkit.health import examine

    found = examine(index_path)
    repaired = searchkit.repair(index_path, wait=wait) if repair and found.problems else None
    if as_json:
        problems = [
            {"file": _valid(str(path)), "column": column, "byte": offset, "problem": reason}
            for path, reason, offset, column in found.problems
        ]
        _print_json(
            {
                "index": _valid(index_path),
                "generations": found.generations,
                "files": found.files,
                "bytes": found.size,
                "problems": problems,
                "repair": repaired._asdict() if repaired else None,
            }
        )
    else:
        for problem in found.problems:
            click.echo(_valid(str(problem)))
        checked = f"{_count(found.files, 'file')}, {found.size / 1e6:.1f} MB"
        click.echo(f"{_count(len(found.problems), 'problem') if found.problems else 'no problem'} in {checked}")
        if repaired:
            back = f"; {_count(repaired.revived, 'deleted document')} may be back" if repaired.revived else ""
            click.echo(
                f"repaired: generation {repaired.generation} has {_count(repaired.documents, 'document')}, "
                f"{repaired.lost:,} lost{back}"
            )
    if repaired.lost if repaired else found.problems:
        sys.exit(EXIT_ERROR)


def _with_reasons(results: searchkit.Results) -> dict[str, Any]:
    found = results.to_dict()
    for hit, described in zip(results, found["hits"], strict=True):
        described["explain"] = hit.explain().to_dict()
    return found


def _print_hits(results: searchkit.Results, schema: Schema, explain: bool = False) -> None:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for hit in results:
        title = _one_line(str(hit.get("title") or hit.id))
        line = f"{hit.rank}. {click.style(title, bold=True) if colour else title}"
        group = "" if hit.group_size is None else f", {hit.group_size:,} in {_one_line(hit.group or '-')}"
        click.echo(f"{line}  [{_one_line(hit.id)}, {hit.score:.2f}{group}]")
        fields = [name for name in schema.text_fields if name != "title" and name in hit.fields]
        snippet = hit.snippet(fields[0]) if fields else None
        if snippet is not None and snippet.text:
            click.echo(f"   {snippet.ansi() if colour else snippet.ansi('', '')}")
        if explain:
            for line in str(hit.explain()).splitlines():
                click.echo(f"   {_printable(line)}")
    if not results.hits:
        click.echo("nothing found" if not results.total else "no more hits")
    if results.suggestion:
        click.echo(f"did you mean: {_one_line(results.suggestion)}")
    for name, counts in results.facets.items():
        shown = (f"{_one_line(value)} {count:,}" for value, count in counts)
        click.echo(f"{name}: {', '.join(shown) or '-'}")
    if results.request.after is not None and results.cursor:
        click.echo(f"next page: --after {results.cursor}", err=True)
    click.echo(f"{_count(results.total, 'document')} found in {results.took_ms:.1f} ms", err=True)


def _explain(text: str) -> None:
    from azanalyzer import Analyzer

    analyzer = Analyzer.shared()
    for token in analyzer.tokens(text):
        if token.kind == "word" and token.text.isalpha():
            click.echo(str(analyzer.explain(token.text)))
        else:
            click.echo(f"{token.text} -> {token.term}\n  {token.kind}")


def _decoded(data: bytes) -> str:
    from searchkit.documents.encoding import decode

    try:
        return decode(data)[0]
    except searchkit.DocumentError as error:
        raise searchkit.DocumentError(error.reason, source="<stdin>") from None


def _one_line(text: str) -> str:
    """Text of a document on one line, without characters that steer a terminal."""
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _print_json(data: Any) -> None:
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    click.echo(ujson.dumps(data, ensure_ascii=not unicode, escape_forward_slashes=False))


def _valid(text: str) -> str:
    """An argument, in which bytes that are not UTF-8 have become half surrogate pairs, as text that can be printed."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _field_map(mapping: Iterable[str]) -> dict[str, str] | None:
    found = {}
    for item in mapping:
        name, equals, field = item.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{item!r} is not NAME=FIELD", param_hint="--map")
        found[name] = field
    return found or None


def _schema(fields: Iterable[str]) -> Schema | None:
    kinds: dict[str, type[Field]] = {"text": Text, "keyword": Keyword, "date": Date, "number": Number, "stored": Stored}
    made: dict[str, Field] = {}
    for item in fields:
        name, _, kind = item.partition("=")
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error of a user's ends in one line on standard error and an exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in arguments
    _LOG.as_json = False
    warnings.showwarning = _show_warning
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no ə shows \u0259
    try:
        code = cli.main(arguments, prog_name="searchkit", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        if _LOG.as_json:
            _LOG.error(error.format_message(), code=EXIT_USAGE)
        else:
            error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name == "--debug":
            click.echo("Put --debug before the command: searchkit --debug …", err=True)
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt) as error:
        told = str(error.__cause__ or error)  # click raises an Abort because of the interrupt
        _fail(f"interrupted; {told or 'the index is as it was before'}", debug)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        sys.exit(EXIT_ERROR)
    except searchkit.LockedError as error:
        _fail(str(error), debug, EXIT_LOCKED)
    except SearchkitError as error:
        _fail(str(error), debug)
    except OSError as error:
        _fail(f"{error.filename or 'input or output'}: {error.strerror or error}", debug)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    _LOG.warning(str(message))


def _fail(message: str, debug: bool, code: int = EXIT_ERROR) -> None:
    if debug:
        raise  # called from an except block
    _LOG.error(_valid(message), code=code)
    sys.exit(code)
