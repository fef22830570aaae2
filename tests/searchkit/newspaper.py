"""Three documents with fields of all kinds, for tests of queries; the fixture `newspaper` is an index of them."""

from __future__ import annotations

import datetime
from typing import Any

from searchkit import (
    AllOf,
    Between,
    Date,
    Facet,
    Index,
    Keyword,
    Not,
    Number,
    Ranking,
    Schema,
    SearchRequest,
    Stored,
    Text,
)

SCHEMA = Schema(title=Text(boost=2), body=Text(), date=Date(), tags=Keyword(), pages=Number(), url=Stored())
DOCUMENTS = [
    {
        "id": "az-1",
        "title": "Xəzərin neft yataqları",
        "body": "Xəzər dənizində neft və qaz hasil olunur. Kasım-Jomart Tokayev Bakıya gəldi.",
        "date": "2022-08-24",
        "tags": ["İqtisadiyyat", "enerji siyasəti"],
        "pages": 4,
        "url": "https://example.az/1",
    },
    {
        "id": "az-2",
        "title": "Gəncədə festival",
        "body": "Şəhərin işıqları yandı, kitablar satıldı. AZƏRTAC-ın müxbiri bildirir.",
        "date": "2022-09-01T19:30",
        "tags": "Mədəniyyət",
        "pages": 2.5,
    },
    {
        "id": "az-3",
        "title": "Qaz kəməri",
        "body": "2022-ci ilin sonunda BMT-nin hesabatı çıxdı. Jomart adlı mühəndis 24.08.2022-də gəldi.",
        "date": "2023-01-10",
        "tags": ["iqtisadiyyat", "siyasət"],
        "pages": -1,
    },
]


def numbers(index: Index, query: str, **options: Any) -> str:
    """The numbers of the documents that a query finds, in order, as "13" for az-1 and az-3."""
    results = index.search(query, **options)
    assert results.total == len(results)
    return "".join(sorted(hit.id.removeprefix("az-") for hit in results))


# Searches with all that may be asked, each of which finds something.
REQUESTS = [
    SearchRequest("neft"),
    SearchRequest("qaz", 2, 1, match="all", syntax="full"),
    SearchRequest("", filters={"tags": ["siyasət", "iqtisadiyyat"], "pages": Between(-1, None)}, sort="-date"),
    SearchRequest("", filters={"date": ("2022-09", datetime.date(2023, 2, 1)), "id": {"az-2"}}, sort=("title",)),
    SearchRequest("", filters={"tags": [AllOf(["siyasət", Not(None)]), None], "date": Not(Between(None, "2021"))}),
    SearchRequest("gəldi", facets=["tags", Facet("date", "month", 3)], group_by="tags"),
    SearchRequest("jomart", ranking=Ranking(depth=0)),
]  # fmt: skip
