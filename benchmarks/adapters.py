"""searchkit and its peers behind one face: build an index of JSON lines, open it, ask it, add to it.

Peers run as their documentation sets them up for ranked search over `title` and `body`, with the other fields stored;
they get the plain text and do not stem. Whatever is installed takes part: nothing is imported before it is used.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import ujson

import searchkit
from benchmarks.collection import Document, read

__all__ = ["ENGINES", "Engine"]

Found = list[tuple[str, str]]  # id and title of the best ten, best first

_BEST = 10
_ALL_KINDS = ("rare", "common", "or2", "or5", "and3", "phrase", "prefix")


class Engine:
    """One system at the index in one folder. A subclass says how it writes the queries of each kind.

    `imports` are the modules that a process has loaded before it opens an index, `workers` the numbers of processes or
    threads that can build, `most` the largest collection it is measured with, in documents.
    """

    name: str
    package = ""
    imports: tuple[str, ...] = ()
    workers: tuple[int, ...] = (1,)
    kinds: tuple[str, ...] = _ALL_KINDS
    highlights = True
    adds = True
    most: int | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def version(cls) -> str | None:
        """The version of the library; None where it is not installed."""
        try:
            return version(cls.package)
        except PackageNotFoundError:
            return None

    @classmethod
    def load(cls) -> None:
        """Import what the system needs."""
        for module in cls.imports:
            importlib.import_module(module)

    def build(self, documents: Path, workers: int) -> None:
        """Index the JSON lines, down to the commit."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the index for searching."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of an open index, where that does not go by itself."""

    def search(self, kind: str, text: str) -> Found:
        """The best ten for a query of `benchmarks.queries`."""
        raise NotImplementedError

    def snippets(self, text: str) -> list[str]:
        """The best ten for any of the words, each with a highlighted passage of its body."""
        raise NotImplementedError

    def add(self, document: Document) -> None:
        """Add one document and commit, so that it is still there after a crash of the machine."""
        raise NotImplementedError


class Searchkit(Engine):
    """This project."""

    name = "searchkit"
    imports = ("numpy", "whoosh.index", "whoosh.query", "searchkit.engine.column_backend")
    workers = (1, 2)

    @classmethod
    def version(cls) -> str | None:
        return searchkit.__version__

    def build(self, documents: Path, workers: int) -> None:
        with searchkit.create(self.folder).writer(jobs=workers) as writer:
            for document in read(documents):
                writer.add(document)

    def open(self) -> None:
        self._index = searchkit.open(self.folder)

    def search(self, kind: str, text: str) -> Found:
        query = {"phrase": f'"{text}"', "prefix": f"{text}*"}.get(kind, text)
        match = "all" if kind == "and3" else "any"
        return [(hit.id, hit["title"]) for hit in self._index.search(query, limit=_BEST, match=match)]

    def snippets(self, text: str) -> list[str]:
        return [hit.snippet("body").html() for hit in self._index.search(text, limit=_BEST)]

    def add(self, document: Document) -> None:
        with self._index.writer() as writer:
            writer.add(document)


class Fts5(Engine):
    """SQLite's full-text index, ranked by its bm25(); its tokenizer unicode61, without the Porter stemmer."""

    name = "SQLite FTS5"
    imports = ("sqlite3",)

    @classmethod
    def version(cls) -> str | None:
        try:
            with closing(sqlite3.connect(":memory:")) as base:
                base.execute("CREATE VIRTUAL TABLE probe USING fts5(body)")
        except sqlite3.OperationalError:
            return None
        return sqlite3.sqlite_version

    def build(self, documents: Path, workers: int) -> None:
        self.folder.mkdir()
        self.open()
        with self._base:
            self._base.execute(
                "CREATE VIRTUAL TABLE articles USING fts5("
                "id UNINDEXED, title, body, date UNINDEXED, section UNINDEXED, tokenize = 'unicode61')"
            )
            self._insert(read(documents))
        self.close()

    def open(self) -> None:
        self._base = sqlite3.connect(self.folder / "articles.sqlite")

    def close(self) -> None:
        self._base.close()

    def search(self, kind: str, text: str) -> Found:
        words = [f'"{word}"' for word in text.split()]
        query = {"and3": " AND ".join(words), "phrase": f'"{text}"', "prefix": f'"{text}"*'}.get(
            kind, " OR ".join(words)
        )
        return self._rows("id, title", query)

    def snippets(self, text: str) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in text.split())
        return [row[2] for row in self._rows("id, title, snippet(articles, 2, '<mark>', '</mark>', '…', 40)", query)]

    def add(self, document: Document) -> None:
        with self._base:
            self._insert([document])

    def _rows(self, columns: str, query: str) -> list[Any]:
        # "ORDER BY rank" is ORDER BY bm25(articles), which FTS5 answers faster in this form.
        select = f"SELECT {columns} FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT {_BEST}"
        return self._base.execute(select, (query,)).fetchall()

    def _insert(self, documents: Iterable[Document]) -> None:
        values = ((d["id"], d["title"], d["body"], d.get("date"), d.get("section")) for d in documents)
        self._base.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", values)


class Tantivy(Engine):
    """The Rust library by its Python binding; its default tokenizer, words in lower case with their positions."""

    name = "tantivy"
    package = "tantivy"
    imports = ("tantivy",)
    workers = (1, 2)

    _FIELDS = ("title", "body")
    _HEAP = 256_000_000  # bytes for all threads, shared out between them

    def build(self, documents: Path, workers: int) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        for field in self._FIELDS:
            builder.add_text_field(field, stored=True)
        for field in ("id", "date", "section"):
            builder.add_text_field(field, stored=True, tokenizer_name="raw")
        self.folder.mkdir()
        writer = tantivy.Index(builder.build(), path=str(self.folder)).writer(self._HEAP, workers)
        with documents.open(encoding="utf-8") as lines:
            for line in lines:
                writer.add_json(line)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        import tantivy

        self._tantivy = tantivy
        self._index = tantivy.Index.open(str(self.folder))
        self._searcher = self._index.searcher()

    def search(self, kind: str, text: str) -> Found:
        found = []
        for _, address in self._searcher.search(self._query(kind, text), _BEST).hits:
            document = self._searcher.doc(address)
            found.append((document["id"][0], document["title"][0]))
        return found

    def snippets(self, text: str) -> list[str]:
        query = self._query("common", text)
        hits = self._searcher.search(query, _BEST).hits
        generator = self._tantivy.SnippetGenerator.create(self._searcher, query, self._index.schema, "body")
        return [generator.snippet_from_doc(self._searcher.doc(address)).to_html() for _, address in hits]

    def add(self, document: Document) -> None:
        writer = self._index.writer(15_000_000, 1)  # the least that it takes
        writer.add_json(ujson.dumps(document))
        writer.commit()
        del writer  # lets go of the lock
        self._index.reload()
        self._searcher = self._index.searcher()

    def _query(self, kind: str, text: str) -> Any:
        if kind == "prefix":
            make, either = self._tantivy.Query, self._tantivy.Occur.Should
            schema = self._index.schema
            return make.boolean_query(
                [(either, make.regex_query(schema, field, f"{text}.*")) for field in self._FIELDS]
            )
        query = f'"{text}"' if kind == "phrase" else text
        return self._index.parse_query(query, list(self._FIELDS), conjunction_by_default=kind == "and3")


class Whoosh(Engine):
    """Whoosh as it comes: its own codec and scoring, words in lower case."""

    name = "Whoosh"
    package = "whoosh3"
    imports = ("whoosh.index", "whoosh.qparser", "whoosh.analysis")
    workers = (1, 2)
    most = 20_000

    def build(self, documents: Path, workers: int) -> None:
        from whoosh.analysis import LowercaseFilter, RegexTokenizer
        from whoosh.fields import ID, STORED, TEXT, Schema
        from whoosh.index import create_in

        words = RegexTokenizer() | LowercaseFilter()
        text = TEXT(stored=True, analyzer=words)
        schema = Schema(id=ID(stored=True, unique=True), title=text, body=text, date=STORED, section=STORED)
        self.folder.mkdir()
        writer = create_in(self.folder, schema).writer(procs=workers, limitmb=256)
        for document in read(documents):
            writer.add_document(**document)
        writer.commit()

    def open(self) -> None:
        from whoosh.index import open_dir
        from whoosh.qparser import AndGroup, MultifieldParser, OrGroup

        self._index = open_dir(self.folder)
        self._searcher = self._index.searcher()
        fields = ["title", "body"]
        self._any = MultifieldParser(fields, self._index.schema, group=OrGroup)
        self._all = MultifieldParser(fields, self._index.schema, group=AndGroup)

    def search(self, kind: str, text: str) -> Found:
        query = {"phrase": f'"{text}"', "prefix": f"{text}*"}.get(kind, text)
        parsed = (self._all if kind == "and3" else self._any).parse(query)
        return [(hit["id"], hit["title"]) for hit in self._searcher.search(parsed, limit=_BEST)]

    def snippets(self, text: str) -> list[str]:
        return [hit.highlights("body") for hit in self._searcher.search(self._any.parse(text), limit=_BEST)]

    def add(self, document: Document) -> None:
        writer = self._index.writer()
        writer.add_document(**document)
        writer.commit()


class Bm25s(Engine):
    """Scores of all pairs of words and documents in a sparse matrix; any of the words, and nothing else."""

    name = "bm25s"
    package = "bm25s"
    imports = ("bm25s",)
    kinds = ("rare", "common", "or2", "or5")
    highlights = False
    adds = False
    most = 200_000  # the matrix is built in memory, some 20 KB a document

    def build(self, documents: Path, workers: int) -> None:
        corpus = list(read(documents))
        retriever = self._bm25s.BM25()
        texts = [f"{document['title']}\n{document['body']}" for document in corpus]
        retriever.index(self._bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
        retriever.save(self.folder, corpus=corpus, show_progress=False)

    def open(self) -> None:
        self._retriever = self._bm25s.BM25.load(self.folder, mmap=True, load_corpus=True, show_progress=False)

    def search(self, kind: str, text: str) -> Found:
        words = self._bm25s.tokenize([text], stopwords=None, return_ids=False, show_progress=False)
        found = self._retriever.retrieve(words, k=_BEST, show_progress=False)
        hits = zip(found.documents[0], found.scores[0], strict=True)
        return [(hit["id"], hit["title"]) for hit, score in hits if score > 0]

    @cached_property
    def _bm25s(self) -> Any:
        return importlib.import_module("bm25s")


ENGINES: Mapping[str, type[Engine]] = {
    "searchkit": Searchkit, "tantivy": Tantivy, "fts5": Fts5, "bm25s": Bm25s, "whoosh": Whoosh,
}  # fmt: skip
