"""The sorted table finds what was put in, and nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from azanalyzer.morphology.rows import SortedTable

keys = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 200))


@given(st.lists(st.sets(keys, max_size=60), max_size=8), st.sets(keys, max_size=20))
def test_against_a_dict(batches: list[set[int]], others: set[int]) -> None:
    table = SortedTable(np.int64)
    expected: dict[int, int] = {}
    for batch in batches:
        new = sorted(batch - expected.keys())
        values = range(len(expected), len(expected) + len(new))
        table.add(np.array(new, np.uint64), np.array(values, np.int64))
        expected.update(zip(new, values, strict=True))
        asked = sorted(expected.keys() | others)
        found, missing = table.find(np.array(asked, np.uint64))
        assert missing.tolist() == [place for place, key in enumerate(asked) if key not in expected]
        for key, value in zip(asked, found.tolist(), strict=True):
            assert key not in expected or value == expected[key]
    assert len(table) == len(expected)
