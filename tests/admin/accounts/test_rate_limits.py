"""Rate limits for passwords and codes."""

import time
from collections import Counter

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.accounts.conftest import LOGIN, inside, log_in
from tests.admin.accounts.factors import code_of, with_app
from tests.admin.pages import text
from tests.concurrency import at_once

WAIT = "Try again in 15 minutes."
ELSEWHERE = "192.0.2.7"
CODE = "/admin/login/code/"


def passing(monkeypatch, minutes: float) -> None:
    """Advance the time that the rate limits see."""
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + minutes * 60)


def test_it_blocks_a_name_after_five_wrong_passwords(nora, client):
    for _number in range(5):
        assert "Incorrect username or password." in text(log_in(client, "wrong"))
    refused = log_in(client)
    assert WAIT in text(refused), "not even with the right one"
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert WAIT in text(log_in(client, name="NORA"))
    assert not inside(client)


def test_it_unblocks_a_name_after_15_minutes(nora, client, monkeypatch):
    for _number in range(5):
        log_in(client, "wrong")
    passing(monkeypatch, 14)
    assert WAIT in text(log_in(client))
    passing(monkeypatch, 1.1)
    assert log_in(client).status_code == 302


def test_it_blocks_neither_that_name_elsewhere_nor_another_name(nora, client):
    for _number in range(6):
        log_in(client, "wrong")
    assert log_in(Client(REMOTE_ADDR=ELSEWHERE)).status_code == 302
    User.objects.create_user("paul", password="right", is_staff=True)
    assert log_in(client, name="paul").status_code == 302


def test_it_counts_requests_of_any_host_header(nora, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(5):
        log_in(Client(HTTP_HOST=f"host-{number}.example"), "wrong")
    assert WAIT in text(log_in(Client(HTTP_HOST="another.example")))


def test_it_blocks_an_address_after_20_wrong_passwords(nora, client):
    for number in range(20):
        assert WAIT not in text(log_in(client, "wrong", f"name-{number}"))
    assert WAIT in text(log_in(client)), "no name from there"
    assert log_in(Client(REMOTE_ADDR=ELSEWHERE)).status_code == 302


def test_it_keeps_the_count_of_an_address_after_a_login(nora, client):
    secret = with_app(User.objects.create_user("mallory", password="right", is_staff=True))
    for number in range(19):
        log_in(client, "wrong", f"name-{number}")
    own = Client()
    log_in(own, name="mallory")
    assert own.post(CODE, {"code": code_of(secret)})["Location"] == "/admin/"
    log_in(client, "wrong", "name-19")
    assert WAIT in text(log_in(client, "wrong", "name-20"))


def test_it_does_not_count_successful_logins(nora, client):
    for _number in range(25):
        assert log_in(Client()).status_code == 302


@pytest.mark.parametrize(("proxies", "blocked"), [(1, False), (0, True)])
def test_it_trusts_a_forwarded_address_only_behind_a_proxy(nora, client, settings, proxies, blocked):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(6):
        forwarded = {"x-forwarded-for": f"9.9.9.{number}, 1.1.1.1"}
        client.post(LOGIN, {"login": "nora", "password": "wrong"}, headers=forwarded)
    forwarded = {"x-forwarded-for": "1.1.1.1, 2.2.2.2"}
    again = client.post(LOGIN, {"login": "nora", "password": "right"}, headers=forwarded)
    assert (again.status_code == 429) is blocked


@pytest.mark.parametrize(
    ("one", "other", "blocked"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_it_counts_a_network_of_ipv6_as_one_address(nora, one, other, blocked):
    for _number in range(5):
        log_in(Client(REMOTE_ADDR=one), "wrong")
    assert (log_in(Client(REMOTE_ADDR=other)).status_code == 429) is blocked


def test_it_blocks_a_user_after_five_wrong_codes_from_anywhere(nora):
    secret = with_app(nora)
    for number in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        log_in(client)
        assert "incorrect" in text(client.post(CODE, {"code": "1"}))
    client = Client(REMOTE_ADDR=ELSEWHERE)
    log_in(client)
    refused = client.post(CODE, {"code": code_of(secret)})
    assert WAIT in text(refused)
    assert refused.status_code == 429
    assert not inside(client)


@pytest.mark.django_db(transaction=True)
def test_it_allows_five_of_many_concurrent_guesses(nora):
    def guess():
        return "Incorrect" in text(log_in(Client(), "wrong"))

    cache.clear()
    try:
        assert Counter(at_once(*[guess] * 8))[True] <= 5
    finally:
        cache.clear()


def test_it_leaves_delivery_without_session_and_cache(client, db):
    client.get("/v1/sources/nothing/config")
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/v1/sources/nothing/config")
    assert len(queries) == 0
    assert not response.cookies
