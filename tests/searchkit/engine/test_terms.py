# ruff: noqa: SIM300

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engine import merge
from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile
from searchkit.engine.terms import BLOCK, LONGEST, TermDictionary, encode
from searchkit.engine.terms_writer import write_terms

ALIKE = (b"kitabxana", b"kitabxan\xc9\x99", b"k" * 8, b"k" * 300, b"\xff" * 9, b"\0" * 9)  # beginnings of many terms

terms = st.one_of(
    st.binary(max_size=4),
    st.builds(bytes.__add__, st.sampled_from(ALIKE), st.binary(max_size=3)),
    st.builds(lambda start, n: start * n, st.sampled_from((b"ab", b"\xff", b"\0")), st.integers(0, LONGEST // 2)),
    st.text(max_size=6).map(encode),
)


def write(folder: Path, given: Iterable[bytes]) -> TermDictionary:
    writer = ColumnWriter(folder / "x.seg")
    write_terms(writer, "f", sorted(set(given)))
    writer.finish({})
    return TermDictionary(ColumnFile(folder / "x.seg").columns, "f")


def check(dictionary: TermDictionary, expected: list[bytes], asked: Iterable[bytes]) -> None:
    assert len(expected) == len(dictionary)
    assert expected == list(dictionary.terms())
    assert b"".join([term + b"\n" for term in expected]) == dictionary.lines()
    for number, term in enumerate(expected):
        assert term == dictionary.term(number)
        assert number == dictionary.find(term) == dictionary.lower_bound(term)
    for term in asked:
        assert (expected.index(term) if term in expected else -1) == dictionary.find(term)
        assert bisect_left(expected, term) == dictionary.lower_bound(term)
        start, stop = dictionary.prefix_range(term)
        assert [found for found in expected if found.startswith(term)] == expected[start:stop]
        assert expected[start:stop] == list(dictionary.terms(start, stop))


@given(st.lists(terms, max_size=120), st.lists(terms, max_size=10))
@settings(max_examples=100, deadline=None)
def test_a_dictionary_does_what_a_sorted_list_does(
    tmp_path_factory: pytest.TempPathFactory, given: list[bytes], asked: list[bytes]
) -> None:
    expected = sorted(set(given))
    near = [term[:-1] for term in given if term] + [term + b"\0" for term in given]
    check(write(tmp_path_factory.mktemp("terms"), given), expected, [*asked, *near, b"", b"\xff\xff"])


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 10 * BLOCK, 10 * BLOCK + 3])
@pytest.mark.parametrize("start", [b"", b"kitabxana", b"x" * 255, b"x" * 256, b"x" * 1000])
def test_many_blocks_that_begin_alike(start: bytes, count: int, tmp_path: Path) -> None:
    """Where the first eight bytes do not tell blocks apart, and more is shared than a byte can count."""
    expected = [start + f"{2 * number:05}".encode() for number in range(count)]
    between = [start + f"{number:05}".encode() for number in range(-1, 2 * count + 2)]
    check(write(tmp_path, expected), expected, [*between, start, start[:-1], start + b"\xff", start + b"\0"])


def test_the_order_of_terms_is_that_of_code_points() -> None:
    letters = ["a", "z", "ç", "ı", "ş", "ə", "ә", "\uffff", "😀"]
    assert letters == sorted(letters, key=encode) == sorted(letters)


def test_long_terms_are_cut() -> None:
    assert LONGEST == len(encode("ə" * LONGEST))
    assert encode("a" * LONGEST) == encode("a" * (LONGEST + 1))
    assert b"?" == encode("\ud800")


@given(st.lists(terms, max_size=60))
@settings(max_examples=100, deadline=None)
def test_terms_share_what_they_can(tmp_path_factory: pytest.TempPathFactory, given: list[bytes]) -> None:
    expected = sorted(set(given))
    folder = tmp_path_factory.mktemp("terms")
    write(folder, given)
    shared = ColumnFile(folder / "x.seg").columns["f.terms.shared"].all.tolist()
    for number, term in enumerate(expected):
        before = expected[number - 1]
        common = next(size for size in range(min(len(term), len(before)), -1, -1) if term[:size] == before[:size])
        assert shared[number] == (min(common, 255) if number % BLOCK else 0)


@given(st.lists(st.one_of(st.none(), st.lists(terms, max_size=40)), min_size=1, max_size=4), st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_dictionaries_are_merged(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[bytes] | None], together: int
) -> None:
    dictionaries = [write(tmp_path_factory.mktemp("terms"), each) if each is not None else None for each in lists]
    own = [sorted(set(each or [])) for each in lists]
    expected = sorted(set().union(*own))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_TERMS", together)
        found, numbers = merge._merge_terms(dictionaries)
    assert expected == found
    assert [[expected.index(term) for term in each] for each in own] == [each.tolist() for each in numbers]
