"""Single sign-on with OpenID Connect, with a provider in the test."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.accounts.conftest import LOGIN, inside
from tests.admin.accounts.factors import code_of, with_app
from tests.admin.pages import text
from tests.browser.loopback import Handler, serving

SSO = "/admin/login/sso/"
pytestmark = pytest.mark.django_db


@dataclass
class Provider:
    """The claims of the provider, and the requests that it received."""

    claims: dict[str, Any] = field(default_factory=dict)
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    found = Provider({"sub": "1", "email": "nora@example.com", "email_verified": True})

    class Answers(Handler):
        def do_GET(self) -> None:
            if self.path.endswith("/openid-configuration"):
                ends = ("authorization", "token", "userinfo")
                self._send({"issuer": found.url, **{f"{end}_endpoint": f"{found.url}/{end}" for end in ends}})
            else:
                self._send(found.claims)

        def do_POST(self) -> None:
            found.sent.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._send({"access_token": "t", "token_type": "Bearer"})

        def _send(self, body: dict[str, Any]) -> None:
            self.send_response(200 if body else 503)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

    with serving(Answers) as host:
        found.url = f"http://{host}"
        app = {"provider_id": "oidc", "name": "Acme ID", "client_id": "c", "secret": "s"}
        app["settings"] = {"server_url": found.url}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield found


def start(client: Client, **sent: str) -> dict[str, list[str]]:
    """Go to the provider. Return the query of its URL."""
    return parse_qs(urlsplit(client.post(SSO, sent)["Location"]).query)


def sign_in(client: Client, **sent: str):
    [state] = start(client, **sent)["state"]
    return client.get(f"{SSO}callback/", {"code": "k", "state": state})


def test_it_is_offered_if_a_provider_is_configured(client, provider):
    assert "Log in with Acme ID" in text(client.get(LOGIN))
    asked = start(client)
    assert asked["redirect_uri"] == ["http://testserver/admin/login/sso/callback/"]
    assert asked["code_challenge_method"] == ["S256"]


def test_it_is_off_without_a_provider(client):
    assert SSO not in text(client.get(LOGIN))
    assert client.post(SSO).status_code == 404
    assert client.get(f"{SSO}callback/").status_code == 404


def test_it_logs_in_the_user_with_that_email_address(nora, client, provider):
    provider.claims["email"] = "Nora@Example.com"
    assert sign_in(client, next="/admin/roles/")["Location"] == "/admin/roles/"
    assert inside(client)
    assert provider.sent[0]["code"] == ["k"]
    nora.refresh_from_db()
    assert nora.check_password("right"), "the password stays"
    assert not SocialAccount.objects.exists()


def test_it_requires_the_second_factor(nora, client, provider):
    secret = with_app(nora)
    assert sign_in(client, next="/admin/roles/")["Location"] == "/admin/login/code/"
    assert not inside(client)
    assert client.post("/admin/login/code/", {"code": code_of(secret)})["Location"] == "/admin/roles/"
    assert inside(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"email": "somebody@example.com"},
        {"email": ""},
        {"email": None},
        {"email": ["nora@example.com"]},
        # The Kelvin sign, whose lowercase is k.
        {"email": "\u212aim@example.com"},
    ],
)
def test_it_refuses_others_and_creates_no_account(nora, client, provider, claims):
    User.objects.create_user("kim", is_staff=True, email="kim@example.com")
    provider.claims |= claims
    assert sign_in(client)["Location"] == LOGIN
    assert "No active user has your verified email address." in text(client.get(LOGIN))
    assert not inside(client)
    assert User.objects.count() == 2


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_it_refuses_users_who_cannot_log_in(nora, client, provider, flag):
    User.objects.update(**{flag: False})
    sign_in(client)
    assert not inside(client)


def test_it_refuses_an_email_address_of_two_users(nora, client, provider):
    User.objects.create_superuser("root", email="NORA@example.com")
    sign_in(client)
    assert not inside(client)


@pytest.mark.parametrize("process", ["connect", "redirect", "x"])
def test_it_never_connects_accounts(nora, client, provider, process):
    client.force_login(nora)
    assert sign_in(client, process=process, next="/admin/roles/")["Location"] == LOGIN
    assert not SocialAccount.objects.exists()


def test_it_returns_only_to_this_host(nora, client, provider):
    assert sign_in(client, next="https://127.0.0.1/")["Location"] == "/admin/"


def test_it_starts_only_with_a_post_of_this_site(client, provider):
    assert client.get(SSO).status_code == 405
    assert Client(enforce_csrf_checks=True).post(SSO).status_code == 403


@pytest.mark.parametrize(
    "query", [{}, {"code": "k"}, {"code": "k", "state": "forged"}, {"error": "access_denied"}]
)
def test_it_refuses_an_unrequested_answer(nora, client, provider, query):
    assert client.get(f"{SSO}callback/", query)["Location"] == LOGIN
    assert "Single sign-on failed." in text(client.get(LOGIN))
    assert not inside(client)


def test_it_accepts_an_answer_once_and_only_in_the_same_browser(nora, client, provider):
    [state] = start(client)["state"]
    answer = {"code": "k", "state": state}
    other = Client()
    other.get(f"{SSO}callback/", answer)
    assert not inside(other)
    client.get(f"{SSO}callback/", answer)
    assert inside(client)
    client.post("/admin/logout/")
    client.get(f"{SSO}callback/", answer)
    assert not inside(client)


def test_it_reports_a_provider_that_does_not_answer(nora, client, provider):
    [state] = start(client)["state"]
    provider.claims = {}
    assert client.get(f"{SSO}callback/", {"code": "k", "state": state})["Location"] == LOGIN
    assert not inside(client)


@pytest.mark.parametrize("claims", [{"email": "nora@example.com", "email_verified": True}, ["sub"]])
def test_it_reports_a_provider_that_omits_the_subject(nora, client, provider, claims):
    provider.claims = claims
    assert sign_in(client)["Location"] == LOGIN
    assert "Single sign-on failed." in text(client.get(LOGIN))
    assert not inside(client)


@pytest.mark.parametrize("answer", [False, True])
def test_it_reports_a_provider_that_is_down(nora, client, provider, settings, answer):
    state = start(client)["state"][0] if answer else ""
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] += ":1/nowhere"
    ask = client.get(f"{SSO}callback/", {"code": "k", "state": state}) if answer else client.post(SSO)
    assert ask["Location"] == LOGIN
    assert "Single sign-on failed." in text(client.get(LOGIN))
