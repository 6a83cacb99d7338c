"""The page that copies a destination after a diff."""

import pytest

from fullstory_dest.models import Destination
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db


def copy_of(client, destination, targets, **typed):
    """Review the plan, then copy."""
    address = url("destination", "copy_to_sources", destination.pk)
    chosen = {"to": [target.pk for target in targets], **typed}
    page = client.get(address, {**chosen, "review": "1"})
    return page, client.post(address, {**chosen, "planned": page.context["planned"]})


def test_it_shows_a_diff_before_it_copies_a_destination(as_role):
    development, production, other = (
        a_set_up_source(name="Dev"),
        a_set_up_source(name="Production"),
        a_source(),
    )
    destination = development.destinations.get()
    destination.settings = {"orgId": "o-NEW-na1"}
    destination.save()
    first = destination.mappings.first()
    first.trigger = 'type = "track" and event = "Bought"'
    first.save()
    existing = production.destinations.get()
    kept = set(existing.mappings.values_list("pk", flat=True))
    page, done = copy_of(as_role("editor"), destination, [production, other], what="all", other_org="on")
    shown = text(page)
    assert "New destination" in shown
    assert "changed" in shown
    assert "Bought" in shown
    assert done.status_code == 302
    existing.refresh_from_db()
    assert existing.settings["orgId"] == "o-NEW-na1"
    assert set(existing.mappings.values_list("pk", flat=True)) == kept
    assert existing.mappings.first().trigger == first.trigger
    assert other.destinations.get().mappings.count() == 3


def test_it_copies_only_mappings(owner):
    destination = a_mapping(name="One").destination
    target = a_destination(a_source(name="Production"), settings={"orgId": "o-PROD-na1"})
    a_mapping(target, name="Gone")
    _page, done = copy_of(owner, destination, [target.source], what="mappings")
    assert done.status_code == 302
    target.refresh_from_db()
    assert target.settings["orgId"] == "o-PROD-na1"
    assert [mapping.name for mapping in target.mappings.all()] == ["One"]


def test_it_keeps_settings_of_the_target_unless_confirmed(owner):
    destination = a_mapping(name="One").destination
    target = a_destination(a_source(name="Production"), settings={"orgId": "o-PROD-na1"})
    address = url("destination", "copy_to_sources", destination.pk)
    assert owner.get(address).context["keep_settings"]
    page, refused = copy_of(owner, destination, [target.source], what="all")
    assert "FS Org changes from <b>o-PROD-na1</b> to <b>o-1ABCD-na1</b>" in text(page)
    assert "Confirm the FS Org change" in text(refused)
    target.refresh_from_db()
    assert target.settings["orgId"] == "o-PROD-na1"
    page, done = copy_of(owner, destination, [target.source])
    assert "FS Org changes" not in text(page)
    assert done.status_code == 302
    target.refresh_from_db()
    assert target.settings["orgId"] == "o-PROD-na1"


def test_it_groups_sources_with_the_same_changes(owner):
    destination = a_mapping(name="One").destination
    alike = [a_destination(a_source(name=name)).source for name in ("Berlin", "Paris")]
    a_mapping(a_destination(other := a_source(name="Rome")), name="Gone")
    page, done = copy_of(owner, destination, [*alike, other])
    groups = [[target.name for target in result.targets] for result in page.context["results"]]
    assert groups == [["Berlin", "Paris"], ["Rome"]]
    assert "Berlin, Paris" in text(page)
    assert done.status_code == 302
    assert [source.destinations.get().mappings.get().name for source in [*alike, other]] == ["One"] * 3


def test_it_reports_a_source_as_not_found_only_after_a_search(owner):
    address = url("destination", "copy_to_sources", a_mapping().destination.pk)
    assert "of this name" not in text(owner.get(address))
    assert "No other sources match" in text(owner.get(address, {"q": "x"}))


def test_it_shows_a_changed_target_again_before_it_copies(owner):
    destination = a_mapping().destination
    target = a_destination(a_source(name="Production"))
    address = url("destination", "copy_to_sources", destination.pk)
    page = owner.get(address, {"to": target.source_id, "review": "1"})
    a_mapping(target, name="Added later")
    response = owner.post(address, {"to": target.source_id, "planned": page.context["planned"]})
    assert "Review the changes" in text(response)
    assert target.mappings.get().name == "Added later"


@pytest.mark.parametrize(
    "typed", [{"to": "abc"}, {"to": "9" * 30}, {"to": "123456"}, {}, {"to": "1", "planned": "no"}]
)
def test_it_refuses_invalid_sources(owner, typed):
    destination = a_mapping().destination
    assert owner.post(url("destination", "copy_to_sources", destination.pk), typed).status_code == 200
    assert Destination.objects.count() == 1


def test_it_copies_everything_or_nothing(owner, monkeypatch):
    destination = a_mapping().destination
    targets = [a_source(name="A"), a_source(name="B")]
    saved = Destination.save

    def save(self, *args, **kwargs):
        if self.source_id == targets[1].pk:
            self.settings = {"orgId": ""}
        saved(self, *args, **kwargs)

    monkeypatch.setattr(Destination, "save", save)
    _page, done = copy_of(owner, destination, targets)
    assert "Nothing was copied" in text(done)
    assert Destination.objects.count() == 1
