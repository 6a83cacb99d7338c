"""Runs take turns on an engine, so no account blocks the others."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from simple_history.models import HistoricalRecords

from fullstory_dest.services.previews.engine import Engine, PreviewBusyError
from tests.concurrency import PATIENCE


class Queue:
    """An engine whose runs last until the test ends them."""

    def __init__(self, **limits: float) -> None:
        self.engine = Engine(**limits)
        self.began: list[str] = []
        self.ends: dict[str, threading.Event] = {}
        self.pool = ThreadPoolExecutor(16)

    def run(self, name: str) -> Future[None]:
        """Request a turn for the account in the first letter of the name."""
        self.ends[name] = threading.Event()
        inside = len(self.engine._runs)
        answer = self.pool.submit(self._run, name)
        until(lambda: answer.done() or len(self.engine._runs) > inside)
        return answer

    def end(self, name: str) -> None:
        inside = len(self.engine._runs)
        self.ends[name].set()
        until(lambda: len(self.engine._runs) < inside)
        until(lambda: not self.engine._runs or self.engine._running is not None)

    def _run(self, name: str) -> None:
        HistoricalRecords.context.request = SimpleNamespace(user=SimpleNamespace(pk=ord(name[0])))
        with self.engine._turn():
            self.began.append(name)
            assert self.ends[name].wait(PATIENCE)


def until(holds) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def queue(**limits: float):
    made = Queue(**limits)
    try:
        yield made
    finally:
        for end in made.ends.values():
            end.set()
        made.pool.shutdown()


def test_it_reserves_a_turn_for_other_accounts():
    with queue(max_runs=3, max_runs_per_user=2, wait_seconds=30) as made:
        made.run("a1")
        made.run("a2")
        for refused in (made.run("a3"), made.run("a4")):
            with pytest.raises(PreviewBusyError):
                refused.result(0)
        made.run("b1")
        with pytest.raises(PreviewBusyError):
            made.run("c1").result(0)
        made.end("a1")
        assert made.began == ["a1", "b1"]


def test_it_alternates_between_accounts():
    with queue(wait_seconds=30) as made:
        for name in ("a1", "a2", "a3", "b1", "a4", "b2", "c1"):
            made.run(name)
        for _ in range(7):
            made.end(made.began[-1])
        assert made.began == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


def test_it_refuses_a_run_that_waited_too_long():
    with queue(wait_seconds=0.05) as made:
        made.run("a1")
        with pytest.raises(PreviewBusyError):
            made.run("b1").result(30)
        made.end("a1")
        made.run("b2")
        assert made.began == ["a1", "b2"]


def test_it_frees_the_engine_after_a_failure():
    engine = Engine(max_runs=1)
    with pytest.raises(ZeroDivisionError), engine._turn():
        raise ZeroDivisionError
    with engine._turn():
        pass
