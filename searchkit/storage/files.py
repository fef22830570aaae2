"""Writing files so that they are on the disk, and not only on their way there, when a function returns."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from searchkit.errors import SearchkitError, StorageError

__all__ = ["link_or_copy", "make_folder", "reading", "storing", "sync_folder", "write_file"]


@contextlib.contextmanager
def storing(path: Path, *others: type[OSError]) -> Iterator[None]:
    """What the system says while `path` is written is raised as a StorageError; `others` are raised as they are."""
    try:
        yield
    except OSError as error:
        if isinstance(error, (SearchkitError, *others)):
            raise
        raise StorageError(error.errno, error.strerror or str(error), str(path)) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """What the system lacks to read `path`, as memory or open files, is raised likewise; other errors as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in _LACKING:
            raise StorageError(error.errno, error.strerror or str(error), str(path)) from error
        raise


_LACKING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})  # in errors of mmap, which do not name the file


def write_file(path: Path, data: bytes) -> None:
    """Put a file with this content at `path`, in one step; `sync_folder` brings its name to the disk."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with storing(path):
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk. Windows opens no folders and keeps their names by itself."""
    if hasattr(os, "O_DIRECTORY"):
        with storing(folder):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing, and bring their names to the disk."""
    missing = [above for above in folder.parents if not above.exists()]
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    # The folder itself may have been made by a process that was killed before it came to this.
    for made in (folder, *missing):
        try:
            sync_folder(made.parent)
        except StorageError as error:
            if error.errno != errno.EACCES:  # whoever may not look into it has not made anything there
                raise


def link_or_copy(file: Path, place: Path, *, copy: bool) -> None:
    """Put a second name for a file that is never changed at `place`, or, where that cannot be, a copy on the disk.

    FileNotFoundError if there is no such file.
    """
    import shutil

    with storing(place, FileNotFoundError):
        place.unlink(missing_ok=True)
        if not copy:
            try:
                place.hardlink_to(file)
            except FileNotFoundError:
                raise
            except OSError:  # another disk, or a file system that knows no links
                pass
            else:
                return
        shutil.copyfile(file, place)
        with place.open("rb") as copied:
            os.fsync(copied.fileno())
