from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.documents import Document, read_documents
from searchkit.errors import DocumentError


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below tmp_path, with the folders it needs; text as UTF-8, line ends as they are."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def read() -> Callable[..., tuple[list[Document], list[DocumentError]]]:
    """All the documents and all the errors that paths give; fails where anything else comes."""

    def read(*paths: str | Path, **options: object) -> tuple[list[Document], list[DocumentError]]:
        items = list(read_documents(paths, **options))
        documents = [item for item in items if isinstance(item, Document)]
        errors = [item for item in items if isinstance(item, DocumentError)]
        assert len(documents) + len(errors) == len(items)
        return documents, errors

    return read
