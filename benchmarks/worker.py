"""One measurement in a process of its own: `python -m benchmarks.worker build|first ENGINE INDEX …`.

Prints the seconds that it took and the most memory that this process ever held, in bytes. Imports are over before the
clock starts.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from pathlib import Path

from benchmarks.adapters import ENGINES


def main(task: str, engine: str, index: str, *rest: str) -> None:
    """Run `build` (JSON lines, number of workers) or `first` (open an index and answer one query)."""
    system = ENGINES[engine](Path(index))
    system.load()
    started = time.perf_counter()
    if task == "build":
        documents, workers = rest
        system.build(Path(documents), int(workers))
    else:
        (query,) = rest
        system.open()
        if not system.search("common", query):
            raise SystemExit(f"{engine} finds nothing for {query!r}")
    print(time.perf_counter() - started, _peak())


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.exists():
        # The figure of getrusage would begin with the memory of the process that started this one.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
