"""The figures as pictures: SVG written by hand, so that no plotting library is needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.queries import KINDS

__all__ = ["write"]

_INKS = {
    "searchkit": "#0b6e4f", "tantivy": "#8a3ffc", "SQLite FTS5": "#c2570c", "bm25s": "#005bbb", "Whoosh": "#6b6b6b",
}  # fmt: skip
_WIDTH, _MARGIN, _LABEL = 860, 16, 100  # of a picture, around it, for names before bars; pixels
_ROW, _HEAD, _LINE = 15, 54, "#d8d8d8"
_PANEL, _PANEL_HEIGHT = 198, 170  # of a small diagram

Series = dict[str, list[tuple[float, float]]]


def write(collections: Sequence[Figures], page: Path) -> list[tuple[str, str]]:
    """Write the plots beside `page`, named after it; the title and file name of each."""
    pictures = {"build": _build(collections[-1]), "queries": _queries(collections[-1])}
    if len(collections) > 1:
        pictures["growth"] = _growth(collections)
    found = []
    for name, (title, svg) in pictures.items():
        path = page.with_name(f"{page.stem}-{name}.svg")
        path.write_text(svg, "utf-8")
        found.append((title, path.name))
    return found


def _build(figures: Figures) -> tuple[str, str]:
    """Bars of speed, size and memory side by side."""
    title = f"Building an index of {figures.documents:,} documents"
    rows = [(name, workers, build) for name, builds in figures.builds.items() for workers, build in builds.items()]
    panels: list[tuple[str, Callable[[dict[str, float]], float]]] = [
        ("MB of JSON lines a second", lambda build: figures.size / 1e6 / build["seconds"]),
        ("index, MB", lambda build: build["size"] / 1e6),
        ("peak memory, MB", lambda build: build["memory"] / 1e6),
    ]
    width = (_WIDTH - 2 * _MARGIN - _LABEL) / len(panels)
    parts = []
    for row, (name, workers, _) in enumerate(rows):
        label = name if len(figures.builds[name]) == 1 else f"{name}, {workers}"
        parts.append(_text(_MARGIN + _LABEL - 8, _HEAD + 28 + row * _ROW, label, "end", _INKS[name]))
    for place, (heading, value) in enumerate(panels):
        left = _MARGIN + _LABEL + place * width
        parts.append(_text(left, _HEAD + 6, heading))
        most = max(value(build) for _, _, build in rows)
        for row, (name, _, build) in enumerate(rows):
            length, y = value(build) / most * (width - 66), _HEAD + 18 + row * _ROW
            parts.append(
                f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="{_ROW - 4}" fill="{_INKS[name]}"/>'
            )
            parts.append(_text(left + length + 4, y + 10, _short(value(build))))
    return title, _svg(title, "one or two: processes or threads", _HEAD + 30 + len(rows) * _ROW, parts)


def _queries(figures: Figures) -> tuple[str, str]:
    """A point at the p50 and a line to the p95 of each engine, kind by kind, on a logarithmic scale."""
    title = f"Time of a query among {figures.documents:,} documents, ms"
    values = [time * 1000 for kinds in figures.queries.values() for pair in kinds.values() for time in pair]
    scale, ticks = _logarithmic(values, _MARGIN + _LABEL, _WIDTH - _MARGIN - 60)
    y = _HEAD + 24
    parts: list[str] = []
    for kind in KINDS:
        able = [name for name in figures.queries if kind in figures.queries[name]]
        if not able:
            continue
        parts.append(_text(_MARGIN, y + 4, kind, weight="bold"))
        for name in able:
            middle, high = (time * 1000 for time in figures.queries[name][kind])
            ink = _INKS[name]
            parts.append(_line(scale(middle), y, scale(high), y, ink, 2.5))
            parts.append(f'<circle cx="{scale(middle):.1f}" cy="{y}" r="4" fill="{ink}"/>')
            parts.append(_text(scale(high) + 7, y + 4, f"{_short(middle)} – {_short(high)}", fill=ink, size=9))
            y += _ROW - 2
        y += 8
    grid = [_line(scale(tick), _HEAD + 14, scale(tick), y - 6) for tick in ticks]
    grid += [_text(scale(tick), _HEAD + 8, f"{tick:g}", "middle") for tick in ticks]
    names = list(figures.queries)
    return title, _svg(title, "point: p50, end of the line: p95", y + 4, [*grid, *parts], names)


def _growth(collections: Sequence[Figures]) -> tuple[str, str]:
    """Small diagrams over the size of the collection, both scales logarithmic."""
    names = list({name: None for figures in collections for name in figures.builds})

    def over_sizes(value: Callable[[Figures, str], float | None]) -> Series:
        pairs = {name: [(figures.documents, value(figures, name)) for figures in collections] for name in names}
        return {name: [(size, y) for size, y in line if y is not None] for name, line in pairs.items()}

    def built(value: Callable[[Figures, dict[str, float]], float]) -> Series:
        def of_one(figures: Figures, name: str) -> float | None:
            return value(figures, figures.builds[name]["1"]) if name in figures.builds else None

        return over_sizes(of_one)

    def asked(kind: str) -> Series:
        return over_sizes(lambda figures, name: _milliseconds(figures.queries.get(name, {}).get(kind, [None])[0]))

    panels = {
        "build, MB/s": built(lambda figures, build: figures.size / 1e6 / build["seconds"]),
        "index, MB": built(lambda _, build: build["size"] / 1e6),
        "peak memory, MB": built(lambda _, build: build["memory"] / 1e6),
        **{f"{kind}, p50, ms": asked(kind) for kind in KINDS},
        "first answer, ms": over_sizes(lambda figures, name: _milliseconds(figures.first.get(name))),
        "one document added, ms": over_sizes(lambda figures, name: _milliseconds(figures.additions.get(name))),
    }
    parts = []
    across = 4
    for place, (heading, series) in enumerate(panels.items()):
        left = _MARGIN + place % across * (_PANEL + 10)
        parts += _panel(heading, series, left, _HEAD + 16 + place // across * _PANEL_HEIGHT)
    height = _HEAD + 20 + math.ceil(len(panels) / across) * _PANEL_HEIGHT
    title = "Growth with the number of documents"
    return title, _svg(title, "both scales logarithmic; one process or thread", height, parts, names)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _panel(heading: str, series: Series, left: float, top: float) -> list[str]:
    points = [point for line in series.values() for point in line]
    if not points:
        return []
    bottom, right = top + _PANEL_HEIGHT - 44, left + _PANEL - 14
    across, columns = _logarithmic([x for x, _ in points], left + 38, right)
    up, rows = _logarithmic([y for _, y in points], bottom, top + 14)
    parts = [_text(left, top + 4, heading, weight="bold")]
    for tick in rows:
        parts += [
            _line(left + 38, up(tick), right, up(tick)),
            _text(left + 34, up(tick) + 3, f"{tick:g}", "end", size=9),
        ]
    for tick in columns:
        parts += [_line(across(tick), top + 14, across(tick), bottom)]
        parts += [_text(across(tick), bottom + 12, f"{tick:,.0f}", "middle", size=9)]
    for name, line in series.items():
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{_INKS[name]}" stroke-width="1.8"/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{_INKS[name]}"/>' for x, y in line]
    return parts


def _logarithmic(values: Iterable[float], start: float, end: float) -> tuple[Callable[[float], float], list[float]]:
    """Where a value stands between `start` and `end`, and the powers of ten that frame the values."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
    high = max(high, low + 1)

    def place(value: float) -> float:
        share = (math.log10(max(value, 10.0**low)) - low) / (high - low)
        return start + share * (end - start)

    return place, [10.0**power for power in range(low, high + 1)]


def _svg(title: str, note: str, height: float, parts: Sequence[str], names: Sequence[str] = ()) -> str:
    """The picture with its title, a note on how to read it, and the names of the engines in their colours."""
    size = f'width="{_WIDTH}" height="{height:.0f}" viewBox="0 0 {_WIDTH} {height:.0f}"'
    legend, x = [], _WIDTH - _MARGIN
    for name in reversed(names):
        legend.append(_text(x, _MARGIN + 10, f"● {name}", "end", _INKS[name]))
        x -= 7 * len(name) + 24
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="DejaVu Sans, Verdana, sans-serif">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(_MARGIN, _MARGIN + 10, title, size=14, weight="bold"),
        _text(_MARGIN, _MARGIN + 26, note, fill="#555555"),
        *legend,
        *parts,
        "</svg>",
        "",
    ]
    return "\n".join(lines)


def _text(
    x: float, y: float, text: str, anchor: str = "start", fill: str = "#222222", size: int = 11, weight: str = "normal"
) -> str:
    style = f'font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str = _LINE, width: float = 1) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width:g}"/>'


def _short(value: float) -> str:
    """Three significant digits at most."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
