"""Every page of the admin tells of a collision or of a row that is gone, whoever could not be served."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError

from fullstory_dest.admin import copying, publishing
from fullstory_dest.models import Mapping, Source
from tests.admin.pages import mapping_form, text, url
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
def test_a_collision_is_told_on_a_page_with_what_was_typed(owner, monkeypatch, error):
    mapping = a_mapping()
    monkeypatch.setattr(Mapping, "save", failing(error))
    form = mapping_form(mapping, name="A <name> that is typed")
    response = owner.post(url("mapping", "change", mapping.pk), form)
    assert response.status_code == 409
    assert "Somebody changed this just now" in text(response)
    assert "A &lt;name&gt; that is typed" in text(response)


def test_a_script_is_told_in_json(owner, monkeypatch):
    mapping = a_mapping()
    page = url("source", "mappings", mapping.destination.source_id)
    monkeypatch.setattr(Mapping, "save", failing(deadlock()))
    form = {"destination": mapping.destination_id, "was_enabled": mapping.pk}
    response = owner.post(page, form, headers={"Accept": "application/json"})
    assert response.status_code == 409
    assert "Somebody changed this just now" in response.json()["problem"]


def test_a_database_that_is_down_is_no_collision(owner, monkeypatch):
    mapping = a_mapping()
    monkeypatch.setattr(Mapping, "save", failing(OperationalError("connection refused")))
    with pytest.raises(OperationalError):
        owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping))


def test_what_is_deleted_meanwhile_is_not_found(owner, monkeypatch):
    source = a_set_up_source()
    mapping = Mapping.objects.first()
    monkeypatch.setattr(publishing, "publish", failing(Source.DoesNotExist()))
    monkeypatch.setattr(copying, "duplicate", failing(Source.DoesNotExist()))
    assert owner.post(url("source", "publish_source", source.pk), {"note": ""}).status_code == 404
    form = {"destination": mapping.destination_id}
    assert owner.post(url("mapping", "duplicate_mapping", mapping.pk), form).status_code == 404


@pytest.mark.parametrize("error", COLLISIONS, ids=lambda error: str(error))
def test_rest_tells_of_a_conflict(owner, monkeypatch, error):
    mapping = a_mapping()
    monkeypatch.setattr(Mapping, "save", failing(error))
    response = owner.patch(
        f"/api/v1/mappings/{mapping.pk}/", json.dumps({"name": "New"}), content_type="application/json"
    )
    assert response.status_code == 409
    assert response.json()["type"].endswith(":conflict")
