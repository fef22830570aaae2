"""A disk that loses what was not brought to it: what may be there after the power failed, by recorded operations.

What is promised is what POSIX does, no more. The content of a file is what it was at its last fsync; each write since
then may be there, or missing, or zeros, or there in part. The names in a folder are those at its own last fsync; each
name made, moved or removed since then may be so, or still as it was, whatever happened to the others. An fsync of a
file is none of its name, and one of a folder none of the folder's own name.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from tests.trials.operations import Operation

__all__ = ["LOSSES", "Disk", "Loss", "Recorder"]

_SECTOR = 512  # bytes that are written whole or not at all
_PAGE = 4096
LOSSES = ("all", "nothing", "data", "names", "at random")
"""What is lost of all that was not brought to the disk."""


class Recorder:
    """Remembers what was done."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def before(self, operation: Operation) -> None:
        """An operation that fails is none."""

    def after(self, operation: Operation) -> None:
        self.operations.append(operation)


class Loss:
    """Decides what of the rest has reached the disk."""

    def __init__(self, kind: str, seed: int) -> None:
        self._kind = kind
        self._rng = random.Random(seed)
        self._share = self._rng.choice((0.1, 0.5, 0.9))  # of what is there, where it is left to chance

    def keeps_name(self) -> bool:
        """Whether a change of a name is there."""
        if self._kind == "at random":
            return self._rng.random() < self._share
        return self._kind in ("nothing", "data")

    def keeps_data(self) -> str:
        """What is there of a write: all of it, nothing, zeros, the beginning, or some of its pages."""
        if self._kind != "at random":
            return "all" if self._kind in ("nothing", "names") else "nothing"
        if self._rng.random() < self._share:
            return "all"
        return self._rng.choice(("nothing", "zeros", "beginning", "pages"))

    def part(self, size: int, unit: int) -> list[tuple[int, int]]:
        """Some of the units of a write, from where to where."""
        ends = range(0, size, unit)
        return [(start, min(start + unit, size)) for start in ends if self._rng.random() < 0.5]

    def beginning(self, size: int) -> int:
        """How much of a write is there, in sectors."""
        return self._rng.randrange(-(-size // _SECTOR)) * _SECTOR if size else 0


class _File:
    def __init__(self, content: bytes = b"") -> None:
        self.durable = content
        self.content = bytearray(content)
        self.waiting: list[Operation] = []

    def take(self, operation: Operation) -> None:
        self.waiting.append(operation)
        _apply(self.content, operation)

    def sync(self) -> None:
        self.durable = bytes(self.content)
        self.waiting = []

    def after(self, loss: Loss) -> bytes:
        content = bytearray(self.durable)
        for operation in self.waiting:
            how = loss.keeps_data()
            size = len(operation.data)
            if how == "nothing":
                continue
            if how == "all" or operation.kind == "truncate":
                _apply(content, operation)
                continue
            _apply(content, operation._replace(data=b"", size=operation.offset + size), longer=True)
            if how == "beginning":
                _apply(content, operation._replace(data=operation.data[: loss.beginning(size)]))
            elif how == "pages":
                for start, end in loss.part(size, _PAGE):
                    piece = operation._replace(offset=operation.offset + start, data=operation.data[start:end])
                    _apply(content, piece)
        return bytes(content)


def _apply(content: bytearray, operation: Operation, *, longer: bool = False) -> None:
    """Do to a content what was done to a file; with `longer` only make room, of zeros."""
    if operation.kind == "truncate":
        del content[operation.size :]
        content.extend(bytes(operation.size - len(content)))
        return
    end = operation.offset + len(operation.data) if not longer else operation.size
    content.extend(bytes(max(end - len(content), 0)))
    if not longer:
        content[operation.offset : end] = operation.data


class _Folder:
    def __init__(self) -> None:
        self.durable: dict[str, _File | _Folder] = {}
        self.names: dict[str, _File | _Folder] = {}
        self.waiting: list[tuple[str | None, str | None, _File | _Folder | None]] = []

    def change(self, removed: str | None, added: str | None, node: _File | _Folder | None) -> None:
        """Take a name away, or give one, or both in one step."""
        self.waiting.append((removed, added, node))
        _rename(self.names, removed, added, node)

    def sync(self) -> None:
        self.durable = dict(self.names)
        self.waiting = []

    def write(self, place: Path, loss: Loss) -> None:
        names = dict(self.durable)
        for removed, added, node in self.waiting:
            if loss.keeps_name():
                _rename(names, removed, added, node)
        place.mkdir()
        for name, found in names.items():
            if isinstance(found, _Folder):
                found.write(place / name, loss)
            else:
                (place / name).write_bytes(found.after(loss))


def _rename(
    names: dict[str, _File | _Folder], removed: str | None, added: str | None, node: _File | _Folder | None
) -> None:
    if removed is not None:
        names.pop(removed, None)
    if added is not None and node is not None:
        names[added] = node


class Disk:
    """What is on a disk and what is only on its way there."""

    def __init__(self, folder: Path) -> None:
        """Everything below `folder` is on the disk."""
        self._root = _read(folder)
        self._files: dict[int, _File] = {}

    def take(self, operations: Sequence[Operation]) -> None:
        """Do what was recorded."""
        for operation in operations:
            self._take(operation)

    def _take(self, operation: Operation) -> None:
        kind = operation.kind
        if kind == "create unnamed":
            self._files[operation.file] = _File()
        elif kind in ("create", "open", "truncate") and operation.file not in self._files:
            self._open(operation)
        if kind in ("write", "truncate"):
            self._files[operation.file].take(operation)
        elif kind == "fsync":
            self._files[operation.file].sync()
        elif kind == "fsync folder":
            self._folder(operation.path).sync()
        elif kind == "mkdir":
            folder, name = self._place(operation.path)
            folder.change(None, name, _Folder())
        elif kind in ("unlink", "rmdir"):
            folder, name = self._place(operation.path)
            folder.change(name, None, None)
        elif kind in ("rename", "link"):
            self._move(operation)

    def _open(self, operation: Operation) -> None:
        folder, name = self._place(operation.path)
        if operation.kind == "create":
            self._files[operation.file] = _File()
            folder.change(None, name, self._files[operation.file])
        else:
            found = folder.names.get(name)
            assert isinstance(found, _File)
            self._files[operation.file] = found

    def _move(self, operation: Operation) -> None:
        folder, name = self._place(operation.path)
        target, new = self._place(operation.to)
        node = folder.names[name]
        if operation.kind == "link":
            target.change(None, new, node)
        else:
            assert folder is target, "renaming into another folder is two changes, and no writer does it"
            folder.change(name, new, node)

    def _folder(self, path: str) -> _Folder:
        found = self._root
        for part in Path(path).parts:
            below = found.names[part]
            assert isinstance(below, _Folder)
            found = below
        return found

    def _place(self, path: str) -> tuple[_Folder, str]:
        return self._folder(str(Path(path).parent)), Path(path).name

    def write_after(self, loss: Loss, place: Path) -> None:
        """Write what is left when the power fails now to `place`, which is made."""
        self._root.write(place, loss)


def _read(folder: Path) -> _Folder:
    found = _Folder()
    for entry in folder.iterdir():
        found.names[entry.name] = _read(entry) if entry.is_dir() else _File(entry.read_bytes())
    found.sync()
    return found
