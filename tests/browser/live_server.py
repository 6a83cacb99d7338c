"""The whole server, as `make run` starts it, for browsers to talk to; and other people's sites beside it."""

from __future__ import annotations

import json
import mimetypes
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.browser.loopback import Handler, serving

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120.0
#: For how long delivery serves what it has found; the default of DELIVERY_CACHE_SECONDS, and a little.
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
        """The address of the stand-in for FullStory's script."""
        return f"{self.url}/demo/fs.js"

    @cached_property
    def token(self) -> str:
        """A token of the demo's administrator."""
        return self.manage("issue_token", "admin").split()[-1]

    @cached_property
    def people(self) -> dict[str, str]:
        """The password of a user for each role, who is called as it is."""
        # One hash for all: each takes as long as in production.
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
        """The cookies of each user who has logged in, for their next visits."""
        return {}

    def wait_until(self, write_key: str, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Waits until the compiled config that a source serves is as wanted: publishing promises a second.

        And as long again, as the other documents are remembered by themselves.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            with urllib.request.urlopen(f"{self.url}/v1/sources/{write_key}/config", timeout=5) as response:
                config = json.load(response)
            if holds(config):
                time.sleep(REMEMBERED_SECONDS)
                return
            assert time.monotonic() < deadline, f"the source {write_key} still serves {config}"
            time.sleep(0.05)


def ways_to_install(server: LiveServer, write_key: str) -> dict[str, list[str]]:
    """The code of each way to install a source, as REST tells it and the admin shows it."""

    def get(path: str) -> Any:
        request = urllib.request.Request(
            f"{server.url}/api/v1/{path}", headers={"Authorization": f"Bearer {server.token}"}
        )
        with urllib.request.urlopen(request, timeout=5) as response:
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
    """Makes and publishes a source with one destination, which has presets (by name) and then mappings.

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
publish(source)
""",
    )


#: For each line that names the arguments of a command, one that says what it printed, and the mistake that ended it.
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
    """manage.py beside the server, in one process for all commands: to start one takes longer than most of them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *arguments: str) -> str:
        """Runs a command; gives back what it prints."""
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


@cache
def empty_database() -> bytes:
    """A database that is migrated, and made once for all servers: that takes longer than the rest of their start."""
    with TemporaryDirectory() as folder:
        with managing(_environment(DATA_DIR=folder)) as manage:
            manage("migrate", "--verbosity=0")
        return (Path(folder) / "db.sqlite3").read_bytes()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def live_server(folder: Path) -> Iterator[LiveServer]:
    """A server with a database of its own in ``folder``, migrated and seeded. Stopped at the end."""
    port = free_port()
    environment = _environment(DATA_DIR=str(folder), PUBLIC_URL=f"http://127.0.0.1:{port}")
    (folder / "db.sqlite3").write_bytes(empty_database())
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
    """That of a server with a database of its own."""
    inherited = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ALLOWED_HOSTS")
    }
    return {**inherited, "DEVELOPMENT": "1", "DJANGO_SETTINGS_MODULE": "project.settings", **given}


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{url} answers {error.code}:\n{log.read_text()}") from error
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server does not answer at {url}:\n{log.read_text()}")


@dataclass
class Site:
    """Somebody's site, on an origin of its own: HTML by path, folders of files by path, and more headers."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)


@contextmanager
def running_site() -> Iterator[Site]:
    """A site on a free port of 127.0.0.1, which shows what its ``pages`` hold when it is asked."""
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
