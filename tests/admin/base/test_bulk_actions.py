"""Toggling, duplicating, copying after a diff, rotating write keys, archiving."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from fullstory_dest.delivery import document_cache
from fullstory_dest.models import Destination, Mapping, RetiredWriteKey, Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role():
    def signed_in(role: str) -> Client:
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def test_it_toggles_a_mapping_in_the_list(as_role):
    mapping = a_mapping()
    editor = as_role("editor")
    assert 'role="switch"' in text(editor.get(url("mapping")))
    back = "http://testserver" + url("mapping") + "?enabled__exact=1"
    response = editor.post(url("mapping", "switch", mapping.pk), {"enabled": ""}, headers={"referer": back})
    assert response["Location"] == back
    mapping.refresh_from_db()
    assert not mapping.enabled
    record = mapping.history.first()
    assert (str(record.history_user), record.history_channel) == ("editor", "admin")


def test_it_answers_a_script_that_toggles(owner):
    mapping = a_mapping(enabled=False)
    address = url("mapping", "switch", mapping.pk)
    response = owner.post(address, {"enabled": "on"}, headers={"accept": "application/json"})
    assert response.json() == {"enabled": True, "problem": ""}


def test_it_ignores_a_foreign_referer(owner):
    address = url("mapping", "switch", a_mapping().pk)
    response = owner.post(address, {"enabled": ""}, headers={"referer": "https://evil.example/"})
    assert response["Location"] == url("mapping")


def test_it_never_lets_a_viewer_toggle(as_role):
    mapping = a_mapping()
    viewer = as_role("viewer")
    assert 'role="switch"' not in text(viewer.get(url("mapping")))
    assert viewer.post(url("mapping", "switch", mapping.pk), {"enabled": ""}).status_code == 403
    assert viewer.post(
        url("mapping"), {"action": "disable_selected", "_selected_action": mapping.pk}
    ).status_code in (
        302,
        403,
        200,
    )
    mapping.refresh_from_db()
    assert mapping.enabled


def test_it_toggles_many_mappings_with_few_queries(owner, django_assert_max_num_queries):
    destination = a_destination()
    mappings = [a_mapping(destination, name=f"Mapping {number}") for number in range(30)]
    chosen = {"action": "disable_selected", "_selected_action": [mapping.pk for mapping in mappings]}
    with django_assert_max_num_queries(20):
        owner.post(url("mapping"), chosen)
    assert not Mapping.objects.filter(enabled=True).exists()
    assert mappings[0].history.first().history_type == "~"


def test_it_reports_a_destination_with_the_same_namespace(owner):
    source = a_source()
    a_destination(source, name="First")
    second = a_destination(source, name="Second", enabled=False)
    address = url("destination", "switch", second.pk)
    response = owner.post(address, {"enabled": "on"}, headers={"accept": "application/json"})
    assert response.status_code == 409
    assert "Second" in response.json()["problem"]
    chosen = {"action": "enable_selected", "_selected_action": [second.pk]}
    assert "same namespace" in text(owner.post(url("destination"), chosen, follow=True))
    second.refresh_from_db()
    assert not second.enabled


def test_it_duplicates_a_mapping(as_role):
    mapping = a_mapping()
    editor = as_role("editor")
    address = url("mapping", "duplicate_mapping", mapping.pk)
    assert "Duplicate mapping" in text(editor.get(address))
    response = editor.post(address, {"destination": mapping.destination_id})
    copy = Mapping.objects.exclude(pk=mapping.pk).get()
    assert response["Location"] == url("mapping", "change", copy.pk)
    assert (copy.name, copy.enabled, copy.trigger, copy.fields) == (
        "Track (copy)",
        False,
        mapping.trigger,
        mapping.fields,
    )
    assert as_role("viewer").post(address, {"destination": mapping.destination_id}).status_code == 403


@pytest.mark.parametrize("key", ["abc", "9" * 30, ""])
def test_it_refuses_an_invalid_destination_for_a_duplicate(owner, key):
    mapping = a_mapping()
    response = owner.post(url("mapping", "duplicate_mapping", mapping.pk), {"destination": key})
    assert response.status_code == 200
    assert Mapping.objects.count() == 1


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
    told = [[target.name for target in result.targets] for result in page.context["results"]]
    assert told == [["Berlin", "Paris"], ["Rome"]]
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
    a_mapping(target, name="Meanwhile")
    response = owner.post(address, {"to": target.source_id, "planned": page.context["planned"]})
    assert "Review the changes" in text(response)
    assert target.mappings.get().name == "Meanwhile"


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


def test_it_rotates_a_write_key_with_a_grace_period(as_role):
    source = a_set_up_source(write_key="old")
    release = publish(source).release
    publisher = as_role("publisher")
    assert "Grace period" in text(publisher.get(url("source", "rotate", source.pk)))
    publisher.post(url("source", "rotate", source.pk), {"grace_days": "7", "write_key": "old"})
    source.refresh_from_db()
    assert source.write_key != "old"
    for kind in ("snippet", "settings_document", "config_document"):
        assert document_cache.get_live("old", kind) == document_cache.get_live(source.write_key, kind)
    assert document_cache.get_pinned("old", release.digest) == document_cache.get_pinned(
        source.write_key, release.digest
    )
    assert "old" in text(publisher.get(url("source", "change", source.pk)))
    publisher.post(url("source", "rotate", source.pk), {"end": "old"})
    document_cache.clear()
    assert document_cache.get_live("old", "snippet") is None
    assert document_cache.get_pinned("old", release.digest) is None


@pytest.mark.parametrize("days", ["", "abc", "-1", "366", "9" * 30])
def test_it_refuses_an_invalid_grace_period(owner, days):
    source = a_source(write_key="old")
    assert (
        owner.post(url("source", "rotate", source.pk), {"grace_days": days, "write_key": "old"}).status_code
        == 200
    )
    source.refresh_from_db()
    assert source.write_key == "old"


def test_it_expires_a_previous_write_key_and_reserves_it(owner):
    source = a_set_up_source(write_key="old")
    publish(source)
    owner.post(url("source", "rotate", source.pk), {"grace_days": "1", "write_key": "old"})
    RetiredWriteKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert document_cache.get_live("old", "snippet") is None
    response = owner.post(url("source", "add"), {"name": "Thief", "write_key": "old"})
    assert "a write key before" in text(response)


def test_it_looks_up_the_current_write_key_in_one_query(django_assert_num_queries):
    source = a_set_up_source(write_key="now")
    publish(source)
    with django_assert_num_queries(1):
        document_cache.get_live("now", "snippet")


@pytest.mark.parametrize("page", ["rotate", "archive"])
def test_it_never_lets_an_editor_rotate_or_archive(as_role, page):
    source = a_source()
    assert as_role("editor").post(url("source", page, source.pk), {"grace_days": "1"}).status_code == 403
    assert as_role("publisher").get(url("source", page, 12345)).status_code == 404


def test_it_archives_and_restores_a_source(as_role):
    source = a_set_up_source(name="Gone Shop", write_key="key")
    publish(source)
    live = document_cache.get_live("key", "snippet")
    publisher = as_role("publisher")
    publisher.post(url("source", "archive", source.pk), {"wanted": "archive"})
    document_cache.clear()
    inert = document_cache.get_live("key", "snippet")
    assert inert is not None
    assert inert != live
    for model in ("source", "destination", "mapping"):
        publisher.get(url(model))  # clears the message
        assert "Gone Shop" not in text(publisher.get(url(model)))
        assert "Gone Shop" in text(publisher.get(url(model) + "?archived=yes"))
    assert "Restore" in text(publisher.get(url("source", "archive", source.pk)))
    publisher.post(url("source", "archive", source.pk), {"wanted": "restore"})
    document_cache.clear()
    assert document_cache.get_live("key", "snippet") == live
    assert Source.objects.get().archived_at is None


def test_it_shows_the_new_write_key_to_copy_after_a_rotation(as_role):
    publisher, source = as_role("publisher"), a_set_up_source()
    sent = {"grace_days": "7", "write_key": source.write_key}
    shown = text(publisher.post(url("source", "rotate", source.pk), sent, follow=True))
    source.refresh_from_db()
    assert f'<pre id="new-key" class="fsd-code-block" tabindex="0">{source.write_key}</pre>' in shown
    assert f'href="{url("source", "install", source.pk)}">Open install instructions' in shown
    assert "new-key" not in text(publisher.get(url("source", "change", source.pk)))


def test_it_offers_to_restore_an_archived_source(as_role):
    publisher, source = as_role("publisher"), a_set_up_source()
    archived = text(publisher.post(url("source", "archive", source.pk), {"wanted": "archive"}, follow=True))
    assert f'href="{url("source")}?archived=yes">View archived sources' in archived
    page = text(publisher.get(url("source", "overview", source.pk)))
    assert "Archived sources are hidden" in page
    assert f'href="{url("source", "archive", source.pk)}">Restore' in page
    assert "Next: publish" not in page


@pytest.mark.parametrize("key", [{}, {"write_key": ""}])
def test_it_refuses_a_rotation_without_the_write_key_seen(as_role, key):
    source = a_source(write_key="old")
    response = as_role("publisher").post(url("source", "rotate", source.pk), {"grace_days": "7", **key})
    assert response.status_code == 400
    assert "The form didn&#x27;t include the current write key" in text(response)
    assert 'name="write_key" value="old"' in text(response)
    assert 'value="7"' in text(response)
    source.refresh_from_db()
    assert source.write_key == "old"


def test_it_archives_once_when_sent_twice(as_role):
    publisher, source = as_role("publisher"), a_source()
    page = url("source", "archive", source.pk)
    assert 'name="wanted" value="archive"' in text(publisher.get(page))
    for sent in ({"wanted": "archive"}, {"wanted": "archive"}, {}, {"wanted": "x"}):
        assert publisher.post(page, sent).status_code == 302
        source.refresh_from_db()
        assert source.archived_at is not None
    assert 'name="wanted" value="restore"' in text(publisher.get(page))
