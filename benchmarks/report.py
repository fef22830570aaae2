"""The figures as Markdown: tables for a terminal, and the page docs/benchmarks.md around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.figures import Figures
from benchmarks.queries import KINDS

__all__ = ["page", "tables"]

_NONE = "–"

_PAGE = """\
# How fast it is

The same articles and queries for searchkit and its peers on one machine, in turns. Nothing is downloaded: the
collection is made up of Azerbaijani roots and suffixes, as frequent as in real text, and is the same everywhere.

<!-- not run: takes minutes -->
```shell
python -m benchmarks engines{options} --out docs/benchmarks.md
```

Peers that are not installed are left out; `python -m pip install -e '.[bench-peers]'` installs them. `--jsonl FILE`
measures with documents of your own, which need `id`, `title` and `body`.

{versions}. {machine}.

{plots}

{tables}

## What is measured

- **Collection**: articles of 250 words on average, with a title, a date, a section and an id. The five
  million words of 20,000 articles have 269,000 distinct forms; one word in five was in the same article before.
- **Building**: a process of its own for each index, from JSON lines to the end of the commit, its imports done. "two"
  is two processes (searchkit, Whoosh) or two threads (tantivy). With "one", tantivy has threads besides for its
  store and its merges. Megabytes are those of the JSON lines. The index has the text stored. Memory is the most that
  all processes of the build held together, what they share (the interpreter, the lexicon) counted once. With fewer
  than 200,000 documents each index is built three times unless `--repeat` says otherwise, and the median counts.
- **Queries**: {asked} of them, in-process by each Python binding: parsing, searching, and fetching id and title of the
  best ten. An engine is asked all of one kind in a row, as a server asks its own; then the next engine is. That is
  done five times; a query counts with its median, and in a second table with its first time, when no engine can have
  kept its answer. searchkit and tantivy count all hits besides. Queries are lower-cased forms that occur in the
  collection, of these kinds:
{kinds}
- **Ten snippets**: what ten highlighted passages add to a search for a common word.
- **First answer**: a fresh process, its imports done, opens the index and answers a common word.
- **One document added**: added to the built index and committed durably.
- **`searchkit query`**: from the start of the process to its exit, beside Python with the bare imports of numpy, click,
  ujson and Whoosh.

searchkit reads every word down to its root, when it indexes and when it is asked, so its queries match all forms of a
word; the peers match the form as it is written. FTS5 has `unicode61` as its tokenizer and `ORDER BY rank`; tantivy has
its default tokenizer, 256 MB of heap and its merges awaited, and takes a prefix as a regular expression; Whoosh has its
own codec and no stemmer. bm25s answers words only. An index of one process or thread is the one that is searched.
"""


def tables(figures: Figures) -> str:
    """The tables of one collection."""
    parts = [f"## {figures.documents:,} documents, {figures.size / 1e6:,.1f} MB of JSON lines", _building(figures)]
    parts += ["p50 / p95 of queries, ms:", _asking(figures.queries)]
    parts += ["The same when each was asked for the first time:", _asking(figures.firsts)]
    columns: list[tuple[str, dict[str, float]]] = [
        ("ten snippets, ms", figures.snippets),
        ("first answer, ms", figures.first),
        ("one document added, ms", figures.additions),
    ]
    rows = [
        [name, *(_milliseconds(values[name]) if name in values else _NONE for _, values in columns)]
        for name in figures.queries
    ]
    parts.append(_table(["engine", *(title for title, _ in columns)], rows))
    if figures.starts:
        own, bare = figures.starts["searchkit query"], figures.starts["imports alone"]
        parts.append(
            f"`searchkit query` takes {own * 1000:.0f} ms from its start to its exit, "
            f"Python with the bare imports {bare * 1000:.0f} ms."
        )
    if figures.nothing:
        missed = ", ".join(f"{name} {number}" for name, number in figures.nothing.items())
        parts.append(f"Of {figures.asked} queries these found nothing: {missed}.")
    return "\n\n".join(parts)


def page(collections: Sequence[Figures], options: str, plots: Sequence[tuple[str, str]]) -> str:
    """The whole page; `options` are those of the command that made it, `plots` titles and file names."""
    last = collections[-1]
    versions = {name: version for figures in collections for name, version in figures.versions.items()}
    return _PAGE.format(
        options=options,
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
        machine=last.machine,
        plots="\n\n".join(f"![{title}]({file})" for title, file in plots),
        tables="\n\n".join(map(tables, collections)),
        asked=last.asked,
        kinds="\n".join(f"  - *{kind}*: {meaning}" for kind, meaning in KINDS.items()),
    )


def _building(figures: Figures) -> str:
    def cell(name: str, workers: str, show: Callable[[dict[str, float]], str]) -> str:
        build = figures.builds[name].get(workers)
        return show(build) if build else _NONE

    def speed(build: dict[str, float]) -> str:
        return f"{figures.size / 1e6 / build['seconds']:.2f}"

    def memory(build: dict[str, float]) -> str:
        return f"{build['memory'] / 1e6:,.0f}"

    rows = [
        [name, cell(name, "1", speed), cell(name, "2", speed),
         cell(name, "1", lambda build: f"{build['size'] / 1e6:,.1f}"),
         cell(name, "1", lambda build: f"{build['size'] / figures.size:.2f}"),
         cell(name, "1", memory), cell(name, "2", memory)]
        for name in figures.builds
    ]  # fmt: skip
    head = ["engine", "MB/s, one", "MB/s, two", "index, MB", "of the JSON", "memory, MB, one", "memory, MB, two"]
    return _table(head, rows)


def _asking(queries: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    kinds = [kind for kind in KINDS if any(kind in times for times in queries.values())]
    rows = [
        [name, *(_pair(times[kind]) if kind in times else _NONE for kind in kinds)] for name, times in queries.items()
    ]
    return _table(["engine", *kinds], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first, *lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([first, "|---" * len(head) + "|", *lines])


def _pair(times: Sequence[float]) -> str:
    return " / ".join(map(_milliseconds, times))


def _milliseconds(seconds: float) -> str:
    value = seconds * 1000
    decimals = next((number for number, limit in ((3, 1), (2, 10), (1, 100)) if value < limit), 0)
    return f"{value:,.{decimals}f}"
