# ruff: noqa: SIM300
"""The hierarchy of errors: whoever knows nothing of searchkit catches what they would expect."""

from __future__ import annotations

import searchkit
from searchkit import SearchkitError

BUILTINS: dict[type[SearchkitError], type[Exception]] = {
    searchkit.IndexNotFoundError: FileNotFoundError,
    searchkit.IndexExistsError: FileExistsError,
    searchkit.IndexVersionError: RuntimeError,
    searchkit.CorruptIndexError: OSError,
    searchkit.LockedError: BlockingIOError,
    searchkit.WriterClosedError: RuntimeError,
    searchkit.SchemaError: ValueError,
    searchkit.DocumentError: ValueError,
    searchkit.QueryError: ValueError,
    searchkit.QueryTimeoutError: TimeoutError,
    searchkit.ReadOnlyError: OSError,
    searchkit.StorageError: OSError,
    searchkit.TooFewDocumentsError: ValueError,
    searchkit.GenerationNotFoundError: LookupError,
}


def test_every_error_is_the_builtin_that_one_would_expect() -> None:
    for error, builtin in BUILTINS.items():
        assert issubclass(error, builtin)
        assert error.__name__ in searchkit.__all__
    assert BUILTINS.keys() == subclasses(SearchkitError)


def subclasses(error: type[SearchkitError]) -> set[type[SearchkitError]]:
    own = set(error.__subclasses__())
    return own.union(*map(subclasses, own))


def test_a_search_that_takes_too_long_is_a_query_error_too() -> None:
    error = searchkit.QueryTimeoutError("it took too long")
    assert isinstance(error, searchkit.QueryError)
    assert "it took too long" == str(error)
