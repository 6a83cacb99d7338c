"""Run the tests on SQLite, and beside them those that depend on the database on PostgreSQL: ``python -m tests [ARG]``.

Arguments are for pytest. The output on PostgreSQL follows the one on SQLite, and the last lines of both are repeated.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.with_postgresql import binaries

#: Workers take over tests that others have not started, so that all are busy until the end.
PYTEST = [sys.executable, "-m", "pytest", "--dist", "worksteal"]
#: Where tests use the database. tests/conftest.py selects them.
ON_POSTGRESQL = [
    *(f"tests/{area}" for area in ("models", "services", "delivery", "api", "admin", "management")),
    *("--ignore", "tests/admin/test_in_browser.py"),
]
#: One per core, because the tests on SQLite have two.
WORKERS_ON_POSTGRESQL = str(os.cpu_count() or 1)


def main(arguments: list[str]) -> int:
    chosen = any(Path(argument.partition("::")[0]).exists() for argument in arguments)
    color = ["--color=yes"] if sys.stdout.isatty() else []
    on_postgresql = [*PYTEST, "-n", WORKERS_ON_POSTGRESQL, *arguments, *([] if chosen else ON_POSTGRESQL)]
    with tempfile.TemporaryFile("w+") as output:
        beside = subprocess.Popen(
            [sys.executable, "-m", "tests.with_postgresql", *on_postgresql],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        too = {} if chosen or binaries() is None else {"ON_POSTGRESQL_TOO": "1"}
        with subprocess.Popen(
            [*PYTEST, "-n", "auto", *color, *arguments],
            env={**os.environ, **too},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            try:
                summary = _print(process.stdout)
            except KeyboardInterrupt:  # Ctrl+C ends both, which print what they did.
                summary = _print(process.stdout)
        status = beside.wait()
        output.seek(0)
        summary_on_postgresql = _print(output)
    print(f"\nOn PostgreSQL: {summary_on_postgresql}\nOn SQLite: {summary}")
    # Chosen tests don't need to depend on the database.
    if chosen and status == pytest.ExitCode.NO_TESTS_COLLECTED:
        status = 0
    return process.returncode or status


def _print(lines: Iterable[str]) -> str:
    """Print each line as it comes, and return the last one."""
    line = ""
    for line in lines:
        print(line, end="", flush=True)
    return line.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
