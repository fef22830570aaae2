"""How much memory a process has held. Imports nothing that would count."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

__all__ = ["peak"]


def peak() -> int:
    """The most memory that this process ever held, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # The figure of getrusage would begin with the memory of the process that started this one.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
