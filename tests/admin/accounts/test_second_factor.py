"""Two-factor login: setup, codes, and attempts to bypass it."""

import json
import time
from collections import Counter

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape

from fullstory_dest.services.accounts.tokens import create_token
from tests.admin.accounts.conftest import LOGIN, inside, log_in
from tests.admin.accounts.factors import code_of, recovery_code, with_app
from tests.admin.pages import text
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
CODE = "/admin/login/code/"
APP = "/admin/two-factor/app/"
CODES = "/admin/two-factor/recovery-codes/"


def confirm(client: Client, password: str = "right"):
    return client.post("/admin/confirm/", {"password": password, "next": APP})


# The session learns of changed factors on commit.
@pytest.mark.django_db(transaction=True)
def test_it_is_set_up_and_required(nora, client):
    log_in(client)
    assert client.get(APP)["Location"] == f"/admin/confirm/?next={escape(APP).replace('/', '%2F')}"
    assert "Incorrect password." in text(confirm(client, "wrong"))
    assert confirm(client)["Location"] == APP
    assert "data:image/svg+xml;base64," in text(client.get(APP))
    secret = client.session["mfa.totp.secret"]
    assert "incorrect" in text(client.post(APP, {"code": "000000x"}))
    assert not Authenticator.objects.exists()
    code = code_of(secret)
    assert client.post(APP, {"code": code})["Location"] == CODES
    assert recovery_code(nora) in text(client.get(CODES))
    assert inside(client), "the session that set it up continues"

    other = Client()
    assert log_in(other, next="/admin/roles/")["Location"] == CODE
    assert not inside(other)
    assert other.get("/api/v1/sources/").status_code == 401
    assert "incorrect" in text(other.post(CODE, {"code": "000000"}))
    assert "incorrect" in text(other.post(CODE, {"code": code})), "it set the app up, and works once"
    assert other.post(CODE, {"code": code_of(secret, 1)})["Location"] == "/admin/roles/"
    assert inside(other)
    assert other.get("/api/v1/sources/").status_code == 200


def test_it_ends_earlier_sessions(nora, client):
    log_in(client)
    with_app(nora)
    assert not inside(client)
    assert client.get("/api/v1/sources/").status_code == 401
    assert client.get("/admin/password_change/")["Location"].startswith(LOGIN)
    assert client.get(APP)["Location"].startswith(LOGIN)


def test_it_ends_sessions_confirmed_with_a_removed_factor(nora, client):
    secret = with_app(nora)
    log_in(client)
    client.post(CODE, {"code": code_of(secret)})
    assert inside(client)
    Authenticator.objects.all().delete()
    with_app(nora)
    assert not inside(client)


def test_it_refuses_a_session_without_the_second_factor(nora, client):
    with_app(nora)
    client.force_login(nora)
    assert not inside(client)
    assert client.get("/api/v1/sources/").status_code == 401


def test_it_accepts_a_code_once(nora, client):
    secret = with_app(nora)
    code = code_of(secret)
    log_in(client)
    assert client.post(CODE, {"code": code}).status_code == 302
    other = Client()
    log_in(other)
    assert "already used" in text(other.post(CODE, {"code": code}))
    assert not inside(other)


def test_it_accepts_a_recovery_code_once(nora, client):
    with_app(nora)
    code = recovery_code(nora)
    log_in(client)
    assert client.post(CODE, {"code": code}).status_code == 302
    assert inside(client)
    other = Client()
    log_in(other)
    other.post(CODE, {"code": code})
    assert not inside(other)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_it_accepts_a_code_sent_twice_at_once_only_once(nora, kind):
    cache.clear()
    secret = with_app(nora)
    code = code_of(secret) if kind == "app" else recovery_code(nora)
    clients = [Client() for _number in range(2)]
    for each in clients:
        log_in(each)
    at_once(*[lambda each=each: each.post(CODE, {"code": code}).status_code for each in clients])
    cache.clear()
    assert Counter(map(inside, clients)) == {True: 1, False: 1}


def test_it_refuses_a_code_without_a_password(nora, client):
    secret = with_app(nora)
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == LOGIN


def test_it_refuses_a_code_after_a_password_change(nora, client):
    secret = with_app(nora)
    log_in(client)
    nora.set_password("another")
    nora.save()
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == LOGIN
    assert not inside(client)


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_it_refuses_a_code_of_a_deactivated_user(nora, client, flag):
    secret = with_app(nora)
    log_in(client)
    User.objects.update(**{flag: False})
    client.post(CODE, {"code": code_of(secret)})
    assert not inside(client)


def test_it_forgets_the_password_step_after_15_minutes(nora, client, monkeypatch):
    secret = with_app(nora)
    log_in(client)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 901)
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == LOGIN


def test_it_forgets_the_password_step_on_start_over(nora, client):
    secret = with_app(nora)
    log_in(client)
    assert client.get(LOGIN)["Location"] == CODE
    assert client.post("/admin/login/cancel/")["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == LOGIN


def test_it_accepts_tokens_without_a_code(nora):
    with_app(nora)
    _row, token = create_token(nora, "script")
    assert Client().get("/api/v1/sources/", headers={"authorization": f"Bearer {token}"}).status_code == 200


def signed_in(user: User, secret: str) -> Client:
    client = Client()
    log_in(client)
    client.post(CODE, {"code": code_of(secret)})
    assert inside(client)
    return client


@pytest.mark.parametrize("page", [f"{APP}remove/", f"{CODES}new/", "/admin/two-factor/passkeys/add/"])
def test_it_requires_a_factor_to_change_factors(nora, page):
    secret = with_app(nora)
    client = signed_in(nora, secret)
    assert client.get(page)["Location"].startswith("/admin/confirm/code/")
    assert client.post(page)["Location"].startswith("/admin/confirm/code/")
    assert confirm(client)["Location"].startswith("/admin/confirm/code/")
    assert client.get(page).status_code == 302, "the password did not do"
    assert Authenticator.objects.filter(user=nora).count() == 2


def test_it_removes_the_app_after_confirmation(nora):
    secret = with_app(nora)
    client = signed_in(nora, secret)
    client.post("/admin/confirm/code/", {"code": code_of(secret, 1)})
    assert "Its codes stop working" in text(client.get(f"{APP}remove/"))
    assert client.post(f"{APP}remove/")["Location"] == "/admin/two-factor/"
    assert not Authenticator.objects.exists()
    assert inside(client)


@pytest.mark.django_db(transaction=True)
def test_it_replaces_recovery_codes_and_keeps_the_session(nora, client):
    secret = with_app(nora)
    old = recovery_code(nora)
    log_in(client)
    client.post(CODE, {"code": old})
    client.post("/admin/confirm/code/", {"code": code_of(secret)})
    assert client.post(f"{CODES}new/")["Location"] == CODES
    assert inside(client)
    page = text(client.get(CODES))
    assert old not in page
    assert recovery_code(nora) in page


def test_it_forbids_caching_of_a_page_with_a_key(nora, client):
    log_in(client)
    confirm(client)
    assert "no-store" in client.get(APP)["Cache-Control"]


def test_it_ignores_recovery_codes_without_a_factor(nora, client):
    RecoveryCodes.activate(nora)
    assert log_in(client)["Location"] == "/admin/"
    assert inside(client)


def test_it_creates_no_session_for_a_stranger(client, db):
    assert client.post(APP, {"code": "x" * 1000})["Location"].startswith(LOGIN)
    assert "sessionid" not in client.cookies


def test_it_explains_how_to_get_a_password(nora, client):
    nora.set_unusable_password()
    nora.save()
    client.force_login(nora)
    assert "Ask an owner for a link" in text(client.get("/admin/two-factor/"))
    assert "An owner can create a link" in text(client.get("/admin/account/"))
    assert client.get("/admin/password_change/", follow=True).status_code == 200


#: A browser's answer for a passkey that no user has.
PASSKEY = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUEiLCJvcmlnaW4iOiJodHRwOi8vdCJ9",
        "authenticatorData": "A" * 50,
        "signature": "AAAA",
        "userHandle": "MQ",
    },
}


@pytest.mark.parametrize(
    "credential",
    [
        *("", "{}", "[]", "null", "x" * 5000, json.dumps(PASSKEY)),
        json.dumps({name: value for name, value in PASSKEY.items() if name != "rawId"}),
        json.dumps(PASSKEY | {"clientExtensionResults": "x"}),
        json.dumps(PASSKEY | {"response": {"userHandle": 7}}),
    ],
)
def test_it_refuses_invalid_passkeys(nora, client, credential):
    client.get("/admin/login/passkey/", headers={"accept": "application/json"})
    assert client.post("/admin/login/passkey/", {"credential": credential})["Location"] == LOGIN
    assert not inside(client)


def test_it_requires_a_code_to_remove_a_second_factor(as_role):
    client = as_role("owner")
    key = client.session["_auth_user_id"]
    response = client.post(f"/admin/auth/user/{key}/two-factor/")
    assert response.status_code == 302
    assert "two-factor" in response.url
