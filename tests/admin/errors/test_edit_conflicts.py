"""Lost races, deleted rows and missing permissions on pages of the admin."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError

from fullstory_dest.admin.mappings import duplicate as duplicate_page
from fullstory_dest.admin.sources import mappings_tab
from fullstory_dest.admin.sources import publish as publish_page
from fullstory_dest.models import Mapping, Source
from tests.admin.pages import mapping_form, reviewed, text, url
from tests.factories import a_mapping, a_set_up_source


class DeadlockError(Exception):
    sqlstate = "40P01"


def deadlock():
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockError()
    return error


def failing(error):
    def fail(*_arguments, **_named):
        raise error

    return fail


COLLISIONS = [IntegrityError("one_mapping_per_position"), deadlock(), OperationalError("database is locked")]


@pytest.mark.parametrize("error", [*COLLISIONS, ValidationError("Taken")], ids=lambda error: str(error))
def test_it_reports_a_lost_race_and_keeps_the_input(owner, monkeypatch, error):
    mapping = a_mapping()
    monkeypatch.setattr(Mapping, "save", failing(error))
    form = mapping_form(mapping, name="A <name> that is typed")
    response = owner.post(url("mapping", "change", mapping.pk), form)
    assert response.status_code == 409
    assert "Someone else changed this at the same time" in text(response)
    assert "A &lt;name&gt; that is typed" in text(response)


def test_it_reports_a_lost_race_to_scripts_in_json(owner, monkeypatch):
    mapping = a_mapping()
    page = url("source", "mappings", mapping.destination.source_id)
    monkeypatch.setattr(mappings_tab, "toggle", failing(deadlock()))
    form = {"destination": mapping.destination_id, "was_enabled": mapping.pk}
    response = owner.post(page, form, headers={"Accept": "application/json"})
    assert response.status_code == 409
    assert "Someone else changed this at the same time" in response.json()["problem"]


def test_it_raises_an_error_while_the_database_is_down(owner, monkeypatch):
    mapping = a_mapping()
    monkeypatch.setattr(Mapping, "save", failing(OperationalError("connection refused")))
    with pytest.raises(OperationalError):
        owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping))


def test_it_answers_404_for_a_row_deleted_during_the_request(owner, monkeypatch):
    source = a_set_up_source()
    mapping = Mapping.objects.first()
    monkeypatch.setattr(publish_page, "publish_with_test_cases", failing(Source.DoesNotExist()))
    monkeypatch.setattr(duplicate_page, "duplicate_mapping", failing(Source.DoesNotExist()))
    assert owner.post(url("source", "publish", source.pk), reviewed(source)).status_code == 404
    form = {"destination": mapping.destination_id}
    assert owner.post(url("mapping", "duplicate_mapping", mapping.pk), form).status_code == 404


def test_it_shows_the_input_after_a_role_was_removed(sign_in):
    mapping = a_mapping()
    editor = sign_in("ed", "view_mapping")
    response = editor.post(url("mapping", "change", mapping.pk), mapping_form(mapping, name="A <name> typed"))
    page = text(response)
    assert response.status_code == 403
    assert "Ask an owner to change your role. No changes were saved." in page
    assert "A &lt;name&gt; typed" in page


def test_it_shows_the_input_for_a_deleted_source(owner):
    source = a_set_up_source()
    page = url("source", "rotate", source.pk)
    source.delete()
    response = owner.post(page, {"grace_days": "77", "write_key": "k"})
    assert (response.status_code, "77" in text(response), "No changes were saved" in text(response)) == (
        404,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("address", "status"), [("/admin/nowhere/", 404), ("/admin/fullstory_dest/migration/add/", 403)]
)
def test_it_reports_missing_and_forbidden_pages_in_the_admin(owner, address, status):
    response = owner.get(address)
    assert response.status_code == status
    assert 'id="nav-sidebar' in text(response)
    assert "No changes were saved" not in text(response)
    answer = owner.get(address, headers={"Accept": "application/json"})
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)


def test_it_never_shows_a_typed_password(owner):
    response = owner.post("/admin/auth/user/4711/password/", {"password1": "hunter2", "password2": "hunter2"})
    assert "hunter2" not in text(response)


@pytest.mark.parametrize("error", COLLISIONS, ids=lambda error: str(error))
def test_it_reports_a_conflict_over_rest(owner, monkeypatch, error):
    mapping = a_mapping()
    monkeypatch.setattr(Mapping, "save", failing(error))
    response = owner.patch(
        f"/api/v1/mappings/{mapping.pk}/", json.dumps({"name": "New"}), content_type="application/json"
    )
    waited = "locked" in str(error)
    assert response.status_code == (503 if waited else 409)
    assert response.json()["type"].endswith(":busy" if waited else ":conflict")
    assert ("Retry-After" in response) is waited
