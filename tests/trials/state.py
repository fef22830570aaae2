"""What an index holds, whether it is whole, and what lies in its folder that nothing needs; steps that change it."""

from __future__ import annotations

import os
import random
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import ujson

import searchkit
from searchkit.storage.manifest import manifest_path

__all__ = [
    "KINDS",
    "Content",
    "Step",
    "content",
    "generation",
    "random_step",
    "strays",
    "working_folder",
    "write_once",
    "wrong",
]

Content = dict[str, str]  # the bodies of documents, by their ids
_WORDS = ["neft", "dəniz", "şəhər", "qaz", "kəmər", "yol", "çay", "dağ", "meşə", "körpü", "bazar", "nar"]
KINDS = ("create", "add", "replace", "delete", "merge", "rebuild", "roll back", "clean up")


class Step(NamedTuple):
    """Something that puts a generation in force."""

    kind: str
    act: Callable[[Path], object]
    after: Content
    """What the index holds then."""


_IN_MEMORY = Path("/dev/shm")


def working_folder(folder: Path | None) -> tempfile.TemporaryDirectory[str]:
    """A new folder for a trial: in `folder`, or in memory, which spares the disk and costs the trials nothing.

    A killed process takes nothing along of what the system holds, and the other trials reckon with a disk of their own.
    """
    in_memory = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    return tempfile.TemporaryDirectory(dir=folder or in_memory)


def body(rng: random.Random, mark: str) -> str:
    """A text of up to some thousand words; `mark` tells the transaction."""
    return " ".join(["kitab", mark, *rng.choices(_WORDS, k=rng.choice((3, 30, 30, 1500)))])


def random_step(
    rng: random.Random, held: Content | None, before: Content | None, mark: str, kind: str | None = None
) -> Step:
    """Something to do with an index of `held`, None where there is none.

    `before` is what the generation holds that a rollback goes to, if there is one.
    """
    if held is None:
        return _creation(rng, mark)
    kinds = [kind for kind in KINDS[1:] if (before is not None or kind != "roll back")]
    kind = kind or rng.choice(kinds)
    if kind == "merge":
        return Step(kind, lambda path: searchkit.open(path).optimize(), dict(held))
    if kind == "roll back":
        assert before is not None
        return Step(kind, searchkit.rollback, dict(before))
    if kind == "rebuild":
        made = {f"{mark}-{number}": body(rng, mark) for number in range(rng.randrange(1, 20))}
        keep = rng.randrange(3)
        return Step(kind, lambda path: _rebuild(path, made, keep), made)
    added: Content = {}
    deleted: set[str] = set()
    if kind in ("add", "clean up"):
        added = {f"{mark}-{number}": body(rng, mark) for number in range(rng.randrange(1, 6))}
    if kind in ("replace", "delete", "clean up"):
        chosen = rng.sample(sorted(held), rng.randrange(len(held) // 2 + 1))
        added |= {key: body(rng, mark) for key in chosen if kind == "replace"}
        deleted = {key for key in chosen if kind != "replace"}
    added = added or {mark: body(rng, mark)}  # something must change
    after = {key: text for key, text in {**held, **added}.items() if key not in deleted}
    keep = 0 if kind == "clean up" else 1
    return Step(kind, lambda path: _change(path, added, deleted, keep), after)


def _creation(rng: random.Random, mark: str) -> Step:
    if rng.random() < 0.5:
        return Step("create", searchkit.create, {})
    made = {f"{mark}-{number}": body(rng, mark) for number in range(5)}
    return Step("create", lambda path: _rebuild(path, made, 1), made)


def _rebuild(path: Path, documents: Content, keep: int) -> None:
    with searchkit.rebuild(path, keep=keep) as writer:
        for key, text in documents.items():
            writer.add({"id": key, "body": text})


def _change(path: Path, added: Content, deleted: set[str], keep: int) -> None:
    with searchkit.open(path).writer(keep=keep) as writer:
        for key, text in added.items():
            writer.add({"id": key, "body": text})
        for key in deleted:
            writer.delete(key)


def write_once(path: Path) -> str:
    """The next write, by which leftovers go: adds a document; its id."""
    key = f"next {generation(path)}"
    with searchkit.open_or_create(path).writer(wait=10) as writer:
        writer.add({"id": key, "body": "kitab"})
    return key


# ---------------------------------------------------------------- looking at an index


def content(path: Path) -> Content | None:
    """All documents of an index, as looking up and searching give them alike; None if there is no index."""
    try:
        index = searchkit.open(path)
    except searchkit.IndexNotFoundError:
        return None
    hits = index.search("kitab", limit=10_000)
    found = {hit.id: str(hit["body"]) for hit in hits}
    assert len(index) == hits.total == len(found), (len(index), hits.total, len(found))
    for key, text in found.items():
        document = index.get(key)
        assert document is not None
        assert text == document["body"]
    return found


def generation(path: Path) -> int:
    """The number of the generation in force; 0 if there is no index."""
    try:
        return int(ujson.loads(manifest_path(path).read_bytes())["generation"])
    except FileNotFoundError:
        return 0


def wrong(path: Path, allowed: Mapping[str, Content | None]) -> str:
    """What is wrong with an index that must hold one of some contents; "" if nothing is."""
    try:
        found = content(path)
        problems = searchkit.verify(path) if found is not None else []
        # Whoosh's table of contents is the last file of a generation: until it is there Whoosh opens the one before.
        problems = [problem for problem in problems if problem.path.name != f"_MAIN_{generation(path)}.toc"]
    except Exception as error:  # whatever it is, it must not be
        return f"{type(error).__name__}: {error}"
    if found not in allowed.values():
        known = {name: _described(held) for name, held in allowed.items()}
        return f"it holds {_described(found)}, and may hold {known}"
    return f"verify: {problems[0]}" if problems else ""


def _described(held: Content | None) -> str:
    if held is None:
        return "no index"
    marks = sorted({text.split()[1] for text in held.values() if " " in text})
    return f"{len(held)} documents of {', '.join(marks)}"


_MANIFEST = re.compile(r"g(\d{6,})\.json")


def strays(path: Path) -> list[str]:
    """What lies in the folder of an index beside what the manifests name, worked out without searchkit."""
    manifests = [path / "searchkit.json", *(path / "generations").iterdir()]
    wanted = {path / "searchkit.json", path / "writer.lock", path / "sources.cache"}
    in_force = generation(path)
    for file in manifests:
        described = ujson.loads(file.read_bytes()) if file.suffix == ".json" else None
        if described is None or described["generation"] > in_force:
            continue
        wanted |= {file, path / f"_MAIN_{described['generation']}.toc"}
        for name, _, _, deletions in described["segments"]:
            wanted |= {path / "segments" / f"{name}.seg"} | ({path / "segments" / deletions} if deletions else set())
    return sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file() and file not in wanted)
