"""Modules that measure in a process of their own, whose settings name a temporary PostgreSQL database."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.with_postgresql import binaries, cluster


def run_on_postgresql(module: str, *arguments: str) -> str | None:
    """Run a module with a new database, and return its output. None without PostgreSQL."""
    programs = binaries()
    if programs is None:
        return None
    with cluster(programs) as url:
        settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "bench"}
        return run_module(module, *arguments, environment={**os.environ, **settings})


def run_module(module: str, *arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run a module, and return its output."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
