"""The different ones among keys, and tables of what is known by them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from azanalyzer.sorted_keys import SortedTable, distinct

keys = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 200))


@given(st.lists(st.sets(keys, max_size=60), max_size=8), st.sets(keys, max_size=20))
def test_a_sorted_table_finds_what_was_put_in_and_nothing_else(batches: list[set[int]], others: set[int]) -> None:
    table = SortedTable()
    expected: dict[int, int] = {}
    for batch in batches:
        new = sorted(batch - expected.keys())
        values = range(len(expected), len(expected) + len(new))
        table.add(np.array(new, np.uint64), np.array(values, np.uint64))
        expected.update(zip(new, values, strict=True))
        asked = sorted(expected.keys() | others)
        found, missing = table.find(np.array(asked, np.uint64))
        assert missing.tolist() == [place for place, key in enumerate(asked) if key not in expected]
        for key, value in zip(asked, found.tolist(), strict=True):
            assert key not in expected or value == expected[key]
    assert len(table) == len(expected)


@given(st.lists(keys, max_size=60))
def test_distinct_keys_with_a_place_of_each_and_which_is_where(own: list[int]) -> None:
    array = np.array(own, np.uint64)
    found, places, inverse = distinct(array)
    assert found.tolist() == sorted(set(own))
    assert array[places].tolist() == found.tolist()
    assert found[inverse].tolist() == own
