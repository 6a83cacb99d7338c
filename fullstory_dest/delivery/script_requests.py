"""Counts of script requests, kept in memory. A thread of each worker saves them, so that requests don't write."""

from __future__ import annotations

import logging
import re
import threading
import time
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.db import Error, close_old_connections, connection

from fullstory_dest.services.sources.script_requests import RequestCount, save_script_requests

#: Limit of pairs of key and origin between two writes, as clients can send any Referer. Further origins are dropped.
MAXIMUM_PENDING: Final = 5_000
#: Delay until the first request after a pause is written. It's short because an editor might be waiting for it.
FIRST_WRITE_SECONDS: Final = 0.5

_origin = re.compile(r"https?://[a-z0-9.-]{1,200}(:\d{1,5})?(?=[/?#]|\Z)")
_logger = logging.getLogger(__name__)


class ScriptRequestCounter:
    """Counts that a worker hasn't saved yet. The first request starts its thread."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], RequestCount] = {}
        self._lock = threading.Lock()
        self._awake = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, write_key: str, referer: str) -> None:
        """Count a request for an existing source. This takes one or two microseconds."""
        origin = origin_of(referer)
        with self._lock:
            if found := self._counts.get((write_key, origin)):
                found.count += 1
                found.last = time.time()
                return
            if len(self._counts) >= MAXIMUM_PENDING:
                origin = ""
            found = self._counts.setdefault((write_key, origin), RequestCount(0, 0))
            found.count, found.last = found.count + 1, time.time()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._write_forever, name="script_requests", daemon=True
                )
                self._thread.start()
        self._awake.set()

    def write(self) -> None:
        """Save the counts. If the database fails, keep them for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            save_script_requests(counts)
        except Exception:
            self._restore(counts)
            raise

    def _restore(self, counts: dict[tuple[str, str], RequestCount]) -> None:
        with self._lock:
            for key, old in counts.items():
                if (new := self._counts.get(key)) is None:
                    if len(self._counts) < MAXIMUM_PENDING:
                        self._counts[key] = old
                else:
                    new.count += old.count

    def _write_forever(self) -> None:
        while True:
            self._awake.wait()
            time.sleep(FIRST_WRITE_SECONDS)
            self._awake.clear()
            close_old_connections()
            try:
                self.write()
            except Error as error:
                _logger.info("Script request counts weren't saved, and are kept for later: %s", error)
            except Exception:
                # Any error must leave the thread and delivery running.
                _logger.exception("Script request counts weren't saved.")
            finally:
                connection.close()
            time.sleep(settings.SCRIPT_REQUEST_SECONDS)
            with self._lock:
                if self._counts:
                    self._awake.set()


@lru_cache(maxsize=1_000)
def origin_of(referer: str) -> str:
    """Return the origin of a page's URL in lowercase, or an empty string if it has none."""
    found = _origin.match(referer[:300].lower())
    return found[0] if found else ""


_script_requests: Final = ScriptRequestCounter()


def count_request(write_key: str, referer: str) -> None:
    """Count a request for a source's script, unless ``SCRIPT_REQUEST_SECONDS`` turns this off."""
    if settings.SCRIPT_REQUEST_SECONDS > 0:
        _script_requests.count(write_key, referer)
