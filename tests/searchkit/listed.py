"""Two hundred documents with fields of every kind, for tests of filters, facets, orders and pages."""

from __future__ import annotations

import datetime
import random
from typing import Any

from searchkit import Date, Index, Keyword, Number, Ranking, Results, Schema, Stored, Text

__all__ = ["GONE", "LIVE", "PLAIN", "SCHEMA", "SOURCES", "TAGS", "TITLES", "day", "documents", "found", "ids"]

SCHEMA = Schema(title=Text(), body=Text(), date=Date(), source=Keyword(), tags=Keyword(), pages=Number(), url=Stored())
SOURCES = ["azertac", "report", "çinar", "əks-səda", "ipək yolu", "ışıq", "xəbər", "zəfər"]
TAGS = ["neft", "qaz", "şəhər", "çay", "iqtisadiyyat", "ədəbiyyat"]
TITLES = ["Çay", "Cəbrayıl", "Əlincə", "Elm", "İpək", "Işıq", "Xəzər", "Qala", "Kür", "Şuşa", "Ağ dəniz", "Ağac"]


def documents() -> list[dict[str, Any]]:
    """Two hundred documents, some without some of the fields."""
    chance = random.Random(7)
    made = []
    for number in range(200):
        words = ["neft"] * chance.randint(0, 3) + ["xəzər"] * chance.randint(0, 2) + ["kitab"] * chance.randint(1, 9)
        document: dict[str, Any] = {"id": f"d{number}", "body": " ".join(words), "url": "u"}
        if chance.random() < 0.9:
            document["title"] = f"{chance.choice(TITLES)} {chance.randint(1, 12)}"
        if chance.random() < 0.8:
            day = datetime.date(2021, 11, 20) + datetime.timedelta(days=chance.randint(0, 400))
            document["date"] = day.isoformat()
        if chance.random() < 0.9:
            document["source"] = chance.choice(SOURCES)
        if chance.random() < 0.8:
            document["tags"] = chance.sample(TAGS, chance.randint(1, 3))
        if chance.random() < 0.8:
            document["pages"] = chance.choice([-1, 0, 2.5, 3, 7, 7, 12])
        made.append(document)
    return made


PLAIN = Ranking.plain()
GONE = {f"d{number}" for number in range(0, 200, 9)}
LIVE = [document for document in documents() if document["id"] not in GONE]


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results]


def found(index: Index, **options: Any) -> set[str]:
    results = index.search("", limit=1000, **options)
    assert results.total == len(results)
    return set(ids(results))


def day(document: dict[str, Any]) -> str:
    return str(document.get("date", ""))
