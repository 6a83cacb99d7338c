"""The time of a new worker's first request: ``python -m tests.bench.first_request ADDRESS SESSION``."""

import sys
import time

from django.test import RequestFactory

from project.wsgi import application


def first_request(address: str, session: str) -> float:
    """Milliseconds, measured at the WSGI server."""
    path, _, query = address.partition("?")
    environ = {
        **RequestFactory()._base_environ(),  # type: ignore[attr-defined]
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": f"sessionid={session}",
    }
    statuses: list[str] = []
    start = time.perf_counter()
    body = b"".join(application(environ, lambda status, headers: statuses.append(status)))
    took = (time.perf_counter() - start) * 1000
    assert statuses == ["200 OK"], (statuses, body[:200])
    return took


if __name__ == "__main__":
    print(first_request(*sys.argv[1:]))
