"""What queries find, compared with a model that reads every document."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import searchkit
from azanalyzer import Analyzer
from searchkit import Index
from tests.searchkit.newspaper import SCHEMA

WORDS = ("kitab", "kitabların", "neft", "neftdən", "dəniz", "dənizə", "şəhər", "qanunlar", "məktəbdə", "ön", "on")
ANALYZER = Analyzer.shared()


class Part(NamedTuple):
    """A part of a query and what it means to the model."""

    text: str
    kind: str
    field: str
    excluded: bool


def parts() -> st.SearchStrategy[Part]:
    def part(kind: str, words: list[str], field: str, excluded: bool, number: int) -> Part:
        text, name = {
            "word": (words[0], field),
            "phrase": (f'"{" ".join(words)}"', field),
            "prefix": (words[0][:3] + "*", field),
            "tags": (f"t{number}", "tags"),
            "pages": (str(number), "pages"),
            "date": (f"202{number}", "date"),
        }[kind]
        return Part(f"{'-' * excluded}{name + ':' if name else ''}{text}", kind, name, excluded)

    return st.builds(
        part,
        st.sampled_from(["word", "word", "word", "phrase", "phrase", "prefix", "tags", "pages", "date"]),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        st.sampled_from(["", "", "title", "body"]),
        st.sampled_from([False, False, False, True]),
        st.integers(0, 3),
    )


class Model:
    """An index, and its documents for searching them the slow way."""

    def __init__(self, index: Index, documents: dict[str, dict[str, Any]]) -> None:
        self.index = index
        self.documents = documents

    def find(self, parts: list[Part], match: str) -> set[str]:
        """The ids of the documents that a query of these parts is to find."""
        typed = ANALYZER.typed_in_ascii(" ".join(part.text for part in parts))
        join = any if match == "any" else all
        groups: dict[str, list[Part]] = {}
        for part in parts:
            if not part.excluded:
                groups.setdefault(part.kind if part.kind in ("tags", "pages", "date") else "words", []).append(part)
        return {
            key
            for key, document in self.documents.items()
            if all(join(fits(part, document, typed) for part in group) for group in groups.values())
            and not any(fits(part, document, typed) for part in parts if part.excluded)
        }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """An index with several segments and deleted documents."""
    index = searchkit.create(tmp_path_factory.mktemp("model") / "index", SCHEMA)
    choose = random.Random(22)
    documents: dict[str, dict[str, Any]] = {}
    for size in (60, 25, 12, 6):
        with index.writer() as writer:
            for _ in range(size):
                document = {
                    "id": str(choose.randrange(90)),
                    "title": " ".join(choose.choices(WORDS, k=choose.randrange(4))),
                    "body": " ".join(choose.choices(WORDS, k=choose.randrange(12))),
                    "tags": [f"T{choose.randrange(4)}" for _ in range(choose.randrange(3))],
                    "pages": choose.randrange(4),
                    "date": f"202{choose.randrange(4)}-0{choose.randrange(1, 10)}-17",
                }
                writer.add(document)
                documents[document["id"]] = document
            for _ in range(3):
                key = choose.choice(list(documents))
                writer.delete(key)
                del documents[key]
    return Model(index, documents)


def fits(part: Part, document: dict[str, Any], typed_in_ascii: bool) -> bool:
    """Whether a document has what a part of a query asks for."""
    text = part.text.removeprefix("-").removeprefix(f"{part.field}:")
    if part.kind == "tags":
        return text.upper() in document["tags"]
    if part.kind == "pages":
        return int(text) == document["pages"]
    if part.kind == "date":
        return document["date"].startswith(text)
    for field in [part.field] if part.field else ["title", "body"]:
        terms = ANALYZER.terms(document[field])
        if part.kind == "prefix":
            if any(term.startswith(tuple(ANALYZER.spellings(text[:-1], typed_in_ascii))) for term in terms):
                return True
            continue
        places = ANALYZER.query_terms(text.strip('"'), typed_in_ascii)
        starts = range(len(terms) - len(places) + 1)
        if any(all(terms[at + step] in place for step, place in enumerate(places)) for at in starts):
            return True
    return False


# A failing query is short anyway; to make it shorter would take minutes.
@settings(max_examples=120, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(parts(), min_size=1, max_size=5), st.sampled_from(["any", "all"]), st.integers(2, 20))
def test_a_query_finds_what_a_model_finds(model: Model, parts: list[Part], match: str, page: int) -> None:
    query = " ".join(part.text for part in parts)
    index, expected = model.index, model.find(parts, match)
    results = index.search(query, match=match, limit=1000)
    assert expected == {hit.id for hit in results}
    assert len(expected) == results.total == len(results)
    everything = [(hit.id, hit.score) for hit in results]
    assert sorted((score for _, score in everything), reverse=True) == [score for _, score in everything]
    paged = []
    for offset in range(0, len(everything) + page, page):
        part_of = index.search(query, match=match, limit=page, offset=offset)
        assert len(expected) == part_of.total
        assert list(range(offset + 1, offset + len(part_of) + 1)) == [hit.rank for hit in part_of]
        paged += [(hit.id, hit.score) for hit in part_of]
    assert everything == paged
