# ruff: noqa: SIM300
"""Help, usage and errors of the command line."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import searchkit
from searchkit.cli import cli
from tests.searchkit.commands.folder import Run

CONTEXT = click.Context(cli)
SUBCOMMANDS = {name: cli.get_command(CONTEXT, name) for name in cli.list_commands(CONTEXT)}
COMMANDS = {"searchkit": cli, **{f"searchkit {name}": command for name, command in SUBCOMMANDS.items()}}


def what_help_lacks(name: str, command: click.Command) -> list[str]:
    """What somebody who asks a command for help would miss."""
    # As a part of the whole command line: click keeps the options for help with the command.
    group, arguments = (cli, name.split()[1:]) if command in COMMANDS.values() else (command, [])
    prog_name = "searchkit" if group is cli else name
    wide = {"terminal_width": 200, "max_content_width": 200}
    result = CliRunner().invoke(group, [*arguments, "--help"], prog_name=prog_name, **wide)
    lacks = [] if result.exit_code == 0 and result.output.startswith(f"Usage: {name} ") else ["usage"]
    examples = re.findall(rf"^  (?:\w.* \| )?({re.escape(name)} .*)$", result.output, re.MULTILINE)
    first, _, _ = (command.help or "").partition("\n")
    if not re.fullmatch(r"[A-Z].*\.", first.strip()):
        lacks.append("a sentence that says what it does")
    if not examples:
        lacks.append("an example")
    for example in examples:
        words = list(itertools.takewhile(lambda word: word not in ("|", ">"), shlex.split(example)))[1:]
        called = SUBCOMMANDS.get(words[0])
        try:
            assert called is not None
            with click.Context(cli, info_name="searchkit", **cli.context_settings) as parent:
                called.make_context(words[0], words[1:], parent=parent)
        except (AssertionError, click.UsageError) as error:
            lacks.append(f"a right example: {example}: {error}")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not re.fullmatch(r"[A-Z].*\.", parameter.help or "", re.DOTALL):
            lacks.append(f"help for {parameter.opts[-1]}")
    return lacks


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert [] == what_help_lacks(name, COMMANDS[name])


def test_help_that_lacks_something_is_noticed() -> None:
    @click.command()
    @click.option("--fast", is_flag=True)
    def bare() -> None:
        pass

    @click.command()
    def wrong() -> None:
        """Do it.

        \b
        searchkit query --nosuch
        """

    assert ["a sentence that says what it does", "an example", "help for --fast"] == what_help_lacks("bare", bare)
    assert ["a right example: searchkit query --nosuch: No such option '--nosuch'."] == [
        lack.replace("option: --nosuch", "option '--nosuch'.") for lack in what_help_lacks("searchkit query", wrong)
    ]


def test_the_commands_of_the_design_are_there() -> None:
    assert {"index", "query", "analyze", "stats"} <= set(SUBCOMMANDS)


def test_version(run: Run) -> None:
    assert (0, f"searchkit, version {searchkit.__version__}\n", "") == run("--version")


def test_without_arguments_it_shows_help(run: Run) -> None:
    code, out, err = run()
    assert 2 == code
    assert (out + err).startswith("Usage: searchkit ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuch"], "No such command 'nosuch'."),
        (["query", "kitab"], "Missing option '--index'."),
        (["query", "--index", "x"], "Missing argument 'TEXT'."),
        (["query", "a", "--index", "x", "--limit", "-1"], "'--limit': -1 is not in the range 0<=x<=10000."),
        (["query", "a", "--index", "x", "--match", "some"], "'--match': 'some' is not one of 'any', 'all'."),
        (["index", "--index", "x"], "Missing argument 'PATH...'."),
        (["index", "a", "--index", "x", "--format", "pdf"], "'--format': 'pdf' is not one of 'csv', 'html', "),
        (["index", "a", "--index", "x", "--jobs", "0"], "'--jobs': 0 is not in the range 1<=x<=64."),
        (["index", "a", "--index", "x", "--wait", "nan"], "'--wait': 'nan' is not a number."),
        (["index", "a", "--index", "x", "--min-ratio", "nan"], "'--min-ratio': 'nan' is not a number."),
        (["index", "a", "--index", "x", "--map", "title"], "--map: 'title' is not NAME=FIELD"),
        (["index", "a", "--index", "x", "--map", "=title"], "--map: '=title' is not NAME=FIELD"),
        (
            ["index", "a", "--index", "x", "--field", "tags"],
            "--field: 'tags': KIND is one of text, keyword, date, number, stored, or text*2 for a boost",
        ),
        (["index", "a", "--index", "x", "--field", "n=number*2"], "--field: 'n=number*2': KIND is one of text, "),
        (
            ["index", "a", "--index", "x", "--field", "t=text*zwei"],
            "the boost after * is a positive number, as in text*2",
        ),
        (
            ["index", "a", "--index", "x", "--field", "t=text*-1"],
            "the boost after * is a positive number, as in text*2",
        ),
        (["index", "a", "--index", "x", "--map", "a=title", "--map", "a=body"], "--map: 'a' is mapped to two fields"),
        (["index", "a", "--index", "x", "--field", "a=text", "--field", "a=date"], "--field: 'a' is given twice"),
        (["index", "a", "--index", "x", "--field", "id=text"], "--field: the field 'id' is part of every schema"),
        (["index", "a", "--index", "x", "--field", "a b=text"], "--field: 'a b' cannot name a field: use letters"),
        (["index", "a", "--index", ""], "'--index': it is empty; name a file or folder"),
        (["index", "a", "", "--index", "x"], "'PATH...': it is empty; name a file or folder"),
        (["query", "a", "--index", ""], "'--index': it is empty; name a file or folder"),
        (["get", "--index", "x"], "Missing argument 'ID...'."),
        (["delete", "--index", "x"], "Missing argument 'ID...'."),
        (["verify", ""], "'DIR': it is empty; name a file or folder"),
        (["snapshot", "x", ""], "'TARGET': it is empty; name a file or folder"),
        (["query", "a", "--index", "x", "--debug"], "Put --debug before the command: searchkit --debug …"),
    ],
)
def test_wrong_usage(
    arguments: list[str], message: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (2, "") == (code, out)
    assert err.startswith("Usage: searchkit")
    assert message in err
    assert [] == list(tmp_path.iterdir())


def test_no_traceback_unless_asked_for(finish: Run, tmp_path: Path) -> None:
    done = finish("query", "kitab", "--index", tmp_path / "nothing")
    assert (1, 1) == (done.code, done.err.count("\n"))
    done = finish("--debug", "query", "kitab", "--index", tmp_path / "nothing")
    assert 1 == done.code
    assert done.err.startswith("Traceback (most recent call last):\n")
    assert "searchkit.errors.IndexNotFoundError: " in done.err


def test_errors_of_the_system_name_the_path(run: Run, articles: Path) -> None:
    code, _, err = run("index", articles, "--index", articles / "a.txt" / "index")
    expected = f"searchkit: {articles}/a.txt/index: Not a directory; nothing was changed; check the path\n"
    assert (1, expected) == (code, err)


@pytest.mark.parametrize("command", [["query", "kitab", "--index"], ["stats"]])
def test_an_index_that_must_not_be_read_is_no_wrong_usage(
    command: list[str], run: Run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system says no where the files are opened; who may do what is not guessed before."""
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # what root asks is always granted
    assert 0 == run(*command, indexed).code


def test_python_m_searchkit() -> None:
    done = subprocess.run([sys.executable, "-m", "searchkit", "--version"], capture_output=True, text=True, check=True)
    assert f"searchkit, version {searchkit.__version__}\n" == done.stdout
