"""Counts requests for scripts in memory; a thread of each worker saves the counts, never a request."""

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

#: Pairs of key and origin kept between two writes. Anyone can send any Referer: then the rest goes without.
MAXIMUM_PENDING: Final = 5_000
#: The first request after a quiet time is written this soon: somebody may be waiting to see it.
FIRST_WRITE_SECONDS: Final = 0.5

_origin = re.compile(r"https?://[a-z0-9.-]{1,200}(:\d{1,5})?(?=[/?#]|\Z)")
_logger = logging.getLogger(__name__)


class ScriptRequestCounter:
    """Counts that a worker has not saved yet. Its thread is started by the first request."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], RequestCount] = {}
        self._lock = threading.Lock()
        self._awake = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, write_key: str, referer: str) -> None:
        """Count a request for an existing source. Costs a request a microsecond or two."""
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
        """Save the counts. Without a database they are kept for the next time."""
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
                _logger.info("counts of script requests are saved later: %s", error)
            except Exception:
                # Whatever it is, delivery goes on, and so does this.
                _logger.exception("counts of script requests were not saved")
            finally:
                connection.close()
            time.sleep(settings.SCRIPT_REQUEST_SECONDS)
            with self._lock:
                if self._counts:
                    self._awake.set()


@lru_cache(maxsize=1_000)
def origin_of(referer: str) -> str:
    """The origin of a page's address, as browsers write it; empty if it is none."""
    found = _origin.match(referer[:300].lower())
    return found[0] if found else ""


_script_requests: Final = ScriptRequestCounter()


def count_request(write_key: str, referer: str) -> None:
    """Count a request for a source's script, unless that is turned off."""
    if settings.SCRIPT_REQUEST_SECONDS > 0:
        _script_requests.count(write_key, referer)
