"""Previews what a source does with events, by running the browser's own runtime in an embedded engine."""

from __future__ import annotations

import ctypes
import json
import threading
from contextlib import suppress
from typing import Any, Final, TypedDict

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


class PreviewError(RuntimeError):
    """The events could not be run: they took too long or too much memory."""


def preview_spec(spec: SourceSpec, events: list[dict[str, Any]]) -> list[Result]:
    """What drafts would do with events, a result per event. Raises CompileError or PreviewError.

    The events happen one after the other on one page: where a destination drops repeated calls, so does this.
    """
    return preview(spec, compile_source(spec), events)


def preview(spec: SourceSpec, config: CompiledConfig, events: list[dict[str, Any]]) -> list[Result]:
    """What a compiled config does with events; mappings that are only in the spec are told as disabled."""
    results = _engine.run(config, events)
    compiled = {
        mapping["id"] for destination in config["destinations"] for mapping in destination["mappings"]
    }
    disabled: list[Skipped] = [
        {"mapping": mapping["id"], "reason": "disabled"}
        for destination in spec["destinations"]
        for mapping in destination["mappings"]
        if mapping["id"] not in compiled
    ]
    return [{"calls": result["calls"], "skipped": result["skipped"] + disabled} for result in results]


class _Engine:
    """One V8 context with the runtime's core, which has no state between runs. Made on first use in each process.

    One preview runs at a time, and the next one waits a moment. Any more are refused at once: each would keep a thread
    from other work.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.Semaphore(2)
        self._context: MiniRacer | None = None

    def run(self, config: CompiledConfig, events: list[dict[str, Any]]) -> list[Result]:
        # Through JSON both ways: what comes out is what a browser would send, and nothing is shared.
        arguments = json.dumps([config, events], allow_nan=False)
        script = f"JSON.stringify(preview.apply(null, JSON.parse({json.dumps(arguments)})))"
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
        results: list[Result] = json.loads(str(answer))
        return results

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
