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
from functools import cached_property
from pathlib import Path
from typing import Any

from loopback import Handler, serving

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30.0
PASSWORD = "a-walk-in-the-park"


@dataclass(frozen=True)
class LiveServer:
    """A running server with the demo's data. ``url`` is its PUBLIC_URL."""

    url: str
    password: str
    seed_seconds: float
    environment: dict[str, str]

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
        self.manage(
            "shell",
            "-c",
            f"""
from django.contrib.auth.models import Group, User
for role in Group.objects.all():
    user = User.objects.create_user(role.name, password={PASSWORD!r}, is_staff=True)
    user.groups.add(role)
""",
        )
        return dict.fromkeys(("viewer", "editor", "publisher", "owner"), PASSWORD)

    def manage(self, *arguments: str) -> str:
        """Runs manage.py beside the server; gives back what it prints."""
        return manage(self.environment, *arguments)

    def wait_until(self, write_key: str, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Waits until the compiled config that a source serves is as wanted: publishing promises a second."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with urllib.request.urlopen(f"{self.url}/v1/sources/{write_key}/config", timeout=5) as response:
                config = json.load(response)
            if holds(config):
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
    ways = get(f"sources/{source['id']}/install/")["ways"]
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
from fullstory_dest.services.publish import publish
from fullstory_dest.services.set_up import set_up
source = Source(name={write_key!r}, write_key={write_key!r}, **{values!r})
source.save()
chosen = [preset for preset in PRESETS if preset.name in {list(presets)!r}]
destination = set_up(source, settings={settings!r}, presets=chosen)
destination.consent_categories = {list(consent_categories)!r}
destination.save()
for mapping in {list(mappings)!r}:
    Mapping(destination=destination, enabled=True, **mapping).save()
publish(source)
""",
    )


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"manage.py {arguments[0]}:\n{done.stdout}{done.stderr}"
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def live_server(folder: Path) -> Iterator[LiveServer]:
    """A server with a database of its own in ``folder``, migrated and seeded. Stopped at the end."""
    port = free_port()
    inherited = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ALLOWED_HOSTS")
    }
    environment = {
        **inherited,
        "DEVELOPMENT": "1",
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "DATA_DIR": str(folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    manage(environment, "migrate", "--verbosity=0")
    began = time.monotonic()
    printed = manage(environment, "seed_demo")
    seed_seconds = time.monotonic() - began
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
        yield LiveServer(environment["PUBLIC_URL"], password, seed_seconds, environment)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
