"""Snippets of texts by themselves, for tests of what is marked and of how it is written."""

from __future__ import annotations

from azanalyzer import Analyzer
from searchkit import Schema, Snippet, Text
from searchkit.highlighting.snippets import Highlighter
from searchkit.query.parse import parse
from searchkit.querytree import Query

__all__ = ["ANALYZER", "SCHEMA", "highlighter", "parsed", "snippet"]

ANALYZER = Analyzer.shared()
SCHEMA = Schema(body=Text(), title=Text())


def parsed(query: str) -> Query:
    return parse(query, SCHEMA, ANALYZER)


def highlighter(query: str) -> Highlighter:
    return Highlighter(parsed(query), ANALYZER)


def snippet(text: str, query: str, length: int = 240) -> Snippet:
    return highlighter(query).snippet(text, "body", length)
