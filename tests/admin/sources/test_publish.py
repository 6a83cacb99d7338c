"""The page that reviews changes, and publishes them now or later."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from fullstory_dest.admin.sources import publish as publish_page
from fullstory_dest.models import Mapping, Release, TestCase
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError
from fullstory_dest.services.spec import drafts_in
from tests.admin.pages import reviewed, text, url
from tests.factories import a_set_up_source

pytestmark = pytest.mark.django_db

BOUGHT = {"type": "track", "event": "Bought"}


def messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def change_a_draft(source):
    mapping = Mapping.objects.filter(destination__source=source).first()
    mapping.name = "UNSEEN"
    mapping.save()


def later(client, source, at=None, **typed):
    at = at or (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    page = url("source", "publish", source.pk)
    return client.post(page, {"later": "1", "at": at, **reviewed(source), **typed})


def test_it_shows_every_result_without_expanding(owner):
    source = a_set_up_source()
    one = save_test_case(source, name="Silent", event=BOUGHT, calls=[])
    publish(source.production)
    save_test_case(source, name="Open", event=BOUGHT)
    save_test_case(source, name="Page", event={"type": "page"})
    Mapping.objects.get(action="trackEventV2").delete()
    response = owner.get(url("source", "publish", source.pk))
    verdicts = {run.test_case.name: run.verdict for run in response.context["runs"]}
    assert verdicts == {
        "Silent": "1 call → 0, passed",
        "Open": "1 call → 0, no expected result",
        "Page": "1 call → 1, no expected result",
    }
    shown = text(response)
    for name in ("Silent", "Open"):
        assert verdicts[name] in shown[shown.index(f"<summary>{name}") :].partition("</summary>")[0]
    assert f">{verdicts['Page']}</span>" in shown
    TestCase.objects.filter(pk=one.pk).update(expected=[{"method": "FS", "args": []}])
    shown = text(owner.get(url("source", "publish", source.pk)))
    assert '<span class="fsd-problem">1 call → 0, failed</span>' in shown


def test_it_counts_only_calls_before_the_first_release(owner):
    source = a_set_up_source()
    save_test_case(source, name="Open", event=BOUGHT)
    [run] = owner.get(url("source", "publish", source.pk)).context["runs"]
    assert run.verdict == "1 call, no expected result"


def test_it_shows_changes_and_publishes_them(owner):
    source = a_set_up_source()
    page = url("source", "publish", source.pk)
    first = owner.get(page)
    assert first.context["changes"][0].where == ["FullStory"]
    assert "FS Org: o-1ABCD-na1" in first.context["changes"][0].after
    sent = {"note": "Hello", "reviewed": first.context["form"]["reviewed"].value()}
    response = owner.post(page, sent, follow=True)
    assert "Published as release #1." in messages(response)
    release = Release.objects.get()
    assert (release.number, release.note, release.created_by.username) == (1, "Hello", "olga")

    mapping = Mapping.objects.get(action="trackEventV2")
    mapping.trigger = 'type = "track" and event = "Bought"'
    mapping.save()
    (change,) = owner.get(page).context["changes"]
    assert change.where == ["FullStory", "Track Custom Event V2", "Trigger"]
    assert (change.before, change.after) == ('type = "track"', mapping.trigger)


def test_it_reports_that_drafts_are_already_live(owner):
    source = a_set_up_source()
    publish(source.production)
    page = url("source", "publish", source.pk)
    assert "No changes since release #1" in text(owner.get(page))
    assert "No changes to publish. Release #1 is already live." in messages(
        owner.post(page, reviewed(source), follow=True)
    )
    assert Release.objects.count() == 1


def test_it_refuses_drafts_that_changed_after_the_review(owner):
    source = a_set_up_source()
    page = url("source", "publish", source.pk)
    seen = owner.get(page).context["form"]["reviewed"].value()
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    for sent in ({"reviewed": seen}, {"reviewed": ""}, {}):
        response = owner.post(page, {"note": "My note", **sent})
        assert "The drafts changed after you opened this page" in text(response)
        assert "My note" in text(response)
        assert not Release.objects.exists()


def test_it_locates_compile_errors(owner):
    source = a_set_up_source()
    mapping = Mapping.objects.get(action="trackEventV2")
    Mapping.objects.filter(pk=mapping.pk).update(trigger="type = ")
    page = url("source", "publish", source.pk)
    response = owner.get(page)
    (problem,) = response.context["problems"]
    assert problem.url == url("mapping", "change", mapping.pk)
    assert "^" in problem.excerpt
    assert "Fix these problems before you publish" in text(response)
    assert "Nothing was published" in text(owner.post(page, {"note": "x", **reviewed(source)}))
    assert not Release.objects.exists()


def test_it_refuses_a_note_that_is_too_long(owner):
    source = a_set_up_source()
    response = owner.post(url("source", "publish", source.pk), {"note": "x" * 2001, **reviewed(source)})
    assert response.context["form"].errors["note"]
    assert not Release.objects.exists()


def test_it_shows_changes_to_a_viewer_who_cannot_publish(viewer):
    source = a_set_up_source()
    page = url("source", "publish", source.pk)
    shown = text(viewer.get(page))
    assert "You don't have permission to publish" in shown
    assert "Changes of" in shown
    assert f"Publish {source}" not in shown
    assert viewer.post(page, {"note": ""}).status_code == 403
    assert not Release.objects.exists()


def test_it_refuses_drafts_that_change_during_the_publish(as_role):
    client, source = as_role("publisher"), a_set_up_source()
    published = publish_page.publish_with_test_cases

    def meanwhile(*arguments, **sent):
        change_a_draft(source)
        return published(*arguments, **sent)

    with patch.object(publish_page, "publish_with_test_cases", meanwhile):
        response = client.post(
            url("source", "publish", source.pk), {"note": "x", **reviewed(source)}, follow=True
        )
    assert not source.releases.exists()
    assert any("Review them again" in str(message) for message in response.context["messages"])


def test_it_refuses_outdated_reviews_in_services():
    source = a_set_up_source()
    release = publish(source.production, reviewed=fingerprint(drafts_in(source.production))).deployment
    reviewed = fingerprint(drafts_in(source.production))
    change_a_draft(source)
    with pytest.raises(OutdatedReviewError):
        publish(source.production, reviewed=reviewed)
    with pytest.raises(OutdatedReviewError):
        restore_drafts(release.release, reviewed=reviewed)
    assert Mapping.objects.filter(name="UNSEEN").exists()
    assert source.releases.count() == 1


def test_it_refuses_failing_test_cases_in_setup(as_role):
    client, source = as_role("owner"), a_set_up_source()
    save_test_case(source, name="An order", event={"type": "track", "event": "A"}, calls=[])
    destination = source.destinations.get()
    address = f"/admin/fullstory_dest/source/setup/{source.pk}/{destination.pk}/publish/"
    response = client.post(address, {"reviewed": fingerprint(drafts_in(source.production))})
    assert "Fix the failing test cases" in response.content.decode()
    assert not source.releases.exists()


def test_it_publishes_failing_test_cases_only_if_accepted(owner):
    source = a_set_up_source()
    save_test_case(source, name="Silence", event=BOUGHT, calls=[])
    page = url("source", "publish", source.pk)
    response = owner.post(page, {"note": "Mine", **reviewed(source)})
    assert "Nothing was published." in text(response)
    assert "Mine" in text(response)
    assert later(owner, source).status_code == 200
    assert not Release.objects.exists()
    assert owner.post(
        page, {"note": "Mine", "ignore_test_case_failures": "on", **reviewed(source)}
    ).url == url("source", "releases", source.pk)
    assert Release.objects.count() == 1


def test_it_publishes_without_running_test_cases_if_accepted(owner, monkeypatch):
    source = a_set_up_source()
    save_test_case(source, name="A", event=BOUGHT, calls=[])
    monkeypatch.setattr("fullstory_dest.services.previews.engine.TIMEOUT_SECONDS", 0.000001)
    page = url("source", "publish", source.pk)
    assert "couldn't run" in text(owner.post(page, reviewed(source)))
    assert not Release.objects.exists()
    assert owner.post(page, {"ignore_test_case_failures": "on", **reviewed(source)}).status_code == 302


def test_it_links_an_alert_to_the_accept_checkbox(owner):
    source = a_set_up_source()
    save_test_case(source, name="Silence", event=BOUGHT, calls=[])
    page = url("source", "publish", source.pk)
    assert 'role="alert"' not in text(owner.get(page))
    shown = text(owner.post(page, reviewed(source)))
    alert = shown.index('role="alert" tabindex="-1" data-refused')
    assert (
        alert
        < shown.index('href="#id_ignore_test_case_failures"')
        < shown.index('id="changes"')
        < shown.index('id="id_ignore_test_case_failures"')
    )


def test_it_checks_test_cases_with_the_service_that_rest_uses(owner, monkeypatch):
    source = a_set_up_source()
    asked = []

    def publish_with_test_cases(source, **sent):
        asked.append(sent["ignore_test_case_failures"])
        raise FailingTestCasesError("Test cases fail: A.", ("A",))

    monkeypatch.setattr(publish_page, "publish_with_test_cases", publish_with_test_cases)
    response = owner.post(url("source", "publish", source.pk), reviewed(source))
    assert list(response.context["form"].errors) == ["ignore_test_case_failures"]
    assert asked == [False]
    assert not source.releases.exists()
