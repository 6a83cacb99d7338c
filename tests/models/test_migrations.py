"""Every partial and backward migration of this app, on a separate database."""

import os
import subprocess
import sys
import uuid
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import connection

WALK = """
import django; django.setup()
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
names = sorted(name for app, name in MigrationLoader(None).graph.nodes if app == "fullstory_dest")
to = lambda *target: call_command("migrate", *target, verbosity=0)
to("auth")
for name in names:
    to("fullstory_dest", name)
to()
call_command("seed_demo", verbosity=0)
for name in [*reversed(names), "zero"]:
    to("fullstory_dest", name)
to("auth", "zero")
to()
"""


@pytest.mark.django_db
def test_it_migrates_to_every_target_and_back(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings", "DATA_DIR": str(tmp_path)}
    name = f"walk_{uuid.uuid4().hex}"
    url = f"sqlite:///{tmp_path / name}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"CREATE DATABASE {name}")
    done = subprocess.run(
        [sys.executable, "-c", WALK],
        env={**environment, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


if connection.vendor == "postgresql":  # Others have no extensions.

    @pytest.mark.django_db
    def test_it_says_how_to_add_a_missing_extension() -> None:
        migration = import_module("fullstory_dest.migrations.0003_search_indexes")
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION pg_trgm CASCADE")
            cursor.execute("CREATE ROLE guest")
            cursor.execute("SET LOCAL ROLE guest")
        with pytest.raises(CommandError, match="Have a superuser run CREATE EXTENSION pg_trgm"):
            migration.add_indexes(apps, connection.schema_editor())
