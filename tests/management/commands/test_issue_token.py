"""``manage.py issue_token``"""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from knox.auth import TokenAuthentication

from fullstory_dest.models import ApiToken

pytestmark = pytest.mark.django_db


def issue_token(name: str) -> str:
    output = StringIO()
    call_command("issue_token", name, stdout=output)
    return output.getvalue()


def test_it_prints_a_working_token_in_the_last_line() -> None:
    user = User.objects.create_user("ada", is_staff=True)
    token = issue_token("ada").splitlines()[-1]
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    authenticated = TokenAuthentication().authenticate(request)
    assert authenticated is not None
    assert authenticated[0] == user


def test_it_stores_only_a_hash_of_the_token() -> None:
    User.objects.create_user("ada", is_staff=True)
    token = issue_token("ada").splitlines()[-1]
    assert token not in str(list(ApiToken.objects.values()))


def test_it_issues_a_new_token_on_each_run() -> None:
    User.objects.create_user("ada", is_staff=True)
    assert issue_token("ada") != issue_token("ada")
    assert ApiToken.objects.count() == 2


def test_it_refuses_an_unknown_user() -> None:
    with pytest.raises(CommandError, match='No user is named "ada"'):
        issue_token("ada")


def test_it_refuses_a_user_who_is_not_active() -> None:
    User.objects.create_user("ada", is_staff=True, is_active=False)
    with pytest.raises(CommandError, match='"ada" is not active'):
        issue_token("ada")


def test_it_refuses_a_user_without_access_and_shows_the_fix() -> None:
    User.objects.create_user("ada")
    with pytest.raises(CommandError, match="Allow login for them"):
        issue_token("ada")
    assert not ApiToken.objects.exists()
