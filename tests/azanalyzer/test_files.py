"""How the data files are read."""

from __future__ import annotations

from mmap import mmap
from pathlib import Path

import pytest

from azanalyzer.files import kept, taken

SHORT, LONG = 3, 9_000  # lines


@pytest.mark.parametrize("count", [SHORT, LONG])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_end_in_line_feeds(tmp_path: Path, count: int, end: bytes) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"".join(b"word%d" % number + end for number in range(count)))
    expected = b"".join(b"word%d\n" % number for number in range(count))
    assert bytes(kept(str(path))) == expected
    assert bytes(taken(path)) == expected


def test_a_long_file_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"word\n" * LONG)
    assert isinstance(taken(path), mmap)


@pytest.mark.parametrize("count", [SHORT, LONG])
def test_what_was_kept_is_taken_though_the_file_has_been_replaced(tmp_path: Path, count: int) -> None:
    path, newer = tmp_path / "words.tsv", tmp_path / "newer.tsv"
    path.write_bytes(b"old\n" * count)
    data = kept(str(path))
    newer.write_bytes(b"new\n" * count)
    newer.replace(path)
    assert taken(path) is data
    assert bytes(taken(path)) == b"new\n" * count
