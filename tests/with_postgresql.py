"""Run a command with DATABASE_URL set to a temporary PostgreSQL cluster: ``python -m tests.with_postgresql COMMAND``.

Without PostgreSQL's server it prints so and runs nothing. In CI that is a failure.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of PostgreSQL's server programs: the newest that Debian has installed, or the one on PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


def unprivileged() -> dict[str, str]:
    """Run as another user, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    return {"user": "postgres" if "postgres" in known else "nobody"}


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A running cluster in a temporary folder, as a database URL. It is stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="fullstory-dest-postgresql-") as name:
        folder = Path(name)
        as_user = unprivileged()
        if as_user:
            shutil.chown(folder, as_user["user"])
        data = folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **as_user,
        )
        options = f"-F -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c port={port}"
        control = [programs / "pg_ctl", "-D", data, "-s", "-w"]
        subprocess.run(
            [*control, "-l", folder / "log", "-o", options, "start"], check=True, cwd=folder, **as_user
        )
        try:
            yield f"postgresql://tests@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder, **as_user)


def main(command: list[str]) -> int:
    programs = binaries()
    if programs is None:
        print("skipped on PostgreSQL: its server (initdb) is not on this machine")
        return 1 if os.environ.get("CI") else 0
    with cluster(programs) as url:
        print(f"On PostgreSQL ({programs}):", flush=True)
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
