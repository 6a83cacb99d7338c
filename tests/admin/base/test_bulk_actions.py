"""Toggling rows in lists."""

import pytest

from fullstory_dest.models import Mapping
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db


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


def test_it_redirects_a_login_at_a_switch_to_the_list(owner):
    mapping = a_mapping()
    assert owner.get(url("mapping", "switch", mapping.pk))["Location"] == url("mapping")
    assert Mapping.objects.get().enabled


def test_it_never_lets_a_viewer_toggle(as_role):
    mapping = a_mapping()
    viewer = as_role("viewer")
    assert 'role="switch"' not in text(viewer.get(url("mapping")))
    assert viewer.post(url("mapping", "switch", mapping.pk), {"enabled": ""}).status_code == 403
    response = viewer.post(url("mapping"), {"action": "disable_selected", "_selected_action": mapping.pk})
    assert response.status_code == 200, "the list, without the action"
    mapping.refresh_from_db()
    assert mapping.enabled


def test_it_toggles_many_mappings_with_few_queries(owner, django_assert_max_num_queries):
    destination = a_destination()
    mappings = [a_mapping(destination, name=f"Mapping {number}") for number in range(30)]
    chosen = {"action": "disable_selected", "_selected_action": [mapping.pk for mapping in mappings]}
    with django_assert_max_num_queries(22):
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
