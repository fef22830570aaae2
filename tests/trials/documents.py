"""Random bytes and damaged real files as each format of documents: what cannot be read is named and left out.

    python -m tests.trials.documents --count 20000 --seed 1

A file is random bytes, one of the sample articles in some format and encoding with parts of it changed, signs of its
format in any order, or one of a few megabytes that is made to take long: brackets, tags, marks and quotes that are
never closed, gzip that grows a thousand times. It is read by its name and as standard input. Now and then it is indexed
together with sound files, which must then be found, and nothing of a file that was named as unreadable.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchkit
from searchkit.documents import FORMATS, Document, Limits, read_documents
from searchkit.errors import DocumentError
from searchkit.indexing.sources import index_files
from tests.trials.children import Outcome, Report, asked, tried

__all__ = ["Documents", "main", "run"]

ARTICLES = Path(__file__).resolve().parents[2] / "corpus" / "articles"
_SLOW = 5.0  # seconds of the processor that a file may take,
_EACH = 3e-5  # and for each document or error that comes of it: a file may have a million wrong lines
_MEGABYTES = 3  # of the files that are made to take long
_LIMITS = Limits(max_document_bytes=4 << 20)
_INDEXED = 25  # of so many files one is indexed
_CODECS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1254", "windows-1251", "utf-32", "utf-7")
_SIGNS = (
    *('"', "'", "\\", "\\u", "\\ud83d", "\n", "\r\n", "\r", ",", ";", "\t", ":", "{", "}", "[", "]", "[[[[", "<", ">"),
    *("</", "<!--", "-->", "<![CDATA[", "<title>", "<script>", "</script", "<main>", "<form>", "&#", "&#x110000;", "&"),
    *("---\n", "...\n", "# ", "```", "~~~", "*", "**", "__", "[a](", "![", ")", "> ", "- ", "| a |", "|---|", "1e999"),
    *("NaN", "-Infinity", "null", '{"id": 1}', '{"documents":[', "ə", "İ", "\ufeff", "\0", "\u2028", "==", "id,body\n"),
    *(
        "sep=;\n",
        "<p>",
        "<meta charset=",
        "\x1f\x8b",
        "9" * 50,
        '"id": ""',
        "title: ",
        "Salam dünya ",
        "<header hidden>",
    ),
)
_LONG = (
    *(
        "[",
        "{",
        '{"a":',
        '[{"a":',
        '"',
        "\\",
        "\\u",
        "<",
        "<a ",
        "<a b='",
        "</",
        "<!--",
        "<!",
        "<![",
        "<div>",
        "<p",
        "&",
    ),
    *("&#", "&#9", "<b></i>", "<title>", "<form>", "<header><main>", "*", "**a", "_a", "~~", "[", "[a](", "![a][", "`"),
    *(
        "``",
        "\\*",
        "> ",
        "- ",
        "# ",
        "#",
        "---\n",
        "a: b\n",
        "===\n",
        "```\n",
        "~~~",
        ",",
        ";",
        '",',
        '"\n',
        'a,"\n',
        "\n",
    ),
    *(
        "\r",
        "\0",
        "\ufeff",
        " ",
        "\t",
        "a ",
        "ə",
        "a",
        "1",
        "<!-- -",
        "-->",
        "'",
        "<td>",
        "|",
        "| - ",
        "[^a]",
        "<http://",
    ),
    *(
        '{"a":1}\n',
        "id,body\n",
        '{"documents":[',
        "1,",
        "[]",
        '""',
        "\u2028",
        "\u0307",
        "<a/",
        "=",
        "<a =",
        "&amp",
        "(",
        "](",
    ),
)


def real(format: str, chance: random.Random, articles: list[dict[str, str]]) -> str:
    """Some of the sample articles in a format."""
    chosen = chance.sample(articles, 3)
    first = chosen[0]
    if format in ("txt", "md"):
        front = "".join(f"{name}: {value}\n" for name, value in first.items() if name != "body")
        heading = "# " if format == "md" else ""
        return f"---\n{front}---\n{heading}{first['title']}\n\n{first['body']}"
    if format == "html":
        paragraphs = "".join(f"<p class='a'>{part}</p>" for part in first["body"].split("\n\n"))
        head = f"<meta charset=utf-8><title>{first['title']}</title>"
        return (
            f"<!DOCTYPE html><html lang=az><head>{head}</head><body><nav>a</nav><main>{paragraphs}</main></body></html>"
        )
    if format == "json":
        return json.dumps(chance.choice([first, chosen, {"documents": chosen}]), ensure_ascii=chance.random() < 0.5)
    if format == "jsonl":
        return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in chosen)
    delimiter = "\t" if format == "tsv" else ","
    rows = [list(first), *(list(article.values()) for article in chosen)]
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\r\n".join(quoted)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` with bits flipped and pieces replaced, doubled, cut out or cut off."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        start = chance.randrange(len(made) + 1)
        end = start + chance.choice([1, 1, 2, 10, 100, 3_000])
        kind = chance.randrange(6)
        if kind == 0:
            made[start:end] = chance.randbytes(len(made[start:end]))
        elif kind == 1 and start < len(made):
            made[start] ^= 1 << chance.randrange(8)
        elif kind == 2:
            del made[start:end]
        elif kind == 3:
            made[start:start] = made[start:end] * chance.choice([1, 10])
        elif kind == 4:
            made[start:start] = chance.choice(_SIGNS).encode("utf-8")
        elif chance.random() < 0.2:
            del made[start:]
    return bytes(made)


class Documents:
    """See `tests.trials.children.Trial`."""

    def __init__(self, folder: Path, seed: int, options: Any) -> None:
        self._seed = seed
        items = read_documents([ARTICLES])
        self._articles = [
            {name: str(value) for name, value in item.fields.items()} for item in items if isinstance(item, Document)
        ]
        self._names = sorted(set(self._articles[0]))
        self._folder = Path(tempfile.mkdtemp())
        (self._folder / "a-sound.txt").write_text("Birinci\n\nBu kitab birincidir.", "utf-8")
        (self._folder / "z-sound.jsonl").write_text('{"id": "z", "body": "Bu kitab sonuncudur."}\n', "utf-8")
        self.kinds: dict[str, Callable[[str, random.Random], bytes]] = {
            "random bytes": self._random,
            "damaged articles": self._damaged,
            "signs": self._signs,
            "long": self._long,
        }

    def _random(self, format: str, chance: random.Random) -> bytes:
        return chance.randbytes(chance.choice([0, 1, 3, 10, 100, 1_000, 70_000]))

    def _damaged(self, format: str, chance: random.Random) -> bytes:
        codec = chance.choice(_CODECS)
        return damaged(real(format, chance, self._articles).encode(codec, "replace"), chance)

    def _signs(self, format: str, chance: random.Random) -> bytes:
        text = "".join(chance.choice(_SIGNS) for _ in range(chance.choice([3, 10, 40, 400])))
        return text.encode(chance.choice(_CODECS), "replace")

    def _long(self, format: str, chance: random.Random) -> bytes:
        size = _MEGABYTES << 20
        sign = chance.choice(_LONG)
        if chance.random() < 0.3:
            sign += chance.choice(_LONG)
        text = chance.choice(["", "", "{", "[", "<p>", "a,b\n", '{"body": "', "---\na: ", "# a\n"])
        data = (text + sign * (size // len(sign.encode()))).encode()[:size]
        if chance.random() < 0.2:
            return gzip.compress(data, 1)
        return data

    def run(self, number: int) -> Outcome:
        chance = random.Random(f"{self._seed} {number}")
        format = chance.choice(sorted(set(FORMATS.values())))
        [kind] = chance.choices(list(self.kinds), [25, 45, 29, 1])
        data = self.kinds[kind](format, chance)
        packed = chance.random() < 0.1
        if packed:
            data = gzip.compress(data, 1, mtime=0)
            data = damaged(data, chance) if chance.random() < 0.5 else data
        path = self._folder / f"b.{format}{'.gz' if packed or chance.random() < 0.03 else ''}"
        path.write_bytes(data)
        try:
            documents, errors, took = self._read(path, data, format, chance.random() < 0.5)
            if number % _INDEXED == 0:
                self._index(documents, errors)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}, with {data[:200]!r}… ({len(data):,} bytes)"
            return Outcome(f"{format}, {kind}: raised", failure)
        finally:
            path.unlink()
        told = "read" if not errors else "named" if not documents else "read in part"
        is_slow = took > _SLOW + _EACH * (documents + errors)
        failure = f"{took:.1f} s for {data[:60]!r}… ({len(data):,} bytes)" if is_slow else ""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return Outcome(f"{format}, {kind}: {told}", failure, (took, peak))

    def _read(self, path: Path, data: bytes, format: str, guess: bool) -> tuple[int, int, float]:
        """Read the file by its name and as standard input; how many documents and errors, and the longer time."""
        started = time.process_time()
        documents, errors = self._checked([path], str(path))
        took = time.process_time() - started
        started = time.process_time()
        piped = self._checked(["-"], "<stdin>", stdin=io.BytesIO(data), format=None if guess else format)
        if not guess and path.suffix != ".gz" and piped != (documents, errors):
            raise AssertionError(f"by name {documents} documents and {errors} errors, as standard input {piped}")
        return documents, errors, max(took, time.process_time() - started)

    def _checked(self, paths: list[Any], source: str, **options: Any) -> tuple[int, int]:
        documents = errors = 0
        for item in read_documents(paths, limits=_LIMITS, **options):
            if isinstance(item, Document):
                documents += 1
                if not (isinstance(item.fields["id"], str) and item.fields["id"]):
                    raise AssertionError("a document without an id")
                json.dumps(item.fields, ensure_ascii=False, allow_nan=False).encode("utf-8")
            else:
                errors += 1
                if item.source != source or len(item.reason) < 10:
                    raise AssertionError(f"an error that does not say where or what: {item}")
                str(item).encode("utf-8")
        return documents, errors

    def _index(self, documents: int, errors: int) -> None:
        named: list[DocumentError] = []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            outcome = index_files(path, [str(self._folder)], on_size=_ignored, on_bytes=_ignored, on_error=named.append)
            # A document that can be read may still have a field that the schema refuses, and one id may come twice.
            if not (outcome.failed == len(named) >= errors and outcome.documents <= documents + 2):
                raise AssertionError(f"{documents} documents, {errors} errors, {outcome}, named: {named[:3]}")
            if not all(error.source and str(self._folder) in error.source for error in named):
                raise AssertionError(f"named: {named[:3]}")
            found = searchkit.open(path).search("kitab birinci sonuncu", limit=1_000)
            if not {"a-sound.txt", "z"} <= {hit.id for hit in found}:
                raise AssertionError("the sound documents were not found")


def _ignored(_: object) -> None:
    pass


def run(base: Path, count: int, seed: int, jobs: int = 1) -> Report:
    """Read `count` files, made in the folder `base`."""
    report = Report("documents")
    (base / "prepared").mkdir()
    took = peak = 0.0
    for number, outcome in tried(Documents, base / "prepared", seed, count, jobs=jobs, seconds=300):
        report.count(number, outcome)
        if outcome.figures:
            took, peak = max(took, outcome.figures[0]), max(peak, outcome.figures[1])
    report.notes.append(
        f"the longest took {took:.2f} s of the processor; memory at most {peak:,.0f} MB, for files of up to 3 MB"
    )
    return report


def main() -> int:
    options = asked(__doc__, 20_000)
    with tempfile.TemporaryDirectory() as base:
        return run(Path(base), options.count, options.seed, options.jobs).show()


if __name__ == "__main__":
    sys.exit(main())
