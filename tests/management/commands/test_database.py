"""Commands on a database that isn't set up, or can't be used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: Run each command of this app on a database without tables, and print the error.
RUN_ALL = """
import sys, django; django.setup()
from django.core.management import CommandError, call_command, get_commands
arguments = {"issue_token": ["admin"], "import_classic": ["-"], "run_scheduler": ["--status"], "redeploy": ["--all"]}
arguments |= dict.fromkeys(["publish", "promote", "rollback"], ["demo"])
for name in sorted(name for name, app in get_commands().items() if app == "fullstory_dest" and name != "doctor"):
    try:
        call_command(name, *arguments.get(name, []))
    except CommandError as error:
        print(name, error, sep=": ")
"""


def run(arguments: list[str], url: str, folder: Path) -> tuple[int, str]:
    """The exit code and the output of Python with another database."""
    environment = {"DJANGO_SETTINGS_MODULE": "project.settings", "DATA_DIR": str(folder), "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_it_asks_for_migrations(tmp_path: Path) -> None:
    code, printed = run(["-c", RUN_ALL], f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path)
    assert (code, dict(line.split(": ", 1) for line in printed.splitlines())) == (
        0,
        dict.fromkeys(
            [
                "import_classic",
                "issue_token",
                "promote",
                "publish",
                "publish_due",
                "redeploy",
                "rollback",
                "run_scheduler",
                "seed_demo",
                "update_statuses",
            ],
            "The database isn't set up. Run manage.py migrate.",
        ),
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "Connection refused"),
        (f"sqlite:///{ROOT / 'manage.py'}", "file is not a database"),
    ],
)
def test_it_reports_an_unavailable_database(url: str, reason: str, tmp_path: Path) -> None:
    code, printed = run(["manage.py", "publish_due"], url, tmp_path)
    assert (code, printed.count("\n")) == (1, 1), printed
    assert printed.startswith("CommandError: The database failed: ")
    assert reason in printed
