"""The lifetime of sessions, and the answers after one has ended."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.admin.accounts.conftest import LOGIN, inside, log_in
from tests.admin.pages import text, url

pytestmark = pytest.mark.django_db


def expires(client: Client):
    return Session.objects.get(pk=client.session.session_key).expire_date


def test_it_extends_a_used_session_once_a_day(nora, client, monkeypatch):
    log_in(client)
    first = expires(client)
    assert inside(client)
    assert expires(client) == first
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    response = client.get("/admin/roles/")
    assert response.cookies["sessionid"]["max-age"] == 14 * 86_400
    assert expires(client) - first > timedelta(hours=23)
    assert "sessionid" not in client.get("/admin/roles/").cookies


def test_it_leaves_a_session_alone_that_a_request_does_not_read(nora, client):
    log_in(client)
    Session.objects.all().delete()
    assert not client.get("/v1/sources/nothing/config").cookies


@pytest.mark.parametrize(
    "headers", [{"X-Requested-With": "fetch"}, {"HX-Request": "true"}, {"sec-fetch-mode": "cors"}]
)
def test_it_answers_scripts_with_401(db, client, headers):
    for ask in (client.get, client.post):
        response = ask(url("source", "changelist"), headers=headers)
        assert (response.status_code, response.json()["login"]) == (401, LOGIN)
        assert response.json()["detail"].startswith("Session expired.")


def test_it_redirects_pages_to_the_login_and_back(nora, client):
    address = url("source", "changelist")
    response = client.get(address)
    assert response["Location"] == f"{LOGIN}?next={address}"
    assert log_in(client, next=address)["Location"] == address


def test_it_asks_scripts_with_an_old_csrf_token_to_reload(nora):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nora)
    headers = {"X-Requested-With": "fetch", "Origin": "http://testserver"}
    response = client.post(url("mapping", "check"), "{}", "application/json", headers=headers)
    assert response.status_code == 403
    assert "Reload the page" in response.json()["detail"]


def test_it_redirects_a_second_login_page_after_the_first(nora):
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(client.get(LOGIN)))[1]
    log_in(client, csrfmiddlewaretoken=token)
    again = log_in(client, csrfmiddlewaretoken=token)
    assert again["Location"] == LOGIN
    assert client.get(LOGIN)["Location"] == "/admin/"
