"""Changing one's own password, and guessing at it."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.pages import text

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/password_change/"
NEW = "correct-horse-battery"


@pytest.fixture
def nora() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("nora", password="right", is_staff=True))
    return client


def change(client: Client, old: str):
    return client.post(ADDRESS, {"old_password": old, "new_password1": NEW, "new_password2": NEW})


def test_whoever_knows_the_old_password_changes_it(nora):
    assert text(nora.get(ADDRESS)).count('type="password"') == 3
    assert change(nora, "wrong").status_code == 200
    assert change(nora, "right").status_code == 302
    assert User.objects.get(username="nora").check_password(NEW)
    assert "Your password is changed." in text(nora.get("/admin/password_change/done/", follow=True))
    assert not AccessAttempt.objects.exists()


def test_after_five_wrong_old_passwords_the_right_one_has_to_wait(nora):
    for _number in range(5):
        response = change(nora, "a guess")
        assert "entered incorrectly" in text(response)
    response = change(nora, "right")
    assert "Too many wrong passwords. Try again in 15 minutes." in text(response)
    assert User.objects.get(username="nora").check_password("right")
    # The log-in is the same door.
    login = Client().post("/admin/login/", {"username": "nora", "password": "right"})
    assert login.status_code == 429


def test_what_is_kept_of_a_guess_has_no_password_in_it(nora):
    change(nora, "a guess")
    kept = AccessAttempt.objects.get()
    assert "guess" not in kept.post_data
    assert NEW not in kept.post_data
