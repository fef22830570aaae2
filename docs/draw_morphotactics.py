"""Draws docs/morphotactics.svg, the automaton of suffixes, from analyzers/azanalyzer/data/morphotactics.txt.

    python docs/draw_morphotactics.py

States are boxes in columns, by how many steps they are from the stem of a noun or of a verb; a row in a box is a
suffix. An arrow leads from it to the state that follows in the next column; where that is elsewhere, the row names it,
since lines across the picture would hide the rest. Plain Python, no dependency.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "analyzers" / "azanalyzer" / "data" / "morphotactics.txt"
PICTURE = HERE / "morphotactics.svg"

# The panels of the picture, each with the states where its words begin.
PANELS = (
    ("Nouns, adjectives, numerals, pronouns, names", ("Noun", "Adjective", "Numeral", "Temporal", "Pronoun",
                                                      "PronounPlain", "PronounGenitive", "Postposition", "Particle",
                                                      "Unknown", "Written")),
    ("Verbs", ("Verb",)),
)  # fmt: skip

WIDTH, GAP, MARGIN = 218, 62, 14  # of a box, between columns, around everything; pixels
ROW, HEAD, SPACE = 14, 34, 16  # height of a row, of the head of a box, between boxes
TITLE = 34
LETTERS = 36  # of a gloss that fit into a box
INKS = ("#0b6e4f", "#8a3ffc", "#b3541e", "#005bbb", "#a0206a", "#5f6b00", "#00707f", "#7a1f1f", "#3d3d9e", "#6b4a00")

_STATE = re.compile(r'state (\S+)( accept(?: [\d.]+)?)?(?: "([^"]*)")?$')
_SUFFIX = re.compile(r"(\S+)\s+(\S+)\s+(->|=>)\s+(\S+)\s+[\d.]+$")


@dataclass
class Row:
    """A suffix, or a group of suffixes that the state shares with others: what it says and where it leads."""

    text: str
    target: str
    kind: str  # "inflection", "derivation" or "use"


@dataclass
class Box:
    """A state: its rows, whether a word may end in it, and where it stands."""

    name: str
    accept: bool
    gloss: str
    rows: list[Row] = field(default_factory=list)
    panel: str = ""
    x: int = 0
    y: int = 0

    @property
    def height(self) -> int:
        """Height in pixels."""
        return HEAD + ROW * len(self.rows) + (6 if self.rows else 0)


def read(text: str) -> dict[str, Box]:
    """The states of the data file, the suffixes of each sorted by where they lead."""
    boxes: dict[str, Box] = {}
    box = None
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        if match := _STATE.match(line):
            box = boxes[match[1]] = Box(match[1], bool(match[2]), match[3] or "")
        elif line.startswith("use ") and box:
            box.rows.append(Row(f"all of {line[4:]}", line[4:], "use"))
        elif (match := _SUFFIX.match(line)) and box:
            kind = "derivation" if match[3] == "=>" else "inflection"
            box.rows.append(Row(f"-{match[2]}  {match[1]}", match[4], kind))
    for box in boxes.values():
        first = {row.target: number for number, row in reversed(list(enumerate(box.rows)))}
        box.rows.sort(key=lambda row: (first[row.target], row.kind))
    return boxes


def panel(boxes: dict[str, Box], starts: Iterable[str], drawn: set[str]) -> list[list[Box]]:
    """The states within reach of `starts` that no other panel has, in columns by their distance from the first."""
    elsewhere = drawn | {start for _, others in PANELS for start in others}
    distance: dict[str, int] = {}
    for start in starts:  # the first one decides where what several lead to stands
        distance[start] = 0
        pending = [start]
        while pending:
            name = pending.pop(0)
            for row in boxes[name].rows:
                if row.target not in distance and row.target not in elsewhere:
                    distance[row.target] = distance[name] + 1
                    pending.append(row.target)
    columns: list[list[Box]] = [[] for _ in range(1 + max(distance.values()))]
    for name, column in distance.items():
        columns[column].append(boxes[name])
    return columns


def place(columns: list[list[Box]], top: int) -> int:
    """Give every box its place, those of a column near what leads to them; the lower end of the panel."""
    for number, column in enumerate(columns):
        y = top
        if number:
            column.sort(key=lambda box: (_pull(box, columns[:number]), box.name))
        for box in column:
            box.x, box.y = MARGIN + number * (WIDTH + GAP), y
            y += box.height + SPACE
    bottom = max(column[-1].y + column[-1].height for column in columns)
    for column in columns:  # centre short columns
        shift = (bottom - column[-1].y - column[-1].height) // 3
        for box in column:
            box.y += shift
    return bottom


def _pull(box: Box, before: list[list[Box]]) -> float:
    places = [
        source.y + number * ROW
        for column in before
        for source in column
        for number, row in enumerate(source.rows)
        if row.target == box.name
    ]
    return sum(places) / len(places) if places else 0.0


def svg(text: str) -> str:
    """The picture of the automaton that `text`, the data file, describes."""
    boxes = read(text)
    drawn: set[str] = set()
    titles: list[tuple[str, int]] = []
    top = MARGIN + 58
    width = 0
    for title, starts in PANELS:
        columns = panel(boxes, starts, drawn)
        titles.append((title, top + 16))
        top = place(columns, top + TITLE) + 2 * SPACE
        width = max(width, 2 * MARGIN + len(columns) * (WIDTH + GAP) - GAP)
        for box in (box for column in columns for box in column):
            box.panel = title
            drawn.add(box.name)
    shown = [box for box in boxes.values() if box.name in drawn]
    ink = {box.name: INKS[number % len(INKS)] for number, box in enumerate(shown)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" viewBox="0 0 {width} {top}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="10.5">',
        "<title>The order of Azerbaijani suffixes</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        "<defs>",
        *(_arrow_head(colour) for colour in INKS),
        "</defs>",
        *_legend(),
        *(f'<text x="{MARGIN}" y="{y}" font-size="16" font-weight="bold">{title}</text>' for title, y in titles),
    ]
    for box in shown:
        parts += _arrows(box, boxes, ink)
    for box in shown:
        parts += _box(box, boxes, ink)
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> list[str]:
    lines = (
        "Two lines around a box: a word may end here. Broken line: suffixes that several boxes share (“all of”).",
        "Arrows, and names after →, have the colour of the box that follows; broken, or ⇒: it makes a new word.",
        "A = a ə · I = ı i u ü · K = q k, and ğ y before a vowel · (y) only after a vowel, (I) only after a consonant",
    )
    return [
        f'<text x="{MARGIN}" y="{MARGIN + 12 + 18 * number}" font-size="12">{line}</text>'
        for number, line in enumerate(lines)
    ]


def _arrow_head(colour: str) -> str:
    return (
        f'<marker id="to{colour[1:]}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
    )


def _leads_on(box: Box, goal: Box) -> bool:
    """Whether an arrow can show the way: the goal stands in the next column of the same panel."""
    return goal.x == box.x + WIDTH + GAP and goal.panel == box.panel


def _box(box: Box, boxes: dict[str, Box], ink: dict[str, str]) -> list[str]:
    dash = "" if box.accept or not box.rows else ' stroke-dasharray="4 3"'
    colour = ink[box.name]
    frame = f'fill="#ffffff" stroke="{colour}" stroke-width="1.3"'
    parts = [f'<rect x="{box.x}" y="{box.y}" width="{WIDTH}" height="{box.height}" rx="5" {frame}{dash}/>']
    if box.accept:
        parts.append(
            f'<rect x="{box.x + 3}" y="{box.y + 3}" width="{WIDTH - 6}" height="{box.height - 6}" rx="3" '
            f'fill="none" stroke="{colour}" stroke-width="0.7"/>'
        )
    parts.append(
        f'<text x="{box.x + 9}" y="{box.y + 16}" font-size="12" font-weight="bold" fill="{colour}">{box.name}</text>'
    )
    gloss = box.gloss if len(box.gloss) <= LETTERS + 2 else box.gloss[: LETTERS + 1].rsplit(" ", 1)[0] + " …"
    parts.append(f'<text x="{box.x + 9}" y="{box.y + 28}" font-size="9.5" fill="#555555">{escape(gloss)}</text>')
    for number, row in enumerate(box.rows):
        y = box.y + HEAD + 10 + ROW * number
        style = f' font-style="italic" fill="{ink[row.target]}"' if row.kind == "use" else ""
        parts.append(f'<text x="{box.x + 9}" y="{y}"{style}>{escape(row.text)}</text>')
        if row.kind != "use" and not _leads_on(box, boxes[row.target]):
            sign = "⇒" if row.kind == "derivation" else "→"
            parts.append(
                f'<text x="{box.x + WIDTH - 8}" y="{y}" text-anchor="end" fill="{ink[row.target]}">'
                f"{sign} {row.target}</text>"
            )
    return parts


def _arrows(box: Box, boxes: dict[str, Box], ink: dict[str, str]) -> list[str]:
    """One arrow for all rows that lead to the same state, from a bracket beside them."""
    parts: list[str] = []
    entries = groupby(enumerate(box.rows), key=lambda entry: (entry[1].target, entry[1].kind))
    for (target, kind), group in entries:
        rows = [number for number, _ in group]
        goal = boxes[target]
        if not _leads_on(box, goal):
            continue
        colour = ink[target]
        top = box.y + HEAD + ROW * rows[0] + 1
        bottom = box.y + HEAD + ROW * rows[-1] + ROW - 1
        middle = (top + bottom) / 2
        right = box.x + WIDTH
        parts.append(f'<path d="M{right + 3} {top}V{bottom}" stroke="{colour}" stroke-width="2"/>')
        entrance = goal.y + 14
        bend = GAP * 0.6
        curve = f"C{right + bend:g} {middle:g} {goal.x - bend:g} {entrance} {goal.x} {entrance}"
        dash = ' stroke-dasharray="5 3"' if kind == "derivation" else ""
        parts.append(
            f'<path d="M{right + 3} {middle:g}{curve}" fill="none" stroke="{colour}" stroke-opacity="0.75"{dash} '
            f'marker-end="url(#to{colour[1:]})"/>'
        )
    return parts


def main() -> int:
    """Write the picture."""
    PICTURE.write_text(svg(SOURCE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
