"""The documentation holds: its code runs and shows what the page says, its links lead somewhere, nothing is missing.

Of the blocks of a page, in their order and in one temporary folder with a copy of corpus/ in it:

    python    run in one namespace a page, that of a script. What a statement prints, or the value of a bare expression,
              must stand in the comment at its end or in the comment lines right below it. After a statement that shows
              nothing, comments are comments.
    console   run by bash: lines with "$ " are commands ("> " continues one), the lines below them what they print on
              both channels
    shell     run by bash, must end with 0
    json      must be valid
    text      anything else

In what is shown, "…" stands for whatever differs from run to run. `<!-- not run: reason -->` above a block spares it,
if all its lines are commands that cannot run within a test.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import click
import pytest

import azanalyzer
import searchkit
from searchkit.cli import cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LANGUAGES = {"python", "console", "shell", "json", "text"}
TIMEOUT = 30  # seconds for all commands of a block

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})(?P<language>.*)")
_NOT_RUN = re.compile(r"<!-- not run: \S.* -->")
_ANY_NOT_RUN = re.compile(r"<!--\s*not.?run", re.IGNORECASE)
_NEVER_IN_A_TEST = re.compile(r"(make|(\S*/)?(python3?|pip|pytest|ruff|mypy|pyright)|\.venv/bin/\S+|\.ci/run|#)( |$)")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_BETWEEN = "\x1e"  # printed between the outputs of two commands


class Block(NamedTuple):
    """A code block of a page: `line` is that of its first line of code, `run` False where the page says so."""

    language: str
    code: str
    line: int
    run: bool


def blocks(page: Path) -> Iterator[Block]:
    """The code blocks of a page, in order; fails on one that no reader of Markdown would show as meant."""
    lines = page.read_text("utf-8").splitlines()
    number, above = 0, ""
    while number < len(lines):
        line = lines[number]
        number += 1
        opening = _FENCE.fullmatch(line)
        spared = bool(_NOT_RUN.fullmatch(above))
        if not opening:
            where = f"{page.name}, line {number}"
            assert not spared or not line.strip(), f"{where}: no code block follows the comment that spares one"
            assert not _ANY_NOT_RUN.search(line) or _NOT_RUN.fullmatch(line), f"{where}: write <!-- not run: reason -->"
            above = line if line.strip() else above if spared else ""
            continue
        where = f"{page.name}, line {number}"
        language = opening["language"].strip()
        assert re.match("`", line), f"{where}: begin a code block with ```, not indented"
        assert language in LANGUAGES, f"{where}: {language!r} is none of {', '.join(sorted(LANGUAGES))}"
        start = number
        while number < len(lines) and lines[number] != opening["fence"]:
            number += 1
        assert number < len(lines), f"{where}: the code block does not end"
        code = lines[start:number]
        if spared:
            assert code, f"{where}: nothing is spared"
            assert language == "shell", f"{where}: only shell blocks can be spared"
            for spared_line in filter(str.strip, code):
                assert _NEVER_IN_A_TEST.match(spared_line), f"{where}: {spared_line!r} can run in a test"
        yield Block(language, "\n".join(code), start + 1, not spared)
        number, above = number + 1, ""


def matches(expected: str, shown: str) -> bool:
    """Whether `shown` is what the page says, up to "…" within a line and spaces at the ends of lines."""
    pattern = "[^\n]*".join(map(re.escape, _trimmed(expected).split("…")))
    return re.fullmatch(pattern, _trimmed(shown)) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def check(where: str, command: str, expected: str, shown: str) -> None:
    """Fails, with both texts, where the page says something else than what is shown."""
    if not matches(expected, shown):
        pytest.fail(f"{where}: {command}\n--- the page says\n{expected}\n--- it shows\n{shown}", pytrace=False)


# ---------------------------------------------------------------- Python


def run_python(page: Path, block: Block, names: dict[str, object]) -> None:
    """Run the statements of a block one by one and compare what each shows with its comments."""
    tree = ast.parse(block.code, str(page))
    lines = block.code.splitlines()
    comments = {
        token.start[0]: token.string.removeprefix("#").removeprefix(" ")
        for token in tokenize.generate_tokens(io.StringIO(block.code).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in tree.body:
        first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
        below = []
        for number in range(last + 1, len(lines) + 1):
            if not lines[number - 1].startswith("#"):
                break
            below.append(comments[number])
        expected = "\n".join(below) if below else comments.get(last, "")
        source = "\n".join(lines[first:last])
        shown = io.StringIO()
        ast.increment_lineno(statement, block.line - 1)
        with contextlib.redirect_stdout(shown):
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), str(page), "eval"), names)
                if value is not None:
                    print(repr(value))
            else:
                exec(compile(ast.Module([statement], []), str(page), "exec"), names)
        if shown.getvalue():
            check(f"{page.name}, line {first + block.line}", source, expected, shown.getvalue())


# ---------------------------------------------------------------- shell


def bash(script: str, folder: Path, *, strict: bool) -> subprocess.CompletedProcess[str]:
    """Run a script by bash in `folder`, which is also the home; the programs of this environment come first."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("_SEARCHKIT", "NO_COLOR"))},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(folder),
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        ["bash", *(["-e", "-o", "pipefail"] if strict else []), "-c", script],
        cwd=folder, env=environment, timeout=TIMEOUT, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip


def run_shell(page: Path, block: Block, folder: Path) -> None:
    """Run a block as a script."""
    done = bash(block.code + "\n", folder, strict=True)
    if done.returncode:
        where = f"{page.name}, line {block.line}"
        pytest.fail(f"{where}: ended with {done.returncode}\n{block.code}\n---\n{done.stdout}", pytrace=False)


def run_console(page: Path, block: Block, folder: Path) -> None:
    """Run the commands of a block in one shell and compare what each prints with the lines below it."""
    commands: list[tuple[int, list[str], list[str]]] = []
    for number, line in enumerate(block.code.split("\n"), block.line):
        if line.startswith("$ "):
            commands.append((number, [line[2:]], []))
        elif line.startswith("> ") and commands and not commands[-1][2]:
            commands[-1][1].append(line[2:])
        else:
            assert commands, f"{page.name}, line {number}: a console block begins with a command after '$ '"
            commands[-1][2].append(line)
    # Between the commands their status is kept, so that a page may show `echo $?`.
    between = f"__status=$?; printf '{_BETWEEN}'; (exit $__status)\n"
    done = bash(between.join("\n".join(lines) + "\n" for _, lines, _ in commands), folder, strict=False)
    outputs = done.stdout.split(_BETWEEN)
    assert len(outputs) == len(commands), f"{page.name}, line {block.line}: the shell ended early:\n{done.stdout}"
    for (number, lines, expected), shown in zip(commands, outputs, strict=True):
        check(f"{page.name}, line {number}", "\n".join(lines), "\n".join(expected), shown)


# ---------------------------------------------------------------- the tests


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_blocks(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    script = ModuleType("__main__")  # so that what a page defines can be pickled, as in a program of its own
    monkeypatch.setitem(sys.modules, "__main__", script)
    for block in blocks(page):
        if block.language == "json":
            json.loads(block.code)
        elif not block.run or block.language == "text":
            continue
        elif block.language == "python":
            run_python(page, block, vars(script))
        elif block.language == "shell":
            run_shell(page, block, tmp_path)
        else:
            run_console(page, block, tmp_path)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page: Path) -> None:
    for target in _LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target} points to nothing"
        assert file.is_relative_to(ROOT), f"{page.name}: {target} points out of the project"
        assert not anchor or anchor in _anchors(file), f"{page.name}: {target}: {file.name} has no such heading"


def test_every_page_is_in_the_index() -> None:
    linked = set(_LINK.findall(_prose(ROOT / "docs" / "README.md")))
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert pages - {"README.md"} <= linked


@pytest.mark.parametrize(
    ("heading", "package", "folders"),
    [
        ("The library", "searchkit", ["", "storage", "indexing", "query", "highlighting", "suggestions"]),
        ("The engine", "searchkit/engine", [""]),
    ],
)
def test_every_module_is_in_the_architecture(heading: str, package: str, folders: list[str]) -> None:
    _, section = (ROOT / "docs" / "architecture.md").read_text("utf-8").split(f"\n## {heading}\n")
    table = re.findall(r"^\| (`.+?`) \|", section.partition("\n## ")[0], re.MULTILINE)
    named = re.findall("`(.+?)`", " ".join(table))
    modules = [path.with_suffix("") for folder in folders for path in (ROOT / package / folder).glob("[!_]*.py")]
    named = [name for name in named if not name.endswith("/")]
    assert sorted(path.relative_to(ROOT / package).as_posix() for path in modules) == sorted(named)


def test_every_command_and_option_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference-cli.md").read_text("utf-8")
    sections = dict(re.findall(r"^## `(searchkit[^`]*)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    existing = dict(_commands(click.Context(cli, info_name="searchkit", **cli.context_settings)))
    assert set(sections) == set(existing)
    for name, context in existing.items():
        options = {
            flag
            for parameter in context.command.get_params(context)
            if isinstance(parameter, click.Option) and not parameter.hidden
            for flag in (*parameter.opts, *parameter.secondary_opts)
        }
        rows = re.findall(r"^\| *(`-.*?) *\|", sections[name], re.MULTILINE)
        assert {flag for row in rows for flag in re.findall(r"(?<![\w-])--?[a-z][\w-]*", row)} == options, name


@pytest.mark.parametrize("module", [searchkit, azanalyzer], ids=lambda module: str(module.__name__))
def test_every_public_name_is_in_the_reference(module: object) -> None:
    page = (ROOT / "docs" / "reference-python.md").read_text("utf-8")
    prefix = getattr(module, "__name__", "")
    missing = [name for name in getattr(module, "__all__", ()) if not re.search(rf"`{prefix}\.{name}\b", page)]
    assert not missing
    for name in filter(lambda name: inspect.isfunction(getattr(module, name)), getattr(module, "__all__", ())):
        heading = re.search(rf"^### `{prefix}\.{name}\((.*)\)`$", page, re.MULTILINE)
        assert heading, f"{prefix}.{name} has no heading with its parameters"
        parameters = [parameter.partition("=")[0] for parameter in heading[1].split(", ") if parameter != "*"]
        assert parameters == list(inspect.signature(getattr(module, name)).parameters), name


# What other modules take of these classes, or what the page says in one word: "of the same names".
_ELSEWHERE = {
    "Ranking": {"at", "boosts", "is_plain"},
    "Schema": {"boosts"},
    "SearchRequest": set(searchkit.SearchRequest._fields),
    "Writer": {"compare", "conclude", "put"},
}


@pytest.mark.parametrize("module", [searchkit, azanalyzer], ids=lambda module: str(module.__name__))
def test_every_method_is_in_the_reference(module: ModuleType) -> None:
    page = (ROOT / "docs" / "reference-python.md").read_text("utf-8")
    sections = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    for heading, section in sections:
        for name in re.findall(rf"`{module.__name__}\.([A-Z]\w+)`", heading):
            kind = getattr(module, name)
            own = {each for each in dir(kind) if each[0] != "_" and not hasattr(tuple, each)}
            named = set(re.findall(r"\w+", section))
            assert set() == own - named - _ELSEWHERE.get(name, set()), name
            for method, given in re.findall(r"`(?:await )?([a-z]\w+)\(([^…`]*?)\)`", section):
                function = getattr(kind, method, None)
                if inspect.isroutine(function):
                    parameters = [parameter.partition("=")[0] for parameter in given.split(", ") if parameter != "*"]
                    real = [parameter for parameter in inspect.signature(function).parameters if parameter != "self"]
                    assert list(filter(None, parameters)) == real, f"{name}.{method}"


def test_what_the_blocks_may_hide() -> None:
    assert matches("found in … ms", "found in 1.5 ms  \n")
    assert not matches("found in … ms", "found in 1.5 ms\nand more ms")
    assert not matches("", "something")


def _commands(context: click.Context) -> Iterator[tuple[str, click.Context]]:
    yield context.command_path, context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            if not command.hidden:
                yield from _commands(click.Context(command, context, name, **command.context_settings))


def _prose(page: Path) -> str:
    """The page without its code, in which brackets mean something else."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(`+)(?!`).+?\1", "", text)


def _anchors(page: Path) -> set[str]:
    """The names under which the headings of a page can be linked to."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
