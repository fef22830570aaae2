"""An index that tests damage, each its own copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.searchkit.storage.damaged import make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index for reading only; see `damaged.make`."""
    path = tmp_path_factory.mktemp("damaged") / "index"
    make(path)
    return path


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index"))
