"""Requests without permission are refused, however they are sent."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from fullstory_dest.models import Mapping, Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source


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


def test_it_explains_what_to_do_for_a_disabled_source(owner):
    source = a_set_up_source()
    publish(source)
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
    assert client.post(url("source", "publish_source", source.pk), {}).status_code == 403
    assert not source.releases.exists()
