"""From the paths that somebody names to the files that are read, in a fixed order and each with a name for its ids."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from searchkit.documents.base import FORMATS
from searchkit.errors import DocumentError
from searchkit.storage.manifest import is_index

__all__ = ["STDIN", "Found", "format_of", "printable", "unreadable", "walk"]

STDIN = "-"


class Found(NamedTuple):
    """One file to read, or standard input, which has the path "-"."""

    path: str
    shown: str
    """The path as people see it."""
    name: str
    """What the ids of its documents are made of, where they bring none."""
    format: str | None
    """None where it is to be guessed from the first bytes."""
    size: int
    mtime_ns: int = 0
    """When it was last written, in nanoseconds since 1970; with the size it tells whether it has changed."""
    is_stream: bool = False
    """Standard input, a pipe or a device: it can be read once, and neither size nor time tell anything of it."""


def walk(paths: Iterable[str | Path], format: str | None = None) -> Iterator[Found | DocumentError]:
    """The files that the paths stand for; where a path cannot give any, the `DocumentError` that says why.

    A file is taken whatever it is called where `format` says how to read it, else by its suffix. A folder is searched
    with its subfolders in the order of the names, for files of a known suffix (of the suffixes of `format`, if given);
    names that begin with a dot are left out, and so are indexes. A symbolic link in a folder is followed when it leads
    to something inside the folder that would not be met otherwise; one that leads outside is refused.

    A file is named after its path in the folder that was given, with slashes; a file given itself, after its bare name.
    Where an earlier argument has used the name, the name of the argument's own folder is put before it, and the names
    of the folders around that until it is new: of `2023 2024`, with a jan.txt each, come "jan.txt" and "2024/jan.txt".
    A file that is reached through two arguments is taken once.
    """
    arguments = [os.fspath(path) for path in paths]
    if len(arguments) == 1:
        yield from _argument(arguments[0], format)
        return
    names: set[str] = set()
    real_paths: set[str] = set()
    for argument in arguments:
        for found in _argument(argument, format):
            if isinstance(found, DocumentError):
                yield found
                continue
            real_path = found.path if found.path == STDIN else os.path.realpath(found.path)
            if real_path not in real_paths:
                name = found.name if found.name not in names else _longer_name(found, argument, names)
                real_paths.add(real_path)
                names.add(name)
                yield found._replace(name=name)


def format_of(name: str, wanted: str | None = None) -> str | None:
    """The format that a file's suffix stands for, with or without .gz after it; None for one that is not to be read.

    Where a format is wanted, others are not to be read.
    """
    format = FORMATS.get(Path(name.lower().removesuffix(".gz")).suffix)
    return format if wanted in (None, format) else None


def printable(name: str) -> str:
    """A file name fit for messages and ids: a byte 0xff that is not UTF-8 stands as \\udcff, as Python writes it."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _longer_name(found: Found, argument: str, names: set[str]) -> str:
    folders = Path(os.path.realpath(argument)).parts
    if found.path == argument:
        folders = folders[:-1]
    name = found.name
    for folder in reversed(folders):
        name = f"{printable(folder)}/{name}"
        if name not in names:
            break
    return name


def _argument(path: str, format: str | None) -> Iterator[Found | DocumentError]:
    if path == STDIN:
        yield Found(path, "<stdin>", "stdin", format, 0, is_stream=True)
        return
    shown = printable(path)
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        yield DocumentError("there is no such file or folder; check the path", source=shown)
        return
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        yield unreadable(shown, error)
        return
    if stat.S_ISDIR(status.st_mode):
        try:
            yield from _folder(path, format)
        except OSError as error:
            yield unreadable(shown, error)
        return
    own_format = format or format_of(path)
    if own_format is None:
        known = ", ".join(FORMATS)
        reason = f"its suffix is none that is read ({known}, each also with .gz); rename it or say which format it has"
        yield DocumentError(reason, source=shown)
    else:
        is_stream = not stat.S_ISREG(status.st_mode)
        name = printable(Path(path).name)
        yield Found(path, shown, name, own_format, status.st_size, status.st_mtime_ns, is_stream)


def unreadable(shown: str, error: OSError | ValueError) -> DocumentError:
    """The error for a path that the operating system does not let us read."""
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return DocumentError(f"cannot be read ({why}); check the path and its permissions", source=shown)


def _folder(root: str, format: str | None) -> Iterator[Found | DocumentError]:
    real_root = os.path.realpath(root)
    entered: set[str] = set()  # the folders that links have led to
    # What is still to be visited, the next one last: a recursion would end at a thousand folders in each other.
    entries = _listing(root, "")
    while entries:
        entry, name = entries.pop()
        try:
            is_folder, own_format = entry.is_dir(), format_of(entry.name, format)
            if not is_folder and own_format is None:
                continue
            if entry.is_symlink():
                target = os.path.realpath(entry.path)
                if problem := _problem_of_link(target, real_root):
                    yield DocumentError(problem, source=printable(entry.path))
                    continue
                if _met_anyway(target, real_root, is_folder, format) or target in entered:
                    continue
                entered.add(target)
            if is_folder:
                if not _is_index(Path(entry.path)):
                    entries += _listing(entry.path, name)
            elif entry.is_file():
                status = entry.stat()
                yield Found(entry.path, printable(entry.path), name, own_format, status.st_size, status.st_mtime_ns)
            else:
                reason = "is not a regular file but a pipe, a socket or a device; give its path itself to read it"
                yield DocumentError(reason, source=printable(entry.path))
        except OSError as error:
            yield unreadable(printable(entry.path), error)


def _is_index(folder: Path) -> bool:
    """Whether it is an index, whose manifests, which are JSON and new with each run, are nobody's documents."""
    return is_index(folder) and (folder / "segments").is_dir()


def _listing(path: str, name: str) -> list[tuple[os.DirEntry[str], str]]:
    """The entries of a folder, the first by name at the end, each with its own path inside of the root."""
    with os.scandir(path) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(".")]
    visible.sort(key=lambda entry: entry.name, reverse=True)
    prefix = f"{name}/" if name else ""
    return [(entry, prefix + printable(entry.name)) for entry in visible]


def _problem_of_link(target: str, real_root: str) -> str | None:
    if not Path(target).exists():
        return f"is a symbolic link to {printable(target)}, which does not exist; remove or repair the link"
    if not Path(target).is_relative_to(real_root):
        return (
            f"is a symbolic link to {printable(target)}, outside of the folder, and so it is not followed; "
            f"give that path itself to read it"
        )
    return None


def _met_anyway(target: str, real_root: str, is_folder: bool, format: str | None) -> bool:
    """Whether the walk comes to the target of a link under its own name too, so that following it would repeat it."""
    hidden = any(part.startswith(".") for part in Path(target).relative_to(real_root).parts)
    return not hidden and (is_folder or format_of(target, format) is not None)
