"""Items that a thread makes one ahead: the same ones, the same errors, and no thread left."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from searchkit.engine.ahead import ahead


def _squares(count: int, made: list[int]) -> Iterator[int]:
    for number in range(count):
        made.append(threading.get_ident())
        yield number * number


@pytest.mark.parametrize("count", [0, 1, 7])
def test_the_items_come_in_order_and_are_made_elsewhere(count: int) -> None:
    made: list[int] = []
    assert list(ahead(_squares(count, made))) == [number * number for number in range(count)]
    assert len(made) == count
    assert threading.get_ident() not in made


def test_no_more_than_one_is_made_before_it_is_asked_for() -> None:
    made: list[int] = []
    items = ahead(_squares(9, made))
    assert next(items) == 0
    assert next(items) == 1
    items.close()
    assert len(made) in (2, 3)


def test_an_error_is_raised_where_the_item_is_wanted() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise OSError("no space left")

    items = ahead(failing())
    assert next(items) == 1
    with pytest.raises(OSError, match="no space left"):
        next(items)


def test_whoever_leaves_early_leaves_no_thread() -> None:
    before = threading.active_count()
    items = ahead(_squares(9, []))
    next(items)
    assert threading.active_count() == before + 1
    items.close()
    assert threading.active_count() == before
