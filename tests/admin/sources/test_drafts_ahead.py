"""After a rollback, no page suggests to publish the same drafts again."""

import pytest

from fullstory_dest.models import Deployment, Mapping
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.archive import archive
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.admin.pages import text, url
from tests.admin.setup.wizard import step
from tests.factories import a_destination, a_mapping, a_set_up_source


@pytest.fixture
def rolled_back(db):
    """A source whose second release changed a mapping and was rolled back."""
    source = a_set_up_source()
    publish(source.production)
    change_trigger(source, 'type = "track" and event = "Bought"')
    publish(source.production)
    roll_back(source.production.deployments.earliest("id"))
    source.refresh_from_db()
    return source


def change_trigger(source, trigger):
    mapping = Mapping.objects.get(destination__source=source, action="trackEventV2")
    mapping.trigger = trigger
    mapping.save()


def state(client):
    [found] = client.get("/admin/").context["states"]
    return found.code, found.step


@pytest.mark.parametrize("page", ["overview", "mappings", "releases", "install", "change"])
def test_it_offers_to_load_the_live_release_first(owner, rolled_back, page):
    shown = text(owner.get(url("source", page, rolled_back.pk)))
    load = url("release", "load_into_drafts", rolled_back.production.live.release_id)
    review = url("source", "publish", rolled_back.pk)
    head = shown[shown.index("fsd-source-strip") : shown.index("fsd-tabs")]
    assert "Drafts ahead of #1" in head
    assert "Rolled back to release #1" in head
    assert head.index(load) < head.index(review)
    assert "Load #1 into drafts" in head
    assert "fsd-primary" not in head


def test_it_offers_to_load_the_live_release_in_lists(owner, rolled_back):
    home = text(owner.get("/admin/"))
    load = url("release", "load_into_drafts", rolled_back.production.live.release_id)
    assert load in home
    assert url("source", "publish", rolled_back.pk) not in home
    assert "Drafts ahead of #1" in text(owner.get(url("source")))


def test_it_refers_viewers_to_an_editor(viewer, rolled_back):
    shown = text(viewer.get(url("source", "overview", rolled_back.pk)))
    assert "Ask an editor to load #1 into the drafts." in shown
    assert url("release", "load_into_drafts", rolled_back.production.live.release_id) not in shown


@pytest.mark.parametrize("page", ["publish", "setup"])
def test_it_warns_before_a_publish(owner, rolled_back, page):
    page = (
        url("source", "publish", rolled_back.pk)
        if page == "publish"
        else step("publish", rolled_back.pk, rolled_back.destinations.get().pk)
    )
    shown = text(owner.get(page))
    assert "Drafts contain rolled-back changes" in shown
    assert "Load #1 into drafts" in shown
    assert '<button class="fsd-button">Publish</button>' in shown
    restore_drafts(rolled_back.releases.get(number=1))
    assert "Drafts contain rolled-back changes" not in text(owner.get(page))


def test_it_returns_to_normal_once_the_release_is_loaded(owner, rolled_back):
    load = url("release", "load_into_drafts", rolled_back.production.live.release_id)
    reviewed = owner.get(load).context["reviewed"]
    assert owner.post(load, {"reviewed": reviewed}).status_code == 302
    assert state(owner) == ("live", "install")
    change_trigger(rolled_back, 'type = "track" and event = "Sold"')
    assert state(owner) == ("changed", "publish")


def test_it_stays_ahead_if_other_drafts_change(owner, rolled_back):
    a_mapping(rolled_back.destinations.get(), name="More")
    assert state(owner) == ("ahead", "load")


def test_it_is_not_ahead_if_the_change_was_reverted(owner, rolled_back):
    change_trigger(rolled_back, 'type = "track" and event = "Sold"')
    assert state(owner) == ("changed", "publish")


@pytest.mark.parametrize(
    "change",
    [
        lambda source: a_mapping(source.destinations.get(), name="More"),
        lambda source: Mapping.objects.filter(action="viewedPageV2").delete(),
        lambda source: a_destination(source, name="Second", settings={"orgId": "o-2", "namespace": "FS2"}),
        lambda source: source.destinations.update(enabled=False),
        lambda source: Mapping.objects.update(enabled=False),
        lambda source: type(source).objects.update(name="Other"),
    ],
    ids=["added", "deleted", "destination", "disabled", "mappings disabled", "renamed"],
)
def test_it_detects_every_kind_of_change(owner, change):
    source = a_set_up_source()
    publish(source.production)
    change(source)
    source.refresh_from_db()
    publish(source.production)
    roll_back(source.production.deployments.earliest("id"))
    assert state(owner) == ("ahead", "load")
    restore_drafts(source.releases.get(number=1))
    assert state(owner)[0] != "ahead"


def test_it_ignores_a_rotated_key_that_loading_keeps(owner):
    source = a_set_up_source()
    publish(source.production)
    rotate_key(source.production)
    change_trigger(source, 'type = "track" and event = "Bought"')
    source.refresh_from_db()
    publish(source.production)
    roll_back(source.production.deployments.earliest("id"))
    assert state(owner)[0] == "ahead"
    restore_drafts(source.releases.get(number=1))
    assert state(owner) == ("changed", "publish")


def test_it_ignores_earlier_rollbacks(owner, rolled_back):
    change_trigger(rolled_back, 'type = "track" and event = "Third"')
    publish(rolled_back.production)
    roll_back(Deployment.objects.filter(release__number=2).earliest("id"))
    roll_back(Deployment.objects.filter(release__number=1).earliest("id"))
    assert state(owner) == ("ahead", "load")


def test_it_puts_disabled_and_archived_first(owner, rolled_back):
    archive(rolled_back)
    shown = text(owner.get(url("source", "overview", rolled_back.pk)))
    assert "Load #1 into drafts" not in shown
