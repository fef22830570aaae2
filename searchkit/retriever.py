"""Searches for programs that answer questions from documents: passages as texts with what is known of each.

The methods and attributes are those that chains of LangChain and their like call, so a `Retriever` fits where they
expect one; nothing of them is imported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from searchkit.suggestions.similar import as_text

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.results import Hit

__all__ = ["Document", "Retriever"]


@dataclass(frozen=True)
class Document:
    """A text and what is known of it."""

    page_content: str
    metadata: dict[str, Any] = field(default_factory=dict)


class Retriever:
    """The best `k` documents for a question.

    Each has the text of `field`, or with `length` the passage of about so many characters that answers best; its
    metadata are the other stored fields with `score` and `rank`. `options` are those of `Index.search`.
    """

    def __init__(
        self, index: Index, k: int = 4, *, field: str = "body", length: int | None = None, **options: Any
    ) -> None:
        self.index = index
        self.k = k
        self.field = field
        self.length = length
        self.options = options

    def invoke(self, input: str, config: object = None, **options: Any) -> list[Document]:
        """The documents for a question; `options` add to those of the retriever, `config` is not used."""
        results = self.index.search(input, **{"limit": self.k, **self.options, **options})
        return [self._document(hit) for hit in results]

    async def ainvoke(self, input: str, config: object = None, **options: Any) -> list[Document]:
        """`invoke` in a thread, while the event loop goes on."""
        import asyncio

        return await asyncio.to_thread(self.invoke, input, config, **options)

    def get_relevant_documents(self, query: str) -> list[Document]:
        """`invoke` by its older name."""
        return self.invoke(query)

    async def aget_relevant_documents(self, query: str) -> list[Document]:
        """`ainvoke` by its older name."""
        return await self.ainvoke(query)

    def _document(self, hit: Hit) -> Document:
        text = as_text(hit.get(self.field)) if self.length is None else hit.snippet(self.field, self.length).text
        known = {name: value for name, value in hit.fields.items() if name != self.field}
        return Document(text, {**known, "score": hit.score, "rank": hit.rank})
