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
from searchkit.index import Index
from searchkit.opening import create, open, open_or_create, rebuild
from searchkit.ranking import Freshness, Ranking
from searchkit.request import SearchRequest
from searchkit.results import Completion, Hit, Results
from searchkit.schema import Date, Field, Keyword, Number, Schema, Stored, Text
from searchkit.storage.generations import rollback, snapshot
from searchkit.storage.stats import Stats

if TYPE_CHECKING:
    from searchkit.explain import Reason
    from searchkit.highlighting.snippets import Snippet
    from searchkit.indexing.sync import Changes
    from searchkit.indexing.writer import Summary, Writer
    from searchkit.query.filter_values import AllOf, Between, Not
    from searchkit.storage.health import Repair, repair, verify
    from searchkit.storage.upgrading import upgrade

__all__ = [
    "AllOf",
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
    "Not",
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
    "upgrade",
    "verify",
]


# Names that a program which opens an index and searches it does without, and where they are.
_LATER = {
    "AllOf": "query.filter_values",
    "Between": "query.filter_values",
    "Changes": "indexing.sync",
    "Not": "query.filter_values",
    "Reason": "explain",
    "Repair": "storage.health",
    "Snippet": "highlighting.snippets",
    "Summary": "indexing.writer",
    "Writer": "indexing.writer",
    "repair": "storage.health",
    "upgrade": "storage.upgrading",
    "verify": "storage.health",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from importlib import import_module

        found = globals()[name] = getattr(import_module(f"searchkit.{_LATER[name]}"), name)
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
