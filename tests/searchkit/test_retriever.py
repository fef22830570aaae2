# ruff: noqa: SIM300
"""Passages for chains of language models."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from searchkit import Index
from searchkit.retriever import Document, Retriever
from tests.searchkit.newspaper import SCHEMA

Make = Callable[..., Index]


def test_a_retriever(newspaper: Index) -> None:
    retriever = Retriever(newspaper, k=2, filters={"tags": "iqtisadiyyat"})
    found = retriever.invoke("neft və qaz")
    assert ["az-1", "az-3"] == [document.metadata["id"] for document in found]
    best = newspaper.search("neft və qaz", limit=2, filters={"tags": "iqtisadiyyat"})[0]
    known = {name: value for name, value in best.fields.items() if name != "body"}
    assert Document(best["body"], {**known, "score": best.score, "rank": 1}) == found[0]
    assert found == retriever.get_relevant_documents("neft və qaz")
    assert found == asyncio.run(retriever.ainvoke("neft və qaz"))
    assert found == asyncio.run(retriever.aget_relevant_documents("neft və qaz"))
    assert 1 == len(retriever.invoke("neft və qaz", {"tags": []}, limit=1))
    assert [] == retriever.invoke("nosuchword")


def test_passages_of_a_retriever(make_index: Make) -> None:
    long = {"id": "1", "body": ["Su axır. " * 60, "Neft çıxır."], "title": "Neft"}
    index = make_index([long, {"id": "2", "title": "Neft"}, {"id": "3", "title": "Neft", "body": None}], SCHEMA)
    found = Retriever(index, field="body", length=40).invoke("neft")
    assert {"1": True, "2": False, "3": False} == {d.metadata["id"]: "Neft çıxır." in d.page_content for d in found}
    assert all(len(document.page_content) <= 40 for document in found)
    whole = {d.metadata["id"]: d.page_content for d in Retriever(index).invoke("neft")}
    assert "Su axır. " * 60 + "\nNeft çıxır." == whole["1"]
    assert "" == whole["2"] == whole["3"]
