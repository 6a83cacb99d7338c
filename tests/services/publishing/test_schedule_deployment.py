"""Scheduled deployments."""

import threading
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connections
from django.utils import timezone

from fullstory_dest.models import Mapping, Release, ScheduledDeployment
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing import publish_due as publish_due_module
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.proposals import deploy_proposal
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.publish_with_test_cases import PublishBusyError
from fullstory_dest.services.publishing.schedule_deployment import (
    ScheduleError,
    cancel_scheduled_deployment,
    check_time,
    is_outdated,
    latest_scheduled_deployment,
    schedule_deployment,
)
from fullstory_dest.services.sources.archive import archive
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.spec import drafts_in
from tests.concurrency import PATIENCE
from tests.factories import a_set_up_source


@pytest.fixture
def olga(db):
    return User.objects.create_superuser("olga")


def asked_for(source, by, **values):
    at = timezone.now() + timedelta(hours=1)
    return schedule_deployment(
        source.production,
        **{"at": at, "by": by, "reviewed": fingerprint(drafts_in(source.production)), **values},
    )


def when_due():
    return list(publish_due(timezone.now() + timedelta(hours=2)))


def test_it_publishes_once_when_due(olga):
    source = a_set_up_source()
    asked_for(source, olga, note="Launch")
    assert list(publish_due()) == []
    (done,) = when_due()
    release = Release.objects.get()
    assert (done.state, done.deployment.release) == ("done", release)
    assert (done.deployment.note, done.deployment.created_by) == ("Launch", olga)
    assert (release.note, release.created_by) == ("Launch", olga)
    assert when_due() == []


def test_it_refuses_drafts_that_changed_since_the_review(olga, capsys):
    source = a_set_up_source()
    pending = asked_for(source, olga)
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    ScheduledDeployment.objects.update(due_at=timezone.now())
    with pytest.raises(SystemExit):
        call_command("publish_due")
    assert "changed since they were reviewed" in capsys.readouterr().err
    pending.refresh_from_db()
    assert (pending.state, Release.objects.count()) == ("refused", 0)


def test_it_ignores_a_rotated_write_key_in_the_review(olga):
    source = a_set_up_source()
    asked_for(source, olga)
    rotated = rotate_key(source.production)
    (done,) = when_due()
    assert (done.state, done.outcome) == ("done", "")
    assert done.deployment.environment_spec["write_key"] == rotated.write_key


def test_it_refuses_failing_test_cases_unless_accepted(olga):
    source = a_set_up_source()
    save_test_case(source, name="Silence", event={"type": "track", "event": "Bought"}, calls=[])
    asked_for(source, olga)
    (done,) = when_due()
    assert (done.state, done.outcome) == ("refused", "Test cases fail: “Silence”.")
    asked_for(source, olga, ignore_test_case_failures=True)
    (done,) = when_due()
    assert done.state == "done"


@pytest.mark.parametrize("gone", [{"is_superuser": False}, {"is_active": False}])
def test_it_refuses_a_user_who_can_no_longer_publish(olga, gone):
    asked_for(a_set_up_source(), olga)
    User.objects.filter(pk=olga.pk).update(**gone)
    (done,) = when_due()
    assert (done.state, Release.objects.count()) == ("refused", 0)


def test_it_reports_why_drafts_cannot_be_compiled(olga):
    source = a_set_up_source()
    Mapping.objects.filter(action="trackEventV2").update(trigger="type = ")
    asked_for(source, olga)
    (done,) = when_due()
    assert done.state == "refused"
    assert "Track Custom Event V2" in done.outcome


def test_it_cancels_a_scheduled_publish_once(olga):
    pending = asked_for(a_set_up_source(), olga)
    assert cancel_scheduled_deployment(pending, by=olga)
    assert not cancel_scheduled_deployment(pending, by=olga)
    assert when_due() == []
    pending.refresh_from_db()
    assert (pending.state, pending.ended_by) == ("canceled", olga)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"at": timezone.now() - timedelta(minutes=1)}, "in the past"),
        ({"at": timezone.now() + timedelta(days=400)}, "within a year"),
        ({"reviewed": "other"}, "changed since"),
    ],
)
def test_it_refuses_an_invalid_schedule(olga, values, why):
    with pytest.raises(ScheduleError, match=why):
        asked_for(a_set_up_source(), olga, **values)


def test_it_allows_one_scheduled_publish_per_source(olga):
    source = a_set_up_source()
    asked_for(source, olga)
    with pytest.raises(ScheduleError, match="already scheduled"):
        asked_for(source, olga)
    asked_for(a_set_up_source(name="Other"), olga)


def test_it_refuses_an_archived_source(olga):
    source = a_set_up_source()
    pending = asked_for(source, olga)
    archive(source)
    (done,) = when_due()
    assert (done.state, done.outcome) == ("refused", "The source was archived.")
    assert not Release.objects.exists()
    assert latest_scheduled_deployment(source.production) == pending


def test_it_publishes_the_earliest_first(olga):
    now = timezone.now()
    for minutes in (30, 10, 20):
        source = a_set_up_source(name=f"After {minutes}")
        asked_for(source, olga, at=now + timedelta(minutes=minutes))
    assert [done.environment.source.name for done in when_due()] == ["After 10", "After 20", "After 30"]


def test_it_publishes_at_the_exact_time(olga):
    at = timezone.now() + timedelta(hours=1)
    asked_for(a_set_up_source(), olga, at=at)
    assert list(publish_due(at - timedelta(microseconds=1))) == []
    assert len(list(publish_due(at))) == 1


def test_it_accepts_times_within_a_year(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    for at in (now + timedelta(microseconds=1), now + timedelta(days=366)):
        check_time(at)
    for at in (now, now + timedelta(days=366, microseconds=1)):
        with pytest.raises(ScheduleError):
            check_time(at)


def test_it_continues_after_an_unexpected_error(olga, monkeypatch):
    broken, fine = a_set_up_source(name="Broken"), a_set_up_source(name="Fine")
    for source in (broken, fine):
        asked_for(source, olga)

    def fail(proposal, **values):
        if proposal.environment.source == broken:
            raise RuntimeError("disk full")
        return deploy_proposal(proposal, **values)

    monkeypatch.setattr(publish_due_module, "deploy_proposal", fail)
    assert [(done.environment.source, done.state) for done in when_due()] == [
        (broken, "refused"),
        (fine, "done"),
    ]


@pytest.mark.parametrize("error", [PublishBusyError(), OperationalError("database is locked")])
def test_it_stays_due_while_the_source_is_busy(olga, monkeypatch, error):
    pending = asked_for(a_set_up_source(), olga)
    with monkeypatch.context() as patched:
        patched.setattr(publish_due_module, "deploy_proposal", Mock(side_effect=error))
        assert when_due() == []
    assert when_due() == [pending]


def test_it_raises_errors_of_the_connection(olga, monkeypatch):
    asked_for(a_set_up_source(), olga)
    lost = OperationalError("server closed the connection")
    monkeypatch.setattr(publish_due_module, "deploy_proposal", Mock(side_effect=lost))
    with pytest.raises(OperationalError):
        when_due()


def test_it_reports_that_the_drafts_were_already_live(olga):
    source = a_set_up_source()
    asked_for(source, olga, at=timezone.now() + timedelta(hours=1))
    pending = source.production.scheduled_deployments.get()
    publish(source.production, scheduled=pending)
    (done,) = when_due()
    assert (done.state, done.outcome) == ("done", "Nothing had changed. It was already live.")
    assert done.deployment.release.number == 1


def test_it_cancels_a_scheduled_publish_when_another_is_first(olga):
    source = a_set_up_source()
    pending = asked_for(source, olga)
    assert publish(source.production, by=olga).canceled == pending
    pending.refresh_from_db()
    assert (pending.state, pending.ended_by) == ("canceled", olga)
    assert pending.outcome == "The source was published first."
    assert when_due() == []


def test_it_shows_a_failed_publish_until_the_next_release(olga):
    source = a_set_up_source()
    assert latest_scheduled_deployment(source.production) is None
    pending = asked_for(source, olga)
    assert latest_scheduled_deployment(source.production) == pending
    assert not is_outdated(pending)
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    assert is_outdated(pending)
    (failed,) = when_due()
    assert latest_scheduled_deployment(source.production) == failed
    assert not is_outdated(failed)
    again = asked_for(source, olga)
    assert latest_scheduled_deployment(source.production) == again
    publish(source.production)
    assert latest_scheduled_deployment(source.production) is None


def test_it_shows_no_scheduled_publish_that_succeeded(olga):
    source = a_set_up_source()
    asked_for(source, olga)
    when_due()
    assert latest_scheduled_deployment(source.production) is None


@pytest.mark.django_db(transaction=True)
def test_it_publishes_once_when_two_commands_run():
    olga = User.objects.create_superuser("olga")
    for number in range(3):
        asked_for(a_set_up_source(name=f"Shop {number}"), olga)
    done: list[ScheduledDeployment] = []
    failures: list[BaseException] = []
    ready = threading.Barrier(2)

    def run() -> None:
        try:
            ready.wait()
            done.extend(when_due())
        except BaseException as failure:  # noqa: BLE001 - any error in a thread fails the test
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    assert sorted(pending.environment.source.name for pending in done) == ["Shop 0", "Shop 1", "Shop 2"]
    assert Release.objects.count() == 3
