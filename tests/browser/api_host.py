"""A server that records posted events, and answers as configured."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.browser.loopback import Handler, serving

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Post:
    """A request, and its time in seconds of a monotonic clock."""

    path: str
    headers: dict[str, str]
    body: bytes
    time: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of a batch, or the one event."""
        batch: list[dict[str, Any]] = self.json.get("batch", [self.json])
        return batch

    @property
    def is_beacon(self) -> bool:
        """Beacons don't expect an answer that scripts can read."""
        return self.headers["sec-fetch-mode"] == "no-cors"


@dataclass
class ApiHost:
    """``answers`` are statuses and headers, used in turn. Status 0 hangs up. The default is 200."""

    name: str = ""
    posts: list[Post] = field(default_factory=list)
    preflights: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def wait_for(self, count: int) -> list[Post]:
        """The posts, once there are at least this many."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.posts) < count:
            assert time.monotonic() < deadline, f"{len(self.posts)} posts, not {count}"
            time.sleep(0.02)
        return list(self.posts)

    def wait_for_events(self, count: int) -> list[dict[str, Any]]:
        """The posted events, once there are at least this many."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(events := [event for post in list(self.posts) for event in post.events]) < count:
            assert time.monotonic() < deadline, f"{len(events)} events, not {count}"
            time.sleep(0.02)
        return events


@contextmanager
def running_api_host() -> Iterator[ApiHost]:
    """An API host on a free port of 127.0.0.1 that pages of any origin can post to."""
    host = ApiHost()

    class Posted(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = host.answers.pop(0) if host.answers else (200, {})
            host.posts.append(Post(self.path, headers, body, time.monotonic()))
            if not status:
                self.close_connection = True
                return
            self._answer(status, {"Access-Control-Expose-Headers": "*", **more})

        def do_OPTIONS(self) -> None:
            host.preflights.append(self.path)
            self._answer(200, {"Access-Control-Allow-Headers": "*, Authorization"})

        def _answer(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Access-Control-Allow-Origin": "*", "Content-Length": "2", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"{}")

    with serving(Posted) as found:
        host.name = f"{found}/v1"
        yield host
