"""Requests without permission are refused, however they are sent."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from fullstory_dest.admin.links import tab_url
from fullstory_dest.models import ClassicDestination, Mapping, Migration, Source
from fullstory_dest.services.accounts.permissions import MIGRATE
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.spec import drafts_in
from tests.admin.pages import text, url
from tests.factories import ORG, a_set_up_source


@pytest.mark.parametrize("person", ["viewer", "owner"])
def test_it_changes_nothing_through_a_history_page(request, person):
    client = request.getfixturevalue(person)
    source = a_set_up_source(name="Shop")
    page = url("source", "simple_history", source.pk, source.history.first().pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "Stolen", "write_key": "stolen"}).status_code == 403
    assert Source.objects.get().name == "Shop"


@pytest.mark.parametrize("version", ["abc", "9" * 30])
def test_it_answers_404_for_an_invalid_old_version(owner, version):
    source = a_set_up_source()
    address = url("source", "simple_history", source.pk, 1).replace("/history/1/", f"/history/{version}/")
    assert owner.get(address).status_code == 404


@pytest.mark.parametrize("model", ["destination", "mapping", "classicdestination"])
@pytest.mark.parametrize("key", ["abc", "9" * 30])
def test_it_refuses_an_invalid_related_row(owner, model, key):
    response = owner.post(url(model, "add"), {"source": key, "destination": key, "name": "Kept"})
    assert response.status_code == 200


def test_it_explains_the_next_step_for_a_disabled_source(owner):
    source = a_set_up_source()
    publish(source.production)
    source.enabled = False
    source.save()
    assert "This source is disabled" in text(owner.get(url("source", "change", source.pk)))


def test_it_gives_each_of_four_roles_more_permissions(db):
    roles = [Group.objects.get(name=name) for name in ("viewer", "editor", "publisher", "owner")]
    rights = [set(role.permissions.values_list("codename", flat=True)) for role in roles]
    assert rights[0] < rights[1] < rights[2] < rights[3]
    assert "publish_source" in rights[2] - rights[1]
    assert "change_user" in rights[3] - rights[2]


def test_it_lets_an_editor_edit_but_not_publish(db):
    user = User.objects.create_user("eva", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client = Client()
    client.force_login(user)
    source = a_set_up_source()
    assert client.get(url("mapping", "change", Mapping.objects.first().pk)).status_code == 200
    assert client.post(url("source", "publish", source.pk), {}).status_code == 403
    assert not source.releases.exists()


DRAFTS = ("view_source", "view_destination", "view_mapping")


@pytest.fixture
def member(db):
    """Signs in a member of a group that has just these permissions."""

    def signed_in(*codenames):
        group = Group.objects.create(name="custom")
        group.permissions.set(Permission.objects.filter(codename__in=codenames))
        user = User.objects.create_user("cleo", is_staff=True)
        user.groups.add(group)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.mark.parametrize("missing", DRAFTS)
def test_it_runs_events_only_for_groups_that_view_drafts(member, missing):
    a_set_up_source()
    client = member(*(name for name in DRAFTS if name != missing))
    sent = {"mapping": Mapping.objects.first().pk, "event": '{"type": "track"}'}
    assert client.post(reverse("admin:fullstory_dest_mapping_run_event"), sent).status_code == 403


def test_it_shows_the_test_panel_to_groups_that_view_drafts(member):
    a_set_up_source()
    mapping = Mapping.objects.first()
    client = member(*DRAFTS)
    assert "data-test-panel" in text(client.get(url("mapping", "change", mapping.pk)))
    sent = {"mapping": mapping.pk, "event": '{"type": "track"}'}
    assert client.post(reverse("admin:fullstory_dest_mapping_run_event"), sent).status_code == 200


def test_it_hides_the_test_panel_from_groups_without_drafts(member):
    a_set_up_source()
    client = member("view_mapping")
    assert "data-test-panel" not in text(client.get(url("mapping", "change", Mapping.objects.first().pk)))


@pytest.mark.parametrize("missing", [*DRAFTS, "publish_source"])
def test_it_publishes_only_for_groups_that_view_drafts(member, missing):
    source = a_set_up_source()
    client = member(*(name for name in (*DRAFTS, "publish_source") if name != missing))
    page = url("source", "publish", source.pk)
    assert client.get(page).status_code == (200 if missing == "publish_source" else 403)
    assert client.post(page, {"reviewed": fingerprint(drafts_in(source.production))}).status_code == 403
    assert not source.releases.exists()


def test_it_publishes_for_a_group_with_all_permissions(member):
    source = a_set_up_source()
    client = member(*DRAFTS, "publish_source")
    client.post(url("source", "publish", source.pk), {"reviewed": fingerprint(drafts_in(source.production))})
    assert source.releases.count() == 1


@pytest.mark.parametrize("missing", MIGRATE)
def test_it_migrates_only_for_groups_with_all_permissions(member, missing):
    classic = ClassicDestination(source=a_set_up_source(), settings={"org": ORG})
    classic.save()
    client = member(*(name.removeprefix("fullstory_dest.") for name in MIGRATE if name != missing))
    assert client.post(url("classicdestination", "migrate_classic", classic.pk)).status_code == 403
    assert not Migration.objects.exists()


@pytest.mark.parametrize("missing", DRAFTS[1:])
@pytest.mark.parametrize("tab", ["destinations", "mappings", "install"])
def test_it_hides_tabs_from_groups_without_drafts(member, tab, missing):
    source = a_set_up_source()
    client = member(*(name for name in DRAFTS if name != missing))
    assert client.get(tab_url(source, tab)).status_code == 403
    page = client.get(tab_url(source, "overview"), follow=True)
    assert page.redirect_chain == [(tab_url(source, "settings"), 302)]
    assert tab_url(source, "settings") in text(page)
    assert tab_url(source, tab) not in text(page)


@pytest.mark.parametrize("page", ["index", "overview"])
@pytest.mark.parametrize("is_enabled", [True, False])
def test_it_offers_no_review_to_groups_without_drafts(member, page, is_enabled):
    source = a_set_up_source()
    Mapping.objects.update(enabled=is_enabled)
    client = member("view_source")
    address = reverse("admin:index") if page == "index" else tab_url(source, page)
    shown = text(client.get(address, follow=True))
    assert "Ask an " in shown
    assert url("source", "publish", source.pk) not in shown


def test_it_shows_tabs_to_groups_that_view_drafts(member):
    source = a_set_up_source()
    client = member(*DRAFTS)
    for tab in ("overview", "destinations", "mappings", "test", "install"):
        page = client.get(tab_url(source, tab))
        assert page.status_code == 200
        assert tab_url(source, "releases") not in text(page)
