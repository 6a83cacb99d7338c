"""Users with roles, logged in to the admin."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

APP = "fullstory_dest"


def may(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


@pytest.fixture
def sign_in(db) -> Callable[..., Client]:
    """Log in a user with these permissions. Return the client."""

    def signed_in(name: str, *codenames: str, superuser: bool = False) -> Client:
        user = User.objects.create_user(name, is_staff=True, is_superuser=superuser)
        may(user, *codenames)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def owner(sign_in) -> Client:
    return sign_in("olga", superuser=True)


@pytest.fixture
def viewer(sign_in) -> Client:
    views = Permission.objects.filter(codename__startswith="view_", content_type__app_label=APP)
    return sign_in("vera", *views.values_list("codename", flat=True))


@pytest.fixture
def editor(sign_in) -> Client:
    codenames = Permission.objects.filter(content_type__app_label=APP).exclude(codename="publish_source")
    return sign_in("eddy", *codenames.values_list("codename", flat=True))


@pytest.fixture
def as_role(db) -> Callable[[str], Client]:
    """Log in a user with a role. Return the client."""

    def signed_in(role: str) -> Client:
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return signed_in
