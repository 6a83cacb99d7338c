"""Scheduled deployments on the page of a source."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import Environment, Mapping, ScheduledDeployment
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.schedule_deployment import schedule_deployment
from fullstory_dest.services.publishing.scheduler_status import record_heartbeat
from fullstory_dest.services.spec import release_in
from tests.admin.pages import reviewed, text, url
from tests.factories import a_set_up_source, a_staging_environment, an_owner

pytestmark = pytest.mark.django_db

BOUGHT = {"type": "track", "event": "Bought"}


def later(client, source, at=None, **typed):
    at = at or (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    page = url("source", "publish", source.pk)
    return client.post(page, {"later": "1", "at": at, **reviewed(source), **typed})


def test_it_shows_and_cancels_a_scheduled_publish(owner, editor):
    source = a_set_up_source()
    assert later(owner, source, note="Launch").status_code == 302
    pending = ScheduledDeployment.objects.get()
    for page in ("publish", "releases", "change"):
        assert "Cancel scheduled publish" in text(owner.get(url("source", page, source.pk)))
    page, cancel = url("source", "publish", source.pk), {"cancel": pending.pk}
    assert editor.post(page, cancel).status_code == 403
    other = a_set_up_source(name="Other")
    assert owner.post(url("source", "publish", other.pk), cancel).status_code == 404
    assert owner.post(page, {"cancel": "x"}).status_code == 404
    assert owner.post(page, cancel).status_code == 302
    assert owner.post(page, cancel).status_code == 302
    pending.refresh_from_db()
    assert pending.state == "canceled"


def test_it_reports_a_wrong_time_with_failing_test_cases(owner):
    source = a_set_up_source()
    save_test_case(source, name="Silence", event=BOUGHT, calls=[])
    for at in ("2020-01-01T10:00", "x", ""):
        page = url("source", "publish", source.pk)
        response = owner.post(page, {"later": "1", "at": at, **reviewed(source)})
        assert set(response.context["form"].errors) == {"at", "ignore_test_case_failures"}
        assert "Nothing was scheduled." in text(response)


def test_it_warns_that_drafts_changed_after_scheduling(owner):
    source = a_set_up_source()
    later(owner, source)
    pages = [url("source", page, source.pk) for page in ("publish", "overview")]
    assert not any("changed after this was scheduled" in text(owner.get(page)) for page in pages)
    Mapping.objects.filter(action="trackEventV2").update(name="Other")
    assert all("changed after this was scheduled" in text(owner.get(page)) for page in pages)


def test_it_shows_times_with_their_zone(owner):
    source = a_set_up_source()
    at = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    later(owner, source, at)
    page = text(owner.get(url("source", "publish", source.pk)))
    assert page.count(f'<time datetime="{at}:00+00:00" data-local-time>') == 2, "the message and the notice"
    assert page.count("10:00 AM UTC</time>") == 2
    ScheduledDeployment.objects.all().delete()
    assert 'data-zone-of="id_at">UTC<' in text(owner.get(url("source", "publish", source.pk)))


def test_it_cancels_a_scheduled_publish_on_publish(owner):
    source = a_set_up_source()
    later(owner, source)
    response = owner.post(url("source", "publish", source.pk), reviewed(source), follow=True)
    assert "Scheduled publish canceled." in text(response)
    assert ScheduledDeployment.objects.get().state == "canceled"
    assert list(publish_due(timezone.now() + timedelta(hours=2))) == []


@pytest.mark.parametrize("at", ["", "2020-01-01T10:00", "9999-12-31T23:59", "x", "0000-00-00T00:00", "\x00"])
def test_it_refuses_an_invalid_time(owner, at):
    source = a_set_up_source()
    sent = {"later": "1", "at": at, "note": "Mine", **reviewed(source)}
    response = owner.post(url("source", "publish", source.pk), sent)
    assert response.context["form"].errors["at"]
    assert "Mine" in text(response)
    assert not ScheduledDeployment.objects.exists()


def test_it_shows_a_failed_scheduled_publish_on_the_source(owner):
    source = a_set_up_source()
    later(owner, source)
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    list(publish_due(timezone.now() + timedelta(hours=2)))
    for page in ("publish", "releases", "change"):
        assert "Scheduled publish failed" in text(owner.get(url("source", page, source.pk)))
    publish(source.production)
    assert "Scheduled publish failed" not in text(owner.get(url("source", "releases", source.pk)))


def test_it_shows_an_overdue_publish_and_a_missing_scheduler(owner):
    source = a_set_up_source()
    publish_page, home = url("source", "publish", source.pk), "/admin/"
    pages = [publish_page, url("source", "releases", source.pk), home]
    assert "The scheduler isn't running." in text(owner.get(publish_page)), "before a time is chosen"
    later(owner, source)
    assert ["The scheduler isn't running." in text(owner.get(page)) for page in pages] == [True] * 3
    assert not any("Overdue" in text(owner.get(page)) for page in pages)
    ScheduledDeployment.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert ["Overdue" in text(owner.get(page)) for page in pages] == [True] * 3
    shown = owner.get(f"/api/v1/sources/{source.pk}/").json()["scheduled_deployment"]
    assert (shown["overdue"], shown["scheduler_running"]) == (True, False)
    record_heartbeat("one", timedelta(minutes=1))
    assert not any("The scheduler isn't running." in text(owner.get(page)) for page in pages)
    assert not any("Overdue" in text(owner.get(page)) for page in pages), (
        "not yet: two minutes are left to it"
    )
    ScheduledDeployment.objects.update(due_at=timezone.now() - timedelta(minutes=3))
    assert ["Overdue" in text(owner.get(page)) for page in pages] == [True] * 3


@pytest.mark.parametrize(
    ("required", "words"), [(1, "1 more approval is needed"), (2, "2 more approvals are needed")]
)
def test_it_counts_the_approvals_that_a_schedule_needs(owner, required, words):
    source = a_set_up_source()
    publish(a_staging_environment(source))
    production = source.production
    release = source.releases.get()
    Environment.objects.filter(pk=production.pk).update(required_approvals=required)
    production.refresh_from_db()
    schedule_deployment(
        production,
        at=timezone.now() + timedelta(hours=1),
        by=an_owner(),
        reviewed=fingerprint(release_in(release, production)),
        release=release,
    )
    pages = (url("source", "overview", source.pk), url("source", "promote", source.pk, production.slug))
    for page in pages:
        assert f"{words} before then." in text(owner.get(page))
    Environment.objects.filter(pk=production.pk).update(required_approvals=0)
    for page in pages:
        assert "before then." not in text(owner.get(page))
