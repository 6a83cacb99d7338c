"""Review, scheduled publishes, the Releases tab, and restoring drafts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from fullstory_dest.admin.base.text_diff import marked
from fullstory_dest.admin.sources import publish as publish_page
from fullstory_dest.admin.sources.releases_tab import timeline_bars
from fullstory_dest.models import Mapping, Release, ScheduledPublish
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError
from fullstory_dest.services.publishing.scheduler_status import record_heartbeat
from tests.admin.pages import reviewed, text, url
from tests.factories import a_mapping, a_set_up_source

BOUGHT = {"type": "track", "event": "Bought", "properties": {"price": 5}}


def later(client, source, at=None, **typed):
    at = at or (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    page = url("source", "publish", source.pk)
    return client.post(page, {"later": "1", "at": at, **reviewed(source), **typed})


def test_it_marks_words_that_differ():
    before, after = marked('type = "track"', 'type = "page"')
    assert [part.text for part in before if part.differs] == ["track"]
    assert [part.text for part in after if part.differs] == ["page"]
    assert "".join(part.text for part in after) == 'type = "page"'
    assert marked("", "new")[1][0].differs is False
    long = "word " * 5000
    assert marked(long, long + "x")[1] == marked("", long + "x")[1]


def test_it_compares_lines_first_and_ignores_indentation():
    before, after = marked('{\n  "a": 1,\n  "b": 2\n}', '{\n  "in": {\n    "a": 1,\n    "b": 3\n  }\n}')
    assert "".join(part.text for part in before) == '{\n  "a": 1,\n  "b": 2\n}'
    assert not any("a" in part.text for part in (*before, *after) if part.differs)
    assert any("3" in part.text for part in after if part.differs)


def test_it_shows_the_first_differences_and_all_on_request(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    for number in range(20):
        a_mapping(destination, name=f"Sold {number}")
    publish(source)
    for number in range(5):
        save_test_case(source, name=f"Test case {number}", event={"type": "track", "event": f"E{number}"})
    destination.mappings.filter(name__startswith="Sold ").update(fields={"name": "Other"})
    page = url("source", "publish", source.pk)
    response = owner.get(page)
    assert [bool(run.effects) for run in response.context["affected"]] == [True] * 3 + [False] * 2
    assert text(response).count("20 calls differ") == 2
    assert "?all=1#test-cases" in text(response)
    everything = owner.get(page, {"all": "1"})
    assert all(run.effects for run in everything.context["affected"])
    assert "?all=1" not in text(everything)


def test_it_describes_reordered_mappings(owner):
    source = a_set_up_source()
    publish(source)
    destination = source.destinations.get()
    reorder_mappings(destination, [destination.mappings.last().pk])
    (change,) = owner.get(url("source", "publish", source.pk)).context["changes"]
    assert (change.kind, change.before.splitlines()[0]) == ("reordered", "1. Identify User V2")


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


def test_it_shows_and_cancels_a_scheduled_publish(owner, editor):
    source = a_set_up_source()
    assert later(owner, source, note="Launch").status_code == 302
    pending = ScheduledPublish.objects.get()
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
    assert pending.state == "cancelled"


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
    assert page.count("10 a.m. UTC</time>") == 2
    assert "a.m.." not in page
    ScheduledPublish.objects.all().delete()
    assert 'data-zone-of="id_at">UTC<' in text(owner.get(url("source", "publish", source.pk)))


def test_it_cancels_a_scheduled_publish_on_publish(owner):
    source = a_set_up_source()
    later(owner, source)
    response = owner.post(url("source", "publish", source.pk), reviewed(source), follow=True)
    assert "The scheduled publish was canceled." in text(response)
    assert ScheduledPublish.objects.get().state == "cancelled"
    assert list(publish_due(timezone.now() + timedelta(hours=2))) == []


def test_it_cancels_a_scheduled_publish_on_rollback(owner):
    source = a_set_up_source()
    first = publish(source).release
    Mapping.objects.filter(action="trackEventV2").update(name="Other")
    publish(source)
    Mapping.objects.filter(action="trackEventV2").update(name="Third")
    later(owner, source)
    page = url("release", "roll_back_to", first.pk)
    assert "Rolling back cancels it" in text(owner.get(page))
    assert "The scheduled publish was canceled." in text(owner.post(page, {"live": "2"}, follow=True))
    assert list(publish_due(timezone.now() + timedelta(hours=2))) == []
    assert source.releases.count() == 3


def test_it_shows_a_scheduled_publish_on_home(owner):
    source = a_set_up_source()
    assert "Scheduled publish" not in text(owner.get("/admin/"))
    later(owner, source)
    assert "Scheduled publish" in text(owner.get("/admin/"))


@pytest.mark.parametrize("at", ["", "2020-01-01T10:00", "9999-12-31T23:59", "x", "0000-00-00T00:00", "\x00"])
def test_it_refuses_an_invalid_time(owner, at):
    source = a_set_up_source()
    sent = {"later": "1", "at": at, "note": "Mine", **reviewed(source)}
    response = owner.post(url("source", "publish", source.pk), sent)
    assert response.context["form"].errors["at"]
    assert "Mine" in text(response)
    assert not ScheduledPublish.objects.exists()


def test_it_shows_a_failed_scheduled_publish_on_the_source(owner):
    source = a_set_up_source()
    later(owner, source)
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    list(publish_due(timezone.now() + timedelta(hours=2)))
    for page in ("publish", "releases", "change"):
        assert "Scheduled publish failed" in text(owner.get(url("source", page, source.pk)))
    publish(source)
    assert "Scheduled publish failed" not in text(owner.get(url("source", "releases", source.pk)))


def test_it_returns_what_browsers_should_receive(owner, client):
    source = a_set_up_source()
    assert owner.get(url("source", "live", source.pk)).status_code == 404
    publish(source)
    expected = owner.get(url("source", "live", source.pk)).json()
    served = client.get(f"/v1/sources/{source.write_key}/config").content.decode()
    assert (expected["number"], expected["document"]) == (1, served)


def test_it_compares_any_two_releases_and_their_test_cases(viewer):
    source = a_set_up_source()
    save_test_case(source, name="A", event=BOUGHT)
    publish(source)
    Mapping.objects.filter(action="trackEventV2").update(trigger='event = "Sold"')
    publish(source)
    page = url("source", "compare", source.pk)
    context = viewer.get(page, {"from": "1", "to": "2"}).context
    (change,) = context["changes"]
    assert change.where[-1] == "Trigger"
    assert [effect.kind for effect in context["affected"][0].effects] == ["vanishes"]
    assert viewer.get(page, {"from": "2"}).context["changes"] == []
    for wrong in ("", "0", "3", "-1", "x", "²", "9" * 30):
        assert viewer.get(page, {"from": wrong}).status_code == 404


def test_it_lists_releases_and_when_each_was_live(viewer):
    source = a_set_up_source()
    assert "No releases yet" in text(viewer.get(url("source", "releases", source.pk)))
    for number in range(52):
        Mapping.objects.filter(action="trackEventV2").update(name=f"Name {number}")
        publish(source, note="<b>note</b>")
    page = viewer.get(url("source", "releases", source.pk))
    assert [bar.release.number for bar in page.context["bars"]][:2] == [52, 51]
    assert "<b>note" not in text(page)
    assert "Roll back" not in text(page)
    older = viewer.get(url("source", "releases", source.pk), {"before": page.context["older"]})
    assert [bar.release.number for bar in older.context["bars"]] == [2, 1]
    assert older.context["bars"][0].until is not None
    assert viewer.get(url("source", "releases", source.pk), {"before": "x"}).status_code == 200


def test_it_draws_spans_across_the_width_with_a_minimum():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    releases = [
        Release(number=number, created_at=start + timedelta(seconds=number**4)) for number in (9, 2, 1)
    ]
    bars = timeline_bars(releases, start + timedelta(days=1))
    assert [bar.release.number for bar in bars] == [1, 2, 9]
    assert min(bar.width for bar in bars) >= 10
    assert bars[-1].x + bars[-1].width == pytest.approx(1000, abs=1)
    assert timeline_bars([]) == []


def test_it_restores_drafts_after_a_review(owner, editor, viewer):
    source = a_set_up_source()
    release = publish(source).release
    Mapping.objects.filter(action="trackEventV2").update(trigger='event = "Sold"')
    page = url("release", "load_into_drafts", release.pk)
    assert viewer.get(page).status_code == 403
    looked = editor.get(page)
    assert [change.where[-1] for change in looked.context["changes"]] == ["Trigger"]
    Mapping.objects.filter(action="viewedPageV2").update(name="Meanwhile")
    stale = editor.post(page, {"reviewed": looked.context["reviewed"]})
    assert "changed after you opened" in text(stale)
    assert editor.post(page, {}).status_code == 200
    done = editor.post(page, {"reviewed": stale.context["reviewed"]})
    assert done.url == url("source", "publish", source.pk)
    mapping = Mapping.objects.get(action="trackEventV2")
    assert mapping.trigger == 'type = "track"'
    assert mapping.history.first().history_user.username == "eddy"
    assert Release.objects.count() == 1
    assert owner.get(url("release", "load_into_drafts", 999_999)).status_code == 404


def test_it_shows_times_of_less_than_a_minute_in_words(owner):
    source = a_set_up_source()
    publish(source)
    pages = [url("source", "changelist"), url("source", "releases", source.pk)]
    listed, tab = (text(owner.get(page)) for page in pages)
    assert "#1, just now" in listed
    assert "live for less than a minute so far" in tab
    Release.objects.update(created_at=timezone.now() - timedelta(hours=2))
    listed, tab = (text(owner.get(page)) for page in pages)
    assert "#1, 2\xa0hours ago" in listed
    assert "live for 2\xa0hours so far" in tab


def test_it_shows_an_overdue_publish_and_a_missing_scheduler(owner):
    source = a_set_up_source()
    publish_page, home = url("source", "publish", source.pk), "/admin/"
    pages = [publish_page, url("source", "releases", source.pk), home]
    assert "The scheduler isn't running." in text(owner.get(publish_page)), "before a time is chosen"
    later(owner, source)
    assert ["The scheduler isn't running." in text(owner.get(page)) for page in pages] == [True] * 3
    assert not any("Overdue" in text(owner.get(page)) for page in pages)
    ScheduledPublish.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert ["Overdue" in text(owner.get(page)) for page in pages] == [True] * 3
    shown = owner.get(f"/api/v1/sources/{source.pk}/").json()["scheduled_publish"]
    assert (shown["overdue"], shown["scheduler_running"]) == (True, False)
    record_heartbeat("one", timedelta(minutes=1))
    assert not any("The scheduler isn't running." in text(owner.get(page)) for page in pages)
    assert not any("Overdue" in text(owner.get(page)) for page in pages), (
        "not yet: two minutes are left to it"
    )
    ScheduledPublish.objects.update(due_at=timezone.now() - timedelta(minutes=3))
    assert ["Overdue" in text(owner.get(page)) for page in pages] == [True] * 3


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
