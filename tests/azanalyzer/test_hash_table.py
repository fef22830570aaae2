"""The hash table finds what was put in, and nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from azanalyzer.hash_table import HashTable

# Keys whose own places are few, so that they get into each other's way, at the end of the table, too.
keys = st.one_of(
    st.integers(1, 2**64 - 1),
    st.builds(lambda low, high: high << 60 | low, st.integers(1, 50), st.sampled_from([0, 1, 15])),
    st.builds(lambda low: 2**64 - low, st.integers(1, 50)),
)


@given(st.lists(st.lists(keys, max_size=60), max_size=5), st.lists(keys, max_size=20))
def test_against_a_dict(batches: list[list[int]], others: list[int]) -> None:
    table = HashTable()
    expected: dict[int, int] = {}
    for batch in batches:
        new = [key for key in dict.fromkeys(batch) if key not in expected]
        numbers = range(len(expected), len(expected) + len(new))
        table.add(np.array(new, np.uint64), np.array(numbers, np.uint32))
        expected.update(zip(new, numbers, strict=True))
        asked = [*expected, *others, *expected]
        found, missing = table.find(np.array(asked, np.uint64))
        assert missing.tolist() == [place for place, key in enumerate(asked) if key not in expected]
        for key, number in zip(asked, found.tolist(), strict=True):
            assert key not in expected or number == expected[key]
    assert len(table) == len(expected)
    assert dict(zip(*(part.tolist() for part in table.items()), strict=True)) == expected


def test_it_grows() -> None:
    made = np.unique(np.random.default_rng(1).integers(1, 1 << 63, 100_000, np.uint64))
    table = HashTable()
    table.add(made[:50_000], np.arange(50_000, dtype=np.uint32))
    table.add(made[50_000:], np.arange(50_000, len(made), dtype=np.uint32))
    found, missing = table.find(made)
    assert found.tolist() == list(range(len(made)))
    assert not len(missing)
    assert len(table.find(made + np.uint64(1))[1]) == len(np.setdiff1d(made + np.uint64(1), made))
