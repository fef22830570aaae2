"""Full-text search for Azerbaijani.

>>> import searchkit
>>> index = searchkit.create("articles.index")               # doctest: +SKIP
>>> with index.writer() as writer:                           # doctest: +SKIP
...     writer.add({"id": "1", "title": "Kitablarımızdan"})
>>> [hit.id for hit in index.search("kitab")]                # doctest: +SKIP
['1']
"""

from typing import TYPE_CHECKING, Any

from searchkit._version import __version__
from searchkit.backend import Facet, Problem
from searchkit.errors import (
    CorruptIndexError,
    DocumentError,
    GenerationNotFoundError,
    IndexExistsError,
    IndexNotFoundError,
    IndexVersionError,
    LockedError,
    NetworkFileSystemWarning,
    QueryError,
    QueryTimeoutError,
    ReadOnlyError,
    SchemaError,
    SearchkitError,
    StorageError,
    TooFewDocumentsError,
    WriterClosedError,
)
from searchkit.generations import rollback, snapshot
from searchkit.health import Repair, repair, verify
from searchkit.index import Index, Stats
from searchkit.opening import create, open, open_or_create, rebuild
from searchkit.ranking import Freshness, Ranking
from searchkit.request import Between, SearchRequest
from searchkit.results import Completion, Hit, Results
from searchkit.schema import Date, Field, Keyword, Number, Schema, Stored, Text
from searchkit.snippets import Snippet
from searchkit.sync import Changes
from searchkit.writer import Summary, Writer

if TYPE_CHECKING:
    from searchkit.explain import Reason

__all__ = [
    "Between",
    "Changes",
    "Completion",
    "CorruptIndexError",
    "Date",
    "DocumentError",
    "Facet",
    "Field",
    "Freshness",
    "GenerationNotFoundError",
    "Hit",
    "Index",
    "IndexExistsError",
    "IndexNotFoundError",
    "IndexVersionError",
    "Keyword",
    "LockedError",
    "NetworkFileSystemWarning",
    "Number",
    "Problem",
    "QueryError",
    "QueryTimeoutError",
    "Ranking",
    "ReadOnlyError",
    "Reason",
    "Repair",
    "Results",
    "Schema",
    "SchemaError",
    "SearchRequest",
    "SearchkitError",
    "Snippet",
    "Stats",
    "StorageError",
    "Stored",
    "Summary",
    "Text",
    "TooFewDocumentsError",
    "Writer",
    "WriterClosedError",
    "__version__",
    "create",
    "open",
    "open_or_create",
    "rebuild",
    "repair",
    "rollback",
    "snapshot",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name == "Reason":  # dataclasses are slow to import, and few programs ask why
        from searchkit.explain import Reason

        return Reason
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
