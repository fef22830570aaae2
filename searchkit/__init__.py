"""Full-text search for Azerbaijani.

>>> import searchkit
>>> index = searchkit.create("articles.index")               # doctest: +SKIP
>>> with index.writer() as writer:                           # doctest: +SKIP
...     writer.add({"id": "1", "title": "Kitablarımızdan"})
>>> [hit.id for hit in index.search("kitab")]                # doctest: +SKIP
['1']
"""

from searchkit._version import __version__

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

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
    from searchkit.explain import Reason
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

# Where the names are. Each module is imported when one of its names is asked for, so that a program that begins with
# this package is up at once, and the command can say what an interrupt does from its first moment on.
_MODULES = {
    "backend": "Facet Problem",
    "errors": (
        "CorruptIndexError DocumentError GenerationNotFoundError IndexExistsError IndexNotFoundError "
        "IndexVersionError LockedError NetworkFileSystemWarning QueryError QueryTimeoutError ReadOnlyError "
        "SchemaError SearchkitError StorageError TooFewDocumentsError WriterClosedError"
    ),
    "explain": "Reason",
    "generations": "rollback snapshot",
    "health": "Repair repair verify",
    "index": "Index Stats",
    "opening": "create open open_or_create rebuild",
    "ranking": "Freshness Ranking",
    "request": "Between SearchRequest",
    "results": "Completion Hit Results",
    "schema": "Date Field Keyword Number Schema Stored Text",
    "snippets": "Snippet",
    "sync": "Changes",
    "writer": "Summary Writer",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> "Any":
    if name in _MODULE_OF:
        from importlib import import_module

        found = globals()[name] = getattr(import_module(f"searchkit.{_MODULE_OF[name]}"), name)
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
