"""What came of each source file when it was last read, kept beside the index, so that unchanged files are not read.

The cache proves nothing by itself: what it says is compared with the index each time, so it may be old, of another
generation, or missing.
"""

from __future__ import annotations

import os
import zlib
from array import array
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import ujson

from searchkit.documents.walk import Found
from searchkit.storage.files import write_file

__all__ = ["SourceCache", "full_path"]

_MAGIC = b"searchkit sources 1\n"


class SourceCache:
    """What came of each file when it was last read, if the settings were these."""

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self._path = path
        self._settings = ujson.dumps(settings, sort_keys=True)
        self._old: dict[tuple[str, str, int, int], tuple[array[int], array[int]]] = {}
        self._new: dict[tuple[str, str, int, int], tuple[array[int], array[int]]] = {}
        self._visited: set[str] = set()
        self._seen: dict[str, Any] = {}  # a fingerprint, and the segments of which it tells the sources
        self._data = b""
        try:
            self._data = path.read_bytes()
            self._read(self._data)
        except (OSError, ValueError, LookupError, TypeError):  # as good as none
            self._old = {}

    def _read(self, data: bytes) -> None:
        if not data.startswith(_MAGIC) or zlib.crc32(data[:-4]) != int.from_bytes(data[-4:], "little"):
            return
        end = data.index(b"\n", len(_MAGIC))
        header = ujson.loads(data[len(_MAGIC) : end])
        if header["settings"] != self._settings:
            return
        self._seen = header["seen"] if isinstance(header.get("seen"), dict) else {}
        place = end + 1
        for path, name, size, mtime_ns, count in header["files"]:
            halves = []
            for _ in range(2):
                halves.append(array("Q", data[place : place + 8 * count]))
                place += 8 * count
            self._old[path, name, size, mtime_ns] = halves[0], halves[1]

    def find(self, found: Found) -> tuple[array[int], array[int]] | None:
        """The hashes of the ids and contents of the documents of a file that is as it was."""
        return self._old.get(_key(found))

    def visit(self, found: Found) -> None:
        """Whatever is known of a file is forgotten, unless it is kept."""
        self._visited.add(_key(found)[0])

    def keep(self, found: Found, ids: array[int], contents: array[int]) -> None:
        """Remember the documents of a file."""
        self._new[_key(found)] = ids, contents

    def sources_of(self, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
        """What tells the files that were found to give just what a generation has, but not by the one who made it."""
        if self._seen.get("segments") != manifest["segments"]:  # whose names are never used again
            return None
        return {name: value for name, value in self._seen.items() if name != "segments"}

    def keep_sources(self, sources: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
        """Remember what tells the files that were found to give just what a generation has, unless that is known."""
        known = (manifest.get("sources"), self.sources_of(manifest))
        if sources["fingerprint"] not in [each.get("fingerprint") for each in known if each is not None]:
            self._seen = {**sources, "segments": manifest["segments"]}

    def save(self, *, others: bool) -> None:
        """Write what has been remembered; with `others` also what is known of files that were not looked at."""
        if others:
            unseen = {key: known for key, known in self._old.items() if key[0] not in self._visited}
            self._new.update({key: known for key, known in unseen.items() if Path(key[0]).exists()})
        files = [[*key, len(ids)] for key, (ids, _) in self._new.items()]
        seen = {"seen": self._seen} if self._seen else {}
        header = ujson.dumps({"settings": self._settings, "files": files, **seen}, ensure_ascii=True).encode()
        parts = [part.tobytes() for halves in self._new.values() for part in halves]
        data = b"".join([_MAGIC, header, b"\n", *parts])
        data += zlib.crc32(data).to_bytes(4, "little")
        if data != self._data:
            write_file(self._path, data)


def _key(found: Found) -> tuple[str, str, int, int]:
    return full_path(found.path), found.name, found.size, found.mtime_ns


def full_path(path: str) -> str:
    """The absolute path of a file as text, whatever bytes its name has."""
    folder, name = os.path.split(path)
    full = _full_folder(folder, _working_folder()) + name
    return os.fsencode(full).decode("utf-8", "backslashreplace")


def _working_folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a Path would take as long as to look at a file
    except FileNotFoundError:  # it has been removed, which is nothing to absolute paths and standard input
        return ""


@lru_cache(maxsize=64)
def _full_folder(path: str, working: str) -> str:
    """The absolute path of a folder, with a separator at its end."""
    return str(Path(working, path, "_"))[:-1]
