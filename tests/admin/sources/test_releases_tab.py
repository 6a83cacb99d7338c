"""The Releases tab: the timeline, the live check, and the comparison."""

from datetime import UTC, datetime, timedelta

import pytest

from fullstory_dest.admin.sources.releases_tab import timeline_bars
from fullstory_dest.models import Mapping, Release
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source

BOUGHT = {"type": "track", "event": "Bought", "properties": {"price": 5}}


def test_it_returns_the_expected_script_of_browsers(owner, client):
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
    for invalid in ("x", "²", "9" * 18, "9" * 30):
        assert viewer.get(url("source", "releases", source.pk), {"before": invalid}).status_code == 200
        page = url("source", "compare", source.pk)
        assert viewer.get(page, {"from": invalid}).status_code == 404


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
