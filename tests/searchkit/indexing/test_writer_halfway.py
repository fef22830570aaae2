# ruff: noqa: PT012
"""Changes that a writer has made only in part are never committed."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit import (
    Index,
    WriterClosedError,
)
from searchkit.engine import transaction
from searchkit.engine.store_writer import StoreWriter
from tests.searchkit.contents import everything

Make = Callable[..., Index]


class StopError(Exception):
    pass


HALFWAY = "a change was made only in part, because of {}; roll this writer back and do all of it again with a new one"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Lets a part of the engine fail in the middle of the document "bad"."""

    def fail_with(error: BaseException) -> None:
        add = StoreWriter.add

        def fail(self: StoreWriter, head: bytes, tail: bytes) -> None:
            if b'"bad"' in head:
                raise error
            add(self, head, tail)

        monkeypatch.setattr(StoreWriter, "add", fail)

    return fail_with


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "MemoryError"),
        (
            searchkit.StorageError(28, "No space left on device", "a.seg"),
            "StorageError: a.seg: No space left on device",
        ),
        (StopError("now"), "StopError: now"),
    ],
)
def test_a_document_taken_in_part_is_not_committed(
    error: BaseException,
    told: str,
    rebuild: bool,
    make_index: Make,
    failing: Callable[[BaseException], None],
) -> None:
    index = make_index(["kitab"])
    failing(error)
    with pytest.raises(WriterClosedError, match=re.escape(told)):  # noqa: SIM117
        with searchkit.rebuild(index.path) if rebuild else index.writer() as writer:
            writer.add({"id": "2", "body": "neft"})
            with pytest.raises(type(error)):
                writer.add({"id": "bad", "body": "neft"})
            for use in (lambda: writer.add({"id": "3", "body": "neft"}), lambda: writer.delete("1"), writer.commit):
                with pytest.raises(WriterClosedError, match=re.escape(f"because of {told}")):
                    use()
    assert everything(searchkit.open(index.path)) == {"1": {"id": "1", "body": "kitab"}}
    assert searchkit.verify(index.path) == []
    assert index.stats().leftover_files == 0
    with index.writer() as writer:
        writer.add({"id": "2", "body": "neft"})
    assert sorted(everything(index)) == ["1", "2"]


def test_a_writer_that_took_a_document_in_part_is_rolled_back(
    make_index: Make, failing: Callable[[BaseException], None]
) -> None:
    index = make_index(["kitab"])
    failing(MemoryError())
    writer = index.writer()
    with pytest.raises(MemoryError):
        writer.add({"id": "bad", "body": "neft"})
    with pytest.raises(WriterClosedError) as raised:
        writer.commit()
    assert HALFWAY.format("MemoryError") == str(raised.value)
    writer.rollback()
    with index.writer() as writer:
        writer.add({"id": "2", "body": "neft"})
    assert sorted(everything(index)) == ["1", "2"]


def test_a_deletion_made_in_part_is_not_committed(make_index: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, key: str) -> None:
        raise StopError

    index = make_index(["kitab"])
    monkeypatch.setattr(transaction.RunWriter, "delete", fail)
    with pytest.raises(WriterClosedError), index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
        with pytest.raises(StopError):
            writer.delete("1")
    assert everything(searchkit.open(index.path)) == {"1": {"id": "1", "body": "kitab"}}


def test_a_document_taken_in_part_is_not_known_to_the_comparison(
    make_index: Make, failing: Callable[[BaseException], None]
) -> None:
    index = make_index()
    failing(MemoryError())
    writer = index.writer()
    comparison = writer.compare()
    with pytest.raises(MemoryError):
        writer.put({"id": "bad"}, comparison)
    assert comparison.count == 0
    with pytest.raises(WriterClosedError):
        writer.put({"id": "bad"}, comparison)
    writer.rollback()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no such signals")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # where Python itself drops the error
def test_an_interrupt_at_any_place_of_a_document(tmp_path: Path) -> None:
    """The handler of a signal raises what a program catches to go on with the next document."""

    def stop(*_: object) -> None:
        raise StopError

    before = signal.signal(signal.SIGALRM, stop)
    outcomes = set()
    try:
        for number in range(12):
            index = searchkit.create(tmp_path / str(number))
            stopped = set()
            try:
                with index.writer() as writer:
                    for key in range(60):
                        try:
                            if key % 5 == 4:
                                signal.setitimer(signal.ITIMER_REAL, (number * 12 + key // 5 + 1) * 1e-6)
                            writer.add({"id": str(key), "body": f"söz{key} " + "neft qaz " * 60})
                            signal.setitimer(signal.ITIMER_REAL, 0)
                        except StopError:
                            stopped.add(str(key))
                outcomes.add("committed")
                assert {str(key) for key in range(60)} - stopped <= set(everything(index))
            except WriterClosedError:
                outcomes.add("refused")
                assert everything(searchkit.open(index.path)) == {}
            assert searchkit.verify(index.path) == []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert "refused" in outcomes


def test_the_handler_of_a_signal_may_roll_back_in_the_midst_of_a_document(
    make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs in the thread that holds the lock."""
    index = make_index(["kitab"])
    writer = index.writer()

    def interrupt(self: StoreWriter, head: bytes, tail: bytes) -> None:
        with pytest.raises(WriterClosedError, match="because of an interrupt"):
            writer.commit()
        writer.rollback()
        raise StopError

    monkeypatch.setattr(StoreWriter, "add", interrupt)
    with pytest.raises(StopError):
        writer.add({"id": "2", "body": "neft"})
    with pytest.raises(WriterClosedError, match="has ended"):
        writer.commit()
    assert list(everything(index)) == ["1"]
