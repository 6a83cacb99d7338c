"""Logging in with a password."""

import pytest
from allauth.core.context import request_context
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.admin.accounts.conftest import LOGIN, inside, log_in
from tests.admin.pages import text

pytestmark = pytest.mark.django_db


def test_it_logs_in_with_a_password(nora, client):
    assert log_in(client)["Location"] == "/admin/"
    assert inside(client)
    assert client.get(LOGIN)["Location"] == "/admin/"


def test_it_explains_a_wrong_password_in_one_sentence(nora, client):
    page = text(log_in(client, "wrong"))
    assert page.count("errornote") == 2, "one of them is about passkeys, and hidden"
    assert "Incorrect username or password." in page


def test_it_shows_users_who_cannot_log_in_the_same_error(nora, client):
    User.objects.update(is_active=False)
    assert "Incorrect username or password." in text(log_in(client))
    User.objects.update(is_active=True, is_staff=False)
    assert "Incorrect username or password." in text(log_in(client))
    assert "Incorrect username or password." in text(log_in(client, name="nobody"))
    assert not inside(client)


@pytest.mark.parametrize("name", ["nora", "nobody"])
def test_it_hashes_once_whether_or_not_the_user_exists(nora, client, monkeypatch, name):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *arguments: hashed.append(1) or encode(*arguments)
    )
    log_in(client, "wrong", name)
    assert len(hashed) == 1


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_it_ends_the_session_of_a_user_who_can_no_longer_log_in(nora, client, flag):
    log_in(client)
    User.objects.update(**{flag: False})
    assert client.get("/admin/roles/")["Location"].startswith(LOGIN)
    assert client.get(LOGIN).status_code == 200


@pytest.mark.parametrize("name", ["", "x" * 300, "nul\x00", "<script>"])
def test_it_refuses_impossible_names(client, name):
    for _number in range(5):
        assert log_in(client, name=name).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "https://127.0.0.1/",
        "javascript:alert(1)",
        "/\\evil.example",
    ],
)
def test_it_redirects_to_this_host_only(nora, client, elsewhere):
    assert "127.0.0.1" in settings.ALLOWED_HOSTS
    assert log_in(client, next=elsewhere)["Location"] == "/admin/"
    assert client.get(LOGIN, {"next": elsewhere})["Location"] == "/admin/"
    assert log_in(Client(), next="/admin/roles/")["Location"] == "/admin/roles/"


def test_it_has_no_links_to_other_sites(nora, client):
    assert "Return to site" not in text(client.get(LOGIN))
    log_in(client)
    assert "View site" not in text(client.get("/admin/roles/"))


def test_it_changes_the_session_key(nora, client):
    client.get("/admin/login/passkey/", headers={"accept": "application/json"})
    before = client.session.session_key
    assert Session.objects.filter(pk=before).exists()
    log_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_it_requires_the_csrf_token(nora):
    client = Client(enforce_csrf_checks=True)
    log_in(client, headers={"origin": "https://evil.example"})
    assert not inside(client)


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "socialaccount_signup"]
)
def test_it_has_no_pages_for_sign_up_or_email_addresses(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_it_never_serves_djangos_own_login(rf):
    request = rf.get("/anywhere/")
    request.user = AnonymousUser()
    with request_context(request):
        assert admin.site.login(request)["Location"] == f"{LOGIN}?next=%2Fanywhere%2F"


def test_it_logs_out_only_on_post(nora, client):
    log_in(client)
    assert client.get("/admin/logout/").status_code == 405
    assert client.get("/admin/login/cancel/").status_code == 405
    assert inside(client)
    client.post("/admin/logout/")
    assert not inside(client)
