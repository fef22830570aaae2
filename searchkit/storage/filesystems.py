"""Which file system a folder is on, as far as that matters to locks and to what is said to be on the disk."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from azanalyzer.patterns import pattern
from searchkit.errors import NetworkFileSystemWarning

__all__ = ["network_file_system", "warn_of_network"]

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = pattern(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ncpfs|ceph|lustre|gpfs|ocfs2|beegfs|fuse\.(sshfs|glusterfs|rclone|s3fs|davfs2?|"
    r"gcsfuse|ceph|seaweedfs|juicefs)|davfs"
)
_warned: set[Path] = set()
_OCTAL = pattern(r"\\([0-7]{3})")


def network_file_system(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system that a folder is on, as `nfs4`; None if on none, or where it cannot be told."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:  # not Linux
        return None
    path = Path(os.path.realpath(folder))
    kind, depth = "", -1
    for line in lines:
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        # Of two mounts at one place the later one hides the earlier.
        if len(point.parts) >= depth and path.is_relative_to(point):
            kind, depth = after.split(" ")[0], len(point.parts)
    return kind if _NETWORK.fullmatch(kind) else None


def warn_of_network(folder: Path, mounts: Path = _MOUNTS) -> None:
    """Warn, once in a process, whoever is about to write to an index on a network file system."""
    if folder not in _warned and (kind := network_file_system(folder, mounts)):
        _warned.add(folder)
        warnings.warn(
            f"{folder}: the index is on a network file system ({kind}), where locks may not hold and what was said to "
            "be on the disk may be lost; write it on a disk of this machine and copy it there",
            NetworkFileSystemWarning,
            stacklevel=3,
        )
