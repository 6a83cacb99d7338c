"""Scheduled promotions and rollbacks on their pages, and on the source."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import Environment, Mapping, ScheduledDeployment, TestCase
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.spec import live_spec, release_in
from tests.admin.pages import text, url
from tests.factories import a_set_up_source, a_staging_environment, live

pytestmark = pytest.mark.django_db


def in_an_hour() -> str:
    return (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def promotion(owner):
    """A source with a release in Staging, and the form that schedules its promotion."""
    source = a_set_up_source()
    release = publish(a_staging_environment(source)).deployment.release
    production = Environment.objects.get(slug="production")
    sent = {"later": "1", "at": in_an_hour(), "release": release.pk, "live": 0}
    return source, {**sent, "reviewed": fingerprint(release_in(release, production))}


def test_it_schedules_and_cancels_a_promotion(owner, promotion):
    source, sent = promotion
    page = url("source", "promote", source.pk, "production")
    assert "Schedule promotion" in text(owner.get(page))
    assert "Scheduled for" in text(owner.post(page, sent, follow=True))
    pending = ScheduledDeployment.objects.get()
    assert (pending.kind, pending.release_id) == ("promote", sent["release"])
    for shown in (page, url("source", "overview", source.pk), url("source", "releases", source.pk)):
        found = text(owner.get(shown))
        assert "Scheduled promotion: Production" in found, shown
        assert "Promotion of #1 to Production, on <time" in found
    assert "Schedule promotion" not in text(owner.get(page))
    cancel = f"{url('source', 'publish', source.pk)}?environment=production"
    assert "Scheduled promotion canceled." in text(owner.post(cancel, {"cancel": pending.pk}, follow=True))
    assert "Promotion of #1" not in text(owner.get(url("source", "overview", source.pk)))


def test_it_runs_a_scheduled_promotion(owner, promotion):
    source, sent = promotion
    owner.post(url("source", "promote", source.pk, "production"), sent)
    list(publish_due(timezone.now() + timedelta(hours=2)))
    assert live(source).kind == "promote"


def test_it_shows_a_failed_promotion_and_its_reason(owner, promotion):
    source, sent = promotion
    owner.post(url("source", "promote", source.pk, "production"), sent)
    production = Environment.objects.get(slug="production")
    production.settings = {"debug": True}
    production.save()
    overview = url("source", "overview", source.pk)
    assert "The settings of Production changed after this was scheduled." in text(owner.get(overview))
    list(publish_due(timezone.now() + timedelta(hours=2)))
    assert "Scheduled promotion failed: Production" in text(owner.get(overview))
    assert "The settings have changed since they were reviewed." in text(owner.get(overview))


def test_it_refuses_a_promotion_at_a_wrong_time(owner, promotion):
    source, sent = promotion
    TestCase.objects.create(source=source, name="Silent", event={"type": "track", "event": "X"}, expected=[])
    page = url("source", "promote", source.pk, "production")
    response = owner.post(page, {**sent, "at": "2020-01-01T10:00"})
    assert "at" in response.context["form"].errors
    assert "Nothing was scheduled." in text(response)
    response = owner.post(page, sent)
    assert "ignore_test_case_failures" in response.context["form"].errors
    response = owner.post(page, {**sent, "reviewed": "x", "ignore_test_case_failures": "on"}, follow=True)
    assert "Production changed after you opened this page." in text(response)
    assert not ScheduledDeployment.objects.exists()


def test_it_schedules_a_rollback(owner, editor):
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.filter(action="viewedPageV2").update(name="Second")
    publish(source.production)
    page = url("deployment", "roll_back", first.pk)
    sent = {
        "later": "1",
        "at": in_an_hour(),
        "live": live(source).pk,
        "reviewed": fingerprint(live_spec(first)),
    }
    assert editor.post(page, sent).status_code == 403
    assert "Scheduled for" in text(owner.post(page, sent, follow=True))
    shown = text(owner.get(url("source", "overview", source.pk)))
    assert "Rollback to #1, on <time" in shown
    assert "Scheduled rollback" in text(owner.get("/admin/"))
    list(publish_due(timezone.now() + timedelta(hours=2)))
    assert live(source).restored == first


def test_it_names_the_environment_of_a_scheduled_publish(owner):
    source = a_set_up_source()
    a_staging_environment(source)
    page = url("source", "publish", source.pk)
    reviewed = owner.get(page).context["form"].initial["reviewed"]
    owner.post(page, {"later": "1", "at": in_an_hour(), "reviewed": reviewed})
    shown = text(owner.get(url("source", "overview", source.pk)))
    assert "Scheduled publish: Staging" in shown
