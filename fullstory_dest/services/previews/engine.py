"""The embedded JavaScript engine that previews and test cases run in."""

from __future__ import annotations

import ctypes
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from typing import Any, Final

from django.conf import settings
from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer

from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.models.history import current_request

TIMEOUT_SECONDS = 5.0
#: Longer than a run takes, so that the runs of one user delay those of another, but don't make them fail.
WAIT_SECONDS = 6.0
MEMORY_BYTES: Final = 128 * 1024 * 1024


class PreviewError(RuntimeError):
    """The events couldn't be run, for example because they took too much time or memory."""


class PreviewBusyError(PreviewError):
    """The events weren't run because others are running. The request can be sent again."""

    def __init__(self) -> None:
        super().__init__("other previews are running; try again in a moment")


class Engine:
    """A V8 context with the runtime's core, which keeps no state between runs. Each process creates it on first use.

    It does one run at a time. Waiting runs block threads, so at most ``max_runs`` run or wait, and at most
    ``max_runs_per_user`` of one user; more are refused at once. Users take turns, and each run waits for at most
    ``wait_seconds``.
    """

    def __init__(
        self, *, max_runs: float = inf, max_runs_per_user: float = inf, wait_seconds: float | None = None
    ) -> None:
        self._max_runs, self._max_runs_per_user, self._wait_seconds = (
            max_runs,
            max_runs_per_user,
            wait_seconds,
        )
        self._changed = threading.Condition()
        #: The user of each running or waiting run, in order of arrival.
        self._runs: dict[object, int | None] = {}
        self._running: object | None = None
        #: Users in the order of their last turns.
        self._served: dict[int | None, None] = {}
        self._context: MiniRacer | None = None

    def run(self, function: str, *arguments: Any) -> Any:
        """Return the result of a global function of ``preview.js``. Raises PreviewError."""
        # JSON in both directions: results are as browsers would send them, and nothing is shared.
        text = json.dumps(arguments, allow_nan=False)
        script = f"JSON.stringify({function}.apply(null, JSON.parse({json.dumps(text)})))"
        with self._turn():
            answer = self._eval(script)
        return json.loads(str(answer))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a turn on the engine, and hold it. Raises PreviewBusyError."""
        account, run = _account(), object()
        with self._changed:
            own = list(self._runs.values()).count(account)
            if len(self._runs) >= self._max_runs or (account is not None and own >= self._max_runs_per_user):
                raise PreviewBusyError
            self._runs[run] = account
        try:
            with self._changed:
                wait = WAIT_SECONDS if self._wait_seconds is None else self._wait_seconds
                if not self._changed.wait_for(lambda: self._next() is run, wait):
                    raise PreviewBusyError
                self._running = run
                self._served.pop(account, None)
                self._served[account] = None
            yield
        finally:
            with self._changed:
                del self._runs[run]
                if self._running is run:
                    self._running = None
                self._changed.notify_all()

    def _next(self) -> object | None:
        """Return the run that is next: the first one of the user whose last turn is the longest ago."""
        if self._running is not None:
            return None
        turns = {account: turn for turn, account in enumerate(self._served)}
        return min(self._runs, key=lambda run: turns.get(self._runs[run], -1))

    def _eval(self, script: str) -> Any:
        if self._context is None:
            self._context = MiniRacer()
            self._context.eval(bundle("preview.js", "definePreview()"))
        try:
            return self._context.eval(script, timeout_sec=TIMEOUT_SECONDS, max_memory=MEMORY_BYTES)
        except JSEvalException as error:
            _close(self._context)
            self._context = None
            if isinstance(error, JSTimeoutException):
                raise PreviewError(f"the events took longer than {TIMEOUT_SECONDS:g} seconds") from error
            raise PreviewError(f"the events couldn't be run: {error}") from error


def _close(context: MiniRacer) -> None:
    """Close an engine that ran out of memory or time, and release its memory.

    Out of memory, it can't run other previews, and would keep the process from ending. Out of time, it would keep its
    memory, some of which no limit covers.
    """
    with suppress(JSEvalException):
        # Wait for the stopped script to end. It would report its end later, to a closed engine.
        context.eval("0")
    context.close()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        # glibc would keep the memory in the process.
        trim(0)


def _account() -> int | None:
    """Return the ID of the user whose request runs in this thread, or None in a command."""
    return getattr(getattr(current_request(), "user", None), "pk", None)


PREVIEW_ENGINE: Final = Engine(max_runs=3, max_runs_per_user=2)

#: Runs test cases before publishing. It's separate so that previews don't delay publishing. Runs wait as long as writes
#: wait for the database.
TEST_CASE_ENGINE: Final = Engine(wait_seconds=settings.LOCK_TIMEOUT_SECONDS)
