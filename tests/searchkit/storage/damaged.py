"""An index to be damaged, and ways to damage it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np

import searchkit
from searchkit import Date, Keyword, Number, Schema, Stored, Text
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile

SCHEMA = Schema(title=Text(), body=Text(), tags=Keyword(), ids=Keyword(), price=Number(), day=Date(), note=Stored())
WORDS = ["kitab", "neft", "dəniz", "şəhər", "qaz", "kəmər", "yol", "çay", "dağ", "meşə", "körpü", "bazar", "nar"]


def document(number: int, rng: random.Random) -> dict[str, Any]:
    return {
        "id": str(number),
        "title": " ".join(rng.choices(WORDS, k=3)),
        "body": " ".join(rng.choices(WORDS, k=rng.randrange(5, 60)))
        + f" söz{number % 97}"
        + " neft" * 300 * (number % 900 == 0),
        "tags": rng.sample(["a", "b", "c"], rng.randrange(3)),
        "ids": str(number % 7),
        "price": number,
        "day": "2022-08-24",
        "note": {"nömrə": number},
    }


def make(path: Path) -> None:
    """An index with a large segment, a small one, deletions in the large one, and a kept generation."""
    rng = random.Random(1)
    with searchkit.rebuild(path, SCHEMA) as writer:
        for number in range(2600):
            writer.add(document(number, rng))
    with searchkit.open(path).writer() as writer:
        for number in range(2590, 2620):
            writer.add(document(number, rng))
        writer.delete("7")


def segments(path: Path) -> list[Path]:
    """The files of segments, the largest first."""
    return sorted(path.glob("segments/*.seg"), key=lambda file: -file.stat().st_size)


def flip(file: Path, offset: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(offset)
        byte = opened.read(1)[0]
        opened.seek(offset)
        opened.write(bytes([byte ^ 1]))


def rewritten(file: Path, meta: Any = None, **changes: Any) -> None:
    """Write a segment anew, with the right checksums, and with other columns; None leaves one out."""
    opened = ColumnFile(file)
    columns = {name: np.array(column.all) for name, column in opened.columns.items()}
    columns.update({name.replace("__", "."): values for name, values in changes.items()})
    writer = ColumnWriter(file)
    for name, values in columns.items():
        if values is not None:
            writer.add(name, values)
    writer.finish(opened.meta if meta is None else meta)


def twice(tmp_path: Path) -> tuple[searchkit.Index, Path, Path]:
    """An index with one document in two segments, and the files of these."""
    index = searchkit.create(tmp_path / "index")
    for number in ("1", "2"):
        with index.writer() as writer:
            writer.add({"id": number, "body": "kitab"})
    first, second = (index.path / "segments" / f"{described[0]}.seg" for described in index._manifest["segments"])
    shutil.copyfile(first, second)
    return index, first, second
