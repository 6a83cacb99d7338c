"""A server for a test, on a free port of this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """A handler that logs nothing, and sends the body right after the headers."""

    disable_nagle_algorithm = True

    def log_message(self, *arguments: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *arguments: Any) -> None:
        """Print errors, except for pages that closed before the answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*arguments)


@contextmanager
def serving(handler: type[Handler]) -> Iterator[str]:
    """Serve ``handler`` until the end, and return its host, such as 127.0.0.1:40123."""
    server = _Server(("127.0.0.1", 0), handler)
    # By default, it notices its end after up to half a second.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
