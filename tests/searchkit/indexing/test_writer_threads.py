# ruff: noqa: SIM300
"""One writer for several threads, and several processes for one index."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import (
    Index,
    Keyword,
    Number,
    Ranking,
    Schema,
    Summary,
    Text,
    WriterClosedError,
)
from searchkit.engine.store_writer import StoreWriter
from searchkit.indexing.stored import pack
from searchkit.storage import checksums, hashes
from tests.searchkit.contents import everything

Make = Callable[..., Index]


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
    assert searchkit.verify(index.path) == []
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
        assert comparison.changes(0) == (5, 5, 0, 0, 0)
    assert Summary(written=2000, deleted=0, documents=10) == writer.summary
    assert searchkit.verify(index.path) == []
    for key, document in everything(index).items():
        stored = pack(key, document)
        assert comparison.is_known(hashes.id_hash(key), checksums.content_hash(stored.head, stored.tail))


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
    assert len(index) == 0


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
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 4
    may_go.set()
    thread.join()
    writer.commit()
    assert list(everything(index)) == ["1"]


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
