"""``manage.py run_scheduler``"""

import os
import signal
import threading
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from fullstory_dest.management.commands import run_scheduler
from fullstory_dest.models import Release, ScheduledDeployment, SchedulerHeartbeat
from fullstory_dest.services.publishing import publish_due, schedule_deployment
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.scheduler_status import scheduler_status
from fullstory_dest.services.spec import drafts_in
from tests.factories import a_set_up_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_scheduler, "TICK_SECONDS", 0.01)


def due(name: str = "Shop") -> ScheduledDeployment:
    """A scheduled publish that is due now."""
    by, _made = User.objects.get_or_create(username="olga", is_superuser=True)
    source = a_set_up_source(name=name)
    reviewed = fingerprint(drafts_in(source.production))
    pending = schedule_deployment.schedule_deployment(
        source.production, at=timezone.now() + timedelta(hours=1), by=by, reviewed=reviewed
    )
    ScheduledDeployment.objects.filter(pk=pending.pk).update(due_at=timezone.now())
    return pending


def run_for(seconds: float = 1.5, number: int = signal.SIGTERM) -> str:
    """The output of a scheduler that was stopped by a signal."""
    stop = threading.Timer(seconds, os.kill, (os.getpid(), number))
    stop.start()
    output = StringIO()
    call_command("run_scheduler", stdout=output, stderr=output)
    return output.getvalue()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_publishes_due_sources_and_stops(number: int) -> None:
    due()
    assert run_for(number=number) == "Published release 1 of Shop.\n"
    assert Release.objects.count() == 1
    assert not scheduler_status().running
    assert scheduler_status().last_seen_at is not None


def test_it_survives_a_lost_database_connection(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    due()
    monkeypatch.setattr(run_scheduler.connection, "close", lambda: None)
    monkeypatch.setattr(run_scheduler.Command, "_wait", lambda *_arguments: time.sleep(0.01))
    real, times = run_scheduler.record_heartbeat, iter(range(100_000))

    def count_heartbeat(*arguments: object) -> None:
        if next(times) < 3:
            raise OperationalError("the server closed the connection")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run_scheduler, "record_heartbeat", count_heartbeat)
    assert run_for(0.5) == "Published release 1 of Shop.\n"
    assert [record.message.split(",")[0] for record in caplog.records] == [
        "Database not available",
        "Database available again",
    ]


def test_it_continues_after_a_scheduled_publish_that_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    due("Broken"), due("Whole")
    real = publish_due.deploy_proposal

    def publish(proposal: Any, **values: Any) -> object:
        if proposal.environment.source.name == "Broken":
            raise ZeroDivisionError
        return real(proposal, **values)

    monkeypatch.setattr(publish_due, "deploy_proposal", publish)
    states = {pending.environment.source.name: pending.state for pending in publish_due.publish_due()}
    assert states == {"Broken": "refused", "Whole": "done"}


def test_it_stops_when_its_parent_has_ended() -> None:
    call_command("run_scheduler", "--parent", str(os.getpid()))  # Not our parent: os.getppid() is another.


def test_it_reports_problems_that_need_attention(capsys: pytest.CaptureFixture[str]) -> None:
    due()
    with pytest.raises(SystemExit):
        call_command("run_scheduler", "--status")
    printed = capsys.readouterr().out
    assert printed.startswith("No scheduler is running (none has run yet).")
    assert "\nOverdue: Shop, due " in printed


def test_it_counts_publish_due_as_a_scheduler(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("publish_due")
    call_command("run_scheduler", "--status")
    assert capsys.readouterr().out == "A scheduler is running.\n"
    SchedulerHeartbeat.objects.update(expires_at=timezone.now())
    assert not scheduler_status().running
