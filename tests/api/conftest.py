"""API clients, each with the token of a different user."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from fullstory_dest.models import ApiToken

ROWS = ("source", "destination", "mapping", "testcase", "classicdestination", "migration")
READ = ("environment", "release", "deployment", "review")


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
    """Turn off the record of a token's last use, so that it doesn't add to counted queries."""
    monkeypatch.setattr("fullstory_dest.api.base.authentication.record_token_use", lambda token: None)


@pytest.fixture
def anonymous():
    return client_of()


@pytest.fixture
def owner(db):
    """A user with all permissions."""
    return client_of(get_user_model().objects.create_superuser("olive"))


@pytest.fixture
def viewer(db):
    """A user who can only view."""
    return client_of(someone("vic", *(f"view_{row}" for row in (*ROWS, *READ))))


@pytest.fixture
def editor(db):
    """A user who can view and change drafts, but not publish."""
    verbs = ("view", "add", "change", "delete")
    return client_of(
        someone("ed", *(f"view_{row}" for row in READ), *(f"{verb}_{row}" for verb in verbs for row in ROWS))
    )


@pytest.fixture
def nobody(db):
    """A user with a token and no permissions."""
    return client_of(someone("nobody"))


@pytest.fixture
def refused():
    return assert_refused


def assert_refused(response, status, *pointers):
    """Check that a response is a problem document with errors at exactly these pointers, and return it."""
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
