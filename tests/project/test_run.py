"""``make run``: the server and the scheduler start and end together."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.requirements import needs

ROOT = Path(__file__).parents[2]
SECONDS = 60.0


def processes(session: int) -> dict[int, str]:
    """The command lines of a session's running processes, by ID."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _parent, _group, owner = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(owner) == session and state != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def session(tmp_path: Path) -> Iterator[int]:
    """A running ``make run`` in a separate session, as in a terminal."""
    needs(shutil.which("make"), "make")
    needs(Path("/proc/self/stat").exists(), "/proc")
    needs((ROOT / ".venv/bin/granian").exists(), "the virtual environment of make run")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    address = f"http://127.0.0.1:{port}"
    environment |= {"DATA_DIR": str(tmp_path), "PUBLIC_URL": address, "PORT": str(port)}
    with (tmp_path / "log").open("w") as log:
        made = subprocess.Popen(
            ["make", "-o", ".venv/run.stamp", "run"],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            # A shell makes its background jobs and their children ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            stdout=log,
            stderr=log,
        )
    try:

        def answers() -> bool:
            try:
                return urlopen(f"{address}/analytics.js/v1/demo/analytics.min.js").status == 200
            except OSError:
                return False

        running = eventually(answers) and eventually(lambda: bool(pids(made.pid, "run_scheduler")))
        assert running, (tmp_path / "log").read_text()
        yield made.pid
    finally:
        for pid in processes(made.pid):
            os.kill(pid, signal.SIGKILL)
        made.wait()


def pids(session: int, part: str) -> list[int]:
    return sorted(pid for pid, line in processes(session).items() if part in line)


def interrupt(session: int) -> None:
    os.killpg(session, signal.SIGINT)


def terminate_make(session: int) -> None:
    os.kill(session, signal.SIGTERM)


def terminate_server(session: int) -> None:
    os.kill(pids(session, "granian")[0], signal.SIGTERM)


def kill_server(session: int) -> None:
    os.kill(pids(session, "granian")[0], signal.SIGKILL)


@pytest.mark.parametrize(
    "end",
    [
        interrupt,
        terminate_server,
        pytest.param(terminate_make, marks=pytest.mark.long),
        pytest.param(kill_server, marks=pytest.mark.long),
    ],
)
def test_it_ends_server_and_scheduler_together(session: int, end: Callable[[int], None]) -> None:
    end(session)
    assert eventually(lambda: not processes(session)), processes(session)
