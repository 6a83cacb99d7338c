"""Previews what a source does with events, by running the browser's own runtime in an embedded engine."""

import ctypes
import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, NotRequired, TypedDict

from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer

from fullstory_dest.compiler.assemble import assemble
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.config import CompiledConfig, SourceSpec

TIMEOUT_SECONDS = 5.0
WAIT_SECONDS = 2.0
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


class TracedField(TypedDict):
    """What a field came to. Neither a value nor an error: the field is absent."""

    key: str
    value: NotRequired[Any]
    error: NotRequired[str]


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


def preview_spec(spec: SourceSpec, events: list[dict[str, Any]]) -> list[Result]:
    """What drafts would do with events, a result per event. Raises CompileError or PreviewError.

    The events happen one after the other on one page: where a destination drops repeated calls, so does this.
    """
    return preview(spec, compile_source(spec), events)


def preview(spec: SourceSpec, config: CompiledConfig, events: list[dict[str, Any]]) -> list[Result]:
    """What a compiled config does with events; mappings that are only in the spec are told as disabled."""
    results: list[Result] = _engine.run("preview", config, events)
    return [_with_disabled(spec, config, result) for result in results]


def preview_apart(configs: Sequence[CompiledConfig], events: list[dict[str, Any]]) -> list[list[Result]]:
    """What each config does with each event on a page of its own: a list per config, a result per event.

    Mappings that are disabled are not told. One run of the engine, whose limits hold for all. Raises PreviewError.
    """
    results: list[list[Result]] = _engine.run("previewApart", list(configs), events)
    return results


def trace(spec: SourceSpec, config: CompiledConfig, event: dict[str, Any]) -> tuple[Result, list[Trace]]:
    """What a config does with one event, and how each of its mappings comes to that. Raises PreviewError."""
    told = _engine.run("trace", config, event)
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


class _Engine:
    """One V8 context with the runtime's core, which has no state between runs. Made on first use in each process.

    One preview runs at a time, and the next one waits a moment. Any more are refused at once: each would keep a thread
    from other work.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.Semaphore(2)
        self._context: MiniRacer | None = None

    def run(self, function: str, *arguments: Any) -> Any:
        """What one of the globals of ``preview.js`` gives back."""
        # Through JSON both ways: what comes out is what a browser would send, and nothing is shared.
        text = json.dumps(arguments, allow_nan=False)
        script = f"JSON.stringify({function}.apply(null, JSON.parse({json.dumps(text)})))"
        busy = PreviewError("other previews are running; try again in a moment")
        if not self._places.acquire(blocking=False):
            raise busy
        try:
            if not self._lock.acquire(timeout=WAIT_SECONDS):
                raise busy
            try:
                answer = self._eval(script)
            finally:
                self._lock.release()
        finally:
            self._places.release()
        return json.loads(str(answer))

    def _eval(self, script: str) -> Any:
        if self._context is None:
            self._context = MiniRacer()
            self._context.eval(assemble("preview.js", "definePreview()"))
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


_engine: Final = _Engine()
