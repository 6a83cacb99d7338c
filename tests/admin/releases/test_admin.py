"""Rolling back to a release."""

from datetime import timedelta

from django.utils import timezone

from fullstory_dest.models import Deployment, Mapping
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from tests.admin.pages import reviewed, text, url
from tests.factories import a_set_up_source, live


def test_it_rolls_back_after_a_review(owner):
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.filter(action="trackEventV2").delete()
    publish(source.production)
    page = url("deployment", "roll_back", first.pk)
    assert "Roll back to this release" in text(owner.get(url("release", "change", first.release_id)))
    (change,) = owner.get(page).context["changes"]
    assert (change.kind, change.where[-1]) == ("added", "Track Custom Event V2")
    assert "Review the changes" in text(owner.post(page, {"note": "Oops"}, follow=True)), (
        "what was live was not seen"
    )
    assert Deployment.objects.count() == 2
    response = owner.post(page, {"note": "Oops", "live": live(source).pk}, follow=True)
    now = live(source)
    assert (now.release, now.kind, now.restored, now.note) == (first.release, "rollback", first, "Oops")
    assert now.digest == first.digest
    assert "Your drafts are unchanged." in text(response)
    assert "data-live-check" in text(response), "what browsers get is looked at"


def test_it_refuses_a_rollback_with_a_long_note(owner):
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.filter(action="trackEventV2").delete()
    publish(source.production)
    note = "x" * (MAXIMUM_NOTE_LENGTH + 1)
    page = owner.post(url("deployment", "roll_back", first.pk), {"note": note, "live": live(source).pk})
    assert "Nothing was rolled back." in text(page)
    assert "at most 2000 characters" in text(page)
    assert note in text(page)
    assert Deployment.objects.count() == 2


def test_it_refuses_a_rollback_to_the_live_release(owner):
    release = publish(a_set_up_source().production).deployment
    assert "Roll back to this release" not in text(owner.get(url("release", "change", release.release_id)))
    page = url("deployment", "roll_back", release.pk)
    assert "This release is already live" in text(owner.get(page))
    assert "is already live" in text(owner.post(page, {}, follow=True))
    assert Deployment.objects.count() == 1


def test_it_requires_permission_to_publish_for_a_rollback(editor):
    release = publish(a_set_up_source().production).deployment
    assert editor.post(url("deployment", "roll_back", release.pk), {}).status_code == 403


def later(client, source, at=None, **typed):
    at = at or (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    page = url("source", "publish", source.pk)
    return client.post(page, {"later": "1", "at": at, **reviewed(source), **typed})


def test_it_cancels_a_scheduled_publish_on_rollback(owner):
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.filter(action="trackEventV2").update(name="Other")
    publish(source.production)
    Mapping.objects.filter(action="trackEventV2").update(name="Third")
    later(owner, source)
    page = url("deployment", "roll_back", first.pk)
    assert "rolling back cancels it" in text(owner.get(page))
    assert "Scheduled publish canceled." in text(owner.post(page, {"live": live(source).pk}, follow=True))
    assert list(publish_due(timezone.now() + timedelta(hours=2))) == []
    assert Deployment.objects.count() == 3
