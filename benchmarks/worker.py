"""One measurement in a process of its own: `python -m benchmarks.worker build|first ENGINE INDEX …`.

Prints the seconds that it took and the most memory that this process ever held, in bytes. Imports are over before the
clock starts.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.adapters import ENGINES
from benchmarks.memory import peak


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
    print(time.perf_counter() - started, peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
