"""Chromium without inspection, as visitors run it. Playwright records stacks, which costs a third more.

It is controlled with the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/). Only the domains
that a measurement needs are enabled.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.chromium import ARGUMENTS, Event, find_chromium

START_SECONDS = 120.0
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline"]


class Chromium:
    """A running Chromium, for use in one thread."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._sent = 0
        self._traced: list[Event] = []

    def command(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """The answer to a command of the browser, or of a page's ``session``. Raise RuntimeError if it fails."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": params}
        self._connection.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while (answer := self._hear()).get("id") != self._sent:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv(timeout=START_SECONDS))
        if message.get("method") == "Tracing.dataCollected":
            self._traced += message["params"]["value"]
        return message

    def trace(self, act: Callable[[], object]) -> list[Event]:
        """The browser's trace while ``act`` ran."""
        self._traced = []
        self.command("Tracing.start", traceConfig={"includedCategories": TRACED})
        act()
        self.command("Tracing.end")
        while self._hear().get("method") != "Tracing.tracingComplete":
            pass
        return self._traced

    @contextmanager
    def visitor(self) -> Iterator[Visitor]:
        """A new visitor, with an empty cache and no cookies."""
        context = self.command("Target.createBrowserContext")["browserContextId"]
        target = self.command("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        try:
            yield Visitor(self, session)
        finally:
            self.command("Target.disposeBrowserContext", browserContextId=context)


class Visitor:
    """A page of a visitor."""

    def __init__(self, chromium: Chromium, session: str) -> None:
        self._chromium, self._session = chromium, session

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        return self._chromium.command(method, self._session, **params)

    def visit(self, url: str, until: str) -> Any:
        """Open a URL. Return the value of an expression once it is truthy."""
        self.command("Page.navigate", url=url)
        deadline = time.monotonic() + START_SECONDS
        while not (value := self.evaluate(until)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url}: never {until}")
            time.sleep(0.1)
        return value

    def evaluate(self, expression: str) -> Any:
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")


@contextmanager
def running_chromium() -> Iterator[Chromium]:
    """Start Debian's Chromium with a new profile, and stop it at the end."""
    path = find_chromium()
    if not path:
        raise RuntimeError("there is no Chromium (apt install chromium, or name one in CHROMIUM)")
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [path, *ARGUMENTS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with connect(_address(Path(profile, "DevToolsActivePort")), max_size=None) as connection:
                chromium = Chromium(connection)
                yield chromium
                chromium.command("Browser.close")
            process.wait(START_SECONDS)
        finally:
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    """The address at which the browser listens. It writes its port and then a path to a file."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if file.exists() and len(lines := file.read_text().splitlines()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise TimeoutError("Chromium does not start")
