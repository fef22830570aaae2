"""The commands for the documents that an index stores: get, delete, export."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

import searchkit
from searchkit.commands.shared import (
    EXIT_ERROR,
    INDEX,
    JSON,
    KEEP,
    LOG,
    WAIT,
    as_json_text,
    count,
    one_line,
    print_json,
    printable,
    standard_input,
    valid,
    writes,
)

__all__ = ["delete", "export", "get"]

_IDS = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command()
@_IDS
@INDEX
@click.option("--json", "as_json", is_flag=True, help="Print each document as a JSON object on a line of its own.")
def get(ids: Sequence[str], index_path: str, as_json: bool) -> None:
    """Show all that is stored of documents.

    The ID - stands for those on standard input, one a line. IDs that are not there are named on standard error, the
    other documents are shown, and the exit code is 1.

    \b
    searchkit get medeniyyet-05 --index articles.index
    searchkit get medeniyyet-05 elm-06 --index articles.index --json
    """
    given = _given(ids)
    shown = 0
    with searchkit.open(index_path) as opened:
        for id_ in given:
            document = opened.get(id_)
            if document is None:
                _tell_missing(id_, index_path)
                continue
            if as_json:
                print_json(document)
            else:
                if shown:
                    click.echo()
                _print_document(document)
            shown += 1
    if shown < len(given):
        sys.exit(EXIT_ERROR)


@click.command()
@_IDS
@INDEX
@click.option("--missing-ok", is_flag=True, help="IDs that are not there are no error.")
@WAIT
@KEEP
@JSON
@writes
def delete(ids: Sequence[str], index_path: str, missing_ok: bool, wait: float, keep: int, as_json: bool) -> None:
    """Delete documents, all in one transaction.

    The ID - stands for those on standard input, one a line. IDs that are not there are named on standard error, the
    other documents are deleted, and the exit code is 1. A document whose file is indexed once more is back.

    \b
    searchkit delete medeniyyet-05 elm-06 --index articles.index
    searchkit delete - --index articles.index --missing-ok --wait 60
    """
    given = _given(ids)
    missing = []
    with searchkit.open(index_path) as opened:
        with opened.writer(wait=wait, keep=keep) as writer:
            for id_ in given:
                if id_ in opened:  # in the newest state, which nobody else changes meanwhile
                    writer.delete(id_)
                else:
                    missing.append(id_)
        figures = {
            "index": valid(index_path),
            "deleted": len(given) - len(missing),
            "missing": missing,
            "documents": len(opened),
            "generation": opened.stats().generation,
        }
    if not missing_ok:
        for id_ in missing:
            _tell_missing(id_, index_path)
    if as_json:
        print_json(figures)
    else:
        deleted = count(len(given) - len(missing), "document")
        LOG.info(f"deleted {deleted}; {valid(index_path)} holds {figures['documents']:,}", **figures)
    if missing and not missing_ok:
        sys.exit(EXIT_ERROR)


@click.command()
@INDEX
def export(index_path: str) -> None:
    """Print all documents as lines of JSON, as they are stored.

    They are those of the generation in force at the beginning, whatever is written meanwhile.

    \b
    searchkit export --index articles.index > articles.jsonl
    searchkit export --index articles.index | searchkit index - --format jsonl --index copy.index
    """
    with searchkit.open(index_path) as opened:
        for document in opened.documents():
            print_json(document)


def _given(ids: Iterable[str]) -> list[str]:
    """The IDs that are asked for, each once; those on standard input stand where the - was."""
    found: list[str] = []
    for id_ in ids:
        found += filter(None, standard_input().split("\n")) if id_ == "-" else [valid(id_)]
    return list(dict.fromkeys(found))


def _tell_missing(id_: str, index_path: str) -> None:
    LOG.error(f"{valid(index_path)}: no document has the id {id_!r}", id=id_)


def _print_document(document: Mapping[str, Any]) -> None:
    """The fields one below the other: a text of several lines below its name, what is no text as JSON."""
    for name, value in document.items():
        lines = value.splitlines() if isinstance(value, str) else [as_json_text(value)]
        if len(lines) > 1:
            click.echo(f"{one_line(name)}:")
            for line in lines:
                click.echo(f"  {printable(line)}".rstrip())
        else:
            click.echo(f"{one_line(name)}: {printable(''.join(lines))}".rstrip())
