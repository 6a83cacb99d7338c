"""Clients of the API, each with a token of its own user."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from fullstory_dest.models import ApiToken

ROWS = ("source", "destination", "mapping", "testcase", "classicdestination", "migration")


def client_of(user=None):
    client = APIClient()
    if user:
        _, token = ApiToken.objects.create(user)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def someone(name, *codenames):
    user = get_user_model().objects.create_user(name, is_staff=True)
    permissions = Permission.objects.filter(codename__in=codenames, content_type__app_label="fullstory_dest")
    assert permissions.count() == len(codenames)
    user.user_permissions.set(permissions)
    return user


@pytest.fixture(autouse=True)
def _nobody_notes_use(monkeypatch):
    """That a token is used is written down once a minute: queries are counted without that."""
    monkeypatch.setattr("fullstory_dest.api.base.authentication.record_token_use", lambda token: None)


@pytest.fixture
def anonymous():
    return client_of()


@pytest.fixture
def owner(db):
    """May do everything."""
    return client_of(get_user_model().objects.create_superuser("olive"))


@pytest.fixture
def viewer(db):
    """May read."""
    return client_of(someone("vic", *(f"view_{row}" for row in (*ROWS, "release"))))


@pytest.fixture
def editor(db):
    """May read and write drafts, but not publish."""
    verbs = ("view", "add", "change", "delete")
    return client_of(someone("ed", "view_release", *(f"{verb}_{row}" for verb in verbs for row in ROWS)))


@pytest.fixture
def nobody(db):
    """Has a token and no permission."""
    return client_of(someone("nobody"))


@pytest.fixture
def refused():
    return assert_refused


def assert_refused(response, status, *pointers):
    """The problem document of a refusal, once it is sure to be one, with errors at these pointers and no others."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() == {"type", "title", "status", "detail", "instance", "errors"}
    assert problem["status"] == status
    assert problem["instance"] == response.wsgi_request.get_full_path()
    found = [error.get("pointer", error.get("parameter")) for error in problem["errors"]]
    assert sorted(found) == sorted(pointers)
    assert all(error["detail"] for error in problem["errors"])
    return problem
