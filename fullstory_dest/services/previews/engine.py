"""The embedded JavaScript engine that previews and test cases run in."""

from __future__ import annotations

import ctypes
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from typing import Any, Final

from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer
from simple_history.models import HistoricalRecords

from fullstory_dest.compiler.bundle import bundle

TIMEOUT_SECONDS = 5.0
#: Longer than one run takes: an account that fills its max_runs delays another one's run, and never has it refused.
WAIT_SECONDS = 6.0
MEMORY_BYTES: Final = 128 * 1024 * 1024


class PreviewError(RuntimeError):
    """The events could not be run: they took too long or too much memory."""


class PreviewBusyError(PreviewError):
    """The events were not run: others are running. The same request can be sent again."""

    def __init__(self) -> None:
        super().__init__("other previews are running; try again in a moment")


class Engine:
    """One V8 context with the runtime's core, which has no state between runs. Made on first use in each process.

    One run at a time. The others wait, each in a thread that other work then lacks, so at most ``max_runs`` run or
    wait, and ``max_runs_per_user`` of one user; one more is refused at once. Users take turns, however many runs
    each of them has waiting, and a run waits ``wait_seconds`` at most.
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
        #: The account of each run, running or waiting, in the order in which they came.
        self._runs: dict[object, int | None] = {}
        self._running: object | None = None
        #: Accounts in the order in which they last had a turn.
        self._served: dict[int | None, None] = {}
        self._context: MiniRacer | None = None

    def run(self, function: str, *arguments: Any) -> Any:
        """What one of the globals of ``preview.js`` returns. Raises PreviewError."""
        # Through JSON both ways: what comes out is what a browser would send, and nothing is shared.
        text = json.dumps(arguments, allow_nan=False)
        script = f"JSON.stringify({function}.apply(null, JSON.parse({json.dumps(text)})))"
        with self._turn():
            answer = self._eval(script)
        return json.loads(str(answer))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Waits for a turn on the engine and keeps it. Raises PreviewBusyError."""
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
        """The run whose turn it is: of those that wait, the first whose account has had none for longest."""
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
            raise PreviewError(f"the events could not be run: {error}") from error


def _close(context: MiniRacer) -> None:
    """Ends an engine that ran out of something, and gives back what it took.

    Out of memory it is of no use to the next preview, and would keep the process from ending; out of time it keeps
    what it has taken, some of which no limit counts.
    """
    with suppress(JSEvalException):
        # Waits until the stopped engine has ended: a later error would have no reader.
        context.eval("0")
    context.close()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        # glibc would keep it for the process.
        trim(0)


def _account() -> int | None:
    """The id of the user whose request this thread answers; none in a command."""
    request = getattr(HistoricalRecords.context, "request", None)
    return getattr(getattr(request, "user", None), "pk", None)


PREVIEW_ENGINE: Final = Engine(max_runs=3, max_runs_per_user=2)

#: Runs test cases before publishing. Nothing that takes no permission to publish runs here, so previews do not keep
#: anyone from publishing. Runs wait as long as writes do for the database (settings.py).
TEST_CASE_ENGINE: Final = Engine(wait_seconds=20.0)
