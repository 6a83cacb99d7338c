"""A user to log in, and ways to do it."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

LOGIN = "/admin/login/"


@pytest.fixture
def nora(db) -> User:
    user = User.objects.create_user("nora", password="right", is_staff=True, email="nora@example.com")
    user.groups.add(Group.objects.get(name="owner"))
    return user


def log_in(client: Client, password: str = "right", name: str = "nora", **more):
    return client.post(LOGIN, {"login": name, "password": password, **more})


def inside(client: Client) -> bool:
    return client.get("/admin/roles/").status_code == 200
