"""The server as `make run` starts it, for browser tests, and customers' sites beside it."""

from __future__ import annotations

import fcntl
import json
import mimetypes
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.browser.loopback import Handler, serving

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120.0
#: How long delivery caches documents: the default of DELIVERY_CACHE_SECONDS, with a margin.
REMEMBERED_SECONDS = 0.6
PASSWORD = "a-walk-in-the-park"


@dataclass(frozen=True)
class LiveServer:
    """A running server with the demo's data. ``url`` is its PUBLIC_URL."""

    url: str
    password: str
    environment: dict[str, str]
    manage: Manage

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def stand_in(self) -> str:
        """The URL of the stand-in for FullStory's script."""
        return f"{self.url}/demo/fs.js"

    @cached_property
    def token(self) -> str:
        """A token of the demo's administrator."""
        return self.manage("issue_token", "admin").split()[-1]

    @cached_property
    def people(self) -> dict[str, str]:
        """The password of a user for each role. The username is the role."""
        # Hash once, because hashing takes as long as in production.
        self.manage(
            "shell",
            "-c",
            f"""
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
password = make_password({PASSWORD!r})
for role in Group.objects.all():
    user = User.objects.create(username=role.name, password=password, is_staff=True)
    user.groups.add(role)
""",
        )
        return dict.fromkeys(("viewer", "editor", "publisher", "owner"), PASSWORD)

    @cached_property
    def cookies(self) -> dict[str, Any]:
        """The cookies of each user who has logged in, for later visits."""
        return {}

    def wait_until(self, write_key: str, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until a source serves the wanted compiled config, which takes about a second after a publish.

        Then wait as long again, because other documents are cached separately.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            with urllib.request.urlopen(f"{self.url}/v1/sources/{write_key}/config", timeout=60) as response:
                config = json.load(response)
            if holds(config):
                time.sleep(REMEMBERED_SECONDS)
                return
            assert time.monotonic() < deadline, f"the source {write_key} still serves {config}"
            time.sleep(0.05)


def ways_to_install(server: LiveServer, write_key: str) -> dict[str, list[str]]:
    """The code of each way to install a source, from REST."""

    def get(path: str) -> Any:
        request = urllib.request.Request(
            f"{server.url}/api/v1/{path}", headers={"Authorization": f"Bearer {server.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    [source] = [each for each in get("sources/")["results"] if each["write_key"] == write_key]
    ways = get(f"sources/{source['id']}/install/")["methods"]
    return {way["key"]: [code["code"] for code in way["codes"]] for way in ways}


def publish_source(
    server: LiveServer,
    write_key: str,
    *,
    settings: dict[str, Any],
    presets: Sequence[str] = (),
    mappings: Sequence[dict[str, Any]] = (),
    consent_categories: Sequence[str] = (),
    **values: Any,
) -> None:
    """Create and publish a source with one destination that has presets (by name) and then mappings.

    ``values`` are fields of the source.
    """
    server.manage(
        "shell",
        "-c",
        f"""
from fullstory_dest.catalog import PRESETS
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.drafts.create_destination import create_destination
source = Source(name={write_key!r}, write_key={write_key!r}, **{values!r})
source.save()
chosen = [preset for preset in PRESETS if preset.name in {list(presets)!r}]
destination = create_destination(source, settings={settings!r}, presets=chosen)
destination.consent_categories = {list(consent_categories)!r}
destination.save()
for mapping in {list(mappings)!r}:
    Mapping(destination=destination, enabled=True, **mapping).save()
publish(source.production)
""",
    )


#: Reads the arguments of one command per line. Prints its output and its traceback, if any.
MANAGE = """
import contextlib, io, json, sys, traceback
from django.core.management import execute_from_command_line
for line in sys.stdin:
    printed, mistake = io.StringIO(), ""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            execute_from_command_line(["manage.py", *json.loads(line)])
        except BaseException:
            mistake = traceback.format_exc()
    print(json.dumps([printed.getvalue(), mistake]), flush=True)
"""


class Manage:
    """manage.py in one process for all commands, because starting one takes longer than most commands."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *arguments: str) -> str:
        """Run a command. Return its output."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"manage.py {arguments[0]} ended its process"
        printed, mistake = json.loads(answer)
        assert not mistake, f"manage.py {arguments[0]}:\n{printed}{mistake}"
        return str(printed)


@contextmanager
def managing(environment: dict[str, str]) -> Iterator[Manage]:
    command = [sys.executable, "-c", MANAGE]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield Manage(process)


def empty_database(shared: Path) -> bytes:
    """A migrated database, created once for the servers of all workers because that takes most of their start."""
    file = shared / "empty.sqlite3"
    with (shared / "empty.lock").open("w") as lock, TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with managing(_environment(DATA_DIR=folder)) as manage:
                manage("migrate", "--verbosity=0")
            shutil.copy(Path(folder) / "db.sqlite3", file)
    return file.read_bytes()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def live_server(folders: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with a new, migrated and seeded database, stopped at the end."""
    folder = folders.mktemp("live-server")
    # Workers have folders beside each other.
    shared = folders.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else folders.getbasetemp()
    port = free_port()
    environment = _environment(DATA_DIR=str(folder), PUBLIC_URL=f"http://127.0.0.1:{port}")
    (folder / "db.sqlite3").write_bytes(empty_database(shared))
    with managing(environment) as manage:
        printed = manage("seed_demo")
        password = next(line for line in printed.splitlines() if line.startswith("Password:")).split()[1]

        granian = Path(sys.executable).with_name("granian")
        log = folder / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [
                    granian,
                    "--interface",
                    "wsgi",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                    "project.wsgi:application",
                ],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_for(environment["PUBLIC_URL"] + "/demo/", process, log)
            yield LiveServer(environment["PUBLIC_URL"], password, environment, manage)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(**given: str) -> dict[str, str]:
    """The environment of a server with a separate database."""
    inherited = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ALLOWED_HOSTS")
    }
    return {
        **inherited,
        "DEVELOPMENT": "1",
        "DJANGO_SETTINGS_MODULE": "tests.browser.server_settings",
        **given,
    }


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{url} answers {error.code}:\n{log.read_text()}") from error
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server does not answer at {url}:\n{log.read_text()}")


@dataclass
class Site:
    """A customer's site on its own origin: HTML by path, folders by path, and extra headers."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)


@contextmanager
def running_site() -> Iterator[Site]:
    """A site on a free port of 127.0.0.1 that serves its current ``pages``."""
    site = Site()

    class Page(Handler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in site.pages:
                self._send(site.pages[path].encode(), "text/html; charset=utf-8")
                return
            for prefix, folder in site.folders.items():
                file = folder / path.removeprefix(prefix)
                if path.startswith(prefix) and file.is_file():
                    self._send(file.read_bytes(), mimetypes.guess_type(file)[0] or "application/octet-stream")
                    return
            self.send_error(404)

        def _send(self, body: bytes, content_type: str) -> None:
            self.send_response(200)
            for name, value in {"Content-Type": content_type, **site.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Page) as found:
        site.url = f"http://{found}"
        yield site
