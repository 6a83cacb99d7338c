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


def test_the_last_line_is_a_token_that_the_api_takes() -> None:
    user = User.objects.create_user("ada", is_staff=True)
    token = issue_token("ada").splitlines()[-1]
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    authenticated = TokenAuthentication().authenticate(request)
    assert authenticated is not None
    assert authenticated[0] == user


def test_only_a_hash_of_it_is_stored() -> None:
    User.objects.create_user("ada", is_staff=True)
    token = issue_token("ada").splitlines()[-1]
    assert token not in str(list(ApiToken.objects.values()))


def test_each_run_issues_another_one() -> None:
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


def test_it_refuses_a_user_who_may_not_log_in_and_says_what_to_do() -> None:
    User.objects.create_user("ada")
    with pytest.raises(CommandError, match="Allow login for them"):
        issue_token("ada")
    assert not ApiToken.objects.exists()
