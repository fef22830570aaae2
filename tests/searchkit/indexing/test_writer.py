# ruff: noqa: SIM300, PT012
"""What a writer writes, what it refuses, and that a transaction is all or nothing."""

from __future__ import annotations

import datetime
import math
import types
from collections.abc import Callable
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
    Schema,
    Stored,
    Summary,
    Text,
    WriterClosedError,
)
from searchkit.engine import builder, segment, transaction
from searchkit.storage import hashes
from tests.searchkit.contents import everything

Make = Callable[..., Index]


class StopError(Exception):
    pass


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
