"""Speed and memory of the analyzer in a fresh process: `python -m benchmarks.speed DATA`."""

from __future__ import annotations

import sys
import time
import tracemalloc
from pathlib import Path

import ujson


def main(data: Path) -> None:
    """Print words a second cold, megabytes of text a second warm, and the memory of everything that is kept."""
    words = [line.split("\t")[0] for line in (data / "wordfreq.tsv").read_text("utf-8").splitlines()]
    texts = [ujson.loads(line)["body"] for line in (data / "legal-articles.jsonl").open(encoding="utf-8")]
    size = sum(len(text.encode()) for text in texts)

    from azanalyzer import Analyzer

    analyzer = Analyzer()
    started = time.perf_counter()
    for word in words:
        analyzer.terms(word)
    print(f"unseen word forms: {len(words) / (time.perf_counter() - started):,.0f} a second")
    speeds = []
    for _ in range(5):
        started = time.perf_counter()
        for text in texts:
            analyzer.terms(text)
        speeds.append(size / (time.perf_counter() - started) / 1e6)
    print(f"running text: {speeds[0]:.1f} MB a second at first, {sorted(speeds[1:])[1]:.1f} once warm")

    tracemalloc.start()
    kept = Analyzer.__new__(Analyzer)  # the class is imported already: count data, not code
    from azanalyzer.language import shared_morphology

    shared_morphology.cache_clear()
    kept.__init__()  # type: ignore[misc]
    for word in words:
        kept.terms(word)
    for text in texts:
        kept.terms(text)
    kept.query_terms("gence")
    print(f"memory kept after all that: {tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
