"""Users with roles, and a production environment that requires an approval."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from fullstory_dest.models import Environment, Mapping, Review
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import request_review
from tests.factories import a_set_up_source

Login = Callable[[str, str], Client]


def a_user(name: str, role: str) -> User:
    user, _created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def log_in(db) -> Login:
    """Log in a user with a role. Return the client."""

    def logged_in(name: str, role: str) -> Client:
        client = Client()
        client.force_login(a_user(name, role))
        return client

    return logged_in


@pytest.fixture
def production(db) -> Environment:
    """Production with two deployments, changed drafts, and one required approval."""
    source = a_set_up_source()
    publish(source.production)
    Mapping.objects.filter(action="viewedPageV2").update(name="Second")
    publish(source.production)
    Mapping.objects.filter(action="viewedPageV2").update(name="Third")
    Environment.objects.update(required_approvals=1)
    return Environment.objects.select_related("source", "live__release").get()


@pytest.fixture
def review(production) -> Review:
    return request_review(production, by=a_user("ed", "editor"), note="Please look")
