"""A server of a test's own, on a free port of this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """One that does not print what it is asked, and sends a body right after its head."""

    disable_nagle_algorithm = True

    def log_message(self, *arguments: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *arguments: Any) -> None:
        """Tells of errors but those of pages that are closed before they have their answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*arguments)


@contextmanager
def serving(handler: type[Handler]) -> Iterator[str]:
    """Answers with ``handler`` at the host that it gives, such as 127.0.0.1:40123, until the end."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
