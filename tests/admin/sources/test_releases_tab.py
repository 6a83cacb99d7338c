"""The Releases tab: the timeline, the live check, and the comparison."""

import re

from fullstory_dest.models import Mapping
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import roll_back
from tests.admin.pages import text, url
from tests.factories import a_set_up_source, a_staging_environment

BOUGHT = {"type": "track", "event": "Bought", "properties": {"price": 5}}


def test_it_returns_the_expected_script_of_browsers(owner, client):
    source = a_set_up_source()
    assert owner.get(url("source", "live", source.pk)).status_code == 404
    publish(source.production)
    expected = owner.get(url("source", "live", source.pk)).json()
    served = client.get(f"/v1/sources/{source.write_key}/config").content.decode()
    assert (expected["number"], expected["document"]) == (1, served)


def test_it_compares_any_two_releases_and_their_test_cases(viewer):
    source = a_set_up_source()
    save_test_case(source, name="A", event=BOUGHT)
    publish(source.production)
    Mapping.objects.filter(action="trackEventV2").update(trigger='event = "Sold"')
    publish(source.production)
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
        publish(source.production, note="<b>note</b>")
    page = viewer.get(url("source", "releases", source.pk))
    assert _numbers(page)[:2] == [52, 51]
    assert "<b>note" not in text(page)
    assert "Roll back" not in text(page)
    older = viewer.get(url("source", "releases", source.pk), {"before": page.context["older"]})
    assert _numbers(older) == [2, 1]
    assert older.context["rows"][0]["span"].until is not None
    for invalid in ("x", "²", "9" * 18, "9" * 30):
        assert viewer.get(url("source", "releases", source.pk), {"before": invalid}).status_code == 200
        page = url("source", "compare", source.pk)
        assert viewer.get(page, {"from": invalid}).status_code == 404


def test_it_offers_no_rollback_to_what_is_live(owner):
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.filter(action="trackEventV2").update(name="Second")
    second = publish(source.production).deployment
    roll_back(first)
    page = text(owner.get(url("source", "releases", source.pk)))
    assert url("deployment", "roll_back", second.pk) in page
    assert url("deployment", "roll_back", first.pk) not in page
    page = text(owner.get(url("release", "change", first.release_id)))
    assert url("deployment", "roll_back", first.pk) not in page


def _numbers(page):
    return [row["deployment"].release.number for row in page.context["rows"]]


def test_it_shows_rollback_as_release_that_is_live_again(viewer):
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.filter(action="trackEventV2").delete()
    publish(source.production)
    roll_back(first)
    page = viewer.get(url("source", "releases", source.pk))
    assert _numbers(page) == [1, 2, 1]
    assert "Rolled back" in text(page)
    assert text(page).count(">Live<") + text(page).count("> Live <") <= 1
    assert "nvironment" not in _tab(page)


def _tab(page):
    """The text of a page, without attributes."""
    return re.sub(r"<[^>]*>", "", text(page))


def test_it_draws_each_environment_on_one_time_axis(viewer):
    source = a_set_up_source()
    staging = a_staging_environment(source)
    publish(staging)
    Mapping.objects.filter(action="trackEventV2").delete()
    publish(staging)
    promote(source.releases.get(number=1), source.production)
    page = viewer.get(url("source", "releases", source.pk))
    drawn = {each.environment.name: each for each in page.context["timelines"]}
    assert [span.deployment.release.number for span in drawn["Staging"].spans] == [1, 2]
    assert [span.deployment.release.number for span in drawn["Production"].spans] == [1]
    assert drawn["Production"].spans[0].x > drawn["Staging"].spans[1].x
    assert {each.end for each in drawn.values()} == {None}
    assert "Promoted" in text(page)


def test_it_compares_deployments_of_two_environments(viewer):
    source = a_set_up_source()
    staging = a_staging_environment(source, settings={"orgId": "o-STAGE-na1"})
    one = publish(staging).deployment
    other = promote(one.release, source.production).deployment
    page = url("source", "compare", source.pk)
    context = viewer.get(page, {"from": f"d{one.pk}", "to": f"d{other.pk}"}).context
    assert [change.where[-1] for change in context["changes"]] == ["FS Org"]
    assert viewer.get(page, {"from": f"d{one.pk}", "to": "1"}).context["changes"] == []
    for wrong in ("d", "d0", f"d{other.pk + 1}", "dx"):
        assert viewer.get(page, {"from": wrong}).status_code == 404
