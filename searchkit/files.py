"""Files that are on the disk, not only on their way there, when they are said to be."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["link_or_copy", "sync_folder", "write_file"]


def write_file(path: Path, data: bytes) -> None:
    """Put a file with this content at `path`, in one step; `sync_folder` brings its name to the disk."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        error.filename = str(path)
        _remove(temporary)
        raise
    except BaseException:
        _remove(temporary)
        raise


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk. Windows opens no folders and keeps their names by itself."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def link_or_copy(file: Path, place: Path, *, copy: bool) -> None:
    """Put a second name for a file that is never changed at `place`, or, where that cannot be, a copy on the disk."""
    import shutil

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
