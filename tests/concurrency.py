"""Run functions at the same moment, each in a thread with a separate connection."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

#: Seconds after which something never happens, however busy the machine is.
PATIENCE = 600.0


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """The result or the exception of each, when all start at the same moment."""
    results: list[Any] = [None] * len(works)
    ready = threading.Barrier(len(works))

    def run(number: int) -> None:
        try:
            ready.wait()
            results[number] = works[number]()
        except BaseException as failure:  # noqa: BLE001 - returned to the test
            results[number] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return results


@contextmanager
def in_transaction(work: Callable[[], Any]) -> Iterator[None]:
    """Another transaction runs a function, such as one that locks rows, and stays open until the block ends."""
    ready, over = threading.Event(), threading.Event()

    def keep() -> None:
        try:
            with transaction.atomic():
                work()
                ready.set()
                over.wait(PATIENCE)
        finally:
            connections.close_all()

    thread = threading.Thread(target=keep)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)
