"""The command line: thin commands that parse, call the library and print.

Text goes to standard output, messages to standard error. Exit codes: 0 done, 1 an error that the message names,
2 wrong usage, 75 another writer holds the index. Ctrl-C, and a reader of the output that goes away, end the program by
their signals, as they do other programs, so that a loop of a shell around it ends too.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

import searchkit
from searchkit import SearchkitError
from searchkit.commands.shared import EXIT_ERROR, EXIT_LOCKED, EXIT_USAGE, LOG, valid

__all__ = ["cli", "main"]

_MODULES = {
    "indexing": ("index",),
    "searching": ("query", "suggest", "complete", "similar", "analyze"),
    "documents": ("get", "delete", "export"),
    "upkeep": ("stats", "rollback", "snapshot", "optimize", "upgrade", "verify"),
}

_ADVICE = {  # for what cannot be read, and for standard output; a `StorageError` has its own
    errno.EACCES: "check who may read it",
    errno.EPERM: "check who may read it",
    errno.ELOOP: "check the path",
    errno.ENAMETOOLONG: "choose a shorter path",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENOSPC: "make room and try again",
    errno.EIO: "check the disk before trying again",
}


class _Commands(click.Group):
    """Reads the module of a command when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for names in _MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for module, names in _MODULES.items():
            if cmd_name in names:
                found: click.Command = getattr(import_module(f"searchkit.commands.{module}"), cmd_name)
                return found
        return None

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _ended_by_reader(), _without_line_break():  # click would make an exit code of it
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _ended_by_reader(), _without_line_break():
            return super().invoke(ctx)


class _InterruptedError(BaseException):
    """A KeyboardInterrupt that click does not see."""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(searchkit.__version__, prog_name="searchkit")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("--log-json", is_flag=True, help="Write messages as lines of JSON, for what collects logs.")
def cli(debug: bool, log_json: bool) -> None:  # what `main` has looked for itself, as usage may be wrong already
    """Full-text search for Azerbaijani.

    \b
    searchkit index articles/ --index articles.index
    searchkit query 'Gence xalcalari' --index articles.index
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error of a user's ends in one line on standard error and an exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in arguments
    LOG.as_json = "--log-json" in itertools.takewhile(lambda argument: argument.startswith("-"), arguments)
    warnings.showwarning = _show_warning
    _prepare_streams()
    try:
        code = cli.main(arguments, prog_name="searchkit", standalone_mode=False)
        with _ended_by_reader():
            sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        _tell_usage(error)
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt, _InterruptedError) as error:
        if debug:
            raise
        told = str(error.__cause__ or error)  # click raises an Abort because of the interrupt
        LOG.error(valid(f"interrupted; {told or 'the index is as it was before'}"), code=128 + signal.SIGINT)
        _end_by("SIGINT")
    except searchkit.LockedError as error:
        _fail(str(error), debug, EXIT_LOCKED)
    except SearchkitError as error:
        _fail(str(error), debug)
    except OSError as error:
        _drop_output()
        advice = f"; {_ADVICE[error.errno]}" if error.errno in _ADVICE else ""
        _fail(f"{error.filename or 'input or output'}: {error.strerror or error}{advice}", debug)


def _tell_usage(error: click.ClickException) -> None:
    hint = ""
    if isinstance(error, click.NoSuchOption) and (name := error.option_name) in ("--debug", "--log-json"):
        hint = f"Put {name} before the command: searchkit {name} …"
    if LOG.as_json:
        LOG.error(valid(f"{error.format_message()} {hint}".rstrip()), code=EXIT_USAGE)
    else:
        error.show()
        if hint:
            LOG.info(hint)


@contextlib.contextmanager
def _ended_by_reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _end_by("SIGPIPE")


@contextlib.contextmanager
def _without_line_break() -> Iterator[None]:
    """Keep an interrupt from click, which ends the line with ^C on a terminal, where messages are lines of JSON."""
    try:
        yield
    except KeyboardInterrupt as error:
        if LOG.as_json:
            raise _InterruptedError from error
        raise


def _prepare_streams() -> None:
    """See that all standard streams are there, and that an error tells what one of them does not take."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started the program
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        if isinstance(sys.stdout.buffer, io.RawIOBase):  # PYTHONUNBUFFERED: what a disk has no room for is lost unsaid
            buffer = io.BufferedWriter(sys.stdout.buffer)
            sys.stdout = io.TextIOWrapper(buffer, sys.stdout.encoding, line_buffering=sys.stdout.line_buffering)
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no ə shows \u0259


def _drop_output() -> None:
    """Let what standard output does not take go nowhere, or Python would try again at the end and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _end_by(name: str) -> NoReturn:
    """End as the signal ends a program that knows nothing of it, where there are such signals."""
    _drop_output()
    if os.name == "posix":
        signal.signal(getattr(signal, name), signal.SIG_DFL)
        os.kill(os.getpid(), getattr(signal, name))
    sys.exit(EXIT_ERROR)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    LOG.warning(str(message))


def _fail(message: str, debug: bool, code: int = EXIT_ERROR) -> None:
    if debug:
        raise  # called from an except block
    LOG.error(valid(message), code=code)
    sys.exit(code)
