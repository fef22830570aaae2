"""Steps on arrays, against what numpy gives in a plain way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engine.arrays import counting_order

COUNTS = st.one_of(st.integers(1, 40), st.integers(1, 1 << 18), st.integers(1, 1 << 40))


@st.composite
def numbers_below(draw: st.DrawFn) -> tuple[list[int], int]:
    """Some numbers, of which some are equal, and one that all are below."""
    count = draw(COUNTS)
    few = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=8))
    return draw(st.lists(st.one_of(st.sampled_from(few), st.integers(0, count - 1)), max_size=60)), count


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
@given(case=numbers_below())
def test_numbers_are_put_in_order_as_they_stand(dtype: Any, case: tuple[list[int], int]) -> None:
    numbers, count = case
    values = np.array(numbers, dtype)
    assert np.argsort(values, kind="stable").tolist() == counting_order(values, count).tolist()
