"""Scheduled publishes."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from fullstory_dest.models import Mapping, Release, ScheduledPublish
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import fingerprint
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.schedule_publish import (
    SchedulePublishError,
    cancel_scheduled_publish,
    schedule_publish,
)
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.spec import source_spec
from tests.factories import a_set_up_source


@pytest.fixture
def olga(db):
    return User.objects.create_superuser("olga")


def asked_for(source, by, **values):
    at = timezone.now() + timedelta(hours=1)
    return schedule_publish(
        source, **{"at": at, "by": by, "reviewed": fingerprint(source_spec(source)), **values}
    )


def when_due():
    return list(publish_due(timezone.now() + timedelta(hours=2)))


def test_it_publishes_once_when_due(olga):
    source = a_set_up_source()
    asked_for(source, olga, note="Launch")
    assert list(publish_due()) == []
    (done,) = when_due()
    release = Release.objects.get()
    assert (done.state, done.release, release.note, release.created_by) == ("done", release, "Launch", olga)
    assert when_due() == []


def test_it_refuses_drafts_that_changed_since_the_review(olga, capsys):
    source = a_set_up_source()
    pending = asked_for(source, olga)
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    ScheduledPublish.objects.update(due_at=timezone.now())
    with pytest.raises(SystemExit):
        call_command("publish_due")
    assert "changed since they were reviewed" in capsys.readouterr().err
    pending.refresh_from_db()
    assert (pending.state, Release.objects.count()) == ("refused", 0)


def test_it_ignores_a_rotated_write_key_in_the_review(olga):
    source = a_set_up_source()
    asked_for(source, olga)
    rotated = rotate_key(source)
    (done,) = when_due()
    assert (done.state, done.outcome) == ("done", "")
    assert done.release.config["writeKey"] == rotated.write_key


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
    assert cancel_scheduled_publish(pending, by=olga)
    assert not cancel_scheduled_publish(pending, by=olga)
    assert when_due() == []
    pending.refresh_from_db()
    assert (pending.state, pending.ended_by) == ("cancelled", olga)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"at": timezone.now() - timedelta(minutes=1)}, "in the past"),
        ({"at": timezone.now() + timedelta(days=400)}, "within a year"),
        ({"reviewed": "other"}, "changed since"),
    ],
)
def test_it_refuses_an_invalid_schedule(olga, values, why):
    with pytest.raises(SchedulePublishError, match=why):
        asked_for(a_set_up_source(), olga, **values)


def test_it_allows_one_scheduled_publish_per_source(olga):
    source = a_set_up_source()
    asked_for(source, olga)
    with pytest.raises(SchedulePublishError, match="already has a scheduled publish"):
        asked_for(source, olga)
    asked_for(a_set_up_source(name="Other"), olga)


@pytest.mark.django_db(transaction=True)
def test_it_publishes_once_when_two_commands_run():
    olga = User.objects.create_superuser("olga")
    for number in range(3):
        asked_for(a_set_up_source(name=f"Shop {number}"), olga)
    done: list[ScheduledPublish] = []
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
        thread.join(60)
    assert failures == []
    assert sorted(pending.source.name for pending in done) == ["Shop 0", "Shop 1", "Shop 2"]
    assert Release.objects.count() == 3
