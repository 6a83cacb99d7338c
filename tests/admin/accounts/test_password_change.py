"""Changing a password, and rate limits for guesses."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.accounts.conftest import inside, log_in
from tests.admin.accounts.factors import with_app
from tests.admin.pages import text

ADDRESS = "/admin/password_change/"
NEW = "correct-horse-battery"


@pytest.fixture
def signed_in(nora, client) -> Client:
    client.force_login(nora)
    return client


def change(client: Client, old: str, new: str = NEW):
    return client.post(ADDRESS, {"oldpassword": old, "password1": new, "password2": new})


def test_it_requires_the_current_password(signed_in):
    other = Client()
    log_in(other)
    assert text(signed_in.get(ADDRESS)).count('type="password"') == 3
    assert "Incorrect password." in text(change(signed_in, "wrong"))
    assert change(signed_in, "right")["Location"] == "/admin/account/"
    assert User.objects.get(username="nora").check_password(NEW)
    assert "successfully changed" in text(signed_in.get("/admin/account/"))
    assert not inside(other), "other sessions end"


def test_it_refuses_a_weak_password(signed_in):
    assert "too short" in text(change(signed_in, "right", "short"))
    assert User.objects.get(username="nora").check_password("right")


def test_it_counts_guesses_as_the_login_does(signed_in):
    for _number in range(5):
        assert "Incorrect password." in text(change(signed_in, "a guess"))
    assert "Too many attempts" in text(change(signed_in, "right"))
    assert User.objects.get(username="nora").check_password("right")
    assert "Too many attempts" in text(log_in(Client()))
    confirming = signed_in.post("/admin/confirm/", {"password": "right"})
    assert "Too many attempts" in text(confirming)


def test_it_requires_the_second_factor(nora, signed_in):
    with_app(nora)
    assert change(signed_in, "right")["Location"].startswith("/admin/login/")
    assert User.objects.get(username="nora").check_password("right")
