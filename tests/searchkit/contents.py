"""All that an index holds."""

from __future__ import annotations

from typing import Any

from searchkit import Index


def everything(index: Index) -> dict[str, dict[str, Any]]:
    """All the documents by id, as a search gives them."""
    hits = index.search("-nosuchword", limit=1000)
    assert len(index) == hits.total == len({hit.id for hit in hits})
    return {hit.id: dict(hit.fields) for hit in hits}
