"""Previews what a source does with events, by running the browser's own runtime in an embedded engine."""

from __future__ import annotations

import ctypes
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from typing import Any, Final, TypedDict

from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer
from simple_history.models import HistoricalRecords

from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import CompiledConfig, SourceSpec

TIMEOUT_SECONDS = 5.0
#: Longer than one run takes: an account that fills its places delays another one's run, and never has it refused.
WAIT_SECONDS = 6.0
MEMORY_BYTES: Final = 128 * 1024 * 1024


class CallWarning(TypedDict):
    """Something in a call that FullStory would reject or change, by a rule of ``docs/fullstory-rules.md``.

    ``path`` leads to it through what the call says, and is empty for the call as a whole; ``message`` goes on from it.
    """

    path: list[str | int]
    rule: str
    message: str


class Call(TypedDict):
    """A call that FullStory would get: ``method`` is ``FS`` or one of its legacy methods."""

    mapping: int
    method: str
    args: list[Any]
    warnings: list[CallWarning]


class Skipped(TypedDict):
    """A mapping that made no call. ``reason`` is ``trigger``, ``disabled``, ``empty``, ``repeated`` or ``error: ...``.

    ``repeated`` is said of a call that an earlier event has made and the destination drops, as it is set to.
    """

    mapping: int
    reason: str


class Result(TypedDict):
    """What one event leads to."""

    calls: list[Call]
    skipped: list[Skipped]


class Condition(TypedDict):
    """A condition that decided on a trigger, in FQL: whether it holds, and what was found (``it is "page"``)."""

    condition: str
    holds: bool
    found: str


class _FieldKey(TypedDict):
    key: str


class TracedField(_FieldKey, total=False):
    """What a field came to. Neither a value nor an error: the field is absent."""

    value: Any
    error: str


class Trace(TypedDict):
    """How a mapping takes an event. ``matches`` is null where the trigger itself fails.

    Fields are resolved whether the trigger holds or not, so that one can be seen to be right before the other is.
    """

    mapping: int
    matches: bool | None
    conditions: list[Condition]
    fields: list[TracedField]


class PreviewError(RuntimeError):
    """The events could not be run: they took too long or too much memory."""


class PreviewBusyError(PreviewError):
    """The events were not run: others are running. The same request can be sent again."""

    def __init__(self) -> None:
        super().__init__("other previews are running; try again in a moment")


def preview_spec(spec: SourceSpec, events: list[dict[str, Any]]) -> list[Result]:
    """What drafts would do with events, a result per event. Raises CompileError or PreviewError.

    The events happen one after the other on one page: where a destination drops repeated calls, so does this.
    """
    return preview(spec, compile_source(spec), events)


def preview(spec: SourceSpec, config: CompiledConfig, events: list[dict[str, Any]]) -> list[Result]:
    """What a compiled config does with events; mappings that are only in the spec are told as disabled."""
    results: list[Result] = PREVIEW_ENGINE.run("preview", config, events)
    return [_with_disabled(spec, config, result) for result in results]


def preview_separately(
    configs: Sequence[CompiledConfig], events: list[dict[str, Any]], *, engine: Engine | None = None
) -> list[list[Result]]:
    """What each config does with each event on a page of its own: a list per config, a result per event.

    Mappings that are disabled are not told. One run of the engine, whose limits hold for all. Raises PreviewError.
    """
    results: list[list[Result]] = (engine or PREVIEW_ENGINE).run("previewApart", list(configs), events)
    return results


def trace(spec: SourceSpec, config: CompiledConfig, event: dict[str, Any]) -> tuple[Result, list[Trace]]:
    """What a config does with one event, and how each of its mappings comes to that. Raises PreviewError."""
    told = PREVIEW_ENGINE.run("trace", config, event)
    return _with_disabled(spec, config, told["result"]), told["traces"]


def _with_disabled(spec: SourceSpec, config: CompiledConfig, result: Result) -> Result:
    compiled = {
        mapping["id"] for destination in config["destinations"] for mapping in destination["mappings"]
    }
    disabled: list[Skipped] = [
        {"mapping": mapping["id"], "reason": "disabled"}
        for destination in spec["destinations"]
        for mapping in destination["mappings"]
        if mapping["id"] not in compiled
    ]
    return {"calls": result["calls"], "skipped": result["skipped"] + disabled}


class Engine:
    """One V8 context with the runtime's core, which has no state between runs. Made on first use in each process.

    One run at a time. The others wait, each in a thread that other work then lacks, so an engine has a number of
    ``places`` for the running one and those that wait, of which an account gets ``places_each``; one more run is
    refused at once. Accounts take turns, however many runs each of them has waiting.
    """

    def __init__(self, *, places: float = inf, places_each: float = inf, wait: float | None = None) -> None:
        self._places, self._places_each, self._wait = places, places_each, wait
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
            if len(self._runs) >= self._places or (account is not None and own >= self._places_each):
                raise PreviewBusyError
            self._runs[run] = account
        try:
            with self._changed:
                wait = WAIT_SECONDS if self._wait is None else self._wait
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
        # Waits for the end of what was stopped, which otherwise speaks up when nobody listens any more.
        context.eval("0")
    context.close()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        # glibc would keep it for the process.
        trim(0)


def _account() -> int | None:
    """The id of the user whose request this thread answers; none in a command."""
    request = getattr(HistoricalRecords.context, "request", None)
    return getattr(getattr(request, "user", None), "pk", None)


PREVIEW_ENGINE: Final = Engine(places=3, places_each=2)

#: Runs test cases before publishing. Nothing that takes no permission to publish runs here, so previews do not keep
#: anyone from publishing. Runs wait as long as writes do for the database (settings.py).
TEST_CASE_ENGINE: Final = Engine(wait=20.0)
