"""Debian's Firefox over WebDriver BiDi, with the Playwright methods that tests use in both browsers.

Playwright supports only its own build of Firefox, which Debian does not have.
The protocol is https://w3c.github.io/webdriver-bidi/.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Error
from websockets.sync.client import ClientConnection, connect

#: Answers a URL with a content type and a body.
Answer = Callable[[str], tuple[str, str]]

START_SECONDS = 120.0
PREFERENCES: dict[str, str | bool | int] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    # URLs stay unchanged, and Firefox requests nothing that no page requested.
    "dom.security.https_first": False,
    "extensions.update.enabled": False,
    "general.useragent.override": "Parity/1.0",
    "intl.accept_languages": "en-GB",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "",
    # Requests to another machine fail immediately: every request is answered here.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    # One process for all pages starts faster than one for each site.
    "dom.ipc.processCount": 1,
    "fission.autostart": False,
}


class Firefox:
    """A running Firefox, for use in one thread. Events are handled while a command waits for its answer."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._sent = 0
        #: Event handlers by the ID of a tab.
        self.hearers: dict[str, Callable[[str, dict[str, Any]], None]] = {}

    def send(self, method: str, **params: Any) -> int:
        """Send a command without waiting for its answer. Return its number."""
        self._sent += 1
        self._connection.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        return self._sent

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a command. Raise Playwright's Error if it fails, as Playwright does."""
        number = self.send(method, **params)
        while (message := self._hear(60)).get("id") != number:
            pass
        if message["type"] == "error":
            gone = message["error"] in ("no such frame", "no such node") or "destroyed" in message["message"]
            raise Error(
                f"{'Execution context was destroyed: ' if gone else ''}{method}: {message['message']}"
            )
        answer: dict[str, Any] = message["result"]
        return answer

    def listen(self, milliseconds: float) -> None:
        """Handle events for this long."""
        until = time.monotonic() + milliseconds / 1000
        while (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                self._hear(left)

    def _hear(self, seconds: float) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv(timeout=seconds))
        if message["type"] == "event":
            params = message["params"]
            tab = params.get("context") or params.get("source", {}).get("context")
            if hearer := self.hearers.get(tab):
                hearer(message["method"], params)
        return message

    @contextmanager
    def new_context(self, answer: Answer | None = None) -> Iterator[Context]:
        """A new visitor. ``answer`` answers every request. Without it, requests go to servers on this machine."""
        user = self.command("browser.createUserContext")["userContext"]
        try:
            yield Context(self, user, answer)
        finally:
            self.command("browser.removeUserContext", userContext=user)


@dataclass(frozen=True)
class Request:
    """A request of a page."""

    url: str


@dataclass(frozen=True)
class ConsoleMessage:
    """A line in a page's console."""

    type: str
    text: str


@dataclass(frozen=True)
class WebError:
    """An error that a page did not catch."""

    error: Error


class Context:
    """A visitor with separate cookies and storage."""

    def __init__(self, firefox: Firefox, user: str, answer: Answer | None) -> None:
        self._firefox = firefox
        self._user = user
        self._answer = answer
        self._heard: dict[str, Callable[[Any], None]] = {}
        self.pages: list[Page] = []

    def on(self, event: str, heard: Callable[[Any], None]) -> None:
        """Subscribe to a ``request``, a ``weberror`` or a ``console`` message of all new pages."""
        self._heard[event] = heard

    def add_init_script(self, script: str) -> None:
        """Run a script before the scripts of all new pages."""
        self._firefox.command(
            "script.addPreloadScript",
            functionDeclaration=f"() => {{ {script} }}",
            userContexts=[self._user],
        )

    def new_page(self) -> Page:
        opened = self._firefox.command("browsingContext.create", type="tab", userContext=self._user)
        page = Page(self._firefox, opened["context"], self._answer)
        for event, heard in self._heard.items():
            page.on(event, heard)
        self.pages.append(page)
        return page

    def cookies(self) -> list[dict[str, Any]]:
        """Cookies in Playwright's format."""
        partition = {"type": "context", "context": self.pages[0].tab}
        found = self._firefox.command("storage.getCookies", partition=partition)["cookies"]
        return [
            {
                **cookie,
                "value": cookie["value"]["value"],
                "sameSite": cookie["sameSite"].capitalize(),
                "expires": cookie.get("expiry", -1),
            }
            for cookie in found
        ]


class Page:
    """A tab."""

    def __init__(self, firefox: Firefox, tab: str, answer: Answer | None) -> None:
        self.tab = tab
        self._firefox = firefox
        self._answer = answer
        self._heard: dict[str, Callable[[Any], None]] = {}
        firefox.hearers[tab] = self._hear
        events = ["network.beforeRequestSent", "log.entryAdded"]
        firefox.command("session.subscribe", events=events, contexts=[tab])
        if answer:
            firefox.command("network.addIntercept", phases=["beforeRequestSent"], contexts=[tab])

    def on(self, event: str, heard: Callable[[Any], None]) -> None:
        """Subscribe to a ``pageerror``, or to the events of a context."""
        self._heard[event] = heard

    def _say(self, event: str, what: Any) -> None:
        if heard := self._heard.get(event):
            heard(what)

    def route(self, host: str, answer: Answer) -> None:
        """Answer the https requests to a host."""
        self._answer = answer
        pattern = {"type": "pattern", "protocol": "https", "hostname": host}
        self._firefox.command(
            "network.addIntercept", phases=["beforeRequestSent"], contexts=[self.tab], urlPatterns=[pattern]
        )

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "log.entryAdded":
            if params["type"] == "console":
                self._say("console", ConsoleMessage(params["method"], params["text"]))
            # Firefox logs notes on cookies that it rejects. They are not errors of the page.
            elif (
                params["type"] == "javascript"
                and params["level"] == "error"
                and "Cookie “" not in params["text"]
            ):
                error = Error(params["text"])
                self._say("pageerror", error)
                self._say("weberror", WebError(error))
            return
        url = params["request"]["url"]
        self._say("request", Request(url))
        if params["isBlocked"] and self._answer:
            content_type, body = self._answer(url)
            headers = {"content-type": content_type, "access-control-allow-origin": "*"}
            self._firefox.send(
                "network.provideResponse",
                request=params["request"]["request"],
                statusCode=200,
                reasonPhrase="OK",
                headers=[
                    {"name": name, "value": {"type": "string", "value": value}}
                    for name, value in headers.items()
                ],
                body={"type": "string", "value": body},
            )

    def goto(self, url: str, referer: str | None = None) -> None:
        """Open a URL. A referrer is set by a page there that redirects, because the protocol has no other way."""
        address = f"{referer}?{quote(url, safe='')}" if referer else url
        self._firefox.command("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def reload(self) -> None:
        self._firefox.command("browsingContext.reload", context=self.tab, wait="complete")

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        """The value of a script or of its promise. With an argument, it is a function. Undefined becomes null."""
        script = expression if argument is None else f"({expression})({json.dumps(argument)})"
        done = self._firefox.command(
            "script.evaluate",
            # Like Playwright: an expression, or statements.
            expression=f"Promise.resolve((0, eval)({json.dumps(script)})).then((value) => JSON.stringify(value))",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if done["type"] == "exception":
            raise Error(done["exceptionDetails"]["text"])
        return json.loads(done["result"].get("value", "null"))

    def wait_for_function(self, expression: str) -> None:
        """Wait until the expression is truthy. It can throw until then."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(Error):
                if self.evaluate(expression):
                    return
            self.wait_for_timeout(20)
        raise Error(f"Timeout: {expression}")

    def wait_for_timeout(self, milliseconds: float) -> None:
        self._firefox.listen(milliseconds)

    @property
    def url(self) -> str:
        found: str = self.evaluate("location.href")
        return found


@contextmanager
def running_firefox(program: str, folder: Path) -> Iterator[Firefox]:
    """A headless Firefox with a new profile in ``folder``, stopped at the end."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    log = folder / "firefox.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", folder],
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "TZ": "Europe/Oslo"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with connect(_address(process, log) + "/session", max_size=None) as connection:
            firefox = Firefox(connection)
            firefox.command("session.new", capabilities={})
            yield firefox
    finally:
        process.terminate()
        process.wait(10)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"Firefox does not start:\n{log.read_text()}")
