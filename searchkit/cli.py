"""The command line: thin commands that parse, call the library and print.

Text goes to standard output, messages to standard error. Exit codes: 0 done, 1 an error that the message names,
2 wrong usage, 75 another writer holds the index.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

import searchkit
from searchkit import SearchkitError
from searchkit.commands.shared import EXIT_ERROR, EXIT_LOCKED, EXIT_USAGE, LOG, valid

__all__ = ["cli", "main"]

_MODULES = {
    "indexing": ("index",),
    "searching": ("query", "suggest", "complete", "similar", "analyze"),
    "upkeep": ("stats", "rollback", "snapshot", "optimize", "verify"),
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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(searchkit.__version__, prog_name="searchkit")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("--log-json", is_flag=True, help="Write messages as lines of JSON, for what collects logs.")
def cli(debug: bool, log_json: bool) -> None:
    """Full-text search for Azerbaijani.

    \b
    searchkit index articles/ --index articles.index
    searchkit query 'Gence xalcalari' --index articles.index
    """
    LOG.as_json = log_json


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error of a user's ends in one line on standard error and an exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in arguments
    LOG.as_json = False
    warnings.showwarning = _show_warning
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no ə shows \u0259
    try:
        code = cli.main(arguments, prog_name="searchkit", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        if LOG.as_json:
            LOG.error(error.format_message(), code=EXIT_USAGE)
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
    LOG.warning(str(message))


def _fail(message: str, debug: bool, code: int = EXIT_ERROR) -> None:
    if debug:
        raise  # called from an except block
    LOG.error(valid(message), code=code)
    sys.exit(code)
