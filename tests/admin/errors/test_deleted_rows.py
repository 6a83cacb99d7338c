"""Saving what somebody has deleted meanwhile."""

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


def test_what_was_typed_into_a_mapping_that_is_gone_is_shown_and_can_be_added_anew(owner):
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


def test_what_was_typed_into_a_destination_that_is_gone_is_shown(owner):
    destination = a_destination()
    address = url("destination", "change", destination.pk)
    destination.delete()
    response = owner.post(address, {"name": "Typed"})
    assert (response.status_code, "Typed" in text(response)) == (410, True)


def test_who_may_add_nothing_still_sees_what_was_typed(sign_in):
    editor = sign_in("ed", "change_mapping", "view_mapping")
    response = editor.post(url("mapping", "change", 4711), TYPED)
    page = text(response)
    assert (response.status_code, "Typed for an hour" in page, "Add as new" in page) == (410, True, False)


@pytest.mark.parametrize("key", ["9" * 30, "abc", "_00"])
def test_a_key_that_no_row_has_is_no_error_of_the_server(owner, key):
    assert owner.post(url("mapping", "change", key), TYPED).status_code == 410


def test_deleting_or_opening_what_is_gone_leads_home(owner):
    source = a_source()
    address, delete = url("source", "change", source.pk), url("source", "delete", source.pk)
    source.delete()
    assert owner.get(address).status_code == 302
    assert owner.post(delete, {"post": "yes"}).status_code == 302
