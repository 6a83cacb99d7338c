"""Saving a row that someone else deleted while it was edited."""

import pytest

from fullstory_dest.models import Mapping
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Typed for an hour",
    "trigger": 'type = "track"',
    "fields": '{"name": "Bought"}',
    "action": "trackEventV2",
}


def test_it_shows_values_typed_into_a_deleted_mapping(owner):
    mapping = a_mapping(name="Orders")
    address = url("mapping", "change", mapping.pk)
    owner.post(url("mapping", "delete", mapping.pk), {"post": "yes"})
    response = owner.post(address, {**TYPED, "_version": "then"})
    page = text(response)
    assert response.status_code == 410
    assert "olga deleted “Orders” at" in page
    assert "Typed for an hour" in page
    assert f'action="{url("mapping", "add")}"' in page
    sent = dict(response.context["inputs"])
    assert sent == TYPED
    again = owner.post(url("mapping", "add"), sent)
    assert (again.status_code, "Typed for an hour" in text(again)) == (200, True)
    owner.post(url("mapping", "add"), {**sent, "destination": a_destination().pk})
    assert Mapping.objects.get().name == "Typed for an hour"


def test_it_shows_values_typed_into_a_deleted_destination(owner):
    destination = a_destination()
    address = url("destination", "change", destination.pk)
    destination.delete()
    response = owner.post(address, {"name": "Typed"})
    assert (response.status_code, "Typed" in text(response)) == (410, True)


def test_it_shows_typed_values_to_users_who_cannot_add(sign_in):
    editor = sign_in("ed", "change_mapping", "view_mapping")
    response = editor.post(url("mapping", "change", 4711), TYPED)
    page = text(response)
    assert (response.status_code, "Typed for an hour" in page, "Add as new" in page) == (410, True, False)


@pytest.mark.parametrize("key", ["9" * 30, "abc", "_00"])
def test_it_answers_410_for_an_unknown_key(owner, key):
    assert owner.post(url("mapping", "change", key), TYPED).status_code == 410


def test_it_redirects_home_from_a_deleted_row(owner):
    source = a_source()
    address, delete = url("source", "change", source.pk), url("source", "delete", source.pk)
    source.delete()
    assert owner.get(address).status_code == 302
    assert owner.post(delete, {"post": "yes"}).status_code == 302
