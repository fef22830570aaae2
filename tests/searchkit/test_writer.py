# ruff: noqa: SIM300, PT012

from __future__ import annotations

import datetime
import math
import os
import re
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import (
    Date,
    DocumentError,
    Index,
    Keyword,
    Number,
    Ranking,
    Schema,
    Stored,
    Summary,
    Text,
    WriterClosedError,
    hashes,
)
from searchkit.engine import builder, segment, transaction
from searchkit.engine.store_writer import StoreWriter
from searchkit.stored import pack

Make = Callable[..., Index]
Finish = Callable[..., Any]


class StopError(Exception):
    pass


def everything(index: Index) -> dict[str, dict[str, Any]]:
    """All the documents by id, as a search gives them."""
    hits = index.search("-nosuchword", limit=1000)
    assert len(index) == hits.total == len({hit.id for hit in hits})
    return {hit.id: dict(hit.fields) for hit in hits}


# ---------------------------------------------------------------- all or nothing


def test_leaving_the_block_commits(make_index: Make) -> None:
    index = make_index()
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
        assert {} == everything(searchkit.open(index.path))
        assert writer.summary is None
    assert Summary(written=1, deleted=0, documents=1) == writer.summary
    assert {"1": {"id": "1", "body": "kitab"}} == everything(searchkit.open(index.path))


@pytest.mark.parametrize("error", [StopError, KeyboardInterrupt, SystemExit])
def test_an_exception_in_the_block_changes_nothing(error: type[BaseException], make_index: Make) -> None:
    index = make_index(["kitab", "neft"])
    before = everything(index)
    with pytest.raises(error), index.writer() as writer:
        writer.add({"id": "1", "body": "yeni"})
        writer.add({"id": "3", "body": "üçüncü"})
        writer.delete("2")
        raise error
    assert before == everything(index)
    assert before == everything(searchkit.open(index.path))
    with index.writer() as writer:  # the lock is free
        writer.delete("2")
    assert ["1"] == list(everything(index))


def test_rollback(make_index: Make) -> None:
    index = make_index(["kitab"])
    writer = index.writer()
    writer.delete("1")
    writer.rollback()
    assert writer.summary is None
    assert ["1"] == list(everything(index))


def test_an_error_of_the_progress_changes_nothing(make_index: Make) -> None:
    def fail(done: int) -> None:
        if done == 2:
            raise StopError

    index = make_index(["kitab", "neft"])
    before = everything(index)
    with pytest.raises(StopError), index.writer(progress=fail) as writer:
        for number in range(5):
            writer.add({"id": str(number), "body": "yeni"})
    assert before == everything(searchkit.open(index.path))
    with index.writer() as writer:
        writer.add({"id": "3", "body": "üçüncü"})
    assert ["1", "2", "3"] == sorted(everything(index))


def test_progress_counts_documents(make_index: Make) -> None:
    told: list[int] = []
    with make_index().writer(progress=told.append) as writer:
        for number in range(3):
            writer.add({"id": str(number)})
            writer.delete("7")
        with pytest.raises(DocumentError):
            writer.add({"id": "bad", "date": "dünən"})
    assert [1, 2, 3] == told


def test_a_bad_document_leaves_the_transaction_usable(make_index: Make) -> None:
    index = make_index(["kitab"])
    with index.writer() as writer:
        writer.add({"id": "2", "body": "kitab"})
        for bad in (
            {"body": "kitab"},
            {"id": "2", "body": 5},
            {"id": "2", "date": "dünən"},
            {"id": "bad", "extra": object()},
            {"id": "bad", "extra": math.nan},
            {"id": "bad", "extra": "half a pair \ud83d"},
            {"id": "\ud83d"},
            {"id": "bad", "extra": b"bytes"},
        ):
            with pytest.raises(DocumentError):
                writer.add(bad)
        writer.add({"id": "3", "body": "kitab"})
    assert Summary(written=2, deleted=0, documents=3) == writer.summary
    assert {key: {"id": key, "body": "kitab"} for key in "123"} == everything(index)
    assert ["1", "2", "3"] == sorted(hit.id for hit in index.search("kitab"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (object(), "cannot be stored: a value of type object is not text, a number, a date, a list or a mapping"),
        (b"text", "cannot be stored: a value of type bytes is not text, a number, a date, a list or a mapping"),
        (
            [{"deep": object}],
            "cannot be stored: a value of type type is not text, a number, a date, a list or a mapping",
        ),
        (math.inf, "NaN and infinity cannot be stored; leave the value out"),
        ([math.nan], "NaN and infinity cannot be stored; leave the value out"),
        ("\ud83d", "half a surrogate pair is no character and cannot be stored; remove it"),
        ({"\ud83d": 1}, "half a surrogate pair is no character and cannot be stored; remove it"),
    ],
)
def test_what_json_cannot_hold_is_named(value: object, reason: str, make_index: Make) -> None:
    with make_index().writer() as writer, pytest.raises(DocumentError) as raised:
        writer.add({"id": "az-1", "extra": value})
    assert f"document 'az-1', field 'extra': {reason}" == str(raised.value)


def test_a_list_without_end(make_index: Make) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with make_index().writer() as writer, pytest.raises(DocumentError) as raised:
        writer.add({"id": "1", "extra": endless})
    expected = "document '1', field 'extra': lists and mappings that are nested so deep cannot be stored; flatten them"
    assert expected == str(raised.value)


# ---------------------------------------------------------------- replacing and deleting


def test_an_id_is_replaced(make_index: Make) -> None:
    index = make_index([{"id": "1", "title": "Köhnə", "body": "kitab"}, {"id": "2", "body": "kitab"}])
    with index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
    assert {"1": {"id": "1", "body": "neft"}, "2": {"id": "2", "body": "kitab"}} == everything(index)
    assert ["2"] == [hit.id for hit in index.search("kitab")]
    assert 0 == index.search("köhnə").total


@pytest.mark.parametrize("before", [[], ["kitab"]])
def test_of_one_id_in_one_batch_the_last_counts(before: list[str], make_index: Make) -> None:
    index = make_index(before)
    with index.writer() as writer:
        for body in ("neft", "qaz", "dəniz"):
            writer.add({"id": "1", "body": body})
    assert Summary(written=3, deleted=0, documents=1) == writer.summary
    assert {"1": {"id": "1", "body": "dəniz"}} == everything(index)
    assert 0 == index.search("neft qaz kitab").total


@pytest.mark.parametrize("budget", [1, 1 << 20])
def test_ids_of_one_hash_are_told_from_each_other(
    budget: int, make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hash of two bits: what happens once in a universe to 64 bits happens here to every document."""
    for module in (builder, segment, transaction):
        monkeypatch.setattr(module, "id_hash", lambda key: hashes.id_hash(key) & 3)
    monkeypatch.setattr(transaction, "BUDGET", budget)  # bytes; with one, each document is a run
    index = make_index()
    with index.writer() as writer:
        for key in "abcdefghijkl":
            writer.add({"id": key, "body": "kitab"})
        for key in "beh":
            writer.add({"id": key, "body": "neft"})
        for key in "cex":
            writer.delete(key)
        writer.add({"id": "c", "body": "qaz"})
    expected = {**dict.fromkeys("abdfghijkl", "kitab"), "b": "neft", "h": "neft", "c": "qaz"}
    assert expected == {key: document["body"] for key, document in everything(index).items()}
    with index.writer() as writer:
        for key in "aky":
            writer.add({"id": key, "body": "yol"})
        writer.delete("l")
    expected = {**expected, "a": "yol", "k": "yol", "y": "yol"}
    del expected["l"]
    assert expected == {key: document["body"] for key, document in everything(index).items()}


def test_documents_stand_in_the_order_of_their_last_version(make_index: Make) -> None:
    index = make_index()
    with index.writer() as writer:
        for key in "abcab":
            writer.add({"id": key, "body": "kitab"})
    assert ["c", "a", "b"] == [hit.id for hit in index.search("kitab")]


def test_delete(make_index: Make) -> None:
    index = make_index(["kitab", "kitab", "kitab"])
    with index.writer() as writer:
        writer.delete("2")
        writer.delete("nosuch")
        writer.delete("")
        writer.delete("\ud800")
    assert Summary(written=0, deleted=3, documents=2) == writer.summary
    assert ["1", "3"] == sorted(everything(index))
    assert index.get("2") is None


def test_delete_then_add_and_add_then_delete(make_index: Make) -> None:
    index = make_index(["kitab", "kitab"])
    with index.writer() as writer:
        writer.delete("1")
        writer.add({"id": "1", "body": "neft"})
        writer.add({"id": "2", "body": "neft"})
        writer.delete("2")
        writer.add({"id": "3", "body": "neft"})
        writer.delete("3")
    assert Summary(written=3, deleted=3, documents=1) == writer.summary
    assert {"1": {"id": "1", "body": "neft"}} == everything(index)


def test_an_id_to_delete_is_a_string(make_index: Make) -> None:
    with make_index().writer() as writer, pytest.raises(DocumentError, match="an id is a string, not int"):
        writer.delete(5)  # type: ignore[arg-type]


def test_an_empty_transaction(make_index: Make) -> None:
    index = make_index(["kitab"])
    with index.writer() as writer:
        pass
    assert Summary(written=0, deleted=0, documents=1) == writer.summary


KEYS = st.sampled_from("abcd")
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "delete", "commit", "rollback", "rebuild"]), KEYS, st.integers(0, 9)),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_history_gives_what_a_dict_would(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    path = tmp_path_factory.mktemp("history") / "index"
    index = searchkit.create(path)
    committed: dict[str, str] = {}
    pending: dict[str, str] = {}
    writer = index.writer()
    for step, key, number in [*steps, ("commit", "", 0)]:
        body = f"kitab söz{number}"
        if step == "add":
            writer.add({"id": key, "body": body})
            pending[key] = body
        elif step == "delete":
            writer.delete(key)
            pending.pop(key, None)
        else:
            if step == "rollback":
                writer.rollback()
                pending = dict(committed)
            else:
                writer.commit()
                committed = dict(pending)
            if step == "rebuild":
                with searchkit.rebuild(path) as rebuilding:
                    rebuilding.add({"id": key, "body": body})
                pending = committed = {key: body}
                pending = dict(committed)
            index.refresh()
            expected = {key: {"id": key, "body": body} for key, body in committed.items()}
            assert expected == everything(index)
            assert sorted(committed) == sorted(hit.id for hit in index.search("kitab"))
            writer = index.writer()
    writer.rollback()


# ---------------------------------------------------------------- what is stored


def test_documents_come_back_as_json_would_give_them(make_index: Make) -> None:
    schema = Schema(body=Text(), when=Date(), n=Number(), tags=Keyword(), extra=Stored())
    moment = datetime.datetime(2022, 8, 24, 10, 30)
    document = {
        "id": "1",
        "body": ["bir", "iki"],
        "when": moment,
        "n": 2**70,
        "tags": ("a", "B"),
        "extra": {"day": datetime.date(2022, 8, 24), "list": [1, 2.5, None, True], "text": "</script> ə \u2028"},
        "unknown": "saxlanır",
    }
    index = make_index([types.MappingProxyType(document)], schema)
    expected = {
        **document,
        "when": "2022-08-24T10:30:00",
        "tags": ["a", "B"],
        "extra": {"day": "2022-08-24", "list": [1, 2.5, None, True], "text": "</script> ə \u2028"},
    }
    assert expected == index.get("1")
    for query in ("iki", "when:2022-08-24", "n:1180591620717411303424", "tags:b"):
        assert ["1"] == [hit.id for hit in index.search(query)]


def test_a_document_may_be_changed_after_adding(make_index: Make) -> None:
    index = make_index()
    document = {"id": "1", "body": "kitab", "tags": ["a"]}
    with index.writer() as writer:
        writer.add(document)
        document["tags"].append("b")  # type: ignore[attr-defined]
        document["body"] = "neft"
    assert {"id": "1", "body": "kitab", "tags": ["a"]} == index.get("1")


def test_more_than_is_kept_in_memory(make_index: Make) -> None:
    index = make_index()
    body = "kitab neft dəniz yol qanun " * 4000
    with index.writer() as writer:
        for number in range(20):
            writer.add({"id": str(number), "body": body})
    assert 20 == index.search("kitab").total
    assert body == index.search("kitab", limit=1)[0]["body"]


# ---------------------------------------------------------------- closed writers


def test_a_closed_writer_says_so(make_index: Make) -> None:
    index = make_index()
    with index.writer() as writer:
        writer.add({"id": "1"})
    for use in (
        lambda: writer.add({"id": "2"}),
        lambda: writer.delete("1"),
        lambda: writer.commit(),
        lambda: writer.rollback(),
        lambda: writer.__enter__(),
    ):
        with pytest.raises(WriterClosedError) as raised:
            use()
        assert "this writer's transaction has ended; call index.writer() for a new one" == str(raised.value)
    assert 1 == len(index)


def test_commit_within_the_block(make_index: Make) -> None:
    index = make_index()
    with index.writer() as writer:
        writer.add({"id": "1"})
        assert Summary(written=1, deleted=0, documents=1) == writer.commit()
    assert 1 == len(index)


# ---------------------------------------------------------------- changes made only in part

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
    assert {"1": {"id": "1", "body": "kitab"}} == everything(searchkit.open(index.path))
    assert [] == searchkit.verify(index.path)
    assert 0 == index.stats().leftover_files
    with index.writer() as writer:
        writer.add({"id": "2", "body": "neft"})
    assert ["1", "2"] == sorted(everything(index))


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
    assert ["1", "2"] == sorted(everything(index))


def test_a_deletion_made_in_part_is_not_committed(make_index: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, key: str) -> None:
        raise StopError

    index = make_index(["kitab"])
    monkeypatch.setattr(transaction.RunWriter, "delete", fail)
    with pytest.raises(WriterClosedError), index.writer() as writer:
        writer.add({"id": "1", "body": "neft"})
        with pytest.raises(StopError):
            writer.delete("1")
    assert {"1": {"id": "1", "body": "kitab"}} == everything(searchkit.open(index.path))


def test_a_document_taken_in_part_is_not_known_to_the_comparison(
    make_index: Make, failing: Callable[[BaseException], None]
) -> None:
    index = make_index()
    failing(MemoryError())
    writer = index.writer()
    comparison = writer.compare()
    with pytest.raises(MemoryError):
        writer.put({"id": "bad"}, comparison)
    assert 0 == comparison.count
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
                assert {} == everything(searchkit.open(index.path))
            assert [] == searchkit.verify(index.path)
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
    assert ["1"] == list(everything(index))


# ---------------------------------------------------------------- several threads


@pytest.fixture
def in_turns() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("in_turns")
@pytest.mark.parametrize("jobs", [1, 2])
def test_several_threads_use_one_writer(jobs: int, tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index", Schema(body=Text(), tags=Keyword(), n=Number()))
    told: list[int] = []
    with index.writer(jobs=jobs, progress=told.append) as writer, ThreadPoolExecutor(8) as pool:

        def write(number: int) -> None:
            writer.add({"id": f"gone{number}", "body": "neft"})
            writer.add({"id": str(number), "body": f"söz{number} " + "neft " * 20, "tags": f"t{number}", "n": number})
            writer.delete(f"gone{number}")

        list(pool.map(write, range(400)))
    assert Summary(written=800, deleted=400, documents=400) == writer.summary
    assert [*range(1, 801)] == told
    assert [] == searchkit.verify(index.path)
    for number in range(400):
        expected = [str(number)]
        assert expected == [hit.id for hit in index.search(f"söz{number}", ranking=Ranking.plain())]
        assert expected == [hit.id for hit in index.search("", filters={"n": number})]
        assert expected == [hit.id for hit in index.search("", filters={"tags": f"t{number}"})]


@pytest.mark.usefixtures("in_turns")
def test_several_threads_put_with_one_comparison(make_index: Make) -> None:
    """What it takes for written last is what is in the index then."""
    index = make_index([{"id": str(number), "body": "kitab"} for number in range(5)])
    with index.writer() as writer, ThreadPoolExecutor(8) as pool:
        comparison = writer.compare()
        documents = [{"id": str(number % 10), "body": f"söz{number} " + "neft " * 50} for number in range(2000)]
        list(pool.map(lambda document: writer.put(document, comparison), documents))
        assert (5, 5, 0, 0, 0) == comparison.changes(0)
    assert Summary(written=2000, deleted=0, documents=10) == writer.summary
    assert [] == searchkit.verify(index.path)
    for key, document in everything(index).items():
        stored = pack(key, document)
        assert comparison.is_known(hashes.id_hash(key), hashes.content_hash(stored.head, stored.tail))


def test_a_thread_that_comes_late_is_told(make_index: Make) -> None:
    """What is being prepared when the writer ends is not written by it."""
    index = make_index()
    writer = index.writer()

    class Late(dict[str, Any]):
        def items(self) -> Any:
            if writer.summary is None:
                writer.commit()
            return super().items()

    with pytest.raises(WriterClosedError, match="has ended"):
        writer.add(Late(id="1", body="kitab"))
    assert 0 == len(index)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only some systems fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_copy_of_the_process_does_not_wait_for_another_thread(
    make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index()
    writer = index.writer()
    is_in, may_go = threading.Event(), threading.Event()
    add = StoreWriter.add

    def wait(self: StoreWriter, head: bytes, tail: bytes) -> None:
        is_in.set()
        may_go.wait(30)
        add(self, head, tail)

    monkeypatch.setattr(StoreWriter, "add", wait)
    thread = threading.Thread(target=writer.add, args=({"id": "1", "body": "kitab"},))
    thread.start()
    is_in.wait(30)
    child = os.fork()
    if not child:
        signal.alarm(20)
        refused = 0
        for use in (lambda: writer.add({"id": "2"}), lambda: writer.delete("1"), writer.compare, writer.commit):
            try:
                use()
            except WriterClosedError as error:
                refused += "belongs to process" in str(error)
        os._exit(refused)
    assert 4 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    may_go.set()
    thread.join()
    writer.commit()
    assert ["1"] == list(everything(index))


# ---------------------------------------------------------------- several processes

JOBS = """
import sys, searchkit
index = searchkit.create(sys.argv[1])
jobs = int(sys.argv[2])
bodies = ["kitab", "kitablar neft", "dəniz neft neft", "", "şəhər kitab dəniz", "!", "yol 2022-ci il"]
def document(number):
    return {"id": str(number), "title": f"sənəd {number}", "body": bodies[number % 7], "date": f"20{number % 100:02}"}
with index.writer(jobs=jobs) as writer:
    for number in range(450):
        writer.add(document(number))
with index.writer(jobs=jobs) as writer:
    for number in range(400, 640):
        writer.add(document(number + 1) | {"id": str(number)})
    for number in range(0, 100, 3):
        writer.delete(str(number))
print(writer.summary)
"""


def test_several_processes_write_what_one_does(tmp_path: Path) -> None:
    import subprocess
    import sys

    for jobs in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-c", JOBS, str(tmp_path / jobs), jobs],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "Summary(written=240, deleted=34, documents=606)\n" == done.stdout
        assert "" == done.stderr
    one, two = searchkit.open(tmp_path / "1"), searchkit.open(tmp_path / "2")
    assert everything(one) == everything(two)
    for query in ("kitab", "neft dəniz", '"kitab dəniz"', "sənəd 17", "date:2022", "-neft", "title:sənəd -kitab"):
        # Which of equally good documents are looked at closely depends on their order, so all are.
        expected, found = (index.search(query, limit=1000, ranking=Ranking(depth=1000)) for index in (one, two))
        assert {hit.id: pytest.approx(hit.score, rel=1e-9) for hit in expected} == {hit.id: hit.score for hit in found}
