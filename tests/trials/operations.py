# ruff: noqa: PTH100, PTH110, PTH112, PTH115, PTH117, PTH118, PTH208
"""The file operations of this process below a folder, each shown to an observer before and after it happens.

While `watched` lasts, the functions of Python by which files are changed stand behind others that tell the observer and
then do the same. So every operation is a real one, and an observer can record it, let it fail or end the process at it.
An audit hook of the interpreter refuses operations that would go by unseen.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import itertools
import os
import pathlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

__all__ = ["CAN_WATCH", "Observer", "Operation", "count_descriptors", "watched"]

_DESCRIPTORS = Path("/proc/self/fd")
CAN_WATCH = _DESCRIPTORS.is_dir()  # tells the path of an open file; only Linux has it
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_UNNAMED = getattr(os, "O_TMPFILE", 0)


class Operation(NamedTuple):
    """One change of a file or of a folder, or the order to bring it to the disk."""

    kind: str
    """create, create unnamed, open, truncate, write, fsync, fsync folder, rename, link, unlink, mkdir or rmdir."""
    path: str
    """Below the folder that is watched; of the folder itself "."."""
    to: str = ""
    """The new name, of a rename or a link."""
    file: int = 0
    """Tells the file that is written or cut from others, whatever its name."""
    offset: int = 0
    data: bytes = b""
    size: int = 0
    """To which a file is cut."""
    descriptor: int = -1


class Observer(Protocol):
    """Is told of each operation. What `before` raises is raised in place of the operation."""

    def before(self, operation: Operation) -> None: ...
    def after(self, operation: Operation) -> None: ...


class _Watch:
    def __init__(self, folder: Path, observer: Observer) -> None:
        self._folder = str(folder.resolve())
        self._observer = observer
        self._is_busy = False  # while it does itself what others would be seen doing
        self.is_opening = False  # while the interpreter opens a file by a function that is seen
        self._files: dict[tuple[int, int], int] = {}  # which a system tells by numbers that it gives again
        self._numbers = itertools.count(1)
        self.real: dict[str, Callable[..., Any]] = {}

    # ------------------------------------------------------------ what is below the folder

    def _below(self, path: Any, folder: int | None = None) -> str | None:
        """The path as it is told; None if it is not below the folder."""
        if isinstance(path, int):
            return self._path_of(path)
        text = os.fsdecode(path)
        if folder is not None and folder >= 0 and not os.path.isabs(text):
            text = os.path.join(os.readlink(_DESCRIPTORS / str(folder)), text)
        text = os.path.abspath(text)
        if text != self._folder and not text.startswith(self._folder + os.sep):
            return None
        return os.path.relpath(text, self._folder)

    def _path_of(self, descriptor: int) -> str | None:
        try:
            return self._below(os.readlink(_DESCRIPTORS / str(descriptor)).removesuffix(" (deleted)"))
        except OSError:
            return None

    def _file(self, descriptor: int, *, is_new: bool = False) -> int:
        found = os.fstat(descriptor)
        key = (found.st_dev, found.st_ino)
        if is_new or key not in self._files:
            self._files[key] = next(self._numbers)
        return self._files[key]

    @contextlib.contextmanager
    def _busy(self) -> Iterator[None]:
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    def _do(self, operation: Operation, act: Callable[[], Any]) -> Any:
        with self._busy():
            self._observer.before(operation)
            result = act()
            self._observer.after(operation)
        return result

    # ------------------------------------------------------------ instead of Python's functions

    def open_file(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Callable[[str, int], int] | None = None,
    ) -> Any:
        if self._is_busy or not set(mode) & set("wax+") or isinstance(file, int) or self._below(file) is None:
            return self.real["io.open"](file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = _File(self, file, mode.replace("b", "").replace("t", ""), opener or self.open)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    def open(self, path: Any, flags: int, mode: int = 0o666, *, dir_fd: int | None = None) -> int:
        shown = None if self._is_busy else self._below(path, dir_fd)
        if shown is None or not flags & _WRITES:
            return int(self.real["os.open"](path, flags, mode, dir_fd=dir_fd))
        is_unnamed = bool(_UNNAMED) and flags & _UNNAMED == _UNNAMED
        is_new = is_unnamed or not os.path.exists(os.path.join(self._folder, shown))
        kind = "create unnamed" if is_unnamed else "create" if is_new else "truncate" if flags & os.O_TRUNC else "open"
        with self._busy():
            self._observer.before(Operation(kind, shown))
            descriptor = int(self.real["os.open"](path, flags, mode, dir_fd=dir_fd))
            self._observer.after(Operation(kind, shown, file=self._file(descriptor, is_new=is_new)))
        return descriptor

    def write(self, descriptor: int, data: Any) -> int:
        shown = None if self._is_busy else self._path_of(descriptor)
        if shown is None:
            return int(self.real["os.write"](descriptor, data))
        offset = os.lseek(descriptor, 0, os.SEEK_CUR)
        file = self._file(descriptor)
        operation = Operation("write", shown, file=file, offset=offset, data=bytes(data), descriptor=descriptor)
        return int(self._do(operation, lambda: self.real["os.write"](descriptor, data)))

    def send(self, out: int, into: int, offset: int | None, count: int) -> int:
        if self._is_busy or self._path_of(out) is None:
            return int(self.real["os.sendfile"](out, into, offset, count))
        data = os.pread(into, min(count, 1 << 20), offset or 0)
        return self.write(out, data) if data else 0

    def cut(self, descriptor: int, size: int) -> None:
        shown = None if self._is_busy else self._path_of(descriptor)
        if shown is None:
            self.real["os.ftruncate"](descriptor, size)
        else:
            operation = Operation("truncate", shown, file=self._file(descriptor), size=size)
            self._do(operation, lambda: self.real["os.ftruncate"](descriptor, size))

    def sync(self, descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        shown = None if self._is_busy else self._path_of(number)
        if shown is None:
            self.real["os.fsync"](number)
        else:
            kind = "fsync folder" if os.path.isdir(os.path.join(self._folder, shown)) else "fsync"
            file = self._file(number) if kind == "fsync" else 0
            self._do(Operation(kind, shown, file=file), lambda: self.real["os.fsync"](number))

    def moving(self, name: str, kind: str) -> Callable[..., Any]:
        """In place of a function of two paths."""

        def act(source: Any, target: Any, **options: Any) -> Any:
            shown = None if self._is_busy else self._below(source, options.get("src_dir_fd"))
            to = None if self._is_busy else self._below(target, options.get("dst_dir_fd"))
            if to is None:
                return self.real[name](source, target, **options)
            assert shown is not None, f"{source} comes from outside of {self._folder}"
            return self._do(Operation(kind, shown, to), lambda: self.real[name](source, target, **options))

        return act

    def naming(self, name: str, kind: str) -> Callable[..., Any]:
        """In place of a function of one path."""

        def act(path: Any, *arguments: Any, dir_fd: int | None = None, **options: Any) -> Any:
            shown = None if self._is_busy else self._below(path, dir_fd)
            own = {**options, **({"dir_fd": dir_fd} if dir_fd is not None else {})}
            if shown is None:
                return self.real[name](path, *arguments, **own)
            return self._do(Operation(kind, shown), lambda: self.real[name](path, *arguments, **own))

        return act

    # ------------------------------------------------------------ beginning and end

    def replacements(self) -> dict[str, Callable[..., Any]]:
        return {
            "io.open": self.open_file,
            "builtins.open": self.open_file,
            "os.open": self.open,
            "os.write": self.write,
            "os.sendfile": self.send,
            "os.ftruncate": self.cut,
            "os.fsync": self.sync,
            "os.fdatasync": self.sync,
            "os.rename": self.moving("os.rename", "rename"),
            "os.replace": self.moving("os.replace", "rename"),
            "os.link": self.moving("os.link", "link"),
            "os.unlink": self.naming("os.unlink", "unlink"),
            "os.remove": self.naming("os.remove", "unlink"),
            "os.mkdir": self.naming("os.mkdir", "mkdir"),
            "os.rmdir": self.naming("os.rmdir", "rmdir"),
        }

    def check_seen(self, event: str, arguments: tuple[Any, ...]) -> None:
        """RuntimeError for an operation that does not come from here."""
        if self._is_busy or self.is_opening or event not in _AUDITED:
            return
        if event == "open" and not arguments[2] & _WRITES:
            return
        paths = arguments[:2] if event in _OF_TWO_PATHS else arguments[:1]
        if any(path is not None and self._below(path) is not None for path in paths):
            raise RuntimeError(f"{event} of {paths[0]} cannot be watched")


_OF_TWO_PATHS = frozenset({"os.rename", "os.link", "os.symlink"})
_AUDITED = _OF_TWO_PATHS | {"open", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


class _File(io.FileIO):
    """A file whose writes are seen."""

    def __init__(self, watch: _Watch, file: Any, mode: str, opener: Callable[[str, int], int]) -> None:
        self._watch = watch
        watch.is_opening = True
        try:
            super().__init__(file, mode, True, opener)
        finally:
            watch.is_opening = False

    def write(self, data: Any) -> int:
        return self._watch.write(self.fileno(), data)

    def truncate(self, size: int | None = None) -> int:
        size = self.tell() if size is None else size
        self._watch.cut(self.fileno(), size)
        return size


_watching: _Watch | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching is not None:
        _watching.check_seen(event, arguments)


_hooks: list[Any] = []  # the hook, once it is there: it cannot be taken away


@contextlib.contextmanager
def watched(folder: Path, observer: Observer) -> Iterator[None]:
    """Tell `observer` of every change below `folder` that this thread makes in the block."""
    global _watching
    if not _hooks:
        sys.addaudithook(_audit)
        _hooks.append(_audit)
    watch = _Watch(folder, observer)
    modules: dict[str, Any] = {"io": io, "builtins": builtins, "os": os}
    accessor = getattr(pathlib, "_NormalAccessor", None)  # Python 3.10 keeps the functions here besides
    saved: list[tuple[Any, str, Any]] = []
    for name, function in watch.replacements().items():
        module, _, attribute = name.partition(".")
        watch.real[name] = getattr(modules[module], attribute)
        saved.append((modules[module], attribute, watch.real[name]))
        setattr(modules[module], attribute, function)
        if accessor is not None and name not in ("builtins.open", "os.open") and attribute in vars(accessor):
            saved.append((accessor, attribute, vars(accessor)[attribute]))
            setattr(accessor, attribute, staticmethod(function))
    _watching = watch
    try:
        yield
    finally:
        _watching = None
        for owner, attribute, real in saved:
            setattr(owner, attribute, real)


def count_descriptors() -> int:
    """How many files are open."""
    return len(os.listdir(_DESCRIPTORS))
