"""Notes which sources browsers ask for, in memory; a thread of each worker writes it down, never a request."""

from __future__ import annotations

import logging
import re
import threading
import time
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.db import Error, close_old_connections, connection

from fullstory_dest.services.sources.script_requests import Noted, write_script_requests

#: Pairs of key and origin kept between two writes. Anyone can send any Referer: then the rest goes without.
MAXIMUM_NOTED: Final = 5_000
#: The first request after a quiet time is written this soon: somebody may be waiting to see it.
SOON_SECONDS: Final = 0.5

_origin = re.compile(r"https?://[a-z0-9.-]{1,200}(:\d{1,5})?(?=[/?#]|\Z)")
_logger = logging.getLogger(__name__)


class ScriptRequestCounter:
    """What a worker has noted and not written yet. Its thread is started by the first request."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str], Noted] = {}
        self._lock = threading.Lock()
        self._awake = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, write_key: str, referer: str) -> None:
        """Remembers a request for a source that there is. Costs a request a microsecond or two."""
        origin = origin_of(referer)
        with self._lock:
            if found := self._noted.get((write_key, origin)):
                found.count += 1
                found.last = time.time()
                return
            if len(self._noted) >= MAXIMUM_NOTED:
                origin = ""
            found = self._noted.setdefault((write_key, origin), Noted(0, 0))
            found.count, found.last = found.count + 1, time.time()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._write_for_ever, name="script_requests", daemon=True
                )
                self._thread.start()
        self._awake.set()

    def write(self) -> None:
        """Writes what was noted. What cannot be written, as there is no database, stays noted."""
        with self._lock:
            noted, self._noted = self._noted, {}
        if not noted:
            return
        try:
            write_script_requests(noted)
        except Exception:
            self._give_back(noted)
            raise

    def _give_back(self, noted: dict[tuple[str, str], Noted]) -> None:
        with self._lock:
            for key, old in noted.items():
                if (new := self._noted.get(key)) is None:
                    if len(self._noted) < MAXIMUM_NOTED:
                        self._noted[key] = old
                else:
                    new.count += old.count

    def _write_for_ever(self) -> None:
        while True:
            self._awake.wait()
            time.sleep(SOON_SECONDS)
            self._awake.clear()
            close_old_connections()
            try:
                self.write()
            except Error as error:
                _logger.info("what was seen of sources is written later: %s", error)
            except Exception:
                # Whatever it is, delivery goes on, and so does this.
                _logger.exception("what was seen of sources was not written")
            finally:
                connection.close()
            time.sleep(settings.SIGHTING_SECONDS)
            with self._lock:
                if self._noted:
                    self._awake.set()


@lru_cache(maxsize=1_000)
def origin_of(referer: str) -> str:
    """The origin of a page's address, as browsers write it; empty if it is none."""
    found = _origin.match(referer[:300].lower())
    return found[0] if found else ""


_script_requests: Final = ScriptRequestCounter()


def note(write_key: str, referer: str) -> None:
    """Remembers that a source was asked for, unless that is turned off."""
    if settings.SIGHTING_SECONDS > 0:
        _script_requests.note(write_key, referer)
