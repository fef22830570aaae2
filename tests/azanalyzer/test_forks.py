"""A copy of the process is not stopped by the locks of threads that it does not have."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from azanalyzer import Analyzer, forks


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of forking beside threads, which is the point
def test_a_fork_while_another_thread_holds_the_locks() -> None:
    analyzer = Analyzer()
    analyzer.expand(analyzer.query_terms("zurbalaq"))  # what a program does when it starts
    held, done = Event(), Event()

    def hold() -> None:
        with ExitStack() as locks:
            count = [locks.enter_context(lock) for lock in forks._locks]
            assert len(count) > 1
            held.set()
            done.wait()

    thread = Thread(target=hold)
    thread.start()
    assert held.wait(20)
    if not (child := os.fork()):
        signal.alarm(20)  # seconds until it counts as hung
        found = analyzer.expand(analyzer.query_terms("həkimlərin"))
        os._exit(0 if found and analyzer.terms("doxsandoqquzlarımızdanmışsınız") else 1)
    status = os.waitpid(child, 0)[1]
    done.set()
    thread.join()
    assert status == 0
