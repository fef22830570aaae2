"""What several commands have in common: options, and how they print."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import ujson

from searchkit import DocumentError, SearchkitError
from searchkit.commands.log import Log
from searchkit.storage.generations import MOST_JOBS
from searchkit.storage.manifest import generation_name, read_manifest

__all__ = [
    "EXIT_ERROR", "EXIT_LOCKED", "EXIT_USAGE", "INDEX", "JOBS", "JSON", "KEEP", "LIMIT", "LOG", "PATH", "WAIT",
    "NumberRange", "as_json_text", "count", "one_line", "print_json", "printable", "standard_input", "uncollected",
    "valid", "writes",
]  # fmt: skip

LOG = Log()
EXIT_ERROR, EXIT_USAGE, EXIT_LOCKED = 1, 2, 75


class NumberRange(click.FloatRange):
    """As click's, which takes nan to be inside of any range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class _FilePath(click.Path):
    """A path that is not empty, as where a variable of a shell is not set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail("it is empty; name a file or folder", param, ctx)
        return super().convert(value, param, ctx)


PATH = _FilePath(readable=False)  # a folder that must not be read is no wrong usage: the library says what is wrong
INDEX = click.option("--index", "index_path", required=True, metavar="DIR", type=PATH, help="The folder of the index.")
JOBS = click.option(
    "--jobs", type=click.IntRange(1, MOST_JOBS), default=1, show_default=True, metavar="N", help="Processes that index."
)
WAIT = click.option(
    "--wait",
    type=NumberRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait for another writer; by default not at all.",
)
KEEP = click.option(
    "--keep",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Generations before the new one that stay for a rollback.",
)
LIMIT = click.option(
    "--limit", type=click.IntRange(0, 10_000), default=10, show_default=True, metavar="N", help="How many to print."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def writes(command: Callable[..., None]) -> Callable[..., None]:
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


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, for what is over in a moment: it would go through all that is imported."""
    import gc

    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _in_force(index_path: str) -> str | None:
    with contextlib.suppress(SearchkitError, OSError):
        return generation_name(read_manifest(Path(index_path), any_analyzer=True))
    return None


def one_line(text: str) -> str:
    """Text of a document on one line, without characters that steer a terminal."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """Text with a space for each character that steers a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def count(number: int, thing: str) -> str:
    """So many things: 1 document, 1,200 documents."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def as_json_text(data: Any) -> str:
    """JSON on one line, in letters that standard output takes."""
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    return ujson.dumps(data, ensure_ascii=not unicode, escape_forward_slashes=False)


def print_json(data: Any) -> None:
    """Print JSON on a line of its own."""
    click.echo(as_json_text(data))


def standard_input() -> str:
    """All of it as text; DocumentError if it is none."""
    from searchkit.documents.encoding import decode

    try:
        return decode(sys.stdin.buffer.read())[0]
    except DocumentError as error:
        raise DocumentError(error.reason, source="<stdin>") from None


def valid(text: str) -> str:
    """An argument, in which bytes that are not UTF-8 have become half surrogate pairs, as text that can be printed."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
