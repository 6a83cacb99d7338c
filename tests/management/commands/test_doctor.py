"""``manage.py doctor``"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from fullstory_dest.models import Environment, ScheduledDeployment, StoredStatus
from fullstory_dest.services import doctor
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.redeploy import count_outdated_sources
from fullstory_dest.services.publishing.scheduler_status import expire_heartbeat, record_heartbeat
from tests.factories import a_set_up_source, a_staging_environment
from tests.management.commands.test_database import run
from tests.management.commands.test_run_scheduler import due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def healthy(settings):
    """An installation in which everything is fine."""
    settings.DEVELOPMENT, settings.PUBLIC_URL = True, "https://dest.example.com"
    record_heartbeat("a", timedelta(minutes=1))


def found(capsys) -> tuple[int, str]:
    """The exit code and the output."""
    try:
        call_command("doctor")
    except SystemExit as error:
        return int(error.code), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_it_finds_nothing_in_a_healthy_installation(capsys):
    a_staging_environment(source := a_set_up_source())
    publish(source.production)
    assert found(capsys) == (0, "Everything is fine.\n")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost/path"])
def test_it_accepts_http_on_this_machine(url, settings):
    settings.PUBLIC_URL = url
    assert list(doctor.find_problems()) == []


def test_it_reports_a_public_url_without_https(settings, capsys):
    settings.PUBLIC_URL = "http://dest.example.com"
    code, printed = found(capsys)
    assert code == 1
    assert printed.startswith("PUBLIC_URL is http://dest.example.com. Use https")


def test_it_reports_a_missing_scheduler_and_overdue_publishes():
    ScheduledDeployment.objects.filter(pk=due().pk).update(due_at="2026-01-01T00:00Z")
    expire_heartbeat("a")
    first, second = doctor.find_problems()
    assert first.startswith("No scheduler is running.")
    assert second.startswith("Overdue scheduled deployments: 1.")


def test_it_counts_sources_with_an_older_runtime(settings):
    source = a_set_up_source()
    for environment in (source.production, a_staging_environment(source)):
        publish(environment)
    publish(a_set_up_source(name="Other").production)
    a_set_up_source(name="Not live")
    assert count_outdated_sources() == 0
    Environment.objects.filter(source=source).update(live_build="older")
    (problem,) = doctor.find_problems()
    assert "PUBLIC_URL: 1. Run manage.py redeploy --all." in problem
    settings.PUBLIC_URL = "https://other.example.com"
    (problem,) = doctor.find_problems()
    assert "PUBLIC_URL: 2." in problem


def test_it_finds_nothing_after_everything_is_redeployed(settings):
    publish(a_set_up_source().production)
    settings.PUBLIC_URL = "https://other.example.com"
    call_command("redeploy", "--all")
    assert list(doctor.find_problems()) == []


def test_it_reports_missing_statuses(capsys):
    a_set_up_source()
    StoredStatus.objects.all().delete()
    assert list(doctor.find_problems()) == [
        "Sources without a stored status: 1. Run manage.py update_statuses."
    ]
    call_command("update_statuses")
    assert capsys.readouterr().out == "1 of 1\nAll statuses are up to date.\n"
    assert list(doctor.find_problems()) == []


def test_it_reports_a_missing_cache_table():
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE fullstory_dest_cache")
    (problem,) = doctor.find_problems()
    assert problem.endswith("Run manage.py createcachetable.")
    call_command("createcachetable")
    assert list(doctor.find_problems()) == []


def test_it_reports_missing_and_outdated_static_files(settings, tmp_path, monkeypatch):
    from django.contrib.staticfiles import storage

    settings.STATIC_ROOT = str(tmp_path)
    collected = storage.StaticFilesStorage()
    monkeypatch.setattr(doctor, "staticfiles_storage", collected)
    settings.DEVELOPMENT = False
    outdated = ["Static files are missing or outdated. Run manage.py collectstatic --no-input."]
    assert list(doctor.find_problems()) == outdated
    for path, name, files in doctor._found_files():
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(files.open(name).read())
    assert list(doctor.find_problems()) == []
    copy.write_bytes(b"older")
    assert list(doctor.find_problems()) == outdated


def test_it_reports_a_database_that_cannot_be_reached(monkeypatch):
    def fail() -> bool:
        raise OperationalError("connection refused")

    monkeypatch.setattr(doctor, "is_migrated", fail)
    (problem,) = doctor.find_problems()
    assert problem.startswith("The database failed: connection refused. Check DATABASE_URL")


def test_it_reports_missing_migrations(tmp_path: Path):
    code, printed = run(["manage.py", "doctor"], f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path)
    assert (code, printed.splitlines()[-1]) == (1, "The database lacks migrations. Run manage.py migrate.")
